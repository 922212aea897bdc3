// Package cli owns the commands of shoal: their flags, what they print, and where.
//
// Invariants: results go to standard output, everything else to standard error; the exit code is 0,
// or 1 after one line (and perhaps a hint) that says why.
package cli

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"
	"golang.org/x/term"

	"github.com/shoal-db/shoal/cmd/shoal/client"
	"github.com/shoal-db/shoal/libs/platform/config"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

// Program is the name under which errors are reported.
const Program = "shoal"

// IO is where commands read and write.
type IO struct {
	In       io.Reader
	Out, Err io.Writer
}

// env is what every command gets.
type env struct {
	ctx context.Context
	IO
}

type grammar struct {
	config.Common

	Up         upCmd      `cmd:"" help:"Start a whole cluster in this process; it keeps its data over a restart."`
	Load       loadCmd    `cmd:"" help:"Load Parquet, CSV or JSON files, or standard input, into a table."`
	Query      queryCmd   `cmd:"" help:"Run a query and show or save its result."`
	Explain    explainCmd `cmd:"" help:"Show how a query is planned, and with --analyze how it ran."`
	Tables     tablesCmd  `cmd:"" help:"List tables, or the columns of one."`
	Chunks     chunksCmd  `cmd:"" help:"List the chunks of a dataset or a table, and where they are."`
	Workers    workersCmd `cmd:"" help:"List the workers."`
	Queries    queriesCmd `cmd:"" help:"List the queries that run, and those that ran a while ago."`
	Cancel     cancelCmd  `cmd:"" help:"Cancel a query."`
	Drop       dropCmd    `cmd:"" help:"Drop a table."`
	Demo       demoCmd    `cmd:"" help:"Start a cluster with TPC-H data in a temporary folder, run a few queries, and stop."`
	VersionCmd versionCmd `cmd:"" name:"version" help:"Print the version."`
}

var app = config.App{
	Name:        Program,
	Description: "A distributed SQL engine for data that is kept as chunks.",
}

// exited is how --help and --version leave the parser.
type exited int

// Main runs one command and returns the exit code.
func Main(ctx context.Context, args []string, io IO) (code int) {
	defer func() {
		if v := recover(); v != nil {
			e, ok := v.(exited)
			if !ok {
				panic(v)
			}
			code = int(e)
		}
	}()
	err := command(ctx, args, io)
	// A reader that has seen enough (| head) is no error worth a word.
	if err == nil || errors.Is(err, syscall.EPIPE) {
		return 0
	}
	config.Report(io.Err, Program, withCaret(err))
	return 1
}

// withCaret adds the line of a statement with a mark under what is wrong in it, if the portal sent it.
func withCaret(err error) error {
	f := fault.From(err)
	caret, ok := f.Details["caret"].(string)
	if !ok || caret == "" || strings.Contains(f.Text(), caret) {
		return err
	}
	return fault.New(f.Kind, "", "%s\n%s", f.Text(), caret).WithHint("%s", f.Hint)
}

func command(ctx context.Context, args []string, io IO) error {
	if len(args) == 0 {
		args = []string{"--help"}
	}
	var g grammar
	parsed, err := config.Parse(app, &g, args,
		kong.Writers(io.Out, io.Err), kong.Exit(func(code int) { panic(exited(code)) }))
	if err != nil {
		return err
	}
	return alone(parsed.Run(&env{ctx: ctx, IO: io}))
}

// alone takes an error out of a list of one, in which kong puts it.
func alone(err error) error {
	if list, ok := err.(interface{ Unwrap() []error }); ok {
		if all := list.Unwrap(); len(all) == 1 {
			return alone(all[0])
		}
	}
	return err
}

// portalFlags are those of all commands that ask a portal.
type portalFlags struct {
	Portal string `help:"Address of the portal." default:"http://127.0.0.1:8080" placeholder:"URL"`
}

// with calls fn with a client of the portal.
func (p portalFlags) with(fn func(*client.Client) error) error {
	c, err := client.New(p.Portal)
	if err != nil {
		return err
	}
	defer c.Close()
	return fn(c)
}

// isTerminal tells whether a person looks at what is written.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
