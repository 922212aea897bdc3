package broadcast

import (
	"fmt"
	"strings"
	"testing"
)

// extremes are values of each type that rows which are sent may have.
var extremes = []struct{ typ, values string }{
	{"BOOLEAN", "true, false"},
	{"TINYINT", "-128, 127"},
	{"USMALLINT", "0, 65535"},
	{"INTEGER", "-2147483648, 2147483647"},
	{"BIGINT", "-9223372036854775808, 9223372036854775807"},
	{"UBIGINT", "0, 18446744073709551615"},
	{"HUGEINT", "'-170141183460469231731687303715884105728', '170141183460469231731687303715884105727'"},
	{"FLOAT", "'-0', 'nan'"},
	{"DOUBLE", "'-0', '-inf'"},
	{"DECIMAL(9,2)", "-9999999.99, 0.01"},
	{"DECIMAL(38,10)", "'-9999999999999999999999999999.9999999999', '0.0000000001'"},
	{"VARCHAR", "'', 'ä😀 '' \" \\'"},
	{"DATE", "'infinity', '5877642-06-25 (BC)'"},
	{"TIMESTAMP", "'-infinity', '1969-12-31 23:59:59.999999'"},
	{"TIMESTAMP_S", "'1969-12-31 23:59:59', '294247-01-10 04:00:54'"},
	{"TIMESTAMP_MS", "'1969-12-31 23:59:59.999', '294247-01-10 04:00:54.775'"},
	{"TIMESTAMP_NS", "'1969-12-31 23:59:59.999999999', '2262-04-11 23:47:16.854775806'"},
	{"TIMESTAMP WITH TIME ZONE", "'infinity', '2024-03-31 01:30:00+05:30'"},
	{"UUID", "'00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff'"},
}

// Values of all types reach the workers as they are.
func TestEveryTypeIsSent(t *testing.T) {
	w := newWorld(t)
	// Parquet lacks some of the types.
	texts, values := []string{"k", "k % 100 AS c"}, []string{"k", "c"}
	for i, e := range extremes {
		texts = append(texts, fmt.Sprintf("([%s, NULL]::VARCHAR[])[1 + k %% 3] AS v%d", e.values, i))
		values = append(values, fmt.Sprintf("v%d::%s AS v%d", i, e.typ, i))
	}
	w.table(t, "b", "extremes", "k", "SELECT "+strings.Join(texts, ", ")+" FROM (SELECT range AS k FROM range(6000))")
	few := "(SELECT " + strings.Join(values, ", ") + " FROM b.extremes WHERE c = 7)"
	sum := make([]string, len(extremes))
	for i := range extremes {
		sum[i] = fmt.Sprintf("min(e.v%d) AS a%d, max(e.v%d) AS b%d, count(e.v%d) AS c%d", i, i, i, i, i, i)
	}
	for _, sql := range []string{
		"SELECT s.k, e.* FROM a.sales s JOIN " + few + " e ON s.c = e.k",
		"SELECT " + strings.Join(sum, ", ") + " FROM a.sales s JOIN " + few + " e ON s.c = e.k",
		"SELECT e.v6, e.v7, e.v8, e.v12, e.v17, e.v18, count(*) FROM a.sales s JOIN " + few + " e ON s.c = e.k GROUP BY ALL",
	} {
		if diff := w.Diff(t, sql, w.ask(t, sql, true), w.Query(t, sql), false); diff != "" {
			t.Errorf("%.60s: %s", sql, diff)
		}
		if r := w.analyze(t, sql, true); len(r.Analyzed.Stages) != 1 || r.Analyzed.Stages[0].TooMany || r.Analyzed.Stages[0].Rows != 60 {
			t.Errorf("%.60s: stages %+v", sql, r.Analyzed.Stages)
		}
	}
}
