package progress_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"darasa/backend/attempt"
	"darasa/backend/darasa"
	"darasa/backend/progress"
)

var monthStart = at("2026-10-20T08:00:00Z")

func drawTime(t *rapid.T) darasa.Time {
	// Few moments, so that equal ones meet and what decides then is tested.
	return darasa.At(monthStart.Add(time.Duration(rapid.IntRange(0, 8).Draw(t, "moment")) * 90 * time.Hour))
}

// drawFacts returns what one record says: few lessons, devices, attempts and
// moments, so that they meet.
func drawFacts(t *rapid.T) progress.Facts {
	lesson := rapid.SampledFrom(lessons).Draw(t, "lesson")
	when := drawTime(t)
	f := progress.Facts{First: when, Last: when}
	switch rapid.IntRange(0, 4).Draw(t, "kind") {
	case 0:
		f.Seen = []progress.Seen{{Lesson: lesson, At: when}}
	case 1:
		f.Seconds = []progress.Seconds{{Lesson: lesson, Device: rapid.SampledFrom([]string{"phone", "tablet"}).Draw(t, "device"), Total: rapid.Int64Range(1, 900).Draw(t, "total")}}
	case 2:
		f.Position = progress.Position{Lesson: lesson, At: when, Event: darasa.ID(rapid.StringMatching(`[a-f]{2}`).Draw(t, "event"))}
	case 3:
		score := float64(rapid.IntRange(7, 8).Draw(t, "score")) / 10
		f.Attempts = []progress.Attempt{{ID: darasa.ID(rapid.StringMatching(`[ab]`).Draw(t, "attempt")), Quiz: "post-test", Kind: attempt.PostTest,
			Number: 1, Score: score, Pass: score >= 0.8, At: when, Marks: rapid.StringMatching(`[01]{3}`).Draw(t, "marks")}}
	default:
		f.Flags, f.First, f.Last = []string{progress.FlagClock}, darasa.Time{}, darasa.Time{}
	}
	return f
}

func drawMany(t *rapid.T) progress.Facts {
	var f progress.Facts
	for range rapid.IntRange(0, 8).Draw(t, "records") {
		f = progress.Merge(f, drawFacts(t))
	}
	return f
}

func TestMergeIsASemilattice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := drawMany(t), drawMany(t), drawMany(t)
		same := func(law string, x, y progress.Facts) {
			if d := cmp.Diff(x, y); d != "" {
				t.Fatalf("%s:\n%s", law, d)
			}
		}
		same("idempotent", progress.Merge(a, a), a)
		same("commutative", progress.Merge(a, b), progress.Merge(b, a))
		same("associative", progress.Merge(progress.Merge(a, b), c), progress.Merge(a, progress.Merge(b, c)))
		same("nothing is neutral", progress.Merge(a, progress.Facts{}), a)
	})
}

// TestMonthOverTwoDevices takes a month of events through Expand, the bytes of
// the statement and the fold, in any order, repeated, in batches of any size.
func TestMonthOverTwoDevices(t *testing.T) {
	sh := newShelf(10)
	voice := attempt.Voice{Base: base, Actor: "k7", Institution: "zhrc"}
	known := progress.LessonsOf(sh.ed)
	now := at("2026-11-22T08:00:00Z")
	kinds := []string{progress.LessonSeen, progress.LessonDone, progress.ReadSeconds, progress.CheckAnswered, "dreamt"}
	fold := func(evs []progress.Event, cut int) []byte {
		var p progress.Progress
		var batch progress.Facts
		for i, ev := range evs {
			st := progress.Expand(ev, "c2", voice, now)
			batch = progress.Merge(batch, progress.FactsOfStatement(&st, base, "c2", known))
			if i%cut == 0 {
				p.Join(batch)
				batch = progress.Facts{}
			}
		}
		p.Join(batch)
		p.Derive(sh.ed)
		body, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		return body
	}
	rapid.Check(t, func(t *rapid.T) {
		var evs []progress.Event
		for range rapid.IntRange(1, 60).Draw(t, "events") {
			evs = append(evs, progress.Event{ID: darasa.DeriveID("ev", rapid.StringN(4, 8, -1).Draw(t, "id")), Kind: rapid.SampledFrom(kinds).Draw(t, "kind"),
				Enrolment: "e", Lesson: rapid.SampledFrom(append(lessons, "no-lesson")).Draw(t, "lesson"), At: drawTime(t),
				Device: rapid.SampledFrom([]string{"phone", "tablet"}).Draw(t, "device"), Total: rapid.Int64Range(0, 900).Draw(t, "total"), Question: "q"})
		}
		want := fold(evs, 1)
		mixed := rapid.Permutation(append(append([]progress.Event{}, evs...), evs[:len(evs)/2]...)).Draw(t, "order")
		if got := fold(mixed, rapid.IntRange(1, 20).Draw(t, "batch")); string(got) != string(want) {
			t.Fatalf("the order mattered:\n%s", cmp.Diff(string(want), string(got)))
		}
	})
}

