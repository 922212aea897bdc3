package substrait

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"github.com/shoal-db/shoal/libs/platform/fault"
)

const mutantsPerPlan = 60

// testMutants changes a few bytes of good plans. Whatever that makes of them is answered, or refused in
// a way that blames the plan; what it is can be anything.
func testMutants(t *testing.T, s *shop) {
	random := rand.New(rand.NewPCG(3, 4))
	answered, refused := 0, 0
	for _, q := range questions(t) {
		for range mutantsPerPlan {
			mutant := bytes.Clone(q.plan.proto)
			for range 1 + random.IntN(3) {
				at := random.IntN(len(mutant))
				switch random.IntN(3) {
				case 0:
					mutant[at] ^= 1 << random.IntN(8)
				case 1:
					mutant[at] = byte(random.IntN(16))
				case 2:
					mutant[at] = mutant[random.IntN(len(mutant))]
				}
			}
			_, err := s.post(t, "/v1/query", "application/x-protobuf", "application/vnd.apache.arrow.stream", mutant)
			switch kind := fault.From(err); {
			case err == nil:
				answered++
			case kind.Kind == fault.InvalidArgument || kind.Kind == fault.NotFound || kind.Kind == fault.ResourceExhausted || kind.Kind == fault.PermissionDenied:
				refused++
			default:
				t.Errorf("%s: %v\nplan %x", q.name, err, mutant)
			}
		}
	}
	if answered < 50 || refused < 50 {
		t.Errorf("%d answered, %d refused: that proves little", answered, refused)
	}
	t.Logf("%d answered, %d refused", answered, refused)
}
