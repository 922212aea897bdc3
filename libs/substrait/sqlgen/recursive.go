package sqlgen

import (
	"strconv"
	"strings"

	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// recursion is a recursive common table expression whose step is being rendered.
type recursion struct {
	id   int
	name string
	with []string // what the step shares within itself
}

// recursive is a subselect with a WITH RECURSIVE of its own.
func (g *generator) recursive(r *rel.Recursive) (*block, error) {
	columns := r.Base.Types()
	if len(columns) == 0 || !types.EqualAll(columns, r.Step.Types()) {
		return nil, invalid("a recursion whose base and step differ in their types")
	}
	base, err := g.rel(r.Base)
	if err != nil {
		return nil, err
	}
	g.recursions++
	open := &recursion{id: r.ID, name: "w" + strconv.Itoa(g.recursions)}
	g.open = append(g.open, open)
	step, err := g.rel(r.Step)
	g.open = g.open[:len(g.open)-1]
	if err != nil {
		return nil, err
	}
	names := make([]string, len(columns))
	for i := range names {
		names[i] = "c" + strconv.Itoa(i)
	}
	head := "WITH RECURSIVE " + open.name + "(" + strings.Join(names, ", ") + ")"
	if len(r.Keys) > 0 {
		keys := make([]string, len(r.Keys))
		for i, k := range r.Keys {
			if k < 0 || k >= len(names) {
				return nil, invalid("key %d of a recursion with %d columns", k, len(names))
			}
			keys[i] = names[k]
		}
		head += " USING KEY (" + strings.Join(keys, ", ") + ")"
	}
	union := " UNION ALL "
	if r.Distinct {
		union = " UNION "
	}
	t := g.table()
	b := from("("+head+" AS (("+base.text(nil)+")"+union+"("+withClause(open.with)+step.text(nil)+")) SELECT * FROM "+open.name+") AS "+t,
		columnRefs(t, len(columns)))
	b.nested = max(base.nested, step.nested) + 2
	return b, nil
}

func withClause(with []string) string {
	if len(with) == 0 {
		return ""
	}
	return "WITH " + strings.Join(with, ", ") + " "
}

// working reads an open recursion's rows.
func (g *generator) working(r *rel.Working) (*block, error) {
	for i := len(g.open) - 1; i >= 0; i-- {
		if g.open[i].id == r.ID {
			t, name := g.table(), g.open[i].name
			if r.Kept {
				name = "recurring." + name
			}
			return from(name+" AS "+t, columnRefs(t, len(r.Columns))), nil
		}
	}
	return nil, invalid("a read of the recursion %d outside of it", r.ID)
}

// define adds a common table expression where all that it reads is known: in the
// innermost open recursion that it looks at, or in front of the whole query.
func (g *generator) define(r rel.Rel, definition string) {
	for i := len(g.open) - 1; i >= 0; i-- {
		if g.looksAt(r, g.open[i].id) {
			g.open[i].with = append(g.open[i].with, definition)
			return
		}
	}
	g.with = append(g.with, definition)
}

// looksAt is true if r reads the rows of a recursion that stands around it,
// shared subtrees included.
func (g *generator) looksAt(r rel.Rel, id int) bool {
	return rel.Any(r, func(r rel.Rel) bool {
		switch r := r.(type) {
		case *rel.Working:
			return r.ID == id
		case *rel.Reference:
			return g.sharedLooksAt(r.Ordinal, id)
		}
		return false
	})
}

func (g *generator) sharedLooksAt(ordinal, id int) bool {
	if ordinal < 0 || ordinal >= len(g.plan.Shared) {
		return false
	}
	key := [2]int{ordinal, id}
	looks, known := g.looks[key]
	if !known {
		g.looks[key] = false // a reference to itself is refused elsewhere
		looks = g.looksAt(g.plan.Shared[ordinal], id)
		g.looks[key] = looks
	}
	return looks
}

// outside takes what a step reads, and does not depend on the round, out of the
// recursion, so that it is computed once: a subplan's rows come only once, and
// tables need not be read again in each round. It returns nil for what has to
// stay.
func (g *generator) outside(r rel.Rel) (*block, error) {
	if len(g.open) == 0 || !readsTables(r) {
		return nil, nil
	}
	for _, o := range g.open {
		if g.looksAt(r, o.id) {
			return nil, nil
		}
	}
	open := g.open
	g.open = nil
	b, err := g.rel(r)
	g.open = open
	if err != nil {
		return nil, err
	}
	g.nested = max(g.nested, b.nested)
	g.hoisted++
	name := "h" + strconv.Itoa(g.hoisted)
	g.with = append(g.with, name+" AS MATERIALIZED ("+b.text(nil)+")")
	t := g.table()
	return from(name+" AS "+t, columnRefs(t, len(b.cols))), nil
}

func readsTables(r rel.Rel) bool {
	return rel.Any(r, func(r rel.Rel) bool { _, is := r.(*rel.Read); return is })
}
