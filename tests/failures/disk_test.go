package failures

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/shoal-db/shoal/cmd/shoal/client"
	"github.com/shoal-db/shoal/cmd/shoal/cluster"
	"github.com/shoal-db/shoal/cmd/shoal/load"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/services/worker"
	"github.com/shoal-db/shoal/services/worker/store"
	"github.com/shoal-db/shoal/services/worker/store/errfs"
	"github.com/shoal-db/shoal/tests/harness"
)

// damages are what can happen to a file.
var damages = map[string]func(path string, content []byte) error{
	"flipped in place": func(path string, content []byte) error {
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			return err
		}
		middle := len(content) / 2
		_, err = f.WriteAt([]byte{^content[middle], ^content[middle+1]}, int64(middle))
		return errors.Join(err, f.Close())
	},
	"cut": func(path string, content []byte) error { return os.Truncate(path, int64(len(content)/2)) },
	"replaced": func(path string, content []byte) error {
		return os.WriteFile(path, bytes.Repeat([]byte{7}, len(content)), 0o600)
	},
	"removed": func(path string, _ []byte) error { return os.Remove(path) },
}

// TestDamagedChunks damages all files of one of two workers, while it runs and
// while it doesn't: the other one answers, and the files are made whole.
func TestDamagedChunks(t *testing.T) {
	t.Parallel()
	data := harness.NewTPCH(t, scaleFactor)
	all := questions(t, data)
	// What no query touches is found by the next look at all files.
	often := func(_ int, w *worker.Config) { w.ScrubInterval = time.Second }
	c := harness.Start(t, cluster.Options{Workers: 2, Replication: 2, EditWorker: often})
	data.LoadTPCH(t, c.HTTP(), 5_000)
	a := newAsker(t, c.HTTP(), c.Flight())
	a.right(t, "after the load", all)
	for name, damage := range damages {
		for _, running := range []bool{true, false} {
			for victim := 1; victim <= 2; victim++ {
				t.Run(fmt.Sprintf("%s/running=%v/w%d", name, running, victim), func(t *testing.T) {
					dir := filepath.Join(c.DataDir(), "workers", fmt.Sprintf("w%d", victim), "chunks")
					if !running {
						if err := c.StopWorker(victim); err != nil {
							t.Fatal(err)
						}
					}
					whole := damageAll(t, dir, damage)
					if !running {
						if err := c.StartWorker(t.Context(), victim); err != nil {
							t.Fatal(err)
						}
					}
					a.right(t, "with damaged files", all)
					harness.Eventually(t, timeout, "the files are whole again", func() error { return differs(whole) })
					harness.Eventually(t, timeout, "the worker is ready", func() error { return ready(t, c, victim) })
					harness.Eventually(t, timeout, "the portal knows of both replicas", a.replicated)
				})
			}
		}
	}
	a.right(t, "after all that", all)
}

// damageAll damages all files below a folder and returns what was in them.
func damageAll(t *testing.T, dir string, damage func(string, []byte) error) map[string][]byte {
	t.Helper()
	whole := map[string][]byte{}
	for _, path := range files(t, dir) {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		whole[path] = content
		if err := damage(path, content); err != nil {
			t.Fatal(err)
		}
	}
	if len(whole) == 0 {
		t.Fatalf("there is no file in %s", dir)
	}
	return whole
}

func differs(want map[string][]byte) error {
	for path, content := range want {
		got, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if !bytes.Equal(got, content) {
			return fmt.Errorf("%s is not what it was", path)
		}
	}
	return nil
}

// replicated returns which tables the portal would not have read at two workers.
func (a *asker) replicated() error {
	for _, table := range []string{"lineitem", "orders"} {
		info, err := a.sql.Portal().Execute(harness.InSchema(context.Background(), "tpch"), "SELECT * FROM "+table)
		if err != nil {
			return err
		}
		for _, e := range info.Endpoint {
			if len(e.Location) < 2 {
				return fmt.Errorf("a part of %s is at %v alone", table, e.Location)
			}
		}
	}
	return nil
}

