package catalog

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"go.etcd.io/etcd/api/v3/mvccpb"

	"github.com/shoal-db/shoal/libs/catalog/layout"
	"github.com/shoal-db/shoal/libs/chunks"
)

// logStore plays etcd for a reportLog: it keeps the pages, and tells a state what happens.
type logStore struct {
	t     *testing.T
	pages map[string]string
	st    *state
}

func (s *logStore) put(p numberedPage, drop []uint64) {
	s.t.Helper()
	value, err := p.ReadyPage.Encode()
	if err != nil {
		s.t.Fatal(err)
	}
	key := layout.ReadyKey("w1", 7, p.n)
	s.pages[key] = value
	if err := s.st.put(&mvccpb.KeyValue{Key: []byte(key), Value: []byte(value), Lease: 7}); err != nil {
		s.t.Fatal(err)
	}
	for _, n := range drop {
		key := layout.ReadyKey("w1", 7, n)
		if _, ok := s.pages[key]; !ok {
			s.t.Fatalf("page %d is dropped and was never written", n)
		}
		delete(s.pages, key)
		s.st.remove(key)
	}
}

func (s *logStore) write(l *reportLog) {
	s.t.Helper()
	for {
		w, ok := l.write()
		if !ok {
			break
		}
		s.put(w.page, w.drop)
	}
	if l.wasteful() {
		pages, drop := l.rewrite()
		for i, p := range pages {
			if i < len(pages)-1 {
				s.put(p, nil)
			} else {
				s.put(p, drop)
			}
		}
	}
}

// relisted returns a state that reads the pages as a list gives them.
func (s *logStore) relisted() *state {
	st := newState(false)
	for _, key := range slices.Sorted(maps.Keys(s.pages)) {
		if err := st.put(&mvccpb.KeyValue{Key: []byte(key), Value: []byte(s.pages[key]), Lease: 7}); err != nil {
			s.t.Fatal(err)
		}
	}
	return st
}

func readyOf(st *state) []chunks.Key {
	if st.workers["w1"] == nil {
		return nil
	}
	return slices.Collect(st.workers["w1"].leases[7].files.all)
}

// Whatever is reported in whatever order, those who watch and those who list see just that.
func TestReportsReachWatchersAndListers(t *testing.T) {
	for seed := range uint64(30) {
		rng := rand.New(rand.NewPCG(seed, 1))
		store := &logStore{t: t, pages: map[string]string{}, st: newState(false)}
		l, want := newReportLog(), map[chunks.Key]bool{}
		universe := 50 + rng.IntN(3000)
		for step := range 150 {
			var add, remove []chunks.Key
			for range rng.IntN(1 << rng.IntN(10)) {
				k := chunks.Key(rng.IntN(universe)) * 0x9e3779b97f4a7c15
				if rng.IntN(3) > 0 {
					add = append(add, k)
				} else {
					remove = append(remove, k)
				}
			}
			l.change(add, remove)
			for _, k := range remove {
				delete(want, k)
			}
			for _, k := range add {
				want[k] = true
			}
			if rng.IntN(3) == 0 {
				continue
			}
			store.write(l)
			expect := slices.Sorted(maps.Keys(want))
			for who, st := range map[string]*state{"watcher": store.st, "lister": store.relisted()} {
				if got := readyOf(st); !slices.Equal(got, expect) {
					t.Fatalf("seed %d step %d: %s sees %d keys, want %d", seed, step, who, len(got), len(expect))
				}
			}
		}
		if len(store.pages) > 20 {
			t.Errorf("seed %d: %d pages", seed, len(store.pages))
		}
	}
}

func TestReportsAgainUnderANewLease(t *testing.T) {
	l := newReportLog()
	l.change([]chunks.Key{1, 2, 3}, nil)
	l.write()
	l.change([]chunks.Key{4}, []chunks.Key{2})
	l.restart()
	w, ok := l.write()
	if !ok || w.page.n != 0 || !slices.Equal(w.page.Add, []chunks.Key{1, 3, 4}) || len(w.page.Remove) > 0 {
		t.Errorf("after restart: %+v", w)
	}
	if w, ok := l.write(); ok {
		t.Errorf("and then: %+v", w)
	}
}

func TestReportsAreBoundedByPages(t *testing.T) {
	l := newReportLog()
	keys := make([]chunks.Key, 3*layout.MaxReadyKeys)
	for i := range keys {
		keys[i] = chunks.Key(i)
	}
	l.change(keys, nil)
	store := &logStore{t: t, pages: map[string]string{}, st: newState(false)}
	store.write(l)
	for key, value := range store.pages {
		if len(value) > layout.MaxValueBytes {
			t.Errorf("%s has %d bytes", key, len(value))
		}
	}
	if got := readyOf(store.relisted()); len(got) != len(keys) {
		t.Errorf("%d of %d keys", len(got), len(keys))
	}
	l.change(nil, keys[1:])
	store.write(l)
	if got := readyOf(store.relisted()); !slices.Equal(got, keys[:1]) || len(store.pages) != 1 {
		t.Errorf("%d keys in %d pages", len(got), len(store.pages))
	}
}

func BenchmarkReadySetHas(b *testing.B) {
	for _, n := range []int{2_000, 1_000_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			keys := make([]chunks.Key, n)
			for i := range keys {
				keys[i] = chunks.Key(rand.Uint64())
			}
			set := noFiles.with(keys, nil)
			for i := 0; b.Loop(); i++ {
				if !set.has(keys[i%n]) {
					b.Fatal("lost a key")
				}
			}
		})
	}
}
