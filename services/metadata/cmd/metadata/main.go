// Command metadata runs a Shoal metadata service.
package main

import (
	"context"
	"os"

	"github.com/shoal-db/shoal/libs/platform/config"
	"github.com/shoal-db/shoal/libs/platform/logging"
	"github.com/shoal-db/shoal/libs/platform/run"
	"github.com/shoal-db/shoal/services/metadata"
)

func main() {
	if err := start(); err != nil {
		config.Report(os.Stderr, metadata.App.Name, err)
		os.Exit(1)
	}
}

func start() (err error) {
	var flags metadata.Flags
	if _, err := config.Parse(metadata.App, &flags, os.Args[1:]); err != nil {
		return err
	}
	if flags.Config.Logger, err = logging.New(os.Stderr, flags.Log); err != nil {
		return err
	}
	ctx, stop := run.SignalContext(context.Background())
	defer stop()
	return metadata.Run(ctx, flags.Config)
}
