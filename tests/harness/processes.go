package harness

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"
)

// Processes is a cluster of real programs: etcd, metadata, workers, a portal.
type Processes struct {
	// HTTP and Flight are the portal's addresses.
	HTTP, Flight string
	Etcd         *Process
	Metadata     *Process
	Portal       *Process
	Workers      []*Process

	opts         ProcessOptions
	dir          string
	etcd         string
	metadataHTTP string
	store        string
	workers      []workerAddress
}

type workerAddress struct{ id, flight, http string }

// ProcessOptions configure a cluster of processes.
type ProcessOptions struct {
	Workers, Replication int
	// MetadataArgs, PortalArgs and WorkerArgs are added to the programs' flags.
	MetadataArgs, PortalArgs, WorkerArgs []string
}

const startTimeout = 60 * time.Second

// StartProcesses starts a cluster and waits until it can answer.
func StartProcesses(t testing.TB, opts ProcessOptions) *Processes {
	t.Helper()
	c := &Processes{
		opts: opts, dir: t.TempDir(), etcd: FreeAddress(t), HTTP: FreeAddress(t), Flight: FreeAddress(t), metadataHTTP: FreeAddress(t),
	}
	c.store = "file://" + filepath.Join(c.dir, "objects")
	for i := range opts.Workers {
		c.workers = append(c.workers, workerAddress{fmt.Sprintf("w%d", i+1), FreeAddress(t), FreeAddress(t)})
	}
	c.Workers = make([]*Process, opts.Workers)
	c.Start(t)
	return c
}

// Start starts all processes over the cluster's data, again if they were stopped, and waits until it
// can answer.
func (c *Processes) Start(t testing.TB) {
	t.Helper()
	c.StartEtcd(t)
	c.StartMetadata(t)
	for i := range c.workers {
		c.StartWorker(t, i)
	}
	c.StartPortal(t)
	c.WaitMetadata(t)
	for i := range c.workers {
		c.WaitWorker(t, i)
	}
	c.WaitPortal(t)
}

// StartEtcd starts etcd over the cluster's data, again if it was stopped.
func (c *Processes) StartEtcd(t testing.TB) {
	t.Helper()
	program, err := buildEtcd()
	if err != nil {
		t.Fatal(err)
	}
	peer := "http://" + FreeAddress(t)
	client := "http://" + c.etcd
	c.Etcd = StartProcess(t, "etcd", program, "--data-dir", filepath.Join(c.dir, "etcd"), "--name", "test",
		"--listen-client-urls", client, "--advertise-client-urls", client, "--log-level", "error",
		"--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer, "--initial-cluster", "test="+peer)
}

// StartMetadata starts the metadata service, again if it was stopped.
func (c *Processes) StartMetadata(t testing.TB) {
	t.Helper()
	c.Metadata = StartProcess(t, "metadata", Binary(t, "metadata"), append([]string{"--etcd", c.etcd, "--http", c.metadataHTTP,
		"--object-store", c.store, "--replication", fmt.Sprint(c.opts.Replication)}, c.opts.MetadataArgs...)...)
}

// WaitMetadata waits until the metadata service is ready.
func (c *Processes) WaitMetadata(t testing.TB) {
	t.Helper()
	WaitReady(t, c.Metadata, c.metadataHTTP, startTimeout)
}

// StartPortal starts the portal, again if it was stopped.
func (c *Processes) StartPortal(t testing.TB) {
	t.Helper()
	c.Portal = StartProcess(t, "portal", Binary(t, "portal"), append([]string{"--etcd", c.etcd, "--http", c.HTTP,
		"--flight", c.Flight, "--object-store", c.store}, c.opts.PortalArgs...)...)
}

// WaitPortal waits until the portal is ready.
func (c *Processes) WaitPortal(t testing.TB) {
	t.Helper()
	WaitReady(t, c.Portal, c.HTTP, startTimeout)
}

// StartWorker starts worker i over its data, again if it was stopped.
func (c *Processes) StartWorker(t testing.TB, i int) {
	t.Helper()
	w := c.workers[i]
	c.Workers[i] = StartProcess(t, w.id, Binary(t, "worker"),
		append(c.workerArgs(w.id, w.flight, w.http, c.WorkerDir(i)), c.opts.WorkerArgs...)...)
}

// StartTwin starts a worker with the id of worker i, but addresses and data of its own. It is not
// among Workers.
func (c *Processes) StartTwin(t testing.TB, i int) *Process {
	t.Helper()
	id := c.workers[i].id
	return StartProcess(t, id+" twin", Binary(t, "worker"), c.workerArgs(id, FreeAddress(t), FreeAddress(t), t.TempDir())...)
}

func (c *Processes) workerArgs(id, flight, http, dir string) []string {
	return []string{
		"--id", id, "--etcd", c.etcd, "--flight", flight, "--http", http, "--object-store", c.store,
		"--data-dir", dir, "--threads", "1",
	}
}

// WaitWorker waits until worker i is ready.
func (c *Processes) WaitWorker(t testing.TB, i int) {
	t.Helper()
	WaitReady(t, c.Workers[i], c.workers[i].http, startTimeout)
}

// WorkerDir is worker i's data folder.
func (c *Processes) WorkerDir(i int) string { return filepath.Join(c.dir, c.workers[i].id) }

// WorkerID is worker i's id.
func (c *Processes) WorkerID(i int) string { return c.workers[i].id }

// WorkerHTTP is where worker i answers probes and shows its metrics, host:port.
func (c *Processes) WorkerHTTP(i int) string { return c.workers[i].http }

// WorkerFlight is worker i's Flight location.
func (c *Processes) WorkerFlight(i int) string { return "grpc://" + c.workers[i].flight }

// Stop stops all processes in order and expects them to end well.
func (c *Processes) Stop(t testing.TB) {
	t.Helper()
	c.Portal.Stop(t, startTimeout)
	for _, w := range c.Workers {
		w.Stop(t, startTimeout)
	}
	c.Metadata.Stop(t, startTimeout)
	c.Etcd.Kill() // it ends by raising the signal again
}

// EtcdAddress is where etcd is reached, host:port.
func (c *Processes) EtcdAddress() string { return c.etcd }
