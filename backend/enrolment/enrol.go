package enrolment

import (
	"context"
	"slices"
	"strings"

	"darasa/backend/course"
	"darasa/backend/darasa"
	"darasa/backend/store"
)

// Newcomer is a person to be enrolled, with what a report says of them.
type Newcomer struct {
	Person   darasa.ID
	Lang     darasa.Lang
	Snapshot Snapshot
	Remarks  string // kept where the enrolment has none yet
}

// Outcome tells what became of one newcomer.
type Outcome struct {
	Enrolment darasa.ID
	// What is "new", "same" (was enrolled, nothing changed), "updated" (the
	// facts about the person were refreshed), "back" (had been withdrawn) or
	// "elsewhere" (a trainer moved the learner to another run, or another
	// institution's learner takes the course; nothing changed).
	What string
}

// What became of a newcomer.
const (
	Fresh     = "new"
	Same      = "same"
	Updated   = "updated"
	Back      = "back"
	Elsewhere = "elsewhere"
)

// EnrolSelf enrols the actor in a course, or in an open run of the institution
// in use. Whoever already learns the course in a run gets that enrolment.
func (s *Service) EnrolSelf(ctx context.Context, a darasa.Actor, courseSlug, run darasa.ID, n Newcomer, now darasa.Time) (Enrolment, error) {
	n.Person = a.Person
	if a.Anonymous() {
		return Enrolment{}, darasa.Fail(darasa.Unauthenticated, "Ingia kwanza.", "Sign in first.")
	}
	if run != "" {
		r, err := s.runs.For(a, runOwner).Get(ctx, run)
		if err != nil {
			return Enrolment{}, err
		}
		if courseSlug != "" && r.Course != courseSlug {
			return Enrolment{}, missing()
		}
		return s.one(ctx, a, target{run: &r}, n, now)
	}
	mine, err := s.OfPerson(ctx, a.Person)
	if err != nil {
		return Enrolment{}, err
	}
	for _, e := range mine {
		if e.Course == courseSlug && e.State == Active {
			return e, nil
		}
	}
	ed, err := s.editions.Current(ctx, a, courseSlug)
	if err != nil {
		return Enrolment{}, err
	}
	return s.one(ctx, a, target{ed: ed}, n, now)
}

// Enrol adds one person to a run of the trainer's institution, also after the
// start (the enrolment says so). A closed run must be reopened first.
func (s *Service) Enrol(ctx context.Context, a darasa.Actor, run darasa.ID, n Newcomer, now darasa.Time) (Enrolment, error) {
	r, err := s.Managed(ctx, a, run)
	if err != nil {
		return Enrolment{}, err
	}
	return s.one(ctx, a, target{run: &r}, n, now)
}

func (s *Service) one(ctx context.Context, a darasa.Actor, t target, n Newcomer, now darasa.Time) (Enrolment, error) {
	out, err := s.enrol(ctx, a, t, []Newcomer{n}, now)
	if err != nil {
		return Enrolment{}, err
	}
	if out[0].What == Elsewhere {
		return Enrolment{}, darasa.Fail(darasa.Conflict, "Mshiriki huyu alihamishiwa awamu nyingine. Mrudishe kwa kumhamisha.",
			"This learner was moved to another run. Move them back instead.")
	}
	return s.all.Get(ctx, out[0].Enrolment)
}

// EnrolMany enrols many people at once in a run of the actor's institution, or
// in a course without a run (run empty): for rosters and seeds. The answer has
// one outcome per newcomer, in order; the same list again changes nothing.
func (s *Service) EnrolMany(ctx context.Context, a darasa.Actor, courseSlug, run darasa.ID, ns []Newcomer, now darasa.Time) ([]Outcome, error) {
	if err := trainer(a); err != nil {
		return nil, err
	}
	if run != "" {
		r, err := s.Managed(ctx, a, run)
		if err != nil {
			return nil, err
		}
		return s.enrol(ctx, a, target{run: &r}, ns, now)
	}
	ed, err := s.editions.Current(ctx, a, courseSlug)
	if err != nil {
		return nil, err
	}
	return s.enrol(ctx, a, target{ed: ed}, ns, now)
}

// target is what people are enrolled in: a run with its edition, or the newest
// edition of a course.
type target struct {
	run *Run
	ed  *course.Edition
}

