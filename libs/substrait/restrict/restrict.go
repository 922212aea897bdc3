// Package restrict finds what joins with small, near relations ask of the scans of large, far ones:
// for `facts JOIN dates ON facts.day = dates.day WHERE dates.year = 2000`, that only the rows of facts
// count whose day is a day of 2000. Whoever can compute the near side at once can then leave out the
// parts of the scan that have none of them.
//
// Invariant: whatever the far tables hold, removing rows of a scan that do not satisfy a restriction
// does not change the plan's rows. So a restriction may be used in part, or not at all, and several of
// them together, on one scan or on many.
//
// It relies on near relations giving the same rows each time and everywhere; one that may not (random(),
// a limit, an aggregate that looks at the order of rows) restricts nothing. What could fail (a scalar
// subquery with two rows) fails for who computes it as it does for the plan; then nothing is known.
package restrict

import (
	"slices"

	"github.com/shoal-db/shoal/libs/substrait/facts"
	"github.com/shoal-db/shoal/libs/substrait/rel"
)

// Restriction says that only those rows of a scan count for which `Value Op s` is true for some row s of
// Source.
type Restriction struct {
	// Scan is the read's number.
	Scan int
	// Value is a column of the scan, perhaps under casts or with a constant added.
	Value rel.Expr
	// Op is rel.Eq, rel.NotDistinctFrom, or a comparison, rel.Lt to rel.Ge.
	Op string
	// Source has one column, of Value's type. It reads near tables alone.
	Source rel.Rel
}

// Tables tells near tables from others.
type Tables struct {
	// Near says that the table of a read is one whose rows are at hand.
	Near func(*rel.Read) bool
	// Few says that it has so few rows that a join with it is a restriction even if nothing filters them.
	Few func(*rel.Read) bool
}

// Number returns the plan with a number of its own for each read, by which restrictions name it.
func Number(p *rel.Plan) *rel.Plan {
	last := 0
	return p.Transform(func(r rel.Rel) rel.Rel {
		read, ok := r.(*rel.Read)
		if !ok {
			return r
		}
		last++
		numbered := *read
		numbered.Scan = last
		return &numbered
	})
}

// Find returns the restrictions on the scans of a numbered plan's far tables. Shared subtrees are looked
// at without their readers, whose needs may differ. REQUIRES: no dependent joins are left.
func Find(p *rel.Plan, tables Tables) []Restriction {
	f := &finder{tables: tables}
	for _, s := range p.Shared {
		s = f.inline(s)
		f.shared = append(f.shared, s)
		f.walk(s, nil)
	}
	f.walk(f.inline(p.Root), nil)
	return f.found
}

// inline puts near shared subtrees in the place of their references.
func (f *finder) inline(r rel.Rel) rel.Rel {
	return rel.Transform(r, func(r rel.Rel) rel.Rel {
		if ref, ok := r.(*rel.Reference); ok && ref.Ordinal < len(f.shared) && f.near(f.shared[ref.Ordinal]) {
			return f.shared[ref.Ordinal]
		}
		return r
	})
}

// need is what a row must satisfy to count. With a source, it is that value op s is true for some row s of
// it; without, that the condition value, a comparison, is true.
type need struct {
	value  rel.Expr
	op     string
	source rel.Rel
}

// rejectsNull tells whether a row whose value is NULL does not count.
func (n need) rejectsNull() bool { return n.op != rel.NotDistinctFrom }

type finder struct {
	tables Tables
	shared []rel.Rel
	found  []Restriction
}

