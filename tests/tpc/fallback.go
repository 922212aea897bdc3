package tpc

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

// noFallback: plans can say all of them.
func noFallback(t *testing.T, portal string) {
	t.Helper()
	resp, err := http.Get(portal + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	series := 0
	for line := range strings.Lines(string(text)) {
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
