// Package codec reads and writes query plans as Substrait messages: rel.Plan ↔ protobuf or its JSON.
//
// It owns the wire form. What Encode writes is canonical: the same tree gives the same bytes,
// standard functions stand under the standard extensions, DuckDB's own functions and types under
// Shoal's (functions.DuckDB and TypesURN), and Decode gives back a tree deeply equal to the one
// that was written. Exempt are what the tree leaves open: an empty list is nil, a grouping set of
// all groups is left out, a FLOAT is rounded to 32 bits, a UUID is in lower case.
//
// Decode also takes other producers' plans and translates them: emit mappings, masks and names
// are applied, right-sided joins turned round, functions mapped to DuckDB's (package functions) and
// cast to the types that the plan states.
//
// Invariants: no input makes it panic or use more than Options allow; every error of Decode is an
// invalid_argument or resource_exhausted fault whose detail "at" says where in the plan it is
// (root.project.input.join.left). It refuses to guess: a relation, expression, type, function or
// option that the tree cannot carry is an error that names it. It knows no catalog, so that it
// cannot tell whether a table exists.
package codec

import (
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	pb "github.com/substrait-io/substrait-protobuf/go/substraitpb"

	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/substrait/functions"
	"github.com/shoal-db/shoal/libs/substrait/rel"
)

const (
	// Producer is how our own plans name the one who made them.
	Producer = "shoal"
	// TypesURN is the extension of the types that Substrait does not have; its one type, TypeName,
	// has DuckDB's spelling as its parameter.
	TypesURN = "extension:io.shoal:types_duckdb"
	// TypeName is the type of TypesURN.
	TypeName = "duckdb"

	// The version of Substrait that is written.
	majorVersion, minorVersion = 0, 85
)

// Options bound what Decode takes, and say how it reads what plans leave open. The zero value is
// ready to use.
type Options struct {
	// DefaultSchema is where tables without a schema are looked for; "main" if empty.
	DefaultSchema string
	// MaxBytes is the size of an encoded plan; 64 MiB if 0.
	MaxBytes int
	// MaxNodes is the number of relations, their columns, expressions and types; 1,000,000 if 0.
	MaxNodes int
	// MaxDepth is how deep relations and expressions nest, counted together; 2,000 if 0. It cannot
	// be set above 2,500, since protobuf itself stops at 10,000 nested messages.
	MaxDepth int
	// ResultType tells DuckDB's type of a call whose producer states none; without it, only the
	// functions whose type the table of package functions knows can be called like that.
	ResultType functions.ResultType
}

const (
	defaultBytes  = 64 << 20
	defaultNodes  = 1_000_000
	defaultDepth  = 2_000
	greatestDepth = 2_500
	// Decode counts the levels of types too.
	encodedDepth = defaultDepth - 100
	// A level of our tree takes at most four nested messages.
	protoDepth = 10_000
)

func (o Options) withDefaults() Options {
	set := func(v *int, def int) {
		if *v <= 0 {
			*v = def
		}
	}
	set(&o.MaxBytes, defaultBytes)
	set(&o.MaxNodes, defaultNodes)
	set(&o.MaxDepth, defaultDepth)
	o.MaxDepth = min(o.MaxDepth, greatestDepth)
	if o.DefaultSchema == "" {
		o.DefaultSchema = "main"
	}
	return o
}

// Encode writes a plan as a Substrait protobuf message. An error is an internal fault that names
// what is wrong with the tree, or resource_exhausted for one that nests deeper than Decode reads.
func Encode(p *rel.Plan) ([]byte, error) {
	m, err := encodePlan(p)
	if err != nil {
		return nil, err
	}
	out, err := proto.MarshalOptions{Deterministic: true}.Marshal(m)
	if err != nil {
		return nil, fault.New(fault.Internal, opEncode, "%w", err)
	}
	return out, nil
}

// EncodeJSON writes what Encode does as JSON, indented.
func EncodeJSON(p *rel.Plan) ([]byte, error) {
	m, err := encodePlan(p)
	if err != nil {
		return nil, err
	}
	out, err := protojson.MarshalOptions{Multiline: true, Indent: "  "}.Marshal(m)
	if err != nil {
		return nil, fault.New(fault.Internal, opEncode, "%w", err)
	}
	return out, nil
}

// Decode reads a Substrait plan. Everything that is wrong with it is an invalid_argument fault;
// what exceeds the options' limits is resource_exhausted.
func Decode(data []byte, opts Options) (*rel.Plan, error) {
	opts = opts.withDefaults()
	if err := checkSize(data, opts); err != nil {
		return nil, err
	}
	m := &pb.Plan{}
	if err := (proto.UnmarshalOptions{RecursionLimit: protoDepth}).Unmarshal(data, m); err != nil {
		return nil, fault.New(fault.InvalidArgument, opDecode, "this is not a Substrait plan: %v", err)
	}
	return decodePlan(m, legacyFromProto(m), opts)
}

// DecodeJSON reads a Substrait plan in protobuf's JSON form, with the errors of Decode. Fields that
// are unknown are skipped, as Decode does.
func DecodeJSON(data []byte, opts Options) (*rel.Plan, error) {
	opts = opts.withDefaults()
	if err := checkSize(data, opts); err != nil {
		return nil, err
	}
	m := &pb.Plan{}
	unmarshal := protojson.UnmarshalOptions{DiscardUnknown: true, RecursionLimit: protoDepth, Resolver: anyResolver{}}
	if err := unmarshal.Unmarshal(data, m); err != nil {
		return nil, fault.New(fault.InvalidArgument, opDecode, "this is not the JSON of a Substrait plan: %v", err)
	}
	return decodePlan(m, legacyFromJSON(data), opts)
}

func checkSize(data []byte, opts Options) error {
	if len(data) <= opts.MaxBytes {
		return nil
	}
	return fault.New(fault.ResourceExhausted, opDecode, "the plan has %d bytes, and at most %d are taken", len(data), opts.MaxBytes)
}

const (
	opEncode = "encode plan"
	opDecode = "decode plan"
)
