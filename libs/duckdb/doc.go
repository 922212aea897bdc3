// Package duckdb runs SQL in embedded DuckDB and moves Arrow record batches out of it and into it.
// It owns all of the project's cgo (bridge.go and bridge.c), and knows nothing of datasets, chunks or
// plans.
//
//	Engine ── one database, its threads, memory limit and spill folder
//	  └─ Conn ── one session, made for one task and closed after it; one statement at a time
//	       ├─ Query ──► Stream, an array.RecordReader
//	       ├─ RegisterArrow ◄── an array.RecordReader, as a temporary view
//	       └─ Exec, Prepare, QueryRows
//
// Invariants:
//
//   - A context that is done ends what runs under it within 100 ms, also while a registered reader
//     hangs, and the error is the context's cause.
//   - Every error is a fault; those of SQL have line, column and caret in Details, those of registered
//     readers are still found by errors.As.
//   - An answer is whole or an error: rows that came before an error are never followed by a clean end.
//   - Nothing of one session is seen by the next: connections are not reused.
//   - What a Stream, a registration or a Conn holds is freed when it is closed, not when it is collected.
//   - What comes in from a reader is checked before C++ reads it (offsets, indices, UTF-8).
//
// It refuses: SQL with NUL bytes, two statements at once on a connection, scanning a stream twice,
// types that Arrow cannot carry (by an error, before any row), settings that would break the above.
//
// # Who releases
//
// A Stream holds its current Record until the next Next or Close; whoever keeps it longer retains and
// releases it. Records may outlive Stream, Conn and Engine; their memory is C's, outside of DuckDB's
// memory limit, and texts taken out of them alias it, so clone those that outlive the record.
// RegisterArrow takes over the caller's reference to the reader. LiveArrays counts what is not
// released yet.
//
// # Threads
//
// Options.Threads is how many threads compute, over all queries, but the goroutine that reads a Stream
// computes for its own query, too, so a query goes on when all other threads are busy, or wait for
// registered readers. DuckDB computes ahead of the reader by about a megabyte, and Query returns when
// that is filled or the query is through: rows that trickle come late.
//
// # Types
//
// How DuckDB's types travel; typeCases in the tests is this table, run through Arrow IPC. Types that
// are not listed come back as they went.
//
//	DuckDB        out, to Arrow          back in          WithLossless
//	HUGEINT       decimal128(38,0)       DECIMAL(38,0)    same
//	UHUGEINT      decimal128(38,0), an   DECIMAL(38,0)    same
//	              error from 2^127 on
//	  nested      refused                                 same
//	BIT           binary, padded bits    BLOB             same
//	UUID          utf8                   VARCHAR          same
//	JSON          utf8                   VARCHAR          same
//	TIMETZ        time64[us], no offset  TIME             same
//	ENUM          dictionary of utf8     VARCHAR          VARCHAR
//	  nested      dictionary of utf8     refused          refused
//	VARIANT       refused                                 refused
//	NULL          int32                  INTEGER          INTEGER
//	any of the above but ENUM, VARIANT, NULL,
//	or BOOLEAN or BIGNUM, inside a MAP   as above         refused
//
// So all integers to 64 bits, BOOLEAN, FLOAT, DOUBLE, DECIMAL of any width, VARCHAR, BLOB, DATE, TIME,
// TIME_NS, TIMESTAMP in all units, TIMESTAMPTZ, INTERVAL, BIGNUM, GEOMETRY, and LIST, ARRAY, STRUCT,
// MAP and UNION of these, keep type and value. BIGNUM and GEOMETRY do so by Arrow extension types also
// without WithLossless. HUGEINT values of more than 38 digits keep their bits but exceed what a
// decimal128(38,0) should hold. Results of HUGEINT are common (sum of integers): where a stream goes
// from one DuckDB into another, use WithLossless, or cast in the reading query.
//
// Arrow types that DuckDB does not make are read, too: large and view layouts, dictionaries at the top
// level, date64, time32, durations, fixed-size binary. Refused are run-end encoding, dense unions,
// float16, decimal256, and dictionaries inside of nested types (DuckDB reads them wrongly).
package duckdb
