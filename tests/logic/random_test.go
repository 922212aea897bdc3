package logic

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/shoal-db/shoal/tests/harness"
	"github.com/shoal-db/shoal/tests/oracle2"
)

var (
	randomQueries = flag.Int("random-queries", 25, "random queries for each layout and number of workers")
	randomSeed    = flag.Uint64("random-seed", 1, "what the random queries are made from")
)

// random compares queries that nobody thought of.
func random(t *testing.T, client *harness.SQLClient, alone *harness.Oracle, judge *oracle2.Judge, dataset string, seed uint64) {
	ctx := harness.InSchema(context.Background(), dataset)
	g := &generator{rand.New(rand.NewPCG(*randomSeed, seed))}
	answered := 0
	for range *randomQueries {
		sql := g.query(1 + g.IntN(3))
		want, wantErr := alone.Try(sql)
		got, err := client.Query(ctx, sql)
		switch {
		case wantErr != nil && err != nil: // rows decide which error comes first
		case wantErr != nil:
			t.Errorf("%s\nanswered, DuckDB says: %v", sql, wantErr)
		case err != nil:
			t.Errorf("%s\n%v", sql, err)
		default:
			answered++
			judge.Check(t, sql, got, nil, false)
			if diff := alone.Diff(t, sql, got, want, false); diff != "" {
				t.Errorf("%s\n%s", sql, diff)
			}
		}
	}
	if answered < *randomQueries/2 {
		t.Errorf("DuckDB answers %d of %d random queries: they prove little", answered, *randomQueries)
	}
}

// generator makes queries whose columns are INTEGERs called p and q, and which have one result
// whatever the order of rows.
type generator struct{ *rand.Rand }

func (g *generator) pick(from ...string) string { return from[g.IntN(len(from))] }

// sources are two integers of each table; text and the like become integers.
var sources = []string{
	"SELECT id AS p, a AS q FROM n", "SELECT a AS p, id AS q FROM n", "SELECT id AS p, k AS q FROM m", "SELECT a AS p, k AS q FROM m",
	"SELECT k AS p, length(v) AS q FROM twice", "SELECT id AS p, \"A b\" AS q FROM z", "SELECT a AS p, a AS q FROM none",
	"SELECT id AS p, month(dt) AS q FROM t WHERE isfinite(dt)", "SELECT id AS p, l[1] AS q FROM x",
	"SELECT id AS p, k AS q FROM big WHERE id < 12", "SELECT k AS p, v AS q FROM big WHERE id BETWEEN 480 AND 520",
}

// query is a query of some depth.
func (g *generator) query(depth int) string {
	if depth == 0 {
		return g.pick(sources...)
	}
	sub := func() string { return "(" + g.query(depth-1) + ")" }
	switch g.IntN(12) {
	case 0:
		return sub() + " " + g.pick("UNION", "UNION ALL", "EXCEPT", "EXCEPT ALL", "INTERSECT", "INTERSECT ALL") + " " + sub()
	case 1, 2:
		return fmt.Sprintf("SELECT a.p AS p, %s AS q FROM %s a %s JOIN %s b ON %s", g.pick("b.q", "a.q", "b.p"), sub(),
			g.pick("", "LEFT", "RIGHT", "FULL"), sub(), g.on())
	case 3:
		return fmt.Sprintf("SELECT a.p AS p, a.q AS q FROM %s a %s JOIN %s b ON %s", sub(), g.pick("SEMI", "ANTI"), sub(), g.on())
	case 4:
		return fmt.Sprintf("SELECT p, %s::INTEGER AS q FROM %s GROUP BY p", g.aggregate(), sub())
	case 5:
		return fmt.Sprintf("SELECT %s::INTEGER AS p, %s::INTEGER AS q FROM %s WHERE %s", g.aggregate(), g.aggregate(), sub(), g.condition())
	case 6:
		return fmt.Sprintf("SELECT p, %s::INTEGER AS q FROM %s GROUP BY %s", g.aggregate(), sub(), g.pick("ROLLUP (p)", "GROUPING SETS ((p), ())", "p HAVING count(*) > 1"))
	case 7:
		return fmt.Sprintf("SELECT DISTINCT %s AS p, %s AS q FROM %s", g.pick("p", "p % 2", "1"), g.pick("q", "q % 3", "p"), sub())
	case 8:
		return fmt.Sprintf("SELECT p, q FROM %s a WHERE %s %s (SELECT %s FROM %s b WHERE %s)", sub(), g.pick("p", "q", "p + 1"),
			g.pick("IN", "NOT IN", "> ALL", "< ANY"), g.pick("b.p", "b.q"), sub(), g.pick("true", "b.p = a.p", "b.q = a.q", "b.p < a.q", "b.q IS NOT NULL"))
	case 9:
		return fmt.Sprintf("SELECT p, (SELECT %s FROM %s b WHERE %s)::INTEGER AS q FROM %s a", g.aggregateOf("b"), sub(),
			g.pick("b.p = a.p", "b.q = a.p", "b.q < a.q", "true"), sub())
	case 10:
		return fmt.Sprintf("SELECT p, q FROM %s ORDER BY p %s, q %s LIMIT %d OFFSET %d", sub(), g.pick("NULLS FIRST", "DESC NULLS LAST"),
			g.pick("NULLS LAST", "DESC NULLS FIRST"), g.IntN(9), g.IntN(3))
	}
	return fmt.Sprintf("WITH c AS %s SELECT a.p AS p, b.q AS q FROM %s a, %s b WHERE %s", "("+g.query(depth-1)+")",
		"c", g.pick("c", sub()), strings.ReplaceAll(g.on(), " OR ", " AND "))
}

// on is a condition on a and b.
func (g *generator) on() string {
	return g.pick("a.p = b.p", "a.p = b.q", "a.p = b.p AND a.q <> b.q", "a.p = b.p AND b.q > 1", "a.q = b.q OR a.p = b.p",
		"a.p IS NOT DISTINCT FROM b.p", "a.p = b.p + 1", "a.p = b.p AND a.p < 4", "a.q = b.q AND a.p < b.p")
}

func (g *generator) condition() string {
	return g.pick("p = 1", "p > 1 AND q < 9", "p IS NULL", "q IS NOT NULL", "NOT (p = 2)", "p IN (1, 3, NULL)", "p NOT IN (2)", "p = q OR q > 3", "p > 100000", "true")
}

func (g *generator) aggregate() string {
	return g.pick("count(*)", "count(q)", "max(q)", "min(q)", "count(DISTINCT q)", "max(p)", "bit_xor(q)", "count(*) FILTER (WHERE q > 1)", "sum(q % 100)", "sum(DISTINCT q % 10)", "round(avg(q % 100))")
}

func (g *generator) aggregateOf(t string) string {
	return g.pick("count(*)", "max("+t+".q)", "min("+t+".p)", "count("+t+".q)", "sum("+t+".q % 100)")
}
