package codec

import (
	pb "github.com/substrait-io/substrait-protobuf/go/substraitpb"

	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// subquery writes a relation that is a value over the columns.
func (e *encoder) subquery(s *rel.Subquery, columns []types.Type) (*pb.Expression, error) {
	left, err := e.exprs(s.Left, columns)
	if err != nil {
		return nil, err
	}
	e.outer = append(e.outer, columns)
	input, of, err := e.rel(s.Input)
	e.outer = e.outer[:len(e.outer)-1]
	if err != nil {
		return nil, err
	}
	if s.Kind != rel.ExistsSubquery && len(of) != max(1, len(left)) {
		return nil, invalidTree("a subquery of %d columns for %d values", len(of), max(1, len(left)))
	}
	out := &pb.Expression_Subquery{}
	switch s.Kind {
	case rel.ScalarSubquery:
		out.SubqueryType = &pb.Expression_Subquery_Scalar_{Scalar: &pb.Expression_Subquery_Scalar{Input: input}}
	case rel.ExistsSubquery:
		out.SubqueryType = &pb.Expression_Subquery_SetPredicate_{SetPredicate: &pb.Expression_Subquery_SetPredicate{
			PredicateOp: pb.Expression_Subquery_SetPredicate_PREDICATE_OP_EXISTS, Tuples: input}}
	case rel.InSubquery:
		out.SubqueryType = &pb.Expression_Subquery_InPredicate_{InPredicate: &pb.Expression_Subquery_InPredicate{
			Needles: left, Haystack: input}}
	default:
		if len(left) != 1 {
			return nil, invalidTree("%d values are compared with a subquery", len(left))
		}
		comparison := &pb.Expression_Subquery_SetComparison{Left: left[0], Right: input,
			ReductionOp: pb.Expression_Subquery_SetComparison_REDUCTION_OP_ANY}
		if s.Kind == rel.AllSubquery {
			comparison.ReductionOp = pb.Expression_Subquery_SetComparison_REDUCTION_OP_ALL
		}
		for op, name := range setComparisons {
			if name == s.Op {
				comparison.ComparisonOp = op
			}
		}
		out.SubqueryType = &pb.Expression_Subquery_SetComparison_{SetComparison: comparison}
	}
	return &pb.Expression{RexType: &pb.Expression_Subquery_{Subquery: out}}, nil
}

func (e *encoder) outerField(f *rel.OuterField) (*pb.Expression, error) {
	if f.Steps < 1 || f.Steps > len(e.outer) || f.Index < 0 || f.Index >= len(e.outer[len(e.outer)-f.Steps]) {
		return nil, invalidTree("a reference to column %d of the query %d levels out", f.Index, f.Steps)
	}
	out := fieldRef(f.Index)
	out.GetSelection().RootType = &pb.Expression_FieldReference_OuterReference_{
		OuterReference: &pb.Expression_FieldReference_OuterReference{StepsOut: uint32(f.Steps)}}
	return out, nil
}
