package awkward

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/shoal-db/shoal/cmd/shoal/cluster"
	"github.com/shoal-db/shoal/cmd/shoal/load"
	"github.com/shoal-db/shoal/tests/harness"
)

// tables are what the known cases ask of, and how many rows a chunk has.
var tables = []struct {
	name, sql string
	chunkRows int64
	reference bool
}{
	{"z", `SELECT range AS id, CASE WHEN range % 2 = 0 THEN '-0' ELSE '5' END::DOUBLE AS d,
		CASE WHEN range % 2 = 0 THEN '-0' ELSE '5' END::FLOAT AS f, CASE WHEN range % 2 = 0 THEN '-nan' ELSE 'nan' END::DOUBLE AS n,
		CASE WHEN range % 3 = 0 THEN '\x00\xFF' ELSE 'abc' END::BLOB AS b FROM range(6000)`, 1000, false},
	{"big", `SELECT range AS id, range - 15000 AS m, (range % 7)::INTEGER AS g FROM range(30000)`, 4000, false},
	{"a", `SELECT range AS id, range % 17 AS k FROM range(300)`, 0, true},
	{"b", `SELECT 3 + range % 5 AS k FROM range(20)`, 0, true},
	{"w", `SELECT range AS id, range AS p, (range * 7) % 10 AS o, range::DOUBLE AS d FROM range(1100000)`, 0, false},
	{"ts", `SELECT range AS id, CASE WHEN range % 4 > 0 THEN TIMESTAMPTZ '2024-01-01 00:00:00+00' + to_days(range::INTEGER) END AS k FROM range(100)`, 30, false},
}

