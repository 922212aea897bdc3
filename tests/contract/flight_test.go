package contract

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/flight"
	"github.com/apache/arrow/go/v17/arrow/flight/flightsql"
	"github.com/apache/arrow/go/v17/arrow/flight/flightsql/schema_ref"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/shoal-db/shoal/libs/platform/fault"
	_ "github.com/shoal-db/shoal/libs/platform/fault/grpcfault" // reads faults out of gRPC errors
	"github.com/shoal-db/shoal/tests/harness"
	"github.com/shoal-db/shoal/tests/oracle"
)

// told is the answer to a metadata call, as text.
func told(t *testing.T, sql *harness.SQLClient, info *flight.FlightInfo, err error) string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	out, err := sql.Read(t.Context(), info)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(out.Names, out.Rows)
}

func testFlight(t *testing.T, s *system) {
	ctx := t.Context()
	sql := harness.SQL(t, s.cluster.Flight())
	c := sql.Portal()
	expect := func(what, got, want string) {
		t.Helper()
		if got != want {
			t.Errorf("%s: %s, want %s", what, got, want)
		}
	}
	info, err := c.GetCatalogs(ctx)
	expect("catalogs", told(t, sql, info, err), "[catalog_name] [[shoal]]")
	info, err = c.GetTableTypes(ctx)
	expect("table types", told(t, sql, info, err), "[table_type] [[TABLE]]")
	text := func(v string) *string { return &v }
	for want, opts := range map[string]*flightsql.GetDBSchemasOpts{
		"[[shoal d]]":  {},
		"[[shoal d]] ": {Catalog: text("shoal"), DbSchemaFilterPattern: text("_")},
		"[]":           {Catalog: text("other")},
		"[] ":          {DbSchemaFilterPattern: text("x%")},
	} {
		info, err = c.GetDBSchemas(ctx, opts)
		expect("schemas", told(t, sql, info, err), "[catalog_name db_schema_name] "+strings.TrimSpace(want))
	}
	for want, opts := range map[string]*flightsql.GetTablesOpts{
		"[[shoal d facts TABLE] [shoal d names TABLE]]": {},
		"[[shoal d names TABLE]]":                       {TableNameFilterPattern: text("n%s"), TableTypes: []string{"TABLE"}},
		"[]":                                            {TableTypes: []string{"VIEW"}},
		"[] ":                                           {DbSchemaFilterPattern: text("e")},
	} {
		info, err = c.GetTables(ctx, opts)
		expect("tables", told(t, sql, info, err), "[catalog_name db_schema_name table_name table_type] "+strings.TrimSpace(want))
	}
	info, err = c.GetPrimaryKeys(ctx, flightsql.TableRef{DBSchema: text("d"), Table: "facts"})
	if got := told(t, sql, info, err); !strings.HasSuffix(got, " []") {
		t.Errorf("primary keys: %s", got)
	}
	testTableSchema(t, sql)
	testSQLInfo(t, sql)
	testFlightErrors(t, s, sql)
}

// testTableSchema compares the schema of GetTables with that of a query.
func testTableSchema(t *testing.T, sql *harness.SQLClient) {
	ctx := t.Context()
	pattern := "facts"
	info, err := sql.Portal().GetTables(ctx, &flightsql.GetTablesOpts{TableNameFilterPattern: &pattern, IncludeSchema: true})
	if err != nil {
		t.Fatal(err)
	}
	declared, err := flight.DeserializeSchema(info.Schema, memory.DefaultAllocator)
	if err != nil || !declared.Equal(schema_ref.TablesWithIncludedSchema) {
		t.Fatalf("schema %v: %v", declared, err)
	}
	r, err := sql.Open(ctx, info.Endpoint[0], 0)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Release()
	if !r.Next() || r.Record().NumRows() != 1 {
		t.Fatalf("not one row: %v", r.Err())
	}
	raw := r.Record().Column(4).(interface{ Value(int) []byte }).Value(0)
	schema, err := flight.DeserializeSchema(raw, memory.DefaultAllocator)
	if err != nil {
		t.Fatal(err)
	}
	want, err := sql.Portal().GetExecuteSchema(harness.InSchema(ctx, "d"), "SELECT * FROM facts")
	if err != nil {
		t.Fatal(err)
	}
	queried, err := flight.DeserializeSchema(want.Schema, memory.DefaultAllocator)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := shapeOf(schema), shapeOf(queried); got != want {
		t.Errorf("GetTables says %s, a query %s", got, want)
	}
	if v, _ := schema.Field(3).Metadata.GetValue(flightsql.TypeNameKey); v != "DECIMAL(12,2)" {
		t.Errorf("the type's name is %q", v)
	}
}

