package gen

import (
	"fmt"
	"strings"
)

// Type is a type of columns and expressions.
type Type struct {
	// SQL is DuckDB's spelling.
	SQL string
	// literals are made from.
	values func(g *Gen) string
	class  class
}

// class is what functions ask of types.
type class uint8

const (
	boolean class = iota
	integer
	decimal
	exactFloat // small multiples of 1/4
	anyFloat
	text
	date
	moment // timestamps
	timeOfDay
	opaque // compared only
	listOf
	structOf
)

// The types.
var (
	Bool    = &Type{SQL: "BOOLEAN", class: boolean, values: func(g *Gen) string { return g.one("true", "false") }}
	Small   = &Type{SQL: "SMALLINT", class: integer, values: ints("32767", "-32768")}
	Int     = &Type{SQL: "INTEGER", class: integer, values: ints("2147483647", "-2147483648")}
	Big     = &Type{SQL: "BIGINT", class: integer, values: ints("9223372036854775807", "-9223372036854775808", "9007199254740993")}
	Huge    = &Type{SQL: "HUGEINT", class: integer, values: ints("100000000000000000007", "-100000000000000000007", "9223372036854775808")}
	UBig    = &Type{SQL: "UBIGINT", class: integer, values: unsigned}
	Quarter = &Type{SQL: "DOUBLE", class: exactFloat, values: quarters}
	Double  = &Type{SQL: "DOUBLE", class: anyFloat, values: floats}
	Float   = &Type{SQL: "FLOAT", class: anyFloat, values: floats}
	Dec     = &Type{SQL: "DECIMAL(9,2)", class: decimal, values: func(g *Gen) string { return fmt.Sprintf("%d.%02d", g.IntN(12)-4, 25*g.IntN(4)) }}
	WideDec = &Type{SQL: "DECIMAL(30,5)", class: decimal, values: func(g *Gen) string {
		return fmt.Sprintf("%d%s.%05d", g.IntN(12)-4, g.one("", "", "00000000000000007"), g.IntN(3))
	}}
	// FullDec and AllDigits have as many digits as there can be: computing with them would overflow.
	FullDec = &Type{SQL: "DECIMAL(38,37)", class: opaque, values: func(g *Gen) string {
		return g.one("0.9", "-0.9", "0", "1."+zeros(36)+"1", "-"+zeros(1)+"."+zeros(36)+"1", "9."+strings.Repeat("9", 37), "-9."+strings.Repeat("9", 37))
	}}
	AllDigits = &Type{SQL: "DECIMAL(38,0)", class: opaque, values: func(g *Gen) string {
		return g.one("0", "1", "-1", "1"+zeros(37), strings.Repeat("9", 38), "-"+strings.Repeat("9", 38), "9007199254740993")
	}}
	Text     = &Type{SQL: "VARCHAR", class: text, values: texts}
	Date     = &Type{SQL: "DATE", class: date, values: dates}
	Time     = &Type{SQL: "TIME", class: timeOfDay, values: func(g *Gen) string { return fmt.Sprintf("%02d:%02d:00", g.IntN(24), 30*g.IntN(2)) }}
	Stamp    = &Type{SQL: "TIMESTAMP", class: moment, values: moments}
	StampTZ  = &Type{SQL: "TIMESTAMP WITH TIME ZONE", class: moment, values: zoned}
	StampS   = &Type{SQL: "TIMESTAMP_S", class: moment, values: wholeMoments}
	StampNS  = &Type{SQL: "TIMESTAMP_NS", class: moment, values: wholeMoments}
	Interval = &Type{SQL: "INTERVAL", class: opaque, values: func(g *Gen) string { return fmt.Sprintf("%d hours", g.IntN(5)) }}
	UUID     = &Type{SQL: "UUID", class: opaque, values: func(g *Gen) string {
		return fmt.Sprintf("%08x-0000-4000-8000-00000000000%d", uint32(g.IntN(3))<<30, g.IntN(3))
	}}
	Blob = &Type{SQL: "BLOB", class: opaque, values: func(g *Gen) string {
		return g.one("", `\x00`, `\x00\x00`, `\xFF\x01`, "ab", `\x28\x02`, prefix, prefix+`\x00`, prefix+`\xFF`)
	}}
	Enum   = &Type{SQL: "ENUM('z', 'm', 'a')", class: opaque, values: func(g *Gen) string { return g.one("z", "m", "a") }}
	Bit    = &Type{SQL: "BIT", class: opaque, values: func(g *Gen) string { return g.one("0", "1", "101", "0101") }}
	Ints   = &Type{SQL: "INTEGER[]", class: listOf, values: func(g *Gen) string { return g.one("[]", "[1]", "[1, 2]", "[2, NULL]", "[3, 1, 2]", "[NULL]") }}
	Texts  = &Type{SQL: "VARCHAR[]", class: listOf, values: func(g *Gen) string { return g.one("[]", "[a]", "[a, b]", "[b, NULL]", "[ä]") }}
	Struct = &Type{SQL: "STRUCT(a INTEGER, b VARCHAR)", class: structOf, values: func(g *Gen) string {
		return g.one("{'a': 1, 'b': x}", "{'a': NULL, 'b': x}", "{'a': 2, 'b': NULL}", "{'a': 1, 'b': ''}", "{'a': NULL, 'b': NULL}")
	}}
)

