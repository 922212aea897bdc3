package bound

import (
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// firstVirtual is the least index of a virtual column: rowid and the like.
const firstVirtual = uint64(1) << 63

func (c *converter) get(o object) (node, error) {
	data := o.object("function_data")
	schema, table := data.string("schema"), data.string("table")
	name := o.string("name")
	if name != "seq_scan" || table == "" {
		return c.tableFunction(o)
	}
	all, err := columns(o)
	if err != nil {
		return node{}, err
	}
	r := &rel.Read{Table: []string{schema, table}}
	cols, err := readColumns(o, len(all), func(i int) int {
		r.Columns = append(r.Columns, all[i])
		return len(r.Columns) - 1
	})
	if err != nil {
		return node{}, err
	}
	return newNode(r, cols), nil
}

// columns are all that the table has.
func columns(o object) ([]rel.Column, error) {
	typs, err := readTypes(o.objects("returned_types"))
	if err != nil {
		return nil, err
	}
	names := o.array("names")
	if len(names) != len(typs) {
		return nil, malformed("a table of %d names and %d types", len(names), len(typs))
	}
	out := make([]rel.Column, len(typs))
	for i, t := range typs {
		name, _ := names[i].(string)
		out[i] = rel.Column{Name: name, Type: t}
	}
	return out, nil
}

// readColumns maps a scan's columns to fields; add makes a field of a table's
// column when it is first met.
func readColumns(o object, width int, add func(int) int) ([]int, error) {
	field := map[int]int{}
	var cols []int
	for _, index := range o.objects("column_indexes") {
		n, err := index.uint("index")
		if err != nil {
			return nil, err
		}
		if n >= firstVirtual {
			cols = append(cols, -1)
			continue
		}
		if n >= uint64(width) {
			return nil, malformed("column %d of %d", n, width)
		}
		f, ok := field[int(n)]
		if !ok {
			f = add(int(n))
			field[int(n)] = f
		}
		cols = append(cols, f)
	}
	if len(cols) == 0 {
		return []int{-1}, nil
	}
	n, err := node{cols: cols}.pick(o, "projection_ids")
	return n.cols, err
}

func (c *converter) empty(o object) (node, error) {
	typs, err := readTypes(o.objects("return_types"))
	if err != nil {
		return node{}, err
	}
	return straight(&rel.Values{Columns: typs}), nil
}

// expressionGet is VALUES. In a correlated subquery its rows may look at the
// input; then they are a union of projections of it.
func (c *converter) expressionGet(o object) (node, error) {
	in, err := c.onlyChild(o)
	if err != nil {
		return node{}, err
	}
	typs, err := readTypes(o.objects("expr_types"))
	if err != nil {
		return node{}, err
	}
	out := &rel.Values{Columns: typs}
	branches := &rel.SetOp{Kind: rel.UnionAll}
	for _, v := range o.array("expressions") {
		row, err := c.exprs(object{{"row", v}}.objects("row"), in.scope())
		if err != nil {
			return node{}, err
		}
		if !types.EqualAll(typs, exprTypes(row)) {
			return node{}, malformed("a row of VALUES differs from the others")
		}
		out.Rows = append(out.Rows, row)
		branches.Rels = append(branches.Rels, &rel.Project{Input: in.rel, Exprs: row})
	}
	_, dummy := in.rel.(*rel.Values)
	switch {
	case dummy:
		return straight(out), nil
	case len(branches.Rels) == 1:
		return straight(branches.Rels[0]), nil
	case len(branches.Rels) == 0:
		return node{}, malformed("VALUES without rows")
	}
	return straight(branches), nil
}

func exprTypes(exprs []rel.Expr) []types.Type {
	out := make([]types.Type, len(exprs))
	for i, e := range exprs {
		out[i] = e.Type()
	}
	return out
}
