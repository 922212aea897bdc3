package binder

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/apache/arrow/go/v17/arrow"

	"github.com/shoal-db/shoal/libs/duckdb"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/sqlgen"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// Parameters.
//
// A statement with values for its parameters is bound as the statement that has these values written
// into it, as typed constants: that is what DuckDB's EXECUTE does. Names, types and the Arrow schema of
// the result are those that DuckDB gives for EXECUTE. Which text is a parameter, and which one, is found
// by reading the text, and is then compared with DuckDB's own parse tree; a statement where the two
// differ is refused.

// unknown is DuckDB's type of a parameter that nothing tells the type of.
const unknown = "UNKNOWN"

// Parameter is a value for a parameter.
type Parameter struct {
	// Name is what the value is meant for: a name, or a number from 1. Without one, its place counts.
	Name  string
	Value *rel.Literal
	// As, if its ID is set, is the type to which the value is cast.
	As types.Type
}

// sql is the value as a constant.
func (p Parameter) sql() (string, error) {
	text, err := valueSQL(p.Value)
	if err == nil && p.As.ID != 0 {
		text = "CAST(" + text + " AS " + p.As.String() + ")"
	}
	return text, err
}

// valueSQL is SQL for a value that no context can take for one of another type, but NULLs that say
// little of theirs.
func valueSQL(l *rel.Literal) (string, error) {
	if v, ok := l.Value.(int64); ok && l.Of.ID == types.BigInt {
		return "CAST('" + strconv.FormatInt(v, 10) + "' AS BIGINT)", nil
	}
	if l.Value == nil && (l.Of.ID == types.Varchar || l.Of.ID == types.SQLNull) {
		return "(NULL)", nil // in parentheses, since IN takes no NULL without
	}
	return sqlgen.Literal(l)
}

// ParameterInfo is a statement's parameter. Type is DuckDB's spelling, or UNKNOWN if it depends on the
// value.
type ParameterInfo struct{ Name, Type string }

// Known tells whether the type does not depend on the value.
func (p ParameterInfo) Known() bool { return !strings.Contains(p.Type, unknown) }

// Described is what is known of a statement before its parameters have values.
type Described struct {
	// Schema is the result's; where that depends on the values, the one for NULLs.
	Schema     *arrow.Schema
	Parameters []ParameterInfo
}

// MayHaveParameters is false for statements that have none for sure.
func MayHaveParameters(sql string) bool { return len(findPlaces(sql)) > 0 }

// Describe tells which parameters a statement has, and its schema. Errors are those of Bind.
func (b *Binder) Describe(ctx context.Context, sql, schema string) (*Described, error) {
	var out *Described
	err := b.inSession(ctx, sql, schema, func(ctx context.Context, s session) error {
		prepared, err := b.prepareParameters(ctx, s, sql)
		if err != nil {
			return err
		}
		d := &Described{Schema: prepared.Schema}
		values := make([]string, prepared.Parameters)
		for i, name := range prepared.ParameterNames {
			info := ParameterInfo{Name: name, Type: prepared.ParameterTypes[i]}
			d.Parameters = append(d.Parameters, info)
			values[i] = "NULL"
			if t, err := types.Parse(info.Type); err == nil && info.Known() {
				values[i] = "CAST(NULL AS " + t.String() + ")"
			}
		}
		if !resolved(prepared) {
			d.Schema = arrow.NewSchema([]arrow.Field{{Name: "unknown", Type: arrow.Null, Nullable: true}}, nil)
			executed, err := b.execute(ctx, s, sql, prepared, values)
			switch {
			case fault.Is(err, fault.NotFound): // whatever the values are
				return b.placed(ctx, s, sql, err)
			case err == nil && executed.Schema != nil:
				d.Schema = executed.Schema
			}
		}
		out = d
		return nil
	})
	if err != nil {
		return nil, err // out may still be written
	}
	return out, nil
}

// resolved tells whether DuckDB knows the result without the parameters' values.
func resolved(p *duckdb.Prepared) bool {
	return p.Schema != nil && !slices.ContainsFunc(p.Columns, func(c duckdb.Column) bool { return strings.Contains(c.Type, unknown) })
}

