// Package oracle compares query results: what Shoal answers against what
// DuckDB alone does.
package oracle

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
)

// Tolerance is the largest relative difference between equal floats.
const Tolerance = 1e-9

// Result is a whole result in memory. Cells are nil, float64, string, or, in
// nested values, []any of them.
type Result struct {
	Names []string
	Types []string
	Rows  [][]any
}

// Read drains a reader and releases it.
func Read(r array.RecordReader) (*Result, error) {
	defer r.Release()
	out := &Result{}
	for _, f := range r.Schema().Fields() {
		out.Names = append(out.Names, f.Name)
		out.Types = append(out.Types, f.Type.String())
	}
	for r.Next() {
		out.add(r.Record())
	}
	return out, r.Err()
}

func (t *Result) add(rec arrow.Record) {
	for i := range int(rec.NumRows()) {
		row := make([]any, rec.NumCols())
		for c := range row {
			row[c] = cell(rec.Column(c), i)
		}
		t.Rows = append(t.Rows, row)
	}
}

func cell(a arrow.Array, i int) any {
	if a.IsNull(i) {
		return nil
	}
	switch a := a.(type) {
	case *array.Float64:
		return a.Value(i)
	case *array.Float32:
		return float64(a.Value(i))
	case *array.Struct:
		out := make([]any, a.NumField())
		for f := range out {
			out[f] = cell(a.Field(f), i)
		}
		return out
	case *array.FixedSizeList:
		return cells(a.ListValues(), i*int(a.DataType().(*arrow.FixedSizeListType).Len()), (i+1)*int(a.DataType().(*arrow.FixedSizeListType).Len()))
	case array.ListLike: // maps, too
		from, to := a.ValueOffsets(i)
		return cells(a.ListValues(), int(from), int(to))
	case *array.Dictionary:
		return cell(a.Dictionary(), a.GetValueIndex(i))
	}
	return strings.Clone(a.ValueStr(i)) // it may alias memory that is freed with the record
}

func cells(values arrow.Array, from, to int) []any {
	out := make([]any, 0, to-from)
	for i := from; i < to; i++ {
		out = append(out, cell(values, i))
	}
	return out
}

// Diff says how got differs from want, in at most a few lines; empty if it does
// not. Rows are compared in order only if ordered.
func Diff(got, want *Result, ordered bool) string {
	if !slices.Equal(got.Names, want.Names) {
		return fmt.Sprintf("names %q, want %q", got.Names, want.Names)
	}
	if !slices.Equal(got.Types, want.Types) {
		return fmt.Sprintf("types %v, want %v", got.Types, want.Types)
	}
	if len(got.Rows) != len(want.Rows) {
		return fmt.Sprintf("%d rows, want %d", len(got.Rows), len(want.Rows))
	}
	g, w := got.Rows, want.Rows
	if !ordered {
		g, w = sorted(g), sorted(w)
	}
	var out []string
	for i := range g {
		if !equal(g[i], w[i]) {
			out = append(out, fmt.Sprintf("row %d: %v, want %v", i, g[i], w[i]))
		}
		if len(out) == 5 {
			break
		}
	}
	return strings.Join(out, "\n")
}

// sorted orders rows by everything but the last digits of floats.
func sorted(rows [][]any) [][]any {
	type keyed struct {
		key string
		row []any
	}
	all := make([]keyed, len(rows))
	for i, r := range rows {
		all[i] = keyed{sortKey(r), r}
	}
	slices.SortStableFunc(all, func(a, b keyed) int { return strings.Compare(a.key, b.key) })
	out := make([][]any, len(rows))
	for i, k := range all {
		out[i] = k.row
	}
	return out
}

func sortKey(row []any) string {
	var exact, rounded strings.Builder
	for _, c := range row {
		switch c := c.(type) {
		case float64:
			if c == 0 {
				c = 0 // -0 is the same
			}
			exact.WriteString("|float")
			fmt.Fprintf(&rounded, "|%.6g", c)
		case string, []any: // quoted, or [" "] and ["", ""] would be the same
			fmt.Fprintf(&exact, "|%q", c)
		default:
			fmt.Fprintf(&exact, "|%v", c)
		}
	}
	return exact.String() + rounded.String()
}

func equal(a, b any) bool {
	switch a := a.(type) {
	case float64:
		b, ok := b.(float64)
		return ok && sameFloat(a, b)
	case []any:
		b, ok := b.([]any)
		return ok && slices.EqualFunc(a, b, equal)
	}
	return a == b
}

func sameFloat(a, b float64) bool {
	if a == b || math.IsNaN(a) && math.IsNaN(b) {
		return true
	}
	return math.Abs(a-b) <= Tolerance*math.Max(math.Abs(a), math.Abs(b))
}

// Empty is a result without rows.
func Empty(schema *arrow.Schema) *Result {
	out := &Result{}
	for _, f := range schema.Fields() {
		out.Names = append(out.Names, f.Name)
		out.Types = append(out.Types, f.Type.String())
	}
	return out
}

// Append adds the rows of another part of the same result.
func (t *Result) Append(part *Result) error {
	if !slices.Equal(t.Names, part.Names) || !slices.Equal(t.Types, part.Types) {
		return fmt.Errorf("a part has columns %q of %v, the whole %q of %v", part.Names, part.Types, t.Names, t.Types)
	}
	t.Rows = append(t.Rows, part.Rows...)
	return nil
}

// DiffAmong says what is wrong with some rows of a larger result, each to be taken at most as often as
// it is there; empty if nothing is.
func DiffAmong(got, all *Result, rows int) string {
	if !slices.Equal(got.Names, all.Names) || !slices.Equal(got.Types, all.Types) || len(got.Rows) != rows {
		return fmt.Sprintf("%d rows of %q %v, want %d of %q %v", len(got.Rows), got.Names, got.Types, rows, all.Names, all.Types)
	}
	left := sorted(all.Rows)
	for _, row := range sorted(got.Rows) {
		at := slices.IndexFunc(left, func(l []any) bool { return equal(row, l) })
		if at < 0 {
			return fmt.Sprintf("row %v is none of them, or too often there", row)
		}
		left = slices.Delete(left, at, at+1)
	}
	return ""
}
