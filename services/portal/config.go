package portal

import (
	"cmp"
	"log/slog"
	"runtime"
	"time"

	"github.com/shoal-db/shoal/libs/platform/config"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/platform/logging"
)

// DefaultReferenceCache is the default of --reference-cache.
const DefaultReferenceCache config.Bytes = 256 << 20

// Config of a portal. Zero fields mean the flags' defaults, except for those that are needed, Etcd
// and ObjectStore, and for ReferenceCache, of which 0 is none.
type Config struct {
	Etcd        []string `help:"Addresses of etcd, host:port, separated by commas." required:"" placeholder:"ADDR,…"`
	ObjectStore string   `help:"Where loads put chunk files: file:///folder, s3://bucket, gs://bucket or azblob://container." required:"" placeholder:"URL"`

	HTTP            string `name:"http" help:"Address to serve HTTP on; port 0 takes a free one." default:"127.0.0.1:8080" placeholder:"ADDR"`
	Flight          string `help:"Address to serve Arrow Flight SQL on; port 0 takes a free one." default:"127.0.0.1:8815" placeholder:"ADDR"`
	AdvertiseFlight string `aliases:"advertise" help:"Address under which clients reach Arrow Flight SQL here; by default the one that is listened on, or this machine's own for a wildcard." placeholder:"ADDR"`

	TrustedOrigins []string `name:"trusted-origins" help:"Web pages that may use HTTP here through a browser apart from those that this portal serves, such as https://shoal.example, separated by commas. Where the portal listens on this machine alone, others are also refused that reach it under such a name." placeholder:"ORIGIN,…"`

	Threads      int          `help:"Threads that DuckDB merges with; 0 is one for each core." default:"0"`
	Memory       config.Bytes `help:"Memory that DuckDB may use for merging; 0 is 80 % of the machine's." default:"0" placeholder:"BYTES"`
	MemoryMargin config.Bytes `help:"Memory beyond that for what DuckDB does not count, such as texts and lists in the making. A query that would go further is refused, or ended." default:"1GiB" placeholder:"BYTES"`
	SpillDir     string       `help:"Folder for what does not fit into memory, and for files that are loaded; by default a temporary one." placeholder:"DIR"`
	SpillLimit   config.Bytes `help:"Most bytes that merging spills; 0 is 90 % of the free disk." default:"0" placeholder:"BYTES"`

	TicketTTL    time.Duration `name:"ticket-ttl" help:"How long a planned query can be run." default:"10m"`
	QueryTimeout time.Duration `help:"Longest time that a query may run." default:"1h"`
	MaxQueries   int           `help:"Queries that run in the portal at a time." default:"32"`
	MaxHeavy     int           `help:"Of these, queries that read or merge much and compute at a time; 0 is one for each thread, and at least two." default:"0"`
	MaxQueued    int           `help:"Queries that wait for their turn; -1 is none." default:"128"`
	MaxPlanned   int           `help:"Planned queries that are kept for being run." default:"10000"`
	MaxHistory   int           `help:"Queries that are shown after they have ended." default:"1000"`
	Streams      int           `help:"Streams of a query that are read from workers ahead of their use." default:"16"`

	ReferenceCache config.Bytes  `help:"Disk for copies of reference tables, by which chunks are ruled out before workers are asked, the smallest tables first; 0 makes none." default:"256MiB" placeholder:"BYTES"`
	LookupTimeout  time.Duration `help:"Longest time that looking at these copies may hold up the planning of a query, which then does without." default:"50ms"`

	BroadcastSaving int `help:"Rows that workers must save to send, by estimate, for a part of a query to be computed first and sent to them." default:"150000" placeholder:"ROWS"`

	BindParallel int           `help:"Statements that are bound at a time." default:"4"`
	BindTimeout  time.Duration `help:"Longest time that a statement may take to be bound." default:"10s"`
	MaxSQL       config.Bytes  `name:"max-sql" help:"Longest statement." default:"1MiB" placeholder:"BYTES"`
	BindCache    config.Bytes  `help:"Memory for bound statements." default:"64MiB" placeholder:"BYTES"`

	FilterMemory config.Bytes `help:"Memory for the filters by which lookups of values rule out chunks. If they don't all fit, they are held with fewer bits, and rule out fewer." default:"256MiB" placeholder:"BYTES"`

	MaxLoads    int           `help:"Loads that go on at a time." default:"16"`
	MaxFiles    int           `help:"Files of loads that are taken in at a time." default:"8"`
	MaxFile     config.Bytes  `help:"Largest file of a load." default:"8GiB" placeholder:"BYTES"`
	LoadTimeout time.Duration `help:"How long a load may be idle." default:"10m"`

	ConnectTimeout time.Duration `help:"How long to wait for etcd at start." default:"30s"`
	Drain          time.Duration `help:"How long running queries get to end at shutdown." default:"30s"`

	// Logger is used instead of one on standard error.
	Logger *slog.Logger `kong:"-"`
}

