package loads

import (
	"bytes"
	"context"
	"crypto/sha256"
	"io"
	"math"
	"os"
	"slices"
	"time"

	"github.com/shoal-db/shoal/libs/catalog"
	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/chunks/filter"
	"github.com/shoal-db/shoal/libs/chunks/manifest"
	"github.com/shoal-db/shoal/libs/chunks/value"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/platform/logging"
)

// Place is where a file belongs: a range of blocks (or positions), the NULL block, or, for a
// reference table, nowhere in particular.
type Place struct {
	Range     chunks.Range
	Reference bool
}

// Stored is a file that was taken in.
type Stored struct {
	Chunk       string
	Rows, Bytes int64
}

// Put takes in one Parquet file. A second one for the same place replaces the first. A file that is
// corrupt, or has other columns or blocks than it should, is invalid_argument and says what is wrong.
func (m *Manager) Put(ctx context.Context, id string, place Place, body io.Reader) (Stored, error) {
	const op = "take in file"
	l, done, err := m.use(ctx, id)
	if err != nil {
		return Stored{}, err
	}
	defer done()
	if err := l.fits(place); err != nil {
		return Stored{}, err
	}
	select {
	case m.files <- struct{}{}:
		defer func() { <-m.files }()
	case <-ctx.Done():
		return Stored{}, fault.FromContext(ctx, op)
	}
	file, err := os.CreateTemp(m.opts.SpoolDir, "load-*.parquet")
	if err != nil {
		return Stored{}, fault.Wrap(err, op)
	}
	defer func() {
		_ = file.Close() // it is thrown away
		_ = os.Remove(file.Name())
	}()
	entry, err := m.spool(file, body)
	if err != nil {
		return Stored{}, err
	}
	if err := l.check(&entry, place, file); err != nil {
		return Stored{}, err
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return Stored{}, fault.Wrap(err, op)
	}
	name := chunks.ObjectPath(l.spec.Dataset, l.spec.Table, entry.ID)
	stored := Stored{Chunk: entry.ID.String(), Rows: entry.Rows, Bytes: entry.Bytes}
	if place.Reference {
		name = chunks.ReferencePath(l.spec.Dataset, l.spec.Table, entry.ID.Hash)
		stored.Chunk = entry.ID.Hash.String()
	}
	sum, err := m.opts.Store.Upload(ctx, name, file)
	if err != nil {
		return Stored{}, fault.Wrap(err, op)
	}
	if sum.SHA256 != entry.SHA256 || sum.Bytes != entry.Bytes {
		// The spool's disk returned something else than was written to it.
		return Stored{}, fault.New(fault.Internal, op, "what was stored as %s is not what was received", name).WithRetry(true)
	}
	if err := m.addFilters(ctx, l, &entry, file.Name()); err != nil {
		return Stored{}, fault.Wrap(err, op)
	}
	l.mu.Lock()
	l.entries[entry.ID.Range] = entry
	l.mu.Unlock()
	m.opts.Metrics.stored(stored.Rows, stored.Bytes)
	return stored, nil
}

// addFilters builds a file's filters, stores them beside it, and names them in the entry. What cannot be
// built is left out: the file is as good without.
func (m *Manager) addFilters(ctx context.Context, l *load, entry *manifest.Entry, path string) error {
	if l.spec.Kind == catalog.Reference {
		return nil
	}
	begun := time.Now()
	set, err := m.opts.Filters.Build(ctx, path, l.spec.Columns, entry, l.filter)
	m.opts.Metrics.filtersBuilt(time.Since(begun), err)
	if err != nil {
		if ctx.Err() != nil {
			return fault.FromContext(ctx, "build filters")
		}
		m.opts.Log.WarnContext(ctx, "filters could not be built", "load", l.id, "chunk", entry.ID.String(), logging.Err(err))
		return nil
	}
	if set == nil {
		return nil
	}
	data := set.Encode()
	if len(data) > filter.MaxSetBytes {
		m.opts.Log.WarnContext(ctx, "filters are too large", "load", l.id, "chunk", entry.ID.String(), "bytes", len(data))
		return nil
	}
	want := sha256.Sum256(data)
	entry.Filters = manifest.Filters{
		Sum: chunks.FilterSumOf(want), Bytes: int64(len(data)), Bits: set.Bits(), Columns: set.Columns(),
	}
	name := chunks.FilterPath(l.spec.Dataset, l.spec.Table, entry.ID, entry.Filters.Sum)
	sum, err := m.opts.Store.Upload(ctx, name, bytes.NewReader(data))
	if err == nil && sum.SHA256 != want {
		err = fault.New(fault.Internal, "", "what was stored as %s is not what was built", name).WithRetry(true)
	}
	return err
}

