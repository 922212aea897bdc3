package cli

import (
	"bytes"
	"compress/gzip"
	"io"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"github.com/shoal-db/shoal/libs/platform/fault"
)

func TestOutputOf(t *testing.T) {
	for name, want := range map[string]output{
		"": {"table", ""}, "x": {"table", ""}, "x.csv": {"csv", ""}, "x.CSV.GZ": {"csv", ".gz"}, "a.b.json.zst": {"json", ".zst"},
		"x.ndjson": {"ndjson", ""}, "x.jsonl.gz": {"ndjson", ".gz"}, "/d.x/y.parquet": {"parquet", ""}, "x.arrow.gz": {"arrow", ".gz"}, "x.txt": {"table", ""},
	} {
		if got, err := outputOf(name, "auto"); err != nil || got != want {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	for _, name := range []string{"x.xlsx", "x.xml.gz", "x.csv.bz2", "x.tsv", "x.parquet.gz", "x.db"} {
		if _, err := outputOf(name, "auto"); !fault.Is(err, fault.InvalidArgument) || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if got, err := outputOf("x.dat", "csv"); err != nil || got != (output{"csv", ""}) {
		t.Errorf("said: %+v, %v", got, err)
	}
}

func TestOutputIsCompressed(t *testing.T) {
	for _, compression := range []string{".gz", ".zst"} {
		var out bytes.Buffer
		err := output{"csv", compression}.compressed(&out, func(w io.Writer) error {
			_, err := io.WriteString(w, "a,b")
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		var in io.Reader
		if in, err = gzip.NewReader(bytes.NewReader(out.Bytes())); compression == ".zst" {
			in, err = zstd.NewReader(&out)
		}
		if err != nil {
			t.Fatal(err)
		}
		if text, err := io.ReadAll(in); err != nil || string(text) != "a,b" {
			t.Errorf("%s: %q, %v", compression, text, err)
		}
	}
}
