package facts

import (
	"maps"
	"slices"

	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// Order says how an aggregate's result depends on the order in which it sees rows.
type Order uint8

// The ways in which aggregates depend on the order of rows.
const (
	// Ordered results depend on it: on which row comes first, or on which of several that tie is taken.
	Ordered Order = iota
	// Rounded results are rounded with each row, so that their last digits depend on it.
	Rounded
	// RoundedFloats results are Rounded where an argument is a floating-point number, else Unordered.
	RoundedFloats
	// Unordered results do not depend on it, but for which of several equal values they show.
	Unordered
)

// Aggregate is what is true of an aggregate function.
type Aggregate struct {
	// Order is how it depends on the order of rows.
	Order Order
	// SkipsNulls says that a row whose only argument is NULL is no row to it.
	SkipsNulls bool
	// SkipsDuplicates says that, called with one argument, DISTINCT changes nothing.
	SkipsDuplicates bool
	// TakesOne says that the result is one row's argument, which its ORDER BY chooses.
	TakesOne bool
}

// AggregateOf is what is known of an aggregate function, by any of its names.
func AggregateOf(name string) Aggregate { return aggregates[Canonical(name)] }

// Canonical is the first name of an aggregate function that has several.
func Canonical(name string) string {
	if first, ok := aliases[name]; ok {
		return first
	}
	return name
}

var aliases = map[string]string{
	"mean": "avg", "variance": "var_samp", "stddev": "stddev_samp", "arbitrary": "first",
	"argmin": "arg_min", "min_by": "arg_min", "argmax": "arg_max", "max_by": "arg_max",
	"kahan_sum": "fsum", "sumkahan": "fsum", "countif": "count_if", "array_agg": "list",
	"group_concat": "string_agg", "listagg": "string_agg", "quantile": "quantile_disc",
}

var aggregates = map[string]Aggregate{
	"count":      {Order: Unordered, SkipsNulls: true},
	"count_star": {Order: Unordered},
	"count_if":   {Order: Unordered, SkipsNulls: true},
	"regr_count": {Order: Unordered},

	"sum":             {Order: RoundedFloats, SkipsNulls: true},
	"sum_no_overflow": {Order: RoundedFloats, SkipsNulls: true},
	"avg":             {Order: RoundedFloats, SkipsNulls: true},
	"fsum":            {Order: Rounded, SkipsNulls: true},
	"favg":            {Order: Rounded, SkipsNulls: true},
	"product":         {Order: Rounded, SkipsNulls: true},

	"min":           {Order: Unordered, SkipsNulls: true, SkipsDuplicates: true},
	"max":           {Order: Unordered, SkipsNulls: true, SkipsDuplicates: true},
	"bool_and":      {Order: Unordered, SkipsNulls: true, SkipsDuplicates: true},
	"bool_or":       {Order: Unordered, SkipsNulls: true, SkipsDuplicates: true},
	"bit_and":       {Order: Unordered, SkipsNulls: true, SkipsDuplicates: true},
	"bit_or":        {Order: Unordered, SkipsNulls: true, SkipsDuplicates: true},
	"bit_xor":       {Order: Unordered, SkipsNulls: true},
	"bitstring_agg": {Order: Unordered, SkipsNulls: true},

	"approx_count_distinct": {Order: Unordered, SkipsNulls: true, SkipsDuplicates: true},
	"median":                {Order: Unordered, SkipsNulls: true},
	"mad":                   {Order: Unordered, SkipsNulls: true},
	"quantile_cont":         {Order: Unordered, SkipsNulls: true},
	"quantile_disc":         {Order: Unordered, SkipsNulls: true},
	// A histogram of NaNs has them under any one key.
	"histogram":       {Order: RoundedFloats, SkipsNulls: true},
	"histogram_exact": {Order: RoundedFloats},

	"var_pop":        {Order: Rounded, SkipsNulls: true},
	"var_samp":       {Order: Rounded, SkipsNulls: true},
	"stddev_pop":     {Order: Rounded, SkipsNulls: true},
	"stddev_samp":    {Order: Rounded, SkipsNulls: true},
	"sem":            {Order: Rounded, SkipsNulls: true},
	"skewness":       {Order: Rounded, SkipsNulls: true},
	"kurtosis":       {Order: Rounded, SkipsNulls: true},
	"kurtosis_pop":   {Order: Rounded, SkipsNulls: true},
	"entropy":        {Order: Rounded, SkipsNulls: true},
	"covar_pop":      {Order: Rounded},
	"covar_samp":     {Order: Rounded},
	"corr":           {Order: Rounded},
	"regr_avgx":      {Order: Rounded},
	"regr_avgy":      {Order: Rounded},
	"regr_sxx":       {Order: Rounded},
	"regr_syy":       {Order: Rounded},
	"regr_sxy":       {Order: Rounded},
	"regr_slope":     {Order: Rounded},
	"regr_intercept": {Order: Rounded},
	"regr_r2":        {Order: Rounded},

	"first":     {Order: Ordered, SkipsDuplicates: true, TakesOne: true},
	"last":      {Order: Ordered, SkipsDuplicates: true, TakesOne: true},
	"any_value": {Order: Ordered, SkipsNulls: true, SkipsDuplicates: true, TakesOne: true},

	"list":               {Order: Ordered},
	"string_agg":         {Order: Ordered, SkipsNulls: true},
	"mode":               {Order: Ordered, SkipsNulls: true},
	"arg_min":            {Order: Ordered},
	"arg_max":            {Order: Ordered},
	"arg_min_null":       {Order: Ordered},
	"arg_max_null":       {Order: Ordered},
	"arg_min_nulls_last": {Order: Ordered},
	"arg_max_nulls_last": {Order: Ordered},
	"approx_quantile":    {Order: Ordered, SkipsNulls: true},
	"approx_top_k":       {Order: Ordered, SkipsNulls: true},
	"reservoir_quantile": {Order: Ordered, SkipsNulls: true},
}

// OrderOf is how a call of an aggregate with these arguments depends on the order of rows: Ordered,
// Rounded or Unordered.
func OrderOf(name string, args []rel.Expr) Order {
	order := AggregateOf(name).Order
	if order != RoundedFloats {
		return order
	}
	if slices.ContainsFunc(args, func(a rel.Expr) bool { return hasFloats(a.Type()) }) {
		return Rounded
	}
	return Unordered
}

// hasFloats is true of the floating-point types, and of what may hold them.
func hasFloats(t types.Type) bool {
	return t.ID == types.Float || t.ID == types.Double || t.IsNested()
}

// Window is what is true of a window function that is no aggregate.
type Window struct {
	// Peers says that rows which tie in the window's order have the same value.
	Peers bool
	// Grows says that the value only grows with the rows before a row, and looks at nothing else.
	Grows bool
}

// WindowOf is what is known of a window function that is no aggregate.
func WindowOf(name string) Window { return windows[name] }

var windows = map[string]Window{
	"row_number":   {Grows: true},
	"rank":         {Peers: true, Grows: true},
	"dense_rank":   {Peers: true, Grows: true},
	"rank_dense":   {Peers: true, Grows: true},
	"percent_rank": {Peers: true},
	"cume_dist":    {Peers: true},
	"ntile":        {},
	"lead":         {},
	"lag":          {},
	"first_value":  {},
	"last_value":   {},
	"nth_value":    {},
	"fill":         {},
}

// AggregateNames are the aggregates of which something is known, by their canonical names.
func AggregateNames() []string { return slices.Sorted(maps.Keys(aggregates)) }

// WindowNames are the window functions that are no aggregates.
func WindowNames() []string { return slices.Sorted(maps.Keys(windows)) }
