package cli

import (
	"compress/gzip"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/klauspost/compress/zstd"

	"github.com/shoal-db/shoal/cmd/shoal/client"
	"github.com/shoal-db/shoal/cmd/shoal/internal/errs"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

// formatOfName are the formats that names of files stand for. A name without an extension stands for none.
var formatOfName = map[string]string{
	".csv": "csv", ".json": "json", ".ndjson": "ndjson", ".jsonl": "ndjson", ".arrow": "arrow", ".arrows": "arrow",
	".parquet": "parquet", ".pq": "parquet", ".txt": "table", "": "table",
}

var mediaTypeOf = map[string]string{
	"table": client.TypeJSON, "json": client.TypeJSON, "csv": client.TypeCSV,
	"arrow": client.TypeArrow, "parquet": client.TypeArrow, "ndjson": client.TypeArrow,
}

// output is how a result is written.
type output struct {
	format string
	// compression is the extension of what compresses it, .gz or .zst, or empty.
	compression string
}

// outputOf decides by a file's name, which may be empty, and the format that was asked for, which wins.
func outputOf(name, format string) (output, error) {
	const op = "write result"
	var out output
	base := strings.ToLower(filepath.Base(name))
	if ext := filepath.Ext(base); ext == ".gz" || ext == ".zst" {
		out.compression, base = ext, strings.TrimSuffix(base, ext)
	}
	if out.format = format; format == "auto" {
		ext := filepath.Ext(base)
		if name == "" || name == "-" {
			ext = ""
		}
		var ok bool
		if out.format, ok = formatOfName[ext]; !ok {
			var known []string
			for ext := range formatOfName {
				known = append(known, ext)
			}
			slices.Sort(known)
			return out, fault.New(fault.InvalidArgument, op, "%s: results are not written as %s", name, ext).
				WithHint("the extensions are%s, also with .gz or .zst; or say --format", strings.Join(known, " "))
		}
	}
	if out.format == "parquet" && out.compression != "" {
		return out, fault.New(fault.InvalidArgument, op, "%s: Parquet is compressed within, and not once more", name).WithHint("leave out %s", out.compression)
	}
	return out, nil
}

// compressed has write fill w, compressed if that is asked for.
func (o output) compressed(w io.Writer, write func(io.Writer) error) error {
	var c io.WriteCloser
	switch o.compression {
	case "":
		return write(w)
	case ".gz":
		c = gzip.NewWriter(w)
	default:
		var err error
		if c, err = zstd.NewWriter(w); err != nil {
			return fault.Wrap(err, "write result")
		}
	}
	return errs.Join(write(c), fault.Wrap(c.Close(), "write result"))
}
