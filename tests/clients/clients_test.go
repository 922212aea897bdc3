// Package clients runs the Flight SQL drivers that people use against a cluster. They come from their
// package registries; without these, or without the runtimes, the tests are skipped, but never in CI.
package clients

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/shoal-db/shoal/cmd/shoal/cluster"
	"github.com/shoal-db/shoal/cmd/shoal/load"
	"github.com/shoal-db/shoal/tests/harness"
)

// The versions that the documentation names.
const (
	adbc = "adbc-driver-flightsql==1.7.0"
	jdbc = "org.apache.arrow:flight-sql-jdbc-driver:18.3.0"
)

// start is a cluster with the table d.facts, 1,000 rows in 10 chunks.
func start(t *testing.T) *cluster.Cluster {
	t.Helper()
	oracle := harness.NewOracle(t)
	oracle.Exec(t, `CREATE TABLE facts AS SELECT i AS k, 'v''' || i % 10 AS v, DATE '2026-01-01' + (i % 31)::INTEGER AS day, (i / 4)::DECIMAL(12,2) AS price
		FROM range(1, 1001) t(i)`)
	c := harness.Start(t, cluster.Options{Workers: 2, Replication: 2})
	harness.LoadWith(t, c.HTTP(), load.Options{
		Dataset: "d", Table: "facts", BlockColumn: "k", Files: []string{oracle.WriteParquet(t, "facts")}, ChunkRows: 100, Threads: 1,
	})
	return c
}

// run runs a program and returns its output.
func run(dir, name string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		return string(out), fmt.Errorf("%s %v: %w\n%s", name, args, err, out)
	}
	return string(out), nil
}

// need has the test skipped when something that it needs is not there.
func need(t *testing.T, err error) {
	t.Helper()
	switch {
	case err == nil:
	case os.Getenv("CI") == "true":
		t.Fatal(err)
	default:
		t.Skipf("the driver is not to be had here: %v", err)
	}
}

func TestADBC(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	python := filepath.Join(dir, "venv", "bin", "python")
	_, err := run(dir, "python3", "-m", "venv", "venv")
	need(t, err)
	_, err = run(dir, python, "-m", "pip", "install", "--quiet", adbc, "pyarrow")
	need(t, err)
	script, err := filepath.Abs("testdata/adbc.py")
	if err != nil {
		t.Fatal(err)
	}
	out, err := run(dir, python, script, strings.TrimPrefix(start(t).Flight(), "grpc://"))
	if err != nil {
		t.Fatal(err)
	}
	want := `['count_star()'] [(63,)]
['k', 'v'] [(3, "v'3"), (13, "v'3")]
['a', 'b', 'c', 'd'] [("'; --", None, Decimal('1.50'), b'\x00\xff')]
['$2', '$1'] [(True, 1)]
analyzed_plan True True
True
`
	if out != want {
		t.Errorf("it says\n%s, not\n%s", out, want)
	}
}

func TestJDBC(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	_, err := run(dir, "java", "-version")
	need(t, err)
	_, err = run(dir, "mvn", "-q", "-B", "dependency:copy", "-Dartifact="+jdbc, "-DoutputDirectory="+dir)
	need(t, err)
	program, err := filepath.Abs("testdata/Parameters.java")
	if err != nil {
		t.Fatal(err)
	}
	out, err := run(dir, "java", "--add-opens=java.base/java.nio=ALL-UNNAMED", "-cp", filepath.Join(dir, "*"), program, strings.TrimPrefix(start(t).Flight(), "grpc://"))
	if err != nil {
		t.Fatal(err)
	}
	var lines []string // the driver logs, too
	for _, l := range strings.Split(out, "\n") {
		if text, ok := strings.CutPrefix(l, "> "); ok {
			lines = append(lines, text)
		}
	}
	want := []string{"n=50", "n=31", "i=6 d=0.5 s=a'b n=null t=1600000000123", "physical_plan true"}
	if strings.Join(lines, "\n") != strings.Join(want, "\n") {
		t.Errorf("it says %q, not %q\n%s", lines, want, out)
	}
}
