package duckdb

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

func TestOptions(t *testing.T) {
	dir := t.TempDir()
	e := open(t, Options{
		Path: filepath.Join(dir, "db.duckdb"), Threads: 3, MemoryLimitBytes: 200 << 20, TempDir: filepath.Join(dir, "spill"), TempDirMaxBytes: 1 << 30,
		Settings: map[string]string{"preserve_insertion_order": "false"},
	})
	c := connect(t, e)
	for setting, want := range map[string]string{
		"threads": "3", "memory_limit": "200.0 MiB", "temp_directory": filepath.Join(dir, "spill"), "max_temp_directory_size": "1.0 GiB",
		"preserve_insertion_order": "false", "TimeZone": "UTC", "autoload_known_extensions": "false", "autoinstall_known_extensions": "false",
		"arrow_lossless_conversion": "false", "errors_as_json": "true",
	} {
		if got := queryString(t, c, "SELECT current_setting("+QuoteLiteral(setting)+")"); got != want {
			t.Errorf("%s is %s, want %s", setting, got, want)
		}
	}
	m, err := e.Memory(context.Background())
	if err != nil || m.LimitBytes != 200<<20 {
		t.Errorf("got %+v, %v", m, err)
	}
}

func TestReadOnly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "db.duckdb")
	e, err := Open(context.Background(), Options{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	c := connect(t, e)
	mustExec(t, c, "CREATE TABLE t AS FROM range(10) t(i)")
	c.Close()
	if err := e.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
	e = open(t, Options{Path: path, ReadOnly: true})
	c = connect(t, e)
	rec := ints(memory.DefaultAllocator, 1, 5)
	defer rec.Release()
	register(t, c, "x", newFake(intSchema, rec))
	if got := queryString(t, c, "SELECT count(*) FROM t JOIN x USING (i)"); got != "4" {
		t.Errorf("got %s", got)
	}
	if _, err := c.Exec(context.Background(), "DROP TABLE t"); !fault.Is(err, fault.InvalidArgument) {
		t.Errorf("got %v", err)
	}
}

func TestOpenFailures(t *testing.T) {
	dir := t.TempDir()
	garbage := filepath.Join(dir, "garbage")
	if err := os.WriteFile(garbage, []byte(strings.Repeat("garbage ", 10000)), 0o600); err != nil {
		t.Fatal(err)
	}
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	for name, tc := range map[string]struct {
		ctx  context.Context
		opts Options
		kind fault.Kind
	}{
		"no such folder":    {context.Background(), Options{Path: "/nope/db"}, fault.NotFound},
		"read-only, absent": {context.Background(), Options{Path: filepath.Join(dir, "none"), ReadOnly: true}, fault.NotFound},
		"no database":       {context.Background(), Options{Path: garbage}, fault.Unavailable},
		"reserved setting":  {context.Background(), Options{Settings: map[string]string{"Threads": "1"}}, fault.InvalidArgument},
		"unknown setting":   {context.Background(), Options{Settings: map[string]string{"nope": "1"}}, fault.NotFound},
		"bad value":         {context.Background(), Options{Settings: map[string]string{"preserve_insertion_order": "maybe"}}, fault.InvalidArgument},
		"no extension":      {context.Background(), Options{Extensions: []string{"/nope.duckdb_extension"}}, fault.NotFound},
		"cancelled":         {cancelled, Options{}, fault.Cancelled},
	} {
		t.Run(name, func(t *testing.T) {
			e, err := Open(tc.ctx, tc.opts)
			if err == nil {
				e.Close(context.Background())
			}
			if !fault.Is(err, tc.kind) {
				t.Errorf("got %s: %v", fault.KindOf(err), err)
			}
		})
	}
}

func TestConfined(t *testing.T) {
	dir, secret := t.TempDir(), filepath.Join(t.TempDir(), "secret.csv")
	one := filepath.Join(t.TempDir(), "one.csv")
	for _, path := range []string{secret, one, filepath.Join(dir, "a.csv")} {
		if err := os.WriteFile(path, []byte("x\n1\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(secret, filepath.Join(dir, "link.csv")); err != nil {
		t.Fatal(err)
	}
	e := open(t, Options{Confine: true, AllowedDirs: []string{dir}, AllowedPaths: []string{one}, LockConfiguration: true, TempDir: filepath.Join(t.TempDir(), "spill")})
	c := connect(t, e)
	for _, path := range []string{filepath.Join(dir, "a.csv"), filepath.Join(dir, "a*.csv"), one} {
		if got := queryString(t, c, "FROM read_csv("+QuoteLiteral(path)+")"); got != "1" {
			t.Errorf("%s: got %s", path, got)
		}
	}
	for _, sql := range []string{
		"FROM read_csv(" + QuoteLiteral(secret) + ")",
		"FROM read_csv(" + QuoteLiteral(dir+"/../../"+filepath.Base(filepath.Dir(filepath.Dir(secret)))+"/secret.csv") + ")",
		"FROM read_text('/etc/passwd')",
		"FROM glob('/etc/*')",
		"COPY (SELECT 1) TO " + QuoteLiteral(secret),
		"ATTACH " + QuoteLiteral(filepath.Join(filepath.Dir(secret), "x.db")),
		"LOAD '/tmp/nope.duckdb_extension'",
		"SET enable_external_access = true",
		"SET GLOBAL allowed_directories = ['/']",
		"SET memory_limit = '1TB'",
		"RESET lock_configuration",
	} {
		if _, err := c.Exec(context.Background(), sql); !fault.Is(err, fault.PermissionDenied) && !fault.Is(err, fault.InvalidArgument) {
			t.Errorf("%s: got %v", sql, err)
		}
	}
	if data, err := os.ReadFile(secret); err != nil || string(data) != "x\n1\n" {
		t.Errorf("the secret is %q now, %v", data, err)
	}
}

func TestMemoryLimit(t *testing.T) {
	const sql = "SELECT count(s) FROM (SELECT hash(i) AS h, md5(i::VARCHAR) AS s FROM range(1_500_000) t(i) ORDER BY h LIMIT 1_499_999)"
	t.Run("without spilling", func(t *testing.T) {
		e := open(t, Options{Threads: 2, MemoryLimitBytes: 50 << 20})
		_, err := connect(t, e).QueryRows(context.Background(), sql)
		if f := fault.From(err); err == nil || f.Kind != fault.ResourceExhausted || f.Details["duckdb_error_type"] != "out_of_memory" {
			t.Errorf("got %v", err)
		}
	})
	t.Run("spilling", func(t *testing.T) {
		dir := filepath.Join(t.TempDir(), "not", "there", "spill") // nobody has made what is above it
		e := open(t, Options{Threads: 2, MemoryLimitBytes: 50 << 20, TempDir: dir, Confine: true, LockConfiguration: true})
		if got := queryString(t, connect(t, e), sql); got != "1499999" {
			t.Errorf("got %s", got)
		}
	})
	t.Run("spilling too much", func(t *testing.T) {
		dir := filepath.Join(t.TempDir(), "spill")
		e := open(t, Options{Threads: 2, MemoryLimitBytes: 50 << 20, TempDir: dir, TempDirMaxBytes: 10 << 20})
		c := connect(t, e)
		if _, err := c.QueryRows(context.Background(), sql); !fault.Is(err, fault.ResourceExhausted) {
			t.Errorf("got %v", err)
		}
		if got := queryString(t, c, "SELECT 1"); got != "1" {
			t.Errorf("got %s", got)
		}
	})
}

func TestConnsAreBounded(t *testing.T) {
	e := open(t, Options{MaxConns: 2})
	a, b := connect(t, e), connect(t, e)
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	if _, err := e.Conn(ctx); !fault.Is(err, fault.DeadlineExceeded) || fault.From(err).Hint == "" {
		t.Errorf("got %v", err)
	}
	time.AfterFunc(20*time.Millisecond, func() { a.Close() })
	connect(t, e)
	if open, most := e.Conns(); open != 2 || most != 2 {
		t.Errorf("%d of %d connections", open, most)
	}
	b.Close()
	b.Close()
	if open, _ := e.Conns(); open != 1 {
		t.Errorf("%d connections", open)
	}
}

func TestCloseWaits(t *testing.T) {
	e := open(t, Options{Threads: 2})
	c := connect(t, e)
	s := query(t, c, "FROM range(100000)")
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	err := e.Close(ctx)
	if f := fault.From(err); !fault.Is(err, fault.DeadlineExceeded) || f.Details["open_connections"] != 1 {
		t.Errorf("got %v", err)
	}
	if _, err := e.Conn(context.Background()); !fault.Is(err, fault.Unavailable) {
		t.Errorf("got %v", err)
	}
	if rows, _ := drain(t, s, nil); rows != 100000 {
		t.Errorf("the stream was disturbed: %d rows", rows)
	}
	if e.Running() != 1 {
		t.Errorf("%d running", e.Running())
	}
	s.Close()
	time.AfterFunc(20*time.Millisecond, func() { c.Close() })
	if err := e.Close(context.Background()); err != nil {
		t.Error(err)
	}
	if err := e.Close(context.Background()); err != nil {
		t.Error(err)
	}
	if _, err := e.Memory(context.Background()); !fault.Is(err, fault.Unavailable) {
		t.Errorf("got %v", err)
	}
}

func TestSessionsAreApart(t *testing.T) {
	e := open(t, Options{MaxConns: 1})
	a := connect(t, e)
	mustExec(t, a, "CREATE TEMP TABLE mine (i INTEGER); SET search_path = 'temp'; BEGIN; CREATE TABLE memory.main.shared (i INTEGER)")
	a.Close()
	b := connect(t, e)
	for _, table := range []string{"mine", "shared"} {
		if _, err := b.QueryRows(context.Background(), "FROM "+table); !fault.Is(err, fault.NotFound) {
			t.Errorf("%s passed to another session: %v", table, err)
		}
	}
	if got := queryString(t, b, "SELECT current_schema()"); got != "main" {
		t.Errorf("the schema is %s", got)
	}
}

func TestEnginesAreApart(t *testing.T) {
	a, b := open(t, Options{}), open(t, Options{})
	mustExec(t, connect(t, a), "CREATE TABLE t (i INTEGER)")
	if _, err := connect(t, b).QueryRows(context.Background(), "FROM t"); !fault.Is(err, fault.NotFound) {
		t.Errorf("got %v", err)
	}
}

func TestQueryHelpers(t *testing.T) {
	e := open(t, Options{})
	c := connect(t, e)
	rows, err := c.QueryRows(context.Background(), "SELECT i, NULL, 'x' FROM range(3000) t(i) ORDER BY i DESC")
	if err != nil || len(rows) != 3000 || fmt.Sprint(rows[2999]) != "[{0 true} { false} {x true}]" {
		t.Errorf("%d rows, %v", len(rows), err)
	}
	if _, err := c.QueryString(context.Background(), "SELECT 1 WHERE false"); !fault.Is(err, fault.NotFound) {
		t.Errorf("got %v", err)
	}
	if got := QuoteIdent(`a"b`) + QuoteLiteral("a'b"); got != `"a""b"'a''b'` {
		t.Errorf("got %s", got)
	}
	plan := queryString(t, c, "SELECT json_serialize_plan("+QuoteLiteral("SELECT i FROM range(3) t(i)")+", optimize := false)")
	if !strings.Contains(plan, `"error":false`) {
		t.Errorf("got %s", plan)
	}
}
