package roundtrip

import (
	"context"
	"strings"
	"testing"

	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/substrait/bound"
	"github.com/shoal-db/shoal/libs/substrait/rewrite"
)

// TestErrorsStay: a query that fails, fails with the same words on the way.
func TestErrorsStay(t *testing.T) {
	d := openOdd(t)
	for _, sql := range []string{
		"SELECT id, (SELECT k FROM m WHERE m.a = n.a) FROM n",
		"SELECT (SELECT a FROM m)",
		"SELECT id, (SELECT f FROM m WHERE m.f = n.f) FROM n",
		"SELECT CAST(s AS INTEGER) FROM n",
		"SELECT a + 2147483647 FROM n WHERE a > 0",
		"SELECT d * 99999 FROM n",
		"SELECT y * y * y FROM n WHERE id = 1",
		"SELECT CAST(d AS INTEGER) FROM n",
		"SELECT error('boom ' || s) FROM n WHERE id = 1",
		"SELECT sum(h) FROM n WHERE h > 0",
		"SELECT e * e FROM n WHERE id = 4",
		"SELECT 99999999999999999.9 + d * d FROM n WHERE id = 4",
		"SELECT CAST('2020-13-01' AS DATE)",
	} {
		_, wantErr := d.query(sql)
		if wantErr == nil {
			t.Errorf("%s: DuckDB answers it", sql)
			continue
		}
		plan, err := d.convert(sql)
		if err != nil {
			t.Errorf("%s: %v", sql, err)
			continue
		}
		for name := range ways {
			text, err := render(plan, name)
			if err != nil {
				t.Errorf("%s: %s: %v", sql, name, err)
				continue
			}
			_, err = d.query(text)
			if want, got := firstSentence(wantErr), firstSentence(err); want != got {
				t.Errorf("%s: %s: %q became %q\n%s", sql, name, want, got, text)
			}
		}
	}
}

func firstSentence(err error) string {
	if err == nil {
		return "no error"
	}
	text, _, _ := strings.Cut(fault.Text(err), ".")
	text, _, _ = strings.Cut(text, "\n")
	text, _, _ = strings.Cut(text, " when casting from source column") // names differ
	return text
}

// TestRefusals: what is not supported is named in SQL's words, with its place.
func TestRefusals(t *testing.T) {
	d := openOdd(t)
	ctx := context.Background()
	for sql, want := range map[string]string{
		"WITH RECURSIVE r(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r WHERE i < 3) SELECT * FROM r": "recursive common table expressions",
		"SELECT unnest(l) FROM x":                                       "UNNEST",
		"SELECT * FROM n USING SAMPLE 10%":                              "TABLESAMPLE",
		"SELECT * FROM n POSITIONAL JOIN m":                             "POSITIONAL joins",
		"SELECT * FROM n ASOF JOIN m ON n.a = m.a AND n.b >= m.k":       "ASOF joins",
		"SELECT list_transform(l, lambda v: v + 1) FROM x":              "lambda functions",
		"SELECT a FROM n LIMIT 10%":                                     "LIMIT by a percentage",
		"SELECT a FROM n LIMIT (SELECT 1)":                              "LIMIT and OFFSET by a subquery",
		"SELECT rowid FROM n":                                           "the pseudocolumn rowid",
		"SELECT * FROM read_csv('/nowhere/*.csv')":                      "No files found",
		"SELECT * FROM duckdb_tables()":                                 "the table function duckdb_tables",
		"SELECT * FROM range(1000000)":                                  "a range of more than 10,000 rows",
		"SELECT * FROM nowhere":                                         "nowhere does not exist",
		"SELECT 1; SELECT 2":                                            "2 statements",
		"CREATE TABLE c AS SELECT 1":                                    "CREATE TABLE statements",
		"EXPLAIN SELECT 1":                                              "EXPLAIN statements",
		"BEGIN":                                                         "transaction statements",
		"SELECT $1":                                                     "parameters",
		"DESCRIBE n":                                                    "DESCRIBE",
		"PIVOT n ON s USING sum(a)":                                     "PIVOT",
		"SELECT struct_update({'a': 1}, a := 2)":                        "struct_update",
		"PIVOT (SELECT a, w FROM n) ON w IN (true, false) USING sum(a)": "",
	} {
		planJSON, err := d.conn.QueryString(ctx, bound.Query(sql))
		if err != nil {
			t.Errorf("%s: %v", sql, err)
			continue
		}
		plan, err := bound.Convert([]byte(planJSON), bound.Options{SQL: sql})
		if want == "" {
			if err != nil {
				t.Errorf("%s: %v", sql, err)
			} else {
				rewrite.Optimize(plan)
			}
			continue
		}
		if !fault.Is(err, fault.InvalidArgument) || !strings.Contains(fault.Text(err), want) {
			t.Errorf("%s: got %v, want invalid_argument with %q", sql, err, want)
		}
	}
}

func TestPositions(t *testing.T) {
	d := openOdd(t)
	sql := "SELECT id,\n       list_transform(l, lambda v: v)\nFROM x"
	planJSON, err := d.conn.QueryString(context.Background(), bound.Query(sql))
	if err != nil {
		t.Fatal(err)
	}
	_, err = bound.Convert([]byte(planJSON), bound.Options{SQL: sql})
	details := fault.From(err).Details
	if details["line"] != 2 || details["column"] != 8 {
		t.Errorf("%v is at %v", err, details)
	}
}
