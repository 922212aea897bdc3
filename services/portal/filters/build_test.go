package filters

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/shoal-db/shoal/libs/catalog"
	"github.com/shoal-db/shoal/libs/catalog/metaapi"
	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/chunks/filter"
	"github.com/shoal-db/shoal/libs/chunks/manifest"
	"github.com/shoal-db/shoal/libs/chunks/pruning"
	"github.com/shoal-db/shoal/libs/chunks/value"
	"github.com/shoal-db/shoal/libs/duckdb"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreTopFunction("go.opencensus.io/stats/view.(*worker).start"))
}

// fixture is a builder, and a DuckDB that writes the files it reads.
type fixture struct {
	t    *testing.T
	dir  string
	duck *duckdb.Conn
	*Builder
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	ctx := context.Background()
	f := &fixture{t: t, dir: t.TempDir()}
	engine, err := duckdb.Open(ctx, duckdb.Options{Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	if f.duck, err = engine.Conn(ctx); err != nil {
		t.Fatal(err)
	}
	if f.Builder, err = OpenBuilder(ctx, f.dir); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = f.duck.Close()
		_ = engine.Close(ctx)
		if err := f.Builder.Close(ctx); err != nil {
			t.Error(err)
		}
	})
	return f
}

func (f *fixture) exec(sql string) {
	f.t.Helper()
	if _, err := f.duck.Exec(context.Background(), sql); err != nil {
		f.t.Fatalf("%s: %v", sql, err)
	}
}

// has tells whether the table t has a value; ok is false if DuckDB refuses to compare it.
func (f *fixture) has(v literal) (found, ok bool) {
	text, err := f.duck.QueryString(context.Background(), "SELECT count(*) FROM t WHERE c = "+v.sql)
	return err == nil && text != "0", err == nil
}

// file writes a query's rows as loads do, and returns the path and what the footer says.
func (f *fixture) file(sql string, columns []catalog.Column) (string, *manifest.Entry) {
	f.t.Helper()
	path := filepath.Join(f.dir, "x.parquet")
	f.exec("COPY (" + sql + ") TO " + duckdb.QuoteLiteral(path) + " (FORMAT parquet, ROW_GROUP_SIZE 4096)")
	data, err := os.ReadFile(path)
	if err != nil {
		f.t.Fatal(err)
	}
	named := make([]manifest.Column, len(columns))
	for i, c := range columns {
		named[i] = manifest.Column(c)
	}
	e := &manifest.Entry{ID: chunks.ID{Range: chunks.Range{First: 0, Last: 9}}}
	if e.Rows, e.Columns, err = manifest.FromParquet(bytes.NewReader(data), int64(len(data)), named); err != nil {
		f.t.Fatal(err)
	}
	return path, e
}

// one are the filters of one chunk.
type one struct{ held }

func (o *one) Of(*pruning.Segment) pruning.ChunkFilters { return &o.held }

func oneOf(set *filter.Set) *one {
	o := &one{held{sets: newSets(1)}}
	o.sets[0].Store(set)
	return o
}

// literal is a value in SQL and as statistics know it.
type literal struct {
	sql string
	v   value.Value
}

