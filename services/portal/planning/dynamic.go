package planning

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/shoal-db/shoal/libs/catalog"
	"github.com/shoal-db/shoal/libs/chunks/pruning"
	"github.com/shoal-db/shoal/libs/chunks/value"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/restrict"
)

// Lookup computes small queries over reference tables while a query is planned. What it cannot do at once it
// refuses, and the query is planned without.
type Lookup interface {
	// Near tells whether the rows of this version of a reference table are at hand.
	Near(*catalog.Table) bool
	// Keys returns the distinct values of the one column of a relation that reads such tables, and Sent, alone.
	Keys(source rel.Rel, tables Tables) (Keys, bool)
}

// Tables tell what a plan reads.
type Tables interface {
	Table(*rel.Read) (*catalog.Table, error)
	// Sent is nil for a read of anything else.
	Sent(*rel.Read) *Sent
}

// Table implements Tables.
func (p *planner) Table(r *rel.Read) (*catalog.Table, error) { return p.lookup(r) }

// Sent implements Tables.
func (p *planner) Sent(r *rel.Read) *Sent {
	if !r.IsSent() {
		return nil
	}
	return p.sent[r.Table[1]]
}

// Keys are the distinct values of a relation's column.
type Keys struct {
	// Values are those that are not NULL, unless there are too many of them.
	Values  []*rel.Literal
	HasNull bool
	// TooMany says that there are more than are worth telling, of which Least and Greatest are known.
	TooMany         bool
	Least, Greatest *rel.Literal
}

// maxFewRows is up to how many rows a reference table restricts what it is joined with although nothing
// filters it.
const maxFewRows = 10_000

// maxAlternatives is up to how many keys each make a comparison of their own where no list of values does.
const maxAlternatives = 64

// DynamicPredicate is what a join with reference tables says of a scan's column.
type DynamicPredicate struct {
	// Text says it for people: "ss_sold_date_sk = d_date_sk of date_dim where (d_year = 2000)".
	Text string
	// Values is how many values the other side has; TooMany says that of them only the least and the greatest
	// were used.
	Values  int
	TooMany bool

	predicate pruning.Predicate
	// share is at most about which share of the table's rows satisfies it.
	share float64
	// source is what the keys come from.
	source rel.Rel
	// cond is true for all rows of the scan that the join can use; nil if saying so would be long.
	cond rel.Expr
}

// String is the predicate for people.
func (d DynamicPredicate) String() string {
	if d.TooMany {
		return d.Text + ": too many values to list"
	}
	if d.Values == 1 {
		return d.Text + ": 1 value"
	}
	return d.Text + ": " + strconv.Itoa(d.Values) + " values"
}

// lookUp finds out what joins with reference tables say of the scans of a numbered plan.
func (p *planner) lookUp(plan *rel.Plan) *rel.Plan {
	if p.opts.Lookup == nil || p.opts.DisablePruning {
		return plan
	}
	found := restrict.Find(plan, restrict.Tables{Near: p.near, Few: func(r *rel.Read) bool {
		if r.IsSent() {
			return true
		}
		t, err := p.lookup(r)
		return err == nil && t.Rows <= maxFewRows
	}})
	if len(found) == 0 {
		return plan
	}
	reads := map[int]*rel.Read{}
	for r := range plan.Rels() {
		if read, ok := r.(*rel.Read); ok {
			reads[read.Scan] = read
		}
	}
	p.dynamic = map[int][]DynamicPredicate{}
	for _, r := range found {
		if d, ok := p.lookUpOne(reads[r.Scan], r); ok {
			p.dynamic[r.Scan] = append(p.dynamic[r.Scan], d)
		}
	}
	return plan
}

func (p *planner) near(r *rel.Read) bool {
	if r.IsSent() {
		return true
	}
	t, err := p.lookup(r)
	return err == nil && t.Kind == catalog.Reference && p.opts.Lookup.Near(t)
}

