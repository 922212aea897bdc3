package planning

import (
	"encoding/hex"
	"math/big"
	"strings"

	"github.com/shoal-db/shoal/libs/chunks/pruning"
	"github.com/shoal-db/shoal/libs/chunks/value"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// predicate is what pruning can use of a scan's condition. What it does not
// understand becomes Unknown, which keeps chunks wherever it stands. column
// gives the table's ordinal of a field.
func predicate(e rel.Expr, column func(field int) int) pruning.Predicate {
	c := converter{column}
	return c.convert(e)
}

type converter struct{ column func(int) int }

func (c converter) convert(e rel.Expr) pruning.Predicate {
	switch e := e.(type) {
	case nil:
		return pruning.Const(pruning.True)
	case *rel.Literal:
		return constant(e)
	case *rel.Field:
		return pruning.Compare{Column: c.column(e.Index), Op: pruning.Eq, Value: value.BoolValue(true)}
	case *rel.In:
		return c.in(e)
	case *rel.Call:
		return c.call(e)
	}
	return pruning.Unknown{}
}

func constant(l *rel.Literal) pruning.Predicate {
	switch v := l.Value.(type) {
	case nil:
		return pruning.Const(pruning.NullTruth)
	case bool:
		if v {
			return pruning.Const(pruning.True)
		}
		return pruning.Const(pruning.False)
	}
	return pruning.Unknown{}
}

var comparisons = map[string]pruning.Op{
	rel.Eq: pruning.Eq, rel.Ne: pruning.Ne, rel.Lt: pruning.Lt,
	rel.Le: pruning.Le, rel.Gt: pruning.Gt, rel.Ge: pruning.Ge,
}

func (c converter) call(e *rel.Call) pruning.Predicate {
	switch e.Func {
	case rel.And:
		return pruning.And(c.all(e.Args))
	case rel.Or:
		return pruning.Or(c.all(e.Args))
	case rel.Not:
		return pruning.Not{Of: c.convert(e.Args[0])}
	case rel.IsNull, rel.IsNotNull:
		f, ok := e.Args[0].(*rel.Field)
		switch {
		case !ok:
			return pruning.Unknown{}
		case e.Func == rel.IsNull:
			return pruning.IsNull{Column: c.column(f.Index)}
		}
		return pruning.IsNotNull{Column: c.column(f.Index)}
	case rel.DistinctFrom, rel.NotDistinctFrom:
		return c.distinct(e)
	case "~~", "prefix", "starts_with":
		return c.prefix(e)
	}
	if op, ok := comparisons[e.Func]; ok && len(e.Args) == 2 {
		if lit, ok := e.Args[1].(*rel.Literal); ok {
			return c.compare(e.Args[0], op, lit)
		}
		if lit, ok := e.Args[0].(*rel.Literal); ok {
			return c.compare(e.Args[1], op.Flip(), lit)
		}
	}
	return pruning.Unknown{}
}

func (c converter) all(args []rel.Expr) []pruning.Predicate {
	out := make([]pruning.Predicate, len(args))
	for i, a := range args {
		out[i] = c.convert(a)
	}
	return out
}

func (c converter) distinct(e *rel.Call) pruning.Predicate {
	for i := range 2 {
		f, okField := sameValues(e.Args[i])
		lit, okLiteral := e.Args[1-i].(*rel.Literal)
		if !okField || !okLiteral {
			continue
		}
		if v := literalValue(lit); v.Known() {
			return pruning.Distinct{Column: c.column(f.Index), Value: v, Not: e.Func == rel.NotDistinctFrom}
		}
	}
	return pruning.Unknown{}
}

// in handles casts that keep values as they are; others would need a compare
// for each option.
func (c converter) in(e *rel.In) pruning.Predicate {
	f, ok := sameValues(e.Value)
	if !ok {
		return pruning.Unknown{}
	}
	out := pruning.In{Column: c.column(f.Index)}
	for _, o := range e.Options {
		lit, ok := o.(*rel.Literal)
		if !ok {
			return pruning.Unknown{}
		}
		if lit.Value == nil {
			out.HasNull = true
			continue
		}
		v := literalValue(lit)
		if !v.Known() {
			return pruning.Unknown{}
		}
		out.Values = append(out.Values, v)
	}
	return out
}

// compare is `side op lit`, where side is a column, a cast of it that keeps the
// order, or a column plus or minus a constant.
func (c converter) compare(side rel.Expr, op pruning.Op, lit *rel.Literal) pruning.Predicate {
	v := literalValue(lit)
	if !v.Known() {
		return pruning.Unknown{}
	}
	if f, ok := sameValues(side); ok {
		return pruning.Compare{Column: c.column(f.Index), Op: op, Value: v}
	}
	if v.IsNull() {
		return pruning.Unknown{}
	}
	switch side := side.(type) {
	case *rel.Cast:
		f, ok := side.Input.(*rel.Field)
		if !ok || side.Try || !v.Finite() {
			return pruning.Unknown{}
		}
		switch {
		case f.Of.ID == types.Timestamp && side.To.ID == types.Date:
			return timestampAsDate(c.column(f.Index), op, v)
		case side.To.ID == types.TimestampTZ && (f.Of.ID == types.Date || fractions(f.Of) >= 0 && fractions(f.Of) <= 6):
			// All engines are in UTC, where times with and without a zone are the same.
			if micros, ok := v.Int64(); ok && v.Kind() == value.TimestampTZ {
				return pruning.Compare{Column: c.column(f.Index), Op: op, Value: value.TimestampValue(micros, value.Microseconds)}
			}
		}
	case *rel.Call:
		return c.shifted(side, op, lit)
	}
	return pruning.Unknown{}
}

// sameValues is the column behind an expression that has the column's values,
// as they are or in a type that holds them all exactly. Casts to floating-point
// numbers round, which pruning accounts for.
func sameValues(e rel.Expr) (*rel.Field, bool) {
	switch e := e.(type) {
	case *rel.Field:
		return e, true
	case *rel.Cast:
		f, ok := e.Input.(*rel.Field)
		if !ok || e.Try {
			return nil, false
		}
		from, to := f.Of, e.To
		switch {
		case from.Equal(to),
			// A number that does not fit fails the query, here as there.
			from.IsInteger() && (to.IsInteger() || to.ID == types.Decimal),
			from.ID == types.Decimal && to.ID == types.Decimal && to.Scale >= from.Scale,
			(from.IsInteger() || from.ID == types.Decimal || from.ID == types.Float) && to.ID == types.Double,
			(from.IsInteger() || from.ID == types.Decimal) && to.ID == types.Float,
			// Midnights, and times in finer units; pruning compares across units.
			from.ID == types.Date && fractions(to) >= 0,
			fractions(from) >= 0 && fractions(to) >= fractions(from):
			return f, true
		}
	}
	return nil, false
}

// fractions is how many digits of a second a type of timestamps without zone has, -1 for other types.
func fractions(t types.Type) int {
	switch t.ID {
	case types.TimestampS:
		return 0
	case types.TimestampMS:
		return 3
	case types.Timestamp:
		return 6
	case types.TimestampNS:
		return 9
	}
	return -1
}

const microsPerDay = 24 * 60 * 60 * 1_000_000

// timestampAsDate compares the day of a TIMESTAMP column with a date.
func timestampAsDate(column int, op pruning.Op, v value.Value) pruning.Predicate {
	day, ok := v.Int64()
	if !ok || v.Kind() != value.Date || day > 1e8 || day < -1e8 {
		return pruning.Unknown{}
	}
	at := func(op pruning.Op, day int64) pruning.Predicate {
		return pruning.Compare{Column: column, Op: op, Value: value.TimestampValue(day*microsPerDay, value.Microseconds)}
	}
	switch op {
	case pruning.Lt, pruning.Ge:
		return at(op, day)
	case pruning.Le:
		return at(pruning.Lt, day+1)
	case pruning.Gt:
		return at(pruning.Ge, day+1)
	case pruning.Eq:
		return pruning.And{at(pruning.Ge, day), at(pruning.Lt, day+1)}
	}
	return pruning.Or{at(pruning.Lt, day), at(pruning.Ge, day+1)}
}

// shifted is `column ± constant op lit` on integers, solved for the column.
func (c converter) shifted(call *rel.Call, op pruning.Op, lit *rel.Literal) pruning.Predicate {
	if call.Func != "+" && call.Func != "-" || len(call.Args) != 2 || !call.Of.IsInteger() {
		return pruning.Unknown{}
	}
	bound := wholeNumber(lit)
	for i := range 2 {
		f, okField := sameValues(call.Args[i])
		by, okLiteral := call.Args[1-i].(*rel.Literal)
		if !okField || !okLiteral || !f.Of.IsInteger() {
			continue
		}
		shift := wholeNumber(by)
		if shift == nil || bound == nil {
			continue
		}
		solved := new(big.Int)
		switch {
		case call.Func == "+":
			solved.Sub(bound, shift)
		case i == 0: // column - constant
			solved.Add(bound, shift)
		default: // constant - column
			solved.Sub(shift, bound)
			op = op.Flip()
		}
		if v := value.BigInt(solved); v.Known() {
			return pruning.Compare{Column: c.column(f.Index), Op: op, Value: v}
		}
	}
	return pruning.Unknown{}
}

// prefix is `column LIKE 'abc%'`: whatever else the pattern asks for, the column
// begins with abc.
func (c converter) prefix(e *rel.Call) pruning.Predicate {
	if len(e.Args) != 2 {
		return pruning.Unknown{}
	}
	f, okField := e.Args[0].(*rel.Field)
	lit, okLiteral := e.Args[1].(*rel.Literal)
	if !okField || !okLiteral || f.Of.ID != types.Varchar {
		return pruning.Unknown{}
	}
	start, ok := lit.Value.(string)
	if e.Func == "~~" {
		if i := strings.IndexAny(start, `%_\`); i >= 0 {
			start = start[:i]
		}
	}
	if !ok || start == "" {
		return pruning.Unknown{}
	}
	column := c.column(f.Index)
	out := pruning.And{pruning.Compare{Column: column, Op: pruning.Ge, Value: value.Text(start)}, pruning.Unknown{}}
	if next, ok := after(start); ok {
		out = append(out, pruning.Compare{Column: column, Op: pruning.Lt, Value: value.Text(next)})
	}
	return out
}

// after is the least byte string greater than all that begin with s.
func after(s string) (string, bool) {
	b := []byte(s)
	for i := len(b) - 1; i >= 0; i-- {
		if b[i] < 0xff {
			b[i]++
			return string(b[:i+1]), true
		}
	}
	return "", false
}

// wholeNumber is an integer literal's value, nil for others.
func wholeNumber(l *rel.Literal) *big.Int {
	switch v := l.Value.(type) {
	case int64:
		if l.Of.IsInteger() {
			return big.NewInt(v)
		}
	case uint64:
		return new(big.Int).SetUint64(v)
	case *big.Int:
		if l.Of.IsInteger() {
			return v
		}
	}
	return nil
}

// literalValue is a literal as statistics know it, of kind None if they don't.
func literalValue(l *rel.Literal) value.Value {
	switch v := l.Value.(type) {
	case nil:
		return value.NullValue()
	case bool:
		return value.BoolValue(v)
	case uint64:
		return value.Uint(v)
	case int64:
		return integerValue(l.Of, v)
	case float64:
		if l.Of.ID == types.Float {
			return value.Float(float32(v))
		}
		return value.Double(v)
	case *big.Int:
		if l.Of.ID == types.Decimal {
			return value.BigDecimal(v, l.Of.Scale)
		}
		if l.Of.IsInteger() {
			return value.BigInt(v)
		}
	case []byte:
		return value.Blob(v)
	case string:
		return textValue(l.Of, v)
	}
	return value.Value{}
}

func integerValue(t types.Type, v int64) value.Value {
	switch t.ID {
	case types.Date:
		return value.DateValue(int32(v))
	case types.Time:
		return value.TimeValue(v)
	case types.Timestamp:
		return value.TimestampValue(v, value.Microseconds)
	case types.TimestampS:
		return value.TimestampValue(v, value.Seconds)
	case types.TimestampMS:
		return value.TimestampValue(v, value.Milliseconds)
	case types.TimestampNS:
		return value.TimestampValue(v, value.Nanoseconds)
	case types.TimestampTZ:
		return value.TimestampTZValue(v)
	}
	if t.IsInteger() {
		return value.Int(v)
	}
	return value.Value{}
}

func textValue(t types.Type, s string) value.Value {
	switch t.ID {
	case types.Varchar, types.JSON:
		return value.Text(s)
	case types.UUID:
		raw, err := hex.DecodeString(strings.ReplaceAll(s, "-", ""))
		if err == nil && len(raw) == 16 {
			return value.UUIDValue([16]byte(raw))
		}
	}
	return value.Value{}
}