// oddValues are values of each type, and others that may equal them.
func oddValues() (byType map[string][]literal, alike map[string][]string) {
	ints := func(ns ...int64) (out []literal) {
		for _, n := range ns {
			out = append(out, literal{fmt.Sprintf("(%d)::HUGEINT", n), value.Int(n)})
		}
		return out
	}
	doubles := []literal{{"'nan'::DOUBLE", value.Double(math.NaN())}, {"'-nan'::DOUBLE", value.Double(math.NaN())}, {"'inf'::DOUBLE", value.Double(math.Inf(1))}}
	for _, f := range []float64{0, math.Copysign(0, -1), 1, -1, 0.5, 0.1, 1.25, 16777217, 1 << 53, 1<<53 + 2, 1e30, 5e-324} {
		doubles = append(doubles, literal{fmt.Sprintf("'%g'::DOUBLE", f), value.Double(f)})
	}
	decimals := func(scale uint8, ns ...int64) (out []literal) {
		for _, n := range ns {
			v := value.Int(n)
			hi, lo := v.Words()
			d := value.DecimalValue(hi, lo, scale)
			out = append(out, literal{fmt.Sprintf("'%s'::DECIMAL(38,%d)", d, scale), d})
		}
		return out
	}
	texts := func(typ string, make func(string) value.Value, ss ...string) (out []literal) {
		for _, s := range ss {
			out = append(out, literal{duckdb.QuoteLiteral(s) + "::" + typ, make(s)})
		}
		return out
	}
	blob := func(s string) value.Value { return value.Blob([]byte(strings.ReplaceAll(s, `\xFF`, "\xff"))) }
	stamps := func(typ string, unit value.Unit) (out []literal) {
		per := int64(math.Pow10(int(unit)))
		for _, s := range []int64{0, 1, -1, 1_700_000_000, 86400} {
			out = append(out, literal{fmt.Sprintf("make_timestamp(%d)::%s", s*1_000_000, typ), value.TimestampValue(s*per, unit)})
		}
		if unit >= value.Microseconds {
			out = append(out, literal{"make_timestamp(1500001)::" + typ, value.TimestampValue(1500001*per/1_000_000, unit)})
		}
		if unit < value.Microseconds {
			return out // DuckDB cannot write infinite ones to a file and read them back
		}
		return append(out, literal{"'infinity'::" + typ, value.TimestampValue(value.InfiniteTimestamp, unit)},
			literal{"'-infinity'::" + typ, value.TimestampValue(-value.InfiniteTimestamp, unit)})
	}
	wide := append(ints(0, -1, 5, math.MaxInt64, math.MinInt64), literal{"170141183460469231731687303715884105727::HUGEINT", value.Int128(math.MaxInt64, math.MaxUint64)},
		literal{"(-170141183460469231731687303715884105727)::HUGEINT", value.Int128(math.MinInt64, 1)}, literal{"18446744073709551616::HUGEINT", value.Int128(1, 0)})
	byType = map[string][]literal{
		"TINYINT": ints(0, 1, -1, 127, -128), "SMALLINT": ints(0, -1, 32767, 5), "INTEGER": ints(0, 1, -1, math.MaxInt32, math.MinInt32, 16777217),
		"BIGINT": ints(0, 1, -1, math.MaxInt64, math.MinInt64, 1<<53+1), "UTINYINT": ints(0, 1, 255, 128), "USMALLINT": ints(0, 65535), "UINTEGER": ints(0, 1<<32-1, 5),
		"UBIGINT": append(ints(0, 1, math.MaxInt64), literal{"18446744073709551615::UBIGINT", value.Uint(math.MaxUint64)}, literal{"9223372036854775808::UBIGINT", value.Uint(1 << 63)}),
		"HUGEINT": wide, "UHUGEINT": {wide[0], wide[2], wide[5], wide[7]},
		"DOUBLE": doubles, "FLOAT": doubles[:8],
		"DECIMAL(4,2)": decimals(2, 0, 100, -100, 150, 9999, 1), "DECIMAL(18,3)": decimals(3, 0, 1000, -1, 1<<53), "DECIMAL(38,10)": decimals(10, 0, 10_000_000_000, -1, math.MaxInt64),
		"VARCHAR": texts("VARCHAR", value.Text, "", " ", "a", "a ", "A", "é", "e\u0301", "日本", strings.Repeat("x", 300), "a\tb", "1", "1.0"),
		"JSON":    texts("JSON", value.Text, `1`, `"a"`, `{"a": 1}`, `{"a":1}`),
		"BLOB":    texts("BLOB", blob, "", "a", `\xFF`, `\xFFa`),
		"UUID": {{"'00000000-0000-0000-0000-000000000000'::UUID", value.UUIDValue([16]byte{})}, {"'80000000-0000-0000-0000-000000000001'::UUID", value.UUIDValue([16]byte{0: 0x80, 15: 1})},
			{"'ffffffff-ffff-ffff-ffff-ffffffffffff'::UUID", value.UUIDValue([16]byte(bytes.Repeat([]byte{0xff}, 16)))}},
		"DATE": {{"DATE '1970-01-01'", value.DateValue(0)}, {"DATE '1969-12-31'", value.DateValue(-1)}, {"DATE '2023-11-14'", value.DateValue(19675)},
			{"'infinity'::DATE", value.DateValue(value.InfiniteDate)}, {"'-infinity'::DATE", value.DateValue(-value.InfiniteDate)}},
		"TIME":      {{"TIME '00:00:00'", value.TimeValue(0)}, {"TIME '23:59:59.999999'", value.TimeValue(86400e6 - 1)}, {"TIME '24:00:00'", value.TimeValue(86400e6)}},
		"TIMESTAMP": stamps("TIMESTAMP", value.Microseconds), "TIMESTAMP_S": stamps("TIMESTAMP_S", value.Seconds),
		"TIMESTAMP_MS": stamps("TIMESTAMP_MS", value.Milliseconds), "TIMESTAMP_NS": stamps("TIMESTAMP_NS", value.Nanoseconds),
		"TIMESTAMP WITH TIME ZONE": {{"TIMESTAMPTZ '1970-01-01 00:00:00+00'", value.TimestampTZValue(0)}, {"TIMESTAMPTZ '1970-01-01 00:00:01.5+00'", value.TimestampTZValue(1_500_000)},
			{"'infinity'::TIMESTAMPTZ", value.TimestampTZValue(value.InfiniteTimestamp)}},
	}
	numbers := []string{"INTEGER", "BIGINT", "UBIGINT", "HUGEINT", "DOUBLE", "DECIMAL(4,2)", "DECIMAL(18,3)", "DECIMAL(38,10)"}
	times := []string{"DATE", "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"}
	alike = map[string][]string{}
	for t := range byType {
		alike[t] = []string{t}
		switch value.ParseType(t).Kind {
		case value.Integer, value.Decimal, value.Float32, value.Float64:
			alike[t] = append(alike[t], numbers...)
		case value.Date, value.Timestamp:
			alike[t] = append(alike[t], times...)
		}
	}
	return byType, alike
}

