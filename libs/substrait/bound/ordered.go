package bound

import (
	"strconv"

	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

func (c *converter) positionalJoin(o object) (node, error) {
	s, err := c.bothSides(o)
	if err != nil {
		return node{}, err
	}
	out := newNode(&rel.Positional{Left: s.left.rel, Right: s.right.rel}, s.allScope.cols)
	out.at = s.allScope.at
	return out, nil
}

func (c *converter) asofJoin(o object) (node, error) {
	s, err := c.bothSides(o)
	if err != nil {
		return node{}, err
	}
	j, cols, err := c.joinOf(o, s)
	if err != nil {
		return node{}, err
	}
	if j.Kind > rel.Full || j.Cond == nil {
		return node{}, malformed("an as-of join of kind %s", j.Kind)
	}
	out := newNode(&rel.AsOf{Kind: j.Kind, Left: j.Left, Right: j.Right, Cond: j.Cond}, cols)
	if len(cols) == len(s.allScope.at) {
		out.at = s.allScope.at
	}
	return out, nil
}

var sampleMethods = map[string]rel.SampleMethod{
	"System": rel.SystemSample, "Bernoulli": rel.BernoulliSample, "Reservoir": rel.ReservoirSample,
}

func (c *converter) sample(o object) (node, error) {
	in, err := c.onlyChild(o)
	if err != nil {
		return node{}, err
	}
	options := o.object("sample_options")
	method, ok := sampleMethods[options.string("method")]
	if !ok {
		return node{}, beyond(KindOperator, "a sample by "+options.string("method")+" is")
	}
	out := &rel.Sample{Input: in.rel, Method: method}
	size, err := readValue(options.object("sample_size"))
	if err != nil {
		return node{}, err
	}
	switch v := size.Value.(type) {
	case float64:
		out.Percent = v
	case int64:
		if options.bool("is_percentage") {
			out.Percent = float64(v)
		} else {
			out.Rows = &v
		}
	default:
		return node{}, malformed("a sample's size of type %s", size.Of)
	}
	if size.Of.ID == types.Double && !options.bool("is_percentage") {
		return node{}, malformed("a sample of a broken number of rows")
	}
	if n, ok := options.get("seed").(number); ok {
		seed, err := strconv.ParseInt(string(n), 10, 64)
		if err != nil {
			return node{}, malformed("a sample's seed %s", n)
		}
		if seed >= 0 {
			out.Seed = &seed
		}
	}
	in.rel = out
	return in, nil
}
