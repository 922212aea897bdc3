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

	dir       string
	etcd      string
	store     string
	workers   []workerAddress
	overrides []string
}

type workerAddress struct{ id, flight, http string }

// ProcessOptions configure a cluster of processes.
type ProcessOptions struct {
	Workers, Replication int
	// PortalArgs and WorkerArgs are added to the programs' flags.
	PortalArgs, WorkerArgs []string
}

const startTimeout = 60 * time.Second

// StartProcesses starts a cluster and waits until it can answer.
func StartProcesses(t testing.TB, opts ProcessOptions) *Processes {
	t.Helper()
	c := &Processes{dir: t.TempDir(), etcd: FreeAddress(t), HTTP: FreeAddress(t), Flight: FreeAddress(t)}
	c.store = "file://" + filepath.Join(c.dir, "objects")
	c.StartEtcd(t)
	metadataHTTP := FreeAddress(t)
	c.Metadata = StartProcess(t, "metadata", Binary(t, "metadata"), "--etcd", c.etcd, "--http", metadataHTTP,
		"--object-store", c.store, "--replication", fmt.Sprint(opts.Replication))
	WaitReady(t, c.Metadata, metadataHTTP, startTimeout)
	c.overrides = opts.WorkerArgs
	for i := range opts.Workers {
		c.workers = append(c.workers, workerAddress{fmt.Sprintf("w%d", i+1), FreeAddress(t), FreeAddress(t)})
		c.Workers = append(c.Workers, nil)
		c.StartWorker(t, i)
	}
	c.Portal = StartProcess(t, "portal", Binary(t, "portal"), append([]string{"--etcd", c.etcd, "--http", c.HTTP,
		"--flight", c.Flight, "--object-store", c.store}, opts.PortalArgs...)...)
	for i, w := range c.workers {
		WaitReady(t, c.Workers[i], w.http, startTimeout)
	}
	WaitReady(t, c.Portal, c.HTTP, startTimeout)
	return c
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

// StartWorker starts worker i over its data, again if it was stopped.
func (c *Processes) StartWorker(t testing.TB, i int) {
	t.Helper()
	w := c.workers[i]
	c.Workers[i] = StartProcess(t, w.id, Binary(t, "worker"), append([]string{"--id", w.id, "--etcd", c.etcd, "--flight", w.flight,
		"--http", w.http, "--object-store", c.store, "--data-dir", c.WorkerDir(i), "--threads", "1"}, c.overrides...)...)
}

// WaitWorker waits until worker i is ready.
func (c *Processes) WaitWorker(t testing.TB, i int) {
	t.Helper()
	WaitReady(t, c.Workers[i], c.workers[i].http, startTimeout)
}

// WorkerDir is worker i's data folder.
func (c *Processes) WorkerDir(i int) string { return filepath.Join(c.dir, c.workers[i].id) }

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