// spool writes the body to the file, and returns its size and checksum.
func (m *Manager) spool(file *os.File, body io.Reader) (manifest.Entry, error) {
	const op = "take in file"
	sum := sha256.New()
	n, err := io.Copy(io.MultiWriter(file, sum), io.LimitReader(body, m.opts.MaxFileBytes+1))
	switch {
	case err != nil:
		return manifest.Entry{}, fault.Wrap(err, op)
	case n > m.opts.MaxFileBytes:
		return manifest.Entry{}, fault.New(fault.ResourceExhausted, op, "the file is larger than %d bytes", m.opts.MaxFileBytes).
			WithHint("load with smaller chunks")
	}
	entry := manifest.Entry{Bytes: n}
	sum.Sum(entry.SHA256[:0])
	return entry, nil
}

// fits tells whether a table of the load's kind has files at such places.
func (l *load) fits(place Place) error {
	bad := func(why string) error {
		return fault.New(fault.InvalidArgument, "take in file", "%s.%s is a %s table: %s", l.spec.Dataset, l.spec.Table, l.spec.Kind, why)
	}
	switch {
	case place.Reference != (l.spec.Kind == catalog.Reference):
		return bad("its files are sent with reference=true if it is a reference table, and not otherwise")
	case place.Range.Null && l.spec.Kind != catalog.Chunked:
		return bad("it has no block column that could be NULL")
	}
	return nil
}

// check reads the footer and completes the entry. REQUIRES: size and checksum are there.
func (l *load) check(entry *manifest.Entry, place Place, file io.ReaderAt) error {
	const op = "check file"
	columns := make([]manifest.Column, len(l.spec.Columns))
	for i, c := range l.spec.Columns {
		columns[i] = manifest.Column{Name: c.Name, Type: c.Type}
	}
	rows, stats, err := manifest.FromParquet(file, entry.Bytes, columns)
	if err != nil {
		return fault.Wrap(err, op)
	}
	entry.Rows, entry.Columns = rows, stats
	entry.ID = chunks.ID{Range: place.Range, Hash: chunks.HashOf(entry.SHA256)}
	switch {
	case place.Reference:
		return nil
	case l.spec.Kind == catalog.Positional:
		if place.Range.Span() != uint64(rows)-1 || rows == 0 {
			return fault.New(fault.InvalidArgument, op, "the file has %d rows, but was sent for the positions %s", rows, place.Range)
		}
		return nil
	case l.column < 0:
		return fault.New(fault.Internal, op, "the load has no block column")
	}
	return l.checkBlocks(entry, stats[l.column])
}

// checkBlocks makes sure that all blocks are within the range, as the footer has it.
func (l *load) checkBlocks(entry *manifest.Entry, s manifest.ColumnStats) error {
	const op = "check file"
	name, at := l.spec.Columns[l.column].Name, entry.ID.Range
	switch {
	case entry.Rows == 0:
		return fault.New(fault.InvalidArgument, op, "the file has no rows")
	case s.Nulls == manifest.NullsUnknown:
		return fault.New(fault.InvalidArgument, op, "the footer does not say how many blocks (%s) are NULL", name)
	case at.Null && s.Nulls != entry.Rows:
		return fault.New(fault.InvalidArgument, op, "%d rows of the file for NULL blocks have a block (%s)", entry.Rows-s.Nulls, name)
	case at.Null:
		return nil
	case s.Nulls > 0:
		return fault.New(fault.InvalidArgument, op, "%d rows of the file have no block (%s is NULL)", s.Nulls, name).
			WithHint("send them as a file of their own, with null=true")
	}
	first, okFirst := blockOf(s.Min)
	last, okLast := blockOf(s.Max)
	if !okFirst || !okLast {
		return fault.New(fault.InvalidArgument, op, "the footer does not bound the blocks (%s), or they are beyond 64 bits", name)
	}
	if !at.Contains(first) || !at.Contains(last) {
		return fault.New(fault.InvalidArgument, op, "the file has the blocks %d to %d of %s, but was sent for %s", first, last, name, at).
			WithDetail("first", first).WithDetail("last", last).WithDetail("range", at.String())
	}
	return nil
}

// blockOf returns the block of a column's value: a timestamp's in microseconds, rounded down.
func blockOf(v value.Value) (int64, bool) {
	n, ok := v.Int64()
	switch v.Kind() {
	case value.Integer, value.Date, value.TimestampTZ:
		return n, ok
	case value.Timestamp:
	default:
		return 0, false
	}
	scaled := func(by int64) (int64, bool) {
		return n * by, ok && n <= math.MaxInt64/by && n >= math.MinInt64/by
	}
	switch {
	case v.Unit() == value.Microseconds || !v.Finite():
		return n, ok
	case v.Unit() == value.Nanoseconds:
		if n < 0 {
			return (n+1)/1000 - 1, ok
		}
		return n / 1000, ok
	case v.Unit() == value.Milliseconds:
		return scaled(1000)
	}
	return scaled(1_000_000)
}

// sorted returns the load's files in the order of their ranges.
func (l *load) sorted() []manifest.Entry {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := make([]manifest.Entry, 0, len(l.entries))
	for _, e := range l.entries {
		out = append(out, e)
	}
	slices.SortFunc(out, func(a, b manifest.Entry) int { return a.ID.Compare(b.ID) })
	return out
}
