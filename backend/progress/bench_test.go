package progress_test

import (
	"fmt"
	"testing"
	"time"

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

// BenchmarkAttempt is a whole 20-question attempt: issue, page, autosave,
// submission, grade, derived statements, progress.
func BenchmarkAttempt(b *testing.B) {
	w := newWorld(b, 20)
	people := w.many(b, 3000)
	i := 0
	for b.Loop() {
		a := people[i%len(people)]
		e := enrolment.ID(a.Person, "c2", "")
		if i++; i > len(people) {
			b.Fatal("too few learners for this many rounds: use -benchtime 2000x")
		}
		at, err := w.Attempts.Open(w.ctx, a, e, "post-test", w.now)
		if err != nil {
			b.Fatal(err)
		}
		sheet, err := w.Attempts.Sheet(w.ctx, a, at.ID)
		if err != nil {
			b.Fatal(err)
		}
		answers := right(sheet.Attempt.Draw, 18)
		if _, err := w.Attempts.Save(w.ctx, a, at.ID, answers[:10]); err != nil {
			b.Fatal(err)
		}
		if _, _, err := w.Submit(w.ctx, a, attempt.Submission{Attempt: at.ID, Answers: answers, Final: true}, w.now); err != nil {
			b.Fatal(err)
		}
		if _, err := w.Attempts.Review(w.ctx, a, at.ID); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkView is what a lesson page costs the records: half of the pages are
// opened again, half are another lesson.
func BenchmarkView(b *testing.B) {
	w := newWorld(b, 20)
	n := 0
	for b.Loop() {
		if _, err := w.View(w.ctx, w.learner, w.e.ID, lessons[n/2%6], darasa.At(w.now.Add(time.Duration(n)*time.Second))); err != nil {
			b.Fatal(err)
		}
		n++
	}
}

func BenchmarkDone(b *testing.B) {
	w := newWorld(b, 20)
	people := w.many(b, 5000)
	n := 0
	for b.Loop() {
		a := people[n/6%len(people)]
		if _, err := w.Done(w.ctx, a, enrolment.ID(a.Person, "c2", ""), lessons[n%6], "", w.now); err != nil {
			b.Fatal(err)
		}
		n++
	}
}

func BenchmarkSync20(b *testing.B) {
	w := newWorld(b, 20)
	n := 0
	for b.Loop() {
		var evs []progress.Event
		for i := range progress.MaxEvents {
			evs = append(evs, w.event(progress.LessonSeen, lessons[i%6], darasa.At(w.now.Add(-time.Duration(n)*time.Second))))
			n++
		}
		if _, err := w.Sync(w.ctx, progress.Batch{Tokens: []string{w.token}, Events: evs}, w.now); err != nil {
			b.Fatal(err)
		}
	}
}
