package progress

import (
	"context"

	"golang.org/x/sync/errgroup"

	"darasa/backend/attempt"
	"darasa/backend/darasa"
	"darasa/backend/enrolment"
	"darasa/backend/lrs"
	"darasa/backend/store"
)

// Online is the device name of records made on a page without a device's own.
const Online = "online"

// View notes that the learner opened a lesson: nothing is written while the
// position stays, one document where it changed. Only the first act in a
// course leaves a statement too, because from it the start is known; a later
// position without an act lives in the projection alone and a rebuild keeps it.
func (s *Service) View(ctx context.Context, a darasa.Actor, enrolment darasa.ID, lesson string, now darasa.Time) (Progress, error) {
	first := false
	p, err := s.all.Update(ctx, enrolment, func(p *Progress) error {
		first = false
		switch ed, err := s.Content.Edition(ctx, p.Edition); {
		case a.Anonymous() || p.Person != a.Person:
			return missing()
		case err != nil:
			return err
		case !LessonsOf(ed)[lesson]:
			return darasa.Fail(darasa.NotFound, "Somo hili halipo kwenye kozi.", "The course has no such lesson.")
		case p.StartedAt.IsZero():
			first = true
			return store.ErrUnchanged
		case p.Position.Lesson == lesson || p.Withdrawn:
			return store.ErrUnchanged
		}
		p.Join(Facts{Position: Position{Lesson: lesson, At: now}, Last: now})
		return nil
	})
	if err != nil || !first || p.Withdrawn {
		return p, err
	}
	ev := Event{ID: darasa.DeriveID("event", string(enrolment), "first"), Kind: LessonSeen, Enrolment: enrolment, Lesson: lesson, At: now, Device: Online}
	return s.act(ctx, a, ev, Facts{}, now)
}

// longestReading is the most that one sitting at a lesson may count, in
// seconds: who leaves the page open over lunch did not read for so long.
const longestReading = 60 * 60

// Done marks a lesson as finished: a statement and one update. next is where
// the learner goes from here (empty: nowhere), so that opening that page
// writes nothing. The time of reading is that from opening the lesson, where
// it was the last one opened, so that it needs no script. Doing it again
// changes nothing.
func (s *Service) Done(ctx context.Context, a darasa.Actor, enrolment darasa.ID, lesson, next string, now darasa.Time) (Progress, error) {
	ev := Event{ID: darasa.DeriveID("event", string(enrolment), LessonDone, lesson), Kind: LessonDone, Enrolment: enrolment, Lesson: lesson, At: now, Device: Online}
	if p, err := s.all.Get(ctx, enrolment); err == nil && p.Position.Lesson == lesson && !p.Position.At.IsZero() {
		ev.Total = min(max(0, int64(now.Sub(p.Position.At.Time).Seconds())), longestReading)
	}
	extra := Facts{}
	if next != "" { // a millisecond later than the act itself
		extra.Position = Position{Lesson: next, At: darasa.At(now.Add(1e6))}
	}
	return s.act(ctx, a, ev, extra, now)
}

// Answered notes the answer to a check inside a lesson. It is for practice:
// only that the learner was active counts.
func (s *Service) Answered(ctx context.Context, a darasa.Actor, ev Event, now darasa.Time) (Progress, error) {
	if ev.ID == "" {
		ev.ID = s.NewID()
	}
	ev.Kind, ev.At, ev.Device = CheckAnswered, now, Online
	return s.act(ctx, a, ev, Facts{}, now)
}

// act keeps one event of a signed-in learner and joins it.
func (s *Service) act(ctx context.Context, a darasa.Actor, ev Event, extra Facts, now darasa.Time) (Progress, error) {
	if err := ev.check(); err != nil {
		return Progress{}, err
	}
	e, err := s.Enrolments.Own(ctx, a, ev.Enrolment)
	if err != nil {
		return Progress{}, err
	}
	if e.State != enrolment.Active {
		return Progress{}, darasa.Fail(darasa.Conflict, "Umeondolewa kwenye kozi hii. Jiandikishe tena.", "You are withdrawn from this course. Enrol again.")
	}
	ed, err := s.Content.Edition(ctx, e.Edition)
	if err != nil {
		return Progress{}, err
	}
	lessons := LessonsOf(ed)
	if !lessons[ev.Lesson] {
		return Progress{}, darasa.Fail(darasa.NotFound, "Somo hili halipo kwenye kozi.", "The course has no such lesson.")
	}
	v, err := s.voice(ctx, e.Person, e.Institution)
	if err != nil {
		return Progress{}, err
	}
	ev.Enrolment = e.ID // where a derived id led here, a rebuild looks under the enrolment's own
	st := Expand(ev, e.Course, v, now)
	st.Stored = s.NewID()
	if st, err = s.keepOne(ctx, st); err != nil {
		return Progress{}, err
	}
	return s.Apply(ctx, e.ID, Merge(FactsOfStatement(&st, s.Base, e.Course, lessons), extra), now)
}

