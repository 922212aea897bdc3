package grpcfault

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"reflect"
	"strings"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"
	"google.golang.org/grpc/test/bufconn"

	"github.com/shoal-db/shoal/libs/platform/fault"
)

// failing is a service whose calls fail as told.
type failing struct {
	grpc_health_v1.UnimplementedHealthServer
	fail func() error
}

func (s failing) Check(context.Context, *grpc_health_v1.HealthCheckRequest) (*grpc_health_v1.HealthCheckResponse, error) {
	return &grpc_health_v1.HealthCheckResponse{}, s.fail()
}

func (s failing) Watch(_ *grpc_health_v1.HealthCheckRequest, w grpc.ServerStreamingServer[grpc_health_v1.HealthCheckResponse]) error {
	if err := w.Send(&grpc_health_v1.HealthCheckResponse{}); err != nil {
		return err
	}
	return s.fail()
}

// start serves fail over an in-memory connection and returns a client and the server's log.
func start(t *testing.T, fail func() error) (grpc_health_v1.HealthClient, *bytes.Buffer) {
	t.Helper()
	logged := &bytes.Buffer{}
	log := slog.New(slog.NewTextHandler(logged, &slog.HandlerOptions{Level: slog.LevelDebug}))
	srv := grpc.NewServer(grpc.UnaryInterceptor(Unary(log)), grpc.StreamInterceptor(Stream(log)))
	grpc_health_v1.RegisterHealthServer(srv, failing{fail: fail})
	lis := bufconn.Listen(1 << 16)
	served := make(chan error, 1)
	go func() { served <- srv.Serve(lis) }()
	conn, err := grpc.NewClient("passthrough:///mem",
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return lis.DialContext(ctx) }),
		// What Java's transport takes, so that a status that is too long for it fails here.
		grpc.WithMaxHeaderListSize(8192),
		grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = conn.Close()
		srv.Stop()
		<-served
	})
	return grpc_health_v1.NewHealthClient(conn), logged
}

func unary(c grpc_health_v1.HealthClient) error {
	_, err := c.Check(context.Background(), &grpc_health_v1.HealthCheckRequest{})
	return err
}

func stream(c grpc_health_v1.HealthClient) error {
	s, err := c.Watch(context.Background(), &grpc_health_v1.HealthCheckRequest{})
	for err == nil {
		_, err = s.Recv()
	}
	if err == io.EOF {
		return nil
	}
	return err
}

var calls = map[string]func(grpc_health_v1.HealthClient) error{"unary": unary, "stream": stream}

func TestRoundTripOfEveryKind(t *testing.T) {
	for _, kind := range fault.Kinds() {
		sent := fault.New(kind, "bind", "something\nhappened: naïve 100%%").WithHint("do this").WithQuery("q1").
			WithDetail("line", 3).WithDetail("nearest", []string{"a", "b"}).WithRetry(kind == fault.Internal)
		client, _ := start(t, func() error { return fault.Wrap(sent, "plan") })
		want := &fault.Fault{
			Kind: kind, Op: "plan: bind", Message: "something\nhappened: naïve 100%", Hint: "do this", QueryID: "q1",
			Retryable: kind == fault.Internal,
			Details:   map[string]any{"line": int64(3), "nearest": []any{"a", "b"}},
		}
		for name, call := range calls {
			err := call(client)
			// A plain client: code, and a message that a person can act on.
			if st := status.Convert(err); st.Code() != Code(kind) ||
				st.Message() != "something\nhappened: naïve 100%\nHint: do this" {
				t.Errorf("%s %s: plain client sees %s %q", kind, name, st.Code(), st.Message())
			}
			if got := fault.From(err); !reflect.DeepEqual(got, want) {
				t.Errorf("%s %s:\n got %+v\nwant %+v", kind, name, got, want)
			}
		}
	}
}

// TestCaretIsShown: most clients show a person the message only.
func TestCaretIsShown(t *testing.T) {
	const caret = "LINE 1: SELECT x\n               ^"
	sent := fault.New(fault.NotFound, "bind", "there is no column x").WithHint("use y").WithDetail("caret", caret)
	client, _ := start(t, func() error { return sent })
	for name, call := range calls {
		err := call(client)
		if got, want := status.Convert(err).Message(), "there is no column x\n"+caret+"\nHint: use y"; got != want {
			t.Errorf("%s: plain client sees %q", name, got)
		}
		if f := fault.From(err); f.Text() != "there is no column x" || f.Hint != "use y" || f.Details["caret"] != caret {
			t.Errorf("%s: %+v", name, f)
		}
	}
}

