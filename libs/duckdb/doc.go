// Package duckdb runs SQL in embedded DuckDB and moves Arrow record batches out and in. It is the
// only place of the project with cgo (bridge.go, bridge.c).
package duckdb
