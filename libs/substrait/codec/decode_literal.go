package codec

import (
	"encoding/hex"
	"math"
	"math/big"
	"slices"

	pb "github.com/substrait-io/substrait-protobuf/go/substraitpb"

	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// literal reads a constant.
func (d *decoder) literal(l *pb.Expression_Literal) (*rel.Literal, error) {
	if err := d.enter("literal"); err != nil {
		return nil, err
	}
	t, value, err := d.literalOf(l)
	if err != nil {
		return nil, err
	}
	d.leave()
	return &rel.Literal{Of: t, Value: value}, nil
}

func (d *decoder) literalOf(l *pb.Expression_Literal) (types.Type, any, error) {
	if t, value, ok := plainLiteral(l); ok {
		return t, value, nil
	}
	variation := l.GetTypeVariationReference()
	switch k := l.GetLiteralType().(type) {
	case *pb.Expression_Literal_I8:
		return d.integerLiteral(types.TinyInt, types.UTinyInt, variation, int64(k.I8), 8)
	case *pb.Expression_Literal_I16:
		return d.integerLiteral(types.SmallInt, types.USmallInt, variation, int64(k.I16), 16)
	case *pb.Expression_Literal_I32:
		return d.integerLiteral(types.Integer, types.UInteger, variation, int64(k.I32), 32)
	case *pb.Expression_Literal_I64:
		return d.integerLiteral(types.BigInt, types.UBigInt, variation, k.I64, 64)
	case *pb.Expression_Literal_Decimal_:
		return d.decimalLiteral(k.Decimal)
	case *pb.Expression_Literal_Uuid:
		return d.uuidLiteral(k.Uuid)
	case *pb.Expression_Literal_PrecisionTime_:
		return d.scaledLiteral(k.PrecisionTime.GetPrecision(), k.PrecisionTime.GetValue(), types.Time, types.TimeNS)
	case *pb.Expression_Literal_PrecisionTimestamp_:
		p := k.PrecisionTimestamp
		id := timestampOf(p.GetPrecision())
		return d.scaledLiteral(p.GetPrecision(), p.GetValue(), id, id)
	case *pb.Expression_Literal_PrecisionTimestampTz:
		p := k.PrecisionTimestampTz
		return d.scaledLiteral(p.GetPrecision(), p.GetValue(), types.TimestampTZ, types.TimestampTZ)
	case *pb.Expression_Literal_IntervalYearToMonth_:
		return d.interval(k.IntervalYearToMonth, nil)
	case *pb.Expression_Literal_IntervalDayToSecond_:
		return d.interval(nil, k.IntervalDayToSecond)
	case *pb.Expression_Literal_IntervalCompound_:
		return d.interval(k.IntervalCompound.GetIntervalYearToMonth(), k.IntervalCompound.GetIntervalDayToSecond())
	case nil:
		return types.Type{}, nil, d.fail("a literal has no value or one of an unknown kind")
	}
	return d.nestedLiteral(l)
}

// plainLiteral are the constants that need no check.
func plainLiteral(l *pb.Expression_Literal) (types.Type, any, bool) {
	switch k := l.GetLiteralType().(type) {
	case *pb.Expression_Literal_Boolean:
		return types.Of(types.Boolean), k.Boolean, true
	case *pb.Expression_Literal_Fp32:
		return types.Of(types.Float), float64(k.Fp32), true
	case *pb.Expression_Literal_Fp64:
		return types.Of(types.Double), k.Fp64, true
	case *pb.Expression_Literal_String_:
		return types.Of(types.Varchar), k.String_, true
	case *pb.Expression_Literal_FixedChar:
		return types.Of(types.Varchar), k.FixedChar, true
	case *pb.Expression_Literal_VarChar_:
		return types.Of(types.Varchar), k.VarChar.GetValue(), true
	case *pb.Expression_Literal_Binary:
		return types.Of(types.Blob), blob(k.Binary), true
	case *pb.Expression_Literal_FixedBinary:
		return types.Of(types.Blob), blob(k.FixedBinary), true
	case *pb.Expression_Literal_Date:
		return types.Of(types.Date), int64(k.Date), true
	case *pb.Expression_Literal_Time:
		return types.Of(types.Time), k.Time, true
	case *pb.Expression_Literal_Timestamp:
		return types.Of(types.Timestamp), k.Timestamp, true
	case *pb.Expression_Literal_TimestampTz:
		return types.Of(types.TimestampTZ), k.TimestampTz, true
	}
	return types.Type{}, nil, false
}

// blob is never nil, which would be NULL.
func blob(b []byte) []byte { return append([]byte{}, b...) }

func (d *decoder) nestedLiteral(l *pb.Expression_Literal) (types.Type, any, error) {
	switch k := l.GetLiteralType().(type) {
	case *pb.Expression_Literal_Null:
		t, err := d.typeOf(k.Null)
		return t, nil, err
	case *pb.Expression_Literal_List_:
		element, values, err := d.elements(k.List.GetValues())
		return types.ListOf(element), values, err
	case *pb.Expression_Literal_EmptyList:
		t, err := d.listOf(k.EmptyList)
		return t, []any{}, err
	case *pb.Expression_Literal_EmptyMap:
		t, err := d.mapOf(k.EmptyMap)
		return t, []any{}, err
	case *pb.Expression_Literal_Map_:
		return d.mapLiteral(k.Map)
	case *pb.Expression_Literal_Struct_:
		return d.structLiteral(k.Struct)
	case *pb.Expression_Literal_UserDefined_:
		return d.userLiteral(k.UserDefined)
	}
	return types.Type{}, nil, d.fail("the literal kind %T is not supported", l.GetLiteralType())
}

func (d *decoder) integerLiteral(signed, unsigned types.ID, variation uint32, v int64, bits uint) (types.Type, any, error) {
	if d.dataFusion && variation == 1 {
		// The bits are those of the unsigned number.
		return types.Of(unsigned), uint64(v) & (math.MaxUint64 >> (64 - bits)), nil
	}
	if v<<(64-bits)>>(64-bits) != v {
		return types.Type{}, nil, d.fail("%d is no %s", v, types.Of(signed))
	}
	return types.Of(signed), v, nil
}

func (d *decoder) decimalLiteral(l *pb.Expression_Literal_Decimal) (types.Type, any, error) {
	t, err := d.decimal(l.GetPrecision(), l.GetScale())
	if err != nil {
		return t, nil, err
	}
	if len(l.GetValue()) != decimalBytes {
		return t, nil, d.fail("a decimal has %d bytes, not %d", len(l.GetValue()), decimalBytes)
	}
	v := fromLittleEndian(l.GetValue())
	if !fitsDecimal(v, t.Width) {
		return t, nil, d.fail("the unscaled value %s does not fit %s", v, t)
	}
	return t, v, nil
}

func fromLittleEndian(b []byte) *big.Int {
	big16 := slices.Clone(b)
	slices.Reverse(big16)
	v := new(big.Int).SetBytes(big16)
	if big16[0] >= 0x80 {
		v.Sub(v, new(big.Int).Lsh(big.NewInt(1), 8*decimalBytes))
	}
	return canonical(v)
}

// canonical makes equal numbers deeply equal: zero has more than one form inside.
func canonical(v *big.Int) *big.Int {
	if v.Sign() == 0 {
		return new(big.Int)
	}
	return v
}

func (d *decoder) uuidLiteral(raw []byte) (types.Type, any, error) {
	t := types.Of(types.UUID)
	if len(raw) != 16 {
		return t, nil, d.fail("a UUID has %d bytes, not 16", len(raw))
	}
	h := hex.EncodeToString(raw)
	return t, h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:], nil
}