// BindWith is Bind for a statement with parameters.
func (b *Binder) BindWith(ctx context.Context, sql, schema string, values []Parameter) (*Bound, error) {
	if len(values) == 0 {
		return b.Bind(ctx, sql, schema)
	}
	var with *substituted
	var executed *duckdb.Prepared
	var refused error
	err := b.inSession(ctx, sql, schema, func(ctx context.Context, s session) error {
		prepared, err := b.prepareParameters(ctx, s, sql)
		if err != nil {
			return err
		}
		constants, err := assign(prepared, values)
		if err != nil {
			return err
		}
		places, err := b.places(ctx, s, sql)
		if err != nil {
			return err
		}
		with, err = substitute(sql, places, prepared.ParameterNames, constants)
		if err != nil {
			return err
		}
		if executed, refused = b.execute(ctx, s, sql, prepared, constants); refused != nil {
			b.engine.Failed(s.conn, refused)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	out, err := b.Bind(ctx, with.text, schema)
	switch {
	case err != nil:
		return nil, with.inOriginal(err) // it knows the place, which EXECUTE does not
	case refused != nil:
		return nil, refused
	}
	if err := out.named(executed); err != nil {
		return nil, err
	}
	return out, nil
}

// named gives the result the names that DuckDB gives it for EXECUTE, and makes sure of its types.
func (b *Bound) named(executed *duckdb.Prepared) error {
	if executed.SchemaErr != nil {
		return executed.SchemaErr
	}
	if len(executed.Columns) != len(b.Columns) {
		return fault.New(fault.Internal, op, "the statement has %d columns with its values, not %d", len(b.Columns), len(executed.Columns))
	}
	columns := slices.Clone(b.Columns)
	names := make([]string, len(columns))
	for i, c := range executed.Columns {
		t, err := types.Parse(c.Type)
		if err != nil || !t.Equal(columns[i].Type) {
			return fault.New(fault.InvalidArgument, op, "column %q would have the type %s and not %s", c.Name, columns[i].Type, c.Type).
				WithHint("name the columns of subqueries that are parameters, with AS")
		}
		if b.Plan == nil && c.Name != columns[i].Name {
			return fault.New(fault.InvalidArgument, op, "column %q would have the name %q", c.Name, columns[i].Name).
				WithHint("name it, with AS")
		}
		columns[i].Name, names[i] = c.Name, c.Name
	}
	if b.Plan != nil {
		plan := *b.Plan
		plan.Names = names
		b.Plan = &plan
	}
	b.Columns, b.Schema = columns, executed.Schema
	return nil
}

// inSession runs fn with a connection to the newest catalog, in one of the slots.
func (b *Binder) inSession(ctx context.Context, sql, schema string, fn func(context.Context, session) error) error {
	if err := b.checkLength(sql); err != nil {
		return err
	}
	if schema == "" {
		schema = DefaultSchema
	}
	ctx, cancel := b.limited(ctx)
	defer cancel()
	return b.detached(ctx, len(sql) > longSQLBytes, func(ctx context.Context) error {
		s, err := b.session(ctx, schema)
		if err != nil {
			return err
		}
		defer s.close()
		if err := fn(ctx, s); err != nil {
			b.engine.Failed(s.conn, err)
			return b.explain(err, s.catalog)
		}
		return nil
	})
}

// prepareParameters has DuckDB look at a statement with parameters.
func (b *Binder) prepareParameters(ctx context.Context, s session, sql string) (*duckdb.Prepared, error) {
	prepared, err := s.conn.Prepare(ctx, sql)
	if err != nil {
		return nil, b.placed(ctx, s, sql, err)
	}
	plain := *prepared
	plain.Parameters, plain.SchemaErr = 0, nil
	return prepared, accept(&plain)
}

// placed finds out where the error of a statement with parameters is, which DuckDB does not say of all of
// them, from the statement without.
func (b *Binder) placed(ctx context.Context, s session, sql string, err error) error {
	places := findPlaces(sql)
	if fault.From(err).Details["position"] != nil || len(places) == 0 {
		return err
	}
	for i := range places {
		places[i].name = "1"
	}
	without, err2 := substitute(sql, places, []string{"1"}, []string{"(NULL)"})
	if err2 != nil {
		return err
	}
	_, again := s.conn.Prepare(ctx, without.text)
	if f := fault.From(again); f != nil && f.Text() == fault.From(err).Text() {
		return without.inOriginal(f)
	}
	return err
}

// places finds a statement's parameters in its text.
func (b *Binder) places(ctx context.Context, s session, sql string) ([]place, error) {
	places := findPlaces(sql)
	original, err := b.parsed(ctx, s, sql)
	if err != nil {
		return nil, err
	}
	again, err := b.parsed(ctx, s, renamed(sql, places))
	if err != nil || !nameThem(places, original, again) {
		return nil, fault.New(fault.InvalidArgument, op, "the statement's parameters cannot be told from the rest of it").
			WithHint("write the values into the statement")
	}
	return places, nil
}

// parsed lists the parameters of DuckDB's parse tree, in an order that names do not change.
func (b *Binder) parsed(ctx context.Context, s session, sql string) ([]string, error) {
	text, err := s.conn.QueryString(ctx, "SELECT json_serialize_sql("+duckdb.QuoteLiteral(sql)+")")
	if err != nil {
		return nil, err
	}
	if strings.HasPrefix(text, `{"error":true`) {
		return nil, fault.New(fault.InvalidArgument, op, "parameters are not supported in this statement").
			WithHint("write the values into the statement")
	}
	names, err := parametersIn(text)
	if err != nil {
		return nil, fault.New(fault.Internal, op, "DuckDB's parse tree is not JSON: %w", err)
	}
	return names, nil
}

// execute tells what EXECUTE with the values gives, without running it.
func (b *Binder) execute(ctx context.Context, s session, sql string, prepared *duckdb.Prepared, constants []string) (*duckdb.Prepared, error) {
	const statement = "shoal_statement"
	if _, err := s.conn.Exec(ctx, "PREPARE "+statement+" AS "+sql); err != nil {
		return nil, err
	}
	args := make([]string, len(constants))
	for i, c := range constants {
		args[i] = c
		if !numbered(prepared.ParameterNames) {
			args[i] = types.QuoteIdent(prepared.ParameterNames[i]) + " := " + c
		}
	}
	out, err := s.conn.Prepare(ctx, "EXECUTE "+statement+"("+strings.Join(args, ", ")+")")
	if err != nil {
		// Its place is in a text that nobody wrote.
		return nil, withoutPlace(err)
	}
	return out, nil
}

func numbered(names []string) bool {
	return !slices.ContainsFunc(names, func(n string) bool { return n == "" || digits(n) != len(n) })
}
