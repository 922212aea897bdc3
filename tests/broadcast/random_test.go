package broadcast

import (
	"math/rand/v2"
	"testing"
)

// TestRandomJoins asks random joins of tables of several axes.
func TestRandomJoins(t *testing.T) {
	const queries = 60
	w := newWorld(t)
	w.table(t, "a", "few", "k", "SELECT range AS k, CASE WHEN range % 7 > 0 THEN range % 60 END AS n FROM range(12000)")
	w.table(t, "b", "odd", "k", "SELECT range AS k, CASE WHEN range % 5 > 0 THEN range % 90 END AS n FROM range(6000)")
	g := &generator{rand.New(rand.NewPCG(3, 5))}
	stages := 0
	for range queries {
		sql := g.query()
		want := w.Query(t, sql)
		for _, on := range []bool{true, false} {
			if diff := w.Diff(t, sql, w.ask(t, sql, on), want, false); diff != "" {
				t.Errorf("broadcast %t: %s\n%s", on, diff, sql)
			}
		}
		stages += len(w.analyze(t, sql, true).Analyzed.Stages)
	}
	if stages < queries/4 {
		t.Errorf("%d queries had %d stages", queries, stages)
	}
}

type generator struct{ *rand.Rand }

func (g *generator) pick(of ...string) string { return of[g.IntN(len(of))] }

// query is a query about a join of two or three inputs, each with the columns k and n.
func (g *generator) query() string {
	from := g.join(1 + g.IntN(2))
	switch g.IntN(3) {
	case 0:
		return "SELECT count(*) AS c, sum(k) AS s, min(n) AS m FROM " + from
	case 1:
		return "SELECT k % 5 AS b, count(*) AS c, max(n) AS m FROM " + from + " GROUP BY b"
	}
	return "SELECT DISTINCT k % 100 AS k, n % 10 AS n FROM " + from
}

// join is a table expression with the alias x.
func (g *generator) join(depth int) string {
	if depth == 0 {
		return g.leaf() + " x"
	}
	left, right := "(FROM "+g.join(depth-1)+")", g.leaf()
	if g.IntN(2) == 0 {
		left, right = right, left
	}
	on := g.pick("a.k = b.k", "a.k = b.k", "a.k = b.n", "a.k IS NOT DISTINCT FROM b.k", "a.k = b.k AND a.n <= b.n", "a.k + 1 = b.k")
	kind := g.pick("JOIN", "JOIN", "JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN", "SEMI JOIN", "ANTI JOIN")
	columns := g.pick("a.k, a.n", "a.k, b.n", "b.k, b.n")
	switch kind {
	case "SEMI JOIN", "ANTI JOIN":
		columns = "a.k, a.n"
	case "FULL JOIN":
		on = "a.k = b.k"
	}
	return "(SELECT " + columns + " FROM " + left + " a " + kind + " " + right + " b ON " + on + ") x"
}

func (g *generator) leaf() string {
	return g.pick(
		"(SELECT k, n FROM a.few)", "(SELECT k, n FROM b.odd)", "(SELECT k, c AS n FROM a.loose)",
		"(SELECT k, n FROM a.few WHERE n = "+g.pick("3", "59", "77")+")", "(SELECT k, n FROM b.odd WHERE n = "+g.pick("1", "80")+")",
		"(SELECT n AS k, max(k) AS n FROM b.odd WHERE k < 400 GROUP BY n)", "(SELECT k, n FROM b.odd ORDER BY k LIMIT 20)",
		"(SELECT c AS k, k AS n FROM a.loose WHERE k < 60)",
	)
}
