package codec

import (
	"github.com/shoal-db/shoal/libs/substrait/functions"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// as gives an expression a type that it may not have. Substrait takes the members of structs by
// their places, but DuckDB casts them by their names: where only names differ, the struct is put
// together again.
func (d *decoder) as(x rel.Expr, t types.Type) (rel.Expr, error) {
	switch {
	case x.Type().Equal(t):
		return x, nil
	case functions.SameShape(x.Type(), t):
		x = renamed(x, t)
		return x, d.weigh(x)
	}
	return &rel.Cast{Input: x, To: t}, nil
}

// asAll is as for a list, in place.
func (d *decoder) asAll(list []rel.Expr, t func(int) types.Type) error {
	for i := range list {
		var err error
		if list[i], err = d.as(list[i], t(i)); err != nil {
			return err
		}
	}
	return nil
}

// weigh charges what an expression is as a tree. It is for those that may hold others more than
// once: nested, they would grow exponentially from a small plan.
func (d *decoder) weigh(x rel.Expr) error {
	left := d.opts.MaxNodes - d.nodes + 1
	weight := 0
	var walk func(rel.Expr)
	walk = func(x rel.Expr) {
		if weight++; weight > left {
			return
		}
		for _, c := range x.Children() {
			walk(c)
		}
	}
	walk(x)
	return d.charge(weight)
}

// renamed is an expression with other names of struct members. Lists and maps of structs are left
// to DuckDB's cast.
func renamed(x rel.Expr, t types.Type) rel.Expr {
	switch k := x.(type) {
	case *rel.Literal:
		// The values of a literal's members have no names.
		return &rel.Literal{Of: t, Value: k.Value}
	case *rel.Cast:
		if row, ok := k.Input.(*rel.Call); ok && row.Func == "row" && t.ID == types.Struct {
			return &rel.Cast{Input: newRow(row.Args, t), To: t, Try: k.Try}
		}
	}
	if t.ID != types.Struct {
		return &rel.Cast{Input: x, To: t}
	}
	members := make([]rel.Expr, len(t.Fields))
	for i, f := range x.Type().Fields {
		members[i] = memberOf(x, i, f)
	}
	return &rel.Case{
		Whens: []rel.When{{Cond: rel.Bools(rel.IsNull, x), Then: rel.Null(t)}},
		Else:  &rel.Cast{Input: newRow(members, t), To: t}, Of: t,
	}
}

// newRow is a struct without names, of members that have the shape of t's.
func newRow(members []rel.Expr, t types.Type) *rel.Call {
	row := &rel.Call{Func: "row", Of: types.Type{ID: types.Struct}}
	for i, m := range members {
		if !m.Type().Equal(t.Fields[i].Type) {
			m = renamed(m, t.Fields[i].Type)
		}
		row.Args = append(row.Args, m)
		row.Of.Fields = append(row.Of.Fields, types.Field{Type: m.Type()})
	}
	return row
}

// memberOf takes a member out of a struct.
func memberOf(x rel.Expr, i int, f types.Field) rel.Expr {
	if f.Name == "" {
		return &rel.Call{Func: "struct_extract_at", Args: []rel.Expr{x, rel.Int(int64(i) + 1)}, Of: f.Type}
	}
	return &rel.Call{Func: "struct_extract", Args: []rel.Expr{x, rel.Str(f.Name)}, Of: f.Type}
}
