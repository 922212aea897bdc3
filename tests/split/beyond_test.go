package split

import "testing"

// beyond are queries with relations that Substrait lacks: where they run.
var beyond = []struct {
	sql         string
	fragments   int
	within, why string
}{
	{"SELECT f.u, x FROM facts f, unnest([f.v, f.u]) q(x) WHERE x > 3", local, "unnest", "row by row"},
	{"SELECT f.u, x FROM facts f LEFT JOIN LATERAL unnest(CASE WHEN f.v > 3 THEN [f.v] END) q(x) ON true", local, "unnest", "row by row"},
	{"SELECT s, sum(x) FROM facts f, unnest([f.v, f.u]) q(x) GROUP BY s", 1, "aggregate by", "computed in part"},
	{"SELECT k, sum(x) FROM facts f, unnest([f.v, f.u]) q(x) GROUP BY k", local, "aggregate by", "grouped by k"},
	{"SELECT f.u, x FROM loose f, range(f.v) q(x)", local, "unnest range", "row by row"},
	{"SELECT u, list_transform([v, u], lambda e, i: e * i + k) FROM facts WHERE len(list_filter([v, u], lambda e: e > k)) > 0", local, "lambda", "row by row"},
	{"SELECT f.u, d.name FROM facts f ASOF JOIN dim d ON f.u >= d.id", local, "asof inner join", "dim is whole on every worker"},
	{"SELECT f.u, d.name FROM loose f ASOF LEFT JOIN dim d ON f.v = d.v AND f.u >= d.id", local, "asof left join", "dim is whole on every worker"},
	{"SELECT f.u, m.u FROM facts f ASOF JOIN more m ON f.k = m.k AND f.u >= m.u", local, "asof inner join", "no match spans chunks"},
	{"SELECT f.u, m.u FROM facts f ASOF LEFT JOIN more m ON f.k = m.k AND f.u < m.u", local, "asof left join", "no match spans chunks"},
	{"SELECT f.u, m.u FROM facts f ASOF RIGHT JOIN more m ON f.k = m.k AND f.u < m.u", local, "asof right join", "no match spans chunks"},
	{"SELECT f.u, m.u FROM facts f ASOF JOIN more m ON f.v = m.v AND f.u >= m.u", 2, "read", "nearest match may be in another chunk"},
	{"SELECT f.u, o.u FROM facts f ASOF JOIN other o ON f.k = o.k AND f.u >= o.u", 2, "read", "nearest match may be in another chunk"},
	{"SELECT d.id, f.u FROM dim d ASOF JOIN facts f ON d.id >= f.u", 2, "read", "nearest match may be in another chunk"},
	{"SELECT count(*), count(a.u), count(b.id) FROM facts a POSITIONAL JOIN dim b", 2, "read", ""},
	{"SELECT count(*) FROM (SELECT * FROM facts TABLESAMPLE reservoir(7 ROWS))", 1, "read", ""},
	{"SELECT count(*) FROM facts TABLESAMPLE bernoulli(100%)", 1, "sample bernoulli", ""},
	{"WITH RECURSIVE r(id, n) AS (SELECT id, 0 FROM dim WHERE id < 3 UNION ALL SELECT d.id, n + 1 FROM r JOIN dim d ON d.id = r.id + 7 WHERE n < 3) SELECT f.u, n FROM facts f JOIN r ON f.k = r.id", local, "recursive", "over reference tables alone"},
	{"SELECT u FROM facts ORDER BY u LIMIT 10%", 1, "read", ""},
	{"SELECT u FROM facts ORDER BY u LIMIT (SELECT count(*) FROM tiny)", 1, "inner join", ""},
}

func TestBeyond(t *testing.T) {
	conn := open(t, "beyond")
	makeSmall(t, conn)
	for _, c := range beyond {
		t.Run(c.sql, func(t *testing.T) { looks(t, c.fragments, c.within, c.why, compare(t, conn, c.sql, small, false)) })
	}
	conn.judge.Finish(t, len(beyond)/2)
}
