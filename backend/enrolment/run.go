package enrolment

import (
	"context"
	"slices"
	"strings"

	"darasa/backend/darasa"
	"darasa/backend/store"
)

// Modes of a run.
var Modes = []string{"classroom", "online", "blended"}

// Limits of a run: what a register of attendance can be printed with.
const (
	maxDays          = 62
	maxAnnouncements = 200
	maxText          = 300
	maxAnnouncement  = 2000
)

// RunForm is what a trainer fills in. Facilitators are names, Trainers people.
type RunForm struct {
	Name, Venue, Organizer, Sponsor, Mode string
	Start, End                            darasa.Date
	Facilitators                          []string
	Trainers                              []darasa.ID
	Days                                  []darasa.Date
}

func wrong(field, swWhat, enWhat, swMend, enMend string) darasa.Finding {
	return darasa.Finding{Level: darasa.IsError, Field: field,
		What: darasa.Text{SW: swWhat, EN: enWhat}, Mend: darasa.Text{SW: swMend, EN: enMend}}
}

// check returns everything that is wrong with the form at once.
func (f RunForm) check() []darasa.Finding {
	var bad []darasa.Finding
	if f.Name == "" || len(f.Name) > maxText {
		bad = append(bad, wrong("name", "Jina la awamu halipo au ni refu mno.", "The name of the run is missing or too long.",
			"Andika jina fupi, mfano: Kibondo, Novemba 2026.", "Write a short name, as in: Kibondo, November 2026."))
	}
	if !slices.Contains(Modes, f.Mode) {
		bad = append(bad, wrong("mode", "Namna ya mafunzo haijulikani.", "The mode is not known.",
			"Chagua classroom, online au blended.", "Choose classroom, online or blended."))
	}
	for name, text := range map[string]string{"venue": f.Venue, "organizer": f.Organizer, "sponsor": f.Sponsor, "facilitators": strings.Join(f.Facilitators, "")} {
		if len(text) > 10*maxText || name != "facilitators" && len(text) > maxText {
			bad = append(bad, wrong(name, "Maandishi ni marefu mno.", "The text is too long.", "Fupisha.", "Shorten it."))
		}
	}
	return append(bad, f.checkDates()...)
}

func (f RunForm) checkDates() []darasa.Finding {
	var bad []darasa.Finding
	day := func(field string, d darasa.Date, needed bool) {
		if _, err := darasa.ParseDate(string(d)); err != nil || needed && d == "" {
			bad = append(bad, wrong(field, "Tarehe haisomeki.", "The date cannot be read.", "Andika kama 2026-11-22.", "Write it as 2026-11-22."))
		}
	}
	day("start", f.Start, true)
	day("end", f.End, true)
	for _, d := range f.Days {
		day("days", d, true)
	}
	if len(bad) == 0 && f.End < f.Start {
		bad = append(bad, wrong("end", "Mwisho ni kabla ya mwanzo.", "The end is before the start.", "Badili tarehe moja.", "Change one of the dates."))
	}
	if len(f.Days) > maxDays {
		bad = append(bad, wrong("days", "Siku za mahudhurio ni nyingi mno.", "There are too many days of attendance.", "Zisizidi 62.", "At most 62."))
	}
	return bad
}

func clean(f RunForm) RunForm {
	for _, p := range []*string{&f.Name, &f.Venue, &f.Organizer, &f.Sponsor, &f.Mode} {
		*p = strings.TrimSpace(*p)
	}
	var names []string
	for _, n := range f.Facilitators {
		if n = strings.TrimSpace(n); n != "" {
			names = append(names, n)
		}
	}
	f.Facilitators = names
	f.Days = slices.Clone(f.Days)
	slices.Sort(f.Days)
	f.Days = slices.Compact(f.Days)
	return f
}

func (f RunForm) into(r *Run) {
	r.Name, r.Venue, r.Organizer, r.Sponsor, r.Mode = f.Name, f.Venue, f.Organizer, f.Sponsor, f.Mode
	r.Start, r.End, r.Facilitators, r.Trainers, r.Days = f.Start, f.End, f.Facilitators, f.Trainers, f.Days
}

func refuse(bad []darasa.Finding) error {
	return darasa.Fail(darasa.Invalid, "Kuna cha kurekebisha.", "Something needs mending.").With(bad...)
}

