package bound

import (
	"encoding/hex"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"

	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// readValue reads a serialised Value that carries its own type.
func readValue(o object) (*rel.Literal, error) {
	t, err := readType(o.object("type"))
	if err != nil {
		return nil, err
	}
	v, err := readPayload(o, t, 0)
	if err != nil {
		return nil, err
	}
	return &rel.Literal{Of: t, Value: v}, nil
}

// readPayload reads what a Value holds, in the form that rel.Literal describes.
func readPayload(o object, t types.Type, depth int) (any, error) {
	if depth > maxTypeDepth {
		return nil, malformed("a constant is nested too deeply")
	}
	if o == nil || o.bool("is_null") {
		return nil, nil
	}
	if t.ID == types.Enum {
		return readEnum(o, t)
	}
	if t.IsNested() {
		return readMembers(o.object("value"), t, depth)
	}
	switch v := o.get("value").(type) {
	case bool:
		if t.ID == types.Boolean {
			return v, nil
		}
	case string:
		return textPayload(v, t)
	case number:
		return numberPayload(string(v), t)
	case object:
		if t.ID == types.Interval {
			return intervalPayload(v)
		}
		return bigPayload(v, t)
	case nil:
		if t.ID == types.Varchar || t.ID == types.Blob || t.ID == types.JSON {
			return textPayload("", t) // skip_empty drops it
		}
	}
	return nil, malformed("a constant of type %s", t)
}

func textPayload(s string, t types.Type) (any, error) {
	switch t.ID {
	case types.Varchar, types.JSON:
		return s, nil
	case types.Blob:
		return blobBytes(s)
	case types.Bit, types.BigNum:
		return nil, beyond(KindExpression, "a constant of type "+t.String()+" that is not a cast of text is")
	}
	return nil, malformed("text for a constant of type %s", t)
}

// blobBytes undoes DuckDB's printing of a BLOB: \xHH for what is not plain.
func blobBytes(s string) (any, error) {
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' {
			out = append(out, s[i])
			continue
		}
		if i+4 > len(s) || s[i+1] != 'x' {
			return nil, malformed("a broken BLOB constant")
		}
		b, err := hex.DecodeString(s[i+2 : i+4])
		if err != nil {
			return nil, malformed("a broken BLOB constant")
		}
		out = append(out, b[0])
		i += 3
	}
	return out, nil
}

func numberPayload(s string, t types.Type) (any, error) {
	switch t.ID {
	case types.Float, types.Double:
		return floatPayload(s)
	case types.Decimal:
		n, ok := new(big.Int).SetString(s, 10)
		if !ok {
			return nil, malformed("a DECIMAL constant %q", s)
		}
		return n, nil
	case types.UTinyInt, types.USmallInt, types.UInteger, types.UBigInt:
		n, err := strconv.ParseUint(s, 10, 64)
		if err != nil {
			return nil, malformed("a constant %q of type %s", s, t)
		}
		return n, nil
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return nil, malformed("a constant %q of type %s", s, t)
	}
	switch t.ID {
	case types.TinyInt, types.SmallInt, types.Integer, types.BigInt, types.Date, types.Time, types.TimeNS,
		types.Timestamp, types.TimestampS, types.TimestampMS, types.TimestampNS, types.TimestampTZ:
		return n, nil
	case types.TimeTZ:
		return timeTZ(uint64(n)), nil
	}
	return nil, malformed("a number for a constant of type %s", t)
}

func floatPayload(s string) (any, error) {
	switch strings.ToLower(s) {
	case "nan":
		return math.NaN(), nil
	case "infinity", "inf":
		return math.Inf(1), nil
	case "-infinity", "-inf":
		return math.Inf(-1), nil
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return nil, malformed("a floating-point constant %q", s)
	}
	return f, nil
}

