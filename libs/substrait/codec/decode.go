package codec

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	pb "github.com/substrait-io/substrait-protobuf/go/substraitpb"
	"github.com/substrait-io/substrait-protobuf/go/substraitpb/extensions"

	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// decoder reads one plan. It stops at the first error: path says where it is then.
type decoder struct {
	opts Options
	plan *pb.Plan
	// own is true for plans that Encode wrote. It changes only what a plan leaves open and our
	// tree does not: the type of an aggregate's set number, arms of a CASE.
	own bool
	// dataFusion is true for plans of DataFusion's, which means unsigned integers by variation 1, and
	// by an aggregate's columns what dataFusionSets says.
	dataFusion bool
	functions  map[uint32]declaration
	typeNames  map[uint32]declaration
	aliases    map[uint32]*pb.Type
	params     map[uint32]*pb.Expression_Literal

	path  []string
	depth int
	nodes int
	// windows is true where window functions may stand.
	windows bool
	// lambdas are the parameters of the lambdas around, innermost last.
	lambdas [][]types.Type
	// outer are the columns that the subqueries being read may refer to, the innermost last.
	outer [][]types.Type

	// relations are the plan's, decoded when first met, which may be by reference.
	relations []relation
	shared    []rel.Rel
}

// relation is one of a plan's relations that is not its root.
type relation struct {
	state   relationState
	ordinal int
	columns []types.Type
}

type relationState uint8

// The states of a relation: not met → being read → read. One that is met while being read refers
// to itself.
const (
	unread relationState = iota
	reading
	read
)

// node is a relation with its columns' types.
type node struct {
	rel.Rel
	columns []types.Type
}

func decodePlan(m *pb.Plan, old legacy, opts Options) (*rel.Plan, error) {
	producer := m.GetVersion().GetProducer()
	d := &decoder{
		opts: opts, plan: m, own: producer == Producer, dataFusion: producer == "datafusion",
		functions: map[uint32]declaration{}, typeNames: map[uint32]declaration{},
		aliases: map[uint32]*pb.Type{}, params: map[uint32]*pb.Expression_Literal{},
	}
	if err := d.declarations(old); err != nil {
		return nil, err
	}
	return d.planOf()
}

// fail is an invalid_argument that says where the plan is wrong.
func (d *decoder) fail(format string, args ...any) error {
	return d.wrap(fault.New(fault.InvalidArgument, opDecode, format, args...))
}

// wrap adds where the plan is wrong to a fault of another package.
func (d *decoder) wrap(err error) error {
	var f *fault.Fault
	if !errors.As(err, &f) {
		f = fault.New(fault.InvalidArgument, opDecode, "%v", err)
	}
	c := *f
	at := d.at()
	c.Op, c.Message = opDecode, c.Message+" (at "+at+")"
	return c.WithDetail("at", at)
}

// at is the path to what is being read; its middle is left out when it is long.
func (d *decoder) at() string {
	const ends = 8
	p := append([]string{}, d.path...)
	if len(p) > 2*ends+1 {
		left := len(p) - 2*ends
		p = slices.Concat(p[:ends], []string{fmt.Sprintf("…%d…", left)}, p[len(p)-ends:])
	}
	return strings.Join(p, ".")
}

// enter and leave surround each level of nesting. On an error leave is not called, so that the
// path stays where the error is.
func (d *decoder) enter(segment string) error {
	d.path = append(d.path, segment)
	if d.depth++; d.depth > d.opts.MaxDepth {
		return d.exhausted("the plan nests deeper than %d levels", d.opts.MaxDepth)
	}
	return d.charge(1)
}

func (d *decoder) leave() {
	d.path = d.path[:len(d.path)-1]
	d.depth--
}

// charge counts what the decoded tree will hold.
func (d *decoder) charge(n int) error {
	if d.nodes += n; d.nodes > d.opts.MaxNodes {
		return d.exhausted("the plan has more than %d relations, columns, expressions and types", d.opts.MaxNodes)
	}
	return nil
}

func (d *decoder) exhausted(format string, args ...any) error {
	return d.wrap(fault.New(fault.ResourceExhausted, opDecode, format, args...))
}

// enhanced is anything that may carry an extension that changes what it means.
type enhanced interface {
	GetAdvancedExtension() *extensions.AdvancedExtension
}

func (d *decoder) noEnhancement(m enhanced) error {
	if m.GetAdvancedExtension().GetEnhancement() != nil {
		return d.fail("an enhancement of the type %s changes what this means, and is not known",
			m.GetAdvancedExtension().GetEnhancement().GetTypeUrl())
	}
	return nil
}

