package catalog

import (
	"slices"

	"github.com/shoal-db/shoal/libs/catalog/layout"
	"github.com/shoal-db/shoal/libs/chunks"
)

// reportLog decides how a worker's reports are kept in pages: a change becomes a new page at the
// top, and takes in the pages below it as long as they are not much larger than itself. So n
// reports take O(log n) pages, and each key is written O(log n) times.
//
// Invariant: applying the pages in the order of their numbers gives the reported set, and so does
// applying each written page, when it is written, on top of what was before.
type reportLog struct {
	reported map[chunks.Key]struct{}
	pending  map[chunks.Key]bool // true: to add
	pages    []numberedPage      // the bottom first
	next     uint64
	removed  int // keys in Remove of all pages
}

type numberedPage struct {
	n uint64
	layout.ReadyPage
}

// pageWrite is one transaction: a page to write, and the pages that go with it.
type pageWrite struct {
	page numberedPage
	drop []uint64
}

func newReportLog() *reportLog {
	return &reportLog{reported: map[chunks.Key]struct{}{}, pending: map[chunks.Key]bool{}}
}

// change notes what is to be reported.
func (l *reportLog) change(add, remove []chunks.Key) {
	for _, k := range remove {
		l.note(k, false)
	}
	for _, k := range add {
		l.note(k, true)
	}
}

func (l *reportLog) note(k chunks.Key, add bool) {
	if _, has := l.reported[k]; has == add {
		delete(l.pending, k)
	} else {
		l.pending[k] = add
	}
}

// restart forgets all pages: what was reported is to be reported again.
func (l *reportLog) restart() {
	for k := range l.reported {
		if _, changed := l.pending[k]; !changed {
			l.pending[k] = true
		}
	}
	for k, add := range l.pending {
		if !add {
			delete(l.pending, k)
		}
	}
	l.reported, l.pages, l.next, l.removed = map[chunks.Key]struct{}{}, nil, 0, 0
}

// write returns the next transaction, false if there is nothing to report. It counts as done: if it
// fails, restart.
func (l *reportLog) write() (pageWrite, bool) {
	if len(l.pending) == 0 {
		return pageWrite{}, false
	}
	var fresh layout.ReadyPage
	for k, add := range l.pending {
		if add {
			fresh.Add = append(fresh.Add, k)
		} else {
			fresh.Remove = append(fresh.Remove, k)
		}
		if len(fresh.Add)+len(fresh.Remove) == layout.MaxReadyKeys/2 {
			break
		}
	}
	slices.Sort(fresh.Add)
	slices.Sort(fresh.Remove)
	w := pageWrite{page: numberedPage{n: l.next, ReadyPage: fresh}}
	for i := len(l.pages) - 1; i >= 0; i-- {
		below := l.pages[i]
		size := pageSize(w.page.ReadyPage)
		if pageSize(below.ReadyPage) > 2*size || pageSize(below.ReadyPage)+size > layout.MaxReadyKeys {
			break
		}
		w.page.ReadyPage = onTop(below.ReadyPage, w.page.ReadyPage)
		w.page.n = below.n
		w.drop = append(w.drop, below.n)
		if i == 0 {
			// Below the bottom there is nothing to remove, but whoever applies this page on top of
			// what was before has to learn what it just removed.
			w.page.Remove = fresh.Remove
		}
	}
	l.wrote(w.page, fresh, len(w.drop))
	if n := len(w.drop); n > 0 {
		w.drop = w.drop[:n-1] // the lowest is overwritten
	}
	return w, true
}

// wrote takes in a page in the place of some at the top, and the change that led to it.
func (l *reportLog) wrote(page numberedPage, fresh layout.ReadyPage, replaced int) {
	keep := len(l.pages) - replaced
	for _, p := range l.pages[keep:] {
		l.removed -= len(p.Remove)
	}
	l.pages = append(l.pages[:keep], page)
	l.next = page.n + 1
	l.removed += len(page.Remove)
	for _, k := range fresh.Remove {
		delete(l.reported, k)
		delete(l.pending, k)
	}
	for _, k := range fresh.Add {
		l.reported[k] = struct{}{}
		delete(l.pending, k)
	}
}

// wasteful tells whether the pages hold so much that is void that they should be written anew.
func (l *reportLog) wasteful() bool { return l.removed > 1000 && l.removed > len(l.reported) }

// rewrite returns pages that say all that is reported, to be put above the present ones, which can
// be dropped with the last of them. There is at least one. It counts as done: if it fails, restart.
func (l *reportLog) rewrite() (pages []numberedPage, drop []uint64) {
	all := make([]chunks.Key, 0, len(l.reported))
	for k := range l.reported {
		all = append(all, k)
	}
	slices.Sort(all)
	for _, p := range l.pages {
		drop = append(drop, p.n)
	}
	l.pages, l.removed = nil, 0
	for len(all) > 0 || len(l.pages) == 0 {
		n := min(len(all), layout.MaxReadyKeys)
		l.pages = append(l.pages, numberedPage{n: l.next, ReadyPage: layout.ReadyPage{Add: all[:n:n]}})
		all = all[n:]
		l.next++
	}
	return slices.Clone(l.pages), drop
}

func pageSize(p layout.ReadyPage) int { return len(p.Add) + len(p.Remove) }

// onTop returns what two pages, applied one after the other, say together. All lists are sorted.
func onTop(below, top layout.ReadyPage) layout.ReadyPage {
	out := layout.ReadyPage{Add: mergeKeys(below.Add, top.Add, top.Remove)}
	out.Remove = mergeKeys(mergeKeys(below.Remove, top.Remove, nil), nil, out.Add)
	return out
}
