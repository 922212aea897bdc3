package sqlgen

import (
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// quote is a VARCHAR literal. NUL would end the whole text to DuckDB.
func quote(s string) string {
	s = strings.ReplaceAll(s, "'", "''")
	if !strings.ContainsRune(s, 0) {
		return "'" + s + "'"
	}
	return "('" + strings.ReplaceAll(s, "\x00", "' || chr(0) || '") + "')"
}

func castTo(sql string, t types.Type) string { return "CAST(" + sql + " AS " + t.String() + ")" }

// literal is a constant of exactly the literal's type.
func literal(l *rel.Literal) (string, error) { return constant(l.Value, l.Of) }

func constant(v any, t types.Type) (string, error) {
	if v == nil {
		return null(t)
	}
	switch v := v.(type) {
	case bool:
		if t.ID == types.Boolean {
			return strings.ToUpper(strconv.FormatBool(v)), nil
		}
	case int64:
		return integerConstant(v, t)
	case uint64:
		if t.IsInteger() {
			return castTo(strconv.FormatUint(v, 10), t), nil
		}
	case *big.Int:
		return bigConstant(v, t)
	case float64:
		return floatConstant(v, t)
	case string:
		return textConstant(v, t)
	case []byte:
		if t.ID == types.Blob {
			return blobConstant(v), nil
		}
	case rel.IntervalValue:
		if t.ID == types.Interval {
			return intervalConstant(v), nil
		}
	case []any:
		return nestedConstant(v, t)
	case rel.UnionValue:
		return unionConstant(v, t)
	}
	return "", badLiteral(v, t)
}

func badLiteral(v any, t types.Type) error {
	return invalid("a constant of type %s cannot be %T", t, v)
}

// null is a typed NULL. DuckDB has no name for a STRUCT without member names,
// so one is made and not chosen.
func null(t types.Type) (string, error) {
	if spellable(t) {
		return castTo("NULL", t), nil
	}
	if t.ID != types.Struct {
		return "", invalid("the type %s has no name in SQL", t)
	}
	members := make([]string, len(t.Fields))
	for i, f := range t.Fields {
		m, err := null(f.Type)
		if err != nil {
			return "", err
		}
		members[i] = m
	}
	return "CASE WHEN FALSE THEN " + structSQL(members, t) + " END", nil
}

// spellable is false for types with an unnamed STRUCT in them.
func spellable(t types.Type) bool {
	for _, f := range t.Fields {
		if t.ID == types.Struct && f.Name == "" || !spellable(f.Type) {
			return false
		}
	}
	return true
}

func integerConstant(v int64, t types.Type) (string, error) {
	text := strconv.FormatInt(v, 10)
	switch t.ID {
	case types.BigInt:
		if v > math.MaxInt32 || v < math.MinInt32 && v != math.MinInt64 {
			return text, nil
		}
		return castTo(text, t), nil
	case types.TinyInt, types.SmallInt, types.Integer, types.HugeInt, types.UTinyInt, types.USmallInt,
		types.UInteger, types.UBigInt, types.UHugeInt:
		return castTo(text, t), nil
	case types.Date, types.Time, types.TimeNS, types.Timestamp, types.TimestampS, types.TimestampMS,
		types.TimestampNS, types.TimestampTZ:
		return temporalConstant(v, t)
	}
	return "", badLiteral(v, t)
}

func bigConstant(v *big.Int, t types.Type) (string, error) {
	switch t.ID {
	case types.Decimal:
		return castTo("'"+rel.FormatDecimal(v, t.Scale)+"'", t), nil
	case types.HugeInt, types.UHugeInt, types.BigNum:
		return castTo("'"+v.String()+"'", t), nil
	}
	return "", badLiteral(v, t)
}

func floatConstant(v float64, t types.Type) (string, error) {
	bits := 64
	switch t.ID {
	case types.Double:
	case types.Float:
		bits = 32
	default:
		return "", badLiteral(v, t)
	}
	switch {
	case math.IsNaN(v):
		return castTo("'nan'", t), nil
	case math.IsInf(v, 1):
		return castTo("'inf'", t), nil
	case math.IsInf(v, -1):
		return castTo("'-inf'", t), nil
	}
	return castTo("'"+strconv.FormatFloat(v, 'g', -1, bits)+"'", t), nil
}

func textConstant(v string, t types.Type) (string, error) {
	if !utf8.ValidString(v) {
		return "", invalid("a text constant is not valid UTF-8")
	}
	switch t.ID {
	case types.Varchar:
		return quote(v), nil
	case types.JSON, types.Enum, types.UUID, types.Bit, types.TimeTZ, types.BigNum:
		return castTo(quote(v), t), nil
	}
	return "", badLiteral(v, t)
}

func blobConstant(v []byte) string {
	var b strings.Builder
	b.WriteString("CAST('")
	for _, c := range v {
		if c > ' ' && c < 0x7F && c != '\'' && c != '\\' && c != '"' {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, `\x%02X`, c)
		}
	}
	b.WriteString("' AS BLOB)")
	return b.String()
}

func intervalConstant(v rel.IntervalValue) string {
	return fmt.Sprintf("(to_months(CAST(%d AS INTEGER)) + to_days(CAST(%d AS INTEGER)) + to_microseconds(%s))",
		v.Months, v.Days, bigintText(v.Micros))
}

// bigintText is a BIGINT of any value; the smallest is no literal.
func bigintText(v int64) string {
	return castTo("'"+strconv.FormatInt(v, 10)+"'", types.Of(types.BigInt))
}

// The years that are printed plainly; others are told by their distance from
// 1970.
var firstPlain, lastPlain = time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC).Unix(), time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC).Unix()

