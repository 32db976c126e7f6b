package progress_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"darasa/backend/attempt"
	"darasa/backend/course"
	"darasa/backend/darasa"
	"darasa/backend/enrolment"
	"darasa/backend/lrs"
	"darasa/backend/progress"
)

// TestDerivedIdOfAMovedLearner: the id that person and new run derive leads to
// the one enrolment. What comes under it must neither be lost by a rebuild nor
// stop one.
func TestDerivedIdOfAMovedLearner(t *testing.T) {
	w := newWorld(t, 10)
	r, err := w.Enrolments.CreateRun(w.ctx, w.trainer, "c2", enrolment.RunForm{Name: "R", Mode: "online", Start: "2026-11-16", End: "2026-11-18"}, w.now)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Enrolments.Move(w.ctx, w.trainer, w.e.ID, r.ID, "", w.now); err != nil {
		t.Fatal(err)
	}
	derived := enrolment.ID("asha", "c2", r.ID)
	if _, err := w.Done(w.ctx, w.learner, derived, "l1", "", w.now); err != nil {
		t.Fatal(err)
	}
	raw := fmt.Sprintf(`{"actor":{"account":{"homePage":%q,"name":"k-asha"}},"verb":{"id":"http://adlnet.gov/expapi/verbs/completed"},"object":{"id":"%s/id/courses/c2/l2"},"context":{"registration":%q},"timestamp":"2026-11-19T10:00:00Z"}`,
		base, base, derived)
	st, err := lrs.Prepare([]byte(raw), lrs.Authority{HomePage: "https://elsewhere.example", Name: "app"}, "zhrc", w.now)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Accept(w.ctx, w.learner, []lrs.Statement{st}, w.now); err != nil {
		t.Fatal(err)
	}
	if p := w.row(t); !p.HasSeen("l1") {
		t.Fatal("the lesson is not in the row")
	}
	w.rebuildAgrees(t)
	ctx, cancel := context.WithTimeout(w.ctx, 3*time.Second)
	defer cancel()
	if changed, err := w.RebuildOne(ctx, derived); changed || err != nil {
		t.Fatalf("a rebuild by the derived id: %v %v", changed, err)
	}
	if _, err := w.Lookup(w.ctx, derived); darasa.CodeOf(err) != darasa.NotFound {
		t.Fatal("a second projection was made")
	}
}

// TestRegradePassesErasedPeople: one erased person must not keep the others
// from their better grade.
func TestRegradePassesErasedPeople(t *testing.T) {
	for _, later := range []bool{false, true} {
		w := newWorld(t, 10)
		w.TellLater = later
		other := darasa.Actor{Person: "juma", Institution: "zhrc", Roles: w.learner.Roles}
		e2, err := w.Enrolments.EnrolSelf(w.ctx, other, "c2", "", enrolment.Newcomer{}, w.now)
		if err != nil {
			t.Fatal(err)
		}
		for a, e := range map[darasa.ID]darasa.ID{"asha": w.e.ID, "juma": e2.ID} {
			actor := darasa.Actor{Person: a, Roles: w.learner.Roles}
			at, err := w.Attempts.Open(w.ctx, actor, e, "post-test", w.now)
			if err != nil {
				t.Fatal(err)
			}
			if _, _, err := w.Submit(w.ctx, actor, attempt.Submission{Attempt: at.ID, Answers: right(at.Draw, 0), Final: true}, w.now); err != nil {
				t.Fatal(err)
			}
		}
		for i := range w.shelf.keys {
			w.shelf.keys[i].Right = []string{"b"}
		}
		w.shelf.version = 2
		w.People = erased{w.shelf, "asha"}
		n, err := w.Regrade(w.ctx, darasa.Command("regrade"), "c2@1", w.now)
		p, err2 := w.Lookup(w.ctx, e2.ID)
		if err != nil || err2 != nil || n != 2 || p.PostTest == nil || *p.PostTest != 1 {
			t.Errorf("later %v: %d regraded, %v, %v: %+v", later, n, err, err2, p.PostTest)
		}
	}
}

type erased struct {
	*shelf
	person darasa.ID
}

func (e erased) StatementName(ctx context.Context, p darasa.ID) (string, error) {
	if p == e.person {
		return "", nil
	}
	return e.shelf.StatementName(ctx, p)
}

