package errs

import (
	"errors"
	"testing"
)

func TestJoin(t *testing.T) {
	a, b := errors.New("a"), errors.New("b")
	if Join() != nil || Join(nil, nil) != nil {
		t.Error("nothing made an error")
	}
	if got := Join(nil, a, nil); got != a {
		t.Errorf("alone: %#v", got)
	}
	if got := Join(a, b); !errors.Is(got, a) || !errors.Is(got, b) {
		t.Errorf("both: %v", got)
	}
}
