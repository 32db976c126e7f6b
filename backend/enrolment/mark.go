package enrolment

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"darasa/backend/course"
	"darasa/backend/darasa"
	"darasa/backend/store"
)

// Marks of attendance.
const (
	Present = "P"
	Absent  = "A"
	Excused = "E"
)

// parallel is how many documents of one request are written at a time: enough
// for the store to put them into one commit.
const parallel = 16

// maxGrants bounds the further tries of one enrolment.
const maxGrants = 20

// Mark is one cell of the register: P, A, E, or empty to clear it.
type Mark struct {
	Enrolment darasa.ID
	Day       darasa.Date
	Mark      string
}

// MarkAttendance writes many cells of a run's register at once. Every wrong
// cell is named and then nothing is written.
func (s *Service) MarkAttendance(ctx context.Context, a darasa.Actor, run darasa.ID, marks []Mark, now darasa.Time) error {
	r, err := s.Managed(ctx, a, run)
	if err != nil {
		return err
	}
	byLearner, err := s.checkMarks(ctx, r, marks)
	if err != nil {
		return err
	}
	g, part := errgroup.WithContext(ctx)
	g.SetLimit(parallel)
	ids := make([]darasa.ID, 0, len(byLearner))
	for id, cells := range byLearner {
		ids = append(ids, id)
		g.Go(func() error {
			_, err := s.own(a).Update(part, id, func(e *Enrolment) error { return setMarks(e, cells) })
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	slices.Sort(ids)
	if err := s.changed(ctx, ids...); err != nil {
		return err
	}
	return s.audit.Audit(ctx, a, "attendance", string(run), fmt.Sprintf("%d", len(marks)), now)
}

func (s *Service) checkMarks(ctx context.Context, r Run, marks []Mark) (map[darasa.ID][]Attendance, error) {
	ids := make([]darasa.ID, len(marks))
	for i, m := range marks {
		ids[i] = m.Enrolment
	}
	known, err := s.LookupMany(ctx, ids)
	if err != nil {
		return nil, err
	}
	out := map[darasa.ID][]Attendance{}
	var bad []darasa.Finding
	for _, m := range marks {
		field := string(m.Day) + "/" + string(m.Enrolment)
		switch e, ok := known[m.Enrolment]; {
		case !ok || e.Run != r.ID:
			bad = append(bad, wrong(field, "Mshiriki huyu hayuko kwenye awamu hii.", "This learner is not in this run.", "Fungua ukurasa upya.", "Open the page anew."))
		case !slices.Contains(r.Days, m.Day):
			bad = append(bad, wrong(field, "Siku hii si ya mahudhurio.", "This is not a day of attendance.", "Ongeza siku kwenye awamu kwanza.", "Add the day to the run first."))
		case !slices.Contains([]string{Present, Absent, Excused, ""}, m.Mark):
			bad = append(bad, wrong(field, "Alama haijulikani.", "The mark is not known.", "Tumia P, A au E.", "Use P, A or E."))
		default:
			out[m.Enrolment] = append(out[m.Enrolment], Attendance{Day: m.Day, Mark: m.Mark})
		}
	}
	if len(bad) > 0 {
		return nil, refuse(bad)
	}
	return out, nil
}

func setMarks(e *Enrolment, cells []Attendance) error {
	old := slices.Clone(e.Attendance)
	for _, c := range cells {
		e.Attendance = slices.DeleteFunc(e.Attendance, func(m Attendance) bool { return m.Day == c.Day })
		if c.Mark != "" {
			e.Attendance = append(e.Attendance, c)
		}
	}
	slices.SortFunc(e.Attendance, func(x, y Attendance) int { return strings.Compare(string(x.Day), string(y.Day)) })
	if slices.Equal(old, e.Attendance) {
		return store.ErrUnchanged
	}
	return nil
}

// Note is what a trainer writes about one learner; a nil field stays as it is.
type Note struct {
	Remarks, FollowUp, Assignment *string
}

// Write changes a trainer's notes about one learner.
func (s *Service) Write(ctx context.Context, a darasa.Actor, id darasa.ID, n Note, now darasa.Time) (Enrolment, error) {
	for field, p := range map[string]*string{"remarks": n.Remarks, "follow_up": n.FollowUp, "assignment": n.Assignment} {
		if p != nil && len(*p) > 2*maxAnnouncement {
			return Enrolment{}, refuse([]darasa.Finding{wrong(field, "Maandishi ni marefu mno.", "The text is too long.", "Fupisha.", "Shorten it.")})
		}
	}
	return s.manage(ctx, a, id, "note", now, func(e *Enrolment) error {
		old := [3]string{e.Remarks, e.FollowUp, e.Assignment}
		set(&e.Remarks, n.Remarks)
		set(&e.FollowUp, n.FollowUp)
		set(&e.Assignment, n.Assignment)
		if old == [3]string{e.Remarks, e.FollowUp, e.Assignment} {
			return store.ErrUnchanged
		}
		return nil
	})
}

func set(field, value *string) {
	if value != nil {
		*field = strings.TrimSpace(*value)
	}
}

// repeatWithin is the time in which the same grant counts as a form sent twice.
const repeatWithin = 10 * time.Minute

// Grant gives a learner one further try at a post-test, with a reason. The
// same grant by the same trainer within ten minutes is a form sent twice.
func (s *Service) Grant(ctx context.Context, a darasa.Actor, id darasa.ID, quiz, reason string, now darasa.Time) (Enrolment, error) {
	reason = strings.TrimSpace(reason)
	if reason == "" || len(reason) > maxText {
		return Enrolment{}, refuse([]darasa.Finding{wrong("reason", "Sababu haipo au ni ndefu mno.", "The reason is missing or too long.",
			"Andika kwa nini, hadi herufi 300.", "Say why, in up to 300 characters.")})
	}
	e, err := s.Get(ctx, a, id)
	if err != nil {
		return e, err
	}
	ed, err := s.editions.Edition(ctx, e.Edition)
	if err != nil {
		return e, err
	}
	i := slices.IndexFunc(ed.Quizzes, func(q course.Quiz) bool { return q.Slug == quiz })
	if i < 0 || ed.Quizzes[i].Kind != "post-test" {
		return e, refuse([]darasa.Finding{wrong("quiz", "Jaribio hili haliwezi kuongezewa nafasi.", "This quiz cannot have a further try.",
			"Chagua jaribio la mwisho.", "Choose the post-test.")})
	}
	g := Grant{Quiz: quiz, Reason: reason, By: a.Person, At: now}
	return s.manage(ctx, a, id, "grant", now, func(e *Enrolment) error {
		for _, x := range e.Grants {
			if x.Quiz == quiz && x.Reason == reason && x.By == a.Person && now.Sub(x.At.Time).Abs() < repeatWithin {
				return store.ErrUnchanged
			}
		}
		if len(e.Grants) >= maxGrants {
			return darasa.Fail(darasa.TooMany, "Mshiriki huyu ameshapewa nafasi 20 za ziada.", "This learner has been given 20 further tries already.")
		}
		e.Grants = append(e.Grants, g)
		return nil
	})
}
