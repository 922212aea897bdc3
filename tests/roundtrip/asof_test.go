package roundtrip

import (
	"strings"
	"testing"
)

// TestAsOfWithoutKey: a left row whose key is NULL matches nothing, however many rows there are. (DuckDB
// 1.5.4 itself matches it with the last of them if there are more than 64.)
func TestAsOfWithoutKey(t *testing.T) {
	d := openDB(t)
	d.exec("CREATE TABLE l AS SELECT CASE WHEN i % 7 > 0 THEN i * 31 % 97 END AS k, CASE WHEN i % 5 > 0 THEN i % 4 END AS v, i AS u FROM range(300) r(i)")
	d.exec("CREATE TABLE r AS SELECT CASE WHEN i % 6 > 0 THEN i * 17 % 89 END AS k, CASE WHEN i % 7 > 0 THEN i % 4 END AS v, i AS u FROM range(150) r(i)")
	want, err := d.query("SELECT l.u, max(r.k) AS k FROM l LEFT JOIN r ON r.v = l.v AND r.k <= l.k GROUP BY l.u")
	if err != nil {
		t.Fatal(err)
	}
	matched := 0
	for _, row := range want.rows {
		if row[1] != "NULL" {
			matched++
		}
	}
	if matched == 0 || matched == len(want.rows) {
		t.Fatalf("%d of %d rows match", matched, len(want.rows))
	}
	for kind, rows := range map[string]int{"LEFT": len(want.rows), "INNER": matched} {
		sql := "SELECT l.u, r.k FROM l ASOF " + kind + " JOIN r ON l.v = r.v AND l.k >= r.k"
		plan, err := d.convert(sql)
		if err != nil {
			t.Fatal(err)
		}
		for way := range ways {
			text, err := render(plan, way)
			if err != nil {
				t.Fatal(err)
			}
			got, err := d.query(text)
			if err != nil {
				t.Fatal(err)
			}
			expected := &table{names: got.names, types: got.types}
			for _, row := range want.rows {
				if kind == "LEFT" || row[1] != "NULL" {
					expected.rows = append(expected.rows, row)
				}
			}
			if diff := expected.diff(got, false); diff != "" || len(got.rows) != rows || !strings.Contains(text, "IS NOT NULL") {
				t.Errorf("%s, %s: %d rows, %s\n%s", sql, way, len(got.rows), diff, text)
			}
		}
	}
}
