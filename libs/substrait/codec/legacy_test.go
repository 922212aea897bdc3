package codec_test

import (
	"os"
	"reflect"
	"testing"

	pb "github.com/substrait-io/substrait-protobuf/go/substraitpb"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"

	"github.com/shoal-db/shoal/libs/substrait/codec"
)

// TestLegacyURIs has extensions declared by URI in both encodings, as plans had them before URNs:
// our protobuf package knows these fields no more.
func TestLegacyURIs(t *testing.T) {
	text, err := os.ReadFile("testdata/foreign/duckdb_extension.json")
	if err != nil {
		t.Fatal(err)
	}
	want, err := codec.DecodeJSON(text, codec.Options{})
	if err != nil {
		t.Fatal(err)
	}
	m := &pb.Plan{}
	if err := (protojson.UnmarshalOptions{DiscardUnknown: true}).Unmarshal(text, m); err != nil {
		t.Fatal(err)
	}
	const base = "https://github.com/substrait-io/substrait/blob/main/extensions/"
	for i, file := range []string{"functions_comparison.yaml", "functions_arithmetic.yaml", "functions_boolean.yaml"} {
		uri := protowire.AppendVarint(protowire.AppendTag(nil, 1, protowire.VarintType), uint64(i+1))
		uri = protowire.AppendString(protowire.AppendTag(uri, 2, protowire.BytesType), base+file)
		unknown := protowire.AppendBytes(protowire.AppendTag(m.ProtoReflect().GetUnknown(), 1, protowire.BytesType), uri)
		m.ProtoReflect().SetUnknown(unknown)
	}
	refs := []uint64{1, 3, 1, 2, 2}
	for i, ref := range refs {
		f := m.Extensions[i].GetExtensionFunction().ProtoReflect()
		f.SetUnknown(protowire.AppendVarint(protowire.AppendTag(nil, 1, protowire.VarintType), ref))
	}
	data, err := proto.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	got, err := codec.Decode(data, codec.Options{})
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Fatalf("the plan with URIs reads as another (%v)", err)
	}
	// A URI that is not the standard's makes its functions unknown.
	m.ProtoReflect().SetUnknown(protowire.AppendBytes(protowire.AppendTag(nil, 1, protowire.BytesType),
		protowire.AppendString(protowire.AppendTag(nil, 2, protowire.BytesType), "https://acme.com/magic.yaml")))
	for _, x := range m.Extensions {
		x.GetExtensionFunction().ProtoReflect().SetUnknown(nil)
	}
	if data, err = proto.Marshal(m); err != nil {
		t.Fatal(err)
	}
	if _, err = codec.Decode(data, codec.Options{}); err == nil {
		t.Fatal("a function of an unknown extension was taken")
	}
}
