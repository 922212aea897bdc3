package catalog

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"go.etcd.io/etcd/api/v3/mvccpb"

	"github.com/shoal-db/shoal/libs/catalog/layout"
	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/chunks/pruning"
	"github.com/shoal-db/shoal/libs/chunks/ticket"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

// state is what a Follower knows of etcd's keys, and what it made of them. Keys go in by put and
// remove, in the order of their revisions; snapshot then makes anew what they touched.
//
// Pages are kept raw only until the record that names them was read, which may be in a later batch.
type state struct {
	indexes bool

	version   layout.Version
	guard     int64
	cluster   layout.Cluster
	keyring   *ticket.Keyring
	leaders   map[string]leaderRecord
	tables    map[string]*tableState
	coming    map[string]*tableState // by load; empty with indexes: who plans has nothing to do with them
	manifests map[string][]byte
	axes      map[string]*axisState
	places    map[string][]byte
	workers   map[chunks.WorkerID]*workerState

	// former has the tables of the state before this one, for what they decoded already.
	former map[string]*tableState

	slots    map[chunks.WorkerID]int32
	datasets []*Dataset
	shown    map[string]*axisState // axes as the last Snapshot has them
	stale    struct{ tables, routes bool }

	// expected are coming, as the last Snapshot has them; expectations counts how often they changed.
	expected     map[string]*Table
	expectations int64
}

type leaderRecord struct {
	layout.Leader
	created int64
}

type tableState struct {
	record layout.Table
	schema *pruning.Schema
	pages  map[string]*filePage
	table  *Table
	stale  bool
}

type axisState struct {
	record            layout.Assignment
	current, previous *placement
	stale             bool
}

func newState(indexes bool) *state {
	return &state{
		indexes:   indexes,
		leaders:   map[string]leaderRecord{},
		tables:    map[string]*tableState{},
		coming:    map[string]*tableState{},
		manifests: map[string][]byte{},
		axes:      map[string]*axisState{},
		places:    map[string][]byte{},
		workers:   map[chunks.WorkerID]*workerState{},
		slots:     map[chunks.WorkerID]int32{},
	}
}

// renew returns an empty state that shares what it can with s when the same keys are put again.
func (s *state) renew() *state {
	next := newState(s.indexes)
	next.former, next.slots, next.datasets = s.tables, s.slots, s.datasets
	next.expectations = s.expectations + 1
	next.stale.tables = true
	return next
}

// put takes in a key that was written.
func (s *state) put(kv *mvccpb.KeyValue) error {
	key := string(kv.Key)
	switch {
	case key == layout.VersionKey:
		s.guard = kv.ModRevision
		return layout.Decode(kv.Key, kv.Value, &s.version)
	case key == layout.ClusterKey:
		return layout.Decode(kv.Key, kv.Value, &s.cluster)
	case key == layout.TicketKeysKey:
		return s.putTicketKeys(kv)
	case strings.HasPrefix(key, layout.LeaderPrefix):
		rec := leaderRecord{created: kv.CreateRevision}
		s.leaders[key] = rec
		err := layout.Decode(kv.Key, kv.Value, &rec.Leader)
		s.leaders[key] = rec
		return err
	case strings.HasPrefix(key, layout.ManifestsPrefix):
		if !s.indexes || !layout.IsComingPage(key) {
			s.manifests[key] = kv.Value
		}
	case strings.HasPrefix(key, layout.PlacesPrefix):
		s.places[key] = kv.Value
	case strings.HasPrefix(key, layout.TablesPrefix):
		return s.putTable(kv)
	case strings.HasPrefix(key, layout.ComingPrefix):
		return s.putComing(kv)
	case strings.HasPrefix(key, layout.AssignmentsPrefix):
		return s.putAssignment(kv)
	case strings.HasPrefix(key, layout.WorkersPrefix):
		return s.putWorker(kv)
	case strings.HasPrefix(key, layout.ReadyPrefix):
		return s.putReady(kv)
	}
	return nil
}

