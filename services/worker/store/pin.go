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
	if missing, err = p.verify(ctx); err != nil || len(missing) > 0 {
		p.Release()
		return nil, missing, err
	}
	return p, nil, nil
}

// verify makes sure of all pinned files; it returns the places of those that are not usable.
func (p *Pin) verify(ctx context.Context) (missing []int, err error) {
	var mu sync.Mutex
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(max(2, runtime.GOMAXPROCS(0)))
	for i, e := range p.entries {
		if e == nil {
			missing = append(missing, i)
		}
	}
	for i, e := range p.entries {
		if e == nil || p.unchanged(i, e) {
			continue
		}
		g.Go(func() error {
			err := p.s.ensureVerified(ctx, e)
			if err == nil && p.unchanged(i, e) {
				return nil
			}
			if err != nil && !fault.Is(err, fault.Unavailable) {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			missing = append(missing, i)
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return nil, fault.Wrap(err, "pin chunks")
	}
	slices.Sort(missing)
	return missing, nil
}

// unchanged tells whether the file is verified and has not been written to since; it notes the
// fingerprint. A file that was written to is made to be summed again.
func (p *Pin) unchanged(i int, e *entry) bool {
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

// Changed returns the places of the files that are not what they were when they were pinned. What
// was read of them in between is not to be trusted.
func (p *Pin) Changed() (places []int) {
	for i, e := range p.entries {
		info, err := p.s.opts.FS.Stat(e.path)
		if err != nil || fingerprintOf(info) != p.prints[i] {
			places = append(places, i)
		}
	}
	return places
}

// Recheck sums all files again, because reading them went wrong, and returns the places of those
// that are damaged; these are taken out of use and fetched again.
func (p *Pin) Recheck(ctx context.Context) (damaged []int, err error) {
	p.s.mu.Lock()
	for _, e := range p.entries {
		if e.state == verified {
			e.state = stored
		}
	}
	p.s.mu.Unlock()
	return p.verify(ctx)
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
