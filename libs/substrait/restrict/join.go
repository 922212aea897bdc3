package restrict

import (
	"slices"

	"github.com/shoal-db/shoal/libs/substrait/facts"
	"github.com/shoal-db/shoal/libs/substrait/rel"
)

// kindRules say what a kind of join does with rows that have no match, or that are not there.
type kindRules struct {
	// leftMatters and rightMatters: a row of that input that matches none of the other may still come out,
	// or change what does.
	leftMatters, rightMatters bool
	// padsLeft and padsRight: that input's columns are NULL in rows of the other that match none of it.
	padsLeft, padsRight bool
	// hidesRight: the right input's columns are not in the output.
	hidesRight bool
}

var rulesOf = map[rel.JoinKind]kindRules{
	rel.Inner:    {},
	rel.Left:     {leftMatters: true, padsRight: true},
	rel.Right:    {rightMatters: true, padsLeft: true},
	rel.Full:     {leftMatters: true, rightMatters: true, padsLeft: true, padsRight: true},
	rel.LeftSemi: {hidesRight: true},
	rel.LeftAnti: {leftMatters: true, hidesRight: true},
	// What a row's mark is depends on NULLs among the rows that it does not match, and whether there are two
	// matches is an error of its own: the right inputs of these two are left alone.
	rel.LeftSingle: {leftMatters: true, rightMatters: true, padsRight: true},
	rel.LeftMark:   {leftMatters: true, rightMatters: true, hidesRight: true},
}

// leavesRight are the kinds whose right input no need from elsewhere may thin out.
func leavesRight(k rel.JoinKind) bool { return k == rel.LeftSingle || k == rel.LeftMark }

// pair is a comparison of the two inputs of a join, each side in its input's own columns.
type pair struct {
	op          string
	left, right rel.Expr
}

// joining is one join being looked at.
type joining struct {
	*finder
	*rel.Join
	rules       kindRules
	width       int // of the left input
	left, right []need
}

func (f *finder) join(r *rel.Join, needs []need) {
	rules, known := rulesOf[r.Kind]
	if !known {
		f.walk(r.Left, nil)
		f.walk(r.Right, nil)
		return
	}
	j := &joining{finder: f, Join: r, rules: rules, width: len(r.Left.Types())}
	var own, above []pair
	for _, c := range rel.Conjuncts(r.Cond) {
		if p, ok := j.pair(c); ok {
			own = append(own, p)
		}
	}
	for _, n := range needs {
		if n.source == nil {
			if p, ok := j.pair(n.value); ok && !j.rules.hidesRight {
				above = append(above, p)
				continue
			}
		}
		j.pass(n, own)
	}
	nearLeft, nearRight := f.near(r.Left), f.near(r.Right)
	switch {
	case nearLeft && nearRight:
		return // what is asked of the two together is found where they are joined to something else
	case nearRight:
		j.restrictLeft(own, above)
	case nearLeft:
		j.restrictRight(own, above)
	}
	if !nearLeft {
		f.walk(r.Left, j.left)
	}
	if !nearRight {
		f.walk(r.Right, j.right)
	}
}

// pair matches a comparison of the left input with the right one.
func (j *joining) pair(c rel.Expr) (pair, bool) {
	op, a, b, ok := comparison(c)
	if !ok {
		return pair{}, false
	}
	if rel.SideOf(a, j.width) == rel.OnRight && rel.SideOf(b, j.width) == rel.OnLeft {
		op, a, b = flipped[op], b, a
	}
	if rel.SideOf(a, j.width) != rel.OnLeft || rel.SideOf(b, j.width) != rel.OnRight {
		return pair{}, false
	}
	return pair{op, a, j.shift(b)}, true
}

// shift states an expression over the right columns of the join in those of its right input.
func (j *joining) shift(e rel.Expr) rel.Expr {
	return rel.MapFields(e, func(i int) int { return i - j.width })
}

