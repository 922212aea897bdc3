package httpapi

import (
	"net/http"
	"time"

	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/platform/fault/httpfault"

	"github.com/shoal-db/shoal/services/portal/formats"
	"github.com/shoal-db/shoal/services/portal/planning"
	"github.com/shoal-db/shoal/services/portal/queries"
)

// planAnswer is the answer of /v1/plan. Byte slices are base64 in JSON.
type planAnswer struct {
	QueryID        queries.ID       `json:"query_id"`
	CatalogVersion int64            `json:"catalog_version"`
	Columns        []formats.Column `json:"columns"`
	Subplans       []planSubplan    `json:"subplans"`
	MergePlan      []byte           `json:"merge_plan"` // null without one
	Pruning        pruning          `json:"pruning"`
}

type planSubplan struct {
	ID        int                 `json:"id"`
	Chunks    map[string][]string `json:"chunks"`
	RowsMax   int64               `json:"rows_max"`
	Bytes     int64               `json:"bytes"`
	Replicas  []planReplica       `json:"replicas"`
	Plan      []byte              `json:"plan"`
	Ticket    []byte              `json:"ticket"`
	ExpiresAt time.Time           `json:"expires_at"`
}

type planReplica struct {
	Worker   string `json:"worker"`
	Location string `json:"location"`
}

type pruning struct {
	ChunksTotal    int `json:"chunks_total"`
	ChunksSelected int `json:"chunks_selected"`
	ByBlock        int `json:"by_block"`
	ByStatistics   int `json:"by_statistics"`
	ByFilter       int `json:"by_filter"`
}

func pruningOf(p planning.Pruning) pruning {
	return pruning{p.ChunksTotal, p.ChunksSelected, p.ByBlock, p.ByStatistics, p.ByFilter}
}

func columnsOf(q *queries.Query) []formats.Column {
	columns := make([]formats.Column, len(q.Columns))
	for i, c := range q.Columns {
		columns[i] = formats.Column{Name: c.Name, Type: c.Type.String()}
	}
	return columns
}

func (a *API) plan(w http.ResponseWriter, r *http.Request) error {
	q, _, err := a.planned(w, r)
	if err != nil {
		return err
	}
	if q.Explain != nil {
		return fault.New(fault.InvalidArgument, "plan query", "EXPLAIN has no subplans").
			WithHint("use POST /v1/explain, or /v1/query").WithQuery(string(q.ID))
	}
	if f := q.Placed.Fallback; f != nil {
		return fault.New(fault.InvalidArgument, "plan query", "no Substrait plan can say this query: %s", f.Reason).WithQuery(string(q.ID)).
			WithHint("POST /v1/query and Flight SQL run it, in the portal")
	}
	out := planAnswer{
		QueryID: q.ID, CatalogVersion: q.Placed.CatalogVersion, Columns: columnsOf(q),
		Subplans: []planSubplan{}, MergePlan: q.Placed.MergeBytes, Pruning: pruningOf(q.Placed.Pruning),
	}
	for _, s := range q.Placed.Subplans {
		out.Subplans = append(out.Subplans, planSubplan{
			ID: s.ID, Chunks: s.ChunkNames(), RowsMax: s.RowsMax, Bytes: s.Bytes, Replicas: replicasOf(s),
			Plan: s.PlanBytes, Ticket: s.Ticket, ExpiresAt: q.ExpiresAt.UTC(),
		})
	}
	a.Queries.LeaveToClient(q)
	return answer(w, out)
}

func replicasOf(s queries.Subplan) []planReplica {
	out := make([]planReplica, len(s.Workers))
	for i, worker := range s.Workers {
		out[i] = planReplica{Worker: string(worker.ID), Location: worker.Location}
	}
	return out
}

func (a *API) query(w http.ResponseWriter, r *http.Request) error {
	mediaType, ok := formats.Choose(r.Header.Get("Accept"))
	if !ok {
		httpfault.WriteStatus(w, http.StatusNotAcceptable, fault.New(fault.InvalidArgument, "read request",
			"results cannot be written as %q", r.Header.Get("Accept")).
			WithHint("accept %s, %s or %s", formats.TypeJSON, formats.TypeArrow, formats.TypeCSV))
		return nil
	}
	q, _, err := a.planned(w, r)
	if err != nil {
		return err
	}
	if err := formats.Check(mediaType, columnsOf(q)); err != nil {
		return fault.From(err).WithQuery(string(q.ID))
	}
	run, err := a.Queries.Run(r.Context(), q)
	if err != nil {
		return err
	}
	defer run.Release()
	w.Header().Add("Vary", "Accept")
	body := &held{w: w, begun: time.Now(), header: func(h http.Header) {
		h.Set("Content-Type", contentTypeOf(mediaType))
		h.Set("Cache-Control", "no-store")
	}}
	out := formats.New(mediaType, body, string(q.ID), columnsOf(q), q.Schema)
	err = stream(body, run, out)
	if err != nil && body.sent {
		out.Fail(err)
		_ = http.NewResponseController(w).Flush() // so that the reason arrives, if it can
		panic(http.ErrAbortHandler)
	}
	return err
}

func contentTypeOf(mediaType string) string {
	if mediaType == formats.TypeCSV {
		return formats.TypeCSV + "; charset=utf-8; header=present"
	}
	return mediaType
}

// flushEvery is how long rows may wait in the server's buffer for more.
const flushEvery = 200 * time.Millisecond

// stream writes all rows. What fails in it must break the connection, if anything was sent.
func stream(body *held, run *queries.Run, out formats.Writer) error {
	if err := out.Begin(); err != nil {
		return err
	}
	flushed := time.Now()
	for run.Next() {
		if err := out.Write(run.Record()); err != nil {
			return err
		}
		if time.Since(flushed) > flushEvery {
			if err := body.flush(); err != nil {
				return err
			}
			flushed = time.Now()
		}
	}
	if err := run.Err(); err != nil {
		return err
	}
	if err := out.End(); err != nil {
		return err
	}
	return body.send()
}
