package split

import (
	"github.com/shoal-db/shoal/libs/substrait/facts"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// maxMatches is how many rows of a reference table a row may be expected to
// match before a join without an equality is left to the portal, so that the
// rows are not multiplied before they are sent.
const maxMatches = 1

// rangeSelectivity is the share of rows that a comparison other than an
// equality is taken to let pass.
const rangeSelectivity = 0.3

// group partitions the leaves into those that are joined where they are.
func (t *joinTree) group() [][]int {
	g := &grouping{t: t, of: make([]int, len(t.leaves))}
	for i := range g.of {
		g.of[i] = i
	}
	g.byBlock()
	g.singleRows()
	g.attach(g.equates)
	if t.reduced {
		g.attach(g.connects)
	} else {
		g.attach(g.matchesFew)
	}
	g.single()
	g.references()
	return g.groups()
}

// grouping is a partition of the leaves; of is each one's group.
type grouping struct {
	t  *joinTree
	of []int
}

func (g *grouping) merge(a, b int) {
	from, to := g.of[a], g.of[b]
	for i := range g.of {
		if g.of[i] == from {
			g.of[i] = to
		}
	}
}

func (g *grouping) groups() [][]int {
	var groups [][]int
	place := map[int]int{}
	for i, of := range g.of {
		if _, ok := place[of]; !ok {
			place[of] = len(groups)
			groups = append(groups, nil)
		}
		groups[place[of]] = append(groups[place[of]], i)
	}
	return groups
}

// byBlock unites leaves of one axis that are joined on the block, be it through
// columns of other leaves.
func (g *grouping) byBlock() {
	t := g.t
	equal := t.equalColumns()
	first := map[int]map[string]int{} // class of equal columns → axis → a block column
	for i, l := range t.leaves {
		if l.where != onPieces {
			continue
		}
		for b := range l.width {
			if !l.blocks.has(b) {
				continue
			}
			column := l.first + b
			class := equal.find(column)
			if first[class] == nil {
				first[class] = map[string]int{}
			}
			other, ok := first[class][l.axis]
			if !ok {
				first[class][l.axis] = column
				continue
			}
			if at := t.leafOf(other); g.of[at] != g.of[i] {
				g.merge(i, at)
				t.imply(other, column, equal.nullable[class])
			}
		}
	}
}

// imply adds a condition that follows from others, so that the leaves are
// joined by it even if those others look at leaves elsewhere.
func (t *joinTree) imply(a, b int, nullable bool) {
	for _, c := range t.conds {
		if x, y, _, ok := fieldEquality(c); ok && (x == a && y == b || x == b && y == a) {
			return
		}
	}
	x, y := t.column(a), t.column(b)
	if !x.Type().Equal(y.Type()) { // integers of different widths
		wide := types.Of(types.HugeInt)
		x, y = &rel.Cast{Input: x, To: wide}, &rel.Cast{Input: y, To: wide}
	}
	op := rel.Eq
	if nullable {
		op = rel.NotDistinctFrom
	}
	t.conds = append(t.conds, rel.Bools(op, x, y))
}

func (t *joinTree) column(i int) rel.Expr {
	l := t.leaves[t.leafOf(i)]
	return &rel.Field{Index: i, Of: l.types()[i-l.first]}
}

// classes are sets of columns that conditions equate.
type classes struct {
	parent map[int]int
	// nullable are the classes in which NULLs are equal.
	nullable map[int]bool
}

func (c *classes) find(i int) int {
	for {
		p, ok := c.parent[i]
		if !ok {
			return i
		}
		i = p
	}
}

func (t *joinTree) equalColumns() *classes {
	c := &classes{parent: map[int]int{}, nullable: map[int]bool{}}
	strict := map[int]bool{}
	for _, cond := range t.conds {
		x, y, op, ok := fieldEquality(cond)
		if !ok {
			continue
		}
		a, b := c.find(x), c.find(y)
		if a != b {
			c.parent[a] = b
			strict[b] = strict[a] || strict[b]
		}
		strict[b] = strict[b] || op == rel.Eq
	}
	for i := range t.next {
		root := c.find(i)
		c.nullable[root] = !strict[root]
	}
	return c
}

// singleRows unites leaves of one row each: together they are still one row.
func (g *grouping) singleRows() {
	first := -1
	for i, l := range g.t.leaves {
		if !g.t.s.beside(l.placed) || !facts.OneRow(l.rel) {
			continue
		}
		if first >= 0 {
			g.merge(i, first)
		}
		first = i
	}
}

// attach unites reference tables with the pieces that a condition joins them
// to, as long as the test takes it.
func (g *grouping) attach(test func(rel.Expr) (a, b int, ok bool)) {
	for _, piecesOnly := range []bool{true, false} {
		for changed := true; changed; {
			changed = false
			for _, c := range g.t.conds {
				a, b, ok := test(c)
				if !ok || g.of[a] == g.of[b] {
					continue
				}
				wa, wb := g.place(a), g.place(b)
				if wb == onPieces {
					a, b, wa, wb = b, a, wb, wa
				}
				if wb <= onReferences && (wa == onPieces || wa <= onReferences && !piecesOnly) && g.stable(b) && g.stable(a) {
					g.merge(b, a)
					changed = true
				}
			}
		}
	}
}

// place is the place of a leaf's group.
func (g *grouping) place(a int) where {
	most, members := anywhere, 0
	for i, of := range g.of {
		if of == g.of[a] {
			most = max(most, g.t.leaves[i].where)
			members++
		}
	}
	if members == 1 && g.t.s.isSent(g.t.leaves[a].placed) {
		return merged
	}
	return most
}

// stable is true if all that a leaf's group has of reference tables may be
// computed by each worker.
func (g *grouping) stable(a int) bool {
	for i, of := range g.of {
		if l := g.t.leaves[i]; of == g.of[a] && l.where <= onReferences && !g.t.s.beside(l.placed) {
			return false
		}
	}
	return true
}

// equates matches an equality whose sides each look at one group.
func (g *grouping) equates(c rel.Expr) (a, b int, ok bool) {
	call, is := c.(*rel.Call)
	if !is || call.Func != rel.Eq && call.Func != rel.NotDistinctFrom || len(call.Args) != 2 {
		return 0, 0, false
	}
	a, okA := g.only(call.Args[0])
	b, okB := g.only(call.Args[1])
	return a, b, okA && okB
}

func (g *grouping) only(e rel.Expr) (int, bool) {
	found := -1
	for i := range rel.Fields(e) {
		l := g.t.leafOf(i)
		if l < 0 || found >= 0 && g.of[found] != g.of[l] {
			return 0, false
		}
		found = l
	}
	return found, found >= 0
}

// connects matches any condition on two groups.
func (g *grouping) connects(c rel.Expr) (a, b int, ok bool) {
	a, b = -1, -1
	for i := range rel.Fields(c) {
		l := g.t.leafOf(i)
		switch {
		case l < 0:
			return 0, 0, false
		case a < 0 || g.of[l] == g.of[a]:
			a = max(a, l)
		case b < 0 || g.of[l] == g.of[b]:
			b = max(b, l)
		default:
			return 0, 0, false
		}
	}
	return a, b, a >= 0 && b >= 0
}

// matchesFew matches a condition on two groups of which the smaller has few
// rows that match one of the larger.
func (g *grouping) matchesFew(c rel.Expr) (a, b int, ok bool) {
	if a, b, ok = g.connects(c); !ok {
		return 0, 0, false
	}
	small := a
	if g.place(a) > g.place(b) {
		small = b
	}
	matches, one := g.rows(small)
	if one {
		return a, b, true
	}
	for _, other := range g.t.conds {
		if x, y, ok := g.connects(other); ok && (g.of[x] == g.of[a] && g.of[y] == g.of[b] || g.of[x] == g.of[b] && g.of[y] == g.of[a]) {
			matches *= rangeSelectivity
		}
	}
	return a, b, matches <= maxMatches
}

// rows estimates a group's rows; one is true if it has one at most.
func (g *grouping) rows(a int) (rows float64, one bool) {
	one = true
	for i, of := range g.of {
		if l := g.t.leaves[i]; of == g.of[a] {
			rows = max(rows, float64(l.rows))
			one = one && l.where <= onReferences && facts.OneRow(l.rel)
		}
	}
	return rows, one
}

// single adds what has one row to the pieces, if all of those are together:
// it costs nothing there.
func (g *grouping) single() {
	pieces := -1
	for i, l := range g.t.leaves {
		switch {
		case l.where > onPieces || g.t.s.isSent(l.placed):
			return
		case l.where == onPieces && pieces < 0:
			pieces = i
		case l.where == onPieces && g.of[pieces] != g.of[i]:
			return
		}
	}
	if pieces < 0 {
		return
	}
	for i := range g.t.leaves {
		if _, one := g.rows(i); one && g.place(i) <= onReferences && g.stable(i) {
			g.merge(i, pieces)
		}
	}
}

// references unites all that is left of reference tables, if there is nothing
// else.
func (g *grouping) references() {
	for i := range g.t.leaves {
		if g.place(i) > onReferences {
			return
		}
	}
	for i := range g.t.leaves {
		g.merge(i, 0)
	}
}
