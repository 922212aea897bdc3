package sqlgen

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// maxGroupingSets bounds the groups that GROUPING tells apart.
const maxGroupingSets = 62

func (g *generator) aggregate(r *rel.Aggregate) (*block, error) {
	b, err := g.rel(r.Input)
	if err != nil {
		return nil, err
	}
	// Order-sensitive aggregates see rows in the order of what is below.
	if !b.open() || len(b.order) > 0 {
		b = g.wrap(b)
	}
	groups, err := g.over(b.cols).columns(r.Groups)
	if err != nil {
		return nil, err
	}
	if len(r.Sets) > 1 {
		return g.groupingSets(r, b, groups)
	}
	measures, err := g.measures(r, b)
	if err != nil {
		return nil, err
	}
	if len(groups)+len(measures) == 0 {
		b.grouped, b.plain, b.cols = true, false, []string{"count(*)"}
		b = g.wrap(b)
		b.cols = nil
		return b, nil
	}
	return b, b.group(r, groups, measures)
}

func (g *generator) measures(r *rel.Aggregate, b *block) ([]string, error) {
	x := g.over(b.cols)
	out := make([]string, len(r.Measures))
	for i, m := range r.Measures {
		var err error
		if out[i], err = x.measure(m); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// group is an aggregate by one set of groups. They are named by their place,
// which is exact for any expression, constants included.
func (b *block) group(r *rel.Aggregate, groups, measures []string) error {
	chosen := map[int]bool{}
	for i := range groups {
		chosen[i] = r.Sets == nil
	}
	for _, set := range r.Sets {
		for _, i := range set {
			if i < 0 || i >= len(groups) {
				return invalid("group %d of %d", i, len(groups))
			}
			chosen[i] = true
		}
	}
	var by []string
	for i := range groups {
		if chosen[i] {
			by = append(by, strconv.Itoa(i+1))
			continue
		}
		sql, err := null(r.Groups[i].Type())
		if err != nil {
			return err
		}
		groups[i] = sql
	}
	b.grouped, b.plain = true, false
	b.cols = append(groups, measures...)
	if len(measures) == 0 && len(by) == len(groups) {
		// DuckDB plans deeply nested DISTINCTs faster than GROUP BYs.
		b.distinct = true
		return nil
	}
	b.groupBy = strings.Join(by, ", ")
	if len(by)+len(measures) == 0 {
		b.groupBy = "()" // all groups are left out; there is one row
	}
	return nil
}

// groupingSets tells a row's set by GROUPING's bits. Two sets of the same
// groups have the same bits; their rows are told apart by doubling them.
func (g *generator) groupingSets(r *rel.Aggregate, b *block, groups []string) (*block, error) {
	if len(groups) > maxGroupingSets {
		return nil, invalid("grouping sets of more than %d expressions", maxGroupingSets)
	}
	// GROUPING wants columns, so the groups become some, before the input's.
	b.cols, b.plain = append(append([]string{}, groups...), b.cols...), false
	b = g.wrap(b)
	groups, b.cols = b.cols[:len(groups):len(groups)], b.cols[len(groups):]
	measures, err := g.measures(r, b)
	if err != nil {
		return nil, err
	}
	bits := map[uint64][]int{}
	sets := make([]string, len(r.Sets))
	for i, set := range r.Sets {
		names := make([]string, len(set))
		missing := uint64(1)<<len(groups) - 1
		for k, f := range set {
			if f < 0 || f >= len(groups) {
				return nil, invalid("group %d of %d", f, len(groups))
			}
			names[k] = groups[f]
			missing &^= 1 << (len(groups) - 1 - f)
		}
		sets[i] = "(" + strings.Join(names, ", ") + ")"
		bits[missing] = append(bits[missing], i)
	}
	mask := "CAST(0 AS BIGINT)"
	if len(groups) > 0 {
		mask = "GROUPING(" + strings.Join(groups, ", ") + ")"
	}
	b.grouped, b.plain = true, false
	b.cols = append(append(groups, measures...), mask)
	return g.numbered(b, bits, distinctSets(sets)), nil
}

func distinctSets(sets []string) []string {
	seen := map[string]bool{}
	var out []string
	for _, s := range sets {
		if !seen[s] {
			seen[s] = true
			out = append(out, s)
		}
	}
	return out
}

// numbered replaces the last column, which has the sets' bits, by the sets'
// numbers.
func (g *generator) numbered(b *block, bits map[uint64][]int, sets []string) *block {
	b.groupBy = "GROUPING SETS (" + strings.Join(sets, ", ") + ")"
	last := len(b.cols) - 1
	var rows []string
	for mask, numbers := range bits {
		for _, n := range numbers {
			rows = append(rows, fmt.Sprintf("(CAST(%d AS BIGINT), CAST(%d AS BIGINT))", mask, n))
		}
	}
	slices.Sort(rows)
	t := g.wrap(b)
	m := g.table()
	t.from += " JOIN (VALUES " + strings.Join(rows, ", ") + ") AS " + m + "(c0, c1) ON " + t.cols[last] + " = " + m + ".c0"
	t.single = false
	t.cols[last] = m + ".c1"
	return t
}

func (x *exprSQL) measure(m rel.Measure) (string, error) {
	sql, err := x.aggregate(m, false, "")
	if err != nil {
		return "", err
	}
	if naturalMeasure(m) || !spellable(m.Type) {
		return sql, nil
	}
	return castTo(sql, m.Type), nil
}

// naturalMeasure is true where DuckDB is known to give the call its type.
func naturalMeasure(m rel.Measure) bool {
	if id, ok := fixed[m.Func]; ok {
		return id == m.Type.ID
	}
	if len(m.Args) == 0 {
		return false
	}
	arg := m.Args[0].Type()
	switch m.Func {
	case "min", "max", "first", "last", "any_value":
		return len(m.Args) == 1 && arg.Equal(m.Type)
	case "sum":
		switch arg.ID {
		case types.Decimal:
			return m.Type.Equal(types.DecimalOf(38, arg.Scale))
		case types.Double:
			return m.Type.ID == types.Double
		case types.TinyInt, types.SmallInt, types.Integer, types.BigInt:
			return m.Type.ID == types.HugeInt
		}
	}
	return false
}
