package codec

import (
	"fmt"
	"strings"

	pb "github.com/substrait-io/substrait-protobuf/go/substraitpb"

	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/platform/nearest"
	"github.com/shoal-db/shoal/libs/substrait/functions"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// invoked is a call of any kind of function.
type invoked interface {
	GetFunctionReference() uint32
	GetArguments() []*pb.FunctionArgument
	GetOptions() []*pb.FunctionOption
	GetOutputType() *pb.Type
}

// positional is a call in the style before there were function arguments.
type positional interface{ GetArgs() []*pb.Expression }

// invocation reads what every call has: arguments, options, and the result's type, which some
// producers leave out.
func (d *decoder) invocation(kind functions.Kind, f invoked, columns []types.Type) (*functions.Call, error) {
	call := &functions.Call{ResultType: d.opts.ResultType}
	var err error
	if call.Args, err = each(d, "arguments", f.GetArguments(), func(a *pb.FunctionArgument) (functions.Arg, error) {
		return d.argument(a, columns)
	}); err != nil {
		return nil, err
	}
	if p, ok := f.(positional); ok && len(call.Args) == 0 {
		if call.Args, err = each(d, "args", p.GetArgs(), func(x *pb.Expression) (functions.Arg, error) {
			return d.positional(x, columns)
		}); err != nil {
			return nil, err
		}
	}
	for _, o := range f.GetOptions() {
		call.Options = append(call.Options, functions.Option{Name: o.GetName(), Preference: o.GetPreference()})
	}
	if f.GetOutputType() == nil {
		if d.own {
			return nil, d.noType(kind, f.GetFunctionReference())
		}
		return call, nil
	}
	call.Output, err = d.typeOf(f.GetOutputType())
	return call, err
}

// noType is the error for a call whose type neither the plan nor anybody else tells.
func (d *decoder) noType(kind functions.Kind, anchor uint32) error {
	return d.fail("the %s function %q states no output type", kind, d.functions[anchor].name)
}

// resultType is the type of a call by DuckDB's name: the one that the plan states, or DuckDB's.
func (d *decoder) resultType(kind functions.Kind, anchor uint32, call *functions.Call, args []rel.Expr) (types.Type, error) {
	if call.Output.ID != types.Invalid {
		return call.Output, nil
	}
	if d.opts.ResultType == nil {
		return types.Type{}, d.noType(kind, anchor)
	}
	of, err := d.opts.ResultType(kind, d.functions[anchor].name, args)
	if err != nil {
		return of, d.wrap(err)
	}
	return of, nil
}

func (d *decoder) argument(a *pb.FunctionArgument, columns []types.Type) (functions.Arg, error) {
	switch k := a.GetArgType().(type) {
	case *pb.FunctionArgument_Value:
		if l := k.Value.GetLambda(); l != nil {
			return in(d, "value", l, func(l *pb.Expression_Lambda) (functions.Arg, error) { return d.lambdaArg(l, columns) })
		}
		x, err := in(d, "value", k.Value, d.over(columns))
		return functions.Arg{Value: x}, err
	case *pb.FunctionArgument_Enum:
		return functions.Arg{Enum: k.Enum}, nil
	case *pb.FunctionArgument_Type:
		return functions.Arg{}, d.fail("type arguments are not supported")
	}
	return functions.Arg{}, d.fail("an argument is missing or of an unknown kind")
}

func (d *decoder) positional(x *pb.Expression, columns []types.Type) (functions.Arg, error) {
	if k, ok := x.GetRexType().(*pb.Expression_Enum_); ok {
		return functions.Arg{Enum: k.Enum.GetSpecified()}, nil
	}
	v, err := d.expr(x, columns)
	return functions.Arg{Value: v}, err
}

// functionName finds what an anchor stands for.
func (d *decoder) functionName(anchor uint32) (declaration, error) {
	name, ok := d.functions[anchor]
	if !ok {
		return declaration{}, d.fail("the function anchor %d is not declared", anchor)
	}
	return name, nil
}

func (d *decoder) scalar(f *pb.Expression_ScalarFunction, columns []types.Type) (rel.Expr, error) {
	name, err := d.functionName(f.GetFunctionReference())
	if err != nil {
		return nil, err
	}
	call, err := d.invocation(functions.Scalar, f, columns)
	if err != nil {
		return nil, err
	}
	if name.urn == functions.DuckDB {
		return d.duckCall(f.GetFunctionReference(), call)
	}
	known, ok := functions.Lookup(functions.Scalar, name.urn, name.name)
	if !ok {
		return nil, d.unknown(functions.Scalar, name)
	}
	x, err := known.Scalar(call)
	if err != nil {
		return nil, d.wrap(err)
	}
	if x.Type().ID == types.Invalid {
		return nil, d.noType(functions.Scalar, f.GetFunctionReference())
	}
	if known.Repeats() {
		return x, d.weigh(x)
	}
	return x, nil
}

// unknown is the error for a function that DuckDB cannot be asked for.
func (d *decoder) unknown(kind functions.Kind, name declaration) error {
	f := fault.New(fault.InvalidArgument, opDecode, "%s", functions.Explain(kind, name.urn, name.name))
	simple, _, _ := strings.Cut(name.name, ":")
	hint := fmt.Sprintf("DuckDB's own functions can be called by their names under the extension %s", functions.DuckDB)
	if near := nearest.Names(simple, functions.Names(kind), 3); len(near) > 0 {
		f, hint = f.WithDetail("candidates", near), nearest.Hint(simple, functions.Names(kind))+" "+hint
	}
	return d.wrap(f.WithDetail("function", name.name).WithDetail("extension", name.urn).WithHint("%s", hint))
}

// duckCall is a call by DuckDB's name.
func (d *decoder) duckCall(anchor uint32, call *functions.Call) (rel.Expr, error) {
	name := d.functions[anchor].name
	args, err := d.values(name, call)
	if err != nil {
		return nil, err
	}
	if name != caseFunction {
		of, err := d.resultType(functions.Scalar, anchor, call, args)
		return &rel.Call{Func: name, Args: args, Of: of}, err
	}
	if call.Output.ID == types.Invalid {
		return nil, d.noType(functions.Scalar, anchor)
	}
	if len(args) < 2 {
		return nil, d.fail("a CASE has %d arguments, not conditions and values", len(args))
	}
	c := &rel.Case{Of: call.Output}
	for len(args) >= 2 {
		c.Whens = append(c.Whens, rel.When{Cond: args[0], Then: args[1]})
		args = args[2:]
	}
	if len(args) == 1 {
		c.Else = args[0]
	}
	return c, nil
}

// values are the arguments of a DuckDB function, which has no enums and no options.
func (d *decoder) values(name string, call *functions.Call) ([]rel.Expr, error) {
	if name == "" {
		return nil, d.fail("a function has no name")
	}
	if len(call.Options) > 0 {
		return nil, d.fail("DuckDB's function %s has no option %q", name, call.Options[0].Name)
	}
	var out []rel.Expr
	for _, a := range call.Args {
		if a.Value == nil {
			return nil, d.fail("DuckDB's function %s takes no enum argument, but %s is given", name, a.Enum)
		}
		out = append(out, a.Value)
	}
	return out, nil
}

// aggregation is the call of an aggregate or window function in DuckDB's terms.
func (d *decoder) aggregation(kind functions.Kind, anchor uint32, call *functions.Call) (functions.Aggregation, error) {
	name, err := d.functionName(anchor)
	if err != nil {
		return functions.Aggregation{}, err
	}
	if name.urn == functions.DuckDB {
		args, err := d.values(name.name, call)
		if err != nil {
			return functions.Aggregation{}, err
		}
		of, err := d.resultType(kind, anchor, call, args)
		return functions.Aggregation{Func: name.name, Args: args, Of: of}, err
	}
	known, ok := functions.Lookup(kind, name.urn, name.name)
	if !ok {
		return functions.Aggregation{}, d.unknown(kind, name)
	}
	agg, err := known.Aggregation(call)
	if err != nil {
		return functions.Aggregation{}, d.wrap(err)
	}
	return agg, nil
}