// scaledLiteral brings a value to the digits of DuckDB's type: the coarse type, or the fine one if
// that has too few.
func (d *decoder) scaledLiteral(digits int32, v int64, coarse, fine types.ID) (types.Type, any, error) {
	t := types.Of(coarse)
	if digits > precision[coarse] {
		t = types.Of(fine)
	}
	scaled, ok := rescale(v, digits, precision[t.ID])
	if !ok {
		return t, nil, d.fail("%d with a precision of %d digits does not fit %s", v, digits, t)
	}
	return t, scaled, nil
}

// rescale converts between numbers of digits below the second; false if that loses something.
func rescale(v int64, from, to int32) (int64, bool) {
	if from < 0 || from > 18 {
		return 0, false
	}
	for ; from < to; from++ {
		if v > math.MaxInt64/10 || v < math.MinInt64/10 {
			return 0, false
		}
		v *= 10
	}
	for ; from > to; from-- {
		if v%10 != 0 {
			return 0, false
		}
		v /= 10
	}
	return v, true
}

func (d *decoder) interval(ym *pb.Expression_Literal_IntervalYearToMonth, ds *pb.Expression_Literal_IntervalDayToSecond) (types.Type, any, error) {
	t := types.Of(types.Interval)
	months := int64(ym.GetYears())*12 + int64(ym.GetMonths())
	digits, sub := int32(6), ds.GetSubseconds()
	switch k := ds.GetPrecisionMode().(type) {
	case *pb.Expression_Literal_IntervalDayToSecond_Precision:
		digits = k.Precision
	case *pb.Expression_Literal_IntervalDayToSecond_Microseconds:
		sub = int64(k.Microseconds)
	}
	micros, ok := rescale(sub, digits, precision[types.Interval])
	seconds := int64(ds.GetSeconds()) * 1_000_000
	sum := micros + seconds
	if !ok || (sum > micros) != (seconds > 0) || months != int64(int32(months)) {
		return t, nil, d.fail("the interval does not fit DuckDB's months, days and microseconds")
	}
	return t, rel.IntervalValue{Months: int32(months), Days: ds.GetDays(), Micros: sum}, nil
}

