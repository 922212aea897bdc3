package manifest

import (
	"bytes"
	"encoding/binary"
	"math"
	"slices"

	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/chunks/filter"
	"github.com/shoal-db/shoal/libs/chunks/internal/wire"
	"github.com/shoal-db/shoal/libs/chunks/value"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

// A page is "SHM1" and a zstd frame around: the number of entries, the number of columns, then
// thing by thing, because like compresses with like: ranges, row counts, byte counts, checksums, and
// for each column of the table the statistics: NULL count, minimum, maximum. If any entry has filters,
// there follow for each its filters' size and, unless that is 0, their sum, bits and columns.
const (
	pageMagic = "SHM1"
	// MaxPageBytes bounds an encoded page: what etcd stores with some room.
	MaxPageBytes = 1 << 20
	// maxRawPage is the size before compression. Compression at its worst adds a few bytes for
	// every 128 KiB, so that pages stay below MaxPageBytes however their content compresses.
	maxRawPage = MaxPageBytes - 8<<10
)

// EncodePages encodes entries, in their order, as pages of at most MaxPageBytes each. All entries
// must pass Check and have the same number of columns. It is resource_exhausted when one entry
// does not fit in a page, which takes some ten thousand columns.
func EncodePages(entries []Entry) ([][]byte, error) {
	var pages [][]byte
	for len(entries) > 0 {
		w, n, err := fillPage(entries)
		if err != nil {
			return nil, fault.Wrap(err, "encode manifest")
		}
		page, err := wire.Compress([]byte(pageMagic), w.bytes(entries[:n]))
		if err != nil {
			return nil, fault.Wrap(err, "encode manifest")
		}
		pages = append(pages, page)
		entries = entries[n:]
	}
	return pages, nil
}

// pageWriter has one buffer for each thing that is stored together.
type pageWriter struct {
	parts [][]byte // ranges, rows, bytes, sums, each column, filters
	prev  int64
	size  int
}

const (
	// fixedParts precede the columns, lastParts follow them.
	fixedParts = 4
	lastParts  = 1
)

// fillPage writes as many entries as fit, and returns how many.
func fillPage(entries []Entry) (*pageWriter, int, error) {
	columns := len(entries[0].Columns)
	w := &pageWriter{parts: make([][]byte, fixedParts+columns+lastParts), size: 2 * binary.MaxVarintLen64}
	ends := make([]int, len(w.parts))
	for i := range entries {
		e := &entries[i]
		if err := e.Check(); err != nil {
			return nil, 0, err
		}
		if len(e.Columns) != columns {
			return nil, 0, fault.New(fault.Internal, "", "entry %s has %d columns, others %d", e.ID, len(e.Columns), columns)
		}
		for p := range w.parts {
			ends[p] = len(w.parts[p])
		}
		if err := w.add(e); err != nil {
			return nil, 0, err
		}
		grown := 0
		for p := range w.parts {
			grown += len(w.parts[p]) - ends[p]
		}
		if w.size += grown; w.size <= maxRawPage {
			continue
		}
		if i == 0 {
			return nil, 0, fault.New(fault.ResourceExhausted, "", "one entry takes %d bytes", w.size)
		}
		for p := range w.parts {
			w.parts[p] = w.parts[p][:ends[p]]
		}
		return w, i, nil
	}
	return w, len(entries), nil
}

func (w *pageWriter) add(e *Entry) error {
	p := w.parts
	p[0] = wire.AppendRange(p[0], e.ID.Range, &w.prev)
	p[1] = wire.AppendUint(p[1], uint64(e.Rows))
	p[2] = wire.AppendUint(p[2], uint64(e.Bytes))
	p[3] = append(p[3], e.SHA256[:]...)
	for i, c := range e.Columns {
		b := wire.AppendUint(p[fixedParts+i], uint64(c.Nulls-NullsUnknown))
		for _, v := range [...]value.Value{c.Min, c.Max} {
			var err error
			if b, err = appendValue(b, v); err != nil {
				return err
			}
		}
		p[fixedParts+i] = b
	}
	p[len(p)-1] = appendFilters(p[len(p)-1], &e.Filters)
	return nil
}

func appendFilters(b []byte, f *Filters) []byte {
	b = wire.AppendUint(b, uint64(f.Bytes))
	if !f.Exist() {
		return b
	}
	b = binary.LittleEndian.AppendUint64(b, uint64(f.Sum))
	b = append(b, f.Bits)
	b = wire.AppendUint(b, uint64(len(f.Columns)))
	for _, c := range f.Columns {
		b = wire.AppendUint(b, uint64(c))
	}
	return b
}

func (w *pageWriter) bytes(entries []Entry) []byte {
	out := make([]byte, 0, w.size)
	out = wire.AppendUint(out, uint64(len(entries)))
	out = wire.AppendUint(out, uint64(len(w.parts)-fixedParts-lastParts))
	parts := w.parts
	if !slices.ContainsFunc(entries, func(e Entry) bool { return e.Filters.Exist() }) {
		parts = parts[:len(parts)-lastParts]
	}
	for _, p := range parts {
		out = append(out, p...)
	}
	return out
}

// DecodePage is the inverse of EncodePages for one page. What EncodePages does not write is
// invalid_argument. The entries do not alias the page.
func DecodePage(page []byte) ([]Entry, error) {
	entries, err := decodePage(page)
	if err != nil {
		return nil, fault.From(err).WithOp("decode manifest page")
	}
	return entries, nil
}

func decodePage(page []byte) ([]Entry, error) {
	body, ok := bytes.CutPrefix(page, []byte(pageMagic))
	if !ok || len(page) > MaxPageBytes {
		return nil, fault.New(fault.InvalidArgument, "", "it is not a manifest page of at most %d bytes", MaxPageBytes)
	}
	raw, err := wire.Decompress(body, maxRawPage)
	if err != nil {
		return nil, err
	}
	r := wire.NewReader(raw)
	// An entry has at least a flag, two counts and a sum, and three bytes for each column. The
	// product is checked as well, because columns without entries take no bytes at all.
	n := r.Count(35)
	columns := r.Count(0)
	if n == 0 || columns > r.Len()/(3*max(n, 1)) {
		r.Fail("%d entries of %d columns", n, columns)
		return nil, r.Err()
	}
	entries := make([]Entry, n)
	stats := make([]ColumnStats, n*columns)
	for i := range entries {
		entries[i].Columns = stats[i*columns : (i+1)*columns : (i+1)*columns]
	}
	readFixed(r, entries)
	for c := range columns {
		for i := range entries {
			s := &stats[i*columns+c]
			s.Nulls = r.Size() + NullsUnknown
			s.Min = readValue(r)
			s.Max = readValue(r)
		}
	}
	if r.Len() > 0 {
		readFilters(r, entries)
	}
	if err := r.Close(); err != nil {
		return nil, err
	}
	for i := range entries {
		if err := entries[i].Check(); err != nil {
			return nil, fault.New(fault.InvalidArgument, "", "%s", fault.Text(err))
		}
	}
	return entries, nil
}

func readFixed(r *wire.Reader, entries []Entry) {
	var prev int64
	for i := range entries {
		entries[i].ID.Range = r.Range(&prev)
	}
	for i := range entries {
		entries[i].Rows = r.Size()
	}
	for i := range entries {
		entries[i].Bytes = r.Size()
	}
	for i := range entries {
		copy(entries[i].SHA256[:], r.Raw(32))
		entries[i].ID.Hash = chunks.HashOf(entries[i].SHA256)
	}
}

func readFilters(r *wire.Reader, entries []Entry) {
	var last []uint16
	for i := range entries {
		f := &entries[i].Filters
		if f.Bytes = r.Size(); f.Bytes == 0 {
			continue
		}
		if b := r.Raw(8); b != nil {
			f.Sum = chunks.FilterSum(binary.LittleEndian.Uint64(b))
		}
		f.Bits = r.Byte()
		f.Columns = make([]uint16, r.Count(1))
		for c := range f.Columns {
			ordinal := r.Uint()
			if ordinal > filter.MaxColumn {
				r.Fail("there is a filter of column %d", ordinal)
			}
			f.Columns[c] = uint16(ordinal)
		}
		if len(f.Columns) == 0 {
			r.Fail("there are filters of no columns")
		}
		// Usually all entries have filters of the same columns.
		if slices.Equal(f.Columns, last) {
			f.Columns = last
		}
		last = f.Columns
	}
	if last == nil {
		r.Fail("it announces filters and has none")
	}
}

// wide marks a number that does not fit in 64 bits.
const wide = 0x80

// appendValue writes a kind, a scale or unit where the kind has one, and what is left.
func appendValue(b []byte, v value.Value) ([]byte, error) {
	kind := byte(v.Kind())
	switch v.Kind() {
	case value.None:
		return append(b, kind), nil
	case value.Float32, value.Float64:
		return binary.LittleEndian.AppendUint64(append(b, kind), math.Float64bits(v.Float64())), nil
	case value.String, value.Bytes, value.UUID:
		if len(v.Raw()) > MaxTextBytes {
			return nil, fault.New(fault.Internal, "", "a bound of %d bytes", len(v.Raw()))
		}
		return wire.AppendText(append(b, kind), v.Raw()), nil
	case value.Null:
		return nil, fault.New(fault.Internal, "", "a bound is NULL")
	}
	n, fits := v.Int64()
	if !fits {
		kind |= wide
	}
	b = append(b, kind)
	switch v.Kind() {
	case value.Decimal:
		b = append(b, v.Scale())
	case value.Timestamp:
		b = append(b, byte(v.Unit()))
	}
	if fits {
		return wire.AppendInt(b, n), nil
	}
	hi, lo := v.Words()
	return binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(b, uint64(hi)), lo), nil
}

