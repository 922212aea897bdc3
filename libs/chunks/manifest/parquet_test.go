package manifest

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"github.com/shoal-db/shoal/libs/platform/fault"
)

// The files in testdata were written by DuckDB 1.5.4; testdata/generate.sql says how.

func readTestdata(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// typesColumns lists the columns of types.parquet: name, type, NULLs, minimum, maximum.
const typesColumns = `
i8|TINYINT|0|-5|4
i16|SMALLINT|0|-5|4
i32|INTEGER|0|-5|4
i64|BIGINT|0|-9223372036854775808|9223372036854775807
u8|UTINYINT|0|0|252
u16|USMALLINT|0|0|63000
u32|UINTEGER|0|0|4050000000
u64|UBIGINT|0|0|18000000000000000000
h|HUGEINT|0|?|?
uh|UHUGEINT|0|?|?
d4|DECIMAL(4,2)|0|-5.00|4.00
d9|DECIMAL(9,2)|0|-5.00|4.00
d18|DECIMAL(18,3)|0|-5.000|4.000
d38|DECIMAL(38,3)|0|-5000000000000000000.000|4000000000000000000.000
dt|DATE|0|1969-12-27|1970-01-05
tm|TIME|0|00:00:01|00:00:10
ts|TIMESTAMP|0|1960-01-01 00:00:00.123456|2009-04-13 00:00:00.123456
tss|TIMESTAMP_S|0|1960-01-01 00:00:01|1960-01-01 00:00:01
tsms|TIMESTAMP_MS|0|1960-01-01 00:00:01.123|1960-01-01 00:00:01.123
tsns|TIMESTAMP_NS|0|1960-01-01 00:00:01.123456789|1960-01-01 00:00:01.123456789
tstz|TIMESTAMP WITH TIME ZONE|0|1960-01-01 00:00:00.5+00|1960-01-01 00:00:00.5+00
tsinf|TIMESTAMP|0|2000-01-01 00:00:00|infinity
dtinf|DATE|0|-infinity|2000-01-01
b|BOOLEAN|0|false|true
s|VARCHAR|0|aéééééééééé|jéééééééééé
sgone|VARCHAR|0|?|?
slong|VARCHAR|0|aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa|aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab
s0|VARCHAR|0|` + "\x00x|\tx" + `
bl|BLOB|0|\xff|\xff626262626262626262
bff|BLOB|0|\xffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff|?
u|UUID|0|00000000-0000-4000-8000-000000000000|00000000-0000-4000-8000-000000000009
iv|INTERVAL|-1|?|?
e|ENUM('zz', 'aa')|0|?|?
l|BIGINT[]|-1|?|?
st|STRUCT(a BIGINT, b VARCHAR)|-1|?|?
j|JSON|0|{"a":1}|{"a":1}
bt|BIT|0|?|?
ttz|TIME WITH TIME ZONE|-1|?|?
n|INTEGER|10|?|?
somenull|INTEGER|3|0|6
dinf|DOUBLE|0|-Inf|Inf
dnan|DOUBLE|0|?|?
fnan|FLOAT|0|?|?
zero|DOUBLE|0|0|0
dbl|DOUBLE|0|-1.5|1.2
flt|FLOAT|0|-1.5|1.2
tns|TIME_NS|0|?|?`

func columnsOf(table string) (columns []Column, want []string) {
	for line := range strings.Lines(strings.TrimSpace(table)) {
		f := strings.SplitN(strings.TrimRight(line, "\n"), "|", 3)
		columns, want = append(columns, Column{f[0], f[1]}), append(want, f[2])
	}
	return columns, want
}

func TestFromParquetTypes(t *testing.T) {
	b := readTestdata(t, "types.parquet")
	columns, want := columnsOf(typesColumns)
	rows, stats, err := FromParquet(bytes.NewReader(b), int64(len(b)), columns)
	if err != nil || rows != 10 || len(stats) != len(columns) {
		t.Fatalf("%d rows, %d columns: %v", rows, len(stats), err)
	}
	for i, s := range stats {
		if got := fmt.Sprintf("%d|%s|%s", s.Nulls, s.Min, s.Max); got != want[i] {
			t.Errorf("%s: %s, not %s", columns[i].Name, got, want[i])
		}
	}
	if _, err := EncodePages([]Entry{{Rows: rows, Columns: stats}}); err != nil {
		t.Errorf("what was read cannot be stored: %v", err)
	}
}

// Row groups are merged: NULLs add up, groups of NULLs have no say, and one group without bounds
// (here, with a NaN) leaves the file without.
func TestFromParquetGroups(t *testing.T) {
	b := readTestdata(t, "groups.parquet")
	columns, want := columnsOf(`
id|BIGINT|0|0|5999
late_nan|DOUBLE|0|?|?
late|INTEGER|2048|2048|5999
early|INTEGER|3952|0|2047
k|VARCHAR|0|k000000|k005999
allnull|VARCHAR|6000|?|?`)
	rows, stats, err := FromParquet(bytes.NewReader(b), int64(len(b)), columns)
	if err != nil || rows != 6000 {
		t.Fatalf("%d rows: %v", rows, err)
	}
	for i, s := range stats {
		if got := fmt.Sprintf("%d|%s|%s", s.Nulls, s.Min, s.Max); got != want[i] {
			t.Errorf("%s: %s, not %s", columns[i].Name, got, want[i])
		}
	}
	empty := readTestdata(t, "empty.parquet")
	rows, stats, err = FromParquet(bytes.NewReader(empty), int64(len(empty)), []Column{{"id", "BIGINT"}, {"s", "VARCHAR"}})
	if err != nil || rows != 0 || len(stats) != 2 || stats[0].Nulls != 0 || stats[0].Min.Known() {
		t.Errorf("an empty file has %d rows, %v: %v", rows, stats, err)
	}
}

func TestFromParquetRefuses(t *testing.T) {
	b := readTestdata(t, "groups.parquet")
	columns, _ := columnsOf("id|BIGINT|\nlate_nan|DOUBLE|\nlate|INTEGER|\nearly|INTEGER|\nk|VARCHAR|\nallnull|VARCHAR|")
	change := func(i int, c Column) []Column {
		out := append([]Column(nil), columns...)
		out[i] = c
		return out
	}
	for _, c := range []struct {
		name    string
		bytes   []byte
		columns []Column
		says    string
	}{
		{"too few columns", b, columns[:3], "6 columns"},
		{"another name", b, change(2, Column{"x", "INTEGER"}), `"x"`},
		{"another case", b, change(2, Column{"LATE", "INTEGER"}), `"LATE"`},
		{"another width", b, change(0, Column{"id", "INTEGER"}), "INTEGER"},
		{"unsigned", b, change(0, Column{"id", "UBIGINT"}), "UBIGINT"},
		{"text as number", b, change(4, Column{"k", "BIGINT"}), "BIGINT"},
		{"number as text", b, change(0, Column{"id", "VARCHAR"}), "VARCHAR"},
		{"number as decimal", b, change(0, Column{"id", "DECIMAL(18,2)"}), "DECIMAL"},
		{"number as timestamp", b, change(0, Column{"id", "TIMESTAMP"}), "TIMESTAMP"},
		{"number as time", b, change(0, Column{"id", "TIME"}), "TIME"},
		{"double as float", b, change(1, Column{"late_nan", "FLOAT"}), "FLOAT"},
		{"nothing", nil, columns, ""},
		{"no parquet", []byte("this is not a Parquet file, whatever it is called"), columns, ""},
		{"no footer", b[:len(b)-1], columns, ""},
		{"cut in half", b[:len(b)/2], columns, ""},
		{"no beginning", b[len(b)-20:], columns, ""},
	} {
		_, _, err := FromParquet(bytes.NewReader(c.bytes), int64(len(c.bytes)), c.columns)
		if !fault.Is(err, fault.InvalidArgument) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// failing gives an error of its own in place of bytes.
type failing struct{ error }

func (f failing) ReadAt([]byte, int64) (int, error) { return 0, f.error }

func TestFromParquetKeepsReadFaults(t *testing.T) {
	down := fault.New(fault.Unavailable, "read object", "the store is down")
	_, _, err := FromParquet(failing{down}, 1000, nil)
	if !fault.Is(err, fault.Unavailable) || !errors.Is(err, error(down)) {
		t.Errorf("%v", err)
	}
	if _, _, err = FromParquet(failing{io.EOF}, 1000, nil); !fault.Is(err, fault.InvalidArgument) {
		t.Errorf("%v", err)
	}
}

// A float's maximum is trusted only of writers known to leave out bounds where there is a NaN.
func TestFloatMaxOfOtherWriters(t *testing.T) {
	b := readTestdata(t, "types.parquet")
	b = bytes.Replace(b, []byte("DuckDB version v1."), []byte("SomeDB version v1."), 1)
	columns, _ := columnsOf(typesColumns)
	_, stats, err := FromParquet(bytes.NewReader(b), int64(len(b)), columns)
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range columns {
		if c.Name == "dbl" || c.Name == "flt" {
			if stats[i].Max.Known() || !stats[i].Min.Known() {
				t.Errorf("%s: %+v", c.Name, stats[i])
			}
		}
		if c.Name == "i32" && !stats[i].Max.Known() {
			t.Error("integers lost their maximum as well")
		}
	}
}

// No damage to a footer may crash, and what is read in spite of it must be well formed.
func TestFromParquetDamaged(t *testing.T) {
	whole := readTestdata(t, "types.parquet")
	columns, _ := columnsOf(typesColumns)
	rng := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		b := bytes.Clone(whole)
		for range 1 + rng.IntN(4) {
			// The footer is the last third of this small file.
			b[len(b)-1-rng.IntN(len(b)/3)] = byte(rng.Uint32())
		}
		checkFromParquet(t, b, columns)
	}
}

func checkFromParquet(t *testing.T, b []byte, columns []Column) {
	rows, stats, err := FromParquet(bytes.NewReader(b), int64(len(b)), columns)
	if err != nil {
		if !fault.Is(err, fault.InvalidArgument) {
			t.Errorf("%v", err)
		}
		return
	}
	e := Entry{Rows: rows, Columns: stats}
	if err := e.Check(); err != nil {
		t.Errorf("%v", err)
	}
}

// footerOf returns the footer of a Parquet file, which is what FromParquet parses.
func footerOf(b []byte) []byte {
	n := int(binary.LittleEndian.Uint32(b[len(b)-8:]))
	return b[len(b)-8-n : len(b)-8]
}

func FuzzFromParquet(f *testing.F) {
	f.Add(footerOf(readTestdata(f, "types.parquet")))
	f.Add(footerOf(readTestdata(f, "groups.parquet")))
	f.Add(footerOf(readTestdata(f, "empty.parquet")))
	types, _ := columnsOf(typesColumns)
	groups, _ := columnsOf("id|BIGINT|\nlate_nan|DOUBLE|\nlate|INTEGER|\nearly|INTEGER|\nk|VARCHAR|\nallnull|VARCHAR|")
	f.Fuzz(func(t *testing.T, footer []byte) {
		b := append([]byte("PAR1"), footer...)
		b = binary.LittleEndian.AppendUint32(b, uint32(len(footer)))
		b = append(b, "PAR1"...)
		checkFromParquet(t, b, types)
		checkFromParquet(t, b, groups)
		checkFromParquet(t, b, []Column{{"id", "BIGINT"}, {"s", "VARCHAR"}})
	})
}
