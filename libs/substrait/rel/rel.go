// Package rel is a Substrait plan in memory: a tree of relations over typed,
// positional expressions.
//
// It maps one to one to Substrait messages (package codec reads and writes
// them), with every type resolved to DuckDB's and every emit mapping applied,
// so that rewrites need not care how a producer spelled its plan. Relations and
// expressions are values: a rewrite builds new nodes and shares the rest; no
// node is changed once it is in a tree.
//
// Field indices count the columns of the input; a join's condition sees the
// left input's columns first, then the right's.
package rel

import "github.com/shoal-db/shoal/libs/substrait/types"

// Plan is a whole query.
type Plan struct {
	// Shared are the subtrees that Reference relations name by their place in
	// this list. Each may refer to earlier ones only. A shared subtree is
	// evaluated once however often it is referred to.
	Shared []Rel
	// Root produces the result.
	Root Rel
	// Names are the result's column names, one for each of Root's columns.
	Names []string
}

// Rel is a relational operator.
type Rel interface {
	// Types are the output columns' types.
	Types() []types.Type
	// Inputs are the relations that this one reads, in order.
	Inputs() []Rel
	// WithInputs is the same operator over other inputs, which have the same
	// types. REQUIRES: as many as Inputs returns.
	WithInputs(inputs []Rel) Rel
	// Expressions are what the operator itself evaluates, in an order of its own;
	// what may be missing is not among them where it is.
	Expressions() []Expr
	// WithExpressions is the same operator with other expressions of the same
	// types. REQUIRES: as many as Expressions returns.
	WithExpressions(exprs []Expr) Rel
}

// Column is a named, typed column of a table.
type Column struct {
	Name string
	Type types.Type
}

// Read scans a named table: {dataset, table} of the catalog, {SentTable, name},
// or {SubplanTable, id} in a merge plan.
type Read struct {
	Table []string
	// Columns are those that are read, in output order; a table's column may be
	// left out, but not appear twice. It may be empty: then only rows count.
	Columns []Column
	// Filter is a condition over Columns that the scan applies; nil keeps all.
	Filter Expr
	// Scan, if not 0, is the read's number in its plan, which it keeps through
	// rewrites. Nobody is told of it.
	Scan int
}

// SubplanTable is the first part of the name of a table that stands for a
// subplan's output.
const SubplanTable = "$subplan"

// SentTable is the first part of the name of a table of rows that come with the
// plan to whoever runs it.
const SentTable = "$sent"

// IsSent tells whether a read is one of rows that come with the plan.
func (r *Read) IsSent() bool { return len(r.Table) == 2 && r.Table[0] == SentTable }

// Values is a table of literal rows, possibly none.
type Values struct {
	Columns []types.Type
	// Rows hold expressions without field references, one a column.
	Rows [][]Expr
}

// Filter keeps the rows for which Cond is true.
type Filter struct {
	Input Rel
	Cond  Expr
}

// Project computes Exprs; it outputs nothing else.
type Project struct {
	Input Rel
	Exprs []Expr
}

// Aggregate groups its input. Its columns are the group expressions, the
// measures, and, if there is more than one grouping set, a BIGINT that says
// which of Sets the row belongs to.
type Aggregate struct {
	Input  Rel
	Groups []Expr
	// Sets are the grouping sets as indices into Groups; nil means one set of
	// all of them. A group that a row's set leaves out is NULL.
	Sets     [][]int
	Measures []Measure
}

// Measure is an aggregate function's call.
type Measure struct {
	// Func is DuckDB's name.
	Func     string
	Args     []Expr
	Distinct bool
	// Filter, if not nil, chooses the rows that count.
	Filter Expr
	// OrderBy is the order in which rows are fed to the function.
	OrderBy []SortKey
	Type    types.Type
}

// JoinKind says which rows a join emits.
type JoinKind uint8

// The kinds of joins. The one-sided kinds output the left input's columns
// alone, LeftMark those and a BOOLEAN.
const (
	Inner JoinKind = iota
	Left
	Right
	Full
	// LeftSemi keeps left rows that have a match.
	LeftSemi
	// LeftAnti keeps left rows that have none (NULL conditions do not match).
	LeftAnti
	// LeftSingle is Left, but it is an error when a left row has two matches.
	LeftSingle
	// LeftMark appends, in three-valued logic, whether a left row has a match:
	// true if some condition is true, else NULL if some is NULL, else false.
	LeftMark
)

// Join combines two inputs; a nil Cond is true.
type Join struct {
	Kind        JoinKind
	Left, Right Rel
	Cond        Expr
}

// SortKey is one key of an order.
type SortKey struct {
	Expr       Expr
	Descending bool
	NullsFirst bool
}

// Sort orders its input.
type Sort struct {
	Input Rel
	Keys  []SortKey
}

// Fetch skips Offset rows and passes on at most Count; nil is none and all.
// Both are BIGINT expressions without field references.
type Fetch struct {
	Input         Rel
	Offset, Count Expr
}

// SetKind is a set operation.
type SetKind uint8

