package load

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

// TestSignsAreKept loads values that differ in their sign alone, alone and among others, in as many rows as DuckDB
// packs together, in every kind of table.
func TestSignsAreKept(t *testing.T) {
	file := filepath.Join(t.TempDir(), "signs.parquet")
	duck(t, `COPY (SELECT range AS id, CASE WHEN range % 3 = 0 THEN '-0' ELSE '0' END::DOUBLE AS zeros, CASE WHEN range < 120000 THEN '-0' ELSE '0' END::FLOAT AS runs,
		CASE WHEN range % 2 = 0 THEN 'nan' WHEN range % 4 = 1 THEN '-nan' END::DOUBLE AS nans,
		CASE WHEN range % 5 = 0 THEN '-0' WHEN range % 5 = 1 THEN '0' ELSE (range % 7 / 4)::VARCHAR END::DOUBLE AS mixed,
		[CASE WHEN range % 3 = 0 THEN '-0' WHEN range % 3 = 1 THEN '0' ELSE '1.5' END::DOUBLE] AS list FROM range(250000)) TO '`+file+`' (FORMAT parquet, DICTIONARY_SIZE_LIMIT 0)`)
	const count = `SELECT count(*), count(*) FILTER (zeros::VARCHAR = '-0.0'), count(*) FILTER (runs::VARCHAR = '-0.0'), count(*) FILTER (nans::VARCHAR = '-nan'),
		count(*) FILTER (nans::VARCHAR = 'nan'), count(*) FILTER (mixed::VARCHAR = '-0.0'), count(*) FILTER (list::VARCHAR = '[-0.0]') FROM {d.t}`
	for name, set := range map[string]func(*Options){
		"chunked":    func(o *Options) { o.BlockColumn = "id" },
		"positional": func(*Options) {},
		"reference":  func(o *Options) { o.Reference = true },
	} {
		t.Run(name, func(t *testing.T) {
			p := newFakePortal(t)
			o := options(t, "d.t", file)
			o.ChunkRows = 200_000
			set(&o)
			mustLoad(t, p, o)
			if got := p.query(t, count); got != "250000|83334|120000|62500|125000|50000|83334" {
				t.Errorf("got %s", got)
			}
		})
	}
}

// TestWideTables loads more columns than fit into memory at a block for each and thread.
func TestWideTables(t *testing.T) {
	columns := make([]string, 1000)
	for i := range columns {
		columns[i] = fmt.Sprintf("(range * %d %% 1000)::BIGINT AS c%[1]d", i+1)
	}
	file := filepath.Join(t.TempDir(), "wide.parquet")
	duck(t, "COPY (SELECT "+strings.Join(columns, ", ")+" FROM range(20000)) TO '"+file+"'")
	p := newFakePortal(t)
	o := options(t, "d.t", file)
	o.MemoryBytes, o.BlockColumn = DefaultMemoryBytes, "c1"
	mustLoad(t, p, o)
	if got := p.query(t, "SELECT count(*), sum(c1) FROM {d.t}"); got != "20000|9990000" {
		t.Errorf("got %s", got)
	}
}
