package enrolment

import (
	"context"
	"fmt"

	"darasa/backend/account"
	"darasa/backend/darasa"
)

// twice refuses the later of two rows that speak of one person: the first
// counts, so that the same file again says the same.
func (w *rosterWork) twice(context.Context) error {
	first := map[string][]*rosterLine{}
	for i := range w.lines {
		l := &w.lines[i]
		if l.refused() {
			continue
		}
		keys := l.keys()
		for _, k := range keys {
			if w.meets(l, k, first[k]) {
				break
			}
		}
		if l.refused() {
			continue
		}
		for _, k := range keys {
			first[k] = append(first[k], l)
		}
	}
	return nil
}

// keys returns what tells the person of a row apart, the strongest first.
func (l *rosterLine) keys() []string {
	var out []string
	if l.facts.CheckNumber != "" {
		out = append(out, "check:"+l.facts.CheckNumber)
	}
	for _, r := range l.facts.Registrations {
		out = append(out, "registration:"+r.String())
	}
	if l.facts.Mail != "" {
		out = append(out, "mail:"+l.facts.Mail)
	}
	if l.facts.Phone != "" {
		out = append(out, "phone:"+l.facts.Phone)
	}
	if l.facts.Source != "" {
		out = append(out, l.facts.Source)
	}
	return out
}

// meets refuses l where an earlier row has the key; a phone is shared by
// families and colleagues, so there the names must agree too.
func (w *rosterWork) meets(l *rosterLine, key string, earlier []*rosterLine) bool {
	for _, e := range earlier {
		if l.facts.Phone != "" && key == "phone:"+l.facts.Phone && !alike(&e.facts, &l.facts) {
			continue
		}
		w.refuseTwice(l, e)
		return true
	}
	return false
}

// alike tells whether two rows with one phone speak of one person.
func alike(a, b *account.PersonFacts) bool {
	apart := a.CheckNumber != "" && b.CheckNumber != "" && a.CheckNumber != b.CheckNumber
	return !apart && account.Fold(a.Surname) == account.Fold(b.Surname) && account.Fold(a.First) == account.Fold(b.First)
}

func (w *rosterWork) refuseTwice(l, first *rosterLine) {
	w.find(l, wrong("", fmt.Sprintf("Mtu huyu yuko pia kwenye safu ya %d.", first.verdict.Row), fmt.Sprintf("This person stands in row %d too.", first.verdict.Row),
		"Futa safu moja kati ya hizo; ya kwanza ndiyo inayohesabiwa.", "Delete one of the two; the first counts."))
}

// samePerson refuses the later of two rows that lead to one person by
// different keys.
func (w *rosterWork) samePerson() error {
	first := map[darasa.ID]*rosterLine{}
	for i := range w.lines {
		l := &w.lines[i]
		if l.refused() || l.person == "" {
			continue
		}
		if f := first[l.person]; f != nil {
			w.refuseTwice(l, f)
			continue
		}
		first[l.person] = l
	}
	return nil
}

// match finds who is there already.
func (w *rosterWork) match(ctx context.Context) error {
	keys := make([]account.MatchKeys, len(w.lines))
	for i := range w.lines {
		if !w.lines[i].refused() {
			keys[i] = w.lines[i].facts.Keys()
		}
	}
	ms, err := w.People.MatchMany(ctx, w.a, keys)
	if err != nil {
		return err
	}
	var ids []darasa.ID
	for i := range ms {
		if f := &w.lines[i].facts; f.Source != "" { // the id that EnsureMany would make
			ms[i].Person = darasa.DeriveID("person", f.Source)
		}
		if ms[i].Person != "" {
			ids = append(ids, ms[i].Person)
		}
	}
	people, err := w.People.PeopleMany(ctx, ids)
	if err != nil {
		return err
	}
	for i, m := range ms {
		l := &w.lines[i]
		switch p, there := people[m.Person]; {
		case l.refused():
		case m.Several:
			w.find(l, wrong("phone", "Watu zaidi ya mmoja wana simu na jina hili la ukoo.", "More than one person has this phone and surname.",
				"Ongeza namba ya cheki au ya usajili.", "Add the check number or the registration number."))
		case there:
			w.compare(l, &p, m)
		default:
			l.verdict.NewPerson = true
		}
	}
	return w.samePerson()
}