// The set operations; the All kinds keep duplicates.
const (
	UnionAll SetKind = iota
	UnionDistinct
	ExceptAll
	ExceptDistinct
	IntersectAll
	IntersectDistinct
)

// SetOp combines two or more inputs of the same types, from the left.
type SetOp struct {
	Kind SetKind
	Rels []Rel
}

// Reference reads a shared subtree.
type Reference struct {
	Ordinal int
	Columns []types.Type
}

// Types implements Rel.
func (r *Read) Types() []types.Type {
	out := make([]types.Type, len(r.Columns))
	for i, c := range r.Columns {
		out[i] = c.Type
	}
	return out
}

// Types implements Rel.
func (v *Values) Types() []types.Type { return v.Columns }

// Types implements Rel.
func (f *Filter) Types() []types.Type { return f.Input.Types() }

// Types implements Rel.
func (p *Project) Types() []types.Type { return exprTypes(p.Exprs) }

// Types implements Rel.
func (a *Aggregate) Types() []types.Type {
	out := exprTypes(a.Groups)
	for _, m := range a.Measures {
		out = append(out, m.Type)
	}
	if len(a.Sets) > 1 {
		out = append(out, types.Of(types.BigInt))
	}
	return out
}

// Types implements Rel.
func (j *Join) Types() []types.Type {
	left := j.Left.Types()
	switch j.Kind {
	case LeftSemi, LeftAnti:
		return left
	case LeftMark:
		return append(left[:len(left):len(left)], types.Of(types.Boolean))
	}
	return append(left[:len(left):len(left)], j.Right.Types()...)
}

// Types implements Rel.
func (s *Sort) Types() []types.Type { return s.Input.Types() }

// Types implements Rel.
func (f *Fetch) Types() []types.Type { return f.Input.Types() }

// Types implements Rel.
func (s *SetOp) Types() []types.Type { return s.Rels[0].Types() }

// Types implements Rel.
func (r *Reference) Types() []types.Type { return r.Columns }

// Inputs implements Rel.
func (r *Read) Inputs() []Rel { return nil }

// Inputs implements Rel.
func (v *Values) Inputs() []Rel { return nil }

// Inputs implements Rel.
func (f *Filter) Inputs() []Rel { return []Rel{f.Input} }

// Inputs implements Rel.
func (p *Project) Inputs() []Rel { return []Rel{p.Input} }

// Inputs implements Rel.
func (a *Aggregate) Inputs() []Rel { return []Rel{a.Input} }

// Inputs implements Rel.
func (j *Join) Inputs() []Rel { return []Rel{j.Left, j.Right} }

// Inputs implements Rel.
func (s *Sort) Inputs() []Rel { return []Rel{s.Input} }

// Inputs implements Rel.
func (f *Fetch) Inputs() []Rel { return []Rel{f.Input} }

// Inputs implements Rel.
func (s *SetOp) Inputs() []Rel { return s.Rels }

// Inputs implements Rel.
func (r *Reference) Inputs() []Rel { return nil }

// WithInputs implements Rel.
func (r *Read) WithInputs([]Rel) Rel { return r }

// WithInputs implements Rel.
func (v *Values) WithInputs([]Rel) Rel { return v }

// WithInputs implements Rel.
func (f *Filter) WithInputs(in []Rel) Rel { c := *f; c.Input = in[0]; return &c }

// WithInputs implements Rel.
func (p *Project) WithInputs(in []Rel) Rel { c := *p; c.Input = in[0]; return &c }

// WithInputs implements Rel.
func (a *Aggregate) WithInputs(in []Rel) Rel { c := *a; c.Input = in[0]; return &c }

// WithInputs implements Rel.
func (j *Join) WithInputs(in []Rel) Rel { c := *j; c.Left, c.Right = in[0], in[1]; return &c }

// WithInputs implements Rel.
func (s *Sort) WithInputs(in []Rel) Rel { c := *s; c.Input = in[0]; return &c }

// WithInputs implements Rel.
func (f *Fetch) WithInputs(in []Rel) Rel { c := *f; c.Input = in[0]; return &c }

// WithInputs implements Rel.
func (s *SetOp) WithInputs(in []Rel) Rel { c := *s; c.Rels = in; return &c }

// WithInputs implements Rel.
func (r *Reference) WithInputs([]Rel) Rel { return r }

// ChoosesColumns is true if the projection computes nothing: it drops, repeats
// or reorders columns.
func (p *Project) ChoosesColumns() bool {
	for _, e := range p.Exprs {
		if _, ok := e.(*Field); !ok {
			return false
		}
	}
	return true
}

// FieldsOf are references to all columns of an input with these types.
func FieldsOf(ts []types.Type) []Expr {
	out := make([]Expr, len(ts))
	for i, t := range ts {
		out[i] = &Field{Index: i, Of: t}
	}
	return out
}

func exprTypes(exprs []Expr) []types.Type {
	out := make([]types.Type, len(exprs))
	for i, e := range exprs {
		out[i] = e.Type()
	}
	return out
}
