package duckdb

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/shoal-db/shoal/libs/platform/fault"
)

func TestErrorKinds(t *testing.T) {
	e := open(t, Options{Threads: 2})
	c := connect(t, e)
	mustExec(t, c, "CREATE TABLE t (i INTEGER PRIMARY KEY); CREATE TABLE customers (id INTEGER)")
	garbage := filepath.Join(t.TempDir(), "garbage.parquet")
	if err := os.WriteFile(garbage, []byte(strings.Repeat("garbage", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		sql  string
		kind fault.Kind
		typ  string
		at   int // byte offset; -1 for none
	}{
		{"SELEC 1", fault.InvalidArgument, "parser", 0},
		{"SELECT * FROM", fault.InvalidArgument, "parser", 13},
		{"SELECT 'open", fault.InvalidArgument, "parser", 7},
		{"SELECT nope FROM t", fault.NotFound, "binder", 7},
		{"SELECT 'ä', nope FROM t", fault.NotFound, "binder", 13},
		{"SELECT 1\nFROM nope", fault.NotFound, "catalog", 14},
		{"SELECT 1; SELECT\n2 + nope", fault.NotFound, "binder", 21},
		{"SELECT nope(1)", fault.NotFound, "catalog", 7},
		{"SELECT sum('a')", fault.InvalidArgument, "binder", 7},
		{"SELECT 'a'::INTEGER", fault.InvalidArgument, "conversion", 10},
		{"SELECT i::UTINYINT FROM range(1000) t(i)", fault.InvalidArgument, "conversion", 8},
		{"SELECT 9223372036854775807 + i FROM range(2) t(i)", fault.InvalidArgument, "out_of_range", -1},
		{"SELECT error('mine')", fault.InvalidArgument, "invalid_input", -1},
		{"CREATE TABLE t (i INTEGER)", fault.InvalidArgument, "catalog", -1},
		{"INSERT INTO t VALUES (1), (1)", fault.InvalidArgument, "constraint", -1},
		{"SET nope = 1", fault.NotFound, "catalog", -1},
		{"SET threads = 0", fault.InvalidArgument, "syntax", -1},
		{"FROM 'nope.parquet'", fault.NotFound, "io", -1},
		{"FROM read_csv('/nope/*.csv')", fault.NotFound, "io", 5},
		{"ATTACH '/nope/x.db'", fault.NotFound, "io", -1},
		{"FROM read_parquet('" + garbage + "')", fault.InvalidArgument, "invalid_input", 5},
		{"COPY t TO '/proc/nope.csv'", fault.NotFound, "io", -1},
	} {
		t.Run(tc.sql, func(t *testing.T) {
			s, err := c.Query(context.Background(), tc.sql)
			if err == nil {
				for s.Next() {
				}
				err = s.Err()
				s.Close()
			}
			var f *fault.Fault
			if !errors.As(err, &f) {
				t.Fatalf("got %v", err)
			}
			if f.Kind != tc.kind || f.Details["duckdb_error_type"] != tc.typ {
				t.Errorf("got %s, %v: %v", f.Kind, f.Details["duckdb_error_type"], err)
			}
			if strings.ContainsAny(f.Message, "{") || f.Message == "" {
				t.Errorf("message %q", f.Message)
			}
			at, has := f.Details["position"]
			if has != (tc.at >= 0) || has && at != tc.at {
				t.Errorf("position %v, want %d", at, tc.at)
			}
		})
	}
}

func TestErrorDetails(t *testing.T) {
	e := open(t, Options{})
	c := connect(t, e)
	mustExec(t, c, "CREATE TABLE customers (id INTEGER, name VARCHAR)")
	_, err := c.QueryRows(context.Background(), "SELECT id\nFROM customer")
	f := fault.From(err)
	if f.Details["line"] != 2 || f.Details["column"] != 6 || f.Details["caret"] != "LINE 2: FROM customer\n             ^" {
		t.Errorf("got %v", f.Details)
	}
	if !strings.Contains(f.Hint, `"customers"`) || strings.Contains(f.Message, "Did you mean") {
		t.Errorf("message %q, hint %q", f.Message, f.Hint)
	}
	if got := f.Details["candidates"]; len(got.([]string)) != 1 || got.([]string)[0] != "customers" {
		t.Errorf("candidates %v", got)
	}
	_, err = c.QueryRows(context.Background(), "SELECT nam FROM customers")
	if got := fault.From(err).Details["candidates"]; got == nil || got.([]string)[0] != "name" {
		t.Errorf("candidates %v of %v", got, err)
	}
}

func TestNULByte(t *testing.T) {
	e := open(t, Options{})
	c := connect(t, e)
	if _, err := c.Exec(context.Background(), "SELECT 1 \x00; SELECT nope"); !fault.Is(err, fault.InvalidArgument) {
		t.Errorf("got %v", err)
	}
}

func TestIOKinds(t *testing.T) {
	for message, kind := range map[string]fault.Kind{
		"IO Error: Could not write file: No space left on device":                                       fault.ResourceExhausted,
		"IO Error: Cannot open file \"x\": Permission denied":                                           fault.PermissionDenied,
		"IO Error: Could not read from file":                                                            fault.Unavailable,
		"HTTP Error: 503":                                                                               fault.Unavailable,
		"Permission Error: Cannot access file":                                                          fault.PermissionDenied,
		`{"exception_type":"Out of Memory","exception_message":"failed to offload data block"}`:         fault.ResourceExhausted,
		`{"exception_type":"INTERNAL","exception_message":"assertion"}`:                                 fault.Internal,
		`{"exception_type":"FATAL","exception_message":"database has been invalidated"}`:                fault.Internal,
		`Parser Error: {"exception_type":"Parser","exception_message":"m","position":"3"}` + "\n\nmore": fault.InvalidArgument,
		"":               fault.Internal,
		"no form at all": fault.Internal,
	} {
		if got := parseError(message).kind(); got != kind {
			t.Errorf("%q is %s, want %s", message, got, kind)
		}
	}
}

func TestLocate(t *testing.T) {
	long := strings.Repeat("x", 200)
	for _, tc := range []struct {
		sql          string
		at           int
		line, column int
		caret        string
	}{
		{"", 0, 1, 1, "LINE 1: \n        ^"},
		{"a b", 2, 1, 3, "LINE 1: a b\n          ^"},
		{"a\nb c\nd", 4, 2, 3, "LINE 2: b c\n          ^"},
		{"a\n", 2, 2, 1, "LINE 2: \n        ^"},
		{"\tä\tö", 3, 1, 3, "LINE 1:  ä ö\n          ^"},
		{long, 100, 1, 101, "LINE 1: …" + long[:80] + "…\n" + strings.Repeat(" ", 9+40) + "^"},
	} {
		line, column, caret := Locate(tc.sql, tc.at)
		if line != tc.line || column != tc.column || caret != tc.caret {
			t.Errorf("%q at %d: %d:%d\n%s\nwant\n%s", tc.sql, tc.at, line, column, caret, tc.caret)
		}
	}
}

func FuzzParseError(f *testing.F) {
	f.Add(`{"exception_type":"Parser","exception_message":"m","position":"3"}`, "SELECT\n1")
	f.Add(`Binder Error: {"exception_type":"Binder","position":"-1"}`, "ä\xff")
	f.Add("IO Error: no\nDid you mean \"x\"?", "")
	f.Add(`{"exception_type":7,"position":"99999999999999999999"}`, "x")
	f.Fuzz(func(t *testing.T, message, sql string) {
		got := parseError(message).fault("op", sql)
		if !got.Kind.Valid() || got.Message == "" {
			t.Errorf("%q became %#v", message, got)
		}
		if caret, ok := got.Details["caret"].(string); ok {
			if strings.Count(caret, "\n") != 1 || !strings.HasSuffix(caret, "^") || !utf8.ValidString(caret) {
				t.Errorf("caret %q", caret)
			}
		}
	})
}

// TestRenderedSQLIsNotShown: whoever asked has not written it.
func TestRenderedSQLIsNotShown(t *testing.T) {
	c := connect(t, open(t, Options{Rendered: true}))
	for _, sql := range []string{"SELECT no_such", "SELECT 'x'::INTEGER + i FROM range(3) t(i)"} {
		_, err := c.QueryString(context.Background(), sql)
		f := fault.From(err)
		if err == nil || f.Kind == fault.Internal {
			t.Errorf("%s: %v", sql, err)
		}
		for _, name := range []string{"position", "line", "column", "caret"} {
			if f.Details[name] != nil {
				t.Errorf("%s: %s is %v", sql, name, f.Details[name])
			}
		}
	}
}
