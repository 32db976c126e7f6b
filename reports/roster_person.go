package reports

import (
	"strings"

	"darasa/backend/account"
	"darasa/backend/darasa"
	"darasa/backend/institution"
	"darasa/reports/sheet"
)

// folded finds entries of the open lists by any word for them.
type folded struct{ cadres, councils map[string]string }

func newFolded(l RosterLists) folded {
	index := func(list []Choice) map[string]string {
		out := map[string]string{}
		for _, c := range list {
			for _, s := range []string{c.Slug, c.Name.SW, c.Name.EN} {
				if s != "" {
					out[account.Fold(s)] = c.Slug
				}
			}
		}
		return out
	}
	return folded{index(l.Cadres), index(l.Councils)}
}

// line is one row while it is being judged.
type line struct {
	*RosterRow
	places []int
}

func (l line) find(level darasa.Level, key, sw, en, mendSW, mendEN string) {
	l.Findings = append(l.Findings, l.finding(level, key, darasa.Text{SW: sw, EN: en}, darasa.Text{SW: mendSW, EN: mendEN}))
}

func (l line) finding(level darasa.Level, key string, what, mend darasa.Text) darasa.Finding {
	f := darasa.Finding{Level: level, Row: l.Row, Field: key, What: what, Mend: mend}
	if i := rosterAt(key); i >= 0 && l.places[i] >= 0 {
		f.Column = letter(l.places[i])
	}
	return f
}

// person reads one row; nil where none of the roster's columns holds anything.
func (r *rosterReader) person(row sheet.Row) *RosterRow {
	p := &RosterRow{Row: row.N, Raw: make([]string, len(rosterColumns)), Role: darasa.Learner}
	l := line{p, r.places}
	filled := false
	for i, place := range r.places {
		// Cells of a streaming reader are reused: keep a copy.
		p.Raw[i] = strings.Clone(strings.TrimSpace(sheet.PlainText(row.Cell(place))))
		filled = filled || p.Raw[i] != "" || (place >= 0 && row.Formula(place))
		l.cell(row, i, place)
	}
	if !filled {
		return nil
	}
	l.facts(r.lists.councils)
	l.cadre(r.lists.cadres)
	l.facility()
	l.role()
	if p.CheckNumber == "" && p.RegistrationNumber == "" && p.Phone == "" && p.Mail == "" && !p.Refused() {
		l.find(darasa.IsWarning, keyCheck, "Hakuna namba ya kumtambulisha.", "There is no number to know this person by.",
			"Ongeza namba ya cheki, namba ya usajili au simu ikiwezekana.", "Add a check number, registration number or phone if you can.")
	}
	return p
}

// cell judges what a spreadsheet does to a cell, whatever it holds.
func (l line) cell(row sheet.Row, i, place int) {
	if place < 0 {
		return
	}
	key := rosterColumns[i].key
	if row.Formula(place) {
		l.find(darasa.IsError, key, "Seli ina fomula.", "The cell holds a formula.",
			"Nakili seli na uibandike kama thamani (Paste Special > Values).", "Copy the cell and paste it as a value (Paste Special > Values).")
	}
	if row.Merged(place) {
		l.find(darasa.IsError, key, "Seli imeunganishwa na nyingine.", "The cell is merged with others.",
			"Tenganisha seli (Unmerge) na ujaze kila safu.", "Unmerge the cells and fill in every row.")
	}
	if len(l.Raw[i]) > 500 && key != keyRemarks || len(l.Raw[i]) > 2000 {
		l.find(darasa.IsError, key, "Maandishi ni marefu mno.", "The text is too long.", "Fupisha.", "Shorten it.")
		l.Raw[i] = strings.ToValidUTF8(l.Raw[i][:500], "")
	}
}

func (l line) raw(key string) string { return l.Raw[rosterAt(key)] }

// facts takes names and keys in kept form, with account's findings put where
// they stand in the file.
func (l line) facts(councils map[string]string) {
	given := account.PersonFacts{First: l.raw(keyFirst), Middle: l.raw(keyMiddle), Surname: l.raw(keySurname), Sex: l.raw(keySex),
		Phone: l.raw(keyPhone), Mail: l.raw(keyMail), CheckNumber: l.raw(keyCheck)}
	if reg, ok := l.registration(councils); ok {
		given.Registrations = []account.Registration{reg}
	}
	kept, findings := given.Check()
	for _, f := range findings {
		l.Findings = append(l.Findings, l.finding(f.Level, f.Field, f.What, f.Mend))
	}
	l.First, l.Middle, l.Surname, l.Sex = kept.First, kept.Middle, kept.Surname, kept.Sex
	l.Phone, l.Mail, l.CheckNumber = kept.Phone, kept.Mail, kept.CheckNumber
	l.Designation, l.Remarks = squeeze(l.raw(keyDesignation)), l.raw(keyRemarks)
	if len(kept.Registrations) > 0 {
		l.Council, l.RegistrationNumber = kept.Registrations[0].Council, kept.Registrations[0].Number
	}
	l.corrected(keyPhone, l.Phone)
	l.corrected(keyCheck, l.CheckNumber)
}