func (s *Service) keepOne(ctx context.Context, st lrs.Statement) (lrs.Statement, error) {
	verdicts, err := s.Statements.Keep(ctx, []lrs.Statement{st})
	if err != nil {
		return st, err
	}
	return s.stands(ctx, st, verdicts[0])
}

// Submit grades a submission of a signed-in learner, keeps what it derives and
// joins it. Repeating it heals whatever a crash left undone.
func (s *Service) Submit(ctx context.Context, a darasa.Actor, sub attempt.Submission, now darasa.Time) (attempt.Result, Progress, error) {
	res, err := s.Attempts.Submit(ctx, a, sub, now)
	if err != nil {
		return res, Progress{}, err
	}
	p, err := s.attempted(ctx, &res.Attempt, now)
	return res, p, err
}

func (s *Service) attempted(ctx context.Context, at *attempt.Attempt, now darasa.Time) (Progress, error) {
	p, err := s.all.Get(ctx, at.Enrolment)
	if err != nil && darasa.CodeOf(err) != darasa.NotFound {
		return p, err
	}
	institution := p.Institution
	// The record is stored; what follows from it may go into one commit.
	g, both := errgroup.WithContext(ctx)
	g.Go(func() error { return s.tellNow(both, at, institution) })
	g.Go(func() (err error) {
		p, err = s.join(both, at.Enrolment, FactsOfAttempt(at))
		return err
	})
	if err := g.Wait(); err != nil {
		return p, err
	}
	return s.follow(ctx, p, now)
}

// Regrade grades an edition's attempts with its newest keys and joins every
// one that changed. It returns how many got a new grade.
func (s *Service) Regrade(ctx context.Context, a darasa.Actor, edition darasa.ID, now darasa.Time) (int, error) {
	if !a.Is(darasa.Author, darasa.NationalAdmin) {
		return 0, darasa.Fail(darasa.Forbidden, "Hii ni kazi ya mwandishi wa kozi.", "This is for the course's author.")
	}
	return s.Attempts.Regrade(ctx, edition, now, func(at attempt.Attempt) error {
		p, err := s.attempted(ctx, &at, now)
		if err == nil && s.TellLater { // TellSince looks at what was received lately only
			err = s.tell(ctx, &at, p.Institution)
		}
		return err
	})
}

// Accept keeps statements that a learner's own client sent to /xapi, prepared
// by the log, and joins those about own enrolments. Another person as actor is
// Forbidden, and then nothing is kept. A foreign "passed" decides nothing.
func (s *Service) Accept(ctx context.Context, a darasa.Actor, sts []lrs.Statement, now darasa.Time) ([]error, error) {
	v, err := s.voice(ctx, a.Person, a.Institution)
	if err != nil {
		return nil, err
	}
	for _, st := range sts {
		if st.Actor != v.Key() {
			return nil, darasa.Fail(darasa.Forbidden, "Kauli inamtaja mtu mwingine.", "The statement names another person as its actor.")
		}
	}
	verdicts, err := s.Statements.Keep(ctx, sts)
	if err != nil {
		return verdicts, err
	}
	for i, st := range sts {
		if verdicts[i] != nil || st.Registration == "" {
			continue
		}
		if err := s.joinForeign(ctx, a, st.ID, now); err != nil {
			return verdicts, err
		}
	}
	return verdicts, nil
}

// joinForeign joins a foreign statement as the log holds it, which is the form
// that a rebuild reads. A registration that is no enrolment of the actor's is
// kept and joins nothing, nor does the derived id of a moved learner, under
// which a rebuild does not look.
func (s *Service) joinForeign(ctx context.Context, a darasa.Actor, id darasa.ID, now darasa.Time) error {
	st, err := s.Statements.Get(ctx, id)
	if err != nil {
		return err
	}
	e, err := s.Enrolments.Own(ctx, a, darasa.ID(st.Registration))
	if darasa.CodeOf(err) == darasa.NotFound || err == nil && string(e.ID) != st.Registration {
		return nil
	}
	if err != nil {
		return err
	}
	ed, err := s.Content.Edition(ctx, e.Edition)
	if err != nil {
		return err
	}
	_, err = s.Apply(ctx, e.ID, FactsOfStatement(&st, s.Base, e.Course, LessonsOf(ed)), now)
	return err
}
