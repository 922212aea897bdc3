package store

import (
	"context"
	"runtime"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/shoal-db/shoal/libs/platform/fault"
)

// Pin is the right to read some files until Release. Its methods may not be called concurrently.
type Pin struct {
	s       *Store
	entries []*entry
	prints  []fingerprint
	once    sync.Once
}

// Pin verifies the files (see Store) and keeps them on the disk until the pin is released. If some
// are not held, or turn out to be damaged, it returns their places in objects as missing, with a nil
// pin and a nil error. The error is for what hinders the attempt as such: a cancelled context, too
// many open files.
func (s *Store) Pin(ctx context.Context, objects []string) (pin *Pin, missing []int, err error) {
	p := &Pin{s: s, entries: make([]*entry, len(objects)), prints: make([]fingerprint, len(objects))}
	s.mu.Lock()
	for i, o := range objects {
		if e := s.entries[o]; e != nil && e.known && e.held() {
			e.pins++
			p.entries[i] = e
		}
	}
	s.mu.Unlock()
	if missing, err = p.verify(ctx, p.all()); err != nil || len(missing) > 0 {
		p.Release()
		return nil, missing, err
	}
	return p, nil, nil
}

// all are the places of all files.
func (p *Pin) all() []int {
	out := make([]int, len(p.entries))
	for i := range out {
		out[i] = i
	}
	return out
}

// verify makes sure of the files at these places; it returns the places of those that are not usable.
func (p *Pin) verify(ctx context.Context, places []int) (bad []int, err error) {
	var mu sync.Mutex
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(max(2, runtime.GOMAXPROCS(0)))
	for _, i := range places {
		e := p.entries[i]
		if e != nil && p.settled(i, e) {
			continue
		}
		g.Go(func() error {
			if e != nil {
				err := p.s.ensureVerified(ctx, e)
				if err == nil && p.settled(i, e) {
					return nil
				}
				if err != nil && !fault.Is(err, fault.Unavailable) {
					return err
				}
			}
			mu.Lock()
			defer mu.Unlock()
			bad = append(bad, i)
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return nil, fault.Wrap(err, "verify chunks")
	}
	slices.Sort(bad)
	return bad, nil
}

// settled tells whether the file is verified and has not been touched since; it notes the
// fingerprint. A file that was touched is made to be summed again.
func (p *Pin) settled(i int, e *entry) bool {
	info, err := p.s.opts.FS.Stat(e.path)
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	if e.state != verified {
		return false
	}
	if err != nil || fingerprintOf(info) != e.print {
		e.state = stored
		return false
	}
	p.prints[i] = e.print
	return true
}

// Paths are the files, in the order of Pin's objects. The slice is the caller's.
func (p *Pin) Paths() []string {
	out := make([]string, len(p.entries))
	for i, e := range p.entries {
		out[i] = e.path
	}
	return out
}

// Bytes is the size of all files together.
func (p *Pin) Bytes() (n int64) {
	for _, e := range p.entries {
		n += e.file.Bytes
	}
	return n
}

// Check returns the places of the files whose content may have been another than the catalog's at
// some time since they were pinned: those that were written to, replaced or removed, and those that
// were touched in another way (a chmod, a hard link) and do not have the right sum now. A deep check
// sums all files; it is for when reading them went wrong. What is found damaged is taken out of use
// and fetched again. The error is for what hinders the check as such.
func (p *Pin) Check(ctx context.Context, deep bool) (bad []int, err error) {
	var suspects, written []int
	for i, e := range p.entries {
		info, err := p.s.opts.FS.Stat(e.path)
		switch {
		case err != nil || fingerprintOf(info).content() != p.prints[i].content():
			written = append(written, i)
		case deep:
			p.distrust(e, p.prints[i])
		case fingerprintOf(info) == p.prints[i]:
			continue
		}
		suspects = append(suspects, i)
	}
	if bad, err = p.verify(ctx, suspects); err != nil {
		return nil, err
	}
	// A file that was damaged and is sound again was read in between.
	bad = append(bad, written...)
	slices.Sort(bad)
	return slices.Compact(bad), nil
}

// distrust has the file summed again, unless it was replaced since.
func (p *Pin) distrust(e *entry, print fingerprint) {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	if e.state == verified && e.print == print {
		e.state = stored
	}
}

// Release lets go of the files; further calls do nothing.
func (p *Pin) Release() {
	p.once.Do(func() {
		p.s.mu.Lock()
		defer p.s.mu.Unlock()
		for _, e := range p.entries {
			if e == nil {
				continue
			}
			e.pins--
			if e.pins == 0 && !e.wanted {
				wake(p.s.wakeReap)
				if e.state == absent {
					delete(p.s.entries, e.file.Object)
				}
			}
		}
	})
}
