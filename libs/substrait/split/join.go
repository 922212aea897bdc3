package split

import "github.com/shoal-db/shoal/libs/substrait/rel"

// placeJoin places every join but the inner ones.
func (s *splitter) placeJoin(j *rel.Join) placed {
	left, right := s.place(j.Left), s.place(j.Right)
	n := len(j.Left.Types())
	next := &rel.Join{Kind: j.Kind, Left: left.rel, Right: right.rel, Cond: j.Cond}
	out := placed{rel: next, rows: max(left.rows, right.rows)}
	switch {
	case left.where <= onReferences && right.where <= onReferences:
		out.where = max(left.where, right.where)
	case j.Kind != rel.Right && j.Kind != rel.Full && left.where == onPieces && right.where <= onReferences:
		// Each left row meets the whole right side wherever its piece is.
		out.where, out.axis, out.blocks = onPieces, left.axis, left.blocks
	case j.Kind == rel.Right && left.where <= onReferences && right.where == onPieces:
		out.where, out.axis, out.blocks = onPieces, right.axis, shifted(right.blocks, n)
	case left.where == onPieces && right.where == onPieces && left.axis == right.axis &&
		joinsBlocks(j.Cond, left.blocks, shifted(right.blocks, n), j.Kind == rel.LeftMark):
		out.where, out.axis = onPieces, left.axis
		switch j.Kind {
		case rel.Right:
			out.blocks = shifted(right.blocks, n)
		case rel.Full:
		default:
			out.blocks = left.blocks
		}
	default:
		next.Left, next.Right = s.cut(left), s.cut(right)
		out.where = merged
	}
	return out
}

func shifted(blocks map[int]bool, by int) map[int]bool {
	out := make(map[int]bool, len(blocks))
	for i := range blocks {
		out[i+by] = true
	}
	return out
}

// joinsBlocks is true if rows of two pieces never match: the condition equates
// two block columns. A mark join also tells NULL from false, so there the
// comparison must never be NULL.
func joinsBlocks(cond rel.Expr, left, right map[int]bool, nullSafe bool) bool {
	for _, c := range rel.Conjuncts(cond) {
		a, b, ok := fieldEquality(c)
		if !ok || nullSafe && c.(*rel.Call).Func != rel.NotDistinctFrom {
			continue
		}
		if left[a] && right[b] || left[b] && right[a] {
			return true
		}
	}
	return false
}

func fieldEquality(c rel.Expr) (a, b int, ok bool) {
	call, is := c.(*rel.Call)
	if !is || call.Func != rel.Eq && call.Func != rel.NotDistinctFrom {
		return 0, 0, false
	}
	x, okX := call.Args[0].(*rel.Field)
	y, okY := call.Args[1].(*rel.Field)
	if !okX || !okY {
		return 0, 0, false
	}
	return x.Index, y.Index, true
}

// leaf is one input of a tree of inner joins, with the place of its first
// column among the columns of all leaves.
type leaf struct {
	placed
	first, width int
}

// joinTree is a tree of inner joins taken apart: its inputs, all conditions
// over the columns of all inputs, and its output in terms of those columns.
type joinTree struct {
	leaves []leaf
	conds  []rel.Expr
	output []int
}

// takeApart collects the inner joins below r, looking through projections that
// only choose columns.
func (s *splitter) takeApart(r rel.Rel, t *joinTree) (output []int) {
	switch r := r.(type) {
	case *rel.Join:
		if r.Kind != rel.Inner {
			break
		}
		output = append(s.takeApart(r.Left, t), s.takeApart(r.Right, t)...)
		for _, c := range rel.Conjuncts(r.Cond) {
			t.conds = append(t.conds, rel.MapFields(c, func(i int) int { return output[i] }))
		}
		return output
	case *rel.Project:
		if inner, ok := r.Input.(*rel.Join); !ok || inner.Kind != rel.Inner || !r.ChoosesColumns() {
			break
		}
		below := s.takeApart(r.Input, t)
		for _, e := range r.Exprs {
			output = append(output, below[e.(*rel.Field).Index])
		}
		return output
	}
	first := 0
	if n := len(t.leaves); n > 0 {
		first = t.leaves[n-1].first + t.leaves[n-1].width
	}
	width := len(r.Types())
	t.leaves = append(t.leaves, leaf{placed: s.place(r), first: first, width: width})
	for i := range width {
		output = append(output, first+i)
	}
	return output
}

