// Package split cuts a plan into fragments, which run on workers over the
// chunks that each of them holds, and a merge plan over the fragments' rows.
//
// It decides where each relation can run from one property, its place: what
// it reads, and so over which pieces of data it may be computed independently.
// Cutting keeps the meaning of the plan whatever the pieces are, as long as
// all rows of one block are in one piece.
//
// It knows neither workers nor chunks, only what Tables says of each table.
package split

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/rewrite"
)

// Table is what splitting needs to know of a table.
type Table struct {
	// Axis identifies the set of pieces that the table's rows are cut into: two
	// tables of one axis are cut alike. Empty for a reference table, which is
	// whole wherever any piece is.
	Axis string
	// BlockColumn is the column along which the axis is cut; empty if the
	// table is cut by position.
	BlockColumn string
	// Rows estimates the size; it only orders joins.
	Rows int64
}

// Tables describes the table of a read.
type Tables func(*rel.Read) (Table, error)

// FragmentTable is the first part of the name of a table that stands, in a
// merge plan, for a fragment's rows; the second is the fragment's place in
// Result.Fragments.
const FragmentTable = "$fragment"

// Fragment is a part of a plan that runs on workers.
type Fragment struct {
	// Plan reads tables of one axis and reference tables.
	Plan *rel.Plan
	// Axis is empty if the fragment reads reference tables alone; it then runs
	// once, on any worker. Otherwise it runs over every piece of the axis, and
	// its rows are those of all pieces together.
	Axis string
}

// Result is a split plan.
type Result struct {
	Fragments []Fragment
	// Merge computes the result from the fragments' rows. It is nil if the
	// rows of the one fragment there is are the result.
	Merge *rel.Plan
	// Decisions say where each relation runs, and why: those of each shared
	// subtree, then the root's, each before those of its inputs.
	Decisions []Decision
}

// Split cuts a plan. REQUIRES: no DependentJoin or Outer is left in it.
func Split(p *rel.Plan, tables Tables) (*Result, error) {
	s := &splitter{tables: tables}
	if whole, err := s.readsOnlyReferences(p); err != nil {
		return nil, err
	} else if whole {
		return &Result{Fragments: []Fragment{{Plan: p}}, Decisions: wholeOnOne(p)}, nil
	}
	merge := &rel.Plan{Names: p.Names}
	for i, shared := range p.Shared {
		first := len(s.decisions)
		merge.Shared = append(merge.Shared, s.cut(s.place(shared)))
		s.nameShared(first, i)
	}
	root := s.place(p.Root)
	if s.err != nil {
		return nil, s.err
	}
	if len(s.fragments) == 0 && root.where == onPieces {
		whole := Fragment{Plan: &rel.Plan{Root: root.rel, Names: p.Names}, Axis: root.axis}
		return &Result{Fragments: []Fragment{whole}, Decisions: s.settle()}, nil
	}
	merge.Root = s.cut(root)
	return s.narrow(merge), s.err
}

// narrow drops the columns of fragments that the merge plan does not use.
func (s *splitter) narrow(merge *rel.Plan) *Result {
	merge = rewrite.PruneColumns(merge)
	visit := func(r rel.Rel) rel.Rel {
		read, ok := r.(*rel.Read)
		if !ok || read.Table[0] != FragmentTable {
			return r
		}
		id, _ := strconv.Atoi(read.Table[1]) // cut wrote it
		f := &s.fragments[id]
		if len(read.Columns) > 0 {
			f.Plan = choose(f.Plan, read.Columns)
			return r
		}
		// Only the number of rows is used; something has to be sent to have them.
		first := rel.Column{Name: f.Plan.Names[0], Type: f.Plan.Root.Types()[0]}
		f.Plan = choose(f.Plan, []rel.Column{first})
		return &rel.Project{Input: &rel.Read{Table: read.Table, Columns: []rel.Column{first}}}
	}
	for i, shared := range merge.Shared {
		merge.Shared[i] = rel.Transform(shared, visit)
	}
	merge.Root = rel.Transform(merge.Root, visit)
	return &Result{Fragments: s.fragments, Merge: merge, Decisions: s.settle()}
}

