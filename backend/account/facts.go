package account

import (
	"slices"
	"strings"

	"darasa/backend/darasa"
)

// maxRegistrations bounds the councils of one person.
const maxRegistrations = 8

// PersonFacts is what somebody says of a person, in any usual form.
type PersonFacts struct {
	First, Middle, Surname string
	Sex                    string // "F" or "M" in any usual form (KE, ME, female), or empty
	Phone                  string
	Mail                   string
	CheckNumber            string
	Registrations          []Registration
	Lang                   darasa.Lang
	// Source makes the person's id derived, so that doing it twice makes one:
	// needed where a person has no key of their own.
	Source string
}

// Check returns the facts in their kept form and everything that is wrong
// with them; warnings do not refuse. Empty facts are no findings but for first
// name and surname.
func (f PersonFacts) Check() (PersonFacts, []darasa.Finding) {
	var fs []darasa.Finding
	note := func(x *darasa.Finding) {
		if x != nil {
			fs = append(fs, *x)
		}
	}
	f.First, f.Middle, f.Surname = tidy(f.First), tidy(f.Middle), tidy(f.Surname)
	note(checkName("first", f.First, true))
	note(checkName("middle", f.Middle, false))
	note(checkName("surname", f.Surname, true))
	var ok bool
	if f.Sex, ok = parseSex(f.Sex); !ok {
		note(finding(darasa.IsError, "sex", "Jinsia haieleweki.", "The sex is not understood.", "Andika KE au ME, au acha wazi.", "Write F or M, or leave it empty."))
	}
	var x *darasa.Finding
	if strings.TrimSpace(f.Phone) != "" {
		f.Phone, x = NormalPhone(f.Phone)
		note(x)
	} else {
		f.Phone = ""
	}
	if strings.TrimSpace(f.Mail) != "" {
		f.Mail, x = NormalMail(f.Mail)
		note(x)
	} else {
		f.Mail = ""
	}
	if strings.TrimSpace(f.CheckNumber) != "" {
		f.CheckNumber, x = NormalCheck(f.CheckNumber)
		note(x)
	} else {
		f.CheckNumber = ""
	}
	f.Registrations = f.normalRegistrations(note)
	f.Lang, _ = darasa.ParseLang(string(f.Lang))
	return f, fs
}

func (f PersonFacts) normalRegistrations(note func(*darasa.Finding)) []Registration {
	var out []Registration
	for _, r := range f.Registrations {
		if strings.TrimSpace(r.Council+r.Number) == "" {
			continue
		}
		r, x := NormalRegistration(r)
		if note(x); x == nil && !slices.Contains(out, r) {
			out = append(out, r)
		}
	}
	if len(out) > maxRegistrations {
		note(finding(darasa.IsError, "registration", "Namba za usajili ni nyingi mno.", "There are too many registrations.",
			"Bakiza zisizozidi 8.", "Keep at most 8."))
	}
	return out
}

// parseSex reads the usual forms of both languages; empty is no answer.
func parseSex(s string) (string, bool) {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "":
		return "", true
	case "f", "female", "ke", "mke", "mwanamke":
		return "F", true
	case "m", "male", "me", "mme", "mwanaume", "mwanamume":
		return "M", true
	}
	return "", false
}

// invalidFacts is the error for findings that hold an error, nil otherwise.
func invalidFacts(fs []darasa.Finding) error {
	if !darasa.HasErrors(fs) {
		return nil
	}
	return darasa.Fail(darasa.Invalid, "Taarifa za mtu zina kasoro.", "Something is wrong with the person's details.").With(fs...)
}

// person returns a new person of checked facts.
func (s *Service) person(f PersonFacts, now darasa.Time) (Person, error) {
	actor, err := Letters(s.o.Random, 20)
	if err != nil {
		return Person{}, err
	}
	p := Person{ID: darasa.NewID(), Actor: strings.ToLower(actor), State: Active, Made: now}
	if f.Source != "" {
		p.ID = darasa.DeriveID("person", f.Source)
	}
	p.setFacts(f)
	return p, nil
}

// setFacts takes checked facts over.
func (p *Person) setFacts(f PersonFacts) {
	p.First, p.Middle, p.Surname, p.Sex, p.Lang = f.First, f.Middle, f.Surname, f.Sex, f.Lang
	p.Phone, p.Mail, p.CheckNumber, p.Registrations = f.Phone, f.Mail, f.CheckNumber, f.Registrations
	p.Terms = Terms(p.First, p.Middle, p.Surname)
}

// facts returns what a person's document says, as the form to change it shows.
func (p *Person) facts() PersonFacts {
	return PersonFacts{First: p.First, Middle: p.Middle, Surname: p.Surname, Sex: p.Sex, Phone: p.Phone, Mail: p.Mail,
		CheckNumber: p.CheckNumber, Registrations: slices.Clone(p.Registrations), Lang: p.Lang}
}

// stripped returns the person without what nobody may read: the password's
// and the code's hash, and the account name of our statements.
func (p Person) stripped() Person {
	p.HasPassword = p.Password != ""
	p.Password, p.Actor = "", ""
	if p.Code != nil {
		p.Code = &OneTimeCode{Expires: p.Code.Expires, By: p.Code.By}
	}
	return p
}
