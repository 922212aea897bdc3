module github.com/shoal-db/shoal/tests

go 1.26.0

require (
	github.com/shoal-db/shoal/cmd/shoal v0.0.0
	github.com/shoal-db/shoal/libs/catalog v0.0.0
	github.com/shoal-db/shoal/libs/chunks v0.0.0
	github.com/shoal-db/shoal/libs/duckdb v0.0.0
	github.com/shoal-db/shoal/libs/platform v0.0.0
	github.com/shoal-db/shoal/libs/substrait v0.0.0
	github.com/shoal-db/shoal/services/metadata v0.0.0
	github.com/shoal-db/shoal/services/portal v0.0.0
	github.com/shoal-db/shoal/services/worker v0.0.0
)

replace github.com/shoal-db/shoal/cmd/shoal => ../cmd/shoal

replace github.com/shoal-db/shoal/services/portal => ../services/portal

replace github.com/shoal-db/shoal/services/metadata => ../services/metadata

replace github.com/shoal-db/shoal/services/worker => ../services/worker

replace github.com/shoal-db/shoal/libs/substrait => ../libs/substrait

replace github.com/shoal-db/shoal/libs/chunks => ../libs/chunks

replace github.com/shoal-db/shoal/libs/catalog => ../libs/catalog

replace github.com/shoal-db/shoal/libs/duckdb => ../libs/duckdb

replace github.com/shoal-db/shoal/libs/platform => ../libs/platform
