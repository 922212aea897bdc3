package flightsql

import (
	"context"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"

	"github.com/shoal-db/shoal/libs/duckdb"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/sqlgen"
	"github.com/shoal-db/shoal/libs/substrait/types"

	"github.com/shoal-db/shoal/services/portal/binder"
)

// TestValuesComeBack: what DuckDB gives out in Arrow is, as a constant of what it is bound as, the same
// value again.
func TestValuesComeBack(t *testing.T) {
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
	for _, value := range []string{
		"true", "CAST(-128 AS TINYINT)", "CAST(-32768 AS SMALLINT)", "5", "CAST('-9223372036854775808' AS BIGINT)", "CAST(255 AS UTINYINT)",
		"CAST(65535 AS USMALLINT)", "CAST(4294967295 AS UINTEGER)", "CAST('18446744073709551615' AS UBIGINT)", "CAST('-0.00001' AS DECIMAL(38,10))",
		"CAST('nan' AS FLOAT)", "CAST('-inf' AS DOUBLE)", "CAST('-0' AS DOUBLE)", "CAST(0.1 AS DOUBLE)", "'ü''; --'", "'a' || chr(0)", "''",
		"'\\x00\\xFF'::BLOB", "''::BLOB", "DATE '0044-03-15 (BC)'", "'infinity'::DATE", "TIME '23:59:59.999999'", "TIMESTAMP '1969-12-31 23:59:59.999999'",
		"'-infinity'::TIMESTAMP", "TIMESTAMP_S '2020-01-01 00:00:01'", "TIMESTAMP_MS '2020-01-01 00:00:01.5'", "TIMESTAMP_NS '2020-01-01 00:00:00.000000001'",
		"TIMESTAMPTZ '2020-06-01 12:00:00.000001+02'", "INTERVAL '-1 month 2 days 3 microseconds'", "[1, NULL, 3]", "[]::VARCHAR[]", "array_value(1, 2)::INTEGER[2]",
		"{'a': 1, 'b c': ['x', NULL]}", "MAP {'k''': NULL::INTEGER, 'l': 2}", "NULL::INTEGER", "NULL::VARCHAR", "NULL::INTEGER[]", "[[1.5], []]", "'a'::ENUM('a', 'b')",
		"[{'d': DATE '2020-01-01'}, NULL]",
	} {
		rows, err := conn.Query(ctx, "SELECT "+value+" AS v")
		if err != nil {
			t.Fatal(err)
		}
		if !rows.Next() {
			t.Fatal(rows.Err())
		}
		bound, err := parametersOf(t, rows.Record())
		rows.Close()
		if err != nil || len(bound) != 1 {
			t.Errorf("%s: %v", value, err)
			continue
		}
		constant, err := sqlgen.Literal(bound[0].Value)
		if err != nil {
			t.Errorf("%s: %v", value, err)
			continue
		}
		of := "typeof(" + value + ")"
		if strings.Contains(value, "ENUM") {
			of = "'VARCHAR'"
		}
		same, err := conn.QueryString(ctx, "SELECT ("+constant+") IS NOT DISTINCT FROM ("+value+") AND typeof("+constant+") = "+of+" AND ("+constant+")::VARCHAR IS NOT DISTINCT FROM ("+value+")::VARCHAR")
		if err != nil || same != "true" {
			t.Errorf("%s came back as %s: %s, %v", value, constant, same, err)
		}
	}
}

// parametersOf binds a record, and reads the values out of the handle again.
func parametersOf(t *testing.T, rec arrow.Record) ([]binder.Parameter, error) {
	t.Helper()
	reader, err := array.NewRecordReader(rec.Schema(), []arrow.Record{rec})
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Release()
	values, err := oneRow(reader)
	if err != nil {
		return nil, err
	}
	data, err := encodeParameters(values)
	if err != nil {
		t.Fatal(err)
	}
	return decodeParameters(data)
}

