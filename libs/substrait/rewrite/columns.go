package rewrite

import "github.com/shoal-db/shoal/libs/substrait/rel"

// PruneColumns narrows every relation to the columns that something above it
// uses. The root keeps all of its columns.
func PruneColumns(p *rel.Plan) *rel.Plan {
	// The first pass finds what is needed of each shared subtree, the second,
	// knowing that, rewrites. References come after what they refer to.
	c := &columns{shared: make([]map[int]bool, len(p.Shared))}
	for i := range c.shared {
		c.shared[i] = map[int]bool{}
	}
	c.pass(p)
	c.known = true
	return c.pass(p)
}

type columns struct {
	known  bool
	shared []map[int]bool
}

func (c *columns) pass(p *rel.Plan) *rel.Plan {
	out := &rel.Plan{Names: p.Names, Shared: make([]rel.Rel, len(p.Shared))}
	out.Root = c.prune(p.Root, all(rel.Width(p.Root)))
	for i := len(p.Shared) - 1; i >= 0; i-- {
		out.Shared[i] = c.prune(p.Shared[i], c.shared[i])
	}
	return out
}

func all(n int) map[int]bool {
	set := make(map[int]bool, n)
	for i := range n {
		set[i] = true
	}
	return set
}

func addFields(set map[int]bool, exprs ...rel.Expr) {
	for _, e := range exprs {
		if e == nil {
			continue
		}
		for i := range rel.Fields(e) {
			set[i] = true
		}
	}
}

func clone(set map[int]bool) map[int]bool {
	out := make(map[int]bool, len(set))
	for i := range set {
		out[i] = true
	}
	return out
}

// places maps each member of a set to its rank.
func places(set map[int]bool) func(int) int {
	rank := make(map[int]int, len(set))
	for i, k := range sortedKeys(set) {
		rank[k] = i
	}
	return func(i int) int { return rank[i] }
}

func remap(e rel.Expr, place func(int) int) rel.Expr {
	if e == nil {
		return nil
	}
	return rel.MapFields(e, place)
}

func remapAll(exprs []rel.Expr, place func(int) int) []rel.Expr {
	out := make([]rel.Expr, len(exprs))
	for i, e := range exprs {
		out[i] = remap(e, place)
	}
	return out
}

func remapKeys(keys []rel.SortKey, place func(int) int) []rel.SortKey {
	out := make([]rel.SortKey, len(keys))
	for i, k := range keys {
		out[i] = rel.SortKey{Expr: remap(k.Expr, place), Descending: k.Descending, NullsFirst: k.NullsFirst}
	}
	return out
}

// narrow drops the columns of r, which are those of have in order, that are
// not in need.
func narrow(r rel.Rel, have, need map[int]bool) rel.Rel {
	if len(have) == len(need) {
		return r
	}
	place, ts := places(have), r.Types()
	p := &rel.Project{Input: r}
	for _, i := range sortedKeys(need) {
		p.Exprs = append(p.Exprs, &rel.Field{Index: place(i), Of: ts[place(i)]})
	}
	return compose(p)
}

// compose merges a projection with one below it that only chooses columns, or
// that it itself only chooses columns of.
func compose(p *rel.Project) *rel.Project {
	below, ok := p.Input.(*rel.Project)
	if !ok || !p.ChoosesColumns() && !below.ChoosesColumns() {
		return p
	}
	exprs := make([]rel.Expr, len(p.Exprs))
	seen := map[int]bool{}
	for i, e := range p.Exprs {
		if f, ok := e.(*rel.Field); ok {
			// What is volatile must not be computed twice.
			if _, plain := below.Exprs[f.Index].(*rel.Field); seen[f.Index] && !plain {
				return p
			}
			seen[f.Index] = true
		}
		exprs[i] = substitute(e, below.Exprs)
	}
	return &rel.Project{Input: below.Input, Exprs: exprs}
}

