package web

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"darasa/backend/account"
	"darasa/backend/darasa"
	"darasa/backend/enrolment"
	"darasa/frontend"
)

// attendance shows one day of the register.
func (t *trainers) attendance(r *Req) error {
	h, _, err := t.head(r)
	if err != nil {
		return err
	}
	return t.showDay(r, fiber.StatusOK, h, t.dayOf(r, &h.Run, r.Query("day")), nil, nil)
}

// dayOf is the day that was asked for, else today where it is one of the
// run's, else the last one before today, else the first.
func (t *trainers) dayOf(r *Req, run *enrolment.Run, asked string) darasa.Date {
	if slices.Contains(run.Days, darasa.Date(asked)) {
		return darasa.Date(asked)
	}
	if len(run.Days) == 0 {
		return ""
	}
	day, today := run.Days[0], darasa.DateOf(r.Now, t.cfg.Zone)
	for _, d := range run.Days {
		if d <= today {
			day = d
		}
	}
	return day
}

// mark keeps a day's marks.
func (t *trainers) mark(r *Req) error {
	h, _, err := t.head(r)
	if err != nil {
		return err
	}
	marks := frontend.ReadMarks(r.FormAll())
	err = t.Enrolments.MarkAttendance(r.Ctx(), r.keeper(), h.Run.ID, marks, r.Now)
	if err == nil {
		t.forget(h.Run.ID)
		q := url.Values{"day": {r.Form("day")}, "done": {"marked"}}
		return r.Redirect(r.To(frontend.RunDaysPath(h.Run.ID)) + "?" + q.Encode())
	}
	bad, ok := r.refused(err, nil)
	if !ok {
		return err
	}
	typed := map[darasa.ID]string{}
	for _, m := range marks {
		typed[m.Enrolment] = m.Mark
	}
	return t.showDay(r, bad.status, h, t.dayOf(r, &h.Run, r.Form("day")), typed, bad.findings)
}

// showDay shows a day, with what was marked where it was refused.
func (t *trainers) showDay(r *Req, status int, h frontend.RunHead, day darasa.Date, typed map[darasa.ID]string, bad []darasa.Finding) error {
	v := frontend.AttendanceView{RunHead: h, Day: day, Findings: bad}
	if day != "" {
		rows, err := t.present(r.Ctx(), r, h.Run.ID)
		if err != nil {
			return err
		}
		for i := range rows {
			rows[i].Mark = rows[i].Marks[day]
			if m, ok := typed[rows[i].Enrolment]; ok {
				rows[i].Mark = m
			}
		}
		v.Learners = rows
	}
	return r.HTML(status, frontend.AttendancePage(r.runPage(), v))
}

// present lists the active learners of a run by name, with their marks.
func (t *trainers) present(ctx context.Context, r *Req, run darasa.ID) ([]frontend.AttendanceRow, error) {
	var out []frontend.AttendanceRow
	keys := map[darasa.ID]string{}
	err := t.Enrolments.EachOfRun(ctx, r.keeper(), run, func(e enrolment.Enrolment) error {
		if e.State != enrolment.Active {
			return nil
		}
		s := e.Snapshot
		row := frontend.AttendanceRow{Enrolment: e.ID, Name: fullNameOf(s), Cadre: r.cadre(s.Cadre), Facility: s.Facility, HFR: s.HFR, Phone: s.Phone,
			Designation: s.Designation, Marks: map[darasa.Date]string{}}
		for _, m := range e.Attendance {
			row.Marks[m.Day] = m.Mark
			if m.Mark == enrolment.Present {
				row.Attended++
			}
		}
		keys[e.ID] = account.Fold(s.Surname + " " + s.First + " " + s.Middle)
		out = append(out, row)
		return nil
	})
	slices.SortFunc(out, func(a, b frontend.AttendanceRow) int {
		return strings.Compare(keys[a.Enrolment]+string(a.Enrolment), keys[b.Enrolment]+string(b.Enrolment))
	})
	return out, err
}

func fullNameOf(s enrolment.Snapshot) string {
	return strings.Join(strings.Fields(s.First+" "+s.Middle+" "+s.Surname), " ")
}

// register is the attendance register to print.
func (t *trainers) register(r *Req) error {
	ctx := r.Ctx()
	h, _, err := t.head(r)
	if err != nil {
		return err
	}
	v := frontend.RegisterView{RunHead: h}
	if v.Place, err = t.placeName(ctx, h.Run.Institution); err != nil {
		return err
	}
	if v.Learners, err = t.present(ctx, r, h.Run.ID); err != nil {
		return err
	}
	return r.HTML(fiber.StatusOK, frontend.RegisterPage(r.runPage(), v))
}

// news lists the announcements of a run.
func (t *trainers) news(r *Req) error {
	h, _, err := t.head(r)
	if err != nil {
		return err
	}
	return t.showNews(r, fiber.StatusOK, h, darasa.NewID(), frontend.Form{})
}