func temporalConstant(v int64, t types.Type) (string, error) {
	switch t.ID {
	case types.Date:
		return dateConstant(v)
	case types.Time:
		return castTo("'"+clock(v, 1e6, 6)+"'", t), nil
	case types.TimeNS:
		return castTo("'"+clock(v, 1e9, 9)+"'", t), nil
	}
	if v == math.MaxInt64 || v == -math.MaxInt64 {
		return castTo(map[bool]string{true: "'infinity'", false: "'-infinity'"}[v > 0], t), nil
	}
	perSecond := map[types.ID]int64{types.TimestampS: 1, types.TimestampMS: 1e3, types.TimestampNS: 1e9}[t.ID]
	if perSecond == 0 {
		perSecond = 1e6
	}
	seconds := v / perSecond
	if v%perSecond < 0 {
		seconds--
	}
	if seconds >= firstPlain && seconds <= lastPlain {
		return plainTimestamp(seconds, v-seconds*perSecond, perSecond, t), nil
	}
	switch t.ID {
	case types.Timestamp:
		return "make_timestamp(" + bigintText(v) + ")", nil
	case types.TimestampTZ:
		return "make_timestamptz(" + bigintText(v) + ")", nil
	case types.TimestampS, types.TimestampMS:
		if micros := v * (1e6 / perSecond); micros/(1e6/perSecond) == v {
			return castTo("make_timestamp("+bigintText(micros)+")", t), nil
		}
	}
	return "", invalid("a %s is out of range", t)
}

func plainTimestamp(seconds, fraction, perSecond int64, t types.Type) string {
	text := time.Unix(seconds, 0).UTC().Format("2006-01-02 15:04:05")
	if perSecond > 1 && fraction != 0 {
		text += fmt.Sprintf(".%0*d", len(strconv.FormatInt(perSecond, 10))-1, fraction)
	}
	if t.ID == types.TimestampTZ {
		text += "+00"
	}
	return castTo("'"+text+"'", t)
}

func dateConstant(days int64) (string, error) {
	date := types.Of(types.Date)
	switch {
	case days == math.MaxInt32:
		return castTo("'infinity'", date), nil
	case days == -math.MaxInt32:
		return castTo("'-infinity'", date), nil
	case days > math.MaxInt32 || days < math.MinInt32:
		return "", invalid("a DATE is out of range")
	}
	if seconds := days * 86400; seconds >= firstPlain && seconds <= lastPlain {
		return castTo("'"+time.Unix(seconds, 0).UTC().Format("2006-01-02")+"'", date), nil
	}
	return fmt.Sprintf("(CAST('1970-01-01' AS DATE) + CAST(%d AS INTEGER))", days), nil
}

// clock prints a time of day; 24:00:00 is one.
func clock(v, perSecond int64, digits int) string {
	text := fmt.Sprintf("%02d:%02d:%02d", v/perSecond/3600, v/perSecond/60%60, v/perSecond%60)
	if fraction := v % perSecond; fraction != 0 {
		text += fmt.Sprintf(".%0*d", digits, fraction)
	}
	return text
}

// nestedConstant is a LIST, ARRAY, STRUCT or MAP.
func nestedConstant(items []any, t types.Type) (string, error) {
	parts := make([]string, len(items))
	for i, item := range items {
		member, err := memberType(t, i)
		if err != nil {
			return "", err
		}
		if t.ID == types.Map {
			member = types.StructOf(types.Field{Name: "key", Type: t.Fields[0].Type}, types.Field{Name: "value", Type: t.Fields[1].Type})
		}
		if parts[i], err = constant(item, member); err != nil {
			return "", err
		}
	}
	var sql string
	switch t.ID {
	case types.List:
		sql = "[" + strings.Join(parts, ", ") + "]"
	case types.Array:
		sql = "array_value(" + strings.Join(parts, ", ") + ")"
	case types.Struct:
		return structSQL(parts, t), nil
	case types.Map:
		sql = "map_from_entries([" + strings.Join(parts, ", ") + "])"
	}
	if len(parts) > 0 && !spellable(t) {
		return sql, nil
	}
	return castTo(sql, t), nil
}

func memberType(t types.Type, i int) (types.Type, error) {
	switch {
	case t.ID == types.Struct && i < len(t.Fields):
		return t.Fields[i].Type, nil
	case (t.ID == types.List || t.ID == types.Array) && len(t.Fields) == 1:
		return t.Fields[0].Type, nil
	case t.ID == types.Map && len(t.Fields) == 2:
		return types.Type{}, nil
	}
	return types.Type{}, badLiteral([]any{}, t)
}

// structSQL makes a STRUCT of its members' SQL.
func structSQL(members []string, t types.Type) string {
	if len(t.Fields) == 0 || t.Fields[0].Name == "" {
		return "row(" + strings.Join(members, ", ") + ")"
	}
	return "struct_pack(" + strings.Join(named(members, t.Fields), ", ") + ")"
}

// named gives arguments the names of a type's members.
func named(args []string, fields []types.Field) []string {
	out := make([]string, len(args))
	for i, a := range args {
		out[i] = types.QuoteIdent(fields[i].Name) + " := " + a
	}
	return out
}

func unionConstant(v rel.UnionValue, t types.Type) (string, error) {
	if t.ID != types.Union || v.Member < 0 || v.Member >= len(t.Fields) {
		return "", badLiteral(v, t)
	}
	member := t.Fields[v.Member]
	sql, err := constant(v.Value, member.Type)
	if err != nil {
		return "", err
	}
	return castTo("union_value("+types.QuoteIdent(member.Name)+" := "+sql+")", t), nil
}
