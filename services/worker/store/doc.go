// Package store keeps a worker's chunk files on the local disk.
//
// It owns everything under its data folder but the spill:
//
//	LOCK         held while the store is open: one process a folder
//	chunks/      <object path of the file>, complete files only
//	tmp/         downloads under way; emptied at start
//	quarantine/  the last few files that were found damaged
//
// A file's life:
//
//	        assigned               checked, renamed into place
//	(none) ──────────► absent ───────────────────────────────► verified ─┐
//	                     ▲  ▲                                  ▲   │      │ no longer assigned:
//	   damaged: moved to │  └── backoff ── download fails      │   │      │ un-reported at once,
//	   quarantine/       │                            sum right│   │      │ unlinked after the grace
//	                     └───────────── stored ────────────────┘   │      │ period, when unpinned
//	          found at start with the right size ▲                 │      ▼
//	                                             └── stat changed ─┘   (none)
//
// Invariants:
//   - No query reads a file whose SHA-256 was not compared in this process with what the catalog
//     says. The sum of a file that was found at start is taken before its first use, or earlier in
//     the background; a file whose stat (inode, size, times) changed since is summed again.
//   - A pinned file is not unlinked for being unassigned or for making room.
//   - Every file reported as ready was on the disk with the right size when that was reported; what
//     is found damaged or gone is un-reported, then fetched again.
//   - A full disk is a condition, not a crash: it is shown in Status, retried slowly, and files that
//     wait for the end of their grace period without being in use are dropped early.
//
// It refuses to know etcd, Flight and DuckDB: assignments come by SetAssigned, bytes from a Source,
// and reports leave by Report.
package store
