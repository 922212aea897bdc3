package metadata

import (
	"slices"
	"testing"
	"time"

	"github.com/shoal-db/shoal/libs/catalog"
	"github.com/shoal-db/shoal/libs/catalog/metaapi"
	"github.com/shoal-db/shoal/libs/chunks"
)

func tens(n int64) []chunks.Range {
	out := make([]chunks.Range, n)
	for i := range out {
		out[i] = span(int64(i)*10, int64(i)*10+9)
	}
	return out
}

func table(s *catalog.Snapshot, dataset, name string) *catalog.Table {
	t, _ := s.Table(dataset, name)
	return t
}

// allReady tells whether every chunk of d.t is ready somewhere.
func allReady(s *catalog.Snapshot) bool {
	t := table(s, "d", "t")
	return t != nil && s.ReadyChunks(t) == t.NumChunks()
}

// holders counts the chunks of d.t that are assigned to each live worker.
func holders(s *catalog.Snapshot) map[chunks.WorkerID]int {
	out := map[chunks.WorkerID]int{}
	t := table(s, "d", "t")
	for i := range t.NumChunks() {
		for _, w := range s.AssignedTo(t, i, nil) {
			out[s.Workers()[w].ID]++
		}
	}
	return out
}

func moving(s *catalog.Snapshot) bool {
	return slices.ContainsFunc(s.Assignments(), func(a catalog.Assignment) bool { return len(a.Previous) > 0 })
}

func assignedTo(s *catalog.Snapshot, id chunks.WorkerID) (keys []chunks.Key) {
	for f := range s.Assigned(id) {
		keys = append(keys, f.Key)
	}
	return keys
}

// With one replica of everything, a chunk that moves must be served by its old worker until the new
// one has it.
func TestChunksThatMoveAreNeverBare(t *testing.T) {
	c := newCluster(t)
	c.metadata(func(cfg *Config) { cfg.Replication = 1 })
	c.worker("w1", false)
	c.load(chunkedSpec("d", "t", metaapi.Create), entries("t", 1, tens(40)...))
	c.wait("w1 has all", allReady)

	lazy, _ := c.worker("w2", true)
	snap := c.wait("chunks are given to w2", func(s *catalog.Snapshot) bool { return holders(s)["w2"] > 10 })
	if !allReady(snap) || !moving(snap) {
		t.Fatal("chunks that are on their way cannot be read")
	}
	if n := len(assignedTo(snap, "w1")); n != 40 {
		t.Errorf("w1 may drop files that w2 does not have: it shall hold %d", n)
	}
	lazy.ReportReady(assignedTo(snap, "w2"), nil)
	snap = c.wait("the move is over", func(s *catalog.Snapshot) bool { return !moving(s) })
	if n := holders(snap); n["w1"]+n["w2"] != 40 || len(assignedTo(snap, "w1")) != n["w1"] || !allReady(snap) {
		t.Errorf("after the move %v, w1 shall hold %d", n, len(assignedTo(snap, "w1")))
	}
}

func TestARestartMovesNothing(t *testing.T) {
	c := newCluster(t)
	c.metadata(func(cfg *Config) { cfg.LeaveDelay = 3 * time.Second })
	c.worker("w1", false)
	_, stop := c.worker("w2", false)
	c.worker("w3", false)
	c.load(chunkedSpec("d", "t", metaapi.Create), entries("t", 1, tens(40)...))
	before := c.wait("all is ready", func(s *catalog.Snapshot) bool { return allReady(s) && len(holders(s)) == 3 && !moving(s) })
	was := holders(before)
	stop()
	snap := c.wait("w2 has left", func(s *catalog.Snapshot) bool { return len(s.Workers()) == 2 })
	if !allReady(snap) {
		t.Error("chunks with a second replica are bare")
	}
	time.Sleep(100 * time.Millisecond)
	c.worker("w2", false)
	snap = c.wait("w2 is back", func(s *catalog.Snapshot) bool { return len(s.Workers()) == 3 && holders(s)["w2"] == was["w2"] })
	if snap.Version() != before.Version() {
		t.Errorf("the catalog went from version %d to %d", before.Version(), snap.Version())
	}
}

func TestAWorkerThatStaysAwayIsReplaced(t *testing.T) {
	c := newCluster(t)
	c.metadata(nil)
	c.worker("w1", false)
	_, stop := c.worker("w2", false)
	c.worker("w3", false)
	c.load(chunkedSpec("d", "t", metaapi.Create), entries("t", 1, tens(40)...))
	c.wait("all is ready", func(s *catalog.Snapshot) bool { return allReady(s) && len(holders(s)) == 3 && !moving(s) })
	stop()
	c.wait("the others have all", func(s *catalog.Snapshot) bool {
		n := holders(s)
		return n["w1"] == 40 && n["w3"] == 40 && !moving(s) && allReady(s)
	})
}

