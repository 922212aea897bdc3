module github.com/shoal-db/shoal/libs/duckdb

go 1.26.0
