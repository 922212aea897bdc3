package metadata

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"

	"github.com/go-chi/chi/v5"

	"github.com/shoal-db/shoal/libs/catalog"
	"github.com/shoal-db/shoal/libs/catalog/metaapi"
	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/platform/fault/httpfault"
)

const (
	maxSpecBytes     = 2 << 20
	maxManifestBytes = 1 << 30
)

func (s *Service) routes(r chi.Router) {
	r.Get("/v1/tables", s.getTables)
	r.Get("/v1/workers", s.getWorkers)
	r.Get("/v1/assignments", s.getAssignments)
	r.Get("/v1/loads", s.getLoads)
	r.Post("/v1/loads", s.led(s.postLoad))
	r.Post("/v1/loads/{id}/keep", s.led(s.keepLoad))
	r.Post("/v1/loads/{id}/commit", s.led(s.commitLoad))
	r.Delete("/v1/loads/{id}", s.led(s.deleteLoad))
	r.Delete("/v1/tables/{dataset}/{table}", s.led(s.deleteTable))
}

// led lets the leader answer: here, or after a redirect.
func (s *Service) led(answer func(*term, *http.Request) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		t, err := s.leading()
		if err != nil {
			s.redirect(w, r)
			return
		}
		// A term that ends takes its requests along.
		ctx, cancel := context.WithCancelCause(r.Context())
		defer cancel(nil)
		stop := context.AfterFunc(t.ctx, func() { cancel(errNotLeader) })
		defer stop()
		out, err := answer(t, r.WithContext(ctx))
		switch {
		case err != nil && t.ctx.Err() != nil && r.Context().Err() == nil:
			httpfault.Write(w, errNotLeader)
		case err != nil:
			httpfault.Write(w, err)
		case out == nil:
			w.WriteHeader(http.StatusNoContent)
		default:
			writeJSON(w, out)
		}
	}
}

// redirect sends a request to who leads.
func (s *Service) redirect(w http.ResponseWriter, r *http.Request) {
	leader := s.follower.Leader()
	to, err := url.Parse(leader.URL)
	if leader.URL == "" || leader.URL == s.self.URL || err != nil {
		httpfault.Write(w, errNotLeader)
		return
	}
	to.Path, to.RawQuery = r.URL.Path, r.URL.RawQuery
	w.Header().Set("Location", to.String())
	httpfault.WriteStatus(w, http.StatusTemporaryRedirect, errNotLeader.WithDetail("leader", leader.URL))
}

func writeJSON(w http.ResponseWriter, body any) {
	w.Header().Set("Content-Type", "application/json")
	// An error here means that the client is gone.
	_ = json.NewEncoder(w).Encode(body)
}

func (s *Service) postLoad(t *term, r *http.Request) (any, error) {
	var spec metaapi.LoadSpec
	in := json.NewDecoder(http.MaxBytesReader(nil, r.Body, maxSpecBytes))
	in.DisallowUnknownFields()
	if err := in.Decode(&spec); err != nil {
		return nil, badBody(err, "read load", maxSpecBytes)
	}
	return t.beginLoad(r.Context(), spec)
}

func (s *Service) keepLoad(t *term, r *http.Request) (any, error) {
	return nil, t.keepLoad(r.Context(), chi.URLParam(r, "id"))
}

func (s *Service) commitLoad(t *term, r *http.Request) (any, error) {
	entries, err := metaapi.ReadManifest(http.MaxBytesReader(nil, r.Body, maxManifestBytes), s.cfg.MaxChunks)
	if err != nil {
		err = badBody(err, "read manifest", maxManifestBytes)
	}
	var out metaapi.LoadCommitted
	if err == nil {
		out, err = t.commitLoad(r.Context(), chi.URLParam(r, "id"), entries)
	}
	switch {
	case err == nil:
		s.metrics.commits.WithLabelValues("committed").Inc()
	case fault.Is(err, fault.InvalidArgument) || fault.Is(err, fault.NotFound):
		s.metrics.commits.WithLabelValues("refused").Inc()
	default:
		s.metrics.commits.WithLabelValues("failed").Inc()
	}
	return out, err
}

// badBody makes a fault of a body that cannot be read.
func badBody(err error, op string, limit int) error {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return fault.New(fault.ResourceExhausted, op, "the body has more than %d bytes", limit)
	}
	if f := fault.From(err); f.Kind != fault.Internal {
		return fault.Wrap(err, op)
	}
	return fault.New(fault.InvalidArgument, op, "%w", err)
}

func (s *Service) deleteLoad(t *term, r *http.Request) (any, error) {
	return nil, t.abortLoad(r.Context(), chi.URLParam(r, "id"))
}

func (s *Service) deleteTable(t *term, r *http.Request) (any, error) {
	version, err := t.dropTable(r.Context(), chi.URLParam(r, "dataset"), chi.URLParam(r, "table"))
	if err != nil {
		return nil, err
	}
	return metaapi.Dropped{CatalogVersion: version}, nil
}

func (s *Service) getLoads(w http.ResponseWriter, r *http.Request) {
	loads, err := s.loads(r.Context())
	if err != nil {
		httpfault.Write(w, err)
		return
	}
	out := make([]metaapi.Load, len(loads))
	for i, l := range loads {
		out[i] = metaapi.Load{ID: l.ID, Dataset: l.Dataset, Table: l.Table, Mode: l.Mode, Started: l.Started}
	}
	writeJSON(w, out)
}

func (s *Service) getTables(w http.ResponseWriter, _ *http.Request) {
	snap := s.follower.Current()
	out := []metaapi.Table{}
	for _, d := range snap.Datasets() {
		for _, t := range d.Tables {
			block := ""
			if t.BlockColumn >= 0 {
				block = t.Columns[t.BlockColumn].Name
			}
			out = append(out, metaapi.Table{
				Dataset: t.Dataset, Table: t.Name, Kind: t.Kind, Columns: t.Columns, BlockColumn: block, BlockKind: t.BlockKind,
				Chunks: t.NumChunks(), ChunksReady: snap.ReadyChunks(t), Rows: t.Rows, Bytes: t.Bytes, Version: t.Version,
			})
		}
	}
	writeJSON(w, out)
}

func (s *Service) getWorkers(w http.ResponseWriter, _ *http.Request) {
	out := []metaapi.Worker{}
	for _, x := range s.follower.Current().Workers() {
		out = append(out, metaapi.Worker{
			Worker: x.ID, Location: x.Location, Capacity: x.Capacity, Version: x.Version, Draining: x.Draining, Ready: x.Ready,
		})
	}
	writeJSON(w, out)
}

func (s *Service) getAssignments(w http.ResponseWriter, _ *http.Request) {
	out := []metaapi.Assignment{}
	for _, a := range s.follower.Current().Assignments() {
		table := a.Current()
		counts := map[chunks.WorkerID]int{}
		for i := range table.Ranges {
			for _, id := range idsOf(&table, i) {
				counts[id]++
			}
		}
		out = append(out, metaapi.Assignment{
			Axis: a.Axis.String(), Generation: a.Generation, Chunks: len(table.Ranges), Moving: len(a.Previous) > 0, Workers: counts,
		})
	}
	writeJSON(w, out)
}

// sum adds up something over all tables.
func (s *Service) sum(of func(*catalog.Table) int64) (total int64) {
	for _, d := range s.follower.Current().Datasets() {
		for _, t := range d.Tables {
			total += of(t)
		}
	}
	return total
}
