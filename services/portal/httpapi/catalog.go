package httpapi

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"sort"
	"strconv"

	"github.com/go-chi/chi/v5"

	"github.com/shoal-db/shoal/libs/catalog"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/platform/nearest"

	"github.com/shoal-db/shoal/services/portal/formats"
	"github.com/shoal-db/shoal/services/portal/queries"
)

type tableAnswer struct {
	Dataset string           `json:"dataset"`
	Table   string           `json:"table"`
	Kind    catalog.Kind     `json:"kind"`
	Columns []formats.Column `json:"columns"`
	// BlockColumn and BlockKind are absent where there are none.
	BlockColumn string `json:"block_column,omitempty"`
	BlockKind   string `json:"block_kind,omitempty"`
	Rows        int64  `json:"rows"`
	Bytes       int64  `json:"bytes"`
	Chunks      int    `json:"chunks"`
	// ChunksReady are those that at least one worker can answer for.
	ChunksReady int   `json:"chunks_ready"`
	Version     int64 `json:"version"`
}

func (a *API) tables(w http.ResponseWriter, _ *http.Request) error {
	snap := a.Catalog.Current()
	out := []tableAnswer{}
	for _, d := range snap.Datasets() {
		for _, t := range d.Tables {
			out = append(out, describeTable(snap, t))
		}
	}
	return answer(w, map[string]any{"catalog_version": snap.Version(), "tables": out})
}

func describeTable(snap *catalog.Snapshot, t *catalog.Table) tableAnswer {
	out := tableAnswer{
		Dataset: t.Dataset, Table: t.Name, Kind: t.Kind, BlockKind: string(t.BlockKind), Rows: t.Rows, Bytes: t.Bytes,
		Chunks: t.NumChunks(), ChunksReady: snap.ReadyChunks(t), Version: t.Version,
	}
	if t.BlockColumn >= 0 {
		out.BlockColumn = t.Columns[t.BlockColumn].Name
	}
	for _, c := range t.Columns {
		out.Columns = append(out.Columns, formats.Column{Name: c.Name, Type: c.Type})
	}
	return out
}

type chunkAnswer struct {
	Dataset string `json:"dataset"`
	Table   string `json:"table"`
	Chunk   string `json:"chunk"`
	// First and Last are absent for reference tables and the chunk of NULL blocks.
	First *int64 `json:"first,omitempty"`
	Last  *int64 `json:"last,omitempty"`
	Null  bool   `json:"null,omitempty"`
	Rows  int64  `json:"rows"`
	Bytes int64  `json:"bytes"`
	// Assigned are the workers that shall hold the chunk, Ready those that can answer for it.
	Assigned []string `json:"assigned"`
	Ready    []string `json:"ready"`
	// Filters are absent if there are none.
	Filters *filterAnswer `json:"filters,omitempty"`
}

// filterAnswer describes a chunk's filters for equality.
type filterAnswer struct {
	Columns []string `json:"columns"`
	Bytes   int64    `json:"bytes"`
	// Bits is how many bits of a fingerprint are stored, BitsLoaded how many this portal has in memory, 0
	// if it has none of the chunk's.
	Bits       uint8 `json:"bits"`
	BitsLoaded uint8 `json:"bits_loaded"`
}

// chunks streams the chunks of a dataset, or of one of its tables: there may be a million.
func (a *API) chunks(w http.ResponseWriter, r *http.Request) error {
	snap := a.Catalog.Current()
	tables, err := chosenTables(snap, r.URL.Query().Get("dataset"), r.URL.Query().Get("table"))
	if err != nil {
		return err
	}
	limit, err := countParameter(r, "limit")
	if err != nil {
		return err
	}
	offset, err := countParameter(r, "offset")
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	out := bufio.NewWriterSize(w, 64<<10)
	_, _ = fmt.Fprintf(out, `{"catalog_version":%d,"chunks":[`, snap.Version())
	written := 0
	for _, t := range tables {
		for i := range t.NumChunks() {
			if offset > 0 {
				offset--
				continue
			}
			if limit > 0 && written == limit {
				break
			}
			data, err := json.Marshal(a.describeChunk(snap, t, i))
			if err != nil {
				panic(http.ErrAbortHandler) // the answer has begun
			}
			if written > 0 {
				_ = out.WriteByte(',')
			}
			written++
			_ = out.WriteByte('\n')
			if _, err := out.Write(data); err != nil {
				return nil // the client is gone
			}
		}
	}
	_, _ = out.WriteString("]}\n")
	_ = out.Flush() // the writer remembers the first error, which means that the client is gone
	return nil
}

