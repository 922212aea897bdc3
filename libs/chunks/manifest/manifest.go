// Package manifest owns the record of a table's chunk files: what is in each (rows, bytes,
// checksum, statistics per column, where its filters are), how that is learned from a Parquet footer, and how many such
// records are kept in pages that etcd accepts.
//
// Invariants: a bound encloses every non-NULL value of its column in the file, NaN being the
// greatest float, and need not be attained; a bound that is not known is value.None, never a
// guess; an encoded page is below MaxPageBytes; decoding accepts only what encoding writes.
//
// It refuses to read rows: what the footer does not say is unknown.
package manifest

import (
	"fmt"

	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/chunks/filter"
	"github.com/shoal-db/shoal/libs/chunks/value"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

// Entry describes one table's file in one chunk, or (with a zero range) a reference table's file.
type Entry struct {
	ID     chunks.ID
	Rows   int64
	Bytes  int64
	SHA256 [32]byte
	// Columns has one element for each column of the table, in the table's order.
	Columns []ColumnStats
	// Filters are the file's filters for equality.
	Filters Filters
}

// Filters describe the object with a file's filters for equality (package filter). The zero value
// says that there are none.
type Filters struct {
	// Sum is the object's checksum, and part of its name.
	Sum chunks.FilterSum
	// Bytes is its size.
	Bytes int64
	// Bits is how many bits a fingerprint has.
	Bits uint8
	// Columns are the ordinals of the columns that have a filter, ascending. Entries share slices.
	Columns []uint16
}

// Exist tells whether there are any filters.
func (f *Filters) Exist() bool { return len(f.Columns) > 0 }

// ColumnStats is what is known of one column in one file.
type ColumnStats struct {
	// Nulls is the number of NULL rows, NullsUnknown if that is not known.
	Nulls int64
	// Min and Max enclose the values that are not NULL; each alone may be None. Strings and blobs
	// are cut to MaxTextBytes, a Max rounded up.
	Min, Max value.Value
}

// NullsUnknown stands for a number of NULLs that is not known.
const NullsUnknown = -1

// MaxTextBytes bounds the length of string and blob bounds.
const MaxTextBytes = 32

// UnknownStats returns the statistics of a column of which nothing is known.
func UnknownStats() ColumnStats { return ColumnStats{Nulls: NullsUnknown} }

// Check tells (internal) what is contradictory in the entry.
func (e *Entry) Check() error {
	bad := func(format string, args ...any) error {
		return fault.New(fault.Internal, "check manifest entry "+e.ID.String(), format, args...)
	}
	switch {
	case !e.ID.Range.Valid():
		return bad("the range is not valid")
	case e.Rows < 0 || e.Bytes < 0:
		return bad("%d rows and %d bytes", e.Rows, e.Bytes)
	case e.ID.Hash != chunks.HashOf(e.SHA256):
		return bad("the id's hash %s is not that of the checksum %s", e.ID.Hash, chunks.HashOf(e.SHA256))
	}
	for i, c := range e.Columns {
		if c.Nulls < NullsUnknown || c.Nulls > e.Rows {
			return bad("column %d has %d NULLs in %d rows", i, c.Nulls, e.Rows)
		}
		if c.Min.IsNull() || c.Max.IsNull() {
			return bad("column %d has a NULL bound", i)
		}
		if c.Min.Known() && c.Max.Known() {
			order, ok := value.Compare(c.Min, c.Max)
			if !ok || order > 0 {
				return bad("column %d is bounded by %s and %s", i, c.Min, c.Max)
			}
		}
	}
	if why := e.Filters.check(len(e.Columns)); why != "" {
		return bad("%s", why)
	}
	return nil
}

// check tells what is contradictory, empty if nothing is.
func (f *Filters) check(columns int) string {
	if !f.Exist() {
		if f.Bytes != 0 || f.Bits != 0 || f.Sum != 0 {
			return "there are filters of no columns"
		}
		return ""
	}
	if f.Bytes < 1 || f.Bytes > filter.MaxSetBytes || f.Bits < 1 || f.Bits > filter.MaxBits {
		return fmt.Sprintf("the filters have %d bytes and %d bits", f.Bytes, f.Bits)
	}
	for i, c := range f.Columns {
		if int(c) >= columns || i > 0 && c <= f.Columns[i-1] {
			return fmt.Sprintf("there are filters of the columns %v of %d", f.Columns, columns)
		}
	}
	return ""
}

// merge returns the statistics of the rows of a and b together.
func merge(a, b ColumnStats) ColumnStats {
	out := UnknownStats()
	if a.Nulls >= 0 && b.Nulls >= 0 {
		out.Nulls = a.Nulls + b.Nulls
	}
	out.Min = pick(a.Min, b.Min, -1)
	out.Max = pick(a.Max, b.Max, 1)
	return out
}

// pick returns the bound that encloses both, or None.
func pick(a, b value.Value, sign int) value.Value {
	order, ok := value.Compare(a, b)
	switch {
	case !ok:
		return value.Value{}
	case order*sign >= 0:
		return a
	}
	return b
}

// cutText bounds the length of a string or blob bound, rounding outwards; a maximum that cannot be
// rounded up within the bound is None.
func cutText(v value.Value, isMax bool) value.Value {
	s := v.Raw()
	if v.Kind() != value.String && v.Kind() != value.Bytes || len(s) <= MaxTextBytes {
		return v
	}
	b := []byte(s[:MaxTextBytes])
	if isMax {
		// The least string after all that start with b: drop the trailing 0xff, step the rest.
		for len(b) > 0 && b[len(b)-1] == 0xff {
			b = b[:len(b)-1]
		}
		if len(b) == 0 {
			return value.Value{}
		}
		b[len(b)-1]++
	}
	if v.Kind() == value.Bytes {
		return value.Blob(b)
	}
	return value.Text(string(b))
}
