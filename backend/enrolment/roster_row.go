package enrolment

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"unicode/utf8"

	"darasa/backend/account"
	"darasa/backend/darasa"
	"darasa/backend/institution"
)

// rosterWork is one roster on its way.
type rosterWork struct {
	Roster
	a     darasa.Actor
	in    RosterInput
	run   Run
	now   darasa.Time
	lines []rosterLine
}

// rosterLine is one row as far as it is judged.
type rosterLine struct {
	verdict  RosterVerdict
	facts    account.PersonFacts // in kept form
	snapshot Snapshot            // what the row says
	remarks  string
	person   darasa.ID // empty while nobody matched
}

func (l *rosterLine) refused() bool { return darasa.HasErrors(l.verdict.Findings) }

// maxFact bounds cadre, designation and place, in characters, as the account
// stage does.
const maxFact = 120

// usualPhone are the ways of writing a phone that need no word about it.
var usualPhone = regexp.MustCompile(`^(\+255|0)[67][0-9]{8}$`)

// find adds what is wrong with, or to be said of, a field; once, where the
// reader of the file said the same.
func (w *rosterWork) find(l *rosterLine, f darasa.Finding) {
	for _, g := range l.verdict.Findings {
		if g.Field == f.Field && g.What == f.What {
			return
		}
	}
	f.Row, f.Column = l.verdict.Row, w.in.Columns[f.Field]
	l.verdict.Findings = append(l.verdict.Findings, f)
}

func (w *rosterWork) warn(l *rosterLine, field, sw, en, mendSW, mendEN string) {
	f := wrong(field, sw, en, mendSW, mendEN)
	f.Level = darasa.IsWarning
	w.find(l, f)
}

// corrected says that something is kept otherwise than it was typed.
func (w *rosterWork) corrected(l *rosterLine, field, typed, kept string) {
	l.verdict.Corrected = true
	w.warn(l, field, typed+" imeandikwa "+kept+".", typed+" was written as "+kept+".", "", "")
}

// refuseBecause refuses a row for an error of another stage.
func (w *rosterWork) refuseBecause(l *rosterLine, err error) {
	var e *darasa.Error
	if !errors.As(err, &e) {
		e = darasa.Fail(darasa.Internal, "Hitilafu kwenye seva.", "An error on the server.")
	}
	said := false
	for _, f := range e.Findings {
		if f.Level == darasa.IsError {
			w.find(l, f)
			said = true
		}
	}
	if !said {
		w.find(l, darasa.Finding{Level: darasa.IsError, What: e.Text})
	}
}

// check reads one row: every fact in its kept form, and everything wrong with
// it at once.
func (w *rosterWork) check(r *RosterRow) rosterLine {
	l := rosterLine{verdict: RosterVerdict{Row: r.Row, Name: oneSpace(r.First + " " + r.Middle + " " + r.Surname)}}
	for _, f := range append(r.Findings[:len(r.Findings):len(r.Findings)], r.Corrections...) {
		if f.Row = r.Row; f.Column == "" {
			f.Column = w.in.Columns[f.Field]
		}
		l.verdict.Findings = append(l.verdict.Findings, f)
	}
	l.verdict.Corrected = len(r.Corrections) > 0
	if l.refused() {
		return l
	}
	facts := account.PersonFacts{First: r.First, Middle: r.Middle, Surname: r.Surname, Sex: r.Sex, Phone: r.Phone, Mail: r.Mail,
		CheckNumber: r.CheckNumber, Registrations: registrations(r), Lang: w.in.Lang}
	var fs []darasa.Finding
	l.facts, fs = facts.Check()
	for _, f := range fs {
		w.find(&l, f)
	}
	if p := oneSpace(r.Phone); l.facts.Phone != "" && !usualPhone.MatchString(strings.ReplaceAll(p, " ", "")) && p != l.facts.Phone {
		w.corrected(&l, "phone", p, l.facts.Phone)
	}
	w.checkWork(&l, r)
	if len(l.keys()) == 0 && !l.refused() {
		w.nameless(&l)
	}
	return l
}

// nameless tells a person without any number by name and place within the
// institution, so that the same file twice makes one. Such a person cannot
// sign in until an administrator adds a number.
func (w *rosterWork) nameless(l *rosterLine) {
	name := account.Fold(l.facts.First + " " + l.facts.Middle + " " + l.facts.Surname)
	l.facts.Source = "roster/" + string(w.run.Institution) + "/" + name + "/" + l.snapshot.HFR
	for _, f := range l.verdict.Findings {
		if f.Field == "check" {
			return // the reader of the file said so
		}
	}
	w.warn(l, "check", "Hakuna namba ya kumtambulisha mtu huyu; hataweza kuingia.", "There is no number to tell this person by; signing in will not be possible.",
		"Ongeza namba ya cheki, namba ya usajili, simu au barua pepe.", "Add a check number, a registration number, a phone or an e-mail address.")
}

