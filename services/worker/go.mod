module github.com/shoal-db/shoal/services/worker

go 1.26.0
