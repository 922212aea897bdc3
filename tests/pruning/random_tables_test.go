package pruning

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

// randomColumn is a column of a random table, and what predicates on it are made of.
type randomColumn struct {
	name, typ string
	// value makes the text of a value around a level, which is between -50 and 50.
	value func(r *rand.Rand, level int) string
	// kin are types whose values compare with the column's; empty text leaves it to DuckDB what a
	// quoted literal is.
	kin []string
	// shift are expressions over the column, %s, that mostly do not fail.
	shift []string
	// seen are values that the column has, in some table.
	seen []string
}

var (
	numbers = []string{"INTEGER", "BIGINT", "HUGEINT", "UBIGINT", "DOUBLE", "FLOAT", "DECIMAL(12, 1)", "DECIMAL(38, 6)", ""}
	moments = []string{"TIMESTAMP", "DATE", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "TIMESTAMPTZ", ""}
	same    = []string{""}
	adding  = []string{"%s + 1", "%s - 3", "1 + %s", "2 - %s", "-%s", "abs(%s)", "%s * 2", "%s % 5", "%s / 2", "%s::DOUBLE", "%s::HUGEINT", "%s::DECIMAL(38, 2)", "%s::VARCHAR"}
	calling = []string{"%s::DATE", "%s::TIMESTAMP", "TRY_CAST(%s AS TIMESTAMP_NS)", "%s::TIMESTAMPTZ", "%s::VARCHAR", "%s + INTERVAL 1 DAY", "%s - INTERVAL 7 HOUR", "date_trunc('day', %s)"}
)

// randomColumns are the columns of all random tables besides id; the block column is one of them.
func randomColumns() []*randomColumn {
	return []*randomColumn{
		{name: "tiny", typ: "TINYINT", value: whole("-128", "127"), kin: numbers, shift: adding},
		{name: "i", typ: "INTEGER", value: whole("-2147483648", "2147483647"), kin: numbers, shift: adding},
		{name: "big", typ: "BIGINT", value: whole("-9223372036854775808", "9223372036854775807", "9007199254740993"), kin: numbers, shift: adding},
		{name: "u", typ: "UBIGINT", value: unsigned, kin: numbers, shift: []string{"%s::DOUBLE", "%s::HUGEINT", "%s::HUGEINT - 3", "%s::VARCHAR", "%s // 7", "TRY_CAST(%s AS BIGINT)"}},
		{name: "h", typ: "HUGEINT", value: huge, kin: numbers, shift: adding},
		{name: "x", typ: "DOUBLE", value: float, kin: numbers, shift: adding},
		{name: "f", typ: "FLOAT", value: float, kin: numbers, shift: adding},
		{name: "dec", typ: "DECIMAL(9,2)", value: func(r *rand.Rand, l int) string { return fmt.Sprintf("%d.%02d", l, r.IntN(100)) }, kin: numbers, shift: adding},
		{name: "wide", typ: "DECIMAL(30,5)", value: func(r *rand.Rand, l int) string { return fmt.Sprintf("%d000000000000007.%05d", l, r.IntN(3)) }, kin: numbers, shift: adding},
		{name: "s", typ: "VARCHAR", value: text, kin: same, shift: []string{"upper(%s)", "%s || 'x'", "reverse(%s)", "left(%s, 2)", "length(%s)::VARCHAR", "%s COLLATE NOCASE"}},
		{name: "b", typ: "BOOLEAN", value: func(r *rand.Rand, l int) string { return fmt.Sprint(l > r.IntN(20)-10) }, kin: same, shift: []string{"NOT %s", "%s::INTEGER::BOOLEAN"}},
		{name: "d", typ: "DATE", value: date, kin: moments, shift: append([]string{"%s + 1", "%s - 30"}, calling...)},
		{name: "ts", typ: "TIMESTAMP", value: moment(6, "infinity", "-infinity"), kin: moments, shift: calling},
		{name: "tz", typ: "TIMESTAMPTZ", value: moment(6), kin: moments, shift: calling},
		{name: "sec", typ: "TIMESTAMP_S", value: moment(0), kin: moments, shift: calling},
		{name: "ns", typ: "TIMESTAMP_NS", value: moment(9), kin: moments, shift: calling},
		{name: "t", typ: "TIME", value: func(r *rand.Rand, l int) string { return fmt.Sprintf("%02d:%02d:00", (l+50)/5, r.IntN(60)) }, kin: same, shift: []string{"%s::VARCHAR", "%s + INTERVAL 1 MINUTE"}},
		{name: "id16", typ: "UUID", value: func(r *rand.Rand, l int) string {
			return fmt.Sprintf("%08x-0000-4000-8000-%012x", (l+50)<<25, r.IntN(3))
		}, kin: same, shift: []string{"%s::VARCHAR"}},
		{name: "raw", typ: "BLOB", value: func(r *rand.Rand, l int) string { return fmt.Sprintf(`\x%02X\x%02X`, 2*(l+50), r.IntN(3)) }, kin: same, shift: []string{"%s || '\\x00'::BLOB"}},
		{name: "e", typ: "ENUM('z','m','a','k')", value: func(_ *rand.Rand, l int) string { return string("zmak"[(l+50)/26]) }, kin: same, shift: []string{"%s::VARCHAR"}},
	}
}

func one(r *rand.Rand, of ...string) string { return of[r.IntN(len(of))] }