// placeInner regroups a tree of inner joins by where its inputs are: what is
// cut along one axis and joined on the block goes together, with the reference
// tables that are joined to it. What is left is joined where the merge plan
// runs.
func (s *splitter) placeInner(j *rel.Join) placed {
	t := &joinTree{}
	t.output = s.takeApart(j, t)
	groups := t.group()
	used := make([]bool, len(t.conds))
	parts := make([]assembly, len(groups))
	for i, members := range groups {
		parts[i] = t.assemble(members, used)
	}
	if len(parts) == 1 {
		return parts[0].choose(t.output)
	}
	for i := range parts {
		if parts[i].where == onPieces || parts[i].where == onReferences {
			parts[i].rel = s.cut(parts[i].placed)
		}
		parts[i].where, parts[i].blocks = merged, nil
	}
	return joinAll(parts, t.conds, used).choose(t.output)
}

// group partitions the leaves.
func (t *joinTree) group() [][]int {
	of := make([]int, len(t.leaves))
	for i := range of {
		of[i] = i
	}
	merge := func(a, b int) {
		from, to := of[a], of[b]
		for i := range of {
			if of[i] == from {
				of[i] = to
			}
		}
	}
	t.groupByBlock(of, merge)
	t.attachReferences(of, merge)
	var groups [][]int
	place := map[int]int{}
	for i, g := range of {
		if _, ok := place[g]; !ok {
			place[g] = len(groups)
			groups = append(groups, nil)
		}
		groups[place[g]] = append(groups[place[g]], i)
	}
	return groups
}

// groupByBlock unites leaves of one axis that are joined on the block.
func (t *joinTree) groupByBlock(of []int, merge func(a, b int)) {
	for _, c := range t.conds {
		x, y, ok := fieldEquality(c)
		if !ok {
			continue
		}
		a, b := t.leafOf(x), t.leafOf(y)
		la, lb := t.leaves[a], t.leaves[b]
		if of[a] != of[b] && la.where == onPieces && lb.where == onPieces && la.axis == lb.axis &&
			la.blocks[x-la.first] && lb.blocks[y-lb.first] {
			merge(a, b)
		}
	}
}

// attachReferences unites reference tables with what they are joined to by an
// equality, first with pieces, then with each other. Other joins could multiply
// rows before they are sent.
func (t *joinTree) attachReferences(of []int, merge func(a, b int)) {
	for _, piecesOnly := range []bool{true, false} {
		for changed := true; changed; {
			changed = false
			for _, c := range t.conds {
				a, b, ok := t.equates(c, of)
				if !ok || of[a] == of[b] {
					continue
				}
				wa, wb := t.groupPlace(of, a), t.groupPlace(of, b)
				if wb == onPieces {
					a, b, wa, wb = b, a, wb, wa
				}
				if wb == onReferences && (wa == onPieces || wa == onReferences && !piecesOnly) {
					merge(b, a)
					changed = true
				}
			}
		}
	}
}

// groupPlace is the place of a leaf's group.
func (t *joinTree) groupPlace(of []int, a int) where {
	most := anywhere
	for i, g := range of {
		if g == of[a] {
			most = max(most, t.leaves[i].where)
		}
	}
	return most
}

// equates matches an equality whose sides each look at one group.
func (t *joinTree) equates(c rel.Expr, of []int) (a, b int, ok bool) {
	call, is := c.(*rel.Call)
	if !is || call.Func != rel.Eq && call.Func != rel.NotDistinctFrom {
		return 0, 0, false
	}
	a, okA := t.onlyGroup(call.Args[0], of)
	b, okB := t.onlyGroup(call.Args[1], of)
	return a, b, okA && okB
}

func (t *joinTree) onlyGroup(e rel.Expr, of []int) (int, bool) {
	found := -1
	for i := range rel.Fields(e) {
		l := t.leafOf(i)
		if found >= 0 && of[found] != of[l] {
			return 0, false
		}
		found = l
	}
	return found, found >= 0
}

func (t *joinTree) leafOf(column int) int {
	for i, l := range t.leaves {
		if column < l.first+l.width {
			return i
		}
	}
	panic("a column past the last leaf")
}

