package codec

import (
	"fmt"

	pb "github.com/substrait-io/substrait-protobuf/go/substraitpb"

	"github.com/shoal-db/shoal/libs/substrait/types"
)

// typeOf reads a type. A struct's members are named f1, f2, …, since Substrait's have no names.
func (d *decoder) typeOf(t *pb.Type) (types.Type, error) {
	if err := d.enter("type"); err != nil {
		return types.Type{}, err
	}
	out, err := d.typeKind(t)
	if err != nil {
		return types.Type{}, err
	}
	d.leave()
	return out, nil
}

func (d *decoder) typeKind(t *pb.Type) (types.Type, error) {
	if id, ok := plainType(t); ok {
		return types.Of(id), nil
	}
	switch k := t.GetKind().(type) {
	case *pb.Type_I8_:
		return d.integer(types.TinyInt, types.UTinyInt, k.I8.GetTypeVariationReference()), nil
	case *pb.Type_I16_:
		return d.integer(types.SmallInt, types.USmallInt, k.I16.GetTypeVariationReference()), nil
	case *pb.Type_I32_:
		return d.integer(types.Integer, types.UInteger, k.I32.GetTypeVariationReference()), nil
	case *pb.Type_I64_:
		return d.integer(types.BigInt, types.UBigInt, k.I64.GetTypeVariationReference()), nil
	case *pb.Type_Decimal_:
		return d.decimal(k.Decimal.GetPrecision(), k.Decimal.GetScale())
	case *pb.Type_PrecisionTime_:
		id := types.Time
		if k.PrecisionTime.GetPrecision() > 6 {
			id = types.TimeNS
		}
		return d.temporal(id, k.PrecisionTime.GetPrecision(), 9)
	case *pb.Type_PrecisionTimestamp_:
		return d.temporal(timestampOf(k.PrecisionTimestamp.GetPrecision()), k.PrecisionTimestamp.GetPrecision(), 9)
	case *pb.Type_PrecisionTimestampTz:
		return d.temporal(types.TimestampTZ, k.PrecisionTimestampTz.GetPrecision(), 6)
	case *pb.Type_IntervalCompound_:
		return d.temporal(types.Interval, k.IntervalCompound.GetPrecision(), 9)
	case *pb.Type_IntervalDay_:
		return d.temporal(types.Interval, k.IntervalDay.GetPrecision(), 9)
	case *pb.Type_Struct_:
		return d.structOf(k.Struct)
	case *pb.Type_List_:
		return d.listOf(k.List)
	case *pb.Type_Map_:
		return d.mapOf(k.Map)
	case *pb.Type_UserDefined_:
		return d.userType(k.UserDefined.GetTypeReference(), k.UserDefined.GetTypeParameters())
	case *pb.Type_Alias:
		aliased, ok := d.aliases[k.Alias.GetTypeAliasReference()]
		if !ok {
			return types.Type{}, d.fail("the type alias %d is not declared", k.Alias.GetTypeAliasReference())
		}
		return d.typeOf(aliased)
	case nil:
		return types.Type{}, d.fail("a type is missing or of an unknown kind")
	}
	return types.Type{}, d.fail("the type kind %T is not supported", t.GetKind())
}

// plainType are the types that have neither parameters nor variations that matter.
func plainType(t *pb.Type) (types.ID, bool) {
	switch t.GetKind().(type) {
	case *pb.Type_Bool:
		return types.Boolean, true
	case *pb.Type_Fp32:
		return types.Float, true
	case *pb.Type_Fp64:
		return types.Double, true
	case *pb.Type_String_, *pb.Type_Varchar, *pb.Type_FixedChar_:
		return types.Varchar, true
	case *pb.Type_Binary_, *pb.Type_FixedBinary_:
		return types.Blob, true
	case *pb.Type_Date_:
		return types.Date, true
	case *pb.Type_Time_:
		return types.Time, true
	case *pb.Type_Timestamp_:
		return types.Timestamp, true
	case *pb.Type_TimestampTz:
		return types.TimestampTZ, true
	case *pb.Type_IntervalYear_:
		return types.Interval, true
	case *pb.Type_Uuid:
		return types.UUID, true
	}
	return types.Invalid, false
}

