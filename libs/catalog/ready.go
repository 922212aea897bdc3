package catalog

import (
	"slices"

	"github.com/shoal-db/shoal/libs/chunks"
)

const (
	// shardBits cuts a ready set by the top bits of its keys, so that a change copies little.
	shardBits = 8
	shards    = 1 << shardBits
)

// readySet is an immutable set of file keys: sorted shards, shared between its versions.
type readySet struct {
	shards [shards][]chunks.Key
	count  int
}

var noFiles = &readySet{}

func shardOf(k chunks.Key) int { return int(k >> (64 - shardBits)) }

func (s *readySet) has(k chunks.Key) bool {
	_, ok := slices.BinarySearch(s.shards[shardOf(k)], k)
	return ok
}

func (s *readySet) len() int { return s.count }

// with returns the set with keys removed and then others added. It leaves its arguments as they are.
func (s *readySet) with(add, remove []chunks.Key) *readySet {
	if len(add) == 0 && len(remove) == 0 {
		return s
	}
	out := *s
	adds, removes := byShard(add), byShard(remove)
	for i := range out.shards {
		if len(adds[i]) > 0 || len(removes[i]) > 0 {
			out.shards[i] = mergeKeys(out.shards[i], adds[i], removes[i])
			out.count += len(out.shards[i]) - len(s.shards[i])
		}
	}
	return &out
}

func byShard(keys []chunks.Key) (out [shards][]chunks.Key) {
	sorted := slices.Clone(keys)
	slices.Sort(sorted)
	sorted = slices.Compact(sorted)
	for len(sorted) > 0 {
		i := shardOf(sorted[0])
		n := 1
		for n < len(sorted) && shardOf(sorted[n]) == i {
			n++
		}
		out[i], sorted = sorted[:n], sorted[n:]
	}
	return out
}

// mergeKeys returns (have − remove) ∪ add; all three are sorted.
func mergeKeys(have, add, remove []chunks.Key) []chunks.Key {
	out := make([]chunks.Key, 0, len(have)+len(add))
	for len(have) > 0 || len(add) > 0 {
		switch {
		case len(have) == 0 || len(add) > 0 && add[0] < have[0]:
			out, add = append(out, add[0]), add[1:]
		case len(add) > 0 && add[0] == have[0]:
			out, add, have = append(out, add[0]), add[1:], have[1:]
		default:
			k := have[0]
			have = have[1:]
			for len(remove) > 0 && remove[0] < k {
				remove = remove[1:]
			}
			if len(remove) == 0 || remove[0] != k {
				out = append(out, k)
			}
		}
	}
	return out
}

// all calls yield with each key, in order, until it returns false.
func (s *readySet) all(yield func(chunks.Key) bool) {
	for _, shard := range s.shards {
		for _, k := range shard {
			if !yield(k) {
				return
			}
		}
	}
}