// pass hands a need on to the input that it is about, and, over an equality, to the other.
//
// Where an input's columns may be padded with NULLs, a row left out of it may leave behind one that has NULL
// there, which must not count either.
func (j *joining) pass(n need, own []pair) {
	switch rel.SideOf(n.value, j.width) {
	case rel.OnLeft:
		if j.rules.padsLeft && !n.certain() {
			return
		}
		j.left = append(j.left, n)
		if leavesRight(j.Kind) || n.source == nil {
			return
		}
		for _, p := range own {
			if isEquality(p.op) && rel.Equal(p.left, n.value) && simple(p.right) {
				j.right = append(j.right, need{p.right, n.op, n.source})
			}
		}
	case rel.OnRight:
		if j.rules.hidesRight || leavesRight(j.Kind) || j.rules.padsRight && !n.certain() {
			return
		}
		n.value = j.shift(n.value)
		j.right = append(j.right, n)
		if n.source == nil {
			return
		}
		for _, p := range own {
			if isEquality(p.op) && rel.Equal(p.right, n.value) && simple(p.left) {
				j.left = append(j.left, need{p.left, n.op, n.source})
			}
		}
	}
}

// certain tells whether a row with NULLs in place of the value's columns does not count.
func (n need) certain() bool { return n.source != nil && n.rejectsNull() && simple(n.value) }

func isEquality(op string) bool { return op == rel.Eq || op == rel.NotDistinctFrom }

// restrictLeft derives what the left input must satisfy from a near right one.
func (j *joining) restrictLeft(own, above []pair) {
	source := j.thinned(j.Right, j.right)
	if !j.rules.leftMatters {
		j.left = append(j.left, j.needs(own, source, false)...)
	}
	if j.Kind != rel.LeftSingle {
		j.left = append(j.left, j.needs(j.binding(above), source, false)...)
	}
}

// restrictRight is restrictLeft for the other side.
func (j *joining) restrictRight(own, above []pair) {
	source := j.thinned(j.Left, j.left)
	if !j.rules.rightMatters {
		j.right = append(j.right, j.needs(own, source, true)...)
	}
	if j.Kind != rel.LeftSingle {
		j.right = append(j.right, j.needs(j.binding(above), source, true)...)
	}
}

// binding are the comparisons above the join that rows padded with NULLs do not satisfy, so that a row counts
// only by a match with a row of the other input.
func (j *joining) binding(above []pair) []pair {
	if !j.rules.padsLeft && !j.rules.padsRight {
		return above
	}
	return slices.DeleteFunc(slices.Clone(above), func(p pair) bool {
		return p.op == rel.NotDistinctFrom || !simple(p.left) || !simple(p.right)
	})
}

// needs are the pairs as asked of one input by the other, a near one.
func (j *joining) needs(pairs []pair, near rel.Rel, ofRight bool) []need {
	if !j.restricts(near) {
		return nil
	}
	var out []need
	for _, p := range pairs {
		value, key, op := p.left, p.right, p.op
		if ofRight {
			value, key, op = p.right, p.left, flipped[p.op]
		}
		if simple(value) && facts.Deterministic(key) && !rel.HasWindow(key) {
			out = append(out, need{value, op, sourceOf(near, key, op)})
		}
	}
	return out
}

// sourceOf is what a value must compare with: all keys, or of those the one that decides a comparison.
func sourceOf(near rel.Rel, key rel.Expr, op string) rel.Rel {
	keys := &rel.Project{Input: near, Exprs: []rel.Expr{key}}
	if isEquality(op) {
		return keys
	}
	decides := "min"
	if op == rel.Lt || op == rel.Le {
		decides = "max"
	}
	field := &rel.Field{Index: 0, Of: key.Type()}
	return &rel.Aggregate{Input: keys, Measures: []rel.Measure{{Func: decides, Args: []rel.Expr{field}, Type: key.Type()}}}
}

// thinned is a near input without the rows that do not count.
func (j *joining) thinned(r rel.Rel, needs []need) rel.Rel {
	width := len(r.Types())
	for _, n := range needs {
		if n.source != nil {
			cond := rel.Bools(n.op, n.value, &rel.Field{Index: width, Of: n.source.Types()[0]})
			r = &rel.Join{Kind: rel.LeftSemi, Left: r, Right: n.source, Cond: cond}
		}
	}
	return r
}
