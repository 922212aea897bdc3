package formats

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v17/arrow/ipc"
	"go.uber.org/goleak"

	"github.com/shoal-db/shoal/libs/duckdb"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// write runs SQL and writes its result.
func write(t *testing.T, mediaType, sql string) string {
	t.Helper()
	ctx := context.Background()
	engine, err := duckdb.Open(ctx, duckdb.Options{Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = engine.Close(ctx) }()
	conn, err := engine.Conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	rows, err := conn.Query(ctx, sql)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var columns []Column
	for _, c := range rows.Columns() {
		columns = append(columns, Column{c.Name, c.Type})
	}
	var out bytes.Buffer
	w := New(mediaType, &out, "q1", columns, rows.Schema())
	if err := w.Begin(); err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		if err := w.Write(rows.Record()); err != nil {
			t.Fatal(err)
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	if err := w.End(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// plain are values whose text is what DuckDB prints.
var plain = []string{
	"true", "(-128)::TINYINT", "255::UTINYINT", "32767::SMALLINT", "65535::USMALLINT", "(-2147483648)::INTEGER", "4294967295::UINTEGER",
	"9223372036854775807::BIGINT", "(-9223372036854775808)::BIGINT", "18446744073709551615::UBIGINT", "170141183460469231731::HUGEINT",
	"1.5::FLOAT", "0.1::FLOAT", "0.1::DOUBLE", "1e20::DOUBLE", "1e-7::DOUBLE", "100::DOUBLE", "'-0'::DOUBLE", "1e15::DOUBLE",
	"'nan'::DOUBLE", "'inf'::DOUBLE", "'-inf'::FLOAT", "12.34::DECIMAL(15,2)", "(-0.05)::DECIMAL(4,2)", "7::DECIMAL(38,0)",
	"12345678901234567890.123456789::DECIMAL(38,9)",
	"''", "'a, \"b\"\n'", "'ünïcödé 🦆'",
	"DATE '2024-02-29'", "DATE '0001-01-01'", "DATE '0044-03-15 (BC)'", "DATE '12024-02-29'", "'infinity'::DATE", "'-infinity'::DATE",
	"TIME '01:02:03'", "TIME '23:59:59.000001'", "TIME '24:00:00'",
	"TIMESTAMP '2024-02-29 13:14:15.6'", "TIMESTAMP '1969-12-31 23:59:59.999999'", "'infinity'::TIMESTAMP", "TIMESTAMP '0044-03-15 (BC) 01:00:00'",
	"TIMESTAMP_S '2024-02-29 13:14:15'", "TIMESTAMP_MS '2024-02-29 13:14:15.123'", "TIMESTAMP_NS '2024-02-29 13:14:15.123456789'",
	"TIMESTAMPTZ '2024-02-29 13:14:15+02'",
	"INTERVAL '1 year 2 months 3 days 4 hours 5 minutes 6.7 seconds'", "INTERVAL '-1 month'", "INTERVAL 0 DAY", "INTERVAL '-90 seconds'",
	"INTERVAL '1 day -1 second'", "'\\x00\\xFFab\\x22'::BLOB", "'a'::ENUM('a', 'b')", "'0101101'::BIT", "'1'::BIT", "'b6f0c9a2-7e51-4d0c-9f0e-1c2d3e4f5a6b'::UUID",
}

func TestTextIsDuckDBs(t *testing.T) {
	for _, expr := range plain {
		got, err := csv.NewReader(strings.NewReader(write(t, TypeCSV, "SELECT "+expr+" AS a, ("+expr+")::VARCHAR AS b"))).ReadAll()
		if err != nil {
			t.Errorf("%s: %v", expr, err)
			continue
		}
		if got[1][0] != got[1][1] {
			t.Errorf("%s is written as %s, DuckDB prints %s", expr, got[1][0], got[1][1])
		}
	}
}

func TestJSONValues(t *testing.T) {
	for expr, want := range map[string]string{
		"NULL::INTEGER": "null", "true": "true", "9223372036854775807": "9223372036854775807",
		"18446744073709551615::UBIGINT": "18446744073709551615", "170141183460469231731::HUGEINT": "170141183460469231731",
		"1.5::DOUBLE": "1.5", "1::DOUBLE": "1.0", "1e300": "1e+300", "'nan'::DOUBLE": `"NaN"`, "'-inf'::FLOAT": `"-Infinity"`,
		"12.30::DECIMAL(15,2)": `"12.30"`, "7::DECIMAL(9,0)": "7",
		`'a"\' || chr(10) || chr(1) || 'é'`: `"a\"\\\n\u0001é"`,
		"DATE '2024-02-29'":                 `"2024-02-29"`, "TIMESTAMPTZ '2024-02-29 13:14:15+02'": `"2024-02-29 11:14:15+00"`,
		"'\\xFF\\x00'::BLOB": `"/wA="`, "[1, NULL, 3]": "[1,null,3]", "[['a'], []]": `[["a"],[]]`,
		"{'x': 1, 'y z': [2.5::DOUBLE]}": `{"x":1,"y z":[2.5]}`, "MAP {'k': 1, 'l': NULL}": `[{"key":"k","value":1},{"key":"l","value":null}]`,
		"union_value(num := 2)": `{"num":2}`, "[1, 2]::INTEGER[2]": "[1,2]", "'a'::ENUM('a')": `"a"`,
		"row(1, 'a', NULL)": `[1,"a",null]`, "[row(row(1), 2)]": "[[[1],2]]",
		"NULL::INTEGER[]": "null", "[{'a': NULL::DATE}]": `[{"a":null}]`,
	} {
		got := write(t, TypeJSON, "SELECT "+expr+" AS v")
		var out struct {
			QueryID  string `json:"query_id"`
			Columns  []Column
			Rows     [][]json.RawMessage
			RowCount int `json:"row_count"`
		}
		if err := json.Unmarshal([]byte(got), &out); err != nil {
			t.Errorf("%s: %v in %s", expr, err, got)
			continue
		}
		if string(out.Rows[0][0]) != want || out.RowCount != 1 || out.QueryID != "q1" || out.Columns[0].Name != "v" {
			t.Errorf("%s is written as %s, want %s (%+v)", expr, out.Rows[0][0], want, out)
		}
	}
}

func TestManyRowsAndNone(t *testing.T) {
	const sql = "SELECT i, CASE WHEN i % 3 > 0 THEN 'x' || i END AS s FROM range(10000) t(i)"
	var out struct {
		Rows     [][]any
		RowCount int `json:"row_count"`
	}
	if err := json.Unmarshal([]byte(write(t, TypeJSON, sql)), &out); err != nil || out.RowCount != 10000 || len(out.Rows) != 10000 {
		t.Errorf("%d rows, %v", len(out.Rows), err)
	}
	lines, err := csv.NewReader(strings.NewReader(write(t, TypeCSV, sql))).ReadAll()
	if err != nil || len(lines) != 10001 || lines[0][1] != "s" || lines[2][1] != "x1" || lines[1][1] != "" {
		t.Errorf("%d lines, %v", len(lines), err)
	}
	if got := write(t, TypeJSON, sql+" WHERE false"); !strings.HasSuffix(got, `"rows":[],"row_count":0}`+"\n") {
		t.Errorf("%s", got)
	}
	if got := write(t, TypeCSV, `SELECT 1 AS "a ""b""", NULL AS c, '' AS d WHERE false`); got != "\"a \"\"b\"\"\",c,d\n" {
		t.Errorf("%q", got)
	}
	if got := write(t, TypeCSV, `SELECT NULL AS c, '' AS d, ' e' AS e`); got != "c,d,e\n,\"\",\" e\"\n" {
		t.Errorf("%q", got)
	}
	r, err := ipc.NewReader(strings.NewReader(write(t, TypeArrow, sql+" WHERE false")))
	if err != nil || r.Next() || r.Schema().NumFields() != 2 {
		t.Errorf("%v", err)
	}
}

func TestFailIsNoWholeAnswer(t *testing.T) {
	var out bytes.Buffer
	w := New(TypeJSON, &out, "q1", []Column{{"a", "INTEGER"}}, nil)
	if err := w.Begin(); err != nil {
		t.Fatal(err)
	}
	w.Fail(fault.New(fault.Unavailable, "read subplan", "w1 is gone").WithDetail("bad", math.NaN()))
	if text := out.String(); !strings.Contains(text, `"error":{"kind":"unavailable"`) || strings.Contains(text, "row_count") || !json.Valid(out.Bytes()) {
		t.Errorf("%s", text)
	}
	broken := New(TypeJSON, failing{}, "q1", nil, nil)
	if err := broken.Begin(); err != nil {
		t.Fatal(err)
	}
	if err := broken.End(); err == nil {
		t.Error("a client that is gone was not noticed")
	}
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errors.New("gone") }

func TestCheck(t *testing.T) {
	for typ, ok := range map[string]bool{
		"BIGINT": true, "BIT": true, "TIMESTAMP WITH TIME ZONE": true, "STRUCT(a INTEGER[], b MAP(VARCHAR, DATE))": true, `"NULL"`: true,
		"TIME WITH TIME ZONE": false, "BIGNUM": false, "BIT[]": false, "STRUCT(a TIME WITH TIME ZONE)": false, "GEOMETRY": false,
	} {
		columns := []Column{{"a", "INTEGER"}, {"b", typ}}
		if err := Check(TypeCSV, columns); (err == nil) != ok || err != nil && !fault.Is(err, fault.InvalidArgument) {
			t.Errorf("%s: %v", typ, err)
		}
		if err := Check(TypeArrow, columns); err != nil {
			t.Errorf("%s as Arrow: %v", typ, err)
		}
	}
}

func TestChoose(t *testing.T) {
	for accept, want := range map[string]string{
		"": TypeJSON, "*/*": TypeJSON, "text/csv": TypeCSV, "text/*": TypeCSV, "application/*": TypeJSON, "Application/JSON": TypeJSON,
		"text/csv;q=0.1, application/json;q=0.2": TypeJSON, "application/vnd.apache.arrow.stream, */*;q=0.1": TypeArrow,
		"application/json;q=0, */*": TypeArrow, "text/html, text/csv;q=0.5": TypeCSV, "text/csv;q=nonsense": "", "image/png": "", ";;;": "",
		"text/csv; header=present": TypeCSV,
	} {
		if got, ok := Choose(accept); got != want || ok != (want != "") {
			t.Errorf("Accept %q gives %q", accept, got)
		}
	}
}

// FuzzString compares JSON strings with what the standard library makes of them.
func FuzzString(f *testing.F) {
	f.Add("plain")
	f.Add("\x00\x1f\"\\\u2028é\xff\xed\xa0\x80")
	f.Fuzz(func(t *testing.T, s string) {
		var got string
		if err := json.Unmarshal(appendString(nil, s), &got); err != nil {
			t.Fatalf("%q: %v", s, err)
		}
		if want := strings.ToValidUTF8(s, "\ufffd"); strings.ReplaceAll(got, "\ufffd", "") != strings.ReplaceAll(want, "\ufffd", "") {
			t.Errorf("%q became %q", s, got)
		}
	})
}
