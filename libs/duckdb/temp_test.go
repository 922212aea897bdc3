package duckdb

import (
	"bytes"
	"context"
	"testing"

	"github.com/apache/arrow/go/v17/arrow/ipc"

	"github.com/shoal-db/shoal/libs/platform/fault"
)

// streamOf is the result of a query as an Arrow IPC stream.
func streamOf(t testing.TB, c *Conn, sql string) []byte {
	t.Helper()
	rows, err := c.Query(context.Background(), sql)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Release()
	var out bytes.Buffer
	w := ipc.NewWriter(&out, ipc.WithSchema(rows.Schema()))
	for rows.Next() {
		if err := w.Write(rows.Record()); err != nil {
			t.Fatal(err)
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestStoreIPC(t *testing.T) {
	ctx := context.Background()
	e := open(t, Options{Threads: 1, Confine: true, LockConfiguration: true})
	c := connect(t, e)
	data := streamOf(t, c, "SELECT range AS k, 'text ' || range AS s, CASE WHEN range % 2 = 0 THEN range / 4 END AS f FROM range(5000)")
	for _, name := range []string{"$sent.1", `a "name"`} {
		if err := c.StoreIPC(ctx, name, data); err != nil {
			t.Fatal(err)
		}
		// Twice: it is a table, not a stream.
		const want = "5000 4999 text 999 2500"
		for range 2 {
			got := queryString(t, c, "SELECT concat_ws(' ', count(*), max(k), max(s), count(f)) FROM "+QuoteIdent(name))
			if got != want {
				t.Errorf("%s has %s, want %s", name, got, want)
			}
		}
	}
	if err := c.StoreIPC(ctx, "$sent.1", data); err == nil {
		t.Error("a second table of the same name")
	}
	for what, bad := range map[string][]byte{"nothing": nil, "garbage": []byte("garbage, and more of it"), "half": data[:len(data)/2]} {
		if err := c.StoreIPC(ctx, "bad "+what, bad); err == nil {
			t.Errorf("%s was stored", what)
		} else if what != "half" && !fault.Is(err, fault.InvalidArgument) {
			t.Errorf("%s: %v", what, err)
		}
	}
	other := connect(t, e)
	if _, err := other.Query(ctx, `FROM "$sent.1"`); err == nil {
		t.Error("another connection sees the table")
	}
}
