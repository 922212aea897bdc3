package codec

import (
	"encoding/hex"
	"math"
	"math/big"
	"slices"
	"strings"

	pb "github.com/substrait-io/substrait-protobuf/go/substraitpb"

	"github.com/shoal-db/shoal/libs/substrait/types"

	"github.com/shoal-db/shoal/libs/substrait/rel"
)

// literal writes a value of a type; see rel.Literal for the Go types of values. Each level of a
// nested value counts as a level of the plan.
func (e *encoder) literal(t types.Type, value any) (*pb.Expression_Literal, error) {
	if err := e.enter(); err != nil {
		return nil, err
	}
	out := &pb.Expression_Literal{Nullable: true}
	var err error
	switch {
	case value == nil:
		err = e.null(out, t)
	case t.ID == types.List:
		err = e.list(out, t, value)
	case t.ID == types.Map:
		err = e.mapping(out, t, value)
	case simpleType(t) == nil:
		err = e.userLiteral(out, t, value)
	default:
		err = simpleLiteral(out, t, value)
	}
	if err != nil {
		return nil, err
	}
	e.leave()
	return out, nil
}

func (e *encoder) null(out *pb.Expression_Literal, t types.Type) error {
	of, err := e.typeOf(t)
	if err != nil {
		return err
	}
	out.Nullable = false
	out.LiteralType = &pb.Expression_Literal_Null{Null: of}
	return nil
}

func mistyped(t types.Type, value any) error {
	return invalidTree("a literal of the type %s has the Go value %T(%v)", t, value, value)
}

func simpleLiteral(out *pb.Expression_Literal, t types.Type, value any) error {
	switch v := value.(type) {
	case bool:
		if t.ID == types.Boolean {
			out.LiteralType = &pb.Expression_Literal_Boolean{Boolean: v}
			return nil
		}
	case int64:
		return integerLiteral(out, t, v)
	case float64:
		switch t.ID {
		case types.Float:
			out.LiteralType = &pb.Expression_Literal_Fp32{Fp32: float32(v)}
			return nil
		case types.Double:
			out.LiteralType = &pb.Expression_Literal_Fp64{Fp64: v}
			return nil
		}
	case string:
		switch t.ID {
		case types.Varchar:
			out.LiteralType = &pb.Expression_Literal_String_{String_: v}
			return nil
		case types.UUID:
			return uuidLiteral(out, v)
		}
	case []byte:
		if t.ID == types.Blob {
			out.LiteralType = &pb.Expression_Literal_Binary{Binary: v}
			return nil
		}
	case *big.Int:
		if t.ID == types.Decimal && v != nil {
			return decimalLiteral(out, t, v)
		}
	case rel.IntervalValue:
		if t.ID == types.Interval {
			out.LiteralType = intervalLiteral(v)
			return nil
		}
	}
	return mistyped(t, value)
}

func integerLiteral(out *pb.Expression_Literal, t types.Type, v int64) error {
	limits := map[types.ID]int64{
		types.TinyInt: math.MaxInt8, types.SmallInt: math.MaxInt16, types.Integer: math.MaxInt32, types.Date: math.MaxInt32,
	}
	if limit, ok := limits[t.ID]; ok && (v > limit || v < -limit-1) {
		return mistyped(t, v)
	}
	switch t.ID {
	case types.TinyInt:
		out.LiteralType = &pb.Expression_Literal_I8{I8: int32(v)}
	case types.SmallInt:
		out.LiteralType = &pb.Expression_Literal_I16{I16: int32(v)}
	case types.Integer:
		out.LiteralType = &pb.Expression_Literal_I32{I32: int32(v)}
	case types.BigInt:
		out.LiteralType = &pb.Expression_Literal_I64{I64: v}
	case types.Date:
		out.LiteralType = &pb.Expression_Literal_Date{Date: int32(v)}
	case types.Time, types.TimeNS:
		out.LiteralType = &pb.Expression_Literal_PrecisionTime_{
			PrecisionTime: &pb.Expression_Literal_PrecisionTime{Precision: precision[t.ID], Value: v}}
	case types.Timestamp, types.TimestampS, types.TimestampMS, types.TimestampNS:
		out.LiteralType = &pb.Expression_Literal_PrecisionTimestamp_{
			PrecisionTimestamp: &pb.Expression_Literal_PrecisionTimestamp{Precision: precision[t.ID], Value: v}}
	case types.TimestampTZ:
		out.LiteralType = &pb.Expression_Literal_PrecisionTimestampTz{
			PrecisionTimestampTz: &pb.Expression_Literal_PrecisionTimestamp{Precision: precision[t.ID], Value: v}}
	default:
		return mistyped(t, v)
	}
	return nil
}

