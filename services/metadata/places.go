package metadata

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"

	clientv3 "go.etcd.io/etcd/client/v3"

	"github.com/shoal-db/shoal/libs/catalog"
	"github.com/shoal-db/shoal/libs/catalog/layout"
	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/chunks/assignment"
	"github.com/shoal-db/shoal/libs/chunks/manifest"
)

// axisChunks are the ranges of one axis, sorted, with the bytes of all files in each.
type axisChunks struct {
	axis   chunks.Axis
	ranges []chunks.Range
	bytes  []int64
}

// add takes in a range, which must not be before the last one.
func (a *axisChunks) add(r chunks.Range, bytes int64) {
	if n := len(a.ranges); n > 0 && a.ranges[n-1] == r {
		a.bytes[n-1] += bytes
		return
	}
	a.ranges, a.bytes = append(a.ranges, r), append(a.bytes, bytes)
}

type sizedRange struct {
	r     chunks.Range
	bytes int64
}

// allChunks returns the chunks of all axes that have any, sorted by axis, with those of what is coming.
func allChunks(snap *catalog.Snapshot) []axisChunks {
	sizes := map[string][]sizedRange{}
	axes := map[string]chunks.Axis{}
	add := func(t *catalog.Table) {
		if t.Kind == catalog.Reference {
			return
		}
		key := layout.AssignmentKey(t.Axis())
		axes[key] = t.Axis()
		for i := range t.NumChunks() {
			c := t.Chunk(i)
			sizes[key] = append(sizes[key], sizedRange{c.ID.Range, c.Bytes})
		}
	}
	for _, d := range snap.Datasets() {
		for _, t := range d.Tables {
			add(t)
		}
	}
	for _, t := range snap.AllComing {
		add(t)
	}
	var out []axisChunks
	for _, key := range slices.Sorted(maps.Keys(sizes)) {
		list := sizes[key]
		slices.SortFunc(list, func(a, b sizedRange) int { return a.r.Compare(b.r) })
		a := axisChunks{axis: axes[key]}
		for _, s := range list {
			a.add(s.r, s.bytes)
		}
		out = append(out, a)
	}
	return out
}

func axisOf(load *layout.Load) chunks.Axis {
	if load.Kind == string(catalog.Positional) {
		return chunks.Axis{Dataset: load.Dataset, Table: load.Table}
	}
	return chunks.Axis{Dataset: load.Dataset}
}

// place decides who holds the chunks, close to how it is now.
func (s *Service) place(axes []axisChunks, workers []assignment.Worker, now []assignment.Table) ([]assignment.Table, error) {
	in := assignment.Input{Workers: workers, Replication: s.cfg.Replication}
	if len(now) > 0 {
		in.Previous = assignment.PlacementOf(now)
	}
	for _, a := range axes {
		for i, r := range a.ranges {
			in.Chunks = append(in.Chunks, assignment.Load{Key: chunks.Chunk{Axis: a.axis, Range: r}.Key(), Bytes: a.bytes[i]})
		}
	}
	p, err := assignment.Assign(in)
	if err != nil {
		return nil, err
	}
	out := make([]assignment.Table, len(axes))
	at := 0
	for i, a := range axes {
		n := len(a.ranges)
		rows := assignment.Table{
			Axis: a.axis, Ranges: a.ranges, Workers: p.Workers, Width: p.Width, Slots: p.Slots[at*p.Width : (at+n)*p.Width],
		}
		b := newTableBuilder(a.axis)
		b.addAll(&rows)
		out[i] = b.table()
		at += n
	}
	return out, nil
}

// tableBuilder makes a table of rows of other tables; the rows come in the order of their ranges.
type tableBuilder struct {
	axis   chunks.Axis
	ranges []chunks.Range
	rows   [][]chunks.WorkerID
	width  int
}

func newTableBuilder(axis chunks.Axis) *tableBuilder { return &tableBuilder{axis: axis} }

func (b *tableBuilder) add(t *assignment.Table, i int) {
	row := idsOf(t, i)
	b.ranges, b.rows = append(b.ranges, t.Ranges[i]), append(b.rows, row)
	b.width = max(b.width, len(row))
}

func (b *tableBuilder) addAll(t *assignment.Table) {
	for i := range t.Ranges {
		b.add(t, i)
	}
}

// table lists the workers by id, so that equal rows give equal tables.
func (b *tableBuilder) table() assignment.Table {
	t := assignment.Table{Axis: b.axis, Ranges: b.ranges, Width: b.width, Slots: make([]int32, 0, b.width*len(b.rows))}
	at := map[chunks.WorkerID]int32{}
	for _, row := range b.rows {
		for _, id := range row {
			at[id] = 0
		}
	}
	t.Workers = slices.Sorted(maps.Keys(at))
	for i, id := range t.Workers {
		at[id] = int32(i)
	}
	for _, row := range b.rows {
		for i := range b.width {
			slot := int32(-1)
			if i < len(row) {
				slot = at[row[i]]
			}
			t.Slots = append(t.Slots, slot)
		}
	}
	return t
}

