package rel

// Width is how many columns a relation has. It is len(r.Types()), without the
// types: those of a deep tree of joins are long, and made anew for each node.
func Width(r Rel) int {
	switch r := r.(type) {
	case *Read:
		return len(r.Columns)
	case *Values:
		return len(r.Columns)
	case *Filter:
		return Width(r.Input)
	case *Project:
		return len(r.Exprs)
	case *Join:
		return joinWidth(r)
	case *DependentJoin:
		return joinWidth(&r.Join)
	case *Sort:
		return Width(r.Input)
	case *Fetch:
		return Width(r.Input)
	case *SetOp:
		return Width(r.Rels[0])
	case *Reference:
		return len(r.Columns)
	}
	return len(r.Types())
}

func joinWidth(j *Join) int {
	switch j.Kind {
	case LeftSemi, LeftAnti:
		return Width(j.Left)
	case LeftMark:
		return Width(j.Left) + 1
	}
	return Width(j.Left) + Width(j.Right)
}
