package reports

import (
	"fmt"
	"slices"

	"darasa/backend/darasa"
	"darasa/reports/sheet"
)

// field is one column of the full sheet: its header, its meaning and how its
// cells are shown.
type field struct {
	head, means darasa.Text
	kind        sheet.Kind
	width       float64
}

func col(kind sheet.Kind, width float64, headSW, headEN, meansSW, meansEN string) field {
	return field{darasa.Text{SW: headSW, EN: headEN}, darasa.Text{SW: meansSW, EN: meansEN}, kind, width}
}

// before are the columns of the full sheet up to the days, in the order of the
// sheet that trainers keep; after are those that follow. Full.person, .place
// and .result write the cells in the same order.
var before = []field{
	col(sheet.Integer, 6, "Na.", "SN", "Namba ya safu", "Number of the row"),
	col(sheet.Text, 14, "Jina la kwanza", "First name", "Kama lilivyo kwenye uandikishaji", "As in the enrolment"),
	col(sheet.Text, 14, "Jina la kati", "Middle name", "", ""),
	col(sheet.Text, 16, "Jina la ukoo", "Surname", "", ""),
	col(sheet.Centred, 7, "Jinsia", "Sex", "KE au ME", "F or M"),
	col(sheet.Text, 22, "Kada", "Cadre", "Kada wakati wa kuandikishwa", "Cadre at the time of enrolment"),
	col(sheet.Text, 18, "Cheo", "Designation", "", ""),
	col(sheet.Text, 14, "Namba ya cheki", "Check number", "Namba ya malipo ya serikali; ni maandishi, sifuri za mwanzo zina maana", "Government payroll number; text, because leading zeros matter"),
	col(sheet.Text, 18, "Baraza na namba ya usajili", "Council and registration no.", "Baraza la kitaaluma na namba ya usajili", "Professional council and registration number"),
	col(sheet.Text, 16, "Simu", "Phone", "Kuanzia +255", "Beginning with +255"),
	col(sheet.Text, 24, "Barua pepe", "E-mail", "", ""),
	col(sheet.Text, 26, "Kituo", "Facility", "Kituo cha kutolea huduma wakati wa kuandikishwa", "Health facility at the time of enrolment"),
	col(sheet.Text, 11, "Namba ya HFR", "HFR code", "Namba ya kituo kwenye Health Facility Registry; ni maandishi", "Code of the Health Facility Registry; text"),
	col(sheet.Text, 16, "Aina ya kituo", "Facility type", "", ""),
	col(sheet.Text, 14, "Umiliki", "Ownership", "", ""),
	col(sheet.Text, 16, "Halmashauri", "Council", "Halmashauri ya kituo", "Council of the facility"),
	col(sheet.Text, 14, "Wilaya", "District", "", ""),
	col(sheet.Text, 14, "Mkoa", "Region", "", ""),
	col(sheet.Text, 14, "Kanda", "Zone", "", ""),
	col(sheet.Text, 28, "Kozi", "Course", "", ""),
	col(sheet.Text, 9, "Msimbo wa kozi", "Course code", "", ""),
	col(sheet.Integer, 9, "Toleo la kozi", "Course edition", "Toleo ambalo mwashiriki alianza nalo", "The edition that the learner began with"),
	col(sheet.Text, 24, "Awamu", "Run", "Tupu: anasoma mwenyewe", "Empty: studies alone"),
	col(sheet.Text, 14, "Namna ya mafunzo", "Mode", "", ""),
	col(sheet.Text, 11, "Lugha", "Language", "Lugha anayosomea", "The language of study"),
	col(sheet.Text, 18, "Mahali", "Venue", "", ""),
	col(sheet.Text, 18, "Mwandaaji", "Organizer", "", ""),
	col(sheet.Text, 16, "Mfadhili", "Sponsor", "", ""),
	col(sheet.Text, 26, "Wawezeshaji", "Facilitators", "", ""),
	col(sheet.Date, 11, "Kuanza", "Start", "Siku ya kwanza ya awamu", "First day of the run"),
	col(sheet.Date, 11, "Kumaliza", "End", "Siku ya mwisho ya awamu", "Last day of the run"),
}

var day = col(sheet.Centred, 7, "Siku ya %d", "Day %d", "P yupo, A hayupo, E ana ruhusa; tupu: haijawekewa alama", "P present, A absent, E excused; empty: not marked")

