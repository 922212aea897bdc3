package manifest

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/file"
	"github.com/apache/arrow/go/v17/parquet/metadata"
	"github.com/apache/arrow/go/v17/parquet/schema"
	"github.com/shoal-db/shoal/libs/chunks/value"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

// Column is a column of a table: its name, and DuckDB's name of its type as DESCRIBE prints it.
type Column struct {
	Name string
	Type string
}

// FromParquet reads the footer of a Parquet file of size bytes and returns the number of rows and
// the statistics of each column. The file must have exactly the given columns, in that order and
// in a physical form of their types; what differs is named (invalid_argument), as is a file that
// is no Parquet or is cut off. Faults of r keep their kind.
//
// What is known of DuckDB 1.5.4's writer, found by experiment: a float column with a NaN in a row
// group gets no bounds there, infinities are bounds like others; a string column gets none when a
// bound would be empty or end within a character, and bounds beyond 256 bytes are cut and the
// maximum stepped up; HUGEINT is written as DOUBLE without bounds; TIMESTAMP_S as microseconds;
// enums, BIT and TIME_NS as text, whose order is not theirs. Bounds are taken as enclosing only, so
// whether the file calls them exact makes no difference.
func FromParquet(r io.ReaderAt, size int64, columns []Column) (rows int64, stats []ColumnStats, err error) {
	const op = "read parquet footer"
	in := &source{ReaderAt: r}
	defer func() {
		if p := recover(); p != nil {
			// The reader does not check all that a broken footer can say.
			err = fault.New(fault.InvalidArgument, op, "the footer is broken: %v", p)
		}
		if err != nil {
			rows, stats = 0, nil
			if in.err != nil {
				err = fault.Wrap(in.err, op)
			}
		}
	}()
	f, err := file.NewParquetReader(io.NewSectionReader(in, 0, size))
	if err != nil {
		return 0, nil, fault.New(fault.InvalidArgument, op, "%w", err)
	}
	md := f.MetaData()
	leaves, err := checkColumns(md.Schema, columns)
	if err != nil {
		return 0, nil, fault.From(err).WithOp(op)
	}
	t := &footer{md: md, trustsMax: trustsFloatMax(md)}
	for g := range md.RowGroups {
		rows += md.RowGroups[g].NumRows
	}
	if rows != md.NumRows {
		return 0, nil, fault.New(fault.InvalidArgument, op, "row groups have %d rows, the file %d", rows, md.NumRows)
	}
	for i, c := range columns {
		s, err := t.column(leaves[i], value.ParseType(c.Type))
		if err != nil {
			return 0, nil, fault.New(fault.InvalidArgument, op, "column %q: %s", c.Name, fault.Text(err))
		}
		stats = append(stats, s)
	}
	return rows, stats, nil
}

// source remembers the error of the reader beneath, which the Parquet reader would turn into text.
type source struct {
	io.ReaderAt
	err error
}

func (s *source) ReadAt(p []byte, off int64) (int, error) {
	n, err := s.ReaderAt.ReadAt(p, off)
	if err != nil && !errors.Is(err, io.EOF) && s.err == nil {
		s.err = err
	}
	return n, err
}

// trustsFloatMax tells whether the file's writer leaves out the bounds of floats that have NaN. The
// format would have writers leave out just the NaN, and then it could be above the maximum.
func trustsFloatMax(md *metadata.FileMetaData) bool {
	return strings.HasPrefix(md.GetCreatedBy(), "DuckDB version v1.")
}

// checkColumns returns the index of the leaf of each column, -1 for those that are nested.
func checkColumns(s *schema.Schema, columns []Column) ([]int, error) {
	root := s.Root()
	if root.NumFields() != len(columns) {
		return nil, fault.New(fault.InvalidArgument, "", "the file has %d columns, the table %d", root.NumFields(), len(columns))
	}
	leaves := make([]int, len(columns))
	next := 0
	for i, c := range columns {
		field := root.Field(i)
		if field.Name() != c.Name {
			return nil, fault.New(fault.InvalidArgument, "", "column %d is %q in the file and %q in the table",
				i+1, field.Name(), c.Name)
		}
		n := countLeaves(field)
		leaves[i] = -1
		if field.Type() == schema.Primitive && field.RepetitionType() != parquet.Repetitions.Repeated {
			leaves[i] = next
		}
		next += n
		if t := value.ParseType(c.Type); t.Kind != value.None {
			if leaves[i] < 0 {
				return nil, fault.New(fault.InvalidArgument, "", "column %q is nested in the file and %s in the table", c.Name, c.Type)
			}
			if !fits(s.Column(leaves[i]), t) {
				return nil, fault.New(fault.InvalidArgument, "", "column %q is %s in the file and %s in the table",
					c.Name, describe(s.Column(leaves[i])), c.Type)
			}
		}
	}
	return leaves, nil
}

func countLeaves(n schema.Node) int {
	g, ok := n.(*schema.GroupNode)
	if !ok {
		return 1
	}
	total := 0
	for i := range g.NumFields() {
		total += countLeaves(g.Field(i))
	}
	return total
}

func describe(c *schema.Column) string {
	if l := c.LogicalType(); l != nil && !l.IsNone() {
		return fmt.Sprintf("%s (%s)", c.PhysicalType(), l)
	}
	return c.PhysicalType().String()
}

// fits tells whether a leaf has the form in which DuckDB writes the type.
func fits(c *schema.Column, t value.Type) bool {
	p := c.PhysicalType()
	switch t.Kind {
	case value.Bool:
		return p == parquet.Types.Boolean
	case value.Integer:
		return fitsInteger(c, t)
	case value.Decimal:
		d, ok := c.LogicalType().(*schema.DecimalLogicalType)
		if !ok || d.Scale() != int32(t.Scale) {
			return false
		}
		return p == parquet.Types.Int32 || p == parquet.Types.Int64 ||
			p == parquet.Types.FixedLenByteArray && c.TypeLength() > 0 && c.TypeLength() <= 16
	case value.Float32:
		return p == parquet.Types.Float
	case value.Float64:
		return p == parquet.Types.Double
	case value.String, value.Bytes:
		return p == parquet.Types.ByteArray
	case value.UUID:
		return p == parquet.Types.FixedLenByteArray && c.TypeLength() == 16
	case value.Date:
		return p == parquet.Types.Int32
	case value.Time:
		l, ok := c.LogicalType().(*schema.TimeLogicalType)
		return p == parquet.Types.Int64 && ok && l.TimeUnit() == schema.TimeUnitMicros
	case value.Timestamp, value.TimestampTZ:
		l, ok := c.LogicalType().(*schema.TimestampLogicalType)
		return p == parquet.Types.Int64 && ok && (t.Kind == value.Timestamp || l.TimeUnit() == schema.TimeUnitMicros)
	}
	return false
}

func fitsInteger(c *schema.Column, t value.Type) bool {
	switch {
	case t.Bits > 64:
		return true // whatever it is, it gets no bounds
	case t.Bits == 64:
		return c.PhysicalType() == parquet.Types.Int64 && isSigned(c) != t.Unsigned
	}
	return c.PhysicalType() == parquet.Types.Int32 && isSigned(c) != t.Unsigned
}

// isSigned tells whether a leaf of integers is; those without a logical type are.
func isSigned(c *schema.Column) bool {
	l, ok := c.LogicalType().(*schema.IntLogicalType)
	return !ok || l.IsSigned()
}