func uuidLiteral(out *pb.Expression_Literal, v string) error {
	raw, err := hex.DecodeString(strings.ReplaceAll(v, "-", ""))
	if err != nil || len(raw) != 16 {
		return mistyped(types.Of(types.UUID), v)
	}
	out.LiteralType = &pb.Expression_Literal_Uuid{Uuid: raw}
	return nil
}

func decimalLiteral(out *pb.Expression_Literal, t types.Type, v *big.Int) error {
	if t.Width == 0 || t.Width > 38 || t.Scale > t.Width || !fitsDecimal(v, t.Width) {
		return mistyped(t, v)
	}
	out.LiteralType = &pb.Expression_Literal_Decimal_{Decimal: &pb.Expression_Literal_Decimal{
		Value: littleEndian(v), Precision: int32(t.Width), Scale: int32(t.Scale),
	}}
	return nil
}

func fitsDecimal(v *big.Int, width uint8) bool {
	limit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(width)), nil)
	return v.CmpAbs(limit) < 0
}

// decimalBytes is the size of a decimal in Substrait.
const decimalBytes = 16

// littleEndian is the two's complement in 16 bytes. REQUIRES: |v| < 2^127.
func littleEndian(v *big.Int) []byte {
	if v.Sign() < 0 {
		v = new(big.Int).Add(v, new(big.Int).Lsh(big.NewInt(1), 8*decimalBytes))
	}
	out := v.FillBytes(make([]byte, decimalBytes))
	slices.Reverse(out)
	return out
}

// intervalLiteral keeps whole seconds and the rest apart as others expect it, as long as the
// seconds fit.
func intervalLiteral(v rel.IntervalValue) *pb.Expression_Literal_IntervalCompound_ {
	seconds, rest := v.Micros/1_000_000, v.Micros%1_000_000
	if seconds != int64(int32(seconds)) {
		seconds, rest = 0, v.Micros
	}
	return &pb.Expression_Literal_IntervalCompound_{IntervalCompound: &pb.Expression_Literal_IntervalCompound{
		IntervalYearToMonth: &pb.Expression_Literal_IntervalYearToMonth{Months: v.Months},
		IntervalDayToSecond: &pb.Expression_Literal_IntervalDayToSecond{
			Days: v.Days, Seconds: int32(seconds), Subseconds: rest,
			PrecisionMode: &pb.Expression_Literal_IntervalDayToSecond_Precision{Precision: precision[types.Interval]},
		},
	}}
}

func (e *encoder) list(out *pb.Expression_Literal, t types.Type, value any) error {
	values, ok := value.([]any)
	if !ok {
		return mistyped(t, value)
	}
	if len(values) == 0 {
		of, err := e.typeOf(t)
		if err != nil {
			return err
		}
		out.Nullable = false
		out.LiteralType = &pb.Expression_Literal_EmptyList{EmptyList: of.GetList()}
		return nil
	}
	list := &pb.Expression_Literal_List{}
	for _, v := range values {
		l, err := e.literal(t.Fields[0].Type, v)
		if err != nil {
			return err
		}
		list.Values = append(list.Values, l)
	}
	out.LiteralType = &pb.Expression_Literal_List_{List: list}
	return nil
}

