package catalog

import (
	"cmp"
	"iter"
	"slices"
	"sort"

	"github.com/shoal-db/shoal/libs/chunks"
)

// Snapshot is the whole catalog at one moment: datasets, tables, live workers and which files they
// hold. It is immutable and may be kept and shared for as long as a query needs it; Snapshots share
// with their predecessors whatever did not change.
type Snapshot struct {
	version       int64
	schemaVersion int64
	revision      int64
	clusterID     string
	datasets      []*Dataset
	workers       []Worker
	// slots numbers every worker that an assignment or a report has named, in the order in which
	// the Follower met them; holds has the live ones' files at the same index, nil for the others.
	slots map[chunks.WorkerID]int32
	holds []*holding
	// guard is the revision of the version record; axes are the assignments, by their keys.
	guard int64
	axes  map[string]*axisState

	coming       map[string]*Table
	expectations int64
}

// Worker is a live worker: one whose lease has not run out.
type Worker struct {
	ID chunks.WorkerID
	// Location is where its Flight service is reached: grpc://host:port.
	Location string
	// Capacity is its weight in the assignment relative to the other workers' weights.
	Capacity uint32
	// Version is the version of its program.
	Version string
	// Draining workers answer what they have but are assigned nothing.
	Draining bool
	// Ready is the number of files that it reported to hold.
	Ready int
}

// holding is a live worker's index in Snapshot.workers and the files that it reported.
type holding struct {
	index int
	files *readySet
}

// emptySnapshot is what a Follower has before it has read anything.
var emptySnapshot = &Snapshot{}

// Version returns the catalog version: 0 for a cluster in which nothing was ever loaded or assigned.
func (s *Snapshot) Version() int64 { return s.version }

// SchemaVersion returns the catalog version of the last change to the names and columns of tables.
func (s *Snapshot) SchemaVersion() int64 { return s.schemaVersion }

// Revision returns the etcd revision that the Snapshot was read at. It grows with every Snapshot.
func (s *Snapshot) Revision() int64 { return s.revision }

// Guard returns the etcd revision of the last change of tables and assignments, 0 if there was none:
// while the version record has it, nothing has changed since.
func (s *Snapshot) Guard() int64 { return s.guard }

// ClusterID returns the id that the first metadata service gave the cluster, empty before that.
func (s *Snapshot) ClusterID() string { return s.clusterID }

// Datasets returns the datasets, sorted by folded name. The slice is the Snapshot's.
func (s *Snapshot) Datasets() []*Dataset { return s.datasets }

// Dataset returns a dataset by its name; upper and lower case are not told apart.
func (s *Snapshot) Dataset(name string) (*Dataset, bool) {
	name = chunks.FoldName(name)
	i, ok := sort.Find(len(s.datasets), func(i int) int { return cmp.Compare(name, s.datasets[i].folded) })
	if !ok {
		return nil, false
	}
	return s.datasets[i], true
}

// Table returns a table by its names; upper and lower case are not told apart.
func (s *Snapshot) Table(dataset, table string) (*Table, bool) {
	d, ok := s.Dataset(dataset)
	if !ok {
		return nil, false
	}
	return d.Table(table)
}

// Workers returns the live workers, sorted by id. The slice is the Snapshot's.
func (s *Snapshot) Workers() []Worker { return s.workers }

// Worker returns the index in Workers of a live worker.
func (s *Snapshot) Worker(id chunks.WorkerID) (int, bool) {
	return slices.BinarySearchFunc(s.workers, id, func(w Worker, id chunks.WorkerID) int {
		return cmp.Compare(w.ID, id)
	})
}

// Replicas returns the workers that can be asked for a chunk now, as indices into Workers, in the
// order of preference: those that it is assigned to, that are alive and that hold the table's file.
// While chunks move, their former workers follow the new ones. For a reference table chunk is 0 and
// the answer is every worker that has its file. It reuses buf, and returns an empty slice when
// nobody can be asked.
//
// REQUIRES: t is this Snapshot's.
func (s *Snapshot) Replicas(t *Table, chunk int, buf []int) []int {
	buf = buf[:0]
	key := t.Key(chunk)
	if t.Kind == Reference {
		for i := range s.workers {
			if h := s.holds[s.slots[s.workers[i].ID]]; h.files.has(key) {
				buf = append(buf, i)
			}
		}
		return buf
	}
	for _, r := range &t.routes {
		for _, slot := range r.at(chunk) {
			if h := s.holding(slot); h != nil && h.files.has(key) && !slices.Contains(buf, h.index) {
				buf = append(buf, h.index)
			}
		}
	}
	return buf
}

// AssignedTo returns the live workers that a chunk is assigned to, ready or not, as indices into
// Workers, in the order of preference. It reuses buf. For a reference table these are all workers.
//
// REQUIRES: t is this Snapshot's.
func (s *Snapshot) AssignedTo(t *Table, chunk int, buf []int) []int {
	buf = buf[:0]
	if t.Kind == Reference {
		for i := range s.workers {
			buf = append(buf, i)
		}
		return buf
	}
	for _, slot := range t.routes[0].at(chunk) {
		if h := s.holding(slot); h != nil {
			buf = append(buf, h.index)
		}
	}
	return buf
}

// Holds tells whether the worker with this index in Workers reported to have the file.
func (s *Snapshot) Holds(worker int, file chunks.Key) bool {
	return s.holds[s.slots[s.workers[worker].ID]].files.has(file)
}

func (s *Snapshot) holding(slot int32) *holding {
	if int(slot) < len(s.holds) {
		return s.holds[slot]
	}
	return nil
}

// Assigned returns every file that the worker should hold: those of its chunks, of chunks that are
// moving away from it and are not yet held elsewhere, and of all reference tables; of tables, and of what
// loads are about to publish. The worker need
// not be alive. It looks at every chunk of the catalog, so callers do it once a Version and Expectations.
func (s *Snapshot) Assigned(worker chunks.WorkerID) iter.Seq[File] {
	return func(yield func(File) bool) {
		slot, known := s.slots[worker]
		of := func(t *Table) bool {
			for i := range t.NumChunks() {
				mine := t.Kind == Reference || known && t.assignedTo(i, slot)
				if mine && !yield(t.File(i)) {
					return false
				}
			}
			return true
		}
		for _, d := range s.datasets {
			for _, t := range d.Tables {
				if !of(t) {
					return
				}
			}
		}
		for _, t := range s.coming {
			if !of(t) {
				return
			}
		}
	}
}

// ReadyChunks returns how many of the table's chunks at least one worker can be asked for.
//
// REQUIRES: t is this Snapshot's.
func (s *Snapshot) ReadyChunks(t *Table) int {
	n, buf := 0, make([]int, 0, 8)
	for i := range t.NumChunks() {
		if buf = s.Replicas(t, i, buf); len(buf) > 0 {
			n++
		}
	}
	return n
}
