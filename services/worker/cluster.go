package worker

import (
	"context"
	"fmt"
	"io"
	"iter"
	"sync"

	clientv3 "go.etcd.io/etcd/client/v3"
	"golang.org/x/sync/errgroup"

	"github.com/shoal-db/shoal/libs/catalog"
	"github.com/shoal-db/shoal/libs/catalog/objectstore"
	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/chunks/ticket"
	"github.com/shoal-db/shoal/libs/platform/version"
	"github.com/shoal-db/shoal/services/worker/store"
)

// member is how a worker presents itself.
type member struct {
	id                 chunks.WorkerID
	instance, location string
	capacity           uint32
}

// edition is a version of a cluster's catalog. An etcd that was set up anew counts from 1 again.
type edition struct {
	cluster               string
	version, expectations int64
}

// cluster is the worker's place in it: it follows the catalog in etcd and is registered there under a
// lease.
type cluster struct {
	id       chunks.WorkerID
	client   *clientv3.Client
	follower *catalog.Follower
	session  *catalog.WorkerSession

	mu           sync.Mutex
	unregistered string // why the session is not registered
}

// connect is the cluster of the configured etcd, once that has answered.
func connect(ctx context.Context, cfg Config, m member) (*cluster, error) {
	client, err := catalog.Connect(ctx, catalog.ClientConfig{Endpoints: cfg.Etcd, Timeout: cfg.ConnectTimeout, Log: cfg.Logger})
	if err != nil {
		return nil, err
	}
	c := &cluster{
		id: m.id, client: client, unregistered: "not registered yet",
		follower: catalog.NewFollower(client, catalog.FollowerOptions{Log: cfg.Logger}),
	}
	c.session, err = catalog.NewWorkerSession(client, catalog.SessionConfig{
		ID: m.id, Instance: m.instance, Location: m.location, Capacity: m.capacity,
		Version: version.Get().Version, Log: cfg.Logger, OnChange: c.sessionChanged,
	})
	if err != nil {
		_ = client.Close()
		return nil, err
	}
	return c, nil
}

func (c *cluster) sessionChanged(registered bool, why string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.unregistered = why; !registered && why == "" {
		c.unregistered = "not registered"
	}
}

// Run follows the catalog and keeps the worker registered until ctx ends. It fails if another worker
// has the same id.
func (c *cluster) Run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return c.follower.Run(ctx) })
	g.Go(func() error { return c.session.Run(ctx) })
	return g.Wait()
}

// Changed is closed when Files or Keyring may answer otherwise than before the call.
func (c *cluster) Changed() <-chan struct{} { return c.follower.Changed() }

// Files are all that the worker should hold; not ok before that is known. The edition is another if the
// files are.
func (c *cluster) Files() (files iter.Seq[store.File], ed edition, ok bool) {
	snap := c.follower.Current()
	if snap.Revision() == 0 {
		return nil, edition{}, false
	}
	return func(yield func(store.File) bool) {
		for f := range snap.Assigned(c.id) {
			if !yield(store.File{Object: f.Path, Key: f.Key, Bytes: f.Bytes, SHA256: f.SHA256}) {
				return
			}
		}
	}, edition{snap.ClusterID(), snap.Version(), snap.Expectations()}, true
}

// Keyring verifies tickets; nil while there are no keys. It is not to be kept.
func (c *cluster) Keyring() *ticket.Keyring { return c.follower.Keyring() }

// State says what is wrong with the view of the catalog and with the registration, empty if nothing.
func (c *cluster) State() (catalog, session string) {
	if ok, why := c.follower.Sync(); !ok {
		catalog = why
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return catalog, c.unregistered
}

// Report tells which files the worker has got and no longer has; they are written when it is registered.
func (c *cluster) Report(_ context.Context, add, remove []chunks.Key) error {
	c.session.ReportReady(add, remove)
	return nil
}

// Deregister takes the worker out of the cluster for good.
func (c *cluster) Deregister(ctx context.Context) error { return c.session.Deregister(ctx) }

// Close gives up the connection to etcd.
func (c *cluster) Close() error { return c.client.Close() }

// keyring is asked for every ticket.
func (w *Worker) keyring() *ticket.Keyring { return w.cluster.Keyring() }

func missingFiles(missing, assigned int) string {
	return fmt.Sprintf("%d of %d assigned files are not there yet", missing, assigned)
}

// closingSource is an object store.
type closingSource interface {
	store.Source
	io.Closer
}

func openObjects(ctx context.Context, url string) (closingSource, error) {
	return objectstore.Open(ctx, url)
}
