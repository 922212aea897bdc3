package codec_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/substrait/codec"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// nested is a filter under n others, and an expression n deep.
func nested(n int) (rel.Rel, rel.Expr) {
	var r rel.Rel = orders()
	var x rel.Expr = rel.Bool(true)
	for range n {
		r = &rel.Filter{Input: r, Cond: rel.Bool(true)}
		x = rel.Bools(rel.Not, x)
	}
	return r, x
}

func TestDepthIsBounded(t *testing.T) {
	r, x := nested(1_800)
	for _, p := range []*rel.Plan{plan(r), plan(project(orders(), x))} {
		data, err := codec.Encode(p)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := codec.Decode(data, codec.Options{}); err != nil {
			t.Fatal(err)
		}
		if _, err := codec.Decode(data, codec.Options{MaxDepth: 1_000}); !fault.Is(err, fault.ResourceExhausted) {
			t.Fatal(err)
		}
		// However high the option, protobuf's own limit is never met first.
		if _, err := codec.Decode(data, codec.Options{MaxDepth: 1 << 40}); err != nil {
			t.Fatal(err)
		}
	}
	r, x = nested(5_000)
	for _, p := range []*rel.Plan{plan(r), plan(project(orders(), x))} {
		if _, err := codec.Encode(p); !fault.Is(err, fault.ResourceExhausted) {
			t.Fatal(err)
		}
	}
}

func TestDeepGarbageIsRefused(t *testing.T) {
	for _, n := range []int{2_100, 4_000, 100_000} {
		text := wrapped(strings.Repeat(`{"filter": {"input": `, n)+table+strings.Repeat(`}}`, n), 2)
		_, err := codec.DecodeJSON([]byte(text), codec.Options{})
		if !fault.Is(err, fault.ResourceExhausted) && !fault.Is(err, fault.InvalidArgument) {
			t.Errorf("%d levels: %v", n, err)
		}
		if len(err.Error()) > 1_000 {
			t.Errorf("%d levels: the error has %d bytes", n, len(err.Error()))
		}
	}
}

func TestSizeIsBounded(t *testing.T) {
	data, err := codec.Encode(plans()["aggregate sets"])
	if err != nil {
		t.Fatal(err)
	}
	for _, opts := range []codec.Options{{MaxBytes: len(data) - 1}, {MaxNodes: 20}} {
		if _, err := codec.Decode(data, opts); !fault.Is(err, fault.ResourceExhausted) {
			t.Errorf("%+v: %v", opts, err)
		}
	}
	if _, err := codec.Decode(data, codec.Options{MaxBytes: len(data)}); err != nil {
		t.Error(err)
	}
}

