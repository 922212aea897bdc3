package duckdb

import (
	"strconv"
	"time"

	bindings "github.com/duckdb/duckdb-go-bindings"
)

// Profile is what DuckDB measured of a query that has run to its end.
type Profile struct {
	// CPU is the time that operators took, over all threads; waiting for registered readers counts.
	CPU time.Duration
	// RowsScanned are the rows that scans of tables, files and readers gave, after what they could skip
	// and filter by themselves. (DuckDB's own metric of that name is the scans' estimates.)
	RowsScanned int64
	// PeakMemoryBytes is the most memory that the engine held at a time, and PeakSpillBytes the most
	// that lay in its spill folder, while the query ran. Other queries of the engine count.
	PeakMemoryBytes, PeakSpillBytes int64
}

// enableProfiling has the connection measure what comes next. The table function does what SET would,
// and works while the configuration is locked.
func (r *run) enableProfiling(op string) error {
	var res bindings.Result
	var state bindings.State
	r.call(func() { state = bindings.Query(r.conn.db, "CALL enable_profiling(format := 'no_output')", &res) })
	defer bindings.DestroyResult(&res)
	if state != bindings.StateSuccess {
		return r.fault(op, bindings.ResultError(&res))
	}
	return nil
}

// readProfile reads what the connection's last query took; nil if DuckDB has not measured it.
func readProfile(conn bindings.Connection) *Profile {
	info := bindings.GetProfilingInfo(conn)
	if info.Ptr == nil {
		return nil
	}
	return &Profile{
		CPU:             time.Duration(metric(info, "CPU_TIME") * float64(time.Second)),
		RowsScanned:     rowsScanned(info),
		PeakMemoryBytes: int64(metric(info, "SYSTEM_PEAK_BUFFER_MEMORY")),
		PeakSpillBytes:  int64(metric(info, "SYSTEM_PEAK_TEMP_DIR_SIZE")),
	}
}

// rowsScanned adds up the scans below an operator.
func rowsScanned(info bindings.ProfilingInfo) (rows int64) {
	if textMetric(info, "OPERATOR_TYPE") == "TABLE_SCAN" {
		rows = int64(metric(info, "OPERATOR_CARDINALITY"))
	}
	for i := range bindings.ProfilingInfoGetChildCount(info) {
		rows += rowsScanned(bindings.ProfilingInfoGetChild(info, i))
	}
	return rows
}

// metric reads a number; 0 for one that DuckDB does not have.
func metric(info bindings.ProfilingInfo, name string) float64 {
	number, err := strconv.ParseFloat(textMetric(info, name), 64)
	if err != nil {
		return 0
	}
	return number
}

func textMetric(info bindings.ProfilingInfo, name string) string {
	value := bindings.ProfilingInfoGetValue(info, name)
	if value.Ptr == nil {
		return ""
	}
	defer bindings.DestroyValue(&value)
	return bindings.GetVarchar(value)
}
