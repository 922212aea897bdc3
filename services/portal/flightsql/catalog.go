package flightsql

import (
	"context"
	"strings"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/flight"
	"github.com/apache/arrow/go/v17/arrow/flight/flightsql"
	"github.com/apache/arrow/go/v17/arrow/flight/flightsql/schema_ref"

	"github.com/shoal-db/shoal/libs/catalog"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"

	"github.com/shoal-db/shoal/services/portal/binder"
)

// tableType is the type of all tables.
const tableType = "TABLE"

// here is the FlightInfo of what the portal itself tells: the command is the ticket.
func (s *Server) here(desc *flight.FlightDescriptor, schema *arrow.Schema) (*flight.FlightInfo, error) {
	return &flight.FlightInfo{
		Endpoint:         []*flight.FlightEndpoint{{Ticket: &flight.Ticket{Ticket: desc.GetCmd()}}},
		FlightDescriptor: desc, Schema: flight.SerializeSchema(schema, s.Alloc), TotalRecords: -1, TotalBytes: -1,
	}, nil
}

// rows makes the answer of a DoGet from what fill appends.
func (s *Server) rows(schema *arrow.Schema, fill func(*array.RecordBuilder) error) (*arrow.Schema, <-chan flight.StreamChunk, error) {
	b := array.NewRecordBuilder(s.Alloc, schema)
	defer b.Release()
	if err := fill(b); err != nil {
		return nil, nil, err
	}
	out := make(chan flight.StreamChunk, 1)
	out <- flight.StreamChunk{Data: b.NewRecord()}
	close(out)
	return schema, out, nil
}

func text(b *array.RecordBuilder, column int, v string) {
	b.Field(column).(*array.StringBuilder).Append(v)
}

// GetFlightInfoCatalogs implements flightsql.Server.
func (s *Server) GetFlightInfoCatalogs(_ context.Context, desc *flight.FlightDescriptor) (*flight.FlightInfo, error) {
	return s.here(desc, schema_ref.Catalogs)
}

// DoGetCatalogs tells the one catalog.
func (s *Server) DoGetCatalogs(context.Context) (*arrow.Schema, <-chan flight.StreamChunk, error) {
	return s.rows(schema_ref.Catalogs, func(b *array.RecordBuilder) error {
		text(b, 0, binder.Database)
		return nil
	})
}

// GetFlightInfoSchemas implements flightsql.Server.
func (s *Server) GetFlightInfoSchemas(_ context.Context, _ flightsql.GetDBSchemas, desc *flight.FlightDescriptor) (*flight.FlightInfo, error) {
	return s.here(desc, schema_ref.DBSchemas)
}

// DoGetDBSchemas tells the datasets.
func (s *Server) DoGetDBSchemas(_ context.Context, cmd flightsql.GetDBSchemas) (*arrow.Schema, <-chan flight.StreamChunk, error) {
	return s.rows(schema_ref.DBSchemas, func(b *array.RecordBuilder) error {
		for _, d := range s.datasets(cmd.GetCatalog(), cmd.GetDBSchemaFilterPattern()) {
			text(b, 0, binder.Database)
			text(b, 1, d.Name)
		}
		return nil
	})
}

// datasets are those that a client's filters let through. A catalog that is named must be ours; nil
// is any.
func (s *Server) datasets(inCatalog, pattern *string) []*catalog.Dataset {
	if inCatalog != nil && *inCatalog != binder.Database {
		return nil
	}
	var out []*catalog.Dataset
	for _, d := range s.opts.Catalog.Current().Datasets() {
		if like(pattern, d.Name) {
			out = append(out, d)
		}
	}
	return out
}

// GetFlightInfoTables implements flightsql.Server.
func (s *Server) GetFlightInfoTables(_ context.Context, cmd flightsql.GetTables, desc *flight.FlightDescriptor) (*flight.FlightInfo, error) {
	if cmd.GetIncludeSchema() {
		return s.here(desc, schema_ref.TablesWithIncludedSchema)
	}
	return s.here(desc, schema_ref.Tables)
}

// DoGetTables tells the tables, with their schemas if they are asked for.
func (s *Server) DoGetTables(ctx context.Context, cmd flightsql.GetTables) (*arrow.Schema, <-chan flight.StreamChunk, error) {
	schema := schema_ref.Tables
	if cmd.GetIncludeSchema() {
		schema = schema_ref.TablesWithIncludedSchema
	}
	return s.rows(schema, func(b *array.RecordBuilder) error {
		if !wantsTables(cmd.GetTableTypes()) {
			return nil
		}
		for _, d := range s.datasets(cmd.GetCatalog(), cmd.GetDBSchemaFilterPattern()) {
			for _, t := range d.Tables {
				if !like(cmd.GetTableNameFilterPattern(), t.Name) {
					continue
				}
				for i, v := range []string{binder.Database, d.Name, t.Name, tableType} {
					text(b, i, v)
				}
				if !cmd.GetIncludeSchema() {
					continue
				}
				described, err := s.tableSchema(ctx, t)
				if err != nil {
					return err
				}
				b.Field(4).(*array.BinaryBuilder).Append(flight.SerializeSchema(described, s.Alloc))
			}
		}
		return nil
	})
}

func wantsTables(tableTypes []string) bool {
	for _, t := range tableTypes {
		if strings.EqualFold(t, tableType) {
			return true
		}
	}
	return len(tableTypes) == 0
}

