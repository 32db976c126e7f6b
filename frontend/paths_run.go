package frontend

import (
	"net/url"

	"darasa/backend/darasa"
)

// Addresses of the trainer, below the language. PathRuns itself lists runs:
// GET with state (open, closed), whose (mine, all), after.
const (
	PathRunNew     = "/runs/new"             // GET; POST the fields of ReadRun: make a run
	PathRosterMade = "/runs/roster-template" // GET the template to fill in, with lang
)

func esc(id darasa.ID) string { return url.PathEscape(id.String()) }

// RunPath is the page of one run: GET with show ("", help, absent, withdrawn)
// and after.
func RunPath(run darasa.ID) string { return PathRuns + "/" + esc(run) }

// RunEditPath shows the form of a run; POST the fields of ReadRun changes it.
func RunEditPath(run darasa.ID) string { return RunPath(run) + "/edit" }

// RunCopyPath shows the form that copies a run; POST name, start, end.
func RunCopyPath(run darasa.ID) string { return RunPath(run) + "/copy" }

// RunClosePath asks before closing; POST with do=close or do=reopen.
func RunClosePath(run darasa.ID) string { return RunPath(run) + "/close" }

// RunWorkbookPath downloads the progress workbook: GET with variant (empty for
// the full one, hrhis, trainsmart) and lang.
func RunWorkbookPath(run darasa.ID) string { return RunPath(run) + "/progress.xlsx" }

// RunDaysPath is attendance: GET with day shows one day. POST day, m.<enrolment>
// = P, A, E or empty (ReadMarks), and all=P where everybody without a mark is
// to be present.
func RunDaysPath(run darasa.ID) string { return RunPath(run) + "/attendance" }

// RunRegisterPath is the attendance register to print.
func RunRegisterPath(run darasa.ID) string { return RunPath(run) + "/register" }

// RunAddPath adds one learner: GET with q searches; POST person enrols whom the
// search found; POST person empty with first, middle, surname, sex, cadre,
// designation, check, council, registration, phone, mail, facility makes and
// enrols a new person.
func RunAddPath(run darasa.ID) string { return RunPath(run) + "/add" }

// RunNewsPath lists announcements; POST id, text, lang makes one.
func RunNewsPath(run darasa.ID) string { return RunPath(run) + "/announcements" }

// RunCardsPath asks whose one-time codes to print; POST who (none, all) issues
// them and answers with CardsPage.
func RunCardsPath(run darasa.ID) string { return RunPath(run) + "/cards" }

// RunRosterPath is the upload of a roster: POST file as multipart shows the
// preview; POST upload (the sealed token) and confirm=1 as a form imports it.
func RunRosterPath(run darasa.ID) string { return RunPath(run) + "/roster" }

// RunMendPath downloads the rows of an upload that need mending.
func RunMendPath(run darasa.ID, upload string) string {
	return RunRosterPath(run) + "/mend.xlsx?upload=" + url.QueryEscape(upload)
}

// LearnerPath is one learner's page.
func LearnerPath(enrolment darasa.ID) string { return "/enrolments/" + esc(enrolment) }

// LearnerGrantPath takes the POST of a further try: quiz, reason.
func LearnerGrantPath(enrolment darasa.ID) string { return LearnerPath(enrolment) + "/grant" }

// LearnerNotePath takes the POST of remarks, assignment, follow_up.
func LearnerNotePath(enrolment darasa.ID) string { return LearnerPath(enrolment) + "/note" }

// LearnerMovePath takes the POST of a move: run, reason.
func LearnerMovePath(enrolment darasa.ID) string { return LearnerPath(enrolment) + "/move" }

// LearnerStatePath takes the POST of do: withdraw or restore.
func LearnerStatePath(enrolment darasa.ID) string { return LearnerPath(enrolment) + "/state" }

// LearnerCodePath takes the POST that issues a one-time code and answers with
// CardsPage.
func LearnerCodePath(enrolment darasa.ID) string { return LearnerPath(enrolment) + "/code" }

// CertificateStatePath takes the POST that withdraws a certificate: reason.
func CertificateStatePath(number string) string { return CertificatePath(number) + "/withdraw" }
