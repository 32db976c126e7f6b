package attempt

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"

	"darasa/backend/assessment"
	"darasa/backend/darasa"
	"darasa/backend/store"
)

// Submission is a learner's answers to one try, from a form or from an outbox.
type Submission struct {
	Attempt darasa.ID
	Ticket  string    // signed; a form on a page needs none
	Event   darasa.ID // made on the device; derived from the answers where empty
	Answers []assessment.Answer
	At      darasa.Time // device time; receive time where zero
	// Final says that doubts (unanswered questions, a text that is no number)
	// are meant: a form asks once, an outbox always sends final answers.
	Final bool
}

// Why a submission is kept without counting.
const (
	KeptLate = "late"
	KeptOver = "over limit"
)

// Result is what became of a submission.
type Result struct {
	Attempt  Attempt
	Kept     string // empty: graded and counted; else KeptLate or KeptOver
	Repeated bool   // the same submission was taken before
}

// Save keeps answers before submission: one write where something changed,
// none otherwise. Answers to other questions that another device saved stay.
func (s *Service) Save(ctx context.Context, a darasa.Actor, id darasa.ID, answers []assessment.Answer) (Attempt, error) {
	return s.all.Update(ctx, id, func(at *Attempt) error {
		if a.Anonymous() || at.Person != a.Person {
			return darasa.Fail(darasa.NotFound, "Hakipo.", "Not found.")
		}
		p, err := s.paper(ctx, at, false)
		if err != nil {
			return err
		}
		if err := p.Validate(answers); err != nil {
			return err
		}
		return saveInto(at, answers)
	})
}

func (s *Service) save(ctx context.Context, id darasa.ID, answers []assessment.Answer) (Attempt, error) {
	return s.all.Update(ctx, id, func(at *Attempt) error { return saveInto(at, answers) })
}

func saveInto(at *Attempt, answers []assessment.Answer) error {
	if at.State != IssuedState {
		return darasa.Fail(darasa.Conflict, "Jaribio hili limeshatumwa.", "This try has been submitted already.")
	}
	merged := merge(at.Saved, answers)
	if same(merged, at.Saved) {
		return store.ErrUnchanged
	}
	at.Saved = merged
	return nil
}

// merge lays new answers over old ones, question by question, and sorts them.
// An empty answer stays, because it says that an earlier one was taken back.
func merge(old, add []assessment.Answer) []assessment.Answer {
	out := slices.Clone(old)
	for _, n := range add {
		i := slices.IndexFunc(out, func(o assessment.Answer) bool { return o.Question == n.Question })
		if i < 0 {
			out = append(out, n)
		} else {
			out[i] = n
		}
	}
	slices.SortStableFunc(out, func(x, y assessment.Answer) int { return compare(x.Question, y.Question) })
	return out
}

// same compares answers as given, whatever their order; what was not answered
// does not matter.
func same(x, y []assessment.Answer) bool {
	answered := func(a []assessment.Answer) []assessment.Answer {
		return slices.DeleteFunc(merge(nil, a), func(v assessment.Answer) bool { return !v.Answered() })
	}
	return slices.EqualFunc(answered(x), answered(y), func(p, q assessment.Answer) bool {
		return p.Question == q.Question && p.Value == q.Value && slices.Equal(p.Options, q.Options)
	})
}

// paper is the attempt's draw with its bank, and the keys where they are needed.
func (s *Service) paper(ctx context.Context, at *Attempt, keys bool) (*assessment.Paper, error) {
	bank, err := s.content.Bank(ctx, at.Edition, at.Quiz)
	if err != nil {
		return nil, err
	}
	p := &assessment.Paper{Questions: bank, Draw: at.Draw}
	if keys {
		p.Keys, p.KeyVersion, err = s.content.Keys(ctx, at.Edition)
	}
	return p, err
}

// Submit grades a submission. The first of a ticket counts; the same again has
// the same answer; another with other answers is kept as an extra attempt that
// never counts. Doubts are Invalid unless the submission is Final, and what
// was typed is saved.
func (s *Service) Submit(ctx context.Context, a darasa.Actor, sub Submission, now darasa.Time) (Result, error) {
	at, err := s.locate(ctx, a, sub)
	if err != nil {
		return Result{}, err
	}
	p, err := s.paper(ctx, &at, true)
	if err != nil {
		return Result{}, err
	}
	if err := p.Validate(sub.Answers); err != nil {
		return Result{}, err
	}
	if doubts := p.Doubts(sub.Answers); len(doubts) > 0 && !sub.Final && at.State == IssuedState {
		if _, err := s.save(ctx, at.ID, sub.Answers); err != nil {
			return Result{}, err
		}
		return Result{}, darasa.Fail(darasa.Invalid, "Angalia tena kabla ya kutuma.", "Look again before you send.").With(doubts...)
	}
	done, err := s.grade(ctx, p, at, sub, now)
	if err != nil {
		return Result{}, err
	}
	return s.settle(ctx, done, sub)
}

// locate finds the try that a submission belongs to. A ticket of ours is
// enough where the store lost the try (an older backup was restored).
func (s *Service) locate(ctx context.Context, a darasa.Actor, sub Submission) (Attempt, error) {
	if sub.Ticket == "" {
		return s.own(ctx, a, sub.Attempt)
	}
	t, err := s.Redeem(sub.Ticket)
	if err != nil {
		return Attempt{}, err
	}
	if a.Anonymous() || t.Person != a.Person || sub.Attempt != "" && sub.Attempt != t.Attempt {
		return Attempt{}, darasa.Fail(darasa.Forbidden, "Tiketi hii ni ya mtu mwingine.", "This ticket is another person's.")
	}
	at, err := s.own(ctx, a, t.Attempt)
	if darasa.CodeOf(err) != darasa.NotFound {
		return at, err
	}
	return s.again(ctx, a, t)
}

