package explain

import (
	"math/big"
	"slices"
	"strings"
	"time"

	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// word stands in an expression for what is shown as its text.
type word struct {
	text string
	of   types.Type
}

func (w *word) String() string                   { return w.text }
func (w *word) Type() types.Type                 { return w.of }
func (w *word) Children() []rel.Expr             { return nil }
func (w *word) WithChildren([]rel.Expr) rel.Expr { return w }

// maxNodes bounds how large an expression may be to be shown.
const maxNodes = 400

// expression shows an expression over columns of these names.
func expression(e rel.Expr, columns []string) string {
	if tooLarge(e) {
		return "…"
	}
	return rel.FormatExpr(replace(e, columns))
}

func tooLarge(e rel.Expr) bool {
	left := maxNodes
	rel.WalkExpr(e, func(rel.Expr) bool { left--; return left >= 0 })
	return left < 0
}

// condition is expression without parentheses around the whole.
func condition(e rel.Expr, columns []string) string {
	parts := rel.Conjuncts(e)
	shown := make([]string, len(parts))
	for i, p := range parts {
		shown[i] = expression(p, columns)
		if call, ok := p.(*rel.Call); ok && len(call.Args) == 2 && call.Func != rel.Or && strings.HasPrefix(shown[i], "(") {
			shown[i] = shown[i][1 : len(shown[i])-1]
		}
	}
	return strings.Join(shown, " and ")
}

// replace puts names in the place of fields, and what people write in that of literals.
func replace(e rel.Expr, columns []string) rel.Expr {
	return rel.TransformExpr(e, func(e rel.Expr) rel.Expr {
		switch e := e.(type) {
		case *rel.Field:
			if e.Index < len(columns) {
				return &word{columns[e.Index], e.Of}
			}
		case *rel.Literal:
			if text, ok := literal(e); ok {
				return &word{text, e.Of}
			}
		}
		return e
	})
}

func replaceAll(exprs []rel.Expr, columns []string) []rel.Expr {
	out := make([]rel.Expr, len(exprs))
	for i, e := range exprs {
		out[i] = replace(e, columns)
	}
	return out
}

func namedKeys(keys []rel.SortKey, columns []string) []rel.SortKey {
	out := slices.Clone(keys)
	for i := range out {
		out[i].Expr = replace(out[i].Expr, columns)
	}
	return out
}

// literal is how a constant is written whose type is clear from it, or from what it is compared with.
func literal(l *rel.Literal) (string, bool) {
	switch v := l.Value.(type) {
	case nil:
		return "NULL", true
	case int64:
		return wholeNumber(l, v)
	case *big.Int:
		if l.Of.ID == types.Decimal {
			return rel.FormatDecimal(v, l.Of.Scale), true
		}
		return v.String(), true
	}
	return "", false
}

func wholeNumber(l *rel.Literal, v int64) (string, bool) {
	switch l.Of.ID {
	case types.Date:
		at := time.Unix(0, 0).UTC().AddDate(0, 0, int(min(max(v, -1e6), 1e6)))
		return "DATE '" + at.Format("2006-01-02") + "'", at.Year() > 0 && at.Year() < 10_000
	case types.Timestamp:
		at := time.UnixMicro(v).UTC()
		return "TIMESTAMP '" + at.Format("2006-01-02 15:04:05.999999") + "'", at.Year() > 0 && at.Year() < 10_000
	}
	if l.Of.IsInteger() {
		return big.NewInt(v).String(), true
	}
	return "", false
}
