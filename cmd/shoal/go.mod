module github.com/shoal-db/shoal/cmd/shoal

go 1.26.0

require (
	github.com/alecthomas/kong v1.17.0
	github.com/apache/arrow/go/v17 v17.0.0
	github.com/jedib0t/go-pretty/v6 v6.8.3
	github.com/schollz/progressbar/v3 v3.19.1
	github.com/shoal-db/shoal/libs/chunks v0.0.0
	github.com/shoal-db/shoal/libs/duckdb v0.0.0
	github.com/shoal-db/shoal/libs/platform v0.0.0
	go.uber.org/goleak v1.3.0
	golang.org/x/sync v0.24.0
	google.golang.org/grpc v1.85.0
)

replace (
	github.com/shoal-db/shoal/libs/catalog => ../../libs/catalog
	github.com/shoal-db/shoal/libs/chunks => ../../libs/chunks
	github.com/shoal-db/shoal/libs/duckdb => ../../libs/duckdb
	github.com/shoal-db/shoal/libs/platform => ../../libs/platform
	github.com/shoal-db/shoal/libs/substrait => ../../libs/substrait
	github.com/shoal-db/shoal/services/metadata => ../../services/metadata
	github.com/shoal-db/shoal/services/portal => ../../services/portal
	github.com/shoal-db/shoal/services/worker => ../../services/worker
)