// choose narrows a fragment to the named columns.
func choose(p *rel.Plan, columns []rel.Column) *rel.Plan {
	if len(columns) < len(p.Names) {
		place := map[string]int{}
		for i, name := range p.Names {
			place[name] = i
		}
		out := &rel.Project{Input: p.Root}
		names := make([]string, len(columns))
		for i, c := range columns {
			names[i] = c.Name
			out.Exprs = append(out.Exprs, &rel.Field{Index: place[c.Name], Of: c.Type})
		}
		p = &rel.Plan{Root: out, Names: names}
	}
	return rewrite.PruneColumns(p)
}

// where a relation can be computed.
type where uint8

const (
	// anywhere: it reads nothing.
	anywhere where = iota
	// onReferences: it reads reference tables alone.
	onReferences
	// onPieces: its rows are those of the pieces of one axis together.
	onPieces
	// merged: it needs rows of several pieces at once.
	merged
)

// placed is a relation with its place.
type placed struct {
	rel   rel.Rel
	where where
	axis  string
	// blocks are the output columns that hold the block of the row's piece,
	// which is NULL in the piece of rows that have none, with the names of the
	// block columns.
	blocks blocks
	rows   int64
	why    string
	spans  []span // the decisions on what it is made of
}

// blocks are columns that hold a block, by place, with the block column's name.
type blocks map[int]string

func (b blocks) has(i int) bool { _, ok := b[i]; return ok }

type splitter struct {
	tables    Tables
	fragments []Fragment
	err       error
	decisions []Decision
	wheres    []where // of each decision
	depth     int
}

func (s *splitter) readsOnlyReferences(p *rel.Plan) (bool, error) {
	whole, any := true, false
	var err error
	visit := func(r rel.Rel) bool {
		if read, ok := r.(*rel.Read); ok {
			any = true
			t, e := s.tables(read)
			if e != nil && err == nil {
				err = e
			}
			whole = whole && t.Axis == ""
		}
		return err == nil
	}
	for _, shared := range p.Shared {
		rel.Walk(shared, visit)
	}
	rel.Walk(p.Root, visit)
	return whole && any, err
}

func (s *splitter) fail(err error) {
	if s.err == nil {
		s.err = err
	}
}

// place finds where r can run; parts of r that can't run where r does are cut
// off.
func (s *splitter) place(r rel.Rel) placed {
	at := s.open(r)
	return s.decided(at, s.placeRel(r))
}

func (s *splitter) placeRel(r rel.Rel) placed {
	switch r := r.(type) {
	case *rel.Read:
		return s.placeRead(r)
	case *rel.Values:
		return placed{rel: r, where: anywhere, rows: int64(len(r.Rows)), why: "constant rows"}
	case *rel.Filter:
		in := s.place(r.Input)
		return in.over(&rel.Filter{Input: in.rel, Cond: r.Cond}, in.blocks, "row by row, where its input is")
	case *rel.Project:
		return s.placeProject(r)
	case *rel.Aggregate:
		return s.placeAggregate(r)
	case *rel.Join:
		if r.Kind == rel.Inner {
			return s.placeInner(r)
		}
		return s.placeJoin(r)
	case *rel.Fetch:
		return s.placeFetch(r)
	case *rel.Reference:
		return placed{rel: r, where: merged, why: "the shared subtree is computed once, in the portal"}
	case *rel.Sort, *rel.SetOp, *rel.Positional:
		return s.placeMerged(r)
	case *rel.Unnest:
		in := s.place(r.Input)
		return in.over(&rel.Unnest{Input: in.rel, Lists: r.Lists}, in.blocks, "row by row, where its input is")
	case *rel.AsOf:
		return s.placeAsOf(r)
	case *rel.Sample:
		return s.placeSample(r)
	case *rel.Recursive:
		return s.placeRecursive(r)
	case *rel.Working:
		return placed{rel: r, where: merged, why: "the rounds of the recursion run in the portal"}
	}
	s.fail(fmt.Errorf("%T cannot be split", r))
	return placed{rel: r, where: merged}
}

// over is another relation at the same place.
func (p placed) over(r rel.Rel, blocks blocks, why string) placed {
	p.rel, p.blocks, p.why = r, blocks, why
	return p
}

