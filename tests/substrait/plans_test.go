package substrait

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"reflect"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/flight"
	"github.com/apache/arrow/go/v17/arrow/flight/flightsql"
	"google.golang.org/grpc/metadata"

	"github.com/shoal-db/shoal/libs/duckdb"
	"github.com/shoal-db/shoal/libs/substrait/codec"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/sqlgen"
	"github.com/shoal-db/shoal/tests/harness"
	"github.com/shoal-db/shoal/tests/oracle"
)

// question is a plan and the SQL that asks the same.
type question struct {
	name string
	plan encoded
	sql  string
	// ordered results are compared in order.
	ordered, merged, mayBeEmpty bool
}

// copies are how often a question's plan emits each row of a chunk, where that is more than once.
var copies = map[string]int64{"expand": 2}

func questions(t *testing.T) []question {
	return []question{
		{"duckdb", fromFile(t, "duckdb"), `SELECT region, sum(qty)::BIGINT AS q, count(*) AS n FROM sales
			WHERE item < 20 AND item IS NOT NULL GROUP BY region ORDER BY q DESC NULLS FIRST, region LIMIT 3 OFFSET 1`, true, true, false},
		{"datafusion", fromFile(t, "datafusion"), `SELECT item, avg(qty::DOUBLE) AS a, max(price) AS m FROM sales
			WHERE id > 500 GROUP BY item ORDER BY a DESC NULLS LAST, item LIMIT 5`, true, true, false},
		{"isthmus", fromFile(t, "isthmus"), `SELECT year(day) AS "YEAR", region AS "REGION", coalesce(sum(qty), 0)::BIGINT AS "QTY",
			sum(price) AS "PRICE", count(DISTINCT item) AS "ITEMS" FROM sales WHERE id >= 700
			GROUP BY ALL ORDER BY 1, 2 DESC NULLS FIRST LIMIT 6 OFFSET 2`, true, true, false},
		{"substrait-go", built(t), `SELECT region, count(*) AS n, sum(id * 2)::BIGINT AS s, min(price) AS least FROM sales
			WHERE id >= 300 GROUP BY region ORDER BY region NULLS LAST LIMIT 3`, true, true, false},
		{"shoal", ours(t, top()), `SELECT item, sum(price) AS total, count(*) AS n FROM sales WHERE price >= 10
			GROUP BY item ORDER BY total DESC, item LIMIT 5`, true, true, false},
		{"narrow", fromFile(t, "narrow"), `SELECT id, qty + 1::INTEGER AS more, region FROM sales WHERE id BETWEEN 1000 AND 1600`, false, false, false},
		{"join on the block", ours(t, returned()), `SELECT s.id, reason FROM sales s LEFT JOIN returns r ON s.id = r.id`, false, false, false},
		{"join on the block, aggregated", fromFile(t, "join"), `SELECT reason, count(*) AS n, sum(qty)::BIGINT AS q
			FROM sales s JOIN returns r ON s.id = r.id GROUP BY reason ORDER BY reason NULLS FIRST`, true, true, false},
		{"join with a reference table", ours(t, named()), `SELECT id, name FROM sales JOIN items USING (item) WHERE id < 50`, false, false, false},
		{"empty", fromFile(t, "empty"), `SELECT * FROM sales WHERE id > 1000000000`, false, false, true},
		{"empty, aggregated", fromFile(t, "empty_aggregate"), `SELECT count(*) AS n, sum(id)::BIGINT AS s FROM sales WHERE id > 1000000000`, false, true, false},
		{"expand", fromFile(t, "expand"), `SELECT id AS x, region, 0::INTEGER AS copy FROM sales WHERE id < 1500
			UNION ALL SELECT NULL, region, 1::INTEGER FROM sales WHERE id < 1500`, false, false, false},
		{"subqueries", ours(t, asked()), `SELECT id, (SELECT name FROM items i WHERE i.item = s.item) AS name FROM sales s
			WHERE price >= ALL (SELECT price FROM sales o WHERE o.id = s.id) AND (id, item) NOT IN (SELECT id, item FROM sales WHERE item = 3)
			AND EXISTS (SELECT 1 FROM returns r WHERE r.id = s.id AND EXISTS (SELECT 1 FROM items i WHERE i.item = s.item AND i.item < r.id))`, false, true, false},
		{"reference", fromFile(t, "reference"), `SELECT item, name FROM items`, false, false, false},
	}
}

