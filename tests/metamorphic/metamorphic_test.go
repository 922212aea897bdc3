// Package metamorphic checks that what must not change an answer does not: chunk sizes, the number of
// workers, pruning, broadcasting, and each rewrite rule; and that answers to parts of a question add up
// to the answer to the whole.
package metamorphic

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"google.golang.org/grpc/metadata"

	"github.com/shoal-db/shoal/cmd/shoal/cluster"
	"github.com/shoal-db/shoal/libs/substrait/rewrite"
	"github.com/shoal-db/shoal/tests/harness"
	"github.com/shoal-db/shoal/tests/oracle"
)

// variant is a way of asking that must not change the answer: headers of the request.
type variant struct {
	name    string
	headers []string
}

func variants() []variant {
	out := []variant{
		{"pruning off", []string{"x-shoal-pruning", "off"}},
		{"dynamic pruning off", []string{"x-shoal-dynamic-pruning", "off"}},
		{"broadcast off", []string{"x-shoal-broadcast", "off"}},
		{"through the portal", []string{"x-shoal-route", "portal"}},
	}
	var most []string
	for _, r := range rewrite.Rules() {
		out = append(out, variant{"without " + r.Name, []string{"x-shoal-disable-rules", r.Name}})
		// Without any conditions below joins, these are products of all tables.
		if r.Name != "push-filters" {
			most = append(most, r.Name)
		}
	}
	return append(out, variant{"without all rules but one", []string{"x-shoal-disable-rules", strings.Join(most, ",")}})
}

// extra are joins of chunked tables that are not on the block, and what else TPC-H does not ask.
var extra = []string{
	"SELECT o_orderpriority, count(*) FROM orders JOIN lineitem ON o_custkey = l_suppkey WHERE o_orderdate < '1992-03-01' GROUP BY ALL",
	"SELECT l_shipmode, max(p_retailprice), count(DISTINCT l_suppkey) FROM lineitem LEFT JOIN part ON p_partkey = l_partkey AND p_size < 5 GROUP BY ALL",
	"SELECT c_mktsegment, count(o_orderkey), count(*) FROM customer LEFT JOIN orders ON c_custkey = o_custkey AND o_totalprice > 200000 GROUP BY ALL",
	"SELECT * FROM (SELECT l_orderkey, row_number() OVER (PARTITION BY l_suppkey ORDER BY l_extendedprice DESC, l_orderkey, l_linenumber) AS r FROM lineitem) WHERE r <= 2",
	"SELECT o_orderstatus, year(o_orderdate), sum(o_totalprice), grouping(o_orderstatus) FROM orders GROUP BY CUBE (o_orderstatus, year(o_orderdate))",
	"SELECT o_orderkey FROM orders WHERE o_custkey NOT IN (SELECT c_custkey FROM customer WHERE c_acctbal > 0) EXCEPT SELECT l_orderkey FROM lineitem WHERE l_quantity > 45",
	"SELECT n_name, (SELECT max(o_totalprice) FROM orders JOIN customer ON c_custkey = o_custkey WHERE c_nationkey = n_nationkey) FROM nation",
	"SELECT l_returnflag, stddev_samp(l_quantity), corr(l_quantity, l_extendedprice), arg_max(l_orderkey, l_extendedprice) FROM lineitem WHERE l_shipdate > '1998-01-01' GROUP BY 1",
	"SELECT o_orderkey, o_totalprice FROM orders ORDER BY o_totalprice DESC, o_orderkey LIMIT 7 OFFSET 3",
	"WITH big AS (SELECT l_orderkey AS k, sum(l_quantity) AS q FROM lineitem GROUP BY 1) SELECT count(*), sum(a.q) FROM big a JOIN big b ON a.k = b.k + 1 WHERE a.q > b.q",
}