func TestWithoutWorkersTheAssignmentStays(t *testing.T) {
	c := newCluster(t)
	c.metadata(func(cfg *Config) { cfg.Replication = 1; cfg.LeaveDelay = 50 * time.Millisecond })
	_, stop1 := c.worker("w1", false)
	_, stop2 := c.worker("w2", false)
	c.load(chunkedSpec("d", "t", metaapi.Create), entries("t", 1, tens(40)...))
	snap := c.wait("all is ready", func(s *catalog.Snapshot) bool { return allReady(s) && len(holders(s)) == 2 && !moving(s) })
	was := holders(snap)
	stop1()
	stop2()
	c.wait("nobody is left", func(s *catalog.Snapshot) bool { return len(s.Workers()) == 0 })
	time.Sleep(200 * time.Millisecond)
	c.worker("w2", false)
	c.worker("w1", false)
	// Whoever came first may have been given more for a moment, but what it had is not moved away.
	c.wait("they have it again", func(s *catalog.Snapshot) bool {
		now := holders(s)
		return allReady(s) && now["w1"]+now["w2"] == 40 && now["w1"] > 10 && was["w1"] > 10
	})
}

// Chunks that were loaded before there was any worker are assigned when one comes.
func TestWorkersThatComeLate(t *testing.T) {
	c := newCluster(t)
	c.metadata(nil)
	c.load(chunkedSpec("d", "t", metaapi.Create), entries("t", 1, tens(10)...))
	if n := len(c.follower.Current().Assignments()); n != 0 {
		t.Errorf("%d assignments without workers", n)
	}
	c.worker("w1", false)
	c.wait("w1 has all", allReady)
}

// A table that is replaced with other cuts leaves no old ranges in the assignment.
func TestReplacedRangesAreForgotten(t *testing.T) {
	c := newCluster(t)
	c.metadata(nil)
	c.worker("w1", false)
	c.load(chunkedSpec("d", "t", metaapi.Create), entries("t", 1, tens(10)...))
	c.wait("the first is ready", allReady)
	out := c.load(chunkedSpec("d", "t", metaapi.Replace), entries("t", 2, span(0, 14), span(15, 99)))
	snap := c.wait("the second is ready, and all there is", func(s *catalog.Snapshot) bool {
		current := s.Assignments()[0].Current()
		return s.Version() >= out.CatalogVersion && allReady(s) && len(current.Ranges) == 2
	})
	if n := table(snap, "d", "t").NumChunks(); n != 2 {
		t.Errorf("%d chunks", n)
	}
	if len(assignedTo(snap, "w1")) != 2 {
		t.Errorf("w1 shall hold %d files", len(assignedTo(snap, "w1")))
	}
}

func TestManySmallAppendsLeaveFewPages(t *testing.T) {
	c := newCluster(t)
	c.metadata(nil)
	c.worker("w1", false)
	spec := chunkedSpec("d", "t", metaapi.Create)
	const n = 40
	for i := range int64(n) {
		// From the middle outwards, so that page after page has to be sorted anew.
		at := 1000 + i*10
		if i%2 == 1 {
			at = 1000 - i*10
		}
		c.load(spec, entries("t", 1, span(at, at+9)))
		spec.Mode = metaapi.Append
	}
	snap := c.wait("all is ready", func(s *catalog.Snapshot) bool { return allReady(s) && table(s, "d", "t").NumChunks() == n })
	tab := table(snap, "d", "t")
	if tab.Rows != 10*n || tab.Index.Len() != n {
		t.Errorf("%d rows, %d indexed", tab.Rows, tab.Index.Len())
	}
	for i := range n {
		if at, ok := tab.Find(tab.ID(i).Range); !ok || at != i {
			t.Errorf("chunk %d is found at %d, %v", i, at, ok)
		}
	}
	if pages := c.count("/shoal/v1/tables/d/t"); pages > 8 {
		t.Errorf("%d pages", pages)
	}
	// Another follower, which reads it all at once, sees the same.
	other := catalog.NewFollower(c.connect(), catalog.FollowerOptions{Indexes: true})
	c.goRun("other follower", other.Run)
	seen, err := other.WaitVersion(c.ctx, snap.Version())
	if err != nil {
		t.Fatal(err)
	}
	for i := range n {
		if at, ok := table(seen, "d", "t").Find(tab.ID(i).Range); !ok || table(seen, "d", "t").Chunk(at) != tab.Chunk(i) {
			t.Errorf("another follower sees chunk %s otherwise", tab.ID(i))
		}
	}
}
