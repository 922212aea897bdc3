// Command worker runs a Shoal worker.
package main

import (
	"context"
	"os"

	"github.com/shoal-db/shoal/libs/platform/config"
	"github.com/shoal-db/shoal/libs/platform/logging"
	"github.com/shoal-db/shoal/libs/platform/run"
	"github.com/shoal-db/shoal/services/worker"
)

func main() {
	if err := start(); err != nil {
		config.Report(os.Stderr, worker.App.Name, err)
		os.Exit(1)
	}
}

func start() (err error) {
	var flags worker.Flags
	if _, err := config.Parse(worker.App, &flags, os.Args[1:]); err != nil {
		return err
	}
	if flags.Config.Logger, err = logging.New(os.Stderr, flags.Log); err != nil {
		return err
	}
	ctx, stop := run.SignalContext(context.Background())
	defer stop()
	return worker.Run(ctx, flags.Config)
}
