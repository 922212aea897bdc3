//go:build !linux

package duckdb

// Memory is only guarded on Linux.

func largeBytes() int64     { return 0 }
func refusedBlocks() int64  { return 0 }
func limitLarge(int64)      {}
func allowThread(int64)     {}
func purge()                {}
func anonymousBytes() int64 { return 0 }
