// Command bench measures what Shoal claims, each claim as a ratio to its peer,
// both run in turn in one run.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"

	"github.com/shoal-db/shoal/libs/platform/run"
)

// sections are what can be measured, in the order in which they run.
var sections = []struct {
	name string
	run  func(context.Context) error
}{
	{"pruning", pruningRates},
	{"filters", filterCosts},
	{"assignment", assignmentMoves},
	{"drain", drainRatio},
	{"planning", planningTimes},
	{"fairness", fairness},
	{"tpch", tpchRatios},
	{"tpcds", tpcdsRatios},
}

func main() {
	run.GiveHeapRoom() // as the portal does, which runs in this process
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := measure(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// measure runs the named sections, all if none is named.
func measure(ctx context.Context, names []string) error {
	known := make([]string, len(sections))
	for i, s := range sections {
		known[i] = s.name
	}
	for _, name := range names {
		if !slices.Contains(known, name) {
			return fmt.Errorf("%s is no section; there are %s", name, strings.Join(known, ", "))
		}
	}
	for _, s := range sections {
		if len(names) > 0 && !slices.Contains(names, s.name) {
			continue
		}
		if err := s.run(ctx); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		debug.FreeOSMemory() // no section pays for what another left behind
	}
	return nil
}
