package pruning

import (
	"math/rand/v2"
	"testing"
)

// picksSQL is a reference table of blocks of ints.t, in groups: few has 5 and 15, twice; null has NULL and
// 25; none has NULL alone; far has 2000, which no chunk has; span has all from 30 to 49; day has days.
const picksSQL = `
SELECT 'few' AS g, unnest([5, 15, 5, 15])::BIGINT AS k, unnest([1, 2, 3, 4])::INTEGER AS n, NULL::DATE AS d
UNION ALL SELECT 'null', unnest([NULL, 25]), 5, NULL
UNION ALL SELECT 'none', NULL, 6, NULL
UNION ALL SELECT 'far', 2000, 7, NULL
UNION ALL SELECT 'span', range, 8, NULL FROM range(30, 50)
UNION ALL SELECT 'day', NULL, 9, DATE '2024-01-05' + 10 * range::INTEGER FROM range(3)`

// groupsSQL is a reference table that picks are joined with in turn.
const groupsSQL = `SELECT unnest(['few', 'null', 'none', 'far', 'span', 'day']) AS g, unnest(['a', 'b', 'c', 'c', 'd', 'e']) AS kind`

// manySQL has more blocks than are told one by one.
const manySQL = `SELECT 40 + range // 600 AS k, range AS n FROM range(12000)`

