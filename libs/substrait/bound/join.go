package bound

import (
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

var joinKinds = map[string]rel.JoinKind{
	"INNER": rel.Inner, "LEFT": rel.Left, "RIGHT": rel.Right, "FULL": rel.Full, "OUTER": rel.Full,
	"SEMI": rel.LeftSemi, "ANTI": rel.LeftAnti, "MARK": rel.LeftMark, "SINGLE": rel.LeftSingle,
	"RIGHT_SEMI": rel.LeftSemi, "RIGHT_ANTI": rel.LeftAnti,
}

// sides are a join's inputs and their columns in the joined row, in which the
// left's fields come first.
type sides struct {
	left, right         node
	leftScope, allScope scope
	rightScope          scope
}

func newSides(left, right node) sides {
	s := sides{left: left, right: right, leftScope: left.scope()}
	typs := append(left.typs[:len(left.typs):len(left.typs)], right.typs...)
	shifted := shift(right.cols, len(left.typs))
	s.rightScope = scope{cols: shifted, types: typs, at: right.at}
	s.allScope = scope{cols: append(left.cols[:len(left.cols):len(left.cols)], shifted...), types: typs}
	if len(left.at) == len(left.cols) {
		s.allScope.at = append(left.at[:len(left.at):len(left.at)], right.at...)
	}
	return s
}

func shift(cols []int, by int) []int {
	out := make([]int, len(cols))
	for i, f := range cols {
		if out[i] = f; f >= 0 {
			out[i] = f + by
		}
	}
	return out
}

func (c *converter) bothSides(o object) (sides, error) {
	children := o.objects("children")
	if len(children) != 2 {
		return sides{}, malformed("a join of %d inputs", len(children))
	}
	left, err := c.rel(children[0])
	if err != nil {
		return sides{}, err
	}
	right, err := c.rel(children[1])
	if err != nil {
		return sides{}, err
	}
	return newSides(left, right), nil
}

func (c *converter) join(o object) (node, error) {
	s, err := c.bothSides(o)
	if err != nil {
		return node{}, err
	}
	if o.string("type") == "LOGICAL_CROSS_PRODUCT" {
		out := newNode(&rel.Join{Left: s.left.rel, Right: s.right.rel}, s.allScope.cols)
		out.at = s.allScope.at
		return out, nil
	}
	j, cols, err := c.joinOf(o, s)
	if err != nil {
		return node{}, err
	}
	out := newNode(j, cols)
	out.at, err = joinBindings(o, j.Kind, s, len(cols))
	return out, err
}

// joinBindings are those of a join's columns, where it picks none of them.
func joinBindings(o object, kind rel.JoinKind, s sides, width int) ([]binding, error) {
	at := s.allScope.at
	switch kind {
	case rel.LeftSemi, rel.LeftAnti:
		at = s.left.at
	case rel.LeftMark:
		mark, err := o.uint("mark_index")
		if err != nil {
			return nil, err
		}
		at = append(s.left.at[:len(s.left.at):len(s.left.at)], binding{mark, 0})
	}
	if len(at) != width {
		at = []binding{}
	}
	return at, nil
}

// joinOf is the join of two converted inputs, and its columns.
func (c *converter) joinOf(o object, s sides) (*rel.Join, []int, error) {
	name := o.string("join_type")
	kind, ok := joinKinds[name]
	if !ok {
		return nil, nil, beyond(KindOperator, name+" joins are")
	}
	picked := s
	var err error
	if picked.left, err = s.left.pick(o, "left_projection_map"); err != nil {
		return nil, nil, err
	}
	if picked.right, err = s.right.pick(o, "right_projection_map"); err != nil {
		return nil, nil, err
	}
	picked = newSides(picked.left, picked.right)
	j := &rel.Join{Kind: kind, Left: s.left.rel, Right: s.right.rel}
	if j.Cond, err = c.joinCond(o, kind, s, picked); err != nil {
		return nil, nil, err
	}
	switch {
	case name == "RIGHT_SEMI" || name == "RIGHT_ANTI":
		swap(j, len(s.left.typs), len(s.right.typs))
		return j, picked.right.cols, nil
	case kind == rel.LeftSemi || kind == rel.LeftAnti:
		return j, picked.left.cols, nil
	case kind == rel.LeftMark:
		cols := picked.left.cols
		return j, append(cols[:len(cols):len(cols)], len(s.left.typs)), nil
	}
	return j, picked.allScope.cols, nil
}

func (c *converter) joinCond(o object, kind rel.JoinKind, s, picked sides) (rel.Expr, error) {
	var conds, differ []rel.Expr
	for _, cond := range o.objects("conditions") {
		name, ok := comparisons[cond.string("comparison")]
		if !ok {
			return nil, beyond(KindOperator, "a join by "+cond.string("comparison")+" is")
		}
		l, err := c.expr(cond.object("left"), s.leftScope)
		if err != nil {
			return nil, err
		}
		r, err := c.expr(cond.object("right"), s.rightScope)
		if err != nil {
			return nil, err
		}
		if kind == rel.LeftMark && name == rel.Ne {
			differ = append(differ, rel.Bools(name, l, r))
			continue
		}
		conds = append(conds, rel.Bools(name, l, r))
	}
	// Of rows, `<> ANY` asks for one that differs somewhere, and `= ALL` for none.
	if len(differ) > 0 {
		conds = append(conds, junction(rel.Or, differ))
	}
	if o.has("predicate") {
		e, err := c.expr(o.object("predicate"), s.allScope)
		if err != nil {
			return nil, err
		}
		conds = append(conds, e)
	}
	if o.has("condition") {
		// An arbitrary condition sees the join's output; a semi or anti join's
		// sees the right side as well.
		all := picked.allScope
		if kind == rel.LeftSemi || kind == rel.LeftAnti {
			cols := picked.left.cols
			all.cols = append(cols[:len(cols):len(cols)], s.rightScope.cols...)
		}
		e, err := c.expr(o.object("condition"), all)
		if err != nil {
			return nil, err
		}
		conds = append(conds, e)
	}
	if len(conds) == 0 {
		return nil, nil
	}
	return junction(rel.And, conds), nil
}

// swap exchanges a join's sides.
func swap(j *rel.Join, left, right int) {
	j.Left, j.Right = j.Right, j.Left
	if j.Cond != nil {
		j.Cond = rel.MapFields(j.Cond, func(i int) int {
			if i < left {
				return i + right
			}
			return i - left
		})
	}
}

// outer is a dependent join under conversion.
type outer struct {
	id   int
	keys []types.Type
}

// delimJoin is what DuckDB makes of a correlated subquery.
func (c *converter) delimJoin(o object) (node, error) {
	children := o.objects("children")
	if len(children) != 2 || o.bool("delim_flipped") {
		return node{}, malformed("a delim join of %d inputs", len(children))
	}
	left, err := c.rel(children[0])
	if err != nil {
		return node{}, err
	}
	keys, err := c.exprs(o.objects("duplicate_eliminated_columns"), left.scope())
	if err != nil {
		return node{}, err
	}
	c.nextID++
	id := c.nextID
	c.outers = append(c.outers, outer{id: id, keys: exprTypes(keys)})
	right, err := c.rel(children[1])
	c.outers = c.outers[:len(c.outers)-1]
	if err != nil {
		return node{}, err
	}
	s := newSides(left, right)
	j, cols, err := c.joinOf(o, s)
	if err != nil {
		return node{}, err
	}
	at, err := joinBindings(o, j.Kind, s, len(cols))
	if err != nil {
		return node{}, err
	}
	if !readsOuter(right.rel, id) {
		return node{rel: j, cols: cols, typs: j.Types(), at: at}, nil
	}
	if k := o.string("join_type"); k == "RIGHT_SEMI" || k == "RIGHT_ANTI" {
		return node{}, malformed("a delim join of kind %s", k)
	}
	d := &rel.DependentJoin{Join: *j, ID: id, Keys: keys}
	bare := *d
	bare.Left = withoutNumber(children[0], d.Left)
	if p := perRow(&bare); p != nil {
		return node{rel: p, cols: cols, typs: p.Types(), at: at}, nil
	}
	return node{rel: d, cols: cols, typs: d.Types(), at: at}, nil
}

func readsOuter(r rel.Rel, id int) bool {
	return rel.Any(r, func(r rel.Rel) bool {
		out, ok := r.(*rel.Outer)
		return ok && (id == 0 || out.ID == id)
	})
}

func (c *converter) delimGet(o object) (node, error) {
	typs, err := readTypes(o.objects("chunk_types"))
	if err != nil {
		return node{}, err
	}
	if len(c.outers) == 0 {
		return node{}, malformed("a delim scan outside of a delim join")
	}
	top := c.outers[len(c.outers)-1]
	if !types.EqualAll(typs, top.keys) {
		return node{}, malformed("a delim scan's columns differ from its join's")
	}
	return straight(&rel.Outer{ID: top.id, Columns: typs}), nil
}

// cte is a converted common table expression: either shared by its ordinal or,
// where each reference has to have its own, the relation itself.
type cte struct {
	ordinal int
	inline  rel.Rel
	types   []types.Type
}

func (c *converter) materializedCTE(o object) (node, error) {
	children := o.objects("children")
	if len(children) != 2 {
		return node{}, malformed("a common table expression of %d inputs", len(children))
	}
	index, err := o.uint("table_index")
	if err != nil {
		return node{}, err
	}
	body, err := c.rel(children[0])
	if err != nil {
		return node{}, err
	}
	if body, err = c.visible(body); err != nil {
		return node{}, err
	}
	entry := &cte{types: body.typs}
	// One that looks at an outer query has a value for each of its rows, and one
	// that looks at a recursion for each of its rounds, so it cannot be shared by
	// the whole plan.
	if o.string("materialize") == "CTE_MATERIALIZE_NEVER" || readsOuter(body.rel, 0) || openRecursion(body.rel) {
		entry.inline = body.rel
	} else {
		entry.ordinal = len(c.shared)
		c.shared = append(c.shared, body.rel)
	}
	c.ctes[index] = entry
	return c.rel(children[1])
}

func (c *converter) cteRef(o object) (node, error) {
	index, err := o.uint("cte_index")
	if err != nil {
		return node{}, err
	}
	typs, err := readTypes(o.objects("chunk_types"))
	if err != nil {
		return node{}, err
	}
	if r, ok := c.recursions[index]; ok {
		if !types.EqualAll(typs, r.types) {
			return node{}, malformed("a reference to recursion %d with other columns", index)
		}
		return straight(&rel.Working{ID: r.id, Kept: o.bool("is_recurring"), Columns: r.types}), nil
	}
	entry, ok := c.ctes[index]
	if !ok || !types.EqualAll(typs, entry.types) {
		return node{}, malformed("a reference to common table expression %d", index)
	}
	if entry.inline != nil {
		return straight(entry.inline), nil
	}
	return straight(&rel.Reference{Ordinal: entry.ordinal, Columns: entry.types}), nil
}
