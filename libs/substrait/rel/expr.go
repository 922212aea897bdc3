package rel

import (
	"math/big"

	"github.com/shoal-db/shoal/libs/substrait/types"
)

// Expr is a scalar expression.
type Expr interface {
	Type() types.Type
	// Children are the expressions that this one evaluates, in order.
	Children() []Expr
	// WithChildren is the same expression over other children.
	// REQUIRES: as many as Children returns.
	WithChildren(children []Expr) Expr
}

// Field is a column of the input.
type Field struct {
	Index int
	Of    types.Type
}

// Literal is a constant. Value's Go type follows from the type:
//
//	any NULL                       nil
//	BOOLEAN                        bool
//	TINYINT … BIGINT               int64
//	UTINYINT … UBIGINT             uint64
//	HUGEINT, UHUGEINT, BIGNUM      *big.Int
//	DECIMAL                        *big.Int, unscaled
//	FLOAT, DOUBLE                  float64
//	VARCHAR, JSON, ENUM, UUID, BIT string, as DuckDB prints it
//	BLOB                           []byte
//	DATE                           int64, days since 1970-01-01
//	TIME, TIME_NS                  int64, micro- or nanoseconds since midnight
//	TIME WITH TIME ZONE            string, as DuckDB prints it
//	TIMESTAMP, _S, _MS, _NS, TZ    int64, in the type's unit since 1970-01-01
//	INTERVAL                       IntervalValue
//	LIST, ARRAY, STRUCT            []any of the same
//	MAP                            []any of two-element []any
//	UNION                          UnionValue
//
// Infinite dates and timestamps are DuckDB's own: the largest value and its
// negation.
type Literal struct {
	Of    types.Type
	Value any
}

// IntervalValue is an INTERVAL in DuckDB's three independent parts.
type IntervalValue struct {
	Months, Days int32
	Micros       int64
}

// UnionValue is a UNION's chosen member, by its place, and its value.
type UnionValue struct {
	Member int
	Value  any
}

// Call is a scalar function's call. Func is DuckDB's name (`+`, `lower`,
// `date_trunc`), or one of the names below for what DuckDB spells as syntax.
type Call struct {
	Func string
	Args []Expr
	Of   types.Type
}

// Names of the functions that are syntax in SQL. The comparisons and And, Or
// take two or more arguments only in the case of And and Or.
const (
	Eq              = "="
	Ne              = "<>"
	Lt              = "<"
	Le              = "<="
	Gt              = ">"
	Ge              = ">="
	DistinctFrom    = "is_distinct_from"
	NotDistinctFrom = "is_not_distinct_from"
	And             = "and"
	Or              = "or"
	Not             = "not"
	IsNull          = "is_null"
	IsNotNull       = "is_not_null"
	Coalesce        = "coalesce"
)

// Cast converts its input. With Try, what cannot be converted is NULL.
type Cast struct {
	Input Expr
	To    types.Type
	Try   bool
}

// Case is CASE WHEN … THEN … ELSE … END; a nil Else is NULL.
type Case struct {
	Whens []When
	Else  Expr
	Of    types.Type
}

// When is one arm of a Case.
type When struct{ Cond, Then Expr }

// In is `Value IN (Options…)` in three-valued logic.
type In struct {
	Value   Expr
	Options []Expr
}

// WindowCall is a window function's call; it may stand in a Project only.
type WindowCall struct {
	Func        string
	Args        []Expr
	Partition   []Expr
	OrderBy     []SortKey
	Frame       Frame
	Distinct    bool
	IgnoreNulls bool
	Filter      Expr
	// ArgOrder is the order given inside the function's parentheses.
	ArgOrder []SortKey
	Of       types.Type
}

// Frame is a window's frame.
type Frame struct {
	Unit       FrameUnit
	Start, End Bound
	Exclude    FrameExclude
}

// FrameUnit is what a frame's offsets count.
type FrameUnit uint8

// The units of frames.
const (
	RangeFrame FrameUnit = iota
	RowsFrame
	GroupsFrame
)

// FrameExclude is a frame's EXCLUDE clause.
type FrameExclude uint8

// What a frame may exclude.
const (
	ExcludeNothing FrameExclude = iota
	ExcludeCurrentRow
	ExcludeGroup
	ExcludeTies
)

// BoundKind is where a frame begins or ends.
type BoundKind uint8

// The kinds of bounds.
const (
	UnboundedPreceding BoundKind = iota
	Preceding
	CurrentRow
	Following
	UnboundedFollowing
)

// Bound is one end of a frame; Offset is set for Preceding and Following.
type Bound struct {
	Kind   BoundKind
	Offset Expr
}

// Type implements Expr.
func (f *Field) Type() types.Type { return f.Of }

