package substrait

import (
	"encoding/json"
	"math/big"
	"os"
	"path/filepath"
	"testing"

	"github.com/substrait-io/substrait-go/v8/expr"
	"github.com/substrait-io/substrait-go/v8/extensions"
	"github.com/substrait-io/substrait-go/v8/plan"
	subtypes "github.com/substrait-io/substrait-go/v8/types"
	pb "github.com/substrait-io/substrait-protobuf/go/substraitpb"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"

	"github.com/shoal-db/shoal/libs/substrait/codec"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// encoded is a plan in both forms.
type encoded struct{ proto, json []byte }

// fromFile is a plan that was written by hand in the style of one of the known producers.
func fromFile(t *testing.T, name string) encoded {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	m := fromJSON(t, text)
	withURIs(t, m, text)
	return encoded{marshal(t, m), text}
}

func fromJSON(t *testing.T, text []byte) *pb.Plan {
	t.Helper()
	m := &pb.Plan{}
	if err := (protojson.UnmarshalOptions{DiscardUnknown: true}).Unmarshal(text, m); err != nil {
		t.Fatal(err)
	}
	return m
}

// withURIs adds what older producers write and today's messages do not have: extensions' URIs.
func withURIs(t *testing.T, m *pb.Plan, text []byte) {
	t.Helper()
	var old struct {
		ExtensionUris []struct {
			ExtensionURIAnchor uint64 `json:"extensionUriAnchor"`
			URI                string `json:"uri"`
		}
		Extensions []struct {
			ExtensionFunction struct {
				ExtensionURIReference uint64 `json:"extensionUriReference"`
			}
		}
	}
	if err := json.Unmarshal(text, &old); err != nil {
		t.Fatal(err)
	}
	var unknown []byte
	for _, u := range old.ExtensionUris {
		one := protowire.AppendVarint(protowire.AppendTag(nil, 1, protowire.VarintType), u.ExtensionURIAnchor)
		one = protowire.AppendString(protowire.AppendTag(one, 2, protowire.BytesType), u.URI)
		unknown = protowire.AppendBytes(protowire.AppendTag(unknown, 1, protowire.BytesType), one)
	}
	m.ProtoReflect().SetUnknown(unknown)
	for i, e := range old.Extensions {
		if ref := e.ExtensionFunction.ExtensionURIReference; ref != 0 {
			m.Extensions[i].GetExtensionFunction().ProtoReflect().SetUnknown(
				protowire.AppendVarint(protowire.AppendTag(nil, 1, protowire.VarintType), ref))
		}
	}
}

func marshal(t *testing.T, m proto.Message) []byte {
	t.Helper()
	out, err := proto.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// built is the builder's plan for: of the sales from block 300 on, per region the number, the sum of
// the blocks, and the least price, by region, the first three.
func built(t *testing.T) encoded {
	t.Helper()
	const urn = extensions.SubstraitDefaultURNPrefix
	nullable := subtypes.NullabilityNullable
	b := plan.NewBuilderDefault()
	scan := b.NamedScan([]string{"shop", "sales"}, subtypes.NamedStruct{
		Names: []string{"region", "id", "price"},
		Struct: subtypes.StructType{Nullability: subtypes.NullabilityRequired, Types: []subtypes.Type{
			&subtypes.StringType{Nullability: nullable}, &subtypes.Int64Type{Nullability: nullable},
			&subtypes.DecimalType{Precision: 12, Scale: 2, Nullability: nullable},
		}},
	})
	id := must(b.RootFieldRef(scan, 1))
	late := must(b.ScalarFn(urn+"functions_comparison", "gte", nil, id, expr.NewPrimitiveLiteral[int64](300, false)))
	filter := must(b.Filter(scan, late))
	doubled := must(b.ScalarFn(urn+"functions_arithmetic", "multiply", nil,
		must(b.RootFieldRef(filter, 1)), expr.NewPrimitiveLiteral[int64](2, false)))
	projected := must(must(b.Project(filter, doubled)).Remap(0, 2, 3)) // region, price, 2·id
	count := must(b.AggregateFn(urn+"functions_aggregate_generic", "count", nil))
	sum := must(b.AggregateFn(urn+"functions_arithmetic", "sum", nil, must(b.RootFieldRef(projected, 2))))
	least := must(b.AggregateFn(urn+"functions_arithmetic_decimal", "min", nil, must(b.RootFieldRef(projected, 1))))
	aggregate := b.GetRelBuilder().AggregateRel(projected, []plan.AggRelMeasure{b.Measure(count, nil), b.Measure(sum, nil), b.Measure(least, nil)})
	aggregate.AddGroupingSet([]uint32{aggregate.AddExpression(must(b.RootFieldRef(projected, 0)))})
	grouped := must(aggregate.Build())
	sorted := must(b.Sort(grouped, must(b.SortFields(grouped, 0))...))
	made := must(must(b.Plan(must(b.Fetch(sorted, 0, 3)), []string{"region", "n", "s", "least"})).ToProto())
	return encoded{marshal(t, made), must(protojson.Marshal(made))}
}

// ours encodes a tree.
func ours(t *testing.T, p *rel.Plan) encoded {
	t.Helper()
	return encoded{must(codec.Encode(p)), must(codec.EncodeJSON(p))}
}

var (
	bigint  = types.Of(types.BigInt)
	integer = types.Of(types.Integer)
	varchar = types.Of(types.Varchar)
	price   = types.DecimalOf(12, 2)
)

func field(i int, of types.Type) rel.Expr { return &rel.Field{Index: i, Of: of} }

func sales() *rel.Read {
	return &rel.Read{Table: []string{"shop", "sales"}, Columns: []rel.Column{
		{Name: "id", Type: bigint}, {Name: "item", Type: integer}, {Name: "price", Type: price}, {Name: "qty", Type: integer},
	}}
}

// top is: of the sales at 10 or more, per item the quantity, the dearest five.
func top() *rel.Plan {
	dear := rel.Bools(rel.Ge, field(2, price), rel.Dec(big.NewInt(1000), 12, 2))
	grouped := &rel.Aggregate{
		Input: &rel.Filter{Input: sales(), Cond: dear}, Groups: []rel.Expr{field(1, integer)},
		Measures: []rel.Measure{
			{Func: "sum", Args: []rel.Expr{field(2, price)}, Type: types.DecimalOf(38, 2)},
			{Func: "count_star", Type: bigint},
		},
	}
	named := &rel.Project{Input: grouped, Exprs: []rel.Expr{field(0, integer), field(1, types.DecimalOf(38, 2)), field(2, bigint)}}
	sorted := &rel.Sort{Input: named, Keys: []rel.SortKey{{Expr: field(1, types.DecimalOf(38, 2)), Descending: true}, {Expr: field(0, integer)}}}
	return &rel.Plan{Root: &rel.Fetch{Input: sorted, Count: rel.Int(5)}, Names: []string{"item", "total", "n"}}
}

// named joins with a reference table.
func named() *rel.Plan {
	items := &rel.Read{Table: []string{"shop", "items"}, Columns: []rel.Column{{Name: "item", Type: integer}, {Name: "name", Type: varchar}}}
	join := &rel.Join{Kind: rel.Inner, Left: sales(), Right: items, Cond: rel.Bools(rel.Eq, field(1, integer), field(4, integer))}
	few := &rel.Filter{Input: join, Cond: rel.Bools(rel.Lt, field(0, bigint), rel.Int(50))}
	return &rel.Plan{Root: &rel.Project{Input: few, Exprs: []rel.Expr{field(0, bigint), field(5, varchar)}}, Names: []string{"id", "name"}}
}

// returned joins two chunked tables by their block, and keeps every sale.
func returned() *rel.Plan {
	returns := &rel.Read{Table: []string{"shop", "returns"}, Columns: []rel.Column{{Name: "id", Type: bigint}, {Name: "reason", Type: varchar}}}
	join := &rel.Join{Kind: rel.Left, Left: sales(), Right: returns, Cond: rel.Bools(rel.Eq, field(0, bigint), field(4, bigint))}
	return &rel.Plan{Root: &rel.Project{Input: join, Exprs: []rel.Expr{field(0, bigint), field(5, varchar)}}, Names: []string{"id", "reason"}}
}

// asked has a subquery of each kind; one looks two queries out.
func asked() *rel.Plan {
	boolean := types.Of(types.Boolean)
	items := &rel.Read{Table: []string{"shop", "items"}, Columns: []rel.Column{{Name: "item", Type: integer}, {Name: "name", Type: varchar}}}
	returns := &rel.Read{Table: []string{"shop", "returns"}, Columns: []rel.Column{{Name: "id", Type: bigint}}}
	outer := func(steps, i int, of types.Type) rel.Expr { return &rel.OuterField{Steps: steps, Index: i, Of: of} }
	where := func(in rel.Rel, conds ...rel.Expr) rel.Rel {
		return &rel.Filter{Input: in, Cond: rel.Conjunction(conds)}
	}
	choose := func(in rel.Rel, exprs ...rel.Expr) rel.Rel { return &rel.Project{Input: in, Exprs: exprs} }

	dearest := &rel.Subquery{Kind: rel.AllSubquery, Op: rel.Ge, Left: []rel.Expr{field(2, price)}, Of: boolean,
		Input: choose(where(sales(), rel.Bools(rel.Eq, field(0, bigint), outer(1, 0, bigint))), field(2, price))}
	third := &rel.Subquery{Kind: rel.InSubquery, Left: []rel.Expr{field(0, bigint), field(1, integer)}, Of: boolean,
		Input: choose(where(sales(), rel.Bools(rel.Eq, field(1, integer), &rel.Cast{Input: rel.Int(3), To: integer})), field(0, bigint), field(1, integer))}
	small := &rel.Subquery{Kind: rel.ExistsSubquery, Of: boolean, Input: where(items,
		rel.Bools(rel.Eq, field(0, integer), outer(2, 1, integer)),
		rel.Bools(rel.Lt, &rel.Cast{Input: field(0, integer), To: bigint}, outer(1, 0, bigint)))}
	cameBack := &rel.Subquery{Kind: rel.ExistsSubquery, Of: boolean, Input: where(returns,
		rel.Bools(rel.Eq, field(0, bigint), outer(1, 0, bigint)), small)}
	name := &rel.Subquery{Of: varchar, Input: choose(where(items, rel.Bools(rel.Eq, field(0, integer), outer(1, 1, integer))), field(1, varchar))}
	rows := where(sales(), dearest, rel.Bools(rel.Not, third), cameBack)
	return &rel.Plan{Root: choose(rows, field(0, bigint), name), Names: []string{"id", "name"}}
}
