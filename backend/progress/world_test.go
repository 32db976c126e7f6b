package progress_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"darasa/backend/assessment"
	"darasa/backend/attempt"
	"darasa/backend/course"
	"darasa/backend/darasa"
	"darasa/backend/enrolment"
	"darasa/backend/lrs"
	"darasa/backend/progress"
	"darasa/backend/store"
	"darasa/backend/store/sqlite"
)

const base = "http://darasa.localhost:8080"

// shelf is a small working course stage: two modules of three lessons, both
// tests of n questions, every right answer being option "a".
type shelf struct {
	ed      *course.Edition
	bank    []assessment.Question
	keys    []assessment.Key
	version int64
}

var lessons = []string{"l1", "l2", "l3", "l4", "l5", "l6"}

func newShelf(n int) *shelf {
	s := &shelf{version: 1, ed: &course.Edition{ID: "c2@1", Course: "c2", Completion: course.Completion{AllLessons: true, PostTest: true},
		Quizzes: []course.Quiz{{Slug: "pre-test", Kind: "pre-test", Draw: int64(n), Tries: 1}, {Slug: "post-test", Kind: "post-test", Draw: int64(n), Pass: 0.8, Tries: 3}}}}
	for m := range 2 {
		mod := course.Module{Slug: fmt.Sprint("m", m)}
		for _, l := range lessons[m*3 : m*3+3] {
			mod.Lessons = append(mod.Lessons, course.Lesson{Slug: l})
		}
		s.ed.Modules = append(s.ed.Modules, mod)
	}
	for i := range n {
		slug := fmt.Sprintf("question-number-%02d", i)
		s.bank = append(s.bank, assessment.Question{Slug: slug, Kind: assessment.Single, Options: []assessment.Option{{Slug: "a"}, {Slug: "b"}, {Slug: "c"}, {Slug: "d"}}})
		s.keys = append(s.keys, assessment.Key{Slug: slug, Right: []string{"a"}, Points: 1})
	}
	return s
}

func (s *shelf) Edition(context.Context, darasa.ID) (*course.Edition, error) { return s.ed, nil }
func (s *shelf) Current(context.Context, darasa.Actor, darasa.ID) (*course.Edition, error) {
	return s.ed, nil
}
func (s *shelf) Bank(context.Context, darasa.ID, string) ([]assessment.Question, error) {
	return s.bank, nil
}
func (s *shelf) Keys(context.Context, darasa.ID) ([]assessment.Key, int64, error) {
	return s.keys, s.version, nil
}

// StatementName names everybody after themselves.
func (s *shelf) StatementName(_ context.Context, person darasa.ID) (string, error) {
	return "k-" + string(person), nil
}

// Audit and Ask are not what these tests are about.
func (s *shelf) Audit(context.Context, darasa.Actor, string, string, string, darasa.Time) error {
	return nil
}
func (s *shelf) Ask(context.Context, string, string, string, darasa.Time) error { return nil }

// counted is a real store that counts writes and can be told to fail one.
type counted struct {
	store.Engine
	writes atomic.Int64
	failOn string // a collection whose next replacement fails, as in a crash
}

func (c *counted) Insert(ctx context.Context, coll string, r store.Record) error {
	c.writes.Add(1)
	return c.Engine.Insert(ctx, coll, r)
}

func (c *counted) InsertMany(ctx context.Context, coll string, rs []store.Record) ([]error, error) {
	c.writes.Add(1)
	return c.Engine.InsertMany(ctx, coll, rs)
}

func (c *counted) Replace(ctx context.Context, coll string, r store.Record) error {
	if c.failOn == coll {
		c.failOn = ""
		return darasa.Fail(darasa.Unavailable, "Umeme umekatika.", "The power went out.")
	}
	c.writes.Add(1)
	return c.Engine.Replace(ctx, coll, r)
}

type world struct {
	*progress.Service
	engine  *counted
	shelf   *shelf
	log     *lrs.Log
	ctx     context.Context
	learner darasa.Actor
	trainer darasa.Actor
	e       enrolment.Enrolment
	now     darasa.Time
	token   string
}

func newWorld(t testing.TB, questions int) *world {
	t.Helper()
	ctx := t.Context()
	e, err := sqlite.Open(ctx, sqlite.Options{Path: filepath.Join(t.TempDir(), "d.sqlite")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	w := &world{ctx: ctx, engine: &counted{Engine: e}, shelf: newShelf(questions), now: at("2026-11-20T08:00:00Z"),
		learner: darasa.Actor{Person: "asha", Institution: "zhrc", Roles: []darasa.Role{darasa.Learner}},
		trainer: darasa.Actor{Person: "t1", Institution: "zhrc", Roles: []darasa.Role{darasa.Trainer}}}
	specs := append(append(enrolment.Specs(), attempt.Specs()...), append(lrs.Specs(), progress.Specs()...)...)
	if err := e.Ensure(ctx, specs...); err != nil {
		t.Fatal(err)
	}
	w.log = lrs.New(w.engine)
	enrolments := enrolment.New(w.engine, w.shelf, w.shelf, darasa.NewID)
	attempts := attempt.New(w.engine, enrolments, w.shelf, signer(t, "tickets"))
	w.Service = progress.New(w.engine, progress.Parts{Enrolments: enrolments, Attempts: attempts, Content: w.shelf, Statements: w.log,
		People: w.shelf, Jobs: w.shelf, Tokens: signer(t, "sync"), Base: base, NewID: darasa.NewID})
	enrolments.Listen(w.Service)
	if w.e, err = enrolments.EnrolSelf(ctx, w.learner, "c2", "", enrolment.Newcomer{Snapshot: enrolment.Snapshot{First: "Asha", Surname: "Juma"}}, w.now); err != nil {
		t.Fatal(err)
	}
	if w.token, err = w.SyncToken(ctx, w.learner, "phone", "", w.now); err != nil {
		t.Fatal(err)
	}
	return w
}

func signer(t testing.TB, purpose string) *attempt.Signer {
	t.Helper()
	s, err := attempt.NewSigner(purpose, []byte(strings.Repeat("s", 32)))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func at(s string) darasa.Time {
	t, err := darasa.ParseTime(s)
	if err != nil {
		panic(err)
	}
	return t
}

func wantCode(t *testing.T, err error, code darasa.Code) {
	t.Helper()
	if darasa.CodeOf(err) != code {
		t.Fatalf("want %q, got %v", code, err)
	}
}

// right answers the first n of the drawn questions rightly, the rest wrongly.
func right(draw []assessment.Drawn, n int) []assessment.Answer {
	var out []assessment.Answer
	for i, d := range draw {
		o := "b"
		if i < n {
			o = "a"
		}
		out = append(out, assessment.Answer{Question: d.Question, Options: []string{o}})
	}
	return out
}

func (w *world) row(t testing.TB) progress.Progress {
	t.Helper()
	p, err := w.Lookup(w.ctx, w.e.ID)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func (w *world) sync(t testing.TB, evs ...progress.Event) []progress.Verdict {
	t.Helper()
	vs, err := w.Sync(w.ctx, progress.Batch{Tokens: []string{w.token}, Events: evs}, w.now)
	if err != nil {
		t.Fatal(err)
	}
	return vs
}

func (w *world) event(kind, lesson string, when darasa.Time) progress.Event {
	return progress.Event{ID: darasa.NewID(), Kind: kind, Enrolment: w.e.ID, Lesson: lesson, At: when}
}
