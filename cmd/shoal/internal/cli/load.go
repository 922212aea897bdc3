package cli

import (
	"fmt"
	"time"

	"github.com/shoal-db/shoal/cmd/shoal/client"
	"github.com/shoal-db/shoal/cmd/shoal/internal/progress"
	"github.com/shoal-db/shoal/cmd/shoal/load"
	"github.com/shoal-db/shoal/libs/platform/config"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/platform/human"
)

type loadCmd struct {
	Table string   `arg:"" name:"dataset.table" help:"Table to load into."`
	Files []string `arg:"" name:"file" help:"Files or globs, of one format; - is standard input."`
	portalFlags

	BlockColumn string `help:"Column by which the table is chunked, along the axis of its dataset." placeholder:"COLUMN" env:"-"`
	Reference   bool   `help:"Keep the whole table on every worker, for small tables that others are joined with." env:"-"`
	Append      bool   `help:"Add rows, for new blocks, to a table that exists." env:"-"`
	Replace     bool   `help:"Put the rows in the place of a table that exists." env:"-"`

	ChunkRows   int64             `help:"About how many rows a new chunk has." default:"250000" placeholder:"N"`
	InputFormat string            `aliases:"format" help:"Format of the files, if their names don't tell: parquet, csv or json, or arrow (IPC stream) for standard input." enum:"auto,parquet,csv,json,arrow" default:"auto"`
	Type        map[string]string `help:"Type of a column, such as --type price='DECIMAL(15,2)', instead of the one in the files." placeholder:"COLUMN=TYPE" mapsep:"none" env:"-"`

	NoHive    bool   `help:"Leave out the columns that the files' folders are named after, as in year=2024/month=1/x.parquet." env:"-"`
	Delimiter string `help:"What separates the fields of CSV files, if it cannot be told." placeholder:"TEXT" env:"-"`
	SkipLines int    `help:"Lines at the top of CSV files that are not of the table." default:"0" placeholder:"N" env:"-"`

	FilterColumns []string `help:"Columns that get filters, by which lookups of values rule out chunks: auto for those that look like keys and are not in the order of the blocks, none, or names separated by commas." default:"auto" placeholder:"COLUMN,…" env:"-"`
	FilterBits    int      `help:"Bits of a filter for each value, 1 to 16: with n of them a filter takes about 1.13 × n bits for each distinct value, and one in 2^n lookups of a value that a chunk does not have reads it all the same." default:"8" placeholder:"N"`

	Wait     time.Duration `help:"Longest time to wait until the workers have the chunks." default:"10m"`
	NoWait   bool          `help:"Return when the rows are committed." env:"-"`
	Memory   config.Bytes  `name:"load-memory" help:"Memory for reading and sorting." default:"1GiB" placeholder:"BYTES"`
	Threads  int           `name:"load-threads" help:"Threads for reading and sorting; 0 is one for each core." default:"0"`
	TempDir  string        `help:"Folder for sorting; it needs about twice the size of the rows. By default the system's." placeholder:"DIR"`
	Parallel int           `help:"Files to write and send at a time." default:"4"`
	Progress string        `help:"How progress is shown: auto, bar, lines or none." enum:"auto,bar,lines,none" default:"auto"`
}

// Run runs the command.
func (l *loadCmd) Run(e *env) error {
	options, err := l.options()
	if err != nil {
		return err
	}
	return l.with(func(c *client.Client) error {
		how := l.Progress
		if how == "auto" {
			how = "lines"
			if isTerminal(e.Err) {
				how = "bar"
			}
		}
		shown := progress.New(e.Err, how)
		options.Progress, options.Stdin = shown, e.In
		sum, err := load.Run(e.ctx, c, options)
		shown.Close()
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(e.Out, "loaded %s: %s, %s in %s, catalog version %d, in %s\n",
			l.Table, human.Count(sum.Rows, "row"), human.Bytes(sum.Bytes), human.Count(sum.Chunks, chunkNoun(sum.Kind)),
			sum.CatalogVersion, rounded(sum.Took))
		return err
	})
}

func chunkNoun(kind string) string {
	if kind == client.KindReference {
		return "file"
	}
	return "chunk"
}

func (l *loadCmd) options() (o load.Options, err error) {
	o = load.Options{
		Files: l.Files, BlockColumn: l.BlockColumn, Reference: l.Reference, Types: l.Type, Mode: client.ModeCreate,
		ChunkRows: l.ChunkRows, Threads: l.Threads, MemoryBytes: int64(l.Memory), TempDir: l.TempDir,
		Parallel: l.Parallel, Wait: l.Wait, FilterColumns: l.FilterColumns, FilterBits: l.FilterBits,
		NoFolders: l.NoHive, CSV: load.CSVOptions{Delimiter: l.Delimiter, SkipLines: l.SkipLines},
	}
	if o.Dataset, o.Table, err = load.ParseName(l.Table); err != nil {
		return o, err
	}
	if l.InputFormat != "auto" {
		o.Format = load.Format(l.InputFormat)
	}
	if l.NoWait {
		o.Wait = 0
	}
	switch {
	case l.Append && l.Replace:
		return o, fault.New(fault.InvalidArgument, "begin load", "--append and --replace exclude each other")
	case l.SkipLines < 0:
		return o, fault.New(fault.InvalidArgument, "begin load", "--skip-lines is %d", l.SkipLines)
	case l.ChunkRows < 1:
		return o, fault.New(fault.InvalidArgument, "begin load", "--chunk-rows is %d; a chunk has at least one row", l.ChunkRows)
	case l.Append:
		o.Mode = client.ModeAppend
	case l.Replace:
		o.Mode = client.ModeReplace
	}
	return o, nil
}
