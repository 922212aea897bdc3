package bound

import (
	"errors"

	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/rewrite"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// Fallback is how a query is answered that the tree cannot say: Scans give its
// tables, and the statement itself runs over those.
type Fallback struct {
	// Kind is one of Kinds, Reason the whole sentence.
	Kind, Reason string
	// Scans are what the statement needs of each table, once for each: columns
	// that it does not use are left out, and rows that it filters away.
	Scans []*rel.Read
}

// The kinds of what the tree cannot say.
const (
	KindOperator      = "operator"
	KindTableFunction = "table_function"
	KindExpression    = "expression"
	KindType          = "type"
	KindSerialization = "serialization"
	KindUnexpected    = "unexpected"
)

// Kinds are all kinds of Fallback.
var Kinds = []string{KindOperator, KindTableFunction, KindExpression, KindType, KindSerialization, KindUnexpected}

const kindDetail = "beyond_plans"

// beyond names what DuckDB can answer and the tree cannot say.
func beyond(kind, what string) *fault.Fault {
	return fault.New(fault.InvalidArgument, op, "%s beyond what plans can say", what).WithDetail(kindDetail, kind)
}

// IsBeyond tells of an error of Convert whether the statement itself can be run
// instead of a plan, and why that is needed: a fallback without scans.
func IsBeyond(err error) (*Fallback, bool) {
	var f *fault.Fault
	if !errors.As(err, &f) {
		return nil, false
	}
	out := &Fallback{Reason: fault.Text(err)}
	out.Kind, _ = f.Details[kindDetail].(string)
	if out.Kind == "" && f.Kind == fault.Internal {
		out.Kind = KindUnexpected
	}
	return out, out.Kind != ""
}

// Scans are what a statement needs of each of its tables, from the JSON that
// Convert does not take. Parts of the plan that can be converted say which
// rows they filter away; of all others every row is taken. It is an error if
// the JSON has no plan, or one with something that nothing can answer.
func Scans(planJSON []byte, opts Options) ([]*rel.Read, error) {
	root, err := parsePlan(planJSON)
	if err != nil {
		return nil, err
	}
	var reads []*rel.Read
	if err := collectScans(root, opts, func(r *rel.Read) { reads = append(reads, r) }); err != nil {
		return nil, locate(err, opts.SQL)
	}
	return union(reads), nil
}

// collectScans converts the largest parts that it can.
func collectScans(o object, opts Options, found func(*rel.Read)) error {
	c := newConverter(opts)
	c.lenient = true
	n, err := c.rel(o)
	if _, other := IsBeyond(err); err != nil && !other {
		return err
	}
	if err != nil {
		for _, child := range o.objects("children") {
			if err := collectScans(child, opts, found); err != nil {
				return err
			}
		}
		return nil
	}
	plan := rewrite.PushFilters(rewrite.FactorDisjunctions(&rel.Plan{Shared: c.shared, Root: n.rel}))
	for r := range plan.Rels() {
		if read, ok := r.(*rel.Read); ok {
			found(read)
		}
	}
	return nil
}

// opaque stands, while scans are looked for, for what no relation can say.
type opaque struct {
	inputs  []rel.Rel
	columns []types.Type
}

func (p *opaque) Types() []types.Type             { return p.columns }
func (p *opaque) Inputs() []rel.Rel               { return p.inputs }
func (p *opaque) WithInputs(in []rel.Rel) rel.Rel { return &opaque{in, p.columns} }
func (p *opaque) Expressions() []rel.Expr         { return nil }
func (p *opaque) WithExpressions([]rel.Expr) rel.Rel {
	return p
}

// opaqueFunction is a table function's call, of which only the columns are known.
func (c *converter) opaqueFunction(o object, returned []types.Type) (node, error) {
	var in node
	var inputs []rel.Rel
	if len(o.objects("children")) > 0 {
		var err error
		if in, err = c.onlyChild(o); err != nil {
			return node{}, err
		}
		inputs = []rel.Rel{in.rel}
	}
	columns := append(in.typs[:len(in.typs):len(in.typs)], returned...)
	return passing(o, in, &opaque{inputs, columns}, len(returned))
}

// union has one scan for each table, with the columns of all its scans, and the
// rows that any of them keeps.
func union(reads []*rel.Read) []*rel.Read {
	var order []string
	byName := map[string][]*rel.Read{}
	for _, r := range reads {
		name := types.QuoteIdent(r.Table[0]) + "." + types.QuoteIdent(r.Table[1])
		if byName[name] == nil {
			order = append(order, name)
		}
		byName[name] = append(byName[name], r)
	}
	out := make([]*rel.Read, len(order))
	for i, name := range order {
		out[i] = unionOf(byName[name])
	}
	return out
}

func unionOf(reads []*rel.Read) *rel.Read {
	out := &rel.Read{Table: reads[0].Table}
	place := map[string]int{}
	for _, r := range reads {
		for _, c := range r.Columns {
			if _, ok := place[c.Name]; !ok {
				place[c.Name] = len(out.Columns)
				out.Columns = append(out.Columns, c)
			}
		}
	}
	var any []rel.Expr
	for _, r := range reads {
		if r.Filter == nil {
			return out
		}
		filter := rel.MapFields(r.Filter, func(i int) int { return place[r.Columns[i].Name] })
		if !containsExpr(any, filter) {
			any = append(any, filter)
		}
	}
	out.Filter = junction(rel.Or, any)
	return out
}

func containsExpr(list []rel.Expr, e rel.Expr) bool {
	for _, x := range list {
		if rel.Equal(x, e) {
			return true
		}
	}
	return false
}
