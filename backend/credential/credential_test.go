package credential_test

import (
	"context"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"darasa/backend/assessment"
	"darasa/backend/attempt"
	"darasa/backend/course"
	"darasa/backend/credential"
	"darasa/backend/darasa"
	"darasa/backend/enrolment"
	"darasa/backend/ledger"
	"darasa/backend/lrs"
	"darasa/backend/progress"
	"darasa/backend/store"
	"darasa/backend/store/sqlite"
)

// shelf is a small working course stage: one lesson, one question.
type shelf struct{ ed *course.Edition }

func newShelf() shelf {
	return shelf{&course.Edition{ID: "c2@1", Course: "c2", Title: darasa.T("Kukagua takwimu zetu", "Checking our data"), Hours: 3,
		Completion: course.Completion{AllLessons: true, PostTest: true},
		Modules:    []course.Module{{Slug: "m1", Lessons: []course.Lesson{{Slug: "l1"}}}},
		Quizzes:    []course.Quiz{{Slug: "post-test", Kind: "post-test", Draw: 1, Pass: 0.8, Tries: 3}}}}
}

func (s shelf) Edition(context.Context, darasa.ID) (*course.Edition, error) { return s.ed, nil }
func (s shelf) Current(context.Context, darasa.Actor, darasa.ID) (*course.Edition, error) {
	return s.ed, nil
}
func (s shelf) Bank(context.Context, darasa.ID, string) ([]assessment.Question, error) {
	return []assessment.Question{{Slug: "q", Kind: assessment.TrueFalse, Options: []assessment.Option{{Slug: "true"}, {Slug: "false"}}}}, nil
}
func (s shelf) Keys(context.Context, darasa.ID) ([]assessment.Key, int64, error) {
	return []assessment.Key{{Slug: "q", Right: []string{"true"}, Points: 1}}, 1, nil
}
func (s shelf) StatementName(_ context.Context, p darasa.ID) (string, error) {
	return "k-" + string(p), nil
}

type world struct {
	*credential.Service
	rows    *progress.Service
	book    *ledger.Book
	engine  store.Engine
	ctx     context.Context
	learner darasa.Actor
	admin   darasa.Actor
	e       enrolment.Enrolment
	now     darasa.Time
}

