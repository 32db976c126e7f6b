package web

import (
	"context"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"darasa/backend/account"
	"darasa/backend/attempt"
	"darasa/backend/course"
	"darasa/backend/credential"
	"darasa/backend/darasa"
	"darasa/backend/enrolment"
	"darasa/backend/progress"
	"darasa/frontend"
)

// learner is one learner's page.
func (t *trainers) learner(r *Req) error {
	return t.showLearner(r, fiber.StatusOK, idParam(r, "enrolment"), func(*frontend.LearnerView) {})
}

// managed returns an enrolment that the actor may change as a trainer does:
// another institution's is not found, the own one of a trainer who learns
// elsewhere neither.
func (t *trainers) managed(r *Req, id darasa.ID) (enrolment.Enrolment, error) {
	e, err := t.Enrolments.Get(r.Ctx(), r.keeper(), id)
	if err == nil && !enrolment.MayManage(r.keeper(), &e) {
		return enrolment.Enrolment{}, notFound()
	}
	return e, err
}

// showLearner shows the page with what change made of its forms.
func (t *trainers) showLearner(r *Req, status int, id darasa.ID, change func(*frontend.LearnerView)) error {
	e, err := t.managed(r, id)
	if err != nil {
		return err
	}
	v, err := t.learnerView(r.Ctx(), r, e)
	if err != nil {
		return err
	}
	change(&v)
	return r.HTML(status, frontend.LearnerPage(r.runPage(), v))
}

func (t *trainers) learnerView(ctx context.Context, r *Req, e enrolment.Enrolment) (frontend.LearnerView, error) {
	v := frontend.LearnerView{Enrolment: e, MayWithdraw: r.Actor.Is(darasa.InstitutionAdmin),
		Note: frontend.Form{Values: map[string]string{"remarks": e.Remarks, "assignment": e.Assignment, "follow_up": e.FollowUp}}}
	ed, err := t.Courses.Edition(ctx, e.Edition)
	if err != nil {
		return v, err
	}
	v.Course = reference(ed)
	if e.Run != "" {
		if v.Run, err = t.Enrolments.LookupRun(ctx, e.Run); err != nil {
			return v, err
		}
		v.Days = v.Run.Days
	}
	p, err := t.Progress.Lookup(ctx, e.ID)
	if darasa.CodeOf(err) == darasa.NotFound { // not joined yet
		p.Take(&e)
		p.Derive(ed)
	} else if err != nil {
		return v, err
	}
	v.Row, v.Reading = r.learnerRow(p, ed), readings(&p, ed)
	for i := range ed.Quizzes {
		if q := &ed.Quizzes[i]; q.Kind == attempt.PostTest {
			v.Quizzes = append(v.Quizzes, frontend.Option{Value: q.Slug, Label: q.Title.In(r.Lang)})
		}
	}
	for _, step := range []func(context.Context, *Req, *frontend.LearnerView, *course.Edition) error{t.tries, t.grants, t.otherRuns, t.standing} {
		if err := step(ctx, r, &v, ed); err != nil {
			return v, err
		}
	}
	return v, nil
}

// tries lists the attempts, the newest first, with what was asked and answered.
func (t *trainers) tries(ctx context.Context, r *Req, v *frontend.LearnerView, ed *course.Edition) error {
	all, err := t.Attempts.Of(ctx, v.Enrolment.ID)
	if err != nil {
		return err
	}
	slices.SortStableFunc(all, func(a, b attempt.Attempt) int { return b.Issued.Compare(a.Issued) })
	for _, at := range all {
		x := frontend.AttemptView{Attempt: at, Title: titleOf(ed, at.Quiz)}
		if at.Best() != nil {
			rev, err := t.Attempts.Review(ctx, r.keeper(), at.ID)
			if err != nil {
				return err
			}
			x.Grade = &rev.Grade
			for i, verdict := range rev.Verdicts {
				x.Questions = append(x.Questions, frontend.QuestionView{Number: i + 1, Question: verdict.Question, Answer: verdict.Answer, Mark: markOf(verdict, r.Lang)})
			}
		}
		v.Attempts = append(v.Attempts, x)
	}
	return nil
}

