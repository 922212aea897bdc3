// Package memory checks that a stream needs no more memory the longer it is:
// what a slow client has not taken waits on the workers' disks, not in anybody's
// memory.
package memory

import (
	"context"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"google.golang.org/grpc/metadata"

	"github.com/shoal-db/shoal/libs/platform/run"
	"github.com/shoal-db/shoal/tests/harness"
)

const (
	// scaleFactor makes 1.2 million rows of 16 columns.
	scaleFactor = 0.2
	// leastBytes is how much a stream must have for the test to mean anything.
	leastBytes = 200_000_000
	// slowFor is how long a client takes for a stream, apart from the reading itself.
	slowFor = 6 * time.Second
	// growth is by how much the memory of a process may exceed what it was when a
	// tenth of the stream was read.
	growth = 48 << 20
	// workerMemory and portalMemory are what DuckDB may use: less than a stream has.
	workerMemory = 64 << 20
	portalMemory = 128 << 20
	// most is the memory that a process may have at all: DuckDB's, and what Go, the
	// program's own pages and buffers take.
	most = 400 << 20
)

// TestSlowClient streams the whole of lineitem to a client that lags behind.
func TestSlowClient(t *testing.T) {
	data := harness.NewTPCH(t, scaleFactor)
	spill := t.TempDir()
	c := harness.StartProcesses(t, harness.ProcessOptions{
		Workers: 2, Replication: 2,
		PortalArgs: []string{"--memory", fmt.Sprint(portalMemory), "--threads", "2", "--spill-dir", spill},
		WorkerArgs: []string{"--memory", fmt.Sprint(workerMemory)},
	})
	harness.Load(t, c.HTTP, "tpch", "lineitem", data.Files["lineitem"], "l_orderkey", 50_000)
	want := data.Query(t, "SELECT count(*) AS n FROM lineitem").Rows[0][0]
	for _, tt := range []struct {
		name, sql string
		viaPortal bool
	}{
		{"from the workers", "SELECT * FROM lineitem", false},
		{"through the portal", "SELECT * FROM lineitem", true},
		{"merged and spilled", "SELECT * FROM lineitem ORDER BY l_comment, l_orderkey, l_linenumber", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			most := mostSpilled(t, spill)
			got, bytes := slowly(t, c, tt.sql, tt.viaPortal)
			spilled := most()
			t.Logf("the portal has spilled %d MiB", spilled>>20)
			if merged := !tt.viaPortal && strings.Contains(tt.sql, "ORDER BY"); (spilled > 0) != merged {
				t.Errorf("the portal has spilled %d bytes", spilled)
			}
			if fmt.Sprint(got) != want {
				t.Errorf("%d rows, want %v", got, want)
			}
			if bytes < leastBytes {
				t.Errorf("%d MiB prove nothing", bytes>>20)
			}
		})
	}
}

// mostSpilled returns a function that says how many bytes a folder has had at
// most.
func mostSpilled(t *testing.T, dir string) func() int64 {
	stop, done := make(chan struct{}), make(chan struct{})
	var most int64
	go func() {
		defer close(stop)
		for {
			var now int64
			// What vanishes meanwhile counts as nothing.
			_ = filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
				if err == nil && d.Type().IsRegular() {
					if info, err := d.Info(); err == nil {
						now += info.Size()
					}
				}
				return nil
			})
			most = max(most, now)
			select {
			case <-done:
				return
			case <-time.After(100 * time.Millisecond):
			}
		}
	}()
	end := sync.OnceFunc(func() { close(done) })
	t.Cleanup(end)
	return func() int64 {
		end()
		<-stop
		return most
	}
}

// slowly reads a query's streams one after the other and returns the rows and
// their bytes.
func slowly(t *testing.T, c *harness.Processes, sql string, viaPortal bool) (rows, bytes int64) {
	ctx, cancel := context.WithTimeout(harness.InSchema(context.Background(), "tpch"), 3*time.Minute)
	defer cancel()
	if viaPortal {
		ctx = metadata.AppendToOutgoingContext(ctx, "x-shoal-route", "portal")
	}
	client := harness.SQL(t, c.Flight)
	begun := time.Now()
	info, err := client.Portal().Execute(ctx, sql)
	if err != nil {
		t.Fatal(err)
	}
	watched := watch(c)
	var records int
	for _, e := range info.Endpoint {
		r, err := client.Open(ctx, e, 0)
		if err != nil {
			t.Fatal(err)
		}
		for r.Next() {
			rec := r.Record()
			rows += rec.NumRows()
			for _, col := range rec.Columns() {
				bytes += int64(col.Data().SizeInBytes())
			}
			if records%10 == 0 {
				watched.sample(t, rows)
			}
			records++
			// So that all of it takes about slowFor; batches have some thousand rows.
			time.Sleep(slowFor * time.Duration(rec.NumRows()) / (scaleFactor * 6_000_000))
		}
		err = r.Err()
		r.Release()
		if err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d rows, %d MiB in %d batches, %d streams, %s", rows, bytes>>20, records, len(info.Endpoint), time.Since(begun).Round(time.Millisecond))
	watched.check(t, rows)
	return rows, bytes
}

// watched is the memory of processes as rows were read.
type watched struct {
	processes []*harness.Process
	rows      []int64
	resident  map[string][]int64
}

func watch(c *harness.Processes) *watched {
	return &watched{processes: append([]*harness.Process{c.Portal}, c.Workers...), resident: map[string][]int64{}}
}

func (w *watched) sample(t *testing.T, rows int64) {
	w.rows = append(w.rows, rows)
	for _, p := range w.processes {
		w.resident[p.Name] = append(w.resident[p.Name], p.ResidentBytes(t))
	}
}

// check compares what the processes had when a tenth was read with the most that
// they had afterwards.
func (w *watched) check(t *testing.T, rows int64) {
	tenth, _ := slices.BinarySearch(w.rows, rows/10)
	if tenth+10 > len(w.rows) {
		t.Fatalf("%d samples are too few", len(w.rows))
	}
	for _, p := range w.processes {
		all := w.resident[p.Name]
		base, peak := all[tenth], slices.Max(all[tenth:])
		t.Logf("%-6s resident MiB: %d after the first batch, %d at a tenth, %d half way, %d at the end, %d at most",
			p.Name, all[0]>>20, base>>20, all[len(all)/2]>>20, all[len(all)-1]>>20, peak>>20)
		room := int64(0)
		if p == w.processes[0] {
			room = run.HeapRoom // the portal's garbage
		}
		if peak-base > growth+room {
			t.Errorf("%s grew by %d MiB after a tenth of the stream, which is more than %d", p.Name, (peak-base)>>20, (growth+room)>>20)
		}
		if peak > most+room {
			t.Errorf("%s had %d MiB, which is more than %d", p.Name, peak>>20, (most+room)>>20)
		}
	}
}
