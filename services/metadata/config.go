package metadata

import (
	"cmp"
	"log/slog"
	"time"

	"github.com/shoal-db/shoal/libs/chunks/assignment"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/platform/logging"
)

// Config of a metadata service. Zero fields mean the flags' defaults, except for those that are
// needed: ObjectStore, and one of Etcd and EmbedEtcd.
type Config struct {
	Etcd                []string `help:"Addresses of etcd, host:port, separated by commas." placeholder:"ADDR,…" xor:"etcd"`
	EmbedEtcd           string   `help:"Run an etcd of its own in this process, with its data in this folder." placeholder:"DIR" xor:"etcd"`
	EmbedEtcdClientAddr string   `help:"Address on which the embedded etcd serves; port 0 takes a free one." default:"127.0.0.1:2379" placeholder:"ADDR"`
	ObjectStore         string   `help:"Where the chunk files are: file:///folder, s3://bucket, gs://bucket or azblob://container." required:"" placeholder:"URL"`

	HTTP      string `name:"http" help:"Address to serve the API, probes and metrics on; port 0 takes a free one." default:"127.0.0.1:8081" placeholder:"ADDR"`
	Advertise string `help:"Address under which portals reach the API; by default the one that is listened on, or this machine's own for a wildcard." placeholder:"ADDR"`

	Replication int           `help:"Workers that hold each chunk, as far as there are so many." default:"2"`
	JoinDelay   time.Duration `help:"How long to collect joining workers before chunks move to them." default:"1s"`
	LeaveDelay  time.Duration `help:"How long a worker may be away before its chunks are given to others." default:"10s"`

	PublishPatience time.Duration `help:"How long an append or a replacement waits until all workers that shall hold its chunks do; then one for each chunk is enough." default:"30s"`
	PublishTimeout  time.Duration `help:"How long it waits in all; then the commit fails, and the table stays as it was." default:"10m"`

	LoadTTL       time.Duration `help:"How long a load lives without a sign of life." default:"10m"`
	MaxLoads      int           `help:"Loads that may go on at a time." default:"256"`
	MaxChunks     int           `help:"Chunks that a load may have." default:"2000000"`
	SweepInterval time.Duration `help:"How often to look for files that no table has." default:"10m"`
	Grace         time.Duration `help:"How long files that no table has are kept." default:"1h"`

	LeaderTTL      time.Duration `help:"How long the leader may be silent before another one is elected." default:"10s"`
	ConnectTimeout time.Duration `help:"How long to wait for etcd at start." default:"30s"`
	Drain          time.Duration `help:"How long running requests get to end at shutdown." default:"10s"`

	// Logger is used instead of one on standard error.
	Logger *slog.Logger `kong:"-"`
	// NoSync leaves out the embedded etcd's fsync; for tests.
	NoSync bool `kong:"-"`
}

// withDefaults fills in what New needs, for a Config that was not parsed from flags.
func (c Config) withDefaults() Config {
	c.HTTP = cmp.Or(c.HTTP, "127.0.0.1:8081")
	c.EmbedEtcdClientAddr = cmp.Or(c.EmbedEtcdClientAddr, "127.0.0.1:2379")
	c.Replication = cmp.Or(c.Replication, 2)
	c.JoinDelay = cmp.Or(c.JoinDelay, time.Second)
	c.LeaveDelay = cmp.Or(c.LeaveDelay, 10*time.Second)
	c.PublishPatience = cmp.Or(c.PublishPatience, 30*time.Second)
	c.PublishTimeout = cmp.Or(c.PublishTimeout, 10*time.Minute)
	c.LoadTTL = cmp.Or(c.LoadTTL, 10*time.Minute)
	c.MaxLoads = cmp.Or(c.MaxLoads, 256)
	c.MaxChunks = cmp.Or(c.MaxChunks, 2_000_000)
	c.SweepInterval = cmp.Or(c.SweepInterval, 10*time.Minute)
	c.Grace = cmp.Or(c.Grace, time.Hour)
	c.LeaderTTL = cmp.Or(c.LeaderTTL, 10*time.Second)
	c.ConnectTimeout = cmp.Or(c.ConnectTimeout, 30*time.Second)
	c.Drain = cmp.Or(c.Drain, 10*time.Second)
	if c.Logger == nil {
		c.Logger = logging.Discard()
	}
	return c
}

func (c Config) check() error {
	const op = "check configuration"
	bad := func(format string, args ...any) error { return fault.New(fault.InvalidArgument, op, format, args...) }
	switch {
	case len(c.Etcd) == 0 && c.EmbedEtcd == "":
		return fault.New(fault.InvalidArgument, op, "no etcd is named").WithHint("use --etcd, or --embed-etcd for one in this process")
	case len(c.Etcd) > 0 && c.EmbedEtcd != "":
		return bad("--etcd and --embed-etcd exclude each other")
	case c.ObjectStore == "":
		return fault.New(fault.InvalidArgument, op, "no object store is named").WithHint("use --object-store")
	case c.Replication < 1 || c.Replication > assignment.MaxReplication:
		return bad("--replication is %d and must be between 1 and %d", c.Replication, assignment.MaxReplication)
	case c.LeaderTTL < time.Second || c.LoadTTL < time.Second:
		return bad("--leader-ttl and --load-ttl must be at least 1s")
	case c.PublishPatience < 0 || c.PublishTimeout < 0 || c.JoinDelay < 0 || c.LeaveDelay < 0 || c.SweepInterval < 0 || c.Grace < 0 || c.MaxLoads < 1 || c.MaxChunks < 1:
		return bad("a duration or bound is negative")
	}
	return nil
}