func (s *Service) enrol(ctx context.Context, a darasa.Actor, t target, ns []Newcomer, now darasa.Time) ([]Outcome, error) {
	if t.run != nil {
		if t.run.State != Open {
			return nil, darasa.Fail(darasa.Conflict, "Awamu hii imefungwa. Ifungue tena ili kuandikisha.", "This run is closed. Reopen it to enrol.")
		}
		ed, err := s.editions.Edition(ctx, t.run.Edition)
		if err != nil {
			return nil, err
		}
		t.ed = ed
	}
	docs := make([]Enrolment, len(ns))
	for i, n := range ns {
		docs[i] = t.document(a, n, now)
	}
	verdicts, err := s.all.InsertMany(ctx, docs)
	if err != nil {
		return nil, err
	}
	out := make([]Outcome, len(ns))
	var there []int
	var touched []darasa.ID
	for i, v := range verdicts {
		out[i] = Outcome{Enrolment: docs[i].ID, What: Fresh}
		switch darasa.CodeOf(v) {
		case "":
			touched = append(touched, docs[i].ID)
		case darasa.Conflict:
			there = append(there, i)
		default:
			return nil, v
		}
	}
	for _, i := range there {
		if out[i], err = s.again(ctx, docs[i]); err != nil {
			return nil, err
		}
		// Also of those that stood already: a crash between the enrolment and
		// its progress heals when the same list comes again.
		touched = append(touched, out[i].Enrolment)
	}
	return out, s.changed(ctx, touched...)
}

func (t target) document(a darasa.Actor, n Newcomer, now darasa.Time) Enrolment {
	e := Enrolment{Person: n.Person, Course: t.ed.Course, Edition: t.ed.ID, Institution: a.Institution,
		Completion: t.ed.Completion, State: Active, Lang: n.Lang, Snapshot: n.Snapshot, Remarks: n.Remarks, Made: now, By: a.Person}
	if t.run != nil {
		e.Run, e.Institution = t.run.ID, t.run.Institution
		e.Late = now.String()[:10] > string(t.run.Start)
	}
	e.ID = ID(n.Person, e.Course, e.Run)
	return e
}

// again meets a newcomer whose derived id is taken.
func (s *Service) again(ctx context.Context, n Enrolment) (Outcome, error) {
	id := n.ID
	stored, err := s.all.Get(ctx, id)
	if err != nil {
		return Outcome{}, err
	}
	if stored.State == moved {
		real, err := s.all.Get(ctx, stored.Pointer)
		if err != nil {
			return Outcome{}, err
		}
		if real.Run != n.Run { // the learner went on from here: the id is free again
			n.Rev = stored.Rev
			return Outcome{Enrolment: id, What: Fresh}, s.all.Replace(ctx, &n)
		}
		id = real.ID
	} else if stored.Run != n.Run || stored.Institution != n.Institution && n.By != n.Person {
		// Without a run the id is the same for every institution.
		return Outcome{Enrolment: id, What: Elsewhere}, nil
	}
	out := Outcome{Enrolment: id, What: Same}
	_, err = s.all.Update(ctx, id, func(e *Enrolment) error {
		out.What = Same
		if e.Snapshot != n.Snapshot && n.Snapshot != (Snapshot{}) {
			e.Snapshot, out.What = n.Snapshot, Updated
		}
		if e.Remarks == "" && n.Remarks != "" {
			e.Remarks, out.What = n.Remarks, Updated
		}
		if e.State == Withdrawn {
			e.State, out.What = Active, Back
		}
		if out.What == Same {
			return store.ErrUnchanged
		}
		return nil
	})
	return out, err
}

// Withdraw ends an enrolment; what was done is kept and Enrol brings it back.
// The learner may withdraw from a course, a trainer from anything.
func (s *Service) Withdraw(ctx context.Context, a darasa.Actor, id darasa.ID, now darasa.Time) (Enrolment, error) {
	e, err := s.Get(ctx, a, id)
	if err != nil {
		return e, err
	}
	if !MayManage(a, &e) && e.Run != "" {
		return e, darasa.Fail(darasa.Forbidden, "Mwombe mkufunzi akuondoe kwenye awamu.", "Ask the trainer to withdraw you from the run.")
	}
	e, err = s.all.Update(ctx, e.ID, func(e *Enrolment) error {
		if e.State == Withdrawn {
			return store.ErrUnchanged
		}
		e.State = Withdrawn
		return nil
	})
	if err != nil {
		return e, err
	}
	if err := s.changed(ctx, e.ID); err != nil {
		return e, err
	}
	return e, s.audit.Audit(ctx, a, "withdraw", string(e.ID), "", now)
}

