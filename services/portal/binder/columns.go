package binder

import (
	"context"

	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// maxTypeDepth is how deeply the type of a table's column may be nested.
const maxTypeDepth = 16

// CheckColumns tells (invalid_argument) why there can be no table with these columns: a type is none, or none whose
// values can be sent, or two names are one to SQL. DuckDB is asked, so that a table that is made can be queried, too.
func (b *Binder) CheckColumns(ctx context.Context, columns []Column) error {
	const op = "check columns"
	parsed := make([]rel.Column, len(columns))
	for i, c := range columns {
		t, err := types.Parse(c.Type)
		if err != nil {
			return fault.New(fault.InvalidArgument, op, "column %q: %s", c.Name, clipText(err.Error())).WithHint("types are spelled as DuckDB does")
		}
		if t.ID == types.SQLNull {
			return fault.New(fault.InvalidArgument, op, "column %q has a type of which NULL is the only value", c.Name)
		}
		if depthOf(t) > maxTypeDepth {
			return fault.New(fault.InvalidArgument, op, "column %q has a type that is nested more than %d times", c.Name, maxTypeDepth)
		}
		parsed[i] = rel.Column{Name: c.Name, Type: t}
	}
	if _, err := b.ArrowSchema(ctx, parsed); err != nil {
		return asInvalid(op, err)
	}
	conn, err := b.engine.Conn(ctx)
	if err != nil {
		return err
	}
	// A temporary table is this connection's own, and goes with it.
	defer closing(conn)
	if _, err := conn.Exec(ctx, "CREATE TEMP TABLE checked "+definition(columns)); err != nil {
		b.engine.Failed(conn, err)
		return asInvalid(op, err)
	}
	return nil
}

// asInvalid blames the columns, unless the fault is that of nobody who chose them.
func asInvalid(op string, err error) error {
	f := fault.From(err)
	switch f.Kind {
	case fault.Cancelled, fault.DeadlineExceeded, fault.Unavailable, fault.ResourceExhausted:
		return fault.Wrap(err, op)
	}
	return fault.New(fault.InvalidArgument, op, "there can be no table with these columns: %s", clipText(f.Text()))
}

// clipText shortens what may repeat a type of any length.
func clipText(text string) string {
	const most = 300
	if len(text) > most {
		return text[:most] + "…"
	}
	return text
}

func depthOf(t types.Type) int {
	deepest := 0
	for _, f := range t.Fields {
		deepest = max(deepest, 1+depthOf(f.Type))
	}
	return deepest
}
