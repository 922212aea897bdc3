// Package filter owns the filters by which a chunk is known not to have a value: for a column, a
// small set of hashes that says "no" or "maybe".
//
// A filter is a binary fuse filter of order 3 (Graf and Lemire, Binary Fuse Filters, JEA 2022),
// whose fingerprints have 1 to 16 bits: with k bits it takes about 1.13·k bits for each distinct
// value (more below some thousand values) and says maybe, for a value that is not there, with
// probability 2⁻ᵏ. A Bloom filter takes 1.44·k bits for the same, and probes take longer. As the
// fingerprint of a key is the exclusive or of three slots, the low bits of all slots are a filter,
// too: Narrow makes one smaller when memory is short, at the price of more maybes.
//
// Values are hashed in a canonical form, so that values of a column that are equal to DuckDB have one
// hash. What the form is depends on the type of the column, never on that of a literal:
//
//	integers to 64 bits, DATE, TIME,     Int of the number that DuckDB stores: of days, of
//	timestamps, DECIMAL to 18 digits     the column's unit of time, of its last decimal
//	UBIGINT                              Int of the number − 2⁶³
//	HUGEINT, UHUGEINT, DECIMAL beyond    Wide of the number's two's complement
//	FLOAT, DOUBLE                        Int of value.FloatKey: one −0, one NaN
//	VARCHAR, JSON, BLOB, UUID            Text of the bytes
//
// Invariants: a filter says maybe for every hash that it was built of; decoding accepts only what
// encoding writes, and never allocates more than a small multiple of its input.
//
// It refuses to know of literals and of files: packages pruning and the portal's do.
package filter
