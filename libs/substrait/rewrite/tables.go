package rewrite

import "github.com/shoal-db/shoal/libs/substrait/rel"

// Table is what rules need to know of where a table is.
type Table struct {
	// Axis identifies the set of pieces that the table's rows are cut into.
	// Empty for a reference table, which is whole wherever any piece is.
	Axis string
	// BlockColumn is the column along which the axis is cut; empty if the table
	// is cut by position.
	BlockColumn string
	// Rows estimates the size.
	Rows int64
}

// Tables describes the table of a read; not ok if nothing is known of it.
type Tables func(*rel.Read) (t Table, ok bool)

// extent is what a relation reads.
type extent struct {
	// references and pieces count the rows of tables of each kind.
	references, pieces int64
	// other is true if it reads something of which nothing is known, such as a
	// shared subtree.
	other bool
	// cut is true if it reads a table that is in pieces.
	cut bool
}

func (t Tables) extentOf(r rel.Rel) extent {
	var out extent
	rel.Walk(r, func(r rel.Rel) bool {
		switch r := r.(type) {
		case *rel.Read:
			table, ok := t(r)
			switch {
			case !ok:
				out.other = true
			case table.Axis == "":
				out.references += table.Rows
			default:
				out.pieces += table.Rows
				out.cut = true
			}
		case *rel.Reference, *rel.Outer, *rel.Working:
			out.other = true
		}
		return true
	})
	return out
}

// onPieces is true of relations whose rows are those of all pieces together:
// they can be computed piece by piece.
func (t Tables) onPieces(r rel.Rel) bool {
	switch r := r.(type) {
	case *rel.Read:
		table, ok := t(r)
		return ok && table.Axis != ""
	case *rel.Filter:
		return t.onPieces(r.Input)
	case *rel.Project:
		return !anyWindow(r.Exprs) && t.onPieces(r.Input)
	case *rel.Join:
		whole := func(r rel.Rel) bool { e := t.extentOf(r); return !e.cut && !e.other }
		// Each side is asked once: a chain of joins would double the work with each.
		left, right := t.onPieces(r.Left), t.onPieces(r.Right)
		switch {
		case left && right:
			return t.together(r)
		case left && whole(r.Right):
			return r.Kind != rel.Right && r.Kind != rel.Full
		case right && whole(r.Left):
			return r.Kind == rel.Inner || r.Kind == rel.Right
		}
		return false
	}
	return false
}

// together is true if no row of a piece matches one of another piece: the
// join's condition equates two block columns of one axis.
func (t Tables) together(j *rel.Join) bool {
	n := rel.Width(j.Left)
	left, right := t.blocks(j.Left), t.blocks(j.Right)
	for _, c := range rel.Conjuncts(j.Cond) {
		call, ok := c.(*rel.Call)
		if !ok || call.Func != rel.Eq && call.Func != rel.NotDistinctFrom {
			continue
		}
		a, okA := call.Args[0].(*rel.Field)
		b, okB := call.Args[1].(*rel.Field)
		if !okA || !okB {
			continue
		}
		x, y := min(a.Index, b.Index), max(a.Index, b.Index)
		if x < n && y >= n && left[x] != "" && left[x] == right[y-n] {
			return true
		}
	}
	return false
}

// blocks are the axes of the columns that hold the row's block.
func (t Tables) blocks(r rel.Rel) map[int]string {
	out := map[int]string{}
	switch r := r.(type) {
	case *rel.Read:
		table, ok := t(r)
		for i, c := range r.Columns {
			if ok && table.BlockColumn != "" && c.Name == table.BlockColumn {
				out[i] = table.Axis
			}
		}
	case *rel.Filter:
		return t.blocks(r.Input)
	case *rel.Project:
		return chosen(t.blocks(r.Input), r.Exprs)
	case *rel.Aggregate:
		if len(r.Sets) == 0 {
			return chosen(t.blocks(r.Input), r.Groups)
		}
	case *rel.Join:
		return t.blocksOfJoin(r)
	}
	return out
}

func chosen(blocks map[int]string, exprs []rel.Expr) map[int]string {
	out := map[int]string{}
	for i, e := range exprs {
		if f, ok := e.(*rel.Field); ok && blocks[f.Index] != "" {
			out[i] = blocks[f.Index]
		}
	}
	return out
}

func (t Tables) blocksOfJoin(j *rel.Join) map[int]string {
	out := map[int]string{}
	if j.Kind != rel.Right && j.Kind != rel.Full {
		out = t.blocks(j.Left)
	}
	if j.Kind == rel.Inner || j.Kind == rel.Right {
		n := rel.Width(j.Left)
		for i, axis := range t.blocks(j.Right) {
			out[n+i] = axis
		}
	}
	return out
}
