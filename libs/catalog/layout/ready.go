package layout

import (
	"encoding/binary"
	"slices"

	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

// MaxReadyKeys bounds the keys of a ready page, so that it stays below MaxValueBytes.
const MaxReadyKeys = 100_000

// readyFormat is the first byte of a ready page.
const readyFormat = 1

// ReadyPage is one report of a worker: files that it has and files that it no longer has. Pages
// apply in the order of their numbers; in one page what is removed goes first.
type ReadyPage struct {
	Add, Remove []chunks.Key
}

// Encode writes the page: the format, both counts, then both sorted lists, eight bytes a key. Keys
// are hashes, so compression would gain nothing. It sorts the page's slices in place; more than
// MaxReadyKeys keys are an internal error.
func (p *ReadyPage) Encode() (string, error) {
	if len(p.Add)+len(p.Remove) > MaxReadyKeys {
		return "", fault.New(fault.Internal, "write ready page", "%d keys", len(p.Add)+len(p.Remove))
	}
	out := binary.AppendUvarint([]byte{readyFormat}, uint64(len(p.Add)))
	out = binary.AppendUvarint(out, uint64(len(p.Remove)))
	for _, list := range [][]chunks.Key{p.Add, p.Remove} {
		slices.Sort(list)
		for i, k := range list {
			if i > 0 && list[i-1] == k {
				return "", fault.New(fault.Internal, "write ready page", "key %x is twice in it", uint64(k))
			}
			out = binary.LittleEndian.AppendUint64(out, uint64(k))
		}
	}
	return string(out), nil
}

// DecodeReady reads what Encode wrote and nothing else (internal otherwise: etcd has only what
// Shoal wrote).
func DecodeReady(data []byte) (ReadyPage, error) {
	bad := func(why string) (ReadyPage, error) {
		return ReadyPage{}, fault.New(fault.Internal, "read ready page", "%s", why)
	}
	if len(data) == 0 || data[0] != readyFormat {
		return bad("unknown format")
	}
	rest := data[1:]
	var counts [2]uint64
	for i := range counts {
		n, size := binary.Uvarint(rest)
		if size <= 0 || n > MaxReadyKeys || size > 1 && rest[size-1] == 0 {
			return bad("bad count")
		}
		counts[i], rest = n, rest[size:]
	}
	if counts[0]+counts[1] > MaxReadyKeys || uint64(len(rest)) != 8*(counts[0]+counts[1]) {
		return bad("its length is not that of its keys")
	}
	var lists [2][]chunks.Key
	for i, n := range counts {
		lists[i] = make([]chunks.Key, n)
		for j := range lists[i] {
			lists[i][j] = chunks.Key(binary.LittleEndian.Uint64(rest))
			rest = rest[8:]
			if j > 0 && lists[i][j-1] >= lists[i][j] {
				return bad("its keys are not ascending")
			}
		}
	}
	return ReadyPage{Add: lists[0], Remove: lists[1]}, nil
}
