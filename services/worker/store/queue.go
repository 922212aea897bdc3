package store

import (
	"container/heap"
	"time"
)

// queue orders files to be fetched by the time at which they may be, then by when they came.
type queue struct {
	items []queueItem
	seq   uint64
}

type queueItem struct {
	e   *entry
	at  time.Time
	seq uint64
}

// Len implements heap.Interface.
func (q *queue) Len() int { return len(q.items) }

// Less implements heap.Interface.
func (q *queue) Less(i, j int) bool {
	a, b := q.items[i], q.items[j]
	if !a.at.Equal(b.at) {
		return a.at.Before(b.at)
	}
	return a.seq < b.seq
}

// Swap implements heap.Interface.
func (q *queue) Swap(i, j int) { q.items[i], q.items[j] = q.items[j], q.items[i] }

// Push implements heap.Interface.
func (q *queue) Push(x any) { q.items = append(q.items, x.(queueItem)) }

// Pop implements heap.Interface.
func (q *queue) Pop() any {
	last := len(q.items) - 1
	it := q.items[last]
	q.items[last] = queueItem{}
	q.items = q.items[:last]
	return it
}

// enqueue makes the entry due at the given time. REQUIRES: mu is held.
func (s *Store) enqueue(e *entry, at time.Time) {
	if e.queued {
		return
	}
	e.queued, e.retryAt = true, at
	s.queue.seq++
	heap.Push(&s.queue, queueItem{e: e, at: at, seq: s.queue.seq})
	wake(s.wakeFetch)
}

// due takes the next file to fetch, or returns when there may be one; zero is when woken.
// REQUIRES: mu is held.
func (s *Store) due(now time.Time) (*entry, time.Time) {
	for s.queue.Len() > 0 {
		head := s.queue.items[0]
		if !head.e.wanted || head.e.state != absent {
			heap.Pop(&s.queue)
			head.e.queued = false
			continue
		}
		at := head.at
		if s.fullUntil.After(at) {
			at = s.fullUntil
		}
		if at.After(now) {
			return nil, at
		}
		heap.Pop(&s.queue)
		head.e.queued = false
		return head.e, time.Time{}
	}
	return nil, time.Time{}
}
