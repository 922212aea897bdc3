package failures

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/apache/arrow/go/v17/arrow/flight"

	"github.com/shoal-db/shoal/tests/harness"
)

// TestPublishing replaces and appends to tables without a pause while they are queried through all doors:
// no query fails, and every answer is of one version, whole. Each version v of a table has rows 0 … n(v)-1
// that all say v, cut into chunks in its own way.
func TestPublishing(t *testing.T) {
	t.Parallel()
	o := harness.NewOracle(t)
	c := harness.StartProcesses(t, harness.ProcessOptions{
		Workers: 3, Replication: 2, MetadataArgs: []string{"--publish-patience", "5s"}, WorkerArgs: []string{"--downloads", "1"},
	})
	p := &publisher{c: c, oracle: o}
	const base = 4000
	p.load(t, "tpch.blocks", "--block-column k", 1, 0, base, 500)
	p.load(t, "tpch.spread", "", 1, 0, base, 1000)
	p.load(t, "tpch.small", "--reference", 1, 0, base, 0)
	p.load(t, "app.grows", "--block-column k", 1, 0, base, 500)

	ctx, cancel := context.WithCancel(context.Background())
	var answers atomic.Int64
	var readers sync.WaitGroup
	for i := range 3 {
		a := newAsker(t, c.HTTP, c.Flight)
		readers.Go(func() {
			for n := i; ctx.Err() == nil; n++ {
				if err := p.oneVersion(a, doors[n%len(doors)], n/3); err != nil {
					t.Error(err)
				}
				answers.Add(1)
			}
		})
	}
	old := newAsker(t, c.HTTP, c.Flight)
	tickets := p.issue(t, old)
	length := 25 * time.Second
	var loaders sync.WaitGroup
	end := time.Now().Add(length)
	for i, table := range []string{"blocks", "spread", "small"} {
		kind := map[string]string{"blocks": "--block-column k", "spread": "", "small": "--reference"}[table]
		loaders.Go(func() {
			rng := rand.New(rand.NewPCG(uint64(i), 1))
			for v := 2; time.Now().Before(end); v++ {
				p.load(t, "tpch."+table, kind+" --replace", v, 0, base+rng.IntN(1000), []int{250, 400, 500, 1000}[rng.IntN(4)])
			}
		})
	}
	loaders.Go(func() {
		for v, at := 2, base; time.Now().Before(end); v, at = v+1, at+250 {
			p.load(t, "app.grows", "--append", 1, at, at+250, 100)
		}
	})
	time.Sleep(length / 3)
	c.Metadata.Kill() // loads go on with the next one
	c.StartMetadata(t)
	loaders.Wait()
	// Tickets from before all that are still good.
	if rows, err := old.redeem(context.Background(), tickets); err != nil || rows != base {
		t.Errorf("tickets from before: %d rows, %v", rows, err)
	}
	cancel()
	readers.Wait()
	t.Logf("%d loads, %d answers meanwhile", p.loads.Load(), answers.Load())
	if p.loads.Load() < 10 || answers.Load() < 20 {
		t.Error("that is too little to prove anything")
	}
}

type publisher struct {
	c      *harness.Processes
	mu     sync.Mutex
	oracle *harness.Oracle
	loads  atomic.Int64
}

// load publishes rows from … to-1 of version v.
func (p *publisher) load(t *testing.T, table, options string, v, from, to, chunkRows int) {
	t.Helper()
	p.mu.Lock()
	name := strings.ReplaceAll(fmt.Sprintf("%s_%d_%d", table, v, from), ".", "_")
	p.oracle.Exec(t, fmt.Sprintf("CREATE TABLE %s AS SELECT i AS k, %d AS v, %d AS n, repeat('x', 100) AS fill FROM range(%d, %d) t(i)", name, v, to-from, from, to))
	path := p.oracle.WriteParquet(t, name)
	p.oracle.Exec(t, "DROP TABLE "+name)
	p.mu.Unlock()
	args := append([]string{"load", table, path}, strings.Fields(options)...)
	if chunkRows > 0 {
		args = append(args, "--chunk-rows", fmt.Sprint(chunkRows))
	}
	if out, errs, err := shoal(t, p.c.HTTP, args...); err != nil {
		t.Errorf("%s: %v\n%s%s", filepath.Base(path), err, out, errs)
	}
	p.loads.Add(1)
}

// oneVersion asks for something of which a mix of versions, or a part of one, can be told.
func (p *publisher) oneVersion(a *asker, door string, n int) error {
	table := []string{"blocks", "spread", "small", "app.grows"}[n%4]
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	whole := func(table string) string {
		if table == "app.grows" { // rows 0 … m of a whole number of appends
			return "count(*) = max(k) + 1 AND count(*) >= 4000 AND count(*) % 250 = 0"
		}
		return "min(v) = max(v) AND count(*) = min(n) AND count(*) = max(n) AND max(k) + 1 = count(*)"
	}
	sql := "SELECT " + whole(table) + " AS ok FROM " + table
	if n%3 == 1 { // joined with what is replaced as well
		sql = "SELECT min(a.v) = max(a.v) AND count(DISTINCT a.k) = min(a.n) AND min(b.v) = max(b.v) AND count(*) = count(DISTINCT a.k) AS ok " +
			"FROM blocks a LEFT JOIN small b ON a.k = b.k"
	}
	if n%3 == 2 && table != "app.grows" { // rows as they are, which clients read from workers
		got, err := a.ask(ctx, door, "SELECT k, v, n FROM "+table+" WHERE k >= 0")
		if err != nil {
			return fmt.Errorf("%s, rows of %s: %w", door, table, err)
		}
		first := ""
		for _, row := range got.Rows {
			if key := fmt.Sprint(row[1:]); first == "" {
				first = key
			} else if key != first {
				return fmt.Errorf("%s: a mix of %s and %s", table, first, key)
			}
		}
		if len(got.Rows) == 0 || fmt.Sprint(got.Rows[0][2]) != fmt.Sprint(len(got.Rows)) {
			return fmt.Errorf("%s: %d rows of %s", table, len(got.Rows), first)
		}
		return nil
	}
	got, err := a.ask(ctx, door, sql)
	if err != nil {
		return fmt.Errorf("%s, %s: %w", door, sql, err)
	}
	if len(got.Rows) != 1 || fmt.Sprint(got.Rows[0][0]) != "true" {
		return fmt.Errorf("%s, %s: %v", door, sql, got.Rows)
	}
	return nil
}

// issue has tickets made for a table as it is.
func (p *publisher) issue(t *testing.T, a *asker) *flight.FlightInfo {
	t.Helper()
	info, err := a.sql.Portal().Execute(harness.InSchema(context.Background(), "tpch"), "SELECT k, v, n FROM blocks WHERE k >= 0")
	if err != nil {
		t.Fatal(err)
	}
	return info
}

// redeem reads all of a FlightInfo's streams.
func (a *asker) redeem(ctx context.Context, info *flight.FlightInfo) (rows int64, err error) {
	for _, e := range info.Endpoint {
		r, err := a.sql.Open(ctx, e, 0)
		if err != nil {
			return rows, err
		}
		n, err := drain(r)
		r.Release()
		if rows += n; err != nil {
			return rows, err
		}
	}
	return rows, nil
}
