package differential

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/shoal-db/shoal/libs/catalog"
	"github.com/shoal-db/shoal/libs/duckdb"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/tests/differential/gen"
	"github.com/shoal-db/shoal/tests/oracle"
)

// caseOf makes a case of random tables, with random cuts.
func caseOf(r *rand.Rand, tables []*gen.Table) *Case {
	c := &Case{Cuts: map[string][]int64{}, Setup: "CREATE SCHEMA d;\nCREATE SCHEMA e;\n"}
	for _, t := range tables {
		c.Setup += t.SQL()
		c.Tables = append(c.Tables, TableLayout{Dataset: t.Dataset, Name: t.Name, Kind: catalog.Kind(t.Kind), Block: t.Block, ChunkRows: int64(t.ChunkRows)})
		for _, column := range t.Columns {
			if column.Name == t.Block && c.Cuts[t.Dataset] == nil {
				c.Cuts[t.Dataset] = cuts(r, column.Type)
			}
		}
	}
	return c
}

// cuts are where an axis of blocks of a type is cut: nowhere, or after some of the usual values.
func cuts(r *rand.Rand, t *gen.Type) []int64 {
	const firstDay, day = 19723, 24 * 60 * 60 * 1_000_000 // 2024-01-01
	out := []int64{}
	for range r.IntN(10) {
		at := int64(r.IntN(12)) - 4
		switch {
		case t.SQL == "DATE":
			at = firstDay + int64(r.IntN(36))
		case strings.HasPrefix(t.SQL, "TIMESTAMP"):
			at = (firstDay+int64(r.IntN(36)))*day + int64(r.IntN(2))*day/2
		}
		out = append(out, at)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// rowErrors begin DuckDB's messages about a row's values. Which rows an expression is evaluated for is
// up to the order of conditions and joins, and where a LIMIT stops; DuckDB changes them as it learns.
var rowErrors = regexp.MustCompile(`(?i)can't be cast|Could not (convert|cast)|overflow|out of range|More than one row|cannot take|division by zero|Malformed JSON`)

func isRowError(err error) bool { return rowErrors.MatchString(err.Error()) }

// patience is how long an engine may take for a query; those that take longer prove nothing.
const patience = 4 * time.Second

// ask has DuckDB alone answer.
func ask(ctx context.Context, conn *duckdb.Conn, sql string) (*oracle.Result, error) {
	stream, err := conn.Query(ctx, sql)
	if err != nil {
		return nil, err
	}
	return oracle.Read(stream)
}

// verdict is what came of comparing two answers.
type verdict string

// The verdicts.
const (
	same     verdict = "same"
	sameRows verdict = "same with rows" // and there are some
	refused  verdict = "refused"        // by both
	raised   verdict = "raised"         // by one, for a row or a part of the plan that the other need not look at
	tooLong  verdict = "too long"
	lacking  verdict = "not supported" // by Shoal, and Shoal says so
	disputed verdict = "disputed"      // by DuckDB without its optimiser, which agrees with Shoal
	differs  verdict = "different"
)

// asker answers a query some way.
type asker func(ctx context.Context, sql string) (*oracle.Result, error)

// compare asks both and says how the answers differ.
func compare(ctx context.Context, w *world, shoal asker, sql string, ordered bool) (verdict, string) {
	ctx, cancel := context.WithTimeout(ctx, 2*patience)
	defer cancel()
	limited, cancelOne := context.WithTimeout(ctx, patience)
	defer cancelOne()
	want, wantErr := ask(limited, w.conn, sql)
	if wantErr != nil && fault.Is(wantErr, fault.DeadlineExceeded) {
		return tooLong, ""
	}
	got, err := shoal(ctx, sql)
	switch {
	case err != nil && fault.Is(err, fault.DeadlineExceeded):
		return tooLong, ""
	case wantErr != nil && err != nil:
		if kind := fault.KindOf(err); kind == fault.Internal && fault.KindOf(wantErr) != fault.Internal {
			return differs, fmt.Sprintf("%v\nDuckDB alone says: %v", err, wantErr)
		}
		return refused, wantErr.Error()
	case wantErr != nil && isRowError(wantErr):
		return raised, ""
	case wantErr != nil:
		return differs, fmt.Sprintf("answered, DuckDB alone says: %v", wantErr)
	case err != nil && (isRowError(err) || isUnplanned(err)) && raises(ctx, w, sql):
		return raised, ""
	case err != nil && strings.Contains(err.Error(), "not supported"):
		return lacking, err.Error()
	case err != nil:
		return differs, err.Error()
	}
	if diff := oracle.Diff(got, want, ordered); diff != "" {
		if agrees(ctx, w, got, sql, ordered) {
			return disputed, diff
		}
		return differs, diff
	}
	if len(want.Rows) > 0 {
		return sameRows, ""
	}
	return same, ""
}

// isUnplanned is true of the error of a query that DuckDB's binder planned wrongly. Without effect if its
// optimiser then drops that part of the plan.
func isUnplanned(err error) bool {
	return strings.Contains(err.Error(), "Failed to bind column reference")
}

// raises tells whether DuckDB raises an error for the query when it evaluates it in the order that it
// is written in.
func raises(ctx context.Context, w *world, sql string) bool {
	err := unoptimised(ctx, w, func() error {
		_, err := ask(ctx, w.conn, sql)
		return err
	})
	return err != nil && (isRowError(err) || isUnplanned(err))
}

// agrees tells whether DuckDB gives an answer when it evaluates the query as it is written.
func agrees(ctx context.Context, w *world, got *oracle.Result, sql string, ordered bool) (same bool) {
	err := unoptimised(ctx, w, func() error {
		want, err := ask(ctx, w.conn, sql)
		same = err == nil && oracle.Diff(got, want, ordered) == ""
		return err
	})
	return same && err == nil
}

// unoptimised calls fn while the oracle does not optimise.
func unoptimised(ctx context.Context, w *world, fn func() error) error {
	if _, err := w.conn.Exec(ctx, "PRAGMA disable_optimizer"); err != nil {
		return err
	}
	err := fn()
	_, reset := w.conn.Exec(ctx, "PRAGMA enable_optimizer")
	return errors.Join(err, reset)
}
