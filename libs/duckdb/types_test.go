package duckdb

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/ipc"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

// same marks a way out and in that gives the type and value that went out.
const same = ""

// typeCases is the table in the package comment. typ is how DuckDB spells the type, arrow what it is
// exported as, back what RegisterArrow makes of that, lossless the same with WithLossless. A text
// in angle brackets is part of the error instead.
var typeCases = []struct{ value, typ, arrow, back, lossless string }{
	{"true", "BOOLEAN", "bool", same, same},
	{"(-128)::TINYINT", "TINYINT", "int8", same, same},
	{"32767::SMALLINT", "SMALLINT", "int16", same, same},
	{"-1", "INTEGER", "int32", same, same},
	{"9223372036854775807", "BIGINT", "int64", same, same},
	{"255::UTINYINT", "UTINYINT", "uint8", same, same},
	{"65535::USMALLINT", "USMALLINT", "uint16", same, same},
	{"4294967295::UINTEGER", "UINTEGER", "uint32", same, same},
	{"18446744073709551615::UBIGINT", "UBIGINT", "uint64", same, same},
	{"(-12)::HUGEINT", "HUGEINT", "decimal(38, 0)", "DECIMAL(38,0)", same},
	{"170141183460469231731687303715884105727::HUGEINT", "HUGEINT", "decimal(38, 0)", "DECIMAL(38,0)", same},
	{"12::UHUGEINT", "UHUGEINT", "decimal(38, 0)", "DECIMAL(38,0)", same},
	{"340282366920938463463374607431768211455::UHUGEINT", "UHUGEINT", "decimal(38, 0)", "<from 2^127 on>", same},
	{"[1::UHUGEINT]", "UHUGEINT[]", "<inside of LIST>", "", same},
	{"123456789012345678901234567890123456789012345::BIGNUM", "BIGNUM", "binary", same, same},
	{"1.5::FLOAT", "FLOAT", "float32", same, same},
	{"'nan'::DOUBLE", "DOUBLE", "float64", same, same},
	{"'-inf'::DOUBLE", "DOUBLE", "float64", same, same},
	{"1.5::DECIMAL(4,1)", "DECIMAL(4,1)", "decimal(4, 1)", same, same},
	{"-1.5::DECIMAL(9,2)", "DECIMAL(9,2)", "decimal(9, 2)", same, same},
	{"1.5::DECIMAL(15,2)", "DECIMAL(15,2)", "decimal(15, 2)", same, same},
	{"'-12345678901234567890123456789.123456789'::DECIMAL(38,9)", "DECIMAL(38,9)", "decimal(38, 9)", same, same},
	{"'äöü, long enough to be outside'", "VARCHAR", "utf8", same, same},
	{"''", "VARCHAR", "utf8", same, same},
	{`'\xAA\x00'::BLOB`, "BLOB", "binary", same, same},
	{"'0101'::BIT", "BIT", "binary", `BLOB = \x04\xF5`, same},
	{"'4ac7a9e9-607c-4c8a-84f3-843f0191e3fd'::UUID", "UUID", "utf8", "VARCHAR", same},
	{"'{\"a\": 1}'::JSON", "JSON", "utf8", "VARCHAR", same},
	{"DATE '2024-02-29'", "DATE", "date32", same, same},
	{"DATE 'infinity'", "DATE", "date32", same, same},
	{"TIME '12:34:56.789012'", "TIME", "time64[us]", same, same},
	{"'12:34:56.789012345'::TIME_NS", "TIME_NS", "time64[ns]", same, same},
	{"'12:34:56+02'::TIMETZ", "TIME WITH TIME ZONE", "time64[us]", "TIME = 12:34:56", same},
	{"TIMESTAMP '1969-12-31 23:59:59.999999'", "TIMESTAMP", "timestamp[us]", same, same},
	{"TIMESTAMP '-infinity'", "TIMESTAMP", "timestamp[us]", same, same},
	{"'2024-02-29 01:02:03'::TIMESTAMP_S", "TIMESTAMP_S", "timestamp[s]", same, same},
	{"'2024-02-29 01:02:03.456'::TIMESTAMP_MS", "TIMESTAMP_MS", "timestamp[ms]", same, same},
	{"'2024-02-29 01:02:03.456789123'::TIMESTAMP_NS", "TIMESTAMP_NS", "timestamp[ns]", same, same},
	{"'2024-02-29 01:02:03+02'::TIMESTAMPTZ", "TIMESTAMP WITH TIME ZONE", "timestamp[us, tz=UTC]", same, same},
	{"INTERVAL '1 year 2 days 3.5 seconds'", "INTERVAL", "month_day_nano_interval", same, same},
	{"'b''c'::ENUM('a', 'b''c')", "ENUM('a', 'b''c')", "dictionary<values=utf8, indices=uint8, ordered=false>", "VARCHAR", "VARCHAR"},
	{"['a'::ENUM('a')]", "ENUM('a')[]", "list<l: dictionary<values=utf8, indices=uint8, ordered=false>, nullable>",
		"<inside of nested types>", "<inside of LIST>"},
	{"[1, 2, NULL]", "INTEGER[]", "list<l: int32, nullable>", same, same},
	{"[]::VARCHAR[]", "VARCHAR[]", "list<l: utf8, nullable>", same, same},
	{"[1, 2, NULL]::INTEGER[3]", "INTEGER[3]", "fixed_size_list<: int32, nullable>[3]", same, same},
	{`{'a': 1, 'b c': 'x', 'key': NULL::DATE}`, `STRUCT(a INTEGER, "b c" VARCHAR, "key" DATE)`, "struct<a: int32, b c: utf8, key: date32>", same, same},
	{"row(1, 'x')", "STRUCT(INTEGER, VARCHAR)", "struct<: int32, : utf8>", same, same},
	{"MAP {'a': 1, 'b': NULL}", "MAP(VARCHAR, INTEGER)", "map<utf8, int32, items_nullable>", same, same},
	{"MAP {'a': true}", "MAP(VARCHAR, BOOLEAN)", "map<utf8, bool, items_nullable>", same, "<inside of a MAP>"},
	{"1::UNION(num INTEGER, str VARCHAR)", "UNION(num INTEGER, str VARCHAR)",
		"sparse_union<num: type=int32, nullable=0, str: type=utf8, nullable=1>", same, same},
	{"[{'a': [1, NULL], 'm': MAP {'k': 1.5::DECIMAL(5,2)}}]", "STRUCT(a INTEGER[], m MAP(VARCHAR, DECIMAL(5,2)))[]",
		"list<l: struct<a: list<l: int32, nullable>, m: map<utf8, decimal(5, 2), items_nullable>>, nullable>", same, same},
	{"{'u': ['4ac7a9e9-607c-4c8a-84f3-843f0191e3fd'::UUID], 'b': true, 'h': 1::HUGEINT}", "STRUCT(u UUID[], b BOOLEAN, h HUGEINT)",
		"struct<u: list<l: utf8, nullable>, b: bool, h: decimal(38, 0)>", "STRUCT(u VARCHAR[], b BOOLEAN, h DECIMAL(38,0))", same},
	{"['0101'::BIT, NULL]", "BIT[]", "list<l: binary, nullable>", `BLOB[] = [\x04\xF5, NULL]`, same},
	{"'POINT(1 2)'::GEOMETRY", "GEOMETRY", "binary", same, same},
	{"'{\"a\": 1}'::JSON::VARIANT", "VARIANT", "<column \"v\" has type VARIANT>", "", "<VARIANT>"},
	// What has no type of its own is an INTEGER to whoever reads the result of a query.
	{"NULL", `INTEGER`, "int32", same, same},
	{"[NULL]", `INTEGER[]`, "list<l: int32, nullable>", same, same},
}

