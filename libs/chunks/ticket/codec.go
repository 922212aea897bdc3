package ticket

import (
	"cmp"
	"encoding/binary"
	"slices"
	"time"

	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/chunks/internal/wire"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

func compareTables(a, b Table) int {
	return cmp.Or(cmp.Compare(a.Dataset, b.Dataset), cmp.Compare(a.Table, b.Table))
}

func compareReferences(a, b Reference) int {
	return cmp.Or(cmp.Compare(a.Dataset, b.Dataset), cmp.Compare(a.Table, b.Table))
}

// isAscending tells whether s is sorted and has nothing twice.
func isAscending[T any](s []T, compare func(a, b T) int) bool {
	for i := 1; i < len(s); i++ {
		if compare(s[i-1], s[i]) >= 0 {
			return false
		}
	}
	return true
}

// sorted returns s in order, s itself if it is.
func sorted[T any](s []T, compare func(a, b T) int) []T {
	if slices.IsSortedFunc(s, compare) {
		return s
	}
	s = slices.Clone(s)
	slices.SortFunc(s, compare)
	return s
}

// encode returns the ticket's content. Ranges are stored relative to each other and apart from the
// hashes: what is regular then takes almost no space, and tables that share ranges share that.
func (t *Ticket) encode() ([]byte, error) {
	bad := func(format string, args ...any) ([]byte, error) {
		return nil, fault.New(fault.Internal, "", format, args...).WithQuery(t.QueryID)
	}
	if len(t.QueryID) > maxText || len(t.Workers) == 0 {
		return bad("the query id has %d bytes, and there are %d workers", len(t.QueryID), len(t.Workers))
	}
	b := wire.AppendText(nil, t.QueryID)
	b = wire.AppendUint(b, uint64(t.Subplan))
	b = wire.AppendUint(b, t.CatalogVersion)
	b = wire.AppendUint(b, t.Flags)
	b = wire.AppendInt(b, t.ExpiresAt.UnixMilli())
	b = wire.AppendUint(b, uint64(len(t.Workers)))
	for _, w := range t.Workers {
		if err := chunks.CheckWorkerID(w); err != nil {
			return bad("%s", fault.Text(err))
		}
		b = wire.AppendText(b, string(w))
	}
	references := sorted(t.References, compareReferences)
	if !isAscending(references, compareReferences) {
		return bad("a reference table is there twice")
	}
	b = wire.AppendUint(b, uint64(len(references)))
	for _, r := range references {
		if err := checkNames(r.Dataset, r.Table); err != nil {
			return bad("%s", fault.Text(err))
		}
		b = wire.AppendText(wire.AppendText(b, r.Dataset), r.Table)
		b = binary.BigEndian.AppendUint32(b, uint32(r.Hash))
	}
	tables := sorted(t.Tables, compareTables)
	if !isAscending(tables, compareTables) {
		return bad("a table is there twice")
	}
	b = wire.AppendUint(b, uint64(len(tables)))
	for _, table := range tables {
		var err error
		if b, err = appendTable(b, table); err != nil {
			return bad("%s", fault.Text(err))
		}
	}
	b = append(wire.AppendUint(b, uint64(len(t.Plan))), t.Plan...)
	b = wire.AppendUint(b, uint64(len(t.Rows)))
	for _, r := range t.Rows {
		if len(r.Name) > maxText {
			return bad("rows have a name of %d bytes", len(r.Name))
		}
		b = wire.AppendText(b, r.Name)
		b = append(wire.AppendUint(b, uint64(len(r.Data))), r.Data...)
	}
	return b, nil
}

func checkNames(dataset, table string) error {
	if err := chunks.CheckDatasetName(dataset); err != nil {
		return err
	}
	return chunks.CheckTableName(table)
}

func appendTable(b []byte, t Table) ([]byte, error) {
	if err := checkNames(t.Dataset, t.Table); err != nil {
		return nil, err
	}
	ids := sorted(t.Chunks, chunks.ID.Compare)
	if !isAscending(ids, chunks.ID.Compare) {
		return nil, fault.New(fault.Internal, "", "a chunk of %s.%s is there twice", t.Dataset, t.Table)
	}
	b = wire.AppendText(wire.AppendText(b, t.Dataset), t.Table)
	b = wire.AppendUint(b, uint64(len(ids)))
	var prev int64
	for _, id := range ids {
		if !id.Range.Valid() {
			return nil, fault.New(fault.Internal, "", "chunk %s is not valid", id)
		}
		b = wire.AppendRange(b, id.Range, &prev)
	}
	for _, id := range ids {
		b = binary.BigEndian.AppendUint32(b, uint32(id.Hash))
	}
	return b, nil
}

func decode(body []byte) (*Ticket, error) {
	if len(body) == 0 || body[0] != formatVersion {
		return nil, fault.New(fault.InvalidArgument, "", "the ticket's version is not known").
			WithHint("portal and workers must be of matching versions")
	}
	raw, err := wire.Decompress(body[1:], maxRawBytes+MaxRowsBytes)
	if err != nil {
		return nil, err
	}
	r := wire.NewReader(raw)
	t := &Ticket{QueryID: r.Text(maxText)}
	subplan := r.Uint()
	t.Subplan = uint32(subplan)
	if uint64(t.Subplan) != subplan {
		r.Fail("subplan %d", subplan)
	}
	t.CatalogVersion = r.Uint()
	t.Flags = r.Uint()
	t.ExpiresAt = time.UnixMilli(r.Int()).UTC()
	t.Workers = make([]chunks.WorkerID, r.Count(2))
	for i := range t.Workers {
		t.Workers[i] = chunks.WorkerID(r.Text(chunks.MaxNameBytes))
		checked(r, chunks.CheckWorkerID(t.Workers[i]))
	}
	t.References = make([]Reference, r.Count(8))
	for i := range t.References {
		t.References[i] = readReference(r)
	}
	t.Tables = make([]Table, r.Count(5))
	for i := range t.Tables {
		t.Tables[i] = readTable(r)
	}
	t.Plan = r.Raw(r.Count(1))
	if n := r.Count(2); n > 0 {
		t.Rows = make([]Rows, n)
	}
	for i := range t.Rows {
		t.Rows[i].Name = r.Text(maxText)
		t.Rows[i].Data = r.Raw(r.Count(1))
	}
	if len(t.Workers) == 0 || !isAscending(t.Tables, compareTables) || !isAscending(t.References, compareReferences) {
		r.Fail("it has no workers, or tables out of order")
	}
	return t, r.Close()
}

func checked(r *wire.Reader, err error) {
	if err != nil {
		r.Fail("%s", fault.Text(err))
	}
}

func readReference(r *wire.Reader) Reference {
	ref := Reference{Dataset: r.Text(chunks.MaxNameBytes), Table: r.Text(chunks.MaxNameBytes)}
	checked(r, checkNames(ref.Dataset, ref.Table))
	ref.Hash = readHash(r)
	return ref
}

func readHash(r *wire.Reader) chunks.ContentHash {
	if b := r.Raw(4); b != nil {
		return chunks.ContentHash(binary.BigEndian.Uint32(b))
	}
	return 0
}

func readTable(r *wire.Reader) Table {
	t := Table{Dataset: r.Text(chunks.MaxNameBytes), Table: r.Text(chunks.MaxNameBytes)}
	checked(r, checkNames(t.Dataset, t.Table))
	t.Chunks = make([]chunks.ID, r.Count(5))
	var prev int64
	for i := range t.Chunks {
		t.Chunks[i].Range = r.Range(&prev)
	}
	for i := range t.Chunks {
		t.Chunks[i].Hash = readHash(r)
	}
	if !isAscending(t.Chunks, chunks.ID.Compare) {
		r.Fail("chunks of %s.%s are out of order", t.Dataset, t.Table)
	}
	return t
}
