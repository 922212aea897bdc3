package filters

import (
	"strings"

	"github.com/shoal-db/shoal/libs/catalog"
	"github.com/shoal-db/shoal/libs/catalog/metaapi"
	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/chunks/filter"
	"github.com/shoal-db/shoal/libs/chunks/value"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/platform/nearest"
)

// Auto and None stand for columns in a load's specification.
const (
	Auto = "auto"
	None = "none"
)

// Spec says which columns of a load get filters.
type Spec struct {
	// Columns are the ordinals of those that may.
	Columns []int
	// Auto gives filters only to chunks and columns that deserve one.
	Auto bool
	// Bits is how many bits a fingerprint has.
	Bits uint8
}

// SpecOf reads what a load asks for, or says (invalid_argument) why it cannot have it.
func SpecOf(load metaapi.LoadSpec) (Spec, error) {
	const op = "choose filters"
	spec := Spec{Bits: filter.DefaultBits}
	if load.FilterBits != 0 {
		if load.FilterBits < 1 || load.FilterBits > filter.MaxBits {
			return spec, fault.New(fault.InvalidArgument, op, "filters cannot have %d bits", load.FilterBits).
				WithHint("they have 1 to %d; with n of them, one in 2^n lookups of a value that is not there reads a chunk", filter.MaxBits)
		}
		spec.Bits = uint8(load.FilterBits)
	}
	names := load.FilterColumns
	switch {
	case len(names) == 0, len(names) == 1 && names[0] == Auto:
		if load.Kind != catalog.Reference {
			spec.Auto, spec.Columns = true, candidates(load)
		}
		return spec, nil
	case len(names) == 1 && names[0] == None:
		return spec, nil
	case load.Kind == catalog.Reference:
		return spec, fault.New(fault.InvalidArgument, op, "a reference table has no filters: it is one chunk, which is read whole")
	}
	for _, name := range names {
		i, err := chosen(load, name)
		if err != nil {
			return spec, err
		}
		spec.Columns = append(spec.Columns, i)
	}
	return spec, nil
}

// chosen finds a column that somebody wants filters of.
func chosen(load metaapi.LoadSpec, name string) (int, error) {
	const op = "choose filters"
	var have []string
	for i, c := range load.Columns {
		have = append(have, c.Name)
		if !strings.EqualFold(c.Name, name) {
			continue
		}
		if filter.FormOf(value.ParseType(c.Type)) == filter.NoForm {
			return 0, fault.New(fault.InvalidArgument, op, "there are no filters of column %q, which is %s", c.Name, c.Type).
				WithHint("columns of numbers, dates, times, texts, blobs and UUIDs can have one")
		}
		return i, nil
	}
	return 0, fault.New(fault.InvalidArgument, op, "there is no column %q", name).WithHint("%s", nearest.Hint(name, have))
}

// candidates are the columns of types that keys have. Measures, dates and times are compared by
// ranges rather than looked up, so that filters of them are made on request only.
func candidates(load metaapi.LoadSpec) (out []int) {
	for i, c := range load.Columns {
		if chunks.FoldName(c.Name) == chunks.FoldName(load.BlockColumn) {
			continue
		}
		switch t := value.ParseType(c.Type); t.Kind {
		case value.String:
			if c.Type != "JSON" {
				out = append(out, i)
			}
		case value.Integer:
			if t.Bits > 16 {
				out = append(out, i)
			}
		case value.UUID, value.Bytes:
			out = append(out, i)
		}
	}
	return out
}