func (a *API) describeChunk(snap *catalog.Snapshot, t *catalog.Table, i int) chunkAnswer {
	c := t.Chunk(i)
	out := chunkAnswer{
		Dataset: t.Dataset, Table: t.Name, Chunk: c.ID.String(), Rows: c.Rows, Bytes: c.Bytes,
		Assigned: workerNames(snap, snap.AssignedTo(t, i, nil)), Ready: workerNames(snap, snap.Replicas(t, i, nil)),
	}
	switch {
	case t.Kind == catalog.Reference:
		out.Chunk = c.ID.Hash.String()
	case c.ID.Range.Null:
		out.Null = true
	default:
		out.First, out.Last = &c.ID.Range.First, &c.ID.Range.Last
	}
	if f := t.Filters(i); f.Exist() {
		out.Filters = &filterAnswer{Bytes: f.Bytes, Bits: f.Bits, BitsLoaded: a.Filters.Bits(t, i)}
		for _, column := range f.Columns {
			out.Filters.Columns = append(out.Filters.Columns, t.Columns[column].Name)
		}
	}
	return out
}

func workerNames(snap *catalog.Snapshot, indices []int) []string {
	names := make([]string, len(indices))
	for i, w := range indices {
		names[i] = string(snap.Workers()[w].ID)
	}
	return names
}

// chosenTables finds a dataset's tables, or one of them.
func chosenTables(snap *catalog.Snapshot, dataset, table string) ([]*catalog.Table, error) {
	const op = "list chunks"
	if dataset == "" {
		return nil, fault.New(fault.InvalidArgument, op, "the parameter dataset is missing").
			WithHint("GET /v1/chunks?dataset=…&table=…")
	}
	d, ok := snap.Dataset(dataset)
	if !ok {
		return nil, unknown(op, "dataset", dataset, datasetNames(snap))
	}
	if table == "" {
		return d.Tables, nil
	}
	t, ok := d.Table(table)
	if !ok {
		var names []string
		for _, t := range d.Tables {
			names = append(names, t.Name)
		}
		return nil, unknown(op, "table", table, names)
	}
	return []*catalog.Table{t}, nil
}

func datasetNames(snap *catalog.Snapshot) []string {
	var names []string
	for _, d := range snap.Datasets() {
		names = append(names, d.Name)
	}
	return names
}

func unknown(op, what, name string, have []string) error {
	f := fault.New(fault.NotFound, op, "there is no %s %q", what, name)
	if close := nearest.Names(name, have, 3); len(close) > 0 {
		f = f.WithHint("%s", nearest.Hint(name, have)).WithDetail("candidates", close)
	}
	return f
}

func countParameter(r *http.Request, name string) (int, error) {
	text := r.URL.Query().Get(name)
	if text == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		return 0, fault.New(fault.InvalidArgument, "read request", "the parameter %s is %q, not a number from 0", name, text)
	}
	return n, nil
}

type workerAnswer struct {
	Worker   string `json:"worker"`
	Location string `json:"location"`
	Capacity uint32 `json:"capacity"`
	Version  string `json:"version"`
	Draining bool   `json:"draining"`
	// Files are those that it reported to hold, of FilesAssigned.
	Files         int `json:"files"`
	FilesAssigned int `json:"files_assigned"`
	// BytesAssigned is the size of the latter.
	BytesAssigned int64 `json:"bytes_assigned"`
}

func (a *API) workers(w http.ResponseWriter, _ *http.Request) error {
	snap := a.Catalog.Current()
	out := make([]workerAnswer, len(snap.Workers()))
	for i, worker := range snap.Workers() {
		out[i] = workerAnswer{
			Worker: string(worker.ID), Location: worker.Location, Capacity: worker.Capacity,
			Version: worker.Version, Draining: worker.Draining, Files: worker.Ready,
		}
	}
	buf := make([]int, 0, 8)
	for _, d := range snap.Datasets() {
		for _, t := range d.Tables {
			for i := range t.NumChunks() {
				buf = snap.AssignedTo(t, i, buf)
				for _, at := range buf {
					out[at].FilesAssigned++
					out[at].BytesAssigned += t.Chunk(i).Bytes
				}
			}
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Worker < out[j].Worker })
	return answer(w, map[string]any{"catalog_version": snap.Version(), "workers": out})
}

func (a *API) list(w http.ResponseWriter, _ *http.Request) error {
	return answer(w, map[string]any{"queries": a.Queries.List()})
}

func (a *API) cancel(w http.ResponseWriter, r *http.Request) error {
	id := chi.URLParam(r, "id")
	if err := a.Queries.Cancel(r.Context(), queries.ID(id)); err != nil {
		return err
	}
	return answer(w, map[string]any{"query_id": id, "cancelled": true})
}
