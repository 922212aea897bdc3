package run

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// HeapRoom is how many bytes of garbage may pile up in a small heap before it is collected.
const HeapRoom = 256 << 20

// GiveHeapRoom has the garbage collector run when as much garbage has piled up as there is live data, as by
// default, but at least HeapRoom: a portal whose live heap is small would else collect several times a second
// under load, and all requests would wait for that. It does nothing if GOGC is set.
func GiveHeapRoom() {
	if _, set := os.LookupEnv("GOGC"); !set {
		adjustRoom()
	}
}

// adjustRoom runs once in each collection: the collector frees what it has left behind in the one before.
func adjustRoom() {
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(live)
	debug.SetGCPercent(int(max(100, 100*HeapRoom/max(4<<20, live[0].Value.Uint64()))))
	mark := new([1 << 10]byte)
	runtime.AddCleanup(mark, func(struct{}) { adjustRoom() }, struct{}{})
}
