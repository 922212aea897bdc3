package worker

import (
	"cmp"
	"crypto/rand"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/platform/config"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/platform/logging"
	"github.com/shoal-db/shoal/services/worker/store"
)

// Config of a worker. Zero fields mean the flags' defaults, except for those that are needed: Etcd,
// ObjectStore and DataDir.
type Config struct {
	ID          string   `help:"Name of this worker in the cluster; by default one that belongs to the data folder." placeholder:"NAME"`
	Etcd        []string `help:"Addresses of etcd, host:port, separated by commas." required:"" placeholder:"ADDR"`
	ObjectStore string   `help:"Where the chunk files are: file:///folder, s3://bucket, gs://bucket or azblob://container." required:"" placeholder:"URL"`
	DataDir     string   `help:"Folder for chunk files; each worker needs its own." required:"" placeholder:"DIR"`

	Flight    string `help:"Address to serve Arrow Flight on; port 0 takes a free one." default:"127.0.0.1:8816"`
	Advertise string `help:"Address under which portal and clients reach Arrow Flight here; by default the one that is listened on, or this machine's own for a wildcard." placeholder:"ADDR"`
	HTTP      string `name:"http" help:"Address to serve probes and metrics on; port 0 takes a free one." default:"127.0.0.1:8082"`
	Capacity  uint32 `help:"Share of the data that this worker gets, relative to the others'." default:"1"`

	Threads      int          `help:"Threads that DuckDB computes with; 0 is one for each core." default:"0"`
	Memory       config.Bytes `help:"Memory that DuckDB may use; 0 is 80 % of the machine's." default:"0"`
	MemoryMargin config.Bytes `help:"Memory beyond that for what DuckDB does not count, such as texts and lists in the making. A query that would go further is refused, or ended." default:"1GiB"`
	SpillDir     string       `help:"Folder for what does not fit into memory; by default one in the data folder." placeholder:"DIR"`
	SpillLimit   config.Bytes `help:"Most bytes to spill; 0 is 90 % of the free disk." default:"0"`

	MaxQueries   int           `help:"Subplans that run at a time. A stream that its client does not read counts, so this is not to be small." default:"64"`
	MaxQueued    int           `help:"Subplans that wait for their turn; -1 is none." default:"256"`
	QueueTimeout time.Duration `help:"Longest time that a subplan waits for its turn." default:"30s"`
	StallTimeout time.Duration `help:"How long a client may take nothing from a stream before it is cut off; negative is for ever." default:"10m"`

	Downloads     int           `help:"Chunk files to fetch at a time." default:"4"`
	Grace         time.Duration `help:"How long to keep files that are no longer assigned; negative is not at all." default:"15m"`
	DiskReserve   config.Bytes  `help:"Disk space to leave free." default:"64MiB"`
	ScrubInterval time.Duration `help:"How often all files are compared with their checksums; negative is never." default:"24h"`

	ConnectTimeout time.Duration `help:"How long to wait for etcd at start." default:"30s"`
	Drain          time.Duration `help:"How long running subplans get to end at shutdown." default:"30s"`

	// Logger is used instead of one on standard error.
	Logger *slog.Logger `kong:"-"`
	// FS is the file system of the chunk store; the real one if nil.
	FS store.FS `kong:"-"`
}

// withDefaults fills in the flags' defaults, for a Config that was not parsed from flags.
func (c Config) withDefaults() Config {
	c.Flight = cmp.Or(c.Flight, "127.0.0.1:8816")
	c.HTTP = cmp.Or(c.HTTP, "127.0.0.1:8082")
	c.Capacity = cmp.Or(c.Capacity, 1)
	c.MemoryMargin = cmp.Or(c.MemoryMargin, 1<<30)
	c.SpillDir = cmp.Or(c.SpillDir, filepath.Join(c.DataDir, "spill"))
	c.MaxQueries = cmp.Or(c.MaxQueries, 64)
	c.MaxQueued = cmp.Or(c.MaxQueued, 256)
	c.QueueTimeout = cmp.Or(c.QueueTimeout, 30*time.Second)
	c.StallTimeout = cmp.Or(c.StallTimeout, 10*time.Minute)
	c.Downloads = cmp.Or(c.Downloads, 4)
	c.Grace = cmp.Or(c.Grace, 15*time.Minute)
	c.DiskReserve = cmp.Or(c.DiskReserve, 64<<20)
	c.ScrubInterval = cmp.Or(c.ScrubInterval, 24*time.Hour)
	c.ConnectTimeout = cmp.Or(c.ConnectTimeout, 30*time.Second)
	c.Drain = cmp.Or(c.Drain, 30*time.Second)
	if c.Logger == nil {
		c.Logger = logging.Discard()
	}
	return c
}

func (c Config) check() error {
	const op = "check configuration"
	switch {
	case len(c.Etcd) == 0:
		return fault.New(fault.InvalidArgument, op, "etcd is not named").WithHint("set --etcd")
	case c.ObjectStore == "":
		return fault.New(fault.InvalidArgument, op, "the object store is not named").WithHint("set --object-store")
	case c.DataDir == "":
		return fault.New(fault.InvalidArgument, op, "the data folder is not named").WithHint("set --data-dir")
	case c.Threads < 0:
		return fault.New(fault.InvalidArgument, op, "%d threads make no sense", c.Threads).WithHint("set --threads")
	}
	return nil
}

// identity is who has the data folder: a worker that comes back with its data, wherever it listens
// now, takes over from its former life at once. It is made up once and kept in the folder.
// REQUIRES: the folder is locked.
func identity(dataDir string) (instance string, err error) {
	const op = "read identity"
	path := filepath.Join(dataDir, "identity")
	text, err := os.ReadFile(path)
	if os.IsNotExist(err) {
		text = []byte(strings.ToLower(rand.Text()) + "\n")
		err = os.WriteFile(path, text, 0o640)
	}
	if err != nil {
		return "", fault.New(fault.Unavailable, op, "%w", err).WithRetry(false)
	}
	instance = strings.TrimSpace(string(text))
	if len(instance) < 16 || chunks.CheckWorkerID(chunks.WorkerID(instance)) != nil {
		return "", fault.New(fault.InvalidArgument, op, "%s is damaged", path).WithHint("delete the file")
	}
	return instance, nil
}

// workerID is the configured name, or one that belongs to the data folder.
func workerID(configured, instance string) (chunks.WorkerID, error) {
	id := chunks.WorkerID(configured)
	if id == "" {
		id = chunks.WorkerID("w-" + instance[:8])
	}
	return id, chunks.CheckWorkerID(id)
}
