package catalog

import (
	"go.etcd.io/etcd/api/v3/mvccpb"
)

// SnapshotOf makes a Snapshot, with pruning indexes, of keys and values as etcd would have them, at
// a revision: planning needs no etcd to be tried out over a catalog. Workers are alive without a
// lease, so their ready pages are those of lease 0.
func SnapshotOf(records map[string]string, revision int64) (*Snapshot, error) {
	s := newState(true)
	for key, value := range records {
		err := s.put(&mvccpb.KeyValue{Key: []byte(key), Value: []byte(value), ModRevision: revision, CreateRevision: revision})
		if err != nil {
			return nil, err
		}
	}
	return s.snapshot(revision)
}
