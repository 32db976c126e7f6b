package progress

import (
	"context"

	"darasa/backend/darasa"
	"darasa/backend/enrolment"
	"darasa/backend/store"
)

func missing() *darasa.Error { return darasa.Fail(darasa.NotFound, "Hakipo.", "Not found.") }

func owner(p *Progress) darasa.ID { return p.Institution }

func everywhere(a darasa.Actor) bool { return a.National() && a.Institution == "" }

func isTrainer(a darasa.Actor) bool { return a.Is(darasa.Trainer, darasa.InstitutionAdmin) }

func (s *Service) own(a darasa.Actor) store.Owned[Progress] {
	if everywhere(a) {
		if o, err := s.all.All(a, owner); err == nil {
			return o
		}
	}
	return s.all.For(a, owner)
}

// Get returns the progress of an enrolment that the actor may read: the own
// one, or as trainer or administrator one of the institution in use.
func (s *Service) Get(ctx context.Context, a darasa.Actor, enrolment darasa.ID) (Progress, error) {
	p, err := s.all.Get(ctx, enrolment)
	if err != nil {
		return p, err
	}
	mine := !a.Anonymous() && p.Person == a.Person
	theirs := isTrainer(a) && (everywhere(a) || a.Institution != "" && p.Institution == a.Institution)
	if !mine && !theirs {
		return Progress{}, missing()
	}
	return p, nil
}

// Mine returns the progress of all of the actor's own enrolments, by id.
func (s *Service) Mine(ctx context.Context, a darasa.Actor) ([]Progress, error) {
	if a.Anonymous() {
		return nil, darasa.Fail(darasa.Unauthenticated, "Ingia kwanza.", "Sign in first.")
	}
	return s.OfPerson(ctx, a.Person)
}

// OfPerson returns the progress of a person, for later stages that check the
// actor themselves.
func (s *Service) OfPerson(ctx context.Context, person darasa.ID) ([]Progress, error) {
	var out []Progress
	err := s.all.Each(ctx, store.Query{Equal: map[string]string{"person": string(person)}}, func(p Progress) error {
		out = append(out, p)
		return nil
	})
	return out, err
}

// Filter selects rows of a report: a run, or a course (of the institution in
// use; of every institution for a national administrator who chose none).
type Filter struct{ Course, Run darasa.ID }

func (f Filter) query(a darasa.Actor) store.Query {
	eq := map[string]string{}
	if f.Run != "" {
		eq["run"] = string(f.Run)
	} else if eq["course"] = string(f.Course); !everywhere(a) {
		eq["institution"] = string(a.Institution)
	}
	return store.Query{Equal: eq}
}

// List returns one page of rows by id, to trainers and administrators.
func (s *Service) List(ctx context.Context, a darasa.Actor, f Filter, after darasa.ID, n int) (enrolment.Page[Progress], error) {
	if !isTrainer(a) {
		return enrolment.Page[Progress]{}, missing()
	}
	q := f.query(a)
	if q.Limit = min(n, store.PageSize); n <= 0 {
		q.Limit = 50
	}
	if after != "" {
		q.After = &store.Cursor{ID: string(after)}
	}
	ps, err := s.own(a).Find(ctx, q)
	page := enrolment.Page[Progress]{Items: ps}
	if err == nil && len(ps) == q.Limit {
		page.Next = string(ps[len(ps)-1].ID)
	}
	return page, err
}

// Each calls f for every row of a filter in one ordered read, for exports.
func (s *Service) Each(ctx context.Context, a darasa.Actor, f Filter, each func(Progress) error) error {
	if !isTrainer(a) {
		return missing()
	}
	return s.own(a).Each(ctx, f.query(a), each)
}

// Count counts the rows of a filter, at most store.CountCap.
func (s *Service) Count(ctx context.Context, a darasa.Actor, f Filter) (int, error) {
	if !isTrainer(a) {
		return 0, missing()
	}
	return s.own(a).Count(ctx, f.query(a))
}

// Keep inserts whole rows, one verdict each: for seeding.
func (s *Service) Keep(ctx context.Context, ps []Progress) ([]error, error) {
	return s.all.InsertMany(ctx, ps)
}

// Lookup returns a row without asking who reads it: for jobs and later stages.
func (s *Service) Lookup(ctx context.Context, enrolment darasa.ID) (Progress, error) {
	return s.all.Get(ctx, enrolment)
}