var after = []field{
	col(sheet.Integer, 10, "Siku alizohudhuria", "Days attended", "Idadi ya P; tupu ikiwa hakuna alama", "Number of P; empty without any mark"),
	col(sheet.Percent, 11, "Mahudhurio %", "Attendance %", "P kwa siku zilizowekewa alama, pamoja na E", "P by the days that are marked, E among them"),
	col(sheet.Percent, 10, "Jaribio la awali %", "Pre-test %", "Alama iliyohesabiwa", "The score that counts"),
	col(sheet.Percent, 10, "Jaribio la mwisho %", "Post-test %", "Alama bora iliyohesabiwa", "The best score that counts"),
	col(sheet.Percent, 9, "Ongezeko", "Gain", "Mwisho kutoa awali, kwa pointi za asilimia", "Post-test less pre-test, in percentage points"),
	col(sheet.Number, 11, "Ongezeko sanifu", "Normalised gain", "(mwisho - awali) / (100 - awali); 55 hadi 80 ni 0.56; tupu ikiwa awali ni 100", "(post - pre) / (100 - pre); 55 to 80 is 0.56; empty where pre is 100"),
	col(sheet.Integer, 10, "Moduli zilizokamilika", "Modules done", "Moduli ambazo masomo yote yamekamilika", "Modules with every lesson finished"),
	col(sheet.Integer, 8, "Moduli zote", "Modules total", "", ""),
	col(sheet.Percent, 11, "Maendeleo %", "Progress %", "Sehemu ya kozi iliyokamilika", "The share of the course that is done"),
	col(sheet.Text, 20, "Zana zilizotumika", "Toolkits used", "Zana zilizokamilishwa", "Toolkits that were finished"),
	col(sheet.Text, 16, "Kazi ya kuandika", "Assignment", "Matokeo yaliyoandikwa na mkufunzi", "The result that the trainer wrote"),
	col(sheet.Text, 14, "Matokeo", "Result", "Hajaanza, Anaendelea, Amemaliza, Amefaulu, Hajafaulu au Ameondolewa", "Not started, In progress, Completed, Passed, Failed or Withdrawn"),
	col(sheet.Number, 8, "Pointi za CPD", "CPD points", "Za baraza lake, akiwa amefaulu au amemaliza", "Of the learner's council, once passed or completed"),
	col(sheet.Text, 14, "Kundi la CPD", "CPD category", "", ""),
	col(sheet.Text, 14, "Namba ya idhini", "Approval no.", "Idhini ya baraza kwa kozi", "The council's approval of the course"),
	col(sheet.Text, 18, "Namba ya cheti", "Certificate no.", "", ""),
	col(sheet.Date, 11, "Kilitolewa", "Issued on", "Siku cheti kilipotolewa", "The day the certificate was issued"),
	col(sheet.Wrapped, 24, "Ufuatiliaji wa miezi 3", "3-month follow-up", "Je, hatua ilifanyika?", "Was the action done?"),
	col(sheet.DateTime, 16, "Alionekana mwisho", "Last active", "Saa za Tanzania au za mfumo huu", "In the time zone of this platform"),
	col(sheet.Wrapped, 30, "Maoni", "Remarks", "Yaliyoandikwa na mkufunzi", "Written by the trainer"),
}

// at returns the place of the column with an English header in a list.
func at(fields []field, head string) int {
	return slices.IndexFunc(fields, func(c field) bool { return c.head.EN == head })
}

// fullColumns returns the columns of the full sheet with n days.
func fullColumns(n int, l darasa.Lang) []sheet.Column {
	out := columnsOf(before, l)
	out = append(out, dayColumns(n, l)...)
	return append(out, columnsOf(after, l)...)
}

func columnsOf(fs []field, l darasa.Lang) []sheet.Column {
	out := make([]sheet.Column, 0, len(fs)+16)
	for _, c := range fs {
		out = append(out, sheet.Column{Header: c.head.In(l), Kind: c.kind, Width: c.width})
	}
	return out
}

func dayColumns(n int, l darasa.Lang) []sheet.Column {
	var out []sheet.Column
	for i := range n {
		out = append(out, sheet.Column{Header: fmt.Sprintf(day.head.In(l), i+1), Kind: day.kind, Width: day.width})
	}
	return out
}
