package codec

import (
	pb "github.com/substrait-io/substrait-protobuf/go/substraitpb"

	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

func (d *decoder) selectionOver(columns []types.Type) func(*pb.Expression_FieldReference) (rel.Expr, error) {
	return func(s *pb.Expression_FieldReference) (rel.Expr, error) { return d.selection(s, columns) }
}

// selection reads a reference to a column, or into what an expression gives.
func (d *decoder) selection(s *pb.Expression_FieldReference, columns []types.Type) (rel.Expr, error) {
	segment := s.GetDirectReference()
	if segment == nil {
		return nil, d.fail("a masked or empty reference is not supported, only direct ones are")
	}
	switch k := s.GetRootType().(type) {
	case *pb.Expression_FieldReference_Expression:
		x, err := in(d, "expression", k.Expression, d.over(columns))
		if err != nil {
			return nil, err
		}
		return d.segments(x, segment)
	case *pb.Expression_FieldReference_OuterReference_:
		x, err := d.outerField(int(k.OuterReference.GetStepsOut()), segment)
		if err != nil {
			return nil, err
		}
		return d.segments(x, segment.GetStructField().GetChild())
	case *pb.Expression_FieldReference_LambdaParameterReference_:
		return d.lambdaParameter(k.LambdaParameterReference.GetStepsOut(), segment)
	}
	field, ok := segment.GetReferenceType().(*pb.Expression_ReferenceSegment_StructField_)
	if !ok {
		return nil, d.fail("a reference does not begin with a column")
	}
	i := int(field.StructField.GetField())
	if i < 0 || i >= len(columns) {
		return nil, d.fail("the reference names column %d of %d", i, len(columns))
	}
	return d.segments(&rel.Field{Index: i, Of: columns[i]}, field.StructField.GetChild())
}

// segments follows a reference into nested values, as far as it goes.
func (d *decoder) segments(x rel.Expr, s *pb.Expression_ReferenceSegment) (rel.Expr, error) {
	for s != nil {
		if err := d.charge(1); err != nil {
			return nil, err
		}
		var err error
		switch k := s.GetReferenceType().(type) {
		case *pb.Expression_ReferenceSegment_StructField_:
			x, err = d.member(x, int(k.StructField.GetField()))
			s = k.StructField.GetChild()
		case *pb.Expression_ReferenceSegment_ListElement_:
			x, err = d.element(x, k.ListElement.GetOffset())
			s = k.ListElement.GetChild()
		case *pb.Expression_ReferenceSegment_MapKey_:
			x, err = d.mapValue(x, k.MapKey.GetMapKey())
			s = k.MapKey.GetChild()
		default:
			err = d.fail("a reference has a segment of an unknown kind")
		}
		if err != nil {
			return nil, err
		}
	}
	return x, nil
}

func (d *decoder) member(x rel.Expr, i int) (rel.Expr, error) {
	t := x.Type()
	if t.ID != types.Struct || i < 0 || i >= len(t.Fields) {
		return nil, d.fail("%s has no member %d", t, i)
	}
	return memberOf(x, i, t.Fields[i]), nil
}

func (d *decoder) element(x rel.Expr, offset int32) (rel.Expr, error) {
	t := x.Type()
	if t.ID != types.List && t.ID != types.Array {
		return nil, d.fail("%s has no elements", t)
	}
	// DuckDB counts from 1, and from -1 at the end.
	place := int64(offset)
	if place >= 0 {
		place++
	}
	return &rel.Call{Func: "array_extract", Args: []rel.Expr{x, rel.Int(place)}, Of: t.Fields[0].Type}, nil
}

func (d *decoder) mapValue(x rel.Expr, key *pb.Expression_Literal) (rel.Expr, error) {
	t := x.Type()
	if t.ID != types.Map {
		return nil, d.fail("%s has no keys", t)
	}
	l, err := d.literal(key)
	if err != nil {
		return nil, err
	}
	k, err := d.as(l, t.Fields[0].Type)
	return &rel.Call{Func: "map_extract_value", Args: []rel.Expr{x, k}, Of: t.Fields[1].Type}, err
}

// nested reads the construction of a struct, list or map.
func (d *decoder) nested(n *pb.Expression_Nested, columns []types.Type) (rel.Expr, error) {
	switch k := n.GetNestedType().(type) {
	case *pb.Expression_Nested_Struct_:
		return d.newStruct(k.Struct, columns)
	case *pb.Expression_Nested_List_:
		values, err := d.exprs("values", k.List.GetValues(), columns)
		if err != nil {
			return nil, err
		}
		return d.newList(values)
	case *pb.Expression_Nested_Map_:
		return d.newMap(k.Map, columns)
	}
	return nil, d.fail("a nested value is of no known kind")
}

// newStruct names the members f1, f2, … by a cast, as types without names have them.
func (d *decoder) newStruct(s *pb.Expression_Nested_Struct, columns []types.Type) (rel.Expr, error) {
	fields, err := d.exprs("fields", s.GetFields(), columns)
	if err != nil {
		return nil, err
	}
	if len(fields) == 0 {
		return nil, d.fail("a struct without members does not exist")
	}
	named := types.Type{ID: types.Struct}
	for i, f := range fields {
		named.Fields = append(named.Fields, types.Field{Name: memberName(i), Type: f.Type()})
	}
	return &rel.Cast{Input: newRow(fields, named), To: named}, nil
}

// newList makes a list of values of the first one's type.
func (d *decoder) newList(values []rel.Expr) (rel.Expr, error) {
	if len(values) == 0 {
		return nil, d.fail("an empty list must be a literal, which says its type")
	}
	of := values[0].Type()
	err := d.asAll(values, func(int) types.Type { return of })
	return &rel.Call{Func: "list_value", Args: values, Of: types.ListOf(of)}, err
}

func (d *decoder) newMap(m *pb.Expression_Nested_Map, columns []types.Type) (rel.Expr, error) {
	var keys, values []*pb.Expression
	for _, kv := range m.GetKeyValues() {
		keys, values = append(keys, kv.GetKey()), append(values, kv.GetValue())
	}
	build := func(field string, list []*pb.Expression) (rel.Expr, error) {
		members, err := d.exprs(field, list, columns)
		if err != nil {
			return nil, err
		}
		return d.newList(members)
	}
	k, err := build("keys", keys)
	if err != nil {
		return nil, err
	}
	v, err := build("values", values)
	if err != nil {
		return nil, err
	}
	of := types.MapOf(k.Type().Fields[0].Type, v.Type().Fields[0].Type)
	return &rel.Call{Func: "map", Args: []rel.Expr{k, v}, Of: of}, nil
}
