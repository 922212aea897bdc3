package portal

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/flight"
	"github.com/apache/arrow/go/v17/arrow/flight/flightsql"
	"github.com/apache/arrow/go/v17/arrow/ipc"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"

	"github.com/shoal-db/shoal/libs/chunks/ticket"
	"github.com/shoal-db/shoal/libs/platform/fault"
	_ "github.com/shoal-db/shoal/libs/platform/fault/grpcfault"
	"github.com/shoal-db/shoal/libs/substrait/codec"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

type ticketT = ticket.Ticket

// arrowRows reads an IPC stream as text.
func arrowRows(t *testing.T, data []byte) []string {
	t.Helper()
	r, err := ipc.NewReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Release()
	return readRows(t, r)
}

func readRows(t *testing.T, r array.RecordReader) []string {
	t.Helper()
	out := []string{}
	for r.Next() {
		rec := r.Record()
		for i := range int(rec.NumRows()) {
			fields := make([]string, rec.NumCols())
			for j := range fields {
				fields[j] = strings.Clone(rec.Column(j).ValueStr(i))
			}
			out = append(out, strings.Join(fields, "|"))
		}
	}
	if err := r.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

func (s *system) client(t *testing.T) *flightsql.Client {
	t.Helper()
	c, err := flightsql.NewClient(s.portal.FlightAddr().String(), nil, nil, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func inShop(more ...string) context.Context {
	return metadata.AppendToOutgoingContext(context.Background(), append([]string{"x-shoal-schema", "shop"}, more...)...)
}

// redeem reads an endpoint at one of its locations, or at the portal if it has none.
func (s *system) redeem(t *testing.T, e *flight.FlightEndpoint, location int, want *arrow.Schema) []string {
	t.Helper()
	address := s.portal.FlightAddr().String()
	if len(e.Location) > 0 {
		address = strings.TrimPrefix(e.Location[location].Uri, "grpc://")
	}
	c, err := flight.NewClientWithMiddleware(address, nil, nil, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	stream, err := c.DoGet(context.Background(), e.Ticket)
	if err != nil {
		t.Fatal(err)
	}
	r, err := flight.NewRecordReader(stream)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Release()
	if !r.Schema().Equal(want) {
		t.Errorf("the stream's schema is %v, the FlightInfo's %v", r.Schema(), want)
	}
	return readRows(t, r)
}

func schemaOf(t *testing.T, data []byte) *arrow.Schema {
	t.Helper()
	schema, err := flight.DeserializeSchema(data, memory.DefaultAllocator)
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// flightSame compares the first column with what HTTP gives.
func (s *system) flightSame(t *testing.T, sql string, got []string) {
	t.Helper()
	want, err := s.query(sql)
	if err != nil {
		t.Fatal(err)
	}
	if len(want.Rows) != len(got) {
		t.Errorf("%s: %d rows, want %d", sql, len(got), len(want.Rows))
	}
	if len(got) == 0 {
		return
	}
	first := make([]string, len(got))
	for i, row := range got {
		first[i], _, _ = strings.Cut(row, "|")
	}
	slices.Sort(first)
	keys := make([]string, len(want.Rows))
	for i, row := range want.Rows {
		keys[i] = fmt.Sprint(row[0])
	}
	slices.Sort(keys)
	if !slices.Equal(first, keys) {
		t.Errorf("%s: the first column has %v, want %v", sql, first, keys)
	}
}

func TestFlightSQL(t *testing.T) {
	s := start(t, 3)
	c := s.client(t)
	for _, sql := range answerable {
		info, err := c.Execute(inShop(), sql)
		if err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
		schema := schemaOf(t, info.Schema)
		for _, f := range schema.Fields() {
			if !f.Nullable {
				t.Errorf("%s: %s is not nullable", sql, f.Name)
			}
		}
		var app struct {
			QueryID  string `json:"query_id"`
			Subplans []struct{ Workers []string }
			Pruning  map[string]int
			Merged   bool
		}
		if err := json.Unmarshal(info.AppMetadata, &app); err != nil || app.QueryID == "" {
			t.Fatalf("%s: metadata %s, %v", sql, info.AppMetadata, err)
		}
		if !app.Merged && len(app.Subplans) > 0 && len(info.Endpoint) != len(app.Subplans) {
			t.Errorf("%s: %d endpoints for %d subplans", sql, len(info.Endpoint), len(app.Subplans))
		}
		var rows []string
		for _, e := range info.Endpoint {
			var one []string
			for l := range max(len(e.Location), 1) {
				again := s.redeem(t, e, l, schema)
				if l > 0 && len(again) != len(one) {
					t.Errorf("%s: replicas give %d and %d rows", sql, len(one), len(again))
				}
				one = again
			}
			rows = append(rows, one...)
		}
		s.flightSame(t, sql, rows)
		via, err := c.Execute(inShop("x-shoal-route", "portal"), sql)
		if err != nil || len(via.Endpoint) != 1 || len(via.Endpoint[0].Location) != 0 {
			t.Fatalf("%s via the portal: %v, %v", sql, via, err)
		}
		s.flightSame(t, sql, s.redeem(t, via.Endpoint[0], 0, schema))
	}
}

func TestGetFlightInfoRunsNothing(t *testing.T) {
	s := start(t, 2)
	c := s.client(t)
	if _, err := c.Execute(inShop(), "SELECT count(*), sum(o_price) FROM orders"); err != nil {
		t.Fatal(err)
	}
	if _, err := c.GetExecuteSchema(inShop(), "SELECT count(*), sum(o_price) FROM orders"); err != nil {
		t.Fatal(err)
	}
	p, err := c.Prepare(inShop(), "SELECT count(*), sum(o_price) FROM orders")
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Close(inShop()); err != nil {
		t.Error(err)
	}
	for _, w := range s.Workers {
		if n := w.Calls.Load(); n != 0 {
			t.Errorf("%s was called %d times", w.ID, n)
		}
	}
}

func TestPreparedStatements(t *testing.T) {
	s := start(t, 2)
	c := s.client(t)
	const sql = "SELECT o_custkey, count(*) FROM orders GROUP BY 1"
	p, err := c.Prepare(inShop(), sql)
	if err != nil {
		t.Fatal(err)
	}
	if p.DatasetSchema().NumFields() != 2 || p.ParameterSchema() != nil && p.ParameterSchema().NumFields() != 0 {
		t.Errorf("schemas %v, %v", p.DatasetSchema(), p.ParameterSchema())
	}
	for range 2 {
		info, err := p.Execute(context.Background()) // the schema is that of the time of preparation
		if err != nil {
			t.Fatal(err)
		}
		s.flightSame(t, sql, s.redeem(t, info.Endpoint[0], 0, p.DatasetSchema()))
	}
	if got, err := p.GetSchema(context.Background()); err != nil || !schemaOf(t, got.Schema).Equal(p.DatasetSchema()) {
		t.Errorf("%v, %v", got, err)
	}
	if err := p.Close(context.Background()); err != nil {
		t.Error(err)
	}
	unbound, err := c.Prepare(inShop(), "SELECT * FROM orders WHERE o_orderkey = ?")
	if err != nil || unbound.ParameterSchema().NumFields() != 1 {
		t.Fatalf("with a parameter: %v", err)
	}
	if _, err := unbound.Execute(context.Background()); !fault.Is(err, fault.InvalidArgument) || !strings.Contains(err.Error(), "parameter") {
		t.Errorf("with a parameter that has no value: %v", err)
	}
	if _, err := c.Prepare(inShop(), "SELCT"); !fault.Is(err, fault.InvalidArgument) {
		t.Errorf("broken SQL: %v", err)
	}
	if _, err := c.ExecuteUpdate(inShop(), "DELETE FROM orders"); !fault.Is(err, fault.InvalidArgument) {
		t.Errorf("an update: %v", err)
	}
}

// substrait is a plan: o_custkey, count(*) of orders below a key, ordered, limited.
func substraitPlan() *rel.Plan {
	big, integer := types.Of(types.BigInt), types.Of(types.Integer)
	read := &rel.Read{Table: []string{"shop", "orders"}, Columns: []rel.Column{{Name: "o_orderkey", Type: big}, {Name: "o_custkey", Type: integer}}}
	filter := &rel.Filter{Input: read, Cond: rel.Bools(rel.Lt, &rel.Field{Index: 0, Of: big}, rel.Int(3500))}
	agg := &rel.Aggregate{
		Input: filter, Groups: []rel.Expr{&rel.Field{Index: 1, Of: integer}},
		Measures: []rel.Measure{{Func: "count_star", Type: big}},
	}
	sort := &rel.Sort{Input: agg, Keys: []rel.SortKey{{Expr: &rel.Field{Index: 0, Of: integer}, Descending: true}}}
	return &rel.Plan{Root: &rel.Fetch{Input: sort, Count: rel.Int(5)}, Names: []string{"k", "n"}}
}

func TestSubstrait(t *testing.T) {
	s := start(t, 3)
	plan, err := codec.Encode(substraitPlan())
	if err != nil {
		t.Fatal(err)
	}
	want := s.Oracle("SELECT o_custkey, count(*) FROM shop.orders WHERE o_orderkey < 3500 GROUP BY 1 ORDER BY 1 DESC LIMIT 5")
	resp, text := s.call("POST", "/v1/query", string(plan), "Content-Type", "application/x-protobuf")
	var got result
	if err := json.Unmarshal([]byte(text), &got); err != nil || resp.StatusCode != 200 || !slices.Equal(got.texts(), want) {
		t.Errorf("protobuf over HTTP: %d %s, want %v", resp.StatusCode, text, want)
	}
	asJSON, err := codec.EncodeJSON(substraitPlan())
	if err != nil {
		t.Fatal(err)
	}
	resp, text = s.call("POST", "/v1/query", `{"plan": `+string(asJSON)+`}`)
	got = result{}
	if err := json.Unmarshal([]byte(text), &got); err != nil || resp.StatusCode != 200 || !slices.Equal(got.texts(), want) {
		t.Errorf("JSON over HTTP: %d %s, want %v", resp.StatusCode, text, want)
	}
	c := s.client(t)
	info, err := c.ExecuteSubstrait(context.Background(), flightsql.SubstraitPlan{Plan: plan, Version: "0.85"})
	if err != nil {
		t.Fatal(err)
	}
	schema := schemaOf(t, info.Schema)
	if rows := s.redeem(t, info.Endpoint[0], 0, schema); !slices.Equal(rows, want) {
		t.Errorf("Flight SQL: %v, want %v", rows, want)
	}
	told, err := c.GetExecuteSubstraitSchema(context.Background(), flightsql.SubstraitPlan{Plan: plan})
	if err != nil || !schemaOf(t, told.Schema).Equal(schema) {
		t.Errorf("schema %v, %v", told, err)
	}
	p, err := c.PrepareSubstrait(context.Background(), flightsql.SubstraitPlan{Plan: plan})
	if err != nil {
		t.Fatal(err)
	}
	if info, err = p.Execute(context.Background()); err != nil {
		t.Fatal(err)
	}
	if rows := s.redeem(t, info.Endpoint[0], 0, schema); !slices.Equal(rows, want) {
		t.Errorf("prepared: %v, want %v", rows, want)
	}
	if _, err := c.ExecuteSubstrait(context.Background(), flightsql.SubstraitPlan{Plan: plan[:len(plan)/2]}); !fault.Is(err, fault.InvalidArgument) {
		t.Errorf("a truncated plan: %v", err)
	}
	unknown := substraitPlan()
	unknown.Root.(*rel.Fetch).Input.(*rel.Sort).Input.(*rel.Aggregate).Input.(*rel.Filter).Input.(*rel.Read).Table[1] = "nosuch"
	if plan, err = codec.Encode(unknown); err != nil {
		t.Fatal(err)
	}
	if _, err := c.ExecuteSubstrait(context.Background(), flightsql.SubstraitPlan{Plan: plan}); !fault.Is(err, fault.NotFound) {
		t.Errorf("an unknown table: %v", err)
	}
}
