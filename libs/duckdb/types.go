package duckdb

import (
	"fmt"
	"strconv"
	"strings"

	bindings "github.com/duckdb/duckdb-go-bindings"
)

// Column is a result column as DuckDB sees it.
type Column struct {
	Name string
	// Type is spelled as DuckDB spells it in SQL, so that it can be put after CAST(… AS: for
	// example DECIMAL(15,2), STRUCT(a INTEGER, "b c" VARCHAR[]), ENUM('x', 'y').
	Type string
}

var plainTypes = map[bindings.Type]string{
	bindings.TypeBoolean:     "BOOLEAN",
	bindings.TypeTinyInt:     "TINYINT",
	bindings.TypeSmallInt:    "SMALLINT",
	bindings.TypeInteger:     "INTEGER",
	bindings.TypeBigInt:      "BIGINT",
	bindings.TypeUTinyInt:    "UTINYINT",
	bindings.TypeUSmallInt:   "USMALLINT",
	bindings.TypeUInteger:    "UINTEGER",
	bindings.TypeUBigInt:     "UBIGINT",
	bindings.TypeFloat:       "FLOAT",
	bindings.TypeDouble:      "DOUBLE",
	bindings.TypeTimestamp:   "TIMESTAMP",
	bindings.TypeDate:        "DATE",
	bindings.TypeTime:        "TIME",
	bindings.TypeInterval:    "INTERVAL",
	bindings.TypeHugeInt:     "HUGEINT",
	bindings.TypeUHugeInt:    "UHUGEINT",
	bindings.TypeVarchar:     "VARCHAR",
	bindings.TypeBlob:        "BLOB",
	bindings.TypeTimestampS:  "TIMESTAMP_S",
	bindings.TypeTimestampMS: "TIMESTAMP_MS",
	bindings.TypeTimestampNS: "TIMESTAMP_NS",
	bindings.TypeUUID:        "UUID",
	bindings.TypeBit:         "BIT",
	bindings.TypeTimeTZ:      "TIME WITH TIME ZONE",
	bindings.TypeTimestampTZ: "TIMESTAMP WITH TIME ZONE",
	bindings.TypeBigNum:      "BIGNUM",
	bindings.TypeSQLNull:     `"NULL"`,
	bindings.TypeTimeNS:      "TIME_NS",
	bindings.TypeGeometry:    "GEOMETRY",
	bindings.TypeVariant:     "VARIANT",
}

// typeName spells a type in SQL.
func typeName(t bindings.LogicalType) string {
	if t.Ptr == nil {
		return "UNKNOWN"
	}
	if alias := bindings.LogicalTypeGetAlias(t); alias != "" {
		return alias // JSON, and types that were created
	}
	child := func(c bindings.LogicalType) string {
		defer bindings.DestroyLogicalType(&c)
		return typeName(c)
	}
	id := bindings.GetTypeId(t)
	switch id {
	case bindings.TypeDecimal:
		return fmt.Sprintf("DECIMAL(%d,%d)", bindings.DecimalWidth(t), bindings.DecimalScale(t))
	case bindings.TypeList:
		return child(bindings.ListTypeChildType(t)) + "[]"
	case bindings.TypeArray:
		size := strconv.FormatUint(uint64(bindings.ArrayTypeArraySize(t)), 10)
		return child(bindings.ArrayTypeChildType(t)) + "[" + size + "]"
	case bindings.TypeMap:
		return "MAP(" + child(bindings.MapTypeKeyType(t)) + ", " + child(bindings.MapTypeValueType(t)) + ")"
	case bindings.TypeEnum:
		return enumName(t)
	case bindings.TypeStruct:
		return fieldsName("STRUCT", uint64(bindings.StructTypeChildCount(t)),
			func(i uint64) (string, string) {
				return bindings.StructTypeChildName(t, bindings.IdxT(i)), child(bindings.StructTypeChildType(t, bindings.IdxT(i)))
			})
	case bindings.TypeUnion:
		return fieldsName("UNION", uint64(bindings.UnionTypeMemberCount(t)),
			func(i uint64) (string, string) {
				return bindings.UnionTypeMemberName(t, bindings.IdxT(i)), child(bindings.UnionTypeMemberType(t, bindings.IdxT(i)))
			})
	}
	if name, ok := plainTypes[id]; ok {
		return name
	}
	return "UNKNOWN"
}

func enumName(t bindings.LogicalType) string {
	n := bindings.EnumDictionarySize(t)
	values := make([]string, n)
	for i := range n {
		values[i] = QuoteLiteral(bindings.EnumDictionaryValue(t, bindings.IdxT(i)))
	}
	return "ENUM(" + strings.Join(values, ", ") + ")"
}

func fieldsName(kind string, n uint64, field func(uint64) (name, typ string)) string {
	fields := make([]string, n)
	for i := range n {
		name, typ := field(i)
		fields[i] = QuoteIdent(name) + " " + typ
	}
	return kind + "(" + strings.Join(fields, ", ") + ")"
}
