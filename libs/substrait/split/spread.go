package split

import (
	"slices"

	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// spread puts together the moments about the mean of one or two variables over
// the rows in which none is NULL.
//
// Each part has its count n, and each variable's mean m and population variance
// v. About any centre c near the mean, with d = m − c, the sum of squares about
// the whole's mean is Σ(n·v + n·d²) − (Σ n·d)²/N. With the whole's mean for c,
// which windows over the parts find, this is the formula of Chan, Golub and
// LeVeque (Algorithms for Computing the Sample Variance, 1983) for any number
// of parts, and cancels nothing. A variable that has one value alone is told by
// its extremes, so that its spread is exactly 0, as it is for DuckDB.
type spread struct {
	p      *partial
	args   []rel.Expr
	filter rel.Expr
	rows   *rel.Field // of a part
	n      rel.Expr   // of the whole, as DOUBLE
	means  []*rel.Field
	off    []rel.Expr // mean − centre, of a part
	sums   []rel.Expr // Σ n·off
	same   []rel.Expr // whether there is one value alone
}

// spreadOver is the spread of the arguments of measures with the same filter.
func (p *partial) spreadOver(args []rel.Expr, filter rel.Expr) *spread {
	for _, s := range p.spreads {
		if slices.EqualFunc(s.args, args, rel.Equal) && rel.Equal(s.filter, filter) {
			return s
		}
	}
	s := &spread{p: p, args: args, filter: filter}
	p.spreads = append(p.spreads, s)
	count := rel.Measure{Func: "count_star", Filter: s.filtered(), Type: types.Of(types.BigInt)}
	s.rows = p.part(count)
	s.n = double(p.total(count))
	for _, x := range args {
		s.addVariable(double(x))
	}
	return s
}

// filtered leaves out the rows in which an argument is NULL.
func (s *spread) filtered() rel.Expr {
	cond := s.filter
	for _, x := range s.args {
		cond = both(cond, rel.Bools(rel.IsNotNull, x))
	}
	return cond
}

func (s *spread) part(function string, args ...rel.Expr) *rel.Field {
	return s.p.part(rel.Measure{Func: function, Args: args, Filter: s.filtered(), Type: types.Of(types.Double)})
}

func (s *spread) sum(e rel.Expr) rel.Expr {
	return s.p.addUpper(rel.Measure{Func: "sum", Args: []rel.Expr{e}, Type: e.Type()})
}

func (s *spread) addVariable(x rel.Expr) {
	mean := s.part("avg", x)
	n := double(s.rows)
	centre := s.p.between(divide(s.overGroup(multiply(n, mean)), s.overGroup(n)))
	off := subtract(mean, centre)
	lo := s.p.again("min", rel.Measure{Func: "min", Args: []rel.Expr{x}, Filter: s.filtered(), Type: x.Type()})
	hi := s.p.again("max", rel.Measure{Func: "max", Args: []rel.Expr{x}, Filter: s.filtered(), Type: x.Type()})
	one := rel.Bools(rel.And, rel.Bools(rel.Eq, lo, hi), rel.Bools("isfinite", lo))
	s.means = append(s.means, mean)
	s.off = append(s.off, off)
	s.sums = append(s.sums, s.sum(multiply(n, off)))
	s.same = append(s.same, rel.Bools(rel.Or, rel.Bools(rel.Le, s.n, number(1)), one))
}

// overGroup is the sum over all parts of a group.
func (s *spread) overGroup(e rel.Expr) rel.Expr {
	return &rel.WindowCall{Func: "sum", Args: []rel.Expr{e}, Partition: fieldsOf(s.p.whole.Groups), Of: e.Type(),
		Frame: rel.Frame{Start: rel.Bound{Kind: rel.UnboundedPreceding}, End: rel.Bound{Kind: rel.UnboundedFollowing}}}
}

// mean is that of a variable.
func (s *spread) mean(i int) rel.Expr {
	return divide(s.sum(multiply(double(s.rows), s.means[i])), s.n)
}

// squares is the sum of squares about a variable's mean.
func (s *spread) squares(i int) rel.Expr {
	n := double(s.rows)
	within := s.part("var_pop", double(s.args[i]))
	sum := s.sum(add(multiply(n, within), multiply(n, multiply(s.off[i], s.off[i]))))
	about := subtract(sum, divide(multiply(s.sums[i], s.sums[i]), s.n))
	return unless(s.same[i], number(0), finite(arith("greatest", about, number(0))))
}

// products is the sum of products of two variables about their means.
func (s *spread) products() rel.Expr {
	n := double(s.rows)
	within := s.part("covar_pop", double(s.args[0]), double(s.args[1]))
	sum := s.sum(add(multiply(n, within), multiply(n, multiply(s.off[0], s.off[1]))))
	about := subtract(sum, divide(multiply(s.sums[0], s.sums[1]), s.n))
	return unless(rel.Bools(rel.Or, s.same[0], s.same[1]), number(0), about)
}

// finite is e, or an error as DuckDB raises it.
func finite(e rel.Expr) rel.Expr {
	fail := &rel.Call{Func: "error", Args: []rel.Expr{rel.Str("a variance is out of range!")}, Of: types.Of(types.SQLNull)}
	return unless(rel.Bools("isfinite", e), e, cast(fail, e.Type()))
}

func (s *spread) none() rel.Expr    { return isZero(s.n) }
func (s *spread) atMost1() rel.Expr { return rel.Bools(rel.Le, s.n, number(1)) }
func (s *spread) less1() rel.Expr   { return subtract(s.n, number(1)) }

// The functions of two variables take the dependent one, y, first.
const y, x = 0, 1

// spreadResults compute the functions as DuckDB does from its own sums.
var spreadResults = map[string]func(s *spread) rel.Expr{
	"var_pop":     func(s *spread) rel.Expr { return orNull(s.none(), divide(s.squares(0), s.n)) },
	"var_samp":    func(s *spread) rel.Expr { return orNull(s.atMost1(), divide(s.squares(0), s.less1())) },
	"stddev_pop":  func(s *spread) rel.Expr { return orNull(s.none(), root(divide(s.squares(0), s.n))) },
	"stddev_samp": func(s *spread) rel.Expr { return orNull(s.atMost1(), root(divide(s.squares(0), s.less1()))) },
	"sem": func(s *spread) rel.Expr {
		return orNull(s.none(), divide(root(divide(s.squares(0), s.n)), root(s.n)))
	},
	"covar_pop":  func(s *spread) rel.Expr { return orNull(s.none(), divide(s.products(), s.n)) },
	"covar_samp": func(s *spread) rel.Expr { return orNull(s.atMost1(), divide(s.products(), s.less1())) },
	"corr":       func(s *spread) rel.Expr { return orNull(s.none(), s.correlation()) },
	"regr_avgx":  func(s *spread) rel.Expr { return orNull(s.none(), s.mean(x)) },
	"regr_avgy":  func(s *spread) rel.Expr { return orNull(s.none(), s.mean(y)) },
	"regr_sxx":   func(s *spread) rel.Expr { return orNull(s.none(), s.squares(x)) },
	"regr_syy":   func(s *spread) rel.Expr { return orNull(s.none(), s.squares(y)) },
	"regr_sxy":   func(s *spread) rel.Expr { return orNull(s.none(), s.products()) },
	"regr_slope": func(s *spread) rel.Expr {
		return orNull(s.none(), orNaN(isZero(s.squares(x)), divide(s.products(), s.squares(x))))
	},
	"regr_intercept": func(s *spread) rel.Expr {
		slope := divide(s.products(), s.squares(x))
		return orNull(rel.Bools(rel.Or, s.none(), isZero(s.squares(x)), rel.Bools("isnan", slope)),
			subtract(s.mean(y), multiply(slope, s.mean(x))))
	},
	"regr_r2": func(s *spread) rel.Expr {
		r := s.correlation()
		return orNull(rel.Bools(rel.Or, s.none(), isZero(s.squares(x))),
			unless(isZero(s.squares(y)), number(1), multiply(r, r)))
	},
}

// correlation is NaN where a variable has one value alone.
func (s *spread) correlation() rel.Expr {
	deviations := multiply(root(divide(s.squares(x), s.n)), root(divide(s.squares(y), s.n)))
	return orNaN(isZero(deviations), divide(divide(s.products(), s.n), deviations))
}

// spreadOf computes a measure from a spread. Grouping sets would need a centre
// for each of them.
func spreadOf(p *partial, m rel.Measure) bool {
	one := m.Func == "sem" || m.Func[:3] == "var" || m.Func[:3] == "std"
	if p.whole.Sets != nil || one != (len(m.Args) == 1) || len(m.Args) > 2 || len(m.Args) == 0 {
		return false
	}
	for _, a := range m.Args {
		if !a.Type().IsNumeric() {
			return false
		}
	}
	p.result(spreadResults[m.Func](p.spreadOver(m.Args, m.Filter)), m.Type)
	return true
}
