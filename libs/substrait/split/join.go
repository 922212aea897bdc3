package split

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/shoal-db/shoal/libs/substrait/rel"
)

// placeJoin places every join but the inner ones.
func (s *splitter) placeJoin(j *rel.Join) placed {
	left, right := s.place(j.Left), s.place(j.Right)
	n := len(j.Left.Types())
	next := &rel.Join{Kind: j.Kind, Left: left.rel, Right: right.rel, Cond: j.Cond}
	out := placed{rel: next, rows: max(left.rows, right.rows)}
	switch {
	case left.where <= onReferences && right.where <= onReferences:
		out.where, out.why = max(left.where, right.where), "over reference tables alone"
	case j.Kind != rel.Right && j.Kind != rel.Full && left.where == onPieces && right.where <= onReferences:
		// Each left row meets the whole right side wherever its piece is.
		out.where, out.axis, out.blocks = onPieces, left.axis, left.blocks
		out.why = nameOf(j.Right) + " is whole on every worker, beside each chunk's rows"
	case j.Kind == rel.Right && left.where <= onReferences && right.where == onPieces:
		out.where, out.axis, out.blocks = onPieces, right.axis, shifted(right.blocks, n)
		out.why = nameOf(j.Left) + " is whole on every worker, beside each chunk's rows"
	case left.where == onPieces && right.where == onPieces && left.axis == right.axis &&
		joinsBlocks(j.Cond, left.blocks, shifted(right.blocks, n), j.Kind == rel.LeftMark):
		out.where, out.axis = onPieces, left.axis
		out.why = fmt.Sprintf("joined on the block column %s of axis %s: no match spans chunks", left.blocks.names(), left.axis)
		switch j.Kind {
		case rel.Right:
			out.blocks = shifted(right.blocks, n)
		case rel.Full:
		default:
			out.blocks = left.blocks
		}
	default:
		next.Left, next.Right = s.cut(left), s.cut(right)
		out.where, out.why = merged, whyMerged(j.Kind, left, right)
	}
	return out
}

// whyMerged says why a join needs the rows of several pieces.
func whyMerged(kind rel.JoinKind, left, right placed) string {
	switch {
	case left.where == merged || right.where == merged:
		return "an input is there"
	case left.where == onPieces && right.where == onPieces && left.axis != right.axis:
		return fmt.Sprintf("the sides are cut along different axes, %s and %s", left.axis, right.axis)
	case left.where == onPieces && right.where == onPieces && kind == rel.LeftMark:
		return "matches may span chunks, or a NULL of another chunk may decide the mark"
	case left.where == onPieces && right.where == onPieces:
		return "matches may span chunks: no block columns of both sides are equal"
	}
	return fmt.Sprintf("a %s join keeps rows of the reference table that match nothing in any chunk", kind)
}

func shifted(b blocks, by int) blocks {
	out := make(blocks, len(b))
	for i, name := range b {
		out[i+by] = name
	}
	return out
}

// names are the block columns' names.
func (b blocks) names() string {
	var names []string
	for _, i := range slices.Sorted(maps.Keys(b)) {
		if !slices.Contains(names, b[i]) {
			names = append(names, b[i])
		}
	}
	return strings.Join(names, " and ")
}