// declarations reads what the plan's anchors stand for. Anchors that are declared twice must mean
// the same; those of unknown extensions matter only when they are used.
func (d *decoder) declarations(old legacy) error {
	d.path = append(d.path, "extensions")
	urns := map[uint32]string{}
	for _, u := range d.plan.GetExtensionUrns() {
		urns[u.GetExtensionUrnAnchor()] = u.GetUrn()
	}
	for i, x := range d.plan.GetExtensions() {
		var err error
		switch k := x.GetMappingType().(type) {
		case *extensions.SimpleExtensionDeclaration_ExtensionFunction_:
			f := k.ExtensionFunction
			err = d.declare(d.functions, f.GetFunctionAnchor(), f, urns, old, i)
		case *extensions.SimpleExtensionDeclaration_ExtensionType_:
			t := k.ExtensionType
			err = d.declare(d.typeNames, t.GetTypeAnchor(), t, urns, old, i)
		}
		if err != nil {
			return err
		}
	}
	for _, a := range d.plan.GetTypeAliases() {
		d.aliases[a.GetTypeAliasAnchor()] = a.GetType()
	}
	for _, p := range d.plan.GetParameterBindings() {
		d.params[p.GetParameterAnchor()] = p.GetValue()
	}
	d.path = d.path[:0]
	if d.plan.GetAdvancedExtensions().GetEnhancement() != nil {
		return d.fail("the plan has an enhancement that is not known")
	}
	return nil
}

// declared is a function or a type of an extension.
type declared interface {
	GetExtensionUrnReference() uint32
	GetName() string
}

// noExtension is how some producers say that a function belongs to none, besides 0.
const noExtension = math.MaxUint32

// declare reads declaration i of the plan. One whose extension is missing shows that the plan is
// not whole.
func (d *decoder) declare(anchors map[uint32]declaration, anchor uint32, x declared, urns map[uint32]string, old legacy, i int) error {
	ref, table := x.GetExtensionUrnReference(), urns
	if _, ok := urns[ref]; !ok && (ref == 0 || ref == noExtension) {
		ref, table = old.refs[i], old.uris
	}
	urn, ok := table[ref]
	if !ok && ref != 0 && ref != noExtension {
		return d.fail("%q is of the extension with the anchor %d, which is not declared", x.GetName(), ref)
	}
	what := declaration{urnOf(urn), x.GetName()}
	if was, ok := anchors[anchor]; ok && was != what {
		return d.fail("anchor %d is declared twice, as %s and as %s", anchor, was.name, what.name)
	}
	anchors[anchor] = what
	return nil
}

// planOf reads the relations in their order, so that a plan of ours comes back as it was; one that
// refers to a later relation reads that first.
func (d *decoder) planOf() (*rel.Plan, error) {
	relations := d.plan.GetRelations()
	root := slices.IndexFunc(relations, func(r *pb.PlanRel) bool { return r.GetRoot() != nil })
	if root < 0 {
		root = len(relations) - 1
	}
	if root < 0 {
		return nil, d.fail("the plan has no relations")
	}
	d.relations = make([]relation, len(relations))
	for i, r := range relations {
		if i == root {
			continue
		}
		if r.GetRoot() != nil {
			d.path = append(d.path, fmt.Sprintf("relations[%d]", i))
			return nil, d.fail("the plan has more than one root")
		}
		if err := d.shareAt(i); err != nil {
			return nil, err
		}
	}
	d.relations[root].state = reading
	d.path = append(d.path, "root")
	top := relations[root]
	input := top.GetRel()
	if top.GetRoot() != nil {
		input = top.GetRoot().GetInput()
	}
	n, err := d.rel(input)
	if err != nil {
		return nil, err
	}
	p := &rel.Plan{Shared: d.shared, Root: n.Rel}
	p.Names, err = d.rootNames(top.GetRoot(), n.columns)
	return p, err
}

// shareAt makes sure that relation i of the plan has been read.
func (d *decoder) shareAt(i int) error {
	switch d.relations[i].state {
	case read:
		return nil
	case reading:
		return d.fail("relation %d refers to itself", i)
	}
	d.relations[i].state = reading
	path, outer := d.path, d.outer
	d.path, d.outer = []string{fmt.Sprintf("relations[%d]", i)}, nil
	n, err := d.rel(d.plan.GetRelations()[i].GetRel())
	if err != nil {
		return err
	}
	d.path, d.outer = path, outer
	d.relations[i] = relation{state: read, ordinal: len(d.shared), columns: n.columns}
	d.shared = append(d.shared, n.Rel)
	return nil
}

// rootNames are the names of the top-level columns. Producers list names depth-first, those of
// nested members included, or the columns' alone. A plan without a root has none.
func (d *decoder) rootNames(root *pb.RelRoot, columns []types.Type) ([]string, error) {
	if root == nil {
		names := make([]string, len(columns))
		for i := range names {
			names[i] = fmt.Sprintf("c%d", i)
		}
		return names, nil
	}
	names := root.GetNames()
	if len(names) == len(columns) {
		return names, nil
	}
	var top []string
	next := 0
	for _, t := range columns {
		if next >= len(names) {
			next = -1
			break
		}
		top = append(top, names[next])
		next += 1 + nestedNames(t)
	}
	if next != len(names) {
		return nil, d.wrap(fault.New(fault.InvalidArgument, opDecode, "the root has %d names for %d columns", len(names), len(columns)).
			WithHint("a project gives its input's columns and then its expressions; say with an emit mapping which of them are meant, or name them all"))
	}
	return top, nil
}

// nestedNames is how many names a type's members have, depth-first.
func nestedNames(t types.Type) int {
	n := 0
	for _, f := range t.Fields {
		if t.ID == types.Struct {
			n++
		}
		n += nestedNames(f.Type)
	}
	return n
}