// registration joins council and number; a number may bring its council along
// as "MCT 123".
func (l line) registration(councils map[string]string) (account.Registration, bool) {
	council, number := l.raw(keyCouncil), l.raw(keyNumber)
	if code, ok := councils[account.Fold(council)]; ok {
		council = code
	}
	switch {
	case number == "" && council == "":
		return account.Registration{}, false
	case number == "":
		l.find(darasa.IsWarning, keyNumber, "Baraza limetajwa bila namba ya usajili.", "A council is given without a registration number.",
			"Andika namba, au futa baraza.", "Write the number, or clear the council.")
		return account.Registration{}, false
	case council != "":
		return account.Registration{Council: council, Number: number}, true
	}
	reg, ok := account.ParseRegistration(number)
	if !ok {
		l.find(darasa.IsError, keyNumber, "Namba ya usajili haina baraza.", "The registration number has no council.",
			"Chagua baraza, mfano MCT.", "Choose the council, as MCT.")
	}
	return reg, ok
}

// corrected notes that a value is kept in another form than it was written.
func (l line) corrected(key, kept string) {
	if was := l.raw(key); kept != "" && was != "" && was != kept {
		l.Corrections = append(l.Corrections, l.finding(darasa.IsWarning, key, darasa.T("%s imeandikwa %s.", "%s is written as %s.", was, kept), darasa.Text{}))
	}
}

func (l line) cadre(list map[string]string) {
	v := squeeze(l.raw(keyCadre))
	if slug, ok := list[account.Fold(v)]; ok && v != "" {
		l.Cadre = slug
		return
	}
	l.Cadre = v
	if v != "" && len(list) > 0 {
		l.find(darasa.IsWarning, keyCadre, "Kada haimo kwenye orodha; imebaki ilivyoandikwa.", "The cadre is not in the list; it is kept as written.",
			"Kama imo kwa jina jingine, chagua kwenye orodha.", "If it is there under another name, choose it from the list.")
	}
}

func (l line) facility() {
	v := l.raw(keyHFR)
	if v == "" {
		return
	}
	code := institution.NormalHFR(v)
	if !institution.ValidHFR(code) {
		l.find(darasa.IsError, keyHFR, "Namba ya HFR si sahihi.", "The HFR code is not right.",
			"Iangalie kwenye rejista ya vituo: tarakimu sita, kistari na tarakimu ya ukaguzi, mfano 113310-7.", "Look it up in the facility registry: six digits, a hyphen and a check digit, as 113310-7.")
		return
	}
	l.HFR = code
	l.corrected(keyHFR, code)
}

func (l line) role() {
	v := account.Fold(l.raw(keyRole))
	if v == "" {
		return
	}
	for _, r := range roleNames {
		if v == account.Fold(r.name.SW) || v == account.Fold(r.name.EN) {
			l.Role = r.role
			return
		}
		for _, o := range r.other {
			if v == o {
				l.Role = r.role
				return
			}
		}
	}
	l.find(darasa.IsError, keyRole, "Nafasi hii haitolewi kwa orodha.", "This role is not given by a roster.",
		"Andika Mshiriki au Mkufunzi; nafasi nyingine hutolewa na msimamizi.", "Write Learner or Trainer; an administrator gives other roles.")
}

// twice refuses a person who stands in the file before.
func (r *rosterReader) twice(p *RosterRow) {
	l := line{p, r.places}
	name := account.Fold(p.Name())
	for _, k := range []struct{ key, value string }{
		{keyCheck, p.CheckNumber},
		{keyNumber, strings.TrimSpace(p.Council + " " + p.RegistrationNumber)},
		{keyPhone, join(p.Phone, name)}, // a phone may be shared; the same name on it is the same person
		{keyMail, join(p.Mail, name)},
		{keySurname, join(onlyIf(p.CheckNumber+p.RegistrationNumber+p.Phone+p.Mail == "", name), p.HFR)},
	} {
		if k.value == "" {
			continue
		}
		id := k.key + "\x00" + k.value
		first, ok := r.seen[id]
		if !ok {
			r.seen[id] = p.Row
			continue
		}
		text := darasa.T("Ni sawa na safu %d.", "It is the same as in row %d.", first)
		l.Findings = append(l.Findings, l.finding(darasa.IsError, k.key, text, darasa.Text{SW: "Bakiza safu moja, au sahihisha namba.", EN: "Keep one of the rows, or put the number right."}))
		return
	}
}

func join(a, b string) string {
	if a == "" {
		return ""
	}
	return a + "\x00" + b
}

func onlyIf(yes bool, s string) string {
	if yes {
		return s
	}
	return ""
}

// squeeze puts single spaces between words.
func squeeze(s string) string { return strings.Join(strings.Fields(s), " ") }
