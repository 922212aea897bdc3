package docs

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

const metricsHead = `# Metrics

This page is made from the registries of running services; ` + "`go test ./docs -update`" + ` in ` + "`tests`" + ` writes it again.

Every service answers ` + "`GET /metrics`" + ` on its HTTP address in the Prometheus text format. Under ` + "`shoal up`" + `
each service has an address of its own, as when they are processes. All series with labels exist from
the start, with the value 0. Besides the metrics below each service has those of the Go runtime
(` + "`go_…`" + `) and of the process (` + "`process_…`" + `). [Operations](operations.md#what-to-watch) says which
to watch.

`

// free are labels whose values are not listed: they are many, or those of this build.
var free = []string{"route", "method", "code", "version", "commit", "go_version", "le"}

func metricsPage(t *testing.T) string {
	t.Helper()
	c := sharedCluster(t)
	out := metricsHead
	for _, s := range []struct{ name, url string }{
		{"portal", c.HTTP()}, {"metadata", c.Metadata()}, {"worker", c.Workers()[0].HTTP},
	} {
		families := scrape(t, s.url)
		names := make([]string, 0, len(families))
		for name := range families {
			if strings.HasPrefix(name, "shoal_") {
				names = append(names, name)
			}
		}
		slices.Sort(names)
		out += fmt.Sprintf("## %s\n\n| metric | type | labels | meaning |\n|---|---|---|---|\n", s.name)
		for _, name := range names {
			f := families[name]
			out += fmt.Sprintf("| `%s` | %s | %s | %s |\n", name, strings.ToLower(f.GetType().String()), labels(f), f.GetHelp())
		}
		out += "\n"
	}
	return strings.TrimRight(out, "\n") + "\n"
}

func scrape(t *testing.T, url string) map[string]*dto.MetricFamily {
	t.Helper()
	if !strings.Contains(url, "://") {
		url = "http://" + url
	}
	resp, err := http.Get(url + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(resp.Body)
	if err != nil {
		t.Fatalf("%s: %v", url, err)
	}
	return families
}

// labels lists a metric's labels with the values that they can have.
func labels(f *dto.MetricFamily) string {
	values := map[string][]string{}
	for _, m := range f.GetMetric() {
		for _, l := range m.GetLabel() {
			if !slices.Contains(values[l.GetName()], l.GetValue()) {
				values[l.GetName()] = append(values[l.GetName()], l.GetValue())
			}
		}
	}
	var parts []string
	for name, all := range values {
		text := "`" + name + "`"
		if !slices.Contains(free, name) {
			slices.Sort(all)
			text += ": " + strings.Join(all, ", ")
		}
		parts = append(parts, text)
	}
	slices.Sort(parts)
	return strings.Join(parts, "; ")
}

func TestMetricsPage(t *testing.T) { generated(t, "docs/metrics.md", metricsPage(t)) }

// TestEveryRouteIsDocumented: docs/http-api.md has a heading for each of the portal's routes, which
// the metrics name.
func TestEveryRouteIsDocumented(t *testing.T) {
	_, prose := blocks(page(t, "docs/http-api.md"))
	routes := map[string]bool{}
	for _, m := range scrape(t, sharedCluster(t).HTTP())["shoal_portal_http_requests_total"].GetMetric() {
		route := map[string]string{}
		for _, l := range m.GetLabel() {
			route[l.GetName()] = l.GetValue()
		}
		if strings.HasPrefix(route["route"], "/") {
			routes[route["method"]+" "+route["route"]] = true
		}
	}
	if len(routes) < 15 {
		t.Fatalf("only %d routes were found", len(routes))
	}
	for route := range routes {
		if strings.HasPrefix(route, "HEAD ") {
			continue // GET says it
		}
		if !strings.Contains(prose, "`"+route+"`") {
			t.Errorf("%s is not in docs/http-api.md", route)
		}
	}
	for _, named := range routeNamed.FindAllStringSubmatch(prose, -1) {
		if !routes[named[1]] {
			t.Errorf("docs/http-api.md names %s, which the portal does not have", named[1])
		}
	}
}