// timeTZ prints DuckDB's packed TIME WITH TIME ZONE: microseconds in the upper
// 40 bits, the offset in seconds, turned round, in the lower 24.
func timeTZ(bits uint64) string {
	const maxOffset = 16*3600 - 1
	micros, offset := bits>>24, maxOffset-int64(bits&(1<<24-1))
	text := fmt.Sprintf("%02d:%02d:%02d", micros/3600e6, micros/60e6%60, micros/1e6%60)
	if frac := micros % 1e6; frac != 0 {
		text += fmt.Sprintf(".%06d", frac)
	}
	sign := '+'
	if offset < 0 {
		sign, offset = '-', -offset
	}
	text += fmt.Sprintf("%c%02d", sign, offset/3600)
	if offset%3600 != 0 {
		text += fmt.Sprintf(":%02d", offset/60%60)
	}
	if offset%60 != 0 {
		text += fmt.Sprintf(":%02d", offset%60)
	}
	return text
}

// bigPayload reads a 128-bit integer in two halves.
func bigPayload(o object, t types.Type) (any, error) {
	upperText, ok1 := o.get("upper").(number)
	lowerText, ok2 := o.get("lower").(number)
	upper, ok3 := new(big.Int).SetString(string(upperText), 10)
	lower, ok4 := new(big.Int).SetString(string(lowerText), 10)
	if !ok1 || !ok2 || !ok3 || !ok4 || upper.BitLen() > 64 || lower.BitLen() > 64 {
		return nil, malformed("a 128-bit constant")
	}
	n := upper.Lsh(upper, 64)
	n.Add(n, lower)
	switch t.ID {
	case types.HugeInt, types.UHugeInt, types.Decimal:
		return n, nil
	case types.UUID:
		return uuidText(n), nil
	}
	return nil, malformed("a 128-bit number for a constant of type %s", t)
}

// uuidText prints a UUID, which DuckDB keeps as a HUGEINT with its top bit
// turned over.
func uuidText(n *big.Int) string {
	n = new(big.Int).Add(n, new(big.Int).Lsh(big.NewInt(1), 127))
	if n.Sign() < 0 || n.BitLen() > 128 {
		n = new(big.Int)
	}
	h := fmt.Sprintf("%032x", n)
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

func intervalPayload(o object) (any, error) {
	part := func(key string, bits int) (int64, error) {
		s, ok := o.get(key).(number)
		n, err := strconv.ParseInt(string(s), 10, bits)
		if o.has(key) && (!ok || err != nil) {
			return 0, malformed("an INTERVAL constant")
		}
		return n, nil
	}
	months, err1 := part("months", 32)
	days, err2 := part("days", 32)
	micros, err3 := part("micros", 64)
	for _, err := range []error{err1, err2, err3} {
		if err != nil {
			return nil, err
		}
	}
	return rel.IntervalValue{Months: int32(months), Days: int32(days), Micros: micros}, nil
}

func readMembers(o object, t types.Type, depth int) (any, error) {
	items := o.objects("children")
	switch t.ID {
	case types.Struct:
		if len(items) != len(t.Fields) {
			return nil, malformed("a STRUCT of %d values for %d members", len(items), len(t.Fields))
		}
	case types.Union:
		return unionPayload(items, t, depth)
	case types.Array:
		if len(items) != int(t.Size) {
			return nil, malformed("an ARRAY of %d values for %d", len(items), t.Size)
		}
	}
	out := make([]any, len(items))
	for i, item := range items {
		var err error
		switch t.ID {
		case types.Struct:
			out[i], err = readPayload(item, t.Fields[i].Type, depth+1)
		case types.Map:
			out[i], err = readPayload(item, types.StructOf(t.Fields...), depth+1)
		default:
			out[i], err = readPayload(item, t.Fields[0].Type, depth+1)
		}
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// unionPayload reads a tag and, of the members, the one that it names.
func unionPayload(items []object, t types.Type, depth int) (any, error) {
	if len(items) != len(t.Fields)+1 {
		return nil, malformed("a UNION of %d values", len(items))
	}
	tag, err := items[0].index("value", len(t.Fields))
	if err != nil {
		return nil, err
	}
	v, err := readPayload(items[tag+1], t.Fields[tag].Type, depth+1)
	return rel.UnionValue{Member: tag, Value: v}, err
}

// readEnum is a constant of an ENUM, which DuckDB writes as its place.
func readEnum(o object, t types.Type) (any, error) {
	i, err := o.index("value", len(t.Values))
	if err != nil {
		return nil, err
	}
	return t.Values[i], nil
}