func readValue(r *wire.Reader) value.Value {
	tag := r.Byte()
	kind, isWide := value.Kind(tag&^wide), tag&wide != 0
	if isWide && kind != value.Integer && kind != value.Decimal {
		r.Fail("a bound of kind %d", tag)
		return value.Value{}
	}
	switch kind {
	case value.None:
		return value.Value{}
	case value.Float32, value.Float64:
		return readFloat(r, kind)
	case value.String:
		return value.Text(r.Text(MaxTextBytes))
	case value.Bytes:
		return value.Blob([]byte(r.Text(MaxTextBytes)))
	case value.UUID:
		if u := r.Text(MaxTextBytes); len(u) == 16 {
			return value.UUIDValue([16]byte([]byte(u)))
		}
		r.Fail("a UUID has not 16 bytes")
		return value.Value{}
	}
	return readNumber(r, kind, isWide)
}

func readFloat(r *wire.Reader, kind value.Kind) value.Value {
	b := r.Raw(8)
	if b == nil {
		return value.Value{}
	}
	bits := binary.LittleEndian.Uint64(b)
	f := math.Float64frombits(bits)
	v := value.Double(f)
	if kind == value.Float32 {
		v = value.Float(float32(f))
	}
	if math.Float64bits(v.Float64()) != bits {
		r.Fail("a float bound is not written as usual")
	}
	return v
}

