package rel

import "github.com/shoal-db/shoal/libs/substrait/types"

// AsOf joins each left row with the one right row, of those that Cond allows,
// that is nearest by its comparison. Cond is a conjunction with exactly one
// comparison of order (<, <=, >, >=) of an expression of the left side with one
// of the right; the rest are equalities of such. Kind is Inner, Left, Right or
// Full.
type AsOf struct {
	Kind        JoinKind
	Left, Right Rel
	Cond        Expr
}

// Positional puts the rows of its inputs side by side, the first with the
// first, the shorter one followed by NULLs.
type Positional struct {
	Left, Right Rel
}

// SampleMethod is how a Sample chooses.
type SampleMethod uint8

// The methods of samples.
const (
	// SystemSample takes or leaves runs of rows.
	SystemSample SampleMethod = iota
	// BernoulliSample takes or leaves each row by itself.
	BernoulliSample
	// ReservoirSample takes an exact number of rows.
	ReservoirSample
)

// Sample passes on some of its input's rows.
type Sample struct {
	Input  Rel
	Method SampleMethod
	// Percent is the share of rows to take, unless Rows is given.
	Percent float64
	Rows    *int64
	// Seed, if not nil, makes the choice the same each time for the same rows in
	// the same order.
	Seed *int64
}

// Types implements Rel.
func (a *AsOf) Types() []types.Type { return sideBySide(a.Left, a.Right) }

// Types implements Rel.
func (p *Positional) Types() []types.Type { return sideBySide(p.Left, p.Right) }

// Types implements Rel.
func (s *Sample) Types() []types.Type { return s.Input.Types() }

func sideBySide(left, right Rel) []types.Type {
	l := left.Types()
	return append(l[:len(l):len(l)], right.Types()...)
}

// Inputs implements Rel.
func (a *AsOf) Inputs() []Rel { return []Rel{a.Left, a.Right} }

// Inputs implements Rel.
func (p *Positional) Inputs() []Rel { return []Rel{p.Left, p.Right} }

// Inputs implements Rel.
func (s *Sample) Inputs() []Rel { return []Rel{s.Input} }

// WithInputs implements Rel.
func (a *AsOf) WithInputs(in []Rel) Rel { c := *a; c.Left, c.Right = in[0], in[1]; return &c }

// WithInputs implements Rel.
func (p *Positional) WithInputs(in []Rel) Rel { return &Positional{Left: in[0], Right: in[1]} }

// WithInputs implements Rel.
func (s *Sample) WithInputs(in []Rel) Rel { c := *s; c.Input = in[0]; return &c }

var sampleNames = map[SampleMethod]string{
	SystemSample: "system", BernoulliSample: "bernoulli", ReservoirSample: "reservoir",
}

// String is the method's name.
func (m SampleMethod) String() string { return sampleNames[m] }
