package progress

import (
	"context"

	"darasa/backend/attempt"
	"darasa/backend/darasa"
	"darasa/backend/lrs"
)

// tellTogether is how many statements are inserted at a time.
const tellTogether = 400

// tellNow tells the log of an attempt unless that is left to TellSince.
func (s *Service) tellNow(ctx context.Context, a *attempt.Attempt, institution darasa.ID) error {
	if s.TellLater {
		return nil
	}
	return s.tell(ctx, a, institution)
}

// tell keeps the statements that an attempt derives; an erased person's derive
// none any more.
func (s *Service) tell(ctx context.Context, a *attempt.Attempt, institution darasa.ID) error {
	sts, err := s.derived(ctx, a, institution)
	if darasa.CodeOf(err) == darasa.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	return s.keepDerived(ctx, sts)
}

func (s *Service) derived(ctx context.Context, a *attempt.Attempt, institution darasa.ID) ([]lrs.Statement, error) {
	v, err := s.voice(ctx, a.Person, institution)
	if err != nil {
		return nil, err
	}
	bank, err := s.Content.Bank(ctx, a.Edition, a.Quiz)
	if err != nil {
		return nil, err
	}
	sts := attempt.Statements(a, bank, v)
	for i := range sts {
		sts[i].Stored = s.NewID()
	}
	return sts, nil
}

// keepDerived inserts derived statements. One that stands already is the same,
// or an earlier grade's: either way it stays.
func (s *Service) keepDerived(ctx context.Context, sts []lrs.Statement) error {
	verdicts, err := s.Statements.Keep(ctx, sts)
	if err != nil {
		return err
	}
	for _, v := range verdicts {
		if v != nil && darasa.CodeOf(v) != darasa.Conflict {
			return v
		}
	}
	return nil
}

// TellSince tells the log of every attempt received from a moment on that it
// does not know yet, many at a time, and returns how many there were. Jobs
// call it every minute with the time of the run before; overlapping or
// repeating it is harmless, and it heals what a crash left untold.
func (s *Service) TellSince(ctx context.Context, from darasa.Time) (int, error) {
	var waiting []lrs.Statement
	told := 0
	flush := func() error {
		err := s.keepDerived(ctx, waiting)
		waiting = waiting[:0]
		return err
	}
	err := s.Attempts.Received(ctx, from, func(a attempt.Attempt) error {
		e, err := s.Enrolments.Lookup(ctx, a.Enrolment)
		if darasa.CodeOf(err) == darasa.NotFound {
			return nil
		}
		if err != nil {
			return err
		}
		sts, err := s.derived(ctx, &a, e.Institution)
		if darasa.CodeOf(err) == darasa.NotFound { // erased in between
			return nil
		}
		if err != nil || len(sts) == 0 {
			return err
		}
		switch _, err := s.Statements.Get(ctx, sts[len(sts)-1].ID); darasa.CodeOf(err) {
		case "":
			return nil
		case darasa.NotFound:
		default:
			return err
		}
		told++
		if waiting = append(waiting, sts...); len(waiting) >= tellTogether {
			return flush()
		}
		return nil
	})
	if err != nil || len(waiting) == 0 {
		return told, err
	}
	return told, flush()
}
