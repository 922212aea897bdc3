package catalog

import (
	"go.etcd.io/etcd/api/v3/mvccpb"

	"github.com/shoal-db/shoal/libs/catalog/layout"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

// Coming returns what a load is about to publish, as a Table that has nothing but the load's own files;
// nil when it is not known to be about to. Its files are assigned (see Assigned) and reported like any
// others, but no table has them yet. A Follower with Indexes knows of none.
func (s *Snapshot) Coming(load string) *Table { return s.coming[load] }

// Expectations changes whenever what is coming does, which the Version need not: what a load that dies was
// about to publish goes with its lease.
func (s *Snapshot) Expectations() int64 { return s.expectations }

// AllComing calls yield with what each load is about to publish.
func (s *Snapshot) AllComing(yield func(load string, t *Table) bool) {
	for load, t := range s.coming {
		if !yield(load, t) {
			return
		}
	}
}

func (s *state) putComing(kv *mvccpb.KeyValue) error {
	if s.indexes {
		return nil
	}
	next := &tableState{stale: true}
	if err := layout.Decode(kv.Key, kv.Value, &next.record); err != nil {
		return err
	}
	s.coming[string(kv.Key)] = next
	s.expectations++
	s.stale.routes = true
	return nil
}

func (s *state) removeComing(key string) {
	if ts := s.coming[key]; ts != nil {
		delete(s.coming, key)
		for _, ref := range ts.record.Pages {
			delete(s.manifests, layout.ManifestKey(ref.ID))
		}
		s.expectations++
		s.stale.routes = true
	}
}

// buildComing reads the pages of what is coming. They stay, as the next record of the load may name them.
func (s *state) buildComing() error {
	for _, ts := range s.coming {
		if !ts.stale {
			continue
		}
		pages := make([]*filePage, len(ts.record.Pages))
		for i, ref := range ts.record.Pages {
			raw, ok := s.manifests[layout.ManifestKey(ref.ID)]
			if !ok {
				return fault.New(fault.Internal, "read what is coming", "%s.%s: manifest page %s is missing",
					ts.record.Dataset, ts.record.Name, ref.ID)
			}
			var err error
			if pages[i], err = readPage(raw, nil); err != nil {
				return fault.Wrap(err, "read manifest page "+ref.ID)
			}
		}
		table, err := newTable(&ts.record, pages, nil)
		if err != nil {
			return err
		}
		ts.table, ts.stale = table, false
	}
	return nil
}

// expect makes what Snapshots show of what is coming.
func (s *state) expect() {
	s.expected = make(map[string]*Table, len(s.coming))
	for key, ts := range s.coming {
		ts.table = s.routed(ts.table)
		s.expected[key[len(layout.ComingPrefix):]] = ts.table
	}
}
