package codec

import (
	"math/big"
	"slices"
	"strconv"

	pb "github.com/substrait-io/substrait-protobuf/go/substraitpb"

	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// userLiteral reads a constant of our extension's type; see encoder.userLiteral for its form.
func (d *decoder) userLiteral(l *pb.Expression_Literal_UserDefined) (types.Type, any, error) {
	if _, ok := l.GetTypeAnchorType().(*pb.Expression_Literal_UserDefined_TypeReference); !ok {
		return types.Type{}, nil, d.fail("a literal of a user-defined type names its type by no anchor")
	}
	t, err := d.userType(l.GetTypeReference(), l.GetTypeParameters())
	if err != nil {
		return t, nil, err
	}
	fields := l.GetStruct().GetFields()
	var value any
	switch t.ID {
	case types.Struct:
		value, err = d.memberValues(fields, t, func(i int) types.Type { return t.Fields[i].Type }, len(t.Fields))
	case types.Array:
		if uint64(len(fields)) != uint64(t.Size) {
			return t, nil, d.fail("a literal of %s has %d members", t, len(fields))
		}
		value, err = d.memberValues(fields, t, func(int) types.Type { return t.Fields[0].Type }, len(fields))
	case types.Union:
		value, err = d.unionValue(fields, t)
	default:
		value, err = d.textValue(fields, t)
	}
	return t, value, err
}

func (d *decoder) memberValues(fields []*pb.Expression_Literal, t types.Type, of func(int) types.Type, n int) (any, error) {
	if len(fields) != n {
		return nil, d.fail("a literal of %s has %d members", t, len(fields))
	}
	values := make([]any, n)
	for i, f := range fields {
		var err error
		if values[i], err = d.valueOf(f, of(i)); err != nil {
			return nil, err
		}
	}
	return values, nil
}

// valueOf reads a literal that must have a type.
func (d *decoder) valueOf(l *pb.Expression_Literal, want types.Type) (any, error) {
	v, err := d.literal(l)
	if err != nil {
		return nil, err
	}
	if !v.Of.Equal(want) {
		return nil, d.fail("a member of a literal is %s, not %s", v.Of, want)
	}
	return v.Value, nil
}

func (d *decoder) unionValue(fields []*pb.Expression_Literal, t types.Type) (any, error) {
	if len(fields) != 2 {
		return nil, d.fail("a literal of %s has %d parts, not a member's place and its value", t, len(fields))
	}
	place, err := d.valueOf(fields[0], types.Of(types.Integer))
	if err != nil {
		return nil, err
	}
	i, ok := place.(int64)
	if !ok || i < 0 || i >= int64(len(t.Fields)) {
		return nil, d.fail("%s has no member %v", t, place)
	}
	value, err := d.valueOf(fields[1], t.Fields[i].Type)
	return rel.UnionValue{Member: int(i), Value: value}, err
}

var unsignedBits = map[types.ID]int{types.UTinyInt: 8, types.USmallInt: 16, types.UInteger: 32, types.UBigInt: 64}

func (d *decoder) textValue(fields []*pb.Expression_Literal, t types.Type) (any, error) {
	if len(fields) != 1 {
		return nil, d.fail("a literal of %s has %d parts, not its text", t, len(fields))
	}
	v, err := d.valueOf(fields[0], types.Of(types.Varchar))
	if err != nil {
		return nil, err
	}
	text, ok := v.(string)
	if !ok {
		return nil, d.fail("a literal of %s has no text", t)
	}
	if bits, ok := unsignedBits[t.ID]; ok {
		n, err := strconv.ParseUint(text, 10, bits)
		if err != nil {
			return nil, d.fail("%q is no %s", text, t)
		}
		return n, nil
	}
	switch t.ID {
	case types.HugeInt, types.UHugeInt, types.BigNum:
		return d.bigValue(text, t)
	case types.Enum:
		if !slices.Contains(t.Values, text) {
			return nil, d.fail("%q is no value of %s", text, t)
		}
		return text, nil
	}
	if !isText(t.ID) {
		return nil, d.fail("a literal of %s must be written as Substrait's own", t)
	}
	return text, nil
}

// maxBigDigits bounds the digits of a BIGNUM literal, whose conversion takes quadratic time.
const maxBigDigits = 10_000

var hugeLimits = map[types.ID][2]*big.Int{
	types.HugeInt:  {new(big.Int).Neg(pow2(127)), new(big.Int).Sub(pow2(127), big.NewInt(1))},
	types.UHugeInt: {new(big.Int), new(big.Int).Sub(pow2(128), big.NewInt(1))},
}

func pow2(n uint) *big.Int { return new(big.Int).Lsh(big.NewInt(1), n) }

func (d *decoder) bigValue(text string, t types.Type) (any, error) {
	if len(text) > maxBigDigits {
		return nil, d.fail("a literal of %s has more than %d digits", t, maxBigDigits)
	}
	n, ok := new(big.Int).SetString(text, 10)
	if limits, bounded := hugeLimits[t.ID]; !ok || bounded && (n.Cmp(limits[0]) < 0 || n.Cmp(limits[1]) > 0) {
		return nil, d.fail("%q is no %s", text, t)
	}
	return canonical(n), nil
}
