package account

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"darasa/backend/darasa"
	"darasa/backend/ledger"
)

// Ensured is what became of one row of people.
type Ensured struct {
	Person  darasa.ID
	Matched Matched // By is empty for who was made
	Made    bool
	Err     error // why there is no person; the others are not touched by it
}

// Keys returns what a person is matched by.
func (f PersonFacts) Keys() MatchKeys {
	return MatchKeys{CheckNumber: f.CheckNumber, Registrations: f.Registrations, Phone: f.Phone, Mail: f.Mail, First: f.First, Surname: f.Surname}
}

// Ensure returns the person that facts speak of and makes one where nobody
// matches. It never changes facts about a person who is there.
func (s *Service) Ensure(ctx context.Context, actor darasa.Actor, f PersonFacts, now darasa.Time) (Ensured, error) {
	es, err := s.EnsureMany(ctx, actor, []PersonFacts{f}, now)
	if err != nil {
		return Ensured{}, err
	}
	return es[0], es[0].Err
}

// EnsureMany is Ensure for a whole roster, 10,000 rows in a few seconds. Rows
// that speak of one person give one id. A row needs a key or a Source: with
// neither the same file twice would make everybody twice.
func (s *Service) EnsureMany(ctx context.Context, actor darasa.Actor, rows []PersonFacts, now darasa.Time) ([]Ensured, error) {
	out := make([]Ensured, len(rows))
	open := make([]int, len(rows))
	for i := range rows {
		open[i] = i
	}
	// The second round finds who was made by an earlier row, or by somebody
	// else at the same moment.
	for range 2 {
		var err error
		if open, err = s.ensureRound(ctx, actor, rows, open, out, now); err != nil || len(open) == 0 {
			return out, err
		}
	}
	return out, nil
}

// ensureRound matches the open rows and makes who is missing. It returns the
// rows whose keys were taken meanwhile.
func (s *Service) ensureRound(ctx context.Context, actor darasa.Actor, rows []PersonFacts, open []int, out []Ensured, now darasa.Time) ([]int, error) {
	keys := make([]MatchKeys, len(open))
	for n, i := range open {
		keys[n] = rows[i].Keys()
	}
	ms, err := s.MatchMany(ctx, actor, keys)
	if err != nil {
		return nil, err
	}
	b := newRoster()
	for n, i := range open {
		out[i] = Ensured{Person: ms[n].Person, Matched: ms[n]}
		switch {
		case ms[n].Person != "":
		case ms[n].Several:
			out[i].Err = errSeveral
		default:
			out[i].Err = b.add(i, rows[i])
		}
	}
	people, errs, err := s.CreateMany(ctx, actor, b.facts, now)
	if err != nil {
		return nil, err
	}
	var again []int
	for i, n := range b.of {
		out[i].Err = errs[n]
		if errs[n] == nil {
			out[i].Person, out[i].Made = people[n].ID, people[n].Rev == 0 && b.first[n] == i
		} else if darasa.CodeOf(errs[n]) == darasa.Conflict {
			again = append(again, i)
		}
	}
	slices.Sort(again)
	return again, nil
}

// roster is the rows that nobody in the store matches, with those that speak
// of one person put together.
type roster struct {
	facts []PersonFacts // who will be made
	first []int         // the row that makes each of them
	of    map[int]int   // row -> place in facts
	known holders       // the same people by their keys, under "0", "1", …
}

func newRoster() *roster {
	return &roster{of: map[int]int{}, known: holders{owners: map[darasa.ID][]darasa.ID{}, people: map[darasa.ID]Person{}}}
}

// add puts a row to an earlier one of the same person, or makes it a new one.
func (r *roster) add(row int, f PersonFacts) error {
	m := f.Keys().normal().find(r.known)
	if m.Several {
		return errSeveral
	}
	if n, err := strconv.Atoi(string(m.Person)); err == nil {
		r.of[row] = n
		return nil
	}
	n := len(r.facts)
	r.facts, r.first, r.of[row] = append(r.facts, f), append(r.first, row), n
	checked, _ := f.Check()
	p := Person{ID: darasa.ID(strconv.Itoa(n)), State: Active}
	p.setFacts(checked)
	r.known.people[p.ID] = p
	for _, k := range p.keys() {
		r.known.owners[k] = append(r.known.owners[k], p.ID)
	}
	return nil
}

