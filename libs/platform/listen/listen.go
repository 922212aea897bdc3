// Package listen opens TCP listeners, saying plainly why one can't be opened, and finds the
// address under which others reach a listener. It never advertises a wildcard address: a client
// that is sent to 0.0.0.0 talks to itself.
package listen

import (
	"context"
	"errors"
	"net"
	"os"
	"strconv"
	"strings"
	"syscall"

	"github.com/shoal-db/shoal/libs/platform/fault"
)

// TCP listens on addr, "host:port"; port 0 takes a free one. The flag, such as "--http", is named
// in hints; it may be empty.
func TCP(ctx context.Context, addr, flag string) (net.Listener, error) {
	const op = "listen"
	if _, _, err := net.SplitHostPort(addr); err != nil {
		return nil, fault.New(fault.InvalidArgument, op, "%q is not an address", addr).
			WithHint("%swrite host:port, as in 127.0.0.1:8080", prefix(flag))
	}
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", addr)
	if err == nil {
		return l, nil
	}
	other := "choose another address"
	if flag != "" {
		other += " with " + flag
	}
	var dns *net.DNSError
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fault.New(fault.Unavailable, op, "%s is in use by another process", addr).WithRetry(false).WithCause(quiet{err}).
			WithHint("stop that process, or %s; port 0 takes a free one", other).WithDetail("address", addr)
	case errors.Is(err, syscall.EACCES):
		return nil, fault.New(fault.PermissionDenied, op, "no permission to listen on %s", addr).WithCause(quiet{err}).
			WithHint("ports below 1024 need privileges; %s", other).WithDetail("address", addr)
	case errors.Is(err, syscall.EADDRNOTAVAIL), errors.As(err, &dns):
		return nil, fault.New(fault.InvalidArgument, op, "this machine has no address %s", addr).WithCause(quiet{err}).
			WithHint("%s; an empty host means all addresses", other).WithDetail("address", addr)
	case ctx.Err() != nil:
		return nil, fault.FromContext(ctx, op)
	}
	return nil, fault.New(fault.InvalidArgument, op, "listen on %s: %w", addr, err).WithHint("%s", other)
}

// quiet keeps an error as a cause whose text has been said already in better words.
type quiet struct{ error }

func (quiet) Error() string   { return "" }
func (q quiet) Unwrap() error { return q.error }

func prefix(flag string) string {
	if flag == "" {
		return ""
	}
	return flag + ": "
}

// Advertise returns the "host:port" under which others reach a listener bound to bound: what the
// person said in advertise ("host:port", or a host alone), else the bound address itself, else,
// when that is a wildcard, this machine's first address that is not loopback, else its name. The
// flag is named in hints.
func Advertise(bound net.Addr, advertise, flag string) (string, error) {
	return finder{net.InterfaceAddrs, os.Hostname}.advertise(bound, advertise, flag)
}

// finder asks the machine; tests answer for it.
type finder struct {
	addrs    func() ([]net.Addr, error)
	hostname func() (string, error)
}

func (f finder) advertise(bound net.Addr, advertise, flag string) (string, error) {
	const op = "find the address to advertise"
	boundHost, boundPort, err := net.SplitHostPort(bound.String())
	if err != nil {
		return "", fault.New(fault.Internal, op, "bound to %q: %w", bound, err)
	}
	if advertise != "" {
		host, port, err := split(advertise, boundPort)
		if err == nil && wildcard(host) {
			err = errors.New("nobody can connect to a wildcard address")
		}
		if err != nil {
			return "", fault.New(fault.InvalidArgument, op, "%q can't be advertised: %w", advertise, err).
				WithHint("%swrite a host or host:port that clients can reach", prefix(flag))
		}
		return net.JoinHostPort(host, port), nil
	}
	if !wildcard(boundHost) {
		return net.JoinHostPort(boundHost, boundPort), nil
	}
	if host := f.ownHost(); host != "" {
		return net.JoinHostPort(host, boundPort), nil
	}
	if flag == "" {
		flag = "the advertised address"
	}
	return "", fault.New(fault.InvalidArgument, op, "this machine has no address that others can reach, bound to %s", bound).
		WithHint("set %s, or listen on one address instead of all", flag)
}

// split reads "host:port", "host" or an IPv6 address; a missing or zero port is the bound one.
func split(advertise, boundPort string) (host, port string, err error) {
	if ip := net.ParseIP(strings.Trim(advertise, "[]")); ip != nil {
		return ip.String(), boundPort, nil
	}
	if !strings.Contains(advertise, ":") {
		return advertise, boundPort, nil
	}
	host, port, err = net.SplitHostPort(advertise)
	if err != nil {
		return "", "", err
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return "", "", errors.New("the port is not a number from 0 to 65535")
	}
	if n == 0 {
		port = boundPort
	}
	return host, port, nil
}

func wildcard(host string) bool {
	if host == "" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsUnspecified()
}

// ownHost returns this machine's first global IPv4 address, else its first global IPv6 one, else
// its name unless that means loopback, else "".
func (f finder) ownHost() string {
	var v6 string
	addrs, err := f.addrs()
	if err != nil {
		addrs = nil // the name may still do
	}
	for _, a := range addrs {
		ipNet, ok := a.(*net.IPNet)
		if !ok || !ipNet.IP.IsGlobalUnicast() {
			continue
		}
		if ipNet.IP.To4() != nil {
			return ipNet.IP.String()
		}
		if v6 == "" {
			v6 = ipNet.IP.String()
		}
	}
	if v6 != "" {
		return v6
	}
	name, err := f.hostname()
	if err != nil || strings.HasPrefix(name, "localhost") {
		return ""
	}
	return name
}

// IsLoopback tells whether an address to listen on, "host:port", is for this machine alone.
func IsLoopback(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return false
	}
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}