// CreateRun makes a run of a course by the actor's institution, pinned to the
// course's newest edition. Invalid carries every finding.
func (s *Service) CreateRun(ctx context.Context, a darasa.Actor, courseSlug darasa.ID, form RunForm, now darasa.Time) (Run, error) {
	if err := trainer(a); err != nil {
		return Run{}, err
	}
	if a.Institution == "" {
		return Run{}, darasa.Fail(darasa.Invalid, "Chagua kwanza taasisi itakayoendesha awamu.", "First choose the institution that gives the run.")
	}
	form = clean(form)
	if bad := form.check(); len(bad) > 0 {
		return Run{}, refuse(bad)
	}
	ed, err := s.editions.Current(ctx, a, courseSlug)
	if err != nil {
		return Run{}, err
	}
	r := Run{ID: s.newID(), Institution: a.Institution, Course: ed.Course, Edition: ed.ID, State: Open, Made: now, By: a.Person}
	form.into(&r)
	if err := s.ownRuns(a).Insert(ctx, &r); err != nil {
		return Run{}, err
	}
	return r, s.audit.Audit(ctx, a, "run-create", string(r.ID), r.Name, now)
}

// EditRun changes what the form holds. A day of attendance that already has a
// mark cannot be dropped: the marks stay in the register.
func (s *Service) EditRun(ctx context.Context, a darasa.Actor, id darasa.ID, form RunForm, now darasa.Time) (Run, error) {
	form = clean(form)
	if bad := form.check(); len(bad) > 0 {
		return Run{}, refuse(bad)
	}
	old, err := s.Managed(ctx, a, id)
	if err != nil {
		return Run{}, err
	}
	if err := s.keepMarked(ctx, a, old, form.Days); err != nil {
		return Run{}, err
	}
	return s.changeRun(ctx, a, id, "run-edit", now, func(r *Run) error {
		form.into(r)
		return nil
	})
}

func (s *Service) keepMarked(ctx context.Context, a darasa.Actor, r Run, days []darasa.Date) error {
	var gone []darasa.Date
	for _, d := range r.Days {
		if !slices.Contains(days, d) {
			gone = append(gone, d)
		}
	}
	if len(gone) == 0 {
		return nil
	}
	return s.EachOfRun(ctx, a, r.ID, func(e Enrolment) error {
		for _, m := range e.Attendance {
			if slices.Contains(gone, m.Day) {
				return refuse([]darasa.Finding{wrong("days", "Siku "+string(m.Day)+" ina mahudhurio.", "Day "+string(m.Day)+" has attendance marks.",
					"Futa kwanza alama za siku hiyo.", "Clear that day's marks first.")})
			}
		}
		return nil
	})
}

// CopyRun makes a new run with the same form and trainers, other dates and a
// name of its own, on the newest edition; learners are not copied.
func (s *Service) CopyRun(ctx context.Context, a darasa.Actor, id darasa.ID, name string, start, end darasa.Date, now darasa.Time) (Run, error) {
	old, err := s.Managed(ctx, a, id)
	if err != nil {
		return Run{}, err
	}
	form := RunForm{Name: name, Venue: old.Venue, Organizer: old.Organizer, Sponsor: old.Sponsor, Mode: old.Mode,
		Start: start, End: end, Facilitators: old.Facilitators, Trainers: old.Trainers, Days: shift(old.Days, old.Start, start)}
	return s.CreateRun(ctx, a, old.Course, form, now)
}

// shift moves days by the distance between two starts.
func shift(days []darasa.Date, from, to darasa.Date) []darasa.Date {
	if _, err := darasa.ParseDate(string(to)); err != nil || to == "" {
		return nil
	}
	by := to.Time().Sub(from.Time())
	out := make([]darasa.Date, len(days))
	for i, d := range days {
		out[i] = darasa.Date(d.Time().Add(by).Format("2006-01-02"))
	}
	return out
}

// CloseRun ends enrolling into a run; what learners still do in it is kept.
func (s *Service) CloseRun(ctx context.Context, a darasa.Actor, id darasa.ID, now darasa.Time) (Run, error) {
	return s.setState(ctx, a, id, Closed, "run-close", now)
}

// ReopenRun undoes CloseRun.
func (s *Service) ReopenRun(ctx context.Context, a darasa.Actor, id darasa.ID, now darasa.Time) (Run, error) {
	return s.setState(ctx, a, id, Open, "run-reopen", now)
}

