package functions

import (
	"strings"

	"github.com/shoal-db/shoal/libs/substrait/types"
)

// entry is one row of the table: a standard function, for some argument types, and DuckDB's.
type entry struct {
	kind Kind
	// file and name are the standard's; duck is DuckDB's name.
	file, name, duck string
	// min and max are how many values it takes; max < 0 is no bound.
	min, max int
	// when, if not nil, says which argument types the row is for.
	when func([]types.Type) bool
	// returns is DuckDB's result type; nil and false mean that it is not known here.
	returns func([]types.Type) (types.Type, bool)
	// exact are the signatures, separated by spaces, for which both mean the same. One that ends
	// in … takes its last part twice or more; in …2, exactly twice. () is the empty one.
	exact string
	// options are what a call may ask for; the first accepted value is what DuckDB does by itself.
	options []option
	// scalar and aggregate build what is more than a call by DuckDB's name.
	scalar    scalarBuilder
	aggregate aggregateBuilder
	// repeats is true if what scalar builds has an argument more than once.
	repeats bool
	// note is for the documentation.
	note string
}

type option struct {
	name     string
	accepted []string
}

func (e *entry) accepts(args []types.Type) bool {
	return len(args) >= e.min && (e.max < 0 || len(args) <= e.max) && (e.when == nil || e.when(args))
}

func (e *entry) result(args []types.Type) (types.Type, bool) {
	if e.returns == nil {
		return types.Type{}, false
	}
	return e.returns(args)
}

// match finds the exact signature that the argument types have.
func (e *entry) match(args []types.Type) (string, bool) {
	if e.exact == "" || !e.accepts(args) {
		return "", false
	}
	for _, signature := range strings.Fields(e.exact) {
		if fits(signature, args) {
			head, _, _ := strings.Cut(signature, "…")
			return strings.Trim(head, "()"), true
		}
	}
	return "", false
}

// fits compares argument types with a signature; all arguments that it calls any have one type.
func fits(signature string, args []types.Type) bool {
	if signature == "()" {
		return len(args) == 0
	}
	head, times, repeats := strings.Cut(signature, "…")
	parts := strings.Split(head, "_")
	switch {
	case !repeats && len(args) != len(parts),
		repeats && len(args) < 2,
		repeats && times == "2" && len(args) != 2:
		return false
	}
	anyType := types.Type{}
	for i, t := range args {
		part := parts[min(i, len(parts)-1)]
		if part == "any" {
			if anyType.ID == types.Invalid {
				anyType = t
			}
			if !t.Equal(anyType) {
				return false
			}
			continue
		}
		if short[t.ID] != part {
			return false
		}
	}
	return true
}

// short are the standard's abbreviations of types, as they stand in signatures.
var short = map[types.ID]string{
	types.Boolean: "bool", types.TinyInt: "i8", types.SmallInt: "i16", types.Integer: "i32", types.BigInt: "i64",
	types.Float: "fp32", types.Double: "fp64", types.Decimal: "dec", types.Varchar: "str", types.Blob: "vbin",
	types.Date: "date", types.Time: "pt", types.TimeNS: "pt", types.Timestamp: "pts", types.TimestampS: "pts",
	types.TimestampMS: "pts", types.TimestampNS: "pts", types.TimestampTZ: "ptstz", types.Interval: "icompound",
	types.UUID: "uuid", types.List: "list", types.Map: "map",
}

var (
	byName [3]map[string][]*entry
	byDuck [3]map[string][]*entry
)

func init() {
	for kind := range byName {
		byName[kind], byDuck[kind] = map[string][]*entry{}, map[string][]*entry{}
	}
	for _, table := range [][]entry{scalarTable(), stringTable(), aggregateTable(), windowTable()} {
		for i := range table {
			e := &table[i]
			byName[e.kind][e.name] = append(byName[e.kind][e.name], e)
			if e.exact == "" {
				continue
			}
			byDuck[e.kind][e.duck] = append(byDuck[e.kind][e.duck], e)
			if e.kind == Aggregate {
				byDuck[Window][e.duck] = append(byDuck[Window][e.duck], e)
			}
		}
	}
}
