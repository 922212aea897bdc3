package httpapi

import (
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"

	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/platform/fault/httpfault"
)

// Guard keeps web pages of others from using a portal through the browser of somebody who can reach it. A browser says
// which page a request comes from (Origin, Sec-Fetch-Site); programs say nothing, and pass. Where the portal listens on
// its own machine alone, a request must name that: a page whose name was made to lead there names itself.
type Guard struct {
	origins *http.CrossOriginProtection
	local   bool
	names   map[string]bool
}

// NewGuard returns a Guard that trusts pages of some origins, such as https://shoal.example. Local tells that the
// portal listens on its own machine alone.
func NewGuard(trusted []string, local bool) (*Guard, error) {
	const op = "check configuration"
	g := &Guard{origins: http.NewCrossOriginProtection(), local: local, names: map[string]bool{"localhost": true}}
	if name, err := os.Hostname(); err == nil {
		g.names[strings.ToLower(name)] = true
	}
	for _, origin := range trusted {
		u, err := url.Parse(origin)
		if err == nil {
			err = g.origins.AddTrustedOrigin(origin)
		}
		if err != nil {
			return nil, fault.New(fault.InvalidArgument, op, "%q is no origin", origin).
				WithHint("write --trusted-origins https://host or https://host:port")
		}
		g.names[strings.ToLower(u.Hostname())] = true
	}
	g.origins.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		from := r.Header.Get("Origin")
		if from == "" {
			from = "another site"
		}
		httpfault.Write(w, fault.New(fault.PermissionDenied, "check origin", "the request comes from a web page of %s", from).
			WithHint("if its pages may use this portal, start it with --trusted-origins"))
	}))
	return g, nil
}

// wrap refuses what the guard does.
func (g *Guard) wrap(next http.Handler) http.Handler {
	if g == nil {
		return next
	}
	next = g.origins.Handler(next)
	if !g.local {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !g.isLocal(r.Host) {
			httpfault.Write(w, fault.New(fault.PermissionDenied, "check host", "the portal is not %q: it listens on this machine alone", r.Host).
				WithHint("if it is reached under this name, start it with --trusted-origins"))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// isLocal tells whether a Host header names this machine, as addresses do, which no page's name can be.
func (g *Guard) isLocal(host string) bool {
	name := host
	if h, _, err := net.SplitHostPort(host); err == nil {
		name = h
	}
	name = strings.ToLower(strings.TrimSuffix(strings.Trim(name, "[]"), "."))
	return name == "" || g.names[name] || strings.HasSuffix(name, ".localhost") || net.ParseIP(name) != nil
}