// lookUpOne computes a restriction, if its column is one by which chunks can be told apart.
func (p *planner) lookUpOne(read *rel.Read, r restrict.Restriction) (DynamicPredicate, bool) {
	if read.IsSent() {
		return DynamicPredicate{}, false
	}
	t, err := p.lookup(read)
	if err != nil || t.Kind == catalog.Reference {
		return DynamicPredicate{}, false
	}
	ordinals := ordinalsOf(read, t)
	for i := range rel.Fields(r.Value) {
		if !t.Index.Discriminates(ordinals[i]) {
			return DynamicPredicate{}, false
		}
	}
	keys, ok := p.opts.Lookup.Keys(r.Source, p)
	if !ok {
		return DynamicPredicate{}, false
	}
	d := DynamicPredicate{
		Text:   named(r.Value, read.Columns) + " " + opText(r.Op) + " " + sourceText(r.Source),
		Values: len(keys.Values), TooMany: keys.TooMany,
		source: r.Source, predicate: keysPredicate(r, keys, func(field int) int { return ordinals[field] }),
		cond: keysCondition(r, keys),
	}
	d.share = shareOfKeys(t.Index, ordinals, r, keys)
	_, unknown := d.predicate.(pruning.Unknown)
	return d, !unknown
}

// shareOfKeys takes each value of an integer or date column for as frequent as another.
func shareOfKeys(index *pruning.Index, ordinals []int, r restrict.Restriction, keys Keys) float64 {
	f, ok := r.Value.(*rel.Field)
	if !ok || keys.TooMany || r.Op != rel.Eq && r.Op != rel.NotDistinctFrom {
		return 1
	}
	values, ok := index.MaxValues(ordinals[f.Index])
	if !ok {
		return 1
	}
	return math.Min(1, float64(len(keys.Values))/values)
}

// ordinalsOf are the table's ordinals of a read's columns.
func ordinalsOf(r *rel.Read, t *catalog.Table) []int {
	out := make([]int, len(r.Columns))
	for i, c := range r.Columns {
		out[i] = slices.IndexFunc(t.Columns, func(o catalog.Column) bool { return o.Name == c.Name })
	}
	return out
}

// keysPredicate is `r.Value r.Op one of the keys`, Unknown if pruning does not understand it.
func keysPredicate(r restrict.Restriction, keys Keys, column func(int) int) pruning.Predicate {
	var p pruning.Predicate
	switch {
	case !keys.TooMany && len(keys.Values) == 0:
		p = pruning.Const(pruning.False)
	case r.Op != rel.Eq && r.Op != rel.NotDistinctFrom:
		// The source is its least or greatest key.
		return predicate(rel.Bools(r.Op, r.Value, keys.Values[0]), column)
	case keys.TooMany:
		p = between(r.Value, keys.Least, keys.Greatest, column)
	default:
		p = oneOf(r.Value, keys.Values, column)
	}
	if r.Op == rel.NotDistinctFrom && keys.HasNull {
		// A value is NULL where its one column is.
		for i := range rel.Fields(r.Value) {
			p = pruning.Or{p, pruning.IsNull{Column: column(i)}}
		}
	}
	return p
}

// maxListedKeys is how many keys a condition lists.
const maxListedKeys = 1_000

// keysCondition is `r.Value r.Op one of the keys` as an expression over the scan's columns.
func keysCondition(r restrict.Restriction, keys Keys) rel.Expr {
	var cond rel.Expr
	switch {
	case !keys.TooMany && len(keys.Values) == 0:
		cond = rel.Bool(false)
	case r.Op != rel.Eq && r.Op != rel.NotDistinctFrom:
		return rel.Bools(r.Op, r.Value, keys.Values[0])
	case keys.TooMany:
		cond = rel.Bools(rel.And, rel.Bools(rel.Ge, r.Value, keys.Least), rel.Bools(rel.Le, r.Value, keys.Greatest))
	case len(keys.Values) > maxListedKeys:
		return nil
	default:
		in := &rel.In{Value: r.Value}
		for _, k := range keys.Values {
			in.Options = append(in.Options, k)
		}
		cond = in
	}
	if r.Op == rel.NotDistinctFrom && keys.HasNull {
		cond = rel.Bools(rel.Or, cond, rel.Bools(rel.IsNull, r.Value))
	}
	return cond
}

