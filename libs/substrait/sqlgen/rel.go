package sqlgen

import (
	"strconv"
	"strings"

	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// rel renders a relation and all that it reads.
func (g *generator) rel(r rel.Rel) (*block, error) {
	if g.depth++; g.depth > maxRelDepth {
		return nil, tooDeep()
	}
	defer func() { g.depth-- }()
	if b, err := g.outside(r); b != nil || err != nil {
		return b, err
	}
	switch r := r.(type) {
	case *rel.Read:
		return g.read(r)
	case *rel.Values:
		return g.values(r)
	case *rel.Filter:
		return g.filter(r)
	case *rel.Project:
		return g.project(r)
	case *rel.Aggregate:
		return g.aggregate(r)
	case *rel.Join:
		return g.join(r)
	case *rel.Sort:
		return g.sort(r)
	case *rel.Fetch:
		return g.fetch(r)
	case *rel.SetOp:
		return g.setOp(r)
	case *rel.Reference:
		return g.reference(r)
	case *rel.Unnest:
		return g.unnest(r)
	case *rel.Recursive:
		return g.recursive(r)
	case *rel.Working:
		return g.working(r)
	case *rel.AsOf:
		return g.asof(r)
	case *rel.Positional:
		return g.positional(r)
	case *rel.Sample:
		return g.sample(r)
	}
	return nil, invalid("a relation %T", r)
}

func (g *generator) read(r *rel.Read) (*block, error) {
	if g.opts.Scan == nil {
		return nil, invalid("a read of %s where no tables are", strings.Join(r.Table, "."))
	}
	sql, err := g.opts.Scan(r)
	if err != nil {
		return nil, err
	}
	t := g.table()
	b := from(sql+" AS "+t, nil)
	for _, c := range r.Columns {
		b.cols = append(b.cols, t+"."+types.QuoteIdent(c.Name))
	}
	if r.Filter != nil {
		return b, g.restrict(b, r.Filter)
	}
	return b, nil
}

// restrict adds a condition's conjuncts. REQUIRES: b is open.
func (g *generator) restrict(b *block, cond rel.Expr) error {
	x := g.over(b.cols)
	for _, c := range rel.Conjuncts(cond) {
		sql, err := x.expr(c)
		if err != nil {
			return err
		}
		b.where = append(b.where, sql)
	}
	return nil
}

func (g *generator) values(v *rel.Values) (*block, error) {
	if len(v.Rows) == 0 {
		return g.noRows(v.Columns)
	}
	for _, row := range v.Rows {
		if len(row) != len(v.Columns) {
			return nil, invalid("a row of %d values for %d columns", len(row), len(v.Columns))
		}
	}
	if sql, cols, ok := listed(v, "t"+strconv.Itoa(g.tables+1)); ok {
		g.table()
		return from(sql, cols), nil
	}
	rows := make([]string, len(v.Rows))
	for i, row := range v.Rows {
		cols, err := (&exprSQL{}).list(row)
		if err != nil {
			return nil, err
		}
		if len(v.Rows) == 1 {
			return &block{cols: cols}, nil
		}
		if len(cols) == 0 {
			cols = []string{"NULL"}
		}
		rows[i] = "(" + strings.Join(cols, ", ") + ")"
	}
	t := g.table()
	cols := columnRefs(t, len(v.Columns))
	names := make([]string, max(1, len(cols)))
	for i := range names {
		names[i] = "c" + strconv.Itoa(i)
	}
	return from("(VALUES "+strings.Join(rows, ", ")+") AS "+t+"("+strings.Join(names, ", ")+")", cols), nil
}

func (g *generator) noRows(columns []types.Type) (*block, error) {
	b := &block{where: []string{"FALSE"}}
	for _, t := range columns {
		sql, err := null(t)
		if err != nil {
			return nil, err
		}
		b.cols = append(b.cols, sql)
	}
	return b, nil
}

func (g *generator) filter(r *rel.Filter) (*block, error) {
	b, err := g.rel(r.Input)
	if err != nil {
		return nil, err
	}
	if !b.open() {
		b = g.wrap(b)
	}
	return b, g.restrict(b, r.Cond)
}

func (g *generator) project(r *rel.Project) (*block, error) {
	b, err := g.rel(r.Input)
	if err != nil {
		return nil, err
	}
	fields, windows := true, false
	for _, e := range r.Exprs {
		_, is := e.(*rel.Field)
		fields = fields && is
		windows = windows || rel.HasWindow(e)
	}
	switch {
	case fields && b.plain:
	case len(b.cols) == 0 && !b.grouped && !b.limited() && !windows:
		// The one row without columns, or rows of which only the number counts.
	case !b.open() || windows && len(b.order) > 0:
		// Expressions stay behind a limit, and windows look at rows as they
		// come out of what is below.
		b = g.wrap(b)
	}
	cols, err := g.over(b.cols).columns(r.Exprs)
	b.cols, b.plain = cols, b.plain && fields
	return b, err
}

func (g *generator) sort(r *rel.Sort) (*block, error) {
	b, err := g.rel(r.Input)
	if err != nil {
		return nil, err
	}
	if !b.open() {
		b = g.wrap(b)
	}
	keys, err := g.over(b.cols).keys(r.Keys)
	if len(keys) > 0 {
		b.order = keys
	}
	return b, err
}

func (g *generator) fetch(r *rel.Fetch) (*block, error) {
	b, err := g.rel(r.Input)
	if err != nil {
		return nil, err
	}
	if b.limited() {
		b = g.wrap(b)
	}
	if b.limit, err = rowCount(r.Count); err != nil {
		return nil, err
	}
	b.offset, err = rowCount(r.Offset)
	b.chosen = true
	return b, err
}

// rowCount is a LIMIT's or OFFSET's number; "" for none.
func rowCount(e rel.Expr) (string, error) {
	if l, ok := e.(*rel.Literal); ok {
		if n, ok := l.Value.(int64); ok && n >= 0 {
			return strconv.FormatInt(n, 10), nil
		}
	}
	if e == nil {
		return "", nil
	}
	return (&exprSQL{}).expr(e)
}

var setWords = map[rel.SetKind]string{
	rel.UnionAll: "UNION ALL", rel.UnionDistinct: "UNION", rel.ExceptAll: "EXCEPT ALL", rel.ExceptDistinct: "EXCEPT",
	rel.IntersectAll: "INTERSECT ALL", rel.IntersectDistinct: "INTERSECT",
}

func (g *generator) setOp(r *rel.SetOp) (*block, error) {
	if len(r.Rels) < 2 {
		return nil, invalid("a set operation of %d inputs", len(r.Rels))
	}
	want := r.Rels[0].Types()
	sql, nested := "", 0
	for i, in := range flat(r.Rels, r.Kind) {
		if !types.EqualAll(in.Types(), want) {
			return nil, invalid("the inputs of a set operation differ in their types")
		}
		b, err := g.rel(in)
		if err != nil {
			return nil, err
		}
		b = g.shut(b)
		nested = max(nested, b.nested+1)
		switch {
		case i == 0:
			sql = "(" + b.text(nil) + ")"
			continue
		case i > 1 && r.Kind != rel.UnionAll && r.Kind != rel.UnionDistinct:
			sql = "(" + sql + ")"
		}
		sql += " " + setWords[r.Kind] + " (" + b.text(nil) + ")"
	}
	t := g.table()
	b := from("("+sql+") AS "+t, columnRefs(t, len(want)))
	b.nested = nested
	return b, nil
}

// flat are the inputs of a union of unions: DuckDB's binder nests each into the
// next one.
func flat(rels []rel.Rel, kind rel.SetKind) []rel.Rel {
	if kind != rel.UnionAll && kind != rel.UnionDistinct {
		return rels
	}
	var out []rel.Rel
	for _, r := range rels {
		if s, ok := r.(*rel.SetOp); ok && s.Kind == kind {
			out = append(out, flat(s.Rels, kind)...)
		} else {
			out = append(out, r)
		}
	}
	return out
}
