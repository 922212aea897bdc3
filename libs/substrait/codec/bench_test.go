package codec_test

import (
	"testing"

	"github.com/shoal-db/shoal/libs/substrait/codec"
	"github.com/shoal-db/shoal/libs/substrait/rel"
)

// wide is a plan of the size of a reporting query: joins of eight tables and sixty measures.
func wide() *rel.Plan {
	var r rel.Rel = orders()
	for i := range 8 {
		n := len(r.Types())
		cond := rel.Bools(rel.And, rel.Bools(rel.Eq, col(r, 0), &rel.Field{Index: n, Of: bigint}),
			rel.Bools(rel.Gt, &rel.Field{Index: n, Of: bigint}, rel.Int(int64(i))))
		r = &rel.Join{Kind: rel.Inner, Left: r, Right: orders(), Cond: cond}
	}
	a := &rel.Aggregate{Input: r, Groups: []rel.Expr{col(r, 0), col(r, 2)}}
	for range 60 {
		a.Measures = append(a.Measures, rel.Measure{Func: "sum", Type: double,
			Args: []rel.Expr{call("*", double, col(r, 4), call("-", double, col(r, 4), col(r, 12)))}})
	}
	return plan(&rel.Sort{Input: a, Keys: []rel.SortKey{{Expr: col(a, 0)}}})
}

func BenchmarkEncode(b *testing.B) {
	p := wide()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := codec.Encode(p); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecode(b *testing.B) {
	data, err := codec.Encode(wide())
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := codec.Decode(data, codec.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
