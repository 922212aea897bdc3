package chunks

import (
	"math"
	"strings"
	"testing"

	"github.com/shoal-db/shoal/libs/platform/fault"
)

func TestBlockKindOf(t *testing.T) {
	for typ, want := range map[string]BlockKind{
		"BIGINT": BlockInteger, "utinyint": BlockInteger, "HUGEINT": BlockInteger, "DATE": BlockDate, "TIMESTAMP": BlockTimestamp,
		"TIMESTAMP_NS": BlockTimestamp, "TIMESTAMP WITH TIME ZONE": BlockTimestampTZ, " timestamptz ": BlockTimestampTZ,
	} {
		if got, err := BlockKindOf(typ); err != nil || got != want || !got.Valid() {
			t.Errorf("%s has blocks %q (%v)", typ, got, err)
		}
	}
	for _, typ := range []string{"", "VARCHAR", "DOUBLE", "DECIMAL(18,0)", "BIGINT[]", "TIME", "BOOLEAN"} {
		if got, err := BlockKindOf(typ); !fault.Is(err, fault.InvalidArgument) {
			t.Errorf("%s has blocks %q (%v)", typ, got, err)
		}
	}
	if BlockKind("moon phase").Valid() || !BlockPosition.Valid() {
		t.Error("Valid is wrong")
	}
}

func TestRange(t *testing.T) {
	all := Range{First: math.MinInt64, Last: math.MaxInt64}
	for _, c := range []struct {
		a, b     Range
		overlaps bool
	}{
		{Range{First: 1, Last: 5}, Range{First: 5, Last: 9}, true},
		{Range{First: 1, Last: 5}, Range{First: 6, Last: 9}, false},
		{Range{First: 1, Last: 9}, Range{First: 3, Last: 4}, true},
		{all, Range{First: math.MaxInt64, Last: math.MaxInt64}, true},
		{NullRange(), NullRange(), true},
		{NullRange(), Range{}, false},
		{all, NullRange(), false},
	} {
		if c.a.Overlaps(c.b) != c.overlaps || c.b.Overlaps(c.a) != c.overlaps {
			t.Errorf("%s and %s: %v", c.a, c.b, c.a.Overlaps(c.b))
		}
	}
	if all.Span() != math.MaxUint64 || (Range{First: 3, Last: 3}).Span() != 0 {
		t.Error("Span is wrong")
	}
	if !all.Contains(0) || NullRange().Contains(0) || (Range{First: 1, Last: 2}).Contains(3) {
		t.Error("Contains is wrong")
	}
	for _, r := range []Range{{First: 2, Last: 1}, {First: 1, Last: 1, Null: true}, {Last: 1, Null: true}} {
		if r.Valid() {
			t.Errorf("%+v is valid", r)
		}
	}
}

func TestNames(t *testing.T) {
	for _, name := range []string{"tpch", "A", "a_b", "t1", strings.Repeat("x", MaxNameBytes)} {
		if CheckDatasetName(name) != nil || CheckTableName(name) != nil {
			t.Errorf("%q is refused: %v", name, CheckDatasetName(name))
		}
	}
	for _, name := range []string{"", "_reference", "1a", "a.b", "a/b", "..", "a b", "é", "a\x00", "a-b", "nul", "COM1", "a\xff", strings.Repeat("x", MaxNameBytes+1)} {
		for _, err := range []error{CheckDatasetName(name), CheckTableName(name)} {
			if !fault.Is(err, fault.InvalidArgument) {
				t.Errorf("%q: %v", name, err)
			}
		}
	}
	if CheckDatasetName("Information_Schema") == nil || CheckTableName("information_schema") != nil {
		t.Error("reserved names are wrong")
	}
	for name, ok := range map[string]bool{
		"main.t": true, "d.tables": true, "d.pg": true, "shoal.t": false, "Shoal.t": false, "MEMORY.t": false, "temp.t": false,
		"main.duckdb_tables": false, "d.DuckDB_x": false, "d.sqlite_master": false, "d.pragma_database_list": false, "d.pg_class": false,
	} {
		dataset, table, _ := strings.Cut(name, ".")
		if err := CheckNewNames(dataset, table); (err == nil) != ok {
			t.Errorf("%s: %v", name, err)
		}
	}
	if FoldName("TPCH") != FoldName("tpch") {
		t.Error("FoldName is wrong")
	}
	for id, ok := range map[WorkerID]bool{"w1": true, "host-1.example:41001": true, "": false, "a b": false, "a/b": false, "é": false} {
		if (CheckWorkerID(id) == nil) != ok {
			t.Errorf("%q: %v", id, CheckWorkerID(id))
		}
	}
}

func TestPaths(t *testing.T) {
	id := ID{Range{First: 1, Last: 32000}, 0x1a2b3c4d}
	if p := ObjectPath("tpch", "lineitem", id); p != "tpch/0000000001-0000032000-1a2b3c4d/lineitem.parquet" {
		t.Error(p)
	}
	filters := FilterPath("tpch", "lineitem", id, 0xab)
	if filters != "tpch/0000000001-0000032000-1a2b3c4d/lineitem.00000000000000ab.filter" {
		t.Error(filters)
	}
	if table, sum, ok := ParseFilterName("lineitem.00000000000000ab.filter"); table != "lineitem" || sum != 0xab || !ok {
		t.Error(table, sum, ok)
	}
	if s := FilterSumOf([32]byte{1, 7: 2, 8: 3}); s != 0x0100000000000002 {
		t.Error(s)
	}
	if p := ReferencePath("tpch", "nation", 0x1a2b3c4d); p != "tpch/_reference/1a2b3c4d/nation.parquet" {
		t.Error(p)
	}
}

