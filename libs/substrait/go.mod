module github.com/shoal-db/shoal/libs/substrait

go 1.26.0
