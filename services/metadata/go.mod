module github.com/shoal-db/shoal/services/metadata

go 1.26.0
