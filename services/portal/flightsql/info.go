package flightsql

import (
	"context"
	"math"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/flight"
	"github.com/apache/arrow/go/v17/arrow/flight/flightsql"
	"github.com/apache/arrow/go/v17/arrow/flight/flightsql/schema_ref"
	pb "github.com/apache/arrow/go/v17/arrow/flight/gen/flight"
)

// registerInfo says what the server is and what SQL it understands. Each value has the type that the
// protocol gives to its number: bool, text, int64, or int32 for sets of bits.
func (s *Server) registerInfo() error {
	for id, value := range s.sqlInfo() {
		if err := s.RegisterSqlInfo(id, value); err != nil {
			return err
		}
		s.info[uint32(id)] = true
	}
	return nil
}

func bits[E ~int32](values ...E) int32 {
	var set int32
	for _, v := range values {
		set |= 1 << v
	}
	return set
}

func (s *Server) sqlInfo() map[flightsql.SqlInfo]any {
	out := map[flightsql.SqlInfo]any{
		flightsql.SqlInfoFlightSqlServerName:                        "Shoal",
		flightsql.SqlInfoFlightSqlServerVersion:                     s.opts.Version,
		flightsql.SqlInfoFlightSqlServerArrowVersion:                arrow.PkgVersion,
		flightsql.SqlInfoFlightSqlServerReadOnly:                    true,
		flightsql.SqlInfoFlightSqlServerSql:                         true,
		flightsql.SqlInfoFlightSqlServerSubstrait:                   true,
		flightsql.SqlInfoFlightSqlServerSubstraitMinVersion:         "0.20.0",
		flightsql.SqlInfoFlightSqlServerSubstraitMaxVersion:         "0.85.0",
		flightsql.SqlInfoFlightSqlServerTransaction:                 int32(flightsql.SqlTransactionNone),
		flightsql.SqlInfoFlightSqlServerCancel:                      true,
		flightsql.SqlInfoFlightSqlServerStatementTimeout:            int32(0),
		flightsql.SqlInfoFlightSqlServerTransactionTimeout:          int32(0),
		flightsql.SqlInfoFlightSqlServerBulkIngestion:               false,
		flightsql.SqlInfoFlightSqlServerIngestTransactionsSupported: false,

		flightsql.SqlInfoIdentifierCase:       int64(flightsql.SqlCaseSensitivityCaseInsensitive),
		flightsql.SqlInfoIdentifierQuoteChar:  `"`,
		flightsql.SqlInfoQuotedIdentifierCase: int64(flightsql.SqlCaseSensitivityCaseInsensitive),
		flightsql.SqlInfoNullOrdering:         int64(flightsql.SqlNullOrderingSortAtEnd),
		flightsql.SqlInfoSearchStringEscape:   `\`,
		flightsql.SqlInfoExtraNameChars:       "",
		flightsql.SqlInfoSchemaTerm:           "dataset",
		flightsql.SqlInfoProcedureTerm:        "",
		flightsql.SqlInfoCatalogTerm:          "catalog",

		flightsql.SqlInfoSupportedGroupBy: bits(pb.SqlSupportedGroupBy_SQL_GROUP_BY_UNRELATED, pb.SqlSupportedGroupBy_SQL_GROUP_BY_BEYOND_SELECT),
		flightsql.SqlInfoSupportedGrammar: bits(pb.SupportedSqlGrammar_SQL_MINIMUM_GRAMMAR,
			pb.SupportedSqlGrammar_SQL_CORE_GRAMMAR, pb.SupportedSqlGrammar_SQL_EXTENDED_GRAMMAR),
		flightsql.SqlInfoANSI92SupportedLevel: bits(pb.SupportedAnsi92SqlGrammarLevel_ANSI92_ENTRY_SQL),
		flightsql.SqlInfoOuterJoinsSupportLevel: bits(pb.SqlOuterJoinsSupportLevel_SQL_LIMITED_OUTER_JOINS,
			pb.SqlOuterJoinsSupportLevel_SQL_FULL_OUTER_JOINS),
		flightsql.SqlInfoSchemasSupportedActions:     int32(0),
		flightsql.SqlInfoCatalogsSupportedActions:    int32(0),
		flightsql.SqlInfoSupportedPositionedCommands: int32(0),
		flightsql.SqlInfoSupportedSubqueries: bits(pb.SqlSupportedSubqueries_SQL_SUBQUERIES_IN_COMPARISONS,
			pb.SqlSupportedSubqueries_SQL_SUBQUERIES_IN_EXISTS, pb.SqlSupportedSubqueries_SQL_SUBQUERIES_IN_INS,
			pb.SqlSupportedSubqueries_SQL_SUBQUERIES_IN_QUANTIFIEDS),
		flightsql.SqlInfoSupportedUnions:                      bits(pb.SqlSupportedUnions_SQL_UNION, pb.SqlSupportedUnions_SQL_UNION_ALL),
		flightsql.SqlInfoDefaultTransactionIsolation:          int64(0),
		flightsql.SqlInfoSupportedTransactionsIsolationlevels: int32(0),
		flightsql.SqlInfoSupportedResultSetTypes:              bits(pb.SqlSupportedResultSetType_SQL_RESULT_SET_TYPE_FORWARD_ONLY),
		flightsql.SqlInfoSupportsConvert:                      map[int32][]int32{},

		flightsql.SqlInfoKeywords:          keywords,
		flightsql.SqlInfoNumericFunctions:  numericFunctions,
		flightsql.SqlInfoStringFunctions:   stringFunctions,
		flightsql.SqlInfoSystemFunctions:   []string{},
		flightsql.SqlInfoDateTimeFunctions: timeFunctions,
	}
	for _, id := range []flightsql.SqlInfo{
		flightsql.SqlInfoSupportsColumnAliasing, flightsql.SqlInfoNullPlusNullIsNull,
		flightsql.SqlInfoSupportsTableCorrelationNames, flightsql.SqlInfoSupportsExpressionsInOrderBy,
		flightsql.SqlInfoSupportsOrderByUnrelated, flightsql.SqlInfoSupportsLikeEscapeClause,
		flightsql.SqlInfoCatalogAtStart, flightsql.SqlInfoCorrelatedSubqueriesSupported,
		flightsql.SqlInfoAllTablesAreASelectable,
	} {
		out[id] = true
	}
	for _, id := range []flightsql.SqlInfo{
		flightsql.SqlInfoDDLCatalog, flightsql.SqlInfoDDLSchema, flightsql.SqlInfoDDLTable,
		flightsql.SqlInfoSupportsDifferentTableCorrelationNames, flightsql.SqlInfoSupportsNonNullableColumns,
		flightsql.SqlInfoSupportsIntegrityEnhancementFacility, flightsql.SqlInfoSelectForUpdateSupported,
		flightsql.SqlInfoStoredProceduresSupported, flightsql.SqlInfoTransactionsSupported,
		flightsql.SqlInfoDataDefinitionCausesTransactionCommit, flightsql.SqlInfoDataDefinitionsInTransactionsIgnored,
		flightsql.SqlInfoBatchUpdatesSupported, flightsql.SqlInfoSavePointsSupported,
		flightsql.SqlInfoNamedParametersSupported, flightsql.SqlInfoLocatorsUpdateCopy,
		flightsql.SqlInfoStoredFunctionsUsingCallSyntaxSupported, flightsql.SqlInfoMaxRowSizeIncludesBlobs,
	} {
		out[id] = false
	}
	for _, id := range []flightsql.SqlInfo{ // 0 is no limit, or one that is not known
		flightsql.SqlInfoMaxBinaryLiteralLen, flightsql.SqlInfoMaxCharLiteralLen, flightsql.SqlInfoMaxColumnNameLen,
		flightsql.SqlInfoMaxColumnsInGroupBy, flightsql.SqlInfoMaxColumnsInIndex, flightsql.SqlInfoMaxColumnsInOrderBy,
		flightsql.SqlInfoMaxColumnsInSelect, flightsql.SqlInfoMaxColumnsInTable, flightsql.SqlInfoMaxConnections,
		flightsql.SqlInfoMaxCursorNameLen, flightsql.SqlInfoMaxIndexLen, flightsql.SqlInfoDBSchemaNameLen,
		flightsql.SqlInfoMaxProcedureNameLen, flightsql.SqlInfoMaxCatalogNameLen, flightsql.SqlInfoMaxRowSize,
		flightsql.SqlInfoMaxStatementLen, flightsql.SqlInfoMaxStatements, flightsql.SqlInfoMaxTableNameLen,
		flightsql.SqlInfoMaxTablesInSelect, flightsql.SqlInfoMaxUsernameLen,
	} {
		out[id] = int64(0)
	}
	return out
}

var (
	keywords = []string{
		"ANTI", "ASOF", "ILIKE", "LAMBDA", "PIVOT", "PIVOT_LONGER", "PIVOT_WIDER", "POSITIONAL", "QUALIFY", "SAMPLE", "SEMI",
		"SUMMARIZE", "TRY_CAST", "UNPIVOT",
	}
	numericFunctions = []string{
		"abs", "acos", "asin", "atan", "atan2", "ceil", "cos", "cot", "degrees", "exp", "floor", "ln", "log", "log10", "log2",
		"mod", "pi", "pow", "power", "radians", "random", "round", "sign", "sin", "sqrt", "tan", "trunc",
	}
	stringFunctions = []string{
		"ascii", "chr", "concat", "contains", "left", "length", "lower", "lpad", "ltrim", "position", "repeat", "replace",
		"reverse", "right", "rpad", "rtrim", "starts_with", "strlen", "substring", "trim", "upper",
	}
	timeFunctions = []string{
		"current_date", "date_diff", "date_part", "date_trunc", "dayname", "dayofmonth", "dayofweek", "dayofyear", "extract",
		"hour", "minute", "month", "monthname", "now", "quarter", "second", "strftime", "strptime", "week", "year",
	}
)

// known is a request for the numbers among those asked that are registered.
type known []uint32

// GetInfo implements flightsql.GetSqlInfo.
func (k known) GetInfo() []uint32 { return k }

// DoGetSqlInfo leaves out what is not known: newer clients ask for more than there was.
func (s *Server) DoGetSqlInfo(ctx context.Context, cmd flightsql.GetSqlInfo) (*arrow.Schema, <-chan flight.StreamChunk, error) {
	asked := cmd.GetInfo()
	if len(asked) == 0 {
		return s.BaseServer.DoGetSqlInfo(ctx, cmd)
	}
	var found known
	for _, id := range asked {
		if s.info[id] {
			found = append(found, id)
		}
	}
	if len(found) == 0 {
		return s.none(schema_ref.SqlInfo)
	}
	return s.BaseServer.DoGetSqlInfo(ctx, found)
}

// xdbcType describes one of DuckDB's types to ODBC and JDBC.
type xdbcType struct {
	name        string
	of          pb.XdbcDataType
	size        int32 // digits or characters; 0 is not said
	quote       string
	params      []string
	radix       int32 // 0 for what is no number
	unsigned    bool
	caseMatters bool
	maxScale    int32
	sub         pb.XdbcDatetimeSubcode
}

var xdbcTypes = []xdbcType{
	{name: "BOOLEAN", of: pb.XdbcDataType_XDBC_BIT, size: 1},
	{name: "TINYINT", of: pb.XdbcDataType_XDBC_TINYINT, size: 3, radix: 10},
	{name: "SMALLINT", of: pb.XdbcDataType_XDBC_SMALLINT, size: 5, radix: 10},
	{name: "INTEGER", of: pb.XdbcDataType_XDBC_INTEGER, size: 10, radix: 10},
	{name: "BIGINT", of: pb.XdbcDataType_XDBC_BIGINT, size: 19, radix: 10},
	{name: "HUGEINT", of: pb.XdbcDataType_XDBC_NUMERIC, size: 39, radix: 10},
	{name: "UTINYINT", of: pb.XdbcDataType_XDBC_SMALLINT, size: 3, radix: 10, unsigned: true},
	{name: "USMALLINT", of: pb.XdbcDataType_XDBC_INTEGER, size: 5, radix: 10, unsigned: true},
	{name: "UINTEGER", of: pb.XdbcDataType_XDBC_BIGINT, size: 10, radix: 10, unsigned: true},
	{name: "UBIGINT", of: pb.XdbcDataType_XDBC_NUMERIC, size: 20, radix: 10, unsigned: true},
	{name: "FLOAT", of: pb.XdbcDataType_XDBC_REAL, size: 24, radix: 2},
	{name: "DOUBLE", of: pb.XdbcDataType_XDBC_DOUBLE, size: 53, radix: 2},
	{name: "DECIMAL", of: pb.XdbcDataType_XDBC_DECIMAL, size: 38, radix: 10, params: []string{"width", "scale"}, maxScale: 38},
	{name: "VARCHAR", of: pb.XdbcDataType_XDBC_VARCHAR, size: math.MaxInt32, quote: "'", caseMatters: true},
	{name: "BLOB", of: pb.XdbcDataType_XDBC_VARBINARY, size: math.MaxInt32, quote: "'"},
	{name: "DATE", of: pb.XdbcDataType_XDBC_DATE, size: 10, quote: "'", sub: pb.XdbcDatetimeSubcode_XDBC_SUBCODE_DATE},
	{name: "TIME", of: pb.XdbcDataType_XDBC_TIME, size: 15, quote: "'", maxScale: 6, sub: pb.XdbcDatetimeSubcode_XDBC_SUBCODE_TIME},
	{name: "TIMESTAMP", of: pb.XdbcDataType_XDBC_TIMESTAMP, size: 26, quote: "'", maxScale: 6, sub: pb.XdbcDatetimeSubcode_XDBC_SUBCODE_TIMESTAMP},
	{
		name: "TIMESTAMP WITH TIME ZONE", of: pb.XdbcDataType_XDBC_TIMESTAMP, size: 32, quote: "'", maxScale: 6,
		sub: pb.XdbcDatetimeSubcode_XDBC_SUBCODE_TIMESTAMP_WITH_TIMEZONE,
	},
	{name: "INTERVAL", of: pb.XdbcDataType_XDBC_INTERVAL, quote: "'"},
	{name: "UUID", of: pb.XdbcDataType_XDBC_CHAR, size: 36, quote: "'"},
}

// GetFlightInfoXdbcTypeInfo implements flightsql.Server.
func (s *Server) GetFlightInfoXdbcTypeInfo(_ context.Context, _ flightsql.GetXdbcTypeInfo, desc *flight.FlightDescriptor) (*flight.FlightInfo, error) {
	return s.here(desc, schema_ref.XdbcTypeInfo)
}

// DoGetXdbcTypeInfo describes all types, or those of one number.
func (s *Server) DoGetXdbcTypeInfo(_ context.Context, cmd flightsql.GetXdbcTypeInfo) (*arrow.Schema, <-chan flight.StreamChunk, error) {
	return s.rows(schema_ref.XdbcTypeInfo, func(b *array.RecordBuilder) error {
		for _, t := range xdbcTypes {
			if want := cmd.GetDataType(); want == nil || *want == int32(t.of) {
				t.append(b)
			}
		}
		return nil
	})
}

func (t xdbcType) append(b *array.RecordBuilder) {
	number := func(column int, v int32, valid bool) {
		if field := b.Field(column).(*array.Int32Builder); valid {
			field.Append(v)
		} else {
			field.AppendNull()
		}
	}
	flag := func(column int, v, valid bool) {
		if field := b.Field(column).(*array.BooleanBuilder); valid {
			field.Append(v)
		} else {
			field.AppendNull()
		}
	}
	text(b, 0, t.name)
	number(1, int32(t.of), true)
	number(2, t.size, t.size > 0)
	for _, column := range []int{3, 4} {
		if t.quote == "" {
			b.Field(column).AppendNull()
		} else {
			text(b, column, t.quote)
		}
	}
	if params := b.Field(5).(*array.ListBuilder); len(t.params) == 0 {
		params.AppendNull()
	} else {
		params.Append(true)
		for _, p := range t.params {
			params.ValueBuilder().(*array.StringBuilder).Append(p)
		}
	}
	number(6, int32(pb.Nullable_NULLABILITY_NULLABLE), true)
	flag(7, t.caseMatters, true)
	number(8, int32(pb.Searchable_SEARCHABLE_FULL), true)
	flag(9, t.unsigned, t.radix > 0)
	flag(10, false, true)
	flag(11, false, t.radix > 0)
	text(b, 12, t.name)
	number(13, 0, t.radix > 0 || t.maxScale > 0)
	number(14, t.maxScale, t.radix > 0 || t.maxScale > 0)
	number(15, int32(t.of), true)
	number(16, int32(t.sub), t.sub != 0)
	number(17, t.radix, t.radix > 0)
	number(18, 0, false)
}
