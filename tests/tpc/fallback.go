package tpc

import (
	"strings"
	"testing"

	"github.com/shoal-db/shoal/tests/harness"
)

// noFallback: plans can say all of them.
func noFallback(t *testing.T, portal string) {
	t.Helper()
	series := 0
	for line := range strings.Lines(harness.Metrics(t, portal)) {
		if strings.HasPrefix(line, "shoal_portal_fallback_queries_total{") {
			series++
			if !strings.HasSuffix(line, " 0\n") {
				t.Errorf("a fallback: %s", line)
			}
		}
	}
	if series == 0 {
		t.Error("fallbacks are not counted")
	}
}
