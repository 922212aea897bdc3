package codec

import (
	"strconv"

	pb "github.com/substrait-io/substrait-protobuf/go/substraitpb"

	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// rel reads a relation, with its emit mapping applied.
func (d *decoder) rel(r *pb.Rel) (node, error) {
	if err := d.enter(relName(r)); err != nil {
		return node{}, err
	}
	if m, ok := relMessage(r).(enhanced); ok {
		if err := d.noEnhancement(m); err != nil {
			return node{}, err
		}
	}
	n, err := d.relOf(r)
	if err != nil {
		return node{}, err
	}
	if err := d.charge(len(n.columns)); err != nil {
		return node{}, err
	}
	d.leave()
	return n, nil
}

// relName is the field that a relation stands in, which is its name in JSON.
func relName(r *pb.Rel) string {
	m := r.ProtoReflect()
	if f := m.WhichOneof(m.Descriptor().Oneofs().ByName("rel_type")); f != nil {
		return f.JSONName()
	}
	return "rel"
}

// relMessage is what a relation holds; nil if nothing that is known.
func relMessage(r *pb.Rel) any {
	m := r.ProtoReflect()
	if f := m.WhichOneof(m.Descriptor().Oneofs().ByName("rel_type")); f != nil {
		return m.Get(f).Message().Interface()
	}
	return nil
}

// in surrounds reading what stands in a field.
func in[In, Out any](d *decoder, field string, m In, read func(In) (Out, error)) (Out, error) {
	d.path = append(d.path, field)
	out, err := read(m)
	if err == nil {
		d.path = d.path[:len(d.path)-1]
	}
	return out, err
}

// each reads a list.
func each[In, Out any](d *decoder, field string, list []In, read func(In) (Out, error)) ([]Out, error) {
	var out []Out
	for i, m := range list {
		o, err := in(d, field+"["+strconv.Itoa(i)+"]", m, read)
		if err != nil {
			return nil, err
		}
		out = append(out, o)
	}
	return out, nil
}

func (d *decoder) relOf(r *pb.Rel) (node, error) {
	switch k := r.GetRelType().(type) {
	case *pb.Rel_Read:
		return emitted(d, k.Read, d.read)
	case *pb.Rel_Filter:
		return emitted(d, k.Filter, d.filter)
	case *pb.Rel_Project:
		return d.project(k.Project)
	case *pb.Rel_Window:
		return emitted(d, k.Window, d.windowRel)
	case *pb.Rel_Aggregate:
		return emitted(d, k.Aggregate, d.aggregate)
	case *pb.Rel_Sort:
		return emitted(d, k.Sort, d.sort)
	case *pb.Rel_Fetch:
		return emitted(d, k.Fetch, d.fetch)
	case *pb.Rel_Set:
		return emitted(d, k.Set, d.set)
	case *pb.Rel_Cross:
		return emitted(d, k.Cross, d.cross)
	case *pb.Rel_Join:
		return emitted(d, k.Join, d.join)
	case *pb.Rel_NestedLoopJoin:
		return emitted(d, k.NestedLoopJoin, d.nestedLoopJoin)
	case *pb.Rel_HashJoin:
		return emitted(d, k.HashJoin, d.hashJoin)
	case *pb.Rel_MergeJoin:
		return emitted(d, k.MergeJoin, d.mergeJoin)
	case *pb.Rel_Expand:
		return emitted(d, k.Expand, d.expand)
	case *pb.Rel_Exchange:
		// Where rows are sent in between does not change them.
		return emitted(d, k.Exchange, func(x *pb.ExchangeRel) (node, error) { return d.input(x.GetInput()) })
	case *pb.Rel_Reference:
		return d.reference(k.Reference)
	case nil:
		return node{}, d.fail("a relation is missing or of an unknown kind")
	}
	return node{}, d.fail("the relation %s is not supported: plans that read are, with read, filter, project, "+
		"aggregate, sort, fetch, set, joins, window, expand, exchange and reference", relName(r))
}

// emitted reads a relation and applies its mapping, as a projection above it.
func emitted[M interface{ GetCommon() *pb.RelCommon }](d *decoder, m M, read func(M) (node, error)) (node, error) {
	common := m.GetCommon()
	if common.GetAdvancedExtension().GetEnhancement() != nil {
		return node{}, d.fail("an enhancement changes what the relation means, and is not known")
	}
	n, err := read(m)
	if err != nil {
		return node{}, err
	}
	emit, ok := common.GetEmitKind().(*pb.RelCommon_Emit_)
	if !ok {
		return n, nil
	}
	fields, err := d.mapping(emit.Emit, len(n.columns))
	if err != nil {
		return node{}, err
	}
	if isIdentity(fields, len(n.columns)) {
		return n, nil
	}
	return n.pick(fields), nil
}

// mapping reads an emit mapping over a number of columns.
func (d *decoder) mapping(emit *pb.RelCommon_Emit, width int) ([]int, error) {
	if err := d.charge(len(emit.GetOutputMapping())); err != nil {
		return nil, err
	}
	out := make([]int, len(emit.GetOutputMapping()))
	for i, c := range emit.GetOutputMapping() {
		if c < 0 || int(c) >= width {
			return nil, d.fail("the emit mapping names column %d of %d", c, width)
		}
		out[i] = int(c)
	}
	return out, nil
}

func isIdentity(fields []int, width int) bool {
	for i, f := range fields {
		if f != i {
			return false
		}
	}
	return len(fields) == width
}

func (n node) field(i int) *rel.Field { return &rel.Field{Index: i, Of: n.columns[i]} }

func (n node) fields() []rel.Expr {
	out := make([]rel.Expr, len(n.columns))
	for i := range out {
		out[i] = n.field(i)
	}
	return out
}

// pick projects columns by their places.
func (n node) pick(fields []int) node {
	exprs := make([]rel.Expr, len(fields))
	for i, f := range fields {
		exprs[i] = n.field(f)
	}
	return n.compute(exprs)
}

// compute projects expressions.
func (n node) compute(exprs []rel.Expr) node {
	if len(exprs) == 0 {
		return node{&rel.Project{Input: n.Rel}, nil}
	}
	columns := make([]types.Type, len(exprs))
	for i, x := range exprs {
		columns[i] = x.Type()
	}
	return node{&rel.Project{Input: n.Rel, Exprs: exprs}, columns}
}

func (d *decoder) input(r *pb.Rel) (node, error) { return in(d, "input", r, d.rel) }

func (d *decoder) filter(f *pb.FilterRel) (node, error) {
	n, err := d.input(f.GetInput())
	if err != nil {
		return node{}, err
	}
	cond, err := d.condition("condition", f.GetCondition(), n.columns)
	if err != nil {
		return node{}, err
	}
	if cond == nil {
		return node{}, d.fail("the filter has no condition")
	}
	r, err := d.sampled(&rel.Filter{Input: n.Rel, Cond: cond})
	return node{r, n.columns}, err
}

// project appends expressions to its input, and then emits. Without a mapping, all is emitted;
// with one, only what it names is computed.
func (d *decoder) project(p *pb.ProjectRel) (node, error) {
	n, err := d.input(p.GetInput())
	if err != nil {
		return node{}, err
	}
	d.windows = true
	exprs, err := d.exprs("expressions", p.GetExpressions(), n.columns)
	d.windows = false
	if err != nil {
		return node{}, err
	}
	if p.GetCommon().GetAdvancedExtension().GetEnhancement() != nil {
		return node{}, d.fail("an enhancement changes what the relation means, and is not known")
	}
	all := n.fields()
	below, exprs := n.unnested(exprs)
	all = append(all, exprs...)
	spread := below.Rel != n.Rel
	n = below
	emit, ok := p.GetCommon().GetEmitKind().(*pb.RelCommon_Emit_)
	switch {
	case !ok && spread && len(n.columns) == len(all):
		return n, nil // the unnest itself
	case !ok:
		return n.compute(all), nil
	}
	fields, err := d.mapping(emit.Emit, len(all))
	if err != nil {
		return node{}, err
	}
	out := make([]rel.Expr, len(fields))
	seen := map[int]bool{}
	for i, f := range fields {
		if _, isField := all[f].(*rel.Field); seen[f] && !isField {
			// An expression that is emitted twice is still computed once.
			return n.compute(all).pick(fields), nil
		}
		seen[f], out[i] = true, all[f]
	}
	return n.compute(out), nil
}

func (d *decoder) sort(s *pb.SortRel) (node, error) {
	n, err := d.input(s.GetInput())
	if err != nil {
		return node{}, err
	}
	keys, err := d.sorts(s.GetSorts(), n.columns)
	return node{&rel.Sort{Input: n.Rel, Keys: keys}, n.columns}, err
}

func (d *decoder) sorts(list []*pb.SortField, columns []types.Type) ([]rel.SortKey, error) {
	return each(d, "sorts", list, func(s *pb.SortField) (rel.SortKey, error) {
		x, err := in(d, "expr", s.GetExpr(), d.over(columns))
		if err != nil {
			return rel.SortKey{}, err
		}
		k := rel.SortKey{Expr: x}
		switch s.GetDirection() {
		case pb.SortField_SORT_DIRECTION_ASC_NULLS_FIRST:
			k.NullsFirst = true
		case pb.SortField_SORT_DIRECTION_ASC_NULLS_LAST:
		case pb.SortField_SORT_DIRECTION_DESC_NULLS_FIRST:
			k.Descending, k.NullsFirst = true, true
		case pb.SortField_SORT_DIRECTION_DESC_NULLS_LAST:
			k.Descending = true
		default:
			return k, d.fail("the sort direction %s is not supported", s.GetDirection())
		}
		return k, nil
	})
}

func (d *decoder) fetch(f *pb.FetchRel) (node, error) {
	n, err := d.input(f.GetInput())
	if err != nil {
		return node{}, err
	}
	out := &rel.Fetch{Input: n.Rel}
	switch k := f.GetOffsetMode().(type) {
	case *pb.FetchRel_Offset:
		if k.Offset < 0 {
			return node{}, d.fail("the offset %d is negative", k.Offset)
		}
		if k.Offset > 0 {
			out.Offset = rel.Int(k.Offset)
		}
	case *pb.FetchRel_OffsetExpr:
		out.Offset, err = d.rowCount("offsetExpr", k.OffsetExpr)
	}
	if err != nil {
		return node{}, err
	}
	switch k := f.GetCountMode().(type) {
	case *pb.FetchRel_Count:
		if k.Count < -1 {
			return node{}, d.fail("the count %d is negative", k.Count)
		}
		if k.Count >= 0 {
			out.Count = rel.Int(k.Count)
		}
	case *pb.FetchRel_CountExpr:
		out.Count, err = d.rowCount("countExpr", k.CountExpr)
	}
	return node{out, n.columns}, err
}

// rowCount reads a number of rows, which sees no columns.
func (d *decoder) rowCount(field string, x *pb.Expression) (rel.Expr, error) {
	n, err := in(d, field, x, d.over(nil))
	if err != nil {
		return nil, err
	}
	if l, ok := n.(*rel.Literal); ok {
		if v, ok := l.Value.(int64); ok && v < 0 {
			return nil, d.fail("%s is negative: %d", field, v)
		}
		if v, ok := l.Value.(int64); ok && l.Of.IsInteger() {
			return rel.Int(v), nil
		}
	}
	if t := n.Type(); t.ID != types.BigInt {
		if !t.IsInteger() && t.ID != types.SQLNull {
			return nil, d.fail("%s is %s, not an integer", field, t)
		}
		return &rel.Cast{Input: n, To: types.Of(types.BigInt)}, nil
	}
	return n, nil
}

func (d *decoder) reference(r *pb.ReferenceRel) (node, error) {
	i := int(r.GetSubtreeOrdinal())
	if i < 0 || i >= len(d.relations) {
		return node{}, d.fail("the reference names relation %d of %d", i, len(d.relations))
	}
	if err := d.shareAt(i); err != nil {
		return node{}, err
	}
	s := d.relations[i]
	return node{&rel.Reference{Ordinal: s.ordinal, Columns: s.columns}, s.columns}, nil
}
