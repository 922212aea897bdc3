module github.com/shoal-db/shoal/libs/catalog

go 1.26.0

require github.com/shoal-db/shoal/libs/chunks v0.0.0

require github.com/shoal-db/shoal/libs/platform v0.0.0 // indirect

replace (
	github.com/shoal-db/shoal/libs/chunks => ../chunks
	github.com/shoal-db/shoal/libs/platform => ../platform
)
