package codec

import (
	pb "github.com/substrait-io/substrait-protobuf/go/substraitpb"

	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

var setComparisons = map[pb.Expression_Subquery_SetComparison_ComparisonOp]string{
	pb.Expression_Subquery_SetComparison_COMPARISON_OP_EQ: rel.Eq, pb.Expression_Subquery_SetComparison_COMPARISON_OP_NE: rel.Ne,
	pb.Expression_Subquery_SetComparison_COMPARISON_OP_LT: rel.Lt, pb.Expression_Subquery_SetComparison_COMPARISON_OP_LE: rel.Le,
	pb.Expression_Subquery_SetComparison_COMPARISON_OP_GT: rel.Gt, pb.Expression_Subquery_SetComparison_COMPARISON_OP_GE: rel.Ge,
}

// subquery reads a relation that is a value, evaluated for each row of columns.
func (d *decoder) subquery(s *pb.Expression_Subquery, columns []types.Type) (rel.Expr, error) {
	out := &rel.Subquery{Of: types.Of(types.Boolean)}
	var input node
	var err error
	switch k := s.GetSubqueryType().(type) {
	case *pb.Expression_Subquery_Scalar_:
		if input, err = d.subselect("scalar.input", k.Scalar.GetInput(), columns); err != nil {
			return nil, err
		}
		if len(input.columns) != 1 {
			return nil, d.fail("a scalar subquery has %d columns", len(input.columns))
		}
		out.Of = input.columns[0]
	case *pb.Expression_Subquery_InPredicate_:
		out.Kind = rel.InSubquery
		if out.Left, err = d.exprs("inPredicate.needles", k.InPredicate.GetNeedles(), columns); err != nil {
			return nil, err
		}
		input, err = d.subselect("inPredicate.haystack", k.InPredicate.GetHaystack(), columns)
		if err == nil && (len(out.Left) == 0 || len(out.Left) != len(input.columns)) {
			err = d.fail("%d values are looked for in %d columns", len(out.Left), len(input.columns))
		}
	case *pb.Expression_Subquery_SetPredicate_:
		out.Kind = rel.ExistsSubquery
		if op := k.SetPredicate.GetPredicateOp(); op != pb.Expression_Subquery_SetPredicate_PREDICATE_OP_EXISTS {
			return nil, d.fail("the set predicate %s is not supported, only EXISTS is", op)
		}
		input, err = d.subselect("setPredicate.tuples", k.SetPredicate.GetTuples(), columns)
	case *pb.Expression_Subquery_SetComparison_:
		input, err = d.setComparison(out, k.SetComparison, columns)
	default:
		return nil, d.fail("a subquery is of no known kind")
	}
	out.Input = input.Rel
	return out, err
}

// subselect reads a subquery's relation.
func (d *decoder) subselect(field string, r *pb.Rel, columns []types.Type) (node, error) {
	windows := d.windows
	d.windows, d.outer = false, append(d.outer, columns)
	n, err := in(d, field, r, d.rel)
	d.windows, d.outer = windows, d.outer[:len(d.outer)-1]
	return n, err
}

func (d *decoder) setComparison(out *rel.Subquery, c *pb.Expression_Subquery_SetComparison, columns []types.Type) (node, error) {
	switch c.GetReductionOp() {
	case pb.Expression_Subquery_SetComparison_REDUCTION_OP_ANY:
		out.Kind = rel.AnySubquery
	case pb.Expression_Subquery_SetComparison_REDUCTION_OP_ALL:
		out.Kind = rel.AllSubquery
	default:
		return node{}, d.fail("a set comparison is neither ANY nor ALL")
	}
	var known bool
	if out.Op, known = setComparisons[c.GetComparisonOp()]; !known {
		return node{}, d.fail("the set comparison %s is not known", c.GetComparisonOp())
	}
	left, err := in(d, "setComparison.left", c.GetLeft(), d.over(columns))
	if err != nil {
		return node{}, err
	}
	out.Left = []rel.Expr{left}
	input, err := d.subselect("setComparison.right", c.GetRight(), columns)
	if err == nil && len(input.columns) != 1 {
		err = d.fail("a value is compared with a subquery of %d columns", len(input.columns))
	}
	return input, err
}

// outerField reads a reference to a column of an outer query.
func (d *decoder) outerField(steps int, s *pb.Expression_ReferenceSegment) (rel.Expr, error) {
	if steps < 1 || steps > len(d.outer) {
		return nil, d.fail("a reference names the query %d levels out, where %d are", steps, len(d.outer))
	}
	field, ok := s.GetReferenceType().(*pb.Expression_ReferenceSegment_StructField_)
	if !ok {
		return nil, d.fail("a reference does not begin with a column")
	}
	columns := d.outer[len(d.outer)-steps]
	i := int(field.StructField.GetField())
	if i < 0 || i >= len(columns) {
		return nil, d.fail("the reference names column %d of an outer query's %d", i, len(columns))
	}
	return &rel.OuterField{Steps: steps, Index: i, Of: columns[i]}, nil
}
