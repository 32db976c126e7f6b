package account

import (
	"context"
	"slices"
	"strings"

	"darasa/backend/darasa"
	"darasa/backend/ledger"
)

// nationalKey is the claim that holds every national administrator, so that
// two who leave at once cannot leave none.
const nationalKey darasa.ID = "role:national"

// mayGrant tells whether the actor may give or take a role at an institution.
func mayGrant(actor darasa.Actor, institution darasa.ID, r darasa.Role) bool {
	switch {
	case actor.National():
		return true
	case r == darasa.NationalAdmin || actor.Institution != institution:
		return false
	}
	return actor.Is(darasa.InstitutionAdmin)
}

func roleList(rs []darasa.Role) string {
	out := make([]string, len(rs))
	for i, r := range rs {
		out[i] = string(r)
	}
	return strings.Join(out, ",")
}

var errNoRole = darasa.Fail(darasa.Invalid, "Chagua angalau jukumu moja, au maliza uhusiano.", "Choose at least one role, or end the affiliation.")

func (a *Affiliation) setRoles(actor darasa.Actor, roles []darasa.Role) error {
	var fresh []darasa.Role
	for _, r := range darasa.Roles { // our order, each once
		if slices.Contains(roles, r) {
			fresh = append(fresh, r)
		}
	}
	for _, r := range roles {
		if !slices.Contains(darasa.Roles, r) {
			return darasa.Fail(darasa.Invalid, "Jukumu %q halijulikani.", "The role %q is not known.", r)
		}
	}
	if len(fresh) == 0 {
		return errNoRole
	}
	if a.Institution == Platform && !slices.Equal(fresh, []darasa.Role{darasa.NationalAdmin}) {
		return darasa.Fail(darasa.Invalid, "Chagua taasisi kwa jukumu hili.", "Choose an institution for this role.")
	}
	for _, r := range darasa.Roles {
		if slices.Contains(fresh, r) != slices.Contains(a.Roles, r) && !mayGrant(actor, a.Institution, r) {
			return errForbidden
		}
	}
	a.Roles = fresh
	a.rank()
	return nil
}

func (a *Affiliation) rank() {
	a.Rank = string(darasa.Learner)
	if slices.ContainsFunc(a.Roles, func(r darasa.Role) bool { return r != darasa.Learner }) {
		a.Rank = Staff
	}
}

// Staff is the rank of an affiliation with any role beyond learner.
const Staff = "staff"

// holdNational keeps the claim of national administrators in step before a
// role changes: it is joined first and left first, never by the last one.
func (s *Service) holdNational(ctx context.Context, actor darasa.Actor, person darasa.ID, old *Affiliation, institution darasa.ID, roles []darasa.Role, now darasa.Time) error {
	had := old.State == Active && slices.Contains(old.Roles, darasa.NationalAdmin)
	has := slices.Contains(roles, darasa.NationalAdmin)
	switch {
	case had == has:
		return nil
	case !actor.National():
		return errForbidden
	case has:
		return s.ledger.Claim(ctx, nationalKey, person, true, now)
	}
	return s.leaveNational(ctx, person, institution, false)
}

// leaveNational takes a person out of the national administrators unless
// another affiliation than that with institution holds the role and stays.
func (s *Service) leaveNational(ctx context.Context, person, institution darasa.ID, all bool) error {
	as, err := s.activeAffiliations(ctx, person)
	if err != nil {
		return err
	}
	for _, a := range as {
		if !all && a.Institution != institution && slices.Contains(a.Roles, darasa.NationalAdmin) {
			return nil
		}
	}
	err = s.ledger.LeaveButOne(ctx, nationalKey, person)
	if darasa.CodeOf(err) == darasa.Conflict {
		return darasa.Fail(darasa.Conflict, "Huyu ndiye msimamizi wa kitaifa wa mwisho. Mpe mwingine jukumu hili kwanza.",
			"This is the last national administrator. Give somebody else the role first.")
	}
	return err
}

// livingRoles judges the claims of roles: a national administrator stands
// while an active affiliation says so.
func (s *Service) livingRoles(ctx context.Context, claims []ledger.Claim) (map[darasa.ID][]darasa.ID, error) {
	out := map[darasa.ID][]darasa.ID{}
	for _, c := range claims {
		for _, o := range c.Owners {
			as, err := s.activeAffiliations(ctx, o)
			if err != nil {
				return nil, err
			}
			if slices.ContainsFunc(as, func(a Affiliation) bool { return slices.Contains(a.Roles, darasa.NationalAdmin) }) {
				out[c.Key] = append(out[c.Key], o)
			}
		}
	}
	return out, nil
}

// LooksAfter tells whether the actor may act on somebody's account itself, as
// to issue a code: what guards refuses, a page does not offer.
func (s *Service) LooksAfter(ctx context.Context, actor darasa.Actor, person darasa.ID) (bool, error) {
	err := s.guards(ctx, actor, person)
	if darasa.CodeOf(err) == darasa.Forbidden {
		return false, nil
	}
	return err == nil, err
}

// guards refuses who must not act on somebody's account itself: its keys and
// its way in. Who administers the institution that has had the person longest
// may, unless the person is more than a learner elsewhere: otherwise any
// institution could take over the account of a person it put on a roster.
func (s *Service) guards(ctx context.Context, actor darasa.Actor, person darasa.ID) error {
	if actor.National() {
		return nil
	}
	if !actor.Is(darasa.InstitutionAdmin) {
		return errForbidden
	}
	as, err := s.activeAffiliations(ctx, person)
	if err != nil {
		return err
	}
	if len(as) == 0 || as[0].Institution != actor.Institution || slices.ContainsFunc(as, func(a Affiliation) bool {
		return a.Institution != actor.Institution && a.Rank == Staff || slices.Contains(a.Roles, darasa.NationalAdmin)
	}) {
		return darasa.Fail(darasa.Forbidden, "Akaunti hii inasimamiwa na taasisi nyingine. Muulize msimamizi wa kitaifa.",
			"This account is looked after by another institution. Ask the national administrator.")
	}
	return nil
}