// storedAsText are the types that loads store as text.
var storedAsText = map[string]bool{"HUGEINT": true, "UHUGEINT": true}

// TestNoValueIsDenied writes half of each type's odd values to a file, builds its filter, and looks up
// all values that may equal them, of all types. What DuckDB finds must not be denied; what it does not
// find, of the column's own type, must be.
func TestNoValueIsDenied(t *testing.T) {
	f := newFixture(t)
	f.exec("SET TimeZone = 'UTC'")
	byType, alike := oddValues()
	denied, found, refused := 0, 0, 0
	for typ, values := range byType {
		for half := range 2 {
			var rows []string
			for i, v := range values {
				if i%2 == half {
					rows = append(rows, "("+v.sql+"), (NULL)")
				}
			}
			f.exec(fmt.Sprintf("CREATE OR REPLACE TABLE t AS SELECT col0::%s AS c FROM (VALUES %s)", typ, strings.Join(rows, ", ")))
			columns := []catalog.Column{{Name: "c", Type: typ}}
			sql := "SELECT c FROM t"
			if storedAsText[typ] {
				sql = "SELECT c::VARCHAR AS c FROM t"
			}
			path, e := f.file(sql, columns)
			set, err := f.Build(context.Background(), path, columns, e, Spec{Columns: []int{0}, Bits: filter.MaxBits})
			if err != nil || set == nil {
				t.Fatalf("%s: %v, %v", typ, set, err)
			}
			schema, err := pruning.NewSchema([]string{typ}, -1)
			if err != nil {
				t.Fatal(err)
			}
			// Without statistics the filter is alone.
			segment, err := pruning.NewSegment(schema, []manifest.Entry{{ID: e.ID, Rows: e.Rows, Columns: []manifest.ColumnStats{manifest.UnknownStats()}}})
			if err != nil {
				t.Fatal(err)
			}
			index := pruning.NewIndex(schema, segment)
			for _, other := range alike[typ] {
				for _, v := range byType[other] {
					sel := index.Select(pruning.Compare{Op: pruning.Eq, Value: v.v}, oneOf(set))
					isThere, ok := f.has(v)
					if !ok {
						refused++
						continue
					}
					switch {
					case isThere && sel.Selected == 0:
						t.Errorf("%s: the filter of %v denies %s (%s)", typ, rows, v.sql, v.v)
					case !isThere && other == typ && sel.Selected > 0:
						t.Errorf("%s: the filter of %v allows %s (%s)", typ, rows, v.sql, v.v)
					case isThere:
						found++
					case sel.ByFilter > 0:
						denied++
					}
				}
			}
		}
	}
	t.Logf("%d lookups found something, %d were denied, %d refused by DuckDB", found, denied, refused)
	if denied < 300 || found < 200 || refused > 100 {
		t.Error("the lookups say too little")
	}
}

