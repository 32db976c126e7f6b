package enrolment_test

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"darasa/backend/course"
	"darasa/backend/darasa"
	"darasa/backend/enrolment"
	"darasa/backend/ledger"
	"darasa/backend/store/sqlite"
)

// shelf is a small working course stage: one course with a post-test.
type shelf struct{ editions []*course.Edition }

func (s *shelf) Edition(_ context.Context, id darasa.ID) (*course.Edition, error) {
	for _, e := range s.editions {
		if e.ID == id {
			return e, nil
		}
	}
	return nil, darasa.Fail(darasa.NotFound, "Hakuna.", "None.")
}

func (s *shelf) Current(_ context.Context, _ darasa.Actor, slug darasa.ID) (*course.Edition, error) {
	for i := len(s.editions) - 1; i >= 0; i-- {
		if s.editions[i].Course == slug {
			return s.editions[i], nil
		}
	}
	return nil, darasa.Fail(darasa.NotFound, "Hakuna.", "None.")
}

func edition(slug string, n int64) *course.Edition {
	return &course.Edition{ID: darasa.ID(fmt.Sprintf("%s@%d", slug, n)), Course: darasa.ID(slug), Number: n,
		Completion: course.Completion{AllLessons: true, PostTest: true},
		Quizzes:    []course.Quiz{{Slug: "pre-test", Kind: "pre-test", Tries: 1}, {Slug: "post-test", Kind: "post-test", Tries: 3, Pass: 0.8}}}
}

// heard notes which enrolments the listener was told of.
type heard map[darasa.ID]int

func (h heard) EnrolmentsChanged(_ context.Context, ids []darasa.ID) error {
	for _, id := range ids {
		h[id]++
	}
	return nil
}

type world struct {
	t *testing.T
	*enrolment.Service
	shelf   *shelf
	heard   heard
	book    *ledger.Book
	ctx     context.Context
	trainer darasa.Actor
	other   darasa.Actor
	learner darasa.Actor
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
	book := ledger.New(e)
	if err := e.Ensure(ctx, append(book.Specs(), enrolment.Specs()...)...); err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, ctx: ctx, heard: heard{}, book: book, shelf: &shelf{[]*course.Edition{edition("c2", 1), edition("c3", 1)}},
		trainer: darasa.Actor{Person: "t1", Institution: "zhrc", Roles: []darasa.Role{darasa.Trainer}, Name: "Neema"},
		other:   darasa.Actor{Person: "t2", Institution: "udom", Roles: []darasa.Role{darasa.Trainer}},
		learner: darasa.Actor{Person: "asha", Institution: "zhrc", Roles: []darasa.Role{darasa.Learner}},
		now:     at("2026-11-20T08:00:00Z")}
	w.Service = enrolment.New(e, w.shelf, book, darasa.NewID)
	w.Listen(w.heard)
	return w
}

func at(s string) darasa.Time {
	t, err := darasa.ParseTime(s)
	if err != nil {
		panic(err)
	}
	return t
}

func (w *world) run(name, slug string) enrolment.Run {
	w.t.Helper()
	r, err := w.CreateRun(w.ctx, w.trainer, darasa.ID(slug), form(name), w.now)
	if err != nil {
		w.t.Fatal(err)
	}
	return r
}

func form(name string) enrolment.RunForm {
	return enrolment.RunForm{Name: name, Mode: "classroom", Start: "2026-11-16", End: "2026-11-18", Days: []darasa.Date{"2026-11-17", "2026-11-16"}}
}

func (w *world) enrol(r enrolment.Run, person darasa.ID) enrolment.Enrolment {
	w.t.Helper()
	e, err := w.Enrol(w.ctx, w.trainer, r.ID, enrolment.Newcomer{Person: person, Snapshot: enrolment.Snapshot{First: "Asha", Surname: "Juma"}}, w.now)
	if err != nil {
		w.t.Fatal(err)
	}
	return e
}

func wantCode(t *testing.T, err error, code darasa.Code) {
	t.Helper()
	if darasa.CodeOf(err) != code {
		t.Fatalf("want %q, got %v", code, err)
	}
}

func TestRunFormSaysEverythingAtOnce(t *testing.T) {
	w := newWorld(t)
	_, err := w.CreateRun(w.ctx, w.trainer, "c2", enrolment.RunForm{Mode: "radio", Start: "16/11/2026"}, w.now)
	wantCode(t, err, darasa.Invalid)
	if n := len(err.(*darasa.Error).Findings); n != 4 { // name, mode, start, end
		t.Fatalf("want 4 findings, got %v", err)
	}
}