// What joins with reference tables leave of ints.t, 16 chunks of ten blocks; see intsSQL. static is how many are
// read without that.
var dynamicShapes = []struct {
	sql           string
	static, reads int
}{
	// Every kind of join, either way round.
	{"SELECT t.id, p.n FROM ints.t JOIN ints.picks p ON t.k = p.k WHERE p.g = 'few'", ints, 2},
	{"SELECT t.id, p.n FROM ints.picks p JOIN ints.t ON t.k = p.k WHERE p.g = 'few'", ints, 2},
	{"SELECT t.id, p.n FROM ints.t LEFT JOIN ints.picks p ON t.k = p.k AND p.g = 'few'", ints, ints},
	{"SELECT t.id, p.n FROM ints.t RIGHT JOIN (FROM ints.picks WHERE g = 'few') p ON t.k = p.k", ints, 2},
	{"SELECT t.id, p.n FROM (FROM ints.picks WHERE g = 'few') p LEFT JOIN ints.t ON t.k = p.k", ints, 2},
	{"SELECT t.id, p.n FROM (FROM ints.picks WHERE g = 'few') p RIGHT JOIN ints.t ON t.k = p.k", ints, ints},
	{"SELECT t.id, p.n FROM ints.t FULL JOIN (FROM ints.picks WHERE g = 'few') p ON t.k = p.k", ints, ints},
	{"SELECT id FROM ints.t WHERE k IN (SELECT k FROM ints.picks WHERE g = 'few')", ints, 2},
	{"SELECT id FROM ints.t WHERE k NOT IN (SELECT k FROM ints.picks WHERE g = 'few')", ints, ints},
	{"SELECT id, k IN (SELECT k FROM ints.picks WHERE g = 'few') FROM ints.t", ints, ints},
	{"SELECT id FROM ints.t SEMI JOIN (FROM ints.picks WHERE g = 'few') p ON t.k = p.k", ints, 2},
	{"SELECT id FROM ints.t ANTI JOIN (FROM ints.picks WHERE g = 'few') p ON t.k = p.k", ints, ints},
	{"SELECT n FROM (FROM ints.picks WHERE g = 'few') p SEMI JOIN ints.t ON t.k = p.k", ints, 2},
	{"SELECT n FROM (FROM ints.picks WHERE g = 'few') p ANTI JOIN ints.t ON t.k = p.k", ints, 2},
	{"SELECT n FROM ints.picks p WHERE g = 'few' AND EXISTS (SELECT 1 FROM ints.t WHERE t.k = p.k)", ints, 2},
	{"SELECT id FROM ints.t WHERE EXISTS (SELECT 1 FROM ints.picks p WHERE t.k = p.k AND g = 'few')", ints, 2},
	{"SELECT id FROM ints.t WHERE NOT EXISTS (SELECT 1 FROM ints.picks p WHERE t.k = p.k AND g = 'few')", ints, ints},
	{"SELECT n, (SELECT max(id) FROM ints.t WHERE t.k = p.k) FROM ints.picks p WHERE g = 'few'", 15, 2},
	{"SELECT id, (SELECT max(n) FROM ints.picks p WHERE t.k = p.k AND g = 'few') FROM ints.t", ints, ints},
	{"SELECT t.id, p.n FROM ints.t, LATERAL (SELECT n FROM ints.picks p WHERE p.k = t.k AND g = 'few') p", ints, 2},

	// NULLs, no keys, too many keys.
	{"SELECT t.id, p.n FROM ints.t JOIN ints.picks p ON t.k = p.k WHERE p.g = 'null'", ints, 1},
	{"SELECT t.id, p.n FROM ints.t JOIN ints.picks p ON t.k IS NOT DISTINCT FROM p.k WHERE p.g = 'null'", ints, 2},
	{"SELECT t.id, p.n FROM ints.t JOIN ints.picks p ON t.k IS NOT DISTINCT FROM p.k WHERE p.g = 'none'", ints, 1},
	{"SELECT t.id, p.n FROM ints.t JOIN ints.picks p ON t.k = p.k WHERE p.g = 'none'", ints, 0},
	{"SELECT t.id, p.n FROM ints.t JOIN ints.picks p ON t.k = p.k WHERE p.g = 'nowhere'", ints, 0},
	{"SELECT count(*), sum(t.id) FROM ints.t JOIN ints.picks p ON t.k = p.k WHERE p.g = 'nowhere'", ints, 0},
	{"SELECT t.id, p.n FROM ints.t JOIN ints.picks p ON t.k = p.k WHERE p.g = 'far'", ints, 0},
	{"SELECT count(*) FROM ints.t JOIN ints.many m ON t.k = m.k WHERE m.n >= 0", ints, 2},
	{"SELECT count(*) FROM ints.t JOIN ints.many m ON t.i + 1 = m.k::INTEGER WHERE m.n >= 0", ints, 3},
	{"SELECT count(*) FROM ints.t JOIN (SELECT n AS k FROM ints.many WHERE n > 90) m ON t.k = m.k", 3, 2},

	// Other comparisons, and scalar subqueries.
	{"SELECT t.id, p.n FROM ints.t JOIN ints.picks p ON t.k < p.k WHERE p.g = 'few' AND t.k >= 0", 12, 2},
	{"SELECT t.id, p.n FROM ints.t JOIN ints.picks p ON t.k BETWEEN p.k AND p.k + 1 WHERE p.g = 'span'", ints, 3},
	{"SELECT id FROM ints.t WHERE k = (SELECT max(k) FROM ints.picks WHERE g = 'few')", ints, 1},
	{"SELECT id FROM ints.t WHERE k = (SELECT k FROM ints.picks WHERE g = 'far')", ints, 0},
	{"SELECT id FROM ints.t WHERE k BETWEEN (SELECT min(k) FROM ints.picks WHERE g = 'few') AND (SELECT max(k) FROM ints.picks WHERE g = 'few')", ints, 2},
	{"SELECT id FROM ints.t WHERE k > (SELECT max(k) FROM ints.picks WHERE g = 'nowhere')", ints, 0},
	{"SELECT id FROM ints.t WHERE k = (SELECT 5)", ints, 1},

	// A column with statistics, casts, arithmetic.
	{"SELECT t.id, p.n FROM ints.t JOIN ints.picks p ON t.i = p.k WHERE p.g = 'few'", ints, 2},
	{"SELECT t.id, p.n FROM ints.t JOIN ints.picks p ON t.k = p.n WHERE p.g = 'few'", ints, 1},
	{"SELECT t.id, p.n FROM ints.t JOIN ints.picks p ON t.i + 10 = p.k::INTEGER WHERE p.g = 'few'", ints, 2},
	{"SELECT t.id, p.n FROM ints.t JOIN ints.picks p ON t.k = p.k + 0.5 WHERE p.g = 'few'", ints, 0},
	{"SELECT t.id, p.n FROM ints.t JOIN ints.picks p ON t.k % 7 = p.k WHERE p.g = 'few'", ints, ints},
	{"SELECT t.id, p.n FROM ints.t JOIN ints.picks p ON t.k = p.k + 10 WHERE p.g = 'few'", ints, 2},
	{"SELECT t.id, p.n FROM ints.t JOIN ints.picks p ON t.k = p.k + random() * 0 WHERE p.g = 'few'", ints, ints},

	// Reference tables that restrict each other, and what has a join in between.
	{"SELECT t.id FROM ints.t JOIN ints.picks p ON t.k = p.k JOIN ints.groups g ON p.g = g.g WHERE g.kind = 'a'", ints, 2},
	{"SELECT t.id FROM ints.t JOIN ints.picks p ON t.k = p.k JOIN ints.groups g ON p.g = g.g WHERE g.kind = 'c'", ints, 0},
	{"SELECT t.id FROM ints.t WHERE k IN (SELECT k FROM ints.picks WHERE g IN (SELECT g FROM ints.groups WHERE kind = 'd'))", ints, 2},
	{"SELECT a.id, b.n FROM ints.t a JOIN ints.other b ON a.k = b.k JOIN ints.picks p ON b.k = p.k WHERE p.g = 'few'", 20, 4},
	{"SELECT a.id, b.n FROM ints.t a LEFT JOIN ints.other b ON a.k = b.k WHERE a.k IN (SELECT k FROM ints.picks WHERE g = 'few')", both, 4},
	{"SELECT k, n FROM (SELECT k, count(*) AS n FROM ints.t GROUP BY k) WHERE k IN (SELECT k FROM ints.picks WHERE g = 'few')", ints, 2},
	{"SELECT * FROM (SELECT id, k FROM ints.t UNION ALL SELECT id, i FROM ints.t) WHERE k IN (SELECT k FROM ints.picks WHERE g = 'few')", 2 * ints, 4},
	{"SELECT * FROM (SELECT id, k, row_number() OVER (PARTITION BY k ORDER BY id) FROM ints.t) WHERE k IN (SELECT k FROM ints.picks WHERE g = 'few')", ints, 2},
	{"SELECT * FROM (SELECT id, k, row_number() OVER (ORDER BY id) FROM ints.t) WHERE k IN (SELECT k FROM ints.picks WHERE g = 'few')", ints, ints},
	{"SELECT * FROM (SELECT id, k FROM ints.t ORDER BY id LIMIT 40) WHERE k IN (SELECT k FROM ints.picks WHERE g = 'few')", ints, ints},
	{"WITH p AS (SELECT k FROM ints.picks WHERE g = 'few') SELECT a.id, b.id FROM ints.t a, ints.t b WHERE a.k IN (FROM p) AND b.k IN (FROM p)", 2 * ints, 4},

	// A date against timestamps, and the other way round.
	{"SELECT t.id FROM times.t JOIN ints.picks p ON t.ts::DATE = p.d WHERE p.g = 'day'", times, 3},
	{"SELECT t.id FROM days.t JOIN ints.picks p ON t.d = p.d WHERE p.g = 'day'", days, 3},
	{"SELECT t.id FROM times.t JOIN ints.picks p ON t.ts = p.d WHERE p.g = 'day'", times, 3},
	{"SELECT t.id FROM ints.t JOIN (VALUES (5), (95)) v(k) ON t.k = v.k", ints, 2},
}