func TestTypes(t *testing.T) {
	e := open(t, Options{Threads: 2})
	for _, tc := range typeCases {
		t.Run(tc.typ+"/"+tc.value, func(t *testing.T) {
			c := connect(t, e)
			p, err := c.Prepare(context.Background(), "SELECT "+tc.value+" AS v")
			if err != nil {
				t.Fatal(err)
			}
			if got := p.Columns[0].Type; got != tc.typ {
				t.Errorf("spelled %s, want %s", got, tc.typ)
			}
			if !strings.Contains(tc.value, "NULL") || strings.Contains(tc.value, "::") {
				if got := queryString(t, c, "SELECT typeof("+tc.value+")"); got != tc.typ {
					t.Errorf("DuckDB itself spells %s, want %s", got, tc.typ)
				}
			}
			if wantErr(t, tc.arrow, p.SchemaErr) {
				return
			}
			if got := p.Schema.Field(0).Type.String(); got != tc.arrow {
				t.Errorf("exported as %s, want %s", got, tc.arrow)
			}
			roundTrip(t, e, tc.value, tc.typ, tc.back)
			roundTrip(t, e, tc.value, tc.typ, tc.lossless, WithLossless())
		})
	}
}

// wantErr checks err against a text in angle brackets, and tells whether it is one.
func wantErr(t *testing.T, want string, err error) bool {
	t.Helper()
	part, is := strings.CutPrefix(want, "<")
	if !is {
		if err != nil {
			t.Fatal(err)
		}
		return false
	}
	if part = strings.TrimSuffix(part, ">"); err == nil || !strings.Contains(err.Error(), part) || !fault.Is(err, fault.InvalidArgument) {
		t.Errorf("got %v, want an error with %q", err, part)
	}
	return true
}

