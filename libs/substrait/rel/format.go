package rel

import (
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"

	"github.com/shoal-db/shoal/libs/substrait/types"
)

// Format prints a plan for people: one relation a line, inputs indented below
// it, fields as $0, $1 … of the input. Shared subtrees come first.
func Format(p *Plan) string {
	var f formatter
	for i, s := range p.Shared {
		f.line("shared %d:", i)
		f.depth++
		f.rel(s)
		f.depth--
	}
	quoted := make([]string, len(p.Names))
	for i, n := range p.Names {
		quoted[i] = strconv.Quote(n)
	}
	f.line("result %s:", strings.Join(quoted, ", "))
	f.depth++
	if p.Root != nil {
		f.rel(p.Root)
	}
	return f.out.String()
}

// FormatRel prints one relation and what it reads, as Format does.
func FormatRel(r Rel) string {
	var f formatter
	f.rel(r)
	return f.out.String()
}

// FormatExpr prints an expression as Format does.
func FormatExpr(e Expr) string {
	var b strings.Builder
	writeExpr(&b, e)
	return b.String()
}

var joinNames = map[JoinKind]string{
	Inner: "inner", Left: "left", Right: "right", Full: "full", LeftSemi: "semi", LeftAnti: "anti",
	LeftSingle: "single", LeftMark: "mark",
}

// String is the kind's name.
func (k JoinKind) String() string { return joinNames[k] }

var setNames = map[SetKind]string{
	UnionAll: "union all", UnionDistinct: "union", ExceptAll: "except all", ExceptDistinct: "except",
	IntersectAll: "intersect all", IntersectDistinct: "intersect",
}

// String is the operation's name.
func (k SetKind) String() string { return setNames[k] }

type formatter struct {
	out   strings.Builder
	depth int
}

func (f *formatter) line(format string, args ...any) {
	f.out.WriteString(strings.Repeat("  ", f.depth))
	fmt.Fprintf(&f.out, format, args...)
	f.out.WriteByte('\n')
}

func (f *formatter) rel(r Rel) {
	f.line("%s", describe(r))
	f.depth++
	for _, in := range r.Inputs() {
		f.rel(in)
	}
	f.depth--
}

func describe(r Rel) string {
	switch r := r.(type) {
	case *Read:
		return describeRead(r)
	case *Values:
		return describeValues(r)
	case *Filter:
		return "filter " + FormatExpr(r.Cond)
	case *Project:
		return "project " + exprList(r.Exprs)
	case *Aggregate:
		return describeAggregate(r)
	case *Join:
		return describeJoin(r)
	case *DependentJoin:
		return fmt.Sprintf("dependent %d keys [%s] %s", r.ID, exprList(r.Keys), describeJoin(&r.Join))
	case *Outer:
		return fmt.Sprintf("outer %d (%s)", r.ID, typeList(r.Columns))
	case *Sort:
		return "sort " + keyList(r.Keys)
	case *Fetch:
		return describeFetch(r)
	case *SetOp:
		return r.Kind.String()
	case *Reference:
		return fmt.Sprintf("reference %d (%s)", r.Ordinal, typeList(r.Columns))
	}
	return describeMore(r)
}

// describeMore is describe for what Substrait has no relation for.
func describeMore(r Rel) string {
	switch r := r.(type) {
	case *Unnest:
		return "unnest " + exprList(r.Lists)
	case *Recursive:
		return describeRecursive(r)
	case *Working:
		if r.Kept {
			return fmt.Sprintf("kept %d (%s)", r.ID, typeList(r.Columns))
		}
		return fmt.Sprintf("working %d (%s)", r.ID, typeList(r.Columns))
	case *AsOf:
		return "asof " + describeJoin(&Join{Kind: r.Kind, Cond: r.Cond})
	case *Positional:
		return "positional join"
	case *Sample:
		return describeSample(r)
	}
	return fmt.Sprintf("%T", r)
}

func describeRecursive(r *Recursive) string {
	s := fmt.Sprintf("recursive %d", r.ID)
	if r.Distinct {
		s += " distinct"
	}
	if len(r.Keys) > 0 {
		s += fmt.Sprintf(" keys %v", r.Keys)
	}
	return s
}

func describeSample(s *Sample) string {
	out := "sample " + s.Method.String()
	if s.Rows != nil {
		out += fmt.Sprintf(" %d rows", *s.Rows)
	} else {
		out += fmt.Sprintf(" %v%%", s.Percent)
	}
	if s.Seed != nil {
		out += fmt.Sprintf(" seed %d", *s.Seed)
	}
	return out
}