// TestTimesAtTheEdgeAreRefused: a time that UTC writes with five digits or a
// sign could be stored and never read again.
func TestTimesAtTheEdgeAreRefused(t *testing.T) {
	w := newWorld(t, 10)
	for _, s := range []string{"9999-12-31T23:59:59-14:00", "0000-01-01T00:00:00+14:00"} {
		raw := fmt.Sprintf(`{"actor":{"account":{"homePage":%q,"name":"k-asha"}},"verb":{"id":"http://adlnet.gov/expapi/verbs/completed"},"object":{"id":"%s/id/courses/c2/l2"},"context":{"registration":%q},"timestamp":%q}`,
			base, base, w.e.ID, s)
		if st, err := lrs.Prepare([]byte(raw), lrs.Authority{HomePage: base, Name: "app"}, "zhrc", w.now); darasa.CodeOf(err) != darasa.Invalid {
			t.Errorf("%s: %v", s, err)
			if _, err := w.log.Keep(w.ctx, []lrs.Statement{st}); err != nil {
				t.Error(err)
			}
		}
		var d darasa.Time
		if err := d.UnmarshalJSON([]byte(`"` + s + `"`)); err == nil {
			t.Errorf("%s was read as %s", s, d)
			w.sync(t, w.event(progress.LessonDone, "l1", d))
		}
	}
	w.rebuildAgrees(t)
}

// TestCompletionKeepsItsDate: what a learner does after the rule held must not
// move the day on which it did.
func TestCompletionKeepsItsDate(t *testing.T) {
	lesson := func(l, day string) progress.Seen { return progress.Seen{Lesson: l, At: at(day + "T10:00:00Z")} }
	pass := progress.Attempt{ID: "a1", Quiz: "post-test", Kind: "post-test", Number: 1, Score: 1, Pass: true, At: at("2026-03-05T10:00:00Z")}
	all := []progress.Seen{}
	for _, l := range lessons {
		all = append(all, lesson(l, "2026-03-03"))
	}
	for name, c := range map[string]struct {
		rule  course.Completion
		facts progress.Facts
		want  string
	}{
		"test only, a lesson later":    {course.Completion{PostTest: true}, progress.Facts{Seen: []progress.Seen{lesson("l1", "2026-03-09")}, Attempts: []progress.Attempt{pass}}, "2026-03-05"},
		"lessons only, the test later": {course.Completion{AllLessons: true}, progress.Facts{Seen: all, Attempts: []progress.Attempt{pass}}, "2026-03-03"},
		"no rule, the test later":      {course.Completion{}, progress.Facts{Seen: all, Attempts: []progress.Attempt{pass}}, "2026-03-03"},
		"both, the test later":         {course.Completion{AllLessons: true, PostTest: true}, progress.Facts{Seen: all, Attempts: []progress.Attempt{pass}}, "2026-03-05"},
	} {
		p := progress.Progress{Completion: c.rule}
		p.Join(c.facts)
		p.Derive(newShelf(3).ed)
		if got := p.CompletedAt.String(); len(got) < 10 || got[:10] != c.want {
			t.Errorf("%s: completed %q, want %s", name, got, c.want)
		}
	}
}

// TestFailedMeansNoTryIsLeft: the row says what the page of the test says.
func TestFailedMeansNoTryIsLeft(t *testing.T) {
	w := newWorld(t, 10)
	for range 2 {
		at, err := w.Attempts.Open(w.ctx, w.learner, w.e.ID, "post-test", w.now)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := w.Submit(w.ctx, w.learner, attempt.Submission{Attempt: at.ID, Answers: right(at.Draw, 1), Final: true}, w.now); err != nil {
			t.Fatal(err)
		}
	}
	last, err := w.Attempts.Open(w.ctx, w.learner, w.e.ID, "post-test", w.now)
	if err != nil {
		t.Fatal(err)
	}
	w.now = darasa.At(w.now.Add(attempt.Lifetime + time.Hour))
	res, p, err := w.Submit(w.ctx, w.learner, attempt.Submission{Attempt: last.ID, Answers: right(last.Draw, 10), Final: true}, w.now)
	if err != nil || res.Kept != attempt.KeptLate {
		t.Fatalf("%+v %v", res, err)
	}
	if _, err := w.Attempts.Open(w.ctx, w.learner, w.e.ID, "post-test", w.now); darasa.CodeOf(err) != darasa.Conflict {
		t.Fatal("a try is left", err)
	}
	if p.Status != progress.Failed || p.TriesUsed != 2 {
		t.Errorf("no try is left, and the row says %s after %d tries", p.Status, p.TriesUsed)
	}
	// A test that the rule does not ask for fails nobody.
	p.Completion = course.Completion{AllLessons: true}
	if p.Derive(w.shelf.ed); p.Status != progress.InProgress {
		t.Errorf("an optional test makes the status %s", p.Status)
	}
}