func TestKeys(t *testing.T) {
	// These are in stores and on the wire between versions, so they must never change.
	chunk := Chunk{Axis{"tpch", ""}, Range{First: 1, Last: 32000}}
	if got := chunk.Key(); got != goldenChunkKey {
		t.Errorf("the chunk key changed to %#x", uint64(got))
	}
	id := ID{chunk.Range, 0x1a2b3c4d}
	if got := FileKey("tpch", "lineitem", id); got != goldenFileKey {
		t.Errorf("the file key changed to %#x", uint64(got))
	}
	seen := map[Key]string{}
	add := func(what string, k Key) {
		if old, ok := seen[k]; ok {
			t.Errorf("%s and %s have the same key", what, old)
		}
		seen[k] = what
	}
	add("chunk", chunk.Key())
	add("own axis", Chunk{Axis{"tpch", "x"}, chunk.Range}.Key())
	add("bytes moved", Chunk{Axis{"tpc", "hx"}, chunk.Range}.Key())
	add("null", Chunk{Axis{"tpch", ""}, NullRange()}.Key())
	add("zero", Chunk{Axis{"tpch", ""}, Range{}}.Key())
	add("file", FileKey("tpch", "lineitem", id))
	add("file of another hash", FileKey("tpch", "lineitem", ID{chunk.Range, 0}))
	add("filters", FilterKey("tpch", "lineitem", id, 1))
	add("other filters", FilterKey("tpch", "lineitem", id, 2))
	add("reference", ReferenceKey("tpch", "lineitem", 0x1a2b3c4d))
	for i := range int64(300_000) {
		k := Chunk{Axis{"d", ""}, Range{First: i, Last: i}}.Key()
		if _, ok := seen[k]; ok {
			t.Fatalf("range %d has the key of another", i)
		}
		seen[k] = "range"
	}
	if (chunk.String() != "tpch/0000000001-0000032000") || (Axis{"a", "b"}).String() != "a.b" {
		t.Error(chunk)
	}
}

// Every bit of a key must depend on the input, because assignment and sets use any of them.
func TestKeysAreSpread(t *testing.T) {
	const n = 1 << 14
	var ones [64]int
	for i := range int64(n) {
		k := Chunk{Axis{"d", ""}, Range{First: i * 1000, Last: i*1000 + 999}}.Key()
		for b := range ones {
			ones[b] += int(k >> b & 1)
		}
	}
	for b, c := range ones {
		if c < n*45/100 || c > n*55/100 {
			t.Errorf("bit %d is set in %d of %d keys", b, c, n)
		}
	}
}

func TestLayout(t *testing.T) {
	r := func(a, b int64) Range { return Range{First: a, Last: b} }
	var l Layout
	if g, ok := l.Gap(5); !ok || g != r(math.MinInt64, math.MaxInt64) {
		t.Errorf("the gap of nothing is %s", g)
	}
	l, err := l.Add(r(10, 19), NullRange(), r(0, 9), r(40, 49), r(10, 19))
	if err != nil || l.Len() != 4 || !l.HasNull() {
		t.Fatalf("%v %v", l.Ranges(), err)
	}
	if got := l.Ranges(); got[0] != r(0, 9) || got[2] != r(40, 49) || got[3] != NullRange() {
		t.Errorf("%v", got)
	}
	for b, want := range map[int64]Range{0: r(0, 9), 9: r(0, 9), 10: r(10, 19), 49: r(40, 49)} {
		if got, ok := l.Find(b); !ok || got != want {
			t.Errorf("block %d is in %s (%v)", b, got, ok)
		}
		if _, ok := l.Gap(b); ok {
			t.Errorf("block %d is in a gap", b)
		}
	}
	for b, want := range map[int64]Range{-1: r(math.MinInt64, -1), 20: r(20, 39), 39: r(20, 39), 50: r(50, math.MaxInt64)} {
		if _, ok := l.Find(b); ok {
			t.Errorf("block %d is in a range", b)
		}
		if got, ok := l.Gap(b); !ok || got != want {
			t.Errorf("the gap of %d is %s", b, got)
		}
	}
	for _, bad := range [][]Range{{r(5, 12)}, {r(19, 30)}, {r(-5, 100)}, {r(12, 13)}, {r(60, 70), r(65, 75)}, {r(3, 2)}, {r(0, 8)}} {
		next, err := l.Add(bad...)
		if !fault.Is(err, fault.InvalidArgument) || next.Len() != l.Len() {
			t.Errorf("%v was added: %v", bad, err)
		}
	}
	_, err = l.Add(r(15, 25))
	if d := fault.From(err).Details; d["range"] != r(15, 25).String() || d["clashes_with"] != r(10, 19).String() {
		t.Errorf("%v", d)
	}
	// What was is not changed by what is added.
	more, err := l.Add(r(20, 39))
	if err != nil || more.Len() != 5 || l.Len() != 4 {
		t.Errorf("%v %v", more, err)
	}
}

const (
	goldenChunkKey Key = 0xe3c9adaab66c8b89
	goldenFileKey  Key = 0x7959c1adf7590dee
)
