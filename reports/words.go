package reports

import (
	"darasa/backend/darasa"
	"darasa/backend/progress"
)

// The words of the workbooks, as the pages use them. They stand here and not
// in the catalogue of pages, because a workbook's words are a contract with
// those who process it.
var (
	wordProgress    = darasa.Text{SW: "Maendeleo", EN: "Progress"}
	wordSummary     = darasa.Text{SW: "Muhtasari", EN: "Summary"}
	wordAttendance  = darasa.Text{SW: "Mahudhurio", EN: "Attendance"}
	wordQuestions   = darasa.Text{SW: "Maswali", EN: "Questions"}
	wordDictionary  = darasa.Text{SW: "Kamusi", EN: "Dictionary"}
	wordEverything  = darasa.Text{SW: "hakuna, wote", EN: "none, everybody"}
	wordWithdrawn   = darasa.Text{SW: "Ameondolewa", EN: "Withdrawn"}
	wordNotStated   = darasa.Text{SW: "Haikutajwa", EN: "Not stated"}
	wordOther       = darasa.Text{SW: "Nyingine", EN: "Other"}
	wordAll         = darasa.Text{SW: "Wote", EN: "All"}
	wordCouncil     = darasa.Text{SW: "Halmashauri", EN: "Council"}
	wordCadre       = darasa.Text{SW: "Kada", EN: "Cadre"}
	wordSex         = darasa.Text{SW: "Jinsia", EN: "Sex"}
	wordSignature   = darasa.Text{SW: "Sahihi", EN: "Signature"}
	wordName        = darasa.Text{SW: "Jina", EN: "Name"}
	wordFilter      = darasa.Text{SW: "Kichujio: %s", EN: "Filter: %s"}
	wordExported    = darasa.Text{SW: "Imetolewa %s na %s", EN: "Exported %s by %s"}
	wordInstitution = darasa.Text{SW: "Taasisi: %s", EN: "Institution: %s"}
	wordEdition     = darasa.Text{SW: "Toleo: %s", EN: "Edition: %s"}
	wordLegend      = darasa.Text{SW: "P yupo, A hayupo, E ana ruhusa. Nafasi tupu: bado.", EN: "P present, A absent, E excused. Empty: not marked."}
)

var statuses = map[string]darasa.Text{
	progress.NotStarted: {SW: "Hajaanza", EN: "Not started"},
	progress.InProgress: {SW: "Anaendelea", EN: "In progress"},
	progress.Completed:  {SW: "Amemaliza", EN: "Completed"},
	progress.Passed:     {SW: "Amefaulu", EN: "Passed"},
	progress.Failed:     {SW: "Hajafaulu", EN: "Failed"},
}

var modes = map[string]darasa.Text{
	"classroom": {SW: "Darasani", EN: "Classroom"},
	"online":    {SW: "Mtandaoni", EN: "Online"},
	"blended":   {SW: "Darasani na mtandaoni", EN: "Classroom and online"},
}

var sexes = map[string]darasa.Text{"F": {SW: "KE", EN: "F"}, "M": {SW: "ME", EN: "M"}}

var languages = map[darasa.Lang]darasa.Text{darasa.Swahili: darasa.Same("Kiswahili"), darasa.English: {SW: "Kiingereza", EN: "English"}}

var kinds = map[string]darasa.Text{
	"pre-test":  {SW: "Jaribio la awali", EN: "Pre-test"},
	"post-test": {SW: "Jaribio la mwisho", EN: "Post-test"},
}

// said returns the word for key, or key itself where there is none: what is
// not known is shown and never dropped.
func said[K ~string](words map[K]darasa.Text, key K, l darasa.Lang) string {
	if t, ok := words[key]; ok {
		return t.In(l)
	}
	return string(key)
}
