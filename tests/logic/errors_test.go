package logic

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/shoal-db/shoal/cmd/shoal/client"
	"github.com/shoal-db/shoal/cmd/shoal/cluster"
	"github.com/shoal-db/shoal/cmd/shoal/load"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/platform/fault/grpcfault"
	"github.com/shoal-db/shoal/tests/corpus"
	"github.com/shoal-db/shoal/tests/harness"
)

// failing asks for what cannot be answered: DuckDB's own errors stay, and what is not supported is
// named.
func failing(t *testing.T, client *harness.SQLClient, dataset string, alone map[string]error) {
	ctx := harness.InSchema(context.Background(), dataset)
	for sql, want := range alone {
		if _, err := client.Query(ctx, sql); err == nil {
			t.Errorf("%s\nanswered, DuckDB says: %v", sql, want)
		} else if diff := differentError(err, want); diff != "" {
			t.Errorf("%s\n%s", sql, diff)
		}
	}
	for sql, want := range corpus.Refused {
		if early, ok := corpus.RefusedEarly[sql]; ok {
			want = early
		}
		_, err := client.Query(ctx, sql)
		f := grpcfault.FromError(err)
		if err == nil || !clientsFault[f.Kind] || !strings.Contains(fault.Text(f)+f.Hint, want) {
			t.Errorf("%s\n%v, want it refused with %q", sql, err, want)
		}
	}
}

// clientsFault are the kinds of refusals.
var clientsFault = map[fault.Kind]bool{fault.InvalidArgument: true, fault.NotFound: true, fault.PermissionDenied: true}

// failures are DuckDB's errors.
func failures(t *testing.T, alone *harness.Oracle) map[string]error {
	t.Helper()
	out := map[string]error{}
	for _, sql := range corpus.Failing {
		if _, err := alone.Try(sql); err != nil {
			out[sql] = err
		} else {
			t.Errorf("%s: DuckDB answers it", sql)
		}
	}
	return out
}

// TestNotStored: types that would not come back as they were are refused with the column and a way
// out, and nothing of the table is left; all others are accepted.
func TestNotStored(t *testing.T) {
	c := harness.Start(t, cluster.Options{Workers: 1, Replication: 1})
	portal, err := client.New(c.HTTP())
	if err != nil {
		t.Fatal(err)
	}
	defer portal.Close()
	file := filepath.Join(t.TempDir(), "t.csv")
	if err := os.WriteFile(file, []byte("id,v\n1,\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	for i, typ := range []string{
		"UNION(n INTEGER, s VARCHAR)", "HUGEINT[]", "STRUCT(h UHUGEINT)", "INTERVAL[]", "MAP(INTEGER, TIMETZ)", "STRUCT(l UNION(a DATE, b TIME)[])",
	} {
		table := fmt.Sprintf("t%d", i)
		o := load.Options{Dataset: "odd", Table: table, Files: []string{file}, Types: map[string]string{"v": typ}, Threads: 1}
		_, err := load.Run(ctx, portal, o)
		if f := fault.From(err); err == nil || f.Kind != fault.InvalidArgument || !strings.Contains(fault.Text(f), `"v"`) || f.Hint == "" {
			t.Errorf("%s: %v, want it refused", typ, err)
		}
		if found, err := portal.Table(ctx, "odd", table); err != nil || found != nil {
			t.Errorf("%s: %v, %v, want no table", typ, found, err)
		}
	}
	for _, typ := range []string{"HUGEINT", "UNION(n INTEGER, s VARCHAR)", "VARCHAR", "DOUBLE", "INTERVAL", "INTEGER[]", "STRUCT(a INTEGER)", "UUID", "BOOLEAN", "TIME"} {
		o := load.Options{Dataset: "odd", Table: "t", Files: []string{file}, BlockColumn: "v", Types: map[string]string{"v": typ}, Threads: 1}
		_, err := load.Run(ctx, portal, o)
		if f := fault.From(err); err == nil || f.Kind != fault.InvalidArgument || !strings.Contains(fault.Text(f), `"v"`) || f.Hint == "" {
			t.Errorf("block column of type %s: %v, want it refused", typ, err)
		}
	}
}