func (f *fixture) filtered(sql string, load metaapi.LoadSpec) []string {
	f.t.Helper()
	spec, err := SpecOf(load)
	if err != nil {
		f.t.Fatal(err)
	}
	path, e := f.file(sql, load.Columns)
	set, err := f.Build(context.Background(), path, load.Columns, e, spec)
	if err != nil {
		f.t.Fatal(err)
	}
	var names []string
	if set != nil {
		for _, c := range set.Columns() {
			names = append(names, load.Columns[c].Name)
		}
	}
	return names
}

var wideLoad = metaapi.LoadSpec{Kind: catalog.Chunked, BlockColumn: "k", Columns: []catalog.Column{
	{Name: "k", Type: "BIGINT"}, {Name: "id", Type: "UUID"}, {Name: "near", Type: "BIGINT"}, {Name: "part", Type: "BIGINT"}, {Name: "few", Type: "INTEGER"},
	{Name: "mail", Type: "VARCHAR"}, {Name: "sorted", Type: "VARCHAR"}, {Name: "state", Type: "VARCHAR"}, {Name: "price", Type: "DECIMAL(9,2)"},
	{Name: "at", Type: "TIMESTAMP"}, {Name: "huge", Type: "HUGEINT"}, {Name: "raw", Type: "BLOB"}, {Name: "doc", Type: "JSON"}, {Name: "empty", Type: "VARCHAR"},
	{Name: "dense", Type: "BIGINT"},
}}

const wideSQL = `SELECT i AS k, md5(i::VARCHAR)::UUID AS id, 1000 * i + (hash(i) % 1000)::BIGINT AS near, (hash(i) % 1000000)::BIGINT AS part, (hash(i) % 100)::INTEGER AS few,
	md5('m' || i) || '@x.org' AS mail, 'u' || (1000000 + i) AS sorted, 's' || hash(i) % 10 AS state, (hash(i) % 100000)::DECIMAL(9,2) AS price,
	make_timestamp((hash(i) % 1000000000000000)::BIGINT) AS at, (hash(i)::HUGEINT * 1000000007)::VARCHAR AS huge, unhex(md5('r' || i)) AS raw, ('"' || md5('j' || i) || '"')::JSON AS doc,
	NULL::VARCHAR AS empty, ((i * 7919) % 40000)::BIGINT AS dense FROM range(%d) r(i)`