func newWorld(t *testing.T) *world {
	t.Helper()
	ctx := t.Context()
	e, err := sqlite.Open(ctx, sqlite.Options{Path: filepath.Join(t.TempDir(), "d.sqlite")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	now, err := darasa.ParseTime("2026-11-20T08:00:00Z")
	if err != nil {
		t.Fatal(err)
	}
	w := &world{book: ledger.New(e), engine: e, ctx: ctx, now: now,
		learner: darasa.Actor{Person: "asha", Institution: "zhrc", Roles: []darasa.Role{darasa.Learner}},
		admin:   darasa.Actor{Person: "boss", Institution: "zhrc", Roles: []darasa.Role{darasa.InstitutionAdmin}}}
	for _, specs := range [][]store.Spec{w.book.Specs(), enrolment.Specs(), attempt.Specs(), lrs.Specs(), progress.Specs(), credential.Specs()} {
		if err := e.Ensure(ctx, specs...); err != nil {
			t.Fatal(err)
		}
	}
	signer, err := attempt.NewSigner("tickets", []byte(strings.Repeat("s", 32)))
	if err != nil {
		t.Fatal(err)
	}
	sh := newShelf()
	enrolments := enrolment.New(e, sh, w.book, darasa.NewID)
	w.rows = progress.New(e, progress.Parts{Enrolments: enrolments, Attempts: attempt.New(e, enrolments, sh, signer), Content: sh,
		Statements: lrs.New(e), People: sh, Jobs: w.book, Tokens: signer, Base: "http://darasa.localhost:8080", NewID: darasa.NewID})
	enrolments.Listen(w.rows)
	w.Service = credential.New(e, w.book, sh, w.rows, time.UTC)
	w.rows.Issue(w.Service)
	n := enrolment.Newcomer{Snapshot: enrolment.Snapshot{First: "Asha", Middle: "ñandi", Surname: "Juma"}}
	if w.e, err = enrolments.EnrolSelf(ctx, w.learner, "c2", "", n, now); err != nil {
		t.Fatal(err)
	}
	return w
}

// complete reads the lesson and passes the test.
func (w *world) complete(t *testing.T) progress.Progress {
	t.Helper()
	if _, err := w.rows.Done(w.ctx, w.learner, w.e.ID, "l1", "", w.now); err != nil {
		t.Fatal(err)
	}
	at, err := w.rows.Attempts.Open(w.ctx, w.learner, w.e.ID, "post-test", w.now)
	if err != nil {
		t.Fatal(err)
	}
	sub := attempt.Submission{Attempt: at.ID, Answers: []assessment.Answer{{Question: "q", Options: []string{"true"}}}}
	_, p, err := w.rows.Submit(w.ctx, w.learner, sub, w.now)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func wantCode(t *testing.T, err error, code darasa.Code) {
	t.Helper()
	if darasa.CodeOf(err) != code {
		t.Fatalf("want %q, got %v", code, err)
	}
}

var form = regexp.MustCompile(`^DRS-2026-[0-9A-HJKMNP-TV-Z]{6}$`)

func TestCertificateComesAtOnceAndOnce(t *testing.T) {
	w := newWorld(t)
	p, _ := w.rows.Lookup(w.ctx, w.e.ID)
	_, err := w.Issue(w.ctx, p, w.now)
	wantCode(t, err, darasa.Conflict)
	p = w.complete(t)
	if !form.MatchString(p.Certificate) || p.IssuedOn != w.now {
		t.Fatalf("%q %v", p.Certificate, p.IssuedOn)
	}
	later := darasa.At(w.now.Add(400 * 24 * time.Hour))
	again, err := w.rows.Certify(w.ctx, w.e.ID, later) // the job
	if err != nil || again.Certificate != p.Certificate || again.Rev != p.Rev {
		t.Fatalf("%+v %v", again, err)
	}
	if j, err := w.book.Job(w.ctx, ledger.JobID(progress.CertificateJob, string(w.e.ID))); err != nil || j.State != "waiting" {
		t.Fatalf("%+v %v", j, err)
	}
	mine, err := w.Mine(w.ctx, w.learner)
	if err != nil || len(mine) != 1 || mine[0].Name != "Asha ñandi Juma" || mine[0].Score != 1 {
		t.Fatalf("%+v %v", mine, err)
	}
	if n, err := w.rows.Rebuild(w.ctx); err != nil || n != 0 {
		t.Fatalf("%d %v", n, err)
	}
}

func TestVerifyTellsNoName(t *testing.T) {
	w := newWorld(t)
	number := w.complete(t).Certificate
	typed := " " + strings.ToLower(strings.Replace(number, "0", "o", -1)) + " "
	if strings.Contains(number[:9], "0") { // the year keeps its zeros
		typed = " " + strings.ToLower(number[:9]+strings.ReplaceAll(number[9:], "0", "o")) + " "
	}
	v, err := w.Verify(w.ctx, typed)
	if err != nil || v.Number != number || v.Initials != "A.Ñ.J." || v.State != credential.Valid || v.Title.SW == "" || v.Edition != "c2@1" {
		t.Fatalf("%+v %v", v, err)
	}
	_, err = w.Verify(w.ctx, "DRS-2026-000000")
	wantCode(t, err, darasa.NotFound)
}

func TestWithdrawnStaysWithdrawn(t *testing.T) {
	w := newWorld(t)
	number := w.complete(t).Certificate
	id := credential.ID(w.e.ID)
	_, err := w.Withdraw(w.ctx, w.admin, id, "", w.now)
	wantCode(t, err, darasa.Invalid)
	_, err = w.Withdraw(w.ctx, w.learner, id, "mine", w.now)
	wantCode(t, err, darasa.Forbidden)
	other := w.admin
	other.Institution = "udom"
	_, err = w.Withdraw(w.ctx, other, id, "not mine", w.now)
	wantCode(t, err, darasa.NotFound)
	if _, err = w.Withdraw(w.ctx, w.admin, id, "the answers were copied", w.now); err != nil {
		t.Fatal(err)
	}
	if p, err := w.rows.Certify(w.ctx, w.e.ID, w.now); err != nil || p.Certificate != "" || !p.IssuedOn.IsZero() {
		t.Fatalf("%+v %v", p, err)
	}
	if v, err := w.Verify(w.ctx, number); err != nil || v.State != credential.Withdrawn {
		t.Fatalf("%+v %v", v, err)
	}
	if n, err := w.rows.Rebuild(w.ctx); err != nil || n != 0 {
		t.Fatalf("%d %v", n, err)
	}
	if err := w.Forget(w.ctx, "asha"); err != nil {
		t.Fatal(err)
	}
	if c, err := w.Get(w.ctx, w.learner, id); err != nil || c.Name != "" || c.Number != number {
		t.Fatalf("%+v %v", c, err)
	}
}

func TestTakenNumberGivesWay(t *testing.T) {
	w, v := newWorld(t), newWorld(t)
	number := w.complete(t).Certificate
	other := darasa.DeriveID("certificate", "somebody else's")
	// The same ids in another store: there the number is taken before.
	v.e.ID = w.e.ID
	if err := v.book.Claim(v.ctx, darasa.ID("cert:"+number), other, false, v.now); err != nil {
		t.Fatal(err)
	}
	got := v.complete(t).Certificate
	if got == number || !form.MatchString(got) {
		t.Fatalf("%q and %q", number, got)
	}
}

func TestReadNumber(t *testing.T) {
	for typed, want := range map[string]string{
		"DRS-2026-7K3M9Q":   "DRS-2026-7K3M9Q",
		" drs-2026-7k3m9q ": "DRS-2026-7K3M9Q",
		"drs 2026 7k3m9q":   "DRS-2026-7K3M9Q",
		"DRS2026-OIL M9Q":   "DRS-2026-011M9Q",
		"drs–2026–7k3m9q":   "DRS-2026-7K3M9Q", // dashes of a word processor
		"":                  "",
		"cheti":             "CHETI",
	} {
		if got := credential.ReadNumber(typed); got != want {
			t.Errorf("%q: %q, want %q", typed, got, want)
		}
	}
}
