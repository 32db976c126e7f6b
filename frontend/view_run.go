package frontend

import (
	"darasa/backend/assessment"
	"darasa/backend/attempt"
	"darasa/backend/credential"
	"darasa/backend/darasa"
	"darasa/backend/enrolment"
	"darasa/backend/progress"
)

// RunCard is a run in a list.
type RunCard struct {
	Run      enrolment.Run
	Course   CourseRef
	Learners int         // active
	Place    darasa.Text // institution, where the list holds several
}

// RunsView lists runs. Whose is "mine" or "all", State "open" or "closed".
type RunsView struct {
	Runs         []RunCard
	Whose, State string
	Next         string // cursor of the next page, empty after the last
}

// RunFormView is the form of a new or an existing run; ReadRun reads it and
// RunValues fills it.
type RunFormView struct {
	Run     darasa.ID // empty: a new one
	Name    string    // of the existing run
	Form    Form
	Courses []Option // of a new run
	People  []Ticked // who may be its trainers
}

// Ticked is a checkbox of a list of which several may be on.
type Ticked struct {
	Option
	On bool
}

// RunHead is what every page of a run says of it.
type RunHead struct {
	Run    enrolment.Run
	Course CourseRef
}

// RunCounts are the numbers above the progress table. Learners is the sum of
// Passed, Going, Failed and Waiting.
type RunCounts struct {
	Learners  int
	Passed    int // status passed, or completed where there is no post-test
	Going     int
	Failed    int
	Waiting   int // not started
	Help      int // need help: see RunView
	Absent    int // without any attendance mark
	Withdrawn int
}

// RunView is a run's page. Need help are those who failed, and those who have
// not begun or were not seen for 14 days while the run is open.
type RunView struct {
	RunHead
	Edition   int64
	Place     darasa.Text // institution
	Counts    RunCounts
	Pre, Post *float64 // means, 0 to 1, of those who did both
	Show      string   // tab: "", help, absent, withdrawn
	Rows      []LearnerRow
	From      int    // number of the first row, from 1
	Total     int    // rows behind the tab
	Next      string // cursor of the next page
	NextN     int    // rows on the next page
	Bytes     int64  // about the workbook's size; 0: not said
}

// LearnerRow is one learner in the progress table.
type LearnerRow struct {
	Enrolment darasa.ID
	Progress  progress.Progress // with its snapshot and attendance
	Cadre     string            // in the page's language
	Left      int               // tries of the post-test left
	Review    bool              // a written assignment waits for its result
	Withdrawn bool
}

// LearnerView is one learner in a run, or alone in a course (Run is empty).
type LearnerView struct {
	RunHead
	Row       LearnerRow
	Enrolment enrolment.Enrolment
	Days      []darasa.Date // of attendance, with Enrolment.Attendance
	Attempts  []AttemptView // newest first
	Reading   []ReadingView
	Quizzes   []Option // post-tests: value is the slug
	Runs      []Option // where the learner may be moved to
	Granted   []GrantView
	// Certificate is nil while none is issued.
	Certificate *credential.Certificate
	NoPassword  bool // the person has never chosen one
	MayCode     bool // the actor may issue a one-time code
	MayWithdraw bool // the actor may withdraw the certificate
	Grant       Form // quiz, reason
	Move        Form // run, reason
	Note        Form // remarks, assignment, follow_up: filled from the enrolment
	Withdraw    Form // reason: of the certificate
}

// AttemptView is one try with what was asked and answered. A question's Mark
// says what came of it; its key is there only where it may be shown.
type AttemptView struct {
	Attempt   attempt.Attempt
	Title     darasa.Text
	Grade     *assessment.Grade // that counts; nil while not submitted
	Questions []QuestionView
}

// ReadingView is how long one lesson was read, all devices together.
type ReadingView struct {
	Lesson  LessonItem
	Seconds int64
	At      darasa.Time // first finished
}

// GrantView is a further try that was given.
type GrantView struct {
	Quiz   darasa.Text
	Reason string
	By     string
	At     darasa.Time
}

// AddLearnerView looks for one person and enrols them, or makes a new one.
type AddLearnerView struct {
	RunHead
	Query    string
	Found    []FoundPerson // of this institution, by the query
	More     bool          // there are more than are shown
	Form     Form
	Cadres   []Option
	Councils []Option
}

// FoundPerson is a person who may be enrolled.
type FoundPerson struct {
	ID       darasa.ID
	Name     string
	Cadre    string
	Facility string
	Keys     string // by what they were told apart: "Check number 00123"
	In       bool   // already in this run
}

// AttendanceView is one day of attendance.
type AttendanceView struct {
	RunHead
	Day      darasa.Date // empty: the run has no days
	Learners []AttendanceRow
	Findings []darasa.Finding
}

// AttendanceRow is one learner on that day, or on all days in the register.
type AttendanceRow struct {
	Enrolment   darasa.ID
	Name        string
	Cadre       string
	Facility    string
	HFR         string
	Phone       string
	Mark        string                 // of the day: P, A, E or empty
	Marks       map[darasa.Date]string // of all days
	Attended    int
	Withdrawn   bool
	Designation string
}

// RegisterView is the register to print.
type RegisterView struct {
	RunHead
	Place    darasa.Text
	Learners []AttendanceRow
}

// NewsView lists the announcements of a run, newest first as given, with the
// form for another. New is the id that the next one will have, so that a form
// sent twice makes one.
type NewsView struct {
	RunHead
	Items []enrolment.Announcement
	New   darasa.ID
	Form  Form // text, lang
}

// CopyRunView is the form that copies a run without its people.
type CopyRunView struct {
	RunHead
	Form Form // name, start, end
}

// CloseRunView asks before a run is closed or opened again.
type CloseRunView struct {
	RunHead
	Unfinished int // learners who have neither passed nor failed
}

// AskCardsView asks whose one-time codes to print.
type AskCardsView struct {
	RunHead
	None int // without a password
	All  int
}

// RosterView is the page to upload a roster.
type RosterView struct {
	RunHead
	MaxBytes int64
	MaxRows  int
	Form     Form             // file
	Findings []darasa.Finding // about the whole file, after a refusal
}

// RosterVerdict is what becomes of one row that is not simply taken in.
type RosterVerdict struct {
	Row      int
	Name     string // as written; may be empty
	Outcome  string // rejected, corrected, warned
	Findings []darasa.Finding
}

// RosterPreviewView says what an upload would do, or, with Done, what it did.
type RosterPreviewView struct {
	RunHead
	File                                  string
	Rows                                  int
	Accepted, Corrected, Warned, Rejected int // Accepted: without a word to say
	New, Same, Updated, Elsewhere         int // what becomes of those taken in
	Verdicts                              []RosterVerdict
	More                                  int    // verdicts not shown; they are in the file to mend
	Upload                                string // sealed token of the previewed upload
	Done                                  bool
	At                                    darasa.Time // when it was imported
	MaxBytes                              int64
	MaxRows                               int
}
