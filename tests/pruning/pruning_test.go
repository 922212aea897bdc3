package pruning

import (
	"context"
	"encoding/json"
	"testing"

	"google.golang.org/grpc/metadata"

	"github.com/shoal-db/shoal/tests/harness"
	"github.com/shoal-db/shoal/tests/oracle"
)

func TestPruning(t *testing.T) {
	w := newWorld(t, 2)
	loadTables(t, w)
	t.Run("layout", func(t *testing.T) { testLayout(t, w) })
	for _, s := range []struct {
		table      string
		total      int
		predicates []predicate
	}{
		{"ints.t", intsChunks, onIntegers},
		{"days.t", daysChunks, onDates},
		{"times.t", timesChunks, onTimestamps},
		{"zones.t", zonesChunks, onZones},
		{"vals.v", valuesChunks, onValues},
	} {
		t.Run(s.table, func(t *testing.T) {
			for _, p := range s.predicates {
				t.Run(p.where, func(t *testing.T) {
					sql := "SELECT id FROM " + s.table + " WHERE " + p.where
					w.reads(t, sql, s.total, p.reads)
					w.same(t, sql)
				})
			}
		})
	}
	t.Run("flight", func(t *testing.T) { testFlight(t, w) })
	t.Run("queries", func(t *testing.T) {
		for _, s := range shapes {
			t.Run(s.sql, func(t *testing.T) {
				w.reads(t, s.sql, s.total, s.reads)
				w.same(t, s.sql)
			})
		}
	})
}

// testFlight checks that Flight SQL tells the same of pruning, and that a header turns it off.
func testFlight(t *testing.T, w *world) {
	const sql = "SELECT id FROM ints.t WHERE k < 0"
	client := harness.SQL(t, w.cluster.Flight())
	want := w.Query(t, sql)
	for header, selected := range map[string]int{"on": 3, "off": intsChunks} {
		ctx := metadata.AppendToOutgoingContext(context.Background(), "x-shoal-pruning", header)
		info, err := client.Portal().Execute(ctx, sql)
		if err != nil {
			t.Fatal(err)
		}
		var said struct {
			Pruning pruning `json:"pruning"`
		}
		if err := json.Unmarshal(info.AppMetadata, &said); err != nil {
			t.Fatal(err)
		}
		if p := said.Pruning; p.Selected != selected || p.Total != intsChunks {
			t.Errorf("pruning %s: %d of %d chunks, want %d of %d", header, p.Selected, p.Total, selected, intsChunks)
		}
		got, err := client.Read(ctx, info)
		if err != nil {
			t.Fatal(err)
		}
		if diff := oracle.Diff(got, want, false); diff != "" {
			t.Errorf("pruning %s: %s", header, diff)
		}
	}
}

// testLayout checks that the tables are cut as the tests think they are.
func testLayout(t *testing.T, w *world) {
	for _, s := range []struct {
		dataset, table string
		chunks, nulls  int
	}{
		{"ints", "t", intsChunks, 1}, {"ints", "other", otherChunks, 0}, {"days", "t", daysChunks, 1},
		{"times", "t", timesChunks, 1}, {"zones", "t", zonesChunks, 1}, {"vals", "v", valuesChunks, 0},
	} {
		chunks := w.chunks(t, s.dataset, s.table)
		nulls := 0
		for _, c := range chunks {
			if c.Null {
				nulls++
			}
			if c.Rows != 10 {
				t.Errorf("%s.%s: chunk %s has %d rows, want 10", s.dataset, s.table, c.Chunk, c.Rows)
			}
		}
		if len(chunks) != s.chunks || nulls != s.nulls {
			t.Errorf("%s.%s: %d chunks, %d of NULLs, want %d and %d", s.dataset, s.table, len(chunks), nulls, s.chunks, s.nulls)
		}
	}
}
