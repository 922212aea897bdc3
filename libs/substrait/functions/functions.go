// Package functions knows which of Substrait's standard functions is which of DuckDB's.
//
// It owns one table (the files table_*.go) that is read both ways: Standard finds the standard name
// under which one of DuckDB's calls may travel, Lookup finds what DuckDB must compute for a call
// that a foreign producer made.
//
// Invariants: a DuckDB call has a standard name only if the standard function has the same meaning
// and the same result type for those argument types; such a name leads back to the very same call.
// What Lookup builds is typed as DuckDB would type it, and cast to the type that the producer
// stated when that is another one.
//
// It refuses to guess: an option, enum argument or number of arguments whose meaning DuckDB cannot
// give is an invalid_argument, as is a function without counterpart. It knows nothing of protobuf.
package functions

import (
	"slices"
	"strings"

	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// The URN prefix of the standard extensions, and Shoal's own extensions.
const (
	// StandardPrefix starts the URN of every standard extension, before its file's name.
	StandardPrefix = "extension:io.substrait:"
	// DuckDB is the extension of the functions that travel by DuckDB's name.
	DuckDB = "extension:io.shoal:functions_duckdb"
)

// Kind is how a function is called.
type Kind uint8

// The kinds of functions.
const (
	Scalar Kind = iota
	Aggregate
	Window
)

// String is the kind's name.
func (k Kind) String() string { return [...]string{"scalar", "aggregate", "window"}[k] }

// Option is a behaviour that a call asks for: the first of Preference that is supported counts.
type Option struct {
	Name       string
	Preference []string
}

// Arg is a call's argument: a value, or, if Value is nil, the name of an enum's member.
type Arg struct {
	Value rel.Expr
	Enum  string
}

// Call is a call as a producer wrote it.
type Call struct {
	Args    []Arg
	Options []Option
	// Output is the result type that the producer stated; invalid if it stated none.
	Output types.Type
	// ResultType, if not nil, is asked for DuckDB's type where neither the table nor the producer
	// says it.
	ResultType ResultType
}

// ResultType tells the type that DuckDB gives to a call of its function duck. A field among the
// arguments stands for any value of its type.
type ResultType func(kind Kind, duck string, args []rel.Expr) (types.Type, error)

// Name is how a function is declared and called in Substrait.
type Name struct {
	URN string
	// Compound is name and signature: `add:i64_i64`.
	Compound string
	// Options pin down what DuckDB does where the standard leaves a choice.
	Options []Option
}

// Standard returns the standard name under which the DuckDB call of these argument types and this
// result type may travel, and false if no standard function means exactly the same.
func Standard(kind Kind, duck string, args []types.Type, result types.Type) (Name, bool) {
	for _, e := range byDuck[kind][duck] {
		signature, ok := e.match(args)
		if !ok {
			continue
		}
		if of, known := e.result(args); !known || !of.Equal(result) {
			continue
		}
		name := Name{URN: StandardPrefix + e.file, Compound: e.name + ":" + signature}
		for _, o := range e.options {
			name.Options = append(name.Options, Option{Name: o.name, Preference: o.accepted[:1]})
		}
		return name, true
	}
	return Name{}, false
}

// Function is a standard function that DuckDB can compute.
type Function struct {
	kind    Kind
	name    string
	entries []*entry
}

// Lookup finds a standard function by extension and name, with or without a signature. An empty
// urn searches all extensions, and knows other producers' spellings; an aggregate function may be
// called as a window function.
func Lookup(kind Kind, urn, name string) (*Function, bool) {
	name, _, _ = strings.Cut(name, ":")
	file, isStandard := strings.CutPrefix(urn, StandardPrefix)
	if urn != "" && !isStandard {
		return nil, false
	}
	if other, ok := aliases[name]; ok && !isStandard {
		name = other
	}
	entries := byName[kind][name]
	if len(entries) == 0 && kind == Window {
		entries = byName[Aggregate][name]
	}
	if len(entries) == 0 {
		return nil, false
	}
	// Producers disagree on the file of a function that several files have (lt of dates, min of
	// decimals), so that the file only comes first.
	sorted := slices.Clone(entries)
	slices.SortStableFunc(sorted, func(a, b *entry) int { return rank(a, file) - rank(b, file) })
	return &Function{kind: kind, name: name, entries: sorted}, true
}

func rank(e *entry, file string) int {
	if e.file == file {
		return 0
	}
	return 1
}

// pick is the first variant that takes the call's arguments.
func (f *Function) pick(c *Call) (*entry, error) {
	given := valueTypes(c.Args)
	for _, e := range f.entries {
		if e.accepts(given) {
			return e, nil
		}
	}
	return nil, f.invalid("%s takes no arguments of the types (%s)", f.name, listTypes(given))
}

// Repeats says whether what Scalar makes may hold an argument more than once, so that nested calls
// grow exponentially.
func (f *Function) Repeats() bool {
	return slices.ContainsFunc(f.entries, func(e *entry) bool { return e.repeats })
}

// Scalar is the expression that computes the call in DuckDB.
func (f *Function) Scalar(c *Call) (rel.Expr, error) {
	e, err := f.pick(c)
	if err != nil {
		return nil, err
	}
	b := &building{Function: f, entry: e, call: c}
	expr, err := b.scalar()
	if err != nil {
		return nil, err
	}
	return finish(expr, c.Output), nil
}

// Aggregation is an aggregate or window function's call in DuckDB's terms.
type Aggregation struct {
	Func string
	Args []rel.Expr
	Of   types.Type
	// Finish computes the call's result from the function's; nil if it is the same.
	Finish func(rel.Expr) rel.Expr
}

// Aggregation is what computes the call of an aggregate or window function in DuckDB.
func (f *Function) Aggregation(c *Call) (Aggregation, error) {
	e, err := f.pick(c)
	if err != nil {
		return Aggregation{}, err
	}
	b := &building{Function: f, entry: e, call: c}
	agg, err := b.aggregation()
	if err != nil {
		return Aggregation{}, err
	}
	if agg.Of.ID == types.Invalid && c.ResultType != nil {
		if agg.Of, err = c.ResultType(f.kind, agg.Func, agg.Args); err != nil {
			return Aggregation{}, err
		}
	}
	if agg.Of.ID == types.Invalid {
		return Aggregation{}, f.invalid("DuckDB's type of %s(%s) is not known", f.name, listTypes(typesOf(agg.Args)))
	}
	before := agg.Finish
	if c.Output.ID == types.Invalid || before == nil && SameShape(agg.Of, c.Output) {
		return agg, nil
	}
	agg.Finish = func(x rel.Expr) rel.Expr {
		if before != nil {
			x = before(x)
		}
		return finish(x, c.Output)
	}
	return agg, nil
}

// SameShape tells whether two types differ in the names of STRUCT members at most. Types in plans
// have no such names, so that what a plan states can only be compared like this.
func SameShape(a, b types.Type) bool {
	return unnamed(a).Equal(unnamed(b))
}

func unnamed(t types.Type) types.Type {
	if len(t.Fields) == 0 {
		return t
	}
	fields := make([]types.Field, len(t.Fields))
	for i, f := range t.Fields {
		if fields[i].Type = unnamed(f.Type); t.ID != types.Struct {
			fields[i].Name = f.Name
		}
	}
	t.Fields = fields
	return t
}

// finish gives an expression the type that the producer stated, but leaves members their names.
func finish(x rel.Expr, want types.Type) rel.Expr {
	if want.ID == types.Invalid || SameShape(x.Type(), want) {
		return x
	}
	if c, ok := x.(*rel.Call); ok && c.Of.ID == types.Invalid {
		// What DuckDB gives is not known here; the cast is harmless where it gives the same.
		n := *c
		n.Of = want
		x = &n
	}
	return &rel.Cast{Input: x, To: want}
}

func (f *Function) invalid(format string, args ...any) error {
	return fault.New(fault.InvalidArgument, "", format, args...).WithDetail("function", f.name)
}

func valueTypes(args []Arg) []types.Type {
	var out []types.Type
	for _, a := range args {
		if a.Value != nil {
			out = append(out, a.Value.Type())
		}
	}
	return out
}

func listTypes(list []types.Type) string {
	parts := make([]string, len(list))
	for i, t := range list {
		parts[i] = t.String()
	}
	return strings.Join(parts, ", ")
}
