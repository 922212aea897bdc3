module github.com/shoal-db/shoal/tests

go 1.26.0