func describeRead(r *Read) string {
	cols := make([]string, len(r.Columns))
	for i, c := range r.Columns {
		cols[i] = c.Name + " " + c.Type.String()
	}
	s := "read " + strings.Join(r.Table, ".") + " (" + strings.Join(cols, ", ") + ")"
	if r.Filter != nil {
		s += " where " + FormatExpr(r.Filter)
	}
	return s
}

func describeValues(v *Values) string {
	rows := make([]string, len(v.Rows))
	for i, row := range v.Rows {
		rows[i] = "(" + exprList(row) + ")"
	}
	return "values (" + typeList(v.Columns) + ") " + strings.Join(rows, ", ")
}

func describeAggregate(a *Aggregate) string {
	s := "aggregate by [" + exprList(a.Groups) + "]"
	if a.Sets != nil {
		s += fmt.Sprintf(" sets %v", a.Sets)
	}
	for i, m := range a.Measures {
		sep := ", "
		if i == 0 {
			sep = " "
		}
		s += sep + FormatMeasure(m)
	}
	return s
}

// FormatMeasure prints an aggregate function's call as Format does.
func FormatMeasure(m Measure) string {
	s := m.Func + "("
	if m.Distinct {
		s += "distinct "
	}
	s += exprList(m.Args)
	if len(m.OrderBy) > 0 {
		s += " order by " + keyList(m.OrderBy)
	}
	s += ")"
	if m.Filter != nil {
		s += " where " + FormatExpr(m.Filter)
	}
	return s + ":" + m.Type.String()
}

func describeJoin(j *Join) string {
	s := j.Kind.String() + " join"
	if j.Cond != nil {
		s += " on " + FormatExpr(j.Cond)
	}
	return s
}

func describeFetch(f *Fetch) string {
	s := "fetch"
	if f.Count != nil {
		s += " " + FormatExpr(f.Count)
	}
	if f.Offset != nil {
		s += " offset " + FormatExpr(f.Offset)
	}
	return s
}

func typeList(ts []types.Type) string {
	out := make([]string, len(ts))
	for i, t := range ts {
		out[i] = t.String()
	}
	return strings.Join(out, ", ")
}

func exprList(exprs []Expr) string {
	out := make([]string, len(exprs))
	for i, e := range exprs {
		out[i] = FormatExpr(e)
	}
	return strings.Join(out, ", ")
}

func keyList(keys []SortKey) string {
	out := make([]string, len(keys))
	for i, k := range keys {
		out[i] = FormatExpr(k.Expr)
		if k.Descending {
			out[i] += " desc"
		}
		if k.NullsFirst {
			out[i] += " nulls first"
		}
	}
	return strings.Join(out, ", ")
}

// infix are the functions that are printed between their arguments.
var infix = map[string]string{
	Eq: "=", Ne: "<>", Lt: "<", Le: "<=", Gt: ">", Ge: ">=", And: "and", Or: "or",
	DistinctFrom: "is distinct from", NotDistinctFrom: "is not distinct from",
	"+": "+", "-": "-", "*": "*", "/": "/", "//": "//", "%": "%", "||": "||",
}

func writeExpr(b *strings.Builder, e Expr) {
	switch e := e.(type) {
	case *Field:
		fmt.Fprintf(b, "$%d", e.Index)
	case *Literal:
		writeLiteral(b, e)
	case *Call:
		writeCall(b, e)
	case *Cast:
		name := "cast("
		if e.Try {
			name = "try_cast("
		}
		b.WriteString(name)
		writeExpr(b, e.Input)
		b.WriteString(" as " + e.To.String() + ")")
	case *Case:
		b.WriteString("case")
		for _, w := range e.Whens {
			b.WriteString(" when " + FormatExpr(w.Cond) + " then " + FormatExpr(w.Then))
		}
		if e.Else != nil {
			b.WriteString(" else " + FormatExpr(e.Else))
		}
		b.WriteString(" end")
	case *In:
		writeExpr(b, e.Value)
		b.WriteString(" in (" + exprList(e.Options) + ")")
	case *WindowCall:
		writeWindow(b, e)
	case *Lambda:
		b.WriteString("lambda(" + typeList(e.Params) + "): " + FormatExpr(e.Body))
	case *Param:
		fmt.Fprintf(b, "@%d.%d", e.Out, e.Index)
	case *OuterField:
		fmt.Fprintf(b, "outer%d$%d", e.Steps, e.Index)
	case *Subquery:
		writeSubquery(b, e)
	case fmt.Stringer:
		b.WriteString(e.String()) // what a reader of plans has put in a field's place
	default:
		fmt.Fprintf(b, "%T", e)
	}
}

