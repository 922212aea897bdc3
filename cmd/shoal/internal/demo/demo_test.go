package demo

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"github.com/shoal-db/shoal/cmd/shoal/internal/render"
	"github.com/shoal-db/shoal/libs/duckdb"
)

func row(fields ...string) (out []duckdb.Value) {
	for _, f := range fields {
		out = append(out, duckdb.Value{Text: f, Valid: f != "NULL"})
	}
	return out
}

func TestCompare(t *testing.T) {
	columns := []render.Column{{Name: "a", Type: "BIGINT"}, {Name: "d", Type: "DOUBLE"}}
	rows := func(r ...[]duckdb.Value) [][]duckdb.Value { return r }
	base := rows(row("1", "0.1"), row("2", "NULL"))
	for _, tc := range []struct {
		name    string
		got     [][]duckdb.Value
		ordered bool
		same    bool
	}{
		{"equal", rows(row("1", "0.1"), row("2", "NULL")), true, true},
		{"rounded", rows(row("1", "0.10000000000000001"), row("2", "NULL")), true, true},
		{"another float", rows(row("1", "0.1000001"), row("2", "NULL")), true, false},
		{"another integer", rows(row("3", "0.1"), row("2", "NULL")), true, false},
		{"null for a value", rows(row("1", "NULL"), row("2", "NULL")), true, false},
		{"value for a null", rows(row("1", "0.1"), row("2", "0")), true, false},
		{"another order", rows(row("2", "NULL"), row("1", "0.1")), true, false},
		{"another order that does not matter", rows(row("2", "NULL"), row("1", "0.1")), false, true},
		{"a row less", rows(row("1", "0.1")), false, false},
		{"a row twice", rows(row("1", "0.1"), row("1", "0.1")), false, false},
	} {
		if err := compare(columns, tc.got, base, tc.ordered); (err == nil) != tc.same {
			t.Errorf("%s: %v", tc.name, err)
		}
	}
	if compare(columns, nil, nil, true) == nil {
		t.Error("an empty result was taken")
	}
}

// TestDemo runs the whole demo at a small scale, and stops one that stays.
func TestDemo(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a cluster and makes TPC-H data")
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	out, progress := &until{stop: cancel, text: "jdbc:arrow-flight-sql://"}, &bytes.Buffer{}
	o := Options{ScaleFactor: 0.01, Workers: 2, Stay: true, DataDir: t.TempDir(), Out: out, Progress: progress}
	started := time.Now()
	if err := Run(ctx, o); err != nil {
		t.Fatalf("%v after %s: %s", err, time.Since(started), progress)
	}
	for _, part := range []string{
		"1 of 24 chunks read (23 pruned by block", "4 rows in ", "10 rows in ", "answered by w1 and w2, merged by the portal",
		"curl ", "adbc_driver_flightsql",
	} {
		if !strings.Contains(out.String(), part) {
			t.Errorf("%q was not shown in %s", part, out)
		}
	}
	if !strings.Contains(progress.String(), "tpch.orders: 15000 rows by o_orderkey in 24 chunks") {
		t.Errorf("%s", progress)
	}
}

// until is a buffer that calls stop when a text was written.
type until struct {
	bytes.Buffer
	stop func()
	text string
}

func (u *until) Write(p []byte) (int, error) {
	if strings.Contains(string(p), u.text) {
		u.stop()
	}
	return u.Buffer.Write(p)
}
