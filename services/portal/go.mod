module github.com/shoal-db/shoal/services/portal

go 1.26.0
