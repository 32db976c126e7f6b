package progress_test

import (
	"testing"
	"time"

	"darasa/backend/darasa"
)

// TestReadingTimeNeedsNoScript: from opening a lesson to finishing it, an hour
// at most, the same after a rebuild; a lesson that was not the last one opened
// counts no time.
func TestReadingTimeNeedsNoScript(t *testing.T) {
	for _, c := range []struct {
		name   string
		opened string
		after  time.Duration
		want   int64
	}{
		{"seven minutes", "l1", 7 * time.Minute, 420},
		{"over lunch", "l1", 3 * time.Hour, 3600},
		{"another lesson was opened", "l2", 7 * time.Minute, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, 6)
			if _, err := w.View(w.ctx, w.learner, w.e.ID, c.opened, w.now); err != nil {
				t.Fatal(err)
			}
			later := darasa.At(w.now.Add(c.after))
			for range 2 { // a second time adds nothing
				if _, err := w.Done(w.ctx, w.learner, w.e.ID, "l1", "l2", later); err != nil {
					t.Fatal(err)
				}
			}
			p, err := w.Lookup(w.ctx, w.e.ID)
			if err != nil || p.SecondsSpent() != c.want {
				t.Fatalf("%d seconds, %v; want %d", p.SecondsSpent(), err, c.want)
			}
			if n, err := w.Rebuild(w.ctx); n != 0 || err != nil {
				t.Errorf("a rebuild changes %d, %v", n, err)
			}
		})
	}
}
