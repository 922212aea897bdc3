package duckdb

import "runtime"

// patient runs calls on an operating system's thread of its own, which stands back behind others. A thread's
// priority can be lowered by anybody, but not be raised again, so it ends with the patient.
type patient struct{ calls chan func() }

func newPatient(nice int) *patient {
	p := &patient{calls: make(chan func())}
	go func() {
		runtime.LockOSThread() // and never unlocks: the thread ends with this goroutine
		standBack(nice)
		for call := range p.calls {
			call()
		}
	}()
	return p
}

// do runs fn on the thread and waits for it.
func (p *patient) do(fn func()) {
	done := make(chan struct{})
	p.calls <- func() { defer close(done); fn() }
	<-done
}

// end ends the thread. REQUIRES: no call is under way, and none comes.
func (p *patient) end() { close(p.calls) }