func whole(extremes ...string) func(*rand.Rand, int) string {
	return func(r *rand.Rand, l int) string {
		if r.IntN(60) == 0 {
			return one(r, extremes...)
		}
		return fmt.Sprint(l)
	}
}

func unsigned(r *rand.Rand, l int) string {
	if r.IntN(60) == 0 {
		return one(r, "18446744073709551615", "9223372036854775808", "9223372036854775807")
	}
	return fmt.Sprint(l + 50)
}

func huge(r *rand.Rand, l int) string {
	if r.IntN(2) == 0 {
		return fmt.Sprint(l)
	}
	return fmt.Sprintf("%d00000000000000000003", l)
}

func float(r *rand.Rand, l int) string {
	if r.IntN(25) == 0 {
		return one(r, "nan", "inf", "-inf", "-0", "0", "1e30", "-1e30", "1e-40", "16777217", "0.1")
	}
	return fmt.Sprint(float64(l) + float64(r.IntN(4))/4)
}

func text(r *rand.Rand, l int) string {
	switch r.IntN(12) {
	case 0:
		return one(r, "", "ä", "日本", "\U0010FFFF", "a", "same", strings.Repeat("ü", 40), "%", "_", `\`, "'")
	case 1, 2:
		return strings.Repeat("m", 20+r.IntN(30)) + string(rune('a'+(l+50)/5))
	}
	return fmt.Sprintf("%c%02d", 'a'+(l+50)/5, r.IntN(20))
}

func date(r *rand.Rand, l int) string {
	if r.IntN(60) == 0 {
		return one(r, "infinity", "-infinity", "1700-03-15", "2200-12-31", "1969-12-31")
	}
	return fmt.Sprintf("2024-%02d-%02d", 1+(l+50)/10%12, 1+(l+50)%28)
}

func moment(digits int, extremes ...string) func(*rand.Rand, int) string {
	return func(r *rand.Rand, l int) string {
		if len(extremes) > 0 && r.IntN(60) == 0 {
			return one(r, extremes...)
		}
		out := fmt.Sprintf("2024-%02d-%02d %02d:00:00", 1+(l+50)/10%12, 1+(l+50)%28, 6*r.IntN(4))
		if digits > 0 && r.IntN(4) == 0 {
			out += "." + strings.Repeat("0", digits-1) + fmt.Sprint(r.IntN(10))
		}
		return out
	}
}

// randomTable is a table and its sister on the same axis.
type randomTable struct {
	dataset string
	block   string // empty if it is chunked by position
}

// blocks are the columns that random tables are chunked by; the empty one is by position.
var blocks = []string{"i", "d", "ts", "big", "tz", "", "ns", "sec"}

// makeRandomTables makes a dataset for each kind of block, with tables t and u of the columns.
func makeRandomTables(t *testing.T, w *world, r *rand.Rand, columns []*randomColumn) []randomTable {
	t.Helper()
	var out []randomTable
	for i, block := range blocks {
		table := randomTable{dataset: fmt.Sprintf("r%d", i), block: block}
		for _, name := range []string{"t", "u"} {
			rows := 40 + r.IntN(80)
			w.table(t, table.dataset, name, block, int64(max(1, rows/(3+r.IntN(12)))), randomRows(r, columns, rows, block))
		}
		out = append(out, table)
	}
	return out
}

// randomRows is a query of a random table's rows. Some columns rise or fall with the block column, so
// that chunks can be told apart by them; some are NULL or the same for a stretch.
func randomRows(r *rand.Rand, columns []*randomColumn, n int, block string) string {
	rows := make([][]string, n)
	for i := range rows {
		rows[i] = []string{fmt.Sprint(i)}
	}
	list := []string{"id::BIGINT AS id"}
	names := []string{"id"}
	for _, c := range columns {
		direction, noise, nulls := r.IntN(3)-1, 1+r.IntN(12), r.IntN(4)
		if c.name == block {
			direction, nulls = 1, min(nulls, 1)
		}
		stretch := "" // of what the values are the same for a while
		for i := range rows {
			level := r.IntN(101) - 50
			if direction != 0 {
				level = direction*(100*i/n-50) + r.IntN(2*noise) - noise
			}
			v := c.value(r, max(-50, min(50, level)))
			if i%25 == 0 {
				stretch = ""
				if c.name != block && r.IntN(6) == 0 {
					stretch = v
				}
			}
			if stretch != "" {
				v = stretch
			}
			if nulls == 1 && r.IntN(10) == 0 || nulls == 2 && i/20%3 == 0 {
				rows[i] = append(rows[i], "NULL")
				continue
			}
			c.seen = append(c.seen, v)
			rows[i] = append(rows[i], quote(v))
		}
		names = append(names, c.name)
		list = append(list, fmt.Sprintf("%[1]s::%[2]s AS %[1]s", c.name, c.typ))
	}
	lines := make([]string, n)
	for i, row := range rows {
		lines[i] = "(" + strings.Join(row, ", ") + ")"
	}
	return fmt.Sprintf("SELECT %s FROM (VALUES %s) AS v(%s)", strings.Join(list, ", "), strings.Join(lines, ",\n"), strings.Join(names, ", "))
}

func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// chance is true with a probability.
func chance(r *rand.Rand, p float64) bool { return r.Float64() < math.Min(p, 1) }
