module github.com/shoal-db/shoal/bench

go 1.26.0
