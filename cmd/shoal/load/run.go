package load

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/shoal-db/shoal/cmd/shoal/client"
	"github.com/shoal-db/shoal/cmd/shoal/internal/errs"
	"github.com/shoal-db/shoal/cmd/shoal/load/cut"
	"github.com/shoal-db/shoal/libs/duckdb"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/platform/human"
)

// loading is one load under way.
type loading struct {
	Options
	portal Portal
	dir    string
	stage  *stage
	spec   client.LoadSpec
	from   string // the rows to load, as a table expression
	paths  []string
	input  int64
	done   client.Committed
}

func (l *loading) run(ctx context.Context) (err error) {
	if err := l.takeStdin(ctx); err != nil {
		return err
	}
	l.Progress.Phase("looking at the files")
	table, err := l.portal.Table(ctx, l.Dataset, l.Table)
	if err != nil {
		return err
	}
	if l.stage, err = openStage(ctx, l.dir, l.Options); err != nil {
		return err
	}
	defer func() { err = errs.Join(err, l.stage.close()) }()
	err = l.stage.with(ctx, func(conn *duckdb.Conn) error { return l.prepare(ctx, conn, table) })
	if err != nil {
		return err
	}
	if l.done, err = l.transfer(ctx); err != nil {
		return err
	}
	if l.Wait > 0 {
		return l.wait(ctx)
	}
	return nil
}

// prepare reads and sorts, when the portal has said that it would take the load.
func (l *loading) prepare(ctx context.Context, conn *duckdb.Conn, table *client.Table) error {
	if err := l.open(ctx, conn, table); err != nil {
		return err
	}
	if err := l.specify(table); err != nil {
		return err
	}
	// Sorting may take an hour, and a load that the portal keeps open for that long expires. So ask
	// now, and begin in earnest later.
	trial, err := l.portal.BeginLoad(ctx, l.spec)
	if err != nil {
		return clarify(err, l.Mode)
	}
	if err := l.portal.AbortLoad(ctx, trial.ID); err != nil {
		return err
	}
	if l.spec.Kind == client.KindReference {
		return nil
	}
	l.Progress.Phase(fmt.Sprintf("reading %s (%s)", human.Count(len(l.paths), "file"), human.Bytes(l.input)))
	return l.stage.fill(ctx, conn, l.from, l.paths)
}

// open finds the files and their columns, arranged for the table if rows are appended to it.
func (l *loading) open(ctx context.Context, conn *duckdb.Conn, table *client.Table) error {
	found, err := findFiles(ctx, conn, l.Files, l.Format)
	if err != nil {
		return err
	}
	l.paths, l.input = found.paths, found.bytes
	how := reading{types: l.Types, csv: l.CSV, noFolders: l.NoFolders}
	src, err := openSource(ctx, conn, found, how)
	if err != nil {
		return err
	}
	if len(src.folders) > 0 {
		l.Progress.Note("columns from the names of folders: " + strings.Join(src.folders, ", "))
	}
	l.from, l.stage.columns = src.from, src.columns
	if table != nil && l.Mode == client.ModeAppend {
		columns := make([]Column, len(table.Columns))
		for i, c := range table.Columns {
			columns[i] = Column(c)
		}
		types, list, err := fit(src, columns)
		if err != nil {
			return err
		}
		for name, t := range l.Types {
			if _, ok := types[name]; !ok {
				types[name] = t
			}
		}
		how.types = types
		if src, err = openSource(ctx, conn, found, how); err != nil {
			return err
		}
		l.from, l.stage.columns = "(SELECT "+list+" FROM "+src.from+")", columns
	}
	return checkStorable(l.stage.columns)
}

