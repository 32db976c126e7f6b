package frontend

import (
	"darasa/backend/account"
	"darasa/backend/course"
	"darasa/backend/darasa"
	"darasa/backend/institution"
	"darasa/backend/ledger"
)

// Place is the institution that an administrator's page is about; the zero
// Place is the whole country.
type Place struct {
	ID   darasa.ID
	Code string
	Name darasa.Text
}

// AdminView is the overview of an institution.
type AdminView struct {
	Place
	Closed   bool
	People   int // active affiliations
	Staff    int // of them with a role beyond learner
	Courses  int
	OpenRuns int
	Join     bool // people may register by themselves
	Jobs     int  // failed jobs, told to national administrators
	Wishes   []ErasureWish
}

// ErasureWish is somebody who asked to be erased. Place is the institution that
// looks after the account; with an empty one nobody does, and the command line
// erases.
type ErasureWish struct {
	Place
	Person darasa.ID
	Name   string
	At     darasa.Time
}

// PersonItem is a person in a list.
type PersonItem struct {
	ID          darasa.ID
	Name        string
	Roles       []darasa.Role
	Cadre       string // in the page's language
	Designation string
	Facility    string // name
	NoPassword  bool   // has never chosen one
	Ended       bool
}

// PeopleView lists the people of an institution. Rank is "", staff or learner.
type PeopleView struct {
	Place
	Query, Rank string
	People      []PersonItem
	Next        string // cursor of the next page
}

// PersonView is one person as one institution sees them. Form holds cadre,
// designation and facility.
type PersonView struct {
	Place
	Person      account.Person
	Affiliation account.Affiliation
	Roles       []Ticked // those the actor may give; empty where they may not change any
	Form        Form
	Cadres      []Option
	Facility    string // name
	Enrolments  []EnrolmentItem
	CodeUntil   darasa.Time // of a one-time code that is still good
	Self        bool        // the actor's own page
	LooksAfter  bool        // the actor may act on the account: issue a code, erase
	Erase       Form        // confirm
}

// EnrolmentItem is one course of a person at the institution.
type EnrolmentItem struct {
	ID     darasa.ID
	Course darasa.Text
	Code   string
	Run    string
	Status string
	At     darasa.Time
}

// AddPersonView is the form of a new person at an institution.
type AddPersonView struct {
	Place
	Form     Form
	Roles    []Ticked
	Cadres   []Option
	Councils []Option
}

// JoinView is an institution's join code.
type JoinView struct {
	Place
	Code string // as shown, with spaces; empty: nobody may register by themselves
	URL  string // of the registration page
}

// InstitutionView is the form of an institution. With an empty Place.ID it is
// a new one. Fields: slug (new only), code, name_sw, name_en, type, zone, seat,
// parent. Some may only be changed by a national administrator.
type InstitutionView struct {
	Place
	Form    Form
	Types   []Option
	Zones   []Option
	Parents []Option
	Closed  bool
}

// AuditView is one page of the audit log, newest first. Acts is empty where
// filtering by act is not offered.
type AuditView struct {
	Place
	Entries []ledger.Entry
	Person  string // id
	Who     string // its name
	Act     string
	From    string // dates as typed
	Until   string
	Acts    []string
	Form    Form
	Next    string
}

// CourseItem is a course in an administrator's list.
type CourseItem struct {
	Course   course.Course
	Owner    darasa.Text // where the list holds several
	Learners int
}

// CoursesAdminView lists courses with their editions. Untold: the reader is
// not told how many learners there are, and Learners means nothing.
type CoursesAdminView struct {
	Place
	Courses []CourseItem
	Untold  bool
}

// CourseAdminView is one course with its editions, newest first. Untold as in
// CoursesAdminView.
type CourseAdminView struct {
	Place
	Course   course.Course
	Editions []EditionItem
	Untold   bool
}

// EditionItem is one edition of a course.
type EditionItem struct {
	Ref      course.EditionRef
	Lessons  int
	Bytes    int64 // as sent
	Learners int   // who began with it
	By       string
}

// ImportView is the upload of a course folder. After one, Report says what was
// published, or Findings why nothing was.
type ImportView struct {
	Place
	MaxBytes int64
	Form     Form // file
	Refused  darasa.Text
	Findings []darasa.Finding
	Report   *course.Report
}

// InstitutionsView lists institutions. Type is the one asked for, or empty.
type InstitutionsView struct {
	Items  []InstitutionItem
	Types  []Option
	Type   string
	Wishes []ErasureWish // of the whole country
}

// InstitutionItem is an institution in a list.
type InstitutionItem struct {
	Institution institution.Institution
	People      int
}

// FacilitiesView lists facilities by name or code.
type FacilitiesView struct {
	Query, Region, Council string
	Facilities             []institution.Facility
	Total                  int // in the register
	Regions                []Option
	Next                   string
}

// FacilityView is one facility.
type FacilityView struct {
	Facility institution.Facility
	People   int // of the institution in use who work there
}

// FacilityImportView is the upload of an export of the Health Facility
// Registry, its preview and its result.
type FacilityImportView struct {
	MaxBytes int64
	Form     Form
	Refused  darasa.Text // the file as a whole
	Findings []darasa.Finding
	File     string
	Result   *institution.ImportResult
	More     int    // refused rows not shown
	Upload   string // sealed token of the previewed upload
	Done     bool
}

// JobsView lists background work. State is one of ledger.Waiting, Leased, Done
// and Failed.
type JobsView struct {
	State  string
	Jobs   []ledger.Job
	Counts map[string]int // by state
	Next   string
}
