package codec

import (
	"slices"
	"strings"

	pb "github.com/substrait-io/substrait-protobuf/go/substraitpb"

	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// catalogName is the only catalog there is.
const catalogName = "shoal"

// read reads a scan. A best-effort filter is left out: a consumer may apply none of it, so that
// the plan cannot depend on it.
func (d *decoder) read(r *pb.ReadRel) (node, error) {
	columns, err := in(d, "baseSchema", r.GetBaseSchema(), d.columns)
	if err != nil {
		return node{}, err
	}
	switch k := r.GetReadType().(type) {
	case *pb.ReadRel_NamedTable_:
		if err := d.noEnhancement(k.NamedTable); err != nil {
			return node{}, err
		}
		names := k.NamedTable.GetNames()
		if n, is, err := d.workingRead(r, names, columns); is {
			return n, err
		}
		return d.namedTable(r, names, columns)
	case *pb.ReadRel_VirtualTable_:
		return d.virtualTable(r, k.VirtualTable, columns)
	case *pb.ReadRel_LocalFiles_:
		return node{}, d.fail("a read of local files is not supported: name a table")
	case *pb.ReadRel_IcebergTable_:
		return node{}, d.fail("a read of an Iceberg table is not supported: name a table")
	case *pb.ReadRel_ExtensionTable_:
		return node{}, d.fail("a read of an extension table is not supported: name a table")
	}
	return node{}, d.fail("the read says of no kind what it reads")
}

// columns reads a schema.
func (d *decoder) columns(s *pb.NamedStruct) ([]rel.Column, error) {
	names, of, err := d.named(s)
	if err != nil {
		return nil, err
	}
	var out []rel.Column
	for i, name := range names {
		out = append(out, rel.Column{Name: name, Type: of[i]})
	}
	return out, nil
}

func columnTypes(columns []rel.Column) []types.Type {
	var out []types.Type
	for _, c := range columns {
		out = append(out, c.Type)
	}
	return out
}

func (d *decoder) namedTable(r *pb.ReadRel, names []string, columns []rel.Column) (node, error) {
	table, err := d.tableName(names)
	if err != nil {
		return node{}, err
	}
	seen := map[string]bool{}
	for _, c := range columns {
		if seen[c.Name] {
			return node{}, d.fail("the schema has the column %q twice", c.Name)
		}
		seen[c.Name] = true
	}
	filter, err := d.condition("filter", r.GetFilter(), columnTypes(columns))
	if err != nil {
		return node{}, err
	}
	kept, err := d.mask(r.GetProjection(), len(columns))
	if err != nil {
		return node{}, err
	}
	if kept == nil {
		return node{&rel.Read{Table: table, Columns: columns, Filter: filter}, columnTypes(columns)}, nil
	}
	return readMasked(table, columns, filter, kept), nil
}

// tableName completes a name of one, two or three parts to schema and table.
func (d *decoder) tableName(names []string) ([]string, error) {
	if slices.Contains(names, "") {
		return nil, d.fail("a part of the table's name is empty")
	}
	switch len(names) {
	case 1:
		return []string{d.opts.DefaultSchema, names[0]}, nil
	case 2:
		return names, nil
	case 3:
		if !strings.EqualFold(names[0], catalogName) {
			return nil, d.fail("there is no catalog %q, only %q", names[0], catalogName)
		}
		return names[1:], nil
	}
	return nil, d.fail("a table's name has %d parts, not catalog, schema and table", len(names))
}

// mask reads the places of the columns that a projection keeps; nil for none.
func (d *decoder) mask(m *pb.Expression_MaskExpression, width int) ([]int, error) {
	if m.GetSelect() == nil {
		return nil, nil
	}
	kept := []int{}
	for _, item := range m.GetSelect().GetStructItems() {
		if item.GetField() < 0 || int(item.GetField()) >= width {
			return nil, d.fail("the projection names column %d of %d", item.GetField(), width)
		}
		if item.GetChild() != nil {
			return nil, d.fail("a projection into column %d's members is not supported", item.GetField())
		}
		kept = append(kept, int(item.GetField()))
	}
	return kept, d.charge(len(kept))
}

// readMasked reads the columns that are kept; those that the filter alone needs are read too, and
// projected away.
func readMasked(table []string, columns []rel.Column, filter rel.Expr, kept []int) node {
	places := map[int]int{}
	var chosen []rel.Column
	choose := func(i int) {
		if _, ok := places[i]; !ok {
			places[i] = len(chosen)
			chosen = append(chosen, columns[i])
		}
	}
	for _, i := range kept {
		choose(i)
	}
	distinct := len(chosen)
	if filter != nil {
		used := rel.Fields(filter)
		for i := range columns {
			if used[i] {
				choose(i)
			}
		}
		filter = rel.MapFields(filter, func(i int) int { return places[i] })
	}
	n := node{&rel.Read{Table: table, Columns: chosen, Filter: filter}, columnTypes(chosen)}
	if len(chosen) == distinct && distinct == len(kept) {
		return n
	}
	fields := make([]int, len(kept))
	for i, k := range kept {
		fields[i] = places[k]
	}
	return n.pick(fields)
}

// virtualTable reads rows of expressions, or of literals as older plans have them.
func (d *decoder) virtualTable(r *pb.ReadRel, t *pb.ReadRel_VirtualTable, columns []rel.Column) (node, error) {
	rows, err := each(d, "expressions", t.GetExpressions(), func(row *pb.Expression_Nested_Struct) ([]rel.Expr, error) {
		return d.exprs("fields", row.GetFields(), nil)
	})
	if err != nil {
		return node{}, err
	}
	literals, err := each(d, "values", t.GetValues(), func(row *pb.Expression_Literal_Struct) ([]rel.Expr, error) {
		return each(d, "fields", row.GetFields(), func(l *pb.Expression_Literal) (rel.Expr, error) { return d.literal(l) })
	})
	if err != nil {
		return node{}, err
	}
	rows = append(literals, rows...)
	of := columnTypes(columns)
	if r.GetBaseSchema() == nil && len(rows) > 0 {
		for _, x := range rows[0] {
			of = append(of, x.Type())
		}
	}
	for i, row := range rows {
		if len(row) != len(of) {
			return node{}, d.fail("row %d has %d values for %d columns", i, len(row), len(of))
		}
		if d.own {
			continue
		}
		if err := d.asAll(row, func(i int) types.Type { return of[i] }); err != nil {
			return node{}, err
		}
	}
	n := node{&rel.Values{Columns: of, Rows: rows}, of}
	filter, err := d.condition("filter", r.GetFilter(), of)
	if err != nil {
		return node{}, err
	}
	if filter != nil {
		n.Rel = &rel.Filter{Input: n.Rel, Cond: filter}
	}
	kept, err := d.mask(r.GetProjection(), len(of))
	if err != nil || kept == nil {
		return n, err
	}
	return n.pick(kept), nil
}
