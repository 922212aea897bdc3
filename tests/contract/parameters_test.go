package contract

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/shoal-db/shoal/tests/harness"
)

// rowOf is a record of one row, or of as many as there are texts for each column.
func rowOf(t *testing.T, names []string, of []arrow.DataType, json ...string) arrow.Record {
	t.Helper()
	var fields []arrow.Field
	var columns []arrow.Array
	rows := 0
	for i, text := range json {
		column, _, err := array.FromJSON(memory.DefaultAllocator, of[i], strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		fields, columns, rows = append(fields, arrow.Field{Name: names[i], Type: of[i], Nullable: true}), append(columns, column), column.Len()
	}
	return array.NewRecord(arrow.NewSchema(fields, nil), columns, int64(rows))
}

// testParameters binds prepared statements.
func testParameters(t *testing.T, s *system, sql *harness.SQLClient) {
	ctx := harness.InSchema(t.Context(), "d")
	p, err := sql.Portal().Prepare(ctx, "SELECT count(*) AS n, sum(price) FROM facts WHERE k <= ? AND v = ? AND price < ?")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := fmt.Sprint(p.ParameterSchema()), "three, the first of int64"; !strings.Contains(fmt.Sprint(p.ParameterSchema()), "1: type=int64") || p.ParameterSchema().NumFields() != 3 {
		t.Errorf("parameters %s, want %s", got, want)
	}
	if p.DatasetSchema().NumFields() != 2 {
		t.Errorf("schema %v", p.DatasetSchema())
	}
	types := []arrow.DataType{arrow.PrimitiveTypes.Int64, arrow.BinaryTypes.String, &arrow.Decimal128Type{Precision: 12, Scale: 2}}
	for _, k := range []int{100, 1000, 100} {
		p.SetParameters(rowOf(t, []string{"0", "1", "2"}, types, fmt.Sprintf("[%d]", k), `["v3"]`, `["200.00"]`))
		info, err := p.Execute(ctx)
		if err != nil {
			t.Fatal(err)
		}
		compare(t, sql, ctx, info, s.Query(t, fmt.Sprintf("SELECT count(*) AS n, sum(price) FROM facts WHERE k <= %d AND v = 'v3' AND price < 200.00", k)))
	}
	named := executed(t, ctx, sql, "SELECT $a AS a, $b AS b", rowOf(t, []string{"b", "A"}, types[:2], "[7]", `["x'; --"]`))
	if named != "[a b] [[x'; -- 7]]" {
		t.Errorf("by name: %s", named)
	}
	if got := executed(t, ctx, sql, "EXPLAIN SELECT k FROM facts WHERE k < ?", rowOf(t, []string{"1"}, types[:1], "[100]")); !strings.Contains(got, "1 of 10 chunks") {
		t.Errorf("explained: %s", got)
	}
	testParametersRefused(t, ctx, sql)
	testParametersHTTP(t, s)
}

func executed(t *testing.T, ctx context.Context, sql *harness.SQLClient, text string, row arrow.Record) string {
	t.Helper()
	p, err := sql.Portal().Prepare(ctx, text)
	if err != nil {
		t.Fatal(err)
	}
	p.SetParameters(row)
	info, err := p.Execute(ctx)
	if err != nil {
		t.Fatal(err)
	}
	out, err := sql.Read(ctx, info)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(out.Names, out.Rows)
}

func testParametersRefused(t *testing.T, ctx context.Context, sql *harness.SQLClient) {
	ints := []arrow.DataType{arrow.PrimitiveTypes.Int64, arrow.PrimitiveTypes.Int64}
	for text, row := range map[string]arrow.Record{
		"one row":              rowOf(t, []string{"1"}, ints, "[1, 2]"),
		"gets 2 values":        rowOf(t, []string{"1", "2"}, ints, "[1]", "[2]"),
		"gets values for $foo": rowOf(t, []string{"foo"}, ints, "[1]"),
		"cannot be bound":      rowOf(t, []string{"1"}, []arrow.DataType{&arrow.Decimal256Type{Precision: 60, Scale: 2}}, `["1.00"]`),
		"no values for them":   nil,
	} {
		p, err := sql.Portal().Prepare(ctx, "SELECT k FROM facts WHERE k = ?")
		if err != nil {
			t.Fatal(err)
		}
		if row != nil {
			p.SetParameters(row)
		}
		if _, err := p.Execute(ctx); status.Code(err) != codes.InvalidArgument || !strings.Contains(err.Error(), text) {
			t.Errorf("%v, want %q", err, text)
		}
	}
}

func testParametersHTTP(t *testing.T, s *system) {
	for body, want := range map[string]string{
		`{"sql": "SELECT ? AS a, ? AS b, ? AS c, ? AS d, ? AS e, ? AS f", "parameters": [1, -2.50, "x''y", true, null, 1e3]}`:                             `[1,"-2.50","x''y",true,null,1000.0]`,
		`{"sql": "SELECT $2 AS a, $1 AS b, $2 AS c", "parameters": [3000000000, 2]}`:                                                                      `[2,3000000000,2]`,
		`{"sql": "SELECT $d AS d, $l AS l", "parameters": {"l": {"type": "INTEGER[]", "value": "[1, 2]"}, "d": {"type": "DATE", "value": "2026-03-01"}}}`: `["2026-03-01",[1,2]]`,
		`{"sql": "SELECT count(*) AS n FROM d.facts WHERE k < $k", "parameters": {"k": 11}}`:                                                              `[10]`,
		`{"sql": "SELECT 1-? AS x", "parameters": [-5]}`:                                                                                                  `[6]`,
		`{"sql": "SELECT e.key, ? AS p FROM json_each('{\"a\": 1}') e", "parameters": [5]}`:                                                               `["a",5]`, // which no plan can say
	} {
		a := s.post(t, "/v1/query", body)
		if !strings.Contains(string(a.body), "\n"+want+"]") {
			t.Errorf("%s: %s, want %s", body, a.body, want)
		}
	}
	for body, want := range map[string]string{
		`{"sql": "SELECT ?", "parameters": [[1]]}`:                            "lists are written as text",
		`{"sql": "SELECT ?", "parameters": 1}`:                                "parameters are a list, or an object",
		`{"sql": "SELECT ?", "parameters": [{"type": "x(", "value": 1}]}`:     "is not known",
		`{"sql": "SELECT ?", "parameters": [{"type": "DATE"}]}`:               "a value is no object",
		`{"sql": "SELECT ?"}`:                                                 "no values",
		`{"sql": "SELECT ? +\n nosuch", "parameters": ["a longer text"]}`:     "nosuch",
		`{"sql": "SELECT ?", "parameters": [{"type": "DATE", "value": "x"}]}`: "invalid date",
		`{"plan": {"relations": []}, "parameters": [1]}`:                      "a plan has no parameters",
	} {
		a := send(t, "POST", s.http+"/v1/query", body)
		if a.status < 400 || a.status >= 500 || !strings.Contains(string(a.body), want) {
			t.Errorf("%s: %d %s, want %q", body, a.status, a.body, want)
		}
		if strings.Contains(body, "nosuch") && !strings.Contains(string(a.body), `"line":2`) {
			t.Errorf("the place is not that of the statement: %s", a.body)
		}
	}
	plan := s.post(t, "/v1/plan", `{"sql": "SELECT k FROM d.facts WHERE k = ?", "parameters": [42]}`).object(t)
	if plan["pruning"].(map[string]any)["chunks_selected"] != 1.0 {
		t.Errorf("the value prunes nothing: %v", plan["pruning"])
	}
	if a := s.post(t, "/v1/explain", `{"sql": "SELECT k FROM d.facts WHERE k = ?", "parameters": [42]}`); !strings.Contains(string(a.body), "k = 42") {
		t.Errorf("explained: %s", a.body)
	}
}