func (s *splitter) placeRead(r *rel.Read) placed {
	t, err := s.tables(r)
	if err != nil {
		s.fail(err)
		return placed{rel: r, where: merged}
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
	return out
}

// placeProject keeps a projection below, unless a window looks across pieces.
func (s *splitter) placeProject(r *rel.Project) placed {
	in := s.place(r.Input)
	for _, e := range r.Exprs {
		if in.where == onPieces && !windowsWithin(e, in.blocks) {
			return placed{rel: &rel.Project{Input: s.cut(in), Exprs: r.Exprs}, where: merged, rows: in.rows,
				why: "a window's partitions span chunks: it is not partitioned by a block column"}
		}
	}
	why := "row by row, where its input is"
	if in.where == onPieces && slices.ContainsFunc(r.Exprs, rel.HasWindow) {
		why = "windows are partitioned by a block column: no partition spans chunks"
	}
	return in.over(&rel.Project{Input: in.rel, Exprs: r.Exprs}, in.blocks.through(r.Exprs), why)
}

// through are the blocks among expressions over the columns.
func (b blocks) through(exprs []rel.Expr) blocks {
	out := blocks{}
	for i, e := range exprs {
		if f, ok := e.(*rel.Field); ok && b.has(f.Index) {
			out[i] = b[f.Index]
		}
	}
	return out
}

// windowsWithin is true if every window in e partitions by a block column, so
// that it never needs rows of two pieces.
func windowsWithin(e rel.Expr, blocks blocks) bool {
	ok := true
	rel.WalkExpr(e, func(e rel.Expr) bool {
		w, is := e.(*rel.WindowCall)
		if is && !anyBlock(w.Partition, blocks) {
			ok = false
		}
		return ok
	})
	return ok
}

func anyBlock(exprs []rel.Expr, blocks blocks) bool {
	for _, e := range exprs {
		if f, ok := e.(*rel.Field); ok && blocks.has(f.Index) {
			return true
		}
	}
	return false
}

// placeFetch lets workers stop early: no piece needs to give more than
// offset + count rows, the first ones if there is an order.
func (s *splitter) placeFetch(r *rel.Fetch) placed {
	input, sorted := r.Input, (*rel.Sort)(nil)
	if sort, ok := r.Input.(*rel.Sort); ok {
		input, sorted = sort.Input, sort
	}
	in := s.place(input)
	if in.where <= onReferences {
		out := in.rel
		if sorted != nil {
			out = &rel.Sort{Input: out, Keys: sorted.Keys}
		}
		return in.over(&rel.Fetch{Input: out, Offset: r.Offset, Count: r.Count}, nil, "over reference tables alone")
	}
	why := "the first rows of all chunks together"
	if limit, ok := sumOfLiterals(r.Offset, r.Count); ok && in.where == onPieces {
		early := in.rel
		if sorted != nil {
			early = &rel.Sort{Input: early, Keys: sorted.Keys}
		}
		in.rel = &rel.Fetch{Input: early, Count: rel.Int(limit)}
		why = fmt.Sprintf("each worker sends its first %d rows at most; the portal takes the first of all", limit)
	}
	out := s.cut(in)
	if sorted != nil {
		out = &rel.Sort{Input: out, Keys: sorted.Keys}
	}
	return placed{rel: &rel.Fetch{Input: out, Offset: r.Offset, Count: r.Count}, where: merged, rows: in.rows, why: why}
}

// sumOfLiterals is offset + count where both are known, and count is given.
func sumOfLiterals(offset, count rel.Expr) (int64, bool) {
	value := func(e rel.Expr) (int64, bool) {
		if e == nil {
			return 0, true
		}
		lit, ok := e.(*rel.Literal)
		if !ok {
			return 0, false
		}
		v, ok := lit.Value.(int64)
		return v, ok && v >= 0 && v < 1<<62
	}
	o, okOffset := value(offset)
	c, okCount := value(count)
	return o + c, okOffset && okCount && count != nil
}

// placeMerged cuts all inputs, unless they can all stay on one worker.
func (s *splitter) placeMerged(r rel.Rel) placed {
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

// cut makes a relation's rows available where the merge plan runs: a fragment
// is made of what runs on workers, and a read of its rows takes its place.
func (s *splitter) cut(p placed) rel.Rel {
	if p.where == merged || p.where == anywhere {
		return p.rel
	}
	if p.where == onReferences {
		s.onOneWorker(p)
	}
	root, columns, restore := toWire(p.rel)
	name := fmt.Sprint(len(s.fragments))
	plan := &rel.Plan{Root: root}
	for _, c := range columns {
		plan.Names = append(plan.Names, c.Name)
	}
	s.fragments = append(s.fragments, Fragment{Plan: plan, Axis: p.axis})
	return restore(&rel.Read{Table: []string{FragmentTable, name}, Columns: columns})
}

func columnName(i int) string { return fmt.Sprintf("c%d", i) }
