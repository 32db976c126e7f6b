package progress_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"darasa/backend/attempt"
	"darasa/backend/darasa"
	"darasa/backend/enrolment"
	"darasa/backend/lrs"
	"darasa/backend/progress"
	"darasa/backend/store"
)

// byContent compares rows as the issue asks: all but rev and time of writing.
var byContent = cmpopts.IgnoreTypes(store.Meta{})

func TestSyncIsIdempotentAndRebuildAgrees(t *testing.T) {
	w := newWorld(t, 10)
	tickets, err := w.Attempts.Tickets(w.ctx, w.learner, w.e.ID, w.now)
	if err != nil {
		t.Fatal(err)
	}
	w.now = darasa.At(w.now.Add(30 * 24 * time.Hour))
	var evs []progress.Event
	for i, l := range lessons {
		when := darasa.At(monthStart.Add(time.Duration(i+800) * time.Hour))
		secs := w.event(progress.ReadSeconds, l, when)
		secs.Total = int64(100 + i)
		evs = append(evs, w.event(progress.LessonSeen, l, when), w.event(progress.LessonDone, l, darasa.At(when.Add(time.Minute))), secs)
	}
	quiz := w.event(progress.QuizSubmitted, "", darasa.At(w.now.Add(-time.Hour)))
	quiz.Ticket, quiz.Answers = tickets[1].Signed, right(tickets[1].Draw, 9)
	unknown := w.event("daydreamed", "l2", w.now)
	evs = append(evs, quiz, unknown)
	first := w.sync(t, evs...)
	for i, v := range first {
		if want := map[bool]string{true: "graded", false: "stored"}[evs[i].Kind == progress.QuizSubmitted]; v.Verdict != want || v.ID != evs[i].ID {
			t.Fatalf("%+v", v)
		}
	}
	p := w.row(t)
	if p.Status != progress.Passed || p.LessonsDone != 6 || p.ModulesDone != 2 || *p.PostTest != 0.9 || p.SecondsSpent() != 615 || p.Progress != 1 {
		t.Fatalf("%+v", p)
	}
	w.now = darasa.At(w.now.Add(time.Hour))
	second := w.sync(t, evs...) // the answer was lost
	if d := cmp.Diff(first, second); d != "" {
		t.Fatal(d)
	}
	if again := w.row(t); again.Rev != p.Rev {
		t.Fatal("a repetition wrote the projection again")
	}
	w.rebuildAgrees(t)
}

// rebuildAgrees rebuilds in place and from nothing and compares.
func (w *world) rebuildAgrees(t *testing.T) {
	t.Helper()
	want := w.row(t)
	if n, err := w.Rebuild(w.ctx); err != nil || n != 0 {
		t.Fatalf("a rebuild changed %d: %v\n%s", n, err, cmp.Diff(want, w.row(t), byContent))
	}
	if err := w.engine.Delete(w.ctx, "progress", string(w.e.ID)); err != nil {
		t.Fatal(err)
	}
	if n, err := w.Rebuild(w.ctx); err != nil || n != 1 {
		t.Fatalf("a rebuild from nothing wrote %d: %v", n, err)
	}
	if d := cmp.Diff(want, w.row(t), byContent); d != "" {
		t.Fatal(d)
	}
}

