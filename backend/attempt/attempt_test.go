package attempt_test

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"darasa/backend/assessment"
	"darasa/backend/attempt"
	"darasa/backend/course"
	"darasa/backend/darasa"
	"darasa/backend/enrolment"
	"darasa/backend/lrs"
	"darasa/backend/store"
	"darasa/backend/store/sqlite"
)

// shelf is a small working course stage with one edition of n questions, every
// right answer being option "a".
type shelf struct {
	ed      *course.Edition
	bank    []assessment.Question
	keys    []assessment.Key
	version int64
}

func newShelf(n int) *shelf {
	s := &shelf{version: 1, ed: &course.Edition{ID: "c2@1", Course: "c2", Completion: course.Completion{AllLessons: true, PostTest: true},
		Quizzes: []course.Quiz{{Slug: "pre-test", Kind: "pre-test", Draw: int64(n), Tries: 1}, {Slug: "post-test", Kind: "post-test", Draw: int64(n), Pass: 0.8, Tries: 3}}}}
	for i := range n {
		slug := fmt.Sprintf("q%02d", i)
		s.bank = append(s.bank, assessment.Question{Slug: slug, Kind: assessment.Single, Lesson: "l1", Options: []assessment.Option{{Slug: "a"}, {Slug: "b"}, {Slug: "c"}}})
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

type quiet struct{}

func (quiet) Audit(context.Context, darasa.Actor, string, string, string, darasa.Time) error {
	return nil
}

type world struct {
	t *testing.T
	*attempt.Service
	enrolments *enrolment.Service
	shelf      *shelf
	ctx        context.Context
	learner    darasa.Actor
	trainer    darasa.Actor
	e          enrolment.Enrolment
	now        darasa.Time
	engine     store.Engine
}

func newWorld(t *testing.T) *world {
	t.Helper()
	ctx := t.Context()
	e, err := sqlite.Open(ctx, sqlite.Options{Path: filepath.Join(t.TempDir(), "d.sqlite")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	if err := e.Ensure(ctx, append(enrolment.Specs(), attempt.Specs()...)...); err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, ctx: ctx, shelf: newShelf(10), engine: e, now: at("2026-11-20T08:00:00Z"),
		learner: darasa.Actor{Person: "asha", Institution: "zhrc", Roles: []darasa.Role{darasa.Learner}},
		trainer: darasa.Actor{Person: "t1", Institution: "zhrc", Roles: []darasa.Role{darasa.Trainer}}}
	w.enrolments = enrolment.New(e, w.shelf, quiet{}, darasa.NewID)
	w.Service = attempt.New(e, w.enrolments, w.shelf, signer(t, 1))
	if w.e, err = w.enrolments.EnrolSelf(ctx, w.learner, "c2", "", enrolment.Newcomer{}, w.now); err != nil {
		t.Fatal(err)
	}
	return w
}

func signer(t testing.TB, secrets ...byte) *attempt.Signer {
	t.Helper()
	var keys [][]byte
	for _, b := range secrets {
		keys = append(keys, []byte(strings.Repeat(string(rune('a'+b)), 32)))
	}
	s, err := attempt.NewSigner("tickets", keys...)
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

func (w *world) open(quiz string) attempt.Attempt {
	w.t.Helper()
	a, err := w.Open(w.ctx, w.learner, w.e.ID, quiz, w.now)
	if err != nil {
		w.t.Fatal(err)
	}
	return a
}

// try takes the next try at the post-test with n right answers.
func (w *world) try(n int) attempt.Result {
	w.t.Helper()
	a := w.open("post-test")
	return w.submit(attempt.Submission{Attempt: a.ID, Answers: right(a.Draw, n), Final: true})
}

func (w *world) submit(s attempt.Submission) attempt.Result {
	w.t.Helper()
	r, err := w.Submit(w.ctx, w.learner, s, w.now)
	if err != nil {
		w.t.Fatal(err)
	}
	return r
}

func (w *world) tickets(now darasa.Time) []attempt.Issue {
	w.t.Helper()
	ts, err := w.Tickets(w.ctx, w.learner, w.e.ID, now)
	if err != nil {
		w.t.Fatal(err)
	}
	return ts
}

func TestTicketsAreTheTries(t *testing.T) {
	w := newWorld(t)
	first := w.tickets(w.now)
	second := w.tickets(darasa.At(w.now.Add(time.Hour))) // another device
	if len(first) != 4 {
		t.Fatalf("a pre-test and three tries: %d", len(first))
	}
	for i := range first {
		if first[i].Signed != second[i].Signed || !slices.EqualFunc(first[i].Draw, second[i].Draw, func(x, y assessment.Drawn) bool {
			return x.Question == y.Question && slices.Equal(x.Options, y.Options)
		}) {
			t.Fatalf("ticket %d differs from device to device", i)
		}
	}
	if slices.EqualFunc(first[1].Draw, first[2].Draw, func(x, y assessment.Drawn) bool { return x.Question == y.Question }) {
		t.Fatal("two tries have the same draw")
	}
	if a := w.open("post-test"); a.ID != first[1].Attempt {
		t.Fatal("the page opens another try than the ticket")
	}
	_, err := w.Tickets(w.ctx, w.trainer, w.e.ID, w.now)
	wantCode(t, err, darasa.NotFound)
}

func TestForgedTicketIsRefused(t *testing.T) {
	w := newWorld(t)
	good := w.tickets(w.now)[1].Signed
	other, err := signer(t, 2).Sign(attempt.Ticket{Key: signer(t, 2).Key()})
	if err != nil {
		t.Fatal(err)
	}
	payload, sum, _ := strings.Cut(good, ".")
	for name, bad := range map[string]string{"empty": "", "no mark": payload, "other key": other, "cut": good[:len(good)-2],
		"payload changed": "A" + payload[1:] + "." + sum, "long": good + strings.Repeat("A", 5000)} {
		t.Run(name, func(t *testing.T) {
			_, err := w.Redeem(bad)
			wantCode(t, err, darasa.Forbidden)
		})
	}
	if _, err := w.Redeem(good); err != nil {
		t.Fatal(err)
	}
}

func TestTicketOfAnOldKeyStillCounts(t *testing.T) {
	old, both := signer(t, 1), signer(t, 2, 1)
	text, err := old.Sign(attempt.Ticket{Key: old.Key(), Number: 3})
	if err != nil {
		t.Fatal(err)
	}
	var got attempt.Ticket
	if err := both.Verify(text, &got); err != nil || got.Number != 3 {
		t.Fatalf("%+v %v", got, err)
	}
}

func TestFirstSubmissionCountsAndRepeatsAlike(t *testing.T) {
	w := newWorld(t)
	tk := w.tickets(w.now)[1]
	sub := attempt.Submission{Ticket: tk.Signed, Event: darasa.NewID(), Answers: right(tk.Draw, 9), At: w.now, Final: true}
	one := w.submit(sub)
	again := w.submit(sub)
	if one.Attempt.Best().Score != 0.9 || !one.Attempt.Best().Pass || !again.Repeated || again.Attempt.Rev != one.Attempt.Rev {
		t.Fatalf("%+v %+v", one, again)
	}
	sub.Event = darasa.NewID()
	if same := w.submit(sub); !same.Repeated {
		t.Fatal("the same answers from the form beside the outbox are a repetition")
	}
	sub.Answers = right(tk.Draw, 10)
	extra := w.submit(sub)
	if extra.Kept != attempt.KeptOver || !extra.Attempt.Extra || extra.Attempt.ID != attempt.ExtraID(tk.Attempt, sub.Event) {
		t.Fatalf("other answers are kept beside it: %+v", extra)
	}
	if r := w.submit(sub); !r.Repeated || r.Attempt.ID != extra.Attempt.ID {
		t.Fatalf("the extra one repeats alike: %+v", r)
	}
	all, err := w.Of(w.ctx, w.e.ID)
	if err != nil || len(all) != 5 {
		t.Fatalf("four tickets and one extra: %d %v", len(all), err)
	}
	if st := attempt.Standing(all, w.shelf.ed.Quizzes[1], &w.e); st.Used != 1 || st.Best != 0.9 || !st.Passed {
		t.Fatalf("an extra attempt counted: %+v", st)
	}
}

func TestLateAndFutureAreFlagged(t *testing.T) {
	days := func(n int) time.Duration { return time.Duration(n) * 24 * time.Hour }
	cases := []struct {
		name             string
		device, received time.Duration
		kept, flag       string
	}{
		{"in time", days(1), days(2), "", ""},
		{"month offline", days(30), days(60), "", ""},
		{"answered in time, received late", days(170), days(200), "", attempt.FlagDelayed},
		{"answered late", days(181), days(182), attempt.KeptLate, attempt.FlagLate},
		{"clock ahead, received in time", days(400), days(2), "", attempt.FlagFuture},
		{"clock ahead, received late", days(400), days(190), attempt.KeptLate, attempt.FlagFuture},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			tk := w.tickets(w.now)[1]
			sub := attempt.Submission{Ticket: tk.Signed, Event: darasa.NewID(), Answers: right(tk.Draw, 9), At: darasa.At(w.now.Add(c.device)), Final: true}
			w.now = darasa.At(w.now.Add(c.received))
			r := w.submit(sub)
			if r.Kept != c.kept || c.flag != "" && !slices.Contains(r.Attempt.Flags, c.flag) || c.flag == "" && len(r.Attempt.Flags) > 0 {
				t.Fatalf("kept %q, flags %v", r.Kept, r.Attempt.Flags)
			}
			if r.Attempt.Best().Score != 0.9 {
				t.Fatal("what is kept is graded too")
			}
		})
	}
}

func TestTriesEndAndAGrantContinues(t *testing.T) {
	w := newWorld(t)
	for range 3 {
		w.try(2)
	}
	_, err := w.Open(w.ctx, w.learner, w.e.ID, "post-test", w.now)
	wantCode(t, err, darasa.Conflict)
	if w.e, err = w.enrolments.Grant(w.ctx, w.trainer, w.e.ID, "post-test", "was ill", w.now); err != nil {
		t.Fatal(err)
	}
	a := w.open("post-test")
	if a.Number != 4 || !slices.Contains(a.Flags, attempt.FlagGranted) || len(w.tickets(w.now)) != 5 {
		t.Fatalf("%+v", a)
	}
	if r := w.try(10); r.Kept != "" || !r.Attempt.Best().Pass {
		t.Fatalf("%+v", r)
	}
	_, err = w.Open(w.ctx, w.learner, w.e.ID, "post-test", w.now)
	wantCode(t, err, darasa.Conflict) // passed
}

func TestReviewShowsTheKeyOnlyAtTheEnd(t *testing.T) {
	w := newWorld(t)
	pre := w.open("pre-test")
	w.submit(attempt.Submission{Attempt: pre.ID, Answers: right(pre.Draw, 5), Final: true})
	review := func(id darasa.ID) attempt.Review {
		t.Helper()
		r, err := w.Review(w.ctx, w.learner, id)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	if r := review(pre.ID); len(r.Verdicts) != 0 || r.Stand.Next != 0 || r.Stand.Over(r.Attempt.Kind) || r.KeyShown || r.Grade.Score != 0.5 {
		t.Fatalf("a pre-test shows its score only: %+v", r)
	}
	first := w.try(4).Attempt
	r := review(first.ID)
	if r.KeyShown || len(r.Verdicts) != 10 || !r.Verdicts[0].Right || r.Verdicts[9].Right || r.Verdicts[9].Key != nil {
		t.Fatalf("after a failed try: what was wrong and no key: %+v", r)
	}
	w.try(4)
	w.try(4)
	if r := review(first.ID); !r.KeyShown || r.Verdicts[9].Key == nil {
		t.Fatal("after the last try the key is shown")
	}
	if r := review(pre.ID); r.KeyShown || len(r.Verdicts) != 0 {
		t.Fatal("a pre-test's key is never shown")
	}
	_, err := w.Review(w.ctx, darasa.Actor{Person: "x", Institution: "zhrc"}, first.ID)
	wantCode(t, err, darasa.NotFound)
	if _, err := w.Review(w.ctx, w.trainer, first.ID); err != nil {
		t.Fatal(err)
	}
}

func TestAnswersAreSavedWithoutLoss(t *testing.T) {
	w := newWorld(t)
	a := w.open("post-test")
	all := right(a.Draw, 10)
	for _, part := range [][]assessment.Answer{all[:4], all[3:6]} { // two devices
		if _, err := w.Save(w.ctx, w.learner, a.ID, part); err != nil {
			t.Fatal(err)
		}
	}
	before, _ := w.Get(w.ctx, w.learner, a.ID)
	after, err := w.Save(w.ctx, w.learner, a.ID, all[:4])
	if err != nil || after.Rev != before.Rev || len(after.Saved) != 6 {
		t.Fatalf("saving the same wrote again, or something was lost: %+v %v", after.Saved, err)
	}
	_, err = w.Submit(w.ctx, w.learner, attempt.Submission{Attempt: a.ID, Answers: all[:8]}, w.now)
	wantCode(t, err, darasa.Invalid)
	if n := len(err.(*darasa.Error).Findings); n != 2 {
		t.Fatalf("two questions are open: %v", err)
	}
	sh, err := w.Sheet(w.ctx, w.learner, a.ID)
	if err != nil || len(sh.Items) != 10 || !sh.Items[7].Answer.Answered() || sh.Items[8].Answer.Answered() {
		t.Fatalf("what was typed is kept: %+v %v", sh.Items, err)
	}
	_, err = w.Save(w.ctx, w.trainer, a.ID, all)
	wantCode(t, err, darasa.NotFound)
	_, err = w.Submit(w.ctx, w.learner, attempt.Submission{Attempt: a.ID, Answers: []assessment.Answer{{Question: "nobody"}}, Final: true}, w.now)
	wantCode(t, err, darasa.Invalid)
}

func TestRegradeAddsAGradeAndTheBetterCounts(t *testing.T) {
	w := newWorld(t)
	r := w.try(7)
	for i := range w.shelf.keys { // the corrected key takes "b" for one wrong question
		if w.shelf.keys[i].Slug == r.Attempt.Draw[9].Question {
			w.shelf.keys[i].Right = []string{"b"}
		}
	}
	w.shelf.version = 2
	for _, want := range []int{1, 0} {
		touched := 0
		n, err := w.Regrade(w.ctx, "c2@1", w.now, func(attempt.Attempt) error { touched++; return nil })
		if err != nil || n != want || touched != 1 {
			t.Fatalf("want %d, got %d, touched %d, %v", want, n, touched, err)
		}
	}
	a, _ := w.Get(w.ctx, w.learner, r.Attempt.ID)
	if len(a.Grades) != 2 || a.Best().Score != 0.8 || !a.Best().Pass {
		t.Fatalf("%+v", a.Grades)
	}
}

func TestStatementsAreValidAndDerived(t *testing.T) {
	w := newWorld(t)
	a := w.try(9).Attempt
	v := attempt.Voice{Base: "http://darasa.localhost:8080", Actor: "k7", Institution: "zhrc"}
	sts := attempt.Statements(&a, w.shelf.bank, v)
	if len(sts) != 13 {
		t.Fatalf("ten answered, completed, scored, passed: %d", len(sts))
	}
	again := attempt.Statements(&a, w.shelf.bank, v)
	for i, st := range sts {
		if fs := lrs.Validate(st.Raw); len(fs) > 0 {
			t.Fatalf("%s\n%v", st.Raw, fs)
		}
		if string(st.Raw) != string(again[i].Raw) {
			t.Fatal("deriving twice differs")
		}
		p, err := lrs.Prepare(st.Raw, lrs.Authority{}, "zhrc", w.now)
		// Ours are found by actor and object through their own indexes.
		p.Related = slices.DeleteFunc(p.Related, func(k string) bool { return k == p.Actor || k == p.Object })
		if err != nil || p.ID != st.ID || p.Actor != st.Actor || p.Verb != st.Verb || p.Object != st.Object || p.Registration != st.Registration || !slices.Equal(p.Related, st.Related) {
			t.Fatalf("the log would index it otherwise:\n%+v\n%+v %v", p, st, err)
		}
	}
}

func TestSubmissionWithoutItsAttemptIsHealedFromTheTicket(t *testing.T) {
	w := newWorld(t)
	tk := w.tickets(w.now)[2]
	if err := w.engine.Delete(w.ctx, "attempts", string(tk.Attempt)); err != nil {
		t.Fatal(err)
	}
	r := w.submit(attempt.Submission{Ticket: tk.Signed, Event: darasa.NewID(), Answers: right(tk.Draw, 10), At: w.now, Final: true})
	if r.Attempt.ID != tk.Attempt || r.Attempt.Best().Score != 1 {
		t.Fatalf("%+v", r)
	}
	_, err := w.Submit(w.ctx, darasa.Actor{Person: "juma"}, attempt.Submission{Ticket: tk.Signed, Answers: right(tk.Draw, 1), Final: true}, w.now)
	wantCode(t, err, darasa.Forbidden)
}