func (s *Service) setState(ctx context.Context, a darasa.Actor, id darasa.ID, state, act string, now darasa.Time) (Run, error) {
	return s.changeRun(ctx, a, id, act, now, func(r *Run) error {
		if r.State == state {
			return store.ErrUnchanged
		}
		r.State = state
		return nil
	})
}

// Announce adds a message to the learners of a run. The id is made by the
// caller (a form's hidden field), so that sending twice adds one.
func (s *Service) Announce(ctx context.Context, a darasa.Actor, run, id darasa.ID, text string, lang darasa.Lang, now darasa.Time) (Run, error) {
	text = strings.TrimSpace(text)
	if text == "" || len(text) > maxAnnouncement {
		return Run{}, refuse([]darasa.Finding{wrong("text", "Tangazo ni tupu au refu mno.", "The announcement is empty or too long.",
			"Andika hadi herufi 2000.", "Write up to 2000 characters.")})
	}
	if !darasa.ValidUUID(string(id)) {
		id = s.newID()
	}
	return s.changeRun(ctx, a, run, "announce", now, func(r *Run) error {
		if slices.ContainsFunc(r.Announcements, func(x Announcement) bool { return x.ID == id }) {
			return store.ErrUnchanged
		}
		if len(r.Announcements) >= maxAnnouncements {
			return darasa.Fail(darasa.TooMany, "Awamu hii ina matangazo 200, kikomo chake.", "This run has 200 announcements, its limit.")
		}
		r.Announcements = append(r.Announcements, Announcement{ID: id, Text: text, Lang: lang, By: a.Name, At: now, Person: a.Person})
		return nil
	})
}

func (s *Service) changeRun(ctx context.Context, a darasa.Actor, id darasa.ID, act string, now darasa.Time, change func(*Run) error) (Run, error) {
	if err := trainer(a); err != nil {
		return Run{}, err
	}
	r, err := s.ownRuns(a).Update(ctx, id, change)
	if err != nil {
		return Run{}, err
	}
	return r, s.audit.Audit(ctx, a, act, string(id), r.Name, now)
}

// Managed returns a run that the actor may change; NotFound for another
// institution's.
func (s *Service) Managed(ctx context.Context, a darasa.Actor, id darasa.ID) (Run, error) {
	if err := trainer(a); err != nil {
		return Run{}, err
	}
	return s.ownRuns(a).Get(ctx, id)
}

// Run returns a run to a trainer or administrator of its institution and to
// its own learners (who read announcements and dates); NotFound otherwise.
func (s *Service) Run(ctx context.Context, a darasa.Actor, id darasa.ID) (Run, error) {
	if isTrainer(a) {
		if r, err := s.ownRuns(a).Get(ctx, id); darasa.CodeOf(err) != darasa.NotFound {
			return r, err
		}
	}
	es, err := s.Mine(ctx, a)
	if err != nil {
		return Run{}, err
	}
	for _, e := range es {
		if e.Run == id && e.State == Active {
			return s.runs.Get(ctx, id)
		}
	}
	return Run{}, missing()
}

// LookupRun returns a run without asking who reads it: for later stages.
func (s *Service) LookupRun(ctx context.Context, id darasa.ID) (Run, error) {
	return s.runs.Get(ctx, id)
}

// Runs lists the institution's runs (every one's for a national administrator
// who chose none), the latest start first; of one course where it is given. after is the Next of the page before.
func (s *Service) Runs(ctx context.Context, a darasa.Actor, courseSlug darasa.ID, after string, n int) (Page[Run], error) {
	if err := trainer(a); err != nil {
		return Page[Run]{}, err
	}
	q := store.Query{Order: "start", Descending: true, Limit: limit(n), Equal: map[string]string{}}
	if courseSlug != "" {
		q.Equal["course"] = string(courseSlug)
	}
	if start, id, ok := strings.Cut(after, "/"); ok {
		q.After = &store.Cursor{Value: start, ID: id}
	}
	rs, err := s.ownRuns(a).Find(ctx, q)
	if err != nil {
		return Page[Run]{}, err
	}
	p := Page[Run]{Items: rs}
	if len(rs) == q.Limit {
		last := rs[len(rs)-1]
		p.Next = string(last.Start) + "/" + string(last.ID)
	}
	return p, nil
}
