package bound

import (
	"slices"

	"github.com/shoal-db/shoal/libs/substrait/facts"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// unnest has the input's columns and, under an index of its own, one for each
// list.
func (c *converter) unnest(o object) (node, error) {
	in, err := c.onlyChild(o)
	if err != nil {
		return node{}, err
	}
	out := &rel.Unnest{Input: in.rel}
	for _, e := range o.objects("expressions") {
		if e.string("expression_class") != "BOUND_UNNEST" {
			return node{}, malformed("an unnest of class %q", e.string("expression_class"))
		}
		list, err := c.expr(e.object("child"), in.scope())
		if err != nil {
			return node{}, at(err, e)
		}
		out.Lists = append(out.Lists, list)
	}
	return in.extended(o, "unnest_index", out)
}

// extended is a node with the columns of n, and those that r has beside n's
// fields.
func (n node) extended(o object, index string, r rel.Rel) (node, error) {
	out := newNode(r, append([]int{}, n.cols...))
	for f := len(n.typs); f < len(out.typs); f++ {
		out.cols = append(out.cols, f)
	}
	own, err := bindings(o, index, len(out.cols)-len(n.cols))
	out.at = append(n.at[:len(n.at):len(n.at)], own...)
	return out, err
}

// listFunctions are the table functions of which the scalar functions of the
// same name give the rows as a list.
var listFunctions = map[string]bool{"range": true, "generate_series": true, "unnest": true}

// tableFunction converts a table function's call: of constants, or, when it has
// an input, for each of its rows.
func (c *converter) tableFunction(o object) (node, error) {
	name := o.string("name")
	returned, err := readTypes(o.objects("returned_types"))
	if err != nil {
		return node{}, err
	}
	switch {
	case name == "repeat" && len(returned) == 1 && !o.has("children"):
		return c.repeated(o)
	case catalogFunctions[name]:
		return c.catalogGet(o, returned)
	case selfContained[name] && !c.lenient:
		return node{}, beyond(KindTableFunction, "the table function "+name+" is")
	case selfContained[name]:
		return c.opaqueFunction(o, returned)
	case !listFunctions[name] || len(returned) == 0 || len(returned) > 2:
		return node{}, unsupported("the table function " + name + " is")
	}
	in := newNode(&rel.Values{Rows: [][]rel.Expr{{}}}, nil)
	var args []rel.Expr
	if len(o.objects("children")) > 0 {
		if in, err = c.onlyChild(o); err == nil {
			args, err = inputArgs(o, in)
		}
	} else {
		args, err = constants(o)
	}
	if err != nil {
		return node{}, err
	}
	list := rel.Expr(&rel.Call{Func: name, Args: args, Of: types.ListOf(returned[0])})
	if name == "unnest" {
		if len(args) != 1 || !rel.ElementOf(args[0].Type()).Equal(returned[0]) {
			return node{}, malformed("unnest of %d arguments", len(args))
		}
		list = args[0]
	}
	if len(returned) == 1 {
		return spread(o, in, list)
	}
	return spread(o, in, list, places(list))
}

// selfContained are the table functions whose rows depend on nothing but DuckDB
// itself and their arguments.
var selfContained = map[string]bool{
	"json_each": true, "json_tree": true, "repeat_row": true, "test_all_types": true, "icu_calendar_names": true,
	"pg_timezone_names": true, "duckdb_functions": true, "duckdb_keywords": true, "duckdb_types": true, "pragma_collations": true,
}

// places are the numbers of a list's elements, from 1: WITH ORDINALITY.
func places(list rel.Expr) rel.Expr {
	big := types.Of(types.BigInt)
	return &rel.Call{Func: "generate_series", Of: types.ListOf(big),
		Args: []rel.Expr{rel.Int(1), &rel.Call{Func: "len", Args: []rel.Expr{list}, Of: big}}}
}

// spread has the unnested lists' columns, where they are read, and what the
// function passes on of its input.
func spread(o object, in node, lists ...rel.Expr) (node, error) {
	return passing(o, in, &rel.Unnest{Input: in.rel, Lists: lists}, len(lists))
}

// passing has the n columns of r behind its input's that are read, and what the
// function passes on of its input.
func passing(o object, in node, r rel.Rel, n int) (node, error) {
	out := newNode(r, nil)
	cols, err := readColumns(o, n, func(i int) int { return len(in.typs) + i })
	if err != nil {
		return node{}, err
	}
	if out.at, err = bindings(o, "table_index", len(cols)); err != nil {
		return node{}, err
	}
	passed, err := o.indices("projected_input", len(in.cols))
	if err != nil {
		return node{}, err
	}
	out.cols = cols
	for _, p := range passed {
		out.cols = append(out.cols, in.cols[p])
		if p < len(in.at) {
			out.at = append(out.at, in.at[p])
		}
	}
	return out, nil
}

// inputArgs are the first columns of a function's input, as the types that it
// takes.
func inputArgs(o object, in node) ([]rel.Expr, error) {
	typs, err := readTypes(o.objects("input_table_types"))
	if err != nil {
		return nil, err
	}
	if len(typs) > len(in.cols) {
		return nil, malformed("a table function of %d arguments over %d columns", len(typs), len(in.cols))
	}
	args := make([]rel.Expr, len(typs))
	for i, t := range typs {
		f := in.cols[i]
		if f < 0 {
			return nil, malformed("a table function of a virtual column")
		}
		args[i] = &rel.Field{Index: f, Of: in.typs[f]}
		if !t.Equal(in.typs[f]) {
			args[i] = &rel.Cast{Input: args[i], To: t}
		}
	}
	return args, nil
}

func constants(o object) ([]rel.Expr, error) {
	list, err := literals(o)
	args := make([]rel.Expr, len(list))
	for i, l := range list {
		args[i] = l
	}
	return args, err
}

// repeated is repeat(value, rows).
func (c *converter) repeated(o object) (node, error) {
	args, err := constants(o)
	if err != nil {
		return node{}, err
	}
	if len(args) != 2 {
		return node{}, malformed("repeat of %d arguments", len(args))
	}
	big := types.Of(types.BigInt)
	rows := &rel.Call{Func: "range", Args: []rel.Expr{as(args[1], big)}, Of: types.ListOf(big)}
	in := &rel.Unnest{Input: &rel.Values{Rows: [][]rel.Expr{{}}}, Lists: []rel.Expr{rows}}
	out := straight(&rel.Project{Input: in, Exprs: args[:1]})
	out.cols, err = readColumns(o, 1, func(int) int { return 0 })
	return out, err
}

func as(e rel.Expr, t types.Type) rel.Expr {
	if e.Type().Equal(t) {
		return e
	}
	return &rel.Cast{Input: e, To: t}
}

// chunkGet is a table that the statement brings along, column by column.
func (c *converter) chunkGet(o object) (node, error) {
	collection := o.object("collection")
	typs, err := readTypes(collection.objects("types"))
	if err != nil {
		return node{}, err
	}
	columns := collection.array("values")
	if len(columns) != len(typs) {
		return node{}, malformed("a table of %d columns and %d types", len(columns), len(typs))
	}
	out := &rel.Values{Columns: typs}
	for i, column := range columns {
		items := object{{"items", column}}.objects("items")
		if i == 0 {
			out.Rows = make([][]rel.Expr, len(items))
		}
		if len(items) != len(out.Rows) {
			return node{}, malformed("a table with columns of different lengths")
		}
		for row, item := range items {
			l, err := readValue(item)
			if err != nil {
				return node{}, err
			}
			out.Rows[row] = append(out.Rows[row], typed(l, typs[i]))
		}
	}
	return straight(out), nil
}

// perRow takes a dependent join apart whose right side computes rows from one
// row of the left side alone, as `FROM t, unnest(t.l)` does: it is then computed
// over the left side itself. It returns nil for any other.
func perRow(d *rel.DependentJoin) *rel.Project {
	if d.Kind != rel.Inner && d.Kind != rel.Left {
		return nil
	}
	f := &flattening{join: d, width: len(d.Left.Types())}
	in, columns, ok := f.over(d.Right)
	if !ok {
		return nil
	}
	exprs := append(rel.FieldsOf(d.Left.Types()), columns...)
	var conds []rel.Expr
	for _, c := range rel.Conjuncts(d.Cond) {
		c = substitute(c, exprs)
		if call, ok := c.(*rel.Call); ok && call.Func == rel.NotDistinctFrom && rel.Equal(call.Args[0], call.Args[1]) {
			continue
		}
		conds = append(conds, c)
	}
	if d.Kind == rel.Left {
		if in, ok = f.padded(in); !ok || len(conds) > 0 {
			return nil
		}
		for i := f.width; i < len(exprs); i++ {
			exprs[i] = f.whereMatched(exprs[i])
		}
	}
	if len(conds) > 0 {
		in = &rel.Filter{Input: in, Cond: rel.Conjunction(conds)}
	}
	return &rel.Project{Input: in, Exprs: exprs}
}

// flattening is a dependent join that is being taken apart.
type flattening struct {
	join    *rel.DependentJoin
	width   int      // of the left side
	matched rel.Expr // whether a left row has a right one; set by padded
}

// over is the right side's relation over the left side, with the left side's
// columns first, and the right side's columns in terms of it.
func (f *flattening) over(r rel.Rel) (rel.Rel, []rel.Expr, bool) {
	switch r := r.(type) {
	case *rel.Outer:
		return f.join.Left, f.join.Keys, r.ID == f.join.ID && steady(f.join.Keys)
	case *rel.Project:
		in, columns, ok := f.over(r.Input)
		return in, substituteAll(r.Exprs, columns), ok && steady(r.Exprs)
	case *rel.Filter:
		in, columns, ok := f.over(r.Input)
		if !ok || !steady([]rel.Expr{r.Cond}) {
			return nil, nil, false
		}
		return &rel.Filter{Input: in, Cond: substitute(r.Cond, columns)}, columns, true
	case *rel.Unnest:
		in, columns, ok := f.over(r.Input)
		if !ok || !steady(r.Lists) {
			return nil, nil, false
		}
		out := &rel.Unnest{Input: in, Lists: substituteAll(r.Lists, columns)}
		columns = columns[:len(columns):len(columns)]
		first := len(in.Types())
		for i, t := range out.Types()[first:] {
			columns = append(columns, &rel.Field{Index: first + i, Of: t})
		}
		return out, columns, true
	}
	return nil, nil, false
}

// padded keeps the left rows that have no right one: their first list becomes a
// single NULL. It does so for one unnest of the left side alone.
func (f *flattening) padded(r rel.Rel) (rel.Rel, bool) {
	u, ok := r.(*rel.Unnest)
	if !ok || u.Input != f.join.Left {
		return nil, false
	}
	big := types.Of(types.BigInt)
	var some []rel.Expr
	for _, l := range u.Lists {
		some = append(some, rel.Bools(rel.Gt, &rel.Call{Func: "len", Args: []rel.Expr{l}, Of: big}, rel.Int(0)))
	}
	f.matched = junction(rel.Or, some)
	first := u.Lists[0]
	lists := append([]rel.Expr{}, u.Lists...)
	lists[0] = &rel.Case{Of: first.Type(), Whens: []rel.When{{Cond: f.matched, Then: first}},
		Else: &rel.Literal{Of: first.Type(), Value: []any{nil}}}
	return &rel.Unnest{Input: u.Input, Lists: lists}, first.Type().ID == types.List
}

// whereMatched is NULL in padded rows. The elements of lists are by themselves.
func (f *flattening) whereMatched(e rel.Expr) rel.Expr {
	if field, ok := e.(*rel.Field); ok && field.Index >= f.width {
		return e
	}
	return &rel.Case{Of: e.Type(), Whens: []rel.When{{Cond: f.matched, Then: e}}}
}

// withoutNumber replaces the row number that the binder adds to a left side,
// last, to tell its rows apart.
func withoutNumber(left object, r rel.Rel) rel.Rel {
	p, ok := r.(*rel.Project)
	added := left.objects("expressions")
	if !ok || left.string("type") != "LOGICAL_WINDOW" || len(added) != 1 || added[0].string("alias") != "delim_index" {
		return r
	}
	last := len(p.Exprs) - 1
	exprs := append([]rel.Expr{}, p.Exprs...)
	exprs[last] = rel.Int(0)
	return &rel.Project{Input: p.Input, Exprs: exprs}
}

func substitute(e rel.Expr, by []rel.Expr) rel.Expr {
	return rel.TransformExpr(e, func(e rel.Expr) rel.Expr {
		if f, ok := e.(*rel.Field); ok && f.Index < len(by) {
			return by[f.Index]
		}
		return e
	})
}

func substituteAll(exprs, by []rel.Expr) []rel.Expr {
	out := make([]rel.Expr, len(exprs))
	for i, e := range exprs {
		out[i] = substitute(e, by)
	}
	return out
}

// steady is true if expressions may be computed anywhere, and more than once.
func steady(exprs []rel.Expr) bool {
	return facts.AllMovable(exprs) && !slices.ContainsFunc(exprs, rel.HasWindow)
}
