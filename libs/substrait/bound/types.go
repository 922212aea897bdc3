package bound

import (
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// maxTypeDepth bounds the nesting of types and of nested constants.
const maxTypeDepth = 64

// typeIDs maps DuckDB's names of types to ours, where a name is all there is.
var typeIDs = map[string]types.ID{
	"NULL": types.SQLNull, "SQLNULL": types.SQLNull, "BOOLEAN": types.Boolean,
	"TINYINT": types.TinyInt, "SMALLINT": types.SmallInt, "INTEGER": types.Integer, "BIGINT": types.BigInt,
	"HUGEINT": types.HugeInt, "UTINYINT": types.UTinyInt, "USMALLINT": types.USmallInt,
	"UINTEGER": types.UInteger, "UBIGINT": types.UBigInt, "UHUGEINT": types.UHugeInt,
	"FLOAT": types.Float, "DOUBLE": types.Double, "VARCHAR": types.Varchar, "CHAR": types.Varchar,
	"BLOB": types.Blob, "BIT": types.Bit, "UUID": types.UUID, "DATE": types.Date, "TIME": types.Time,
	"TIME WITH TIME ZONE": types.TimeTZ, "TIME_NS": types.TimeNS, "TIMESTAMP": types.Timestamp,
	"TIMESTAMP_S": types.TimestampS, "TIMESTAMP_MS": types.TimestampMS, "TIMESTAMP_NS": types.TimestampNS,
	"TIMESTAMP WITH TIME ZONE": types.TimestampTZ, "INTERVAL": types.Interval, "BIGNUM": types.BigNum,
}

// readType reads a LogicalType.
func readType(o object) (types.Type, error) { return readTypeAt(o, 0) }

func readTypeAt(o object, depth int) (types.Type, error) {
	if o == nil || depth > maxTypeDepth {
		return types.Type{}, malformed("a type is missing or nested too deeply")
	}
	id, info := o.string("id"), o.object("type_info")
	if alias := info.string("alias"); alias != "" {
		if alias == "JSON" {
			return types.Of(types.JSON), nil
		}
		return types.Type{}, beyond(KindType, "the type "+alias+" is")
	}
	if t, ok := typeIDs[id]; ok {
		return types.Of(t), nil
	}
	switch id {
	case "DECIMAL":
		return decimalType(info)
	case "LIST", "ARRAY":
		return listType(id, info, depth)
	case "STRUCT", "UNION", "MAP":
		return membersType(id, info, depth)
	case "ENUM":
		return enumType(info)
	case "INTEGER_LITERAL":
		return types.Of(types.Integer), nil
	case "STRING_LITERAL":
		return types.Of(types.Varchar), nil
	}
	return types.Type{}, beyond(KindType, "the type "+id+" is")
}

func decimalType(info object) (types.Type, error) {
	width, err := info.index("width", 39)
	if err != nil {
		return types.Type{}, err
	}
	scale, err := info.index("scale", width+1)
	if err != nil || width == 0 {
		return types.Type{}, malformed("DECIMAL(%d,…)", width)
	}
	return types.DecimalOf(uint8(width), uint8(scale)), nil
}

func listType(id string, info object, depth int) (types.Type, error) {
	child, err := readTypeAt(info.object("child_type"), depth+1)
	if err != nil || id == "LIST" {
		return types.ListOf(child), err
	}
	size, err := info.index("size", 1<<31)
	return types.ArrayOf(child, uint32(size)), err
}

// membersType reads a STRUCT, a UNION (a struct whose first member, unnamed, is
// the tag) or a MAP (a list of structs of key and value).
func membersType(id string, info object, depth int) (types.Type, error) {
	if id == "MAP" {
		info = info.object("child_type").object("type_info")
	}
	var fields []types.Field
	for _, m := range info.objects("child_types") {
		t, err := readTypeAt(m.object("second"), depth+1)
		if err != nil {
			return types.Type{}, err
		}
		fields = append(fields, types.Field{Name: m.string("first"), Type: t})
	}
	switch {
	case id == "MAP" && len(fields) == 2:
		return types.MapOf(fields[0].Type, fields[1].Type), nil
	case id == "UNION" && len(fields) > 1:
		return types.Type{ID: types.Union, Fields: fields[1:]}, nil
	case id == "STRUCT" && len(fields) > 0:
		return types.StructOf(fields...), nil
	}
	return types.Type{}, malformed("a %s of %d members", id, len(fields))
}

func enumType(info object) (types.Type, error) {
	t := types.Type{ID: types.Enum}
	for _, v := range info.array("values") {
		s, ok := v.(string)
		if !ok {
			return t, malformed("an ENUM's member is not a string")
		}
		t.Values = append(t.Values, s)
	}
	if len(t.Values) == 0 {
		return t, malformed("an ENUM without members")
	}
	return t, nil
}

// returnType is an expression's type.
func returnType(o object) (types.Type, error) { return readType(o.object("return_type")) }