// compare judges a row against the person whom its number leads to. What the
// account says is never told: another institution may have said it.
func (w *rosterWork) compare(l *rosterLine, p *account.Person, m account.Matched) {
	differs := func(a, b string) bool { return a != "" && b != "" && account.Fold(a) != account.Fold(b) }
	if m.NameDiffers && differs(l.facts.First, p.First) {
		w.find(l, wrong(m.By, "Namba hii ni ya mtu mwenye jina jingine.", "This number belongs to a person with another name.",
			"Angalia namba na jina. Kama vyote ni sahihi, mwombe msimamizi arekebishe akaunti.", "Check the number and the name. If both are right, ask an administrator to mend the account."))
		return
	}
	l.person = p.ID
	for _, f := range []struct {
		field, row, account string
	}{{"surname", l.facts.Surname, p.Surname}, {"first", l.facts.First, p.First}, {"sex", l.facts.Sex, p.Sex}, {"check", l.facts.CheckNumber, p.CheckNumber},
		{"phone", l.facts.Phone, p.Phone}, {"mail", l.facts.Mail, p.Mail}, {"registration", l.registration(), registered(p, l.registration())}} {
		if differs(f.row, f.account) {
			w.warn(l, f.field, "Akaunti ya mtu huyu ina taarifa nyingine.", "This person's account says otherwise.",
				"Taarifa ya safu imehifadhiwa kwenye awamu hii tu; mwenye akaunti huirekebisha mwenyewe.", "What the row says is kept for this run only; the person mends the account.")
		}
	}
}

func (l *rosterLine) registration() string {
	if len(l.facts.Registrations) == 0 {
		return ""
	}
	return l.facts.Registrations[0].String()
}

// registered returns wanted where the person has that registration, else the
// first of the person's.
func registered(p *account.Person, wanted string) string {
	for _, r := range p.Registrations {
		if r.String() == wanted {
			return wanted
		}
	}
	if len(p.Registrations) == 0 {
		return ""
	}
	return p.Registrations[0].String()
}

// mails refuses who would be made with an e-mail address that another person
// has: it signs one person in.
func (w *rosterWork) mails(ctx context.Context) error {
	var keys []darasa.ID
	for i := range w.lines {
		if l := &w.lines[i]; !l.refused() && l.person == "" && l.facts.Mail != "" {
			keys = append(keys, darasa.ID("mail:"+l.facts.Mail))
		}
	}
	owners, err := w.Keys.OwnersMany(ctx, keys)
	if err != nil {
		return err
	}
	for i := range w.lines {
		l := &w.lines[i]
		if !l.refused() && l.person == "" && l.facts.Mail != "" && len(owners[darasa.ID("mail:"+l.facts.Mail)]) > 0 {
			w.find(l, wrong("mail", "Barua pepe hii ni ya mtu mwingine.", "This e-mail address belongs to another person.",
				"Iache wazi, au andika ya mtu huyu mwenyewe.", "Leave it empty, or write this person's own."))
		}
	}
	return nil
}

// tell says what the trainer may not expect of who is in the run already.
func (w *rosterWork) tell(l *rosterLine) {
	switch l.verdict.What {
	case Elsewhere:
		w.warn(l, "", "Mshiriki huyu alihamishiwa awamu nyingine; anabaki huko.", "This learner was moved to another run and stays there.",
			"Mrudishe kutoka ukurasa wake.", "Move the learner back from the learner's page.")
	case Back:
		w.warn(l, "", "Mshiriki huyu alikuwa ameondolewa; anarudishwa.", "This learner had been withdrawn and comes back.",
			"Futa safu hii kama hapaswi kurudi.", "Delete this row if that is not wanted.")
	}
}
