// Package facts knows what is true of DuckDB's functions, and by that of expressions and relations:
// what is the same each time, what depends on the order of rows or on NULLs, what has one row.
//
// It owns the tables: a row a function, and no other package keeps a list of functions of which
// something is true. tests/facts checks each of them against DuckDB.
//
// Invariant: of what is not in a table nothing good is true: a scalar function has another value each
// time, an aggregate depends on the order of rows. So is a relation or an expression of a kind that is
// not known.
package facts
