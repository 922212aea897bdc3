package binder

import (
	"context"
	"strings"

	"github.com/shoal-db/shoal/libs/duckdb"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/platform/logging"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// shadow is what the shadow catalog of an engine holds.
type shadow struct {
	engine *duckdb.Engine
	// version is the catalog's that it equals; generation counts its changes.
	version    int64
	generation int64
	synced     bool
	schemas    map[string]bool
	// tables has the definition of each table that exists, by its quoted name.
	tables map[string]string
}

func (b *Binder) hasSchema(name string) bool {
	return strings.EqualFold(name, DefaultSchema) || b.shadow.schemas[strings.ToLower(name)]
}

// sync makes the shadow catalog equal to current. REQUIRES: b.mu.
func (b *Binder) sync(ctx context.Context, current Catalog) error {
	if engine := b.engine.Engine(); engine != b.shadow.engine {
		// The replaced one waits for its last connection; the new one holds nothing.
		b.closeIdle()
		b.shadow = shadow{engine: engine, generation: b.shadow.generation + 1}
	}
	s := &b.shadow
	if s.synced && s.version == current.Version() {
		return nil
	}
	if s.tables == nil {
		s.schemas, s.tables = map[string]bool{}, map[string]string{}
	}
	wanted, changes := b.difference(current)
	for _, sql := range changes {
		if err := b.exec(ctx, sql); err != nil {
			// The next statement begins again from what is there.
			s.synced = false
			return fault.Wrap(err, "update the shadow catalog")
		}
	}
	for name, definition := range wanted {
		if s.tables[name] == definition {
			continue
		}
		s.generation++
		if err := b.exec(ctx, "CREATE OR REPLACE TABLE "+name+definition); err != nil {
			if ctx.Err() != nil {
				s.synced = false
				return fault.FromContext(ctx, "update the shadow catalog")
			}
			// One odd table must not make the others unusable; statements won't find this one.
			b.opts.Log.Error("table cannot be queried", "table", name, logging.Err(err))
			delete(s.tables, name)
			continue
		}
		s.tables[name] = definition
	}
	s.version, s.synced = current.Version(), true
	return nil
}

// difference returns all tables that should be there, by quoted name, and the statements that drop
// what should not and create missing schemas. Schemas that became empty stay: they hold nothing.
func (b *Binder) difference(current Catalog) (wanted map[string]string, changes []string) {
	s := &b.shadow
	wanted = map[string]string{}
	for _, t := range current.Tables() {
		schema := Database + "." + types.QuoteIdent(t.Dataset)
		if folded := strings.ToLower(t.Dataset); !b.hasSchema(folded) {
			changes = append(changes, "CREATE SCHEMA IF NOT EXISTS "+schema)
			s.schemas[folded] = true
		}
		wanted[schema+"."+types.QuoteIdent(t.Name)] = definition(t.Columns)
	}
	for name := range s.tables {
		if _, ok := wanted[name]; !ok {
			changes = append(changes, "DROP TABLE IF EXISTS "+name)
			delete(s.tables, name)
			s.generation++
		}
	}
	return wanted, changes
}

// definition is a column list in SQL. A type that cannot be read is left to DuckDB to refuse, in
// quotes, since it must not be SQL.
func definition(columns []Column) string {
	parts := make([]string, len(columns))
	for i, c := range columns {
		spelled := types.QuoteIdent(c.Type)
		if t, err := types.Parse(c.Type); err == nil {
			spelled = t.String()
		}
		parts[i] = types.QuoteIdent(c.Name) + " " + spelled
	}
	return "(" + strings.Join(parts, ", ") + ")"
}

// exec runs SQL in the shadow's engine, on a connection of its own.
func (b *Binder) exec(ctx context.Context, sql string) error {
	conn, err := b.shadow.engine.Conn(ctx)
	if err != nil {
		return err
	}
	defer closing(conn)
	if _, err = conn.Exec(ctx, sql); err != nil {
		b.engine.Failed(conn, err)
	}
	return err
}