// ready returns why a worker of a cluster is not ready.
func ready(t *testing.T, c *cluster.Cluster, number int) error {
	t.Helper()
	for _, w := range c.Workers() {
		if w.Number != number {
			continue
		}
		resp, err := http.Get(w.HTTP + "/readyz")
		if err != nil {
			return err
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		if err == nil && resp.StatusCode != http.StatusOK {
			err = errors.New(string(body))
		}
		return err
	}
	return fmt.Errorf("there is no worker %d", number)
}

// TestFullDisk fills the disks of one worker, then of both: rows that somebody
// has are answered, others are an error that names them, and what was missed is
// fetched when there is room again.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	var full [3]atomic.Bool
	c := harness.Start(t, cluster.Options{Workers: 2, Replication: 2, EditWorker: func(i int, w *worker.Config) {
		w.FS = errfs.FS{Under: store.OS{}, Fail: func(op errfs.Op, _ string) error {
			if op == errfs.Write && full[i].Load() {
				return &os.PathError{Op: "write", Path: "a file", Err: syscall.ENOSPC}
			}
			return nil
		}}
	}})
	a := newAsker(t, c.HTTP(), c.Flight())
	o := harness.NewOracle(t)
	fill := func(table string) question {
		t.Helper()
		o.Exec(t, "CREATE TABLE "+table+" AS SELECT i AS k, 'row ' || i AS v FROM range(5000) t(i)")
		// Nobody waits for workers that cannot get the files.
		_, err := load.Run(context.Background(), a.http, load.Options{
			Dataset: "tpch", Table: table, Files: []string{o.WriteParquet(t, table)}, BlockColumn: "k", ChunkRows: 1000, Threads: 1,
		})
		if err != nil {
			t.Fatal(err)
		}
		q := question{name: table, sql: "SELECT * FROM " + table}
		q.want = o.Query(t, q.sql)
		return q
	}
	full[2].Store(true)
	one := fill("one")
	harness.Eventually(t, timeout, "one worker has all", func() error { return allReady(t, a, "one") })
	a.right(t, "with a full disk on one worker", []question{one})
	harness.Eventually(t, timeout, "the worker says so", func() error {
		if err := ready(t, c, 2); err == nil || !strings.Contains(err.Error(), "the disk is full") {
			return fmt.Errorf("it says %w", errOr(err, "ready"))
		}
		return nil
	})

	full[1].Store(true)
	none := fill("none")
	for _, door := range doors {
		harness.Eventually(t, timeout, "a refusal", func() error {
			_, err := a.ask(context.Background(), door, none.sql)
			if err == nil {
				t.Fatal("rows that no worker has were answered")
			}
			if fault.Is(err, fault.NotFound) {
				return err // the portal has not seen the table yet
			}
			refused(t, door, err, fault.Unavailable, "none", "chunk")
			t.Log(fault.From(err).Text())
			return nil
		})
	}
	a.right(t, "of the other table, with both disks full", []question{one})

	full[1].Store(false)
	full[2].Store(false)
	// A full disk is tried again every 15 seconds.
	harness.Eventually(t, timeout, "both are ready", func() error { return errors.Join(ready(t, c, 1), ready(t, c, 2)) })
	harness.Eventually(t, timeout, "all chunks are there", func() error { return allReady(t, a, "none") })
	a.right(t, "with room again", []question{one, none})
}

func errOr(err error, text string) error {
	if err == nil {
		return errors.New(text)
	}
	return err
}

// allReady says what of a table no worker has.
func allReady(t *testing.T, a *asker, table string) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	var have *client.Table
	have, err := a.http.Table(ctx, "tpch", table)
	switch {
	case err != nil:
		return err
	case have == nil:
		return errors.New("there is no such table yet")
	case have.ChunksReady < have.Chunks:
		return fmt.Errorf("%d of %d chunks are ready", have.ChunksReady, have.Chunks)
	}
	return nil
}
