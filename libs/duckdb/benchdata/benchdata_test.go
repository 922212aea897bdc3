package benchdata

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/shoal-db/shoal/libs/duckdb"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"go.uber.org/goleak"
	"golang.org/x/sync/errgroup"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func openEngine(t *testing.T) *duckdb.Engine {
	t.Helper()
	e, err := duckdb.Open(context.Background(), duckdb.Options{Threads: 2, AllowUnsignedExtensions: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return e
}

// TestGenerators builds both extensions from nothing, in a folder of the test's own.
func TestGenerators(t *testing.T) {
	e, ctx, dir := openEngine(t), context.Background(), t.TempDir()
	if err := Load(ctx, e, dir); err != nil {
		t.Fatal(err)
	}
	c, err := e.Conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := TPCH(ctx, c, 0.01); err != nil {
		t.Fatal(err)
	}
	if n, err := c.QueryString(ctx, "SELECT count(*) FROM lineitem"); err != nil || n != "60175" {
		t.Errorf("lineitem has %s rows, %v", n, err)
	}
	tpch, err := TPCHQueries(ctx, c)
	if err != nil || len(tpch) != 22 || tpch[21].Number != 22 {
		t.Fatalf("%d tpc-h queries, %v", len(tpch), err)
	}
	tpcds, err := TPCDSQueries(ctx, c)
	if err != nil || len(tpcds) != 99 {
		t.Fatalf("%d tpc-ds queries, %v", len(tpcds), err)
	}
	answers, err := TPCHAnswers(ctx, c, 0.01)
	if err != nil || len(answers) != 22 {
		t.Fatalf("%d answers, %v", len(answers), err)
	}
	checkQ6(t, c, tpch[5].SQL, answers[5].CSV)
	if _, err := TPCHAnswers(ctx, c, 0.25); !fault.Is(err, fault.NotFound) {
		t.Errorf("answers at an odd scale: %v", err)
	}
	left, err := filepath.Glob(filepath.Join(dir, "*", "build-*"))
	if err != nil || len(left) != 0 {
		t.Errorf("scratch folders left: %v, %v", left, err)
	}
}

// TestGeneratorsSideBySide: the generators' state is of the process, not of the engine; without a
// lock they crash.
func TestGeneratorsSideBySide(t *testing.T) {
	dir, err := CacheDir()
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	var g errgroup.Group
	for range 3 {
		e := openEngine(t)
		g.Go(func() error {
			if err := Load(ctx, e, dir, TPCHExtension); err != nil {
				return err
			}
			c, err := e.Conn(ctx)
			if err != nil {
				return err
			}
			defer c.Close()
			if err := TPCH(ctx, c, 0.01); err != nil {
				return err
			}
			n, err := c.QueryString(ctx, "SELECT count(*) FROM lineitem")
			if err == nil && n != "60175" {
				err = fmt.Errorf("lineitem has %s rows", n)
			}
			return err
		})
	}
	if err := g.Wait(); err != nil {
		t.Error(err)
	}
}

func checkQ6(t *testing.T, c *duckdb.Conn, sql, csv string) {
	t.Helper()
	got, err := c.QueryString(context.Background(), strings.TrimSuffix(strings.TrimSpace(sql), ";"))
	if err != nil {
		t.Fatal(err)
	}
	if want := strings.Fields(csv)[1]; got != want {
		t.Errorf("query 6 gives %s, DuckDB's answer is %s", got, want)
	}
}

func TestCacheIsUsed(t *testing.T) {
	e, ctx, dir := openEngine(t), context.Background(), t.TempDir()
	if err := Load(ctx, e, dir, TPCHExtension); err != nil {
		t.Fatal(err)
	}
	b, err := target(ctx, e, dir, TPCHExtension)
	if err != nil {
		t.Fatal(err)
	}
	before, err := os.Stat(b.path())
	if err != nil {
		t.Fatal(err)
	}
	if err := Load(ctx, e, dir, TPCHExtension); err != nil {
		t.Fatal(err)
	}
	if after, err := os.Stat(b.path()); err != nil || !os.SameFile(before, after) {
		t.Errorf("the extension was built again: %v", err)
	}
}

func TestNoCompiler(t *testing.T) {
	t.Setenv("CXX", "")
	t.Setenv("PATH", t.TempDir())
	_, err := findCompiler()
	var f *fault.Fault
	if !errors.As(err, &f) || f.Kind != fault.NotFound || !strings.Contains(f.Hint, "install") {
		t.Fatalf("got %v", err)
	}
	if strings.Contains(err.Error(), "\n") {
		t.Errorf("more than one line: %q", err)
	}
}

func TestUnsignedRefused(t *testing.T) {
	e, err := duckdb.Open(context.Background(), duckdb.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close(context.Background())
	if err := Load(context.Background(), e, t.TempDir(), TPCHExtension); err == nil {
		t.Error("an unsigned extension was loaded without leave")
	}
}
