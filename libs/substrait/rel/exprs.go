package rel

// The expressions of each kind of relation, and the relation with others. An expression that may be
// missing (a filter, a condition, a limit) is not among them where it is.

// present are the expressions that are not missing.
func present(exprs ...Expr) []Expr {
	var out []Expr
	for _, e := range exprs {
		if e != nil {
			out = append(out, e)
		}
	}
	return out
}

// taking hands out expressions one after the other.
type taking []Expr

func (t *taking) next() Expr {
	e := (*t)[0]
	*t = (*t)[1:]
	return e
}

// instead is the next expression in the place of e, nil in that of none.
func (t *taking) instead(e Expr) Expr {
	if e == nil {
		return nil
	}
	return t.next()
}

func (t *taking) many(n int) []Expr {
	out := (*t)[:n:n]
	*t = (*t)[n:]
	return out
}

func (t *taking) keys(keys []SortKey) []SortKey {
	out := make([]SortKey, len(keys))
	for i, k := range keys {
		k.Expr = t.next()
		out[i] = k
	}
	return out
}

// KeyExprs are the expressions of an order's keys.
func KeyExprs(keys []SortKey) []Expr {
	out := make([]Expr, len(keys))
	for i, k := range keys {
		out[i] = k.Expr
	}
	return out
}

// Expressions implements Rel: the filter.
func (r *Read) Expressions() []Expr { return present(r.Filter) }

// WithExpressions implements Rel.
func (r *Read) WithExpressions(exprs []Expr) Rel {
	c, t := *r, taking(exprs)
	c.Filter = t.instead(r.Filter)
	return &c
}

// Expressions implements Rel: row by row.
func (v *Values) Expressions() []Expr {
	out := make([]Expr, 0, len(v.Rows)*len(v.Columns))
	for _, row := range v.Rows {
		out = append(out, row...)
	}
	return out
}

// WithExpressions implements Rel.
func (v *Values) WithExpressions(exprs []Expr) Rel {
	c, t := Values{Columns: v.Columns, Rows: make([][]Expr, len(v.Rows))}, taking(exprs)
	for i, row := range v.Rows {
		c.Rows[i] = t.many(len(row))
	}
	return &c
}

// Expressions implements Rel.
func (f *Filter) Expressions() []Expr { return []Expr{f.Cond} }

// WithExpressions implements Rel.
func (f *Filter) WithExpressions(exprs []Expr) Rel { return &Filter{Input: f.Input, Cond: exprs[0]} }

// Expressions implements Rel.
func (p *Project) Expressions() []Expr { return p.Exprs }

// WithExpressions implements Rel.
func (p *Project) WithExpressions(exprs []Expr) Rel { return &Project{Input: p.Input, Exprs: exprs} }

// Expressions implements Rel: the groups, then each measure's arguments, filter and order.
func (a *Aggregate) Expressions() []Expr {
	out := append([]Expr{}, a.Groups...)
	for _, m := range a.Measures {
		out = append(out, m.Expressions()...)
	}
	return out
}

// WithExpressions implements Rel.
func (a *Aggregate) WithExpressions(exprs []Expr) Rel {
	c, t := *a, taking(exprs)
	c.Groups = t.many(len(a.Groups))
	c.Measures = make([]Measure, len(a.Measures))
	for i, m := range a.Measures {
		m.Args, m.Filter, m.OrderBy = t.many(len(m.Args)), t.instead(m.Filter), t.keys(m.OrderBy)
		c.Measures[i] = m
	}
	return &c
}

// Expressions are a measure's arguments, its filter and its order.
func (m Measure) Expressions() []Expr {
	return append(append(append([]Expr{}, m.Args...), present(m.Filter)...), KeyExprs(m.OrderBy)...)
}

// Expressions implements Rel: the condition.
func (j *Join) Expressions() []Expr { return present(j.Cond) }

// WithExpressions implements Rel.
func (j *Join) WithExpressions(exprs []Expr) Rel {
	c, t := *j, taking(exprs)
	c.Cond = t.instead(j.Cond)
	return &c
}

// Expressions implements Rel: the condition, then the keys, which are over the left input alone.
func (d *DependentJoin) Expressions() []Expr { return append(present(d.Cond), d.Keys...) }

// WithExpressions implements Rel.
func (d *DependentJoin) WithExpressions(exprs []Expr) Rel {
	c, t := *d, taking(exprs)
	c.Cond, c.Keys = t.instead(d.Cond), t.many(len(d.Keys))
	return &c
}

// Expressions implements Rel: the condition.
func (a *AsOf) Expressions() []Expr { return present(a.Cond) }

// WithExpressions implements Rel.
func (a *AsOf) WithExpressions(exprs []Expr) Rel {
	c, t := *a, taking(exprs)
	c.Cond = t.instead(a.Cond)
	return &c
}

// Expressions implements Rel.
func (s *Sort) Expressions() []Expr { return KeyExprs(s.Keys) }

// WithExpressions implements Rel.
func (s *Sort) WithExpressions(exprs []Expr) Rel {
	t := taking(exprs)
	return &Sort{Input: s.Input, Keys: t.keys(s.Keys)}
}

// Expressions implements Rel: offset and count.
func (f *Fetch) Expressions() []Expr { return present(f.Offset, f.Count) }

// WithExpressions implements Rel.
func (f *Fetch) WithExpressions(exprs []Expr) Rel {
	c, t := *f, taking(exprs)
	c.Offset, c.Count = t.instead(f.Offset), t.instead(f.Count)
	return &c
}

// Expressions implements Rel.
func (u *Unnest) Expressions() []Expr { return u.Lists }

// WithExpressions implements Rel.
func (u *Unnest) WithExpressions(exprs []Expr) Rel { return &Unnest{Input: u.Input, Lists: exprs} }

// Expressions implements Rel.
func (p *Positional) Expressions() []Expr { return nil }

// WithExpressions implements Rel.
func (p *Positional) WithExpressions([]Expr) Rel { return p }

// Expressions implements Rel.
func (s *Sample) Expressions() []Expr { return nil }

// WithExpressions implements Rel.
func (s *Sample) WithExpressions([]Expr) Rel { return s }

// Expressions implements Rel.
func (s *SetOp) Expressions() []Expr { return nil }

// WithExpressions implements Rel.
func (s *SetOp) WithExpressions([]Expr) Rel { return s }

// Expressions implements Rel.
func (r *Recursive) Expressions() []Expr { return nil }

// WithExpressions implements Rel.
func (r *Recursive) WithExpressions([]Expr) Rel { return r }

// Expressions implements Rel.
func (w *Working) Expressions() []Expr { return nil }

// WithExpressions implements Rel.
func (w *Working) WithExpressions([]Expr) Rel { return w }

// Expressions implements Rel.
func (o *Outer) Expressions() []Expr { return nil }

// WithExpressions implements Rel.
func (o *Outer) WithExpressions([]Expr) Rel { return o }

// Expressions implements Rel.
func (r *Reference) Expressions() []Expr { return nil }

// WithExpressions implements Rel.
func (r *Reference) WithExpressions([]Expr) Rel { return r }
