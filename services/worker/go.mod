module github.com/shoal-db/shoal/services/worker

go 1.26.0

require (
	github.com/cenkalti/backoff/v5 v5.0.3
	github.com/shoal-db/shoal/libs/chunks v0.0.0
	github.com/shoal-db/shoal/libs/platform v0.0.0
	golang.org/x/sync v0.24.0
)

require go.uber.org/goleak v1.3.0 // indirect

replace (
	github.com/shoal-db/shoal/libs/catalog => ../../libs/catalog
	github.com/shoal-db/shoal/libs/chunks => ../../libs/chunks
	github.com/shoal-db/shoal/libs/duckdb => ../../libs/duckdb
	github.com/shoal-db/shoal/libs/platform => ../../libs/platform
	github.com/shoal-db/shoal/libs/substrait => ../../libs/substrait
)
