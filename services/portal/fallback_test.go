package portal

import (
	"encoding/json"
	"strings"
	"testing"
)

var beyondPlans = []string{
	"SELECT o_orderkey, e.key FROM orders, json_each('[1, 2]') e WHERE o_orderkey BETWEEN 995 AND 1005 AND o_custkey = e.id",
	"SELECT count(*), sum(o_price) FROM orders, json_each('[1, 2]') e WHERE o_orderkey < 3000",
	"SELECT c_name, count(*) FROM orders JOIN customer ON o_custkey = c_custkey, json_each('[1]') WHERE o_orderkey > 18000 GROUP BY c_name ORDER BY 1",
	"SELECT a.o_orderkey FROM orders a JOIN shoal.shop.orders b ON a.o_orderkey = b.o_orderkey + 1, json_each('[1]') WHERE a.o_orderkey < 5 OR b.o_orderkey = 700",
	"SELECT count(*) FROM orders, (SELECT * FROM unnest([1, 2]) WITH ORDINALITY)",
	"SELECT * FROM json_each('{\"a\": 1}')",
}

// TestBeyondPlans: statements that no plan can say run in the portal, over pruned scans; what asks for
// the plan is refused, and explain says why.
func TestBeyondPlans(t *testing.T) {
	s := start(t, 3)
	for _, sql := range beyondPlans {
		got, err := s.query(sql)
		if err != nil {
			t.Errorf("%s: %v", sql, err)
			continue
		}
		s.same(strings.ReplaceAll(sql, "shoal.", ""), got.texts())
	}
	_, text := s.call("POST", "/v1/explain", sqlBody(t, beyondPlans[0]))
	var answer struct {
		Fallback struct{ Kind, Reason string }
		Pruning  struct {
			Total    int `json:"chunks_total"`
			Selected int `json:"chunks_selected"`
		}
		Text string
	}
	if err := json.Unmarshal([]byte(text), &answer); err != nil {
		t.Fatal(err)
	}
	if answer.Fallback.Kind != "table_function" || !strings.Contains(answer.Fallback.Reason, "json_each") ||
		!strings.Contains(answer.Text, answer.Fallback.Reason) {
		t.Errorf("%+v", answer)
	}
	if answer.Pruning.Selected == 0 || answer.Pruning.Selected >= answer.Pruning.Total {
		t.Errorf("%d of %d chunks are read", answer.Pruning.Selected, answer.Pruning.Total)
	}
	resp, text := s.call("POST", "/v1/plan", sqlBody(t, beyondPlans[0]))
	if resp.StatusCode != 400 || !strings.Contains(text, "json_each") || !strings.Contains(text, "/v1/query") {
		t.Errorf("a plan: %d %s", resp.StatusCode, text)
	}
	_, text = s.call("GET", "/metrics", "")
	for _, line := range []string{
		`shoal_portal_fallback_queries_total{reason="table_function"} `, `shoal_portal_fallback_queries_total{reason="serialization"} 1`,
		`shoal_portal_fallback_queries_total{reason="operator"} 0`,
	} {
		if !strings.Contains(text, "\n"+line) {
			t.Errorf("no metric %s", line)
		}
	}
}

func sqlBody(t *testing.T, sql string) string {
	t.Helper()
	body, err := json.Marshal(map[string]string{"sql": sql, "schema": "shop"})
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}