// assembly is some of the leaves joined: which columns, in output order.
type assembly struct {
	placed
	columns []int
}

// assemble joins a group's leaves, the largest first, so that each further one
// is joined by a condition if there is any.
func (t *joinTree) assemble(members []int, used []bool) assembly {
	parts := make([]assembly, len(members))
	for i, m := range members {
		l := t.leaves[m]
		parts[i] = assembly{placed: l.placed}
		for c := range l.width {
			parts[i].columns = append(parts[i].columns, l.first+c)
		}
	}
	return joinAll(parts, t.conds, used)
}

// joinAll joins the parts with all conditions that they can evaluate.
func joinAll(parts []assembly, conds []rel.Expr, used []bool) assembly {
	largest := 0
	for i, p := range parts {
		if p.where > parts[largest].where || p.where == parts[largest].where && p.rows > parts[largest].rows {
			largest = i
		}
	}
	out := parts[largest]
	rest := append(append([]assembly{}, parts[:largest]...), parts[largest+1:]...)
	for len(rest) > 0 {
		next := nextJoined(out, rest, conds, used)
		out = join(out, rest[next], conds, used)
		rest = append(rest[:next], rest[next+1:]...)
	}
	return out.filtered(conds, used)
}

// nextJoined is the first part that a condition connects, or just the first.
func nextJoined(out assembly, rest []assembly, conds []rel.Expr, used []bool) int {
	have := out.positions()
	for i, p := range rest {
		both := p.positions()
		for k, c := range conds {
			if used[k] {
				continue
			}
			left, right, other := 0, 0, 0
			for f := range rel.Fields(c) {
				if _, ok := have[f]; ok {
					left++
				} else if _, ok := both[f]; ok {
					right++
				} else {
					other++
				}
			}
			if left > 0 && right > 0 && other == 0 {
				return i
			}
		}
	}
	return 0
}

// positions maps a column of the tree to its place in the assembly.
func (a assembly) positions() map[int]int {
	at := make(map[int]int, len(a.columns))
	for i, c := range a.columns {
		at[c] = i
	}
	return at
}

func join(a, b assembly, conds []rel.Expr, used []bool) assembly {
	out := assembly{columns: append(append([]int{}, a.columns...), b.columns...)}
	out.where, out.axis, out.rows = max(a.where, b.where), a.axis, max(a.rows, b.rows)
	if b.where == onPieces {
		out.axis = b.axis
	}
	out.blocks = shifted(a.blocks, 0)
	for i := range shifted(b.blocks, len(a.columns)) {
		out.blocks[i] = true
	}
	out.rel = &rel.Join{Kind: rel.Inner, Left: a.rel, Right: b.rel, Cond: out.take(conds, used)}
	return out
}

// take is the conjunction of the unused conditions that the assembly has all
// columns for.
func (a assembly) take(conds []rel.Expr, used []bool) rel.Expr {
	at := a.positions()
	var own []rel.Expr
	for k, c := range conds {
		if used[k] || !covered(c, at) {
			continue
		}
		used[k] = true
		own = append(own, rel.MapFields(c, func(i int) int { return at[i] }))
	}
	return rel.Conjunction(own)
}

func covered(c rel.Expr, at map[int]int) bool {
	for i := range rel.Fields(c) {
		if _, ok := at[i]; !ok {
			return false
		}
	}
	return true
}

// filtered applies conditions that no join took.
func (a assembly) filtered(conds []rel.Expr, used []bool) assembly {
	if cond := a.take(conds, used); cond != nil {
		a.rel = &rel.Filter{Input: a.rel, Cond: cond}
	}
	return a
}

// choose is the assembly with the given columns of the tree, in order.
func (a assembly) choose(columns []int) placed {
	at, ts := a.positions(), a.rel.Types()
	same := len(columns) == len(a.columns)
	p := &rel.Project{Input: a.rel}
	blocks := map[int]bool{}
	for i, c := range columns {
		same = same && at[c] == i
		p.Exprs = append(p.Exprs, &rel.Field{Index: at[c], Of: ts[at[c]]})
		if a.blocks[at[c]] {
			blocks[i] = true
		}
	}
	if same {
		return a.placed
	}
	return a.over(p, blocks)
}
