package formats

import (
	"mime"
	"strconv"
	"strings"
)

// Choose returns the media type that an Accept header prefers, and false when it takes none of
// them. Without a preference it is JSON.
func Choose(accept string) (string, bool) {
	if strings.TrimSpace(accept) == "" {
		return TypeJSON, true
	}
	best, bestQuality := "", 0.0
	for _, offer := range []string{TypeJSON, TypeArrow, TypeCSV} {
		if q := quality(accept, offer); q > bestQuality {
			best, bestQuality = offer, q
		}
	}
	return best, best != ""
}

// quality is what the header's most specific range that covers the offer gives it (RFC 9110, 12.5.1).
func quality(accept, offer string) float64 {
	q, specific := 0.0, 0
	for _, part := range strings.Split(accept, ",") {
		name, params, err := mime.ParseMediaType(strings.TrimSpace(part))
		if err != nil {
			continue
		}
		rank := covers(name, offer)
		if rank <= specific {
			continue
		}
		specific, q = rank, 1
		if text, ok := params["q"]; ok {
			if q, err = strconv.ParseFloat(text, 64); err != nil || q < 0 || q > 1 {
				q = 0
			}
		}
	}
	return q
}

// covers ranks how specifically a media range covers the offer; 0 if it doesn't.
func covers(name, offer string) int {
	kind, _, _ := strings.Cut(offer, "/")
	switch name {
	case offer:
		return 3
	case kind + "/*":
		return 2
	case "*/*":
		return 1
	}
	return 0
}