func TestRunBelongsToItsInstitution(t *testing.T) {
	w := newWorld(t)
	r := w.run("Kibondo", "c2")
	_, err := w.Managed(w.ctx, w.other, r.ID)
	wantCode(t, err, darasa.NotFound)
	_, err = w.EditRun(w.ctx, w.other, r.ID, form("Mine now"), w.now)
	wantCode(t, err, darasa.NotFound)
	_, err = w.CreateRun(w.ctx, w.learner, "c2", form("x"), w.now)
	wantCode(t, err, darasa.Forbidden)
	_, err = w.Run(w.ctx, w.learner, r.ID)
	wantCode(t, err, darasa.NotFound)
	w.enrol(r, w.learner.Person)
	if _, err := w.Run(w.ctx, w.learner, r.ID); err != nil {
		t.Fatalf("a learner of the run reads it: %v", err)
	}
}

func TestNationalAdministratorSeesEveryInstitution(t *testing.T) {
	w := newWorld(t)
	national := darasa.Actor{Person: "n", Roles: []darasa.Role{darasa.NationalAdmin}}
	r := w.run("Kibondo", "c2")
	w.enrol(r, "asha")
	if _, err := w.CreateRun(w.ctx, w.other, "c2", form("Dodoma"), w.now); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		a    darasa.Actor
		runs int
		es   int
	}{{national, 2, 1}, {w.trainer, 1, 1}, {w.other, 1, 0}} {
		runs, err := w.Runs(w.ctx, c.a, "", "", 10)
		if err != nil || len(runs.Items) != c.runs {
			t.Fatalf("%s: %d runs, %v", c.a.Person, len(runs.Items), err)
		}
		es, err := w.OfCourse(w.ctx, c.a, "c2", "", 10)
		if err != nil || len(es.Items) != c.es {
			t.Fatalf("%s: %d enrolments, %v", c.a.Person, len(es.Items), err)
		}
	}
	_, err := w.CreateRun(w.ctx, national, "c2", form("Nowhere"), w.now)
	wantCode(t, err, darasa.Invalid)
}

func TestEnrolmentIsPinnedAndMadeOnce(t *testing.T) {
	w := newWorld(t)
	r := w.run("Kibondo", "c2")
	w.shelf.editions = append(w.shelf.editions, edition("c2", 2))
	e := w.enrol(r, "asha")
	if e.Edition != "c2@1" || !e.Completion.PostTest || e.Institution != "zhrc" || !e.Late {
		t.Fatalf("edition, rule or place not taken over: %+v", e)
	}
	if again := w.enrol(r, "asha"); again.ID != e.ID || again.Rev != e.Rev {
		t.Fatalf("enrolling again wrote something: %+v", again)
	}
	if alone, err := w.EnrolSelf(w.ctx, w.learner, "c2", "", enrolment.Newcomer{}, w.now); err != nil || alone.ID != e.ID {
		t.Fatalf("who learns the course in a run gets that enrolment: %v %v", alone.ID, err)
	}
	_, err := w.Get(w.ctx, w.other, e.ID)
	wantCode(t, err, darasa.NotFound)
	stranger := darasa.Actor{Person: "juma", Institution: "zhrc", Roles: []darasa.Role{darasa.Learner}}
	_, err = w.Get(w.ctx, stranger, e.ID)
	wantCode(t, err, darasa.NotFound)
	_, err = w.Own(w.ctx, w.trainer, e.ID)
	wantCode(t, err, darasa.NotFound)
}

func TestClosedRunTakesNobody(t *testing.T) {
	w := newWorld(t)
	r := w.run("Kibondo", "c2")
	if _, err := w.CloseRun(w.ctx, w.trainer, r.ID, w.now); err != nil {
		t.Fatal(err)
	}
	_, err := w.Enrol(w.ctx, w.trainer, r.ID, enrolment.Newcomer{Person: "asha"}, w.now)
	wantCode(t, err, darasa.Conflict)
	if _, err := w.ReopenRun(w.ctx, w.trainer, r.ID, w.now); err != nil {
		t.Fatal(err)
	}
	w.enrol(r, "asha")
}

func TestRosterTwiceChangesNothingAndRefreshesFacts(t *testing.T) {
	w := newWorld(t)
	r := w.run("Kibondo", "c2")
	list := []enrolment.Newcomer{{Person: "a", Snapshot: enrolment.Snapshot{First: "A"}}, {Person: "b", Snapshot: enrolment.Snapshot{First: "B"}}}
	what := func() string {
		out, err := w.EnrolMany(w.ctx, w.trainer, "", r.ID, list, w.now)
		if err != nil {
			t.Fatal(err)
		}
		return out[0].What + " " + out[1].What
	}
	if got := what(); got != "new new" {
		t.Fatal(got)
	}
	if got := what(); got != "same same" {
		t.Fatal(got)
	}
	list[1].Snapshot.Cadre = "nursing-officer"
	if _, err := w.Withdraw(w.ctx, w.trainer, enrolment.ID("a", "c2", r.ID), w.now); err != nil {
		t.Fatal(err)
	}
	if got := what(); got != "back updated" {
		t.Fatal(got)
	}
}

