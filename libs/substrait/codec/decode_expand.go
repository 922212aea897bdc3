package codec

import (
	pb "github.com/substrait-io/substrait-protobuf/go/substraitpb"

	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// expand emits each row of its input several times, with other expressions for some of the columns,
// and the number of the copy: a union of projections over the shared input.
func (d *decoder) expand(x *pb.ExpandRel) (node, error) {
	if len(d.outer) > 0 {
		return node{}, d.fail("an expand within a subquery is not supported")
	}
	n, err := d.input(x.GetInput())
	if err != nil {
		return node{}, err
	}
	copies, err := d.copies(x.GetFields(), n)
	if err != nil {
		return node{}, err
	}
	input := n.Rel
	if len(copies) > 1 {
		input = &rel.Reference{Ordinal: len(d.shared), Columns: n.columns}
		d.shared = append(d.shared, n.Rel)
	}
	out := &rel.SetOp{Kind: rel.UnionAll}
	var columns []types.Type
	for i, exprs := range copies {
		number := &rel.Literal{Of: types.Of(types.Integer), Value: int64(i)}
		p := node{Rel: input, columns: n.columns}.compute(append(exprs, number))
		columns = p.columns
		out.Rels = append(out.Rels, p.Rel)
	}
	if len(copies) == 1 {
		return node{out.Rels[0], columns}, nil
	}
	return node{out, columns}, d.charge(len(copies) * len(columns))
}

// copies are the expressions of each copy of a row. A column without a definition stays as it is.
func (d *decoder) copies(fields []*pb.ExpandRel_ExpandField, n node) ([][]rel.Expr, error) {
	if len(fields) > len(n.columns) {
		return nil, d.fail("the expand defines %d of %d columns", len(fields), len(n.columns))
	}
	read, err := each(d, "fields", fields, func(f *pb.ExpandRel_ExpandField) ([]rel.Expr, error) {
		return d.expandField(f, n.columns)
	})
	if err != nil {
		return nil, err
	}
	count := 1
	for _, f := range read {
		if len(f) > 1 && count > 1 && len(f) != count {
			return nil, d.fail("the expand makes %d copies of one column and %d of another", count, len(f))
		}
		count = max(count, len(f))
	}
	if err := d.charge(count * len(n.columns)); err != nil {
		return nil, err
	}
	out := make([][]rel.Expr, count)
	for i := range out {
		exprs := n.fields()
		for c, f := range read {
			x, err := d.as(f[min(i, len(f)-1)], f[0].Type())
			if err != nil {
				return nil, err
			}
			exprs[c] = x
		}
		out[i] = exprs
	}
	return out, nil
}

// expandField is a column's expressions: one for all copies, or one for each.
func (d *decoder) expandField(f *pb.ExpandRel_ExpandField, columns []types.Type) ([]rel.Expr, error) {
	switch k := f.GetFieldType().(type) {
	case *pb.ExpandRel_ExpandField_ConsistentField:
		x, err := in(d, "consistentField", k.ConsistentField, d.over(columns))
		return []rel.Expr{x}, err
	case *pb.ExpandRel_ExpandField_SwitchingField:
		out, err := d.exprs("switchingField.duplicates", k.SwitchingField.GetDuplicates(), columns)
		if err == nil && len(out) == 0 {
			err = d.fail("a switching field has no expressions")
		}
		return out, err
	}
	return nil, d.fail("a field of the expand is of no known kind")
}