func readNumber(r *wire.Reader, kind value.Kind, isWide bool) value.Value {
	var aux byte
	if kind == value.Decimal || kind == value.Timestamp {
		aux = r.Byte()
	}
	var hi int64
	var lo uint64
	if isWide {
		if b := r.Raw(16); b != nil {
			hi, lo = int64(binary.LittleEndian.Uint64(b)), binary.LittleEndian.Uint64(b[8:])
		}
		if hi == int64(lo)>>63 {
			r.Fail("a number is written longer than it needs to be")
		}
	} else {
		n := r.Int()
		hi, lo = n>>63, uint64(n)
	}
	v := makeNumber(kind, aux, hi, lo)
	if !v.Known() {
		r.Fail("a bound of kind %d with %d", kind, aux)
	}
	return v
}

// makeNumber returns None for what is not a value.
func makeNumber(kind value.Kind, aux byte, hi int64, lo uint64) value.Value {
	n := int64(lo)
	switch kind {
	case value.Bool:
		if n == 0 || n == 1 {
			return value.BoolValue(n == 1)
		}
	case value.Integer:
		return value.Int128(hi, lo)
	case value.Decimal:
		return value.DecimalValue(hi, lo, aux)
	case value.Date:
		if n == int64(int32(n)) {
			return value.DateValue(int32(n))
		}
	case value.Time:
		return value.TimeValue(n)
	case value.Timestamp:
		switch unit := value.Unit(aux); unit {
		case value.Seconds, value.Milliseconds, value.Microseconds, value.Nanoseconds:
			return value.TimestampValue(n, unit)
		}
	case value.TimestampTZ:
		return value.TimestampTZValue(n)
	}
	return value.Value{}
}