// cases are queries with one row, and the row.
var cases = []struct{ sql, want string }{
	{`SELECT count(*) FROM (SELECT DATE '2020-01-01' + (id % 5)::INTEGER AS day FROM z) WHERE day < TIMESTAMP 'infinity' AND day > '-infinity'::TIMESTAMP`, "6000"},
	{`SELECT count(*) FROM ts WHERE date_trunc('day', k) <> '2024-01-01 06:00:00+00'::TIMESTAMPTZ`, "75"},
	{`SELECT count(*) FROM ts WHERE NOT date_trunc('day', k) = '2024-01-01 06:00:00+00'::TIMESTAMPTZ`, "75"},
	{`SELECT count(*) FROM ts WHERE (date_trunc('month', k::TIMESTAMP) = '2024-01-01 06:00:00'::TIMESTAMP) IS NULL`, "25"},
	{`SELECT count(*) FROM ts WHERE date_trunc('month', k::TIMESTAMP) IN ('2024-01-01 06:00:00'::TIMESTAMP, '2024-02-01 00:00:00')`, "22"},
	{`SELECT count(*) FROM ts WHERE date_trunc('month', k::TIMESTAMP) = '2024-02-01'::TIMESTAMP`, "22"},
	{`SELECT count(*) FROM z WHERE d = 0.0`, "3000"},
	{`SELECT count(*) FROM z JOIN (VALUES (0.0::DOUBLE)) v(x) ON d = x`, "3000"},
	{`SELECT count(*) FROM z WHERE f IN (SELECT 0.0::FLOAT)`, "3000"},
	{`SELECT count(*) FROM z WHERE f IN (0.0::FLOAT, 7.0::FLOAT)`, "3000"},
	{`SELECT count(*) FROM z WHERE n = 'nan'::DOUBLE`, "6000"},
	{`SELECT count(*) FROM z WHERE n = '-nan'::DOUBLE`, "6000"},
	{`SELECT count(*) FROM z JOIN (VALUES ('nan'::DOUBLE)) v(x) ON n = x`, "6000"},
	{`SELECT count(*) FROM z WHERE b = '\x00\xFF'::BLOB`, "2000"},
	{`SELECT count(*) FROM z WHERE b IN (SELECT '\x00\xFF'::BLOB)`, "2000"},
	{`SELECT count(*) FROM z JOIN (VALUES ('\x00\xFF'::BLOB)) v(x) ON b = x`, "2000"},
	{`SELECT string_agg(DISTINCT d::VARCHAR, ' ' ORDER BY d::VARCHAR) FROM z`, "-0.0 5.0"},

	{`SELECT id::INTEGER x FROM big ORDER BY x DESC LIMIT 1`, "29999"},
	{`SELECT x FROM (SELECT id::INTEGER x FROM big) ORDER BY x DESC LIMIT 1`, "29999"},
	{`SELECT id FROM big ORDER BY id::INTEGER DESC LIMIT 1`, "29999"},
	{`SELECT try_cast(id AS SMALLINT) x FROM big ORDER BY x DESC LIMIT 1`, "29999"},
	{`SELECT id::UINTEGER x FROM big ORDER BY x DESC LIMIT 1 OFFSET 1`, "29998"},
	{`SELECT id::INTEGER::BIGINT x FROM big ORDER BY x DESC LIMIT 1`, "29999"},
	{`SELECT id::INTEGER + 1 x FROM big ORDER BY x DESC LIMIT 1`, "30000"},
	{`SELECT big.id::INTEGER x FROM big JOIN b ON g = b.k ORDER BY x DESC LIMIT 1`, "29999"},
	{`SELECT max(x) FROM (SELECT id::INTEGER x FROM big ORDER BY x DESC LIMIT 3)`, "29999"},
	{`SELECT x FROM (SELECT id::INTEGER x FROM big UNION ALL SELECT 5) ORDER BY x DESC LIMIT 1`, "29999"},
	{`SELECT x FROM (SELECT DISTINCT id::INTEGER x FROM big) ORDER BY x DESC LIMIT 1`, "29999"},
	{`SELECT count(x) FROM (SELECT try_cast(id AS TINYINT) x FROM big ORDER BY x DESC NULLS FIRST LIMIT 20000)`, "0"},
	{`SELECT sum(id) FROM (SELECT id, try_cast(id AS SMALLINT) x FROM big ORDER BY x DESC NULLS FIRST, id LIMIT 3)`, "89994"},
	{`SELECT count(x) FROM (SELECT try_cast(m AS UBIGINT) x FROM big ORDER BY x DESC NULLS FIRST LIMIT 15000)`, "0"},

	{`SELECT count(*) FROM (SELECT id, k FROM a ORDER BY k, id LIMIT 40) x WHERE k IN (SELECT k FROM b)`, "0"},
	{`SELECT count(*) FROM (SELECT id, k FROM a ORDER BY k, id LIMIT 40 OFFSET 2) x WHERE k IN (SELECT k FROM b)`, "0"},
	{`SELECT count(*) FROM (SELECT id, k FROM a ORDER BY k, id LIMIT 40) x JOIN (SELECT DISTINCT k FROM b) y USING (k)`, "0"},
	{`SELECT count(*) FROM (SELECT id, k FROM a ORDER BY k, id LIMIT 40) x SEMI JOIN b ON x.k = b.k`, "0"},
	{`SELECT count(*) FROM ((SELECT id, k FROM a ORDER BY k, id LIMIT 40) UNION ALL (SELECT id, k FROM a ORDER BY k, id LIMIT 9)) x WHERE k IN (SELECT k FROM b)`, "0"},
	{`SELECT count(*) FROM (SELECT DISTINCT ON (id % 7) id, k FROM a ORDER BY id % 7, id) x WHERE k IN (SELECT k FROM b)`, "4"},
	{`SELECT count(*) FROM (SELECT k, row_number() OVER (ORDER BY k, id) r FROM a) x WHERE r <= 40 AND k IN (SELECT k FROM b)`, "0"},
	{`SELECT count(*) FROM (SELECT k + 1 AS j FROM (SELECT id, k FROM a ORDER BY k, id LIMIT 40)) x WHERE j IN (SELECT k FROM b)`, "4"},
	{`WITH x AS (SELECT id, k FROM a ORDER BY k, id LIMIT 40) SELECT (SELECT count(*) FROM x WHERE k IN (SELECT k FROM b)) + (SELECT count(*) FROM x)`, "40"},

	{`SELECT count(*) FROM (SELECT d, sum(d) OVER (PARTITION BY p ORDER BY o ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) s FROM w) WHERE s <> d`, "0"},
	{`SELECT count(*) FROM (SELECT d, avg(d) OVER (PARTITION BY p ORDER BY o RANGE BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) s FROM w) WHERE s <> d`, "0"},
	{`SELECT count(*) FROM (SELECT d, list(d) OVER (PARTITION BY p ORDER BY o GROUPS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) s FROM w) WHERE s[1] <> d`, "0"},
	{`SELECT count(*) FROM (SELECT d, list(d ORDER BY o) OVER (PARTITION BY p) s FROM w) WHERE s[1] <> d`, "0"},
	{`SELECT count(*) FROM (SELECT d, sum(d) OVER (PARTITION BY p) s FROM w) WHERE s <> d`, "0"},

	{`SELECT max(y) FROM (SELECT sum(id) OVER (PARTITION BY g, g) x, count(*) OVER (PARTITION BY g, id) y FROM big)`, "1"},
	{`SELECT max(n) FROM (SELECT count(*) OVER (ORDER BY id ROWS BETWEEN 9223372036854775807 FOLLOWING AND 9223372036854775807 FOLLOWING) n FROM a)`, "0"},
	{`SELECT count(*) FILTER (WHERE s = t) = count(*) FROM (SELECT s, sum(id) OVER () AS t FROM (SELECT id, sum(id) OVER (PARTITION BY one) AS s FROM (SELECT 1 AS one, id FROM a WHERE random() < 0.5)))`, "true"},

	{`SELECT count(*) FROM ts WHERE '' IS NOT DISTINCT FROM k::VARCHAR`, "0"},
	{`SELECT count(*) FROM ts WHERE k::VARCHAR IS NOT DISTINCT FROM ''`, "0"},
	{`SELECT count(*) FROM ts WHERE k::VARCHAR IS DISTINCT FROM ''`, "100"},
	{`SELECT count(*) FROM ts WHERE k::VARCHAR <> ''`, "75"},
	{`SELECT count(*) FROM ts WHERE k::VARCHAR = ''`, "0"},
	{`SELECT count(*) FROM ts JOIN (VALUES ('')) v(x) ON x IS NOT DISTINCT FROM k::VARCHAR`, "0"},
	{`SELECT count(*) FROM ts WHERE (k::VARCHAR IS NOT DISTINCT FROM '') OR id < 0`, "0"},
}