// joinsBlocks is true if rows of two pieces never match: the condition equates
// two block columns. A mark join also tells NULL from false, so there the
// comparison must never be NULL.
func joinsBlocks(cond rel.Expr, left, right blocks, nullSafe bool) bool {
	for _, c := range rel.Conjuncts(cond) {
		a, b, ok := fieldEquality(c)
		if !ok || nullSafe && c.(*rel.Call).Func != rel.NotDistinctFrom {
			continue
		}
		if left.has(a) && right.has(b) || left.has(b) && right.has(a) {
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
	name         string
}

// joinTree is a tree of inner joins taken apart: its inputs, all conditions
// over the columns of all inputs, and its output in terms of those columns.
type joinTree struct {
	leaves []leaf
	conds  []rel.Expr
	output []int
	// within are the decisions on the relations that were looked through.
	within []int
}

// takeApart collects the inner joins below r, looking through projections that
// only choose columns.
func (s *splitter) takeApart(r rel.Rel, t *joinTree) (output []int) {
	switch r := r.(type) {
	case *rel.Join:
		output = append(s.joinInput(r.Left, t), s.joinInput(r.Right, t)...)
		for _, c := range rel.Conjuncts(r.Cond) {
			t.conds = append(t.conds, rel.MapFields(c, func(i int) int { return output[i] }))
		}
	case *rel.Project:
		below := s.joinInput(r.Input, t)
		for _, e := range r.Exprs {
			output = append(output, below[e.(*rel.Field).Index])
		}
	}
	return output
}

// joinInput takes an input of the tree apart, or makes it a leaf.
func (s *splitter) joinInput(r rel.Rel, t *joinTree) (output []int) {
	if inTree(r) {
		t.within = append(t.within, s.open(r))
		output = s.takeApart(r, t)
		s.depth--
		return output
	}
	first := 0
	if n := len(t.leaves); n > 0 {
		first = t.leaves[n-1].first + t.leaves[n-1].width
	}
	width := len(r.Types())
	t.leaves = append(t.leaves, leaf{placed: s.place(r), first: first, width: width, name: nameOf(r)})
	for i := range width {
		output = append(output, first+i)
	}
	return output
}

// inTree is true of inner joins and projections that only choose columns of
// them.
func inTree(r rel.Rel) bool {
	if p, ok := r.(*rel.Project); ok && p.ChoosesColumns() {
		r = p.Input
	}
	j, ok := r.(*rel.Join)
	return ok && j.Kind == rel.Inner
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
	var why []string
	for i, members := range groups {
		parts[i] = t.assemble(members, used)
		why = append(why, t.reason(members))
	}
	out := parts[0].placed
	if len(parts) == 1 {
		out = parts[0].choose(t.output)
	} else {
		for i := range parts {
			parts[i].rel = s.cut(parts[i].placed)
			parts[i].where, parts[i].blocks = merged, nil
		}
		out = joinAll(parts, t.conds, used).choose(t.output)
		why = append(why, "the rest is joined in the portal: it is equal on no block column, and no reference table joined by an equality")
	}
	out.why = sentence(why...)
	for _, i := range t.within {
		s.wheres[i], s.decisions[i].Why = out.where, "part of the join above"
	}
	return out
}

// reason says why a group's leaves are joined where they are.
func (t *joinTree) reason(members []int) string {
	var cut, columns, references []string
	axis := ""
	for _, m := range members {
		switch l := t.leaves[m]; l.where {
		case onPieces:
			columns = append(columns, l.blocks.names())
			cut, axis = append(cut, l.name), l.axis
		case onReferences:
			references = append(references, l.name)
		}
	}
	together := ""
	if len(cut) > 1 {
		together = fmt.Sprintf("%s are joined on %s, the block of axis %s: no match spans chunks", listed(cut), strings.Join(columns, " = "), axis)
	}
	beside := ""
	if len(references) > 0 && len(members) > 1 {
		beside = listed(references) + " is a reference table, whole on every worker"
		if len(references) > 1 {
			beside = listed(references) + " are reference tables, whole on every worker"
		}
	}
	return sentence(together, beside)
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
			la.blocks.has(x-la.first) && lb.blocks.has(y-lb.first) {
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
	maps.Copy(out.blocks, shifted(b.blocks, len(a.columns)))
	out.spans = append(slices.Clip(a.spans), b.spans...)
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
	blocks := blocks{}
	for i, c := range columns {
		same = same && at[c] == i
		p.Exprs = append(p.Exprs, &rel.Field{Index: at[c], Of: ts[at[c]]})
		if a.blocks.has(at[c]) {
			blocks[i] = a.blocks[at[c]]
		}
	}
	if same {
		return a.placed
	}
	return a.over(p, blocks, a.why)
}