// registrations reads "MCT 12345" or a council and a number of its own.
func registrations(r *RosterRow) []account.Registration {
	if strings.TrimSpace(r.Council) == "" && strings.TrimSpace(r.Registration) == "" {
		return nil
	}
	if x, ok := account.ParseRegistration(r.Registration); ok {
		return []account.Registration{x}
	}
	if strings.TrimSpace(r.Registration) == "" { // a council alone says nothing
		return nil
	}
	return []account.Registration{{Council: r.Council, Number: r.Registration}}
}

// checkWork reads cadre, designation and place, and makes the snapshot.
func (w *rosterWork) checkWork(l *rosterLine, r *RosterRow) {
	p := account.Person{First: l.facts.First, Middle: l.facts.Middle, Surname: l.facts.Surname, Sex: l.facts.Sex,
		CheckNumber: l.facts.CheckNumber, Registrations: l.facts.Registrations, Phone: l.facts.Phone, Mail: l.facts.Mail}
	a := account.Affiliation{Cadre: oneSpace(r.Cadre), Designation: oneSpace(r.Designation)}
	if typed := oneSpace(r.HFR); typed != "" {
		if a.Facility = institution.NormalHFR(typed); !institution.ValidHFR(a.Facility) {
			w.find(l, wrong("hfr", "Namba ya HFR "+typed+" si sahihi: tarakimu ya mwisho hailingani au namba haijakamilika.",
				"HFR code "+typed+" is wrong: its last digit does not fit, or it is not whole.",
				"Angalia namba ya kituo, mfano 113310-7.", "Check the facility's code, as in 113310-7."))
		} else if a.Facility != strings.ReplaceAll(typed, " ", "") {
			w.corrected(l, "hfr", typed, a.Facility)
		}
	}
	l.remarks = strings.TrimSpace(r.Remarks)
	if len(l.remarks) > 2*maxAnnouncement {
		w.find(l, wrong("remarks", "Maandishi ni marefu mno.", "The text is too long.", "Fupisha.", "Shorten it."))
	}
	l.snapshot = SnapshotOf(&p, &a, nil)
	l.snapshot.Facility, l.snapshot.Council = oneSpace(r.Facility), oneSpace(r.PlaceCouncil)
	l.snapshot.District, l.snapshot.Region = oneSpace(r.District), oneSpace(r.Region)
	for _, f := range []struct{ field, value string }{{"cadre", a.Cadre}, {"designation", a.Designation}, {"facility_name", l.snapshot.Facility},
		{"place_council", l.snapshot.Council}, {"district", l.snapshot.District}, {"region", l.snapshot.Region}} {
		if utf8.RuneCountInString(f.value) > maxFact {
			w.find(l, wrong(f.field, "Maandishi ni marefu mno.", "The text is too long.", "Fupisha hadi herufi 120.", "Shorten it to 120 characters."))
		}
	}
}

// places fills in facilities that are on the list.
func (w *rosterWork) places(ctx context.Context) error {
	var codes []string
	for i := range w.lines {
		if l := &w.lines[i]; !l.refused() && l.snapshot.HFR != "" {
			codes = append(codes, l.snapshot.HFR)
		}
	}
	known, err := w.Places.FacilitiesMany(ctx, codes)
	if err != nil {
		return err
	}
	for i := range w.lines {
		l := &w.lines[i]
		if l.refused() || l.snapshot.HFR == "" {
			continue
		}
		if f, ok := known[darasa.ID(l.snapshot.HFR)]; ok {
			s := &l.snapshot
			s.Facility, s.FacilityType, s.Ownership = f.Name, f.Type, f.Ownership
			s.Council, s.District, s.Region, s.Zone = f.Council, f.District, f.Region, f.Zone
			continue
		}
		w.warn(l, "hfr", "Kituo "+l.snapshot.HFR+" hakipo kwenye orodha ya vituo.", "Facility "+l.snapshot.HFR+" is not on the list of facilities.",
			"Namba imehifadhiwa; hakikisha ni sahihi.", "The code is kept; make sure that it is right.")
	}
	return nil
}

// over fills what s leaves empty from what stood before. A place is taken
// whole: a facility of today never gets the council of yesterday's.
func (s Snapshot) over(old Snapshot) Snapshot {
	for _, f := range []struct {
		to   *string
		from string
	}{{&s.First, old.First}, {&s.Middle, old.Middle}, {&s.Surname, old.Surname}, {&s.Sex, old.Sex}, {&s.Cadre, old.Cadre},
		{&s.Designation, old.Designation}, {&s.CheckNumber, old.CheckNumber}, {&s.Registration, old.Registration},
		{&s.Phone, old.Phone}, {&s.Mail, old.Mail}} {
		if *f.to == "" {
			*f.to = f.from
		}
	}
	if s.Facility == "" && s.HFR == "" && s.Council == "" && s.District == "" && s.Region == "" {
		s.Facility, s.HFR, s.FacilityType, s.Ownership = old.Facility, old.HFR, old.FacilityType, old.Ownership
		s.Council, s.District, s.Region, s.Zone = old.Council, old.District, old.Region, old.Zone
	}
	return s
}

func oneSpace(s string) string { return strings.Join(strings.Fields(s), " ") }
