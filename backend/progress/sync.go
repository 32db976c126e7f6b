package progress

import (
	"context"
	"slices"

	"darasa/backend/attempt"
	"darasa/backend/darasa"
	"darasa/backend/enrolment"
	"darasa/backend/lrs"
)

// Verdict is the answer to one event: "stored", "graded", "kept: late",
// "kept: over limit" or "refused: <code>" with the reason.
type Verdict struct {
	ID      darasa.ID   `json:"id"`
	Verdict string      `json:"verdict"`
	Why     darasa.Text `json:"why,omitzero"`
	Attempt darasa.ID   `json:"attempt,omitempty"`
	Score   *float64    `json:"score,omitempty"` // 0 to 1
	Pass    bool        `json:"pass,omitempty"`
}

// Verdicts without a reason.
const (
	Stored = "stored"
	Graded = "graded"
)

func refused(id darasa.ID, err error) Verdict {
	v := Verdict{ID: id, Verdict: "refused: " + string(darasa.CodeOf(err))}
	if e, ok := err.(*darasa.Error); ok {
		v.Why = e.Text
	}
	return v
}

// ours tells whether an error is the store's or the program's, so that nothing
// may be acknowledged: the device tries again.
func ours(err error) bool {
	switch darasa.CodeOf(err) {
	case darasa.Unavailable, darasa.Internal, darasa.TooMany:
		return true
	}
	return false
}

// holder is who an event speaks for.
type holder struct {
	person darasa.ID
	device string
	err    error // the token was refused
}

// Sync takes a batch of a device: each event is stored once per id, whenever
// and however often it comes. An error acknowledges nothing and asks for a
// retry; otherwise there is one verdict per event, in order.
func (s *Service) Sync(ctx context.Context, b Batch, now darasa.Time) ([]Verdict, error) {
	if len(b.Events) > MaxEvents || len(b.Tokens) > MaxEvents {
		return nil, darasa.Fail(darasa.TooLarge, "Rekodi ni nyingi mno: tuma 20 kwa mara moja.", "Too many records: send 20 at a time.")
	}
	holders := make([]holder, len(b.Tokens))
	for i, t := range b.Tokens {
		holders[i].person, holders[i].device, holders[i].err = s.Redeem(ctx, t)
		if ours(holders[i].err) {
			return nil, holders[i].err
		}
	}
	in := &intake{s: s, now: now, facts: map[darasa.ID]Facts{}, verdicts: make([]Verdict, len(b.Events))}
	if err := in.find(ctx, b.Events); err != nil {
		return nil, err
	}
	for i, ev := range b.Events {
		h := holder{err: darasa.Fail(darasa.Forbidden, "Rekodi haina mwenyewe.", "The record has no owner.")}
		if ev.Owner >= 0 && ev.Owner < len(holders) {
			h = holders[ev.Owner]
		}
		if err := in.take(ctx, i, ev, h); err != nil {
			return nil, err
		}
	}
	if err := in.keep(ctx); err != nil {
		return nil, err
	}
	return in.verdicts, in.apply(ctx)
}

// intake gathers what one request brings, so that it costs one insertion of
// statements and one update per enrolment.
type intake struct {
	s        *Service
	now      darasa.Time
	known    map[darasa.ID]enrolment.Enrolment
	voices   map[darasa.ID]attempt.Voice
	waiting  []waiting
	order    []darasa.ID // enrolments with facts
	facts    map[darasa.ID]Facts
	verdicts []Verdict
}

// waiting is a statement to be kept, with the place of its verdict.
type waiting struct {
	place int
	st    lrs.Statement
	e     enrolment.Enrolment
}

func (in *intake) find(ctx context.Context, events []Event) (err error) {
	ids := make([]darasa.ID, len(events))
	for i, ev := range events {
		ids[i] = ev.Enrolment
	}
	in.voices = map[darasa.ID]attempt.Voice{}
	in.known, err = in.s.Enrolments.LookupMany(ctx, ids)
	return err
}

func (in *intake) take(ctx context.Context, i int, ev Event, h holder) error {
	err := h.err
	if err == nil {
		err = ev.check()
	}
	e, ok := in.known[ev.Enrolment]
	if err == nil && (!ok || e.Person != h.person) {
		err = darasa.Fail(darasa.Forbidden, "Rekodi hii ni ya mtu mwingine.", "This record is another person's.")
	}
	if err == nil && ev.Kind == QuizSubmitted {
		err = in.quiz(ctx, i, ev, h)
	} else if err == nil {
		err = in.learning(ctx, i, ev, h, e)
	}
	if err != nil && !ours(err) {
		in.verdicts[i] = refused(ev.ID, err)
		return nil
	}
	return err
}

