package rel

import "github.com/shoal-db/shoal/libs/substrait/types"

// Unnest makes a row of each element of its lists: the input's columns, then
// one column a list. Lists of one row are walked side by side, the shorter ones
// followed by NULLs; a row whose lists are all empty or NULL is left out. Rows
// stay in their order, and elements in theirs.
type Unnest struct {
	Input Rel
	Lists []Expr
}

// Types implements Rel.
func (u *Unnest) Types() []types.Type {
	in := u.Input.Types()
	out := in[:len(in):len(in)]
	for _, l := range u.Lists {
		out = append(out, ElementOf(l.Type()))
	}
	return out
}

// ElementOf is the type of a list's elements; of a NULL it is NULL.
func ElementOf(t types.Type) types.Type {
	switch t.ID {
	case types.List, types.Array:
		return t.Fields[0].Type
	}
	return types.Of(types.SQLNull)
}

// Inputs implements Rel.
func (u *Unnest) Inputs() []Rel { return []Rel{u.Input} }

// WithInputs implements Rel.
func (u *Unnest) WithInputs(in []Rel) Rel { c := *u; c.Input = in[0]; return &c }
