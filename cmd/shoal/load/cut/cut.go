// Package cut decides where a load's rows, sorted by block, are cut into chunks. It is pure.
//
// Invariants: every row is in exactly one piece, all rows of a block are in one, and pieces follow
// each other without a gap in row numbers; a block that lies in an existing range of the axis goes
// to the piece of that range, whatever its size; a new range overlaps neither an existing range nor
// another new one; between two existing ranges the new ones are contiguous (one ends where the next
// begins, less one) and are no wider than the blocks at hand, so that later loads find the room
// beside them free; a new range has more than the wanted number of rows only if it has a single
// block; NULL blocks are a piece of their own, the last one.
package cut

import (
	"slices"

	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

const op = "cut chunks"

// Piece is a run of rows of the sorted input that becomes one table's file in one chunk.
type Piece struct {
	Range chunks.Range
	// Row is the number, from 0, of the first row, Rows how many there are, at least 1.
	Row, Rows int64
}

// Cutter takes blocks in ascending order and makes pieces of them.
type Cutter struct {
	existing []chunks.Range // those that may still get blocks
	wanted   int64
	pieces   []Piece
	row      int64
	fresh    bool  // the last piece is a new range, which may grow
	placed   bool  // a block was placed
	last     int64 // the block that was placed last
	// The block that is coming in, not placed yet.
	block, rows int64
}

// New returns a cutter for an axis that has the given ranges already, in any order. Wanted, at
// least 1, is how many rows a new range may have if it has more than one block.
func New(existing []chunks.Range, wanted int64) *Cutter {
	c := &Cutter{wanted: max(wanted, 1)}
	for _, r := range existing {
		if !r.Null {
			c.existing = append(c.existing, r)
		}
	}
	slices.SortFunc(c.existing, chunks.Range.Compare)
	return c
}

// Add takes the next rows, all of one block. A block may come in several calls one after the other;
// one that is smaller than that of the call before is an internal fault.
func (c *Cutter) Add(block, rows int64) error {
	if rows <= 0 {
		return nil
	}
	if c.rows > 0 && block == c.block {
		c.rows += rows
		return nil
	}
	c.flush()
	switch n := len(c.pieces); {
	case n > 0 && c.pieces[n-1].Range.Null:
		return fault.New(fault.Internal, op, "block %d comes after NULL", block)
	case c.placed && block <= c.last:
		return fault.New(fault.Internal, op, "block %d comes after %d", block, c.last)
	}
	c.block, c.rows = block, rows
	return nil
}

// AddNull takes rows whose block is NULL; only more of them may follow.
func (c *Cutter) AddNull(rows int64) {
	c.flush()
	switch {
	case rows <= 0:
	case len(c.pieces) > 0 && c.pieces[len(c.pieces)-1].Range.Null:
		c.grow(rows)
	default:
		c.begin(chunks.NullRange(), rows)
	}
}

// Pieces returns what was cut, when all rows were added. The slice is the cutter's.
func (c *Cutter) Pieces() []Piece {
	c.flush()
	return c.pieces
}

// flush places the block that came in, now that all its rows are known.
func (c *Cutter) flush() {
	if c.rows == 0 {
		return
	}
	c.place(c.block, c.rows)
	c.placed, c.last, c.rows = true, c.block, 0
}

func (c *Cutter) place(block, rows int64) {
	passed := false // an existing range lies between the last block and this one
	for len(c.existing) > 0 && c.existing[0].Last < block {
		passed = passed || c.placed && c.existing[0].First > c.last
		c.existing = c.existing[1:]
	}
	n := len(c.pieces)
	switch {
	case len(c.existing) > 0 && c.existing[0].Contains(block):
		if n > 0 && c.pieces[n-1].Range == c.existing[0] {
			c.grow(rows)
			return
		}
		c.begin(c.existing[0], rows)
		c.fresh = false
	case !c.fresh || passed:
		c.begin(chunks.Range{First: block, Last: block}, rows)
		c.fresh = true
	case c.pieces[n-1].Rows+rows > c.wanted:
		c.pieces[n-1].Range.Last = block - 1
		c.begin(chunks.Range{First: block, Last: block}, rows)
	default:
		c.pieces[n-1].Range.Last = block
		c.grow(rows)
	}
}

func (c *Cutter) begin(r chunks.Range, rows int64) {
	c.pieces = append(c.pieces, Piece{Range: r, Row: c.row, Rows: rows})
	c.row += rows
}

func (c *Cutter) grow(rows int64) {
	c.pieces[len(c.pieces)-1].Rows += rows
	c.row += rows
}

// Positions cuts rows by their position, the first of which has the given one.
func Positions(first, rows, wanted int64) []Piece {
	wanted = max(wanted, 1)
	var pieces []Piece
	for row := int64(0); row < rows; row += wanted {
		n := min(wanted, rows-row)
		pieces = append(pieces, Piece{
			Range: chunks.Range{First: first + row, Last: first + row + n - 1},
			Row:   row, Rows: n,
		})
	}
	return pieces
}
