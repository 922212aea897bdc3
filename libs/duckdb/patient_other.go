//go:build !linux

package duckdb

// standBack does nothing where priorities are those of processes.
func standBack(int) {}
