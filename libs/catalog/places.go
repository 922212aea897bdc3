package catalog

import (
	"github.com/shoal-db/shoal/libs/catalog/layout"
	"github.com/shoal-db/shoal/libs/chunks/assignment"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

// readPlacement decodes assignment pages, which are in the order of their ranges; nil for none.
func (s *state) readPlacement(ids []string) (*placement, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	tables := make([]assignment.Table, len(ids))
	p := &placement{}
	for i, id := range ids {
		raw, ok := s.places[layout.PlacesKey(id)]
		if !ok {
			return nil, fault.New(fault.Internal, "read assignment", "page %s is missing", id)
		}
		var err error
		if tables[i], err = assignment.DecodePage(raw); err != nil {
			return nil, err
		}
		p.width = max(p.width, tables[i].Width)
	}
	for i := range tables {
		s.appendPlaces(p, &tables[i])
	}
	return p, nil
}

func (s *state) appendPlaces(p *placement, t *assignment.Table) {
	slots := make([]int32, len(t.Workers))
	for i, id := range t.Workers {
		slots[i] = s.slot(id)
	}
	p.ranges = append(p.ranges, t.Ranges...)
	for i := range t.Ranges {
		row := len(p.slots)
		for _, w := range t.Replicas(i) {
			if w >= 0 {
				p.slots = append(p.slots, slots[w])
			}
		}
		for len(p.slots) < row+p.width {
			p.slots = append(p.slots, noSlot)
		}
	}
}
