// Command portal runs a Shoal portal.
package main

import (
	"context"
	"os"

	"github.com/shoal-db/shoal/libs/platform/config"
	"github.com/shoal-db/shoal/libs/platform/logging"
	"github.com/shoal-db/shoal/libs/platform/run"

	"github.com/shoal-db/shoal/services/portal"
)

func main() {
	if err := start(); err != nil {
		config.Report(os.Stderr, portal.App.Name, err)
		os.Exit(1)
	}
}

func start() (err error) {
	var flags portal.Flags
	if _, err := config.Parse(portal.App, &flags, os.Args[1:]); err != nil {
		return err
	}
	if flags.Config.Logger, err = logging.New(os.Stderr, flags.Log); err != nil {
		return err
	}
	run.GiveHeapRoom() // or the tail of planning times is the collector's
	ctx, stop := run.SignalContext(context.Background())
	defer stop()
	return portal.Run(ctx, flags.Config)
}
