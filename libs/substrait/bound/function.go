package bound

import (
	"math/big"
	"strings"
	"time"

	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

func (c *converter) function(o object, s scope) (rel.Expr, error) {
	name := o.string("name")
	if name == "" {
		return nil, malformed("a function without a name")
	}
	data := o.object("function_data")
	t, err := returnType(o)
	if err != nil {
		return nil, err
	}
	args, err := c.exprs(o.objects("children"), s)
	if err != nil {
		return nil, err
	}
	switch {
	case data.has("lambda_expr"):
		return c.lambdaCall(name, t, args, data, s)
	case t.ID == types.SQLNull && takesLambda(o):
		return rel.Null(t), nil // DuckDB drops the lambda over a NULL that is no list
	case name == "struct_update":
		return structUpdate(o, args, t)
	case name == "alias":
		// What it gives depends on where in the query it stands.
		return nil, beyond(KindExpression, "the function alias is")
	case len(args) == 0:
		if now, ok := c.now(name, t); ok {
			return now, nil
		}
	}
	if place, ok := c.session(name, args, t); ok {
		return place, nil
	}
	// The binder takes the list of parts out of date_part(['year', …], d); the
	// result's members are named after them.
	if name == "date_part" && t.ID == types.Struct && len(args) == 1 {
		args = []rel.Expr{partsList(t), args[0]}
	}
	// list_aggregate(l, 'string_agg', ',') hands the rest to the aggregate.
	if inner := data.object("bind_data").object("aggr_expr"); inner != nil && len(args) == 2 {
		moved, err := movedArgs(inner)
		if err != nil {
			return nil, err
		}
		args = append(args, moved...)
	}
	return naturalDecimals(&rel.Call{Func: name, Args: args, Of: t}), nil
}

// structUpdate builds the new struct, member by member: which of them a value is
// for, only the value's alias says.
func structUpdate(o object, args []rel.Expr, t types.Type) (rel.Expr, error) {
	if len(args) < 2 || t.ID != types.Struct || args[0].Type().ID != types.Struct {
		return nil, malformed("struct_update of %d arguments", len(args))
	}
	members := map[string]rel.Expr{}
	for _, f := range args[0].Type().Fields {
		members[strings.ToLower(f.Name)] = &rel.Call{Func: "struct_extract", Args: []rel.Expr{args[0], rel.Str(f.Name)}, Of: f.Type}
	}
	for i, item := range o.objects("children")[1:] {
		members[strings.ToLower(item.string("alias"))] = args[i+1]
	}
	out := &rel.Call{Func: "struct_pack", Of: t}
	for _, f := range t.Fields {
		m, ok := members[strings.ToLower(f.Name)]
		if !ok || !m.Type().Equal(f.Type) {
			return nil, malformed("struct_update without a value for %q", f.Name)
		}
		out.Args = append(out.Args, m)
	}
	return out, nil
}

func partsList(t types.Type) rel.Expr {
	parts := make([]any, len(t.Fields))
	for i, f := range t.Fields {
		parts[i] = f.Name
	}
	return &rel.Literal{Of: types.ListOf(types.Of(types.Varchar)), Value: parts}
}

// now is the literal for the functions that ask for the time, which a query
// sees stand still.
func (c *converter) now(name string, t types.Type) (rel.Expr, bool) {
	now := c.opts.Now
	if c.opts.UsesNow != nil {
		*c.opts.UsesNow = true
	}
	switch name {
	case "now", "get_current_timestamp", "current_timestamp", "transaction_timestamp":
		if t.ID == types.TimestampTZ {
			return &rel.Literal{Of: t, Value: now.UnixMicro()}, true
		}
	case "current_localtimestamp", "localtimestamp":
		if t.ID == types.Timestamp {
			return &rel.Literal{Of: t, Value: wallClock(now).UnixMicro()}, true
		}
	case "today", "current_date":
		if t.ID == types.Date {
			return &rel.Literal{Of: t, Value: floorDiv(wallClock(now).Unix(), 86400)}, true
		}
	case "get_current_time", "current_localtime", "localtime":
		micros := wallClock(now).UnixMicro()
		micros -= floorDiv(micros, 86400e6) * 86400e6
		switch t.ID {
		case types.Time:
			return &rel.Literal{Of: t, Value: micros}, true
		case types.TimeTZ:
			_, offset := now.Zone()
			const maxOffset = 16*3600 - 1
			return &rel.Literal{Of: t, Value: timeTZ(uint64(micros)<<24 | uint64(maxOffset-offset))}, true
		}
	}
	return nil, false
}

// wallClock is what a clock on the wall shows, as if it were UTC.
func wallClock(t time.Time) time.Time {
	_, offset := t.Zone()
	return t.Add(time.Duration(offset) * time.Second)
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// measure converts an aggregate function's call.
func (c *converter) measure(o object, s scope) (rel.Measure, error) {
	m, err := c.measureOf(o, s)
	if err != nil {
		return m, at(err, o)
	}
	return m, nil
}

func (c *converter) measureOf(o object, s scope) (rel.Measure, error) {
	m := rel.Measure{Func: o.string("name"), Distinct: o.string("aggregate_type") == "DISTINCT"}
	if o.string("expression_class") != "BOUND_AGGREGATE" || m.Func == "" {
		return m, malformed("an aggregate of class %q", o.string("expression_class"))
	}
	var err error
	if m.Type, err = returnType(o); err != nil {
		return m, err
	}
	if m.Args, err = c.aggregateArgs(o, s); err != nil {
		return m, err
	}
	if m.Filter, err = c.optional(o.object("filter"), s); err != nil {
		return m, err
	}
	m.OrderBy, err = c.sortKeys(o.object("order_bys").objects("orders"), s)
	return m, err
}

// aggregateArgs are an aggregate's arguments, those included that the binder
// moves out of the call because they must be constant.
func (c *converter) aggregateArgs(o object, s scope) ([]rel.Expr, error) {
	args, err := c.exprs(o.objects("children"), s)
	if err != nil {
		return nil, err
	}
	moved, err := movedArgs(o)
	return append(args, moved...), err
}

func movedArgs(o object) ([]rel.Expr, error) {
	name, data := o.string("name"), o.object("function_data")
	given := len(o.array("original_arguments"))
	switch name {
	case "string_agg", "listagg", "group_concat":
		if sep, ok := data.get("separator").(string); ok {
			return []rel.Expr{rel.Str(sep)}, nil
		}
	case "quantile_cont", "quantile_disc", "quantile":
		return quantiles(data, isList(o))
	case "median", "mad":
		return nil, nil
	case "approx_quantile":
		q, err := fractions(data, types.Float, isList(o))
		return q, err
	case "reservoir_quantile":
		list, all := isList(o), data.array("quantiles")
		if !list && len(all) > 1 {
			all = all[:1] // of DECIMALs, DuckDB answers with the first of a list alone
		}
		q, err := fractions(object{{"quantiles", all}}, types.Double, list)
		if err != nil || given < 3 {
			return q, err
		}
		n, err := data.index("sample_size", 1<<31)
		return append(q, &rel.Literal{Of: types.Of(types.Integer), Value: int64(n)}), err
	case "bitstring_agg":
		if given == 3 {
			return bounds(data)
		}
	}
	return nil, nil
}

// isList says whether a quantile was asked for as a list. Of a list column
// the quantile is a list itself, so it is the argument that decides.
func isList(o object) bool {
	given := o.objects("original_arguments")
	if len(given) >= 2 {
		id := given[1].string("id")
		return id == "LIST" || id == "ARRAY"
	}
	args := o.objects("arguments")
	return o.object("return_type").string("id") == "LIST" && len(args) > 0 && args[0].string("id") != "LIST"
}

// quantiles undoes how DuckDB keeps a quantile's fractions: without sign, and
// whether they were negative, which means a descending order.
func quantiles(data object, list bool) ([]rel.Expr, error) {
	var values []any
	t := types.Of(types.Double)
	for _, o := range data.objects("quantiles") {
		l, err := readValue(o)
		if err != nil {
			return nil, err
		}
		if t = l.Of; data.bool("desc") {
			if l, err = negated(l); err != nil {
				return nil, err
			}
		}
		values = append(values, l.Value)
	}
	return oneOrList(values, t, list)
}

func fractions(data object, id types.ID, list bool) ([]rel.Expr, error) {
	var values []any
	for _, v := range data.array("quantiles") {
		n, ok := v.(number)
		if !ok {
			return nil, malformed("a quantile that is not a number")
		}
		f, err := floatPayload(string(n))
		if err != nil {
			return nil, err
		}
		values = append(values, f)
	}
	return oneOrList(values, types.Of(id), list)
}

func oneOrList(values []any, t types.Type, list bool) ([]rel.Expr, error) {
	if list {
		return []rel.Expr{&rel.Literal{Of: types.ListOf(t), Value: values}}, nil
	}
	if len(values) != 1 {
		return nil, malformed("%d quantiles where one is expected", len(values))
	}
	return []rel.Expr{&rel.Literal{Of: t, Value: values[0]}}, nil
}

func bounds(data object) ([]rel.Expr, error) {
	lowest, err := readValue(data.object("min"))
	if err != nil {
		return nil, err
	}
	highest, err := readValue(data.object("max"))
	if err != nil {
		return nil, err
	}
	return []rel.Expr{lowest, highest}, nil
}

// negated is minus a number.
func negated(l *rel.Literal) (*rel.Literal, error) {
	switch v := l.Value.(type) {
	case int64:
		return &rel.Literal{Of: l.Of, Value: -v}, nil
	case float64:
		return &rel.Literal{Of: l.Of, Value: -v}, nil
	case *big.Int:
		return &rel.Literal{Of: l.Of, Value: new(big.Int).Neg(v)}, nil
	}
	return nil, malformed("a quantile of type %s", l.Of)
}
