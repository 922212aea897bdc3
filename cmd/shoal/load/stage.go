package load

import (
	"cmp"
	"context"
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
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
	// memory, in bytes, and threads are DuckDB's.
	memory  int64
	threads int
	// signs says that values differ in their sign alone.
	signs bool
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
	return &stage{engine: engine, dir: dir, block: -1, memory: o.MemoryBytes, threads: cmp.Or(o.Threads, runtime.NumCPU())}, nil
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

// blockBytes is what DuckDB holds of each column and for each thread while a table is made.
const blockBytes = 256 << 10

// narrow lets so few threads fill the table that a block for each column and thread takes half of the memory at most.
func (s *stage) narrow(ctx context.Context, conn *duckdb.Conn) error {
	most := s.memory / 2 / int64(2*blockBytes*max(len(s.columns), 1))
	if most >= int64(s.threads) {
		return nil
	}
	_, err := conn.Exec(ctx, "SET GLOBAL threads = "+strconv.FormatInt(max(most, 1), 10))
	return err
}

// fill copies the rows of a table expression, sorted by the block column if there is one.
func (s *stage) fill(ctx context.Context, conn *duckdb.Conn, from string, paths []string) error {
	var list []string
	for i, c := range s.columns {
		list = append(list, duckdb.QuoteIdent(c.Name)+" AS "+staged(i))
		if isFloat(c) {
			list = append(list, "signbit("+duckdb.QuoteIdent(c.Name)+") AS "+stagedSign(i))
		}
	}
	if err := s.narrow(ctx, conn); err != nil {
		return err
	}
	if slices.ContainsFunc(s.columns, hasFloats) {
		if _, err := conn.Exec(ctx, "SET GLOBAL force_compression = 'uncompressed'"); err != nil {
			return err
		}
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
	if s.rows, err = strconv.ParseInt(count, 10, 64); err != nil {
		return err
	}
	s.signs, err = differInSign(ctx, conn, s.columns, stageTable, staged, stagedSign)
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
	rows, err := writeParquet(ctx, conn, storedList(s.columns, s.unpacked), from, path, s.signs)
	if err == nil && rows != p.Rows {
		err = fault.New(fault.Internal, "write parquet", "%d rows were written of %d", rows, p.Rows)
	}
	return err
}

// writeParquet writes rows to a file, and returns their number. There are no Bloom filters in it: those that DuckDB
// 1.5 writes tell −0.0 from 0.0, and Shoal has filters of its own. There are no dictionaries where signs are all that
// tells values apart.
func writeParquet(ctx context.Context, conn *duckdb.Conn, list, from, path string, signs bool) (int64, error) {
	options := ""
	if signs {
		options = ", DICTIONARY_SIZE_LIMIT 0"
	}
	rows, err := conn.Exec(ctx, fmt.Sprintf("COPY (SELECT %s FROM %s) TO %s (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE %d, WRITE_BLOOM_FILTER false%s)",
		list, from, duckdb.QuoteLiteral(path), rowGroupRows, options))
	return rows, withMemoryHint(err, "write parquet")
}
