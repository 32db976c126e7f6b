package progress_test

import (
	"fmt"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"darasa/backend/attempt"
	"darasa/backend/darasa"
	"darasa/backend/enrolment"
	"darasa/backend/progress"
)

// many enrols n learners, so that every round of a benchmark has a fresh one.
func (w *world) many(b *testing.B, n int) []darasa.Actor {
	b.Helper()
	trainer := w.trainer
	list, out := make([]enrolment.Newcomer, n), make([]darasa.Actor, n)
	for i := range list {
		list[i].Person = darasa.ID(fmt.Sprintf("learner-%d", i))
		out[i] = darasa.Actor{Person: list[i].Person, Institution: "zhrc", Roles: []darasa.Role{darasa.Learner}}
	}
	if _, err := w.Enrolments.EnrolMany(w.ctx, trainer, "c2", "", list, w.now); err != nil {
		b.Fatal(err)
	}
	return out
}

// cpu reports processor time too, which is what a busy server runs out of; the
// time on the clock is mostly waiting for the disk. A run does the work each times.
func cpu(b *testing.B, each int, run func()) {
	spent := func() time.Duration {
		var r syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
			b.Fatal(err)
		}
		return time.Duration(r.Utime.Nano() + r.Stime.Nano())
	}
	before, n := spent(), 0
	for b.Loop() {
		run()
		n++
	}
	b.ReportMetric(float64((spent()-before).Microseconds())/1000/float64(n*each), "cpu-ms/op")
}

// BenchmarkAttempt is a whole 20-question attempt: issue, page, submission,
// grade, derived statements, progress; by one learner at a time and by 64.
func BenchmarkAttempt(b *testing.B) {
	for _, sessions := range []int{1, 64} {
		for _, later := range []bool{false, true} {
			b.Run(fmt.Sprintf("sessions=%d/later=%v", sessions, later), func(b *testing.B) {
				w := newWorld(b, 20)
				w.TellLater = later
				people := w.many(b, 4000)
				at := 0
				cpu(b, sessions, func() {
					if at+sessions > len(people) {
						b.Fatal("too few learners for this many rounds: use -benchtime 50x")
					}
					var g errgroup.Group
					for _, a := range people[at : at+sessions] {
						g.Go(func() error { return w.attempt(a) })
					}
					at += sessions
					if err := g.Wait(); err != nil {
						b.Fatal(err)
					}
				})
			})
		}
	}
}

// BenchmarkTell is what the statements of an attempt cost when told together.
func BenchmarkTell(b *testing.B) {
	const attempts = 500
	w := newWorld(b, 20)
	w.TellLater = true
	people := w.many(b, 20*attempts)
	next := 0
	for b.Loop() {
		b.StopTimer()
		for range attempts {
			if err := w.attempt(people[next]); err != nil {
				b.Fatal(err)
			}
			next++
		}
		b.StartTimer()
		if n, err := w.TellSince(w.ctx, w.now); err != nil || n != attempts {
			b.Fatal(n, err)
		}
		w.now = darasa.At(w.now.Add(time.Minute))
	}
	b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N*attempts), "ms/attempt")
}

func (w *world) attempt(a darasa.Actor) error {
	at, err := w.Attempts.Open(w.ctx, a, enrolment.ID(a.Person, "c2", ""), "post-test", w.now)
	if err != nil {
		return err
	}
	sheet, err := w.Attempts.Sheet(w.ctx, a, at.ID)
	if err != nil {
		return err
	}
	_, _, err = w.Submit(w.ctx, a, attempt.Submission{Attempt: at.ID, Answers: right(sheet.Attempt.Draw, 18), Final: true}, w.now)
	return err
}

// BenchmarkView is what a lesson page costs the records: half of the pages are
// opened again, half are another lesson.
func BenchmarkView(b *testing.B) {
	w := newWorld(b, 20)
	n := 0
	cpu(b, 1, func() {
		if _, err := w.View(w.ctx, w.learner, w.e.ID, lessons[n/2%6], darasa.At(w.now.Add(time.Duration(n)*time.Second))); err != nil {
			b.Fatal(err)
		}
		n++
	})
}

func BenchmarkDone(b *testing.B) {
	w := newWorld(b, 20)
	people := w.many(b, 5000)
	n := 0
	cpu(b, 1, func() {
		a := people[n/6%len(people)]
		if _, err := w.Done(w.ctx, a, enrolment.ID(a.Person, "c2", ""), lessons[n%6], "", w.now); err != nil {
			b.Fatal(err)
		}
		n++
	})
}

func BenchmarkSync20(b *testing.B) {
	w := newWorld(b, 20)
	n := 0
	cpu(b, 1, func() {
		var evs []progress.Event
		for i := range progress.MaxEvents {
			evs = append(evs, w.event(progress.LessonSeen, lessons[i%6], darasa.At(w.now.Add(-time.Duration(n)*time.Second))))
			n++
		}
		if _, err := w.Sync(w.ctx, progress.Batch{Tokens: []string{w.token}, Events: evs}, w.now); err != nil {
			b.Fatal(err)
		}
	})
}