func TestDynamicPruning(t *testing.T) {
	w := newWorld(t, 2)
	loadTables(t, w)
	w.reference(t, "ints", "picks", picksSQL)
	w.reference(t, "ints", "groups", groupsSQL)
	w.reference(t, "ints", "many", manySQL)
	t.Run("random", func(t *testing.T) { testRandomJoins(t, w) })
	for _, s := range dynamicShapes {
		t.Run(s.sql, func(t *testing.T) {
			for _, c := range []struct {
				dynamic bool
				want    int
			}{{true, s.reads}, {false, s.static}} {
				p, err := w.planBody(map[string]any{"sql": s.sql, "dynamic_pruning": c.dynamic})
				if err != nil {
					t.Fatal(err)
				}
				if p.Pruning.Selected != c.want {
					t.Errorf("dynamic pruning %t: %d of %d chunks, want %d", c.dynamic, p.Pruning.Selected, p.Pruning.Total, c.want)
				}
				if n := p.Pruning.Selected + p.Pruning.ByBlock + p.Pruning.ByStatistics + p.Pruning.ByFilter; n != p.Pruning.Total {
					t.Errorf("the counts do not add up: %+v", p.Pruning)
				}
			}
			w.same(t, s.sql)
		})
	}
}

// testRandomJoins asks random joins of chunked with reference tables.
func testRandomJoins(t *testing.T, w *world) {
	const queries = 150
	g := &joinGenerator{rand.New(rand.NewPCG(7, 11))}
	pruned, rows := 0, 0
	for range queries {
		sql := g.query()
		want := w.Query(t, sql)
		rows += len(want.Rows)
		for _, dynamic := range []bool{true, false} {
			got, err := w.askBody(map[string]any{"sql": sql, "dynamic_pruning": dynamic})
			if err != nil {
				t.Errorf("dynamic pruning %t: %v\n%s", dynamic, err, sql)
			} else if diff := w.Diff(t, sql, got, want, false); diff != "" {
				t.Errorf("dynamic pruning %t: %s\n%s", dynamic, diff, sql)
			}
		}
		on, err := w.planBody(map[string]any{"sql": sql})
		if err != nil {
			t.Fatal(err)
		}
		off, err := w.planBody(map[string]any{"sql": sql, "dynamic_pruning": false})
		if err != nil {
			t.Fatal(err)
		}
		if on.Pruning.Selected > off.Pruning.Selected {
			t.Errorf("%d chunks with dynamic pruning, %d without\n%s", on.Pruning.Selected, off.Pruning.Selected, sql)
		}
		if on.Pruning.Selected < off.Pruning.Selected {
			pruned++
		}
	}
	if pruned < queries/10 || rows < queries {
		t.Errorf("%d of %d queries were pruned dynamically, and all have %d rows", pruned, queries, rows)
	}
}

