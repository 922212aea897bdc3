package codec

import (
	pb "github.com/substrait-io/substrait-protobuf/go/substraitpb"

	"github.com/shoal-db/shoal/libs/substrait/types"
)

const nullable = pb.Type_NULLABILITY_NULLABLE

// precision is the number of digits below the second of DuckDB's temporal types.
var precision = map[types.ID]int32{
	types.Time: 6, types.TimeNS: 9, types.TimestampS: 0, types.TimestampMS: 3, types.Timestamp: 6,
	types.TimestampNS: 9, types.TimestampTZ: 6, types.Interval: 6,
}

// typeOf writes a type: as Substrait's own where it has the same one, else under our extension, by
// DuckDB's spelling.
func (e *encoder) typeOf(t types.Type) (*pb.Type, error) {
	if out := simpleType(t); out != nil {
		return out, nil
	}
	switch t.ID {
	case types.List:
		if len(t.Fields) != 1 {
			return nil, invalidTree("a LIST has one member type")
		}
		element, err := e.typeOf(t.Fields[0].Type)
		if err != nil {
			return nil, err
		}
		return &pb.Type{Kind: &pb.Type_List_{List: &pb.Type_List{Type: element, Nullability: nullable}}}, nil
	case types.Map:
		if len(t.Fields) != 2 {
			return nil, invalidTree("a MAP has two member types")
		}
		key, err := e.typeOf(t.Fields[0].Type)
		if err != nil {
			return nil, err
		}
		value, err := e.typeOf(t.Fields[1].Type)
		if err != nil {
			return nil, err
		}
		return &pb.Type{Kind: &pb.Type_Map_{Map: &pb.Type_Map{Key: key, Value: value, Nullability: nullable}}}, nil
	}
	parameters, err := e.spelled(t)
	if err != nil {
		return nil, err
	}
	return &pb.Type{Kind: &pb.Type_UserDefined_{UserDefined: &pb.Type_UserDefined{
		TypeReference: e.duckType(), Nullability: nullable, TypeParameters: parameters,
	}}}, nil
}

// spelled are the parameters of our extension's type.
func (e *encoder) spelled(t types.Type) ([]*pb.Type_Parameter, error) {
	text := t.String()
	again, err := types.Parse(text)
	if err != nil || !again.Equal(t) {
		return nil, invalidTree("the type %s cannot be written, it reads back as another", text)
	}
	return []*pb.Type_Parameter{{Parameter: &pb.Type_Parameter_String_{String_: text}}}, nil
}

func simpleType(t types.Type) *pb.Type {
	switch t.ID {
	case types.Boolean:
		return &pb.Type{Kind: &pb.Type_Bool{Bool: &pb.Type_Boolean{Nullability: nullable}}}
	case types.TinyInt:
		return &pb.Type{Kind: &pb.Type_I8_{I8: &pb.Type_I8{Nullability: nullable}}}
	case types.SmallInt:
		return &pb.Type{Kind: &pb.Type_I16_{I16: &pb.Type_I16{Nullability: nullable}}}
	case types.Integer:
		return &pb.Type{Kind: &pb.Type_I32_{I32: &pb.Type_I32{Nullability: nullable}}}
	case types.BigInt:
		return &pb.Type{Kind: &pb.Type_I64_{I64: &pb.Type_I64{Nullability: nullable}}}
	case types.Float:
		return &pb.Type{Kind: &pb.Type_Fp32{Fp32: &pb.Type_FP32{Nullability: nullable}}}
	case types.Double:
		return &pb.Type{Kind: &pb.Type_Fp64{Fp64: &pb.Type_FP64{Nullability: nullable}}}
	case types.Decimal:
		return &pb.Type{Kind: &pb.Type_Decimal_{Decimal: &pb.Type_Decimal{
			Precision: int32(t.Width), Scale: int32(t.Scale), Nullability: nullable}}}
	case types.Varchar:
		return &pb.Type{Kind: &pb.Type_String_{String_: &pb.Type_String{Nullability: nullable}}}
	case types.Blob:
		return &pb.Type{Kind: &pb.Type_Binary_{Binary: &pb.Type_Binary{Nullability: nullable}}}
	case types.UUID:
		return &pb.Type{Kind: &pb.Type_Uuid{Uuid: &pb.Type_UUID{Nullability: nullable}}}
	case types.Date:
		return &pb.Type{Kind: &pb.Type_Date_{Date: &pb.Type_Date{Nullability: nullable}}}
	}
	return temporalType(t)
}

func temporalType(t types.Type) *pb.Type {
	digits := precision[t.ID]
	switch t.ID {
	case types.Time, types.TimeNS:
		return &pb.Type{Kind: &pb.Type_PrecisionTime_{PrecisionTime: &pb.Type_PrecisionTime{
			Precision: digits, Nullability: nullable}}}
	case types.Timestamp, types.TimestampS, types.TimestampMS, types.TimestampNS:
		return &pb.Type{Kind: &pb.Type_PrecisionTimestamp_{PrecisionTimestamp: &pb.Type_PrecisionTimestamp{
			Precision: digits, Nullability: nullable}}}
	case types.TimestampTZ:
		return &pb.Type{Kind: &pb.Type_PrecisionTimestampTz{PrecisionTimestampTz: &pb.Type_PrecisionTimestampTZ{
			Precision: digits, Nullability: nullable}}}
	case types.Interval:
		return &pb.Type{Kind: &pb.Type_IntervalCompound_{IntervalCompound: &pb.Type_IntervalCompound{
			Precision: digits, Nullability: nullable}}}
	}
	return nil
}

func (e *encoder) typesOf(list []types.Type) ([]*pb.Type, error) {
	out := make([]*pb.Type, len(list))
	for i, t := range list {
		var err error
		if out[i], err = e.typeOf(t); err != nil {
			return nil, err
		}
	}
	return out, nil
}
