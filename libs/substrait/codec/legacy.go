package codec

import (
	"encoding/json"
	"path"
	"strings"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	pb "github.com/substrait-io/substrait-protobuf/go/substraitpb"
	"github.com/substrait-io/substrait-protobuf/go/substraitpb/extensions"

	"github.com/shoal-db/shoal/libs/substrait/functions"
)

// legacy is how plans declared extensions before there were URNs: a list of URIs with anchors
// (field 1 of the plan) and, in each declaration, the anchor of its URI (field 1). Our protobuf
// package no longer has these fields, so that they are read from what it did not recognise.
type legacy struct {
	// uris are the URIs by their anchors.
	uris map[uint32]string
	// refs are the URI anchors of the declarations, by their place in the plan; absent if 0.
	refs map[int]uint32
}

const (
	legacyField     = 1
	uriAnchorField  = 1
	uriTextField    = 2
	maxLegacyFields = 100_000
)

func legacyFromProto(m *pb.Plan) legacy {
	l := legacy{uris: map[uint32]string{}, refs: map[int]uint32{}}
	eachField(m.ProtoReflect().GetUnknown(), func(num protowire.Number, varint uint64, data []byte) {
		if num != legacyField || data == nil || len(l.uris) > maxLegacyFields {
			return
		}
		var anchor uint32
		uri := ""
		eachField(data, func(num protowire.Number, varint uint64, data []byte) {
			switch {
			case num == uriAnchorField && data == nil:
				anchor = uint32(varint)
			case num == uriTextField && data != nil:
				uri = string(data)
			}
		})
		l.uris[anchor] = uri
	})
	for i, d := range m.GetExtensions() {
		eachField(unknownOf(d), func(num protowire.Number, varint uint64, data []byte) {
			if num == legacyField && data == nil {
				l.refs[i] = uint32(varint)
			}
		})
	}
	return l
}

func unknownOf(d *extensions.SimpleExtensionDeclaration) []byte {
	switch k := d.GetMappingType().(type) {
	case *extensions.SimpleExtensionDeclaration_ExtensionFunction_:
		return k.ExtensionFunction.ProtoReflect().GetUnknown()
	case *extensions.SimpleExtensionDeclaration_ExtensionType_:
		return k.ExtensionType.ProtoReflect().GetUnknown()
	}
	return nil
}

// eachField calls visit for the varints (with nil data) and the length-delimited fields of an
// encoded message, up to the first that is broken.
func eachField(b []byte, visit func(num protowire.Number, varint uint64, data []byte)) {
	for len(b) > 0 {
		num, kind, n := protowire.ConsumeTag(b)
		if n < 0 {
			return
		}
		b = b[n:]
		switch kind {
		case protowire.VarintType:
			v, n := protowire.ConsumeVarint(b)
			if n < 0 {
				return
			}
			visit(num, v, nil)
			b = b[n:]
		case protowire.BytesType:
			v, n := protowire.ConsumeBytes(b)
			if n < 0 {
				return
			}
			visit(num, 0, append([]byte{}, v...))
			b = b[n:]
		default:
			n := protowire.ConsumeFieldValue(num, kind, b)
			if n < 0 {
				return
			}
			b = b[n:]
		}
	}
}

type (
	jsonURI struct {
		Anchor      json.Number `json:"extensionUriAnchor"`
		SnakeAnchor json.Number `json:"extension_uri_anchor"`
		URI         string      `json:"uri"`
	}
	jsonRef struct {
		Ref      json.Number `json:"extensionUriReference"`
		SnakeRef json.Number `json:"extension_uri_reference"`
	}
	jsonDeclaration struct {
		Function      *jsonRef `json:"extensionFunction"`
		SnakeFunction *jsonRef `json:"extension_function"`
		Type          *jsonRef `json:"extensionType"`
		SnakeType     *jsonRef `json:"extension_type"`
	}
	jsonPlan struct {
		URIs       []jsonURI         `json:"extensionUris"`
		SnakeURIs  []jsonURI         `json:"extension_uris"`
		Extensions []jsonDeclaration `json:"extensions"`
	}
)

// legacyFromJSON reads what legacyFromProto does. The JSON has been read once, so that an error
// here can only mean that the old fields have odd values; then there are none.
func legacyFromJSON(data []byte) legacy {
	l := legacy{uris: map[uint32]string{}, refs: map[int]uint32{}}
	var p jsonPlan
	if err := json.Unmarshal(data, &p); err != nil {
		return l
	}
	for _, u := range append(p.URIs, p.SnakeURIs...) {
		l.uris[number(u.Anchor, u.SnakeAnchor)] = u.URI
	}
	for i, d := range p.Extensions {
		for _, ref := range []*jsonRef{d.Function, d.SnakeFunction, d.Type, d.SnakeType} {
			if ref != nil {
				l.refs[i] = number(ref.Ref, ref.SnakeRef)
			}
		}
	}
	return l
}

func number(options ...json.Number) uint32 {
	for _, o := range options {
		if v, err := o.Int64(); err == nil {
			return uint32(v)
		}
	}
	return 0
}

// urnOf is the URN of the extension that a URI means: both end in the extension's file. The folder of
// the standard's extensions, which DuckDB's producer names, means any of them; other URIs stand for
// themselves.
func urnOf(uri string) string {
	if strings.HasPrefix(uri, "extension:") || uri == "" {
		return uri
	}
	if strings.Contains(uri, "substrait") && (strings.HasSuffix(uri, "/") || path.Base(uri) == "extensions") {
		return ""
	}
	file, isYAML := strings.CutSuffix(path.Base(uri), ".yaml")
	if isYAML && strings.HasPrefix(file, "functions_") {
		return functions.StandardPrefix + file
	}
	return uri
}

// anyResolver takes every packed message for an empty one: what they mean is never looked at, but
// a plan with unknown ones must still be read.
type anyResolver struct{}

func (anyResolver) FindMessageByName(protoreflect.FullName) (protoreflect.MessageType, error) {
	return (&pb.RelCommon_Direct{}).ProtoReflect().Type(), nil
}

func (anyResolver) FindMessageByURL(string) (protoreflect.MessageType, error) {
	return (&pb.RelCommon_Direct{}).ProtoReflect().Type(), nil
}

func (anyResolver) FindExtensionByName(protoreflect.FullName) (protoreflect.ExtensionType, error) {
	return nil, protoregistry.NotFound
}

func (anyResolver) FindExtensionByNumber(protoreflect.FullName, protoreflect.FieldNumber) (protoreflect.ExtensionType, error) {
	return nil, protoregistry.NotFound
}
