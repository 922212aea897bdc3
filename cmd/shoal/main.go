// Command shoal is what a person runs: it starts clusters, loads files and asks queries.
package main

import (
	"context"
	"os"

	"github.com/shoal-db/shoal/cmd/shoal/internal/cli"
	"github.com/shoal-db/shoal/libs/platform/run"
)

func main() {
	run.GiveHeapRoom()
	ctx, stop := run.SignalContext(context.Background())
	code := cli.Main(ctx, os.Args[1:], cli.IO{In: os.Stdin, Out: os.Stdout, Err: os.Stderr})
	stop()
	os.Exit(code)
}