// roundTrip sends the value, a NULL, and 3,000 more values through Arrow IPC and reads them back in.
func roundTrip(t *testing.T, e *Engine, value, typ, back string, opts ...QueryOption) {
	t.Helper()
	ctx, c := context.Background(), connect(t, e)
	want := queryString(t, c, "SELECT "+value)
	if back == same {
		back = typ
	}
	back, other, changed := strings.Cut(back, " = ")
	if changed {
		want = other
	}
	sent, err := viaIPC(ctx, c, "SELECT "+value+" AS v UNION ALL SELECT NULL UNION ALL SELECT "+value+" FROM range(3000)", opts)
	if err == nil {
		_, err = c.RegisterArrow("x", sent)
	}
	if wantErr(t, back, err) {
		return
	}
	rows, err := c.QueryRows(ctx, "SELECT typeof(v), v FROM x")
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 3002 {
		t.Fatalf("%d rows", len(rows))
	}
	for i, r := range rows {
		switch {
		case r[0].Text != back:
			t.Fatalf("row %d came back as %s, want %s (options %d)", i, r[0].Text, back, len(opts))
		case i == 1 && r[1].Valid:
			t.Fatalf("NULL came back as %q", r[1].Text)
		case i != 1 && r[1].Text != want:
			t.Fatalf("row %d came back as %q, want %q (options %d)", i, r[1].Text, want, len(opts))
		}
	}
}

// viaIPC runs a query, serialises its result as a worker does on the wire, and reads that.
func viaIPC(ctx context.Context, c *Conn, sql string, opts []QueryOption) (array.RecordReader, error) {
	wire, err := viaIPCBytes(ctx, c, sql, opts...)
	if err != nil {
		return nil, err
	}
	return ipc.NewReader(bytes.NewReader(wire))
}

func viaIPCBytes(ctx context.Context, c *Conn, sql string, opts ...QueryOption) ([]byte, error) {
	s, err := c.Query(ctx, sql, opts...)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	var wire bytes.Buffer
	w := ipc.NewWriter(&wire, ipc.WithSchema(s.Schema()))
	for s.Next() {
		if err := w.Write(s.Record()); err != nil {
			return nil, err
		}
	}
	if err := s.Err(); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return wire.Bytes(), nil
}