func (e *encoder) mapping(out *pb.Expression_Literal, t types.Type, value any) error {
	pairs, ok := value.([]any)
	if !ok {
		return mistyped(t, value)
	}
	if len(pairs) == 0 {
		of, err := e.typeOf(t)
		if err != nil {
			return err
		}
		out.Nullable = false
		out.LiteralType = &pb.Expression_Literal_EmptyMap{EmptyMap: of.GetMap()}
		return nil
	}
	m := &pb.Expression_Literal_Map{}
	for _, p := range pairs {
		pair, ok := p.([]any)
		if !ok || len(pair) != 2 {
			return mistyped(t, value)
		}
		k, err := e.literal(t.Fields[0].Type, pair[0])
		if err != nil {
			return err
		}
		v, err := e.literal(t.Fields[1].Type, pair[1])
		if err != nil {
			return err
		}
		m.KeyValues = append(m.KeyValues, &pb.Expression_Literal_Map_KeyValue{Key: k, Value: v})
	}
	out.LiteralType = &pb.Expression_Literal_Map_{Map: m}
	return nil
}

// userLiteral writes a value of our extension's type as a struct: the members of a STRUCT or ARRAY,
// a UNION's chosen member and its value, or the text of anything else.
func (e *encoder) userLiteral(out *pb.Expression_Literal, t types.Type, value any) error {
	parameters, err := e.spelled(t)
	if err != nil {
		return err
	}
	fields, err := e.userFields(t, value)
	if err != nil {
		return err
	}
	out.LiteralType = &pb.Expression_Literal_UserDefined_{UserDefined: &pb.Expression_Literal_UserDefined{
		TypeAnchorType: &pb.Expression_Literal_UserDefined_TypeReference{TypeReference: e.duckType()},
		TypeParameters: parameters,
		Val:            &pb.Expression_Literal_UserDefined_Struct{Struct: &pb.Expression_Literal_Struct{Fields: fields}},
	}}
	return nil
}

func (e *encoder) userFields(t types.Type, value any) ([]*pb.Expression_Literal, error) {
	var text string
	switch v := value.(type) {
	case []any:
		return e.members(t, v)
	case rel.UnionValue:
		if t.ID != types.Union || v.Member < 0 || v.Member >= len(t.Fields) {
			return nil, mistyped(t, value)
		}
		member, err := e.literal(types.Of(types.Integer), int64(v.Member))
		if err != nil {
			return nil, err
		}
		chosen, err := e.literal(t.Fields[v.Member].Type, v.Value)
		if err != nil {
			return nil, err
		}
		return []*pb.Expression_Literal{member, chosen}, nil
	case uint64:
		if t.ID < types.UTinyInt || t.ID > types.UBigInt {
			return nil, mistyped(t, value)
		}
		text = new(big.Int).SetUint64(v).String()
	case *big.Int:
		if v == nil || t.ID != types.HugeInt && t.ID != types.UHugeInt && t.ID != types.BigNum {
			return nil, mistyped(t, value)
		}
		text = v.String()
	case string:
		if !isText(t.ID) {
			return nil, mistyped(t, value)
		}
		text = v
	default:
		return nil, mistyped(t, value)
	}
	l, err := e.literal(types.Of(types.Varchar), text)
	return []*pb.Expression_Literal{l}, err
}

// isText says which of our extension's types have strings as values.
func isText(id types.ID) bool {
	switch id {
	case types.JSON, types.Enum, types.Bit, types.TimeTZ:
		return true
	}
	return false
}

func (e *encoder) members(t types.Type, values []any) ([]*pb.Expression_Literal, error) {
	of := func(i int) types.Type { return t.Fields[i].Type }
	switch {
	case t.ID == types.Struct && len(values) == len(t.Fields):
	case t.ID == types.Array && uint64(len(values)) == uint64(t.Size):
		of = func(int) types.Type { return t.Fields[0].Type }
	default:
		return nil, mistyped(t, values)
	}
	out := make([]*pb.Expression_Literal, len(values))
	for i, v := range values {
		var err error
		if out[i], err = e.literal(of(i), v); err != nil {
			return nil, err
		}
	}
	return out, nil
}
