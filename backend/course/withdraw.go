package course

import (
	"context"

	"darasa/backend/darasa"
	"darasa/backend/store"
)

// Withdraw takes an edition out of the catalogue: the newest one still
// published stands in its place. Who began it may finish it.
func (s *Service) Withdraw(ctx context.Context, actor darasa.Actor, edition darasa.ID, now darasa.Time) error {
	slug, number, ok := SplitID(edition)
	if !ok {
		return errNoEdition
	}
	return s.alter(ctx, actor, slug, "withdraw", string(edition), now, func(c *Course) error {
		if number > int64(len(c.Editions)) || c.Editions[number-1].State == reserved {
			return errNoEdition
		}
		if c.Editions[number-1].State == Withdrawn {
			return store.ErrUnchanged
		}
		c.Editions[number-1].State = Withdrawn
		return nil
	})
}

// WithdrawCourse takes a course out of the catalogue; Reopen brings it back.
func (s *Service) WithdrawCourse(ctx context.Context, actor darasa.Actor, slug darasa.ID, now darasa.Time) error {
	return s.alter(ctx, actor, slug, "withdraw", string(slug), now, func(c *Course) error { c.State = Withdrawn; return nil })
}

// Reopen brings a withdrawn course back into the catalogue.
func (s *Service) Reopen(ctx context.Context, actor darasa.Actor, slug darasa.ID, now darasa.Time) error {
	return s.alter(ctx, actor, slug, "reopen", string(slug), now, func(c *Course) error { c.State = Published; return nil })
}

// SetVisibility says who may see a course: Open or House.
func (s *Service) SetVisibility(ctx context.Context, actor darasa.Actor, slug darasa.ID, to string, now darasa.Time) error {
	if to != Open && to != House {
		return darasa.Fail(darasa.Invalid, "Chagua open au institution.", "Choose open or institution.")
	}
	return s.alter(ctx, actor, slug, "visibility", string(slug), now, func(c *Course) error { c.Visibility = to; return nil })
}

// Owned lists the courses of the actor's institution in every state, all of
// them for a national administrator.
func (s *Service) Owned(ctx context.Context, actor darasa.Actor) ([]Course, error) {
	q := store.Query{}
	if !actor.National() {
		if actor.Institution == "" {
			return nil, nil
		}
		q.Equal = map[string]string{"owner": string(actor.Institution)}
	}
	var out []Course
	err := s.courses.Each(ctx, q, func(c Course) error { out = append(out, c); return nil })
	return out, err
}

// alter changes a course that the actor may write and tells catalogue and audit.
func (s *Service) alter(ctx context.Context, actor darasa.Actor, slug darasa.ID, act, subject string, now darasa.Time, change func(*Course) error) error {
	if _, err := s.courses.Update(ctx, slug, func(c *Course) error {
		if err := mayWrite(actor, c.Owner); err != nil {
			return err
		}
		return change(c)
	}); err != nil {
		return err
	}
	if err := s.changed(ctx); err != nil {
		return err
	}
	return s.note(ctx, actor, act, subject, "", now)
}
