package rewrite

import (
	"slices"
	"strings"
	"testing"

	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/substrait/rel"
)

func TestOptimizeTellsWhatChanged(t *testing.T) {
	in := where(project(a(), f(1), f(0)), is(0, 1))
	for _, c := range []struct {
		disabled []string
		changed  []string
	}{
		{nil, []string{"push-filters"}},
		{[]string{"push-filters"}, nil},
	} {
		off, err := Disable(c.disabled)
		if err != nil {
			t.Fatal(err)
		}
		_, trace := Optimize(&rel.Plan{Root: in, Names: []string{"y", "x"}}, Options{Disabled: off})
		var changed []string
		for _, applied := range trace {
			if slices.Contains(c.disabled, applied.Rule) {
				t.Errorf("%s was applied", applied.Rule)
			}
			if applied.Changed {
				changed = append(changed, applied.Rule)
			}
		}
		if !slices.Equal(changed, c.changed) || len(trace)+len(c.disabled) != len(Rules()) {
			t.Errorf("without %q: %q changed something; %d of %d rules", c.disabled, changed, len(trace), len(Rules()))
		}
	}
}

func TestDependentJoinsAreAlwaysLowered(t *testing.T) {
	all := map[string]bool{}
	for _, r := range Rules() {
		all[r.Name] = true
	}
	lt := rel.Bools(rel.Lt, f(0), f(2))
	p, trace := Optimize(&rel.Plan{Root: where(dependent(rel.LeftSemi, lt), is(0, 1)), Names: []string{"x", "y"}}, Options{Disabled: all})
	text := rel.Format(p)
	if strings.Contains(text, "dependent") || strings.Contains(text, "outer") || len(trace) > 0 {
		t.Errorf("%v\n%s", trace, text)
	}
	if !strings.Contains(text, "shared 0:\n  read d.a (x BIGINT, y BIGINT) where ($0 = 1:BIGINT)") {
		t.Errorf("what is shared is computed whole:\n%s", text)
	}
}

func TestUnknownRules(t *testing.T) {
	_, err := Disable([]string{"push-limits", "push-filter"})
	f := fault.From(err)
	if !fault.Is(err, fault.InvalidArgument) || !strings.Contains(f.Hint, "push-filters") {
		t.Errorf("%v, hint %q", err, f.Hint)
	}
	if _, err := Disable([]string{"zzz"}); fault.From(err).Hint == "" {
		t.Errorf("no hint where nothing is near: %v", err)
	}
}

func TestRulesHaveNames(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range Rules() {
		if strings.Trim(r.Name, "abcdefghijklmnopqrstuvwxyz-") != "" || r.Does == "" || seen[r.Name] {
			t.Errorf("rule %q: %q", r.Name, r.Does)
		}
		seen[r.Name] = true
	}
}
