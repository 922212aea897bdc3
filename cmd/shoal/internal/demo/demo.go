// Package demo shows Shoal at work: it starts a cluster, makes TPC-H data, loads it as shoal load
// does, and asks a few queries through Arrow Flight SQL. What it shows is checked against DuckDB over
// the same data: a result that differs, or is empty, is an error.
package demo

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/shoal-db/shoal/cmd/shoal/cluster"
	"github.com/shoal-db/shoal/cmd/shoal/internal/errs"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

// Options say what is shown.
type Options struct {
	// ScaleFactor of TPC-H; 1 is about 1 GB.
	ScaleFactor float64
	Workers     int
	// Stay keeps the cluster up after the queries, until the context ends.
	Stay bool
	// DataDir is where everything is kept; empty means a temporary folder, removed at the end.
	DataDir string
	// Out gets what is shown, Progress how it gets on.
	Out, Progress io.Writer
	Log           *slog.Logger
}

// Dataset is where the demo's tables are.
const Dataset = "tpch"

// chunksWanted is about how many chunks orders and lineitem are cut into.
const chunksWanted = 24

// Run shows it, and stops everything.
func Run(ctx context.Context, o Options) (err error) {
	dir := o.DataDir
	if dir == "" {
		if dir, err = os.MkdirTemp("", "shoal-demo-"); err != nil {
			return fault.Wrap(err, "make folder for the demo")
		}
		defer func() { err = errs.Join(err, os.RemoveAll(dir)) }()
	}
	d := &demo{Options: o, dir: dir}
	started := time.Now()
	if err := d.startCluster(ctx); err != nil {
		return err
	}
	defer func() { err = errs.Join(err, d.cluster.Stop()) }()
	d.note("a cluster of %d workers is up after %s: %s", len(d.cluster.Workers()), since(started), d.cluster.Flight())
	data, err := generate(ctx, o.ScaleFactor, filepath.Join(dir, "files"))
	if err != nil {
		return err
	}
	defer data.close()
	d.note("TPC-H at scale %g is made after %s", o.ScaleFactor, since(started))
	if err := d.load(ctx, data); err != nil {
		return err
	}
	if err := d.ask(ctx, data); err != nil {
		return err
	}
	if o.Stay {
		d.note("the demo took %s", since(started))
		fmt.Fprint(o.Out, howToConnect(d.cluster))
		return d.stay(ctx)
	}
	d.note("the demo took %s", since(started))
	return nil
}

// demo is one demo under way.
type demo struct {
	Options
	dir     string
	cluster *cluster.Cluster
}

func (d *demo) note(format string, args ...any) { fmt.Fprintf(d.Progress, format+"\n", args...) }

func (d *demo) startCluster(ctx context.Context) (err error) {
	o := cluster.Options{DataDir: filepath.Join(d.dir, "data"), Workers: d.Workers, Replication: 2, Log: d.Log}
	if d.Stay {
		// People type less if the portal is where it is looked for.
		o.HTTP, o.Flight = ifFree(ctx, "127.0.0.1:8080"), ifFree(ctx, "127.0.0.1:8815")
	}
	d.cluster, err = cluster.Start(ctx, o)
	return err
}

// ifFree is the address, or one with a free port if somebody has it.
func ifFree(ctx context.Context, addr string) string {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	if err != nil {
		return "127.0.0.1:0"
	}
	_ = l.Close()
	return addr
}

// stay waits for the end of ctx, or of a service.
func (d *demo) stay(ctx context.Context) error {
	select {
	case <-ctx.Done():
		d.note("stopping")
		return nil
	case err := <-d.cluster.Failed():
		return err
	}
}

func since(t time.Time) time.Duration { return time.Since(t).Round(10 * time.Millisecond) }

func howToConnect(c *cluster.Cluster) string {
	flight, http := c.Flight(), c.HTTP()
	host := flight[len("grpc://"):]
	portal := ""
	if http != "http://127.0.0.1:8080" {
		portal = "--portal " + http + " "
	}
	return fmt.Sprintf(`
The cluster stays up until you press Ctrl-C. Connect to it:

  shoal        bin/shoal query %[5]s--schema %[1]s "SELECT count(*) FROM lineitem"
  HTTP         curl -H 'Accept: text/csv' %[2]s/v1/query -d '{"sql": "SELECT count(*) FROM %[1]s.lineitem"}'
  Flight SQL   %[3]s   (header x-shoal-schema: %[1]s)
  ADBC         adbc_driver_flightsql.dbapi.connect("%[3]s")
  JDBC         jdbc:arrow-flight-sql://%[4]s/?useEncryption=false
  metrics      %[2]s/metrics

`, Dataset, http, flight, host, portal)
}
