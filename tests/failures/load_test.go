package failures

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/shoal-db/shoal/cmd/shoal/cluster"
	"github.com/shoal-db/shoal/tests/harness"
)

// TestLoadRefused gives shoal load what it cannot take.
func TestLoadRefused(t *testing.T) {
	t.Parallel()
	o := harness.NewOracle(t)
	o.Exec(t, "CREATE TABLE events AS SELECT i AS k, 'event ' || i AS v FROM range(10000) t(i)")
	o.Exec(t, "CREATE TABLE overlapping AS SELECT i AS k, 'event ' || i AS v FROM range(9000, 12000) t(i)")
	whole := o.WriteParquet(t, "events")
	overlapping := o.WriteParquet(t, "overlapping")
	raw, err := os.ReadFile(whole)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	write := func(name string, content []byte) string {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	corrupt := bytes.Clone(raw)
	for i := len(raw) / 4; i < len(raw)/4+64; i++ {
		corrupt[i] ^= 0xff
	}
	truncated := write("truncated.parquet", raw[:len(raw)*2/3])
	damaged := write("damaged.parquet", corrupt)
	noParquet := write("text.parquet", []byte("this is a text that is long enough to have had a footer"))
	csv := bytes.NewBufferString("k,v\n")
	for i := range 5000 {
		fmt.Fprintf(csv, "%d,event %d\n", i, i)
	}
	csv.WriteString("not a number,event,too,many\n")
	malformed := write("malformed.csv", csv.Bytes())

	c := harness.Start(t, cluster.Options{Workers: 2, Replication: 2})
	a := newAsker(t, c.HTTP(), c.Flight())
	harness.Load(t, c.HTTP(), "tpch", "events", whole, "k", 1000)
	q := question{name: "events", sql: "SELECT * FROM events"}
	q.want = o.Query(t, q.sql)
	by := []string{"--block-column", "k"}
	for _, tt := range []struct {
		name string
		args []string
		says []string
	}{
		{"truncated parquet", append([]string{"tpch.other", truncated}, by...), []string{truncated}},
		{"damaged parquet", append([]string{"tpch.other", damaged}, by...), []string{damaged}},
		{"no parquet", append([]string{"tpch.other", noParquet}, by...), []string{noParquet}},
		{"one of two is damaged", append([]string{"tpch.other", whole, damaged}, by...), []string{damaged}},
		{"malformed csv", append([]string{"tpch.other", malformed}, by...), []string{malformed, "line 5002"}},
		{"no file", append([]string{"tpch.other", filepath.Join(dir, "none-*.parquet")}, by...), []string{"none-*.parquet"}},
		{"no column", []string{"tpch.other", whole, "--block-column", "kk"}, []string{"kk", "k"}},
		{"exists", append([]string{"tpch.events", whole}, by...), []string{"tpch.events", "--append", "--replace"}},
		{"the rows again", []string{"tpch.events", whole, "--append"}, []string{"tpch.events", "0000000000-0000000999"}},
		{"overlapping", []string{"tpch.events", overlapping, "--append"}, []string{"tpch.events", "9000"}},
		{"both", []string{"tpch.events", overlapping, "--append", "--replace"}, []string{"--append and --replace"}},
		{"no name", []string{"events", whole}, []string{"DATASET.TABLE"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			out, errs, err := shoal(t, c.HTTP(), append([]string{"load", "--progress", "none"}, tt.args...)...)
			oneLine(t, "shoal", err, errs, tt.says...)
			if out != "" {
				t.Errorf("standard output has %q", out)
			}
			t.Log(errs)
			if err := a.wrong(context.Background(), routed, q); err != nil {
				t.Errorf("afterwards: %v", err)
			}
		})
	}
	tables, err := a.http.Tables(context.Background())
	if err != nil || len(tables) != 1 {
		t.Errorf("there are %d tables, %v: what was refused has left something", len(tables), err)
	}
	a.right(t, "after all those loads", []question{q})
}

// TestLoadKilled kills shoal load when a part of the files has arrived.
func TestLoadKilled(t *testing.T) {
	t.Parallel()
	o := harness.NewOracle(t)
	o.Exec(t, "CREATE TABLE events AS SELECT i AS k, 'event ' || i AS v FROM range(50000) t(i)")
	o.Exec(t, "CREATE TABLE instead AS SELECT i AS k, 'other ' || i AS v FROM range(50000) t(i)")
	first, second := o.WriteParquet(t, "events"), o.WriteParquet(t, "instead")
	c := harness.Start(t, cluster.Options{Workers: 2, Replication: 2})
	a := newAsker(t, c.HTTP(), c.Flight())
	objects := filepath.Join(c.DataDir(), "objects", "tpch")
	chunks := func(args ...string) []string {
		return append([]string{"load", "--portal", c.HTTP(), "--progress", "none", "--chunk-rows", "500", "--parallel", "1", "--temp-dir", t.TempDir()}, args...)
	}
	kill := func(args []string) {
		t.Helper()
		before := len(files(t, objects))
		p := harness.StartProcess(t, "shoal load", harness.Binary(t, "shoal"), args...)
		harness.Eventually(t, timeout, "some files", func() error {
			if !p.Running() {
				t.Fatalf("it ended before it was killed: %s", p.Output())
			}
			if n := len(files(t, objects)) - before; n < 5 {
				return fmt.Errorf("%d have arrived", n)
			}
			return nil
		})
		p.Kill()
		if n := len(files(t, objects)) - before; n >= 100 {
			t.Fatalf("all %d files had arrived", n)
		}
	}
	ctx := context.Background()
	q := question{name: "events", sql: "SELECT * FROM events"}
	q.want = o.Query(t, q.sql)

	create := chunks("tpch.events", first, "--block-column", "k")
	kill(create)
	tables, err := a.http.Tables(ctx)
	if err != nil || len(tables) != 0 {
		t.Errorf("a load that was killed is visible: %v, %v", tables, err)
	}
	if _, err := a.ask(ctx, direct, q.sql); err == nil {
		t.Error("a load that was killed can be queried")
	}
	if _, errs, err := shoal(t, c.HTTP(), create...); err != nil {
		t.Fatalf("it cannot be run again: %v: %s", err, errs)
	}
	a.right(t, "after it was run again", []question{q})

	replace := chunks("tpch.events", second, "--block-column", "k", "--replace")
	kill(replace)
	a.right(t, "after a replacement was killed", []question{q})
	if _, errs, err := shoal(t, c.HTTP(), replace...); err != nil {
		t.Fatalf("it cannot be run again: %v: %s", err, errs)
	}
	q.want = o.Query(t, "SELECT * FROM instead")
	a.right(t, "after the replacement was run again", []question{q})
}
