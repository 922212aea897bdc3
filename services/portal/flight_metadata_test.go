package portal

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v17/arrow/flight"
	"github.com/apache/arrow/go/v17/arrow/flight/flightsql"

	_ "github.com/shoal-db/shoal/libs/platform/fault/grpcfault"
)

// command runs one of Flight SQL's metadata commands and returns its rows.
func (s *system) command(t *testing.T, info *flight.FlightInfo, err error) []string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return s.redeem(t, info.Endpoint[0], 0, schemaOf(t, info.Schema))
}

func TestFlightSQLMetadata(t *testing.T) {
	s := start(t, 1)
	c, ctx := s.client(t), context.Background()
	ptr := func(v string) *string { return &v }
	info, err := c.GetCatalogs(ctx)
	if got := s.command(t, info, err); !slices.Equal(got, []string{"shoal"}) {
		t.Errorf("catalogs %v", got)
	}
	for pattern, want := range map[string]int{"": 0, "shop": 1, "SH%": 1, "s_op": 1, "x%": 0, "%": 1} {
		info, err := c.GetDBSchemas(ctx, &flightsql.GetDBSchemasOpts{DbSchemaFilterPattern: ptr(pattern)})
		if got := s.command(t, info, err); len(got) != want {
			t.Errorf("schemas like %q: %v", pattern, got)
		}
	}
	info, err = c.GetDBSchemas(ctx, &flightsql.GetDBSchemasOpts{Catalog: ptr("other")})
	if got := s.command(t, info, err); len(got) != 0 {
		t.Errorf("schemas of another catalog: %v", got)
	}
	info, err = c.GetTables(ctx, &flightsql.GetTablesOpts{TableNameFilterPattern: ptr("o%")})
	if got := s.command(t, info, err); !slices.Equal(got, []string{"shoal|shop|orders|TABLE"}) {
		t.Errorf("tables %v", got)
	}
	info, err = c.GetTables(ctx, &flightsql.GetTablesOpts{TableTypes: []string{"VIEW"}})
	if got := s.command(t, info, err); len(got) != 0 {
		t.Errorf("views %v", got)
	}
	info, err = c.GetTables(ctx, &flightsql.GetTablesOpts{IncludeSchema: true})
	if got := s.command(t, info, err); len(got) != 2 {
		t.Errorf("tables with schema %v", got)
	}
	info, err = c.GetTableTypes(ctx)
	if got := s.command(t, info, err); !slices.Equal(got, []string{"TABLE"}) {
		t.Errorf("table types %v", got)
	}
	ref := flightsql.TableRef{Table: "orders"}
	for name, get := range map[string]func() (*flight.FlightInfo, error){
		"primary":  func() (*flight.FlightInfo, error) { return c.GetPrimaryKeys(ctx, ref) },
		"exported": func() (*flight.FlightInfo, error) { return c.GetExportedKeys(ctx, ref) },
		"imported": func() (*flight.FlightInfo, error) { return c.GetImportedKeys(ctx, ref) },
		"cross":    func() (*flight.FlightInfo, error) { return c.GetCrossReference(ctx, ref, ref) },
	} {
		info, err := get()
		if got := s.command(t, info, err); len(got) != 0 {
			t.Errorf("%s keys: %v", name, got)
		}
	}
	info, err = c.GetXdbcTypeInfo(ctx, nil)
	if got := s.command(t, info, err); len(got) < 15 {
		t.Errorf("types %v", got)
	}
	number := int32(-5)
	info, err = c.GetXdbcTypeInfo(ctx, &number)
	if got := s.command(t, info, err); len(got) != 2 {
		t.Errorf("BIGINT types %v", got)
	}
	info, err = c.GetSqlInfo(ctx, nil)
	if got := s.command(t, info, err); len(got) < 60 {
		t.Errorf("%d infos", len(got))
	}
	info, err = c.GetSqlInfo(ctx, []flightsql.SqlInfo{flightsql.SqlInfoFlightSqlServerName, 99999})
	if got := s.command(t, info, err); len(got) != 1 || !strings.Contains(got[0], "Shoal") {
		t.Errorf("one known info and an unknown one: %v", got)
	}
}
