package load

import (
	"context"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/shoal-db/shoal/cmd/shoal/internal/errs"
	"github.com/shoal-db/shoal/cmd/shoal/load/cut"
	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/duckdb"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

// stage keeps the rows of a load, in the order in which they are cut, in a DuckDB table on the disk.
// Memory stays within the engine's limit: sorting spills, and a chunk is a scan of consecutive rows.
type stage struct {
	engine  *duckdb.Engine
	dir     string
	columns []Column
	block   int // the block column's ordinal, -1 for none
	rows    int64
}

// stageTable clashes with nothing: the database has no other table.
const stageTable = "stage"

// staged is what a column is called in the staged table. Its own name could be that of DuckDB's row
// number.
func staged(i int) string { return "c" + strconv.Itoa(i) }

// rowGroupRows is DuckDB's own default: large enough for its vectors and encodings, and a few of them
// in a usual chunk let several threads read it.
const rowGroupRows = 122880

// openStage opens an engine on a database file in dir.
func openStage(ctx context.Context, dir string, o Options) (*stage, error) {
	engine, err := duckdb.Open(ctx, duckdb.Options{
		Path: filepath.Join(dir, "stage.duckdb"), TempDir: filepath.Join(dir, "spill"),
		Threads: o.Threads, MemoryLimitBytes: o.MemoryBytes,
	})
	if err != nil {
		return nil, err
	}
	return &stage{engine: engine, dir: dir, block: -1}, nil
}

func (s *stage) close() error {
	// Every connection is closed by now, so this does not wait.
	return s.engine.Close(context.Background())
}

// with calls fn with a connection.
func (s *stage) with(ctx context.Context, fn func(*duckdb.Conn) error) error {
	conn, err := s.engine.Conn(ctx)
	if err != nil {
		return err
	}
	return errs.Join(fn(conn), conn.Close())
}

// fill copies the rows of a table expression, sorted by the block column if there is one.
func (s *stage) fill(ctx context.Context, conn *duckdb.Conn, from string, paths []string) error {
	list := make([]string, len(s.columns))
	for i, c := range s.columns {
		list[i] = duckdb.QuoteIdent(c.Name) + " AS " + staged(i)
	}
	sql := "CREATE TABLE " + stageTable + " AS SELECT " + strings.Join(list, ", ") + " FROM " + from
	if s.block >= 0 {
		sql += " ORDER BY " + staged(s.block) + " ASC NULLS LAST"
	}
	if _, err := conn.Exec(ctx, sql); err != nil {
		return readError(err, paths)
	}
	count, err := conn.QueryString(ctx, "SELECT count(*) FROM "+stageTable)
	if err != nil {
		return err
	}
	s.rows, err = strconv.ParseInt(count, 10, 64)
	return err
}

// cut reads the sorted blocks and decides where chunks begin.
func (s *stage) cut(ctx context.Context, conn *duckdb.Conn, existing []chunks.Range, wanted int64) ([]cut.Piece, error) {
	const op = "cut chunks"
	column := s.columns[s.block]
	stream, err := conn.Query(ctx, "SELECT "+staged(s.block)+" FROM "+stageTable)
	if err != nil {
		return nil, fault.Wrap(err, op)
	}
	defer stream.Close()
	cutter := cut.New(existing, wanted)
	for stream.Next() {
		if err := addBlocks(cutter, stream.Record().Column(0)); err != nil {
			return nil, fault.New(fault.KindOf(err), op, "block column %q: %w", column.Name, err)
		}
	}
	if err := stream.Err(); err != nil {
		return nil, fault.Wrap(err, op)
	}
	pieces := cutter.Pieces()
	var total int64
	for _, p := range pieces {
		total += p.Rows
	}
	if total != s.rows {
		return nil, fault.New(fault.Internal, op, "%d rows were cut of %d", total, s.rows)
	}
	return pieces, nil
}

// write makes the Parquet file of one piece. Several may be written at a time, on a connection each.
func (s *stage) write(ctx context.Context, conn *duckdb.Conn, p cut.Piece, path string) error {
	from := fmt.Sprintf("%s WHERE rowid BETWEEN %d AND %d", stageTable, p.Row, p.Row+p.Rows-1)
	rows, err := writeParquet(ctx, conn, storedList(s.columns, staged), from, path)
	if err == nil && rows != p.Rows {
		err = fault.New(fault.Internal, "write parquet", "%d rows were written of %d", rows, p.Rows)
	}
	return err
}

// writeParquet writes rows to a file, and returns their number. There are no Bloom filters in it: those that DuckDB
// 1.5 writes tell −0.0 from 0.0, and Shoal has filters of its own.
func writeParquet(ctx context.Context, conn *duckdb.Conn, list, from, path string) (int64, error) {
	rows, err := conn.Exec(ctx, fmt.Sprintf("COPY (SELECT %s FROM %s) TO %s (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE %d, WRITE_BLOOM_FILTER false)",
		list, from, duckdb.QuoteLiteral(path), rowGroupRows))
	return rows, fault.Wrap(err, "write parquet")
}