func (d *decoder) integer(signed, unsigned types.ID, variation uint32) types.Type {
	if d.dataFusion && variation == 1 {
		return types.Of(unsigned)
	}
	return types.Of(signed)
}

func (d *decoder) decimal(width, scale int32) (types.Type, error) {
	if width < 1 || width > 38 || scale < 0 || scale > width {
		return types.Type{}, d.fail("DECIMAL(%d,%d) does not exist", width, scale)
	}
	return types.DecimalOf(uint8(width), uint8(scale)), nil
}

func timestampOf(precision int32) types.ID {
	switch {
	case precision <= 0:
		return types.TimestampS
	case precision <= 3:
		return types.TimestampMS
	case precision <= 6:
		return types.Timestamp
	}
	return types.TimestampNS
}

func (d *decoder) temporal(id types.ID, digits, most int32) (types.Type, error) {
	if digits < 0 || digits > most {
		return types.Type{}, d.fail("%s cannot have a precision of %d digits", types.Of(id), digits)
	}
	return types.Of(id), nil
}

func (d *decoder) structOf(s *pb.Type_Struct) (types.Type, error) {
	var fields []types.Field
	for i, m := range s.GetTypes() {
		t, err := d.typeOf(m)
		if err != nil {
			return types.Type{}, err
		}
		fields = append(fields, types.Field{Name: memberName(i), Type: t})
	}
	if len(fields) == 0 {
		return types.Type{}, d.fail("a struct without members does not exist")
	}
	return types.StructOf(fields...), nil
}

// memberName names the members of a struct that has no names.
func memberName(i int) string { return fmt.Sprintf("f%d", i+1) }

func (d *decoder) listOf(l *pb.Type_List) (types.Type, error) {
	element, err := d.typeOf(l.GetType())
	return types.ListOf(element), err
}

func (d *decoder) mapOf(m *pb.Type_Map) (types.Type, error) {
	key, err := d.typeOf(m.GetKey())
	if err != nil {
		return types.Type{}, err
	}
	value, err := d.typeOf(m.GetValue())
	return types.MapOf(key, value), err
}

func (d *decoder) userType(ref uint32, parameters []*pb.Type_Parameter) (types.Type, error) {
	name, ok := d.typeNames[ref]
	if !ok {
		return types.Type{}, d.fail("the type anchor %d is not declared", ref)
	}
	if name.urn != TypesURN || name.name != TypeName {
		return types.Type{}, d.fail("the type %q of the extension %q is not known", name.name, name.urn)
	}
	if len(parameters) != 1 {
		return types.Type{}, d.fail("the type %s has DuckDB's spelling as its one parameter", TypeName)
	}
	text := parameters[0].GetString_()
	if err := d.charge(len(text) / 8); err != nil {
		return types.Type{}, err
	}
	t, err := types.Parse(text)
	if err != nil {
		return types.Type{}, d.fail("%v", err)
	}
	return t, nil
}

// named gives the columns of a schema their names, and members of structs in them theirs, which
// follow their column's depth-first. Some producers name the columns only.
func (d *decoder) named(s *pb.NamedStruct) ([]string, []types.Type, error) {
	var columns []types.Type
	total := 0
	for _, m := range s.GetStruct().GetTypes() {
		t, err := d.typeOf(m)
		if err != nil {
			return nil, nil, err
		}
		columns = append(columns, t)
		total += 1 + nestedNames(t)
	}
	names := s.GetNames()
	if len(names) == len(columns) {
		return names, columns, nil
	}
	if len(names) != total {
		return nil, nil, d.fail("the schema has %d names for %d columns", len(names), len(columns))
	}
	top := make([]string, len(columns))
	for i := range columns {
		top[i], names = names[0], names[1:]
		columns[i], names = rename(columns[i], names)
	}
	return top, columns, nil
}

// rename gives a type's members the first of the names, and returns the rest.
func rename(t types.Type, names []string) (types.Type, []string) {
	if len(t.Fields) == 0 {
		return t, names
	}
	fields := make([]types.Field, len(t.Fields))
	for i, f := range t.Fields {
		if t.ID == types.Struct {
			f.Name, names = names[0], names[1:]
		}
		f.Type, names = rename(f.Type, names)
		fields[i] = f
	}
	t.Fields = fields
	return t, names
}