func (s *state) putTable(kv *mvccpb.KeyValue) error {
	key := string(kv.Key)
	var rec layout.Table
	if err := layout.Decode(kv.Key, kv.Value, &rec); err != nil {
		return err
	}
	next := &tableState{record: rec, stale: true, pages: map[string]*filePage{}}
	if s.indexes {
		schema, err := schemaOf(&rec)
		if err != nil {
			return err
		}
		next.schema = schema
	}
	// The columns stay as they are while the incarnation does, and with them the decoded pages.
	old := s.tables[key]
	if old == nil {
		old = s.former[key]
	}
	if old != nil && old.record.Incarnation == rec.Incarnation {
		next.pages = old.pages
	}
	s.tables[key], s.stale.tables = next, true
	return nil
}

func (s *state) putTicketKeys(kv *mvccpb.KeyValue) error {
	var rec layout.TicketKeys
	if err := layout.Decode(kv.Key, kv.Value, &rec); err != nil {
		return err
	}
	keys := make([]ticket.Key, len(rec.Keys))
	for i, text := range rec.Keys {
		var err error
		if keys[i], err = ticket.ParseKey(text); err != nil {
			return err
		}
	}
	if len(keys) == 0 {
		return fault.New(fault.Internal, "read ticket keys", "there are none")
	}
	ring, err := ticket.NewKeyring(keys[0], keys[1:]...)
	s.keyring = ring
	return err
}

func (s *state) putAssignment(kv *mvccpb.KeyValue) error {
	next := &axisState{stale: true}
	if err := layout.Decode(kv.Key, kv.Value, &next.record); err != nil {
		return err
	}
	if old := s.axes[string(kv.Key)]; old != nil {
		next.current, next.previous = old.current, old.previous
	}
	s.axes[string(kv.Key)], s.stale.routes = next, true
	return nil
}

// remove takes in that a key is gone.
func (s *state) remove(key string) {
	switch {
	case key == layout.VersionKey:
		s.version, s.guard = layout.Version{}, 0
	case key == layout.TicketKeysKey:
		s.keyring = nil
	case strings.HasPrefix(key, layout.LeaderPrefix):
		delete(s.leaders, key)
	case strings.HasPrefix(key, layout.ManifestsPrefix):
		delete(s.manifests, key)
	case strings.HasPrefix(key, layout.PlacesPrefix):
		delete(s.places, key)
	case strings.HasPrefix(key, layout.TablesPrefix):
		delete(s.tables, key)
		s.stale.tables = true
	case strings.HasPrefix(key, layout.ComingPrefix):
		s.removeComing(key)
	case strings.HasPrefix(key, layout.AssignmentsPrefix):
		delete(s.axes, key)
		s.stale.routes = true
	case strings.HasPrefix(key, layout.WorkersPrefix):
		if w := s.workers[chunks.WorkerID(key[len(layout.WorkersPrefix):])]; w != nil {
			w.record = nil
			w.forgetIfEmpty(s)
		}
	case strings.HasPrefix(key, layout.ReadyPrefix):
		s.removeReady(key)
	}
}

// leader returns the metadata service that leads: the one that campaigned first.
func (s *state) leader() layout.Leader {
	var first leaderRecord
	for _, l := range s.leaders {
		if first.created == 0 || l.created < first.created {
			first = l
		}
	}
	return first.Leader
}

// snapshot makes a Snapshot of all that was put and removed. After an error the state is as before
// and the next call tries again.
func (s *state) snapshot(revision int64) (*Snapshot, error) {
	if err := s.buildTables(); err != nil {
		return nil, err
	}
	if err := s.buildComing(); err != nil {
		return nil, err
	}
	if err := s.buildPlacements(); err != nil {
		return nil, err
	}
	s.former = nil
	if s.stale.tables || s.stale.routes {
		s.buildDatasets()
		s.expect()
		s.shown = maps.Clone(s.axes)
		s.stale.tables, s.stale.routes = false, false
	}
	snap := &Snapshot{
		version: s.version.Version, schemaVersion: s.version.SchemaVersion, revision: revision,
		clusterID: s.cluster.ID, datasets: s.datasets, guard: s.guard, axes: s.shown,
		coming: s.expected, expectations: s.expectations,
	}
	s.addWorkers(snap)
	return snap, nil
}

