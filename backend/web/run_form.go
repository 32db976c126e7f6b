package web

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"darasa/backend/account"
	"darasa/backend/course"
	"darasa/backend/darasa"
	"darasa/backend/enrolment"
	"darasa/backend/progress"
	"darasa/frontend"
)

// shownRuns is about how many runs a page lists.
const shownRuns = 30

// runs lists the runs of the institution, the latest start first.
func (t *trainers) runs(r *Req) error {
	ctx, a := r.Ctx(), r.keeper()
	v := frontend.RunsView{Whose: r.Query("whose"), State: r.Query("state")}
	after := r.Query("after")
	for {
		page, err := t.Enrolments.Runs(ctx, a, "", after, 0)
		if err != nil {
			return err
		}
		for _, run := range page.Items {
			if (run.State == enrolment.Closed) != (v.State == "closed") || v.Whose != "all" && !leads(a.Person, &run) {
				continue
			}
			c, err := t.runCard(ctx, r, run)
			if err != nil {
				return err
			}
			v.Runs = append(v.Runs, c)
		}
		if v.Next = page.Next; v.Next == "" || len(v.Runs) >= shownRuns {
			break
		}
		after = page.Next
	}
	return r.HTML(fiber.StatusOK, frontend.RunsPage(r.runPage(), v))
}

// leads tells whether a run is one's own.
func leads(person darasa.ID, run *enrolment.Run) bool {
	if run.By == person {
		return true
	}
	for _, t := range run.Trainers {
		if t == person {
			return true
		}
	}
	return false
}

func (t *trainers) runCard(ctx context.Context, r *Req, run enrolment.Run) (frontend.RunCard, error) {
	h, _, err := t.headOf(ctx, run)
	if err != nil {
		return frontend.RunCard{}, err
	}
	c := frontend.RunCard{Run: run, Course: h.Course}
	if c.Learners, err = t.learnersOf(ctx, r, &run); err != nil {
		return c, err
	}
	if r.keeper().Institution == "" {
		c.Place, err = t.placeName(ctx, run.Institution)
	}
	return c, err
}

// learnersOf counts the active learners of a run; in a large one those who
// withdrew count too, because telling them apart means to read them all.
func (t *trainers) learnersOf(ctx context.Context, r *Req, run *enrolment.Run) (int, error) {
	n, err := t.Progress.Count(ctx, r.keeper(), progress.Filter{Run: run.ID})
	if err != nil || n == 0 || n >= sightFrom {
		return n, err
	}
	s, err := t.sight(ctx, r, run)
	if err != nil {
		return 0, err
	}
	return s.counts.Learners, nil
}

var runFields = []string{"course", "name", "start", "end", "mode", "venue", "organizer", "sponsor", "facilitators", "day_mode", "weekend", "days"}

func (t *trainers) newRun(r *Req) error {
	if err := usesInstitution(r.keeper()); err != nil {
		return err
	}
	f := frontend.Form{Values: map[string]string{"day_mode": "span", "course": r.Query("course")}}
	return t.showRunForm(r, fiber.StatusOK, frontend.RunFormView{Form: f}, r.keeper().Institution, []darasa.ID{r.Actor.Person})
}

// usesInstitution refuses to make a run that no institution would own.
func usesInstitution(a darasa.Actor) error {
	if a.Institution != "" {
		return nil
	}
	return darasa.Fail(darasa.Invalid, "Chagua kwanza taasisi unayoitumia, kwenye ukurasa wa taarifa zako.",
		"First choose the institution in use, on the page of your own data.")
}

func (t *trainers) makeRun(r *Req) error {
	a := r.keeper()
	if err := usesInstitution(a); err != nil {
		return err
	}
	slug, form := frontend.ReadRun(r.values)
	run, err := t.createRun(r, a, slug, form)
	if err == nil {
		return r.after(frontend.RunPath(run.ID), "made")
	}
	bad, ok := r.refused(err, nil)
	if !ok {
		return err
	}
	return t.showRunForm(r, bad.status, frontend.RunFormView{Form: r.typed(bad.findings, runFields...)}, a.Institution, form.Trainers)
}

func (t *trainers) createRun(r *Req, a darasa.Actor, slug darasa.ID, form enrolment.RunForm) (enrolment.Run, error) {
	if slug != "" {
		run, err := t.Enrolments.CreateRun(r.Ctx(), a, slug, form, r.Now)
		if darasa.CodeOf(err) != darasa.NotFound {
			return run, err
		}
	}
	return enrolment.Run{}, darasa.Fail(darasa.Invalid, "Kuna cha kurekebisha.", "Something needs mending.").With(
		mend("course", "Hujachagua kozi.", "No course is chosen.", "Chagua kozi kwenye orodha.", "Choose a course from the list."))
}

// values returns every value of a posted field.
func (r *Req) values(name string) []string { return r.FormAll()[name] }

