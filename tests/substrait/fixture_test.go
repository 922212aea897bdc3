// Package substrait checks that a Substrait plan gets the answer that DuckDB gives to the same
// question, by every way in: /v1/plan with its tickets redeemed by a plain Flight client and its merge
// plan run by a DuckDB of the test's own, /v1/query, and Flight SQL; as protobuf and as JSON; made by
// several producers.
package substrait

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/shoal-db/shoal/cmd/shoal/cluster"
	"github.com/shoal-db/shoal/cmd/shoal/load"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/platform/fault/httpfault"
	"github.com/shoal-db/shoal/tests/harness"
)

// shop is a cluster with a dataset of that name, and DuckDB with the same tables.
type shop struct {
	*harness.Oracle
	cluster *cluster.Cluster
	sql     *harness.SQLClient
}

// Two rows a block, some NULLs, more chunks than workers, and replica sets that differ.
var tables = []struct{ name, rows, block string }{
	{"sales", `SELECT i // 2 AS id, (i * 7 % 40)::INTEGER AS item, DATE '2024-11-01' + (i // 40)::INTEGER AS day,
		(i % 97 * 1.25)::DECIMAL(12,2) AS price, CASE WHEN i % 13 <> 0 THEN (i % 11)::INTEGER END AS qty,
		['north', 'east', 'south', 'west', NULL][1 + i % 5] AS region FROM range(6000) t(i)`, "id"},
	{"returns", `SELECT i * 3 AS id, ['late', 'broken', 'wrong', 'unwanted'][1 + i % 4] AS reason FROM range(1000) t(i)`, "id"},
	{"items", `SELECT i::INTEGER AS item, 'item ' || i AS name FROM range(40) t(i)`, ""},
}

func openShop(t *testing.T) *shop {
	t.Helper()
	s := &shop{Oracle: harness.NewOracle(t)}
	s.cluster = harness.Start(t, cluster.Options{Workers: 3, Replication: 2})
	for _, table := range tables {
		s.Exec(t, "CREATE TABLE "+table.name+" AS "+table.rows)
		harness.LoadWith(t, s.cluster.HTTP(), load.Options{Dataset: "shop", Table: table.name, BlockColumn: table.block,
			Reference: table.block == "", Files: []string{s.WriteParquet(t, table.name)}, ChunkRows: 400, Threads: 1})
	}
	s.sql = harness.SQL(t, s.cluster.Flight())
	return s
}

// post sends a body, and returns the answer's, or its error.
func (s *shop) post(t testing.TB, path, contentType, accept string, body []byte) ([]byte, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.cluster.HTTP()+path, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", contentType)
	req.Header.Set("X-Shoal-Schema", "shop")
	if accept != "" {
		req.Header.Set("Accept", accept)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if err := httpfault.Read(resp); err != nil {
		if want := httpfault.Status(fault.KindOf(err)); resp.StatusCode != want {
			t.Errorf("%s: status %d for %s, want %d", path, resp.StatusCode, fault.KindOf(err), want)
		}
		return nil, err
	}
	out, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatalf("%s: the answer was cut off: %v", path, err)
	}
	return out, nil
}

// asJSON is the body that carries a plan in JSON.
func asJSON(t testing.TB, plan []byte) []byte {
	t.Helper()
	body, err := json.Marshal(map[string]any{"plan": json.RawMessage(plan), "schema": "shop"})
	if err != nil {
		t.Fatal(err)
	}
	return body
}