// withDefaults fills in what New needs, for a Config that was not parsed from flags.
func (c Config) withDefaults() Config {
	c.HTTP = cmp.Or(c.HTTP, "127.0.0.1:8080")
	c.Flight = cmp.Or(c.Flight, "127.0.0.1:8815")
	c.TicketTTL = cmp.Or(c.TicketTTL, 10*time.Minute)
	c.QueryTimeout = cmp.Or(c.QueryTimeout, time.Hour)
	c.MaxQueries = cmp.Or(c.MaxQueries, 32)
	c.MaxHeavy = cmp.Or(c.MaxHeavy, max(2, cmp.Or(c.Threads, runtime.NumCPU())))
	c.MaxQueued = cmp.Or(c.MaxQueued, 128)
	c.MaxPlanned = cmp.Or(c.MaxPlanned, 10_000)
	c.MaxHistory = cmp.Or(c.MaxHistory, 1000)
	c.MaxSQL = cmp.Or(c.MaxSQL, 1<<20)
	c.MemoryMargin = cmp.Or(c.MemoryMargin, 1<<30)
	c.FilterMemory = cmp.Or(c.FilterMemory, 256<<20)
	c.BroadcastSaving = cmp.Or(c.BroadcastSaving, 150_000)
	c.LookupTimeout = cmp.Or(c.LookupTimeout, 50*time.Millisecond)
	c.MaxLoads = cmp.Or(c.MaxLoads, 16)
	c.MaxFiles = cmp.Or(c.MaxFiles, 8)
	c.MaxFile = cmp.Or(c.MaxFile, 8<<30)
	c.LoadTimeout = cmp.Or(c.LoadTimeout, 10*time.Minute)
	c.Drain = cmp.Or(c.Drain, 30*time.Second)
	if c.Logger == nil {
		c.Logger = logging.Discard()
	}
	return c
}

func (c Config) check() error {
	const op = "check configuration"
	bad := func(flag, format string, args ...any) error {
		return fault.New(fault.InvalidArgument, op, format, args...).WithHint("set %s", flag)
	}
	switch {
	case len(c.Etcd) == 0:
		return bad("--etcd", "etcd is not named")
	case c.ObjectStore == "":
		return bad("--object-store", "the object store is not named")
	case c.Threads < 0:
		return bad("--threads", "%d threads make no sense", c.Threads)
	case c.MaxHeavy < 0:
		return bad("--max-heavy", "%d queries at a time make no sense", c.MaxHeavy)
	case c.MaxQueries < 0:
		return bad("--max-queries", "%d queries at a time make no sense", c.MaxQueries)
	case c.MaxLoads < 0 || c.MaxFiles < 0:
		return bad("--max-loads and --max-files", "%d loads and %d files at a time make no sense", c.MaxLoads, c.MaxFiles)
	}
	return nil
}
