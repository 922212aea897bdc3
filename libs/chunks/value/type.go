package value

import (
	"fmt"
	"strings"
)

// Type is what statistics know of a column's DuckDB type. It is comparable.
type Type struct {
	// Kind is the kind of the column's values, None if they have no order that bounds could use
	// (nested types, intervals, enums, bit strings, times with a zone).
	Kind Kind
	// Bits is the size of an integer type: 8 to 128.
	Bits uint8
	// Unsigned is set for the unsigned integer types.
	Unsigned bool
	// Width and Scale are those of a DECIMAL.
	Width, Scale uint8
	// Unit is that of a TIMESTAMP.
	Unit Unit
}

var plainTypes = map[string]Type{
	"BOOLEAN":  {Kind: Bool},
	"TINYINT":  {Kind: Integer, Bits: 8},
	"SMALLINT": {Kind: Integer, Bits: 16},
	"INTEGER":  {Kind: Integer, Bits: 32},
	"BIGINT":   {Kind: Integer, Bits: 64},
	"HUGEINT":  {Kind: Integer, Bits: 128},
	"UTINYINT": {Kind: Integer, Bits: 8, Unsigned: true}, "USMALLINT": {Kind: Integer, Bits: 16, Unsigned: true},
	"UINTEGER": {Kind: Integer, Bits: 32, Unsigned: true}, "UBIGINT": {Kind: Integer, Bits: 64, Unsigned: true},
	"UHUGEINT": {Kind: Integer, Bits: 128, Unsigned: true},
	"FLOAT":    {Kind: Float32}, "DOUBLE": {Kind: Float64},
	// JSON is VARCHAR to DuckDB's comparisons.
	"VARCHAR": {Kind: String}, "JSON": {Kind: String},
	"BLOB": {Kind: Bytes}, "UUID": {Kind: UUID},
	"DATE": {Kind: Date}, "TIME": {Kind: Time},
	"TIMESTAMP":                {Kind: Timestamp, Unit: Microseconds},
	"TIMESTAMP_S":              {Kind: Timestamp, Unit: Seconds},
	"TIMESTAMP_MS":             {Kind: Timestamp, Unit: Milliseconds},
	"TIMESTAMP_NS":             {Kind: Timestamp, Unit: Nanoseconds},
	"TIMESTAMP WITH TIME ZONE": {Kind: TimestampTZ, Unit: Microseconds},
	"TIMESTAMPTZ":              {Kind: TimestampTZ, Unit: Microseconds},
}

// ParseType returns the Type of a column from DuckDB's name for it, as DESCRIBE prints it. A type
// that is not understood has kind None, which is always right: such columns prune by NULLs only.
func ParseType(duckType string) Type {
	name := strings.ToUpper(strings.TrimSpace(duckType))
	if t, ok := plainTypes[name]; ok {
		return t
	}
	var width, scale uint8
	if n, err := fmt.Sscanf(name, "DECIMAL(%d,%d)", &width, &scale); err == nil && n == 2 &&
		width >= 1 && width <= MaxScale && scale <= width &&
		strings.ReplaceAll(name, " ", "") == fmt.Sprintf("DECIMAL(%d,%d)", width, scale) {
		return Type{Kind: Decimal, Width: width, Scale: scale}
	}
	return Type{}
}
