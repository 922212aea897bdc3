package failures

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow/go/v17/arrow/flight/flightsql"
	"google.golang.org/grpc/status"

	"github.com/shoal-db/shoal/cmd/shoal/cluster"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/platform/fault/httpfault"
	"github.com/shoal-db/shoal/services/portal"
	"github.com/shoal-db/shoal/tests/harness"
)

// TestRefused sends what cannot be answered, and asks something else after each.
func TestRefused(t *testing.T) {
	t.Parallel()
	data := harness.NewTPCH(t, scaleFactor)
	all := questions(t, data)
	c := harness.Start(t, cluster.Options{Workers: 2, Replication: 2})
	data.LoadTPCH(t, c.HTTP(), 5_000)
	a := newAsker(t, c.HTTP(), c.Flight())
	a.right(t, "after the load", all)
	t.Run("sql", func(t *testing.T) { refusedSQL(t, a, all) })
	t.Run("substrait", func(t *testing.T) { refusedPlans(t, c.HTTP(), a, all) })
}

func refusedSQL(t *testing.T, a *asker, all []question) {
	for _, tt := range []struct {
		name, sql string
		kind      fault.Kind
		says      []string
	}{
		{"syntax", "SELECT l_orderkey\nFROM lineitem\nWHERE l_orderkey = = 5", fault.InvalidArgument, []string{"syntax error", "LINE 3", "^"}},
		{"unfinished", "SELECT count(*) FROM (SELECT 1", fault.InvalidArgument, []string{"syntax error", "LINE 1", "^"}},
		{"not closed", "SELECT 'abc FROM lineitem", fault.InvalidArgument, []string{"unterminated quoted string"}},
		{"empty", "  ", fault.InvalidArgument, nil},
		{"several", "SELECT 1; SELECT 2", fault.InvalidArgument, nil},
		{"table", "SELECT * FROM linietem", fault.NotFound, []string{"linietem", "lineitem"}},
		{"dataset", "SELECT * FROM tcph.lineitem", fault.NotFound, []string{"tcph", "tpch"}},
		{"column", "SELECT l_orderkey, l_quantty FROM lineitem", fault.NotFound, []string{"l_quantty", "l_quantity", "LINE 1", "^"}},
		{"function", "SELECT smu(l_quantity) FROM lineitem", fault.NotFound, []string{"smu", "sum"}},
		{"types", "SELECT l_comment + l_shipdate FROM lineitem", fault.InvalidArgument, []string{"+"}},
		{"aggregate", "SELECT l_orderkey, sum(l_quantity) FROM lineitem", fault.InvalidArgument, []string{"l_orderkey", "GROUP BY"}},
		{"no query", "DROP TABLE lineitem", fault.InvalidArgument, nil},
		{"a file", "SELECT * FROM read_csv('/etc/passwd')", fault.PermissionDenied, []string{"/etc/passwd", "loaded tables only"}},
		{"at run time", "SELECT l_comment::INTEGER AS n FROM lineitem", fault.InvalidArgument, []string{"Could not convert string"}},
		{"at run time, merged", "SELECT sum(l_comment::INTEGER) AS n FROM lineitem", fault.InvalidArgument, []string{"Could not convert string"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for i, door := range doors {
				_, err := a.ask(context.Background(), door, tt.sql)
				refused(t, door, err, tt.kind, tt.says...)
				if err != nil && i == 0 {
					t.Log(status.Convert(err).Message())
				}
				f := fault.From(err)
				if strings.HasPrefix(tt.name, "at run time") && (f.Details["line"] != nil || strings.Contains(err.Error(), "LINE")) {
					t.Errorf("%s: it shows SQL that nobody wrote: %v %v", door, err, f.Details)
				}
				if slices.Contains(tt.says, "^") && (f.Details["line"] == nil || f.Details["column"] == nil) {
					t.Errorf("%s: no line and column in %v", door, f.Details)
				}
			}
			if err := a.wrong(context.Background(), direct, all[0]); err != nil {
				t.Errorf("afterwards: %v", err)
			}
		})
	}
	a.right(t, "after all that SQL", all)
}

// post sends a body and returns the error of the answer.
func post(t *testing.T, url, mediaType string, body []byte) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", mediaType)
	req.Header.Set("X-Shoal-Schema", "tpch")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	return httpfault.Read(resp)
}

const typeProtobuf = "application/x-protobuf"

// planned is a query's plan, as /v1/plan answers.
type planned struct {
	Subplans []struct {
		Plan     []byte `json:"plan"`
		Ticket   []byte `json:"ticket"`
		Replicas []struct {
			Worker   string `json:"worker"`
			Location string `json:"location"`
		} `json:"replicas"`
		ExpiresAt time.Time `json:"expires_at"`
	} `json:"subplans"`
}

