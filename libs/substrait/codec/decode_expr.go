package codec

import (
	pb "github.com/substrait-io/substrait-protobuf/go/substraitpb"

	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// over reads expressions over columns.
func (d *decoder) over(columns []types.Type) func(*pb.Expression) (rel.Expr, error) {
	return func(x *pb.Expression) (rel.Expr, error) { return d.expr(x, columns) }
}

func (d *decoder) exprs(field string, list []*pb.Expression, columns []types.Type) ([]rel.Expr, error) {
	return each(d, field, list, d.over(columns))
}

// condition reads an expression that may be absent, and must be BOOLEAN.
func (d *decoder) condition(field string, x *pb.Expression, columns []types.Type) (rel.Expr, error) {
	if x == nil {
		return nil, nil
	}
	cond, err := in(d, field, x, d.over(columns))
	if err != nil {
		return nil, err
	}
	if id := cond.Type().ID; id != types.Boolean && id != types.SQLNull && !d.own {
		return nil, d.fail("%s is %s, not BOOLEAN", field, cond.Type())
	}
	return cond, nil
}

func exprName(x *pb.Expression) string {
	m := x.ProtoReflect()
	if f := m.WhichOneof(m.Descriptor().Oneofs().ByName("rex_type")); f != nil {
		return f.JSONName()
	}
	return "expression"
}

// expr reads an expression over columns.
func (d *decoder) expr(x *pb.Expression, columns []types.Type) (rel.Expr, error) {
	if err := d.enter(exprName(x)); err != nil {
		return nil, err
	}
	out, err := d.exprOf(x, columns)
	if err != nil {
		return nil, err
	}
	d.leave()
	return out, nil
}

func (d *decoder) exprOf(x *pb.Expression, columns []types.Type) (rel.Expr, error) {
	switch k := x.GetRexType().(type) {
	case *pb.Expression_Literal_:
		// A *rel.Literal must not be put into the interface when it is nil.
		l, err := d.literal(k.Literal)
		if err != nil {
			return nil, err
		}
		return l, nil
	case *pb.Expression_Selection:
		return d.selection(k.Selection, columns)
	case *pb.Expression_ScalarFunction_:
		return d.scalar(k.ScalarFunction, columns)
	case *pb.Expression_WindowFunction_:
		return d.window(k.WindowFunction, columns)
	case *pb.Expression_IfThen_:
		return d.ifThen(k.IfThen, columns)
	case *pb.Expression_SwitchExpression_:
		return d.switchOf(k.SwitchExpression, columns)
	case *pb.Expression_SingularOrList_:
		return d.inList(k.SingularOrList, columns)
	case *pb.Expression_MultiOrList_:
		return d.inRecords(k.MultiOrList, columns)
	case *pb.Expression_Cast_:
		return d.cast(k.Cast, columns)
	case *pb.Expression_Nested_:
		return d.nested(k.Nested, columns)
	case *pb.Expression_DynamicParameter:
		return d.parameter(k.DynamicParameter)
	case *pb.Expression_Subquery_:
		return d.subquery(k.Subquery, columns)
	case *pb.Expression_Lambda_:
		return nil, d.fail("a lambda stands where a value is expected, not as a function's argument")
	case *pb.Expression_LambdaInvocation_:
		return nil, d.fail("invocations of lambdas are not supported")
	case *pb.Expression_Enum_:
		return nil, d.fail("an enum stands where a value is expected")
	}
	return nil, d.fail("an expression is missing or of an unknown kind")
}

func (d *decoder) cast(c *pb.Expression_Cast, columns []types.Type) (rel.Expr, error) {
	input, err := in(d, "input", c.GetInput(), d.over(columns))
	if err != nil {
		return nil, err
	}
	to, err := d.typeOf(c.GetType())
	if err != nil {
		return nil, err
	}
	try := c.GetFailureBehavior() == pb.Expression_Cast_FAILURE_BEHAVIOR_RETURN_NULL
	return &rel.Cast{Input: input, To: to, Try: try}, nil
}

// ifThen has the type of its first arm that is not a bare NULL; a foreign plan's other arms are
// cast to it.
func (d *decoder) ifThen(c *pb.Expression_IfThen, columns []types.Type) (rel.Expr, error) {
	if ifs := c.GetIfs(); len(ifs) > 1 && ifs[0].GetThen() == nil {
		return d.caseValue(ifs, c.GetElse(), columns)
	}
	whens, err := each(d, "ifs", c.GetIfs(), func(w *pb.Expression_IfThen_IfClause) (rel.When, error) {
		cond, err := d.condition("if", w.GetIf(), columns)
		if err != nil {
			return rel.When{}, err
		}
		if cond == nil {
			return rel.When{}, d.fail("an arm has no condition")
		}
		then, err := in(d, "then", w.GetThen(), d.over(columns))
		return rel.When{Cond: cond, Then: then}, err
	})
	if err != nil {
		return nil, err
	}
	return d.caseOf(whens, c.GetElse(), columns)
}

// caseValue reads DataFusion's CASE x WHEN …, whose first arm has x for its condition, and no value.
func (d *decoder) caseValue(ifs []*pb.Expression_IfThen_IfClause, otherwise *pb.Expression, columns []types.Type) (rel.Expr, error) {
	match, err := in(d, "ifs[0].if", ifs[0].GetIf(), d.over(columns))
	if err != nil {
		return nil, err
	}
	whens, err := each(d, "ifs", ifs[1:], func(w *pb.Expression_IfThen_IfClause) (rel.When, error) {
		value, err := in(d, "if", w.GetIf(), d.over(columns))
		if err != nil {
			return rel.When{}, err
		}
		then, err := in(d, "then", w.GetThen(), d.over(columns))
		return rel.When{Cond: rel.Bools(rel.Eq, match, value), Then: then}, err
	})
	if err != nil {
		return nil, err
	}
	out, err := d.caseOf(whens, otherwise, columns)
	if err != nil {
		return nil, err
	}
	return out, d.weigh(out)
}

func (d *decoder) caseOf(whens []rel.When, otherwise *pb.Expression, columns []types.Type) (rel.Expr, error) {
	if len(whens) == 0 {
		return nil, d.fail("a conditional expression has no arms")
	}
	out := &rel.Case{Whens: whens, Of: whens[0].Then.Type()}
	if otherwise != nil {
		var err error
		if out.Else, err = in(d, "else", otherwise, d.over(columns)); err != nil {
			return nil, err
		}
	}
	if d.own {
		return out, nil
	}
	for _, w := range whens {
		if out.Of.ID == types.SQLNull {
			out.Of = w.Then.Type()
		}
	}
	if out.Of.ID == types.SQLNull && out.Else != nil {
		out.Of = out.Else.Type()
	}
	for i := range whens {
		var err error
		if whens[i].Then, err = d.as(whens[i].Then, out.Of); err != nil {
			return nil, err
		}
	}
	if out.Else == nil {
		return out, nil
	}
	var err error
	out.Else, err = d.as(out.Else, out.Of)
	return out, err
}

func (d *decoder) switchOf(s *pb.Expression_SwitchExpression, columns []types.Type) (rel.Expr, error) {
	match, err := in(d, "match", s.GetMatch(), d.over(columns))
	if err != nil {
		return nil, err
	}
	whens, err := each(d, "ifs", s.GetIfs(), func(w *pb.Expression_SwitchExpression_IfValue) (rel.When, error) {
		value, err := d.literal(w.GetIf())
		if err != nil {
			return rel.When{}, err
		}
		then, err := in(d, "then", w.GetThen(), d.over(columns))
		return rel.When{Cond: rel.Bools(rel.Eq, match, value), Then: then}, err
	})
	if err != nil {
		return nil, err
	}
	out, err := d.caseOf(whens, s.GetElse(), columns)
	if err != nil {
		return nil, err
	}
	return out, d.weigh(out)
}

func (d *decoder) inList(l *pb.Expression_SingularOrList, columns []types.Type) (rel.Expr, error) {
	value, err := in(d, "value", l.GetValue(), d.over(columns))
	if err != nil {
		return nil, err
	}
	options, err := d.exprs("options", l.GetOptions(), columns)
	return &rel.In{Value: value, Options: options}, err
}

// inRecords spells (a, b) IN ((1, 2), …) with comparisons.
func (d *decoder) inRecords(l *pb.Expression_MultiOrList, columns []types.Type) (rel.Expr, error) {
	values, err := d.exprs("value", l.GetValue(), columns)
	if err != nil {
		return nil, err
	}
	records, err := each(d, "options", l.GetOptions(), func(r *pb.Expression_MultiOrList_Record) (rel.Expr, error) {
		fields, err := d.exprs("fields", r.GetFields(), columns)
		if err != nil {
			return nil, err
		}
		if len(fields) != len(values) || len(fields) == 0 {
			return nil, d.fail("a record has %d fields for %d values", len(fields), len(values))
		}
		for i := range fields {
			fields[i] = rel.Bools(rel.Eq, values[i], fields[i])
		}
		record := rel.Conjunction(fields)
		return record, d.weigh(record)
	})
	if err != nil {
		return nil, err
	}
	switch len(records) {
	case 0:
		return rel.Bool(false), nil
	case 1:
		return records[0], nil
	}
	return rel.Bools(rel.Or, records...), nil
}

// parameter puts the value in that the plan binds a parameter to.
func (d *decoder) parameter(p *pb.DynamicParameter) (rel.Expr, error) {
	bound, ok := d.params[p.GetParameterReference()]
	if !ok {
		return nil, d.fail("the parameter %d is bound to no value", p.GetParameterReference())
	}
	l, err := d.literal(bound)
	if err != nil {
		return nil, err
	}
	if p.GetType() == nil {
		return l, nil
	}
	t, err := d.typeOf(p.GetType())
	if err != nil {
		return nil, err
	}
	return d.as(l, t)
}
