package duckdb

/*
#cgo CXXFLAGS: -O2
#cgo LDFLAGS: -Wl,--wrap=duckdb_je_malloc -Wl,--wrap=duckdb_je_realloc -Wl,--wrap=duckdb_je_free
#include <stdint.h>
int64_t shoal_large_bytes(void);
int64_t shoal_refused_blocks(void);
void shoal_limit_large(int64_t);
void shoal_allow_thread(int64_t);
void shoal_purge(void);
*/
import "C"

import (
	"os"
	"strconv"
	"strings"
	"sync"
)

// largeBytes is what DuckDB holds in blocks of at least a megabyte, in the whole process.
func largeBytes() int64 { return int64(C.shoal_large_bytes()) }

// refusedBlocks counts the blocks that DuckDB did not get.
func refusedBlocks() int64 { return int64(C.shoal_refused_blocks()) }

// limitLarge bounds largeBytes; 0 is no bound. What goes further is an error of the query that asks for it.
func limitLarge(bytes int64) { C.shoal_limit_large(C.int64_t(bytes)) }

// allowThread bounds what this thread takes in large blocks from now on; negative is no bound.
func allowThread(bytes int64) { C.shoal_allow_thread(C.int64_t(bytes)) }

// purge gives back to the system what allocators keep for later.
func purge() { C.shoal_purge() }

var statm = sync.OnceValues(func() (*os.File, error) { return os.Open("/proc/self/statm") })

// anonymousBytes is the process's resident memory that is no file's; 0 if it is not known.
func anonymousBytes() int64 {
	f, err := statm()
	if err != nil {
		return 0
	}
	var text [128]byte
	n, _ := f.ReadAt(text[:], 0)
	fields := strings.Fields(string(text[:n]))
	if len(fields) < 3 {
		return 0
	}
	resident, _ := strconv.ParseInt(fields[1], 10, 64)
	files, _ := strconv.ParseInt(fields[2], 10, 64)
	return (resident - files) * int64(os.Getpagesize())
}
