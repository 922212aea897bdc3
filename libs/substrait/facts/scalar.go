package facts

import (
	"maps"
	"slices"
	"strings"

	"github.com/shoal-db/shoal/libs/substrait/rel"
)

// Stability says when a scalar function may have another value for the same arguments.
type Stability uint8

// The stabilities of scalar functions.
const (
	// Volatile functions may have another value with each call, or have effects.
	Volatile Stability = iota
	// PerQuery functions have one value in a query, in one place: the time, and what depends on the session.
	PerQuery
	// Consistent functions have the same value always and everywhere.
	Consistent
)

// Scalar is what is true of a scalar function.
type Scalar struct {
	Stability Stability
	// Raises says that the function is there to raise an error: it has an effect, but no value.
	Raises bool
	// Strict says that the result is NULL if an argument is.
	Strict bool
	// Compares says that it sees values alike that are equal.
	Compares bool
	// Lasting says that it is Consistent whatever the session's settings are.
	Lasting bool
}

// ScalarOf is what is known of a scalar function.
func ScalarOf(name string) Scalar {
	f, ok := scalars[name]
	if !ok && strings.HasPrefix(name, collation) {
		f.Stability = Consistent
	}
	return f
}

// collation begins the names of the functions that DuckDB has for collations.
const collation = "icu_collate_"

// StabilityOf is the stability of a call.
func StabilityOf(c *rel.Call) Stability {
	if c.Func == "age" && len(c.Args) == 2 {
		return Consistent
	}
	return ScalarOf(c.Func).Stability
}

var scalars = func() map[string]Scalar {
	out := map[string]Scalar{}
	mark := func(names string, is func(*Scalar)) {
		for _, name := range strings.Fields(names) {
			f := out[name]
			is(&f)
			out[name] = f
		}
	}
	mark(volatile, func(f *Scalar) { f.Stability = Volatile })
	mark(perQuery, func(f *Scalar) { f.Stability = PerQuery })
	mark(consistent, func(f *Scalar) { f.Stability = Consistent })
	mark(syntax, func(f *Scalar) { f.Stability = Consistent })
	mark("error", func(f *Scalar) { f.Raises = true })
	mark(strict, func(f *Scalar) { f.Strict = true })
	mark(comparing, func(f *Scalar) { f.Compares = true })
	mark(lasting, func(f *Scalar) { f.Lasting = true })
	return out
}()

// volatile has, beside what DuckDB calls so, the functions that look at what runs them.
const volatile = `random uuid gen_random_uuid uuidv4 uuidv7 nextval currval setseed error sleep_ms write_log stats
	current_connection_id current_query current_query_id current_transaction_id txid_current
	vector_type json_serialize_plan`

// perQuery has age for its form of one argument, which counts from today.
const perQuery = `now get_current_timestamp transaction_timestamp today current_date get_current_time
	current_localtime current_localtimestamp localtime localtimestamp current_timestamp
	current_database current_catalog current_schema current_schemas in_search_path current_setting getvariable
	age`

// syntax are the functions of the IR that SQL has no name for.
const syntax = `= <> < <= > >= is_distinct_from is_not_distinct_from and or not is_null is_not_null coalesce`

const strict = `= <> < <= > >= + - * / // % abs round floor ceil lower upper length substring trim ltrim rtrim
	~~ !~~ ~~* !~~* prefix suffix starts_with date_part date_trunc year month day quarter`

const comparing = `= <> < <= > >= is_distinct_from is_not_distinct_from is_null is_not_null`

const lasting = `+ - * / // % to_days to_weeks to_months to_years to_hours to_minutes to_seconds`

// IsStrict is true of calls that are NULL if an argument is. Lists have operators of these names that
// are not.
func IsStrict(c *rel.Call) bool {
	f := ScalarOf(c.Func)
	if !f.Strict {
		return false
	}
	for _, a := range c.Args {
		if a.Type().IsNested() && !f.Compares {
			return false
		}
	}
	return true
}

// Known tells whether something is known of a scalar function.
func Known(name string) bool {
	_, ok := scalars[name]
	return ok || strings.HasPrefix(name, collation)
}

// ScalarNames are the scalar functions of which something is known.
func ScalarNames() []string { return slices.Sorted(maps.Keys(scalars)) }