func TestStatusOnlyRises(t *testing.T) {
	sh := newShelf(10)
	all := progress.Facts{}
	for i, l := range lessons {
		all.Seen = append(all.Seen, progress.Seen{Lesson: l, At: darasa.At(monthStart.Add(time.Duration(i) * time.Hour))})
	}
	try := func(n int64, score float64, extra bool) progress.Facts {
		when := darasa.At(monthStart.Add(time.Duration(10+n) * time.Hour))
		return progress.Facts{First: when, Last: when, Attempts: []progress.Attempt{{ID: attempt.ID("e", "post-test", n), Quiz: "post-test", Kind: attempt.PostTest,
			Number: n, Score: score, Pass: score >= 0.8, At: when, Extra: extra}}}
	}
	cases := []struct {
		name    string
		facts   []progress.Facts
		granted int64
		status  string
		part    float64
	}{
		{"nothing", nil, 0, progress.NotStarted, 0},
		{"lessons only", []progress.Facts{all}, 0, progress.InProgress, 6.0 / 7},
		{"pass before the lessons", []progress.Facts{try(1, 0.9, false)}, 0, progress.InProgress, 1.0 / 7},
		{"all done", []progress.Facts{all, try(1, 0.5, false), try(2, 0.8, false)}, 0, progress.Passed, 1},
		{"an extra pass does not count", []progress.Facts{all, try(1, 0.9, true)}, 0, progress.InProgress, 6.0 / 7},
		{"three failed", []progress.Facts{all, try(1, 0.1, false), try(2, 0.2, false), try(3, 0.3, false)}, 0, progress.Failed, 6.0 / 7},
		{"a granted try reopens", []progress.Facts{all, try(1, 0.1, false), try(2, 0.2, false), try(3, 0.3, false)}, 1, progress.InProgress, 6.0 / 7},
		{"a late failure takes nothing back", []progress.Facts{all, try(1, 0.9, false), try(2, 0.1, false), try(3, 0, false)}, 0, progress.Passed, 1},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			p := progress.Progress{Completion: sh.ed.Completion}
			if c.granted > 0 {
				p.Granted = []progress.Granted{{Quiz: "post-test", Tries: c.granted}}
			}
			for _, f := range c.facts {
				p.Join(f)
			}
			p.Derive(sh.ed)
			if p.Status != c.status || p.Progress != c.part {
				t.Fatalf("%s %v, want %s %v", p.Status, p.Progress, c.status, c.part)
			}
			if (p.Status == progress.Passed) == p.CompletedAt.IsZero() {
				t.Fatalf("completed at %v", p.CompletedAt)
			}
		})
	}
}

func TestForeignPassedDecidesNothing(t *testing.T) {
	sh := newShelf(10)
	voice := attempt.Voice{Base: base, Actor: "k7"}
	for _, verb := range []attempt.Verb{attempt.Passed, attempt.Completed, attempt.Scored, {ID: "http://example.org/verbs/mastered"}} {
		for _, object := range []string{voice.Activity("c2", ""), voice.Activity("c2", "post-test"), voice.Activity("c3", "l1"), voice.Activity("c2", "l1")} {
			st := voice.Say(attempt.Act{ID: darasa.NewID(), Verb: verb, Object: object, At: monthStart}, monthStart)
			f := progress.FactsOfStatement(&st, base, "c2", progress.LessonsOf(sh.ed))
			if len(f.Attempts) > 0 {
				t.Fatalf("%s %s made an attempt", verb.ID, object)
			}
			if len(f.Seen) > 0 != (verb.ID == attempt.Completed.ID && object == voice.Activity("c2", "l1")) {
				t.Fatalf("%s %s: %+v", verb.ID, object, f)
			}
		}
	}
}

func BenchmarkJoin(b *testing.B) {
	sh := newShelf(20)
	voice := attempt.Voice{Base: base, Actor: "k7"}
	st := progress.Expand(progress.Event{ID: darasa.NewID(), Kind: progress.LessonDone, Enrolment: "e", Lesson: "l3", At: monthStart}, "c2", voice, monthStart)
	known := progress.LessonsOf(sh.ed)
	var p progress.Progress
	for b.Loop() {
		p.Join(progress.FactsOfStatement(&st, base, "c2", known))
		p.Derive(sh.ed)
	}
}
