package duckdb

import (
	"bytes"
	"context"

	"github.com/apache/arrow/go/v17/arrow/ipc"

	"github.com/shoal-db/shoal/libs/platform/fault"
)

// StoreIPC makes a temporary table of that name, with the rows of an Arrow IPC stream, which is there until the
// connection is closed. What is no such stream is invalid_argument; RegisterArrow says what types the columns
// have. The connection must be idle.
func (c *Conn) StoreIPC(ctx context.Context, name string, data []byte) error {
	const op = "store rows"
	reader, err := ipc.NewReader(bytes.NewReader(data))
	if err != nil {
		return fault.New(fault.InvalidArgument, op, "%w", err)
	}
	view := name + " stream"
	release, err := c.RegisterArrow(view, reader)
	if err != nil {
		return fault.Wrap(err, op)
	}
	defer release()
	_, err = c.Exec(ctx, "CREATE TEMP TABLE "+QuoteIdent(name)+" AS FROM "+QuoteIdent(view))
	return fault.Wrap(err, op)
}
