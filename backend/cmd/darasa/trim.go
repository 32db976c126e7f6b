package main

import (
	"context"
	"runtime"
	"runtime/debug"
	"time"
)

// trimEvery is how often an idle server is looked for. After a load the Go
// runtime waits two minutes for its next collection and longer to give pages
// back; on a small board others need them sooner.
const trimEvery = 10 * time.Second

// trimmer tells when a load has ended: collections came and then stopped.
type trimmer struct {
	seen uint32 // collections at the last look
	done uint32 // collections when memory was last given back
}

// due tells whether memory is to be given back now, from the number of
// collections so far: none since the last look, but some since the last time.
func (t *trimmer) due(collections uint32) bool {
	quiet := collections == t.seen && collections != t.done
	t.seen = collections
	return quiet
}

// trim gives memory back to the machine after each load, until ctx ends: one
// collection of some milliseconds, and none while requests or nobody come.
func trim(ctx context.Context) {
	tick := time.NewTicker(trimEvery)
	defer tick.Stop()
	var t trimmer
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if t.due(collections()) {
			debug.FreeOSMemory()
			t.seen = collections()
			t.done = t.seen
		}
	}
}

func collections() uint32 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.NumGC
}
