package duckdb

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"

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

var nestedNames = map[bindings.Type]string{
	bindings.TypeList:   "LIST",
	bindings.TypeArray:  "ARRAY",
	bindings.TypeMap:    "MAP",
	bindings.TypeStruct: "STRUCT",
	bindings.TypeUnion:  "UNION",
}

// childTypes returns what a nested type is made of, in order; the caller destroys each.
func childTypes(t bindings.LogicalType, id bindings.Type) (children []bindings.LogicalType) {
	switch id {
	case bindings.TypeList:
		children = append(children, bindings.ListTypeChildType(t))
	case bindings.TypeArray:
		children = append(children, bindings.ArrayTypeChildType(t))
	case bindings.TypeMap:
		children = append(children, bindings.MapTypeKeyType(t), bindings.MapTypeValueType(t))
	case bindings.TypeStruct:
		for i := range bindings.StructTypeChildCount(t) {
			children = append(children, bindings.StructTypeChildType(t, i))
		}
	case bindings.TypeUnion:
		for i := range bindings.UnionTypeMemberCount(t) {
			children = append(children, bindings.UnionTypeMemberType(t, i))
		}
	}
	return children
}

// typeName spells a type in SQL.
func typeName(t bindings.LogicalType) string {
	if t.Ptr == nil {
		return "UNKNOWN"
	}
	if alias := bindings.LogicalTypeGetAlias(t); alias != "" {
		return alias // JSON, and types that were created
	}
	id := bindings.GetTypeId(t)
	var names []string
	for _, child := range childTypes(t, id) {
		names = append(names, typeName(child))
		bindings.DestroyLogicalType(&child)
	}
	switch id {
	case bindings.TypeDecimal:
		return fmt.Sprintf("DECIMAL(%d,%d)", bindings.DecimalWidth(t), bindings.DecimalScale(t))
	case bindings.TypeList:
		return names[0] + "[]"
	case bindings.TypeArray:
		return fmt.Sprintf("%s[%d]", names[0], bindings.ArrayTypeArraySize(t))
	case bindings.TypeMap:
		return "MAP(" + names[0] + ", " + names[1] + ")"
	case bindings.TypeEnum:
		return enumName(t)
	case bindings.TypeStruct:
		for i := range names {
			names[i] = fieldName(bindings.StructTypeChildName(t, bindings.IdxT(i)), names[i])
		}
		return "STRUCT(" + strings.Join(names, ", ") + ")"
	case bindings.TypeUnion:
		for i := range names {
			names[i] = fieldName(bindings.UnionTypeMemberName(t, bindings.IdxT(i)), names[i])
		}
		return "UNION(" + strings.Join(names, ", ") + ")"
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

// fieldName spells a field; those of row(…) have no names.
func fieldName(name, typ string) string {
	switch {
	case name == "":
		return typ
	case needsQuotes(name):
		return QuoteIdent(name) + " " + typ
	}
	return name + " " + typ
}

// keywords are DuckDB's, in lower case. They are asked for when an engine is opened.
var keywords atomic.Pointer[map[string]bool]

// needsQuotes decides as DuckDB does when it spells a type.
func needsQuotes(name string) bool {
	for i, r := range name {
		letter := r == '_' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
		if !letter && (i == 0 || r < '0' || r > '9') {
			return true
		}
	}
	return (*keywords.Load())[strings.ToLower(name)]
}

func loadKeywords(ctx context.Context, c *Conn) error {
	if keywords.Load() != nil {
		return nil
	}
	rows, err := c.QueryRows(ctx, "SELECT keyword_name FROM duckdb_keywords()")
	if err != nil {
		return err
	}
	set := make(map[string]bool, len(rows))
	for _, r := range rows {
		set[r[0].Text] = true
	}
	keywords.Store(&set)
	return nil
}
