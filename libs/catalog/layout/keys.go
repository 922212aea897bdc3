// Package layout owns where Shoal's state lies in etcd and how it is written: the keys under
// /shoal/v1/, the records (JSON), and the pages (binary).
//
// Invariants: no value is larger than MaxValueBytes; manifest and assignment pages are immutable
// and written before the record that names them; whatever is under a worker's lease names the
// lease in its key or record, so that what a former life of a worker left is told apart.
//
// It refuses to talk to etcd.
package layout

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/shoal-db/shoal/libs/chunks"
)

// MaxValueBytes bounds every value. etcd itself refuses requests above 1.5 MiB.
const MaxValueBytes = 1 << 20

// The keys. Names of datasets and tables are folded, because SQL does not tell A from a.
const (
	Prefix = "/shoal/v1/"

	// VersionKey has the Version record. Every transaction that changes tables or assignments
	// rewrites it, so that its revision guards all of them.
	VersionKey = Prefix + "version"
	// ClusterKey has the Cluster record.
	ClusterKey = Prefix + "cluster"
	// TicketKeysKey has the TicketKeys record.
	TicketKeysKey = Prefix + "ticket-keys"

	// LeaderPrefix is the election of the metadata leader; the values are Leader records.
	LeaderPrefix = Prefix + "leader"

	TablesPrefix      = Prefix + "tables/"
	ManifestsPrefix   = Prefix + "manifests/"
	AssignmentsPrefix = Prefix + "assignments/"
	PlacesPrefix      = Prefix + "places/"
	WorkersPrefix     = Prefix + "workers/"
	ReadyPrefix       = Prefix + "ready/"
	LoadsPrefix       = Prefix + "loads/"
	CommitsPrefix     = Prefix + "commits/"
	// ComingPrefix has, under the leases of loads, Table records of what these are about to publish.
	ComingPrefix = Prefix + "coming/"
)

// TableKey is where a table's record is.
func TableKey(dataset, table string) string {
	return TablesPrefix + chunks.FoldName(dataset) + "/" + chunks.FoldName(table)
}

// ManifestKey is where a manifest page is, by the id that the table record has for it.
func ManifestKey(page string) string { return ManifestsPrefix + page }

// ManifestPage is the id of the n-th page that a load writes.
func ManifestPage(load string, n int) string { return fmt.Sprintf("%s/%06d", load, n) }

// AssignmentKey is where an axis' assignment record is.
func AssignmentKey(axis chunks.Axis) string {
	key := AssignmentsPrefix + chunks.FoldName(axis.Dataset)
	if axis.Table != "" {
		key += "/" + chunks.FoldName(axis.Table)
	}
	return key
}

// PlacesKey is where an assignment page is, by its id.
func PlacesKey(page string) string { return PlacesPrefix + page }

// WorkerKey is where a worker's record is.
func WorkerKey(id chunks.WorkerID) string { return WorkersPrefix + string(id) }

// ReadyKey is where the n-th page of a worker's reports under a lease is.
func ReadyKey(id chunks.WorkerID, lease int64, n uint64) string {
	return fmt.Sprintf("%s%016x/%016x", ReadyWorkerPrefix(id), uint64(lease), n)
}

// ReadyWorkerPrefix is what the keys of all of a worker's reports start with.
func ReadyWorkerPrefix(id chunks.WorkerID) string { return ReadyPrefix + string(id) + "/" }

// ParseReadyKey is the inverse of ReadyKey.
func ParseReadyKey(key string) (id chunks.WorkerID, lease int64, n uint64, ok bool) {
	rest, ok := strings.CutPrefix(key, ReadyPrefix)
	parts := strings.Split(rest, "/")
	if !ok || len(parts) != 3 || len(parts[1]) != 16 || len(parts[2]) != 16 {
		return "", 0, 0, false
	}
	l, err1 := strconv.ParseUint(parts[1], 16, 64)
	n, err2 := strconv.ParseUint(parts[2], 16, 64)
	id = chunks.WorkerID(parts[0])
	ok = err1 == nil && err2 == nil && chunks.CheckWorkerID(id) == nil && ReadyKey(id, int64(l), n) == key
	return id, int64(l), n, ok
}

// LoadKey is where a running load's record is.
func LoadKey(id string) string { return LoadsPrefix + id }

// ComingKey is where it is said what a load is about to publish.
func ComingKey(load string) string { return ComingPrefix + load }

// ComingPages is what the manifest pages of that are named after, in place of the load.
func ComingPages(load string) string { return load + comingSuffix }

const comingSuffix = ".coming"

// IsComingPage tells whether the key of a manifest page is of what a load is about to publish.
func IsComingPage(key string) bool {
	load, _, _ := strings.Cut(strings.TrimPrefix(key, ManifestsPrefix), "/")
	return strings.HasSuffix(load, comingSuffix)
}

// CommitKey is where the outcome of a load is kept for a while after its commit.
func CommitKey(id string) string { return CommitsPrefix + id }
