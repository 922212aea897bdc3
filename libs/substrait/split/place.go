package split

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/shoal-db/shoal/libs/substrait/rel"
)

// where a relation can be computed.
type where uint8

const (
	// anywhere: it reads nothing.
	anywhere where = iota
	// onReferences: it reads reference tables alone.
	onReferences
	// onPieces: its rows are those of the pieces of one axis together.
	onPieces
	// onBranches: its rows are those of several relations together, each with a
	// place of its own.
	onBranches
	// merged: it needs rows of several pieces at once.
	merged
)

// placed is a relation with its place.
type placed struct {
	rel   rel.Rel // nil if onBranches
	where where
	axis  string // if onPieces
	// blocks are the output columns that hold the block of the row's piece.
	blocks blocks
	// padded are the output columns that hold it, or NULL where an outer join
	// has padded the row.
	padded map[int]pad
	rows   int64
	// branches have the same types; none is onBranches.
	branches []placed
	// shared is 1 + the shared subtree of which it is made row by row, if any.
	shared int
	why    string
	spans  []span // the decisions on what it is made of
}

// blocks are columns that hold a block, by place, with the block column's name.
// It is NULL in the piece of the rows that have none.
type blocks map[int]string

// pad is a block column's name, and which side of which full join it was on;
// of its two sides at least one is not padded.
type pad struct {
	name       string
	full, side int
}

func (b blocks) has(i int) bool { _, ok := b[i]; return ok }

// names are the block columns' names.
func (b blocks) names() string {
	var names []string
	for _, i := range slices.Sorted(maps.Keys(b)) {
		if !slices.Contains(names, b[i]) {
			names = append(names, b[i])
		}
	}
	return strings.Join(names, " and ")
}

// isBlock tells whether an expression's value is the block of the row's piece,
// and the block column's name.
func (p placed) isBlock(e rel.Expr) (string, bool) {
	switch e := e.(type) {
	case *rel.Field:
		name, ok := p.blocks[e.Index]
		return name, ok
	case *rel.Cast:
		// A cast between integers has the same value, or it fails.
		if e.Try || !e.To.IsInteger() || !e.Input.Type().IsInteger() {
			return "", false
		}
		return p.isBlock(e.Input)
	case *rel.Call:
		if e.Func == rel.Coalesce {
			return p.coalescesBlock(e.Args)
		}
	}
	return "", false
}

// coalescesBlock is true if each argument is the block or, where padded, NULL,
// and one of them is not padded.
func (p placed) coalescesBlock(args []rel.Expr) (name string, whole bool) {
	sides := map[int]int{}
	for _, a := range args {
		if n, ok := p.isBlock(a); ok {
			name, whole = n, true
			continue
		}
		f, ok := a.(*rel.Field)
		if !ok {
			return "", false
		}
		half, ok := p.padded[f.Index]
		if !ok {
			return "", false
		}
		name = half.name
		if half.full > 0 {
			sides[half.full] |= 1 << half.side
			whole = whole || sides[half.full] == 3
		}
	}
	return name, whole
}

func (p placed) anyBlock(exprs []rel.Expr) bool {
	for _, e := range exprs {
		if _, ok := p.isBlock(e); ok {
			return true
		}
	}
	return false
}

// through are the blocks among expressions over the columns, and the padded.
func (p placed) through(exprs []rel.Expr) (blocks, map[int]pad) {
	out, padded := blocks{}, map[int]pad{}
	for i, e := range exprs {
		if name, ok := p.isBlock(e); ok {
			out[i] = name
		} else if f, ok := e.(*rel.Field); ok {
			if half, ok := p.padded[f.Index]; ok {
				padded[i] = half
			}
		}
	}
	return out, padded
}

// place finds where r can run; parts of r that can't run where r does are cut
// off.
func (s *splitter) place(r rel.Rel) placed {
	at, reduced := s.open(r), s.reduced
	out := s.decided(at, s.placeRel(r))
	s.reduced = reduced
	return out
}

