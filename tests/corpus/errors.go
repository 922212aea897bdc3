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
}

// Refused are queries that DuckDB answers and Shoal does not, by what is said of them.
var Refused = map[string]string{
	"WITH RECURSIVE r(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r WHERE i < 3) SELECT * FROM r": "recursive common table expressions",
	"SELECT unnest(l) FROM x":                                 "UNNEST",
	"SELECT * FROM n USING SAMPLE 10%":                        "TABLESAMPLE",
	"SELECT * FROM n POSITIONAL JOIN m":                       "POSITIONAL joins",
	"SELECT * FROM n ASOF JOIN m ON n.a = m.a AND n.b >= m.k": "ASOF joins",
	"SELECT list_transform(l, lambda v: v + 1) FROM x":        "lambda functions",
	"SELECT a FROM n LIMIT 10%":                               "LIMIT by a percentage",
	"SELECT a FROM n LIMIT (SELECT 1)":                        "LIMIT and OFFSET by a subquery",
	"SELECT rowid FROM n":                                     "the pseudocolumn rowid",
	"SELECT * FROM read_csv('/nowhere/*.csv')":                "No files found",
	"SELECT * FROM duckdb_tables()":                           "the table function duckdb_tables",
	"SELECT * FROM range(1000000)":                            "a range of more than 10,000 rows",
	"SELECT * FROM nowhere":                                   "nowhere does not exist",
	"SELECT 1; SELECT 2":                                      "2 statements",
	"CREATE TABLE c AS SELECT 1":                              "CREATE TABLE statements",
	"EXPLAIN SELECT 1":                                        "EXPLAIN statements",
	"BEGIN":                                                   "transaction statements",
	"SELECT $1":                                               "parameters",
	"DESCRIBE n":                                              "DESCRIBE",
	"PIVOT n ON s USING sum(a)":                               "PIVOT",
	"SELECT struct_update({'a': 1}, a := 2)":                  "struct_update",
}

// RefusedEarly are those of Refused that a portal has other words for, before there is a plan.
var RefusedEarly = map[string]string{
	"SELECT * FROM read_csv('/nowhere/*.csv')": "queries read loaded tables only",
	"CREATE TABLE c AS SELECT 1":               "the statement is not a query",
	"EXPLAIN SELECT 1":                         "EXPLAIN is not a query",
	"BEGIN":                                    "the statement is not a query",
	"PIVOT n ON s USING sum(a)":                "a PIVOT whose values are not listed",
}