// predicates are on lineitem, for partitions of its rows; some are NULL for some rows.
var predicates = []string{
	"l_quantity > 25", "l_shipdate < DATE '1995-01-01'", "l_orderkey % 7 = 3", "l_comment LIKE '%the%'",
	"nullif(l_linenumber, 3) > 2", "l_orderkey BETWEEN 1000 AND 5000 OR nullif(l_shipmode, 'AIR') = 'RAIL'",
	"NOT (l_discount = 0.05 AND nullif(l_returnflag, 'N') <> 'R')", "l_suppkey IN (1, 5, NULL, 9)",
	"l_partkey = ANY (SELECT p_partkey FROM part WHERE p_size = 1)",
	"l_orderkey NOT IN (SELECT nullif(o_orderkey, 7) FROM orders WHERE o_orderkey < 40)",
	"EXISTS (SELECT 1 FROM orders WHERE o_orderkey = l_orderkey AND o_orderstatus = 'F')",
}

func TestMetamorphic(t *testing.T) {
	data := harness.NewTPCH(t, 0.01)
	queries := append([]string{}, extra...)
	for _, q := range data.Queries {
		queries = append(queries, q.SQL)
	}
	want := make([]*oracle.Result, len(queries))
	for i, sql := range queries {
		want[i] = data.Query(t, sql)
	}
	for _, c := range []struct {
		workers   int
		chunkRows int64
	}{{3, 700}, {1, 100_000}} {
		t.Run(fmt.Sprintf("workers=%d/chunks=%d", c.workers, c.chunkRows), func(t *testing.T) {
			system := harness.Start(t, cluster.Options{Workers: c.workers, Replication: 2})
			data.LoadTPCH(t, system.HTTP(), c.chunkRows)
			client := harness.SQL(t, system.Flight())
			ctx := harness.InSchema(context.Background(), "tpch")
			for _, v := range append([]variant{{name: "as it is"}}, variants()...) {
				ctx := metadata.AppendToOutgoingContext(ctx, v.headers...)
				for i, sql := range queries {
					got, err := client.Query(ctx, sql)
					if err != nil {
						t.Errorf("%s: %v\n%s", v.name, err, sql)
						continue
					}
					if diff := data.Diff(t, sql, got, want[i], strings.Contains(strings.ToLower(sql), "\norder by")); diff != "" {
						t.Errorf("%s: %s\n%s", v.name, diff, sql)
					}
				}
			}
			for _, p := range predicates {
				partitions(ctx, t, client, "lineitem", "l_orderkey", p)
			}
		})
	}
}

// partitions checks that the rows of a table for which a predicate is true, false and NULL are all rows, each once,
// as counts, as sums of a key, and as a union.
func partitions(ctx context.Context, t *testing.T, client *harness.SQLClient, table, key, p string) {
	t.Helper()
	columns := fmt.Sprintf("count(*) AS n, sum(%[1]s) AS s, min(%[1]s) AS lo, max(%[1]s) AS hi", key)
	part := func(cond string) string { return "SELECT " + key + " FROM " + table + " WHERE " + cond }
	whole, err := client.Query(ctx, "SELECT "+columns+" FROM "+table)
	if err != nil {
		t.Fatal(err)
	}
	parts := []string{part("(" + p + ")"), part("NOT (" + p + ")"), part("(" + p + ") IS NULL")}
	for _, sql := range []string{
		"SELECT " + columns + " FROM (" + strings.Join(parts, " UNION ALL ") + ")",
		"SELECT sum(n)::BIGINT AS n, sum(s) AS s, min(lo) AS lo, max(hi) AS hi FROM (SELECT (" + p + ") AS p, " + columns + " FROM " + table + " GROUP BY p)",
	} {
		got, err := client.Query(ctx, sql)
		if err != nil {
			t.Errorf("%v\n%s", err, sql)
			continue
		}
		if diff := oracle.Diff(got, whole, false); diff != "" {
			t.Errorf("%s\n%s", diff, sql)
		}
	}
}
