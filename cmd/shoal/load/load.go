// Package load brings files into a table: it reads them with DuckDB, sorts by the block column, cuts
// chunks, and sends them to a portal, which publishes all of them at once.
//
// Invariants: memory is bounded by the engine's limit and by a few files being sent, the disk holds
// the sorted rows and a few files; every row of the files is sent exactly once, or the load fails;
// nothing is visible before the commit, and a load that fails is aborted.
//
// It refuses input that it would have to change silently: files of different columns, types that
// Parquet cannot keep, blocks beyond 64 bits, rows for blocks that a table has already.
package load

import (
	"context"
	"io"
	"strings"
	"time"

	"github.com/shoal-db/shoal/cmd/shoal/client"
	"github.com/shoal-db/shoal/cmd/shoal/internal/errs"
	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

// Portal is what a load needs of a portal; client.Client is one.
type Portal interface {
	Table(ctx context.Context, dataset, table string) (*client.Table, error)
	Chunks(ctx context.Context, dataset, table string) ([]client.Chunk, error)
	BeginLoad(context.Context, client.LoadSpec) (*client.Load, error)
	PutFile(ctx context.Context, load string, place client.Place, body io.Reader, size int64) (client.StoredFile, error)
	CommitLoad(ctx context.Context, load string) (client.Committed, error)
	AbortLoad(ctx context.Context, load string) error
}

// Progress is told how a load gets on. Its methods are called by one goroutine at a time.
type Progress interface {
	// Phase begins something of which it is not known how long it takes.
	Phase(text string)
	// Sending begins the transfer of rows in files.
	Sending(rows int64, files int)
	// Sent says that a file with as many rows and bytes has arrived.
	Sent(rows, bytes int64)
	// Note says something that is worth knowing.
	Note(text string)
}

// Defaults for the zero values of Options.
const (
	DefaultChunkRows   = 250_000
	DefaultMemoryBytes = 1 << 30
	DefaultParallel    = 4
)

// Options say what is loaded, and how.
type Options struct {
	Dataset, Table string
	// Files are paths and globs. Format is found by their names if it is empty.
	Files  []string
	Format Format
	// Stdin is read for the file "-"; its format is found by its first bytes if Format is empty.
	Stdin io.Reader
	// BlockColumn chunks the table along the dataset's axis; Reference has it on every worker; with
	// neither it is chunked by position. A load that appends may leave both out.
	BlockColumn string
	Reference   bool
	// Types are columns whose type is chosen, in DuckDB's spelling.
	Types map[string]string
	// CSV says what is known of CSV files.
	CSV CSVOptions
	// NoFolders leaves out the columns that the files' folders are named after, as in year=2024/x.parquet.
	NoFolders bool
	// Mode is client.ModeCreate, ModeAppend or ModeReplace; empty means create.
	Mode string
	// FilterColumns are the columns that get filters for equality, or "auto" (as empty) or "none";
	// FilterBits are the bits of a fingerprint, 0 for the portal's default.
	FilterColumns []string
	FilterBits    int
	// ChunkRows is about how many rows a new chunk has.
	ChunkRows int64
	// Threads and MemoryBytes bound DuckDB; Threads 0 means all cores. TempDir is where rows are
	// sorted; empty means the system's.
	Threads     int
	MemoryBytes int64
	TempDir     string
	// Parallel is how many files are written and sent at a time.
	Parallel int
	// Wait bounds how long to wait until workers hold the new chunks; 0 means not to wait.
	Wait     time.Duration
	Progress Progress
}

// Summary is what a load did.
type Summary struct {
	client.Committed
	Kind string
	Took time.Duration
	// InputBytes is the size of the files that were read.
	InputBytes int64
}

// ParseName splits DATASET.TABLE and checks both names.
func ParseName(name string) (dataset, table string, err error) {
	dataset, table, ok := strings.Cut(name, ".")
	if !ok {
		return "", "", fault.New(fault.InvalidArgument, "name table", "%q does not name a table", name).
			WithHint("write DATASET.TABLE, such as tpch.lineitem")
	}
	return dataset, table, chunks.CheckNewNames(dataset, table)
}

func (o *Options) setDefaults() error {
	if o.Mode == "" {
		o.Mode = client.ModeCreate
	}
	if o.ChunkRows == 0 {
		o.ChunkRows = DefaultChunkRows
	}
	if o.MemoryBytes == 0 {
		o.MemoryBytes = DefaultMemoryBytes
	}
	if o.Parallel == 0 {
		o.Parallel = DefaultParallel
	}
	if o.Progress == nil {
		o.Progress = silent{}
	}
	switch {
	case o.BlockColumn != "" && o.Reference:
		return fault.New(fault.InvalidArgument, "begin load", "a reference table has no block column")
	case o.ChunkRows < 1 || o.Parallel < 1:
		return fault.New(fault.InvalidArgument, "begin load", "chunks must have at least one row, and one file at a time must be sent")
	}
	return nil
}

// Run loads files. It returns when the rows can be queried, or when they are committed if it does
// not wait.
func Run(ctx context.Context, portal Portal, o Options) (sum Summary, err error) {
	started := time.Now()
	if err := o.setDefaults(); err != nil {
		return sum, err
	}
	dir, err := newWorkDir(o.TempDir)
	if err != nil {
		return sum, err
	}
	defer func() { err = errs.Join(err, fault.Wrap(dir.remove(), "clean up")) }()
	l := &loading{Options: o, portal: portal, dir: dir.path}
	if err := l.run(ctx); err != nil {
		return sum, err
	}
	return Summary{Committed: l.done, Kind: l.spec.Kind, Took: time.Since(started), InputBytes: l.input}, nil
}

// silent is Progress for nobody.
type silent struct{}

func (silent) Phase(string)       {}
func (silent) Sending(int64, int) {}
func (silent) Sent(int64, int64)  {}
func (silent) Note(string)        {}