// TestSmallPlansStaySmall has plans of some kilobytes that would be huge as trees.
func TestSmallPlansStaySmall(t *testing.T) {
	doubling := []string{`{"rel": ` + table + `}`}
	for i := range 40 {
		ref := fmt.Sprintf(`{"reference": {"subtreeOrdinal": %d}}`, i)
		doubling = append(doubling, fmt.Sprintf(`{"rel": {"cross": {"left": %s, "right": %s}}}`, ref, ref))
	}
	aliases := []string{`{"typeAliasAnchor": 1, "type": {"i64": {}}}`}
	for i := 1; i < 40; i++ {
		a := fmt.Sprintf(`{"alias": {"typeAliasReference": %d}}`, i)
		aliases = append(aliases, fmt.Sprintf(`{"typeAliasAnchor": %d, "type": {"struct": {"types": [%s, %s]}}}`, i+1, a, a))
	}
	// Each of these holds the one before it twice or more.
	least, match, renamed := `{"literal": {"i64": 1}}`, `{"literal": {"i64": 1}}`, `{"nested": {"struct": {"fields": [{"literal": {"i64": 1}}]}}}`
	for range 60 {
		least = `{"scalarFunction": {"functionReference": 9, "outputType": {"i64": {}}, "arguments": [{"value": ` + least + `}, {"value": {"literal": {"i64": 1}}}]}}`
		match = `{"switchExpression": {"match": ` + match + `, "ifs": [{"if": {"i64": 1}, "then": {"literal": {"i64": 2}}}, {"if": {"i64": 1}, "then": {"literal": {"i64": 2}}}]}}`
	}
	for range 60 {
		renamed = `{"ifThen": {"ifs": [{"if": {"literal": {"boolean": true}}, "then": {"cast": {"input": {"literal": {"null": {"i64": {}}}}, "type": {"userDefined": {"typeReference": 1, "typeParameters": [{"string": "STRUCT(q BIGINT)"}]}}}}}], "else": ` + renamed + `}}`
		renamed = `{"ifThen": {"ifs": [{"if": {"literal": {"boolean": true}}, "then": {"cast": {"input": {"literal": {"null": {"i64": {}}}}, "type": {"userDefined": {"typeReference": 1, "typeParameters": [{"string": "STRUCT(r BIGINT)"}]}}}}}], "else": ` + renamed + `}}`
	}
	cast := `{"cast": {"input": {"literal": {"i64": 1}}, "type": {"alias": {"typeAliasReference": 40}}}}`
	for name, text := range map[string]string{
		"columns": `{"relations": [` + strings.Join(doubling, ",") + `]}`,
		"types":   `{"typeAliases": [` + strings.Join(aliases, ",") + `], ` + strings.TrimPrefix(projection(cast), "{"),
		"emit":    wrapped(`{"sort": {"common": {"emit": {"outputMapping": [`+strings.Repeat("0,", 1_100_000)+`0]}}, "input": `+table+`}}`, 1),
		"least":   projection(least), "switch": projection(match), "renamed": projection(renamed),
		"self": `{"typeAliases": [{"typeAliasAnchor": 40, "type": {"list": {"type": {"alias": {"typeAliasReference": 40}}}}}], ` + strings.TrimPrefix(projection(cast), "{"),
	} {
		if _, err := codec.DecodeJSON([]byte(text), codec.Options{}); !fault.Is(err, fault.ResourceExhausted) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestEncodeRefusesUnsoundTrees(t *testing.T) {
	o := orders()
	for name, p := range map[string]*rel.Plan{
		"nil": nil, "no root": {}, "nil relation": {Root: &rel.Filter{}}, "names": {Root: o, Names: []string{"a"}},
		"field out of range": plan(project(o, &rel.Field{Index: 8, Of: bigint})),
		"field's type":       plan(project(o, &rel.Field{Index: 0, Of: varchar})),
		"field nowhere":      plan(&rel.Fetch{Input: o, Count: col(o, 0)}),
		"no expression":      plan(&rel.Filter{Input: o}),
		"literal's value":    plan(project(o, &rel.Literal{Of: bigint, Value: "1"})),
		"literal's range":    plan(project(o, &rel.Literal{Of: integer, Value: int64(1) << 40})),
		"unsigned as signed": plan(project(o, &rel.Literal{Of: types.Of(types.UBigInt), Value: int64(1)})),
		"uuid":               plan(project(o, &rel.Literal{Of: types.Of(types.UUID), Value: "x"})),
		"decimal":            plan(project(o, &rel.Literal{Of: price, Value: int64(1)})),
		"array":              plan(project(o, &rel.Literal{Of: types.ArrayOf(bigint, 2), Value: []any{int64(1)}})),
		"case":               plan(project(o, &rel.Case{Of: bigint})),
		"grouping set":       plan(&rel.Aggregate{Input: o, Groups: []rel.Expr{col(o, 0)}, Sets: [][]int{{1}}}),
		"set of one":         plan(&rel.SetOp{Rels: []rel.Rel{o}}),
		"set types":          plan(&rel.SetOp{Rels: []rel.Rel{o, project(o, col(o, 0))}}),
		"row":                plan(&rel.Values{Columns: []types.Type{bigint}, Rows: [][]rel.Expr{{}}}),
		"reference":          plan(&rel.Reference{Ordinal: 0, Columns: []types.Type{bigint}}),
		"reference's types":  plan(&rel.Reference{Ordinal: 0, Columns: []types.Type{bigint}}, o),
		"join kind":          plan(&rel.Join{Kind: 99, Left: o, Right: o}),
		"offset":             plan(project(o, &rel.WindowCall{Func: "sum", Of: bigint, Frame: rel.Frame{Start: rel.Bound{Kind: rel.Preceding}}})),
		"invalid type":       plan(project(o, &rel.Cast{Input: col(o, 0)})),
		"text":               plan(project(o, rel.Str("\xff"))),
	} {
		if data, err := codec.Encode(p); !fault.Is(err, fault.Internal) {
			t.Errorf("%s: %v, %d bytes", name, err, len(data))
		}
	}
}
