package attempt

import (
	"cmp"
	"context"

	"darasa/backend/assessment"
	"darasa/backend/course"
	"darasa/backend/darasa"
	"darasa/backend/enrolment"
	"darasa/backend/store"
)

func compare[T cmp.Ordered](x, y T) int { return cmp.Compare(x, y) }

func b(v bool) int {
	if v {
		return 1
	}
	return 0
}

// Ticket is one try as a device carries it: enough to draw the quiz offline
// and to prove that the try was given.
type Ticket struct {
	Key       string      `json:"k"` // id of the signing key
	Attempt   darasa.ID   `json:"attempt"`
	Person    darasa.ID   `json:"person"`
	Enrolment darasa.ID   `json:"enrolment"`
	Quiz      string      `json:"quiz"`
	Edition   darasa.ID   `json:"edition"`
	Number    int64       `json:"number"`
	Seed      int64       `json:"seed"`
	Issued    darasa.Time `json:"issued"`
	Expires   darasa.Time `json:"expires"`
}

// Issue is a ticket with its signed form, the draw, and whether it was used.
type Issue struct {
	Ticket
	Signed string             `json:"ticket"`
	Draw   []assessment.Drawn `json:"draw"`
	State  string             `json:"state"` // issued, graded
}

// place is an enrolment with its edition, found once per use case.
type place struct {
	e  enrolment.Enrolment
	ed *course.Edition
}

func (s *Service) place(ctx context.Context, a darasa.Actor, id darasa.ID) (place, error) {
	e, err := s.enrolments.Own(ctx, a, id)
	if err != nil {
		return place{}, err
	}
	if e.State != enrolment.Active {
		return place{}, darasa.Fail(darasa.Conflict, "Umeondolewa kwenye kozi hii. Jiandikishe tena.", "You are withdrawn from this course. Enrol again.")
	}
	ed, err := s.content.Edition(ctx, e.Edition)
	return place{e: e, ed: ed}, err
}

// fresh returns try number n, drawn and not yet stored.
func (s *Service) fresh(ctx context.Context, p place, q course.Quiz, n int64, now darasa.Time) (Attempt, error) {
	bank, err := s.content.Bank(ctx, p.ed.ID, q.Slug)
	if err != nil {
		return Attempt{}, err
	}
	at := Attempt{ID: ID(p.e.ID, q.Slug, n), Enrolment: p.e.ID, Person: p.e.Person, Course: p.e.Course, Edition: p.ed.ID,
		Quiz: q.Slug, Kind: q.Kind, Number: n, PassMark: q.Pass, State: IssuedState, Issued: now, Expires: darasa.At(now.Add(Lifetime))}
	at.Seed = seedOf(at.ID)
	at.Draw = assessment.Draw(at.Seed, p.ed.ID, q.Slug, bank, int(q.Draw))
	if n > max(q.Tries, 1) {
		at.Flags = []string{FlagGranted}
	}
	return at, nil
}

// Tickets issues every try that the learner has at every quiz of the course,
// the same ones however often and from whatever device it is asked. An unused
// ticket that expired is given anew.
func (s *Service) Tickets(ctx context.Context, a darasa.Actor, enrolment darasa.ID, now darasa.Time) ([]Issue, error) {
	p, err := s.place(ctx, a, enrolment)
	if err != nil {
		return nil, err
	}
	var want []Attempt
	var ids []darasa.ID
	for _, q := range p.ed.Quizzes {
		for n := int64(1); n <= Allowed(q, &p.e); n++ {
			at, err := s.fresh(ctx, p, q, n, now)
			if err != nil {
				return nil, err
			}
			want, ids = append(want, at), append(ids, at.ID)
		}
	}
	have, err := s.all.GetMany(ctx, ids)
	if err != nil {
		return nil, err
	}
	if err := s.insertMissing(ctx, want, have); err != nil {
		return nil, err
	}
	out := make([]Issue, 0, len(want))
	for _, w := range want {
		at, ok := have[w.ID]
		if !ok {
			at = w
		}
		if at, err = s.renew(ctx, at, now); err != nil {
			return nil, err
		}
		issue, err := s.sign(at)
		if err != nil {
			return nil, err
		}
		out = append(out, issue)
	}
	return out, nil
}

func (s *Service) insertMissing(ctx context.Context, want []Attempt, have map[darasa.ID]Attempt) error {
	var add []Attempt
	for _, at := range want {
		if _, ok := have[at.ID]; !ok {
			add = append(add, at)
		}
	}
	verdicts, err := s.all.InsertMany(ctx, add)
	if err != nil {
		return err
	}
	for i, v := range verdicts {
		switch darasa.CodeOf(v) {
		case "":
		case darasa.Conflict: // another device asked at the same moment
			if have[add[i].ID], err = s.all.Get(ctx, add[i].ID); err != nil {
				return err
			}
		default:
			return v
		}
	}
	return nil
}

