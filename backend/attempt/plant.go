package attempt

import (
	"context"

	"darasa/backend/assessment"
	"darasa/backend/darasa"
	"darasa/backend/enrolment"
)

// Graded returns try n of an enrolment as it stands after a submission at a
// time in the past, graded like any other; Keep stores it. It is for seeding.
func (s *Service) Graded(ctx context.Context, e *enrolment.Enrolment, quiz string, n int64, at darasa.Time,
	answer func(assessment.Question, assessment.Key) assessment.Answer) (Attempt, error) {
	ed, err := s.content.Edition(ctx, e.Edition)
	if err != nil {
		return Attempt{}, err
	}
	q, err := quizOf(ed, quiz)
	if err != nil {
		return Attempt{}, err
	}
	a, err := s.fresh(ctx, place{e: *e, ed: ed}, q, n, at)
	if err != nil {
		return a, err
	}
	p, err := s.paper(ctx, &a, true)
	if err != nil {
		return a, err
	}
	var answers []assessment.Answer
	for _, d := range a.Draw {
		if question, key := p.Find(d.Question); question != nil && key != nil {
			answers = append(answers, answer(assessment.Shown(*question, d), *key))
		}
	}
	return s.grade(ctx, p, a, Submission{Attempt: a.ID, Answers: answers, At: at, Final: true}, at)
}