// walk carries what the rows of r must satisfy down to the scans.
func (f *finder) walk(r rel.Rel, needs []need) {
	switch r := r.(type) {
	case *rel.Read:
		f.record(r, needs)
	case *rel.Filter:
		for _, c := range rel.Conjuncts(r.Cond) {
			if _, _, _, ok := comparison(c); ok {
				needs = append(slices.Clip(needs), need{value: c})
			}
		}
		f.walk(r.Input, needs)
	case *rel.Project:
		f.walk(r.Input, below(needs, r.Exprs, keepsRows(r.Exprs)))
	case *rel.Aggregate:
		if r.Sets != nil {
			needs = nil
		}
		// Rows are left out by whole groups: a group's rows have its values.
		f.walk(r.Input, below(needs, r.Groups, func(rel.Expr) bool { return true }))
	case *rel.Join:
		f.join(r, needs)
	case *rel.Sort:
		f.walk(r.Input, needs)
	case *rel.SetOp:
		// Rows meet only rows of the same values, which the needs judge alike.
		for _, in := range r.Rels {
			f.walk(in, needs)
		}
	default:
		for _, in := range r.Inputs() {
			f.walk(in, nil)
		}
	}
}

func (f *finder) record(r *rel.Read, needs []need) {
	if f.tables.Near(r) {
		return
	}
	for _, n := range needs {
		if n.source != nil && simple(n.value) {
			f.found = append(f.found, Restriction{Scan: r.Scan, Value: n.value, Op: n.op, Source: n.source})
		}
	}
}

// below restates needs in terms of the input of expressions, those for whose every column may allows it.
func below(needs []need, exprs []rel.Expr, may func(rel.Expr) bool) []need {
	var out []need
	for _, n := range needs {
		ok := true
		for i := range rel.Fields(n.value) {
			ok = ok && i < len(exprs) && facts.Deterministic(exprs[i]) && !rel.HasWindow(exprs[i]) && may(exprs[i])
		}
		if !ok {
			continue
		}
		n.value = rel.TransformExpr(n.value, func(e rel.Expr) rel.Expr {
			if field, is := e.(*rel.Field); is {
				return exprs[field.Index]
			}
			return e
		})
		if n.source == nil || simple(n.value) {
			out = append(out, n)
		}
	}
	return out
}

// keepsRows says of which of a projection's expressions rows may be judged below it. A row that is left
// out is missing from other rows' windows, unless all windows are within rows of the same value.
func keepsRows(exprs []rel.Expr) func(rel.Expr) bool {
	var partitions [][]rel.Expr
	for _, e := range exprs {
		rel.WalkExpr(e, func(e rel.Expr) bool {
			if w, ok := e.(*rel.WindowCall); ok {
				partitions = append(partitions, w.Partition)
			}
			return true
		})
	}
	return func(e rel.Expr) bool {
		for _, keys := range partitions {
			if !slices.ContainsFunc(keys, func(k rel.Expr) bool { return rel.Equal(k, e) }) {
				return false
			}
		}
		return true
	}
}

// simple expressions are NULL where their one column is, and otherwise of a value that moves with it.
func simple(e rel.Expr) bool {
	switch e := e.(type) {
	case *rel.Field:
		return true
	case *rel.Cast:
		return !e.Try && simple(e.Input)
	case *rel.Call:
		if e.Func != "+" && e.Func != "-" || len(e.Args) != 2 {
			return false
		}
		_, left := e.Args[0].(*rel.Literal)
		_, right := e.Args[1].(*rel.Literal)
		return left && simple(e.Args[1]) || right && simple(e.Args[0])
	}
	return false
}

// comparison takes a condition `a op b` apart.
func comparison(c rel.Expr) (op string, a, b rel.Expr, ok bool) {
	call, is := c.(*rel.Call)
	if !is || len(call.Args) != 2 {
		return "", nil, nil, false
	}
	switch call.Func {
	case rel.Eq, rel.NotDistinctFrom, rel.Lt, rel.Le, rel.Gt, rel.Ge:
		return call.Func, call.Args[0], call.Args[1], true
	}
	return "", nil, nil, false
}

var flipped = map[string]string{
	rel.Eq: rel.Eq, rel.NotDistinctFrom: rel.NotDistinctFrom,
	rel.Lt: rel.Gt, rel.Le: rel.Ge, rel.Gt: rel.Lt, rel.Ge: rel.Le,
}
