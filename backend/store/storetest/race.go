package storetest

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"darasa/backend/darasa"
	"darasa/backend/store"
)

// together runs f in n goroutines that start at once.
func together(n int, f func(i int)) {
	var wg sync.WaitGroup
	start := make(chan struct{})
	for i := range n {
		wg.Go(func() {
			<-start
			f(i)
		})
	}
	close(start)
	wg.Wait()
}

// testRaceUpdate: 64 goroutines each add their mark to one document; every
// acknowledged mark is there. Busy is an answer, a lost mark is none.
func testRaceUpdate(t *testing.T, e store.Engine) {
	ctx, c := context.Background(), notes(t, e)
	want(t, c.Insert(ctx, &Note{ID: "one"}), "", "Insert")
	const each = 3
	together(64, func(i int) {
		for k := 0; k < each; {
			_, err := c.Update(ctx, "one", func(n *Note) error {
				n.Number++
				n.Seen = append(n.Seen, fmt.Sprintf("%d.%d", i, k))
				return nil
			})
			switch darasa.CodeOf(err) {
			case "":
				k++
			case darasa.Unavailable:
			default:
				t.Errorf("Update: %v", err)
				return
			}
		}
	})
	n, err := c.Get(ctx, "one")
	want(t, err, "", "Get")
	marks := map[string]bool{}
	for _, m := range n.Seen {
		marks[m] = true
	}
	if n.Number != 64*each || len(marks) != 64*each || n.Rev != 64*each+1 {
		t.Errorf("number %d, %d marks, rev %d: want %d, %d, %d", n.Number, len(marks), n.Rev, 64*each, 64*each, 64*each+1)
	}
}

// testRaceClaim: of many that insert one id exactly one wins, and the document is its own.
func testRaceClaim(t *testing.T, e store.Engine) {
	ctx, c := context.Background(), notes(t, e)
	for round := range 10 {
		claim := darasa.ID(fmt.Sprintf("phone:%d", round))
		var wins, winner atomic.Int64
		together(32, func(i int) {
			switch err := c.Insert(ctx, &Note{ID: claim, Number: int64(i)}); darasa.CodeOf(err) {
			case "":
				wins.Add(1)
				winner.Store(int64(i))
			case darasa.Conflict:
			default:
				t.Errorf("Insert: %v", err)
			}
		})
		n, err := c.Get(ctx, claim)
		want(t, err, "", "Get")
		if wins.Load() != 1 || n.Number != winner.Load() {
			t.Errorf("%d winners; stored %d, winner %d", wins.Load(), n.Number, winner.Load())
		}
	}
}

func testRaceUpsert(t *testing.T, e store.Engine) {
	ctx, c := context.Background(), notes(t, e)
	together(16, func(i int) {
		if _, err := c.Upsert(ctx, "one", func() Note { return Note{ID: "one"} }, func(n *Note) error { n.Number++; return nil }); err != nil {
			t.Errorf("Upsert: %v", err)
		}
	})
	n, err := c.Get(ctx, "one")
	want(t, err, "", "Get")
	if n.Number != 16 {
		t.Errorf("number %d, want 16", n.Number)
	}
}

// testPagesWhileWriting: what stood before the walk is seen exactly once while
// others insert, change and delete around it.
func testPagesWhileWriting(t *testing.T, e store.Engine) {
	ctx, c := context.Background(), notes(t, e)
	const total = 1600
	fill(t, c, total)
	done := make(chan struct{})
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Go(func() { disturb(ctx, t, c, w, done) })
	}
	for _, q := range []store.Query{{}, {Order: "number"}, {Order: "kind", Descending: true}} {
		seen := map[darasa.ID]int{}
		err := c.Each(ctx, q, func(n Note) error { seen[n.ID]++; return nil })
		want(t, err, "", "Each")
		for i := range total {
			if seen[id(i)] != 1 {
				t.Errorf("%+v: %s seen %d times", q, id(i), seen[id(i)])
			}
		}
	}
	close(done)
	wg.Wait()
}

func disturb(ctx context.Context, t *testing.T, c store.Coll[Note], w int, done chan struct{}) {
	for i := 0; ; i++ {
		select {
		case <-done:
			return
		default:
		}
		extra := darasa.ID(fmt.Sprintf("%05d-%d", (i*37)%1600, w))
		if err := c.Insert(ctx, &Note{ID: extra, Kind: "even", Number: int64(i * 37 % 1600)}); err != nil && darasa.CodeOf(err) != darasa.Conflict {
			t.Errorf("Insert: %v", err)
		}
		if _, err := c.Update(ctx, id(i*53%1600), func(n *Note) error { n.Share++; return nil }); err != nil && darasa.CodeOf(err) != darasa.Unavailable {
			t.Errorf("Update: %v", err)
		}
		if err := c.Delete(ctx, extra); err != nil {
			t.Errorf("Delete: %v", err)
		}
	}
}
