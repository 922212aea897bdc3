package fault

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// wire is a fault as it crosses process boundaries: the error object of the outer contract, and
// two fields that only our own processes look at (op, retryable).
type wire struct {
	Kind      Kind           `json:"kind"`
	Message   string         `json:"message"`
	Hint      string         `json:"hint,omitempty"`
	QueryID   string         `json:"query_id,omitempty"`
	Details   map[string]any `json:"details,omitempty"`
	Op        string         `json:"op,omitempty"`
	Retryable bool           `json:"retryable"`
}

// MarshalJSON writes the fault with Text as its message. It always succeeds: a detail that JSON
// can't carry is written as Go prints it.
func (f *Fault) MarshalJSON() ([]byte, error) {
	w := wire{
		Kind: f.Kind, Message: f.Text(), Hint: f.Hint, QueryID: f.QueryID,
		Details: f.Details, Op: f.Ops(), Retryable: f.Retryable,
	}
	if b, err := json.Marshal(w); err == nil {
		return b, nil
	}
	w.Details = make(map[string]any, len(f.Details))
	for k, v := range f.Details {
		if _, err := json.Marshal(v); err != nil {
			v = fmt.Sprint(v)
		}
		w.Details[k] = v
	}
	return json.Marshal(w)
}

// UnmarshalJSON reads what MarshalJSON wrote. A kind that is not known (a newer peer's) becomes
// Internal. Whole numbers in details come back as int64, others as float64.
func (f *Fault) UnmarshalJSON(b []byte) error {
	var w wire
	if err := decodeJSON(b, &w); err != nil {
		return err
	}
	if !w.Kind.Valid() {
		w.Kind = Internal
	}
	*f = Fault{
		Kind: w.Kind, Op: w.Op, Message: w.Message, Hint: w.Hint, QueryID: w.QueryID,
		Details: fromJSONNumbers(w.Details), Retryable: w.Retryable,
	}
	return nil
}

// EncodeDetails returns details as JSON, as MarshalJSON writes them; "" for none.
func EncodeDetails(details map[string]any) string {
	if len(details) == 0 {
		return ""
	}
	b, err := json.Marshal(&Fault{Kind: Internal, Details: details})
	if err != nil {
		return ""
	}
	var w struct {
		Details json.RawMessage `json:"details"`
	}
	if err := json.Unmarshal(b, &w); err != nil {
		return ""
	}
	return string(w.Details)
}

// DecodeDetails reads what EncodeDetails wrote.
func DecodeDetails(s string) (map[string]any, error) {
	if s == "" {
		return nil, nil
	}
	var m map[string]any
	if err := decodeJSON([]byte(s), &m); err != nil {
		return nil, err
	}
	return fromJSONNumbers(m), nil
}

func decodeJSON(b []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	return d.Decode(into)
}

func fromJSONNumbers(m map[string]any) map[string]any {
	for k, v := range m {
		m[k] = fromJSONNumber(v)
	}
	return m
}

func fromJSONNumber(v any) any {
	switch v := v.(type) {
	case json.Number:
		if !strings.ContainsAny(v.String(), ".eE") {
			if n, err := v.Int64(); err == nil {
				return n
			}
		}
		if x, err := v.Float64(); err == nil {
			return x
		}
		return v.String()
	case map[string]any:
		return fromJSONNumbers(v)
	case []any:
		for i := range v {
			v[i] = fromJSONNumber(v[i])
		}
	}
	return v
}
