package split

import (
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// toWire makes a fragment's root of r: one whose columns survive the way as
// Arrow from DuckDB to DuckDB. restore brings the fragment's rows back to r's
// columns.
func toWire(r rel.Rel) (root rel.Rel, columns []rel.Column, restore func(rel.Rel) rel.Rel) {
	ts := r.Types()
	if len(ts) == 0 {
		// Arrow can't carry rows without columns.
		mark := rel.Bool(true)
		root = &rel.Project{Input: r, Exprs: []rel.Expr{mark}}
		return root, []rel.Column{{Name: columnName(0), Type: mark.Of}}, func(in rel.Rel) rel.Rel {
			return &rel.Project{Input: in}
		}
	}
	out, back := rel.FieldsOf(ts), make([]rel.Expr, len(ts))
	changed := false
	for i, t := range ts {
		wire := wireForm(t)
		columns = append(columns, rel.Column{Name: columnName(i), Type: wire})
		back[i] = &rel.Field{Index: i, Of: wire}
		if !wire.Equal(t) {
			changed = true
			out[i] = &rel.Cast{Input: out[i], To: wire}
			back[i] = &rel.Cast{Input: back[i], To: t}
		}
	}
	if !changed {
		return r, columns, func(in rel.Rel) rel.Rel { return in }
	}
	return &rel.Project{Input: r, Exprs: out}, columns, func(in rel.Rel) rel.Rel {
		return &rel.Project{Input: in, Exprs: back}
	}
}

// wireTypes are the types that a column of a type travels as, where DuckDB's
// Arrow form of it comes back as another type or not at all. The values
// survive a cast there and back.
var wireTypes = map[types.ID]types.Type{
	types.SQLNull:  types.Of(types.Integer),
	types.HugeInt:  types.Of(types.Varchar),
	types.UHugeInt: types.Of(types.Varchar),
	types.Bit:      types.Of(types.Varchar),
	types.UUID:     types.Of(types.Varchar),
	types.TimeTZ:   types.Of(types.Varchar),
	types.JSON:     types.Of(types.Varchar),
	types.Enum:     types.Of(types.Varchar),
}

func wireForm(t types.Type) types.Type {
	if wire, ok := wireTypes[t.ID]; ok {
		return wire
	}
	if len(t.Fields) == 0 {
		return t
	}
	fields := make([]types.Field, len(t.Fields))
	for i, f := range t.Fields {
		fields[i] = types.Field{Name: f.Name, Type: wireForm(f.Type)}
	}
	t.Fields = fields
	return t
}
