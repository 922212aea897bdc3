package codec

import (
	"cmp"
	"slices"

	pb "github.com/substrait-io/substrait-protobuf/go/substraitpb"
	"github.com/substrait-io/substrait-protobuf/go/substraitpb/extensions"

	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/substrait/functions"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// encoder writes one plan. Its anchors count from 1 in the order of first use, which makes the
// bytes a function of the tree.
type encoder struct {
	urns      map[string]uint32
	functions map[declaration]uint32
	typeRef   uint32
	shared    [][]types.Type
	// outer are the columns of the rows for which the subquery at hand is, the innermost last.
	outer [][]types.Type
	depth int
}

type declaration struct{ urn, name string }

func encodePlan(p *rel.Plan) (*pb.Plan, error) {
	e := &encoder{urns: map[string]uint32{}, functions: map[declaration]uint32{}}
	out := &pb.Plan{Version: &pb.Version{MajorNumber: majorVersion, MinorNumber: minorVersion, Producer: Producer}}
	if p == nil || p.Root == nil {
		return nil, invalidTree("the plan has no root")
	}
	for _, s := range p.Shared {
		r, columns, err := e.rel(s)
		if err != nil {
			return nil, err
		}
		e.shared = append(e.shared, columns)
		out.Relations = append(out.Relations, &pb.PlanRel{RelType: &pb.PlanRel_Rel{Rel: r}})
	}
	root, columns, err := e.rel(p.Root)
	if err != nil {
		return nil, err
	}
	if len(columns) != len(p.Names) {
		return nil, invalidTree("the plan has %d names for %d columns", len(p.Names), len(columns))
	}
	out.Relations = append(out.Relations, &pb.PlanRel{RelType: &pb.PlanRel_Root{
		Root: &pb.RelRoot{Input: root, Names: p.Names},
	}})
	out.ExtensionUrns, out.Extensions = e.declarations()
	return out, nil
}

func invalidTree(format string, args ...any) error {
	return fault.New(fault.Internal, opEncode, format, args...)
}

// enter counts a level of nesting; leave is its counterpart, which an error need not call.
func (e *encoder) enter() error {
	if e.depth++; e.depth > encodedDepth {
		return fault.New(fault.ResourceExhausted, opEncode, "the plan nests deeper than %d levels", encodedDepth)
	}
	return nil
}

func (e *encoder) leave() { e.depth-- }

func (e *encoder) urn(urn string) uint32 {
	return anchor(e.urns, urn)
}

func (e *encoder) function(urn, name string) uint32 {
	e.urn(urn)
	return anchor(e.functions, declaration{urn, name})
}

// duckType is the anchor of the type that has DuckDB's spelling as its parameter.
func (e *encoder) duckType() uint32 {
	e.urn(TypesURN)
	e.typeRef = 1
	return e.typeRef
}

func anchor[K comparable](anchors map[K]uint32, key K) uint32 {
	a, ok := anchors[key]
	if !ok {
		a = uint32(len(anchors)) + 1
		anchors[key] = a
	}
	return a
}

// sorted are the keys in the order of their anchors.
func sorted[K comparable](anchors map[K]uint32) []K {
	keys := make([]K, 0, len(anchors))
	for k := range anchors {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b K) int { return cmp.Compare(anchors[a], anchors[b]) })
	return keys
}

func (e *encoder) declarations() ([]*extensions.SimpleExtensionURN, []*extensions.SimpleExtensionDeclaration) {
	var urns []*extensions.SimpleExtensionURN
	for _, urn := range sorted(e.urns) {
		urns = append(urns, &extensions.SimpleExtensionURN{ExtensionUrnAnchor: e.urns[urn], Urn: urn})
	}
	var out []*extensions.SimpleExtensionDeclaration
	if e.typeRef != 0 {
		out = append(out, &extensions.SimpleExtensionDeclaration{
			MappingType: &extensions.SimpleExtensionDeclaration_ExtensionType_{
				ExtensionType: &extensions.SimpleExtensionDeclaration_ExtensionType{
					ExtensionUrnReference: e.urns[TypesURN], TypeAnchor: e.typeRef, Name: TypeName,
				},
			},
		})
	}
	for _, d := range sorted(e.functions) {
		out = append(out, &extensions.SimpleExtensionDeclaration{
			MappingType: &extensions.SimpleExtensionDeclaration_ExtensionFunction_{
				ExtensionFunction: &extensions.SimpleExtensionDeclaration_ExtensionFunction{
					ExtensionUrnReference: e.urns[d.urn], FunctionAnchor: e.functions[d], Name: d.name,
				},
			},
		})
	}
	return urns, out
}

// declare finds the name under which a DuckDB call travels.
func (e *encoder) declare(kind functions.Kind, duck string, args []types.Type, result types.Type) (uint32, []*pb.FunctionOption) {
	name, ok := functions.Standard(kind, duck, args, result)
	if !ok {
		return e.function(functions.DuckDB, duck), nil
	}
	var options []*pb.FunctionOption
	for _, o := range name.Options {
		options = append(options, &pb.FunctionOption{Name: o.Name, Preference: o.Preference})
	}
	return e.function(name.URN, name.Compound), options
}
