package bound

import (
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// converter holds what conversion needs beyond the operator at hand.
type converter struct {
	opts   Options
	shared []rel.Rel
	ctes   map[uint64]*cte
	// outers are the dependent joins in whose right sides the operator at hand
	// stands, innermost last; a DELIM_GET reads from the innermost.
	outers []outer
	nextID int
	// recursions are the recursive common table expressions by their index.
	recursions map[uint64]recursion
	// lenient lets what the tree cannot say stand as opaque.
	lenient bool
}

func newConverter(opts Options) *converter {
	return &converter{opts: opts, ctes: map[uint64]*cte{}, recursions: map[uint64]recursion{}}
}

// node is a converted operator. DuckDB's column i is rel's field cols[i]; a
// negative field is a virtual column, which only exists to be counted. DuckDB's
// projection maps thus need no projections here.
type node struct {
	rel  rel.Rel
	cols []int
	typs []types.Type // rel.Types()
	// at are the columns' bindings, where they are known.
	at []binding
}

// binding is how DuckDB names a column before references are made positions,
// which it leaves undone below table functions.
type binding struct{ table, column uint64 }

// bindings are those of an operator's own columns.
func bindings(o object, index string, n int) ([]binding, error) {
	table, err := o.uint(index)
	out := make([]binding, n)
	for i := range out {
		out[i] = binding{table, uint64(i)}
	}
	return out, err
}

func newNode(r rel.Rel, cols []int) node { return node{rel: r, cols: cols, typs: r.Types()} }

// straight is a node whose columns are its fields.
func straight(r rel.Rel) node {
	n := node{rel: r, typs: r.Types()}
	n.cols = make([]int, len(n.typs))
	for i := range n.cols {
		n.cols[i] = i
	}
	return n
}

func (n node) scope() scope { return scope{cols: n.cols, types: n.typs, at: n.at} }

// fields are references to all of the node's fields.
func (n node) fields() []rel.Expr {
	out := make([]rel.Expr, len(n.typs))
	for i, t := range n.typs {
		out[i] = &rel.Field{Index: i, Of: t}
	}
	return out
}

// pick restricts the columns to those of a projection map; an empty map is all.
func (n node) pick(o object, key string) (node, error) {
	places, err := o.indices(key, len(n.cols))
	if err != nil || len(places) == 0 {
		return n, err
	}
	cols := make([]int, len(places))
	var at []binding
	for i, p := range places {
		cols[i] = n.cols[p]
		if p < len(n.at) {
			at = append(at, n.at[p])
		}
	}
	n.cols, n.at = cols, at
	return n, nil
}

// visible makes the fields the columns, by a projection where they are not.
func (c *converter) visible(n node) (node, error) {
	same := len(n.cols) == len(n.typs)
	for i, f := range n.cols {
		if f < 0 {
			return node{}, unsupported("the pseudocolumn rowid is")
		}
		same = same && f == i
	}
	if same {
		return n, nil
	}
	exprs := make([]rel.Expr, len(n.cols))
	for i, f := range n.cols {
		exprs[i] = &rel.Field{Index: f, Of: n.typs[f]}
	}
	return straight(&rel.Project{Input: n.rel, Exprs: exprs}), nil
}

// rel converts one operator and all below it.
func (c *converter) rel(o object) (node, error) {
	n, err := c.relOf(o)
	if err == nil && n.at == nil {
		n.at, err = bindings(o, "table_index", len(n.cols))
	}
	return n, err
}

func (c *converter) relOf(o object) (node, error) {
	switch kind := o.string("type"); kind {
	case "LOGICAL_GET":
		return c.get(o)
	case "LOGICAL_DUMMY_SCAN":
		// DuckDB's dummy row has a column that nothing can refer to.
		return newNode(&rel.Values{Rows: [][]rel.Expr{{}}}, []int{-1}), nil
	case "LOGICAL_EMPTY_RESULT":
		return c.empty(o)
	case "LOGICAL_EXPRESSION_GET":
		return c.expressionGet(o)
	case "LOGICAL_PROJECTION":
		return c.projection(o)
	case "LOGICAL_FILTER":
		return c.filter(o)
	case "LOGICAL_AGGREGATE_AND_GROUP_BY":
		return c.aggregate(o)
	case "LOGICAL_DISTINCT":
		return c.distinct(o)
	case "LOGICAL_WINDOW":
		return c.window(o)
	case "LOGICAL_ORDER_BY":
		return c.orderBy(o)
	case "LOGICAL_LIMIT":
		return c.limit(o)
	case "LOGICAL_TOP_N":
		return c.topN(o)
	case "LOGICAL_COMPARISON_JOIN", "LOGICAL_ANY_JOIN", "LOGICAL_CROSS_PRODUCT":
		return c.join(o)
	case "LOGICAL_DELIM_JOIN":
		return c.delimJoin(o)
	case "LOGICAL_DELIM_GET":
		return c.delimGet(o)
	case "LOGICAL_UNION", "LOGICAL_EXCEPT", "LOGICAL_INTERSECT":
		return c.setOp(o)
	case "LOGICAL_MATERIALIZED_CTE":
		return c.materializedCTE(o)
	case "LOGICAL_CTE_REF":
		return c.cteRef(o)
	default:
		return c.extra(o, kind)
	}
}

// extra converts the operators that Substrait has no relation for.
func (c *converter) extra(o object, kind string) (node, error) {
	switch kind {
	case "LOGICAL_UNNEST":
		return c.unnest(o)
	case "LOGICAL_RECURSIVE_CTE":
		return c.recursiveCTE(o)
	case "LOGICAL_ASOF_JOIN":
		return c.asofJoin(o)
	case "LOGICAL_POSITIONAL_JOIN":
		return c.positionalJoin(o)
	case "LOGICAL_SAMPLE":
		return c.sample(o)
	case "LOGICAL_CHUNK_GET":
		return c.chunkGet(o)
	default:
		return node{}, refusal(kind)
	}
}

// onlyChild converts the one input of an operator.
func (c *converter) onlyChild(o object) (node, error) {
	children := o.objects("children")
	if len(children) != 1 {
		return node{}, malformed("%s has %d inputs", o.string("type"), len(children))
	}
	return c.rel(children[0])
}

func (c *converter) projection(o object) (node, error) {
	in, err := c.onlyChild(o)
	if err != nil {
		return node{}, err
	}
	exprs, err := c.exprs(o.objects("expressions"), in.scope())
	if err != nil {
		return node{}, err
	}
	return straight(scalarSubquery(&rel.Project{Input: in.rel, Exprs: exprs})), nil
}

func (c *converter) filter(o object) (node, error) {
	in, err := c.onlyChild(o)
	if err != nil {
		return node{}, err
	}
	conds, err := c.exprs(o.objects("expressions"), in.scope())
	if err != nil {
		return node{}, err
	}
	if len(conds) > 0 {
		in.rel = &rel.Filter{Input: in.rel, Cond: junction(rel.And, conds)}
	}
	return in.pick(o, "projection_map")
}

func (c *converter) orderBy(o object) (node, error) {
	in, err := c.onlyChild(o)
	if err != nil {
		return node{}, err
	}
	keys, err := c.sortKeys(o.objects("orders"), in.scope())
	if err != nil {
		return node{}, err
	}
	if len(keys) > 0 {
		in.rel = &rel.Sort{Input: in.rel, Keys: keys}
	}
	return in.pick(o, "projections")
}

func (c *converter) topN(o object) (node, error) {
	in, err := c.orderBy(o)
	if err != nil {
		return node{}, err
	}
	f := &rel.Fetch{Input: in.rel}
	if f.Count, err = rowCount(o, "limit"); err != nil {
		return node{}, err
	}
	if f.Offset, err = rowCount(o, "offset"); err != nil {
		return node{}, err
	}
	in.rel = f
	return in, nil
}

var setKinds = map[string][2]rel.SetKind{
	"LOGICAL_UNION":     {rel.UnionDistinct, rel.UnionAll},
	"LOGICAL_EXCEPT":    {rel.ExceptDistinct, rel.ExceptAll},
	"LOGICAL_INTERSECT": {rel.IntersectDistinct, rel.IntersectAll},
}

func (c *converter) setOp(o object) (node, error) {
	all := 0
	if !o.has("setop_all") || o.bool("setop_all") {
		all = 1
	}
	out := &rel.SetOp{Kind: setKinds[o.string("type")][all]}
	for _, child := range o.objects("children") {
		n, err := c.side(child)
		if err != nil {
			return node{}, err
		}
		if len(out.Rels) > 0 && !types.EqualAll(n.typs, out.Rels[0].Types()) {
			return node{}, malformed("the sides of a %s differ", o.string("type"))
		}
		out.Rels = append(out.Rels, n.rel)
	}
	if len(out.Rels) < 2 {
		return node{}, malformed("%s of %d", o.string("type"), len(out.Rels))
	}
	return straight(out), nil
}

func readTypes(items []object) ([]types.Type, error) {
	out := make([]types.Type, len(items))
	for i, o := range items {
		var err error
		if out[i], err = readType(o); err != nil {
			return nil, err
		}
	}
	return out, nil
}
