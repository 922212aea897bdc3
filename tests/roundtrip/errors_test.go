package roundtrip

import (
	"context"
	"strings"
	"testing"

	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/substrait/bound"
	"github.com/shoal-db/shoal/tests/corpus"
)

// TestErrorsStay: a query that fails, fails with the same words on the way.
func TestErrorsStay(t *testing.T) {
	d := openOdd(t)
	for _, sql := range append([]string{"SELECT sum(h) FROM n WHERE h > 0"}, corpus.Failing...) {
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
	for sql, want := range corpus.Refused {
		planJSON, err := d.conn.QueryString(ctx, bound.Query(sql))
		if err != nil {
			t.Errorf("%s: %v", sql, err)
			continue
		}
		_, err = bound.Convert([]byte(planJSON), bound.Options{SQL: sql})
		if _, beyond := bound.IsBeyond(err); beyond {
			_, err = bound.Scans([]byte(planJSON), bound.Options{SQL: sql})
		}
		if !fault.Is(err, fault.InvalidArgument) || !strings.Contains(fault.Text(err), want) {
			t.Errorf("%s: got %v, want invalid_argument with %q", sql, err, want)
		}
	}
}

func TestPositions(t *testing.T) {
	d := openOdd(t)
	sql := "SELECT id,\n       abs(rowid)\nFROM x"
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
