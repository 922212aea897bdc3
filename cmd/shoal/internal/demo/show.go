package demo

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/shoal-db/shoal/cmd/shoal/internal/render"
	"github.com/shoal-db/shoal/libs/duckdb"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

// show prints an answer, when it is the one that DuckDB gives.
func (d *demo) show(ctx context.Context, data *dataset, q query, a *answer) error {
	columns, got, err := data.textOf(ctx, a)
	if err != nil {
		return err
	}
	want, err := data.expected(ctx, q.sql)
	if err != nil {
		return err
	}
	if err := compare(columns, got, want, q.ordered); err != nil {
		return err
	}
	if err := render.Rows(d.Out, columns, texts(got)); err != nil {
		return err
	}
	p := a.app.Pruning
	fmt.Fprintf(d.Out, "%d rows in %s; %d of %d chunks read (%d pruned by block, %d by statistics)\nanswered by %s\n",
		len(got), a.took.Round(100*time.Microsecond), p.Selected, p.Total, p.ByBlock, p.ByStatistics, d.whoAnswered(a))
	return nil
}

// whoAnswered names the workers, and the portal if it merged.
func (d *demo) whoAnswered(a *answer) string {
	var names []string
	for _, location := range a.from {
		for _, w := range d.cluster.Workers() {
			if w.Location == location {
				names = append(names, w.ID+" ("+location+")")
			}
		}
	}
	for _, s := range a.subplans {
		if !slices.Contains(names, s.Worker) {
			names = append(names, s.Worker)
		}
	}
	slices.Sort(names)
	text := strings.Join(names, " and ")
	if a.app.Merged {
		text += ", merged by the portal"
	}
	return text
}

// textOf spells an answer as DuckDB does.
func (d *dataset) textOf(ctx context.Context, a *answer) (columns []render.Column, rows [][]duckdb.Value, err error) {
	conn, err := d.engine.Conn(ctx)
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = conn.Close() }() // nothing is open on it any more
	reader, err := a.reader()
	if err != nil {
		return nil, nil, err
	}
	release, err := conn.RegisterArrow("shoal_answer", reader)
	if err != nil {
		return nil, nil, err
	}
	defer release()
	p, err := conn.Prepare(ctx, "SELECT * FROM shoal_answer")
	if err != nil {
		return nil, nil, err
	}
	for _, c := range p.Columns {
		columns = append(columns, render.Column{Name: c.Name, Type: c.Type})
	}
	rows, err = conn.QueryRows(ctx, "SELECT * FROM shoal_answer")
	if err != nil {
		return nil, nil, err
	}
	return columns, rows, nil
}

// expected is what DuckDB itself answers.
func (d *dataset) expected(ctx context.Context, sql string) ([][]duckdb.Value, error) {
	conn, err := d.engine.Conn(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { _ = conn.Close() }() // nothing is open on it any more
	return conn.QueryRows(ctx, sql)
}

// compare tells the first difference between two results. Floating-point numbers may differ in the
// order of their addition.
func compare(columns []render.Column, got, want [][]duckdb.Value, ordered bool) error {
	const op = "compare with DuckDB"
	if len(want) == 0 {
		return fault.New(fault.Internal, op, "the result is empty, and shows nothing")
	}
	if len(got) != len(want) {
		return fault.New(fault.Internal, op, "%d rows, DuckDB has %d", len(got), len(want))
	}
	if !ordered {
		byText := func(a, b []duckdb.Value) int {
			return slices.CompareFunc(a, b, func(a, b duckdb.Value) int { return cmp.Compare(a.Text, b.Text) })
		}
		got, want = slices.Clone(got), slices.Clone(want)
		slices.SortFunc(got, byText)
		slices.SortFunc(want, byText)
	}
	for i := range got {
		if len(got[i]) != len(want[i]) || len(got[i]) != len(columns) {
			return fault.New(fault.Internal, op, "%d columns, DuckDB has %d", len(got[i]), len(want[i]))
		}
		for c := range got[i] {
			if !same(columns[c].Type, got[i][c], want[i][c]) {
				return fault.New(fault.Internal, op, "row %d, %s is %q, DuckDB has %q", i+1, columns[c].Name, got[i][c].Text, want[i][c].Text)
			}
		}
	}
	return nil
}

func same(columnType string, a, b duckdb.Value) bool {
	if a == b || columnType != "DOUBLE" || !a.Valid || !b.Valid {
		return a == b
	}
	x, errX := strconv.ParseFloat(a.Text, 64)
	y, errY := strconv.ParseFloat(b.Text, 64)
	return errX == nil && errY == nil && math.Abs(x-y) <= 1e-9*math.Max(math.Abs(x), math.Abs(y))
}

func texts(rows [][]duckdb.Value) [][]string {
	out := make([][]string, len(rows))
	for i, row := range rows {
		for _, v := range row {
			if !v.Valid {
				v.Text = "NULL"
			}
			out[i] = append(out[i], v.Text)
		}
	}
	return out
}