func titleOf(ed *course.Edition, quiz string) darasa.Text {
	for _, q := range ed.Quizzes {
		if q.Slug == quiz {
			return q.Title
		}
	}
	return darasa.Same(quiz)
}

// readings is how long each lesson was read, those that were opened only.
func readings(p *progress.Progress, ed *course.Edition) []frontend.ReadingView {
	seconds, seen := map[string]int64{}, map[string]darasa.Time{}
	for _, s := range p.Seconds {
		seconds[s.Lesson] += s.Total
	}
	for _, s := range p.Seen {
		seen[s.Lesson] = s.At
	}
	var out []frontend.ReadingView
	for i, m := range ed.Modules {
		for j, l := range m.Lessons {
			if at, done := seen[l.Slug]; done || seconds[l.Slug] > 0 {
				item := frontend.LessonItem{Slug: l.Slug, Number: strconv.Itoa(i+1) + "." + strconv.Itoa(j+1), Title: l.Title, Minutes: l.Minutes, Done: done}
				out = append(out, frontend.ReadingView{Lesson: item, Seconds: seconds[l.Slug], At: at})
			}
		}
	}
	return out
}

// grants lists the further tries that were given, and by whom.
func (t *trainers) grants(ctx context.Context, _ *Req, v *frontend.LearnerView, ed *course.Edition) error {
	ids := make([]darasa.ID, len(v.Enrolment.Grants))
	for i, g := range v.Enrolment.Grants {
		ids[i] = g.By
	}
	people, err := t.Accounts.PeopleMany(ctx, ids)
	for _, g := range v.Enrolment.Grants {
		by := people[g.By]
		v.Granted = append(v.Granted, frontend.GrantView{Quiz: titleOf(ed, g.Quiz), Reason: g.Reason, By: by.ShortName(), At: g.At})
	}
	return err
}

// otherRuns lists the open runs of the course that the learner may go to.
func (t *trainers) otherRuns(ctx context.Context, r *Req, v *frontend.LearnerView, _ *course.Edition) error {
	a := r.keeper()
	a.Institution = v.Enrolment.Institution
	page, err := t.Enrolments.Runs(ctx, a, v.Enrolment.Course, "", 0)
	for _, run := range page.Items {
		if run.State == enrolment.Open && run.ID != v.Enrolment.Run {
			v.Runs = append(v.Runs, frontend.Option{Value: string(run.ID), Label: run.Name})
		}
	}
	return err
}

// standing adds the certificate and whether the person can sign in.
func (t *trainers) standing(ctx context.Context, r *Req, v *frontend.LearnerView, _ *course.Edition) error {
	c, err := t.Certificates.OfEnrolment(ctx, r.keeper(), v.Enrolment.ID)
	if err == nil {
		v.Certificate = &c
	} else if darasa.CodeOf(err) != darasa.NotFound {
		return err
	}
	people, err := t.Accounts.PeopleMany(ctx, []darasa.ID{v.Enrolment.Person})
	p, there := people[v.Enrolment.Person]
	v.NoPassword = there && !p.HasPassword
	if err != nil || !there || p.State != account.Active {
		return err
	}
	v.MayCode, err = t.Accounts.LooksAfter(ctx, r.Actor, p.ID)
	return err
}

// act does something with an enrolment and goes back to its page; what was
// refused is shown in the form that show fills.
func (t *trainers) act(r *Req, done string, do func(context.Context, darasa.Actor, darasa.ID) error, show func(*frontend.LearnerView, []darasa.Finding)) error {
	id := idParam(r, "enrolment")
	e, err := t.managed(r, id)
	if err != nil {
		return err
	}
	if err = do(r.Ctx(), r.keeper(), id); err == nil {
		t.forget(e.Run)
		return r.after(frontend.LearnerPath(id), done)
	}
	bad, ok := r.refused(err, nil)
	if !ok || show == nil {
		return err
	}
	return t.showLearner(r, bad.status, id, func(v *frontend.LearnerView) { show(v, bad.findings) })
}

