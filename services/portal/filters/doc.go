// Package filters owns the filters for equality in the portal: which columns of a load get one,
// building them, and keeping those of all chunks in memory for planning.
//
// They are built here, of the file that was received, and not by the client: a filter that denies a
// value which is there loses rows, so that who answers for the answer makes it; any client's files
// get them; and how values are hashed stays a matter of one version of one program. The values are
// read by DuckDB as workers read them, so that what is hashed is what is compared.
//
// Invariants: a chunk's filters are of all its rows, or there are none; what cannot be built, loaded
// or held is left out, which costs chunks that are read in vain and never a row; a filter is used only
// if it is, by its checksum, what was stored; memory stays within its limit.
//
// It refuses to make planning wait: filters are loaded in the background.
package filters