// nested are rows of every layout, so that offsets into children matter.
const nested = `SELECT i, i % 3 = 0 AS b, 'text ' || i AS s, CASE WHEN i % 7 > 0 THEN [i, i + 1, NULL][:i % 4] END AS l,
	[[i], [], NULL, [i, i]] AS ll, CASE WHEN i % 5 > 0 THEN {'a': i, 'b': {'c': 'x' || i, 'd': [i]}} END AS st,
	(CASE WHEN i % 6 > 0 THEN [i, NULL, i % 10] END)::BIGINT[3] AS fl, MAP {i: 'v' || i, i + 1: NULL} AS m,
	CASE WHEN i % 2 = 0 THEN i::UNION(n BIGINT, s VARCHAR) ELSE ('u' || i)::UNION(n BIGINT, s VARCHAR) END AS u,
	[{'k': i, 'v': [i % 2 = 0]}] AS ls, (i % 3)::VARCHAR::ENUM('0', '1', '2') AS e, (i * 1.5)::DECIMAL(38,2) AS d,
	[['a' || i, 'b']]::VARCHAR[2][1] AS ff, i::HUGEINT AS h, {'fl': [i, i]::BIGINT[2], 'u': i::UNION(n BIGINT)} AS sf
	FROM range(10_000) t(i)`

// TestSlices sends records in and out that are slices of others, whose offsets Arrow v17 exports
// wrongly for structs and sparse unions unless something is done about it.
func TestSlices(t *testing.T) {
	e := open(t, Options{Threads: 2})
	c := connect(t, e)
	columns := "md5(string_agg(COLUMNS(* EXCLUDE e)::VARCHAR, '|' ORDER BY i)), md5(string_agg(e::VARCHAR, '|' ORDER BY i))"
	want, err := c.QueryRows(context.Background(), "SELECT "+columns+" FROM ("+nested+")")
	if err != nil {
		t.Fatal(err)
	}
	records, schema := collect(t, c, nested, 1)
	defer release(records)
	for _, cut := range []int64{1, 7, 64, 1000, 2047} {
		t.Run(fmt.Sprint(cut), func(t *testing.T) {
			var slices []arrow.Record
			for _, rec := range records {
				for from := int64(0); from < rec.NumRows(); {
					to := min(from+cut, rec.NumRows())
					slices = append(slices, rec.NewSlice(from, to))
					from, cut = to, cut*2
				}
			}
			defer release(slices)
			f := newFake(schema, slices...)
			drop := register(t, c, "x", f)
			defer drop()
			got, err := c.QueryRows(context.Background(), "SELECT "+columns+" FROM x")
			if err != nil {
				t.Fatal(err)
			}
			for i, f := range schema.Fields() {
				if i < len(want[0]) && got[0][i] != want[0][i] {
					t.Errorf("column %d (about %s) differs", i, f.Name)
				}
			}
		})
	}
}

