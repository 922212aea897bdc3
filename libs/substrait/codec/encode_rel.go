package codec

import (
	"slices"
	"strconv"

	pb "github.com/substrait-io/substrait-protobuf/go/substraitpb"

	"github.com/shoal-db/shoal/libs/substrait/functions"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

func direct() *pb.RelCommon {
	return &pb.RelCommon{EmitKind: &pb.RelCommon_Direct_{Direct: &pb.RelCommon_Direct{}}}
}

// rel writes a relation and returns the types of its columns.
func (e *encoder) rel(r rel.Rel) (*pb.Rel, []types.Type, error) {
	if err := e.enter(); err != nil {
		return nil, nil, err
	}
	out, columns, err := e.relOf(r)
	if err != nil {
		return nil, nil, err
	}
	e.leave()
	return out, columns, nil
}

func (e *encoder) relOf(r rel.Rel) (*pb.Rel, []types.Type, error) {
	switch r := r.(type) {
	case *rel.Read:
		return e.read(r)
	case *rel.Values:
		return e.values(r)
	case *rel.Filter:
		return e.filter(r)
	case *rel.Project:
		return e.project(r)
	case *rel.Aggregate:
		return e.aggregate(r)
	case *rel.Join:
		return e.join(r)
	case *rel.Sort:
		return e.sort(r)
	case *rel.Fetch:
		return e.fetch(r)
	case *rel.SetOp:
		return e.setOp(r)
	case *rel.Reference:
		if r.Ordinal < 0 || r.Ordinal >= len(e.shared) || !types.EqualAll(r.Columns, e.shared[r.Ordinal]) {
			return nil, nil, invalidTree("a reference to shared subtree %d does not fit it", r.Ordinal)
		}
		ref := &pb.ReferenceRel{SubtreeOrdinal: int32(r.Ordinal)}
		return &pb.Rel{RelType: &pb.Rel_Reference{Reference: ref}}, r.Columns, nil
	}
	return e.beyond(r)
}

// schema writes column names and types.
func (e *encoder) schema(columns []rel.Column) (*pb.NamedStruct, []types.Type, error) {
	list := make([]types.Type, len(columns))
	out := &pb.NamedStruct{Struct: &pb.Type_Struct{Nullability: pb.Type_NULLABILITY_REQUIRED}}
	for i, c := range columns {
		list[i] = c.Type
		out.Names = append(out.Names, c.Name)
	}
	var err error
	out.Struct.Types, err = e.typesOf(list)
	return out, list, err
}

func (e *encoder) read(r *rel.Read) (*pb.Rel, []types.Type, error) {
	schema, columns, err := e.schema(r.Columns)
	if err != nil {
		return nil, nil, err
	}
	read := &pb.ReadRel{Common: direct(), BaseSchema: schema,
		ReadType: &pb.ReadRel_NamedTable_{NamedTable: &pb.ReadRel_NamedTable{Names: r.Table}}}
	if read.Filter, err = e.optional(r.Filter, columns); err != nil {
		return nil, nil, err
	}
	return &pb.Rel{RelType: &pb.Rel_Read{Read: read}}, columns, nil
}

func (e *encoder) values(v *rel.Values) (*pb.Rel, []types.Type, error) {
	named := make([]rel.Column, len(v.Columns))
	for i, t := range v.Columns {
		named[i] = rel.Column{Name: "c" + strconv.Itoa(i), Type: t}
	}
	schema, columns, err := e.schema(named)
	if err != nil {
		return nil, nil, err
	}
	table := &pb.ReadRel_VirtualTable{}
	for _, row := range v.Rows {
		if len(row) != len(columns) {
			return nil, nil, invalidTree("a row has %d values for %d columns", len(row), len(columns))
		}
		fields, err := e.exprs(row, nil)
		if err != nil {
			return nil, nil, err
		}
		table.Expressions = append(table.Expressions, &pb.Expression_Nested_Struct{Fields: fields})
	}
	read := &pb.ReadRel{Common: direct(), BaseSchema: schema, ReadType: &pb.ReadRel_VirtualTable_{VirtualTable: table}}
	return &pb.Rel{RelType: &pb.Rel_Read{Read: read}}, v.Columns, nil
}

func (e *encoder) filter(f *rel.Filter) (*pb.Rel, []types.Type, error) {
	in, columns, err := e.rel(f.Input)
	if err != nil {
		return nil, nil, err
	}
	cond, err := e.expr(f.Cond, columns)
	if err != nil {
		return nil, nil, err
	}
	return &pb.Rel{RelType: &pb.Rel_Filter{Filter: &pb.FilterRel{Common: direct(), Input: in, Condition: cond}}}, columns, nil
}

// project emits its expressions only: Substrait's projection begins with all of its input.
func (e *encoder) project(p *rel.Project) (*pb.Rel, []types.Type, error) {
	in, columns, err := e.rel(p.Input)
	if err != nil {
		return nil, nil, err
	}
	exprs, err := e.exprs(p.Exprs, columns)
	if err != nil {
		return nil, nil, err
	}
	emit := &pb.RelCommon_Emit{}
	out := make([]types.Type, len(p.Exprs))
	for i, x := range p.Exprs {
		emit.OutputMapping = append(emit.OutputMapping, int32(len(columns)+i))
		out[i] = x.Type()
	}
	project := &pb.ProjectRel{Common: &pb.RelCommon{EmitKind: &pb.RelCommon_Emit_{Emit: emit}}, Input: in, Expressions: exprs}
	return &pb.Rel{RelType: &pb.Rel_Project{Project: project}}, out, nil
}

func (e *encoder) aggregate(a *rel.Aggregate) (*pb.Rel, []types.Type, error) {
	in, columns, err := e.rel(a.Input)
	if err != nil {
		return nil, nil, err
	}
	out := &pb.AggregateRel{Common: direct(), Input: in}
	if out.GroupingExpressions, err = e.exprs(a.Groups, columns); err != nil {
		return nil, nil, err
	}
	if out.Groupings, err = groupings(a); err != nil {
		return nil, nil, err
	}
	var result []types.Type
	for _, g := range a.Groups {
		result = append(result, g.Type())
	}
	for i := range a.Measures {
		m, err := e.measure(&a.Measures[i], columns)
		if err != nil {
			return nil, nil, err
		}
		out.Measures = append(out.Measures, m)
		result = append(result, a.Measures[i].Type)
	}
	if len(a.Sets) > 1 {
		result = append(result, types.Of(types.BigInt))
	}
	return &pb.Rel{RelType: &pb.Rel_Aggregate{Aggregate: out}}, result, nil
}

func groupings(a *rel.Aggregate) ([]*pb.AggregateRel_Grouping, error) {
	sets := a.Sets
	if len(sets) == 0 {
		if len(a.Groups) == 0 {
			return nil, nil
		}
		all := make([]int, len(a.Groups))
		for i := range all {
			all[i] = i
		}
		sets = [][]int{all}
	}
	var out []*pb.AggregateRel_Grouping
	for _, set := range sets {
		g := &pb.AggregateRel_Grouping{}
		for _, i := range set {
			if i < 0 || i >= len(a.Groups) {
				return nil, invalidTree("a grouping set names group %d of %d", i, len(a.Groups))
			}
			g.ExpressionReferences = append(g.ExpressionReferences, uint32(i))
		}
		out = append(out, g)
	}
	return out, nil
}

func (e *encoder) measure(m *rel.Measure, columns []types.Type) (*pb.AggregateRel_Measure, error) {
	args, argTypes, err := e.args(m.Args, columns)
	if err != nil {
		return nil, err
	}
	f := &pb.AggregateFunction{Arguments: args, Phase: pb.AggregationPhase_AGGREGATION_PHASE_INITIAL_TO_RESULT,
		Invocation: pb.AggregateFunction_AGGREGATION_INVOCATION_ALL}
	if m.Distinct {
		f.Invocation = pb.AggregateFunction_AGGREGATION_INVOCATION_DISTINCT
	}
	f.FunctionReference, f.Options = e.declare(functions.Aggregate, m.Func, argTypes, m.Type)
	if f.OutputType, err = e.typeOf(m.Type); err != nil {
		return nil, err
	}
	if f.Sorts, err = e.sorts(m.OrderBy, columns); err != nil {
		return nil, err
	}
	filter, err := e.optional(m.Filter, columns)
	return &pb.AggregateRel_Measure{Measure: f, Filter: filter}, err
}

var joinTypes = map[rel.JoinKind]pb.JoinRel_JoinType{
	rel.Inner: pb.JoinRel_JOIN_TYPE_INNER, rel.Left: pb.JoinRel_JOIN_TYPE_LEFT, rel.Right: pb.JoinRel_JOIN_TYPE_RIGHT,
	rel.Full: pb.JoinRel_JOIN_TYPE_OUTER, rel.LeftSemi: pb.JoinRel_JOIN_TYPE_LEFT_SEMI,
	rel.LeftAnti: pb.JoinRel_JOIN_TYPE_LEFT_ANTI, rel.LeftSingle: pb.JoinRel_JOIN_TYPE_LEFT_SINGLE,
	rel.LeftMark: pb.JoinRel_JOIN_TYPE_LEFT_MARK,
}

func (e *encoder) join(j *rel.Join) (*pb.Rel, []types.Type, error) {
	left, leftColumns, err := e.rel(j.Left)
	if err != nil {
		return nil, nil, err
	}
	right, rightColumns, err := e.rel(j.Right)
	if err != nil {
		return nil, nil, err
	}
	both := slices.Concat(leftColumns, rightColumns)
	if j.Kind == rel.Inner && j.Cond == nil {
		return &pb.Rel{RelType: &pb.Rel_Cross{Cross: &pb.CrossRel{Common: direct(), Left: left, Right: right}}}, both, nil
	}
	kind, ok := joinTypes[j.Kind]
	if !ok {
		return nil, nil, invalidTree("the join kind %d is unknown", j.Kind)
	}
	cond, err := e.optional(j.Cond, both)
	if err != nil {
		return nil, nil, err
	}
	out := &pb.Rel{RelType: &pb.Rel_Join{Join: &pb.JoinRel{Common: direct(), Left: left, Right: right, Expression: cond, Type: kind}}}
	return out, joinColumns(j.Kind, leftColumns, rightColumns), nil
}

// joinColumns are the types of a join's output.
func joinColumns(kind rel.JoinKind, left, right []types.Type) []types.Type {
	switch kind {
	case rel.LeftSemi, rel.LeftAnti:
		return left
	case rel.LeftMark:
		return append(left[:len(left):len(left)], types.Of(types.Boolean))
	}
	return slices.Concat(left, right)
}

func (e *encoder) sort(s *rel.Sort) (*pb.Rel, []types.Type, error) {
	in, columns, err := e.rel(s.Input)
	if err != nil {
		return nil, nil, err
	}
	keys, err := e.sorts(s.Keys, columns)
	if err != nil {
		return nil, nil, err
	}
	return &pb.Rel{RelType: &pb.Rel_Sort{Sort: &pb.SortRel{Common: direct(), Input: in, Sorts: keys}}}, columns, nil
}

func (e *encoder) sorts(keys []rel.SortKey, columns []types.Type) ([]*pb.SortField, error) {
	var out []*pb.SortField
	for _, k := range keys {
		x, err := e.expr(k.Expr, columns)
		if err != nil {
			return nil, err
		}
		out = append(out, &pb.SortField{Expr: x, SortKind: &pb.SortField_Direction{Direction: direction(k)}})
	}
	return out, nil
}

func direction(k rel.SortKey) pb.SortField_SortDirection {
	switch {
	case k.Descending && k.NullsFirst:
		return pb.SortField_SORT_DIRECTION_DESC_NULLS_FIRST
	case k.Descending:
		return pb.SortField_SORT_DIRECTION_DESC_NULLS_LAST
	case k.NullsFirst:
		return pb.SortField_SORT_DIRECTION_ASC_NULLS_FIRST
	}
	return pb.SortField_SORT_DIRECTION_ASC_NULLS_LAST
}

func (e *encoder) fetch(f *rel.Fetch) (*pb.Rel, []types.Type, error) {
	in, columns, err := e.rel(f.Input)
	if err != nil {
		return nil, nil, err
	}
	out := &pb.FetchRel{Common: direct(), Input: in}
	if f.Offset != nil {
		x, err := e.expr(f.Offset, nil)
		if err != nil {
			return nil, nil, err
		}
		out.OffsetMode = &pb.FetchRel_OffsetExpr{OffsetExpr: x}
	}
	if f.Count != nil {
		x, err := e.expr(f.Count, nil)
		if err != nil {
			return nil, nil, err
		}
		out.CountMode = &pb.FetchRel_CountExpr{CountExpr: x}
	}
	return &pb.Rel{RelType: &pb.Rel_Fetch{Fetch: out}}, columns, nil
}

var setOps = map[rel.SetKind]pb.SetRel_SetOp{
	rel.UnionAll: pb.SetRel_SET_OP_UNION_ALL, rel.UnionDistinct: pb.SetRel_SET_OP_UNION_DISTINCT,
	rel.ExceptAll: pb.SetRel_SET_OP_MINUS_PRIMARY_ALL, rel.ExceptDistinct: pb.SetRel_SET_OP_MINUS_PRIMARY,
	rel.IntersectAll:      pb.SetRel_SET_OP_INTERSECTION_MULTISET_ALL,
	rel.IntersectDistinct: pb.SetRel_SET_OP_INTERSECTION_MULTISET,
}

func (e *encoder) setOp(s *rel.SetOp) (*pb.Rel, []types.Type, error) {
	op, ok := setOps[s.Kind]
	if !ok || len(s.Rels) < 2 {
		return nil, nil, invalidTree("the set operation %d of %d inputs is unknown", s.Kind, len(s.Rels))
	}
	out := &pb.SetRel{Common: direct(), Op: op}
	var columns []types.Type
	for i, r := range s.Rels {
		in, c, err := e.rel(r)
		if err != nil {
			return nil, nil, err
		}
		if i == 0 {
			columns = c
		} else if !types.EqualAll(columns, c) {
			return nil, nil, invalidTree("input %d of a set operation has other types than the first", i)
		}
		out.Inputs = append(out.Inputs, in)
	}
	return &pb.Rel{RelType: &pb.Rel_Set{Set: out}}, columns, nil
}
