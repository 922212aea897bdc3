// Package sqlgen writes plans as SQL for DuckDB.
//
// It owns the spelling: Render's text gives, in DuckDB 1.5, exactly the plan's
// rows, types and names, and, where the plan's root decides an order, that
// order. (It relies on DuckDB keeping the order of a subselect's rows where
// nothing above reorders them, which is preserve_insertion_order, the default.)
// The text is built for DuckDB's optimiser: subselects that it flattens, joins
// that it can hash.
//
// Invariants: every relation's columns are c0, c1 … of a table alias that is
// unique in the text; every expression's SQL has exactly the expression's type.
//
// It refuses what is not a sound plan (fields out of range, calls of the wrong
// shape) and what is nested too deeply for DuckDB with invalid_argument, and
// does not panic.
package sqlgen

import (
	"slices"
	"strconv"

	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/substrait/facts"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/rewrite"
)

const op = "render sql"

// DuckDB refuses expressions that are nested a thousand deep, and subselects
// half as deep.
const (
	maxExprDepth = 900
	maxNested    = 380
	maxRelDepth  = 2000
)

// Options say how names become tables.
type Options struct {
	// Scan gives the table expression that a read reads, without an alias: a
	// quoted name, or a call such as read_parquet([…]). Its columns are chosen
	// by the read's names. The read's Filter is rendered by Render.
	Scan func(*rel.Read) (sql string, err error)
}

// Render is the plan as one SELECT. Dependent joins are lowered.
func Render(plan *rel.Plan, opts Options) (string, error) {
	for _, r := range append([]rel.Rel{plan.Root}, plan.Shared...) {
		if err := check(r, 0); err != nil {
			return "", err
		}
	}
	if dependent(plan) {
		plan = rewrite.LowerDependent(plan)
	}
	g := &generator{opts: opts, plan: plan, looks: map[[2]int]bool{}}
	g.countUses()
	root, err := g.rel(plan.Root)
	if err != nil {
		return "", err
	}
	if len(root.cols) == 0 || len(root.cols) != len(plan.Names) {
		return "", invalid("%d names for %d columns", len(plan.Names), len(root.cols))
	}
	if root.nested > maxNested || g.nested > maxNested {
		return "", tooDeep()
	}
	if slices.Contains(plan.Names, "") {
		return "", invalid("a result column without a name")
	}
	return withClause(g.with) + root.text(plan.Names), nil
}

// Expression is e, which has no fields, as SQL of exactly e's type.
func Expression(e rel.Expr) (string, error) { return (&exprSQL{}).expr(e) }

// Literal is a constant as SQL of exactly the literal's type.
func Literal(l *rel.Literal) (string, error) { return literal(l) }

func invalid(format string, args ...any) error {
	return fault.New(fault.InvalidArgument, op, format, args...)
}

func tooDeep() error {
	return fault.New(fault.InvalidArgument, op, "the query is nested too deeply").
		WithHint("split it into smaller queries, or join subqueries side by side")
}

func dependent(p *rel.Plan) bool {
	return p.Any(func(r rel.Rel) bool { _, is := r.(*rel.DependentJoin); return is })
}

type generator struct {
	opts   Options
	plan   *rel.Plan
	tables int
	depth  int
	nested int // of the shared subtrees
	// uses counts the references to each shared subtree, and names are those
	// under which they stand in with.
	uses  []int
	names map[int]string
	with  []string
	// open are the recursions in whose steps the relation at hand stands,
	// innermost last.
	open                []*recursion
	recursions, hoisted int
	// looks remembers which shared subtree looks at which recursion.
	looks map[[2]int]bool
	// outer are the columns of the rows for which the subquery at hand is evaluated, innermost last.
	outer [][]string
}

// table is a new table alias.
func (g *generator) table() string {
	g.tables++
	return "t" + strconv.Itoa(g.tables)
}

func (g *generator) countUses() {
	g.uses = make([]int, len(g.plan.Shared))
	g.names = map[int]string{}
	count := func(r rel.Rel) {
		anywhere(r, func(r rel.Rel) bool {
			if ref, ok := r.(*rel.Reference); ok && ref.Ordinal >= 0 && ref.Ordinal < len(g.uses) {
				g.uses[ref.Ordinal]++
			}
			return false
		})
	}
	count(g.plan.Root)
	for i := len(g.plan.Shared) - 1; i >= 0; i-- {
		if g.uses[i] > 0 {
			count(g.plan.Shared[i])
		}
	}
}

// reference is a shared subtree: in place if this is its only reader, else by
// its name.
func (g *generator) reference(r *rel.Reference) (*block, error) {
	if r.Ordinal < 0 || r.Ordinal >= len(g.plan.Shared) {
		return nil, invalid("reference to shared subtree %d of %d", r.Ordinal, len(g.plan.Shared))
	}
	shared := g.plan.Shared[r.Ordinal]
	if width := len(shared.Types()); width != len(r.Columns) {
		return nil, invalid("a reference with %d columns to shared subtree %d, which has %d", len(r.Columns), r.Ordinal, width)
	}
	if g.uses[r.Ordinal] == 1 {
		return g.rel(shared)
	}
	name, ok := g.names[r.Ordinal]
	if !ok {
		b, err := g.rel(shared)
		if err != nil {
			return nil, err
		}
		g.nested = max(g.nested, b.nested)
		name = "r" + strconv.Itoa(r.Ordinal)
		g.names[r.Ordinal] = name
		as := " AS "
		if !g.repeatable(shared) {
			as = " AS MATERIALIZED "
		}
		g.define(shared, name+as+"("+g.shut(b).text(nil)+")")
	}
	t := g.table()
	return from(name+" AS "+t, columnRefs(t, len(r.Columns))), nil
}

// repeatable is true of subtrees that give the same rows whenever they run, and
// soon, so that DuckDB may be left to decide how often. What has one reader
// stands in its place.
func (g *generator) repeatable(r rel.Rel) bool {
	inPlace := func(r *rel.Reference) bool {
		return g.uses[r.Ordinal] > 1 || g.repeatable(g.plan.Shared[r.Ordinal])
	}
	return facts.Exact(r, inPlace) && !anywhere(r, runsOnce)
}

// runsOnce is true of what comes as a stream, and of what is worth to be kept.
func runsOnce(r rel.Rel) bool {
	switch r := r.(type) {
	case *rel.Read:
		return len(r.Table) > 0 && r.Table[0] == rel.SubplanTable
	case *rel.Fetch, *rel.Recursive:
		return true
	case *rel.Project:
		return slices.ContainsFunc(r.Exprs, rel.HasWindow)
	}
	return false
}

func columnRefs(table string, n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = table + ".c" + strconv.Itoa(i)
	}
	return out
}
