package catalog

import (
	"context"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"

	"github.com/shoal-db/shoal/libs/catalog/embedetcd"
	"github.com/shoal-db/shoal/libs/catalog/layout"
	"github.com/shoal-db/shoal/libs/chunks/ticket"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

// proxy stands between a client and etcd, and can be cut.
type proxy struct {
	listener net.Listener
	mu       sync.Mutex
	target   string // empty while cut
	conns    map[net.Conn]bool
}

func newProxy(t *testing.T, target string) *proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{listener: l, target: target, conns: map[net.Conn]bool{}}
	t.Cleanup(func() {
		_ = l.Close()
		p.set("")
	})
	go func() {
		for {
			in, err := l.Accept()
			if err != nil {
				return
			}
			go p.serve(in)
		}
	}()
	return p
}

func (p *proxy) addr() string { return p.listener.Addr().String() }

func (p *proxy) serve(in net.Conn) {
	defer func() { _ = in.Close() }()
	p.mu.Lock()
	target := p.target
	p.mu.Unlock()
	if target == "" {
		return
	}
	out, err := net.Dial("tcp", target)
	if err != nil {
		return
	}
	defer func() { _ = out.Close() }()
	p.mu.Lock()
	p.conns[in], p.conns[out] = true, true
	p.mu.Unlock()
	go func() {
		_, _ = io.Copy(out, in)
		_ = out.Close()
	}()
	_, _ = io.Copy(in, out)
}

// set breaks all connections; new ones go to the target, nowhere if it is empty.
func (p *proxy) set(target string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.target = target
	for c := range p.conns {
		_ = c.Close()
	}
	clear(p.conns)
}

// emptyTables returns the operations that give a catalog version tables without chunks, each with
// the version in its record.
func emptyTables(t *testing.T, version int64, names ...string) []clientv3.Op {
	t.Helper()
	put := func(key string, record any) clientv3.Op {
		text, err := layout.Encode(record)
		if err != nil {
			t.Fatal(err)
		}
		return clientv3.OpPut(key, text)
	}
	ops := []clientv3.Op{put(layout.VersionKey, layout.Version{Version: version, SchemaVersion: 1})}
	for _, name := range names {
		ops = append(ops, put(layout.TableKey("d", name), layout.Table{
			Dataset: "d", Name: name, Kind: string(Chunked), BlockKind: "integer", Version: version, Incarnation: "i",
			Columns: []Column{{Name: "k", Type: "BIGINT"}},
		}))
	}
	return ops
}

func write(ctx context.Context, t *testing.T, client *clientv3.Client, ops ...clientv3.Op) {
	t.Helper()
	if _, err := client.Txn(ctx).Then(ops...).Commit(); err != nil {
		t.Fatal(err)
	}
}

// While one writer changes several tables in each transaction, every Snapshot has all of one.
func TestSnapshotsNeverMixVersions(t *testing.T) {
	ctx, client := testEtcd(t)
	names := []string{"a", "b", "c", "e"}
	write(ctx, t, client, emptyTables(t, 1, names...)...)
	// A page size of one makes the list take many reads while the writer goes on.
	f := NewFollower(client, FollowerOptions{PageKeys: 1})
	const versions = 400
	stopWriting := start(t, func(ctx context.Context) error {
		for v := int64(2); v <= versions && ctx.Err() == nil; v++ {
			write(ctx, t, client, emptyTables(t, v, names...)...)
		}
		return nil
	})
	start(t, f.Run)
	seen := 0
	for last := int64(0); last < versions; seen++ {
		snap, err := f.Wait(ctx, "next", func(s *Snapshot) bool { return s.Version() > last })
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			if table, ok := snap.Table("d", name); !ok || table.Version != snap.Version() {
				t.Fatalf("version %d has %s of version %d", snap.Version(), name, table.Version)
			}
		}
		last = snap.Version()
	}
	if err := stopWriting(); err != nil || seen < 3 {
		t.Errorf("%d versions seen, %v", seen, err)
	}
}

func TestAFollowerSurvivesCompactionWhileItIsCutOff(t *testing.T) {
	ctx, client := testEtcd(t)
	write(ctx, t, client, emptyTables(t, 1, "a", "b")...)
	p := newProxy(t, shared.Endpoint())
	f := follow(t, connect(ctx, t, p.addr()))
	if _, err := f.WaitVersion(ctx, 1); err != nil {
		t.Fatal(err)
	}
	before := f.Current()
	p.set("")
	waitSync(ctx, t, f, false)
	if f.Current() != before {
		t.Error("the Snapshot changed while etcd was away")
	}
	write(ctx, t, client, append(emptyTables(t, 2, "c"), clientv3.OpDelete(layout.TableKey("d", "b")))...)
	for range 20 {
		write(ctx, t, client, clientv3.OpPut("elsewhere", "x"))
	}
	resp, err := client.Get(ctx, "elsewhere")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.Compact(ctx, resp.Header.Revision); err != nil {
		t.Fatal(err)
	}
	p.set(shared.Endpoint())
	snap, err := f.WaitVersion(ctx, 2)
	if err != nil {
		t.Fatal(err)
	}
	d, _ := snap.Dataset("d")
	if len(d.Tables) != 2 || d.Tables[0].Name != "a" || d.Tables[1].Name != "c" {
		t.Errorf("tables %v", d.Tables)
	}
	waitSync(ctx, t, f, true)
	// And it follows on.
	write(ctx, t, client, emptyTables(t, 3, "c")...)
	if _, err := f.WaitVersion(ctx, 3); err != nil {
		t.Error(err)
	}
}

