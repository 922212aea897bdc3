package chunks

import (
	"encoding/binary"
	"strconv"
	"strings"

	"github.com/shoal-db/shoal/libs/platform/fault"
)

// ContentHash is the first 32 bits of a file's SHA-256, written as eight lower-case hex digits.
// It tells versions of a range apart; it does not protect against a forger.
type ContentHash uint32

// HashOf returns the content hash that belongs to a SHA-256 sum.
func HashOf(sum [32]byte) ContentHash { return ContentHash(binary.BigEndian.Uint32(sum[:4])) }

// String is the hash as paths spell it: 1a2b3c4d.
func (h ContentHash) String() string { return string(h.append(nil)) }

func (h ContentHash) append(b []byte) []byte {
	const digits = "0123456789abcdef"
	for shift := 28; shift >= 0; shift -= 4 {
		b = append(b, digits[h>>shift&15])
	}
	return b
}

// ParseContentHash is the inverse of String; any other spelling is invalid_argument.
func ParseContentHash(s string) (ContentHash, error) {
	if len(s) == 8 && strings.Trim(s, "0123456789abcdef") == "" {
		if v, err := strconv.ParseUint(s, 16, 32); err == nil {
			return ContentHash(v), nil
		}
	}
	return 0, fault.New(fault.InvalidArgument, "parse content hash",
		"%q is not eight lower-case hexadecimal digits", clip(s))
}

// ID names one table's file in a chunk: its blocks and its content. It is comparable.
type ID struct {
	Range Range
	Hash  ContentHash
}

// String is <first>-<last>-<hash> with blocks of at least ten digits after an optional minus sign,
// or null-<hash>. ParseID is its inverse.
func (id ID) String() string {
	return string(id.Hash.append(append(id.Range.append(make([]byte, 0, 48)), '-')))
}

// MarshalText lets ids be JSON strings and map keys.
func (id ID) MarshalText() ([]byte, error) {
	if !id.Range.Valid() {
		return nil, fault.New(fault.Internal, "write chunk id", "range %s is not valid", id.Range)
	}
	return []byte(id.String()), nil
}

// UnmarshalText is ParseID.
func (id *ID) UnmarshalText(text []byte) (err error) {
	*id, err = ParseID(string(text))
	return err
}

// Compare orders ids by range (NULL last), then by hash.
func (id ID) Compare(o ID) int {
	if c := id.Range.Compare(o.Range); c != 0 {
		return c
	}
	switch {
	case id.Hash < o.Hash:
		return -1
	case id.Hash > o.Hash:
		return 1
	}
	return 0
}

// ParseID reads what String writes, and nothing else: a text has one reading, and an id one text.
func ParseID(s string) (ID, error) {
	bad := func(why string) (ID, error) {
		return ID{}, fault.New(fault.InvalidArgument, "parse chunk id", "%q: %s", clip(s), why).
			WithHint("a chunk id looks like 0000000001-0000032000-1a2b3c4d or null-1a2b3c4d")
	}
	var id ID
	rest, isNull := strings.CutPrefix(s, "null-")
	if isNull {
		id.Range = NullRange()
	} else {
		var ok bool
		if id.Range.First, rest, ok = cutBlock(s); !ok {
			return bad("the first block is not a 64-bit number of at least ten digits")
		}
		if id.Range.Last, rest, ok = cutBlock(rest); !ok {
			return bad("the last block is not a 64-bit number of at least ten digits")
		}
		if !id.Range.Valid() {
			return bad("the first block is after the last")
		}
	}
	var err error
	if id.Hash, err = ParseContentHash(rest); err != nil {
		return bad("the hash is not eight lower-case hexadecimal digits")
	}
	return id, nil
}

// cutBlock reads one padded number and the dash after it. The dash ends the digits, so a sign can
// only be a leading one.
func cutBlock(s string) (block int64, rest string, ok bool) {
	end := 0
	if strings.HasPrefix(s, "-") {
		end = 1
	}
	for end < len(s) && '0' <= s[end] && s[end] <= '9' {
		end++
	}
	rest, ok = strings.CutPrefix(s[end:], "-")
	if !ok {
		return 0, "", false
	}
	block, err := strconv.ParseInt(s[:end], 10, 64)
	// One value has one spelling: no minus zero, no more zeros than the padding needs.
	return block, rest, err == nil && string(appendPadded(nil, block)) == s[:end]
}

// clip keeps garbage from a peer short in messages.
func clip(s string) string {
	if len(s) > 80 {
		return s[:80] + "…"
	}
	return s
}
