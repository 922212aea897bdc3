package metadata

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"

	"github.com/shoal-db/shoal/libs/catalog"
	"github.com/shoal-db/shoal/libs/catalog/layout"
	"github.com/shoal-db/shoal/libs/catalog/metaapi"
	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/chunks/manifest"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

// give has a lazy worker report all that it is assigned.
func (c *cluster) give(id chunks.WorkerID, session *catalog.WorkerSession) {
	var keys []chunks.Key
	for f := range c.seen.Current().Assigned(id) {
		keys = append(keys, f.Key)
	}
	session.ReportReady(keys, nil)
}

// announced waits until as many loads are about to publish.
func (c *cluster) announced(n int64) {
	c.t.Helper()
	for begun := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		resp, err := c.etcd.Get(c.ctx, layout.ComingPrefix, clientv3.WithPrefix(), clientv3.WithCountOnly())
		if err != nil {
			c.t.Fatal(err)
		}
		if resp.Count == n {
			return
		}
		if time.Since(begun) > 15*time.Second {
			c.t.Fatalf("%d loads are announced, not %d", resp.Count, n)
		}
	}
}

// commits begins and uploads a load and commits it in the background.
func (c *cluster) commits(ctx context.Context, spec metaapi.LoadSpec, list []manifest.Entry) (id string, done chan error) {
	c.t.Helper()
	begun, err := c.client.BeginLoad(c.ctx, spec)
	if err != nil {
		c.t.Fatal(err)
	}
	c.upload(spec, list)
	done = make(chan error, 1)
	go func() {
		_, err := newClient(c).CommitLoad(ctx, begun.ID, list)
		done <- err
	}()
	return begun.ID, done
}

func (c *cluster) still(done chan error, table string, version int64) {
	c.t.Helper()
	time.Sleep(300 * time.Millisecond)
	select {
	case err := <-done:
		c.t.Fatalf("committed before workers hold it: %v", err)
	default:
	}
	if t, ok := c.follower.Current().Table("d", table); !ok || t.Version != version {
		c.t.Errorf("%s is of version %d, not %d", table, t.Version, version)
	}
}

// TestChangesArePublishedWhenHeld replaces and appends with a worker that takes its time, with ranges that
// overlap those of the former version, through a change of the leader.
func TestChangesArePublishedWhenHeld(t *testing.T) {
	c := newCluster(t)
	_, stop := c.metadata(nil)
	lazy, _ := c.worker("lazy", true)
	c.worker("quick", false)
	was := c.load(chunkedSpec("d", "t", metaapi.Create), entries("t", 1, span(1, 10), span(11, 20)))
	c.give("lazy", lazy)
	for i, mode := range []string{metaapi.Replace, metaapi.Append} {
		ranges := []chunks.Range{span(1, 15), span(16, 20)}
		if mode == metaapi.Append {
			ranges = []chunks.Range{span(21, 30)}
		}
		_, done := c.commits(c.ctx, chunkedSpec("d", "t", mode), entries("t", 2+i, ranges...))
		c.announced(1)
		c.still(done, "t", was.CatalogVersion)
		if i == 0 { // a new leader goes on
			stop()
			_, stop = c.metadata(nil)
			c.still(done, "t", was.CatalogVersion)
		}
		c.give("lazy", lazy)
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		c.announced(0)
		snap := c.wait("published", func(s *catalog.Snapshot) bool { t, _ := s.Table("d", "t"); return t.Version > was.CatalogVersion })
		table, _ := snap.Table("d", "t")
		was.CatalogVersion = table.Version
		for i := range table.NumChunks() {
			if got := snap.Replicas(table, i, nil); len(got) != 2 {
				t.Errorf("in the version that has it, %s can be read from %v", table.ID(i), got)
			}
		}
	}
	c.wait("what was replaced is not assigned", func(s *catalog.Snapshot) bool {
		for _, a := range s.Assignments() {
			table := a.Current()
			if !slices.Equal(table.Ranges, []chunks.Range{span(1, 15), span(16, 20), span(21, 30)}) {
				return false
			}
		}
		return true
	})
}

