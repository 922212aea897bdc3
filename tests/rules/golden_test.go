package rules

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/tests/oracle"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// section is one case of a golden file: the rule that is shown, those that are
// applied first, a query, and what is expected.
//
//	# a title
//	rule NAME [after NAME, NAME…]
//	SELECT …
//	----
//	before and after, or "unchanged" after the plan
type section struct {
	title, rule string
	after       []string
	sql         string
	expected    string
}

func sections(t *testing.T, file string) []section {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var out []section
	for _, part := range strings.Split("\n"+string(text), "\n# ")[1:] {
		head, expected, _ := strings.Cut(part, "\n----\n")
		lines := strings.SplitN(head, "\n", 3)
		if len(lines) < 3 || !strings.HasPrefix(lines[1], "rule ") {
			t.Fatalf("%s: section %q has no rule or no query", file, lines[0])
		}
		name, after, _ := strings.Cut(strings.TrimPrefix(lines[1], "rule "), " after ")
		s := section{title: lines[0], rule: name, sql: strings.TrimSpace(lines[2]), expected: strings.TrimSpace(expected)}
		for _, a := range strings.Split(after, ",") {
			if a = strings.TrimSpace(a); a != "" {
				s.after = append(s.after, a)
			}
		}
		out = append(out, s)
	}
	return out
}

func (s section) text(result string) string {
	after := ""
	if len(s.after) > 0 {
		after = " after " + strings.Join(s.after, ", ")
	}
	return fmt.Sprintf("# %s\nrule %s%s\n%s\n----\n%s\n", s.title, s.rule, after, s.sql, result)
}

// TestGolden shows what each rule makes of queries, and checks that they
// answer the same before and after; -update rewrites the files.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no files, %v", err)
	}
	d := open(t)
	shown := map[string]bool{}
	for _, file := range files {
		all := sections(t, file)
		texts := make([]string, len(all))
		for i, s := range all {
			shown[s.rule] = true
			t.Run(filepath.Base(file)+"/"+s.title, func(t *testing.T) {
				got := d.show(t, s)
				texts[i] = s.text(got)
				if !*update && got != s.expected {
					t.Errorf("got\n%s\nwant\n%s", got, s.expected)
				}
			})
		}
		if *update {
			if err := os.WriteFile(file, []byte(strings.Join(texts, "\n")), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, r := range names() {
		if !shown[r] {
			t.Errorf("no golden file shows rule %s", r)
		}
	}
}

// show is what the section's rule makes of its query.
func (d *db) show(t *testing.T, s section) string {
	t.Helper()
	want, err := d.query(s.sql)
	if err != nil {
		t.Fatalf("%s: %v", s.sql, err)
	}
	p := d.bind(t, s.sql)
	for _, name := range s.after {
		p = rule(t, name).Apply(p, d.options())
	}
	next := rule(t, s.rule).Apply(p, d.options())
	for _, plan := range []*rel.Plan{p, next} {
		got, sql, err := d.run(plan)
		if err != nil {
			t.Fatalf("%v\n%s\n%s", err, rel.Format(plan), sql)
		}
		if diff := oracle.Diff(got, want, false); diff != "" {
			t.Errorf("%s\n%s", diff, rel.Format(plan))
		}
	}
	if rel.EqualPlans(p, next) {
		return strings.TrimSpace(rel.Format(p)) + "\nunchanged"
	}
	return strings.TrimSpace(rel.Format(p)) + "\n=>\n" + strings.TrimSpace(rel.Format(next))
}
