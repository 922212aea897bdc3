package split

import (
	"maps"
	"slices"

	"github.com/shoal-db/shoal/libs/substrait/rel"
)

func (s *splitter) placeSetOp(r *rel.SetOp) placed {
	reduced := s.reduced
	ins := make([]placed, len(r.Rels))
	for i, in := range r.Rels {
		s.reduced = reduced || r.Kind == rel.UnionDistinct
		ins[i] = s.place(in)
	}
	most, axis, together := anywhere, "", true
	var rows int64
	for _, in := range ins {
		most = max(most, in.where)
		rows += in.rows
		if in.where == onPieces {
			together = together && (axis == "" || axis == in.axis)
			axis = in.axis
		}
	}
	out := placed{where: most, axis: axis, rows: rows}
	if most <= onReferences {
		out.rel, out.why = r.WithInputs(rels(ins)), "over reference tables alone"
		return out
	}
	switch r.Kind {
	case rel.UnionAll:
		return s.union(ins, rows)
	case rel.UnionDistinct:
		return s.unionDistinct(r, ins, rows)
	}
	if together && most == onPieces && s.samePieces(r, ins) {
		out.rel, out.blocks = r.WithInputs(rels(ins)), ins[0].blocks
		out.why = "equal rows have the same block " + commonBlocks(ins).names() + ", so none span chunks"
		if r.Kind == rel.IntersectAll || r.Kind == rel.IntersectDistinct {
			out.blocks = anyBlocks(ins)
		}
		return out
	}
	return s.setOpOfParts(r, ins, rows)
}

func rels(ins []placed) []rel.Rel {
	out := make([]rel.Rel, len(ins))
	for i, in := range ins {
		out[i] = in.rel
	}
	return out
}

// union leaves rows where they are: on the pieces if all are on the same, else
// in branches.
func (s *splitter) union(ins []placed, rows int64) placed {
	var branches []placed
	for _, in := range ins {
		if in.where == onBranches {
			branches = append(branches, in.branches...)
		} else {
			branches = append(branches, in)
		}
	}
	spans := spansOf(branches)
	branches = s.gather(branches)
	if len(branches) == 1 {
		out := branches[0]
		out.rows, out.spans, out.why = rows, spans, "all inputs are on the same chunks"
		if out.where == merged {
			out.why = "its inputs are there"
		}
		return out
	}
	return placed{where: onBranches, branches: branches, rows: rows, spans: spans,
		why: "its inputs stay apart, and what follows is done in each as far as it can be"}
}

// gather puts branches with the same place together.
func (s *splitter) gather(branches []placed) []placed {
	var out []placed
	for _, b := range branches {
		at := slices.IndexFunc(out, func(o placed) bool {
			return o.axis == b.axis && (o.where == b.where || o.where <= onReferences && b.where <= onReferences) &&
				s.isSent(o) == s.isSent(b)
		})
		if at < 0 {
			out = append(out, b)
			continue
		}
		o := &out[at]
		inputs := []rel.Rel{o.rel, b.rel}
		if u, ok := o.rel.(*rel.SetOp); ok && u.Kind == rel.UnionAll {
			inputs = append(slices.Clip(u.Rels), b.rel)
		}
		*o = placed{rel: &rel.SetOp{Kind: rel.UnionAll, Rels: inputs}, where: max(o.where, b.where), axis: o.axis,
			rows: o.rows + b.rows, blocks: commonBlocks([]placed{*o, b}), spans: append(slices.Clip(o.spans), b.spans...),
			shared: sharedBy(*o, b)}
	}
	return out
}

// sharedBy keeps the mark of rows that are in the portal already.
func sharedBy(a, b placed) int {
	if a.shared > 0 && b.shared > 0 {
		return a.shared
	}
	return 0
}

func spansOf(ins []placed) []span {
	var out []span
	for _, in := range ins {
		out = append(out, in.spans...)
	}
	return out
}

// commonBlocks are the places that hold a block in every input on pieces.
func commonBlocks(ins []placed) blocks {
	var out blocks
	for _, in := range ins {
		if in.where != onPieces {
			continue
		}
		if out == nil {
			out = maps.Clone(in.blocks)
		}
		maps.DeleteFunc(out, func(i int, _ string) bool { return !in.blocks.has(i) })
	}
	return out
}

// anyBlocks are the places that hold a block in some input on pieces.
func anyBlocks(ins []placed) blocks {
	out := blocks{}
	for _, in := range ins {
		if in.where == onPieces {
			maps.Copy(out, in.blocks)
		}
	}
	return out
}

// samePieces is true if an intersection or a difference never needs rows of two
// pieces. What is subtracted or intersected may be whole beside each piece; what
// is subtracted from may not.
func (s *splitter) samePieces(r *rel.SetOp, ins []placed) bool {
	if r.Kind == rel.ExceptAll || r.Kind == rel.ExceptDistinct {
		if ins[0].where != onPieces {
			return false
		}
	}
	for _, in := range ins {
		if in.where != onPieces && !s.beside(in) {
			return false
		}
	}
	return len(commonBlocks(ins)) > 0
}

// unionDistinct is the distinct rows of the union, found in part on workers.
func (s *splitter) unionDistinct(r *rel.SetOp, ins []placed, rows int64) placed {
	ts := r.Types()
	if len(ts) == 0 {
		return s.cutAll(r, ins, rows)
	}
	out := s.aggregate(&rel.Aggregate{Groups: rel.FieldsOf(ts)}, s.union(ins, rows))
	out.why = "the distinct rows: " + out.why
	return out
}

// setOpOfParts sends the rows of an intersection or difference; each row once
// where duplicates do not count.
func (s *splitter) setOpOfParts(r *rel.SetOp, ins []placed, rows int64) placed {
	ts := r.Types()
	why := ""
	if len(ts) > 0 && (r.Kind == rel.IntersectDistinct || r.Kind == rel.ExceptDistinct) {
		for i := range ins {
			ins[i] = s.distinctRows(ins[i], rel.FieldsOf(ts))
		}
		why = "; workers send each row once"
	}
	out := s.cutAll(r, ins, rows)
	out.why = "equal rows may be in different chunks" + why
	return out
}

func (s *splitter) cutAll(r rel.Rel, ins []placed, rows int64) placed {
	cuts := make([]rel.Rel, len(ins))
	for i, in := range ins {
		cuts[i] = s.cut(in)
	}
	return placed{rel: r.WithInputs(cuts), where: merged, rows: rows, why: "it needs the rows of all chunks together"}
}

// distinctRows drops duplicates of rows that will be sent.
func (s *splitter) distinctRows(p placed, groups []rel.Expr) placed {
	switch {
	case p.where == onBranches:
		branches := make([]placed, len(p.branches))
		for i, b := range p.branches {
			branches[i] = s.distinctRows(b, groups)
		}
		p.branches = branches
	case p.where == onPieces && !s.isSent(p):
		p.rel = &rel.Aggregate{Input: p.rel, Groups: groups}
		p.blocks, p.padded = p.through(groups)
		p.shared = 0
	}
	return p
}