// tableSchema is the schema of a table's rows, with what Flight SQL adds to its fields.
func (s *Server) tableSchema(ctx context.Context, t *catalog.Table) (*arrow.Schema, error) {
	columns := make([]rel.Column, len(t.Columns))
	for i, c := range t.Columns {
		parsed, err := types.Parse(c.Type)
		if err != nil {
			// Queries refuse the table, too; clients should see it all the same.
			parsed = types.Of(types.Varchar)
		}
		columns[i] = rel.Column{Name: c.Name, Type: parsed}
	}
	plain, err := s.opts.Binder.ArrowSchema(ctx, columns)
	if err != nil {
		return nil, err
	}
	fields := plain.Fields()
	for i := range fields {
		more := flightsql.NewColumnMetadataBuilder().CatalogName(binder.Database).SchemaName(t.Dataset).TableName(t.Name).
			TypeName(t.Columns[i].Type).IsAutoIncrement(false).IsReadOnly(true).IsSearchable(true)
		if parsed := columns[i].Type; parsed.ID == types.Decimal {
			more.Precision(int32(parsed.Width)).Scale(int32(parsed.Scale))
		}
		added := more.Metadata()
		fields[i].Metadata = arrow.NewMetadata(
			append(fields[i].Metadata.Keys(), added.Keys()...), append(fields[i].Metadata.Values(), added.Values()...))
	}
	return arrow.NewSchema(fields, nil), nil
}

// GetFlightInfoTableTypes implements flightsql.Server.
func (s *Server) GetFlightInfoTableTypes(_ context.Context, desc *flight.FlightDescriptor) (*flight.FlightInfo, error) {
	return s.here(desc, schema_ref.TableTypes)
}

// DoGetTableTypes tells the one type of tables.
func (s *Server) DoGetTableTypes(context.Context) (*arrow.Schema, <-chan flight.StreamChunk, error) {
	return s.rows(schema_ref.TableTypes, func(b *array.RecordBuilder) error {
		text(b, 0, tableType)
		return nil
	})
}

// none is the answer where there is nothing to tell: tables have no keys.
func (s *Server) none(schema *arrow.Schema) (*arrow.Schema, <-chan flight.StreamChunk, error) {
	return s.rows(schema, func(*array.RecordBuilder) error { return nil })
}

// GetFlightInfoPrimaryKeys implements flightsql.Server.
func (s *Server) GetFlightInfoPrimaryKeys(_ context.Context, _ flightsql.TableRef, desc *flight.FlightDescriptor) (*flight.FlightInfo, error) {
	return s.here(desc, schema_ref.PrimaryKeys)
}

// DoGetPrimaryKeys tells that there are none.
func (s *Server) DoGetPrimaryKeys(context.Context, flightsql.TableRef) (*arrow.Schema, <-chan flight.StreamChunk, error) {
	return s.none(schema_ref.PrimaryKeys)
}

// GetFlightInfoExportedKeys implements flightsql.Server.
func (s *Server) GetFlightInfoExportedKeys(_ context.Context, _ flightsql.TableRef, desc *flight.FlightDescriptor) (*flight.FlightInfo, error) {
	return s.here(desc, schema_ref.ExportedKeys)
}

// DoGetExportedKeys tells that there are none.
func (s *Server) DoGetExportedKeys(context.Context, flightsql.TableRef) (*arrow.Schema, <-chan flight.StreamChunk, error) {
	return s.none(schema_ref.ExportedKeys)
}

// GetFlightInfoImportedKeys implements flightsql.Server.
func (s *Server) GetFlightInfoImportedKeys(_ context.Context, _ flightsql.TableRef, desc *flight.FlightDescriptor) (*flight.FlightInfo, error) {
	return s.here(desc, schema_ref.ImportedKeys)
}

// DoGetImportedKeys tells that there are none.
func (s *Server) DoGetImportedKeys(context.Context, flightsql.TableRef) (*arrow.Schema, <-chan flight.StreamChunk, error) {
	return s.none(schema_ref.ImportedKeys)
}

// GetFlightInfoCrossReference implements flightsql.Server.
func (s *Server) GetFlightInfoCrossReference(_ context.Context, _ flightsql.CrossTableRef, desc *flight.FlightDescriptor) (*flight.FlightInfo, error) {
	return s.here(desc, schema_ref.CrossReference)
}

// DoGetCrossReference tells that there are none.
func (s *Server) DoGetCrossReference(context.Context, flightsql.CrossTableRef) (*arrow.Schema, <-chan flight.StreamChunk, error) {
	return s.none(schema_ref.CrossReference)
}

// like matches an SQL pattern (% for any characters, _ for one, \ before either for itself) in any
// case, as names are matched in queries; nil matches all.
func like(pattern *string, name string) bool {
	if pattern == nil {
		return true
	}
	return likeRunes([]rune(strings.ToLower(*pattern)), []rune(strings.ToLower(name)))
}

// likeRunes remembers the last % and what it has swallowed, so that it takes at most the product of
// the lengths.
func likeRunes(p, s []rune) bool {
	i, j, star, mark := 0, 0, -1, 0
	for j < len(s) {
		at, width := rune(-1), 1
		if i < len(p) {
			at = p[i]
			if at == '\\' && i+1 < len(p) {
				at, width = p[i+1], 2
			}
		}
		switch {
		case i < len(p) && width == 1 && at == '%':
			star, mark = i, j
			i++
		case i < len(p) && (width == 1 && at == '_' || at == s[j]):
			i += width
			j++
		case star >= 0:
			mark++
			i, j = star+1, mark
		default:
			return false
		}
	}
	for i < len(p) && p[i] == '%' {
		i++
	}
	return i == len(p)
}
