package metadata

import (
	"slices"

	"github.com/shoal-db/shoal/libs/catalog"
	"github.com/shoal-db/shoal/libs/catalog/layout"
	"github.com/shoal-db/shoal/libs/catalog/metaapi"
	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/chunks/manifest"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

const opCommit = "commit load"

func reject(format string, args ...any) *fault.Fault {
	return fault.New(fault.InvalidArgument, opCommit, format, args...)
}

// checkCommit tells why the entries, sorted by id, cannot become part of the catalog as it is now.
func checkCommit(snap *catalog.Snapshot, load *layout.Load, entries []manifest.Entry) error {
	for i := range entries {
		e := &entries[i]
		if len(e.Columns) != len(load.Columns) {
			return reject("the statistics of %s are of %d columns, the table has %d", e.ID, len(e.Columns), len(load.Columns))
		}
		if i > 0 && e.ID.Range == entries[i-1].ID.Range {
			return reject("there are two files for the chunk %s", e.ID.Range).WithDetail("range", e.ID.Range.String())
		}
	}
	table, exists := snap.Table(load.Dataset, load.Table)
	base := ""
	if exists {
		base = table.Incarnation
	}
	if base != load.Base {
		return reject("the table %s.%s was created, replaced or dropped while the load went on", load.Dataset, load.Table).
			WithDetail("conflict", true).WithHint("begin the load again")
	}
	if err := checkTable(snap, load, table); err != nil {
		return err
	}
	switch catalog.Kind(load.Kind) {
	case catalog.Reference:
		return checkReference(entries)
	case catalog.Positional:
		if err := checkPositions(table, load, entries); err != nil {
			return err
		}
	}
	if err := checkOwnRanges(table, load, entries); err != nil {
		return err
	}
	return checkDatasetRanges(snap, load, entries)
}

func checkReference(entries []manifest.Entry) error {
	if len(entries) != 1 {
		return reject("a reference table is one file, not %d", len(entries))
	}
	if entries[0].Filters.Exist() {
		return reject("the file of a reference table has no filters: it is not chosen among others")
	}
	if entries[0].ID.Range != (chunks.Range{}) {
		return reject("the file of a reference table belongs to no chunk, not to %s", entries[0].ID.Range)
	}
	return nil
}

// checkPositions sees that every row of a positional table has its position, without gaps.
func checkPositions(table *catalog.Table, load *layout.Load, entries []manifest.Entry) error {
	next := int64(0)
	if table != nil && load.Mode == metaapi.Append {
		own, err := chunks.Layout{}.Add(rangesOf(table)...)
		if err != nil {
			return fault.New(fault.Internal, opCommit, "%w", err)
		}
		next = nextPosition(own)
	}
	for i := range entries {
		r := entries[i].ID.Range
		if r.Null || r.First != next {
			return reject("the chunk %s does not begin at position %d", r, next).WithDetail("range", r.String()).
				WithHint("when rows were appended meanwhile, begin the load again")
		}
		if uint64(entries[i].Rows) != r.Span()+1 {
			return reject("the chunk %s has %d rows", r, entries[i].Rows).WithDetail("range", r.String())
		}
		next = r.Last + 1
	}
	return nil
}

// checkOwnRanges sees that no chunk of the table is there twice, and that no file takes the name of
// another one.
func checkOwnRanges(table *catalog.Table, load *layout.Load, entries []manifest.Entry) error {
	if table == nil {
		return nil
	}
	name := load.Dataset + "." + load.Table
	for i := range entries {
		e := &entries[i]
		at, ok := table.Find(e.ID.Range)
		if !ok {
			continue
		}
		was := table.Chunk(at)
		switch {
		case load.Mode == metaapi.Append && e.ID.Range.Null:
			return reject("%s has a chunk of rows whose block is NULL, and an append brings another", name).
				WithDetail("range", e.ID.Range.String()).
				WithHint("leave out the rows whose block is NULL, or load all of them with --replace")
		case load.Mode == metaapi.Append:
			return reject("%s has a chunk %s already", name, e.ID.Range).
				WithDetail("range", e.ID.Range.String()).WithDetail("clashes_with", was.ID.Range.String()).
				WithHint("append rows of new blocks only, or replace the table with --replace")
		case was.ID == e.ID && (was.SHA256 != e.SHA256 || was.Bytes != e.Bytes):
			return reject("the file %s has the name of another one with other content", e.ID).
				WithHint("load with another number of rows in a chunk")
		}
	}
	return nil
}

// checkDatasetRanges sees that the chunks go with those of all other tables on the axis.
func checkDatasetRanges(snap *catalog.Snapshot, load *layout.Load, entries []manifest.Entry) error {
	others, err := otherRanges(snap, load)
	if err != nil {
		return err
	}
	added := make([]chunks.Range, len(entries))
	for i := range entries {
		added[i] = entries[i].ID.Range
	}
	if _, err := others.Add(added...); err != nil {
		return fault.Wrap(err, opCommit)
	}
	return nil
}

// sortEntries puts entries into the order of the catalog.
func sortEntries(entries []manifest.Entry) {
	slices.SortFunc(entries, func(a, b manifest.Entry) int { return a.ID.Compare(b.ID) })
}