var errSeveral = darasa.Fail(darasa.Conflict, "Watu zaidi ya mmoja wana simu na jina hili la ukoo. Ongeza namba ya cheki au ya usajili.",
	"More than one person has this phone and surname. Add the check number or the registration number.")

// CreateMany makes people, claims first and documents second, both in bulk:
// one verdict each, Conflict where a key belongs to somebody else. Where a
// Source repeats, the person who is there is returned.
func (s *Service) CreateMany(ctx context.Context, actor darasa.Actor, rows []PersonFacts, now darasa.Time) ([]Person, []error, error) {
	if !actor.Is(darasa.Trainer, darasa.InstitutionAdmin) {
		return nil, nil, errForbidden
	}
	b := &batch{people: make([]Person, len(rows)), errs: make([]error, len(rows))}
	for i, f := range rows {
		b.people[i], b.errs[i] = s.prepared(f, now)
	}
	if err := b.claim(ctx, s, now); err != nil {
		return nil, nil, err
	}
	made, err := b.insert(ctx, s, now)
	if err != nil {
		return nil, nil, err
	}
	for i := range b.people {
		b.people[i] = b.people[i].stripped()
	}
	if made > 0 {
		err = s.ledger.Audit(ctx, actor, "person-create", "", fmt.Sprint(made), now)
	}
	return b.people, b.errs, err
}

func (s *Service) prepared(f PersonFacts, now darasa.Time) (Person, error) {
	f, fs := f.Check()
	if err := invalidFacts(fs); err != nil {
		return Person{}, err
	}
	p, err := s.person(f, now)
	if err == nil && f.Source == "" && len(p.keys()) == 0 {
		err = errNoKey
	}
	return p, err
}

var errNoKey = darasa.Fail(darasa.Invalid, "Andika namba ya cheki, namba ya usajili, simu au barua pepe.",
	"Give a check number, a registration number, a phone or an e-mail address.")

// batch is people on their way into the store, with a verdict each.
type batch struct {
	people []Person
	errs   []error
}

func (b *batch) claim(ctx context.Context, s *Service, now darasa.Time) error {
	wants := make([]wanted, 0, 3*len(b.people))
	for i := range b.people {
		if b.errs[i] == nil {
			for _, w := range b.people[i].wants() {
				wants = append(wants, wanted{Want: w, row: i})
			}
		}
	}
	verdicts, err := s.ledger.ClaimMany(ctx, plain(wants), now)
	if err != nil {
		return err
	}
	for n, err := range verdicts {
		if i := wants[n].row; err != nil && b.errs[i] == nil {
			if b.errs[i] = err; darasa.CodeOf(err) == darasa.Conflict {
				b.errs[i] = errKeyTaken(wants[n].Key)
			}
		}
	}
	for n, err := range verdicts {
		if w := wants[n]; err == nil && b.errs[w.row] != nil {
			s.dropKeys(ctx, w.Owner, []darasa.ID{w.Key}, now)
		}
	}
	return nil
}

func (b *batch) insert(ctx context.Context, s *Service, now darasa.Time) (int, error) {
	var at []int
	var docs []Person
	for i, p := range b.people {
		if b.errs[i] == nil {
			at, docs = append(at, i), append(docs, p)
		}
	}
	verdicts, err := s.people.InsertMany(ctx, docs)
	if err != nil {
		return 0, err
	}
	made := 0
	for n, err := range verdicts {
		i := at[n]
		switch {
		case err == nil:
			made++
		case darasa.CodeOf(err) == darasa.Conflict: // the same Source: it is there
			b.people[i], b.errs[i] = s.people.Get(ctx, docs[n].ID)
			if b.errs[i] == nil && b.people[i].State != Active {
				b.errs[i] = errNobody
			}
		default:
			b.errs[i] = err
			s.dropUnheld(ctx, docs[n].ID, docs[n].keys(), now)
		}
	}
	return made, nil
}

// wanted is a claim and the row that asks for it.
type wanted struct {
	ledger.Want
	row int
}

func plain(ws []wanted) []ledger.Want {
	out := make([]ledger.Want, len(ws))
	for i, w := range ws {
		out[i] = w.Want
	}
	return out
}