// planned is the answer of /v1/plan, read as a client of the contract reads it.
type planned struct {
	Columns  []struct{ Name, Type string }
	Subplans []struct {
		ID       int
		Chunks   map[string][]string
		RowsMax  int64 `json:"rows_max"`
		Replicas []struct{ Worker, Location string }
		Plan     string
		Ticket   string
	}
	MergePlan *string `json:"merge_plan"`
	Pruning   struct {
		Total    int `json:"chunks_total"`
		Selected int `json:"chunks_selected"`
	}
}

func TestPlans(t *testing.T) {
	s := openShop(t)
	t.Run("refused", func(t *testing.T) { testRefused(t, s) })
	t.Run("mutants", func(t *testing.T) { testMutants(t, s) })
	t.Run("every function", func(t *testing.T) { testEveryFunction(t, s) })
	for _, q := range questions(t) {
		t.Run(q.name, func(t *testing.T) {
			want := s.Query(t, q.sql)
			if len(want.Rows) == 0 != q.mayBeEmpty {
				t.Fatalf("DuckDB has %d rows: that proves nothing", len(want.Rows))
			}
			for _, form := range []struct {
				name, contentType string
				body              []byte
			}{{"protobuf", "application/x-protobuf", q.plan.proto}, {"json", "application/json", asJSON(t, q.plan.json)}} {
				t.Run(form.name, func(t *testing.T) {
					body, err := s.post(t, "/v1/plan", form.contentType, "", form.body)
					if err != nil {
						t.Fatal(err)
					}
					q.diff(t, "tickets", s.redeem(t, q, body), want)
					rows, err := s.post(t, "/v1/query", form.contentType, "application/vnd.apache.arrow.stream", form.body)
					if err != nil {
						t.Fatal(err)
					}
					q.diff(t, "/v1/query", harness.ReadArrow(t, bytes.NewReader(rows)), want)
				})
			}
			t.Run("flight", func(t *testing.T) {
				q.diff(t, "command", s.execute(t, q), want)
				q.diff(t, "prepared statement", s.prepared(t, q), want)
			})
		})
	}
}

func (q *question) diff(t *testing.T, way string, got, want *oracle.Result) {
	t.Helper()
	if diff := oracle.Diff(got, want, q.ordered); diff != "" {
		t.Errorf("%s: %s", way, diff)
	}
}

// execute asks through Flight SQL's command for Substrait plans.
func (s *shop) execute(t *testing.T, q question) *oracle.Result {
	t.Helper()
	ctx := harness.InSchema(t.Context(), "shop")
	info, err := s.sql.Portal().ExecuteSubstrait(ctx, flightsql.SubstraitPlan{Plan: q.plan.proto, Version: "0.85.0"})
	if err != nil {
		t.Fatal(err)
	}
	return s.read(ctx, t, info)
}

