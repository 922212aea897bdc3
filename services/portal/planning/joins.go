package planning

import (
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/split"
)

// maxJoins bounds the joins that DuckDB is asked to put into one order: 60 take DuckDB 1.5.4 a
// second or three, 100 a minute, and meanwhile it cannot be interrupted.
const maxJoins = 64

// checkJoins refuses a plan, or a part of one, whose order of joins would not be found in time.
func checkJoins(p *rel.Plan) error {
	n := rel.LargestJoinTree(p)
	if n <= maxJoins {
		return nil
	}
	return fault.New(fault.ResourceExhausted, "plan query", "the query joins %d tables at one place; the limit is %d", n+1, maxJoins+1).
		WithHint("subqueries count, too; ask in several steps").WithDetail("joins", n)
}

// checkParts is checkJoins for all parts.
func checkParts(parts *split.Result) error {
	for _, f := range parts.Fragments {
		if err := checkJoins(f.Plan); err != nil {
			return err
		}
	}
	if parts.Merge == nil {
		return nil
	}
	return checkJoins(parts.Merge)
}