func (t *trainers) showNews(r *Req, status int, h frontend.RunHead, id darasa.ID, f frontend.Form) error {
	items := slices.Clone(h.Run.Announcements)
	slices.Reverse(items)
	return r.HTML(status, frontend.NewsPage(r.runPage(), frontend.NewsView{RunHead: h, Items: items, New: id, Form: f}))
}

func (t *trainers) announce(r *Req) error {
	h, _, err := t.head(r)
	if err != nil {
		return err
	}
	lang, ok := darasa.ParseLang(r.Form("lang"))
	if !ok {
		lang = r.Lang
	}
	_, err = t.Enrolments.Announce(r.Ctx(), r.keeper(), h.Run.ID, darasa.ID(r.Form("id")), r.Form("text"), lang, r.Now)
	if err == nil {
		return r.after(frontend.RunNewsPath(h.Run.ID), "announced")
	}
	bad, ok := r.refused(err, nil)
	if !ok {
		return err
	}
	id := darasa.ID(r.Form("id"))
	if !darasa.ValidUUID(string(id)) {
		id = darasa.NewID()
	}
	return t.showNews(r, bad.status, h, id, r.typed(bad.findings, "text", "lang"))
}

// askCards asks whose one-time codes to print.
func (t *trainers) askCards(r *Req) error {
	h, _, err := t.head(r)
	if err != nil {
		return err
	}
	none, all, err := t.withoutPassword(r, h.Run.ID)
	if err != nil {
		return err
	}
	return r.HTML(fiber.StatusOK, frontend.AskCardsPage(r.runPage(), frontend.AskCardsView{RunHead: h, None: len(none), All: len(all)}))
}

// withoutPassword returns the active learners of a run by name, and those of
// them who have never chosen a password.
func (t *trainers) withoutPassword(r *Req, run darasa.ID) (none, all []account.Person, err error) {
	ctx := r.Ctx()
	var ids []darasa.ID
	err = t.Enrolments.EachOfRun(ctx, r.keeper(), run, func(e enrolment.Enrolment) error {
		if e.State == enrolment.Active {
			ids = append(ids, e.Person)
		}
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	people, err := t.Accounts.PeopleMany(ctx, ids)
	for _, p := range people {
		if all = append(all, p); !p.HasPassword {
			none = append(none, p)
		}
	}
	byName := func(a, b account.Person) int {
		return strings.Compare(account.Fold(a.Surname+" "+a.First)+string(a.ID), account.Fold(b.Surname+" "+b.First)+string(b.ID))
	}
	slices.SortFunc(none, byName)
	slices.SortFunc(all, byName)
	return none, all, err
}

var errCards = darasa.Fail(darasa.Forbidden, "Misimbo ya mara moja hutolewa na msimamizi wa taasisi. Mwombe aifungue awamu hii na kuchapisha kadi.",
	"One-time codes are issued by the institution's administrator. Ask for this run's cards to be printed.")

// cards issues codes and prints them: they are shown this once.
func (t *trainers) cards(r *Req) error {
	h, _, err := t.head(r)
	if err != nil {
		return err
	}
	if !r.Actor.Is(darasa.InstitutionAdmin) {
		return errCards
	}
	who, all, err := t.withoutPassword(r, h.Run.ID)
	if err != nil {
		return err
	}
	if r.Form("who") == "all" {
		who = all
	}
	ids := make([]darasa.ID, len(who))
	for i, p := range who {
		ids[i] = p.ID
	}
	issued, err := t.Accounts.IssueCodes(r.Ctx(), r.Actor, ids, r.Now)
	if err != nil {
		return err
	}
	return t.printCards(r, h.Run.Institution, issued)
}

// printCards shows the cards of those who got a code, and says of how many not.
func (t *trainers) printCards(r *Req, institution darasa.ID, issued []account.Issued) error {
	place, err := t.placeName(r.Ctx(), institution)
	if err != nil {
		return err
	}
	var cards []frontend.CodeCard
	var why error
	failed := 0
	for _, x := range issued {
		if x.Err != nil {
			failed, why = failed+1, x.Err
			continue
		}
		cards = append(cards, frontend.CodeCard{Name: x.Name, Institution: place, Login: x.Login, Code: x.Code, Expires: x.Expires, URL: t.cfg.URL.String()})
	}
	p := r.runPage()
	if failed > 0 {
		text := darasa.T("Watu %d hawakupata msimbo.", "%d people got no code.", failed)
		var e *darasa.Error
		if errors.As(why, &e) {
			text = darasa.Text{SW: text.SW + " " + e.Text.SW, EN: text.EN + " " + e.Text.EN}
		}
		p.Flash = &frontend.Flash{Bad: true, Text: text.In(r.Lang)}
	}
	r.SetHeader(fiber.HeaderCacheControl, "private, no-store")
	return r.HTML(fiber.StatusOK, frontend.CardsPage(p, cards))
}
