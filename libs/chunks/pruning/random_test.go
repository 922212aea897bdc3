package pruning

import (
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/chunks/manifest"
	"github.com/shoal-db/shoal/libs/chunks/value"
)

// gen draws decisions from a fuzzer's bytes, and from a generator seeded by them once they are used
// up.
type gen struct {
	bytes []byte
	rng   *rand.Rand
}

func newGen(b []byte) *gen {
	var seed uint64 = 14695981039346656037
	for _, c := range b {
		seed = (seed ^ uint64(c)) * 1099511628211
	}
	return &gen{bytes: b, rng: rand.New(rand.NewPCG(seed, uint64(len(b))))}
}

func (g *gen) below(n int) int {
	if len(g.bytes) > 0 {
		v := int(g.bytes[0])
		g.bytes = g.bytes[1:]
		if n <= 256 {
			return v % n
		}
	}
	return g.rng.IntN(n)
}

func (g *gen) chance(percent int) bool { return g.below(100) < percent }

func pick2[T any](g *gen, s []T) T { return s[g.below(len(s))] }

var (
	blockTypes = []string{"TINYINT", "INTEGER", "BIGINT", "UBIGINT", "HUGEINT", "DATE", "TIMESTAMP",
		"TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "TIMESTAMP WITH TIME ZONE"}
	otherTypes = []string{"BOOLEAN", "UTINYINT", "DECIMAL(4,2)", "DECIMAL(18,3)", "DECIMAL(38,10)", "UHUGEINT",
		"FLOAT", "DOUBLE", "VARCHAR", "BLOB", "UUID", "TIME", "INTERVAL"}
	edges = []int64{0, 1, -1, 2, -2, 3, 5, 7, 10, 50, 100, -100, 1234, 127, -128, 999, 1000, -1000, 86400, 1<<24 - 1, 1 << 24, 1<<24 + 1,
		math.MaxInt32, math.MaxInt32 - 1, math.MinInt32, -math.MaxInt32, 1<<53 - 1, 1 << 53, 1<<53 + 1, 1<<53 + 2, -(1 << 53) - 1,
		math.MaxInt64, math.MaxInt64 - 1, math.MaxInt64 - 512, math.MinInt64, math.MinInt64 + 1, 1 << 62}
	floats = []float64{0, math.Copysign(0, -1), 0.1, 0.5, -0.5, 1, -1, 2.5, 3, 100, 127.5, -128, 16777216, 16777217, 1 << 53, 1<<53 + 2,
		9.2e18, 1 << 63, -1 << 63, 1e30, -1e30, 1e300, 5e-324, math.Inf(1), math.Inf(-1), math.NaN(), 0.01, 12.34, math.MaxFloat64}
	texts = []string{"", "a", "ab", "abc", "abd", "b", "\xff", "\xff\xff", "\xff\xffa", "é", "\x00", "zz", "z\x00"}
)

// number draws an integer between the bounds, with a liking for edges.
func (g *gen) number(lo, hi *big.Int) *big.Int {
	for range 8 {
		v := big.NewInt(pick2(g, edges))
		if g.chance(20) {
			v.Mul(v, big.NewInt(pick2(g, edges)))
		}
		if g.chance(30) {
			v.Add(v, big.NewInt(int64(g.below(5)-2)))
		}
		if v.Cmp(lo) >= 0 && v.Cmp(hi) <= 0 {
			return v
		}
	}
	return new(big.Int).Set(pick2(g, []*big.Int{lo, hi}))
}

func power(base, n int64) *big.Int { return new(big.Int).Exp(big.NewInt(base), big.NewInt(n), nil) }

// limits returns the least and greatest number behind a type's values.
func limits(t value.Type) (lo, hi *big.Int) {
	hi = new(big.Int).Sub(power(2, 63), big.NewInt(1))
	switch t.Kind {
	case value.Integer:
		if t.Unsigned && t.Bits < 128 {
			return new(big.Int), new(big.Int).Sub(power(2, int64(t.Bits)), big.NewInt(1))
		}
		hi = new(big.Int).Sub(power(2, int64(t.Bits)-1), big.NewInt(1))
		if t.Unsigned {
			return new(big.Int), hi
		}
		return new(big.Int).Sub(new(big.Int).Neg(hi), big.NewInt(1)), hi
	case value.Decimal:
		hi = new(big.Int).Sub(power(10, int64(t.Width)), big.NewInt(1))
	case value.Date:
		hi = big.NewInt(math.MaxInt32)
	case value.Time:
		return new(big.Int), big.NewInt(86400e6)
	case value.Bool:
		return new(big.Int), big.NewInt(1)
	}
	return new(big.Int).Neg(hi), hi
}

// value draws a value that a column of the type may have, None for types without order.
func (g *gen) value(t value.Type) value.Value {
	lo, hi := limits(t)
	switch t.Kind {
	case value.None:
		return value.Value{}
	case value.Float32:
		return value.Float(float32(pick2(g, floats)))
	case value.Float64:
		return value.Double(pick2(g, floats))
	case value.String:
		return value.Text(pick2(g, texts))
	case value.Bytes:
		return value.Blob([]byte(pick2(g, texts)))
	case value.UUID:
		return value.UUIDValue([16]byte{byte(g.below(3)), 15: byte(g.below(256))})
	}
	return fromNumber(t, g.number(lo, hi))
}

func fromNumber(t value.Type, n *big.Int) value.Value {
	switch t.Kind {
	case value.Integer:
		return value.BigInt(n)
	case value.Decimal:
		return value.BigDecimal(n, t.Scale)
	case value.Bool:
		return value.BoolValue(n.Sign() != 0)
	case value.Date:
		return value.DateValue(int32(n.Int64()))
	case value.Time:
		return value.TimeValue(n.Int64())
	case value.Timestamp:
		return value.TimestampValue(n.Int64(), t.Unit)
	case value.TimestampTZ:
		return value.TimestampTZValue(n.Int64())
	}
	return value.Value{}
}

// table is random data in chunks, with its index.
type table struct {
	types []value.Type
	rows  map[chunks.Range][][]value.Value
	index *Index
	held  heldFilters
}

func (g *gen) table(t testing.TB) table {
	names := []string{pick2(g, blockTypes)}
	for range 1 + g.below(3) {
		names = append(names, pick2(g, append(blockTypes, otherTypes...)))
	}
	block := 0
	if g.chance(10) {
		block = -1
	}
	schema, err := NewSchema(names, block)
	if err != nil {
		t.Fatal(err)
	}
	out := table{types: schema.Columns, rows: map[chunks.Range][][]value.Value{}}
	var entries []manifest.Entry
	for _, r := range g.ranges(schema.Columns[0]) {
		rows := g.rows(schema, r)
		out.rows[r] = rows
		e := manifest.Entry{ID: chunks.ID{Range: r, Hash: chunks.ContentHash(g.below(256))}, Rows: int64(len(rows))}
		for c := range schema.Columns {
			e.Columns = append(e.Columns, g.stats(rows, c))
		}
		entries = append(entries, e)
	}
	var segments []*Segment
	out.held = heldFilters{}
	for part := range slices.Chunk(entries, 1+g.below(80)) {
		s, err := NewSegment(schema, part)
		if err != nil {
			t.Fatal(err)
		}
		segments = append(segments, s)
		if g.chance(80) {
			for _, id := range s.ids {
				out.held[s] = append(out.held[s], g.filtersOf(t, schema.Columns, out.rows[id.Range]))
			}
		}
	}
	out.index = NewIndex(schema, segments...)
	return out
}

// ranges cuts the axis of a block column, mostly at edges.
func (g *gen) ranges(t value.Type) []chunks.Range {
	lo, hi := limits(t)
	if !lo.IsInt64() {
		lo = big.NewInt(math.MinInt64)
	}
	if !hi.IsInt64() {
		hi = big.NewInt(math.MaxInt64)
	}
	var cuts []int64
	for range 2 + g.below(12) {
		cuts = append(cuts, g.number(lo, hi).Int64())
	}
	if g.chance(5) { // more than a word of chunks
		for i := range int64(150) {
			cuts = append(cuts, i%min(hi.Int64(), 150))
		}
	}
	if t.Kind == value.Timestamp {
		for i, c := range cuts { // in microseconds, so that every value of the column's unit fits
			c = max(min(c, math.MaxInt64/1000-1), math.MinInt64/1000+1)
			cuts[i] = c - c%microsOf(t.Unit)
		}
	}
	slices.Sort(cuts)
	cuts = slices.Compact(cuts)
	var out []chunks.Range
	for i := 0; i < len(cuts); i++ {
		r := chunks.Range{First: cuts[i], Last: cuts[i]}
		if i+1 < len(cuts) && g.chance(60) {
			if r.Last = cuts[i+1]; g.chance(50) {
				i++
			} else {
				r.Last--
			}
		}
		out = append(out, r)
	}
	if g.chance(50) {
		out = append(out, chunks.NullRange())
	}
	return out
}

// microsOf is how many microseconds a unit has, 1 for finer ones.
func microsOf(u value.Unit) int64 {
	switch u {
	case value.Seconds:
		return 1e6
	case value.Milliseconds:
		return 1e3
	}
	return 1
}

func (g *gen) rows(s Schema, r chunks.Range) [][]value.Value {
	rows := make([][]value.Value, g.below(5))
	for i := range rows {
		row := make([]value.Value, len(s.Columns))
		for c, t := range s.Columns {
			if row[c] = g.value(t); g.chance(20) {
				row[c] = value.NullValue()
			}
		}
		if s.Block == 0 {
			row[0] = g.blockValue(s.Columns[0], r)
		}
		rows[i] = row
	}
	return rows
}

// blockValue draws a value of the block column whose block is in the range.
func (g *gen) blockValue(t value.Type, r chunks.Range) value.Value {
	if r.Null {
		return value.NullValue()
	}
	n := pick2(g, []int64{r.First, r.Last, r.First + int64(r.Span()/2)})
	if t.Kind == value.Timestamp && n%microsOf(t.Unit) != 0 {
		n = r.First
	}
	if t.Kind != value.Timestamp {
		return fromNumber(t, big.NewInt(n))
	}
	switch t.Unit {
	case value.Nanoseconds:
		return value.TimestampValue(n*1000+int64(g.below(1000)), t.Unit)
	case value.Milliseconds, value.Seconds:
		// Parquet files have these as microseconds.
		return value.TimestampValue(n, value.Microseconds)
	}
	return value.TimestampValue(n, t.Unit)
}

// stats computes the statistics of a column, and forgets some.
func (g *gen) stats(rows [][]value.Value, c int) manifest.ColumnStats {
	var s manifest.ColumnStats
	for _, row := range rows {
		v := row[c]
		if v.IsNull() {
			s.Nulls++
			continue
		}
		if order, ok := orderOf(v, s.Min, false); !s.Min.Known() || ok && order < 0 {
			s.Min = v
		}
		if order, ok := orderOf(v, s.Max, false); !s.Max.Known() || ok && order > 0 {
			s.Max = v
		}
	}
	if g.chance(5) {
		s.Nulls = manifest.NullsUnknown
	}
	if g.chance(10) {
		s.Min = value.Value{}
	}
	if g.chance(10) {
		s.Max = value.Value{}
	}
	if k := s.Min.Kind(); k == value.String && g.chance(50) {
		s.Min = value.Text(s.Min.Raw()[:min(1, len(s.Min.Raw()))]) // as long text is cut
	}
	if k := s.Max.Kind(); k == value.String && g.chance(50) && s.Max.Raw() > "" && s.Max.Raw()[0] < 0xff {
		s.Max = value.Text(string([]byte{s.Max.Raw()[0] + 1}))
	}
	return s
}
