package rewrite

import (
	"slices"

	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/platform/nearest"
	"github.com/shoal-db/shoal/libs/substrait/rel"
)

// Options change how a plan is optimised, never what it answers.
type Options struct {
	// Disabled names the rules that are left out.
	Disabled map[string]bool
	// Evaluate computes constant expressions; without it they stay.
	Evaluate Evaluator
	// Tables tells where tables are; without it, the rules that ask do nothing.
	Tables Tables
}

// Rule is a named rewrite.
type Rule struct {
	// Name is stable: it is how a request leaves the rule out.
	Name string
	// Does says what the rule does, for people.
	Does  string
	apply func(*rel.Plan, Options) *rel.Plan
}

// Apply runs the rule alone.
func (r Rule) Apply(p *rel.Plan, opts Options) *rel.Plan { return r.apply(p, opts) }

// Applied is what became of a rule in Optimize.
type Applied struct {
	Rule string
	// Changed is true if the rule changed the plan at least once.
	Changed bool
}

func plain(f func(*rel.Plan) *rel.Plan) func(*rel.Plan, Options) *rel.Plan {
	return func(p *rel.Plan, _ Options) *rel.Plan { return f(p) }
}

func foldConstants(p *rel.Plan, opts Options) *rel.Plan {
	if opts.Evaluate == nil {
		return p
	}
	return FoldConstants(p, opts.Evaluate)
}

// placed is a rule that asks where tables are.
func placed(f func(*rel.Plan, Tables) *rel.Plan) func(*rel.Plan, Options) *rel.Plan {
	return func(p *rel.Plan, opts Options) *rel.Plan {
		if opts.Tables == nil {
			return p
		}
		return f(p, opts.Tables)
	}
}

// The rules, and the order in which Optimize applies them. A rule may stand
// there more than once: others make new work for it.
var (
	ruleFoldConstants = Rule{"fold-constants", "computes expressions that are the same for all rows", foldConstants}
	ruleSimplify      = Rule{"simplify-conditions", "makes conditions shorter by what holds whatever the columns are", plain(SimplifyConditions)}
	ruleCollapseEmpty = Rule{"collapse-empty", "drops what constant conditions leave no rows of", plain(CollapseEmpty)}
	ruleInlineShared  = Rule{"inline-shared", "puts shared subtrees that are read once where they are read", plain(InlineShared)}
	ruleFactor        = Rule{"factor-disjunctions", "takes what all branches of an OR have in common out of it", plain(FactorDisjunctions)}
	ruleOuterToInner  = Rule{"outer-to-inner", "makes inner joins of outer joins whose padded rows a condition rejects", plain(OuterToInner)}
	ruleImply         = Rule{"imply-disjunctions", "finds what an OR over several tables, or over groups and aggregates, implies for each of them", plain(ImplyDisjunctions)}
	ruleInfer         = Rule{"infer-predicates", "carries conditions over from one side of an equality to the other", plain(InferPredicates)}
	rulePushFilters   = Rule{"push-filters", "moves conditions towards the scans, and into joins", plain(PushFilters)}
	ruleMarkToSemi    = Rule{"mark-to-semi", "makes semi and anti joins of filters on IN and EXISTS", plain(MarkToSemi)}
	ruleMergeOuter    = Rule{"merge-outer", "makes plain semi joins of correlated EXISTS", plain(MergeOuter)}
	ruleRemoveOuter   = Rule{"remove-outer", "frees correlated subqueries that only compare for equality", plain(RemoveOuter)}
	ruleFilterShared  = Rule{"filter-shared", "filters shared subtrees by what any of their readers lets pass", plain(FilterShared)}
	rulePushLimits    = Rule{"push-limits", "moves limits below projections, and to the side of outer joins that is kept", func(p *rel.Plan, opts Options) *rel.Plan {
		return PushLimits(p, opts.Tables)
	}}
	ruleReduceJoins  = Rule{ReduceJoinsRule, "leaves out rows that a join drops later, by what reference tables say of its keys", placed(ReduceJoins)}
	ruleEarly        = Rule{"aggregate-early", "aggregates by a join's keys before the join", placed(AggregateEarly)}
	ruleDistinctKeys = Rule{"distinct-keys", "sends what semi joins look for without duplicates", placed(DistinctKeys)}
	ruleShareCommon  = Rule{"share-common", "computes once what stands in the query several times", placed(ShareCommon)}
	rulePruneColumns = Rule{"prune-columns", "drops columns that nothing uses", plain(PruneColumns)}

	order = []Rule{
		ruleFoldConstants, ruleSimplify, ruleInlineShared, ruleFactor, ruleOuterToInner, rulePushFilters, ruleMarkToSemi, ruleMergeOuter,
		ruleRemoveOuter, ruleOuterToInner, rulePushFilters, ruleImply, ruleInfer, rulePushFilters, lowerDependent, ruleFilterShared, rulePushFilters, ruleImply, rulePushFilters, rulePushLimits,
		ruleFoldConstants, ruleSimplify, ruleCollapseEmpty, ruleReduceJoins, ruleEarly, ruleDistinctKeys, rulePruneColumns, ruleShareCommon,
	}
)

// lowerDependent is a step that cannot be left out: plans with dependent joins
// do not split.
var lowerDependent = Rule{apply: func(p *rel.Plan, opts Options) *rel.Plan {
	if opts.Disabled[rulePushFilters.Name] && hasDependent(p) {
		// What is shared is computed whole. Without its conditions that may be
		// the product of all tables, which never ends.
		p = PushFilters(p)
	}
	return LowerDependent(p)
}}

// Rules are all rules, in the order in which they are first applied.
func Rules() []Rule {
	var out []Rule
	for _, r := range order {
		if r.Name != "" && !slices.ContainsFunc(out, func(o Rule) bool { return o.Name == r.Name }) {
			out = append(out, r)
		}
	}
	return out
}

// Disable is what to leave out to leave out the named rules; a name that no
// rule has is invalid_argument.
func Disable(names []string) (map[string]bool, error) {
	var known []string
	for _, r := range Rules() {
		known = append(known, r.Name)
	}
	out := make(map[string]bool, len(names))
	for _, name := range names {
		if !slices.Contains(known, name) {
			near := nearest.Names(name, known, 3)
			hint := nearest.Hint(name, known)
			if hint == "" {
				hint = "docs/rules.md lists the rules"
			}
			return nil, fault.New(fault.InvalidArgument, "read disabled rules", "there is no rule %q", name).
				WithDetail("candidates", near).WithHint("%s", hint)
		}
		out[name] = true
	}
	return out, nil
}

// Optimize applies all rules that are not disabled, and tells which of them
// changed the plan, in the order of Rules. The result has no dependent joins.
func Optimize(p *rel.Plan, opts Options) (*rel.Plan, []Applied) {
	changed := map[string]bool{}
	for _, r := range order {
		if opts.Disabled[r.Name] {
			continue
		}
		next := r.Apply(p, opts)
		changed[r.Name] = changed[r.Name] || !rel.EqualPlans(p, next)
		p = next
	}
	var trace []Applied
	for _, r := range Rules() {
		if !opts.Disabled[r.Name] {
			trace = append(trace, Applied{Rule: r.Name, Changed: changed[r.Name]})
		}
	}
	return p, trace
}

func hasDependent(p *rel.Plan) bool {
	return p.Any(func(r rel.Rel) bool { _, is := r.(*rel.DependentJoin); return is })
}
