package functions

import (
	"slices"
	"strings"
	"testing"

	"github.com/substrait-io/substrait-go/v8/extensions"
	standard "github.com/substrait-io/substrait-go/v8/types"

	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// standardTypes are the standard's types of our abbreviations, for the registry's own derivations.
var standardTypes = map[string]standard.Type{
	"bool": &standard.BooleanType{}, "i8": &standard.Int8Type{}, "i16": &standard.Int16Type{}, "i32": &standard.Int32Type{},
	"i64": &standard.Int64Type{}, "fp32": &standard.Float32Type{}, "fp64": &standard.Float64Type{}, "str": &standard.StringType{},
	"dec": &standard.DecimalType{Precision: 15, Scale: 2}, "date": &standard.DateType{},
	"pts": &standard.PrecisionTimestampType{Precision: 6}, "ptstz": &standard.PrecisionTimestampTzType{PrecisionTimestampType: standard.PrecisionTimestampType{Precision: 6}},
	"list": &standard.ListType{Type: &standard.Int32Type{}}, "any": &standard.StringType{},
}

// ourTypes are DuckDB's of the same.
var ourTypes = map[string]types.Type{
	"bool": types.Of(types.Boolean), "i8": types.Of(types.TinyInt), "i16": types.Of(types.SmallInt), "i32": types.Of(types.Integer),
	"i64": types.Of(types.BigInt), "fp32": types.Of(types.Float), "fp64": types.Of(types.Double), "str": types.Of(types.Varchar),
	"dec": types.DecimalOf(15, 2), "date": types.Of(types.Date), "pts": types.Of(types.Timestamp), "ptstz": types.Of(types.TimestampTZ),
	"list": types.ListOf(types.Of(types.Integer)), "any": types.Of(types.Varchar),
}

func allEntries() []*entry {
	var out []*entry
	for _, kind := range byName {
		for _, list := range kind {
			out = append(out, list...)
		}
	}
	return out
}

// signatureArgs are the abbreviations of a signature's arguments.
func signatureArgs(signature string) []string {
	head, _, variadic := strings.Cut(signature, "…")
	if head == "()" {
		return nil
	}
	args := strings.Split(head, "_")
	if variadic {
		args = append(args, args[len(args)-1])
	}
	return args
}

// TestExactMeansTheSame compares the rows that our own plans use with the standard's definitions:
// the function, the options that are pinned down, and the result's type.
func TestExactMeansTheSame(t *testing.T) {
	registry, err := extensions.GetDefaultCollection()
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range allEntries() {
		for _, signature := range strings.Fields(e.exact) {
			var args []types.Type
			var theirs []standard.Type
			for _, a := range signatureArgs(signature) {
				args = append(args, ourTypes[a])
				theirs = append(theirs, standardTypes[a].WithNullability(standard.NullabilityNullable))
			}
			result, ok := e.result(args)
			if !ok {
				t.Errorf("%s %s: the result's type is not known", e.name, signature)
				continue
			}
			name, ok := Standard(e.kind, e.duck, args, result)
			if !ok {
				t.Errorf("%s %s: not found by DuckDB's name %s", e.name, signature, e.duck)
				continue
			}
			variant, ok := find(registry, e.kind, extensions.ID{URN: name.URN, Name: name.Compound})
			if !ok {
				t.Errorf("%s %s is not standard", name.URN, name.Compound)
				continue
			}
			for _, o := range name.Options {
				if known, ok := variant.Options()[o.Name]; ok && !slices.Contains(known.Values, o.Preference[0]) {
					t.Errorf("%s: the option %s has no value %s", name.Compound, o.Name, o.Preference[0])
				} else if !ok {
					t.Errorf("%s has no option %s", name.Compound, o.Name)
				}
			}
			got, err := variant.ResolveType(theirs, extensions.NewSet())
			if err != nil || abbreviation(got) != abbreviation(theirsOf(result)) {
				t.Errorf("%s gives %v (%v), but DuckDB %s", name.Compound, got, err, result)
			}
		}
	}
}

func theirsOf(t types.Type) standard.Type {
	switch t.ID {
	case types.Decimal:
		return &standard.DecimalType{Precision: int32(t.Width), Scale: int32(t.Scale)}
	case types.List:
		return &standard.ListType{Type: theirsOf(t.Fields[0].Type)}
	}
	return standardTypes[short[t.ID]]
}

func abbreviation(t standard.Type) string {
	if t == nil {
		return "?"
	}
	return t.WithNullability(standard.NullabilityRequired).String()
}

func find(c *extensions.Collection, kind Kind, id extensions.ID) (extensions.FunctionVariant, bool) {
	switch kind {
	case Aggregate:
		f, ok := c.GetAggregateFunc(id)
		return f, ok
	case Window:
		f, ok := c.GetWindowFunc(id)
		return f, ok
	}
	f, ok := c.GetScalarFunc(id)
	return f, ok
}

// TestNamesAreStandard finds each row's function in the standard's file; the ones that are there
// for producers that stray from it say so.
func TestNamesAreStandard(t *testing.T) {
	registry, err := extensions.GetDefaultCollection()
	if err != nil {
		t.Fatal(err)
	}
	known := map[[2]string]bool{}
	for _, f := range registry.GetAllScalarFunctions() {
		known[[2]string{f.URN(), f.Name()}] = true
	}
	for _, f := range registry.GetAllAggregateFunctions() {
		known[[2]string{f.URN(), f.Name()}] = true
	}
	for _, f := range registry.GetAllWindowFunctions() {
		known[[2]string{f.URN(), f.Name()}] = true
	}
	for _, e := range allEntries() {
		if !known[[2]string{StandardPrefix + e.file, e.name}] && !strings.HasPrefix(e.note, "not standard") {
			t.Errorf("%s has no %s", e.file, e.name)
		}
	}
}

// TestStandardLeadsBack takes every exact row there and back.
func TestStandardLeadsBack(t *testing.T) {
	for _, e := range allEntries() {
		for _, signature := range strings.Fields(e.exact) {
			call := &Call{}
			var args []types.Type
			for i, a := range signatureArgs(signature) {
				args = append(args, ourTypes[a])
				call.Args = append(call.Args, Arg{Value: &rel.Field{Index: i, Of: ourTypes[a]}})
			}
			call.Output, _ = e.result(args)
			name, _ := Standard(e.kind, e.duck, args, call.Output)
			call.Options = name.Options
			f, ok := Lookup(e.kind, name.URN, name.Compound)
			if !ok {
				t.Errorf("%s is not found", name.Compound)
				continue
			}
			if e.kind == Scalar {
				x, err := f.Scalar(call)
				c, isCall := x.(*rel.Call)
				if err != nil || !isCall || c.Func != e.duck || len(c.Args) != len(args) || !c.Of.Equal(call.Output) {
					t.Errorf("%s came back as %#v (%v), not %s", name.Compound, x, err, e.duck)
				}
				continue
			}
			agg, err := f.Aggregation(call)
			if err != nil || agg.Func != e.duck || agg.Finish != nil || !agg.Of.Equal(call.Output) {
				t.Errorf("%s came back as %#v (%v), not %s", name.Compound, agg, err, e.duck)
			}
		}
	}
}
