package assignment

import (
	"bytes"

	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/chunks/internal/wire"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

// Table is the placement of chunks of one axis, as it is stored.
type Table struct {
	Axis chunks.Axis
	// Ranges are sorted. They may overlap while a table is replaced by one that is cut in another way.
	Ranges  []chunks.Range
	Workers []chunks.WorkerID
	// Width is the number of replicas of each chunk.
	Width int
	// Slots has Width elements for each range: indexes into Workers in order of preference, -1 for none.
	Slots []int32
}

// Replicas returns the workers' indexes for range i, in order of preference; it aliases Slots.
func (t *Table) Replicas(i int) []int32 { return t.Slots[i*t.Width : (i+1)*t.Width] }

const (
	pageMagic = "SHA1"
	// MaxPageBytes bounds an encoded page: what etcd stores with some room.
	MaxPageBytes = 1 << 20
	// maxRawPage leaves room for what compression adds at its worst.
	maxRawPage = MaxPageBytes - 8<<10
	maxWorkers = 1 << 14
	// A range takes a flag and two varints, a slot at most three bytes for 2¹⁴ workers.
	maxRangeBytes, maxSlotBytes = 21, 3
)

// EncodePages encodes a table as pages of at most MaxPageBytes: "SHA1" and a zstd frame around
// axis, workers, width, and for each chunk its range and slots. Decoding gives the tables that,
// one after the other, are the table. An empty table has no pages.
func EncodePages(t Table) ([][]byte, error) {
	const op = "encode assignment"
	head, err := t.head()
	if err != nil {
		return nil, fault.Wrap(err, op)
	}
	var pages [][]byte
	for i := 0; i < len(t.Ranges); {
		var rows []byte
		var prev int64
		n := 0
		for ; i+n < len(t.Ranges) && len(head)+10+len(rows)+maxRangeBytes+t.Width*maxSlotBytes <= maxRawPage; n++ {
			rows = wire.AppendRange(rows, t.Ranges[i+n], &prev)
			for _, w := range t.Replicas(i + n) {
				rows = wire.AppendUint(rows, uint64(w+1))
			}
		}
		if n == 0 {
			return nil, fault.New(fault.ResourceExhausted, op, "the names of %d workers fill a page", len(t.Workers))
		}
		raw := wire.AppendUint(bytes.Clone(head), uint64(n))
		page, err := wire.Compress([]byte(pageMagic), append(raw, rows...))
		if err != nil {
			return nil, fault.Wrap(err, op)
		}
		pages = append(pages, page)
		i += n
	}
	return pages, nil
}

// head checks the table and encodes what every page begins with.
func (t *Table) head() ([]byte, error) {
	bad := func(format string, args ...any) ([]byte, error) {
		return nil, fault.New(fault.Internal, "", "axis %s: "+format, append([]any{t.Axis}, args...)...)
	}
	if t.Width < 0 || t.Width > MaxReplication || len(t.Slots) != t.Width*len(t.Ranges) || len(t.Workers) > maxWorkers {
		return bad("%d ranges, width %d, %d slots, %d workers", len(t.Ranges), t.Width, len(t.Slots), len(t.Workers))
	}
	if err := checkAxis(t.Axis); err != nil {
		return bad("%s", fault.Text(err))
	}
	for i, r := range t.Ranges {
		if !r.Valid() || i > 0 && t.Ranges[i-1].Compare(r) >= 0 {
			return bad("range %s is not valid or out of order", r)
		}
	}
	for _, w := range t.Slots {
		if w < -1 || int(w) >= len(t.Workers) {
			return bad("worker %d of %d", w, len(t.Workers))
		}
	}
	b := wire.AppendText(wire.AppendText(nil, t.Axis.Dataset), t.Axis.Table)
	b = wire.AppendUint(b, uint64(len(t.Workers)))
	for _, id := range t.Workers {
		if err := chunks.CheckWorkerID(id); err != nil {
			return bad("%s", fault.Text(err))
		}
		b = wire.AppendText(b, string(id))
	}
	return wire.AppendUint(b, uint64(t.Width)), nil
}

func checkAxis(a chunks.Axis) error {
	if err := chunks.CheckDatasetName(a.Dataset); err != nil {
		return err
	}
	if a.Table == "" {
		return nil
	}
	return chunks.CheckTableName(a.Table)
}

// DecodePage is the inverse of EncodePages for one page; anything else is invalid_argument.
func DecodePage(page []byte) (Table, error) {
	t, err := decodePage(page)
	if err != nil {
		return Table{}, fault.From(err).WithOp("decode assignment page")
	}
	return t, nil
}

func decodePage(page []byte) (t Table, err error) {
	body, ok := bytes.CutPrefix(page, []byte(pageMagic))
	if !ok || len(page) > MaxPageBytes {
		return t, fault.New(fault.InvalidArgument, "", "it is not an assignment page of at most %d bytes", MaxPageBytes)
	}
	raw, err := wire.Decompress(body, maxRawPage)
	if err != nil {
		return t, err
	}
	r := wire.NewReader(raw)
	t.Axis = chunks.Axis{Dataset: r.Text(chunks.MaxNameBytes), Table: r.Text(chunks.MaxNameBytes)}
	t.Workers = make([]chunks.WorkerID, r.Count(2))
	for i := range t.Workers {
		t.Workers[i] = chunks.WorkerID(r.Text(chunks.MaxNameBytes))
	}
	width := r.Uint()
	n := r.Count(1)
	if width > MaxReplication || n == 0 {
		r.Fail("%d chunks of width %d", n, width)
		return t, r.Err()
	}
	t.Width = int(width)
	t.Ranges = make([]chunks.Range, n)
	t.Slots = make([]int32, n*t.Width)
	var prev int64
	for i := range t.Ranges {
		t.Ranges[i] = r.Range(&prev)
		for j := range t.Replicas(i) {
			w := r.Uint()
			if w > uint64(len(t.Workers)) {
				r.Fail("worker %d of %d", w, len(t.Workers))
			}
			t.Replicas(i)[j] = int32(w) - 1
		}
	}
	if err := r.Close(); err != nil {
		return t, err
	}
	// What encoding checks holds for what was decoded as well.
	if _, err := t.head(); err != nil {
		return t, fault.New(fault.InvalidArgument, "", "%s", fault.Text(err))
	}
	return t, nil
}

// PlacementOf joins stored tables to a placement, to be Input.Previous. Tables may list different
// workers.
func PlacementOf(tables []Table) *Placement {
	p := &Placement{}
	at := map[chunks.WorkerID]int32{}
	for _, t := range tables {
		p.Width = max(p.Width, t.Width)
		for _, id := range t.Workers {
			if _, ok := at[id]; !ok {
				at[id] = int32(len(p.Workers))
				p.Workers = append(p.Workers, id)
			}
		}
	}
	for i := range tables {
		t := &tables[i]
		for j, r := range t.Ranges {
			p.Keys = append(p.Keys, chunks.Chunk{Axis: t.Axis, Range: r}.Key())
			row := t.Replicas(j)
			for k := range p.Width {
				slot := int32(-1)
				if k < len(row) && row[k] >= 0 {
					slot = at[t.Workers[row[k]]]
				}
				p.Slots = append(p.Slots, slot)
			}
		}
	}
	return p
}
