package corpus

// Failing are queries that DuckDB plans and then fails to answer; Shoal fails with the same words. Each
// has one error only, whichever row is looked at first. (A sum of HUGEINTs that overflows is none of
// them: DuckDB itself notices it only among the rows that one of its threads has added up.)
var Failing = []string{
	"SELECT id, (SELECT k FROM m WHERE m.a = n.a) FROM n",
	"SELECT (SELECT a FROM m)",
	"SELECT id, (SELECT f FROM m WHERE m.f = n.f) FROM n",
	"SELECT CAST(s AS INTEGER) FROM n WHERE id = 1",
	"SELECT a + 2147483647 FROM n WHERE a > 0",
	"SELECT d * 99999 FROM n",
	"SELECT y * y * y FROM n WHERE id = 1",
	"SELECT CAST(d AS INTEGER) FROM n",
	"SELECT error('boom ' || s) FROM n WHERE id = 1",
	"SELECT e * e FROM n WHERE id = 4",
	"SELECT 99999999999999999.9 + d * d FROM n WHERE id = 4",
	"SELECT CAST('2020-13-01' AS DATE)",
	"SELECT id FROM n LIMIT (SELECT -1)",
	"SELECT id FROM n LIMIT (SELECT 'x')",
	"SELECT id FROM n LIMIT (SELECT 101)%",
	"SELECT id, list_transform(l, lambda v: error('boom')) FROM x WHERE id = 4",
	"SELECT list_reduce(l, lambda a, b: a + b) FROM x WHERE id = 2",
	"WITH RECURSIVE r(i) AS (SELECT 2147483000 UNION ALL SELECT i + 1 FROM r) SELECT count(*) FROM r",
	"SELECT * FROM range(1, 5, 0)",
}

// Refused are queries that DuckDB answers and Shoal does not, by what is said of them.
var Refused = map[string]string{
	"SELECT n.rowid, e.key FROM n, json_each('[1]') e": "the pseudocolumn",
	"SELECT rowid FROM n":                              "the pseudocolumn rowid",
	"SELECT * FROM read_csv('/nowhere/*.csv')":         "No files found",
	"SELECT * FROM duckdb_settings()":                  "the table function duckdb_settings",
	"SELECT * FROM nowhere":                            "nowhere does not exist",
	"SELECT 1; SELECT 2":                               "2 statements",
	"CREATE TABLE c AS SELECT 1":                       "CREATE TABLE statements",
	"BEGIN":                                            "transaction statements",
	"SELECT $1":                                        "parameters",
	"PIVOT n ON s USING sum(a)":                        "PIVOT",
}

// RefusedEarly are those of Refused that a portal has other words for, before there is a plan.
var RefusedEarly = map[string]string{
	"SELECT * FROM read_csv('/nowhere/*.csv')": "queries read loaded tables only",
	"CREATE TABLE c AS SELECT 1":               "the statement is not a query",
	"BEGIN":                                    "the statement is not a query",
	"SELECT $1":                                "1 parameter and no values",
	"PIVOT n ON s USING sum(a)":                "a PIVOT whose values are not listed",
}