func plan(t *testing.T, portal, sql string) (out planned) {
	t.Helper()
	body, err := json.Marshal(map[string]string{"sql": sql, "schema": "tpch"})
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.Post(portal+"/v1/plan", "application/json", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if err := httpfault.Read(resp); err != nil {
		t.Fatal(err)
	}
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		t.Fatal(err)
	}
	return out
}

func refusedPlans(t *testing.T, portal string, a *asker, all []question) {
	valid := plan(t, portal, "SELECT l_returnflag, sum(l_quantity) FROM lineitem WHERE l_orderkey < 1000 GROUP BY l_returnflag").Subplans[0].Plan
	if err := post(t, portal+"/v1/plan", typeProtobuf, valid); err != nil {
		t.Fatalf("a whole plan is refused: %v", err)
	}
	const seed = 20261121
	random := rand.New(rand.NewPCG(seed, seed))
	clients := func(what string, bytes []byte) {
		t.Helper()
		for _, path := range []string{"/v1/plan", "/v1/query"} {
			refusedPlan(t, what+" at "+path, post(t, portal+path, typeProtobuf, bytes))
		}
		_, err := a.sql.Portal().ExecuteSubstrait(harness.InSchema(context.Background(), "tpch"), flightsql.SubstraitPlan{Plan: bytes})
		refusedPlan(t, what+" over Flight SQL", err)
	}
	for n := 0; n < len(valid); n += 1 + len(valid)/40 {
		clients(fmt.Sprintf("the first %d of %d bytes", n, len(valid)), valid[:n])
	}
	for i := range 40 {
		garbage := make([]byte, random.IntN(400))
		for j := range garbage {
			garbage[j] = byte(random.Uint32())
		}
		clients(fmt.Sprintf("garbage %d", i), garbage)
	}
	// What a flipped bit makes may still be a plan; it must not be a crash.
	for i := range 200 {
		flipped := bytes.Clone(valid)
		flipped[random.IntN(len(flipped))] ^= 1 << random.IntN(8)
		err := post(t, portal+"/v1/query", typeProtobuf, flipped)
		if fault.Is(err, fault.Internal) {
			t.Errorf("flip %d (seed %d): %v\n%s", i, seed, err, base64.StdEncoding.EncodeToString(flipped))
		}
	}
	for _, tt := range []struct {
		name, plan string
		kind       fault.Kind
		says       []string
	}{
		{"no relations", `{"version": {"minorNumber": 80}}`, fault.InvalidArgument, []string{"relation"}},
		{
			"relation", withRoot(`{"ddl": {"namedObject": {"names": ["t"]}, "object": "DDL_OBJECT_TABLE", "op": "DDL_OP_DROP"}}`),
			fault.InvalidArgument, []string{"ddl"},
		},
		{
			"relation below", withRoot(`{"filter": {"input": {"write": {"input": ` + readNation + `}}, "condition": {"literal": {"boolean": true}}}}`),
			fault.InvalidArgument, []string{"write"},
		},
		{"function", withFunction("frobnicate:i32"), fault.InvalidArgument, []string{"frobnicate"}},
		{"table", withRoot(strings.Replace(readNation, `"nation"`, `"natoin"`, 1)), fault.NotFound, []string{"natoin", "nation"}},
		{"column", withRoot(strings.Replace(readNation, `"n_nationkey"`, `"n_nationky"`, 1)), fault.NotFound, []string{"n_nationky", "n_nationkey"}},
		{"json", `{"relations": [`, fault.InvalidArgument, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			body := fmt.Sprintf(`{"plan": %s}`, tt.plan)
			for _, path := range []string{"/v1/plan", "/v1/query"} {
				err := post(t, portal+path, "application/json", []byte(body))
				refused(t, path, err, tt.kind, tt.says...)
			}
		})
	}
	// The same JSON without the fault is a plan.
	if err := post(t, portal+"/v1/query", "application/json", fmt.Appendf(nil, `{"plan": %s}`, withRoot(readNation))); err != nil {
		t.Errorf("the plan that the others are made from: %v", err)
	}
	a.right(t, "after all those plans", all)
}

// refusedPlan is for plans of which it is not known what is wrong with them.
func refusedPlan(t *testing.T, what string, err error) {
	t.Helper()
	if kind := fault.KindOf(err); err == nil || kind != fault.InvalidArgument && kind != fault.NotFound {
		t.Errorf("%s: %v (%s)", what, err, kind)
	}
}

const readNation = `{"read": {"namedTable": {"names": ["tpch", "nation"]}, "baseSchema": {
	"names": ["n_nationkey", "n_name", "n_regionkey", "n_comment"],
	"struct": {"nullability": "NULLABILITY_REQUIRED", "types": [
		{"i32": {"nullability": "NULLABILITY_NULLABLE"}}, {"string": {"nullability": "NULLABILITY_NULLABLE"}},
		{"i32": {"nullability": "NULLABILITY_NULLABLE"}}, {"string": {"nullability": "NULLABILITY_NULLABLE"}}]}}}}`