// plain are the types of most columns; odd ones are among the others.
var (
	plain = []*Type{Int, Int, Int, Big, Big, Text, Text, Dec, Quarter, Date, Bool, Stamp}
	odd   = []*Type{Small, Huge, UBig, Double, Float, WideDec, FullDec, AllDigits, Time, StampTZ, StampS, StampNS, Interval, UUID, Blob, Enum, Bit, Ints, Texts, Struct}
)

func (g *Gen) anyType() *Type {
	if g.chance(0.2) {
		return odd[g.IntN(len(odd))]
	}
	return plain[g.IntN(len(plain))]
}

func ints(extremes ...string) func(*Gen) string {
	return func(g *Gen) string {
		if g.chance(0.01) {
			return g.one(extremes...)
		}
		return fmt.Sprint(g.IntN(12) - 3)
	}
}

func unsigned(g *Gen) string {
	if g.chance(0.02) {
		return g.one("18446744073709551615", "9223372036854775808")
	}
	return fmt.Sprint(g.IntN(9))
}

func quarters(g *Gen) string {
	if g.chance(0.05) {
		return "-0.0"
	}
	return fmt.Sprint(float64(g.IntN(32)-8) / 4)
}

func floats(g *Gen) string {
	if g.chance(0.3) {
		return g.one("nan", "-nan", "inf", "-inf", "-0.0", "0.0", "1e30", "-1e30", "1e-30", "0.1", "16777217")
	}
	return quarters(g)
}

// prefix is longer than what engines compare texts by at first, and than what statistics keep of them.
var prefix = strings.Repeat("m", 40)

func zeros(n int) string { return strings.Repeat("0", n) }

func texts(g *Gen) string {
	if g.chance(0.3) {
		return g.one("", " ", "ä", "日本", "\U0001F41F", "A", "a b", "%", "_", "'", "null", "-1", strings.Repeat("ü", 40), prefix, prefix+"x", prefix+"y")
	}
	return g.one("a", "b", "c", "ab", "abc", "x", "1", "2", "10")
}

func dates(g *Gen) string {
	if g.chance(0.03) {
		return g.one("infinity", "-infinity", "1969-12-31", "1582-10-14", "2200-01-01")
	}
	return fmt.Sprintf("2024-%02d-%02d", 1+g.IntN(2), 1+g.IntN(5))
}

func moments(g *Gen) string {
	if g.chance(0.03) {
		return g.one("infinity", "-infinity", "1969-12-31 23:59:59.999999")
	}
	return wholeMoments(g) + g.one("", "", "", ".000001", ".5")
}

func wholeMoments(g *Gen) string {
	return fmt.Sprintf("2024-%02d-%02d %02d:00:00", 1+g.IntN(2), 1+g.IntN(4), 12*g.IntN(2))
}

func zoned(g *Gen) string { return wholeMoments(g) + g.one("+00", "+00", "+01") }

// literal is a constant of a type, NULL now and then.
func (g *Gen) literal(t *Type) *Node {
	if g.chance(0.05) {
		return N("NULL::" + t.SQL)
	}
	return N(g.constant(t))
}

// constant is a literal that is not NULL.
func (g *Gen) constant(t *Type) string {
	v := t.values(g)
	switch {
	case t == Int || t == Bool || t == Text && g.chance(0.8):
		if t == Text {
			return quote(v)
		}
		if v[0] == '-' {
			return "(" + v + ")"
		}
		return v
	case t == Date && g.chance(0.5):
		return "DATE " + quote(v)
	}
	return quote(v) + "::" + t.SQL
}

// zero is the plainest literal of a type.
func zero(t *Type) *Node {
	switch t.class {
	case integer, decimal, exactFloat, anyFloat:
		if t == Int {
			return N("0")
		}
		return N("0::" + t.SQL)
	case boolean:
		return N("true")
	case text:
		return N("''")
	}
	return N("NULL::" + t.SQL)
}

func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }
