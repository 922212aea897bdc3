package rewrite

import (
	"fmt"
	"math"
	"math/big"

	"github.com/shoal-db/shoal/libs/platform/human"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

const (
	// maxFolded bounds what a constant's parts take while it is computed, beside what is written in it.
	maxFolded = 1 << 20
	// maxKept bounds a value that takes its expression's place in the plan, likewise: it goes to all workers.
	maxKept = 64 << 10
	// maxSlow bounds what a function is computed for that takes the square of it in time.
	maxSlow = 4 << 10
	// maxText and maxList bound a text and a list that constants say is made: with a greater one the query
	// fails where it needs the value. Nothing interrupts what a function does with it.
	maxText = 64 << 20
	maxList = 256 << 20
)

// grown says how many bytes a function's value has for these arguments: about, with sizes of the arguments,
// and at least, where the arguments themselves say so.
type grown struct {
	about func(g *growth, args []rel.Expr) float64
	least func(args []rel.Expr) float64
}

var (
	padded = grown{
		func(g *growth, args []rel.Expr) float64 { return g.size(args[0]) + 4*count(args[1]) },
		func(args []rel.Expr) float64 { return count(args[1]) },
	}
	series = grown{
		func(_ *growth, args []rel.Expr) float64 { return 16 * elements(args) },
		func(args []rel.Expr) float64 { return 8 * elements(args) },
	}
	resized = grown{
		func(g *growth, args []rel.Expr) float64 { return g.size(args[0]) + 16*count(args[1]) },
		func(args []rel.Expr) float64 { return count(args[1]) },
	}
	replaced = grown{about: func(g *growth, args []rel.Expr) float64 {
		return g.size(args[0]) * max(1, g.size(args[len(args)-1]), g.size(args[min(2, len(args)-1)]))
	}}
	// looped functions compute a lambda for each element.
	looped = grown{about: func(g *growth, args []rel.Expr) float64 {
		body := 0.0
		for _, a := range args[1:] {
			body += g.size(a)
		}
		return g.size(args[0]) / 8 * max(1, body)
	}}
)

// growersOf are the functions whose values are larger than their arguments are together. That of others that
// grow is found out by DuckDB, which may take little memory for folding.
var growersOf = map[string]*grown{
	"repeat": {
		about: func(g *growth, args []rel.Expr) float64 { return g.size(args[0]) * count(args[1]) },
		least: func(args []rel.Expr) float64 { return least(args[0]) * count(args[1]) },
	},
	"bitstring": {
		about: func(g *growth, args []rel.Expr) float64 { return g.size(args[0]) + count(args[1])/8 },
		least: func(args []rel.Expr) float64 { return count(args[1]) / 8 },
	},
	"factorial": {about: func(_ *growth, args []rel.Expr) float64 { return 4 * count(args[0]) }},
	"lpad":      &padded, "rpad": &padded,
	"range": &series, "generate_series": &series,
	"list_resize": &resized, "array_resize": &resized,
	"regexp_replace": &replaced, "replace": &replaced,
	"list_transform": &looped, "array_transform": &looped, "list_apply": &looped, "array_apply": &looped, "apply": &looped,
	"list_filter": &looped, "array_filter": &looped, "filter": &looped,
	"list_reduce": &looped, "array_reduce": &looped, "reduce": &looped,
}

// growers is growersOf; the functions in it look at it, too.
var growers map[string]*grown

func init() { growers = growersOf }

// grower is what is known of how a call's value grows; nil if that is nothing.
func grower(c *rel.Call) *grown {
	fewest := 2
	if c.Func == "range" || c.Func == "generate_series" || c.Func == "factorial" {
		fewest = 1
	}
	if len(c.Args) < fewest {
		return nil
	}
	return growers[c.Func]
}

// slow functions take time that grows with the square of their arguments' sizes.
var slow = map[string]bool{
	"levenshtein": true, "editdist3": true, "damerau_levenshtein": true, "jaro_similarity": true, "jaro_winkler_similarity": true,
}

// growth estimates sizes of constant expressions, in bytes.
type growth struct {
	// tooSlow says that a function was met that takes too long.
	tooSlow bool
	most    float64
}

// cheap tells whether a constant expression is quick to compute, and small.
func cheap(e rel.Expr) bool {
	g := &growth{}
	g.size(e)
	return !g.tooSlow && g.most <= maxFolded+16*written(e)
}

// size estimates a value's size, and takes note of the largest on the way.
func (g *growth) size(e rel.Expr) float64 {
	size := 0.0
	switch e := e.(type) {
	case *rel.Literal:
		size = literalBytes(e.Value)
	case *rel.Call:
		size = g.call(e)
	default:
		for _, c := range e.Children() {
			size += g.size(c)
		}
		size += 16
	}
	g.most = max(g.most, size)
	return size
}

func (g *growth) call(c *rel.Call) float64 {
	sum := 64.0
	for _, a := range c.Args {
		sum += g.size(a)
	}
	if slow[c.Func] && sum > maxSlow {
		g.tooSlow = true
	}
	if f := grower(c); f != nil {
		return max(sum, f.about(g, c.Args))
	}
	return sum
}

// written is how much of an expression is written in it.
func written(e rel.Expr) float64 {
	if l, ok := e.(*rel.Literal); ok {
		return literalBytes(l.Value)
	}
	sum := 16.0
	for _, c := range e.Children() {
		sum += written(c)
	}
	return sum
}

// absurdity says why a call can have no value: its arguments say that it is too large.
func absurdity(e rel.Expr) string {
	noun, most := "a text", float64(maxText)
	if e.Type().ID == types.List || e.Type().ID == types.Array {
		noun, most = "a list", maxList
	}
	bytes := least(e)
	if bytes <= most {
		return ""
	}
	return fmt.Sprintf("%s() would make %s of %s of constants; the limit is %s", e.(*rel.Call).Func, noun,
		human.Bytes(int64(min(bytes, math.MaxInt64/2))), human.Bytes(int64(most)))
}

// refusal is an expression of e's type that raises an error.
func refusal(e rel.Expr, why string) rel.Expr {
	return &rel.Cast{Input: &rel.Call{Func: "error", Args: []rel.Expr{rel.Str(why)}, Of: types.Of(types.SQLNull)}, To: e.Type()}
}

// least is how large a value is at least, as far as literals say.
func least(e rel.Expr) float64 {
	switch e := e.(type) {
	case *rel.Literal:
		if text, ok := e.Value.(string); ok {
			return float64(len(text))
		}
	case *rel.Call:
		f := grower(e)
		if f == nil || f.least == nil {
			return 0
		}
		for _, a := range e.Args {
			if l, ok := a.(*rel.Literal); ok && l.Value == nil {
				return 0
			}
		}
		return f.least(e.Args)
	}
	return 0
}

// elements is how many a series of numbers has. Those of dates and times are not known.
func elements(args []rel.Expr) float64 {
	from, to, step := 0.0, 0.0, 1.0
	switch len(args) {
	case 1:
		to = count(args[0])
	case 3:
		if step = number(args[2]); step == 0 {
			return 0
		}
		fallthrough
	default:
		from, to = number(args[0]), number(args[1])
	}
	if n := (to - from) / step; n > 0 && !math.IsInf(n, 0) {
		return n
	}
	return 0
}

// count is a number that is written, or 0.
func count(e rel.Expr) float64 { return max(0, number(e)) }

// number is an integer that is written; 0 if e is something else.
func number(e rel.Expr) float64 {
	switch e := e.(type) {
	case *rel.Cast:
		if e.Input.Type().IsInteger() {
			return number(e.Input)
		}
	case *rel.Literal:
		if !e.Of.IsInteger() {
			return 0
		}
		switch v := e.Value.(type) {
		case int64:
			return float64(v)
		case uint64:
			return float64(v)
		case *big.Int:
			f, _ := new(big.Float).SetInt(v).Float64()
			return f
		}
	}
	return 0
}

// literalBytes is about what a literal's value takes.
func literalBytes(v any) float64 {
	switch v := v.(type) {
	case string:
		return float64(len(v))
	case []byte:
		return float64(len(v))
	case []any:
		sum := 16.0
		for _, x := range v {
			sum += literalBytes(x)
		}
		return sum
	case rel.UnionValue:
		return 16 + literalBytes(v.Value)
	}
	return 16
}