func TestSyncRefusals(t *testing.T) {
	w := newWorld(t, 10)
	juma := darasa.Actor{Person: "juma", Institution: "zhrc", Roles: []darasa.Role{darasa.Learner}}
	other, err := w.Enrolments.EnrolSelf(w.ctx, juma, "c2", "", enrolment.Newcomer{}, w.now)
	if err != nil {
		t.Fatal(err)
	}
	good := w.event(progress.LessonDone, "l1", w.now)
	cases := []struct {
		name   string
		change func(*progress.Event)
		want   string
	}{
		{"another person's enrolment", func(e *progress.Event) { e.Enrolment = other.ID }, "refused: forbidden"},
		{"no such enrolment", func(e *progress.Event) { e.Enrolment = darasa.NewID() }, "refused: forbidden"},
		{"no such token", func(e *progress.Event) { e.Owner = 3 }, "refused: forbidden"},
		{"negative token", func(e *progress.Event) { e.Owner = -1 }, "refused: forbidden"},
		{"no id", func(e *progress.Event) { e.ID = "x" }, "refused: invalid"},
		{"no time", func(e *progress.Event) { e.At = darasa.Time{} }, "refused: invalid"},
		{"strange kind", func(e *progress.Event) { e.Kind = "<script>" }, "refused: invalid"},
		{"no lesson", func(e *progress.Event) { e.Lesson = "" }, "refused: invalid"},
		{"forged ticket", func(e *progress.Event) { e.Kind, e.Ticket = progress.QuizSubmitted, "a.b" }, "refused: forbidden"},
		{"unknown lesson is kept", func(e *progress.Event) { e.Lesson = "not-in-this-edition" }, "stored"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			ev := good
			ev.ID = darasa.NewID()
			c.change(&ev)
			vs := w.sync(t, ev)
			if vs[0].Verdict != c.want {
				t.Fatalf("%+v", vs[0])
			}
			if strings.HasPrefix(c.want, "refused") && (vs[0].Why.SW == "" || vs[0].Why.EN == "") {
				t.Fatalf("no reason in both languages: %+v", vs[0])
			}
		})
	}
	if p := w.row(t); p.LessonsDone != 0 {
		t.Fatalf("%+v", p)
	}
	_, err = w.Sync(w.ctx, progress.Batch{Tokens: []string{w.token}, Events: make([]progress.Event, 21)}, w.now)
	wantCode(t, err, darasa.TooLarge)
	if err := w.Revoke(w.ctx, w.learner, "phone"); err != nil {
		t.Fatal(err)
	}
	if vs := w.sync(t, good); vs[0].Verdict != "refused: forbidden" {
		t.Fatalf("a revoked token was taken: %+v", vs)
	}
	if w.token, err = w.SyncToken(w.ctx, w.learner, "phone", "", w.now); err != nil {
		t.Fatal(err)
	}
	if vs := w.sync(t, good); vs[0].Verdict != progress.Stored {
		t.Fatalf("a token given after the revocation was refused: %+v", vs)
	}
}

func TestRelayForTwoPeople(t *testing.T) {
	w := newWorld(t, 10)
	juma := darasa.Actor{Person: "juma", Institution: "zhrc", Roles: []darasa.Role{darasa.Learner}}
	theirs, err := w.Enrolments.EnrolSelf(w.ctx, juma, "c2", "", enrolment.Newcomer{}, w.now)
	if err != nil {
		t.Fatal(err)
	}
	token, err := w.SyncToken(w.ctx, juma, "phone", "", w.now)
	if err != nil {
		t.Fatal(err)
	}
	mine, his := w.event(progress.LessonDone, "l1", w.now), w.event(progress.LessonDone, "l2", w.now)
	his.Enrolment, his.Owner = theirs.ID, 1
	vs, err := w.Sync(w.ctx, progress.Batch{Tokens: []string{w.token, token}, Events: []progress.Event{mine, his}}, w.now)
	if err != nil || vs[0].Verdict != progress.Stored || vs[1].Verdict != progress.Stored {
		t.Fatalf("%+v %v", vs, err)
	}
	if p, err := w.Get(w.ctx, juma, theirs.ID); err != nil || !p.HasSeen("l2") || p.HasSeen("l1") {
		t.Fatalf("%+v %v", p, err)
	}
	_, err = w.Get(w.ctx, juma, w.e.ID)
	wantCode(t, err, darasa.NotFound)
}

func TestClockAheadIsFlaggedForGood(t *testing.T) {
	w := newWorld(t, 10)
	ahead := w.event(progress.LessonDone, "l1", darasa.At(w.now.Add(10*24*time.Hour)))
	w.sync(t, w.event(progress.LessonSeen, "l2", w.now), ahead)
	check := func() {
		t.Helper()
		if p := w.row(t); !p.HasSeen("l1") || p.Position.Lesson != "l2" || p.LastActive != at("2026-11-20T08:00:00Z") || len(p.Flags) != 1 {
			t.Fatalf("%+v", p)
		}
	}
	check()
	w.now = darasa.At(w.now.Add(60 * 24 * time.Hour)) // by now the time is past: the first record decides
	w.sync(t, ahead)
	check()
	w.rebuildAgrees(t)
}

