package progress

import (
	"context"

	"darasa/backend/darasa"
	"darasa/backend/enrolment"
	"darasa/backend/lrs"
	"darasa/backend/store"
)

// Rebuild recomputes every projection from its sources (statements, attempts,
// enrolments, certificates), so that each is the same but for revision and
// time of writing, and removes those whose enrolment is gone. What already
// agrees is not written. It returns how many were written.
func (s *Service) Rebuild(ctx context.Context) (int, error) {
	n := 0
	err := s.Enrolments.Each(ctx, func(e enrolment.Enrolment) error {
		changed, err := s.RebuildOne(ctx, e.ID)
		if changed {
			n++
		}
		return err
	})
	if err != nil {
		return n, err
	}
	return n, s.all.Each(ctx, store.Query{}, func(p Progress) error {
		_, err := s.Enrolments.Lookup(ctx, p.ID)
		if darasa.CodeOf(err) == darasa.NotFound {
			return s.all.Delete(ctx, p.ID)
		}
		return err
	})
}

// RebuildOne recomputes one projection and tells whether it was written. A
// certificate that is due and was not asked for, after a crash, is asked for.
func (s *Service) RebuildOne(ctx context.Context, id darasa.ID) (bool, error) {
	p, changed, err := s.rebuild(ctx, id)
	if err != nil || !s.due(&p) {
		return changed, err
	}
	return changed, s.Jobs.Ask(ctx, CertificateJob, string(p.ID), "", darasa.Time{})
}

func (s *Service) rebuild(ctx context.Context, id darasa.ID) (Progress, bool, error) {
	e, err := s.Enrolments.Lookup(ctx, id)
	if err != nil {
		return Progress{}, false, err
	}
	id = e.ID // a moved learner's derived id has no projection of its own
	changed := false
	p, err := s.all.Upsert(ctx, id, func() Progress { return Progress{ID: id} }, func(p *Progress) error {
		changed = false
		before := encode(p)
		fresh, err := s.compute(ctx, p)
		if err != nil {
			return err
		}
		fresh.Meta = p.Meta
		*p = fresh
		if err := unlessSame(before, p); err != nil {
			return err
		}
		changed = true
		return nil
	})
	return p, changed, err
}

// compute folds the sources of an enrolment. It runs after the stored document
// was read, so that a join in between makes the replacement fail and repeat.
func (s *Service) compute(ctx context.Context, old *Progress) (Progress, error) {
	e, err := s.Enrolments.Lookup(ctx, old.ID)
	if err != nil {
		return Progress{}, err
	}
	p, err := s.fresh(ctx, &e)
	if err != nil {
		return p, err
	}
	ed, err := s.Content.Edition(ctx, e.Edition)
	if err != nil {
		return p, err
	}
	facts, err := s.sources(ctx, &e, LessonsOf(ed))
	if err != nil {
		return p, err
	}
	p.Join(facts)
	// Opening a page moves the position without a record (View).
	p.Join(Facts{Position: old.Position, Last: old.LastActive})
	p.Toolkits = old.Toolkits
	p.Derive(ed)
	if s.issuer != nil {
		out, err := s.issuer.Outcome(ctx, e.ID)
		if err != nil {
			return p, err
		}
		p.Certificate, p.IssuedOn = out.Certificate, out.IssuedOn
	} else {
		p.Certificate, p.IssuedOn = old.Certificate, old.IssuedOn
	}
	return p, nil
}

func (s *Service) sources(ctx context.Context, e *enrolment.Enrolment, lessons Lessons) (Facts, error) {
	var f Facts
	v, err := s.voice(ctx, e.Person, e.Institution)
	gone := darasa.CodeOf(err) == darasa.NotFound // erased: the account name alone is left
	if err != nil && !gone {
		return f, err
	}
	err = s.Statements.Each(ctx, e.ID, func(st lrs.Statement) error {
		if gone || st.Actor == v.Key() {
			f = Merge(f, FactsOfStatement(&st, s.Base, e.Course, lessons))
		}
		return nil
	})
	if err != nil {
		return f, err
	}
	as, err := s.Attempts.Of(ctx, e.ID)
	for i := range as {
		f = Merge(f, FactsOfAttempt(&as[i]))
	}
	return f, err
}
