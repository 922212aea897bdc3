package roundtrip

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// truth is a value of three-valued logic.
type truth int

const (
	no truth = iota
	unknown
	yes
)

func (t truth) not() truth { return yes - t }

func truthOf(b bool) truth {
	if b {
		return yes
	}
	return no
}

func (t truth) String() string { return []string{"=false", "NULL", "=true"}[t] }

// nothing stands for NULL in rows of small numbers.
const nothing = -1

// compareRows is l op r, as DuckDB 2.0 has it: whether rows are equal is known as soon as two values tell them
// apart, and in their order NULL comes last.
func compareRows(l, r []int, op string) truth {
	if op == "=" || op == "<>" {
		out := yes
		for i := range l {
			switch {
			case l[i] == nothing || r[i] == nothing:
				out = min(out, unknown)
			case l[i] != r[i]:
				out = no
			}
		}
		if op == "<>" {
			return out.not()
		}
		return out
	}
	if len(l) == 1 && (l[0] == nothing || r[0] == nothing) {
		return unknown
	}
	last := func(row []int) []int {
		row = slices.Clone(row)
		for i, v := range row {
			if v == nothing {
				row[i] = 1 << 30
			}
		}
		return row
	}
	c := slices.Compare(last(l), last(r))
	return truthOf(map[string]bool{"<": c < 0, "<=": c <= 0, ">": c > 0, ">=": c >= 0}[op])
}

// quantified is l op ANY or ALL of rows.
func quantified(l []int, op, word string, rows [][]int) truth {
	out := no
	if word == "ALL" {
		out = yes
	}
	for _, r := range rows {
		if c := compareRows(l, r, op); word == "ALL" {
			out = min(out, c)
		} else {
			out = max(out, c)
		}
	}
	return out
}

func rowText(row []int) string {
	out := make([]string, len(row))
	for i, v := range row {
		if out[i] = fmt.Sprint(v); v == nothing {
			out[i] = "NULL::INTEGER"
		}
	}
	if len(out) == 1 {
		return out[0]
	}
	return "(" + strings.Join(out, ", ") + ")"
}

// TestKnownRowComparisons are cases that DuckDB 1.5.6, or plans of its, once had wrong.
func TestKnownRowComparisons(t *testing.T) {
	d := openDB(t)
	for sql, want := range map[string]string{
		"SELECT (1, 2) <> ANY (SELECT 1, 3)":                "=true",
		"SELECT (1, 2) = ALL (SELECT 1, 3)":                 "=false",
		"SELECT (1, NULL) = ALL (SELECT 2, 3)":              "=false",
		"SELECT (1, NULL) = ALL (SELECT 1, 3)":              "NULL",
		"SELECT (1, 1) IN (SELECT 2, NULL)":                 "=false",
		"SELECT (1, 1) NOT IN (SELECT 2, NULL)":             "=true",
		"SELECT (1, 1) IN (SELECT 1, NULL)":                 "NULL",
		"SELECT ((1, 2), 3) <> ANY (SELECT (1, 2), 4)":      "=true",
		"SELECT (1, 2) <> ANY (SELECT 1, 3 WHERE false)":    "=false",
		"SELECT (1, 2) = ALL (SELECT 1, 3 WHERE false)":     "=true",
		"SELECT NOT (1, 2) NOT IN (SELECT 1, 2)":            "=true",
		"SELECT (2, NULL) <> ANY (SELECT 1, NULL::INTEGER)": "=true",
	} {
		d.on(t).answers(sql, []string{want})
	}
}

// TestRowComparisons compares rows with subqueries' rows: every operator, ANY and ALL, IN and NOT IN, one to three
// columns, NULLs on both sides, over tables and constants, with what three-valued logic says.
func TestRowComparisons(t *testing.T) {
	d := openDB(t)
	random := rand.New(rand.NewPCG(5, 9))
	for width := 1; width <= 3; width++ {
		for round := range 2 {
			lefts, rights := randomRows(random, 7, width), randomRows(random, random.IntN(5), width)
			if round == 0 { // without any NULL
				lefts, rights = slices.DeleteFunc(lefts, hasNothing), slices.DeleteFunc(rights, hasNothing)
			}
			d.exec(rowsTable("l", lefts, width))
			d.exec(rowsTable("r", rights, width))
			for _, op := range []string{"=", "<>", "<", "<=", ">", ">="} {
				for _, word := range []string{"ANY", "ALL"} {
					d.on(t).checkRows(op+" "+word, lefts, rights, width, func(l []int) truth { return quantified(l, op, word, rights) })
				}
			}
			d.on(t).checkRows("IN", lefts, rights, width, func(l []int) truth { return quantified(l, "=", "ANY", rights) })
			d.on(t).checkRows("NOT IN", lefts, rights, width, func(l []int) truth { return quantified(l, "<>", "ALL", rights) })
		}
	}
}

