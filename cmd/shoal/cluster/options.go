package cluster

import (
	"fmt"
	"log/slog"
	"net/url"
	"path/filepath"
	"runtime"
	"time"

	"github.com/shoal-db/shoal/libs/platform/config"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/platform/logging"
	"github.com/shoal-db/shoal/libs/platform/run"
	"github.com/shoal-db/shoal/services/metadata"
	"github.com/shoal-db/shoal/services/portal"
	"github.com/shoal-db/shoal/services/worker"
)

// Options say what a cluster is made of. Zero fields have the defaults of shoal up, but addresses
// are free ones on loopback.
type Options struct {
	// DataDir has everything: etcd, objects, the workers' chunk files. It is made if it is not there,
	// and belongs to one cluster at a time.
	DataDir string
	// Workers is how many there are; zero means 2, negative none. Replication is on how many of them a
	// chunk is; zero means 2.
	Workers, Replication int
	// HTTP and Flight are where the portal listens, host:port.
	HTTP, Flight string
	// AdvertiseFlight is under which address clients reach the portal's Flight; empty means the one
	// that is listened on.
	AdvertiseFlight string
	// TrustedOrigins are the portal's.
	TrustedOrigins []string
	// WorkerThreads and WorkerMemory bound DuckDB in each worker, PortalThreads and PortalMemory in
	// the portal. Zero means a share of the machine.
	WorkerThreads, PortalThreads int
	WorkerMemory, PortalMemory   config.Bytes
	// ObjectStore is a URL; empty means the folder "objects" in DataDir.
	ObjectStore string
	// StartTimeout bounds how long Start waits until all is ready; zero means a minute.
	StartTimeout time.Duration
	// Drain is how long queries get to end at Stop; zero means 10 s.
	Drain time.Duration
	// NoSync leaves out etcd's fsync; for tests.
	NoSync bool
	// Killable has every worker behind wires that KillWorker cuts, which costs some throughput; for
	// tests.
	Killable bool
	Log      *slog.Logger

	// The configuration of each service can be changed before it is used; i counts workers from 1.
	EditMetadata func(*metadata.Config)
	EditPortal   func(*portal.Config)
	EditWorker   func(i int, c *worker.Config)
}

const loopback = "127.0.0.1:0"

func (o Options) withDefaults() (Options, error) {
	if o.DataDir == "" {
		return o, fault.New(fault.InvalidArgument, "start cluster", "the data folder is not named").WithHint("set --data-dir")
	}
	dir, err := filepath.Abs(o.DataDir)
	if err != nil {
		return o, fault.Wrap(err, "start cluster")
	}
	o.DataDir = dir
	if o.Workers == 0 {
		o.Workers = 2
	}
	o.Workers = max(o.Workers, 0)
	set(&o.Replication, 2)
	set(&o.HTTP, loopback)
	set(&o.Flight, loopback)
	set(&o.StartTimeout, time.Minute)
	set(&o.Drain, 10*time.Second)
	set(&o.ObjectStore, (&url.URL{Scheme: "file", Path: filepath.ToSlash(filepath.Join(dir, "objects"))}).String())
	if o.Log == nil {
		o.Log = logging.Discard()
	}
	o.share()
	return o, nil
}

// share divides cores and memory among the services, each of which would take nearly all otherwise.
func (o *Options) share() {
	parts := o.Workers + 1
	set(&o.WorkerThreads, max(1, (runtime.NumCPU()+o.Workers-1)/max(o.Workers, 1)))
	set(&o.PortalThreads, runtime.NumCPU())
	if total := run.MachineMemory(); total > 0 {
		each := config.Bytes(max(total*7/10/int64(parts), 256<<20))
		set(&o.WorkerMemory, each)
		set(&o.PortalMemory, each)
	}
}

func set[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

func (o *Options) metadataConfig(etcd string) metadata.Config {
	c := metadata.Config{
		Etcd: []string{etcd}, ObjectStore: o.ObjectStore, HTTP: loopback, Replication: o.Replication,
		JoinDelay: 200 * time.Millisecond, Drain: o.Drain, Logger: o.Log.With(logging.KeyService, "metadata"),
	}
	if o.EditMetadata != nil {
		o.EditMetadata(&c)
	}
	return c
}

func (o *Options) portalConfig(etcd string) portal.Config {
	c := portal.Config{
		Etcd: []string{etcd}, ObjectStore: o.ObjectStore, HTTP: o.HTTP, Flight: o.Flight, AdvertiseFlight: o.AdvertiseFlight, TrustedOrigins: o.TrustedOrigins,
		Threads: o.PortalThreads, Memory: o.PortalMemory, SpillDir: filepath.Join(o.DataDir, "portal"),
		ReferenceCache: portal.DefaultReferenceCache,
		Drain:          o.Drain, Logger: o.Log.With(logging.KeyService, "portal"),
	}
	if o.EditPortal != nil {
		o.EditPortal(&c)
	}
	return c
}

func (o *Options) workerConfig(etcd, advertise string, i int) worker.Config {
	id := workerName(i)
	c := worker.Config{
		ID: id, Etcd: []string{etcd}, ObjectStore: o.ObjectStore, DataDir: filepath.Join(o.DataDir, "workers", id),
		Flight: loopback, Advertise: advertise, HTTP: loopback, Threads: o.WorkerThreads, Memory: o.WorkerMemory,
		Drain: o.Drain, Logger: o.Log.With(logging.KeyService, "worker", "worker", id),
	}
	if o.EditWorker != nil {
		o.EditWorker(i, &c)
	}
	return c
}

func workerName(i int) string { return fmt.Sprintf("w%d", i) }