// prepared asks through a prepared statement, and has the portal carry all streams.
func (s *shop) prepared(t *testing.T, q question) *oracle.Result {
	t.Helper()
	ctx := metadata.AppendToOutgoingContext(harness.InSchema(t.Context(), "shop"), "x-shoal-route", "portal")
	p, err := s.sql.Portal().PrepareSubstrait(ctx, flightsql.SubstraitPlan{Plan: q.plan.proto})
	if err != nil {
		t.Fatal(err)
	}
	info, err := p.Execute(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if len(info.Endpoint) != 1 || len(info.Endpoint[0].Location) != 0 {
		t.Errorf("the portal was to carry all, but %v", info.Endpoint)
	}
	out := s.read(ctx, t, info)
	if err := p.Close(ctx); err != nil {
		t.Error(err)
	}
	return out
}

func (s *shop) read(ctx context.Context, t *testing.T, info *flight.FlightInfo) *oracle.Result {
	t.Helper()
	out, err := s.sql.Read(ctx, info)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// redeem takes the answer of /v1/plan at its word: every ticket at every replica, and the merge plan.
func (s *shop) redeem(t *testing.T, q question, body []byte) *oracle.Result {
	t.Helper()
	var p planned
	if err := json.Unmarshal(body, &p); err != nil {
		t.Fatal(err)
	}
	if (p.MergePlan != nil) != q.merged {
		t.Errorf("merge plan: %v, want %v", p.MergePlan != nil, q.merged)
	}
	q.checkPruning(t, p)
	var columns [][]any
	for _, c := range p.Columns {
		columns = append(columns, []any{c.Name, c.Type})
	}
	if want := s.Query(t, "SELECT column_name, column_type FROM (DESCRIBE "+q.sql+")"); !reflect.DeepEqual(columns, want.Rows) {
		t.Errorf("columns %v, want %v", columns, want.Rows)
	}
	var parts []part
	for i, sub := range p.Subplans {
		if sub.ID != i || len(sub.Replicas) == 0 {
			t.Fatalf("subplan %d at place %d has %d replicas", sub.ID, i, len(sub.Replicas))
		}
		if _, err := codec.Decode(fromBase64(t, sub.Plan), codec.Options{}); err != nil {
			t.Errorf("subplan %d: %v", i, err)
		}
		var first part
		for r, replica := range sub.Replicas {
			got := drain(t, replica.Location, fromBase64(t, sub.Ticket))
			if r == 0 {
				first = got
			} else if diff := oracle.Diff(got.result, first.result, false); diff != "" {
				t.Errorf("subplan %d: %s differs from %s: %s", i, replica.Worker, sub.Replicas[0].Worker, diff)
			}
		}
		parts = append(parts, first)
	}
	if p.MergePlan != nil {
		return merge(t, fromBase64(t, *p.MergePlan), parts)
	}
	out := &oracle.Result{}
	for i, part := range parts {
		most := p.Subplans[i].RowsMax * max(1, copies[q.name])
		if n := int64(len(part.result.Rows)); n > most && len(p.Subplans[i].Chunks) == 1 {
			t.Errorf("subplan %d has %d rows of at most %d", i, n, most)
		}
		if i == 0 {
			*out = *part.result
		} else if err := out.Append(part.result); err != nil {
			t.Error(err)
		}
	}
	if len(parts) == 0 { // then the columns are known from the answer alone
		return s.Query(t, q.sql)
	}
	return out
}

// checkPruning expects chunks to be left out where a question asks for few blocks.
func (q *question) checkPruning(t *testing.T, p planned) {
	t.Helper()
	switch q.name {
	case "narrow", "join with a reference table":
		if p.Pruning.Selected == 0 || p.Pruning.Selected*2 > p.Pruning.Total {
			t.Errorf("%d of %d chunks are read", p.Pruning.Selected, p.Pruning.Total)
		}
	case "empty", "empty, aggregated":
		if p.Pruning.Selected != 0 || len(p.Subplans) != 0 {
			t.Errorf("%d of %d chunks are read in %d subplans", p.Pruning.Selected, p.Pruning.Total, len(p.Subplans))
		}
	case "reference":
		if len(p.Subplans) != 1 || len(p.Subplans[0].Replicas) != 3 {
			t.Errorf("a reference table is one subplan on every worker, not %+v", p.Subplans)
		}
	default:
		if len(p.Subplans) < 2 {
			t.Errorf("%d subplans prove nothing", len(p.Subplans))
		}
	}
}

func fromBase64(t *testing.T, text string) []byte {
	t.Helper()
	out, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// part is a subplan's rows: to be compared, and as Arrow, to be merged.
type part struct {
	result  *oracle.Result
	schema  *arrow.Schema
	records []arrow.Record
}

// drain redeems a ticket with a client that knows no Flight SQL.
func drain(t *testing.T, location string, ticket []byte) part {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	c, err := harness.DialFlight(location)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	r, err := harness.DoGet(ctx, c, ticket)
	if err != nil {
		t.Fatalf("%s: %v", location, err)
	}
	defer r.Release()
	out := part{schema: r.Schema()}
	for r.Next() {
		rec := r.Record()
		rec.Retain()
		t.Cleanup(rec.Release)
		out.records = append(out.records, rec)
	}
	if err := r.Err(); err != nil {
		t.Fatalf("%s: %v", location, err)
	}
	out.result, err = oracle.Read(out.reader(t))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func (p part) reader(t *testing.T) array.RecordReader {
	t.Helper()
	r, err := array.NewRecordReader(p.schema, p.records)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// merge runs a merge plan over subplans' rows in a DuckDB that nobody else uses.
func merge(t *testing.T, plan []byte, parts []part) *oracle.Result {
	t.Helper()
	decoded, err := codec.Decode(plan, codec.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var used []string
	sql, err := sqlgen.Render(decoded, sqlgen.Options{Scan: func(r *rel.Read) (string, error) {
		if len(r.Table) != 2 || r.Table[0] != "$subplan" {
			t.Errorf("the merge plan reads %q", r.Table)
		}
		used = append(used, r.Table[1])
		return duckdb.QuoteIdent("part " + r.Table[1]), nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	local := harness.NewOracle(t)
	for i, p := range parts {
		if !slices.Contains(used, strconv.Itoa(i)) {
			t.Errorf("the merge plan leaves out subplan %d", i)
		}
		release, err := local.Conn().RegisterArrow("in", p.reader(t))
		if err != nil {
			t.Fatal(err)
		}
		local.Exec(t, `CREATE TABLE "part `+strconv.Itoa(i)+`" AS FROM "in"`)
		release()
	}
	return local.Query(t, sql)
}