// joinGenerator makes random joins.
type joinGenerator struct{ *rand.Rand }

func (g *joinGenerator) pick(of ...string) string { return of[g.IntN(len(of))] }

// query is a query about a join of two to four inputs, each with the columns k and n.
func (g *joinGenerator) query() string {
	from := g.join(1 + g.IntN(3))
	switch g.IntN(4) {
	case 0:
		return "SELECT count(*) AS c, sum(k) AS s, min(n) AS m FROM " + from
	case 1:
		return "SELECT k % 5 AS b, count(*) AS c, max(n) AS m FROM " + from + " GROUP BY b"
	case 2:
		return "SELECT * FROM " + from + " WHERE " + g.condition("x")
	}
	return "SELECT k, n FROM " + from
}

func (g *joinGenerator) condition(of string) string {
	return g.pick(of+".k BETWEEN 0 AND 30", of+".n > 3", of+".k IS NULL", of+".k IN (SELECT k FROM ints.picks WHERE g = 'few')",
		of+".k < (SELECT max(k) FROM ints.picks WHERE g = 'span')", of+".n IS NOT NULL", of+".k NOT IN (SELECT k FROM ints.picks WHERE g = 'few')")
}

// join is a table expression with the alias x.
func (g *joinGenerator) join(depth int) string {
	if depth == 0 {
		return g.leaf() + " x"
	}
	left, right := "(FROM "+g.join(depth-1)+")", g.leaf()
	if g.IntN(2) == 0 {
		left, right = right, left
	}
	on := g.pick("a.k = b.k", "a.k = b.k", "a.k = b.k", "a.k IS NOT DISTINCT FROM b.k", "a.n = b.k", "a.k = b.k AND a.n <= b.n", "a.k < b.k AND a.n = b.n")
	kind := g.pick("JOIN", "JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN", "SEMI JOIN", "ANTI JOIN")
	columns := g.pick("a.k, a.n", "a.k, b.n", "b.k, b.n", "a.n AS k, b.k AS n")
	switch kind {
	case "SEMI JOIN", "ANTI JOIN":
		columns = "a.k, a.n"
	case "FULL JOIN":
		on = "a.k = b.k"
	}
	where := ""
	if g.IntN(3) == 0 {
		where = " WHERE " + g.condition("a")
	}
	return "(SELECT " + columns + " FROM " + left + " a " + kind + " " + right + " b ON " + on + where + ") x"
}

func (g *joinGenerator) leaf() string {
	return g.pick(
		"(SELECT k, i::BIGINT AS n FROM ints.t)", "(SELECT k, id AS n FROM ints.t WHERE k < 100 AND k > -20)",
		"(SELECT k, n::BIGINT AS n FROM ints.other)",
		"(SELECT k, max(n)::BIGINT AS n FROM ints.other GROUP BY k)",
		"(SELECT k, n::BIGINT AS n FROM ints.picks WHERE g = '"+g.pick("few", "null", "none", "span")+"')",
		"(SELECT k, n::BIGINT AS n FROM ints.picks WHERE n > "+g.pick("2", "5")+")",
		"(SELECT p.k, p.n::BIGINT AS n FROM ints.picks p JOIN ints.groups g ON p.g = g.g WHERE kind = '"+g.pick("a", "b", "d")+"')",
	)
}
