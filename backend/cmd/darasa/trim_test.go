package main

import "testing"

// A busy server collects between looks, one that rests does not; memory goes
// back once per load.
func TestTrimOncePerLoad(t *testing.T) {
	var tr trimmer
	for i, step := range []struct {
		collections uint32
		want        bool
	}{
		{0, false}, {3, false}, {7, false}, {7, true},
	} {
		if got := tr.due(step.collections); got != step.want {
			t.Errorf("look %d at %d collections: %v, not %v", i, step.collections, got, step.want)
		}
	}
	tr.seen, tr.done = 8, 8 // the collection of giving back
	for _, n := range []uint32{8, 8, 9} {
		if tr.due(n) {
			t.Errorf("at %d collections nothing has to be given back", n)
		}
	}
	if !tr.due(9) {
		t.Error("the next load has ended")
	}
}
