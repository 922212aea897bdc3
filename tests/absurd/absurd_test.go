// Package absurd checks that what is absurdly large or deep is answered or refused, in bounded time
// and memory, and that a cluster of real processes goes on to answer others meanwhile and after.
package absurd

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/shoal-db/shoal/tests/harness"
)

const (
	// queryTimeout is the portal's, and patience what a client waits for in vain.
	queryTimeout = 5 * time.Second
	patience     = 20 * time.Second
	// memory is what DuckDB may use in each process.
	memory = 128 << 20
	// mostMiB is what the portal may hold in the end: the binder's and the merging DuckDB's memory, and
	// what Go has not yet given back.
	mostMiB = 3 << 10
)

type system struct {
	*harness.Processes
	client *http.Client
}

func start(t *testing.T) *system {
	t.Helper()
	limits := []string{"--memory", fmt.Sprint(memory), "--threads", "1"}
	s := &system{client: &http.Client{Timeout: patience}, Processes: harness.StartProcesses(t, harness.ProcessOptions{
		Workers: 1, Replication: 1, WorkerArgs: limits,
		PortalArgs: append([]string{"--query-timeout", queryTimeout.String()}, limits...),
	})}
	o := harness.NewOracle(t)
	o.Exec(t, "CREATE TABLE t AS SELECT range AS k FROM range(100)")
	harness.Load(t, s.HTTP, "d", "t", o.WriteParquet(t, "t"), "k", 25)
	return s
}

// answer is what came of a request.
type answer struct {
	status int
	kind   string
	text   string
	rows   int
	took   time.Duration
}

// post asks the portal.
func (s *system) post(path, contentType string, body []byte) (a answer, err error) {
	begun := time.Now()
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, "http://"+s.HTTP+path, bytes.NewReader(body))
	if err != nil {
		return a, err
	}
	req.Header.Set("Content-Type", contentType)
	req.Header.Set("Accept", "application/json")
	resp, err := s.client.Do(req)
	if err != nil {
		return a, err
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	a.status, a.took = resp.StatusCode, time.Since(begun)
	if err != nil {
		return a, err
	}
	var object struct {
		Rows  []any `json:"rows"`
		Error struct {
			Kind    string `json:"kind"`
			Message string `json:"message"`
		} `json:"error"`
	}
	if err := json.Unmarshal(data, &object); err != nil {
		return a, fmt.Errorf("%d %.200s: %w", a.status, data, err)
	}
	a.kind, a.text, a.rows = object.Error.Kind, object.Error.Message, len(object.Rows)
	return a, nil
}

func (s *system) sql(text string) (answer, error) {
	body, err := json.Marshal(map[string]string{"sql": text})
	if err != nil {
		return answer{}, err
	}
	return s.post("/v1/query", "application/json", body)
}

// refusals are the kinds of errors by which something is refused for its size.
var refusals = []string{"invalid_argument", "resource_exhausted", "deadline_exceeded"}

// check says what is wrong with an answer.
func check(a answer, err error, refused bool) string {
	switch {
	case err != nil:
		return err.Error()
	case a.status == http.StatusOK && a.rows > 0:
		return ""
	case !refused || !slices.Contains(refusals, a.kind) || a.text == "":
		return fmt.Sprintf("%d %s, %d rows: %.300s", a.status, a.kind, a.rows, a.text)
	}
	return ""
}

func TestAbsurdQueries(t *testing.T) {
	s := start(t)
	others := s.beside(t)
	for _, c := range statements() {
		a, err := s.sql(c.sql)
		if wrong := check(a, err, c.refused); wrong != "" {
			t.Errorf("%s: %s", c.name, wrong)
		}
		s.alive(t, c.name)
	}
	for name, body := range plans() {
		a, err := s.post("/v1/query", "application/json", []byte(body))
		if wrong := check(a, err, true); wrong != "" || a.status == http.StatusOK {
			t.Errorf("%s: %d %s", name, a.status, wrong)
		}
		s.alive(t, name)
	}
	// A message within a message within a message …, each in the field of the one before.
	bomb := []byte{}
	for range 5_000 {
		bomb = append(append([]byte{0x0a}, binary.AppendUvarint(nil, uint64(len(bomb)))...), bomb...)
	}
	if a, err := s.post("/v1/query", "application/x-protobuf", bomb); err != nil || a.kind != "invalid_argument" {
		t.Errorf("a bomb: %+v, %v", a, err)
	}
	s.alive(t, "a bomb")
	others()
	if mib := s.Portal.ResidentBytes(t) >> 20; mib > mostMiB {
		t.Errorf("the portal holds %d MiB", mib)
	}
}

// alive checks that no process has died.
func (s *system) alive(t *testing.T, after string) {
	t.Helper()
	for _, p := range append([]*harness.Process{s.Portal, s.Metadata}, s.Workers...) {
		if !p.Running() {
			t.Fatalf("%s has died of %s", p.Name, after)
		}
	}
}

// beside asks small queries all the time until it is stopped, which checks that all were answered.
func (s *system) beside(t *testing.T) (stop func()) {
	ended, done := make(chan struct{}), make(chan struct{})
	answered, slowest := 0, time.Duration(0)
	go func() {
		defer close(done)
		for {
			select {
			case <-ended:
				return
			case <-time.After(200 * time.Millisecond):
			}
			a, err := s.sql(fmt.Sprintf("SELECT count(*) FROM d.t WHERE k < %d", answered))
			if wrong := check(a, err, false); wrong != "" {
				t.Errorf("a small query meanwhile: %s", wrong)
				return
			}
			answered++
			slowest = max(slowest, a.took)
		}
	}()
	return func() {
		close(ended)
		<-done
		t.Logf("%d small queries meanwhile, the slowest in %s", answered, slowest.Round(time.Millisecond))
		if answered < 10 {
			t.Errorf("%d small queries were answered meanwhile", answered)
		}
	}
}

// plans are absurd Substrait plans as JSON.
func plans() map[string]string {
	const read = `{"read": {"namedTable": {"names": ["d", "t"]}, "baseSchema": {"names": ["k"], "struct": {"types": [{"i64": {}}]}}}}`
	wrapped := func(rel string) string {
		return `{"plan": {"relations": [{"root": {"names": ["k"], "input": ` + rel + `}}]}}`
	}
	project := func(expr string) string {
		return wrapped(`{"project": {"input": ` + read + `, "expressions": [` + expr + `]}}`)
	}
	return map[string]string{
		"filters":     wrapped(repeat(`{"filter": {"input": `, 50_000) + read + repeat("}}", 50_000)),
		"casts":       project(repeat(`{"cast": {"type": {"i64": {}}, "input": `, 50_000) + `{"literal": {"i64": "1"}}` + repeat("}}", 50_000)),
		"types":       project(`{"cast": {"input": {"literal": {"i64": "1"}}, "type": ` + repeat(`{"list": {"type": `, 50_000) + `{"i64": {}}` + repeat("}}", 50_000) + `}}`),
		"literals":    project(repeat(`{"literal": {"list": {"values": [`, 50_000) + repeat("]}}", 50_000)),
		"extensions":  `{"plan": {"extensions": [` + join(100_000, ",", format(`{"extensionFunction": {"functionAnchor": #, "name": "f#"}}`)) + `]}}`,
		"arrays":      repeat("[", 1_000_000),
		"expressions": wrapped(`{"project": {"input": ` + read + `, "expressions": [` + repeat(`{"literal": {"i64": "1"}},`, 300_000) + `{"nosuch": 1}]}}`),
	}
}