func (t *trainers) showRunForm(r *Req, status int, v frontend.RunFormView, institution darasa.ID, trainers []darasa.ID) error {
	var err error
	if v.Run == "" {
		if v.Courses, err = t.courseOptions(r); err != nil {
			return err
		}
	}
	if v.People, err = t.staff(r, institution, trainers); err != nil {
		return err
	}
	return r.HTML(status, frontend.RunFormPage(r.runPage(), v))
}

func (t *trainers) courseOptions(r *Req) ([]frontend.Option, error) {
	found, err := t.Courses.List(r.Ctx(), r.Actor, course.Filter{})
	if err != nil {
		return nil, err
	}
	out := make([]frontend.Option, 0, len(found))
	for _, it := range found {
		out = append(out, frontend.Option{Value: string(it.Edition.Course), Label: it.Edition.Code + " " + it.Edition.Title.In(r.Lang)})
	}
	return out, nil
}

// staffMost is how many people a run's form offers as its trainers.
const staffMost = 200

// staff lists who may be a run's trainers, with those ticked who are.
func (t *trainers) staff(r *Req, institution darasa.ID, ticked []darasa.ID) ([]frontend.Ticked, error) {
	ms, _, err := t.Accounts.Members(r.Ctx(), r.Actor, account.MemberQuery{Institution: institution, Staff: true, Limit: staffMost})
	if err != nil {
		return nil, err
	}
	out := make([]frontend.Ticked, 0, len(ms))
	for _, m := range ms {
		out = append(out, frontend.Ticked{Option: frontend.Option{Value: string(m.Person.ID), Label: m.Person.FullName()}, On: leads(m.Person.ID, &enrolment.Run{Trainers: ticked})})
	}
	return out, nil
}

func (t *trainers) editRun(r *Req) error {
	h, _, err := t.head(r)
	if err != nil {
		return err
	}
	v := frontend.RunFormView{Run: h.Run.ID, Name: h.Run.Name, Form: frontend.Form{Values: frontend.RunValues(h.Run)}}
	return t.showRunForm(r, fiber.StatusOK, v, h.Run.Institution, h.Run.Trainers)
}

func (t *trainers) changeRun(r *Req) error {
	h, _, err := t.head(r)
	if err != nil {
		return err
	}
	_, form := frontend.ReadRun(r.values)
	_, err = t.Enrolments.EditRun(r.Ctx(), r.keeper(), h.Run.ID, form, r.Now)
	if err == nil {
		t.forget(h.Run.ID)
		return r.after(frontend.RunPath(h.Run.ID), "saved")
	}
	bad, ok := r.refused(err, nil)
	if !ok {
		return err
	}
	v := frontend.RunFormView{Run: h.Run.ID, Name: h.Run.Name, Form: r.typed(bad.findings, runFields...)}
	return t.showRunForm(r, bad.status, v, h.Run.Institution, form.Trainers)
}

func (t *trainers) copyRun(r *Req) error {
	h, _, err := t.head(r)
	if err != nil {
		return err
	}
	v := frontend.CopyRunView{RunHead: h, Form: frontend.Form{Values: map[string]string{"name": h.Run.Name}}}
	return r.HTML(fiber.StatusOK, frontend.CopyRunPage(r.runPage(), v))
}

func (t *trainers) makeCopy(r *Req) error {
	h, _, err := t.head(r)
	if err != nil {
		return err
	}
	a := r.keeper()
	a.Institution = h.Run.Institution // the copy is owned as the run is
	run, err := t.Enrolments.CopyRun(r.Ctx(), a, h.Run.ID, r.Form("name"), darasa.Date(r.Form("start")), darasa.Date(r.Form("end")), r.Now)
	if err == nil {
		return r.after(frontend.RunPath(run.ID), "made")
	}
	bad, ok := r.refused(err, nil)
	if !ok {
		return err
	}
	return r.HTML(bad.status, frontend.CopyRunPage(r.runPage(), frontend.CopyRunView{RunHead: h, Form: r.typed(bad.findings, "name", "start", "end")}))
}

func (t *trainers) askClose(r *Req) error {
	h, _, err := t.head(r)
	if err != nil {
		return err
	}
	sight, err := t.sight(r.Ctx(), r, &h.Run)
	if err != nil {
		return err
	}
	v := frontend.CloseRunView{RunHead: h, Unfinished: sight.counts.Going + sight.counts.Waiting}
	return r.HTML(fiber.StatusOK, frontend.CloseRunPage(r.runPage(), v))
}

func (t *trainers) closeRun(r *Req) error {
	h, _, err := t.head(r)
	if err != nil {
		return err
	}
	id, a := h.Run.ID, r.keeper()
	switch r.Form("do") {
	case "close":
		if _, err := t.Enrolments.CloseRun(r.Ctx(), a, id, r.Now); err != nil {
			return err
		}
		t.forget(id)
		return r.after(frontend.RunPath(id), "closed")
	case "reopen":
		if _, err := t.Enrolments.ReopenRun(r.Ctx(), a, id, r.Now); err != nil {
			return err
		}
		t.forget(id)
		return r.after(frontend.RunPath(id), "opened")
	}
	return darasa.Fail(darasa.Invalid, "Fomu haisemi kufunga au kufungua.", "The form does not say whether to close or to open.")
}
