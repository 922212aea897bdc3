package absurd

import (
	"fmt"
	"strings"
)

// absurd is a statement of a size or depth that nobody needs.
type absurd struct {
	name, sql string
	// refused says that there may be no answer; the others have at least one row.
	refused bool
}

// repeat is a text n times.
func repeat(text string, n int) string { return strings.Repeat(text, n) }

// join has n parts, made of their numbers.
func join(n int, separator string, part func(i int) string) string {
	parts := make([]string, n)
	for i := range parts {
		parts[i] = part(i)
	}
	return strings.Join(parts, separator)
}

// format is a part that has its number in it.
func format(text string) func(int) string {
	return func(i int) string { return strings.ReplaceAll(text, "#", fmt.Sprint(i)) }
}

// statements are over the table d.t, which has an integer k.
func statements() []absurd {
	return []absurd{
		{"parentheses", "SELECT " + repeat("(", 10_000) + "1" + repeat(")", 10_000), true},
		{"very many parentheses", "SELECT " + repeat("(", 400_000) + "1" + repeat(")", 400_000), true},
		{"unclosed parentheses", "SELECT " + repeat("(", 1_000_000), true},
		{"not", "SELECT count(*) FROM d.t WHERE " + repeat("NOT ", 10_000) + "k = 1", true},
		{"very many nots", "SELECT count(*) FROM d.t WHERE " + repeat("NOT ", 200_000) + "k = 1", true},
		{"minus", "SELECT " + repeat("- ", 10_000) + "k FROM d.t", true},
		{"case", "SELECT sum(" + repeat("CASE WHEN k = 1 THEN 1 ELSE ", 10_000) + "0" + repeat(" END", 10_000) + ") FROM d.t", true},
		{"functions", "SELECT max(" + repeat("abs(", 10_000) + "k" + repeat(")", 10_000) + ") FROM d.t", true},
		{"900 functions", "SELECT max(" + repeat("abs(", 900) + "k" + repeat(")", 900) + ") FROM d.t", true},
		{"or", "SELECT count(*) FROM d.t WHERE " + join(10_000, " OR ", format("k = #")), false},
		{"many ors", "SELECT count(*) FROM d.t WHERE " + join(60_000, " OR ", format("k = #")), true},
		{"and", "SELECT count(*) FROM d.t WHERE " + join(10_000, " AND ", format("k <> #")), false},
		{"ands and ors", "SELECT count(*) FROM d.t WHERE " + join(2_000, " AND ", format("(k = # OR k > 7 OR k IS NULL)")), false},
		{"plus", "SELECT sum(" + join(10_000, " + ", format("k")) + ") FROM d.t", true},
		{"in", "SELECT count(*) FROM d.t WHERE k IN (" + join(100_000, ",", format("#")) + ")", true},
		{"in, 10 MB", "SELECT count(*) FROM d.t WHERE k IN (" + join(1_400_000, ",", format("#")) + ")", true},
		{"not in of texts", "SELECT count(*) FROM d.t WHERE k::VARCHAR NOT IN (" + join(50_000, ",", format("'v#'")) + ")", false},
		{"columns", "SELECT " + join(5_000, ", ", format("k + # AS c#")) + " FROM d.t LIMIT 1", false},
		{"aggregates", "SELECT " + join(5_000, ", ", format("sum(k + #) AS c#")) + " FROM d.t", true},
		{"group by", "SELECT count(*) FROM (SELECT 1 FROM d.t GROUP BY " + join(2_000, ", ", format("k + #")) + " LIMIT 1)", false},
		{"order by", "SELECT k FROM d.t ORDER BY " + join(2_000, ", ", format("k % #1")) + " LIMIT 1", true},
		{"joins", "SELECT count(*) FROM d.t t0 " + join(1_000, " ", format("JOIN d.t a# USING (k)")), true},
		{"100 joins", "SELECT count(*) FROM d.t t0 " + join(100, " ", format("JOIN d.t a# ON a#.k = t0.k")), true},
		{"cross joins of values", "SELECT count(*) FROM d.t WHERE k = 1" + join(200, "", format(" AND EXISTS (SELECT 1 FROM d.t x# WHERE x#.k = t.k)")), true},
		{"tables in a list", "SELECT count(*) FROM " + join(1_000, ", ", format("(SELECT 1) a#")), true},
		{"common table expressions", "WITH w0 AS (SELECT k FROM d.t) " + join(1_000, "", format(", x# AS (SELECT k FROM w0)")) + " SELECT count(*) FROM x999", true},
		{"a chain of expressions", "WITH w0 AS (SELECT k FROM d.t)" + join(1_000, "", func(i int) string { return fmt.Sprintf(", w%d AS (SELECT k FROM w%d)", i+1, i) }) + " SELECT count(*) FROM w1000", true},
		{"doubling expressions", "WITH w0 AS (SELECT k FROM d.t)" + join(24, "", func(i int) string {
			return fmt.Sprintf(", w%d AS (SELECT a.k FROM w%d a JOIN w%d b USING (k))", i+1, i, i)
		}) + " SELECT count(*) FROM w24", true},
		{"doubling materialised expressions", "WITH w0 AS MATERIALIZED (SELECT k FROM d.t WHERE k = 1)" + join(40, "", func(i int) string {
			return fmt.Sprintf(", w%d AS MATERIALIZED (SELECT a.k FROM w%d a JOIN w%d b USING (k))", i+1, i, i)
		}) + " SELECT count(*) FROM w40", true},
		{"derived tables", "SELECT count(*) FROM " + repeat("(SELECT k FROM ", 1_000) + "d.t" + repeat(")", 1_000), true},
		{"subqueries in subqueries", "SELECT count(*) FROM d.t WHERE k IN " + repeat("(SELECT k FROM d.t WHERE k IN ", 300) + "(1)" + repeat(")", 300), true},
		{"subqueries in a list", "SELECT " + join(300, ", ", format("(SELECT max(k) FROM d.t WHERE k > #) AS c#")), true},
		{"correlated subqueries", "SELECT count(*) FROM d.t WHERE " + join(60, " AND ", format("k >= (SELECT min(k) FROM d.t x WHERE x.k <= t.k + #)")), true},
		{"unions", "SELECT count(*) FROM (" + join(1_000, " UNION ALL ", format("SELECT k + # FROM d.t")) + ")", true},
		{"values", "SELECT count(*) FROM (VALUES " + join(100_000, ", ", format("(#)")) + ") v(x)", true},
		{"cube", "SELECT count(*) FROM (SELECT count(*) FROM d.t GROUP BY CUBE (" + join(22, ", ", format("k + #")) + "))", true},
		{"cube of 12", "SELECT count(*) FROM (SELECT count(*) FROM d.t GROUP BY CUBE (" + join(12, ", ", format("k + #")) + "))", true},
		{"lists", "SELECT " + repeat("[", 1_000) + "1" + repeat("]", 1_000), true},
		{"structs", "SELECT " + repeat("{'a': ", 500) + "1" + repeat("}", 500), true},
		{"a type of lists", "SELECT NULL::INTEGER" + repeat("[]", 5_000), true},
		{"a type of structs", "SELECT NULL::" + repeat("STRUCT(a ", 2_000) + "INTEGER" + repeat(")", 2_000), true},
		{"a long text", "SELECT length('" + repeat("x", 900_000) + "') AS n", false},
		{"a long number", "SELECT " + repeat("9", 500_000), true},
		{"a long name", "SELECT 1 AS " + repeat("x", 900_000), true},
		{"repeat", "SELECT length(repeat(repeat('x', 100000), 100000))", true},
		{"a long list", "SELECT len(range(10000000000))", true},
		{"a great limit", "SELECT count(*) FROM (SELECT k FROM d.t LIMIT 9223372036854775807)", false},
		{"a greater limit", "SELECT count(*) FROM (SELECT k FROM d.t LIMIT 9223372036854775808)", true},
		{"a great offset", "SELECT count(*) FROM (SELECT k FROM d.t LIMIT 9223372036854775807 OFFSET 9223372036854775807)", false},
		{"concatenated", "SELECT max(" + join(5_000, " || ", format("'a#'")) + ") FROM d.t", true},
		{"like", "SELECT count(*) FROM d.t WHERE k::VARCHAR LIKE '" + repeat("%a", 100_000) + "'", false},
		{"a pivot", "PIVOT d.t ON k IN (" + join(3_000, ", ", format("#")) + ") USING count(*)", true},
		{"recursion", "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r", true},
		{"statements", repeat("SELECT 1;", 100_000), true},
		{"comments", repeat("/* ", 300_000) + repeat(" */", 40_000) + "SELECT 1", true},
		{"a caret", "SELECT " + repeat("k + ", 100_000) + "nosuch FROM d.t", true},
	}
}
