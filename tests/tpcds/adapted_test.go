package tpcds

import (
	"fmt"
	"strings"
	"testing"

	"github.com/shoal-db/shoal/tests/harness"
	"github.com/shoal-db/shoal/tests/tpc"
)

// empty are the queries without rows at scale 0.1: their parameters are for larger ones.
var empty = []string{
	"q04", "q08", "q24", "q25", "q29", "q37", "q41", "q44", "q54", "q58", "q64", "q65", "q73", "q82", "q83", "q85", "q91", "q93",
}

// parameters are others for those queries, which have rows: what is replaced and by what, in turn.
var parameters = map[int][]string{
	4:  {"t_c_secyear.year_total / t_c_firstyear.year_total", "t_c_secyear.year_total / t_c_firstyear.year_total * 10"},
	8:  {"HAVING count(*) > 10", "HAVING count(*) > 0", "SUBSTRING(s_zip, 1, 2) = SUBSTRING(V1.ca_zip, 1, 2)", "SUBSTRING(s_zip, 1, 1) = SUBSTRING(V1.ca_zip, 1, 1)"},
	24: {"s_market_id=8", "s_market_id=2", "s_zip = ca_zip", "substring(s_zip, 1, 1) = substring(ca_zip, 1, 1)"},
	25: {"d1.d_moy = 4", "d1.d_moy BETWEEN 1 AND 12", "_year = 2001", "_year BETWEEN 1998 AND 2002", "BETWEEN 4 AND 10", "BETWEEN 1 AND 12"},
	29: {"d1.d_moy = 9", "d1.d_moy BETWEEN 1 AND 12", "_year = 1999", "_year BETWEEN 1998 AND 2002", "BETWEEN 9 AND 9 + 3", "BETWEEN 1 AND 12"},
	37: {"IN (677, 940, 694, 808)", "BETWEEN 600 AND 900"},
	41: {"BETWEEN 738 AND 738+40", "BETWEEN 1 AND 1000"},
	44: {"ss_store_sk = 4", "ss_store_sk = 1"},
	54: {"AND i_class = 'maternity'", "", "d_moy = 12 AND d_year = 1998 )", "d_year = 1998 )", "ca_county = s_county", "ca_county <> s_county"},
	58: {"'2000-01-03'", "'2000-12-01'", "0.9 *", "0.3 *", "1.1 *", "3 *"},
	64: {"IN ('purple', 'burlywood', 'indian', 'spring', 'floral', 'medium')", "<> 'purple'", "64 + 10", "10", "64 + 15", "12", "BETWEEN 64 ", "BETWEEN 1 "},
	65: {"<= 0.1", "<= 0.6"},
	73: {"BETWEEN 1 AND 2", "BETWEEN 1 AND 31", "> 1 AND", "> 0 AND"},
	82: {"IN (129, 270, 821, 423)", "BETWEEN 100 AND 500"},
	83: {"d_week_seq IN", "d_year IN", "SELECT d_week_seq", "SELECT d_year"},
	85: {
		"AND d_year = 2000", "", "BETWEEN 100.00 AND 150.00", "BETWEEN 0 AND 300", "BETWEEN 50.00 AND 100.00", "BETWEEN 0 AND 300",
		"BETWEEN 150.00 AND 200.00", "BETWEEN 0 AND 300", "ws_net_profit BETWEEN 100 AND 200", "ws_net_profit < 5000",
		"ws_net_profit BETWEEN 150 AND 300", "ws_net_profit < 5000", "ws_net_profit BETWEEN 50 AND 250", "ws_net_profit < 5000",
		"'IN', 'OH', 'NJ'", "'IN', 'OH', 'NJ', 'TX', 'GA', 'VA', 'KS'",
	},
	91: {"AND d_year = 1998 AND d_moy = 11", "", "ca_gmt_offset = -7", "ca_gmt_offset BETWEEN -8 AND -5"},
	93: {"'reason 28'", "'Stopped working'"},
}

// adapted are the queries with the parameters. Spaces are one each, so that the above fits in lines.
func adapted(t *testing.T, data *harness.Benchmark) (out []tpc.Extra) {
	t.Helper()
	for _, q := range data.Queries {
		pairs, ok := parameters[q.Number]
		if !ok {
			continue
		}
		sql := strings.Join(strings.Fields(q.SQL), " ")
		for i := 0; i < len(pairs); i += 2 {
			if !strings.Contains(sql, pairs[i]) {
				t.Errorf("query %d has no %q", q.Number, pairs[i])
			}
			sql = strings.ReplaceAll(sql, pairs[i], pairs[i+1])
		}
		out = append(out, tpc.Extra{Name: fmt.Sprintf("q%02d-adapted", q.Number), SQL: sql})
	}
	return out
}
