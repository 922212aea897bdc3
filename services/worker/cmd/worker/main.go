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
		config.Report(os.Stderr, "worker", err)
		os.Exit(1)
	}
}

func start() (err error) {
	var flags struct {
		config.Common
		Log logging.Options `embed:"" prefix:"log-"`
		worker.Config
	}
	app := config.App{Name: "worker", Description: "Keeps chunk files of a Shoal cluster and answers subplans over them."}
	if _, err := config.Parse(app, &flags, os.Args[1:]); err != nil {
		return err
	}
	if flags.Config.Logger, err = logging.New(os.Stderr, flags.Log); err != nil {
		return err
	}
	ctx, stop := run.SignalContext(context.Background())
	defer stop()
	return worker.Run(ctx, flags.Config)
}
