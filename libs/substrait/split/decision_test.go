package split

import (
	"fmt"
	"strings"
	"testing"

	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// decisions prints what splitting decided, one relation a line.
func decisions(t *testing.T, p *rel.Plan) string {
	t.Helper()
	got, err := Split(p, describe, nil)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, d := range got.Decisions {
		word, _, _ := strings.Cut(d.Relation, " (")
		fmt.Fprintf(&b, "%s%s\n%s  @ %s: %s\n", strings.Repeat("  ", d.Depth), word, strings.Repeat("  ", d.Depth), d.Place, d.Why)
	}
	return b.String()
}

func TestDecisions(t *testing.T) {
	joins := joined(rel.Inner, joined(rel.Inner, table("facts"), table("more"), eq(0, 2)), table("dim"), eq(3, 4))
	plan := &rel.Plan{
		Shared: []rel.Rel{aggregate(table("dim"), 0, "median")},
		Root: joined(rel.Left, &rel.Reference{Columns: table("dim").Types()},
			aggregate(joins, 1, "median"), eq(0, 2)),
		Names: make([]string, 4),
	}
	const want = `shared 0: aggregate by [$0] median($1):BIGINT
  @ one worker, whole: over reference tables alone
  read d.dim
    @ one worker, whole: dim is a reference table
left join on
  @ portal: an input is there
  reference 0
    @ portal: the shared subtree's rows are sent once
  aggregate by [$1] median($1):BIGINT
    @ portal: median cannot be put together from parts: what the aggregate looks at is sent
    inner join on
      @ workers, per chunk: facts and more are joined on k = k, the block of axis d: no match spans chunks; dim is a reference table, whole on every worker
      inner join on
        @ workers, per chunk: part of the join above
        read d.facts
          @ workers, per chunk: facts is cut into chunks by k, along axis d
        read d.more
          @ workers, per chunk: more is cut into chunks by k, along axis d
      read d.dim
        @ every worker, whole: dim is a reference table
`
	if got := decisions(t, plan); got != want {
		t.Errorf("decided\n%s", got)
	}
}

func TestDecisionsOnReferenceTablesAlone(t *testing.T) {
	got := decisions(t, &rel.Plan{Root: aggregate(table("dim"), 0, "median"), Names: make([]string, 2)})
	if strings.Count(got, PlaceOneWorker) != 2 {
		t.Errorf("decided\n%s", got)
	}
}

// TestDecisionsOnConstantRows: rows that every place has are where they are used.
func TestDecisionsOnConstantRows(t *testing.T) {
	rows := func() rel.Rel {
		return &rel.Values{Columns: []types.Type{rel.Int(0).Of}, Rows: [][]rel.Expr{{rel.Int(1)}, {rel.Int(2)}}}
	}
	for place, root := range map[string]rel.Rel{
		PlaceEvery:  joined(rel.Inner, table("facts"), rows(), eq(0, 2)),
		PlacePortal: joined(rel.Inner, aggregate(table("facts"), 1, "median"), rows(), eq(0, 2)),
	} {
		got := decisions(t, &rel.Plan{Root: root, Names: make([]string, 3)})
		if !strings.Contains(got, "@ "+place+": constant rows") {
			t.Errorf("decided, instead of %s,\n%s", place, got)
		}
	}
}