// elements reads literals that must have one type; a NULL of no type has any.
func (d *decoder) elements(list []*pb.Expression_Literal) (types.Type, []any, error) {
	if len(list) == 0 {
		return types.Type{}, nil, d.fail("an empty list or map must say its type")
	}
	of := types.Of(types.SQLNull)
	values := make([]any, len(list))
	for i, l := range list {
		v, err := d.literal(l)
		if err != nil {
			return of, nil, err
		}
		switch {
		case of.ID == types.SQLNull:
			of = v.Of
		case v.Of.ID != types.SQLNull && !v.Of.Equal(of):
			return of, nil, d.fail("a list or map holds both %s and %s", of, v.Of)
		}
		values[i] = v.Value
	}
	return of, values, nil
}

func (d *decoder) mapLiteral(m *pb.Expression_Literal_Map) (types.Type, any, error) {
	var keys, values []*pb.Expression_Literal
	for _, kv := range m.GetKeyValues() {
		keys, values = append(keys, kv.GetKey()), append(values, kv.GetValue())
	}
	keyType, k, err := d.elements(keys)
	if err != nil {
		return types.Type{}, nil, err
	}
	valueType, v, err := d.elements(values)
	if err != nil {
		return types.Type{}, nil, err
	}
	pairs := make([]any, len(k))
	for i := range k {
		if k[i] == nil {
			return types.Type{}, nil, d.fail("a map's key is NULL")
		}
		pairs[i] = []any{k[i], v[i]}
	}
	return types.MapOf(keyType, valueType), pairs, nil
}

func (d *decoder) structLiteral(s *pb.Expression_Literal_Struct) (types.Type, any, error) {
	var fields []types.Field
	values := []any{}
	for i, f := range s.GetFields() {
		l, err := d.literal(f)
		if err != nil {
			return types.Type{}, nil, err
		}
		fields = append(fields, types.Field{Name: memberName(i), Type: l.Of})
		values = append(values, l.Value)
	}
	if len(fields) == 0 {
		return types.Type{}, nil, d.fail("a struct without members does not exist")
	}
	return types.StructOf(fields...), values, nil
}