// prune returns r with the needed columns only, in their order.
func (c *columns) prune(r rel.Rel, need map[int]bool) rel.Rel {
	switch r := r.(type) {
	case *rel.Read:
		return c.read(r, need)
	case *rel.Values:
		return values(r, need)
	case *rel.Filter:
		have := clone(need)
		addFields(have, r.Cond)
		in := c.prune(r.Input, have)
		return narrow(&rel.Filter{Input: in, Cond: remap(r.Cond, places(have))}, have, need)
	case *rel.Project:
		return c.project(r, need)
	case *rel.Aggregate:
		return c.aggregate(r, need)
	case *rel.Join:
		return c.join(r, nil, need)
	case *rel.DependentJoin:
		return c.join(&r.Join, r, need)
	case *rel.Sort:
		have := clone(need)
		addFields(have, rel.KeyExprs(r.Keys)...)
		in := c.prune(r.Input, have)
		return narrow(&rel.Sort{Input: in, Keys: remapKeys(r.Keys, places(have))}, have, need)
	case *rel.Fetch:
		return &rel.Fetch{Input: c.prune(r.Input, need), Offset: r.Offset, Count: r.Count}
	case *rel.SetOp:
		return c.setOp(r, need)
	case *rel.Reference:
		return c.reference(r, need)
	case *rel.Unnest:
		return c.unnest(r, need)
	case *rel.AsOf:
		return c.asof(r, need)
	case *rel.Positional:
		return c.positional(r, need)
	case *rel.Sample:
		return r.WithInputs([]rel.Rel{c.prune(r.Input, need)})
	}
	return c.whole(r, need)
}

// whole keeps a relation that cannot be narrowed as it is, below.
func (c *columns) whole(r rel.Rel, need map[int]bool) rel.Rel {
	inputs := r.Inputs()
	next := make([]rel.Rel, len(inputs))
	for i, in := range inputs {
		next[i] = c.prune(in, all(rel.Width(in)))
	}
	if len(next) > 0 {
		r = r.WithInputs(next)
	}
	return narrow(r, all(rel.Width(r)), need)
}

func (c *columns) read(r *rel.Read, need map[int]bool) rel.Rel {
	have := clone(need)
	addFields(have, r.Filter)
	scan := &rel.Read{Table: r.Table, Filter: remap(r.Filter, places(have)), Scan: r.Scan}
	for _, i := range sortedKeys(have) {
		scan.Columns = append(scan.Columns, r.Columns[i])
	}
	return narrow(scan, have, need)
}

func values(v *rel.Values, need map[int]bool) rel.Rel {
	keep := sortedKeys(need)
	out := &rel.Values{}
	for _, i := range keep {
		out.Columns = append(out.Columns, v.Columns[i])
	}
	for _, row := range v.Rows {
		cells := make([]rel.Expr, len(keep))
		for k, i := range keep {
			cells[k] = row[i]
		}
		out.Rows = append(out.Rows, cells)
	}
	return out
}

func (c *columns) project(p *rel.Project, need map[int]bool) rel.Rel {
	var exprs []rel.Expr
	for _, i := range sortedKeys(need) {
		exprs = append(exprs, p.Exprs[i])
	}
	have := map[int]bool{}
	addFields(have, exprs...)
	return compose(&rel.Project{Input: c.prune(p.Input, have), Exprs: remapAll(exprs, places(have))})
}

func (c *columns) aggregate(a *rel.Aggregate, need map[int]bool) rel.Rel {
	// Groups decide the rows, so all stay; measures go when nobody looks.
	out := &rel.Aggregate{Sets: a.Sets}
	have, kept := map[int]bool{}, map[int]bool{}
	addFields(have, a.Groups...)
	for i := range a.Groups {
		kept[i] = true
	}
	var measures []rel.Measure
	for i, m := range a.Measures {
		// A relation without columns has no spelling in SQL: one measure stays.
		if !need[len(a.Groups)+i] && len(a.Groups)+len(measures) > 0 {
			continue
		}
		kept[len(a.Groups)+i] = true
		measures = append(measures, m)
		addFields(have, m.Args...)
		addFields(have, m.Filter)
		addFields(have, rel.KeyExprs(m.OrderBy)...)
	}
	if len(a.Sets) > 1 {
		kept[len(a.Groups)+len(a.Measures)] = true
	}
	place := places(have)
	out.Groups = remapAll(a.Groups, place)
	for _, m := range measures {
		m.Args, m.Filter, m.OrderBy = remapAll(m.Args, place), remap(m.Filter, place), remapKeys(m.OrderBy, place)
		out.Measures = append(out.Measures, m)
	}
	out.Input = c.prune(a.Input, have)
	return narrow(out, kept, need)
}

