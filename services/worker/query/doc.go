// Package query runs a subplan over the chunk files of the local store.
//
// A subplan names tables, chunks and a Substrait plan. Its files are pinned, the plan is rendered as
// SQL over just these files, and DuckDB streams the rows as Arrow:
//
//	Subplan ─► pin files ─► decode ─► render (table → its pinned files) ─► DuckDB ─► Stream
//
// Invariants:
//   - A plan reads the subplan's tables and chunks and nothing else: the scan of any other table is
//     refused, and DuckDB may open no file outside of the chunk folder, nor change its configuration.
//   - The stream ends without an error only if no file changed between the check of its sum and the
//     stream's end. A read error makes the files of the query be checked again, so that damage is
//     told from a bad plan.
//   - Rows come in an order only if the plan sorts them last.
//
// It refuses to know tickets, Flight and the catalog.
package query
