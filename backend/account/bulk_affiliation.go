package account

import (
	"context"
	"fmt"

	"darasa/backend/darasa"
	"darasa/backend/store"
)

// AffiliationFacts is what a roster says of a person at the institution that
// gives it. An empty fact leaves what is there.
type AffiliationFacts struct {
	Person      darasa.ID
	Cadre       string
	Designation string
	Facility    string // HFR code
}

// AffiliateMany makes people learners of an institution, or updates cadre,
// designation and facility where they are there already; roles stay as they
// are. Trainers and administrators of the institution do: one verdict each.
func (s *Service) AffiliateMany(ctx context.Context, actor darasa.Actor, institution darasa.ID, rows []AffiliationFacts, now darasa.Time) ([]error, error) {
	if !actor.National() && (actor.Institution != institution || !actor.Is(darasa.Trainer, darasa.InstitutionAdmin)) {
		return nil, errForbidden
	}
	if err := s.institutionExists(ctx, institution); err != nil {
		return nil, err
	}
	ids, aids := make([]darasa.ID, len(rows)), make([]darasa.ID, len(rows))
	for i, r := range rows {
		ids[i], aids[i] = r.Person, affiliationID(r.Person, institution)
	}
	people, err := s.people.GetMany(ctx, ids)
	if err != nil {
		return nil, err
	}
	stored, err := s.affiliations.GetMany(ctx, aids)
	if err != nil {
		return nil, err
	}
	errs := make([]error, len(rows))
	var fresh []Affiliation
	var freshRow, again []int
	seen := map[darasa.ID]bool{}
	for i, r := range rows {
		p, ok := people[r.Person]
		if !ok || p.State != Active {
			errs[i] = errNobody
			continue
		}
		if old, there := stored[aids[i]]; there || seen[aids[i]] {
			if !there || r.changes(&old) {
				again = append(again, i)
			}
			continue
		}
		a := newAffiliation(&p, institution, now)
		a.setName(&p)
		r.apply(&a)
		seen[a.ID] = true
		fresh, freshRow = append(fresh, a), append(freshRow, i)
	}
	verdicts, err := s.affiliations.InsertMany(ctx, fresh)
	if err != nil {
		return nil, err
	}
	for n, err := range verdicts {
		if darasa.CodeOf(err) == darasa.Conflict {
			again = append(again, freshRow[n])
		} else {
			errs[freshRow[n]] = err
		}
	}
	for _, i := range again {
		errs[i] = s.reaffiliate(ctx, aids[i], rows[i], now)
	}
	return errs, s.ledger.Audit(ctx, actor, "affiliate", string(institution), fmt.Sprint(len(rows)), now)
}

func (s *Service) reaffiliate(ctx context.Context, id darasa.ID, r AffiliationFacts, now darasa.Time) error {
	_, err := s.affiliations.Update(ctx, id, func(a *Affiliation) error {
		if !r.changes(a) {
			return store.ErrUnchanged
		}
		if a.State == Ended {
			a.again(now)
		}
		r.apply(a)
		return nil
	})
	return err
}

// changes tells whether the roster says anything new.
func (r AffiliationFacts) changes(a *Affiliation) bool {
	b := *a
	r.apply(&b)
	return a.State == Ended || a.Cadre != b.Cadre || a.Designation != b.Designation || a.Facility != b.Facility
}

// apply takes over what the roster says.
func (r AffiliationFacts) apply(a *Affiliation) {
	for _, p := range []struct {
		to   *string
		from string
	}{{&a.Cadre, r.Cadre}, {&a.Designation, r.Designation}, {&a.Facility, r.Facility}} {
		if v := tidy(p.from); v != "" {
			*p.to = clip(v)
		}
	}
}

// maxText is the greatest length of a cadre, designation or facility.
const maxText = 120

// clip cuts a roster's text at maxText characters.
func clip(s string) string {
	if r := []rune(s); len(r) > maxText {
		return string(r[:maxText])
	}
	return s
}
