package codec_test

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	pb "github.com/substrait-io/substrait-protobuf/go/substraitpb"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/shoal-db/shoal/libs/substrait/codec"
)

// mutator changes plans as messages, which gets much deeper into Decode than changed bytes do.
type mutator struct {
	plans []*pb.Plan
	// parts are all messages of the plans by their type, to put in others' place.
	parts map[protoreflect.FullName][]protoreflect.Message
}

func newMutator(t testing.TB) *mutator {
	m := &mutator{parts: map[protoreflect.FullName][]protoreflect.Message{}}
	for _, p := range plans() {
		data, err := codec.Encode(p)
		if err != nil {
			t.Fatal(err)
		}
		own := &pb.Plan{}
		if err := proto.Unmarshal(data, own); err != nil {
			t.Fatal(err)
		}
		m.plans = append(m.plans, own)
	}
	files, _ := filepath.Glob("testdata/foreign/*.json")
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		foreign := &pb.Plan{}
		if err := (protojson.UnmarshalOptions{DiscardUnknown: true}).Unmarshal(text, foreign); err != nil {
			t.Fatal(err)
		}
		m.plans = append(m.plans, foreign)
	}
	for _, p := range m.plans {
		for _, part := range messages(p.ProtoReflect()) {
			name := part.Descriptor().FullName()
			m.parts[name] = append(m.parts[name], part)
		}
	}
	return m
}

// messages are a message and all that it holds.
func messages(m protoreflect.Message) []protoreflect.Message {
	out := []protoreflect.Message{m}
	m.Range(func(f protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		switch {
		case f.Message() == nil || f.IsMap():
		case f.IsList():
			for i := range v.List().Len() {
				out = append(out, messages(v.List().Get(i).Message())...)
			}
		default:
			out = append(out, messages(v.Message())...)
		}
		return true
	})
	return out
}

// plan is one of the plans with a few changes.
func (m *mutator) plan(seed uint64) *pb.Plan {
	r := rand.New(rand.NewPCG(seed, 1))
	p := proto.Clone(m.plans[r.IntN(len(m.plans))]).(*pb.Plan)
	for range 1 + r.IntN(4) {
		all := messages(p.ProtoReflect())
		m.change(r, all[r.IntN(len(all))])
	}
	return p
}

func (m *mutator) change(r *rand.Rand, target protoreflect.Message) {
	fields := target.Descriptor().Fields()
	if fields.Len() == 0 {
		return
	}
	f := fields.Get(r.IntN(fields.Len()))
	switch {
	case r.IntN(4) == 0:
		target.Clear(f)
	case f.IsMap():
	case f.IsList():
		list := target.Mutable(f).List()
		if n := list.Len(); n > 0 && r.IntN(3) == 0 {
			list.Truncate(r.IntN(n))
		} else if v, ok := m.value(r, f); ok {
			list.Append(v)
		}
	default:
		if v, ok := m.value(r, f); ok {
			target.Set(f, v)
		}
	}
}

var numbers = []int64{0, 1, 2, 3, 5, 7, 31, 38, 39, -1, -2, 1 << 31, -1 << 31, 1<<63 - 1, -1 << 63}

func (m *mutator) value(r *rand.Rand, f protoreflect.FieldDescriptor) (protoreflect.Value, bool) {
	n := numbers[r.IntN(len(numbers))]
	switch f.Kind() {
	case protoreflect.MessageKind:
		parts := m.parts[f.Message().FullName()]
		if len(parts) == 0 {
			return protoreflect.Value{}, false
		}
		return protoreflect.ValueOfMessage(proto.Clone(parts[r.IntN(len(parts))].Interface()).ProtoReflect()), true
	case protoreflect.Int32Kind:
		return protoreflect.ValueOfInt32(int32(n)), true
	case protoreflect.Int64Kind:
		return protoreflect.ValueOfInt64(n), true
	case protoreflect.Uint32Kind:
		return protoreflect.ValueOfUint32(uint32(n)), true
	case protoreflect.BoolKind:
		return protoreflect.ValueOfBool(n%2 == 0), true
	case protoreflect.EnumKind:
		values := f.Enum().Values()
		return protoreflect.ValueOfEnum(values.Get(r.IntN(values.Len())).Number()), true
	case protoreflect.StringKind:
		texts := []string{"", "a", "shoal", "datafusion", "add", "count:any", "STRUCT(INTEGER)", "INTEGER[3]", "FILTER", "ERROR"}
		return protoreflect.ValueOfString(texts[r.IntN(len(texts))]), true
	case protoreflect.BytesKind:
		return protoreflect.ValueOfBytes(make([]byte, n&31)), true
	}
	return protoreflect.Value{}, false
}

func (m *mutator) check(t *testing.T, seed uint64) bool {
	data, err := proto.Marshal(m.plan(seed))
	if err != nil {
		t.Fatal(err)
	}
	p, err := codec.Decode(data, small)
	checkDecoded(t, p, err)
	return err == nil
}

func TestMutatedPlans(t *testing.T) {
	m := newMutator(t)
	good, n := 0, uint64(5_000)
	if testing.Short() {
		n = 500
	}
	for seed := range n {
		if m.check(t, seed) {
			good++
		}
	}
	// Unless both happen often, the test sees little.
	if good < int(n)/10 || good > int(n)*9/10 {
		t.Errorf("%d of %d changed plans are plans", good, n)
	}
}

func FuzzMutated(f *testing.F) {
	m := newMutator(f)
	f.Add(uint64(1 << 60))
	f.Fuzz(func(t *testing.T, seed uint64) { m.check(t, seed) })
}
