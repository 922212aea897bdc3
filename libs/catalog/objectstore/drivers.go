package objectstore

// The drivers of the cloud stores, by URL scheme. They bring large dependencies with them, so they
// are imported here and nowhere else.
import (
	_ "gocloud.dev/blob/azureblob" // azblob://container
	_ "gocloud.dev/blob/fileblob"  // file:///directory
	_ "gocloud.dev/blob/gcsblob"   // gs://bucket
	_ "gocloud.dev/blob/memblob"   // mem://
	_ "gocloud.dev/blob/s3blob"    // s3://bucket?region=…&endpoint=…
)
