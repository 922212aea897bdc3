// Package pruning owns the decision which chunks of a table a query need not read.
//
// Invariant, from which everything here follows: a chunk is dropped only if the predicate is true
// for none of the rows that its range and statistics allow. For every node and chunk two supersets
// of the truth are computed, "true is possible" and "false is possible" (NULL is the third and
// decides nothing: see eval.go), so a literal, a column or a node that is not understood can only
// keep chunks.
//
// It refuses to know expressions: the planner turns what it understands into a Predicate, and
// stands for column op literal being what the engine computes, casts included. Collations other
// than DuckDB's default must come as Unknown.
package pruning

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/shoal-db/shoal/libs/chunks/value"
)

// Predicate is a boolean expression over the columns of one table. Nil stands for true.
type Predicate interface {
	fmt.Stringer
	isPredicate()
}

// And is true if all are true; the empty And is true.
type And []Predicate

// Or is true if one is true; the empty Or is false.
type Or []Predicate

// Not is true if Of is false, and NULL if Of is.
type Not struct{ Of Predicate }

// Compare is Column Op Value, NULL if either is.
//
// Value is the literal as it is compared: after the casts that the engine's binder gave it, which in
// an IN list depend on the other items.
//
// A float literal against an integer or decimal column may be meant exactly or, as DuckDB does it,
// after the column was cast to the literal's type; chunks are kept if either reading may be true.
// The same goes for other numbers against a float column.
type Compare struct {
	// Column is an ordinal in the table's columns.
	Column int
	Op     Op
	Value  value.Value
}

// Distinct is Column IS DISTINCT FROM Value, with Not set IS NOT DISTINCT FROM; never NULL.
type Distinct struct {
	Column int
	Value  value.Value
	Not    bool
}

// In is Column IN (Values…): true if the column equals one; NULL if the column is, or if it equals
// none and HasNull says that the list has a NULL. Values are as in Compare.
type In struct {
	Column  int
	Values  []value.Value
	HasNull bool
}

// IsNull is Column IS NULL; never NULL itself.
type IsNull struct{ Column int }

// IsNotNull is Column IS NOT NULL; never NULL itself.
type IsNotNull struct{ Column int }

// Const is a constant.
type Const Truth

// Unknown is an expression that is not understood: it may be true, false or NULL in any row.
type Unknown struct{}

// Op is a comparison.
type Op uint8

// The comparisons.
const (
	Eq Op = iota
	Ne
	Lt
	Le
	Gt
	Ge
)

// Truth is a value of SQL's three-valued logic.
type Truth uint8

// The truth values.
const (
	False Truth = iota
	True
	NullTruth
)

func (And) isPredicate()       {}
func (Or) isPredicate()        {}
func (Not) isPredicate()       {}
func (Compare) isPredicate()   {}
func (Distinct) isPredicate()  {}
func (In) isPredicate()        {}
func (IsNull) isPredicate()    {}
func (IsNotNull) isPredicate() {}
func (Const) isPredicate()     {}
func (Unknown) isPredicate()   {}

var opNames = [...]string{Eq: "=", Ne: "<>", Lt: "<", Le: "<=", Gt: ">", Ge: ">="}

// String is the comparison in SQL.
func (o Op) String() string {
	if int(o) < len(opNames) {
		return opNames[o]
	}
	return "?"
}

// Flip returns the comparison with its sides exchanged: 5 >= x is x <= 5.
func (o Op) Flip() Op {
	switch o {
	case Lt:
		return Gt
	case Le:
		return Ge
	case Gt:
		return Lt
	case Ge:
		return Le
	}
	return o
}

// Format is the predicate in SQL, but that what is not understood is a question mark. name gives the
// name of a column.
func Format(p Predicate, name func(column int) string) string {
	switch p := p.(type) {
	case And:
		return join(p, " AND ", "true", name)
	case Or:
		return join(p, " OR ", "false", name)
	case Not:
		return "NOT " + Format(p.Of, name)
	case Compare:
		return fmt.Sprintf("%s %s %s", name(p.Column), p.Op, literal(p.Value))
	case Distinct:
		not := ""
		if p.Not {
			not = "NOT "
		}
		return fmt.Sprintf("%s IS %sDISTINCT FROM %s", name(p.Column), not, literal(p.Value))
	case In:
		return fmt.Sprintf("%s IN (%s)", name(p.Column), options(p))
	case IsNull:
		return name(p.Column) + " IS NULL"
	case IsNotNull:
		return name(p.Column) + " IS NOT NULL"
	case Const:
		return [...]string{"false", "true", "NULL"}[min(p, Const(NullTruth))]
	case Unknown:
		return "?"
	}
	return "true"
}

func join(ps []Predicate, with, empty string, name func(int) string) string {
	if len(ps) == 0 {
		return empty
	}
	parts := make([]string, len(ps))
	for i, p := range ps {
		parts[i] = Format(p, name)
	}
	return "(" + strings.Join(parts, with) + ")"
}

// options are the first values of an IN list.
func options(p In) string {
	var parts []string
	for i, v := range p.Values {
		if i == 8 {
			parts = append(parts, fmt.Sprintf("… %d more", len(p.Values)-i))
			break
		}
		parts = append(parts, literal(v))
	}
	if p.HasNull {
		parts = append(parts, "NULL")
	}
	return strings.Join(parts, ", ")
}

func literal(v value.Value) string {
	switch v.Kind() {
	case value.None, value.Null, value.Bool, value.Integer, value.Decimal, value.Float32, value.Float64:
		return v.String()
	}
	return "'" + strings.ReplaceAll(v.String(), "'", "''") + "'"
}

func ordinal(column int) string { return "#" + strconv.Itoa(column) }

func (p And) String() string       { return Format(p, ordinal) }
func (p Or) String() string        { return Format(p, ordinal) }
func (p Not) String() string       { return Format(p, ordinal) }
func (p Compare) String() string   { return Format(p, ordinal) }
func (p Distinct) String() string  { return Format(p, ordinal) }
func (p In) String() string        { return Format(p, ordinal) }
func (p IsNull) String() string    { return Format(p, ordinal) }
func (p IsNotNull) String() string { return Format(p, ordinal) }
func (p Const) String() string     { return Format(p, ordinal) }
func (p Unknown) String() string   { return Format(p, ordinal) }
