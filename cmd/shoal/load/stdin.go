package load

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/klauspost/compress/zstd"

	"github.com/shoal-db/shoal/cmd/shoal/internal/errs"
	"github.com/shoal-db/shoal/cmd/shoal/internal/render"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

// Stdin is what stands for standard input among the files.
const Stdin = "-"

// Arrow is a format of standard input only: an IPC stream, which becomes Parquet on the disk.
const Arrow Format = "arrow"

// takeStdin copies standard input to a file, which takes its place among the files: it is read several times.
func (l *loading) takeStdin(ctx context.Context) error {
	i := slices.Index(l.Files, Stdin)
	switch {
	case i < 0 && l.Format == Arrow:
		return fault.New(fault.InvalidArgument, "find files", "Arrow is read from standard input only").WithHint("name - in the place of the file")
	case i < 0:
		return nil
	case l.Stdin == nil:
		return fault.New(fault.InvalidArgument, "find files", "there is no standard input")
	}
	in := bufio.NewReaderSize(&reader{ctx, l.Stdin}, 1<<16)
	format, compression, err := l.look(in)
	if err != nil {
		return err
	}
	l.Progress.Phase("reading standard input")
	path := filepath.Join(l.dir, "standard-input."+string(format)+compression)
	if format == Arrow {
		path = filepath.Join(l.dir, "standard-input.parquet")
	}
	f, err := os.Create(path)
	if err != nil {
		return fault.Wrap(err, "read standard input")
	}
	if format == Arrow {
		_, err = render.Copy(ctx, f, in, "parquet")
		l.Format = Parquet
	} else {
		_, err = io.Copy(f, in)
	}
	if err := errs.Join(fault.Wrap(err, "read standard input"), fault.Wrap(f.Close(), "read standard input")); err != nil {
		return err
	}
	l.Files = slices.Clone(l.Files)
	l.Files[i] = path
	return nil
}

// reader ends with its context.
type reader struct {
	ctx context.Context
	io.Reader
}

func (r *reader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.Reader.Read(p)
}

var magics = []struct {
	bytes       string
	format      Format
	compression string
}{
	{"PAR1", Parquet, ""}, {"\xff\xff\xff\xff", Arrow, ""}, {"\x1f\x8b", "", ".gz"}, {"\x28\xb5\x2f\xfd", "", ".zst"},
}

// look tells the format of standard input from its first bytes, unless it was said.
func (l *loading) look(in *bufio.Reader) (format Format, compression string, err error) {
	first, err := in.Peek(1 << 15)
	if err != nil && err != io.EOF {
		return "", "", fault.Wrap(err, "read standard input")
	}
	if len(first) == 0 {
		return "", "", fault.New(fault.InvalidArgument, "read standard input", "standard input is empty")
	}
	for _, m := range magics {
		if bytes.HasPrefix(first, []byte(m.bytes)) {
			format, compression = m.format, m.compression
		}
	}
	if l.Format != "" {
		return l.Format, compression, nil
	}
	if format == "" {
		format = textFormat(first, compression)
	}
	return format, compression, nil
}

// textFormat tells JSON from CSV.
func textFormat(first []byte, compression string) Format {
	var in io.Reader = bytes.NewReader(first)
	switch compression {
	case ".gz":
		if z, err := gzip.NewReader(in); err == nil {
			in = z
		}
	case ".zst":
		if z, err := zstd.NewReader(in, zstd.WithDecoderConcurrency(1)); err == nil {
			defer z.Close()
			in = z
		}
	}
	// What was cut off at the end does not matter: the first characters are wanted.
	head := make([]byte, 4096)
	n, _ := io.ReadFull(in, head)
	if text := bytes.TrimLeft(bytes.TrimPrefix(head[:n], []byte("\xef\xbb\xbf")), " \t\r\n"); len(text) > 0 && (text[0] == '{' || text[0] == '[') {
		return JSON
	}
	return CSV
}
