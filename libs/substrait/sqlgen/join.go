package sqlgen

import (
	"slices"
	"strconv"
	"strings"

	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

var joinWords = map[rel.JoinKind]string{
	rel.Inner: "JOIN", rel.Left: "LEFT JOIN", rel.Right: "RIGHT JOIN", rel.Full: "FULL JOIN",
	rel.LeftSemi: "SEMI JOIN", rel.LeftAnti: "ANTI JOIN",
}

func (g *generator) join(r *rel.Join) (*block, error) {
	left, err := g.rel(r.Left)
	if err != nil {
		return nil, err
	}
	right, err := g.rel(r.Right)
	if err != nil {
		return nil, err
	}
	switch r.Kind {
	case rel.LeftMark:
		return g.markJoin(r, left, right)
	case rel.LeftSingle:
		return g.singleJoin(r, left, right)
	}
	word, ok := joinWords[r.Kind]
	if !ok {
		return nil, invalid("a join of kind %d", r.Kind)
	}
	left = g.leftSide(left, r.Kind != rel.Right && r.Kind != rel.Full)
	right, where := g.rightSide(right, r.Kind == rel.Inner)
	on, err := condition(strict(r), append(slices.Clip(left.cols), right.cols...))
	if err != nil {
		return nil, err
	}
	if on == "" && r.Kind == rel.Inner {
		left.from += " CROSS JOIN " + right.from
	} else {
		left.from += " " + word + " " + right.from + " ON " + orTrue(on)
	}
	left.single = false
	left.where = append(left.where, where...)
	if r.Kind != rel.LeftSemi && r.Kind != rel.LeftAnti {
		left.cols = append(slices.Clip(left.cols), right.cols...)
	}
	return left, nil
}

func orTrue(on string) string {
	if on == "" {
		return "TRUE"
	}
	return on
}

// condition is a join's condition over both sides' columns; "" for none.
func condition(cond rel.Expr, cols []string) (string, error) {
	if cond == nil {
		return "", nil
	}
	return (&exprSQL{cols: cols}).expr(cond)
}

// leftSide is a block to which a join can be appended. Its WHERE may stay where
// the join keeps each left row by itself.
func (g *generator) leftSide(b *block, keepsWhere bool) *block {
	if b.open() && len(b.order) == 0 && (keepsWhere || len(b.where) == 0) {
		return b
	}
	return g.wrap(b)
}

// rightSide is one table, and the conditions on it that the whole block may as
// well apply.
func (g *generator) rightSide(b *block, inner bool) (*block, []string) {
	if b.single && b.open() && len(b.order) == 0 && (inner || len(b.where) == 0) {
		return b, b.where
	}
	return g.wrap(b), nil
}

// pair is a conjunct that compares an expression of the left side with one of
// the right.
type pair struct {
	op          string
	left, right rel.Expr
}

// pairs splits a join's condition; rest is what is no comparison of the sides.
// The pairs' expressions are over their own side.
func pairs(cond rel.Expr, leftWidth int) (out []pair, rest []rel.Expr) {
	for _, c := range rel.Conjuncts(cond) {
		call, ok := c.(*rel.Call)
		if !ok || len(call.Args) != 2 || mirrored[call.Func] == "" {
			rest = append(rest, c)
			continue
		}
		a, b := call.Args[0], call.Args[1]
		switch onA, onB := side(a, leftWidth), side(b, leftWidth); {
		case onA&onRight == 0 && onB&onLeft == 0: // constants are on either side
			out = append(out, pair{call.Func, a, toRight(b, leftWidth)})
		case onA&onLeft == 0 && onB&onRight == 0:
			out = append(out, pair{mirrored[call.Func], b, toRight(a, leftWidth)})
		default:
			rest = append(rest, c)
		}
	}
	return out, rest
}

// mirrored is each comparison as it reads from the other side.
var mirrored = map[string]string{
	rel.Eq: rel.Eq, rel.Ne: rel.Ne, rel.Lt: rel.Gt, rel.Le: rel.Ge, rel.Gt: rel.Lt, rel.Ge: rel.Le,
	rel.NotDistinctFrom: rel.NotDistinctFrom, rel.DistinctFrom: rel.DistinctFrom,
}

const (
	onLeft = 1 << iota
	onRight
)

// side says which sides an expression looks at.
func side(e rel.Expr, leftWidth int) int {
	s := 0
	for i := range rel.Fields(e) {
		if i < leftWidth {
			s |= onLeft
		} else {
			s |= onRight
		}
	}
	return s
}

func toRight(e rel.Expr, leftWidth int) rel.Expr {
	return rel.MapFields(e, func(i int) int { return i - leftWidth })
}

func all(ps []pair, ops ...string) bool {
	for _, p := range ps {
		if !slices.Contains(ops, p.op) {
			return false
		}
	}
	return true
}

// markJoin appends a mark column. DuckDB has no syntax for it, but plans some
// expressions as one.
func (g *generator) markJoin(r *rel.Join, left, right *block) (*block, error) {
	ps, rest := pairs(r.Cond, len(r.Left.Types()))
	left = g.leftSide(left, true)
	// What an IN asks within the rows that the keys choose.
	var keys, values []pair
	for _, p := range ps {
		if p.op == rel.NotDistinctFrom {
			keys = append(keys, p)
		} else {
			values = append(values, p)
		}
	}
	var mark string
	var err error
	switch {
	case len(rest) == 0 && len(ps) > 0 && all(ps, rel.NotDistinctFrom):
		return g.existsJoin(ps, left, right)
	case len(rest) == 0 && all(values, rel.Eq) && (len(values) == 1 || len(values) > 1 && len(keys) == 0):
		// DuckDB knows rows in correlated subqueries not yet.
		mark, err = g.inSubquery(keys, values, left, right)
	case len(rest) == 0 && len(values) == 1 && all(values, rel.Ne, rel.Lt, rel.Le, rel.Gt, rel.Ge):
		mark, err = g.anySubquery(keys, values[0], left, right)
	default:
		mark, err = g.markSubquery(r.Cond, left, right)
	}
	if err != nil {
		return nil, err
	}
	left.cols, left.plain = append(slices.Clip(left.cols), mark), false
	return left, nil
}

// existsJoin marks by a join with the distinct keys: such a condition is never
// NULL.
func (g *generator) existsJoin(ps []pair, left, right *block) (*block, error) {
	if !right.open() {
		right = g.wrap(right)
	}
	var keys, on, by []string
	for i, p := range ps {
		l, err := (&exprSQL{cols: left.cols}).expr(p.left)
		if err != nil {
			return nil, err
		}
		k, err := (&exprSQL{cols: right.cols}).expr(p.right)
		if err != nil {
			return nil, err
		}
		keys, on, by = append(keys, k), append(on, l), append(by, strconv.Itoa(i+1))
	}
	right.cols, right.plain, right.grouped, right.order = append(keys, "TRUE"), false, true, nil
	right.groupBy = strings.Join(by, ", ")
	keyed := g.wrap(right)
	for i := range on {
		on[i] += " IS NOT DISTINCT FROM " + keyed.cols[i]
	}
	left.from += " LEFT JOIN " + keyed.from + " ON " + strings.Join(on, " AND ")
	left.single = false
	left.cols = append(slices.Clip(left.cols), "("+keyed.cols[len(ps)]+" IS NOT NULL)")
	left.plain = false
	return left, nil
}

// inSubquery is `(l, …) IN (SELECT r, … WHERE keys)`.
func (g *generator) inSubquery(keys, values []pair, left, right *block) (string, error) {
	var ls, rs []rel.Expr
	for _, p := range values {
		ls, rs = append(ls, p.left), append(rs, p.right)
	}
	l, err := (&exprSQL{cols: left.cols}).list(ls)
	if err != nil {
		return "", err
	}
	sub, err := g.subselect(keys, rs, left, right)
	return "((" + strings.Join(l, ", ") + ") IN (" + sub + "))", err
}

// anySubquery is `l < ANY (SELECT r WHERE keys)`.
func (g *generator) anySubquery(keys []pair, p pair, left, right *block) (string, error) {
	l, err := (&exprSQL{cols: left.cols}).expr(p.left)
	if err != nil {
		return "", err
	}
	sub, err := g.subselect(keys, []rel.Expr{p.right}, left, right)
	return "(" + l + " " + between[p.op] + " ANY (" + sub + "))", err
}

// subselect is right's SELECT of other expressions, where the keys agree with
// left's.
func (g *generator) subselect(keys []pair, exprs []rel.Expr, left, right *block) (string, error) {
	if !right.open() && (len(keys) > 0 || !right.plain) {
		right = g.wrap(right)
	}
	x := &exprSQL{cols: right.cols}
	cols, err := x.list(exprs)
	if err != nil {
		return "", err
	}
	c := *right
	c.cols, c.where = cols, slices.Clip(right.where)
	for _, k := range keys {
		l, err := (&exprSQL{cols: left.cols}).expr(k.left)
		if err != nil {
			return "", err
		}
		r, err := x.expr(k.right)
		if err != nil {
			return "", err
		}
		c.where = append(c.where, l+" IS NOT DISTINCT FROM "+r)
	}
	return c.text(nil), nil
}

// markSubquery asks, for each left row, whether the condition is true for some
// right row, and if not, whether it is NULL for some. DuckDB decorrelates it.
func (g *generator) markSubquery(cond rel.Expr, left, right *block) (string, error) {
	if !right.open() {
		right = g.wrap(right)
	}
	on, err := condition(cond, append(slices.Clip(left.cols), right.cols...))
	if err != nil {
		return "", err
	}
	on = orTrue(on)
	c := *right
	c.order = nil
	c.cols = []string{"CASE WHEN count(*) FILTER (WHERE " + on + ") > 0 THEN TRUE " +
		"WHEN count(*) FILTER (WHERE (" + on + ") IS NULL) > 0 THEN NULL ELSE FALSE END"}
	return "(" + c.text(nil) + ")", nil
}

// tooManyRows is DuckDB's own message.
const tooManyRows = "More than one row returned by a subquery used as an expression - " +
	"scalar subqueries can only return a single row."

// singleJoin is a left join that fails on a second match. Where no second one
// can be, it is a left join. Where the condition compares keys only, rows are
// counted by them. Else DuckDB's own scalar subquery does it.
func (g *generator) singleJoin(r *rel.Join, left, right *block) (*block, error) {
	left = g.leftSide(left, true)
	ps, rest := pairs(r.Cond, len(r.Left.Types()))
	if oneRow(r.Right) || uniqueBy(r.Right, ps) {
		right, _ = g.rightSide(right, false)
		on, err := condition(strict(r), append(slices.Clip(left.cols), right.cols...))
		if err != nil {
			return nil, err
		}
		left.from += " LEFT JOIN " + right.from + " ON " + orTrue(on)
		left.single = false
		left.cols = append(slices.Clip(left.cols), right.cols...)
		return left, nil
	}
	if len(rest) == 0 && len(ps) > 0 && all(ps, rel.Eq, rel.NotDistinctFrom) {
		return g.countedJoin(ps, left, right)
	}
	return g.scalarJoin(r, left, right)
}

// oneRow is true of relations that have at most one row.
func oneRow(r rel.Rel) bool {
	switch r := r.(type) {
	case *rel.Project:
		return oneRow(r.Input)
	case *rel.Filter:
		return oneRow(r.Input)
	case *rel.Sort:
		return oneRow(r.Input)
	case *rel.Aggregate:
		return len(r.Groups) == 0 && len(r.Sets) <= 1
	case *rel.Values:
		return len(r.Rows) <= 1
	case *rel.Fetch:
		l, ok := r.Count.(*rel.Literal)
		n, is := int64(0), false
		if ok {
			n, is = l.Value.(int64)
		}
		return is && n <= 1 || oneRow(r.Input)
	}
	return false
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
	return oneRow(r)
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
	return unique(r.Left, left) && (oneRow(r.Right) || uniqueBy(r.Right, ps))
}

// countedJoin joins with the first row of each key and how many there are.
func (g *generator) countedJoin(ps []pair, left, right *block) (*block, error) {
	if !right.open() {
		right = g.wrap(right)
	}
	var keys, on, by []string
	for i, p := range ps {
		l, err := (&exprSQL{cols: left.cols}).expr(p.left)
		if err != nil {
			return nil, err
		}
		k, err := (&exprSQL{cols: right.cols}).expr(p.right)
		if err != nil {
			return nil, err
		}
		keys, on, by = append(keys, k), append(on, l+" "+between[p.op]+" "), append(by, strconv.Itoa(i+1))
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
		on[i] += keyed.cols[i]
	}
	left.from += " LEFT JOIN " + keyed.from + " ON " + strings.Join(on, " AND ")
	left.cols = slices.Clip(left.cols)
	for i := range width {
		left.cols = append(left.cols, "CASE WHEN "+keyed.cols[len(ps)]+" > 1 THEN error("+quote(tooManyRows)+") ELSE "+keyed.cols[len(ps)+1+i]+" END")
	}
	left.plain, left.single = false, false
	return left, nil
}

// scalarJoin takes the right row as one value of a correlated subquery.
func (g *generator) scalarJoin(r *rel.Join, left, right *block) (*block, error) {
	if !right.open() {
		right = g.wrap(right)
	}
	on, err := condition(r.Cond, append(slices.Clip(left.cols), right.cols...))
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
	c.cols = []string{structSQL(right.cols, types.StructOf(fields...))}
	inner := *left
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