func (s *Service) again(ctx context.Context, a darasa.Actor, t Ticket) (Attempt, error) {
	e, err := s.enrolments.Own(ctx, a, t.Enrolment)
	if err != nil {
		return Attempt{}, err
	}
	ed, err := s.content.Edition(ctx, t.Edition)
	if err != nil {
		return Attempt{}, err
	}
	q, err := quizOf(ed, t.Quiz)
	if err != nil {
		return Attempt{}, err
	}
	at, err := s.fresh(ctx, place{e: e, ed: ed}, q, t.Number, t.Issued)
	if err != nil {
		return at, err
	}
	if err := s.all.Insert(ctx, &at); err != nil && darasa.CodeOf(err) != darasa.Conflict {
		return at, err
	}
	return s.own(ctx, a, at.ID)
}

// grade returns the attempt as it would be stored if this submission counts.
func (s *Service) grade(ctx context.Context, p *assessment.Paper, at Attempt, sub Submission, now darasa.Time) (Attempt, error) {
	g, err := p.Grade(sub.Answers, assessment.Rule, at.PassMark, now)
	if err != nil {
		return at, err
	}
	at.Answers, at.Grades, at.State = merge(nil, sub.Answers), []assessment.Grade{g}, GradedState
	at.Submitted, at.Received, at.Event, at.Saved = sub.At, now, sub.Event, nil
	if at.Submitted.IsZero() {
		at.Submitted = now
	}
	if at.Event == "" {
		at.Event = eventOf(at.ID, at.Answers)
	}
	over, err := s.over(ctx, &at)
	if err != nil {
		return at, err
	}
	at.flag(over)
	return at, nil
}

// eventOf derives the id of a form's submission, so that pressing twice is once.
func eventOf(id darasa.ID, answers []assessment.Answer) darasa.ID {
	body, _ := json.Marshal(answers) // texts and lists of texts: cannot fail
	sum := sha256.Sum256(body)
	return darasa.DeriveID("submission", string(id), hex.EncodeToString(sum[:]))
}

// over tells whether the try is beyond those given to the learner.
func (s *Service) over(ctx context.Context, at *Attempt) (bool, error) {
	ed, err := s.content.Edition(ctx, at.Edition)
	if err != nil {
		return false, err
	}
	q, err := quizOf(ed, at.Quiz)
	if err != nil || at.Number <= max(q.Tries, 1) {
		return false, err
	}
	e, err := s.enrolments.Lookup(ctx, at.Enrolment)
	return err == nil && at.Number > Allowed(q, &e), err
}

// flag says what is unusual about a submission. Only what the learner did
// decides: the earlier of device and receive time is when it was answered, so
// that neither a clock that runs ahead nor a slow network makes it late.
func (a *Attempt) flag(over bool) {
	add := func(f string) {
		if !slices.Contains(a.Flags, f) {
			a.Flags = append(a.Flags, f)
		}
	}
	answered := a.Submitted
	if a.Submitted.After(a.Received.Add(ClockSlack)) {
		add(FlagFuture)
		answered = a.Received
	}
	switch {
	case answered.After(a.Expires.Time):
		add(FlagLate)
		a.Extra = true
	case a.Received.After(a.Expires.Time):
		add(FlagDelayed)
	}
	if over {
		add(FlagOver)
		a.Extra = true
	}
}

// settle stores a graded submission: into its ticket's attempt if that is
// unused, beside it as an extra one otherwise.
func (s *Service) settle(ctx context.Context, done Attempt, sub Submission) (Result, error) {
	res := Result{}
	other := false
	stored, err := s.all.Update(ctx, done.ID, func(at *Attempt) error {
		res.Repeated, other = false, false
		if at.State == IssuedState {
			rev := at.Meta
			*at = done
			at.Meta = rev
			return nil
		}
		res.Repeated = at.Event == done.Event || same(at.Answers, done.Answers)
		other = !res.Repeated
		return store.ErrUnchanged
	})
	if err != nil {
		return res, err
	}
	if other {
		return s.extra(ctx, done)
	}
	res.Attempt, res.Kept = stored, stored.kept()
	return res, nil
}

func (s *Service) extra(ctx context.Context, done Attempt) (Result, error) {
	done.Meta = store.Meta{}
	done.ID, done.Extra = ExtraID(done.ID, done.Event), true
	done.Flags = append(slices.Clone(done.Flags), FlagExtra)
	err := s.all.Insert(ctx, &done)
	if darasa.CodeOf(err) == darasa.Conflict {
		done, err = s.all.Get(ctx, done.ID)
		return Result{Attempt: done, Kept: done.kept(), Repeated: true}, err
	}
	return Result{Attempt: done, Kept: done.kept()}, err
}

// kept says why an attempt does not count, empty where it does.
func (a *Attempt) kept() string {
	switch {
	case !a.Extra:
		return ""
	case slices.Contains(a.Flags, FlagLate) && !slices.Contains(a.Flags, FlagExtra):
		return KeptLate
	}
	return KeptOver
}
