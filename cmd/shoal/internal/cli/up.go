package cli

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/shoal-db/shoal/cmd/shoal/cluster"
	"github.com/shoal-db/shoal/libs/platform/config"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/platform/logging"
)

// logFlags are quieter than those of services: a person is watching.
type logFlags struct {
	LogLevel  string `help:"Least level that is logged: debug, info, warn or error." enum:"debug,info,warn,error" default:"warn"`
	LogFormat string `help:"Form of the log: text or json." enum:"text,json" default:"text"`
}

func (l logFlags) logger(e *env) (*slog.Logger, error) {
	return logging.New(e.Err, logging.Options{Level: l.LogLevel, Format: l.LogFormat})
}

type upCmd struct {
	Workers     int    `help:"How many workers to start." default:"2"`
	Replication int    `help:"On how many workers each chunk is kept." default:"2"`
	DataDir     string `help:"Folder for all data." default:".shoal" placeholder:"DIR"`
	HTTP        string `name:"http" help:"Address to serve HTTP on; port 0 takes a free one." default:"127.0.0.1:8080" placeholder:"ADDR"`
	Flight      string `help:"Address to serve Arrow Flight SQL on; port 0 takes a free one." default:"127.0.0.1:8815" placeholder:"ADDR"`
	Advertise   string `name:"advertise-flight" help:"Address under which clients reach Arrow Flight SQL; by default the one that is listened on." placeholder:"ADDR"`

	TrustedOrigins []string `name:"trusted-origins" help:"Web pages that may use HTTP through a browser apart from those of the portal, such as https://shoal.example, separated by commas." placeholder:"ORIGIN,…"`

	WorkerThreads int           `help:"Threads of each worker's DuckDB; 0 shares the cores out." default:"0"`
	Memory        config.Bytes  `help:"Memory of each worker's DuckDB; 0 shares the machine's out." default:"0" placeholder:"BYTES"`
	PortalThreads int           `help:"Threads of the portal's DuckDB; 0 is one for each core." default:"0"`
	PortalMemory  config.Bytes  `help:"Memory of the portal's DuckDB; 0 is as much as a worker's." default:"0" placeholder:"BYTES"`
	ObjectStore   string        `help:"Where chunk files are kept: s3://bucket, gs://bucket, azblob://container or file:///folder; by default a folder in the data folder." placeholder:"URL"`
	StartTimeout  time.Duration `help:"Longest time until all is ready." default:"2m"`
	Drain         time.Duration `help:"How long running queries get to end at shutdown." default:"10s"`
	logFlags
}

// Run runs the command.
func (u *upCmd) Run(e *env) error {
	if u.Workers < 1 || u.Replication < 1 {
		return fault.New(fault.InvalidArgument, "start cluster", "%d workers with %d replicas make no sense", u.Workers, u.Replication)
	}
	log, err := u.logger(e)
	if err != nil {
		return err
	}
	c, err := cluster.Start(e.ctx, cluster.Options{
		DataDir: u.DataDir, Workers: u.Workers, Replication: u.Replication,
		HTTP: u.HTTP, Flight: u.Flight, AdvertiseFlight: u.Advertise, TrustedOrigins: u.TrustedOrigins,
		WorkerThreads: u.WorkerThreads, WorkerMemory: u.Memory, PortalThreads: u.PortalThreads, PortalMemory: u.PortalMemory,
		ObjectStore: u.ObjectStore, StartTimeout: u.StartTimeout, Drain: u.Drain, Log: log,
	})
	if err != nil {
		if e.ctx.Err() != nil {
			return nil // stopped before it was up: as asked
		}
		return err
	}
	fmt.Fprintf(e.Out, "shoal is up: %s\n", addresses(c))
	return untilStopped(e.ctx, e, c)
}

// addresses is one line with all of a cluster's addresses.
func addresses(c *cluster.Cluster) string {
	var workers []string
	for _, w := range c.Workers() {
		workers = append(workers, w.ID+"="+w.Location)
	}
	return fmt.Sprintf("http=%s flight=%s metadata=%s etcd=%s workers=%s data=%s",
		c.HTTP(), c.Flight(), c.Metadata(), c.Etcd(), strings.Join(workers, ","), c.DataDir())
}

// untilStopped waits for the end of ctx, or of a service, and stops the cluster.
func untilStopped(ctx context.Context, e *env, c *cluster.Cluster) error {
	var failed error
	select {
	case <-ctx.Done():
		fmt.Fprintln(e.Err, "stopping; once more ends it at once")
	case failed = <-c.Failed():
	}
	err := c.Stop()
	if failed != nil {
		return failed
	}
	return err
}
