package codec

import (
	pb "github.com/substrait-io/substrait-protobuf/go/substraitpb"

	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

func (d *decoder) set(s *pb.SetRel) (node, error) {
	inputs, err := each(d, "inputs", s.GetInputs(), d.rel)
	if err != nil {
		return node{}, err
	}
	if len(inputs) < 2 {
		return node{}, d.fail("a set operation has %d inputs, not two or more", len(inputs))
	}
	columns := inputs[0].columns
	if r, err := d.recursion(s.GetOp(), inputs); r != nil || err != nil {
		return node{r, columns}, err
	}
	for i := range inputs {
		if inputs[i], err = d.conform(inputs[i], columns); err != nil {
			return node{}, err
		}
	}
	out, err := d.setOf(s.GetOp(), inputs)
	return node{out, columns}, err
}

// conform casts an input's columns to the first input's types.
func (d *decoder) conform(n node, want []types.Type) (node, error) {
	if len(n.columns) != len(want) {
		return node{}, d.fail("an input of the set operation has %d columns, the first has %d", len(n.columns), len(want))
	}
	if types.EqualAll(n.columns, want) {
		return n, nil
	}
	exprs := n.fields()
	if err := d.asAll(exprs, func(i int) types.Type { return want[i] }); err != nil {
		return node{}, err
	}
	return n.compute(exprs), nil
}

func rels(nodes []node) []rel.Rel {
	out := make([]rel.Rel, len(nodes))
	for i, n := range nodes {
		out[i] = n.Rel
	}
	return out
}

func (d *decoder) setOf(op pb.SetRel_SetOp, inputs []node) (rel.Rel, error) {
	for kind, own := range setOps {
		if own == op {
			return &rel.SetOp{Kind: kind, Rels: rels(inputs)}, nil
		}
	}
	primary, others := inputs[0], rels(inputs[1:])
	combined := func(kind rel.SetKind) rel.Rel {
		if len(others) == 1 {
			return others[0]
		}
		return &rel.SetOp{Kind: kind, Rels: others}
	}
	switch op {
	case pb.SetRel_SET_OP_INTERSECTION_PRIMARY:
		// Rows of the first input that some other has.
		return &rel.SetOp{Kind: rel.IntersectDistinct, Rels: []rel.Rel{primary.Rel, combined(rel.UnionDistinct)}}, nil
	case pb.SetRel_SET_OP_MINUS_MULTISET:
		// Rows of the first input, as often as it has them, that not all others have.
		return &rel.Join{Kind: rel.LeftAnti, Left: primary.Rel, Right: combined(rel.IntersectDistinct),
			Cond: sameRow(primary.columns)}, nil
	}
	return nil, d.fail("the set operation %s is not supported", op)
}

// sameRow compares all columns of two inputs with the same columns; NULLs are equal.
func sameRow(columns []types.Type) rel.Expr {
	conds := make([]rel.Expr, len(columns))
	for i, t := range columns {
		conds[i] = rel.Bools(rel.NotDistinctFrom, &rel.Field{Index: i, Of: t}, &rel.Field{Index: len(columns) + i, Of: t})
	}
	return rel.Conjunction(conds)
}