// TestForeignTypes reads Arrow types that DuckDB never exports.
func TestForeignTypes(t *testing.T) {
	e := open(t, Options{Threads: 2})
	for _, tc := range []struct {
		typ        arrow.DataType
		json, want string
	}{
		{arrow.BinaryTypes.LargeString, `["a", null]`, "VARCHAR: a NULL"},
		{arrow.BinaryTypes.StringView, `["a", "a text that is not inlined"]`, "VARCHAR: a a text that is not inlined"},
		{arrow.BinaryTypes.LargeBinary, `["YQ==", null]`, "BLOB: a NULL"},
		{&arrow.FixedSizeBinaryType{ByteWidth: 1}, `["YQ==", null]`, "BLOB: a NULL"},
		{arrow.FixedWidthTypes.Date64, `["2024-02-29", null]`, "DATE: 2024-02-29 NULL"},
		{arrow.FixedWidthTypes.Time32s, `["12:34:56", null]`, "TIME: 12:34:56 NULL"},
		{arrow.FixedWidthTypes.Duration_ms, `["1500ms", null]`, "INTERVAL: 00:00:01.5 NULL"},
		{arrow.FixedWidthTypes.Timestamp_ns, `["2024-02-29 01:02:03.5", null]`, "TIMESTAMP WITH TIME ZONE: 2024-02-29 01:02:03.5+00 NULL"},
		{arrow.LargeListOf(arrow.PrimitiveTypes.Int32), `[[1, 2], null]`, "INTEGER[]: [1, 2] NULL"},
		{arrow.ListViewOf(arrow.PrimitiveTypes.Int32), `[[1, 2], null]`, "INTEGER[]: [1, 2] NULL"},
		{&arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int32, ValueType: arrow.BinaryTypes.String}, `["a", null, "a"]`, "VARCHAR: a NULL a"},
		{arrow.Null, `[null, null]`, `"NULL": NULL NULL`},
	} {
		t.Run(tc.typ.String(), func(t *testing.T) {
			arr, _, err := array.FromJSON(checked(t), tc.typ, strings.NewReader(tc.json))
			if err != nil {
				t.Fatal(err)
			}
			defer arr.Release()
			schema := arrow.NewSchema([]arrow.Field{{Name: "v", Type: tc.typ, Nullable: true}}, nil)
			rec := array.NewRecord(schema, []arrow.Array{arr}, int64(arr.Len()))
			defer rec.Release()
			c := connect(t, e)
			register(t, c, "x", newFake(schema, rec))
			rows, err := c.QueryRows(context.Background(), "SELECT typeof(v), v FROM x")
			if err != nil {
				t.Fatal(err)
			}
			got := rows[0][0].Text + ":"
			for _, r := range rows {
				if got += " "; r[1].Valid {
					got += r[1].Text
				} else {
					got += "NULL"
				}
			}
			if got != tc.want {
				t.Errorf("got %s, want %s", got, tc.want)
			}
			c.Close()
		})
	}
}

func TestPrepare(t *testing.T) {
	e := open(t, Options{})
	c := connect(t, e)
	ctx := context.Background()
	mustExec(t, c, "CREATE TABLE t (i INTEGER)")
	p, err := c.Prepare(ctx, "SELECT i + $1::BIGINT AS a, $2::VARCHAR FROM t")
	if err != nil {
		t.Fatal(err)
	}
	if p.Parameters != 2 || fmt.Sprint(p.ParameterTypes) != "[BIGINT VARCHAR]" || !p.ReturnsRows || p.Columns[0] != (Column{"a", "BIGINT"}) {
		t.Errorf("got %+v", p)
	}
	p, err = c.Prepare(ctx, "INSERT INTO t VALUES (1)")
	if err != nil || p.ReturnsRows || p.Parameters != 0 {
		t.Errorf("got %+v, %v", p, err)
	}
	if got := queryString(t, c, "SELECT count(*) FROM t"); got != "0" {
		t.Errorf("Prepare executed the statement: %s rows", got)
	}
	for sql, kind := range map[string]fault.Kind{
		"":                   fault.InvalidArgument,
		"-- nothing":         fault.InvalidArgument,
		"SELECT 1; SELECT 2": fault.InvalidArgument,
		"SELEC 1":            fault.InvalidArgument,
		"FROM nope":          fault.NotFound,
	} {
		if _, err := c.Prepare(ctx, sql); !fault.Is(err, kind) {
			t.Errorf("%q: got %v", sql, err)
		}
	}
	if _, err := c.Query(ctx, "SELECT i FROM t WHERE i = ?"); !fault.Is(err, fault.InvalidArgument) || !strings.Contains(err.Error(), "1 parameters") {
		t.Errorf("got %v", err)
	}
}
