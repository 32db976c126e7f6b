package account

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"darasa/backend/darasa"
)

// MatchKeys is what a roster knows of a person, in any usual form.
type MatchKeys struct {
	CheckNumber   string
	Registrations []Registration
	Phone         string
	Mail          string
	First         string
	Surname       string
}

// How somebody was matched.
const (
	ByCheck        = "check"
	ByRegistration = "registration"
	ByPhone        = "phone"
	ByMail         = "mail"
	ByNothing      = ""
)

// Matched is the person that keys lead to, none where Person is empty.
type Matched struct {
	Person darasa.ID
	By     string
	// NameDiffers warns that the key fits and the surname does not: a typing
	// error in the number, or a name that changed.
	NameDiffers bool
	// Several tells that the phone and surname fit more than one person, so
	// that none was chosen.
	Several bool
}

// matching is MatchKeys in kept form.
type matching struct {
	check, phone, mail darasa.ID
	regs               []darasa.ID
	first, surname     string
	number             string
}

func (k MatchKeys) normal() matching {
	m := matching{first: Fold(k.First), surname: Fold(k.Surname)}
	if c, f := NormalCheck(k.CheckNumber); f == nil {
		m.check, m.number = checkKey(c), c
	}
	for _, r := range k.Registrations {
		if r, f := NormalRegistration(r); f == nil {
			m.regs = append(m.regs, regKey(r))
		}
	}
	if p, _ := NormalPhone(k.Phone); p != "" {
		m.phone = phoneKey(p)
	}
	if a, f := NormalMail(k.Mail); f == nil {
		m.mail = mailKey(a)
	}
	return m
}

func (m matching) keys() []darasa.ID {
	keys := append([]darasa.ID{m.check, m.phone, m.mail}, m.regs...)
	return slices.DeleteFunc(keys, func(k darasa.ID) bool { return k == "" })
}

// Match finds the person that a roster's row speaks of: by check number, then
// by registration, then by phone only if the surname agrees, then by e-mail
// likewise. Names are compared folded. A phone does not match where the row
// gives another check number than the person has, or a first name with
// another initial: a family shares phone and surname.
func (s *Service) Match(ctx context.Context, actor darasa.Actor, k MatchKeys) (Matched, error) {
	ms, err := s.MatchMany(ctx, actor, []MatchKeys{k})
	if err != nil {
		return Matched{}, err
	}
	return ms[0], nil
}

// MatchMany is Match for a whole roster: two reads for 500 rows.
func (s *Service) MatchMany(ctx context.Context, actor darasa.Actor, rows []MatchKeys) ([]Matched, error) {
	if !actor.Is(darasa.Trainer, darasa.InstitutionAdmin) {
		return nil, errForbidden
	}
	ms := make([]matching, len(rows))
	var keys []darasa.ID
	for i, r := range rows {
		ms[i] = r.normal()
		keys = append(keys, ms[i].keys()...)
	}
	owners, err := s.ledger.OwnersMany(ctx, keys)
	if err != nil {
		return nil, err
	}
	var ids []darasa.ID
	for _, o := range owners {
		ids = append(ids, o...)
	}
	people, err := s.people.GetMany(ctx, ids)
	if err != nil {
		return nil, err
	}
	known := holders{owners: owners, people: people}
	out := make([]Matched, len(rows))
	for i, m := range ms {
		out[i] = m.find(known)
	}
	return out, nil
}

// holders is who holds the keys of a roster.
type holders struct {
	owners map[darasa.ID][]darasa.ID
	people map[darasa.ID]Person
}

// of returns the people who hold a key and stand for it.
func (h holders) of(key darasa.ID) []Person {
	var out []Person
	for _, o := range h.owners[key] {
		if p, ok := h.people[o]; ok && p.State == Active && slices.Contains(p.keys(), key) {
			out = append(out, p)
		}
	}
	return out
}

func (m matching) find(h holders) Matched {
	if ps := h.of(m.check); len(ps) > 0 {
		return m.found(ps[0], ByCheck)
	}
	for _, r := range m.regs {
		if ps := h.of(r); len(ps) > 0 {
			return m.found(ps[0], ByRegistration)
		}
	}
	for _, k := range []struct {
		key darasa.ID
		by  string
	}{{m.phone, ByPhone}, {m.mail, ByMail}} {
		fits := slices.DeleteFunc(h.of(k.key), func(p Person) bool { return !m.agrees(&p) })
		if len(fits) > 1 {
			exact := slices.DeleteFunc(slices.Clone(fits), func(p Person) bool { return Fold(p.First) != m.first })
			if len(exact) != 1 {
				return Matched{Several: true}
			}
			fits = exact
		}
		if len(fits) == 1 {
			return m.found(fits[0], k.by)
		}
	}
	return Matched{}
}

func (m matching) found(p Person, by string) Matched {
	return Matched{Person: p.ID, By: by, NameDiffers: m.surname != "" && m.surname != Fold(p.Surname)}
}

// agrees tells whether nothing that the row says speaks against the person.
func (m matching) agrees(p *Person) bool {
	if m.surname == "" || m.surname != Fold(p.Surname) || m.number != "" && p.CheckNumber != "" && m.number != p.CheckNumber {
		return false
	}
	a, _ := utf8.DecodeRuneInString(m.first)
	return m.first == "" || strings.HasPrefix(Fold(p.First), string(a))
}