func TestSuccessPasses(t *testing.T) {
	client, logged := start(t, func() error { return nil })
	for name, call := range calls {
		if err := call(client); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if logged.Len() != 0 {
		t.Errorf("logged %s", logged)
	}
}

func TestPanicBecomesInternal(t *testing.T) {
	client, logged := start(t, func() error { var m map[string]int; m["x"]++; return nil })
	for name, call := range calls {
		f := fault.From(call(client))
		if f.Kind != fault.Internal || !strings.Contains(f.Text(), "nil map") || strings.Contains(f.Text(), "goroutine") {
			t.Errorf("%s: %s %q", name, f.Kind, f.Text())
		}
	}
	if got := logged.String(); strings.Count(got, " stack=") != 2 || !strings.Contains(got, "level=ERROR") {
		t.Errorf("the log has not both stacks:\n%s", got)
	}
}

func TestForeignStatusesPass(t *testing.T) {
	client, _ := start(t, func() error { return fmt.Errorf("ask: %w", status.Error(codes.Unimplemented, "no such call")) })
	err := unary(client)
	if status.Code(err) != codes.Unimplemented {
		t.Errorf("code %s, want Unimplemented", status.Code(err))
	}
	if f := fault.From(err); f.Kind != fault.InvalidArgument || f.Hint == "" || !strings.Contains(f.Text(), "no such call") {
		t.Errorf("%+v", f)
	}
	// A fault that was made from a peer's status is ours, whatever it wraps.
	f := fault.From(ToError(fault.New(fault.NotFound, "x", "gone: %w", status.Error(codes.Aborted, "raced"))))
	if f.Kind != fault.NotFound {
		t.Errorf("%s, want not_found", f.Kind)
	}
}

func TestContextErrors(t *testing.T) {
	for want, err := range map[codes.Code]error{
		codes.Canceled: fmt.Errorf("read: %w", context.Canceled), codes.DeadlineExceeded: context.DeadlineExceeded,
		codes.Internal: errors.New("what"),
	} {
		client, _ := start(t, func() error { return err })
		got := unary(client)
		if status.Code(got) != want {
			t.Errorf("%v became %s", err, status.Code(got))
		}
		if want == codes.Canceled && !errors.Is(fault.From(got), context.Canceled) {
			t.Error("a cancellation is not context.Canceled any more")
		}
	}
}

func TestFromForeignError(t *testing.T) {
	cases := []struct {
		code codes.Code
		kind fault.Kind
	}{
		{codes.Aborted, fault.Unavailable}, {codes.AlreadyExists, fault.InvalidArgument},
		{codes.DataLoss, fault.Internal}, {codes.Unknown, fault.Internal}, {codes.Code(77), fault.Internal},
	}
	for _, c := range cases {
		f := fault.From(status.Error(c.code, "because"))
		if f.Kind != c.kind || f.Retryable != (c.kind == fault.Unavailable) || f.Text() != "because" {
			t.Errorf("%s: %s %v %q", c.code, f.Kind, f.Retryable, f.Text())
		}
	}
	wrapped := fault.From(fmt.Errorf("ask w1: %w", status.Error(codes.NotFound, "no chunk")))
	if wrapped.Kind != fault.NotFound || wrapped.Text() != "ask w1: no chunk" {
		t.Errorf("%s %q", wrapped.Kind, wrapped.Text())
	}
	if FromError(nil) != nil || FromStatus(nil) != nil || ToStatus(nil) != nil || ToError(nil) != nil {
		t.Error("nil is not an error")
	}
	if f := FromError(io.EOF); f.Kind != fault.Internal {
		t.Errorf("io.EOF: %s", f.Kind)
	}
}

func TestLongFaultsFitIntoHeaders(t *testing.T) {
	long := func(s string) *fault.Fault {
		return fault.New(fault.NotFound, "find", "%s", s).WithHint("look elsewhere").WithQuery("q1")
	}
	many := make([]string, 3000)
	for i := range many {
		many[i] = fmt.Sprintf("chunk-%d", i)
	}
	cases := map[string]*fault.Fault{
		"details":   long("short").WithDetail("chunks", many),
		"message":   long(strings.Repeat("ünïcödé ", 4000)),
		"hint":      long("short").WithHint("%s", strings.Repeat("%", 9000)),
		"all":       long(strings.Repeat("x", 9000)).WithHint("%s", strings.Repeat("é", 9000)).WithDetail("c", many),
		"not UTF-8": long("caf\xe9 \x00\x01"),
	}
	for name, f := range cases {
		client, _ := start(t, func() error { return f })
		got := fault.From(unary(client))
		if got.Kind != fault.NotFound || got.QueryID != "q1" || got.Op != "find" || got.Hint == "" || got.Message == "" {
			t.Errorf("%s: kind %s query %q op %q hint %.40q message %.60q", name, got.Kind, got.QueryID, got.Op, got.Hint, got.Message)
		}
		if name == "details" && (got.Text() != "short" || got.Hint != "look elsewhere") {
			t.Errorf("details pushed out the text: %q %q", got.Text(), got.Hint)
		}
	}
}

func TestBrokenDetailsDoNotHideTheError(t *testing.T) {
	f := &fault.Fault{Kind: fault.NotFound, Message: "gone"}
	readInfo(f, map[string]string{metaDetails: "{", metaHint: "h"})
	if f.Message != "gone" || f.Hint != "h" || f.Details != nil {
		t.Errorf("%+v", f)
	}
}
