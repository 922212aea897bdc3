package chunks

import (
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"

	"github.com/shoal-db/shoal/libs/platform/fault"
)

// MaxNameBytes bounds dataset and table names.
const MaxNameBytes = 63

// reservedDatasets have a meaning of their own to SQL clients.
var reservedDatasets = map[string]bool{
	"information_schema": true, "pg_catalog": true, "temp": true, "system": true,
}

// reservedFiles cannot be file names on Windows, whatever their extension.
var reservedFiles = map[string]bool{
	"con": true, "prn": true, "aux": true, "nul": true,
	"com1": true, "com2": true, "com3": true, "com4": true, "com5": true, "com6": true, "com7": true, "com8": true, "com9": true,
	"lpt1": true, "lpt2": true, "lpt3": true, "lpt4": true, "lpt5": true, "lpt6": true, "lpt7": true, "lpt8": true, "lpt9": true,
}

// CheckDatasetName tells (invalid_argument) why name cannot name a dataset. Names are ASCII
// letters, digits and underscores, not led by a digit: they are path elements and SQL identifiers
// without quotes.
func CheckDatasetName(name string) error {
	if err := checkName("dataset", name); err != nil {
		return err
	}
	if reservedDatasets[strings.ToLower(name)] {
		return fault.New(fault.InvalidArgument, "check name", "the dataset name %q is reserved", name)
	}
	return nil
}

// CheckTableName tells (invalid_argument) why name cannot name a table; see CheckDatasetName.
func CheckTableName(name string) error { return checkName("table", name) }

// reservedPrefixes begin the names of what DuckDB lists its own catalog in. A table of such a name would stand in their
// place, for everybody who lists tables.
var reservedPrefixes = []string{"duckdb_", "sqlite_", "pragma_", "pg_"}

// databases are what SQL calls the catalog, and DuckDB its own; a dataset of such a name would be taken for one.
var databases = map[string]bool{"shoal": true, "memory": true}

// CheckNewNames tells (invalid_argument) why a table cannot be made. It refuses more than CheckDatasetName and
// CheckTableName, which say what names there can be: there may be tables from before a name was reserved.
func CheckNewNames(dataset, table string) error {
	if err := CheckDatasetName(dataset); err != nil {
		return err
	}
	if err := CheckTableName(table); err != nil {
		return err
	}
	if databases[FoldName(dataset)] {
		return fault.New(fault.InvalidArgument, "check name", "the dataset name %q is reserved: SQL has a catalog of that name", dataset)
	}
	for _, prefix := range reservedPrefixes {
		if strings.HasPrefix(FoldName(table), prefix) {
			return fault.New(fault.InvalidArgument, "check name", "%q cannot name a table: names that begin with %s are those of the SQL catalog", table, prefix)
		}
	}
	return nil
}

func checkName(what, name string) error {
	var why string
	switch {
	case name == "":
		why = "it is empty"
	case len(name) > MaxNameBytes:
		why = "it is longer than 63 bytes"
	case name[0] >= '0' && name[0] <= '9':
		why = "it starts with a digit"
	case strings.HasPrefix(name, "_"):
		why = "it starts with an underscore, which is kept for Shoal's own folders"
	case strings.ContainsFunc(name, notNameRune):
		why = "it has characters other than ASCII letters, digits and underscores"
	case reservedFiles[strings.ToLower(name)]:
		why = "some file systems cannot store it"
	default:
		return nil
	}
	return fault.New(fault.InvalidArgument, "check name", "%q cannot name a %s: %s", clip(name), what, why).
		WithHint("use letters, digits and underscores, starting with a letter")
}

func notNameRune(r rune) bool {
	return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '_'
}

// FoldName returns the spelling under which names are compared: SQL does not tell A from a, and
// neither do some file systems.
func FoldName(name string) string { return strings.ToLower(name) }

// WorkerID names a worker for as long as it keeps its data. Anything printable without spaces and
// slashes will do; see CheckWorkerID.
type WorkerID string

// CheckWorkerID tells (invalid_argument) why id cannot name a worker.
func CheckWorkerID(id WorkerID) error {
	bad := id == "" || len(id) > MaxNameBytes || strings.ContainsFunc(string(id), func(r rune) bool {
		return notNameRune(r) && r != '-' && r != '.' && r != ':'
	})
	if bad {
		return fault.New(fault.InvalidArgument, "check worker id", "%q cannot name a worker", clip(string(id))).
			WithHint("use at most 63 letters, digits, '_', '-', '.' and ':'")
	}
	return nil
}

// ObjectPath is where a table's file in a chunk lies: <dataset>/<id>/<table>.parquet. The names
// must have passed CheckDatasetName and CheckTableName.
func ObjectPath(dataset, table string, id ID) string {
	return dataset + "/" + id.String() + "/" + table + ".parquet"
}

// ReferencePath is where a reference table's file lies: <dataset>/_reference/<hash>/<table>.parquet.
func ReferencePath(dataset, table string, hash ContentHash) string {
	return dataset + "/_reference/" + hash.String() + "/" + table + ".parquet"
}

// FilterSum is the first eight bytes of the SHA-256 of a file's filters, written as sixteen
// lower-case hex digits. It tells versions of them apart and detects damage.
type FilterSum uint64

// FilterSumOf returns the filter sum that belongs to a SHA-256 sum.
func FilterSumOf(sum [32]byte) FilterSum { return FilterSum(binary.BigEndian.Uint64(sum[:8])) }

// String is the sum as paths spell it.
func (s FilterSum) String() string { return fmt.Sprintf("%016x", uint64(s)) }

// FilterPath is where the filters of a table's file in a chunk lie, beside it:
// <dataset>/<id>/<table>.<sum>.filter.
func FilterPath(dataset, table string, id ID, sum FilterSum) string {
	return dataset + "/" + id.String() + "/" + table + "." + sum.String() + ".filter"
}

// ParseFilterName is the inverse of the last element of FilterPath: it returns the table and the sum.
func ParseFilterName(name string) (table string, sum FilterSum, ok bool) {
	rest, ok := strings.CutSuffix(name, ".filter")
	if !ok {
		return "", 0, false
	}
	table, digits, ok := strings.Cut(rest, ".")
	v, err := strconv.ParseUint(digits, 16, 64)
	if !ok || err != nil || FilterSum(v).String() != digits || CheckTableName(table) != nil {
		return "", 0, false
	}
	return table, FilterSum(v), true
}
