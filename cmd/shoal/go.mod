module github.com/shoal-db/shoal/cmd/shoal

go 1.26.0
