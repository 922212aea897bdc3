package pruning

import (
	"fmt"
	"testing"

	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/chunks/manifest"
	"github.com/shoal-db/shoal/libs/chunks/value"
)

func TestDiscriminates(t *testing.T) {
	var entries []manifest.Entry
	for i := range int64(10) {
		text := fmt.Sprintf("t%02d", i)
		entries = append(entries, entryOf(chunks.Range{First: 10 * i, Last: 10*i + 9}, 10,
			bounded(0, value.Int(10*i), value.Int(10*i+9)),         // the block column
			bounded(0, value.Int(1000*i), value.Int(1000*i+500)),   // clustered
			bounded(0, value.Int(i), value.Int(1000-i)),            // everywhere
			bounded(0, value.Text(text), value.Text(text+"z")),     // clustered texts
			bounded(0, value.Text("a"+text), value.Text("z"+text)), // texts everywhere
			manifest.ColumnStats{Nulls: 10},                        // NULL
			manifest.ColumnStats{},                                 // unknown
			bounded(0, value.Int(7), value.Int(7)),                 // one value
		))
	}
	types := []string{"BIGINT", "BIGINT", "BIGINT", "VARCHAR", "VARCHAR", "INTEGER", "INTEGER", "INTEGER"}
	want := []bool{true, true, false, true, false, true, false, false}
	schema, err := NewSchema(types, 0)
	if err != nil {
		t.Fatal(err)
	}
	var parts []*Segment
	for _, cut := range [][2]int{{0, 10}, {0, 1}, {1, 9}, {9, 10}} {
		s, err := NewSegment(schema, entries[cut[0]:cut[1]])
		if err != nil {
			t.Fatal(err)
		}
		parts = append(parts, s)
	}
	whole, cut := NewIndex(schema, parts[0]), NewIndex(schema, parts[1:]...)
	for c := range types {
		if got := whole.Discriminates(c); got != want[c] {
			t.Errorf("column %d: %t", c, got)
		}
		if got := cut.Discriminates(c); got != want[c] {
			t.Errorf("column %d, in several segments: %t", c, got)
		}
	}
	if whole.Discriminates(-1) || whole.Discriminates(len(types)) {
		t.Error("there are no such columns")
	}
	if NewIndex(schema, parts[1]).Discriminates(0) {
		t.Error("there is one chunk, from which nothing can be told")
	}
}
