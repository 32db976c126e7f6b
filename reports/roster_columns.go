package reports

import (
	"slices"

	"darasa/backend/account"
	"darasa/backend/darasa"
	"darasa/reports/sheet"
)

// rosterColumn is one column of a roster. The key never changes; a file is
// read by its header in either language or by another usual word.
type rosterColumn struct {
	key     string
	head    darasa.Text
	also    []string
	needed  bool
	width   float64
	fill    darasa.Text // what to write
	example darasa.Text
}

// Keys of the columns of a roster; account.PersonFacts names its findings alike.
const (
	keyFirst       = "first"
	keyMiddle      = "middle"
	keySurname     = "surname"
	keySex         = "sex"
	keyCadre       = "cadre"
	keyDesignation = "designation"
	keyCheck       = "check"
	keyCouncil     = "baraza" // not "council": in many lists that is the district's
	keyNumber      = "registration"
	keyPhone       = "phone"
	keyMail        = "mail"
	keyHFR         = "hfr"
	keyRole        = "role"
	keyRemarks     = "remarks"
)

var rosterColumns = []rosterColumn{
	{keyFirst, darasa.Text{SW: "Jina la kwanza", EN: "First name"}, []string{"firstname", "given name"}, true, 16,
		darasa.Text{SW: "Kama lilivyo kwenye kitambulisho.", EN: "As on an identity card."}, darasa.Same("Asha")},
	{keyMiddle, darasa.Text{SW: "Jina la kati", EN: "Middle name"}, []string{"middlename", "jina la pili"}, false, 16,
		darasa.Text{SW: "Si lazima.", EN: "May stay empty."}, darasa.Same("Juma")},
	{keySurname, darasa.Text{SW: "Jina la ukoo", EN: "Surname"}, []string{"last name", "lastname", "family name", "jina la mwisho"}, true, 18,
		darasa.Text{SW: "Kama lilivyo kwenye kitambulisho.", EN: "As on an identity card."}, darasa.Same("Mfano")},
	{keySex, darasa.Text{SW: "Jinsia", EN: "Sex"}, []string{"gender", "jinsi"}, false, 8,
		darasa.Text{SW: "Chagua KE au ME.", EN: "Choose F or M."}, darasa.Text{SW: "KE", EN: "F"}},
	{keyCadre, darasa.Text{SW: "Kada", EN: "Cadre"}, []string{"profession"}, false, 30,
		darasa.Text{SW: "Chagua kwenye orodha; kama haimo, iandike.", EN: "Choose from the list; write it where it is missing."}, darasa.Text{SW: "Tabibu", EN: "Clinical Officer"}},
	{keyDesignation, darasa.Text{SW: "Cheo", EN: "Designation"}, []string{"position", "title", "wadhifa"}, false, 20,
		darasa.Text{SW: "Kazi yake kituoni.", EN: "The post at the facility."}, darasa.Text{SW: "Mfawidhi", EN: "In-charge"}},
	{keyCheck, darasa.Text{SW: "Namba ya cheki", EN: "Check number"}, []string{"check no", "checknumber", "cheki namba"}, false, 16,
		darasa.Text{SW: "Namba ya malipo ya serikali, pamoja na sifuri za mwanzo.", EN: "The government payroll number with its leading zeros."}, darasa.Same("00000000")},
	{keyCouncil, darasa.Text{SW: "Baraza", EN: "Professional council"}, []string{"baraza la kitaaluma", "board"}, false, 12,
		darasa.Text{SW: "Baraza la kitaaluma: chagua kwenye orodha.", EN: "The professional council: choose from the list."}, darasa.Same("MCT")},
	{keyNumber, darasa.Text{SW: "Namba ya usajili", EN: "Registration number"}, []string{"registration no", "reg no", "license number", "licence number", "baraza na namba ya usajili", "council and registration no"}, false, 18,
		darasa.Text{SW: "Namba ya usajili kwenye baraza.", EN: "The number at the council."}, darasa.Same("0000")},
	{keyPhone, darasa.Text{SW: "Simu", EN: "Phone"}, []string{"phone number", "mobile", "mobile number", "telephone", "namba ya simu"}, false, 18,
		darasa.Text{SW: "07…, 06… au +255…; simu ya pamoja inaruhusiwa.", EN: "07…, 06… or +255…; a shared phone is allowed."}, darasa.Same("0712000000")},
	{keyMail, darasa.Text{SW: "Barua pepe", EN: "E-mail"}, []string{"email", "email address", "mail"}, false, 26,
		darasa.Text{SW: "Si lazima.", EN: "May stay empty."}, darasa.Same("asha@example.org")},
	{keyHFR, darasa.Text{SW: "Namba ya HFR", EN: "HFR code"}, []string{"hfr", "facility code", "facility number", "namba ya kituo"}, false, 14,
		darasa.Text{SW: "Namba ya kituo kwenye Health Facility Registry, mfano 113310-7.", EN: "The facility's code in the Health Facility Registry, as 113310-7."}, darasa.Same("113310-7")},
	{keyRole, darasa.Text{SW: "Nafasi", EN: "Role"}, []string{"wajibu"}, false, 14,
		darasa.Text{SW: "Mshiriki, au acha wazi. Mkufunzi hupewa nafasi na msimamizi.", EN: "Learner, or leave it empty. An administrator makes trainers."}, darasa.Text{SW: "Mshiriki", EN: "Learner"}},
	{keyRemarks, darasa.Text{SW: "Maoni", EN: "Remarks"}, []string{"comments", "notes", "maelezo"}, false, 40,
		darasa.Text{SW: "Yataonekana kwenye Excel ya maendeleo.", EN: "Shown in the progress workbook."}, sampleMark},
}

