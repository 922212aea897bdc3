// Package catalog owns what Shoal's services share about the state of a cluster: where it lies in
// etcd (package layout), the immutable Snapshot that everything plans with, the Follower that
// keeps a Snapshot current by watching etcd, and the WorkerSession by which a worker joins.
//
// Invariants: a Snapshot never changes and never mixes catalog versions: it is made of all of etcd
// at one revision. Whatever a table record or an assignment names (manifest pages, assignment
// pages) was written before it, so a Snapshot is complete or is not made. The catalog version
// grows with every change of datasets, tables and assignments; workers that come, go and report
// files make new Snapshots of the same version.
//
// It refuses to change datasets, tables and assignments: only the metadata service writes those,
// and package metaclient asks it to.
package catalog