func (s *state) buildTables() error {
	for _, ts := range s.tables {
		if !ts.stale {
			continue
		}
		pages := make([]*filePage, len(ts.record.Pages))
		kept := make(map[string]*filePage, len(pages))
		for i, ref := range ts.record.Pages {
			page := ts.pages[ref.ID]
			if page == nil {
				raw, ok := s.manifests[layout.ManifestKey(ref.ID)]
				if !ok {
					return fault.New(fault.Internal, "read table record", "%s.%s: manifest page %s is missing",
						ts.record.Dataset, ts.record.Name, ref.ID)
				}
				var err error
				if page, err = readPage(raw, ts.schema); err != nil {
					return fault.Wrap(err, "read manifest page "+ref.ID)
				}
			}
			pages[i], kept[ref.ID] = page, page
		}
		table, err := newTable(&ts.record, pages, ts.schema)
		if err != nil {
			return err
		}
		for _, ref := range ts.record.Pages {
			delete(s.manifests, layout.ManifestKey(ref.ID))
		}
		ts.table, ts.pages, ts.stale = table, kept, false
	}
	return nil
}

func (s *state) buildPlacements() error {
	for _, a := range s.axes {
		if !a.stale {
			continue
		}
		current, err := s.readPlacement(a.record.Pages)
		if err != nil {
			return fault.Wrap(err, "read assignment of "+a.record.Axis.String())
		}
		previous, err := s.readPlacement(a.record.Previous)
		if err != nil {
			return fault.Wrap(err, "read previous assignment of "+a.record.Axis.String())
		}
		a.current, a.previous, a.stale = current, previous, false
	}
	return nil
}

// slot numbers a worker. Numbers are never given to another worker.
func (s *state) slot(id chunks.WorkerID) int32 {
	n, ok := s.slots[id]
	if !ok {
		// Snapshots hold the old map.
		s.slots = maps.Clone(s.slots)
		n = int32(len(s.slots))
		s.slots[id] = n
	}
	return n
}

// buildDatasets makes the datasets anew from their tables, with routes; what did not change is shared.
func (s *state) buildDatasets() {
	old := make(map[string]*Dataset, len(s.datasets))
	for _, d := range s.datasets {
		old[d.folded] = d
	}
	byName := map[string]*Dataset{}
	for _, ts := range s.tables {
		t := s.routed(ts.table)
		ts.table = t
		folded := chunks.FoldName(t.Dataset)
		d := byName[folded]
		if d == nil {
			d = &Dataset{Name: t.Dataset, folded: folded}
			byName[folded] = d
		}
		d.Tables = append(d.Tables, t)
	}
	s.datasets = make([]*Dataset, 0, len(byName))
	for _, d := range byName {
		slices.SortFunc(d.Tables, func(a, b *Table) int { return cmp.Compare(a.folded, b.folded) })
		if o := old[d.folded]; o != nil && slices.Equal(o.Tables, d.Tables) {
			d = o
		} else {
			d.measure()
		}
		s.datasets = append(s.datasets, d)
	}
	slices.SortFunc(s.datasets, func(a, b *Dataset) int { return cmp.Compare(a.folded, b.folded) })
}

// routed returns the table with the routes that its axis' assignment gives it.
func (s *state) routed(t *Table) *Table {
	var current, previous *placement
	if a := s.axes[layout.AssignmentKey(t.Axis())]; a != nil && t.Kind != Reference {
		current, previous = a.current, a.previous
	}
	if t.routes[0].place == current && t.routes[1].place == previous {
		return t
	}
	next := *t
	next.routes = [2]route{newRoute(current, t), newRoute(previous, t)}
	return &next
}

// measure finds the dataset's name, axis and layout.
func (d *Dataset) measure() {
	d.Name = d.Tables[0].Dataset
	for _, t := range d.Tables {
		if t.Kind != Chunked {
			continue
		}
		d.Axis = t.BlockKind
		ranges := make([]chunks.Range, 0, t.chunks)
		for _, p := range t.pages {
			for _, id := range p.ids {
				ranges = append(ranges, id.Range)
			}
		}
		// Metadata lets no clash through; if one were there, planning by chunks would still be
		// right, so the first layout stands.
		if layout, err := d.layout.Add(ranges...); err == nil {
			d.layout = layout
		}
	}
}
