package rel

import "github.com/shoal-db/shoal/libs/substrait/types"

// Subquery is a relation that stands for a value in an expression, evaluated for each row of the
// input that the expression is over.
//
// It exists between decoding and binding only: the binder turns it into joins, as it does with
// SQL's subqueries. No rewrite sees it, and Substrait written by us has none.
type Subquery struct {
	Kind SubqueryKind
	// Op is the comparison of AnySubquery and AllSubquery: Eq, Ne, Lt, Le, Gt or Ge.
	Op string
	// Left is what is looked for or compared: one value, of InSubquery one for each of the input's
	// columns, of the other kinds none.
	Left []Expr
	// Input may hold OuterFields.
	Input Rel
	Of    types.Type
}

// SubqueryKind says which value a subquery has.
type SubqueryKind uint8

// The kinds of subqueries.
const (
	// ScalarSubquery is the one row's one column; NULL if there is no row.
	ScalarSubquery SubqueryKind = iota
	// ExistsSubquery is whether there is a row.
	ExistsSubquery
	// InSubquery is `(Left…) IN (Input)` in three-valued logic.
	InSubquery
	// AnySubquery and AllSubquery are `Left Op ANY (Input)` and `Left Op ALL (Input)`.
	AnySubquery
	AllSubquery
)

// OuterField is a column of the rows for which a subquery is evaluated. It stands within the
// subquery's Input.
type OuterField struct {
	// Steps is how many subqueries out the row is, from 1.
	Steps int
	Index int
	Of    types.Type
}

// Type implements Expr.
func (s *Subquery) Type() types.Type { return s.Of }

// Type implements Expr.
func (o *OuterField) Type() types.Type { return o.Of }

// Children implements Expr.
func (s *Subquery) Children() []Expr { return s.Left }

// Children implements Expr.
func (o *OuterField) Children() []Expr { return nil }

// WithChildren implements Expr.
func (s *Subquery) WithChildren(ch []Expr) Expr { n := *s; n.Left = ch; return &n }

// WithChildren implements Expr.
func (o *OuterField) WithChildren([]Expr) Expr { return o }