// checkRows asks for the comparison's value, for its negation's, and for the rows that it and its negation keep.
func (d *db) checkRows(words string, lefts, rights [][]int, width int, want func([]int) truth) {
	d.Helper()
	columns := "a, b, c"[:3*width-2]
	row := columns
	if width > 1 {
		row = "(" + columns + ")"
	}
	sub := words + " (SELECT " + columns + " FROM memory.main.r)"
	var values, kept, dropped []string
	for i, l := range lefts {
		id := fmt.Sprintf("=%d ", i)
		values = append(values, id+want(l).String()+" "+want(l).not().String())
		switch want(l) {
		case yes:
			kept = append(kept, strings.TrimSpace(id))
		case no:
			dropped = append(dropped, strings.TrimSpace(id))
		}
	}
	d.answers("SELECT id, "+row+" "+sub+", NOT "+row+" "+sub+" FROM memory.main.l", values)
	d.answers("SELECT id FROM memory.main.l WHERE "+row+" "+sub, kept)
	d.answers("SELECT id FROM memory.main.l WHERE NOT "+row+" "+sub, dropped)
	if len(lefts) > 0 {
		v := want(lefts[0])
		d.answers("SELECT "+rowText(lefts[0])+" "+sub, []string{v.String()})
		// Values that have to be computed, and a subquery of constants.
		union := ""
		for i, r := range rights {
			if i > 0 {
				union += " UNION ALL "
			}
			union += "SELECT " + strings.Trim(rowText(r), "()")
		}
		if union != "" {
			d.answers("SELECT "+rowText(lefts[0])+" "+words+" ("+union+")", []string{v.String()})
		}
		computed := strings.NewReplacer("a", "a + 0", "b", "(b + id) - id").Replace(row)
		for i := range values {
			values[i] = strings.Join(strings.Fields(values[i])[:2], " ")
		}
		d.answers("SELECT id, "+computed+" "+sub+" FROM memory.main.l", values)
	}
}

// answers checks the rows that a query has in every way; DuckDB itself is not asked, which has some wrong.
func (d *db) answers(sql string, want []string) {
	d.Helper()
	plan, err := d.convert(sql)
	if err != nil {
		d.Fatalf("%s\nconvert: %v", sql, err)
	}
	slices.Sort(want)
	for name := range ways {
		text, err := render(plan, name)
		if err != nil {
			d.Fatalf("%s\n%s: %v", sql, name, err)
		}
		result, err := d.query(text)
		if err != nil {
			d.Fatalf("%s\n%s: %v\n%s", sql, name, err, text)
		}
		var got []string
		for _, r := range result.rows {
			got = append(got, strings.Join(r, " "))
		}
		slices.Sort(got)
		if !slices.Equal(got, want) {
			d.Errorf("%s\n%s: got %q, want %q\n%s", sql, name, got, want, text)
		}
	}
}

func randomRows(random *rand.Rand, n, width int) [][]int {
	out := make([][]int, n)
	for i := range out {
		for range width {
			out[i] = append(out[i], random.IntN(4)-1)
		}
	}
	return out
}

func hasNothing(row []int) bool { return slices.Contains(row, nothing) }

func rowsTable(name string, rows [][]int, width int) string {
	out := "CREATE OR REPLACE TABLE memory.main." + name + " AS SELECT * FROM (VALUES "
	for i, r := range rows {
		out += fmt.Sprintf("(%d, %s), ", i, strings.Trim(rowText(r), "()"))
	}
	out += "(-1" + strings.Repeat(", 0", width) + ")) v(id, " + "a, b, c"[:3*width-2] + ") WHERE id >= 0"
	return out
}
