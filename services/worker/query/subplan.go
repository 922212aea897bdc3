package query

import (
	"fmt"
	"maps"
	"slices"

	"github.com/apache/arrow/go/v17/arrow"

	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

// Subplan is what a worker is asked to run.
type Subplan struct {
	QueryID string
	// Plan is the Substrait plan.
	Plan []byte
	// Tables are all that the plan may read.
	Tables []Table
	// Sent are tables of rows that came with it, which the plan reads as {rel.SentTable, name}.
	Sent []Sent
	// Report asks for what it took to be measured.
	Report bool
	// Heavy says that the query takes much.
	Heavy bool
	// Announce is told the schema of the rows before the first is computed; nil is not told.
	Announce func(*arrow.Schema) error
}

// Table is a table's files in a subplan. It may have none: then it has no rows.
type Table struct {
	Dataset, Name string
	// Files are the files' paths in the object store, Chunks how errors name them, one a file.
	Files, Chunks []string
}

// Sent are rows that came with a subplan.
type Sent struct {
	Name string
	// Data is an Arrow IPC stream.
	Data []byte
}

func (t *Table) String() string { return t.Dataset + "." + t.Name }

// files are the objects of all tables, one table after the other.
func (s *Subplan) files() []string {
	var out []string
	for i := range s.Tables {
		out = append(out, s.Tables[i].Files...)
	}
	return out
}

// maxNamed bounds how many chunks an error lists: it must fit into gRPC headers.
const maxNamed = 48

// missing is the fault for files that this worker does not have, or not any more. The details are
// "worker", "missing_chunks" (table → chunk ids, the first maxNamed) and "missing_total".
func (s *Subplan) missing(worker chunks.WorkerID, places []int, why string) *fault.Fault {
	missing := make(map[int]bool, len(places))
	for _, p := range places {
		missing[p] = true
	}
	named := map[string][]string{}
	first, n := "", 0
	for i := range s.Tables {
		t := &s.Tables[i]
		for j, chunk := range t.Chunks {
			if !missing[n+j] {
				continue
			}
			if first == "" {
				first = t.String() + " " + chunk
			}
			if len(named[t.String()]) < maxNamed {
				named[t.String()] = append(named[t.String()], chunk)
			}
		}
		n += len(t.Chunks)
	}
	trim(named)
	return fault.New(fault.Unavailable, "read chunks", "worker %s %s: %s", worker, why, andMore(first, len(places))).
		WithHint("ask another replica, or plan again").WithQuery(s.QueryID).
		WithDetail("worker", string(worker)).
		WithDetail("missing_chunks", named).WithDetail("missing_total", len(places))
}

// trim keeps maxNamed ids over all tables.
func trim(named map[string][]string) {
	left := maxNamed
	for _, table := range slices.Sorted(maps.Keys(named)) {
		if len(named[table]) > left {
			named[table] = named[table][:left]
		}
		if left -= len(named[table]); len(named[table]) == 0 {
			delete(named, table)
		}
	}
}

func andMore(first string, n int) string {
	if n > 1 {
		return first + " and " + plural(n-1, "more file")
	}
	return first
}

func plural(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}
