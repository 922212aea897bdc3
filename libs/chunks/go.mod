module github.com/shoal-db/shoal/libs/chunks

go 1.26.0