func (in *intake) learning(ctx context.Context, i int, ev Event, h holder, e enrolment.Enrolment) error {
	v, ok := in.voices[e.ID]
	if !ok {
		var err error
		if v, err = in.s.voice(ctx, e.Person, e.Institution); err != nil {
			return err
		}
		in.voices[e.ID] = v
	}
	if ev.Device == "" {
		ev.Device = h.device
	}
	st := Expand(ev, e.Course, v, in.now)
	st.Stored = in.s.NewID()
	in.waiting = append(in.waiting, waiting{i, st, e})
	in.verdicts[i] = Verdict{ID: ev.ID, Verdict: Stored}
	return nil
}

func (in *intake) quiz(ctx context.Context, i int, ev Event, h holder) error {
	t, err := in.s.Attempts.Redeem(ev.Ticket)
	if err == nil && t.Enrolment != ev.Enrolment {
		err = darasa.Fail(darasa.Forbidden, "Tiketi hii ni ya kozi nyingine.", "This ticket is of another course.")
	}
	if err != nil {
		return err
	}
	sub := attempt.Submission{Ticket: ev.Ticket, Event: ev.ID, Answers: ev.Answers, At: ev.At, Final: true}
	res, err := in.s.Attempts.Submit(ctx, darasa.Actor{Person: h.person}, sub, in.now)
	if err != nil {
		return err
	}
	if err := in.s.tellNow(ctx, &res.Attempt, in.known[ev.Enrolment].Institution); err != nil {
		return err
	}
	in.add(ev.Enrolment, FactsOfAttempt(&res.Attempt))
	v := Verdict{ID: ev.ID, Verdict: Graded, Attempt: res.Attempt.ID}
	if g := res.Attempt.Best(); g != nil {
		v.Score, v.Pass = &g.Score, g.Pass
	}
	if res.Kept != "" {
		v.Verdict = "kept: " + res.Kept
	}
	in.verdicts[i] = v
	return nil
}

func (in *intake) add(id darasa.ID, f Facts) {
	if _, ok := in.facts[id]; !ok {
		in.order = append(in.order, id)
	}
	in.facts[id] = Merge(in.facts[id], f)
}

// keep stores the waiting statements and adds what the stored ones say.
func (in *intake) keep(ctx context.Context) error {
	if len(in.waiting) == 0 {
		return nil
	}
	sts := make([]lrs.Statement, len(in.waiting))
	for i, w := range in.waiting {
		sts[i] = w.st
	}
	verdicts, err := in.s.Statements.Keep(ctx, sts)
	if err != nil {
		return err
	}
	for i, w := range in.waiting {
		st, err := in.s.stands(ctx, w.st, verdicts[i])
		if err != nil {
			if ours(err) {
				return err
			}
			in.verdicts[w.place] = refused(w.st.ID, err)
			continue
		}
		ed, err := in.s.Content.Edition(ctx, w.e.Edition)
		if err != nil {
			return err
		}
		in.add(w.e.ID, FactsOfStatement(&st, in.s.Base, w.e.Course, LessonsOf(ed)))
	}
	return nil
}

// stands returns the statement that the log holds under the id: the first that
// came decides, so that a repetition joins what a rebuild would. Conflict if
// it is another actor's or another enrolment's.
func (s *Service) stands(ctx context.Context, st lrs.Statement, verdict error) (lrs.Statement, error) {
	if darasa.CodeOf(verdict) != darasa.Conflict {
		return st, verdict
	}
	old, err := s.Statements.Get(ctx, st.ID)
	if err == nil && (old.Actor != st.Actor || old.Registration != st.Registration) {
		err = darasa.Fail(darasa.Conflict, "Rekodi nyingine ina namba hii.", "Another record has this id.")
	}
	return old, err
}

func (in *intake) apply(ctx context.Context) error {
	slices.Sort(in.order)
	for _, id := range in.order {
		if _, err := in.s.Apply(ctx, id, in.facts[id], in.now); err != nil {
			return err
		}
	}
	return nil
}
