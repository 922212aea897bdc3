package sqlgen

import (
	"math"
	"slices"
	"strings"

	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// between are the functions that are written between their two arguments.
var between = map[string]string{
	rel.Eq: "=", rel.Ne: "<>", rel.Lt: "<", rel.Le: "<=", rel.Gt: ">", rel.Ge: ">=",
	rel.DistinctFrom: "IS DISTINCT FROM", rel.NotDistinctFrom: "IS NOT DISTINCT FROM",
	"+": "+", "-": "-", "*": "*", "/": "/", "//": "//", "%": "%", "||": "||",
	"~~": "LIKE", "!~~": "NOT LIKE", "~~*": "ILIKE", "!~~*": "NOT ILIKE",
}

// around are the functions of one argument that are syntax: what stands before
// and after it.
var around = map[string][2]string{
	rel.Not: {"(NOT ", ")"}, rel.IsNull: {"(", " IS NULL)"}, rel.IsNotNull: {"(", " IS NOT NULL)"},
	"-": {"(- ", ")"}, "+": {"(+ ", ")"}, "try": {"TRY(", ")"},
}

func (x *exprSQL) call(c *rel.Call) (string, error) {
	sql, err := x.plainCall(c)
	if err != nil || natural(c) || !spellable(c.Of) {
		return sql, err
	}
	// A cast to the type that the call has anyway costs nothing.
	return castTo(sql, c.Of), nil
}

func (x *exprSQL) plainCall(c *rel.Call) (string, error) {
	if err := arity(c); err != nil {
		return "", err
	}
	switch c.Func {
	case rel.And, rel.Or:
		return x.junction(c)
	case rel.Coalesce:
		args, err := x.list(c.Args)
		return "COALESCE(" + strings.Join(args, ", ") + ")", err
	}
	if distinctFromConstant(c) {
		return x.distinctFromConstant(c)
	}
	if len(c.Args) == 2 {
		if word, ok := between[c.Func]; ok {
			return x.infix(c, word)
		}
	}
	args, err := x.list(withoutUnnamed(c.Args))
	if err != nil {
		return "", err
	}
	if words, ok := around[c.Func]; ok && len(args) == 1 {
		return words[0] + args[0] + words[1], nil
	}
	return function(c, args)
}

// withoutUnnamed leaves out casts to types that SQL cannot name: only DuckDB's
// binder makes them of a function's arguments, and it makes them again.
func withoutUnnamed(args []rel.Expr) []rel.Expr {
	out := make([]rel.Expr, len(args))
	for i, a := range args {
		out[i] = a
		if c, ok := a.(*rel.Cast); ok && !c.Try && !spellable(c.To) {
			if _, row := rowMembers(c); !row {
				out[i] = c.Input
			}
		}
	}
	return out
}

// distinctFromConstant tells whether a call compares with a constant that is not
// NULL by IS [NOT] DISTINCT FROM. Under OR, DuckDB 1.5.4 asks the statistics of
// Parquet files whether `x IS DISTINCT FROM 5` can hold, and takes row groups in
// which x is NULL, or 5 or NULL, for ones in which it cannot: rows are lost.
func distinctFromConstant(c *rel.Call) bool {
	if c.Func != rel.DistinctFrom && c.Func != rel.NotDistinctFrom {
		return false
	}
	for i := range 2 {
		lit, ok := c.Args[i].(*rel.Literal)
		if ok && lit.Value != nil && !c.Args[1-i].Type().IsNested() {
			return true
		}
	}
	return false
}

// distinctFromConstant says the same in a form that DuckDB does not ask
// statistics about.
func (x *exprSQL) distinctFromConstant(c *rel.Call) (string, error) {
	word, otherwise := "<>", "true"
	if c.Func == rel.NotDistinctFrom {
		word, otherwise = "=", "false"
	}
	sql, err := x.infix(c, word)
	return "COALESCE(" + sql + ", " + otherwise + ")", err
}

// arity refuses calls of what is syntax with the wrong number of arguments.
func arity(c *rel.Call) error {
	want := -1
	switch c.Func {
	case rel.And, rel.Or, rel.Coalesce:
		if len(c.Args) == 0 {
			want = 1
		}
	case rel.Eq, rel.Ne, rel.Lt, rel.Le, rel.Gt, rel.Ge, rel.DistinctFrom, rel.NotDistinctFrom:
		want = 2
	case rel.Not, rel.IsNull, rel.IsNotNull, "try":
		want = 1
	}
	if want >= 0 && len(c.Args) != want {
		return invalid("%s of %d arguments", c.Func, len(c.Args))
	}
	return nil
}

// junction flattens nested ANDs and ORs: DuckDB counts their depth.
func (x *exprSQL) junction(c *rel.Call) (string, error) {
	var parts []string
	var add func(e rel.Expr) error
	add = func(e rel.Expr) error {
		if inner, ok := e.(*rel.Call); ok && inner.Func == c.Func && len(inner.Args) > 0 {
			for _, a := range inner.Args {
				if err := add(a); err != nil {
					return err
				}
			}
			return nil
		}
		sql, err := x.expr(e)
		parts = append(parts, sql)
		return err
	}
	if err := add(c); err != nil {
		return "", err
	}
	if len(parts) == 1 {
		return parts[0], nil
	}
	return "(" + strings.Join(parts, " "+strings.ToUpper(c.Func)+" ") + ")", nil
}

func (x *exprSQL) infix(c *rel.Call, word string) (string, error) {
	left, right := c.Args[0], c.Args[1]
	if c.Of.ID == types.Decimal {
		left, right = asInteger(left), asInteger(right)
	}
	l, err := x.beside(left, right)
	if err != nil {
		return "", err
	}
	r, err := x.beside(right, left)
	if comparesText(left, right) || dayAndInfinity(left, right) || equalsTruncated(c.Func, left) {
		l = opaque(l)
	}
	if comparesText(right, left) || dayAndInfinity(right, left) || equalsTruncated(c.Func, right) {
		r = opaque(r)
	}
	return "(" + l + " " + word + " " + r + ")", err
}

// comparesText is true of a value that is cast to text and stands beside a constant. DuckDB 1.5 would cast the
// constant instead, and takes a row for one that does not differ where that fails.
func comparesText(e, other rel.Expr) bool {
	c, ok := e.(*rel.Cast)
	_, constant := other.(*rel.Literal)
	return ok && constant && c.To.ID == types.Varchar
}

// equalsTruncated is true of a truncated time that is asked to be equal, or not: where the other side is a constant that
// is not truncated, DuckDB 1.5 takes the answer for the same whatever the time is, also where it is NULL.
func equalsTruncated(function string, e rel.Expr) bool {
	switch function {
	case rel.Eq, rel.Ne, rel.DistinctFrom, rel.NotDistinctFrom:
	default:
		return false
	}
	for {
		cast, ok := e.(*rel.Cast)
		if !ok {
			break
		}
		e = cast.Input
	}
	c, ok := e.(*rel.Call)
	return ok && (c.Func == "date_trunc" || c.Func == "datetrunc")
}

// dayAndInfinity is true of a date that is taken for a time, and a time that never comes: DuckDB 1.5.6 would compare
// dates instead, and fails when it looks for the time of day.
func dayAndInfinity(a, b rel.Expr) bool {
	day, ok := a.(*rel.Cast)
	if !ok || day.Input.Type().ID != types.Date || day.To.ID != types.Timestamp {
		return false
	}
	l, ok := b.(*rel.Literal)
	if !ok {
		return false
	}
	v, ok := l.Value.(int64)
	return ok && (v == math.MaxInt64 || v == -math.MaxInt64)
}

// asInteger takes away a cast that DuckDB's decimal arithmetic does by itself,
// so that it is not done twice.
func asInteger(e rel.Expr) rel.Expr {
	c, ok := e.(*rel.Cast)
	if !ok || c.Try {
		return e
	}
	if as, ok := rel.DecimalOfInteger(c.Input.Type()); !ok || !as.Equal(c.To) {
		return e
	}
	if _, ok := c.Input.(*rel.Literal); ok {
		return e
	}
	return c.Input
}

// function is a call by name. Names are quoted, so that operators and keywords
// are names as well.
func function(c *rel.Call, args []string) (string, error) {
	switch c.Func {
	case "struct_pack", "row":
		if c.Of.ID != types.Struct || len(args) != len(c.Of.Fields) {
			return "", invalid("%s of %d arguments for %s", c.Func, len(args), c.Of)
		}
		return structSQL(args, c.Of), nil
	case "union_value":
		if c.Of.ID != types.Union || len(args) != 1 || len(c.Of.Fields) != 1 {
			return "", invalid("union_value for %s", c.Of)
		}
		return "union_value(" + named(args, c.Of.Fields)[0] + ")", nil
	case "array_slice", "list_slice":
		if sql, ok := openSlice(c, args); ok {
			return sql, nil
		}
	case "struct_insert":
		added := len(args) - 1
		if c.Of.ID != types.Struct || added < 1 || added > len(c.Of.Fields) {
			return "", invalid("struct_insert of %d arguments for %s", len(args), c.Of)
		}
		names := named(args[1:], c.Of.Fields[len(c.Of.Fields)-added:])
		return "struct_insert(" + args[0] + ", " + strings.Join(names, ", ") + ")", nil
	}
	return types.QuoteIdent(c.Func) + "(" + strings.Join(args, ", ") + ")", nil
}

// openSlice is a slice without a bound, as in l[2:], for which the bound plan has an
// empty list that the function itself does not take.
func openSlice(c *rel.Call, args []string) (string, bool) {
	open := func(i int) bool {
		l, ok := c.Args[i].(*rel.Literal)
		if !ok || l.Of.ID != types.List {
			return false
		}
		elements, ok := l.Value.([]any)
		return ok && len(elements) == 0
	}
	if len(args) < 3 || len(args) > 4 || !open(1) && !open(2) {
		return "", false
	}
	for i := 1; i < 3; i++ {
		if open(i) {
			args[i] = ""
		}
	}
	if len(args) == 4 {
		if args[2] == "" {
			args[2] = "-" // or the step would be taken for the end
		}
		return "(" + args[0] + ")[" + args[1] + ":" + args[2] + ":" + args[3] + "]", true
	}
	return "(" + args[0] + ")[" + args[1] + ":" + args[2] + "]", true
}

// fixed are the result types of functions that have only one.
var fixed = func() map[string]types.ID {
	m := map[string]types.ID{}
	for id, names := range map[types.ID]string{
		types.Boolean: "~~ !~~ ~~* !~~* like_escape not_like_escape contains starts_with prefix suffix regexp_matches " +
			"regexp_full_match isnan isinf isfinite " + strings.Join([]string{rel.Eq, rel.Ne, rel.Lt, rel.Le, rel.Gt,
			rel.Ge, rel.And, rel.Or, rel.Not, rel.IsNull, rel.IsNotNull, rel.DistinctFrom, rel.NotDistinctFrom}, " "),
		types.Varchar: "lower upper trim ltrim rtrim substring substr left right replace concat concat_ws reverse lpad rpad " +
			"regexp_replace regexp_extract strftime dayname monthname chr",
		types.BigInt: "length strlen strpos instr position year month day hour minute second quarter week dayofweek " +
			"dayofyear isodow millisecond microsecond date_diff datediff epoch_ms epoch_us count count_star rank " +
			"dense_rank row_number ntile",
		types.Double: "sqrt ln log log10 log2 exp pow power sin cos tan avg stddev stddev_samp stddev_pop var_samp var_pop corr",
	} {
		for _, name := range strings.Fields(names) {
			m[name] = id
		}
	}
	return m
}()

// maybeNull is true of constants that may be NULL: DuckDB then forgets of some functions what type they have.
func maybeNull(e rel.Expr) bool {
	switch e := e.(type) {
	case *rel.Literal:
		return e.Value == nil
	case *rel.Cast:
		if !e.Try {
			return maybeNull(e.Input)
		}
	}
	return !rel.AnyExpr(e, func(e rel.Expr) bool {
		switch e.(type) {
		case *rel.Field, *rel.OuterField, *rel.Subquery, *rel.WindowCall:
			return true
		}
		return false
	})
}

// natural is true where DuckDB is known to give the call just its type.
func natural(c *rel.Call) bool {
	if id, ok := fixed[c.Func]; ok {
		return c.Of.ID == id && c.Func != "regexp_extract" || c.Func == "regexp_extract" && len(c.Args) < 4
	}
	if len(c.Args) == 0 {
		return false
	}
	first := c.Args[0].Type()
	switch c.Func {
	case "+", "-", "*", "//", "%", "/":
		if len(c.Args) == 2 && c.Of.ID == types.Decimal {
			t, ok := rel.DecimalResult(c.Func, first, c.Args[1].Type())
			return ok && t.Equal(c.Of) && !slices.ContainsFunc(c.Args, maybeNull)
		}
		plain := first.IsInteger() && c.Func != "/" || first.ID == types.Double || first.ID == types.Float
		return plain && c.Of.Equal(first) && c.Args[len(c.Args)-1].Type().Equal(first)
	case "||":
		return c.Of.ID == types.Varchar && first.ID == types.Varchar && !slices.ContainsFunc(c.Args, maybeNull)
	case "date_trunc", "date_part":
		return c.Of.ID == types.BigInt
	case rel.Coalesce:
		for _, a := range c.Args {
			if !a.Type().Equal(c.Of) {
				return false
			}
		}
		return true
	}
	return c.Func == "struct_pack" || c.Func == "row" || c.Func == "try"
}
