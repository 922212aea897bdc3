module github.com/shoal-db/shoal/libs/catalog

go 1.26.0
