package sqlgen

import (
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// opaque is the same value, of the same type, through which DuckDB 1.5's optimiser does not look: what it learns
// above, while the query runs, is not used to skip rows below. It drops a COALESCE of what is never NULL, and a
// cast of integers it looks through.
func opaque(sql string) string { return "greatest(" + sql + ")" }

// columns are expressions that become columns, by which what is above may sort.
func (x *exprSQL) columns(exprs []rel.Expr) ([]string, error) {
	out := make([]string, len(exprs))
	for i, e := range exprs {
		var err error
		if out[i], err = x.column(e); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// column hides a cast of an integer to one that has not all of its values. DuckDB 1.5 compares the least or greatest
// that a top-n has found so far with the bounds of a file's column as if both were of one type, and where the cast
// gives NULL it takes the column's value for it.
func (x *exprSQL) column(e rel.Expr) (string, error) {
	sql, err := x.expr(e)
	if narrows(e) {
		sql = opaque(sql)
	}
	return sql, err
}

// narrows is true of casts, one in another, of an integer to one that has not all of its values.
func narrows(e rel.Expr) bool {
	c, ok := e.(*rel.Cast)
	if !ok {
		return false
	}
	from, ok := integers[c.Input.Type().ID]
	to, is := integers[c.To.ID]
	if !ok || !is {
		return false
	}
	return to.bits < from.bits || from.signed && !to.signed || to.signed && !from.signed && to.bits == from.bits || narrows(c.Input)
}

// integers are those that DuckDB looks through casts of, and more.
var integers = map[types.ID]struct {
	bits   int
	signed bool
}{
	types.TinyInt: {8, true}, types.SmallInt: {16, true}, types.Integer: {32, true}, types.BigInt: {64, true},
	types.HugeInt: {128, true}, types.UTinyInt: {8, false}, types.USmallInt: {16, false}, types.UInteger: {32, false},
	types.UBigInt: {64, false}, types.UHugeInt: {128, false},
}