func shapeOf(s *arrow.Schema) string {
	var out strings.Builder
	for _, f := range s.Fields() {
		fmt.Fprintf(&out, "%s %s;", f.Name, f.Type)
	}
	return out.String()
}

func testSQLInfo(t *testing.T, sql *harness.SQLClient) {
	info, err := sql.Portal().GetSqlInfo(t.Context(), []flightsql.SqlInfo{
		flightsql.SqlInfoFlightSqlServerName, flightsql.SqlInfoFlightSqlServerReadOnly, flightsql.SqlInfoFlightSqlServerSubstrait,
	})
	got := told(t, sql, info, err)
	for _, part := range []string{"info_name", "Shoal", "true"} {
		if !strings.Contains(got, part) {
			t.Errorf("%q is not in %s", part, got)
		}
	}
	info, err = sql.Portal().GetSqlInfo(t.Context(), nil) // everything
	if got := told(t, sql, info, err); len(got) < 500 {
		t.Errorf("all that is known of the server: %s", got)
	}
	// Drivers ask for numbers that not every server knows.
	info, err = sql.Portal().GetSqlInfo(t.Context(), []flightsql.SqlInfo{flightsql.SqlInfoFlightSqlServerReadOnly, 4242})
	if got := told(t, sql, info, err); strings.Contains(got, "4242") || !strings.Contains(got, "true") {
		t.Errorf("with an unknown info: %s", got)
	}
}

// testFlightErrors expects the code, and behind it the fault whole.
func testFlightErrors(t *testing.T, s *system, sql *harness.SQLClient) {
	ctx := harness.InSchema(t.Context(), "d")
	for text, want := range map[string]struct {
		code codes.Code
		kind fault.Kind
		part string
	}{
		"SELEC 1":              {codes.InvalidArgument, fault.InvalidArgument, "syntax error"},
		"SELECT * FROM fatcs":  {codes.NotFound, fault.NotFound, "facts"},
		"DROP TABLE facts":     {codes.InvalidArgument, fault.InvalidArgument, ""},
		"SELECT x FROM facts":  {codes.NotFound, fault.NotFound, "x"},
		"SELECT 1; SELECT 2":   {codes.InvalidArgument, fault.InvalidArgument, ""},
		"SELECT * FROM facts ": {codes.OK, "", ""},
	} {
		_, err := sql.Query(ctx, text)
		if want.code == codes.OK {
			if err != nil {
				t.Errorf("%s: %v", text, err)
			}
			continue
		}
		if status.Code(err) != want.code || fault.From(err).Kind != want.kind || !strings.Contains(fmt.Sprint(err), want.part) {
			t.Errorf("%s: %v", text, err)
		}
		if want.kind == fault.InvalidArgument && want.part != "" {
			if f := fault.From(err); f.Details["line"] != int64(1) || f.Details["caret"] == nil {
				t.Errorf("%s: details %v", text, f.Details)
			}
		}
	}
	garbage := [][]byte{nil, {0}, []byte("ticket"), bytes.Repeat([]byte{0xff}, 100)}
	for _, at := range append(locations(s), s.cluster.Flight()) {
		c, err := harness.DialFlight(at)
		if err != nil {
			t.Fatal(err)
		}
		for _, ticket := range garbage {
			_, err := drain(t.Context(), c, ticket)
			if code := status.Code(err); code != codes.InvalidArgument && code != codes.Unauthenticated {
				t.Errorf("%s: ticket %q: %v", at, ticket, err)
			}
		}
		_ = c.Close()
	}
}

func locations(s *system) []string {
	var out []string
	for _, w := range s.cluster.Workers() {
		out = append(out, w.Location)
	}
	return out
}

