package run

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/shoal-db/shoal/libs/platform/fault"
)

// SignalContext returns a context that ends with the first interrupt or termination signal. The
// second one has its usual effect and kills the process, for those who don't want to wait for the
// drain. Calling stop releases the signals.
func SignalContext(parent context.Context) (ctx context.Context, stop func()) {
	ctx, cancel := context.WithCancelCause(parent)
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		defer signal.Stop(signals)
		select {
		case s := <-signals:
			cancel(fault.New(fault.Cancelled, "", "received %s", s))
		case <-ctx.Done():
		}
	}()
	return ctx, func() {
		signal.Stop(signals)
		cancel(nil)
	}
}