// specify says what kind of table it is.
func (l *loading) specify(table *client.Table) error {
	l.spec = client.LoadSpec{Dataset: l.Dataset, Table: l.Table, Mode: l.Mode, Kind: client.KindPositional,
		FilterColumns: l.FilterColumns, FilterBits: l.FilterBits}
	for _, c := range l.stage.columns {
		l.spec.Columns = append(l.spec.Columns, client.Column(c))
	}
	block := l.BlockColumn
	switch {
	case l.Reference:
		l.spec.Kind = client.KindReference
	case block == "" && table != nil && l.Mode == client.ModeAppend:
		l.spec.Kind, block = table.Kind, table.BlockColumn
	}
	if block == "" {
		return nil
	}
	l.spec.Kind = client.KindChunked
	i := findColumn(l.stage.columns, block)
	if i < 0 {
		return unknownColumn("choose block column", block, l.stage.columns)
	}
	l.stage.block, l.spec.BlockColumn = i, l.stage.columns[i].Name
	_, err := blockKind(l.stage.columns[i])
	return err
}

// transfer sends all files and commits, or aborts.
func (l *loading) transfer(ctx context.Context) (done client.Committed, err error) {
	load, err := l.portal.BeginLoad(ctx, l.spec)
	if err != nil {
		return done, clarify(err, l.Mode)
	}
	committed := false
	defer func() {
		if committed {
			return
		}
		// The load's own context may be what ended it.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		if abortErr := l.portal.AbortLoad(ctx, load.ID); abortErr != nil && !fault.Is(abortErr, fault.NotFound) {
			l.Progress.Note("the load could not be aborted at the portal, where it expires by itself: " + fault.Text(abortErr))
		}
	}()
	s := &sender{loading: l, load: load.ID}
	if l.spec.Kind == client.KindReference {
		err = s.sendReference(ctx)
	} else {
		err = s.sendPieces(ctx, load)
	}
	if err != nil {
		return done, err
	}
	l.Progress.Phase("committing")
	err = retry(ctx, func() (err error) {
		done, err = l.portal.CommitLoad(ctx, load.ID)
		return err
	})
	committed = err == nil
	return done, err
}

// pieces cuts the staged rows.
func (l *loading) pieces(ctx context.Context, load *client.Load) (pieces []cut.Piece, err error) {
	if l.spec.Kind == client.KindPositional {
		return cut.Positions(load.NextPosition, l.stage.rows, l.ChunkRows), nil
	}
	err = l.stage.with(ctx, func(conn *duckdb.Conn) (err error) {
		pieces, err = l.stage.cut(ctx, conn, load.Ranges(), l.ChunkRows)
		return err
	})
	if err != nil || l.Mode != client.ModeAppend {
		return pieces, err
	}
	return pieces, l.checkNew(ctx, pieces)
}

// checkNew refuses to append to chunks that the table has already, before anything is sent.
func (l *loading) checkNew(ctx context.Context, pieces []cut.Piece) error {
	have, err := l.portal.Chunks(ctx, l.Dataset, l.Table)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	taken := make(map[[2]int64]bool, len(have))
	null := false
	for _, c := range have {
		null = null || c.Null
		if c.First != nil && c.Last != nil {
			taken[[2]int64{*c.First, *c.Last}] = true
		}
	}
	for _, p := range pieces {
		switch {
		case p.Range.Null && null:
			return fault.New(fault.InvalidArgument, "append", "%s.%s has rows whose block is NULL already", l.Dataset, l.Table).
				WithHint("rows can be appended for new blocks; load everything with --replace to change others")
		case !p.Range.Null && taken[[2]int64{p.Range.First, p.Range.Last}]:
			return fault.New(fault.InvalidArgument, "append", "%s.%s has a chunk for the blocks %s already, and the files have %s for it",
				l.Dataset, l.Table, p.Range, human.Count(int(p.Rows), "row")).
				WithHint("rows can be appended for new blocks; load everything with --replace to change others").
				WithDetail("range", p.Range.String())
		}
	}
	return nil
}

// clarify adds the flags to what the portal says of a table that exists.
func clarify(err error, mode string) error {
	f := fault.From(err)
	if mode == client.ModeCreate && f.Details["reason"] == "table_exists" {
		return f.WithHint("add rows with --append, or put new ones in its place with --replace")
	}
	return err
}
