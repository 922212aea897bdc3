package codec

import (
	"strconv"

	pb "github.com/substrait-io/substrait-protobuf/go/substraitpb"

	"github.com/shoal-db/shoal/libs/substrait/functions"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// What Substrait has no relation for travels as the standard relation that is nearest, with a
// function of Shoal's extension where it changes what the relation means, so that whoever does not
// know the function refuses the plan instead of misreading it:
//
//	Unnest      a projection of unnest(list)
//	AsOf        a join on asof(condition)
//	Positional  an inner join on positional()
//	Sample      a filter by sample(method, percent, rows or NULL, seed or NULL)
//	Recursive   a union of base and a filter of step by recursion(id, keys…)
//	Working     a read of the table ["$working", id], with Kept of ["$kept", id]
const (
	unnestFunction     = "unnest"
	asofFunction       = "asof"
	positionalFunction = "positional"
	sampleFunction     = "sample"
	recursionFunction  = "recursion"

	workingTable = "$working"
	keptTable    = "$kept"
)

// marker is a condition that changes what its relation means.
func (e *encoder) marker(name string, args []rel.Expr, columns []types.Type) (*pb.Expression, error) {
	return e.call(name, args, types.Of(types.Boolean), columns)
}

// beyond writes the relations that Substrait does not have.
func (e *encoder) beyond(r rel.Rel) (*pb.Rel, []types.Type, error) {
	switch r := r.(type) {
	case *rel.Unnest:
		return e.unnest(r)
	case *rel.AsOf:
		return e.asof(r)
	case *rel.Positional:
		return e.positional(r)
	case *rel.Sample:
		return e.sample(r)
	case *rel.Recursive:
		return e.recursive(r)
	case *rel.Working:
		return e.working(r)
	}
	return nil, nil, invalidTree("the relation %T is unknown", r)
}

func (e *encoder) unnest(u *rel.Unnest) (*pb.Rel, []types.Type, error) {
	in, columns, err := e.rel(u.Input)
	if err != nil {
		return nil, nil, err
	}
	out := &pb.ProjectRel{Common: direct(), Input: in}
	result := columns[:len(columns):len(columns)]
	for _, l := range u.Lists {
		of := rel.ElementOf(l.Type())
		x, err := e.call(unnestFunction, []rel.Expr{l}, of, columns)
		if err != nil {
			return nil, nil, err
		}
		out.Expressions = append(out.Expressions, x)
		result = append(result, of)
	}
	return &pb.Rel{RelType: &pb.Rel_Project{Project: out}}, result, nil
}

// markedJoin writes a join whose condition is a marker over it.
func (e *encoder) markedJoin(kind rel.JoinKind, left, right rel.Rel, name string, cond ...rel.Expr) (*pb.Rel, []types.Type, error) {
	l, leftColumns, err := e.rel(left)
	if err != nil {
		return nil, nil, err
	}
	r, rightColumns, err := e.rel(right)
	if err != nil {
		return nil, nil, err
	}
	both := joinColumns(rel.Inner, leftColumns, rightColumns)
	x, err := e.marker(name, cond, both)
	out := &pb.JoinRel{Common: direct(), Left: l, Right: r, Expression: x, Type: joinTypes[kind]}
	return &pb.Rel{RelType: &pb.Rel_Join{Join: out}}, both, err
}

func (e *encoder) asof(a *rel.AsOf) (*pb.Rel, []types.Type, error) {
	if a.Cond == nil || a.Kind > rel.Full {
		return nil, nil, invalidTree("an as-of join of kind %s has no condition, or no such kind", a.Kind)
	}
	return e.markedJoin(a.Kind, a.Left, a.Right, asofFunction, a.Cond)
}

func (e *encoder) positional(p *rel.Positional) (*pb.Rel, []types.Type, error) {
	return e.markedJoin(rel.Inner, p.Left, p.Right, positionalFunction)
}

// markedFilter writes a filter by a marker.
func (e *encoder) markedFilter(in rel.Rel, name string, args []rel.Expr) (*pb.Rel, []types.Type, error) {
	input, columns, err := e.rel(in)
	if err != nil {
		return nil, nil, err
	}
	cond, err := e.marker(name, args, nil)
	return &pb.Rel{RelType: &pb.Rel_Filter{Filter: &pb.FilterRel{Common: direct(), Input: input, Condition: cond}}}, columns, err
}

func optionalInt(v *int64) rel.Expr {
	if v == nil {
		return rel.Null(types.Of(types.BigInt))
	}
	return rel.Int(*v)
}

func (e *encoder) sample(s *rel.Sample) (*pb.Rel, []types.Type, error) {
	percent := &rel.Literal{Of: types.Of(types.Double), Value: s.Percent}
	return e.markedFilter(s.Input, sampleFunction, []rel.Expr{rel.Str(s.Method.String()), percent, optionalInt(s.Rows), optionalInt(s.Seed)})
}

func (e *encoder) recursive(r *rel.Recursive) (*pb.Rel, []types.Type, error) {
	base, columns, err := e.rel(r.Base)
	if err != nil {
		return nil, nil, err
	}
	args := []rel.Expr{rel.Int(int64(r.ID))}
	for _, k := range r.Keys {
		args = append(args, rel.Int(int64(k)))
	}
	step, stepColumns, err := e.markedFilter(r.Step, recursionFunction, args)
	if err != nil {
		return nil, nil, err
	}
	if !types.EqualAll(columns, stepColumns) {
		return nil, nil, invalidTree("the step of a recursion has other types than its base")
	}
	op := pb.SetRel_SET_OP_UNION_ALL
	if r.Distinct {
		op = pb.SetRel_SET_OP_UNION_DISTINCT
	}
	return &pb.Rel{RelType: &pb.Rel_Set{Set: &pb.SetRel{Common: direct(), Op: op, Inputs: []*pb.Rel{base, step}}}}, columns, nil
}

func (e *encoder) working(w *rel.Working) (*pb.Rel, []types.Type, error) {
	table := workingTable
	if w.Kept {
		table = keptTable
	}
	read := &rel.Read{Table: []string{table, strconv.Itoa(w.ID)}}
	for i, t := range w.Columns {
		read.Columns = append(read.Columns, rel.Column{Name: "c" + strconv.Itoa(i), Type: t})
	}
	return e.read(read)
}

// lambda writes a function in place, as Substrait's lambda.
func (e *encoder) lambda(l *rel.Lambda, columns []types.Type) (*pb.Expression, error) {
	params := &pb.Type_Struct{Nullability: pb.Type_NULLABILITY_REQUIRED}
	var err error
	if params.Types, err = e.typesOf(l.Params); err != nil {
		return nil, err
	}
	body, err := e.expr(l.Body, columns)
	return &pb.Expression{RexType: &pb.Expression_Lambda_{Lambda: &pb.Expression_Lambda{Parameters: params, Body: body}}}, err
}

func (e *encoder) param(p *rel.Param) (*pb.Expression, error) {
	if p.Out < 0 || p.Index < 0 {
		return nil, invalidTree("a reference to parameter %d of a lambda %d further out", p.Index, p.Out)
	}
	ref := fieldRef(p.Index)
	ref.GetSelection().RootType = &pb.Expression_FieldReference_LambdaParameterReference_{
		LambdaParameterReference: &pb.Expression_FieldReference_LambdaParameterReference{StepsOut: uint32(p.Out)}}
	return ref, nil
}

// isMarker tells whether a condition is a call of one of the functions above.
func isMarker(x rel.Expr, name string) (*rel.Call, bool) {
	c, ok := x.(*rel.Call)
	return c, ok && c.Func == name && c.Of.ID == types.Boolean
}

// unnested makes an unnest of a projection's expressions that are calls of it, and references of
// these.
func (n node) unnested(exprs []rel.Expr) (node, []rel.Expr) {
	u := &rel.Unnest{Input: n.Rel}
	out := make([]rel.Expr, len(exprs))
	columns := n.columns[:len(n.columns):len(n.columns)]
	for i, x := range exprs {
		out[i] = x
		if c, ok := x.(*rel.Call); ok && c.Func == unnestFunction && len(c.Args) == 1 && rel.ElementOf(c.Args[0].Type()).Equal(c.Of) {
			out[i] = &rel.Field{Index: len(columns), Of: c.Of}
			columns = append(columns, c.Of)
			u.Lists = append(u.Lists, c.Args[0])
		}
	}
	if len(u.Lists) == 0 {
		return n, exprs
	}
	return node{u, columns}, out
}

// remarkedJoin is a join as what its condition marks it as.
func (d *decoder) remarkedJoin(n node) (node, error) {
	j, ok := n.Rel.(*rel.Join)
	if !ok {
		return n, nil
	}
	if c, ok := isMarker(j.Cond, positionalFunction); ok {
		if j.Kind != rel.Inner || len(c.Args) > 0 {
			return n, d.fail("a positional join is an inner one, without arguments")
		}
		return node{&rel.Positional{Left: j.Left, Right: j.Right}, n.columns}, nil
	}
	if c, ok := isMarker(j.Cond, asofFunction); ok {
		if j.Kind > rel.Full || len(c.Args) != 1 {
			return n, d.fail("an as-of join is an inner or outer one with one condition")
		}
		return node{&rel.AsOf{Kind: j.Kind, Left: j.Left, Right: j.Right, Cond: c.Args[0]}, n.columns}, nil
	}
	return n, nil
}

// sampled is a filter as a sample, if its condition says so.
func (d *decoder) sampled(f *rel.Filter) (rel.Rel, error) {
	c, ok := isMarker(f.Cond, sampleFunction)
	if !ok {
		return f, nil
	}
	values, ok := literalValues(c.Args)
	if !ok || len(values) != 4 {
		return nil, d.fail("a sample needs a method, a percentage, a number of rows and a seed")
	}
	method, ok1 := values[0].(string)
	out := &rel.Sample{Input: f.Input}
	percent, ok2 := values[1].(float64)
	out.Percent = percent
	var ok3, ok4 bool
	out.Rows, ok3 = intOrNone(values[2])
	out.Seed, ok4 = intOrNone(values[3])
	if !ok1 || !ok2 || !ok3 || !ok4 || !(percent >= 0 && percent <= 100) || out.Rows != nil && *out.Rows < 0 || out.Seed != nil && *out.Seed < 0 {
		return nil, d.fail("a sample has arguments of the wrong types, or out of range")
	}
	for m := rel.SystemSample; m <= rel.ReservoirSample; m++ {
		if m.String() == method {
			out.Method = m
			return out, nil
		}
	}
	return nil, d.fail("a sample's method %q is unknown", method)
}

func intOrNone(v any) (*int64, bool) {
	if v == nil {
		return nil, true
	}
	n, ok := v.(int64)
	return &n, ok
}

func literalValues(exprs []rel.Expr) ([]any, bool) {
	out := make([]any, len(exprs))
	for i, x := range exprs {
		l, ok := x.(*rel.Literal)
		if !ok {
			return nil, false
		}
		out[i] = l.Value
	}
	return out, true
}

// recursion is a union as a recursion, if its second input is marked so; nil for any other.
func (d *decoder) recursion(op pb.SetRel_SetOp, inputs []node) (rel.Rel, error) {
	f, ok := inputs[1].Rel.(*rel.Filter)
	if !ok || len(inputs) != 2 {
		return nil, nil
	}
	c, ok := isMarker(f.Cond, recursionFunction)
	if !ok {
		return nil, nil
	}
	distinct := op == pb.SetRel_SET_OP_UNION_DISTINCT
	if !distinct && op != pb.SetRel_SET_OP_UNION_ALL || !types.EqualAll(inputs[0].columns, inputs[1].columns) {
		return nil, d.fail("a recursion is a union of a base and a step of the same types")
	}
	values, ok := literalValues(c.Args)
	if !ok || len(values) == 0 {
		return nil, d.fail("a recursion needs a number")
	}
	out := &rel.Recursive{Base: inputs[0].Rel, Step: f.Input, Distinct: distinct}
	for i, v := range values {
		n, ok := v.(int64)
		switch {
		case !ok || n < 0 || n > 1<<30 || i > 0 && int(n) >= len(inputs[0].columns):
			return nil, d.fail("a recursion's number or key is %v", v)
		case i == 0:
			out.ID = int(n)
		default:
			out.Keys = append(out.Keys, int(n))
		}
	}
	return out, nil
}

// workingRead is a read of a recursion's rows; false for any other.
func (d *decoder) workingRead(r *pb.ReadRel, names []string, columns []rel.Column) (node, bool, error) {
	if len(names) != 2 || names[0] != workingTable && names[0] != keptTable {
		return node{}, false, nil
	}
	id, err := strconv.Atoi(names[1])
	if err != nil || id < 0 || r.GetFilter() != nil || r.GetProjection() != nil {
		return node{}, true, d.fail("a read of the recursion %q with a filter or a projection, or without a number", names[1])
	}
	out := &rel.Working{ID: id, Kept: names[0] == keptTable, Columns: columnTypes(columns)}
	return node{out, out.Columns}, true, nil
}

// lambdaArg reads a lambda, which may stand for a function's argument alone.
func (d *decoder) lambdaArg(l *pb.Expression_Lambda, columns []types.Type) (functions.Arg, error) {
	if err := d.enter("lambda"); err != nil {
		return functions.Arg{}, err
	}
	params, err := each(d, "parameters", l.GetParameters().GetTypes(), d.typeOf)
	if err != nil {
		return functions.Arg{}, err
	}
	if len(params) == 0 {
		return functions.Arg{}, d.fail("a lambda has no parameters")
	}
	d.lambdas = append(d.lambdas, params)
	body, err := in(d, "body", l.GetBody(), d.over(columns))
	d.lambdas = d.lambdas[:len(d.lambdas)-1]
	if err != nil {
		return functions.Arg{}, err
	}
	d.leave()
	return functions.Arg{Value: &rel.Lambda{Params: params, Body: body}}, nil
}

// lambdaParameter reads a reference to a parameter, and into its members.
func (d *decoder) lambdaParameter(out uint32, segment *pb.Expression_ReferenceSegment) (rel.Expr, error) {
	field, ok := segment.GetReferenceType().(*pb.Expression_ReferenceSegment_StructField_)
	if !ok || uint64(out) >= uint64(len(d.lambdas)) {
		return nil, d.fail("a reference to a parameter of a lambda %d steps out, where there are %d", out, len(d.lambdas))
	}
	params := d.lambdas[len(d.lambdas)-1-int(out)]
	i := int(field.StructField.GetField())
	if i < 0 || i >= len(params) {
		return nil, d.fail("the reference names parameter %d of %d", i, len(params))
	}
	return d.segments(&rel.Param{Out: int(out), Index: i, Of: params[i]}, field.StructField.GetChild())
}
