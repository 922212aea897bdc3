package sqlgen

import (
	"slices"
	"strconv"
	"strings"

	"github.com/shoal-db/shoal/libs/substrait/facts"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// tooManyRows is DuckDB's own message.
const tooManyRows = "More than one row returned by a subquery used as an expression - " +
	"scalar subqueries can only return a single row."

// singleJoin is a left join that fails on a second match. Where no second one
// can be, it is a left join. Where the condition compares keys only, rows are
// counted by them. Else DuckDB's own scalar subquery does it.
func (g *generator) singleJoin(r *rel.Join, left, right *block) (*block, error) {
	left = g.leftSide(left, true)
	ps, rest := pairs(r.Cond, len(r.Left.Types()))
	if facts.OneRow(r.Right) || uniqueBy(r.Right, ps) {
		right, _ = g.rightSide(right, false)
		on, err := g.condition(strict(r), append(slices.Clip(left.cols), right.cols...))
		if err != nil {
			return nil, err
		}
		left.from += " LEFT JOIN " + right.from + " ON " + orTrue(on)
		left.single = false
		left.within(right)
		left.cols = append(slices.Clip(left.cols), right.cols...)
		return left, nil
	}
	if len(rest) == 0 && len(ps) > 0 && all(ps, rel.Eq, rel.NotDistinctFrom) {
		return g.countedJoin(ps, left, right)
	}
	return g.scalarJoin(r, left, g.aside(r.Right, right))
}

// uniqueBy is true if no two right rows agree on all the expressions that are
// compared for equality.
func uniqueBy(r rel.Rel, ps []pair) bool {
	keys := map[int]bool{}
	for _, p := range ps {
		if f, ok := p.right.(*rel.Field); ok && (p.op == rel.Eq || p.op == rel.NotDistinctFrom) {
			keys[f.Index] = true
		}
	}
	return unique(r, keys)
}

func unique(r rel.Rel, keys map[int]bool) bool {
	switch r := r.(type) {
	case *rel.Filter:
		return unique(r.Input, keys)
	case *rel.Sort:
		return unique(r.Input, keys)
	case *rel.Project:
		below := map[int]bool{}
		for k := range keys {
			if k < len(r.Exprs) {
				if f, ok := r.Exprs[k].(*rel.Field); ok {
					below[f.Index] = true
				}
			}
		}
		return unique(r.Input, below)
	case *rel.Aggregate:
		if len(r.Sets) > 0 {
			return false
		}
		for i := range r.Groups {
			if !keys[i] {
				return false
			}
		}
		return true
	case *rel.Join:
		return uniqueJoin(r, keys)
	}
	return facts.OneRow(r)
}

// uniqueJoin follows keys through joins that do not multiply the rows that the
// keys tell apart.
func uniqueJoin(r *rel.Join, keys map[int]bool) bool {
	width := len(r.Left.Types())
	left, right := map[int]bool{}, map[int]bool{}
	for k := range keys {
		if k < width {
			left[k] = true
		} else {
			right[k-width] = true
		}
	}
	if r.Kind == rel.LeftSemi || r.Kind == rel.LeftAnti || r.Kind == rel.LeftMark || r.Kind == rel.LeftSingle {
		return unique(r.Left, left)
	}
	if r.Kind != rel.Inner && r.Kind != rel.Left {
		return false
	}
	ps, _ := pairs(r.Cond, width)
	// Equal columns of the two sides tell apart what the other does.
	if r.Kind == rel.Inner {
		for _, p := range ps {
			l, ok1 := p.left.(*rel.Field)
			rt, ok2 := p.right.(*rel.Field)
			if ok1 && ok2 && (p.op == rel.Eq || p.op == rel.NotDistinctFrom) && right[rt.Index] {
				left[l.Index] = true
			}
		}
	}
	return unique(r.Left, left) && (facts.OneRow(r.Right) || uniqueBy(r.Right, ps))
}

// countedJoin joins with the first row of each key and how many there are.
func (g *generator) countedJoin(ps []pair, left, right *block) (*block, error) {
	if !right.open() {
		right = g.wrap(right)
	}
	on, keys, err := sides(ps, left, right)
	if err != nil {
		return nil, err
	}
	by := make([]string, len(ps))
	for i := range ps {
		by[i] = strconv.Itoa(i + 1)
	}
	width := len(right.cols)
	cols := append(keys, "count(*)")
	for _, c := range right.cols {
		cols = append(cols, "first("+c+")")
	}
	right.cols, right.plain, right.grouped, right.order = cols, false, true, nil
	right.groupBy = strings.Join(by, ", ")
	keyed := g.wrap(right)
	for i := range on {
		on[i] += " " + between[ps[i].op] + " " + keyed.cols[i]
	}
	left.from += " LEFT JOIN " + keyed.from + " ON " + strings.Join(on, " AND ")
	left.cols = slices.Clip(left.cols)
	for i := range width {
		left.cols = append(left.cols, "CASE WHEN "+keyed.cols[len(ps)]+" > 1 THEN error("+quote(tooManyRows)+") ELSE "+keyed.cols[len(ps)+1+i]+" END")
	}
	left.plain, left.single = false, false
	left.within(keyed)
	return left, nil
}

// scalarJoin takes the right row as one value of a correlated subquery.
func (g *generator) scalarJoin(r *rel.Join, left, right *block) (*block, error) {
	if !right.open() {
		right = g.wrap(right)
	}
	on, err := g.condition(r.Cond, append(slices.Clip(left.cols), right.cols...))
	if err != nil {
		return nil, err
	}
	fields := make([]types.Field, len(right.cols))
	for i := range fields {
		fields[i].Name = "c" + strconv.Itoa(i)
	}
	c := *right
	c.order = nil
	if on != "" {
		c.where = append(slices.Clip(c.where), on)
	}
	c.cols = []string{"TRUE"} // for a row without columns there is no value
	if len(fields) > 0 {
		c.cols[0] = structSQL(right.cols, types.StructOf(fields...))
	}
	inner := *left
	inner.nested = max(left.nested, right.nested+1)
	inner.cols, inner.plain = append(slices.Clip(left.cols), "("+c.text(nil)+")"), false
	b := g.wrap(&inner)
	last := len(b.cols) - 1
	row := b.cols[last]
	b.cols, b.plain = slices.Clip(b.cols[:last]), false
	for i := range fields {
		b.cols = append(b.cols, "struct_extract("+row+", "+quote("c"+strconv.Itoa(i))+")")
	}
	return b, nil
}
