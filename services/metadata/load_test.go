package metadata

import (
	"slices"
	"testing"

	"github.com/shoal-db/shoal/libs/catalog"
	"github.com/shoal-db/shoal/libs/catalog/metaapi"
	"github.com/shoal-db/shoal/libs/chunks"
)

func TestLoadsAreSeenWholeAndAssigned(t *testing.T) {
	c := newCluster(t)
	s, _ := c.metadata(nil)
	c.worker("w1", false)
	c.worker("w2", false)
	c.worker("w3", false)
	c.waitLeader(s)
	if _, err := s.follower.Wait(c.ctx, "workers", func(s *catalog.Snapshot) bool { return len(s.Workers()) == 3 }); err != nil {
		t.Fatal(err)
	}

	spec := chunkedSpec("tpch", "orders", metaapi.Create)
	begun, err := c.client.BeginLoad(c.ctx, spec)
	if err != nil {
		t.Fatal(err)
	}
	if begun.BlockKind != chunks.BlockInteger || len(begun.Ranges) != 0 || begun.NextPosition != 0 || begun.TTLSeconds <= 0 {
		t.Errorf("begun %+v", begun)
	}
	list := entries("orders", 1, span(1, 10), span(11, 20), span(40, 50), chunks.NullRange())
	c.upload(spec, list)
	out, err := c.client.CommitLoad(c.ctx, begun.ID, list)
	if err != nil {
		t.Fatal(err)
	}
	if out.Chunks != 4 || out.Rows != 40 || out.Bytes != 32 || out.CatalogVersion < 1 {
		t.Errorf("committed %+v", out)
	}
	again, err := c.client.CommitLoad(c.ctx, begun.ID, list)
	if err != nil || again != out {
		t.Errorf("committed again: %+v, %v", again, err)
	}

	snap := c.wait("the table is seen", func(s *catalog.Snapshot) bool { return s.Version() >= out.CatalogVersion })
	table, ok := snap.Table("TPCH", "Orders")
	if !ok || table.NumChunks() != 4 || table.Rows != 40 || table.Index.Len() != 4 || table.BlockColumn != 0 || table.Kind != catalog.Chunked {
		t.Fatalf("table %+v", table)
	}
	for i := range table.NumChunks() {
		if got := snap.AssignedTo(table, i, nil); len(got) != 2 {
			t.Errorf("in the version that has it, chunk %s is assigned to %v", table.ID(i), got)
		}
		if at, ok := table.Find(table.ID(i).Range); !ok || at != i || table.Index.Chunk(i).ID != table.ID(i) {
			t.Errorf("chunk %d is found at %d, %v", i, at, ok)
		}
	}
	snap = c.wait("all chunks are ready", func(s *catalog.Snapshot) bool {
		table, _ := s.Table("tpch", "orders")
		return s.ReadyChunks(table) == 4
	})
	d, _ := snap.Dataset("tpch")
	want := []chunks.Range{span(1, 10), span(11, 20), span(40, 50), chunks.NullRange()}
	if d.Axis != chunks.BlockInteger || !slices.Equal(d.Ranges(), want) {
		t.Errorf("axis %s, ranges %v", d.Axis, d.Ranges())
	}
}

func TestTablesOfADatasetAreCoLocated(t *testing.T) {
	c := newCluster(t)
	c.metadata(nil)
	for _, id := range []chunks.WorkerID{"w1", "w2", "w3", "w4"} {
		c.worker(id, false)
	}
	var ranges []chunks.Range
	for i := range int64(40) {
		ranges = append(ranges, span(i*10, i*10+9))
	}
	c.load(chunkedSpec("d", "a", metaapi.Create), entries("a", 1, ranges...))
	begun, err := c.client.BeginLoad(c.ctx, chunkedSpec("d", "b", metaapi.Create))
	if err != nil || len(begun.Ranges) != 40 || begun.Ranges[39] != [2]int64{390, 399} || len(begun.Taken) != 0 {
		t.Fatalf("begun %+v, %v", begun, err)
	}
	// b lacks every other range of a and has some beyond.
	var own []chunks.Range
	for i := 0; i < 40; i += 2 {
		own = append(own, ranges[i])
	}
	out := c.load(chunkedSpec("d", "b", metaapi.Create), entries("b", 1, append(own, span(1000, 2000))...))
	snap := c.wait("b is ready", func(s *catalog.Snapshot) bool {
		b, ok := s.Table("d", "b")
		return ok && s.Version() >= out.CatalogVersion && s.ReadyChunks(b) == 21
	})
	a, _ := snap.Table("d", "a")
	b, _ := snap.Table("d", "b")
	for i := range b.NumChunks() {
		at, ok := a.Find(b.ID(i).Range)
		if !ok {
			continue
		}
		if x, y := snap.AssignedTo(a, at, nil), snap.AssignedTo(b, i, nil); !slices.Equal(x, y) || len(x) != 2 {
			t.Errorf("range %s: a is at %v, b at %v", b.ID(i).Range, x, y)
		}
	}
}

func TestReferenceAndPositionalTables(t *testing.T) {
	c := newCluster(t)
	c.metadata(nil)
	c.worker("w1", false)
	c.worker("w2", false)
	c.worker("w3", false)

	ref := metaapi.LoadSpec{Dataset: "d", Table: "nation", Columns: columns, Kind: catalog.Reference, Mode: metaapi.Create}
	c.load(ref, entries("nation", 1, chunks.Range{}))
	pos := metaapi.LoadSpec{Dataset: "d", Table: "log", Columns: columns, Kind: catalog.Positional, Mode: metaapi.Create}
	c.load(pos, entries("log", 1, span(0, 9), span(10, 19)))
	pos.Mode = metaapi.Append
	begun, err := c.client.BeginLoad(c.ctx, pos)
	if err != nil || begun.NextPosition != 20 || len(begun.Taken) != 2 || begun.BlockKind != chunks.BlockPosition {
		t.Fatalf("begun %+v, %v", begun, err)
	}
	c.load(pos, entries("log", 1, span(20, 29)))

	snap := c.wait("everything is ready", func(s *catalog.Snapshot) bool {
		nation, _ := s.Table("d", "nation")
		log, _ := s.Table("d", "log")
		return len(s.Replicas(nation, 0, nil)) == 3 && log.NumChunks() == 3 && s.ReadyChunks(log) == 3
	})
	d, _ := snap.Dataset("d")
	if d.Axis != "" || len(d.Ranges()) != 0 {
		t.Errorf("a dataset without chunked tables has axis %q, ranges %v", d.Axis, d.Ranges())
	}
	files := 0
	for f := range snap.Assigned("w2") {
		if f.Reference != (f.Table == "nation") || f.Bytes != 8 {
			t.Errorf("assigned %+v", f)
		}
		if _, err := c.store.Stat(c.ctx, f.Path); err != nil {
			t.Error(err)
		}
		files++
	}
	if files < 1 || files > 4 {
		t.Errorf("w2 is assigned %d files", files)
	}
	for f := range snap.Assigned("nobody") {
		if !f.Reference {
			t.Errorf("an unknown worker is assigned %+v", f)
		}
	}
	if _, err := c.client.DropTable(c.ctx, "d", "log"); err != nil {
		t.Error(err)
	}
	c.wait("the axis of the dropped table is gone", func(s *catalog.Snapshot) bool { return len(s.Assignments()) == 0 })
}
