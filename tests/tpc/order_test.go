package tpc

import "testing"

func TestOrder(t *testing.T) {
	for sql, want := range map[string]string{
		"SELECT a, b FROM t ORDER BY a LIMIT 5":                                                        "SELECT a, b FROM t ORDER BY  a , 1 DESC, 2 DESC LIMIT 5",
		"SELECT sum(a) OVER (ORDER BY b), b FROM (SELECT * FROM t ORDER BY a LIMIT 3) ORDER BY (a), b": "SELECT sum(a) OVER (ORDER BY b), b FROM (SELECT * FROM t ORDER BY a LIMIT 3) ORDER BY  (a), b, 1 DESC, 2 DESC ",
		"SELECT a, b FROM (SELECT * FROM t ORDER BY a LIMIT 3)":                                        "",
	} {
		o, ok := parseOrder(sql)
		if ok != (want != "") || ok && o.total(2, "DESC") != want {
			t.Errorf("%s: %v, %q", sql, ok, o.total(2, "DESC"))
		}
	}
}
