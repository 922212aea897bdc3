// Package nearest finds, for a name that does not exist, the existing names that were probably
// meant. It owns no names and keeps no state.
package nearest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Names returns up to max of the names in have that are close to want, the closest first; it may
// be empty. Case does not count. A name is close when about a third of its letters differ at
// most, or when one of the two begins or ends with the other.
func Names(want string, have []string, max int) []string {
	type candidate struct {
		name string
		far  int
	}
	var close []candidate
	w := strings.ToLower(want)
	for _, name := range have {
		n := strings.ToLower(name)
		if far, ok := apart(w, n); ok {
			close = append(close, candidate{name, far})
		}
	}
	slices.SortFunc(close, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.far, b.far), strings.Compare(a.name, b.name))
	})
	names := make([]string, 0, min(max, len(close)))
	for _, c := range close {
		if len(names) == max {
			break
		}
		if !slices.Contains(names, c.name) {
			names = append(names, c.name)
		}
	}
	return names
}

// Hint returns "did you mean a, b or c?" for the nearest three names, and "" if none is close.
func Hint(want string, have []string) string {
	names := Names(want, have, 3)
	switch n := len(names); n {
	case 0:
		return ""
	case 1:
		return fmt.Sprintf("did you mean %s?", names[0])
	default:
		return fmt.Sprintf("did you mean %s or %s?", strings.Join(names[:n-1], ", "), names[n-1])
	}
}

// maxLength bounds the quadratic work for names that somebody made up to be long.
const maxLength = 128

// apart returns how far two names are from each other, and whether that is close.
func apart(a, b string) (int, bool) {
	if a == b {
		return 0, true
	}
	la, lb := utf8.RuneCountInString(a), utf8.RuneCountInString(b)
	shorter, longer := min(la, lb), max(la, lb)
	if longer > maxLength {
		return 0, false
	}
	affix := strings.HasPrefix(a, b) || strings.HasPrefix(b, a) || strings.HasSuffix(a, b) || strings.HasSuffix(b, a)
	if affix && shorter >= 3 {
		return 1, true
	}
	if longer-shorter > longer/3+1 {
		return 0, false
	}
	d := distance([]rune(a), []rune(b))
	return d, d < longer && d <= max(1, longer/3)
}

// distance is the number of letters to insert, remove, change or swap with their neighbour
// (optimal string alignment).
func distance(a, b []rune) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			change := 1
			if a[i-1] == b[j-1] {
				change = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
