package progress

import (
	"context"

	"darasa/backend/attempt"
	"darasa/backend/darasa"
	"darasa/backend/enrolment"
	"darasa/backend/lrs"
)

// Log says which statements Plant leaves in the log.
type Log int

// What Plant leaves in the log. Without the statements of lessons a rebuild
// would not find them: NoStatements is for measuring only.
const (
	LessonStatements Log = iota
	AllStatements        // those derived from attempts too
	NoStatements
)

// Plant stores acts of the past as the records that they would have left,
// joins them into the projection as if they had come one by one, and issues
// what is due. It is for seeding: millions of statements serve no measurement,
// so that fewer can be left.
func (s *Service) Plant(ctx context.Context, e *enrolment.Enrolment, acts []Event, tries []attempt.Attempt, keep Log) (Progress, error) {
	v, err := s.voice(ctx, e.Person, e.Institution)
	if err != nil {
		return Progress{}, err
	}
	ed, err := s.Content.Edition(ctx, e.Edition)
	if err != nil {
		return Progress{}, err
	}
	var facts Facts
	sts := make([]lrs.Statement, 0, len(acts))
	for _, ev := range acts {
		st := Expand(ev, e.Course, v, ev.At)
		facts = Merge(facts, FactsOfStatement(&st, s.Base, e.Course, LessonsOf(ed)))
		sts = append(sts, st)
	}
	for i := range tries {
		facts = Merge(facts, FactsOfAttempt(&tries[i]))
		if keep == AllStatements {
			bank, err := s.Content.Bank(ctx, tries[i].Edition, tries[i].Quiz)
			if err != nil {
				return Progress{}, err
			}
			sts = append(sts, attempt.Statements(&tries[i], bank, v)...)
		}
	}
	if err := s.keepPlanted(ctx, sts, tries, keep); err != nil {
		return Progress{}, err
	}
	p, err := s.join(ctx, e.ID, facts)
	if err != nil || p.PassedAt.IsZero() {
		return p, err
	}
	return s.Certify(ctx, e.ID, darasa.At(p.PassedAt.Time))
}

func (s *Service) keepPlanted(ctx context.Context, sts []lrs.Statement, tries []attempt.Attempt, keep Log) error {
	if keep != NoStatements {
		for i := range sts {
			sts[i].Stored = s.NewID()
		}
		if _, err := s.Statements.Keep(ctx, sts); err != nil {
			return err
		}
	}
	_, err := s.Attempts.Keep(ctx, tries)
	return err
}