// sampleMark in the remarks marks the example row, which is never read.
var sampleMark = darasa.Text{SW: "MFANO: futa safu hii", EN: "EXAMPLE: delete this row"}

// extra are the columns of a file of refused rows that say why; they are
// passed over when the mended file comes back.
var extra = []darasa.Text{{SW: "Safu ya awali", EN: "Original row"}, {SW: "Sababu", EN: "Reason"}, {SW: "Jinsi ya kurekebisha", EN: "How to mend it"}, {SW: "Na.", EN: "SN"}}

var roleNames = []struct {
	role  darasa.Role
	name  darasa.Text
	other []string
}{
	{darasa.Learner, darasa.Text{SW: "Mshiriki", EN: "Learner"}, []string{"mwanafunzi", "participant", "student"}},
	{darasa.Trainer, darasa.Text{SW: "Mkufunzi", EN: "Trainer"}, []string{"mwezeshaji", "facilitator"}},
}

// headings maps every folded word that a column may be headed with to its
// place in rosterColumns, -1 for those to pass over.
func headings() map[string]int {
	out := map[string]int{}
	for i, c := range rosterColumns {
		for _, h := range append([]string{c.head.SW, c.head.EN, c.key}, c.also...) {
			out[account.Fold(h)] = i
		}
	}
	for _, e := range extra {
		out[account.Fold(e.SW)], out[account.Fold(e.EN)] = -1, -1
	}
	return out
}

// rosterAt is the place of a column in rosterColumns.
func rosterAt(key string) int {
	return slices.IndexFunc(rosterColumns, func(c rosterColumn) bool { return c.key == key })
}

// RosterSheets are the names of the sheet that a roster is read from, where a
// workbook has one; else its first sheet is.
var RosterSheets = []string{"Orodha", "Roster"}

func rosterSheetColumns(l darasa.Lang) []sheet.Column {
	var out []sheet.Column
	for _, c := range rosterColumns {
		out = append(out, sheet.Column{Header: c.head.In(l), Width: c.width, Prompt: c.fill.In(l)})
	}
	return out
}
