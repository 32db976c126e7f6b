package account

import (
	"context"
	"slices"
	"strings"

	"darasa/backend/darasa"
	"darasa/backend/store"
)

// Member is a person as an institution has them.
type Member struct {
	Affiliation Affiliation
	Person      Person
}

// MemberQuery selects the members of an institution; empty fields do not
// select. Text holds beginnings of names, or a whole check number,
// registration, phone or e-mail address.
type MemberQuery struct {
	Institution darasa.ID
	Text        string
	Role        darasa.Role
	Staff       bool // with any role beyond learner only
	After       *store.Cursor
	Limit       int // 1 to 500; 0 means 50
}

// searchPages bounds the work of one page whose filter no index serves.
const searchPages = 8

// Members returns one page of an institution's members by surname and where
// the next begins, nil after the last; a page may be shorter than Limit and
// yet have a next one. Trainers and administrators read those of their own
// institution.
func (s *Service) Members(ctx context.Context, actor darasa.Actor, q MemberQuery) ([]Member, *store.Cursor, error) {
	h, err := s.members(actor, q.Institution)
	if err != nil {
		return nil, nil, err
	}
	if q.Limit <= 0 || q.Limit > store.PageSize {
		q.Limit = 50
	}
	if strings.ContainsAny(q.Text, "0123456789@") {
		return s.memberByKey(ctx, h, q)
	}
	words := Terms(q.Text)
	for i, w := range words {
		words[i] = scopedTerm(q.Institution, w)
	}
	sq := q.plan(words)
	found := []Affiliation{}
	for range searchPages {
		page, err := h.Find(ctx, sq)
		if err != nil {
			return nil, nil, err
		}
		for _, a := range page {
			sq.After = &store.Cursor{Value: a.Key, ID: string(a.ID)}
			if !q.holds(&a) || !HasTerms(a.Terms, words) {
				continue
			}
			if found = append(found, a); len(found) == q.Limit {
				ms, err := s.withPeople(ctx, found)
				return ms, sq.After, err
			}
		}
		if len(page) < sq.Limit {
			ms, err := s.withPeople(ctx, found)
			return ms, nil, err
		}
	}
	ms, err := s.withPeople(ctx, found)
	return ms, sq.After, err
}

// CountMembers counts the active members of an institution, and those of them
// with a role beyond learner, each at most store.CountCap; for whom Members is.
func (s *Service) CountMembers(ctx context.Context, actor darasa.Actor, institution darasa.ID) (all, staff int, err error) {
	h, err := s.members(actor, institution)
	if err != nil {
		return 0, 0, err
	}
	if all, err = h.Count(ctx, store.Query{Equal: map[string]string{"state": Active}}); err != nil {
		return 0, 0, err
	}
	staff, err = h.Count(ctx, store.Query{Equal: map[string]string{"state": Active, "rank": Staff}})
	return all, staff, err
}

// members returns the handle on the affiliations that the actor may read.
func (s *Service) members(actor darasa.Actor, institution darasa.ID) (store.Owned[Affiliation], error) {
	switch {
	case institution == "" || actor.Anonymous():
		return store.Owned[Affiliation]{}, errForbidden
	case actor.National():
		// The administrator of all reads as if of this institution.
		actor.Institution = institution
	case actor.Institution != institution || !actor.Is(darasa.Trainer, darasa.InstitutionAdmin):
		return store.Owned[Affiliation]{}, errForbidden
	}
	return s.affiliations.For(actor, institutionOf), nil
}

func (q MemberQuery) plan(words []string) store.Query {
	sq := store.Query{Order: "key", After: q.After, Limit: store.PageSize, Equal: map[string]string{}}
	if len(words) > 0 {
		sq.Term = slices.MaxFunc(words, func(a, b string) int { return len(a) - len(b) })
	}
	if q.staff() {
		sq.Equal["rank"] = Staff
	} else if len(words) == 0 && q.Role == "" {
		sq.Limit = min(q.Limit+1, store.PageSize)
	}
	return sq
}

func (q MemberQuery) staff() bool { return q.Staff || q.Role != "" && q.Role != darasa.Learner }

func (q MemberQuery) holds(a *Affiliation) bool {
	return a.State == Active && (!q.staff() || a.Rank == Staff) && (q.Role == "" || slices.Contains(a.Roles, q.Role))
}

func (s *Service) memberByKey(ctx context.Context, h store.Owned[Affiliation], q MemberQuery) ([]Member, *store.Cursor, error) {
	ids, err := s.holdersOf(ctx, q.Text)
	if err != nil {
		return nil, nil, err
	}
	found := []Affiliation{}
	for _, id := range ids {
		a, err := h.Get(ctx, affiliationID(id, q.Institution))
		if darasa.CodeOf(err) == darasa.NotFound {
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		if q.holds(&a) {
			found = append(found, a)
		}
	}
	ms, err := s.withPeople(ctx, found)
	return ms, nil, err
}

// holdersOf returns who holds any key that the text may mean, each once.
func (s *Service) holdersOf(ctx context.Context, text string) ([]darasa.ID, error) {
	keys := loginKeys(text)
	owners, err := s.ledger.OwnersMany(ctx, keys)
	if err != nil {
		return nil, err
	}
	var ids []darasa.ID
	for _, k := range keys {
		for _, o := range owners[k] {
			if !slices.Contains(ids, o) {
				ids = append(ids, o)
			}
		}
	}
	return ids, nil
}

func (s *Service) withPeople(ctx context.Context, as []Affiliation) ([]Member, error) {
	ids := make([]darasa.ID, len(as))
	for i, a := range as {
		ids[i] = a.Person
	}
	people, err := s.PeopleMany(ctx, ids)
	if err != nil {
		return nil, err
	}
	out := make([]Member, 0, len(as))
	for _, a := range as {
		if p, ok := people[a.Person]; ok {
			out = append(out, Member{Affiliation: a, Person: p})
		}
	}
	return out, nil
}

// People returns one page of everybody whose name begins with the words of
// text, or who holds it as a key; for national administrators.
func (s *Service) People(ctx context.Context, actor darasa.Actor, text string, after *store.Cursor, limit int) ([]Person, *store.Cursor, error) {
	if !actor.National() {
		return nil, nil, errForbidden
	}
	if limit <= 0 || limit > store.PageSize {
		limit = 50
	}
	if strings.ContainsAny(text, "0123456789@") {
		ids, err := s.holdersOf(ctx, text)
		if err != nil {
			return nil, nil, err
		}
		people, err := s.PeopleMany(ctx, ids)
		out := []Person{}
		for _, id := range ids {
			if p, ok := people[id]; ok {
				out = append(out, p)
			}
		}
		return out, nil, err
	}
	return s.peopleByName(ctx, Terms(text), after, limit)
}

func (s *Service) peopleByName(ctx context.Context, words []string, after *store.Cursor, limit int) ([]Person, *store.Cursor, error) {
	q := store.Query{After: after, Limit: store.PageSize}
	if len(words) > 0 {
		q.Term = slices.MaxFunc(words, func(a, b string) int { return len(a) - len(b) })
	}
	out := []Person{}
	for range searchPages {
		page, err := s.people.Find(ctx, q)
		if err != nil {
			return nil, nil, err
		}
		for _, p := range page {
			q.After = &store.Cursor{ID: string(p.ID)}
			if p.State != Active || !HasTerms(p.Terms, words) {
				continue
			}
			if out = append(out, p.stripped()); len(out) == limit {
				return out, q.After, nil
			}
		}
		if len(page) < q.Limit {
			return out, nil, nil
		}
	}
	return out, q.After, nil
}