func (s *Service) renew(ctx context.Context, at Attempt, now darasa.Time) (Attempt, error) {
	if at.State != IssuedState || at.Expires.After(now.Time) {
		return at, nil
	}
	return s.all.Update(ctx, at.ID, func(x *Attempt) error {
		if x.State != IssuedState || x.Expires.After(now.Time) {
			return store.ErrUnchanged
		}
		x.Issued, x.Expires = now, darasa.At(now.Add(Lifetime))
		return nil
	})
}

func (s *Service) sign(at Attempt) (Issue, error) {
	t := Ticket{Key: s.tickets.Key(), Attempt: at.ID, Person: at.Person, Enrolment: at.Enrolment, Quiz: at.Quiz, Edition: at.Edition,
		Number: at.Number, Seed: at.Seed, Issued: at.Issued, Expires: at.Expires}
	signed, err := s.tickets.Sign(t)
	return Issue{Ticket: t, Signed: signed, Draw: at.Draw, State: at.State}, err
}

// Redeem reads a signed ticket; Forbidden if it is not ours.
func (s *Service) Redeem(signed string) (Ticket, error) {
	var t Ticket
	err := s.tickets.Verify(signed, &t)
	return t, err
}

// Open returns the learner's current try at a quiz, or the next one. Conflict
// after a pass and when no try is left.
func (s *Service) Open(ctx context.Context, a darasa.Actor, enrolment darasa.ID, quiz string, now darasa.Time) (Attempt, error) {
	p, err := s.place(ctx, a, enrolment)
	if err != nil {
		return Attempt{}, err
	}
	q, err := quizOf(p.ed, quiz)
	if err != nil {
		return Attempt{}, err
	}
	all, err := s.Of(ctx, p.e.ID)
	if err != nil {
		return Attempt{}, err
	}
	st := Standing(all, q, &p.e)
	switch {
	case st.Passed:
		return Attempt{}, darasa.Fail(darasa.Conflict, "Umeshafaulu jaribio hili.", "You have already passed this quiz.")
	case st.Next == 0:
		return Attempt{}, darasa.Fail(darasa.Conflict, "Nafasi zako za jaribio hili zimeisha. Zungumza na mkufunzi wako.",
			"You have no try left at this quiz. Talk to your trainer.")
	}
	if st.Current != nil {
		return s.renew(ctx, *st.Current, now)
	}
	at, err := s.fresh(ctx, p, q, st.Next, now)
	if err != nil {
		return Attempt{}, err
	}
	err = s.all.Insert(ctx, &at)
	if darasa.CodeOf(err) == darasa.Conflict {
		return s.all.Get(ctx, at.ID)
	}
	return at, err
}

// Stand is where a learner is with one quiz.
type Stand struct {
	Allowed int64    // tries given, granted ones included
	Used    int64    // tries submitted that count
	Passed  bool     // by a counted try
	Next    int64    // number of the try to take now, 0 if none is left
	Current *Attempt // that try, where it was opened before
	Last    *Attempt // the latest submitted try that counts
	Best    float64  // greatest score of a counted try, 0 to 1
}

// Over tells whether nothing is at stake any more, so that the key may be
// shown: after a pass or the last try, and never for a pre-test.
func (s Stand) Over(kind string) bool { return kind != PreTest && (s.Passed || s.Next == 0) }

// Standing works out where a learner is from all attempts of the enrolment.
func Standing(all []Attempt, q course.Quiz, e *enrolment.Enrolment) Stand {
	st := Stand{Allowed: Allowed(q, e)}
	byNumber := map[int64]*Attempt{}
	for i := range all {
		at := &all[i]
		if at.Quiz != q.Slug || at.Extra && at.State == GradedState && at.isSecond() {
			continue
		}
		byNumber[at.Number] = at
		if at.State != GradedState || at.Extra {
			continue
		}
		st.Used++
		if g := at.Best(); g != nil {
			st.Passed = st.Passed || g.Pass && at.Kind != PreTest
			st.Best = max(st.Best, g.Score)
		}
		if st.Last == nil || at.Number > st.Last.Number {
			st.Last = at
		}
	}
	for n := int64(1); n <= st.Allowed && st.Next == 0; n++ {
		at := byNumber[n]
		if at == nil || at.State == IssuedState {
			st.Next, st.Current = n, at
		}
	}
	return st
}

// isSecond tells whether this is another submission of a used ticket, and not
// the ticket's own attempt that came too late to count.
func (a *Attempt) isSecond() bool { return a.ID != ID(a.Enrolment, a.Quiz, a.Number) }