func (s *splitter) placeRel(r rel.Rel) placed {
	switch r := r.(type) {
	case *rel.Read:
		return s.placeRead(r)
	case *rel.Values:
		return placed{rel: r, where: anywhere, rows: int64(len(r.Rows)), why: "constant rows"}
	case *rel.Filter:
		return s.placeFilter(r)
	case *rel.Project:
		return s.placeProject(r, nil)
	case *rel.Unnest:
		return s.eachRow(s.place(r.Input), func(in rel.Rel) rel.Rel { return r.WithInputs([]rel.Rel{in}) })
	case *rel.Aggregate:
		return s.placeAggregate(r)
	case *rel.Join:
		if r.Kind == rel.Inner {
			return s.placeInner(r)
		}
		return s.placeJoin(r)
	case *rel.AsOf:
		return s.placeAsOf(r)
	case *rel.Fetch:
		return s.placeFetch(r)
	case *rel.SetOp:
		return s.placeSetOp(r)
	case *rel.Reference:
		return s.placeReference(r)
	case *rel.Sample:
		return s.placeSample(r)
	case *rel.Sort, *rel.Positional:
		return s.placeMerged(r)
	case *rel.Recursive:
		return s.placeRecursive(r)
	case *rel.Working:
		return placed{rel: r, where: merged, why: "the rounds of a recursion run in the portal"}
	}
	s.fail(fmt.Errorf("%T cannot be split", r))
	return placed{rel: r, where: merged}
}

const rowByRow = "row by row, where its input is"

// eachRow places an operator that looks at one row at a time and leaves the
// input's columns where they are.
func (s *splitter) eachRow(in placed, apply func(rel.Rel) rel.Rel) placed {
	out := in.apply(apply)
	out.why = rowByRow
	return out
}

// apply is a relation over p, or over each of its branches.
func (p placed) apply(f func(rel.Rel) rel.Rel) placed {
	if p.where != onBranches {
		p.rel = f(p.rel)
		return p
	}
	branches := make([]placed, len(p.branches))
	for i, b := range p.branches {
		branches[i] = b.apply(f)
	}
	p.branches = branches
	return p
}

func (s *splitter) placeRead(r *rel.Read) placed {
	t, err := s.tables(r)
	if err != nil {
		s.fail(err)
		return placed{rel: r, where: merged}
	}
	if r.IsSent() {
		return placed{rel: r, where: anywhere, rows: t.Rows, why: "rows that come with the plan"}
	}
	if t.Axis == "" {
		return placed{rel: r, where: onReferences, rows: t.Rows, why: tableName(r) + " is a reference table"}
	}
	out := placed{rel: r, where: onPieces, axis: t.Axis, blocks: blocks{}, rows: t.Rows}
	out.why = fmt.Sprintf("%s is cut into chunks by %s, along axis %s", tableName(r), t.BlockColumn, t.Axis)
	if t.BlockColumn == "" {
		out.why = tableName(r) + " is cut into chunks by position"
	}
	for i, c := range r.Columns {
		if t.BlockColumn != "" && c.Name == t.BlockColumn {
			out.blocks[i] = c.Name
		}
	}
	out.blocks.spread(rel.Conjuncts(r.Filter))
	return out
}

// spread makes blocks of the columns that conditions equate with one.
func (b blocks) spread(conds []rel.Expr) {
	if len(b) == 0 {
		return
	}
	for changed := true; changed; {
		changed = false
		for _, c := range conds {
			x, y, _, ok := fieldEquality(c)
			if !ok || b.has(x) == b.has(y) {
				continue
			}
			if b.has(y) {
				x, y = y, x
			}
			b[y], changed = b[x], true
		}
	}
}

// fieldEquality matches a comparison of two columns for equality. Where they
// are integers of different widths, one may be cast.
func fieldEquality(c rel.Expr) (a, b int, op string, ok bool) {
	call, is := c.(*rel.Call)
	if !is || call.Func != rel.Eq && call.Func != rel.NotDistinctFrom || len(call.Args) != 2 {
		return 0, 0, "", false
	}
	x, okX := sameInteger(call.Args[0]).(*rel.Field)
	y, okY := sameInteger(call.Args[1]).(*rel.Field)
	if !okX || !okY {
		return 0, 0, "", false
	}
	return x.Index, y.Index, call.Func, true
}