func TestAFollowerSurvivesAShortCut(t *testing.T) {
	ctx, client := testEtcd(t)
	p := newProxy(t, shared.Endpoint())
	f := follow(t, connect(ctx, t, p.addr()))
	for v := int64(1); v <= 5; v++ {
		p.set(shared.Endpoint())
		write(ctx, t, client, emptyTables(t, v, "a")...)
		if _, err := f.WaitVersion(ctx, v); err != nil {
			t.Fatal(err)
		}
	}
}

// An etcd that was wiped has lower revisions: waiting for the next one would be for ever.
func TestAFollowerNoticesAnotherEtcd(t *testing.T) {
	ctx, client := testEtcd(t)
	write(ctx, t, client, emptyTables(t, 9, "a")...)
	for range 50 {
		write(ctx, t, client, clientv3.OpPut("elsewhere", "x"))
	}
	other, err := embedetcd.Start(ctx, embedetcd.Config{Dir: t.TempDir(), NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(other.Close)
	p := newProxy(t, shared.Endpoint())
	f := follow(t, connect(ctx, t, p.addr()))
	if _, err := f.WaitVersion(ctx, 9); err != nil {
		t.Fatal(err)
	}
	write(ctx, t, connect(ctx, t, other.Endpoint()), emptyTables(t, 1, "b")...)
	p.set(other.Endpoint())
	if _, err := f.Wait(ctx, "the other catalog", func(s *Snapshot) bool { _, ok := s.Table("d", "b"); return ok }); err != nil {
		t.Fatal(err)
	}
	if _, ok := f.Current().Table("d", "a"); ok {
		t.Error("a table of the former etcd is left")
	}
}

func TestAFollowerSaysWhatItIsMissing(t *testing.T) {
	p := newProxy(t, shared.Endpoint())
	ctx, _ := testEtcd(t)
	client := connect(ctx, t, p.addr())
	p.set("")
	f := follow(t, client)
	short, cancel := context.WithTimeout(ctx, 200*time.Millisecond)
	defer cancel()
	_, err := f.WaitVersion(short, 0)
	if !fault.Is(err, fault.Unavailable) || f.Current().Revision() != 0 || len(f.Current().Datasets()) != 0 {
		t.Errorf("without etcd: %v", err)
	}
	p.set(shared.Endpoint())
	if _, err := f.WaitVersion(ctx, 0); err != nil {
		t.Error(err)
	}
}

// A record that names a page that is not there makes no Snapshot, and does not end the Follower.
func TestABrokenCatalogIsReportedAndHeals(t *testing.T) {
	ctx, client := testEtcd(t)
	write(ctx, t, client, emptyTables(t, 1, "a")...)
	f := follow(t, client)
	if _, err := f.WaitVersion(ctx, 1); err != nil {
		t.Fatal(err)
	}
	waitSync(ctx, t, f, true) // which comes just after the version
	text, err := layout.Encode(layout.Table{Dataset: "d", Name: "a", Kind: string(Chunked), Columns: []Column{{Name: "k", Type: "BIGINT"}},
		Pages: []layout.ManifestRef{{ID: "gone/1"}}, Incarnation: "j"})
	if err != nil {
		t.Fatal(err)
	}
	write(ctx, t, client, clientv3.OpPut(layout.TableKey("d", "a"), text))
	why := waitSync(ctx, t, f, false)
	if !strings.Contains(why, "gone/1") || f.Current().Version() != 1 {
		t.Errorf("version %d, %s", f.Current().Version(), why)
	}
	write(ctx, t, client, emptyTables(t, 2, "a")...)
	if _, err := f.WaitVersion(ctx, 2); err != nil {
		t.Error(err)
	}
}

func TestLeaderAndKeysAreFollowed(t *testing.T) {
	ctx, client := testEtcd(t)
	f := follow(t, client)
	if f.Keyring() != nil || f.Leader().URL != "" {
		t.Error("keys and leader of an empty cluster")
	}
	key := ticket.GenerateKey()
	text, err := layout.Encode(layout.TicketKeys{Keys: []string{key.Reveal(), ticket.GenerateKey().Reveal()}})
	if err != nil {
		t.Fatal(err)
	}
	for i, id := range []string{"first", "second"} {
		leader, err := layout.Encode(layout.Leader{ID: id, URL: "http://" + id})
		if err != nil {
			t.Fatal(err)
		}
		write(ctx, t, client, clientv3.OpPut(fmt.Sprintf("%s/%d", layout.LeaderPrefix, 9-i), leader))
	}
	write(ctx, t, client, clientv3.OpPut(layout.TicketKeysKey, text))
	if _, err := f.Wait(ctx, "keys", func(*Snapshot) bool { return f.Keyring() != nil }); err != nil {
		t.Fatal(err)
	}
	if got := f.Leader(); got.URL != "http://first" {
		t.Errorf("leader %+v", got)
	}
	ring, err := ticket.NewKeyring(key)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := f.Keyring().Open("p", ring.Seal("p", []byte("x"))); err != nil || string(got) != "x" {
		t.Errorf("%q, %v", got, err)
	}
	write(ctx, t, client, clientv3.OpDelete(layout.LeaderPrefix+"/9"))
	if _, err := f.Wait(ctx, "the next leader", func(*Snapshot) bool { return f.Leader().URL == "http://second" }); err != nil {
		t.Error(err)
	}
}

// waitSync waits until the Follower is in sync or not, and returns why.
func waitSync(ctx context.Context, t *testing.T, f *Follower, want bool) string {
	t.Helper()
	for {
		changed := f.Changed()
		ok, why := f.Sync()
		if ok == want {
			return why
		}
		select {
		case <-changed:
		case <-ctx.Done():
			t.Fatalf("in sync: %v (%s)", ok, why)
		}
	}
}