func (c *columns) join(j *rel.Join, dependent *rel.DependentJoin, need map[int]bool) rel.Rel {
	n := rel.Width(j.Left)
	total := n + rel.Width(j.Right)
	used := map[int]bool{}
	addFields(used, j.Cond)
	kept := clone(need)
	for i := range used {
		if i < n || j.Kind <= rel.Full || j.Kind == rel.LeftSingle {
			kept[i] = true
		}
	}
	if dependent != nil {
		addFields(kept, dependent.Keys...)
	}
	needLeft, needRight := map[int]bool{}, map[int]bool{}
	for i := range total {
		switch {
		case i < n && kept[i]:
			needLeft[i] = true
		case i >= n && (used[i] || kept[i] && j.Kind != rel.LeftMark):
			needRight[i-n] = true
		}
	}
	left, right := places(needLeft), places(needRight)
	place := func(i int) int {
		if i < n {
			return left(i)
		}
		return len(needLeft) + right(i-n)
	}
	if j.Kind == rel.LeftMark {
		kept[n] = true
		for i := range kept {
			if i > n {
				delete(kept, i)
			}
		}
	}
	// The right side goes first: it says which keys its Outer relations need.
	next := rel.Join{Kind: j.Kind, Cond: remap(j.Cond, place)}
	next.Right = c.prune(j.Right, needRight)
	next.Left = c.prune(j.Left, needLeft)
	if dependent == nil {
		return narrow(&next, kept, need)
	}
	return narrow(&rel.DependentJoin{Join: next, ID: dependent.ID, Keys: remapAll(dependent.Keys, left)}, kept, need)
}

// unnest keeps all lists: each may decide how many rows there are.
func (c *columns) unnest(u *rel.Unnest, need map[int]bool) rel.Rel {
	n := rel.Width(u.Input)
	below, kept := map[int]bool{}, clone(need)
	for i := range need {
		if i < n {
			below[i] = true
		}
	}
	addFields(below, u.Lists...)
	for i := range below {
		kept[i] = true
	}
	for i := range u.Lists {
		kept[n+i] = true
	}
	out := &rel.Unnest{Input: c.prune(u.Input, below), Lists: remapAll(u.Lists, places(below))}
	return narrow(out, kept, need)
}

func (c *columns) asof(a *rel.AsOf, need map[int]bool) rel.Rel {
	kept := clone(need)
	addFields(kept, a.Cond)
	left, right := splitSides(kept, rel.Width(a.Left))
	out := &rel.AsOf{Kind: a.Kind, Left: c.prune(a.Left, left), Right: c.prune(a.Right, right), Cond: remap(a.Cond, places(kept))}
	return narrow(out, kept, need)
}

func (c *columns) positional(p *rel.Positional, need map[int]bool) rel.Rel {
	left, right := splitSides(need, rel.Width(p.Left))
	return &rel.Positional{Left: c.prune(p.Left, left), Right: c.prune(p.Right, right)}
}

// splitSides are the columns of two inputs side by side, each in its own terms.
func splitSides(set map[int]bool, width int) (left, right map[int]bool) {
	left, right = map[int]bool{}, map[int]bool{}
	for i := range set {
		if i < width {
			left[i] = true
		} else {
			right[i-width] = true
		}
	}
	return left, right
}

func (c *columns) setOp(s *rel.SetOp, need map[int]bool) rel.Rel {
	if s.Kind != rel.UnionAll {
		return c.whole(s, need)
	}
	inputs := make([]rel.Rel, len(s.Rels))
	for i, in := range s.Rels {
		inputs[i] = c.prune(in, need)
	}
	return s.WithInputs(inputs)
}

func (c *columns) reference(r *rel.Reference, need map[int]bool) rel.Rel {
	if !c.known {
		for i := range need {
			c.shared[r.Ordinal][i] = true
		}
		return r
	}
	have := c.shared[r.Ordinal]
	out := &rel.Reference{Ordinal: r.Ordinal}
	for _, i := range sortedKeys(have) {
		out.Columns = append(out.Columns, r.Columns[i])
	}
	return narrow(out, have, need)
}
