// Package chunks owns the words that all of Shoal uses to name data: block ranges, chunks, the
// files in them, and where those files lie in the object store.
//
// A block is an int64 position on an axis: an integer as it is, a date as days and a timestamp as
// microseconds since 1970-01-01. An axis belongs to a dataset, or to one table that is chunked by
// row position. A chunk is one range of blocks of an axis, or the axis' NULL block; it is what is
// co-located and assigned to workers. A file is one table's immutable rows in a chunk; its ID is
// the range and a hash of the content.
//
// Invariants: a valid range has First ≤ Last; the text of an ID and the ID determine each other;
// every path element made here is safe in object stores and file systems alike.
//
// It refuses I/O of any kind, and names that would have to be escaped somewhere.
package chunks
