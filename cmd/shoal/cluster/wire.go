package cluster

import (
	"context"
	"io"
	"net"
	"sync"

	"github.com/shoal-db/shoal/cmd/shoal/internal/errs"
	"github.com/shoal-db/shoal/libs/platform/listen"
)

// wire is a loopback address that forwards to another one until it is cut. To the other side a cut is
// what a killed process is: connections break, and nobody answers any more.
type wire struct {
	listener net.Listener

	mu     sync.Mutex
	target string
	conns  map[net.Conn]bool
	isCut  bool
	wg     sync.WaitGroup
}

// newWire listens. The target may be set later, before anybody connects.
func newWire(ctx context.Context, target string) (*wire, error) {
	l, err := listen.TCP(ctx, loopback, "")
	if err != nil {
		return nil, err
	}
	w := &wire{listener: l, target: target, conns: map[net.Conn]bool{}}
	w.wg.Add(1)
	go w.accept()
	return w, nil
}

func (w *wire) addr() string { return w.listener.Addr().String() }

func (w *wire) setTarget(target string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.target = target
}

func (w *wire) accept() {
	defer w.wg.Done()
	for {
		from, err := w.listener.Accept()
		if err != nil {
			return
		}
		w.wg.Add(1)
		go w.forward(from)
	}
}

func (w *wire) forward(from net.Conn) {
	defer w.wg.Done()
	defer func() { _ = from.Close() }()
	w.mu.Lock()
	target := w.target
	w.mu.Unlock()
	to, err := new(net.Dialer).DialContext(context.Background(), "tcp", target)
	if err != nil {
		return
	}
	defer func() { _ = to.Close() }()
	defer w.drop(from, to)
	if !w.keep(from, to) {
		return
	}
	var both sync.WaitGroup
	for _, pair := range [][2]net.Conn{{from, to}, {to, from}} {
		both.Add(1)
		go func() {
			defer both.Done()
			_, err := io.Copy(pair[0], pair[1])
			if tcp, ok := pair[0].(*net.TCPConn); ok && err == nil {
				_ = tcp.CloseWrite() // the other direction may go on
				return
			}
			_, _ = pair[0].Close(), pair[1].Close()
		}()
	}
	both.Wait()
}

func (w *wire) keep(conns ...net.Conn) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range conns {
		w.conns[c] = true
	}
	return !w.isCut
}

func (w *wire) drop(conns ...net.Conn) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range conns {
		delete(w.conns, c)
	}
}

// cut breaks all connections, with a reset where there is one to send, and refuses new ones.
func (w *wire) cut() error {
	w.mu.Lock()
	var all []error
	if !w.isCut {
		w.isCut = true
		all = append(all, w.listener.Close())
	}
	for c := range w.conns {
		if tcp, ok := c.(*net.TCPConn); ok {
			_ = tcp.SetLinger(0) // what is left to send is lost, as with a process
		}
		_ = c.Close()
	}
	w.mu.Unlock()
	w.wg.Wait()
	return errs.Join(all...)
}
