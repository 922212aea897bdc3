package roundtrip

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/shoal-db/shoal/libs/substrait/bound"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/sqlgen"
	"github.com/shoal-db/shoal/libs/substrait/types"
	"github.com/shoal-db/shoal/tests/corpus"
)

// TestBeyond: a statement that no plan can say has the same answer over what its
// scans give of its tables.
func TestBeyond(t *testing.T) {
	d := openOdd(t)
	filtered := 0
	for i, q := range corpus.Beyond().Queries {
		t.Run(fmt.Sprint(i+1), func(t *testing.T) { filtered += d.on(t).checkBeyond(i, q) })
	}
	if filtered < 5 {
		t.Errorf("only %d scans filter", filtered)
	}
}

func (d *db) checkBeyond(i int, q corpus.Query) (filtered int) {
	d.Helper()
	ctx := context.Background()
	want, err := d.query(q.SQL)
	if err != nil {
		d.Fatal(q.SQL, err)
	}
	_, err = d.convert(q.SQL)
	f, ok := bound.IsBeyond(err)
	if !ok {
		d.Fatalf("%s\n%v is no reason to run the statement", q.SQL, err)
	}
	if f.Kind == bound.KindUnexpected {
		d.Errorf("%s: %s", q.SQL, f.Reason)
	}
	planJSON, err := d.conn.QueryString(ctx, bound.Query(q.SQL))
	if err != nil {
		d.Fatal(err)
	}
	scans, err := bound.Scans([]byte(planJSON), bound.Options{Now: now, SQL: q.SQL})
	if err != nil {
		if f.Kind != bound.KindSerialization {
			d.Errorf("%s: %v", q.SQL, err)
		}
		return 0
	}
	schema := fmt.Sprintf("beyond_%d", i)
	d.exec("CREATE SCHEMA " + schema)
	for _, s := range scans {
		d.exec("CREATE VIEW " + schema + "." + types.QuoteIdent(s.Table[1]) + " AS " + d.scanned(s))
		if s.Filter != nil {
			filtered++
		}
	}
	d.exec("SET search_path = '" + schema + "'")
	defer d.exec("SET search_path = 'main'")
	got, err := d.query(q.SQL)
	if err != nil {
		d.Fatalf("%s\n%v", q.SQL, err)
	}
	if diff := want.diff(got, q.Ordered); diff != "" {
		d.Errorf("%s\n%s", q.SQL, diff)
	}
	return filtered
}

// scanned are a scan's rows, and NULLs for the columns that it leaves out.
func (d *db) scanned(s *rel.Read) string {
	d.Helper()
	if len(s.Columns) == 0 {
		return "FROM main." + types.QuoteIdent(s.Table[1])
	}
	plan := &rel.Plan{Root: s}
	used := map[string]bool{}
	for _, c := range s.Columns {
		plan.Names = append(plan.Names, c.Name)
		used[c.Name] = true
	}
	text, err := sqlgen.Render(plan, sqlgen.Options{Scan: scan})
	if err != nil {
		d.Fatal(err)
	}
	rows, err := d.conn.QueryRows(context.Background(), "SELECT name, type FROM pragma_table_info('main."+types.QuoteIdent(s.Table[1])+"')")
	if err != nil {
		d.Fatal(err)
	}
	var list []string
	for _, r := range rows {
		name := types.QuoteIdent(r[0].Text)
		if used[r[0].Text] {
			list = append(list, name)
		} else {
			list = append(list, "CAST(NULL AS "+r[1].Text+") AS "+name)
		}
	}
	return "SELECT " + strings.Join(list, ", ") + " FROM (" + text + ")"
}
