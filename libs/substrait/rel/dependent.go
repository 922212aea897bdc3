package rel

import "github.com/shoal-db/shoal/libs/substrait/types"

// DependentJoin is a correlated subquery after decorrelation: a join whose
// right side reads, through Outer relations with the same ID, the distinct
// values of Keys over the left side. Its condition compares those values with
// the right side's, so that restricting the left side restricts both.
//
// It exists between binding and splitting only: rewrites can push through it
// what they could not push into a shared subtree. Substrait has no such
// relation; rewrite.LowerDependent turns it into Shared and Reference.
type DependentJoin struct {
	Join
	ID   int
	Keys []Expr
}

// Outer reads the distinct key values of the DependentJoin with the same ID,
// in whose right side it stands.
type Outer struct {
	ID      int
	Columns []types.Type
}

// WithInputs implements Rel.
func (d *DependentJoin) WithInputs(in []Rel) Rel {
	c := *d
	c.Left, c.Right = in[0], in[1]
	return &c
}

// Types implements Rel.
func (o *Outer) Types() []types.Type { return o.Columns }

// Inputs implements Rel.
func (o *Outer) Inputs() []Rel { return nil }

// WithInputs implements Rel.
func (o *Outer) WithInputs([]Rel) Rel { return o }