func TestCrashBetweenRecordAndJoinHeals(t *testing.T) {
	w := newWorld(t, 10)
	evs := []progress.Event{w.event(progress.LessonDone, "l1", w.now), w.event(progress.LessonDone, "l2", w.now)}
	w.engine.failOn = "progress"
	_, err := w.Sync(w.ctx, progress.Batch{Tokens: []string{w.token}, Events: evs}, w.now)
	wantCode(t, err, darasa.Unavailable)
	if p := w.row(t); p.LessonsDone != 0 {
		t.Fatal("the crash came too late for this test")
	}
	if vs := w.sync(t, evs...); vs[0].Verdict != progress.Stored || w.row(t).LessonsDone != 2 {
		t.Fatalf("the retry did not heal: %+v", vs)
	}
	at, err := w.Attempts.Open(w.ctx, w.learner, w.e.ID, "post-test", w.now)
	if err != nil {
		t.Fatal(err)
	}
	sub := attempt.Submission{Attempt: at.ID, Answers: right(at.Draw, 10), Final: true}
	w.engine.failOn = "progress"
	_, _, err = w.Submit(w.ctx, w.learner, sub, w.now)
	wantCode(t, err, darasa.Unavailable)
	if res, p, err := w.Submit(w.ctx, w.learner, sub, w.now); err != nil || !res.Repeated || p.PostTest == nil || *p.PostTest != 1 {
		t.Fatalf("%+v %v", p, err)
	}
	w.rebuildAgrees(t)
}

