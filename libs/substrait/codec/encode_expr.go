package codec

import (
	pb "github.com/substrait-io/substrait-protobuf/go/substraitpb"

	"github.com/shoal-db/shoal/libs/substrait/functions"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// caseFunction is how a CASE travels whose first arm has another type than the whole: Substrait's
// has no type of its own.
const caseFunction = "case"

// expr writes an expression over the columns.
func (e *encoder) expr(x rel.Expr, columns []types.Type) (*pb.Expression, error) {
	if err := e.enter(); err != nil {
		return nil, err
	}
	out, err := e.exprOf(x, columns)
	if err != nil {
		return nil, err
	}
	e.leave()
	return out, nil
}

func (e *encoder) exprOf(x rel.Expr, columns []types.Type) (*pb.Expression, error) {
	switch x := x.(type) {
	case *rel.Field:
		if x.Index < 0 || x.Index >= len(columns) {
			return nil, invalidTree("a field reference names column %d of %d", x.Index, len(columns))
		}
		if !x.Of.Equal(columns[x.Index]) {
			return nil, invalidTree("a field reference takes column %d for %s, it is %s", x.Index, x.Of, columns[x.Index])
		}
		return fieldRef(x.Index), nil
	case *rel.Literal:
		l, err := e.literal(x.Of, x.Value)
		return &pb.Expression{RexType: &pb.Expression_Literal_{Literal: l}}, err
	case *rel.Call:
		return e.call(x.Func, x.Args, x.Of, columns)
	case *rel.Cast:
		return e.cast(x, columns)
	case *rel.Case:
		return e.caseOf(x, columns)
	case *rel.In:
		value, err := e.expr(x.Value, columns)
		if err != nil {
			return nil, err
		}
		options, err := e.exprs(x.Options, columns)
		return &pb.Expression{RexType: &pb.Expression_SingularOrList_{
			SingularOrList: &pb.Expression_SingularOrList{Value: value, Options: options}}}, err
	case *rel.WindowCall:
		return e.window(x, columns)
	case *rel.Lambda:
		return e.lambda(x, columns)
	case *rel.Param:
		return e.param(x)
	case *rel.Subquery:
		return e.subquery(x, columns)
	case *rel.OuterField:
		return e.outerField(x)
	}
	return nil, invalidTree("the expression %T is unknown", x)
}

func fieldRef(index int) *pb.Expression {
	return &pb.Expression{RexType: &pb.Expression_Selection{Selection: &pb.Expression_FieldReference{
		ReferenceType: &pb.Expression_FieldReference_DirectReference{DirectReference: &pb.Expression_ReferenceSegment{
			ReferenceType: &pb.Expression_ReferenceSegment_StructField_{
				StructField: &pb.Expression_ReferenceSegment_StructField{Field: int32(index)}}}},
		RootType: &pb.Expression_FieldReference_RootReference_{RootReference: &pb.Expression_FieldReference_RootReference{}},
	}}}
}

// optional writes an expression that may be absent.
func (e *encoder) optional(x rel.Expr, columns []types.Type) (*pb.Expression, error) {
	if x == nil {
		return nil, nil
	}
	return e.expr(x, columns)
}

func (e *encoder) exprs(list []rel.Expr, columns []types.Type) ([]*pb.Expression, error) {
	var out []*pb.Expression
	for _, x := range list {
		p, err := e.expr(x, columns)
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

func valueArg(x *pb.Expression) *pb.FunctionArgument {
	return &pb.FunctionArgument{ArgType: &pb.FunctionArgument_Value{Value: x}}
}

// args writes a function's arguments and returns their types.
func (e *encoder) args(list []rel.Expr, columns []types.Type) ([]*pb.FunctionArgument, []types.Type, error) {
	var out []*pb.FunctionArgument
	of := make([]types.Type, len(list))
	for i, x := range list {
		p, err := e.expr(x, columns)
		if err != nil {
			return nil, nil, err
		}
		out = append(out, valueArg(p))
		of[i] = x.Type()
	}
	return out, of, nil
}

func (e *encoder) call(name string, list []rel.Expr, of types.Type, columns []types.Type) (*pb.Expression, error) {
	args, argTypes, err := e.args(list, columns)
	if err != nil {
		return nil, err
	}
	f := &pb.Expression_ScalarFunction{Arguments: args}
	f.FunctionReference, f.Options = e.declare(functions.Scalar, name, argTypes, of)
	if f.OutputType, err = e.typeOf(of); err != nil {
		return nil, err
	}
	return &pb.Expression{RexType: &pb.Expression_ScalarFunction_{ScalarFunction: f}}, nil
}

func (e *encoder) cast(x *rel.Cast, columns []types.Type) (*pb.Expression, error) {
	in, err := e.expr(x.Input, columns)
	if err != nil {
		return nil, err
	}
	to, err := e.typeOf(x.To)
	if err != nil {
		return nil, err
	}
	failure := pb.Expression_Cast_FAILURE_BEHAVIOR_THROW_EXCEPTION
	if x.Try {
		failure = pb.Expression_Cast_FAILURE_BEHAVIOR_RETURN_NULL
	}
	return &pb.Expression{RexType: &pb.Expression_Cast_{Cast: &pb.Expression_Cast{Type: to, Input: in, FailureBehavior: failure}}}, nil
}

func (e *encoder) caseOf(x *rel.Case, columns []types.Type) (*pb.Expression, error) {
	if len(x.Whens) == 0 {
		return nil, invalidTree("a CASE has no arms")
	}
	if !x.Whens[0].Then.Type().Equal(x.Of) {
		return e.call(caseFunction, x.Children(), x.Of, columns)
	}
	out := &pb.Expression_IfThen{}
	for _, w := range x.Whens {
		cond, err := e.expr(w.Cond, columns)
		if err != nil {
			return nil, err
		}
		then, err := e.expr(w.Then, columns)
		if err != nil {
			return nil, err
		}
		out.Ifs = append(out.Ifs, &pb.Expression_IfThen_IfClause{If: cond, Then: then})
	}
	var err error
	out.Else, err = e.optional(x.Else, columns)
	return &pb.Expression{RexType: &pb.Expression_IfThen_{IfThen: out}}, err
}