func TestMoveKeepsTheEnrolment(t *testing.T) {
	w := newWorld(t)
	first, second, foreign := w.run("One", "c2"), w.run("Two", "c2"), w.run("Other course", "c3")
	e := w.enrol(first, "asha")
	_, err := w.Move(w.ctx, w.trainer, e.ID, foreign.ID, "", w.now)
	wantCode(t, err, darasa.Invalid)
	moved, err := w.Move(w.ctx, w.trainer, e.ID, second.ID, "near home", w.now)
	if err != nil || moved.ID != e.ID || moved.Run != second.ID || len(moved.Moves) != 1 {
		t.Fatalf("%+v %v", moved, err)
	}
	if again := w.enrol(second, "asha"); again.ID != e.ID {
		t.Fatalf("enrolling in the new run made another: %s", again.ID)
	}
	if got, err := w.Get(w.ctx, w.trainer, enrolment.ID("asha", "c2", second.ID)); err != nil || got.ID != e.ID {
		t.Fatalf("the derived id does not lead there: %v", err)
	}
	_, err = w.Enrol(w.ctx, w.trainer, first.ID, enrolment.Newcomer{Person: "asha"}, w.now)
	wantCode(t, err, darasa.Conflict)
	if page, err := w.OfRun(w.ctx, w.trainer, second.ID, "", 0); err != nil || len(page.Items) != 1 {
		t.Fatalf("one learner in the new run: %+v %v", page, err)
	}
	if _, err := w.Move(w.ctx, w.trainer, e.ID, first.ID, "", w.now); err != nil {
		t.Fatal(err)
	}
	if now := w.enrol(second, "asha"); now.ID == e.ID || now.Run != second.ID {
		t.Fatalf("after moving back the second run can be joined anew: %+v", now)
	}
	_, err = w.Move(w.ctx, w.trainer, e.ID, second.ID, "", w.now)
	wantCode(t, err, darasa.Conflict)
	n := 0
	if err := w.Each(w.ctx, func(enrolment.Enrolment) error { n++; return nil }); err != nil || n != 2 {
		t.Fatalf("pointers must not be walked: %d %v", n, err)
	}
}

func TestAttendanceIsAllOrNothing(t *testing.T) {
	w := newWorld(t)
	r := w.run("Kibondo", "c2")
	a, b := w.enrol(r, "a"), w.enrol(r, "b")
	bad := []enrolment.Mark{{a.ID, "2026-11-16", "P"}, {b.ID, "2026-11-20", "P"}, {b.ID, "2026-11-16", "X"}, {"nobody", "2026-11-16", "P"}}
	err := w.MarkAttendance(w.ctx, w.trainer, r.ID, bad, w.now)
	wantCode(t, err, darasa.Invalid)
	if n := len(err.(*darasa.Error).Findings); n != 3 {
		t.Fatalf("want 3 findings, got %d", n)
	}
	if got, _ := w.Lookup(w.ctx, a.ID); len(got.Attendance) != 0 {
		t.Fatal("a wrong register wrote something")
	}
	good := []enrolment.Mark{{a.ID, "2026-11-17", "E"}, {a.ID, "2026-11-16", "P"}, {b.ID, "2026-11-16", "A"}}
	if err := w.MarkAttendance(w.ctx, w.trainer, r.ID, good, w.now); err != nil {
		t.Fatal(err)
	}
	got, _ := w.Lookup(w.ctx, a.ID)
	if got.AttendanceOn("2026-11-16") != "P" || got.AttendanceOn("2026-11-17") != "E" || got.Attendance[0].Day != "2026-11-16" {
		t.Fatalf("%+v", got.Attendance)
	}
	f := form("Kibondo")
	f.Days = f.Days[:1] // drops the marked 16th
	_, err = w.EditRun(w.ctx, w.trainer, r.ID, f, w.now)
	wantCode(t, err, darasa.Invalid)
	if err := w.MarkAttendance(w.ctx, w.other, r.ID, good, w.now); darasa.CodeOf(err) != darasa.NotFound {
		t.Fatalf("another institution marked: %v", err)
	}
}