func drain(ctx context.Context, c flight.Client, ticket []byte) (*oracle.Result, error) {
	r, err := harness.DoGet(ctx, c, ticket)
	if err != nil {
		return nil, err
	}
	return oracle.Read(r)
}

// testEndpoints expects workers as the locations of what is not merged, and the portal as that of all
// else and of everything on request.
func testEndpoints(t *testing.T, s *system) {
	sql := harness.SQL(t, s.cluster.Flight())
	workers := fmt.Sprint(locations(s))
	for _, tc := range []struct {
		name, sql string
		merged    bool
	}{
		{"unmerged", "SELECT k, price FROM facts WHERE k > 10", false},
		{"merged", "SELECT n, sum(price) AS s FROM facts GROUP BY n", true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			want := s.Query(t, tc.sql)
			ctx := harness.InSchema(t.Context(), "d")
			info, err := sql.Portal().Execute(ctx, tc.sql)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range info.Endpoint {
				if e.ExpirationTime == nil || len(e.Location) == 0 {
					t.Errorf("endpoint without location or expiry: %v", e)
				}
				for _, l := range e.Location {
					if !tc.merged && !strings.Contains(workers, l.Uri) || tc.merged && l.Uri != s.cluster.Flight() {
						t.Errorf("location %s", l.Uri)
					}
				}
			}
			compare(t, sql, ctx, info, want)
			// GetFlightInfo for the same is the portal's alone with the header.
			ctx = metadata.AppendToOutgoingContext(ctx, "x-shoal-route", "portal")
			if info, err = sql.Portal().Execute(ctx, tc.sql); err != nil {
				t.Fatal(err)
			}
			if len(info.Endpoint) != 1 || len(info.Endpoint[0].Location) != 0 {
				t.Errorf("through the portal: %v", info.Endpoint)
			}
			compare(t, sql, ctx, info, want)
		})
	}
	if _, err := sql.Query(t.Context(), "SELECT * FROM facts"); status.Code(err) != codes.NotFound {
		t.Errorf("without the header: %v", err)
	}
	if got, err := sql.Query(t.Context(), "SELECT count(*) AS c FROM shoal.d.facts"); err != nil || fmt.Sprint(got.Rows) != "[[5000]]" {
		t.Errorf("by its whole name: %v, %v", got, err)
	}
}

func compare(t *testing.T, sql *harness.SQLClient, ctx context.Context, info *flight.FlightInfo, want *oracle.Result) {
	t.Helper()
	got, err := sql.Read(ctx, info)
	if err != nil {
		t.Fatal(err)
	}
	if diff := oracle.Diff(got, want, false); diff != "" {
		t.Error(diff)
	}
}

// testPrepared does what JDBC does for every query.
func testPrepared(t *testing.T, s *system) {
	const text = "SELECT k, price FROM facts WHERE k < 100"
	sql := harness.SQL(t, s.cluster.Flight())
	ctx := harness.InSchema(t.Context(), "d")
	p, err := sql.Portal().Prepare(ctx, text)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := fmt.Sprint(p.DatasetSchema().NumFields()), "2"; got != want {
		t.Errorf("%s columns, want %s", got, want)
	}
	if schema := p.ParameterSchema(); schema != nil && schema.NumFields() > 0 {
		t.Errorf("parameters %v", schema)
	}
	for range 2 {
		info, err := p.Execute(ctx)
		if err != nil {
			t.Fatal(err)
		}
		compare(t, sql, ctx, info, s.Query(t, text))
	}
	if err := p.Close(ctx); err != nil {
		t.Error(err)
	}
	testParameters(t, s, sql)
	if _, err := sql.Portal().Prepare(ctx, "SELECT * FROM fatcs"); status.Code(err) != codes.NotFound {
		t.Errorf("prepare a wrong statement: %v", err)
	}
	if _, err := sql.Portal().ExecuteUpdate(ctx, "DELETE FROM facts"); status.Code(err) != codes.InvalidArgument {
		t.Errorf("an update: %v", err)
	}
	if _, err := sql.Portal().BeginTransaction(ctx); err == nil || status.Code(err) == codes.Internal || err == io.EOF {
		t.Errorf("a transaction: %v", err)
	}
}