func (t *trainers) grant(r *Req) error {
	return t.act(r, "granted", func(ctx context.Context, a darasa.Actor, id darasa.ID) error {
		_, err := t.Enrolments.Grant(ctx, a, id, r.Form("quiz"), r.Form("reason"), r.Now)
		return err
	}, func(v *frontend.LearnerView, bad []darasa.Finding) { v.Grant = r.typed(bad, "quiz", "reason") })
}

func (t *trainers) note(r *Req) error {
	text := func(name string) *string { v := r.Form(name); return &v }
	return t.act(r, "noted", func(ctx context.Context, a darasa.Actor, id darasa.ID) error {
		_, err := t.Enrolments.Write(ctx, a, id, enrolment.Note{Remarks: text("remarks"), Assignment: text("assignment"), FollowUp: text("follow_up")}, r.Now)
		return err
	}, func(v *frontend.LearnerView, bad []darasa.Finding) {
		v.Note = r.typed(bad, "remarks", "assignment", "follow_up")
	})
}

func (t *trainers) move(r *Req) error {
	to := darasa.ID(r.Form("run"))
	return t.act(r, "moved", func(ctx context.Context, a darasa.Actor, id darasa.ID) error {
		if to == "" {
			return darasa.Fail(darasa.Invalid, "Kuna cha kurekebisha.", "Something needs mending.").With(
				mend("run", "Hujachagua awamu.", "No run is chosen.", "Chagua awamu ya kumhamishia.", "Choose the run to move to."))
		}
		_, err := t.Enrolments.Move(ctx, a, id, to, r.Form("reason"), r.Now)
		t.forget(to)
		return err
	}, func(v *frontend.LearnerView, bad []darasa.Finding) { v.Move = r.typed(bad, "run", "reason") })
}

func (t *trainers) setState(r *Req) error {
	switch r.Form("do") {
	case "withdraw":
		return t.act(r, "withdrawn", func(ctx context.Context, a darasa.Actor, id darasa.ID) error {
			_, err := t.Enrolments.Withdraw(ctx, a, id, r.Now)
			return err
		}, nil)
	case "restore":
		return t.act(r, "restored", func(ctx context.Context, a darasa.Actor, id darasa.ID) error {
			_, err := t.Enrolments.Restore(ctx, a, id, r.Now)
			return err
		}, nil)
	}
	if _, err := t.managed(r, idParam(r, "enrolment")); err != nil {
		return err
	}
	return darasa.Fail(darasa.Invalid, "Fomu haisemi kuondoa au kurudisha.", "The form does not say whether to withdraw or to restore.")
}

// code issues a one-time code to one learner and prints the card.
func (t *trainers) code(r *Req) error {
	e, err := t.managed(r, idParam(r, "enrolment"))
	if err != nil {
		return err
	}
	if !r.Actor.Is(darasa.InstitutionAdmin) {
		return errCards
	}
	issued, err := t.Accounts.IssueCode(r.Ctx(), r.Actor, e.Person, r.Now)
	if err != nil {
		return err
	}
	return t.printCards(r, e.Institution, []account.Issued{issued})
}

// withdrawCertificate makes a certificate invalid, with a reason.
func (t *trainers) withdrawCertificate(r *Req) error {
	ctx, a := r.Ctx(), r.keeper()
	c, err := t.Certificates.ByNumber(ctx, a, string(idParam(r, "number")))
	if err != nil {
		return err
	}
	_, err = t.Certificates.Withdraw(ctx, a, credential.ID(c.Enrolment), r.Form("reason"), r.Now)
	if err == nil {
		return r.after(frontend.LearnerPath(c.Enrolment), "cancelled")
	}
	bad, ok := r.refused(err, nil)
	if !ok {
		return err
	}
	for i := range bad.findings {
		bad.findings[i].Field = "reason"
	}
	return t.showLearner(r, bad.status, c.Enrolment, func(v *frontend.LearnerView) { v.Withdraw = r.typed(bad.findings, "reason") })
}
