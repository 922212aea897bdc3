package duckdb

import "golang.org/x/sys/unix"

// standBack lowers the priority of the calling thread, which threads that it starts inherit. Where that is not
// allowed, it competes like any other.
func standBack(nice int) { _ = unix.Setpriority(unix.PRIO_PROCESS, 0, nice) }