// restricted is a relation whose scans give only rows that the whole plan can use, by what its joins with
// reference tables say.
func (p *planner) restricted(r rel.Rel) rel.Rel {
	return rel.Transform(r, func(r rel.Rel) rel.Rel {
		read, ok := r.(*rel.Read)
		if !ok {
			return r
		}
		conds := rel.Conjuncts(read.Filter)
		for _, d := range p.dynamic[read.Scan] {
			if d.cond != nil {
				conds = append(conds, d.cond)
			}
		}
		out := *read
		out.Filter = rel.Conjunction(conds)
		return &out
	})
}

// oneOf is `of IN (keys…)`.
func oneOf(of rel.Expr, keys []*rel.Literal, column func(int) int) pruning.Predicate {
	in := &rel.In{Value: of, Options: make([]rel.Expr, len(keys))}
	least, greatest := keys[0], keys[0]
	for i, k := range keys {
		in.Options[i] = k
		if before(k, least) {
			least = k
		}
		if before(greatest, k) {
			greatest = k
		}
	}
	p := predicate(in, column)
	if _, unknown := p.(pruning.Unknown); !unknown {
		return p
	}
	if len(keys) > maxAlternatives {
		return between(of, least, greatest, column)
	}
	var or pruning.Or
	for _, k := range keys {
		or = append(or, predicate(rel.Bools(rel.Eq, of, k), column))
	}
	return known(or...)
}

// between is `of BETWEEN least AND greatest`.
func between(of rel.Expr, least, greatest *rel.Literal, column func(int) int) pruning.Predicate {
	return pruning.And{
		predicate(rel.Bools(rel.Ge, of, least), column), predicate(rel.Bools(rel.Le, of, greatest), column),
	}
}

// known is the OR of predicates, Unknown if one of them is.
func known(ps ...pruning.Predicate) pruning.Predicate {
	for _, p := range ps {
		if _, unknown := p.(pruning.Unknown); unknown {
			return p
		}
	}
	return pruning.Or(ps)
}

func opText(op string) string {
	if op == rel.NotDistinctFrom {
		return "IS NOT DISTINCT FROM"
	}
	return op
}

// sourceText says where keys come from: "d_date_sk of date_dim where (d_year = 2000)".
func sourceText(r rel.Rel) string { return keyText(r) + "of " + tablesText(r) }

// tablesText names the tables that a relation reads, with their conditions.
func tablesText(r rel.Rel) string {
	var tables []string
	rel.Walk(r, func(r rel.Rel) bool {
		switch r := r.(type) {
		case *rel.Read:
			text := strings.Join(r.Table, ".")
			if r.Filter != nil {
				text += " where " + named(r.Filter, r.Columns)
			}
			tables = append(tables, text)
		case *rel.Values:
			tables = append(tables, "values")
		}
		return true
	})
	return strings.Join(tables, ", ")
}

// keyText is the name of the column that keys come from, if it is just a column of a table.
func keyText(r rel.Rel) string {
	index := 0
	for {
		switch in := r.(type) {
		case *rel.Read:
			return in.Columns[index].Name + " "
		case *rel.Project:
			f, ok := in.Exprs[index].(*rel.Field)
			if !ok {
				return ""
			}
			index, r = f.Index, in.Input
		case *rel.Filter:
			r = in.Input
		case *rel.Join:
			if in.Kind != rel.LeftSemi {
				return ""
			}
			r = in.Left
		default:
			return ""
		}
	}
}

var fieldText = regexp.MustCompile(`\$\d+`)

// named is an expression for people, with the names of columns.
func named(e rel.Expr, columns []rel.Column) string {
	const most = 200
	text := fieldText.ReplaceAllStringFunc(rel.FormatExpr(e), func(f string) string {
		if i, err := strconv.Atoi(f[1:]); err == nil && i < len(columns) {
			return columns[i].Name
		}
		return f
	})
	if len(text) > most {
		text = fmt.Sprintf("%.*s…", most, text)
	}
	return text
}

// before compares two literals of one type as statistics do; false if they cannot.
func before(a, b *rel.Literal) bool {
	order, ok := value.Compare(literalValue(a), literalValue(b))
	return ok && order < 0
}