// made has one column from JSON.
func made(t *testing.T, of arrow.DataType, values string) arrow.Record {
	t.Helper()
	column, _, err := array.FromJSON(memory.DefaultAllocator, of, strings.NewReader(values))
	if err != nil {
		t.Fatal(err)
	}
	defer column.Release()
	return array.NewRecord(arrow.NewSchema([]arrow.Field{{Name: "v", Type: of, Nullable: true}}, nil), []arrow.Array{column}, int64(column.Len()))
}

// TestOtherClientsValues: Arrow types that DuckDB does not give out.
func TestOtherClientsValues(t *testing.T) {
	for _, c := range []struct {
		of     arrow.DataType
		values string
		want   string // or, with a colon, the error
	}{
		{arrow.Null, "[null]", `CAST(NULL AS "NULL")`},
		{arrow.BinaryTypes.LargeString, `["x"]`, "'x'"},
		{arrow.FixedWidthTypes.Date64, "[86400000]", "CAST('1970-01-02' AS DATE)"},
		{arrow.FixedWidthTypes.Date64, "[86400001]", ": midnight"},
		{arrow.FixedWidthTypes.Time32s, `["01:02:03"]`, "CAST('01:02:03' AS TIME)"},
		{&arrow.TimestampType{Unit: arrow.Millisecond, TimeZone: "Europe/Berlin"}, "[1]", "CAST('1970-01-01 00:00:00.001000+00' AS TIMESTAMP WITH TIME ZONE)"},
		{&arrow.TimestampType{Unit: arrow.Nanosecond, TimeZone: "UTC"}, "[1]", ": cannot be written"},
		{&arrow.TimestampType{Unit: arrow.Second, TimeZone: "UTC"}, "[9223372036854775807]", ": cannot be written"},
		{&arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: arrow.BinaryTypes.String}, `["d"]`, "'d'"},
		{&arrow.Decimal256Type{Precision: 50, Scale: 2}, `["1.00"]`, ": cannot be bound"},
		{&arrow.Decimal256Type{Precision: 10, Scale: 2}, `["1.50"]`, "CAST('1.50' AS DECIMAL(10,2))"},
		{arrow.FixedWidthTypes.Duration_s, `["2s"]`, "(to_months(CAST(0 AS INTEGER)) + to_days(CAST(0 AS INTEGER)) + to_microseconds(CAST('2000000' AS BIGINT)))"},
	} {
		rec := made(t, c.of, c.values)
		got, err := parametersOf(t, rec)
		rec.Release()
		if refused, ok := strings.CutPrefix(c.want, ": "); ok {
			if !fault.Is(err, fault.InvalidArgument) || !strings.Contains(fault.Text(err), refused) {
				t.Errorf("%s %s: %v, want %q", c.of, c.values, err, refused)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s %s: %v", c.of, c.values, err)
			continue
		}
		if text, err := sqlgen.Literal(got[0].Value); err != nil || text != c.want {
			t.Errorf("%s %s: %s, %v; want %s", c.of, c.values, text, err, c.want)
		}
	}
}

func TestOneRow(t *testing.T) {
	rec := made(t, arrow.PrimitiveTypes.Int64, "[1, 2]")
	defer rec.Release()
	for rows, want := range map[int64]bool{0: true, 1: true, 2: false} {
		part := rec.NewSlice(0, rows)
		reader, err := array.NewRecordReader(rec.Schema(), []arrow.Record{part, rec.NewSlice(0, 0)})
		if err != nil {
			t.Fatal(err)
		}
		values, err := oneRow(reader)
		if (err == nil) != want || (len(values) > 0) != (rows == 1) {
			t.Errorf("%d rows: %d values, %v", rows, len(values), err)
		}
	}
}

func FuzzParameters(f *testing.F) {
	data, err := encodeParameters([]binder.Parameter{{Name: "x", Value: rel.Str("a")}, {Value: rel.Null(types.Of(types.Date))}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, data []byte) {
		if _, err := decodeParameters(data); err != nil && fault.KindOf(err) == fault.Internal {
			t.Errorf("%v", err)
		}
	})
}