// Type implements Expr.
func (l *Literal) Type() types.Type { return l.Of }

// Type implements Expr.
func (c *Call) Type() types.Type { return c.Of }

// Type implements Expr.
func (c *Cast) Type() types.Type { return c.To }

// Type implements Expr.
func (c *Case) Type() types.Type { return c.Of }

// Type implements Expr.
func (*In) Type() types.Type { return types.Of(types.Boolean) }

// Type implements Expr.
func (w *WindowCall) Type() types.Type { return w.Of }

// Children implements Expr.
func (f *Field) Children() []Expr { return nil }

// Children implements Expr.
func (l *Literal) Children() []Expr { return nil }

// Children implements Expr.
func (c *Call) Children() []Expr { return c.Args }

// Children implements Expr.
func (c *Cast) Children() []Expr { return []Expr{c.Input} }

// Children implements Expr.
func (c *Case) Children() []Expr {
	out := make([]Expr, 0, 2*len(c.Whens)+1)
	for _, w := range c.Whens {
		out = append(out, w.Cond, w.Then)
	}
	if c.Else != nil {
		out = append(out, c.Else)
	}
	return out
}

// Children implements Expr.
func (i *In) Children() []Expr { return append([]Expr{i.Value}, i.Options...) }

// Children implements Expr.
func (w *WindowCall) Children() []Expr {
	out := append([]Expr{}, w.Args...)
	out = append(out, w.Partition...)
	for _, k := range w.OrderBy {
		out = append(out, k.Expr)
	}
	for _, k := range w.ArgOrder {
		out = append(out, k.Expr)
	}
	for _, e := range []Expr{w.Filter, w.Frame.Start.Offset, w.Frame.End.Offset} {
		if e != nil {
			out = append(out, e)
		}
	}
	return out
}

// WithChildren implements Expr.
func (f *Field) WithChildren([]Expr) Expr { return f }

// WithChildren implements Expr.
func (l *Literal) WithChildren([]Expr) Expr { return l }

// WithChildren implements Expr.
func (c *Call) WithChildren(ch []Expr) Expr { n := *c; n.Args = ch; return &n }

// WithChildren implements Expr.
func (c *Cast) WithChildren(ch []Expr) Expr { n := *c; n.Input = ch[0]; return &n }

// WithChildren implements Expr.
func (c *Case) WithChildren(ch []Expr) Expr {
	n := *c
	n.Whens = make([]When, len(c.Whens))
	for i := range n.Whens {
		n.Whens[i] = When{ch[2*i], ch[2*i+1]}
	}
	if c.Else != nil {
		n.Else = ch[len(ch)-1]
	}
	return &n
}

// WithChildren implements Expr.
func (i *In) WithChildren(ch []Expr) Expr { return &In{Value: ch[0], Options: ch[1:]} }

// WithChildren implements Expr.
func (w *WindowCall) WithChildren(ch []Expr) Expr {
	n := *w
	take := func(k int) []Expr { head := ch[:k:k]; ch = ch[k:]; return head }
	n.Args, n.Partition = take(len(w.Args)), take(len(w.Partition))
	n.OrderBy, n.ArgOrder = withKeys(w.OrderBy, take(len(w.OrderBy))), withKeys(w.ArgOrder, take(len(w.ArgOrder)))
	for _, e := range []*Expr{&n.Filter, &n.Frame.Start.Offset, &n.Frame.End.Offset} {
		if *e != nil {
			*e = take(1)[0]
		}
	}
	return &n
}

func withKeys(keys []SortKey, exprs []Expr) []SortKey {
	out := make([]SortKey, len(keys))
	for i, k := range keys {
		out[i] = SortKey{Expr: exprs[i], Descending: k.Descending, NullsFirst: k.NullsFirst}
	}
	return out
}

// Bool is the BOOLEAN literal.
func Bool(v bool) *Literal { return &Literal{types.Of(types.Boolean), v} }

// Int is a BIGINT literal.
func Int(v int64) *Literal { return &Literal{types.Of(types.BigInt), v} }

// Str is a VARCHAR literal.
func Str(v string) *Literal { return &Literal{types.Of(types.Varchar), v} }

// Dec is a DECIMAL literal from its unscaled value.
func Dec(unscaled *big.Int, width, scale uint8) *Literal {
	return &Literal{types.DecimalOf(width, scale), unscaled}
}

// Null is a typed NULL.
func Null(t types.Type) *Literal { return &Literal{t, nil} }

// Bools is a Call of a function that returns a BOOLEAN.
func Bools(name string, args ...Expr) *Call {
	return &Call{Func: name, Args: args, Of: types.Of(types.Boolean)}
}
