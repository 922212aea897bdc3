package sqlgen

import (
	"strconv"
	"strings"

	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// unnest spreads lists in a SELECT of its own: what stands above sees columns.
func (g *generator) unnest(r *rel.Unnest) (*block, error) {
	if b, err := g.series(r); b != nil || err != nil {
		return b, err
	}
	b, err := g.rel(r.Input)
	if err != nil {
		return nil, err
	}
	// DuckDB orders a SELECT's rows after spreading them.
	if !b.open() || len(b.order) > 0 {
		b = g.wrap(b)
	}
	if len(r.Lists) == 0 {
		return nil, invalid("an unnest of nothing")
	}
	lists, err := g.over(b.cols).list(r.Lists)
	if err != nil {
		return nil, err
	}
	cols := append([]string{}, b.cols...)
	for _, l := range lists {
		cols = append(cols, "unnest("+l+")")
	}
	b.cols, b.plain = cols, false
	return g.wrap(b), nil
}

// series is an unnest of nothing but a range of constants as the table function,
// which makes its rows one by one where the list would have all of them; nil for
// any other.
func (g *generator) series(r *rel.Unnest) (*block, error) {
	one, ok := r.Input.(*rel.Values)
	if !ok || len(one.Columns) > 0 || len(one.Rows) != 1 || len(r.Lists) != 1 {
		return nil, nil
	}
	call, ok := r.Lists[0].(*rel.Call)
	if !ok || call.Func != "range" && call.Func != "generate_series" || !seriesTypes[rel.ElementOf(call.Of).ID] {
		return nil, nil
	}
	args, err := (&exprSQL{}).list(call.Args)
	if err != nil {
		return nil, err
	}
	t := g.table()
	return from(types.QuoteIdent(call.Func)+"("+strings.Join(args, ", ")+") AS "+t+"(c0)", columnRefs(t, 1)), nil
}

// seriesTypes are what the table functions range and generate_series give.
var seriesTypes = map[types.ID]bool{types.BigInt: true, types.Timestamp: true, types.TimestampTZ: true}

// lambda is a function in place; its parameters are named by their depth.
func (x *exprSQL) lambda(e *rel.Lambda) (string, error) {
	if len(e.Params) == 0 {
		return "", invalid("a lambda without parameters")
	}
	names := make([]string, len(e.Params))
	for i := range names {
		names[i] = "p" + strconv.Itoa(len(x.params)) + "_" + strconv.Itoa(i)
	}
	x.params = append(x.params, names)
	body, err := x.expr(e.Body)
	x.params = x.params[:len(x.params)-1]
	return "(lambda " + strings.Join(names, ", ") + ": " + body + ")", err
}

func (x *exprSQL) param(e *rel.Param) (string, error) {
	at := len(x.params) - 1 - e.Out
	if e.Out < 0 || at < 0 || e.Index < 0 || e.Index >= len(x.params[at]) {
		return "", invalid("parameter %d of a lambda %d further out", e.Index, e.Out)
	}
	return x.params[at][e.Index], nil
}
