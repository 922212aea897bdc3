package rel

import "github.com/shoal-db/shoal/libs/substrait/types"

// Recursive is a recursive common table expression: the rows of Base, then
// those of Step over them, then those of Step over these, until Step gives
// none. Step reads the rows of the round before by Working with the same ID.
type Recursive struct {
	ID         int
	Base, Step Rel
	// Distinct leaves out rows that were there before (UNION).
	Distinct bool
	// Keys, if any, are columns of which each combination keeps its newest row
	// alone (USING KEY); the result is what is kept.
	Keys []int
}

// Working reads, in the Step of the Recursive with its ID, the rows of the
// round before; with Kept, which needs Keys, all that are kept so far.
type Working struct {
	ID      int
	Kept    bool
	Columns []types.Type
}

// Types implements Rel.
func (r *Recursive) Types() []types.Type { return r.Base.Types() }

// Inputs implements Rel.
func (r *Recursive) Inputs() []Rel { return []Rel{r.Base, r.Step} }

// WithInputs implements Rel.
func (r *Recursive) WithInputs(in []Rel) Rel { c := *r; c.Base, c.Step = in[0], in[1]; return &c }

// Types implements Rel.
func (w *Working) Types() []types.Type { return w.Columns }

// Inputs implements Rel.
func (w *Working) Inputs() []Rel { return nil }

// WithInputs implements Rel.
func (w *Working) WithInputs([]Rel) Rel { return w }