func TestGrantNeedsReasonAndCountsOnce(t *testing.T) {
	w := newWorld(t)
	e := w.enrol(w.run("Kibondo", "c2"), "asha")
	_, err := w.Grant(w.ctx, w.trainer, e.ID, "post-test", " ", w.now)
	wantCode(t, err, darasa.Invalid)
	_, err = w.Grant(w.ctx, w.trainer, e.ID, "pre-test", "why", w.now)
	wantCode(t, err, darasa.Invalid)
	_, err = w.Grant(w.ctx, w.learner, e.ID, "post-test", "please", w.now)
	wantCode(t, err, darasa.Forbidden)
	for range 2 {
		if e, err = w.Grant(w.ctx, w.trainer, e.ID, "post-test", "power cut", w.now); err != nil {
			t.Fatal(err)
		}
	}
	if e.GrantsOf("post-test") != 1 {
		t.Fatalf("a form sent twice gave %d tries", e.GrantsOf("post-test"))
	}
	later := darasa.At(w.now.Add(time.Hour))
	if e, err = w.Grant(w.ctx, w.trainer, e.ID, "post-test", "power cut", later); err != nil || e.GrantsOf("post-test") != 2 {
		t.Fatalf("%v %v", e.Grants, err)
	}
	lines, _, err := w.book.Entries(w.ctx, darasa.Command("test"), ledger.AuditFilter{Subject: string(e.ID)})
	if err != nil || len(lines) != 2 {
		t.Fatalf("want two lines of audit, got %d %v", len(lines), err)
	}
}

func TestListsPageWithoutGap(t *testing.T) {
	w := newWorld(t)
	r := w.run("Kibondo", "c2")
	var list []enrolment.Newcomer
	for i := range 25 {
		list = append(list, enrolment.Newcomer{Person: darasa.ID(fmt.Sprint("p", i))})
	}
	if _, err := w.EnrolMany(w.ctx, w.trainer, "", r.ID, list, w.now); err != nil {
		t.Fatal(err)
	}
	seen, after := map[darasa.ID]bool{}, darasa.ID("")
	for pages := 0; pages < 10; pages++ {
		p, err := w.OfCourse(w.ctx, w.trainer, "c2", after, 10)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range p.Items {
			seen[e.ID] = true
		}
		if after = darasa.ID(p.Next); after == "" {
			break
		}
	}
	if len(seen) != 25 {
		t.Fatalf("saw %d of 25", len(seen))
	}
	if len(w.heard) != 25 {
		t.Fatalf("the listener heard of %d", len(w.heard))
	}
}

func TestAnnouncementOnceAndCopyShiftsDays(t *testing.T) {
	w := newWorld(t)
	r := w.run("Kibondo", "c2")
	id := darasa.NewID()
	for range 2 {
		var err error
		if r, err = w.Announce(w.ctx, w.trainer, r.ID, id, "Karibuni", darasa.Swahili, w.now); err != nil {
			t.Fatal(err)
		}
	}
	if len(r.Announcements) != 1 {
		t.Fatalf("sent twice, kept %d", len(r.Announcements))
	}
	c, err := w.CopyRun(w.ctx, w.trainer, r.ID, "Kasulu", "2026-12-01", "2026-12-03", w.now)
	if err != nil || c.Days[0] != "2026-12-01" || c.Days[1] != "2026-12-02" || len(c.Announcements) != 0 {
		t.Fatalf("%+v %v", c, err)
	}
	page, err := w.Runs(w.ctx, w.trainer, "c2", "", 1)
	if err != nil || len(page.Items) != 1 || page.Items[0].ID != c.ID {
		t.Fatalf("the latest start comes first: %+v %v", page, err)
	}
	if page, err = w.Runs(w.ctx, w.trainer, "c2", page.Next, 1); err != nil || page.Items[0].ID != r.ID {
		t.Fatalf("%+v %v", page, err)
	}
}

func BenchmarkEnrol10000(b *testing.B) {
	ctx := b.Context()
	e, err := sqlite.Open(ctx, sqlite.Options{Path: filepath.Join(b.TempDir(), "d.sqlite")})
	if err != nil {
		b.Fatal(err)
	}
	defer e.Close()
	book := ledger.New(e)
	if err := e.Ensure(ctx, append(book.Specs(), enrolment.Specs()...)...); err != nil {
		b.Fatal(err)
	}
	s := enrolment.New(e, &shelf{[]*course.Edition{edition("c2", 1)}}, book, darasa.NewID)
	a := darasa.Actor{Person: "t", Institution: "zhrc", Roles: []darasa.Role{darasa.Trainer}}
	for n := 0; b.Loop(); n++ {
		list := make([]enrolment.Newcomer, 10_000)
		for i := range list {
			list[i] = enrolment.Newcomer{Person: darasa.ID(fmt.Sprintf("%d-%d", n, i)), Snapshot: enrolment.Snapshot{First: "Asha", Surname: "Juma", Facility: "Zahanati ya Kibondo", HFR: "113310-7"}}
		}
		if _, err := s.EnrolMany(ctx, a, "c2", "", list, at("2026-11-20T08:00:00Z")); err != nil {
			b.Fatal(err)
		}
	}
}
