// Package bound reads the plans that DuckDB's binder makes of SQL.
//
// It owns the knowledge of how DuckDB 1.5 serialises a bound, unoptimised plan
// as JSON. Convert gives an equal plan in the project's own terms, in which
// names are resolved, every type is known and subqueries are joins.
//
// What the tree of package rel cannot say, Convert refuses in SQL's words;
// IsBeyond tells then whether running the statement itself, over the tables
// that Scans names, is a way to answer it. It never panics, whatever the text.
package bound

import (
	"strings"
	"time"

	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/substrait/rel"
)

const op = "read bound plan"

// Options are what a plan does not say about itself.
type Options struct {
	// Names are the result's columns, as the prepared statement has them; the
	// plan knows them by accident only. Nil takes what the plan says.
	Names []string
	// Now is the time for now(), current_date and the like, which become
	// literals. Its location is the session's time zone.
	Now time.Time
	// UsesNow, if not nil, is set if the plan has such literals.
	UsesNow *bool
	// Database and Schema are where the session looks up names; with them, the
	// functions that ask for them become literals.
	Database, Schema string
	// Catalog has the rows of CatalogCalls by their keys.
	Catalog map[string]CatalogRows
	// SQL is the query's text; with it, errors carry line and column.
	SQL string
}

// Query is the SQL that makes DuckDB plan sql, as one row of one string, which
// is what Convert reads. The tables need to exist, but no rows.
func Query(sql string) string {
	// skip_empty would drop empty grouping sets and empty names from lists.
	return "SELECT json_serialize_plan('" + strings.ReplaceAll(sql, "'", "''") +
		"', optimize := false, skip_null := true, skip_empty := false, skip_default := true)"
}

// Convert reads the JSON of one statement's plan. The plan may hold
// DependentJoin and Outer relations. Errors are invalid_argument where the
// query is at fault or not supported, with its position as details, and
// internal where the JSON is not what DuckDB 1.5 writes.
func Convert(planJSON []byte, opts Options) (*rel.Plan, error) {
	root, err := parsePlan(planJSON)
	if err != nil {
		return nil, locate(err, opts.SQL)
	}
	c := newConverter(opts)
	n, err := c.rel(root)
	if err != nil {
		return nil, locate(err, opts.SQL)
	}
	if n, err = c.visible(n); err != nil {
		return nil, err
	}
	plan := &rel.Plan{Shared: c.shared, Root: n.rel, Names: opts.Names}
	width := len(plan.Root.Types())
	if plan.Names == nil {
		plan.Names = planNames(root, width)
	}
	if len(plan.Names) != width || width == 0 {
		return nil, malformed("%d names for %d columns", len(plan.Names), width)
	}
	return plan, nil
}

// parsePlan finds the one plan in json_serialize_plan's answer.
func parsePlan(planJSON []byte) (object, error) {
	v, err := parseJSON(planJSON)
	if err != nil {
		return nil, fault.New(fault.Internal, op, "%w", err)
	}
	answer, ok := v.(object)
	if !ok {
		return nil, malformed("not an object")
	}
	if answer.bool("error") {
		return nil, planError(answer)
	}
	plans := answer.objects("plans")
	if len(plans) != 1 {
		return nil, fault.New(fault.InvalidArgument, op, "%d statements were given; one SELECT is expected", len(plans))
	}
	return plans[0], nil
}

// planNames are the aliases of the topmost projection.
func planNames(o object, width int) []string {
	for o != nil && o.string("type") != "LOGICAL_PROJECTION" {
		children := o.objects("children")
		if len(children) == 0 {
			return make([]string, width)
		}
		if o.string("type") == "LOGICAL_MATERIALIZED_CTE" && len(children) == 2 {
			children = children[1:]
		}
		o = children[0]
	}
	names := make([]string, width)
	for i, e := range o.objects("expressions") {
		if i < width {
			names[i] = e.string("alias")
		}
	}
	return names
}
