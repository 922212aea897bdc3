package split

import (
	"fmt"

	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// toWire makes a fragment's root of r: one whose columns survive the way as
// Arrow from DuckDB to DuckDB. The columns are as they arrive; restore brings
// the fragment's rows back to r's columns.
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
	cast, restored := false, false
	for i, t := range ts {
		if sent := sentForm(t); !sent.Equal(t) {
			cast = true
			out[i] = &rel.Cast{Input: out[i], To: sent}
		}
		arrives := arrivingForm(t)
		columns = append(columns, rel.Column{Name: columnName(i), Type: arrives})
		back[i] = backTo(&rel.Field{Index: i, Of: arrives}, t)
		restored = restored || !arrives.Equal(t)
	}
	root = r
	if cast {
		root = &rel.Project{Input: r, Exprs: out}
	}
	return root, columns, func(in rel.Rel) rel.Rel {
		if !restored {
			return in
		}
		return &rel.Project{Input: in, Exprs: back}
	}
}

// asText are the types that travel as text, since DuckDB's Arrow form of them
// comes back as another type or not at all. The values survive a cast there and
// back.
var asText = map[types.ID]bool{
	types.UHugeInt: true, types.Bit: true, types.UUID: true, types.TimeTZ: true, types.JSON: true, types.Enum: true,
}

// sentForm is the type that a column of a type is sent as.
func sentForm(t types.Type) types.Type {
	switch {
	case t.ID == types.SQLNull:
		return types.Of(types.Integer)
	case asText[t.ID]:
		return types.Of(types.Varchar)
	}
	return withMembers(t, sentForm)
}

// arrivingForm is the type that DuckDB gives such a column when it reads it.
// A HUGEINT keeps all of its 128 bits in a DECIMAL(38,0), and has them again
// when that is cast.
func arrivingForm(t types.Type) types.Type {
	switch {
	case t.ID == types.HugeInt:
		return types.DecimalOf(38, 0)
	case t.ID == types.SQLNull || asText[t.ID]:
		return sentForm(t)
	}
	return withMembers(t, arrivingForm)
}

// withMembers is a nested type with other members; a STRUCT without names for
// them, which SQL cannot spell, gets some.
func withMembers(t types.Type, form func(types.Type) types.Type) types.Type {
	if len(t.Fields) == 0 {
		return t
	}
	fields := make([]types.Field, len(t.Fields))
	for i, f := range t.Fields {
		fields[i] = types.Field{Name: f.Name, Type: form(f.Type)}
		if t.ID == types.Struct && f.Name == "" {
			fields[i].Name = fmt.Sprintf("v%d", i+1)
		}
	}
	t.Fields = fields
	return t
}

// backTo turns a value that has arrived into one of its own type.
func backTo(e rel.Expr, t types.Type) rel.Expr {
	switch {
	case e.Type().Equal(t):
		return e
	case !hasUnnamed(t):
		return &rel.Cast{Input: e, To: t}
	case t.ID == types.List:
		element := e.Type().Fields[0].Type
		body := backTo(&rel.Param{Of: element}, t.Fields[0].Type)
		return &rel.Call{Func: "list_transform", Args: []rel.Expr{e, &rel.Lambda{Params: []types.Type{element}, Body: body}}, Of: t}
	case t.ID != types.Struct:
		return &rel.Cast{Input: e, To: t}
	}
	members := make([]rel.Expr, len(t.Fields))
	for i, f := range e.Type().Fields {
		members[i] = backTo(&rel.Call{Func: "struct_extract", Args: []rel.Expr{e, rel.Str(f.Name)}, Of: f.Type}, t.Fields[i].Type)
	}
	function := "row"
	if t.Fields[0].Name != "" {
		function = "struct_pack"
	}
	row := &rel.Call{Func: function, Args: members, Of: t}
	return &rel.Case{Whens: []rel.When{{Cond: rel.Bools(rel.IsNotNull, e), Then: row}}, Of: t}
}

// hasUnnamed is true of types with a STRUCT in them whose members have no
// names.
func hasUnnamed(t types.Type) bool {
	for _, f := range t.Fields {
		if t.ID == types.Struct && f.Name == "" || hasUnnamed(f.Type) {
			return true
		}
	}
	return false
}