func withRoot(input string) string {
	return `{"version": {"minorNumber": 80}, "relations": [{"root": {"names": ["a", "b", "c", "d"], "input": ` + input + `}}]}`
}

func withFunction(name string) string {
	return `{"version": {"minorNumber": 80},
		"extensionUrns": [{"extensionUrnAnchor": 1, "urn": "extension:io.substrait:functions_arithmetic"}],
		"extensions": [{"extensionFunction": {"extensionUrnReference": 1, "functionAnchor": 1, "name": "` + name + `"}}],
		"relations": [{"root": {"names": ["a"], "input": {"project": {
			"common": {"emit": {"outputMapping": [4]}}, "input": ` + readNation + `,
			"expressions": [{"scalarFunction": {"functionReference": 1, "outputType": {"i32": {"nullability": "NULLABILITY_NULLABLE"}},
				"arguments": [{"value": {"selection": {"directReference": {"structField": {"field": 0}}, "rootReference": {}}}}]}}]}}}}]}`
}

// TestTickets redeems tickets that are no right, and right ones elsewhere and
// too late.
func TestTickets(t *testing.T) {
	t.Parallel()
	const ttl = 3 * time.Second
	data := harness.NewTPCH(t, scaleFactor)
	c := harness.Start(t, cluster.Options{Workers: 2, Replication: 1, EditPortal: func(p *portal.Config) { p.TicketTTL = ttl }})
	harness.Load(t, c.HTTP(), "tpch", "lineitem", data.Files["lineitem"], "l_orderkey", 2_000)
	a := newAsker(t, c.HTTP(), c.Flight())
	ctx := context.Background()
	redeem := func(location string, ticket []byte) error {
		t.Helper()
		f, err := harness.DialFlight(location)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		r, err := harness.DoGet(ctx, f, ticket)
		if err != nil {
			return err
		}
		defer r.Release()
		_, err = drain(r)
		return err
	}
	rows := question{name: "rows", sql: "SELECT * FROM lineitem"}
	rows.want = data.Query(t, rows.sql)

	p := plan(t, c.HTTP(), rows.sql)
	if len(p.Subplans) < 2 {
		t.Fatalf("%d subplans: both workers should have some", len(p.Subplans))
	}
	one, other := p.Subplans[0], p.Subplans[1]
	if err := redeem(one.Replicas[0].Location, one.Ticket); err != nil {
		t.Fatalf("the right ticket at the right place: %v", err)
	}
	refused(t, "replayed elsewhere", redeem(other.Replicas[0].Location, one.Ticket), fault.PermissionDenied,
		other.Replicas[0].Worker+" is not among", one.Replicas[0].Worker, "replicas")
	for i := 0; i < len(one.Ticket); i += 1 + len(one.Ticket)/25 {
		forged := bytes.Clone(one.Ticket)
		forged[i] ^= 1
		err := redeem(one.Replicas[0].Location, forged)
		if kind := fault.KindOf(err); err == nil || kind != fault.Unauthenticated && kind != fault.InvalidArgument {
			t.Errorf("byte %d of %d forged: %v", i, len(one.Ticket), err)
		}
	}
	last := bytes.Clone(one.Ticket)
	last[len(last)-1] ^= 1
	refused(t, "forged", redeem(one.Replicas[0].Location, last), fault.Unauthenticated)
	refused(t, "cut", redeem(one.Replicas[0].Location, one.Ticket[:len(one.Ticket)/2]), fault.Unauthenticated)
	refused(t, "garbage", redeem(one.Replicas[0].Location, []byte("garbage")), fault.InvalidArgument)
	refused(t, "none", redeem(one.Replicas[0].Location, nil), fault.InvalidArgument)

	info, err := a.sql.Portal().Execute(viaPortal(harness.InSchema(ctx, "tpch")), rows.sql)
	if err != nil {
		t.Fatal(err)
	}
	handle := bytes.Clone(info.Endpoint[0].Ticket.Ticket)
	handle[len(handle)-1] ^= 1
	if err := redeem(c.Flight(), handle); !fault.Is(err, fault.Unauthenticated) && !fault.Is(err, fault.InvalidArgument) && !fault.Is(err, fault.NotFound) {
		t.Errorf("a forged ticket at the portal: %v", err)
	}
	refused(t, "a worker's ticket at the portal", redeem(c.Flight(), one.Ticket), fault.InvalidArgument)

	time.Sleep(time.Until(one.ExpiresAt))
	refused(t, "expired", redeem(one.Replicas[0].Location, one.Ticket), fault.Unauthenticated, "expired at", "plan the query again")
	time.Sleep(time.Until(info.Endpoint[0].ExpirationTime.AsTime()))
	err = redeem(c.Flight(), info.Endpoint[0].Ticket.Ticket)
	if err == nil {
		t.Error("an expired ticket was redeemed by the portal")
	}
	t.Logf("expired at the portal: %v", err)
	a.right(t, "after all those tickets", []question{rows})
}
