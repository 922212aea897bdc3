package rewrite

import (
	"github.com/shoal-db/shoal/libs/substrait/facts"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// outcome is a set of what an expression may come to. Of conditions that is
// true, false or NULL; other expressions that are not NULL count as both.
type outcome uint8

const (
	mayBeTrue outcome = 1 << iota
	mayBeFalse
	mayBeNull

	someValue = mayBeTrue | mayBeFalse
	anything  = someValue | mayBeNull
)

// outcomeOf is what e may come to where the fields for which null is true are
// NULL. What is not understood may be anything.
func outcomeOf(e rel.Expr, null func(field int) bool) outcome {
	switch e := e.(type) {
	case *rel.Field:
		if null(e.Index) {
			return mayBeNull
		}
	case *rel.Literal:
		return outcomeOfLiteral(e)
	case *rel.Cast:
		// A cast may make NULL of a value (such as JSON's null), never the reverse.
		if outcomeOf(e.Input, null) == mayBeNull {
			return mayBeNull
		}
	case *rel.Case:
		return outcomeOfCase(e, null)
	case *rel.In:
		if len(e.Options) > 0 && outcomeOf(e.Value, null) == mayBeNull {
			return mayBeNull
		}
	case *rel.Call:
		return outcomeOfCall(e, null)
	}
	return anything
}

func outcomeOfLiteral(l *rel.Literal) outcome {
	if l.Value == nil {
		return mayBeNull
	}
	if b, ok := l.Value.(bool); ok && l.Of.ID == types.Boolean {
		if b {
			return mayBeTrue
		}
		return mayBeFalse
	}
	return someValue
}

func outcomeOfCase(c *rel.Case, null func(int) bool) outcome {
	var out outcome
	for _, w := range c.Whens {
		on := outcomeOf(w.Cond, null)
		if on&mayBeTrue != 0 {
			out |= outcomeOf(w.Then, null)
		}
		if on == mayBeTrue {
			return out
		}
	}
	if c.Else == nil {
		return out | mayBeNull
	}
	return out | outcomeOf(c.Else, null)
}

func outcomeOfCall(c *rel.Call, null func(int) bool) outcome {
	args := make([]outcome, len(c.Args))
	for i, a := range c.Args {
		args[i] = outcomeOf(a, null)
	}
	switch c.Func {
	case rel.And:
		return foldOutcomes(args, mayBeFalse, mayBeTrue)
	case rel.Or:
		return foldOutcomes(args, mayBeTrue, mayBeFalse)
	case rel.Not:
		return negated(args[0])
	case rel.IsNull:
		return nullness(args[0], mayBeTrue, mayBeFalse)
	case rel.IsNotNull:
		return nullness(args[0], mayBeFalse, mayBeTrue)
	case rel.DistinctFrom, rel.NotDistinctFrom:
		return outcomeOfDistinct(args[0], args[1], c.Func == rel.DistinctFrom)
	case rel.Coalesce:
		var out outcome
		for _, a := range args {
			out |= a &^ mayBeNull
			if a&mayBeNull == 0 {
				return out
			}
		}
		return out | mayBeNull
	}
	if !facts.IsStrict(c) {
		return anything
	}
	for _, a := range args {
		if a == mayBeNull {
			return mayBeNull
		}
	}
	return anything
}

// foldOutcomes is AND (decides is false) or OR (decides is true) of outcomes.
func foldOutcomes(args []outcome, decides, neutral outcome) outcome {
	out := neutral
	for _, a := range args {
		next := (out | a) & decides
		if out&neutral != 0 && a&neutral != 0 {
			next |= neutral
		}
		if out&mayBeNull != 0 && a&(mayBeNull|neutral) != 0 || a&mayBeNull != 0 && out&(mayBeNull|neutral) != 0 {
			next |= mayBeNull
		}
		out = next
	}
	return out
}

func negated(a outcome) outcome {
	out := a & mayBeNull
	if a&mayBeTrue != 0 {
		out |= mayBeFalse
	}
	if a&mayBeFalse != 0 {
		out |= mayBeTrue
	}
	return out
}

func nullness(a, ifNull, ifValue outcome) outcome {
	var out outcome
	if a&mayBeNull != 0 {
		out |= ifNull
	}
	if a&someValue != 0 {
		out |= ifValue
	}
	return out
}

func outcomeOfDistinct(a, b outcome, distinct bool) outcome {
	same, differ := mayBeTrue, mayBeFalse
	if distinct {
		same, differ = differ, same
	}
	switch {
	case a == mayBeNull && b == mayBeNull:
		return same
	case a == mayBeNull && b&mayBeNull == 0, b == mayBeNull && a&mayBeNull == 0:
		return differ
	}
	return same | differ
}

// rejectsNulls is true of conditions that cannot be true where these fields are
// NULL.
func rejectsNulls(cond rel.Expr, null func(field int) bool) bool {
	return outcomeOf(cond, null)&mayBeTrue == 0
}
