package progress

import (
	"context"

	"darasa/backend/attempt"
	"darasa/backend/darasa"
	"darasa/backend/enrolment"
	"darasa/backend/lrs"
)

// Plant stores acts of the past as the records that they would have left, then
// computes the projection from them and issues what is due. It is for seeding.
// Without derived the statements about attempts are left out: millions of
// them serve no measurement.
func (s *Service) Plant(ctx context.Context, e *enrolment.Enrolment, acts []Event, tries []attempt.Attempt, derived bool) (Progress, error) {
	v, err := s.voice(ctx, e.Person, e.Institution)
	if err != nil {
		return Progress{}, err
	}
	sts := make([]lrs.Statement, 0, len(acts))
	for _, ev := range acts {
		sts = append(sts, Expand(ev, e.Course, v, ev.At))
	}
	if derived {
		for i := range tries {
			bank, err := s.Content.Bank(ctx, tries[i].Edition, tries[i].Quiz)
			if err != nil {
				return Progress{}, err
			}
			sts = append(sts, attempt.Statements(&tries[i], bank, v)...)
		}
	}
	for i := range sts {
		sts[i].Stored = s.NewID()
	}
	if _, err := s.Statements.Keep(ctx, sts); err != nil {
		return Progress{}, err
	}
	if _, err := s.Attempts.Keep(ctx, tries); err != nil {
		return Progress{}, err
	}
	if _, err := s.RebuildOne(ctx, e.ID); err != nil {
		return Progress{}, err
	}
	p, err := s.Lookup(ctx, e.ID)
	if err != nil || p.PassedAt.IsZero() {
		return p, err
	}
	return s.Certify(ctx, e.ID, darasa.At(p.PassedAt.Time))
}