// idsOf returns the workers of a row, by preference.
func idsOf(t *assignment.Table, i int) []chunks.WorkerID {
	out := make([]chunks.WorkerID, 0, t.Width)
	for _, slot := range t.Replicas(i) {
		if slot >= 0 {
			out = append(out, t.Workers[slot])
		}
	}
	return out
}

// cursor finds ranges in a table, if they are asked for in their order.
type cursor struct {
	table *assignment.Table
	at    int
}

// find returns the row of a range, -1 if the table has none.
func (c *cursor) find(r chunks.Range) int {
	for c.at < len(c.table.Ranges) && c.table.Ranges[c.at].Compare(r) < 0 {
		c.at++
	}
	if c.at < len(c.table.Ranges) && c.table.Ranges[c.at] == r {
		return c.at
	}
	return -1
}

// writePlaces writes the pages of a table and returns their ids. Pages are named by their content,
// so those that an axis has already are not written again.
func (t *term) writePlaces(ctx context.Context, table assignment.Table, have ...[]string) ([]string, error) {
	pages, err := assignment.EncodePages(table)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, page := range pages {
		sum := sha256.Sum256(page)
		id := hex.EncodeToString(sum[:16])
		ids = append(ids, id)
		if slices.Contains(slices.Concat(have...), id) {
			continue
		}
		if err := t.put(ctx, layout.PlacesKey(id), page); err != nil {
			return nil, err
		}
	}
	return ids, nil
}

// assignmentOf returns the assignment of an axis, an empty one if there is none.
func assignmentOf(snap *catalog.Snapshot, axis chunks.Axis) catalog.Assignment {
	for _, a := range snap.Assignments() {
		if layout.AssignmentKey(a.Axis) == layout.AssignmentKey(axis) {
			return a
		}
	}
	return catalog.Assignment{Axis: axis}
}

// placeNew assigns the chunks that a load adds to its axis, and moves nothing else: they are spread
// evenly by themselves, and the assignment loop evens out what is left. It returns the operations
// that publish it, none if there is nothing to assign or nobody to assign it to.
func (t *term) placeNew(ctx context.Context, snap *catalog.Snapshot, load *layout.Load, entries []manifest.Entry) ([]clientv3.Op, error) {
	workers := liveWorkers(snap)
	if load.Kind == string(catalog.Reference) || len(entries) == 0 || len(workers) == 0 {
		return nil, nil
	}
	axis := axisOf(load)
	is := assignmentOf(snap, axis)
	current := is.Current()
	ranges, fresh := freshRanges(load, entries, &current)
	if len(fresh.ranges) == 0 {
		return nil, nil
	}
	placed, err := t.svc.place([]axisChunks{fresh}, workers, nil)
	if err != nil {
		return nil, err
	}
	b := newTableBuilder(axis)
	known, added := cursor{table: &current}, cursor{table: &placed[0]}
	for _, r := range ranges {
		if row := known.find(r); row >= 0 {
			b.add(&current, row)
		} else {
			b.add(&placed[0], added.find(r))
		}
	}
	ids, err := t.writePlaces(ctx, b.table(), is.Pages, is.Previous)
	if err != nil {
		return nil, err
	}
	record, err := layout.Encode(layout.Assignment{Axis: axis, Generation: is.Generation + 1, Pages: ids, Previous: is.Previous})
	if err != nil {
		return nil, err
	}
	return []clientv3.Op{clientv3.OpPut(layout.AssignmentKey(axis), record)}, nil
}

// freshRanges returns all ranges that the load's axis will have, and those of them that nobody is
// assigned yet, with the bytes that the load brings. What only the table's former version has is still
// among them: it is needed until the load is published, and goes when all is assigned anew.
//
// REQUIRES: the entries are sorted.
func freshRanges(load *layout.Load, entries []manifest.Entry, current *assignment.Table) (all []chunks.Range, fresh axisChunks) {
	fresh.axis = axisOf(load)
	all = slices.Clone(current.Ranges)
	known := cursor{table: current}
	for i := range entries {
		if r := entries[i].ID.Range; known.find(r) < 0 {
			fresh.add(r, entries[i].Bytes)
			all = append(all, r)
		}
	}
	slices.SortFunc(all, chunks.Range.Compare)
	return all, fresh
}

func currentTables(snap *catalog.Snapshot) []assignment.Table {
	var out []assignment.Table
	for _, a := range snap.Assignments() {
		out = append(out, a.Current())
	}
	return out
}

// liveWorkers returns the workers that can be given chunks.
func liveWorkers(snap *catalog.Snapshot) []assignment.Worker {
	var out []assignment.Worker
	for _, w := range snap.Workers() {
		if !w.Draining {
			out = append(out, assignment.Worker{ID: w.ID, Capacity: max(w.Capacity, 1)})
		}
	}
	return out
}
