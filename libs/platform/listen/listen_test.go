package listen

import (
	"context"
	"errors"
	"net"
	"strings"
	"syscall"
	"testing"

	"github.com/shoal-db/shoal/libs/platform/fault"
)

func TestTCP(t *testing.T) {
	ctx := context.Background()
	l, err := TCP(ctx, "127.0.0.1:0", "--http")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	addr := l.Addr().String()
	if strings.HasSuffix(addr, ":0") {
		t.Errorf("bound to %s", addr)
	}

	_, err = TCP(ctx, addr, "--http")
	f := fault.From(err)
	if f.Kind != fault.Unavailable || f.Retryable || f.Text() != addr+" is in use by another process" ||
		!strings.Contains(f.Hint, "--http") || !errors.Is(err, syscall.EADDRINUSE) {
		t.Errorf("port in use: %s %q hint %q", f.Kind, f.Text(), f.Hint)
	}
	cases := []struct {
		addr, word string
	}{
		{"8080", "not an address"}, {"", "not an address"}, {"1.2.3.4:0", "has no address"},
		{"127.0.0.1:99999", "99999"}, {"127.0.0.1:http-nonsense", "http-nonsense"},
	}
	for _, c := range cases {
		l, err := TCP(ctx, c.addr, "")
		if err == nil {
			l.Close()
		}
		if f := fault.From(err); f == nil || f.Kind != fault.InvalidArgument || f.Hint == "" || !strings.Contains(f.Text(), c.word) {
			t.Errorf("%q: %v", c.addr, err)
		}
	}
	dead, cancel := context.WithCancel(ctx)
	cancel()
	if l, err := TCP(dead, "127.0.0.1:0", ""); err == nil {
		l.Close() // a numeric address needs no look-up, so the context may not matter
	} else if !fault.Is(err, fault.Cancelled) {
		t.Errorf("cancelled: %v", err)
	}
}

func ipNet(s string) net.Addr { return &net.IPNet{IP: net.ParseIP(s), Mask: net.CIDRMask(8, 32)} }

func TestAdvertise(t *testing.T) {
	machine := []net.Addr{ipNet("127.0.0.1"), ipNet("::1"), ipNet("fe80::1"), ipNet("2001:db8::7"), ipNet("10.1.2.3"), ipNet("10.9.9.9")}
	cases := []struct {
		name, bound, advertise string
		addrs                  []net.Addr
		hostname               string
		want                   string // or the kind of the fault
	}{
		{"bound to loopback", "127.0.0.1:41001", "", machine, "h", "127.0.0.1:41001"},
		{"bound to IPv6", "[::1]:41001", "", machine, "h", "[::1]:41001"},
		{"wildcard", "0.0.0.0:41001", "", machine, "h", "10.1.2.3:41001"},
		{"wildcard of IPv6", "[::]:41001", "", machine, "h", "10.1.2.3:41001"},
		{"only IPv6", "[::]:41001", "", machine[:4], "h", "[2001:db8::7]:41001"},
		{"no address, a name", "0.0.0.0:41001", "", machine[:3], "box7", "box7:41001"},
		{"no address, no name", "0.0.0.0:41001", "", nil, "localhost", "invalid_argument"},
		{"host and port said", "0.0.0.0:41001", "w1.example:99", machine, "h", "w1.example:99"},
		{"host said", "0.0.0.0:41001", "w1.example", machine, "h", "w1.example:41001"},
		{"IPv6 said", "0.0.0.0:41001", "2001:db8::9", machine, "h", "[2001:db8::9]:41001"},
		{"IPv6 said in brackets", "0.0.0.0:41001", "[2001:db8::9]", machine, "h", "[2001:db8::9]:41001"},
		{"IPv6 and port said", "0.0.0.0:41001", "[2001:db8::9]:5", machine, "h", "[2001:db8::9]:5"},
		{"port 0 said", "0.0.0.0:41001", "w1:0", machine, "h", "w1:41001"},
		{"wildcard said", "127.0.0.1:41001", "0.0.0.0:99", machine, "h", "invalid_argument"},
		{"wildcard of IPv6 said", "127.0.0.1:41001", "::", machine, "h", "invalid_argument"},
		{"no host said", "127.0.0.1:41001", ":99", machine, "h", "invalid_argument"},
		{"no port number said", "127.0.0.1:41001", "w1:grpc", machine, "h", "invalid_argument"},
		{"too large a port said", "127.0.0.1:41001", "w1:70000", machine, "h", "invalid_argument"},
		{"nonsense said", "127.0.0.1:41001", "a:b:c", machine, "h", "invalid_argument"},
	}
	for _, c := range cases {
		f := finder{
			addrs:    func() ([]net.Addr, error) { return c.addrs, nil },
			hostname: func() (string, error) { return c.hostname, nil },
		}
		bound, err := net.ResolveTCPAddr("tcp", c.bound)
		if err != nil {
			t.Fatal(err)
		}
		got, err := f.advertise(bound, c.advertise, "--advertise")
		if err != nil {
			if got = string(fault.KindOf(err)); fault.From(err).Hint == "" {
				t.Errorf("%s: no hint in %v", c.name, err)
			}
		}
		if got != c.want {
			t.Errorf("%s: %q, %v; want %q", c.name, got, err, c.want)
		}
	}
	broken := finder{
		addrs:    func() ([]net.Addr, error) { return nil, errors.New("no netlink") },
		hostname: func() (string, error) { return "", errors.New("no name") },
	}
	if _, err := broken.advertise(&net.TCPAddr{Port: 7}, "", ""); !fault.Is(err, fault.InvalidArgument) {
		t.Errorf("%v", err)
	}
	if _, err := Advertise(&net.UnixAddr{Name: "/x"}, "", ""); !fault.Is(err, fault.Internal) {
		t.Errorf("a socket that is no TCP: %v", err)
	}
}