// sameInteger strips casts that keep an integer's value.
func sameInteger(e rel.Expr) rel.Expr {
	for {
		c, ok := e.(*rel.Cast)
		if !ok || c.Try || !c.To.IsInteger() || !c.Input.Type().IsInteger() {
			return e
		}
		e = c.Input
	}
}

// placeFilter keeps a filter where its input is. One that keeps the first rows
// of each window partition makes workers drop the rest of theirs before.
func (s *splitter) placeFilter(r *rel.Filter) placed {
	var in placed
	if p, ok := r.Input.(*rel.Project); ok {
		at := s.open(p)
		in = s.decided(at, s.placeProject(p, firstOfPartition(p, r.Cond)))
	} else {
		in = s.place(r.Input)
	}
	out := s.eachRow(in, func(in rel.Rel) rel.Rel { return &rel.Filter{Input: in, Cond: r.Cond} })
	if out.where == onPieces {
		out.blocks = maps.Clone(out.blocks)
		out.blocks.spread(rel.Conjuncts(r.Cond))
	}
	return out
}

// placeSample chooses rows where they are, if each is chosen by itself.
func (s *splitter) placeSample(r *rel.Sample) placed {
	if r.Rows != nil || r.Seed != nil {
		return s.placeMerged(r)
	}
	return s.eachRow(s.place(r.Input), func(in rel.Rel) rel.Rel { return r.WithInputs([]rel.Rel{in}) })
}

// placeMerged cuts all inputs, unless they can all stay on one worker.
func (s *splitter) placeMerged(r rel.Rel) placed {
	s.reduced = false
	ins := make([]placed, 0, len(r.Inputs()))
	most := anywhere
	var rows int64
	for _, in := range r.Inputs() {
		p := s.place(in)
		ins = append(ins, p)
		most = max(most, p.where)
		rows += p.rows
	}
	next := make([]rel.Rel, len(ins))
	for i, in := range ins {
		next[i] = in.rel
		if most > onReferences {
			next[i] = s.cut(in)
		}
	}
	why := "over reference tables alone"
	if most > onReferences {
		most = merged
		why = "it needs the rows of all chunks together"
	}
	return placed{rel: r.WithInputs(next), where: most, rows: rows, why: why}
}

// placeRecursive leaves a recursion over reference tables to one worker, and
// runs all others where the merge plan does. There each round reads again what
// the step reads, so fragments' rows, which come once, are shared subtrees.
func (s *splitter) placeRecursive(r *rel.Recursive) placed {
	base, step := s.place(r.Base), s.place(r.Step)
	if at := s.readsAt(r); at <= onReferences {
		for i := step.spans[0].first; i < step.spans[0].end; i++ {
			s.wheres[i] = at
		}
		return placed{rel: r, where: at, rows: base.rows, why: "over reference tables alone"}
	}
	again := rel.Transform(s.cut(step), func(r rel.Rel) rel.Rel {
		if read, ok := r.(*rel.Read); ok && read.Table[0] == FragmentTable {
			s.bodies = append(s.bodies, placed{rel: read, where: merged})
			return &rel.Reference{Ordinal: len(s.bodies) - 1, Columns: read.Types()}
		}
		return r
	})
	return placed{rel: r.WithInputs([]rel.Rel{s.cut(base), again}), where: merged, rows: base.rows,
		why: "its rounds need the rows of all chunks together"}
}

// readsAt is anywhere if a recursion reads nothing but its own rows,
// onReferences if it reads reference tables besides, else merged.
func (s *splitter) readsAt(r *rel.Recursive) where {
	at, own := anywhere, map[int]bool{}
	rel.Walk(r, func(r rel.Rel) bool {
		switch r := r.(type) {
		case *rel.Recursive:
			own[r.ID] = true
		case *rel.Working:
			if !own[r.ID] {
				at = merged
			}
		case *rel.Read:
			if t, err := s.tables(r); err != nil || t.Axis != "" {
				at = merged
			}
			at = max(at, onReferences)
		case *rel.Reference:
			body := s.bodies[r.Ordinal]
			if !s.beside(body) {
				at = merged
			}
			at = max(at, body.where)
		}
		return at <= onReferences
	})
	return at
}
