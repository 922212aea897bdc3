package portal

import (
	"context"

	clientv3 "go.etcd.io/etcd/client/v3"

	"github.com/shoal-db/shoal/libs/catalog"
	"github.com/shoal-db/shoal/libs/catalog/metaclient"
	"github.com/shoal-db/shoal/libs/chunks/ticket"

	"github.com/shoal-db/shoal/services/portal/loads"
)

// cluster is what a portal needs of the rest; etcdCluster is the real one.
type cluster interface {
	// Run follows the catalog until ctx ends.
	Run(ctx context.Context) error
	Current() *catalog.Snapshot
	Changed() <-chan struct{}
	// Sync tells whether Current is current, and if not, why.
	Sync() (ok bool, why string)
	// Keyring signs tickets; nil while there are no keys. It is not to be kept.
	Keyring() *ticket.Keyring
	// WaitVersion waits until Current is of this catalog version at least.
	WaitVersion(ctx context.Context, version int64) (*catalog.Snapshot, error)
	Metadata() loads.Metadata
	Close() error
}

// etcdCluster follows the catalog in etcd.
type etcdCluster struct {
	*catalog.Follower
	client   *clientv3.Client
	metadata *metaclient.Client
}

// connect is the cluster of the configured etcd, once that has answered.
func connect(ctx context.Context, cfg Config) (cluster, error) {
	client, err := catalog.Connect(ctx, catalog.ClientConfig{Endpoints: cfg.Etcd, Timeout: cfg.ConnectTimeout, Log: cfg.Logger})
	if err != nil {
		return nil, err
	}
	follower := catalog.NewFollower(client, catalog.FollowerOptions{Indexes: true, Log: cfg.Logger})
	return &etcdCluster{Follower: follower, client: client, metadata: metaclient.New(follower)}, nil
}

func (c *etcdCluster) Metadata() loads.Metadata { return c.metadata }

func (c *etcdCluster) Close() error {
	c.metadata.Close()
	return c.client.Close()
}
