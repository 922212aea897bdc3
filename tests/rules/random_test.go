package rules

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/rewrite"
	"github.com/shoal-db/shoal/libs/substrait/types"
	"github.com/shoal-db/shoal/tests/oracle"
)

var (
	randomPlans = flag.Int("random-plans", 400, "random plans to rewrite")
	randomSeed  = flag.Uint64("random-seed", 1, "what the random plans are made from")
)

func names() []string {
	var out []string
	for _, r := range rewrite.Rules() {
		out = append(out, r.Name)
	}
	return out
}

// TestRandomPlans compares what random plans answer before and after each rule
// alone, all rules together, all but one, and some of them.
func TestRandomPlans(t *testing.T) {
	d := open(t)
	opts := d.options()
	applied := map[string]int{}
	answered, rows, late := 0, 0, 0
	for i := range *randomPlans {
		seed := *randomSeed + uint64(i)
		p := newGenerator(seed).plan()
		want, sql, err := d.run(p)
		if sql == "" {
			t.Fatalf("plan %d cannot be rendered: %v\n%s", seed, err, rel.Format(p))
		}
		if err != nil {
			continue // such as a subquery with two rows
		}
		answered++
		rows += min(1, len(want.Rows))
		compare := func(what string, next *rel.Plan) {
			if !types.EqualAll(next.Root.Types(), p.Root.Types()) {
				t.Fatalf("plan %d, %s: types %v became %v", seed, what, p.Root.Types(), next.Root.Types())
			}
			got, after, err := d.run(next)
			if err != nil && strings.Contains(err.Error(), "More than one row returned by a subquery") {
				// It is in the plan, too, but for rows that were never asked for.
				late++
				return
			}
			if err != nil {
				t.Errorf("plan %d, %s: %v\n%s\nbecame\n%s\n%s", seed, what, err, rel.Format(p), rel.Format(next), after)
				return
			}
			if diff := oracle.Diff(got, want, false); diff != "" {
				t.Errorf("plan %d, %s: %s\n%s\nbecame\n%s\n%s", seed, what, diff, rel.Format(p), rel.Format(next), after)
			}
		}
		for _, r := range rewrite.Rules() {
			next := r.Apply(p, opts)
			if rel.EqualPlans(p, next) {
				continue
			}
			applied[r.Name]++
			compare("rule "+r.Name, next)
		}
		all, trace := rewrite.Optimize(p, opts)
		compare("all rules", all)
		r := rand.New(rand.NewPCG(seed, 1))
		opts := opts
		if k := trace[r.IntN(len(trace))]; k.Changed {
			opts.Disabled = map[string]bool{k.Rule: true}
			next, _ := rewrite.Optimize(p, opts)
			compare("all rules but "+k.Rule, next)
		}
		opts.Disabled = map[string]bool{}
		for _, name := range names() {
			opts.Disabled[name] = r.IntN(2) == 0
		}
		some, _ := rewrite.Optimize(p, opts)
		compare(fmt.Sprintf("rules without %v", opts.Disabled), some)
		if t.Failed() {
			return
		}
	}
	t.Logf("%d of %d plans have an answer, %d of them rows, %d fail when rewritten; applied %v", answered, *randomPlans, rows, late, applied)
	if late > *randomPlans/10 || answered < *randomPlans*3/4 || rows < answered*2/5 {
		t.Errorf("%d of %d plans have an answer, %d of them rows: they prove little", answered, *randomPlans, rows)
	}
}
