package functions

import (
	"strings"

	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// part is how DuckDB computes one component of a point in time.
type part struct {
	// field is date_part's name of it.
	field string
	// modulo, if not 0, keeps only what exceeds the next larger unit, since DuckDB counts its
	// milli- and microseconds from the last full minute.
	modulo int64
	// base is the number that DuckDB counts from, for components that have an indexing.
	base int64
	// indexed tells whether the standard counts it from ONE or ZERO.
	indexed bool
}

var parts = map[string]part{
	"YEAR": {field: "year"}, "ISO_YEAR": {field: "isoyear"},
	"QUARTER":            {field: "quarter", base: 1, indexed: true},
	"MONTH":              {field: "month", base: 1, indexed: true},
	"DAY":                {field: "day", base: 1, indexed: true},
	"DAY_OF_YEAR":        {field: "doy", base: 1, indexed: true},
	"MONDAY_DAY_OF_WEEK": {field: "isodow", base: 1, indexed: true},
	"SUNDAY_DAY_OF_WEEK": {field: "dow", base: 0, indexed: true},
	"ISO_WEEK":           {field: "week", base: 1, indexed: true},
	"HOUR":               {field: "hour"}, "MINUTE": {field: "minute"}, "SECOND": {field: "second"},
	"MILLISECOND": {field: "millisecond", modulo: 1000},
	"MICROSECOND": {field: "microsecond", modulo: 1000},
	"SUBSECOND":   {field: "microsecond", modulo: 1000000},
}

// extract takes the component as an enum or, from some producers, as a string; then, if the call
// has it, the indexing; then the value and the time zone.
func extract(b *building) (rel.Expr, error) {
	enums, values := b.enums, b.values
	if len(enums) == 0 && len(values) > 1 {
		if l, ok := values[0].(*rel.Literal); ok && l.Of.ID == types.Varchar && l.Value != nil {
			enums, values = []string{strings.ToUpper(l.Value.(string))}, values[1:]
		}
	}
	if len(enums) == 0 || len(enums) > 2 || len(values) == 0 || len(values) > 2 {
		return nil, b.invalid("%s needs a component, a value and, for some types, a time zone", b.name)
	}
	value := values[0]
	if len(values) == 2 {
		value = call("timezone", types.Timestamp, values[1], value)
	}
	if enums[0] == "UNIX_TIME" || enums[0] == "EPOCH" {
		epoch := call("date_part", types.Double, rel.Str("epoch"), value)
		return bigint(call("floor", types.Double, epoch)), nil
	}
	p, ok := parts[enums[0]]
	if !ok {
		return nil, b.invalid("%s: DuckDB cannot extract %s", b.name, enums[0])
	}
	return b.index(p, call("date_part", types.BigInt, rel.Str(p.field), value), enums)
}

func (b *building) index(p part, x rel.Expr, enums []string) (rel.Expr, error) {
	if p.modulo != 0 {
		x = call("%", types.BigInt, x, rel.Int(p.modulo))
	}
	want := int64(1)
	if len(enums) == 2 {
		switch {
		case !p.indexed || enums[1] != "ONE" && enums[1] != "ZERO":
			return nil, b.invalid("%s: %s cannot be counted from %s", b.name, enums[0], enums[1])
		case enums[1] == "ZERO":
			want = 0
		}
	}
	switch {
	case !p.indexed || want == p.base:
		return x, nil
	case want > p.base:
		return call("+", types.BigInt, x, rel.Int(1)), nil
	}
	return call("-", types.BigInt, x, rel.Int(1)), nil
}

// datePart is date_part as DuckDB and others have it: a string, then the value.
func datePart(b *building) (rel.Expr, error) {
	l, ok := b.values[0].(*rel.Literal)
	if !ok || l.Of.ID != types.Varchar || l.Value == nil {
		return nil, b.invalid("%s needs a constant part", b.name)
	}
	of := types.BigInt
	if name := strings.ToLower(l.Value.(string)); name == "epoch" || name == "julian" {
		of = types.Double
	}
	return call("date_part", of, b.values...), nil
}

// move adds an interval to a point in time; with a time zone, as that zone's clock shows it.
func move(b *building) (rel.Expr, error) {
	at, by := b.values[0], b.values[1]
	if at.Type().ID == types.Interval && by.Type().ID != types.Interval {
		at, by = by, at
	}
	if len(b.values) == 3 {
		zone := b.values[2]
		local := call("timezone", types.Timestamp, zone, at)
		return call("timezone", types.TimestampTZ, zone, callAs(b.entry.duck, local.Of, local, by)), nil
	}
	of, _ := temporalSum([]types.Type{at.Type()})
	return callAs(b.entry.duck, of, at, by), nil
}

// scaled is an interval times an integer, in DuckDB's order.
func scaled(b *building) (rel.Expr, error) {
	x, y := b.values[0], b.values[1]
	if x.Type().ID != types.Interval {
		x, y = y, x
	}
	return call("*", types.Interval, x, bigint(y)), nil
}

// inZone converts between a zone's clock and points in time.
func inZone(of types.ID) scalarBuilder {
	return func(b *building) (rel.Expr, error) {
		return call("timezone", of, b.values[1], b.values[0]), nil
	}
}

func parseTime(of types.ID) scalarBuilder {
	return func(b *building) (rel.Expr, error) {
		x := rel.Expr(call("strptime", types.Timestamp, b.values[0], b.values[1]))
		if len(b.values) == 3 {
			return call("timezone", types.TimestampTZ, b.values[2], x), nil
		}
		return castTo(x, of), nil
	}
}

// formatTime formats a time of day as that of some day, since DuckDB formats no others.
func formatTime(b *building) (rel.Expr, error) {
	x := b.values[0]
	if len(b.values) == 3 {
		x = call("timezone", types.Timestamp, b.values[2], x)
	}
	if x.Type().ID == types.Time {
		day := &rel.Literal{Of: types.Of(types.Date), Value: int64(0)}
		x = call("+", types.Timestamp, day, x)
	}
	return call("strftime", types.Varchar, x, b.values[1]), nil
}
