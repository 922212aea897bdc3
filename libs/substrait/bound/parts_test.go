package bound

import (
	"math"
	"math/big"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

func TestParseJSON(t *testing.T) {
	v, err := parseJSON([]byte(` {"a": [1, -2.5e3, NaN, -Infinity, true, null], "b": "x\"\u65e5\n", "c": {}, "d": []} `))
	if err != nil {
		t.Fatal(err)
	}
	want := object{{"a", []value{number("1"), number("-2.5e3"), number("NaN"), number("-Infinity"), true, nil}},
		{"b", "x\"日\n"}, {"c", object{}}, {"d", []value{}}}
	if !reflect.DeepEqual(v, want) {
		t.Errorf("got %v, want %v", v, want)
	}
	for _, bad := range []string{"", "{", "[1,", `{"a" 1}`, `{"a":1,}`, `"x`, `"\u12"`, "nul", "1 2", "[1]]", "{1:2}", strings.Repeat("[", 10_000), "-", "0x1z"} {
		if v, err := parseJSON([]byte(bad)); err == nil {
			t.Errorf("%.20q was read as %v", bad, v)
		}
	}
}

func TestConstants(t *testing.T) {
	for _, c := range []struct {
		json, typ string
		want      any
	}{
		{`{"is_null": true}`, "BIGINT", nil},
		{`{"is_null": false, "value": true}`, "BOOLEAN", true},
		{`{"is_null": false, "value": -5}`, "TINYINT", int64(-5)},
		{`{"is_null": false, "value": 18446744073709551615}`, "UBIGINT", uint64(math.MaxUint64)},
		{`{"is_null": false, "value": Infinity}`, "FLOAT", math.Inf(1)},
		{`{"is_null": false, "value": 15}`, "DECIMAL(2,1)", big.NewInt(15)},
		{`{"is_null": false, "value": {"upper": -1, "lower": 18446744073709551615}}`, "HUGEINT", big.NewInt(-1)},
		{`{"is_null": false, "value": {"upper": -9223372036854775808, "lower": 1}}`, "UUID", "00000000-0000-0000-0000-000000000001"},
		{`{"is_null": false, "value": ""}`, "VARCHAR", ""},
		{`{"is_null": false}`, "VARCHAR", ""},
		{`{"is_null": false, "value": "a\\xFF\\x5C"}`, "BLOB", []byte("a\xff\\")},
		{`{"is_null": false, "value": {"months": 1, "days": -2, "micros": 3}}`, "INTERVAL", rel.IntervalValue{Months: 1, Days: -2, Micros: 3}},
		{`{"is_null": false, "value": 1}`, "ENUM('a', 'b')", "b"},
		{`{"is_null": false, "value": {"children": [{"is_null": false, "value": 1}, {"is_null": true}]}}`, "INTEGER[]", []any{int64(1), nil}},
		{`{"is_null": false, "value": {"children": [{"is_null": false, "value": {"children": [{"is_null": false, "value": "k"}, {"is_null": true}]}}]}}`,
			"MAP(VARCHAR, INTEGER)", []any{[]any{"k", nil}}},
		{`{"is_null": false, "value": {"children": [{"is_null": false, "value": 1}, {"is_null": true}, {"is_null": false, "value": "x"}]}}`,
			`UNION("n" INTEGER, "s" VARCHAR)`, rel.UnionValue{Member: 1, Value: "x"}},
	} {
		v, err := parseJSON([]byte(c.json))
		if err != nil {
			t.Fatal(err)
		}
		got, err := readPayload(v.(object), types.MustParse(c.typ), 0)
		if err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s of %s: got %v, %v; want %v", c.json, c.typ, got, err, c.want)
		}
	}
	for _, c := range [][2]string{
		{`{"is_null": false, "value": "x"}`, "BIGINT"}, {`{"is_null": false, "value": 1.5}`, "BIGINT"}, {`{"is_null": false, "value": 2}`, "ENUM('a')"},
		{`{"is_null": false, "value": "\\x4"}`, "BLOB"}, {`{"is_null": false, "value": {"upper": 1}}`, "HUGEINT"}, {`{"is_null": false, "value": true}`, "VARCHAR"},
		{`{"is_null": false, "value": {"children": []}}`, "INTEGER[2]"}, {`{"is_null": false, "value": {"children": []}}`, `STRUCT("a" INTEGER)`},
		{`{"is_null": false, "value": {"months": "x"}}`, "INTERVAL"}, {`{"is_null": false, "value": "01"}`, "BIT"},
	} {
		v, err := parseJSON([]byte(c[0]))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := readPayload(v.(object), types.MustParse(c[1]), 0); err == nil {
			t.Errorf("%s of %s was read as %v", c[0], c[1], got)
		}
	}
}

func TestNow(t *testing.T) {
	c := &converter{opts: Options{Now: time.Date(1969, 12, 31, 20, 0, 0, 5000, time.FixedZone("", -(5*3600+1800)))}}
	for _, want := range []struct {
		name, typ string
		value     any
	}{
		{"now", "TIMESTAMP WITH TIME ZONE", int64(5400e6 + 5)},
		{"current_localtimestamp", "TIMESTAMP", int64(-14400e6 + 5)},
		{"today", "DATE", int64(-1)},
		{"current_localtime", "TIME", int64(72000e6 + 5)},
		{"get_current_time", "TIME WITH TIME ZONE", "20:00:00.000005-05:30"},
	} {
		e, ok := c.now(want.name, types.MustParse(want.typ))
		if !ok || e.(*rel.Literal).Value != want.value {
			t.Errorf("%s is %v, %v; want %v", want.name, e, ok, want.value)
		}
	}
	if e, ok := c.now("random", types.Of(types.Double)); ok {
		t.Errorf("random is %v", e)
	}
}

func TestQuery(t *testing.T) {
	if got := Query("SELECT 'a'"); !strings.Contains(got, "('SELECT ''a''',") {
		t.Error(got)
	}
}
