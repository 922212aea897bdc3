package bound

import (
	"slices"

	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// lambdaCall converts a call such as list_transform(l, lambda x: x + y). DuckDB
// moves what the lambda captures into further arguments, and its body refers to
// the parameters, the last one first, and after them to what was captured.
func (c *converter) lambdaCall(name string, t types.Type, args []rel.Expr, data object, s scope) (rel.Expr, error) {
	if len(args) == 0 {
		return nil, malformed("%s without a list", name)
	}
	element := rel.ElementOf(args[0].Type())
	params := []types.Type{element}
	given := 1
	if reduces[name] {
		params = []types.Type{t, element}
		if data.bool("has_initial") {
			given = 2
		}
	}
	if data.bool("has_index") {
		params = append(params, types.Of(types.BigInt))
	}
	if len(args) < given {
		return nil, malformed("%s of %d arguments", name, len(args))
	}
	inner := scope{params: params, captured: args[given:]}
	body, err := c.expr(data.object("lambda_expr"), inner)
	if err != nil {
		return nil, err
	}
	call := &rel.Call{Func: name, Args: []rel.Expr{args[0], &rel.Lambda{Params: params, Body: body}}, Of: t}
	call.Args = append(call.Args, args[1:given]...)
	return call, nil
}

// takesLambda is true of calls of functions that have a lambda among their arguments.
func takesLambda(o object) bool {
	return slices.ContainsFunc(o.objects("arguments"), func(t object) bool { return t.string("id") == "LAMBDA" })
}

// reduces are the functions that carry a value from element to element.
var reduces = map[string]bool{"list_reduce": true, "array_reduce": true, "reduce": true}

// lambdaRef is a reference in a lambda's body.
func (s scope) lambdaRef(o object) (rel.Expr, error) {
	i, err := o.index("index", len(s.params)+len(s.captured))
	if err != nil {
		return nil, err
	}
	t, err := returnType(o)
	if err != nil {
		return nil, err
	}
	var out rel.Expr
	if n := len(s.params); i < n {
		out = &rel.Param{Index: n - 1 - i, Of: s.params[n-1-i]}
	} else {
		out = rel.Inside(s.captured[i-n])
	}
	if !out.Type().Equal(t) {
		return nil, malformed("reference %d of a lambda is %s, not %s", i, out.Type(), t)
	}
	return out, nil
}
