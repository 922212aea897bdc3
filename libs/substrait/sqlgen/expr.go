package sqlgen

import (
	"strconv"
	"strings"

	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// exprSQL renders expressions over an input whose columns are cols.
type exprSQL struct {
	cols  []string
	depth int
	// params are the parameters' names of the lambdas around, innermost last.
	params [][]string
	// g renders subqueries; where it is nil, none may stand.
	g *generator
}

// over renders expressions over columns, subqueries included.
func (g *generator) over(cols []string) *exprSQL { return &exprSQL{cols: cols, g: g} }

// expr is e's SQL, in parentheses if it needs them anywhere, and of exactly
// e's type.
func (x *exprSQL) expr(e rel.Expr) (string, error) {
	if x.depth++; x.depth > maxExprDepth {
		return "", invalid("an expression is nested more than %d deep", maxExprDepth)
	}
	defer func() { x.depth-- }()
	switch e := e.(type) {
	case *rel.Field:
		if e.Index < 0 || e.Index >= len(x.cols) {
			return "", invalid("field %d of %d", e.Index, len(x.cols))
		}
		return x.cols[e.Index], nil
	case *rel.Literal:
		return literal(e)
	case *rel.Call:
		return x.call(e)
	case *rel.Cast:
		return x.cast(e)
	case *rel.Case:
		return x.caseSQL(e)
	case *rel.In:
		return x.in(e)
	case *rel.WindowCall:
		return x.window(e)
	case *rel.Lambda:
		return x.lambda(e)
	case *rel.Param:
		return x.param(e)
	case *rel.Subquery:
		return x.subquery(e)
	case *rel.OuterField:
		return x.outerField(e)
	}
	return "", invalid("an expression %T", e)
}

func (x *exprSQL) list(exprs []rel.Expr) ([]string, error) {
	out := make([]string, len(exprs))
	for i, e := range exprs {
		var err error
		if out[i], err = x.expr(e); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (x *exprSQL) cast(e *rel.Cast) (string, error) {
	if members, ok := rowMembers(e); ok {
		parts, err := x.list(members)
		return structSQL(parts, e.To), err
	}
	if !spellable(e.To) {
		return "", invalid("a cast to %s has no name in SQL", e.To)
	}
	in, err := x.expr(e.Input)
	if e.Try {
		return "TRY_" + castTo(in, e.To), err
	}
	return castTo(in, e.To), err
}

// rowMembers are a row's members, each cast, if e casts a row to a STRUCT
// without member names, which SQL cannot name.
func rowMembers(e *rel.Cast) ([]rel.Expr, bool) {
	row, ok := e.Input.(*rel.Call)
	if !ok || row.Func != "row" || e.To.ID != types.Struct || spellable(e.To) || len(row.Args) != len(e.To.Fields) {
		return nil, false
	}
	out := make([]rel.Expr, len(row.Args))
	for i, a := range row.Args {
		out[i] = a
		if to := e.To.Fields[i].Type; !a.Type().Equal(to) {
			out[i] = &rel.Cast{Input: a, To: to, Try: e.Try}
		}
	}
	return out, true
}

func (x *exprSQL) caseSQL(e *rel.Case) (string, error) {
	var b strings.Builder
	same := true
	b.WriteString("CASE")
	for _, w := range e.Whens {
		arm, err := x.list([]rel.Expr{w.Cond, w.Then})
		if err != nil {
			return "", err
		}
		same = same && w.Then.Type().Equal(e.Of)
		b.WriteString(" WHEN " + arm[0] + " THEN " + arm[1])
	}
	if e.Else != nil {
		otherwise, err := x.expr(e.Else)
		if err != nil {
			return "", err
		}
		same = same && e.Else.Type().Equal(e.Of)
		b.WriteString(" ELSE " + otherwise)
	}
	b.WriteString(" END")
	if same || !spellable(e.Of) {
		return b.String(), nil
	}
	return castTo(b.String(), e.Of), nil
}

func (x *exprSQL) in(e *rel.In) (string, error) {
	value, err := x.expr(e.Value)
	if err != nil {
		return "", err
	}
	options := make([]string, len(e.Options))
	for i, o := range e.Options {
		if options[i], err = x.beside(o, e.Value); err != nil {
			return "", err
		}
	}
	return "(" + value + " IN (" + strings.Join(options, ", ") + "))", nil
}

// beside renders e where the other side, which is of e's type and no literal,
// decides the type of plain integers.
func (x *exprSQL) beside(e, other rel.Expr) (string, error) {
	l, ok := e.(*rel.Literal)
	if _, both := other.(*rel.Literal); ok && !both && l.Of.Equal(other.Type()) && (l.Of.ID == types.Integer || l.Of.ID == types.BigInt) {
		if v, ok := l.Value.(int64); ok && v > -1<<62 {
			return strconv.FormatInt(v, 10), nil
		}
	}
	return x.expr(e)
}

// keys is the text of an ORDER BY's keys. Constants are left out: they order
// nothing, and as integers they would name columns.
func (x *exprSQL) keys(keys []rel.SortKey) ([]string, error) {
	var out []string
	for _, k := range keys {
		if constantExpr(k.Expr) {
			continue
		}
		sql, err := x.column(k.Expr)
		if err != nil {
			return nil, err
		}
		out = append(out, sql+direction(k))
	}
	return out, nil
}

func direction(k rel.SortKey) string {
	out := " ASC"
	if k.Descending {
		out = " DESC"
	}
	if k.NullsFirst {
		return out + " NULLS FIRST"
	}
	return out + " NULLS LAST"
}

// constantKey is the text of a window's only key, a constant, which as an integer
// names no column there.
func (x *exprSQL) constantKey(k rel.SortKey) ([]string, error) {
	sql, err := x.expr(k.Expr)
	return []string{sql + direction(k)}, err
}

func constantExpr(e rel.Expr) bool {
	for {
		switch c := e.(type) {
		case *rel.Literal:
			return true
		case *rel.Cast:
			e = c.Input
		default:
			return false
		}
	}
}
