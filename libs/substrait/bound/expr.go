package bound

import (
	"slices"

	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// scope is what positional references mean: DuckDB's column i is the input's
// field cols[i], or, if that is negative, a virtual column (a row's number in
// its table), which has no meaning here.
type scope struct {
	cols  []int
	types []types.Type // by field
	at    []binding    // of the columns
	// params and captured are what a lambda's body sees instead.
	params   []types.Type
	captured []rel.Expr
}

var comparisons = map[string]string{
	"COMPARE_EQUAL": rel.Eq, "COMPARE_NOTEQUAL": rel.Ne, "COMPARE_LESSTHAN": rel.Lt,
	"COMPARE_LESSTHANOREQUALTO": rel.Le, "COMPARE_GREATERTHAN": rel.Gt, "COMPARE_GREATERTHANOREQUALTO": rel.Ge,
	"COMPARE_DISTINCT_FROM": rel.DistinctFrom, "COMPARE_NOT_DISTINCT_FROM": rel.NotDistinctFrom,
}

// expr converts one expression; REQUIRES: s is the scope of the operator's input.
func (c *converter) expr(o object, s scope) (rel.Expr, error) {
	e, err := c.exprClass(o, s)
	if err != nil {
		return nil, at(err, o)
	}
	return e, nil
}

func (c *converter) exprClass(o object, s scope) (rel.Expr, error) {
	switch class := o.string("expression_class"); class {
	case "BOUND_REF":
		if s.params != nil {
			return s.lambdaRef(o)
		}
		i, err := o.index("index", len(s.cols))
		if err != nil {
			return nil, err
		}
		return s.field(o, i)
	case "BOUND_COLUMN_REF":
		return s.bound(o)
	case "BOUND_CONSTANT":
		return readValue(o.object("value"))
	case "BOUND_CAST":
		return c.cast(o, s)
	case "BOUND_COMPARISON":
		return c.comparison(o, s)
	case "BOUND_CONJUNCTION":
		return c.conjunction(o, s)
	case "BOUND_FUNCTION":
		return c.function(o, s)
	case "BOUND_OPERATOR":
		return c.operator(o, s)
	case "BOUND_CASE":
		return c.caseExpr(o, s)
	case "BOUND_BETWEEN":
		return c.between(o, s)
	case "BOUND_UNNEST":
		return nil, malformed("an unnest inside of an expression")
	case "BOUND_PARAMETER":
		return nil, unsupported("parameters are")
	case "BOUND_AGGREGATE", "BOUND_WINDOW":
		return nil, malformed("%s inside of an expression", class)
	default:
		return nil, malformed("an expression of class %q", class)
	}
}

func (c *converter) exprs(items []object, s scope) ([]rel.Expr, error) {
	out := make([]rel.Expr, len(items))
	for i, o := range items {
		var err error
		if out[i], err = c.expr(o, s); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// optional converts an expression that may be missing.
func (c *converter) optional(o object, s scope) (rel.Expr, error) {
	if o == nil {
		return nil, nil
	}
	return c.expr(o, s)
}

// bound is the field that a reference by binding means.
func (s scope) bound(o object) (rel.Expr, error) {
	b := o.object("binding")
	table, err := b.uint("table_index")
	if err != nil {
		return nil, err
	}
	column, err := b.uint("column_index")
	if err != nil {
		return nil, err
	}
	i := slices.Index(s.at, binding{table, column})
	if i < 0 || i >= len(s.cols) {
		return nil, malformed("no column is bound to %d.%d", table, column)
	}
	return s.field(o, i)
}

// field is the field of DuckDB's column i.
func (s scope) field(o object, i int) (rel.Expr, error) {
	f := s.cols[i]
	if f < 0 {
		return nil, unsupported("the pseudocolumn " + o.string("alias") + " is").
			WithHint("rows of a distributed table have no number; order by a column instead")
	}
	t, err := returnType(o)
	if err != nil {
		return nil, err
	}
	if !t.Equal(s.types[f]) {
		return nil, malformed("column %d is %s, not %s", i, s.types[f], t)
	}
	return &rel.Field{Index: f, Of: t}, nil
}

func (c *converter) cast(o object, s scope) (rel.Expr, error) {
	in, err := c.expr(o.object("child"), s)
	if err != nil {
		return nil, err
	}
	to, err := returnType(o)
	if err != nil {
		return nil, err
	}
	// The binder casts literals, whose own types are still open, to what they
	// are already.
	if in.Type().Equal(to) {
		return in, nil
	}
	if l, ok := in.(*rel.Literal); ok && l.Value == nil && l.Of.ID == types.SQLNull {
		return rel.Null(to), nil
	}
	return &rel.Cast{Input: in, To: to, Try: o.bool("try_cast")}, nil
}

func (c *converter) comparison(o object, s scope) (rel.Expr, error) {
	name, ok := comparisons[o.string("type")]
	if !ok {
		return nil, malformed("a comparison of type %q", o.string("type"))
	}
	args, err := c.exprs([]object{o.object("left"), o.object("right")}, s)
	if err != nil {
		return nil, err
	}
	return rel.Bools(name, args...), nil
}

func (c *converter) conjunction(o object, s scope) (rel.Expr, error) {
	name := rel.And
	switch o.string("type") {
	case "CONJUNCTION_AND":
	case "CONJUNCTION_OR":
		name = rel.Or
	default:
		return nil, malformed("a conjunction of type %q", o.string("type"))
	}
	args, err := c.exprs(o.objects("children"), s)
	if err != nil {
		return nil, err
	}
	if len(args) == 0 {
		return nil, malformed("an empty conjunction")
	}
	return junction(name, args), nil
}

// junction joins conditions by And or Or, flat.
func junction(name string, conds []rel.Expr) rel.Expr {
	var args []rel.Expr
	for _, e := range conds {
		if call, ok := e.(*rel.Call); ok && call.Func == name {
			args = append(args, call.Args...)
		} else {
			args = append(args, e)
		}
	}
	if len(args) == 1 {
		return args[0]
	}
	return rel.Bools(name, args...)
}

func (c *converter) caseExpr(o object, s scope) (rel.Expr, error) {
	t, err := returnType(o)
	if err != nil {
		return nil, err
	}
	out := &rel.Case{Of: t}
	for _, check := range o.objects("case_checks") {
		arm, err := c.exprs([]object{check.object("when_expr"), check.object("then_expr")}, s)
		if err != nil {
			return nil, err
		}
		out.Whens = append(out.Whens, rel.When{Cond: arm[0], Then: typed(arm[1], t)})
	}
	if len(out.Whens) == 0 {
		return nil, malformed("a CASE without WHEN")
	}
	if out.Else, err = c.optional(o.object("else_expr"), s); err != nil || out.Else == nil {
		return out, err
	}
	out.Else = typed(out.Else, t)
	return out, nil
}

// typed gives a NULL that has no type yet the one of its place.
func typed(e rel.Expr, t types.Type) rel.Expr {
	if l, ok := e.(*rel.Literal); ok && l.Value == nil {
		return rel.Null(t)
	}
	return e
}

func (c *converter) between(o object, s scope) (rel.Expr, error) {
	args, err := c.exprs([]object{o.object("input"), o.object("lower"), o.object("upper")}, s)
	if err != nil {
		return nil, err
	}
	lower, upper := rel.Gt, rel.Lt
	if o.bool("lower_inclusive") {
		lower = rel.Ge
	}
	if o.bool("upper_inclusive") {
		upper = rel.Le
	}
	return rel.Bools(rel.And, rel.Bools(lower, args[0], args[1]), rel.Bools(upper, args[0], args[2])), nil
}

// operators are the BOUND_OPERATORs that are calls, and how many arguments
// they take; 0 is any number but none.
var operators = map[string]struct {
	name string
	args int
}{
	"OPERATOR_NOT":         {rel.Not, 1},
	"OPERATOR_IS_NULL":     {rel.IsNull, 1},
	"OPERATOR_IS_NOT_NULL": {rel.IsNotNull, 1},
	"OPERATOR_COALESCE":    {rel.Coalesce, 0},
	"OPERATOR_TRY":         {"try", 1},
	"OPERATOR_NULLIF":      {"nullif", 2},
	"ARRAY_EXTRACT":        {"array_extract", 2},
	"STRUCT_EXTRACT":       {"struct_extract", 2},
	"ARRAY_SLICE":          {"array_slice", 0},
	"ARRAY_CONSTRUCTOR":    {"list_value", 0},
}

func (c *converter) operator(o object, s scope) (rel.Expr, error) {
	args, err := c.exprs(o.objects("children"), s)
	if err != nil {
		return nil, err
	}
	kind := o.string("type")
	if kind == "COMPARE_IN" || kind == "COMPARE_NOT_IN" {
		if len(args) < 2 {
			return nil, malformed("IN without options")
		}
		in := rel.Expr(&rel.In{Value: args[0], Options: args[1:]})
		if kind == "COMPARE_NOT_IN" {
			in = rel.Bools(rel.Not, in)
		}
		return in, nil
	}
	op, ok := operators[kind]
	if !ok {
		return nil, beyond(KindExpression, "the operator "+kind+" is")
	}
	if len(args) == 0 || op.args > 0 && len(args) != op.args {
		return nil, malformed("%s of %d arguments", kind, len(args))
	}
	t, err := returnType(o)
	if err != nil {
		return nil, err
	}
	return &rel.Call{Func: op.name, Args: args, Of: t}, nil
}