// TestKnown: on one worker with two threads, and on two.
func TestKnown(t *testing.T) {
	for _, workers := range []int{1, 2} {
		t.Run(fmt.Sprintf("workers=%d", workers), func(t *testing.T) {
			c := harness.Start(t, cluster.Options{Workers: workers, Replication: 1, WorkerThreads: 2})
			alone := harness.NewOracle(t)
			for _, table := range tables {
				alone.Exec(t, "CREATE TABLE "+table.name+" AS "+table.sql)
				o := load.Options{Dataset: "d", Table: table.name, Files: []string{alone.WriteParquet(t, table.name)},
					ChunkRows: table.chunkRows, Reference: table.reference, Threads: 2}
				if !table.reference {
					o.BlockColumn = "id"
				}
				harness.LoadWith(t, c.HTTP(), o)
			}
			client := harness.SQL(t, c.Flight())
			ctx := harness.InSchema(context.Background(), "d")
			for _, q := range cases {
				times := 5 // some are wrong only sometimes
				if strings.Contains(q.sql, "FROM w)") {
					times = 1
				}
				for range times {
					got, err := client.Query(ctx, q.sql)
					if err != nil {
						t.Errorf("%s\n%v", q.sql, err)
						break
					}
					if len(got.Rows) != 1 || fmt.Sprint(got.Rows[0][0]) != q.want {
						t.Errorf("%s\n%v, want %s", q.sql, got.Rows, q.want)
						break
					}
				}
			}
		})
	}
}
