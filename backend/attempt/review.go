package attempt

import (
	"context"
	"slices"

	"darasa/backend/assessment"
	"darasa/backend/course"
	"darasa/backend/darasa"
	"darasa/backend/store"
)

// Sheet is what the page of a try shows: the drawn questions in order, their
// options in the order of the draw, and what was saved.
type Sheet struct {
	Attempt Attempt
	Quiz    course.Quiz
	Items   []Item
}

// Item is one question of a sheet with the saved answer.
type Item struct {
	Question assessment.Question
	Answer   assessment.Answer
}

// Sheet returns the learner's own try as a page shows it; it writes nothing.
func (s *Service) Sheet(ctx context.Context, a darasa.Actor, id darasa.ID) (Sheet, error) {
	at, err := s.own(ctx, a, id)
	if err != nil {
		return Sheet{}, err
	}
	return s.SheetOf(ctx, at)
}

// SheetOf is Sheet for an attempt that was just read or opened.
func (s *Service) SheetOf(ctx context.Context, at Attempt) (Sheet, error) {
	ed, err := s.content.Edition(ctx, at.Edition)
	if err != nil {
		return Sheet{}, err
	}
	q, err := quizOf(ed, at.Quiz)
	if err != nil {
		return Sheet{}, err
	}
	bank, err := s.content.Bank(ctx, at.Edition, at.Quiz)
	if err != nil {
		return Sheet{}, err
	}
	bySlug := make(map[string]*assessment.Question, len(bank))
	for i := range bank {
		bySlug[bank[i].Slug] = &bank[i]
	}
	given := map[string]assessment.Answer{}
	for _, x := range slices.Concat(at.Saved, at.Answers) {
		given[x.Question] = x
	}
	sh := Sheet{Attempt: at, Quiz: q, Items: make([]Item, 0, len(at.Draw))}
	for _, d := range at.Draw {
		if q := bySlug[d.Question]; q != nil {
			sh.Items = append(sh.Items, Item{Question: assessment.Shown(*q, d), Answer: given[d.Question]})
		}
	}
	return sh, nil
}

// Review is what a learner or trainer sees of a submitted try.
type Review struct {
	Attempt Attempt
	Quiz    course.Quiz
	Grade   assessment.Grade // the one that counts
	Stand   Stand
	// Verdicts are empty for a pre-test: it shows its score only, because it
	// draws from the same bank as the post-test.
	Verdicts []assessment.Verdict
	KeyShown bool
}

// Review returns a submitted try: which answers were wrong after a failed one,
// the key only after the last try or a pass, neither ever for a pre-test.
// Conflict while it is not submitted.
func (s *Service) Review(ctx context.Context, a darasa.Actor, id darasa.ID) (Review, error) {
	at, err := s.Get(ctx, a, id)
	if err != nil {
		return Review{}, err
	}
	best := at.Best()
	if best == nil {
		return Review{}, darasa.Fail(darasa.Conflict, "Jaribio hili bado halijatumwa.", "This try has not been submitted yet.")
	}
	r := Review{Attempt: at, Grade: *best}
	e, err := s.enrolments.Lookup(ctx, at.Enrolment)
	if err != nil {
		return r, err
	}
	ed, err := s.content.Edition(ctx, at.Edition)
	if err != nil {
		return r, err
	}
	if r.Quiz, err = quizOf(ed, at.Quiz); err != nil {
		return r, err
	}
	all, err := s.Of(ctx, e.ID)
	if err != nil {
		return r, err
	}
	r.Stand = Standing(all, r.Quiz, &e)
	if at.Kind == PreTest {
		return r, nil
	}
	p, err := s.paper(ctx, &at, true)
	if err != nil {
		return r, err
	}
	r.KeyShown = r.Stand.Over(at.Kind)
	r.Verdicts = p.Review(at.Answers, r.KeyShown)
	return r, nil
}

// Regrade grades every submitted try of an edition with its newest keys, where
// that was not done yet: it adds a grade, and the better counts. It calls
// touched for each enrolment whose attempt changed, so that its progress can
// join, and returns how many attempts changed.
func (s *Service) Regrade(ctx context.Context, edition darasa.ID, now darasa.Time, touched func(Attempt) error) (int, error) {
	n := 0
	err := s.all.Each(ctx, store.Query{Equal: map[string]string{"edition": string(edition)}}, func(at Attempt) error {
		if at.State != GradedState {
			return nil
		}
		p, err := s.paper(ctx, &at, true)
		if err != nil {
			return err
		}
		changed := false
		at, err = s.all.Update(ctx, at.ID, func(x *Attempt) error {
			changed = false
			for _, g := range x.Grades {
				if g.KeyVersion == p.KeyVersion && g.RuleVersion == assessment.Rule {
					return store.ErrUnchanged
				}
			}
			g, err := p.Grade(x.Answers, assessment.Rule, x.PassMark, now)
			if err != nil {
				return err
			}
			x.Grades, changed = append(x.Grades, g), true
			return nil
		})
		if err != nil {
			return err
		}
		if changed {
			n++
		}
		// Also where it was done before: a crash between grading and joining
		// heals when the regrade is repeated.
		return touched(at)
	})
	return n, err
}