func TestReadingWritesAtMostOnce(t *testing.T) {
	w := newWorld(t, 10)
	writes := func(f func()) int64 {
		before := w.engine.writes.Load()
		f()
		return w.engine.writes.Load() - before
	}
	view := func(lesson string) func() {
		return func() {
			t.Helper()
			w.now = darasa.At(w.now.Add(time.Minute))
			if _, err := w.View(w.ctx, w.learner, w.e.ID, lesson, w.now); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, step := range []struct {
		name   string
		f      func()
		writes int64
	}{
		{"the first page starts the course: statement and row", view("l1"), 2},
		{"the same page again", view("l1"), 0},
		{"another page", view("l2"), 1},
		{"done, and on to the next", func() {
			if _, err := w.Done(w.ctx, w.learner, w.e.ID, "l2", "l3", w.now); err != nil {
				t.Fatal(err)
			}
		}, 2},
		{"which is where the learner now is", view("l3"), 0},
	} {
		if n := writes(step.f); n != step.writes {
			t.Fatalf("%s: %d writes, want %d", step.name, n, step.writes)
		}
	}
	before := w.row(t)
	if _, err := w.Done(w.ctx, w.learner, w.e.ID, "l2", "l3", w.now); err != nil {
		t.Fatal(err)
	}
	if p := w.row(t); p.LessonsDone != 1 || p.Seen[0] != before.Seen[0] {
		t.Fatalf("%+v", p)
	}
	_, err := w.View(w.ctx, w.trainer, w.e.ID, "l1", w.now)
	wantCode(t, err, darasa.NotFound)
	_, err = w.View(w.ctx, w.learner, w.e.ID, "no-such", w.now)
	wantCode(t, err, darasa.NotFound)
	if n, err := w.Rebuild(w.ctx); err != nil || n != 0 {
		t.Fatalf("a rebuild keeps the position: %d %v", n, err)
	}
}

func TestForeignStatementOfTheLearnerJoins(t *testing.T) {
	w := newWorld(t, 10)
	prepare := func(actor, verb, object, registration string) lrs.Statement {
		t.Helper()
		raw := fmt.Sprintf(`{"actor":{"account":{"homePage":%q,"name":%q}},"verb":{"id":"http://adlnet.gov/expapi/verbs/%s"},"object":{"id":"%s/id/courses/c2/%s"},"context":{"registration":%q},"timestamp":"2026-11-19T10:00:00Z"}`,
			base, actor, verb, base, object, registration)
		st, err := lrs.Prepare([]byte(raw), lrs.Authority{HomePage: "https://elsewhere.example", Name: "app"}, "zhrc", w.now)
		if err != nil {
			t.Fatal(err)
		}
		return st
	}
	reg := string(w.e.ID)
	_, err := w.Accept(w.ctx, w.learner, []lrs.Statement{prepare("k-asha", "completed", "l1", reg), prepare("k-juma", "completed", "l2", reg)}, w.now)
	wantCode(t, err, darasa.Forbidden)
	if w.row(t).LessonsDone != 0 {
		t.Fatal("a refused request left something")
	}
	sts := []lrs.Statement{prepare("k-asha", "completed", "l1", reg), prepare("k-asha", "passed", "post-test", reg), prepare("k-asha", "completed", "l2", string(darasa.NewID()))}
	vs, err := w.Accept(w.ctx, w.learner, sts, w.now)
	if err != nil || vs[0] != nil || vs[1] != nil || vs[2] != nil {
		t.Fatalf("%v %v", vs, err)
	}
	if p := w.row(t); p.LessonsDone != 1 || p.PostTest != nil || p.Status != progress.InProgress {
		t.Fatalf("%+v", p)
	}
	// A foreign system may log somebody else under this registration.
	if _, err := w.log.Keep(w.ctx, []lrs.Statement{prepare("k-juma", "completed", "l3", reg)}); err != nil {
		t.Fatal(err)
	}
	w.rebuildAgrees(t)
}

func TestTrainersFactsReachTheRow(t *testing.T) {
	w := newWorld(t, 10)
	remarks := "Sema asante"
	if _, err := w.Enrolments.Write(w.ctx, w.trainer, w.e.ID, enrolment.Note{Remarks: &remarks}, w.now); err != nil {
		t.Fatal(err)
	}
	if p := w.row(t); p.Remarks != remarks || p.Snapshot.First != "Asha" || p.LessonsTotal != 6 {
		t.Fatalf("%+v", p)
	}
	page, err := w.List(w.ctx, w.trainer, progress.Filter{Course: "c2"}, "", 10)
	if err != nil || len(page.Items) != 1 {
		t.Fatalf("%+v %v", page, err)
	}
	stranger := w.trainer
	stranger.Institution = "udom"
	if page, err = w.List(w.ctx, stranger, progress.Filter{Course: "c2"}, "", 10); err != nil || len(page.Items) != 0 {
		t.Fatalf("another institution's row leaked: %+v %v", page, err)
	}
}

func TestRegradeReachesTheRow(t *testing.T) {
	w := newWorld(t, 10)
	at, err := w.Attempts.Open(w.ctx, w.learner, w.e.ID, "post-test", w.now)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := w.Submit(w.ctx, w.learner, attempt.Submission{Attempt: at.ID, Answers: right(at.Draw, 7), Final: true}, w.now); err != nil {
		t.Fatal(err)
	}
	for i := range w.shelf.keys {
		if w.shelf.keys[i].Slug == at.Draw[9].Question {
			w.shelf.keys[i].Right = []string{"b"}
		}
	}
	w.shelf.version = 2
	_, err = w.Regrade(w.ctx, w.trainer, "c2@1", w.now)
	wantCode(t, err, darasa.Forbidden)
	n, err := w.Regrade(w.ctx, darasa.Command("regrade"), "c2@1", w.now)
	if p := w.row(t); err != nil || n != 1 || *p.PostTest != 0.8 || !p.Attempts[0].Pass {
		t.Fatalf("%d %v %+v", n, err, p)
	}
	w.rebuildAgrees(t)
}

func TestAttemptsAreToldOnceNowOrLater(t *testing.T) {
	w := newWorld(t, 10)
	count := func() int {
		n := 0
		if err := w.log.Each(w.ctx, w.e.ID, func(lrs.Statement) error { n++; return nil }); err != nil {
			t.Fatal(err)
		}
		return n
	}
	try := func() {
		t.Helper()
		at, err := w.Attempts.Open(w.ctx, w.learner, w.e.ID, "post-test", w.now)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := w.Submit(w.ctx, w.learner, attempt.Submission{Attempt: at.ID, Answers: right(at.Draw, 5), Final: true}, w.now); err != nil {
			t.Fatal(err)
		}
	}
	start := w.now
	if try(); count() != 13 {
		t.Fatalf("told at once: %d statements", count())
	}
	w.TellLater = true
	w.now = darasa.At(w.now.Add(time.Minute))
	if try(); count() != 13 {
		t.Fatalf("left for later: %d statements", count())
	}
	for _, want := range []int{1, 0} {
		if n, err := w.TellSince(w.ctx, start); err != nil || n != want || count() != 26 {
			t.Fatalf("told %d, want %d; %d statements; %v", n, want, count(), err)
		}
	}
	w.rebuildAgrees(t)
}

func TestEventIsSmall(t *testing.T) {
	body, err := json.Marshal(progress.Event{ID: darasa.NewID(), Kind: progress.LessonDone, Enrolment: darasa.NewID(), Lesson: "median-hardly-moves", At: at("2026-11-20T08:00:00Z")})
	if err != nil || len(body) > 180 {
		t.Fatalf("%d bytes: %s %v", len(body), body, err)
	}
}
