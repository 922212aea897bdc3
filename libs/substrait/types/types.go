// Package types describes DuckDB's logical types: the type system of the whole
// project. A Type is identified by DuckDB's own SQL spelling, so that a cast
// rendered from it, a column stored under it and a result labelled with it are
// always the same type.
package types

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// ID is the kind of a type, without its parameters.
type ID uint8

// The kinds of types. Their order is not stored anywhere.
const (
	Invalid ID = iota
	SQLNull
	Boolean
	TinyInt
	SmallInt
	Integer
	BigInt
	HugeInt
	UTinyInt
	USmallInt
	UInteger
	UBigInt
	UHugeInt
	Float
	Double
	Decimal
	Varchar
	Blob
	Bit
	UUID
	Date
	Time
	TimeTZ
	TimeNS
	Timestamp
	TimestampS
	TimestampMS
	TimestampNS
	TimestampTZ
	Interval
	JSON
	BigNum
	Enum
	List
	Array
	Struct
	Map
	Union
)

var names = map[ID]string{
	SQLNull: `"NULL"`, Boolean: "BOOLEAN", TinyInt: "TINYINT", SmallInt: "SMALLINT", Integer: "INTEGER",
	BigInt: "BIGINT", HugeInt: "HUGEINT", UTinyInt: "UTINYINT", USmallInt: "USMALLINT",
	UInteger: "UINTEGER", UBigInt: "UBIGINT", UHugeInt: "UHUGEINT", Float: "FLOAT", Double: "DOUBLE",
	Decimal: "DECIMAL", Varchar: "VARCHAR", Blob: "BLOB", Bit: "BIT", UUID: "UUID", Date: "DATE",
	Time: "TIME", TimeTZ: "TIME WITH TIME ZONE", TimeNS: "TIME_NS", Timestamp: "TIMESTAMP",
	TimestampS: "TIMESTAMP_S", TimestampMS: "TIMESTAMP_MS", TimestampNS: "TIMESTAMP_NS",
	TimestampTZ: "TIMESTAMP WITH TIME ZONE", Interval: "INTERVAL", JSON: "JSON", BigNum: "BIGNUM",
	Enum: "ENUM", List: "LIST", Array: "ARRAY", Struct: "STRUCT", Map: "MAP", Union: "UNION",
}

// Type is one DuckDB type. The zero value is invalid.
type Type struct {
	ID ID
	// Width and Scale are a DECIMAL's digits in all and after the point.
	Width, Scale uint8
	// Size is the fixed length of an ARRAY.
	Size uint32
	// Fields are a STRUCT's or UNION's members; a LIST and an ARRAY have one,
	// unnamed; a MAP has two, key and value, unnamed.
	Fields []Field
	// Values are an ENUM's members, in order.
	Values []string
}

// Field is a member of a nested type.
type Field struct {
	Name string
	Type Type
}

// Of is the type of a kind that takes no parameters.
func Of(id ID) Type { return Type{ID: id} }

// safeDigits are those of decimals whose sum does not exceed 128 bits for 10^12 rows.
const safeDigits = 26

// SumsWrap is true of types whose sum may exceed the 128 bits that DuckDB gives it.
func (t Type) SumsWrap() bool { return t.ID == HugeInt || t.ID == Decimal && t.Width > safeDigits }

// DecimalOf is DECIMAL(width, scale).
func DecimalOf(width, scale uint8) Type { return Type{ID: Decimal, Width: width, Scale: scale} }

// ListOf is element[].
func ListOf(element Type) Type { return Type{ID: List, Fields: []Field{{Type: element}}} }

// ArrayOf is element[size].
func ArrayOf(element Type, size uint32) Type {
	return Type{ID: Array, Size: size, Fields: []Field{{Type: element}}}
}

// MapOf is MAP(key, value).
func MapOf(key, value Type) Type {
	return Type{ID: Map, Fields: []Field{{Type: key}, {Type: value}}}
}

// StructOf is STRUCT(fields…).
func StructOf(fields ...Field) Type { return Type{ID: Struct, Fields: fields} }

// String is the SQL spelling, as DuckDB itself prints it.
func (t Type) String() string {
	switch t.ID {
	case Decimal:
		return fmt.Sprintf("DECIMAL(%d,%d)", t.Width, t.Scale)
	case List:
		return t.Fields[0].Type.String() + "[]"
	case Array:
		return t.Fields[0].Type.String() + "[" + strconv.FormatUint(uint64(t.Size), 10) + "]"
	case Struct, Union:
		return names[t.ID] + "(" + joinFields(t.Fields) + ")"
	case Map:
		return "MAP(" + t.Fields[0].Type.String() + ", " + t.Fields[1].Type.String() + ")"
	case Enum:
		quoted := make([]string, len(t.Values))
		for i, v := range t.Values {
			quoted[i] = "'" + strings.ReplaceAll(v, "'", "''") + "'"
		}
		return "ENUM(" + strings.Join(quoted, ", ") + ")"
	}
	if name, ok := names[t.ID]; ok {
		return name
	}
	return "INVALID"
}

func joinFields(fields []Field) string {
	parts := make([]string, len(fields))
	for i, f := range fields {
		if f.Name == "" {
			parts[i] = f.Type.String()
			continue
		}
		parts[i] = QuoteIdent(f.Name) + " " + f.Type.String()
	}
	return strings.Join(parts, ", ")
}

// QuoteIdent quotes an SQL identifier always, so that no keyword list is needed.
func QuoteIdent(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// Equal says whether two types are the same, member names included.
func (t Type) Equal(o Type) bool {
	if t.ID != o.ID || t.Width != o.Width || t.Scale != o.Scale || t.Size != o.Size ||
		len(t.Fields) != len(o.Fields) || len(t.Values) != len(o.Values) {
		return false
	}
	for i := range t.Fields {
		if t.Fields[i].Name != o.Fields[i].Name || !t.Fields[i].Type.Equal(o.Fields[i].Type) {
			return false
		}
	}
	for i := range t.Values {
		if t.Values[i] != o.Values[i] {
			return false
		}
	}
	return true
}

// IsInteger is true for the whole numbers of every width and sign.
func (t Type) IsInteger() bool { return t.ID >= TinyInt && t.ID <= UHugeInt }

// IsNumeric is true for integers, decimals and floating-point numbers.
func (t Type) IsNumeric() bool { return t.ID >= TinyInt && t.ID <= Decimal }

// IsNested is true for types that have members.
func (t Type) IsNested() bool { return t.ID >= List }

// EqualAll tells whether two rows have the same types.
func EqualAll(a, b []Type) bool { return slices.EqualFunc(a, b, Type.Equal) }
