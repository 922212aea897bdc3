module github.com/shoal-db/shoal/libs/chunks

go 1.26.0

require github.com/shoal-db/shoal/libs/platform v0.0.0

require github.com/klauspost/compress v1.20.3

replace github.com/shoal-db/shoal/libs/platform => ../platform
