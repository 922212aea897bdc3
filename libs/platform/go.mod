module github.com/shoal-db/shoal/libs/platform

go 1.26.0
