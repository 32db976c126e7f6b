package storetest

import (
	"context"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"darasa/backend/darasa"
	"darasa/backend/store"
)

// Bench measures an engine: one document read, many inserted at once, one
// after the other, and compare-and-replace. Beside the clock each reports
// the process's own CPU per operation.
func Bench(b *testing.B, open Open) {
	for _, c := range []struct {
		name string
		run  func(*testing.B, store.Coll[Note])
	}{
		{"Get", benchGet}, {"GetParallel", benchGetParallel}, {"Find20", benchFind},
		{"Insert", benchInsert}, {"InsertParallel", benchInsertParallel}, {"Update", benchUpdate},
	} {
		b.Run(c.name, func(b *testing.B) {
			e := open(b)
			defer e.Close()
			c.run(b, notes(b, e))
		})
	}
}

func cpu() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// measure runs f as the timed part.
func measure(b *testing.B, f func()) {
	b.ReportAllocs()
	before := cpu()
	b.ResetTimer()
	f()
	b.StopTimer()
	b.ReportMetric(float64((cpu()-before).Microseconds())/float64(b.N), "cpu-µs/op")
}

// sample is a document of about 1.2 kB, as a progress document is.
func sample(i int64) Note {
	return Note{ID: darasa.NewID(), Institution: "institution", Kind: "kind", Number: i, Text: darasa.Text{SW: strings.Repeat("takwimu ", 70), EN: strings.Repeat("data ", 100)}}
}

func benchGet(b *testing.B, c store.Coll[Note]) {
	fill(b, c, 10_000)
	measure(b, func() {
		for i := range b.N {
			if _, err := c.Get(context.Background(), id(i*7%10_000)); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func benchGetParallel(b *testing.B, c store.Coll[Note]) {
	fill(b, c, 10_000)
	var n atomic.Int64
	measure(b, func() {
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				if _, err := c.Get(context.Background(), id(int(n.Add(7)%10_000))); err != nil {
					b.Error(err)
				}
			}
		})
	})
}

func benchFind(b *testing.B, c store.Coll[Note]) {
	fill(b, c, 10_000)
	measure(b, func() {
		for range b.N {
			got, err := c.Find(context.Background(), store.Query{Equal: equal("institution", "b"), Order: "number", Limit: 20})
			if err != nil || len(got) != 20 {
				b.Fatal(len(got), err)
			}
		}
	})
}

func benchInsert(b *testing.B, c store.Coll[Note]) {
	measure(b, func() {
		for i := range b.N {
			n := sample(int64(i))
			if err := c.Insert(context.Background(), &n); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func benchInsertParallel(b *testing.B, c store.Coll[Note]) {
	var i atomic.Int64
	b.SetParallelism(32)
	measure(b, func() {
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				n := sample(i.Add(1))
				if err := c.Insert(context.Background(), &n); err != nil {
					b.Error(err)
				}
			}
		})
	})
}

func benchUpdate(b *testing.B, c store.Coll[Note]) {
	n := sample(0)
	if err := c.Insert(context.Background(), &n); err != nil {
		b.Fatal(err)
	}
	measure(b, func() {
		for range b.N {
			if _, err := c.Update(context.Background(), n.ID, func(n *Note) error { n.Number++; return nil }); err != nil {
				b.Fatal(err)
			}
		}
	})
}
