package functions

import (
	"slices"
	"strings"

	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

type (
	scalarBuilder    func(*building) (rel.Expr, error)
	aggregateBuilder func(*building) (Aggregation, error)
)

// building is one call on its way into DuckDB's terms.
type building struct {
	*Function
	entry  *entry
	call   *Call
	enums  []string
	values []rel.Expr
	chosen map[string]string
}

func (b *building) prepare() error {
	for _, a := range b.call.Args {
		if a.Value != nil {
			b.values = append(b.values, a.Value)
		} else {
			b.enums = append(b.enums, strings.ToUpper(a.Enum))
		}
	}
	return b.choose()
}

// choose takes, for each option that the call names, the first preference that is supported.
func (b *building) choose() error {
	b.chosen = map[string]string{}
	for _, asked := range b.call.Options {
		name := strings.ToLower(asked.Name)
		i := slices.IndexFunc(b.entry.options, func(o option) bool { return o.name == name })
		if i < 0 {
			return b.invalid("%s has no option %q that DuckDB could follow", b.name, asked.Name)
		}
		accepted := b.entry.options[i].accepted
		at := slices.IndexFunc(asked.Preference, func(p string) bool {
			return slices.Contains(accepted, strings.ToUpper(p))
		})
		if at < 0 {
			return b.invalid("%s cannot be had with %s = %s, only with %s",
				b.name, name, strings.Join(asked.Preference, " or "), strings.Join(accepted, " or "))
		}
		b.chosen[name] = strings.ToUpper(asked.Preference[at])
	}
	return nil
}

// option is what was chosen for an option, or what DuckDB does by itself.
func (b *building) option(name string) string {
	if v, ok := b.chosen[name]; ok {
		return v
	}
	for _, o := range b.entry.options {
		if o.name == name {
			return o.accepted[0]
		}
	}
	return ""
}

func (b *building) noEnums() error {
	if len(b.enums) > 0 {
		return b.invalid("%s takes no enum argument, but %s is given", b.name, b.enums[0])
	}
	return nil
}

func (b *building) scalar() (rel.Expr, error) {
	if err := b.prepare(); err != nil {
		return nil, err
	}
	if b.entry.scalar != nil {
		return b.entry.scalar(b)
	}
	if err := b.noEnums(); err != nil {
		return nil, err
	}
	return b.plain()
}

// plain is the call of the entry's function; its type is invalid if it is not known.
func (b *building) plain() (*rel.Call, error) {
	of, err := b.resultOf(b.values)
	return &rel.Call{Func: b.entry.duck, Args: b.values, Of: of}, err
}

// resultOf is DuckDB's type of the entry's function for these arguments; invalid if it is not
// known, but the producer states one.
func (b *building) resultOf(args []rel.Expr) (types.Type, error) {
	if of, ok := b.entry.result(typesOf(args)); ok {
		return of, nil
	}
	if b.call.Output.ID != types.Invalid || b.call.ResultType == nil {
		return types.Type{}, nil
	}
	return b.call.ResultType(b.kind, b.entry.duck, args)
}

func (b *building) aggregation() (Aggregation, error) {
	if err := b.prepare(); err != nil {
		return Aggregation{}, err
	}
	if b.entry.aggregate != nil {
		return b.entry.aggregate(b)
	}
	if err := b.noEnums(); err != nil {
		return Aggregation{}, err
	}
	return b.plainAggregation(b.entry.duck), nil
}

func (b *building) plainAggregation(duck string) Aggregation {
	agg := Aggregation{Func: duck, Args: b.values}
	if of, ok := b.entry.result(typesOf(b.values)); ok {
		agg.Of = of
	}
	return agg
}

func typesOf(exprs []rel.Expr) []types.Type {
	out := make([]types.Type, len(exprs))
	for i, e := range exprs {
		out[i] = e.Type()
	}
	return out
}

// The rest are the builders that the table names.

func call(name string, id types.ID, args ...rel.Expr) *rel.Call {
	return &rel.Call{Func: name, Args: args, Of: types.Of(id)}
}

func callAs(name string, of types.Type, args ...rel.Expr) *rel.Call {
	return &rel.Call{Func: name, Args: args, Of: of}
}

func bigint(x rel.Expr) rel.Expr { return castTo(x, types.BigInt) }

func castTo(x rel.Expr, id types.ID) rel.Expr {
	if x.Type().ID == id {
		return x
	}
	return &rel.Cast{Input: x, To: types.Of(id)}
}

// junction is AND or OR of any number of arguments.
func junction(b *building) (rel.Expr, error) {
	switch len(b.values) {
	case 0:
		return rel.Bool(b.entry.duck == rel.And), nil
	case 1:
		return b.values[0], nil
	}
	return rel.Bools(b.entry.duck, b.values...), nil
}

func andNot(b *building) (rel.Expr, error) {
	return rel.Bools(rel.And, b.values[0], rel.Bools(rel.Not, b.values[1])), nil
}

// truth compares with a constant so that NULL counts as different: x IS TRUE and its kin.
func truth(compare string, value bool) scalarBuilder {
	return func(b *building) (rel.Expr, error) {
		return rel.Bools(compare, b.values[0], rel.Bool(value)), nil
	}
}

func between(b *building) (rel.Expr, error) {
	v := b.values
	return rel.Bools(rel.And, rel.Bools(rel.Ge, v[0], v[1]), rel.Bools(rel.Le, v[0], v[2])), nil
}

func nullIf(b *building) (rel.Expr, error) {
	x, y := b.values[0], b.values[1]
	return &rel.Case{
		Whens: []rel.When{{Cond: rel.Bools(rel.Eq, x, y), Then: rel.Null(x.Type())}},
		Else:  x, Of: x.Type(),
	}, nil
}

// strict is a function of DuckDB's that skips NULLs, made NULL where an argument is.
func strict(b *building) (rel.Expr, error) {
	isNull := make([]rel.Expr, len(b.values))
	for i, v := range b.values {
		isNull[i] = rel.Bools(rel.IsNull, v)
	}
	cond := isNull[0]
	if len(isNull) > 1 {
		cond = rel.Bools(rel.Or, isNull...)
	}
	of, ok := sameType(typesOf(b.values))
	if !ok {
		if of = b.call.Output; of.ID == types.Invalid && b.call.ResultType != nil {
			var err error
			if of, err = b.call.ResultType(b.kind, b.entry.duck, b.values); err != nil {
				return nil, err
			}
		}
	}
	return &rel.Case{
		Whens: []rel.When{{Cond: cond, Then: rel.Null(of)}},
		Else:  callAs(b.entry.duck, of, b.values...), Of: of,
	}, nil
}

// swapped is a call with its two arguments the other way round.
func swapped(b *building) (rel.Expr, error) {
	if err := b.noEnums(); err != nil {
		return nil, err
	}
	b.values[0], b.values[1] = b.values[1], b.values[0]
	return b.plain()
}

func logOnePlus(b *building) (rel.Expr, error) {
	one := &rel.Literal{Of: types.Of(types.Double), Value: float64(1)}
	return call("ln", types.Double, call("+", types.Double, one, castTo(b.values[0], types.Double))), nil
}

func indexIn(b *building) (rel.Expr, error) {
	found := call("list_position", types.Integer, b.values[1], b.values[0])
	zero := &rel.Literal{Of: types.Of(types.Integer), Value: int64(0)}
	place := &rel.Case{
		Whens: []rel.When{{Cond: rel.Bools(rel.Gt, found, zero), Then: bigint(found)}},
		Of:    types.Of(types.BigInt),
	}
	return call("-", types.BigInt, place, rel.Int(1)), nil
}

// power is an error for what is not a real number, or too large, where the call asks for one: DuckDB gives NaN and
// infinity.
func power(b *building) (rel.Expr, error) {
	if err := b.noEnums(); err != nil {
		return nil, err
	}
	double := types.Of(types.Double)
	out := call("pow", types.Double, castTo(b.values[0], types.Double), castTo(b.values[1], types.Double))
	failed := func(name, why string) rel.When {
		raised := &rel.Call{Func: "error", Args: []rel.Expr{rel.Str(why)}, Of: types.Of(types.SQLNull)}
		return rel.When{Cond: rel.Bools(name, out), Then: &rel.Cast{Input: raised, To: double}}
	}
	var whens []rel.When
	if b.option("complex_number_result") == "ERROR" {
		whens = append(whens, failed("isnan", "power: the result is no real number"))
	}
	if b.option("overflow") == "ERROR" {
		whens = append(whens, failed("isinf", "power: the result is too large"))
	}
	if len(whens) == 0 {
		return out, nil
	}
	return &rel.Case{Whens: whens, Else: out, Of: double}, nil
}

func factorial(b *building) (rel.Expr, error) {
	return call("factorial", types.HugeInt, castTo(b.values[0], types.Integer)), nil
}

func countBuilder(b *building) (Aggregation, error) {
	if err := b.noEnums(); err != nil {
		return Aggregation{}, err
	}
	name := "count"
	if len(b.values) == 0 {
		name = "count_star"
	}
	return Aggregation{Func: name, Args: b.values, Of: types.Of(types.BigInt)}, nil
}

func sumOrZero(b *building) (Aggregation, error) {
	agg := b.plainAggregation("sum")
	agg.Finish = func(x rel.Expr) rel.Expr {
		zero := &rel.Cast{Input: rel.Int(0), To: x.Type()}
		return callAs(rel.Coalesce, x.Type(), x, zero)
	}
	return agg, nil
}

// spread picks between the sample's and the population's function, which the standard tells apart
// by an option or, later, by an enum argument.
func spread(sample, population string) aggregateBuilder {
	return func(b *building) (Aggregation, error) {
		which := b.option("distribution")
		if len(b.enums) > 0 {
			which = b.enums[0]
		}
		switch which {
		case "SAMPLE":
			return b.plainAggregation(sample), nil
		case "POPULATION":
			return b.plainAggregation(population), nil
		}
		return Aggregation{}, b.invalid("%s is of a SAMPLE or a POPULATION, not of %s", b.name, which)
	}
}

func anyValue(b *building) (Aggregation, error) {
	if b.option("ignore_nulls") == "FALSE" {
		return b.plainAggregation("first"), nil
	}
	return b.plainAggregation("any_value"), nil
}

func median(b *building) (Aggregation, error) {
	if len(b.enums) > 1 || len(b.enums) == 1 && b.enums[0] != "EXACT" && b.enums[0] != "APPROXIMATE" {
		return Aggregation{}, b.invalid("the median is EXACT or APPROXIMATE, not %s", strings.Join(b.enums, ", "))
	}
	return b.plainAggregation("median"), nil
}
