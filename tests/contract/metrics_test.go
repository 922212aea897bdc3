package contract

import (
	"bytes"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

func scrape(t testing.TB, url string) map[string]*dto.MetricFamily {
	t.Helper()
	a := send(t, http.MethodGet, url+"/metrics", "")
	if a.status != http.StatusOK {
		t.Fatalf("%s: %d", url, a.status)
	}
	parser := expfmt.NewTextParser(model.LegacyValidation)
	out, err := parser.TextToMetricFamilies(bytes.NewReader(a.body))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// sample is the value of a gauge or counter without labels.
func sample(t testing.TB, url, name string) float64 {
	t.Helper()
	f := scrape(t, url)[name]
	if f == nil || len(f.GetMetric()) != 1 {
		t.Fatalf("%s has no metric %s", url, name)
	}
	m := f.GetMetric()[0]
	return m.GetGauge().GetValue() + m.GetCounter().GetValue()
}

// units end a metric's name; counters have _total behind them.
const units = `(seconds|bytes|bits|count|number|ratio|info|total)`

var (
	// Those that every Go process has.
	common = regexp.MustCompile(`^(go|process|promhttp)_|^shoal_build_info$`)
	// A label's value that is a word, a number, a path pattern or a gRPC method.
	plain = regexp.MustCompile(`^[A-Za-z0-9_.+/{}-]{0,60}$`)
)

func testMetrics(t *testing.T, s *system) {
	const needle = "needle_in_a_label"
	id := s.post(t, "/v1/query", fmt.Sprintf(`{"sql": "SELECT count(*) AS %s FROM d.facts"}`, needle)).object(t)["query_id"].(string)
	send(t, http.MethodDelete, s.http+"/v1/queries/"+id+needle, "")
	send(t, http.MethodGet, s.http+"/"+needle, "")
	services := map[string][]string{"portal": {s.http}, "metadata": {s.cluster.Metadata()}}
	for _, w := range s.cluster.Workers() {
		services["worker"] = append(services["worker"], w.HTTP)
	}
	for service, urls := range services {
		form := regexp.MustCompile(`^shoal_` + service + `(_[a-z0-9]+)+_` + units + `$`)
		for _, url := range urls {
			families := scrape(t, url)
			own := 0
			for name, f := range families {
				if common.MatchString(name) {
					continue
				}
				own++
				if !form.MatchString(name) {
					t.Errorf("%s: the name %s does not tell service, noun and unit", service, name)
				}
				if isCounter := f.GetType() == dto.MetricType_COUNTER; isCounter != strings.HasSuffix(name, "_total") {
					t.Errorf("%s is a %s", name, f.GetType())
				}
				if f.GetHelp() == "" {
					t.Errorf("%s has no help", name)
				}
				checkLabels(t, f, id, needle)
			}
			if own < 10 {
				t.Errorf("%s has %d metrics of its own", service, own)
			}
			if families["shoal_build_info"] == nil {
				t.Errorf("%s does not tell its build", service)
			}
		}
	}
	// What an operator's dashboard shows has moved.
	for _, name := range []string{"shoal_portal_queries_total", "shoal_portal_plans_total", "shoal_portal_chunks_total", "shoal_portal_results_sent_total"} {
		sum := 0.0
		for _, m := range scrape(t, s.http)[name].GetMetric() {
			sum += m.GetCounter().GetValue()
		}
		if sum == 0 {
			t.Errorf("%s is still zero", name)
		}
	}
}

func checkLabels(t *testing.T, f *dto.MetricFamily, id, needle string) {
	t.Helper()
	if n := len(f.GetMetric()); n > 500 {
		t.Errorf("%s has %d series", f.GetName(), n)
	}
	for _, m := range f.GetMetric() {
		for _, l := range m.GetLabel() {
			if v := l.GetValue(); !plain.MatchString(v) || strings.Contains(v, id) || strings.Contains(v, needle) {
				t.Errorf("%s{%s=%q}", f.GetName(), l.GetName(), v)
			}
		}
	}
}
