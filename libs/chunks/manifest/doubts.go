package manifest

import (
	"os"
	"sync"

	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/file"
	"github.com/apache/arrow/go/v17/parquet/schema"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

// doubts are what Parquet files say that makes DuckDB 1.5 skip rows that match.
type doubts struct {
	// filtered are the columns of floats and BLOBs that have a Bloom filter in some file. DuckDB looks for the
	// very bits of a float there, so that −0.0 is not 0.0 and no NaN another, and for the printed form of a BLOB.
	filtered map[string]bool
	// nan is true if a writer may have left NaN out of the bounds of floats, which DuckDB's own does not.
	nan bool
}

func (d *doubts) add(other doubts) {
	d.nan = d.nan || other.nan
	for name := range other.filtered {
		if d.filtered == nil {
			d.filtered = map[string]bool{}
		}
		d.filtered[name] = true
	}
}

// maxInspected bounds how many files an inspector remembers.
const maxInspected = 1 << 16

// Inspector reads the footers of local files, each once. The zero value is ready; its methods may be called
// from any goroutine.
type Inspector struct {
	mu   sync.Mutex
	seen map[inspected]doubts
}

// inspected is a file's content, as far as the file system tells.
type inspected struct {
	path            string
	bytes, modified int64
}

// Inspect gives the columns of floats and BLOBs with a Bloom filter in any of the files, and whether any file's
// bounds of floats leave NaN out.
func (i *Inspector) Inspect(paths []string) (filtered map[string]bool, nan bool, err error) {
	var all doubts
	for _, path := range paths {
		d, err := i.file(path)
		if err != nil {
			return nil, false, err
		}
		all.add(d)
	}
	return all.filtered, all.nan, nil
}

func (i *Inspector) file(path string) (doubts, error) {
	info, err := os.Stat(path)
	if err != nil {
		return doubts{}, fault.New(fault.Unavailable, "inspect parquet file", "%w", err)
	}
	key := inspected{path, info.Size(), info.ModTime().UnixNano()}
	i.mu.Lock()
	d, ok := i.seen[key]
	i.mu.Unlock()
	if ok {
		return d, nil
	}
	if d, err = inspect(path); err != nil {
		return doubts{}, err
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.seen == nil || len(i.seen) >= maxInspected {
		i.seen = map[inspected]doubts{}
	}
	i.seen[key] = d
	return d, nil
}

func inspect(path string) (d doubts, err error) {
	const op = "inspect parquet file"
	defer func() {
		if p := recover(); p != nil {
			// The reader does not check all that a broken footer can say.
			err = fault.New(fault.Unavailable, op, "the footer of %s is broken: %v", path, p)
		}
	}()
	f, err := file.OpenParquetFile(path, false)
	if err != nil {
		return doubts{}, fault.New(fault.Unavailable, op, "%w", err)
	}
	defer func() { _ = f.Close() }()
	md := f.MetaData()
	d.nan = !trustsFloatMax(md)
	for _, group := range md.RowGroups {
		for i, c := range group.Columns {
			if m := c.MetaData; m != nil && m.IsSetBloomFilterOffset() && doubtful(md.Schema.Column(i)) {
				d.add(doubts{filtered: map[string]bool{m.PathInSchema[0]: true}})
			}
		}
	}
	return d, nil
}

// doubtful is true of floats and BLOBs.
func doubtful(c *schema.Column) bool {
	switch c.PhysicalType() {
	case parquet.Types.Float, parquet.Types.Double:
		return true
	case parquet.Types.ByteArray, parquet.Types.FixedLenByteArray:
		_, text := c.LogicalType().(schema.StringLogicalType)
		return !text
	}
	return false
}