func TestWhichColumnsDeserveAFilter(t *testing.T) {
	f := newFixture(t)
	with := func(names ...string) metaapi.LoadSpec {
		l := wideLoad
		l.FilterColumns = names
		return l
	}
	for _, c := range []struct {
		rows int
		load metaapi.LoadSpec
		want string
	}{
		{40_000, with(), "id part mail huge raw"},
		{40_000, with(Auto), "id part mail huge raw"},
		{2000, with(Auto), "id part mail huge raw dense"},
		{999, with(), ""},
		{2000, with(None), ""},
		{50, with("ID", "price", "at", "k", "doc", "empty"), "k id price at doc"},
		{0, with("id"), ""},
	} {
		if got := strings.Join(f.filtered(strings.ReplaceAll(wideSQL, "%d", strconv.Itoa(c.rows)), c.load), " "); got != c.want {
			t.Errorf("%d rows, %v: filters of %q, not %q", c.rows, c.load.FilterColumns, got, c.want)
		}
	}
	if got := f.filtered("SELECT * FROM ("+strings.ReplaceAll(wideSQL, "%d", "2000")+")", func() metaapi.LoadSpec {
		l := with()
		l.Kind, l.BlockColumn = catalog.Reference, ""
		return l
	}()); got != nil {
		t.Errorf("a reference table has filters of %v", got)
	}
}

func TestSpecsThatAreRefused(t *testing.T) {
	for name, change := range map[string]func(*metaapi.LoadSpec){
		"no column": func(l *metaapi.LoadSpec) { l.FilterColumns = []string{"idd"} },
		"no filters of": func(l *metaapi.LoadSpec) {
			l.Columns = []catalog.Column{{Name: "x", Type: "BIGINT[]"}}
			l.FilterColumns = []string{"x"}
		},
		"cannot have 17 bits": func(l *metaapi.LoadSpec) { l.FilterBits = 17 },
		"cannot have -1 bits": func(l *metaapi.LoadSpec) { l.FilterBits = -1 },
		"reference table":     func(l *metaapi.LoadSpec) { l.Kind = catalog.Reference; l.FilterColumns = []string{"id"} },
		`no column "auto"`:    func(l *metaapi.LoadSpec) { l.FilterColumns = []string{Auto, "id"} },
	} {
		l := wideLoad
		change(&l)
		if _, err := SpecOf(l); !fault.Is(err, fault.InvalidArgument) || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
	l := wideLoad
	l.FilterBits = 12
	if spec, err := SpecOf(l); err != nil || spec.Bits != 12 {
		t.Errorf("%+v, %v", spec, err)
	}
}

func TestFilesThatCannotBeRead(t *testing.T) {
	f := newFixture(t)
	columns := []catalog.Column{{Name: "c", Type: "VARCHAR"}}
	path, e := f.file("SELECT md5(i::VARCHAR) AS c FROM range(20000) r(i)", columns)
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := 100; i < len(data)/2; i++ {
		data[i] = 0xff
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	spec := Spec{Columns: []int{0}, Bits: 8}
	if set, err := f.Build(context.Background(), path, columns, e, spec); err == nil {
		t.Errorf("damaged pages give %v", set)
	}
	path, e = f.file("SELECT 'x' || i AS c FROM range(20) r(i)", columns)
	e.Rows++
	if _, err := f.Build(context.Background(), path, columns, e, spec); !fault.Is(err, fault.Internal) {
		t.Errorf("a row too few: %v", err)
	}
	if _, err := f.Build(context.Background(), filepath.Join(t.TempDir(), "elsewhere.parquet"), columns, e, spec); err == nil {
		t.Error("a file elsewhere was read")
	}
	path, e = f.file("SELECT 'x' || i AS c FROM range(20) r(i)", columns)
	if _, err := f.Build(context.Background(), path, []catalog.Column{{Name: "c", Type: "HUGEINT"}}, e, spec); err == nil {
		t.Error("texts were read as numbers")
	}
}