// TestLoadThatIsNotHeld has a worker that never fetches: after the patience one replica is enough, and
// without any the table stays as it was. What a load that died was about to bring goes.
func TestLoadThatIsNotHeld(t *testing.T) {
	c := newCluster(t)
	c.metadata(func(cfg *Config) {
		cfg.PublishPatience, cfg.PublishTimeout, cfg.LoadTTL = 500*time.Millisecond, 2*time.Second, time.Second
	})
	_, _ = c.worker("never", true)
	_, stop := c.worker("quick", false)
	was := c.load(chunkedSpec("d", "t", metaapi.Create), entries("t", 1, span(1, 10)))
	ref := metaapi.LoadSpec{Dataset: "d", Table: "r", Columns: columns, Kind: catalog.Reference, Mode: metaapi.Create}
	c.load(ref, entries("r", 1, chunks.Range{}))
	c.wait("held", func(s *catalog.Snapshot) bool { t, _ := s.Table("d", "t"); return s.ReadyChunks(t) == 1 })

	begun := time.Now()
	out := c.load(chunkedSpec("d", "t", metaapi.Replace), entries("t", 2, span(1, 10)))
	if took := time.Since(begun); took < 500*time.Millisecond || out.CatalogVersion <= was.CatalogVersion {
		t.Errorf("published after %s as %+v", took, out)
	}
	// A reference table is needed wherever there are chunks to join it with.
	ref.Mode = metaapi.Replace
	if _, err := c.tryLoad(ref, entries("r", 2, chunks.Range{})); !fault.Is(err, fault.Unavailable) || fault.IsRetryable(err) || fault.From(err).Hint == "" {
		t.Errorf("a reference table that one worker lacks: %v", err)
	}
	stop()
	c.wait("gone", func(s *catalog.Snapshot) bool { return len(s.Workers()) == 1 })
	if _, err := c.tryLoad(chunkedSpec("d", "t", metaapi.Replace), entries("t", 3, span(1, 10))); !fault.Is(err, fault.Unavailable) || fault.IsRetryable(err) {
		t.Errorf("what nobody holds: %v", err)
	}
	c.announced(0)
	ctx, cancel := context.WithCancel(c.ctx)
	_, done := c.commits(ctx, chunkedSpec("d", "t", metaapi.Append), entries("t", 1, span(11, 20)))
	c.announced(1)
	cancel()
	<-done
	c.announced(0)
	_, err := c.seen.Wait(c.ctx, "forget what a load that died was about to bring", func(s *catalog.Snapshot) bool {
		for f := range s.Assigned("never") {
			if f.ID.Range == span(11, 20) {
				return false
			}
		}
		return true
	})
	if err != nil {
		t.Error(err)
	}
	if table, _ := c.follower.Current().Table("d", "t"); table.Version != out.CatalogVersion {
		t.Errorf("the table is of version %d, not %d", table.Version, out.CatalogVersion)
	}
}

// TestLoadsAtTheSameTime append to one table and replace others of its dataset.
func TestLoadsAtTheSameTime(t *testing.T) {
	c := newCluster(t)
	c.metadata(nil)
	c.worker("w1", false)
	c.worker("w2", false)
	c.worker("w3", false)
	c.load(chunkedSpec("d", "a", metaapi.Create), entries("a", 1, span(0, 9)))
	c.load(chunkedSpec("d", "b", metaapi.Create), entries("b", 1, span(0, 9)))
	var all sync.WaitGroup
	for i := range int64(6) {
		all.Go(func() {
			if _, err := c.tryLoad(chunkedSpec("d", "a", metaapi.Append), entries("a", 1, span(10+10*i, 19+10*i))); err != nil {
				t.Errorf("append %d: %v", i, err)
			}
		})
	}
	all.Go(func() {
		for v := range 6 {
			if _, err := c.tryLoad(chunkedSpec("d", "b", metaapi.Replace), entries("b", 2+v, span(0, 9), span(10, 19), span(60, 69))); err != nil {
				t.Errorf("replacement %d: %v", v, err)
			}
		}
	})
	all.Wait()
	c.announced(0)
	snap := c.wait("all are seen", func(s *catalog.Snapshot) bool { a, _ := s.Table("d", "a"); return a.NumChunks() == 7 })
	for _, name := range []string{"a", "b"} {
		table, _ := snap.Table("d", name)
		for i := range table.NumChunks() {
			if got := snap.Replicas(table, i, nil); len(got) == 0 {
				t.Errorf("%s of %s can be read from nobody", table.ID(i), name)
			}
		}
	}
}