// writeSubquery prints a subquery in one line.
func writeSubquery(b *strings.Builder, s *Subquery) {
	if len(s.Left) > 0 {
		b.WriteString(exprList(s.Left) + " ")
	}
	kind := [...]string{"scalar", "exists", "in", s.Op + " any", s.Op + " all"}[s.Kind]
	lines := strings.Split(strings.TrimSpace(FormatRel(s.Input)), "\n")
	for i := range lines {
		lines[i] = strings.TrimSpace(lines[i])
	}
	b.WriteString(kind + " (" + strings.Join(lines, " / ") + ")")
}

func writeCall(b *strings.Builder, c *Call) {
	between, ok := infix[c.Func]
	if !ok || len(c.Args) < 2 {
		b.WriteString(c.Func + "(" + exprList(c.Args) + ")")
		return
	}
	b.WriteByte('(')
	for i, a := range c.Args {
		if i > 0 {
			b.WriteString(" " + between + " ")
		}
		writeExpr(b, a)
	}
	b.WriteByte(')')
}

func writeWindow(b *strings.Builder, w *WindowCall) {
	b.WriteString(w.Func + "(")
	if w.Distinct {
		b.WriteString("distinct ")
	}
	b.WriteString(exprList(w.Args))
	if len(w.ArgOrder) > 0 {
		b.WriteString(" order by " + keyList(w.ArgOrder))
	}
	if w.IgnoreNulls {
		b.WriteString(" ignore nulls")
	}
	b.WriteByte(')')
	if w.Filter != nil {
		b.WriteString(" where " + FormatExpr(w.Filter))
	}
	b.WriteString(" over (partition by [" + exprList(w.Partition) + "] order by [" + keyList(w.OrderBy) + "] ")
	b.WriteString([]string{"range", "rows", "groups"}[w.Frame.Unit%3] + " " + formatBound(w.Frame.Start) + " to " + formatBound(w.Frame.End))
	b.WriteString([]string{"", " exclude current row", " exclude group", " exclude ties"}[w.Frame.Exclude%4] + ")")
}

func formatBound(bd Bound) string {
	switch bd.Kind {
	case UnboundedPreceding:
		return "start"
	case UnboundedFollowing:
		return "end"
	case CurrentRow:
		return "current"
	case Preceding:
		return FormatExpr(bd.Offset) + " preceding"
	}
	return FormatExpr(bd.Offset) + " following"
}

// writeLiteral prints the value and, unless it is clear, the type.
func writeLiteral(b *strings.Builder, l *Literal) {
	switch l.Of.ID {
	case types.Boolean, types.Integer, types.Varchar, types.Double:
		if l.Value != nil {
			b.WriteString(formatValue(l.Value, l.Of))
			return
		}
	}
	b.WriteString(formatValue(l.Value, l.Of) + ":" + l.Of.String())
}

func formatValue(v any, t types.Type) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case string:
		return "'" + strings.ReplaceAll(v, "'", "''") + "'"
	case []byte:
		return fmt.Sprintf("x'%X'", v)
	case float64:
		if v == math.Trunc(v) && math.Abs(v) < 1e15 {
			return strconv.FormatFloat(v, 'f', 1, 64)
		}
		return strconv.FormatFloat(v, 'g', -1, 64)
	case *big.Int:
		if t.ID == types.Decimal {
			return FormatDecimal(v, t.Scale)
		}
		return v.String()
	case []any:
		parts := make([]string, len(v))
		for i, m := range v {
			parts[i] = formatValue(m, types.Type{})
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case IntervalValue:
		return fmt.Sprintf("%d months %d days %d us", v.Months, v.Days, v.Micros)
	}
	return fmt.Sprint(v)
}

// FormatDecimal prints an unscaled DECIMAL value with its point.
func FormatDecimal(unscaled *big.Int, scale uint8) string {
	digits := new(big.Int).Abs(unscaled).String()
	if missing := int(scale) + 1 - len(digits); missing > 0 {
		digits = strings.Repeat("0", missing) + digits
	}
	if scale > 0 {
		digits = digits[:len(digits)-int(scale)] + "." + digits[len(digits)-int(scale):]
	}
	if unscaled.Sign() < 0 {
		return "-" + digits
	}
	return digits
}