// Restore undoes Withdraw.
func (s *Service) Restore(ctx context.Context, a darasa.Actor, id darasa.ID, now darasa.Time) (Enrolment, error) {
	return s.manage(ctx, a, id, "restore", now, func(e *Enrolment) error {
		e.State = Active
		return nil
	})
}

// Move transfers an enrolment to another run of the same course and
// institution. It keeps its id, edition and all that was done, because
// statements, attempts and tickets are derived from the id; the id that person
// and new run would derive becomes a pointer to it, written first, so that a
// crash in between leaves a pointer that enrolling ignores.
func (s *Service) Move(ctx context.Context, a darasa.Actor, id, run darasa.ID, reason string, now darasa.Time) (Enrolment, error) {
	e, err := s.Get(ctx, a, id)
	if err != nil {
		return e, err
	}
	if !MayManage(a, &e) {
		return e, trainer(a)
	}
	to, err := s.Managed(ctx, a, run)
	if err != nil {
		return e, err
	}
	if to.Course != e.Course || to.Institution != e.Institution {
		return e, darasa.Fail(darasa.Invalid, "Awamu hiyo ni ya kozi nyingine. Chagua awamu ya kozi hii.",
			"That run is of another course. Choose a run of this course.")
	}
	if to.State != Open {
		return e, darasa.Fail(darasa.Conflict, "Awamu hiyo imefungwa. Ifungue tena kwanza.", "That run is closed. Reopen it first.")
	}
	if e.Run == run {
		return e, nil
	}
	if err := s.point(ctx, e, run); err != nil {
		return e, err
	}
	from := e.Run
	return s.manage(ctx, a, e.ID, "move", now, func(e *Enrolment) error {
		if e.Run == run {
			return store.ErrUnchanged
		}
		e.Run = run
		e.Moves = append(e.Moves, Move{From: from, To: run, Reason: strings.TrimSpace(reason), By: a.Person, At: now})
		return nil
	})
}

func (s *Service) point(ctx context.Context, e Enrolment, run darasa.ID) error {
	p := Enrolment{ID: ID(e.Person, e.Course, run), State: moved, Pointer: e.ID, Made: e.Made}
	if p.ID == e.ID { // moving back to where the id came from
		return nil
	}
	err := s.all.Insert(ctx, &p)
	if darasa.CodeOf(err) != darasa.Conflict {
		return err
	}
	old, err := s.all.Get(ctx, p.ID)
	if err != nil || old.State == moved && old.Pointer == e.ID {
		return err
	}
	if old.State == moved {
		if real, err := s.all.Get(ctx, old.Pointer); err == nil && real.Run != run {
			p.Rev = old.Rev
			return s.all.Replace(ctx, &p)
		}
	}
	return darasa.Fail(darasa.Conflict, "Mshiriki tayari yuko kwenye awamu hiyo.", "The learner is already in that run.")
}

// manage changes an enrolment as a trainer of its institution does, tells the
// listener and writes the audit entry.
func (s *Service) manage(ctx context.Context, a darasa.Actor, id darasa.ID, act string, now darasa.Time, change func(*Enrolment) error) (Enrolment, error) {
	e, err := s.Get(ctx, a, id)
	if err != nil {
		return e, err
	}
	if !MayManage(a, &e) {
		return e, darasa.Fail(darasa.Forbidden, "Hii ni kazi ya mkufunzi wa taasisi.", "This is for a trainer of the institution.")
	}
	same := false
	e, err = s.own(a).Update(ctx, e.ID, func(e *Enrolment) error {
		err := change(e)
		same = err == error(store.ErrUnchanged)
		return err
	})
	if err != nil {
		return e, err
	}
	if err := s.changed(ctx, e.ID); err != nil || same {
		return e, err
	}
	return e, s.audit.Audit(ctx, a, act, string(e.ID), "", now)
}

// GrantsOf returns how many further tries at a quiz were given.
func (e *Enrolment) GrantsOf(quiz string) int64 {
	var n int64
	for _, g := range e.Grants {
		if g.Quiz == quiz {
			n++
		}
	}
	return n
}

// AttendanceOn returns the mark of a day, empty while there is none.
func (e *Enrolment) AttendanceOn(day darasa.Date) string {
	i := slices.IndexFunc(e.Attendance, func(m Attendance) bool { return m.Day == day })
	if i < 0 {
		return ""
	}
	return e.Attendance[i].Mark
}
