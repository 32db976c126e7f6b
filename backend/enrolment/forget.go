package enrolment

import (
	"context"
	"slices"
	"strings"

	"darasa/backend/account"
	"darasa/backend/store"
)

// ForgetInRuns takes an erased person's name out of announcements and lists of
// facilitators. Facilitators are names without an id: the whole name goes from
// every run, in the runs that the person had to do with also every way of
// writing it with the surname.
func (s *Service) ForgetInRuns(ctx context.Context, p *account.Person) error {
	return s.runs.Each(ctx, store.Query{}, func(r Run) error {
		if !r.forget(p) {
			return nil
		}
		_, err := s.runs.Update(ctx, r.ID, func(r *Run) error {
			if !r.forget(p) {
				return store.ErrUnchanged
			}
			return nil
		})
		return err
	})
}

// forget tells whether it took something out.
func (r *Run) forget(p *account.Person) bool {
	near, changed := r.By == p.ID || slices.Contains(r.Trainers, p.ID), false
	for i := range r.Announcements {
		if a := &r.Announcements[i]; a.Person == p.ID {
			near, changed = true, changed || a.By != ""
			a.By = ""
		}
	}
	n := len(r.Facilitators)
	r.Facilitators = slices.DeleteFunc(r.Facilitators, func(name string) bool { return isName(account.Fold(name), p, near) })
	return changed || len(r.Facilitators) < n
}

func isName(folded string, p *account.Person, near bool) bool {
	surname := account.Fold(p.Surname)
	if near && surname != "" && strings.Contains(" "+folded+" ", " "+surname+" ") {
		return true
	}
	for _, parts := range [][]string{{p.First, p.Middle, p.Surname}, {p.First, p.Surname}, {p.Surname, p.First}, {p.Surname, p.First, p.Middle}} {
		if whole := account.Fold(strings.Join(parts, " ")); whole != "" && whole == folded {
			return true
		}
	}
	return false
}
