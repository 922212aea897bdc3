package metaapi

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"

	"github.com/shoal-db/shoal/libs/chunks/manifest"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

// WriteManifest writes entries as the body of a commit: manifest pages, each led by its length as a
// uvarint. No entries are an empty body.
func WriteManifest(w io.Writer, entries []manifest.Entry) error {
	if len(entries) == 0 {
		return nil
	}
	pages, err := manifest.EncodePages(entries)
	if err != nil {
		return err
	}
	for _, page := range pages {
		head := binary.AppendUvarint(nil, uint64(len(page)))
		if _, err := w.Write(append(head, page...)); err != nil {
			return fault.Wrap(err, "send manifest")
		}
	}
	return nil
}

// ReadManifest reads what WriteManifest wrote. Anything else is invalid_argument, more than
// maxEntries resource_exhausted.
func ReadManifest(r io.Reader, maxEntries int) ([]manifest.Entry, error) {
	const op = "read manifest"
	in := bufio.NewReader(r)
	var entries []manifest.Entry
	page := make([]byte, manifest.MaxPageBytes)
	for {
		if _, err := in.Peek(1); errors.Is(err, io.EOF) {
			return entries, nil
		}
		n, err := binary.ReadUvarint(in)
		if err != nil {
			return nil, truncated(err, op)
		}
		if n == 0 || n > manifest.MaxPageBytes {
			return nil, fault.New(fault.InvalidArgument, op, "a page of %d bytes", n)
		}
		if _, err := io.ReadFull(in, page[:n]); err != nil {
			return nil, truncated(err, op)
		}
		more, err := manifest.DecodePage(page[:n])
		if err != nil {
			return nil, fault.Wrap(err, op)
		}
		if len(entries)+len(more) > maxEntries {
			return nil, fault.New(fault.ResourceExhausted, op, "it has more than %d chunks", maxEntries).
				WithHint("load with larger chunks, or in parts")
		}
		entries = append(entries, more...)
	}
}

// truncated tells a body that ends too soon, or is garbage, from a connection that broke.
func truncated(err error, op string) error {
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return fault.New(fault.InvalidArgument, op, "it ends in the middle of a page")
	}
	var f *fault.Fault
	if fault.KindOf(err) == fault.Internal && !errors.As(err, &f) {
		return fault.New(fault.InvalidArgument, op, "%w", err)
	}
	return fault.Wrap(err, op)
}
