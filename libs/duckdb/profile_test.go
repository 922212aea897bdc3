package duckdb

import (
	"context"
	"path/filepath"
	"testing"
)

func TestProfile(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	e, err := Open(ctx, Options{
		Threads: 1, MemoryLimitBytes: 40 << 20, TempDir: filepath.Join(dir, "spill"),
		Confine: true, AllowedDirs: []string{dir}, LockConfiguration: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = e.Close(ctx) }()
	c, err := e.Conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	file := QuoteLiteral(filepath.Join(dir, "t.parquet"))
	if _, err := c.Exec(ctx, "COPY (SELECT range AS a, hash(range) AS b FROM range(500000)) TO "+file+" (FORMAT parquet)"); err != nil {
		t.Fatal(err)
	}
	drain := func(sql string, opts ...QueryOption) *Profile {
		t.Helper()
		s, err := c.Query(ctx, sql, opts...)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		if p := s.Profile(); p != nil {
			t.Errorf("there is a profile before the end: %+v", p)
		}
		for s.Next() {
			continue
		}
		if s.Err() != nil {
			t.Fatal(s.Err())
		}
		return s.Profile()
	}
	if p := drain("FROM " + file); p != nil {
		t.Errorf("a profile that nobody asked for: %+v", p)
	}
	p := drain("SELECT sum(a) FROM "+file+" WHERE b > 0", WithProfile())
	if p == nil || p.RowsScanned < 499_000 || p.RowsScanned > 500_000 || p.CPU <= 0 || p.PeakSpillBytes != 0 {
		t.Errorf("%+v", p)
	}
	if p = drain("SELECT a, b, b::VARCHAR AS c FROM "+file+" ORDER BY b", WithProfile()); p == nil || p.PeakMemoryBytes < 1<<20 || p.PeakSpillBytes == 0 {
		t.Errorf("a sort that does not fit into memory: %+v", p)
	}
}
