package oracle

import (
	"math"
	"testing"
)

// Rows that differ only in which column holds a value are not the same to sorting.
func TestDiffIgnoresOrder(t *testing.T) {
	result := func(rows ...[]any) *Result {
		return &Result{Names: []string{"a", "b"}, Types: []string{"float64", "int32"}, Rows: rows}
	}
	left, right, third := []any{nil, int32(4)}, []any{float64(4), nil}, []any{float64(3), int32(4)}
	if diff := Diff(result(left, right, third), result(third, right, left), false); diff != "" {
		t.Error(diff)
	}
	blank, empty := []any{[]any{" "}, int32(1)}, []any{[]any{"", ""}, int32(1)}
	if diff := Diff(result(blank, empty), result(empty, blank), false); diff != "" {
		t.Error(diff)
	}
	zero, minusZero, less := []any{0.0, nil}, []any{math.Copysign(0, -1), nil}, []any{-1.0, nil}
	if diff := Diff(result(minusZero, less), result(less, zero), false); diff != "" {
		t.Error(diff)
	}
	if diff := Diff(result(left, third), result(left, right), false); diff == "" {
		t.Error("other rows are the same")
	}
	if diff := Diff(result(left, right), result(right, left), true); diff == "" {
		t.Error("another order is the same")
	}
}
