package frontend

import (
	"strconv"

	"darasa/backend/assessment"
	"darasa/backend/attempt"
	"darasa/backend/course"
	"darasa/backend/credential"
	"darasa/backend/darasa"
	"darasa/backend/enrolment"
	"darasa/backend/progress"
)

// CourseCard is a course as a list shows it.
type CourseCard struct {
	Slug        darasa.ID
	Code        string
	Title       darasa.Text
	Summary     darasa.Text
	Hours       float64
	Bytes       int64 // text and questions of one language, on the wire
	Done, Total int   // lessons; of the actor's enrolment
	Status      string
	Certificate string // number
}

// Filter is what the catalogue is asked for; an empty field asks for all.
type Filter struct{ Query, Stage, Cadre, Lang, Hours string }

// Empty tells whether nothing is asked for.
func (f Filter) Empty() bool { return f == Filter{} }

// CatalogueView lists the courses that answer the filter.
type CatalogueView struct {
	Courses []CourseCard
	Filter  Filter
	Stages  []Option // value is the slug
	Cadres  []Option
}

// NextStep is the one thing to do next.
type NextStep struct {
	Kind        string // lesson, pre-test, post-test, certificate
	Course      CourseRef
	Enrolment   darasa.ID
	Slug        string      // of the lesson or quiz; a certificate's number
	Number      string      // of a lesson: "3.2"
	Title       darasa.Text // of the lesson or quiz
	Minutes     int64
	Done, Total int // lessons of the course
}

// CourseRef names a course.
type CourseRef struct {
	Slug  darasa.ID
	Code  string
	Title darasa.Text
}

// HomeView is the first page. Signed out it is the catalogue and the way in;
// signed in it begins with what is next.
type HomeView struct {
	Name      string // first name
	Next      *NextStep
	Mine      []CourseCard
	Notices   []Notice
	Catalogue CatalogueView
}

// Notice is an announcement with the course and run that it came to.
type Notice struct {
	Course darasa.Text
	Run    string
	enrolment.Announcement
}

// LessonItem is a lesson in an outline.
type LessonItem struct {
	Slug    string
	Number  string // "3.2"
	Title   darasa.Text
	Minutes int64
	Done    bool
	Here    bool
}

// ModuleView is a module in an outline.
type ModuleView struct {
	Number  int
	Title   darasa.Text
	Minutes int64
	Lessons []LessonItem
	Done    bool
	Here    bool // holds the lesson that the learner is at
}

// Outline returns the modules of e with what the learner has finished. here is
// the lesson that the learner is at; pr may be nil.
func Outline(e *course.Edition, pr *progress.Progress, here string) []ModuleView {
	seen := map[string]bool{}
	if pr != nil {
		for _, s := range pr.Seen {
			seen[s.Lesson] = true
		}
	}
	out := make([]ModuleView, 0, len(e.Modules))
	for i, m := range e.Modules {
		v := ModuleView{Number: i + 1, Title: m.Title, Done: len(m.Lessons) > 0}
		for j, l := range m.Lessons {
			item := LessonItem{
				Slug: l.Slug, Number: strconv.Itoa(i+1) + "." + strconv.Itoa(j+1),
				Title: l.Title, Minutes: l.Minutes, Done: seen[l.Slug], Here: l.Slug == here,
			}
			v.Lessons = append(v.Lessons, item)
			v.Minutes += l.Minutes
			v.Done = v.Done && item.Done
			v.Here = v.Here || item.Here
		}
		out = append(out, v)
	}
	return out
}

// TestItem is a quiz on the course page.
type TestItem struct {
	Slug      string
	Kind      string // pre-test, post-test
	Title     darasa.Text
	Questions int
	Pass      float64 // 0 to 1
	Tries     int
	Left      int      // tries left; of Tries and granted ones
	Score     *float64 // best, 0 to 1; nil while none is graded
	Passed    bool
	Open      darasa.ID // a try begun and not sent
}

// CourseView is a course's page.
type CourseView struct {
	Edition     *course.Edition
	Bytes       int64
	Stages      []string // names in the page's language
	Cadres      []string
	Prereq      []CourseRef
	Enrolment   darasa.ID // empty: not enrolled
	CanEnrol    bool
	Status      string
	Done, Total int // lessons
	Modules     []ModuleView
	Pre, Post   *TestItem
	Next        *NextStep
	Certificate string
}

// Part is a piece of a lesson: HTML of the frozen edition, or a practice
// question between two such.
type Part struct {
	HTML  string // already sanitised by publishing
	Check *QuestionView
}

// LessonView is a lesson to read.
type LessonView struct {
	Course    CourseRef
	Enrolment darasa.ID
	Lesson    LessonItem
	Lead      darasa.Text
	Lang      darasa.Lang // of the parts, where the page's language is missing
	Module    ModuleView
	Index     int // of the lesson in its module, from 1
	Parts     []Part
	Prev      *LessonItem
	Next      *LessonItem // nil after the last lesson
	Test      *TestItem   // the post-test, after the last lesson
	Event     darasa.ID   // id of the event that finishing this lesson makes
}

// QuizView is a try to fill in.
type QuizView struct {
	Attempt   darasa.ID
	Course    CourseRef
	Title     darasa.Text
	Kind      string
	Number    int64
	Tries     int64
	PassMark  float64 // 0 to 1; 0 for a pre-test
	Questions []QuestionView
	Findings  []darasa.Finding
	Saved     darasa.Time // when the server kept what stands here
	Event     darasa.ID   // id of the submission
	// AskBlank offers to send although questions are not answered (field
	// blank=1): after a first refusal for that reason.
	AskBlank bool
}

// answered counts the questions that hold an answer.
func (v QuizView) answered() int {
	n := 0
	for _, q := range v.Questions {
		if q.Answered() {
			n++
		}
	}
	return n
}

// ResultView is a try after it was graded.
type ResultView struct {
	Attempt   *attempt.Attempt
	Grade     assessment.Grade // that counts
	Course    CourseRef
	Title     darasa.Text
	Tries     int64
	Left      int            // tries left
	Questions []QuestionView // with Mark; without one nothing is told of it
	KeyShown  bool
	Next      *NextStep
}

// right counts the questions answered rightly.
func (v ResultView) right() int {
	n := 0
	for _, m := range v.Grade.Marks {
		if m.Max > 0 && m.Points >= m.Max {
			n++
		}
	}
	return n
}

// MeView is one's own courses, certificates and news.
type MeView struct {
	Name         string
	Institution  darasa.Text
	Next         *NextStep
	Courses      []CourseCard
	Certificates []credential.Certificate
	Notices      []Notice
}

// CertificateView is a certificate to print.
type CertificateView struct {
	Certificate credential.Certificate
	Edition     int64
	Institution darasa.Text
	Modules     int
	CPD         []course.CPD // printed only with an approval number
	VerifyURL   string       // whole address, typed by hand and in the QR code
	QR          QR
}

// VerifyView is the public check of a certificate.
type VerifyView struct {
	Asked       bool   // a number was given
	Number      string // as typed
	Certificate *credential.Certificate
	Edition     int64
}

// ErrorView is a page that says what went wrong and what to do.
type ErrorView struct {
	Status   int
	Text     darasa.Text // of the darasa.Error; empty: a text by status
	Findings []darasa.Finding
	Retry    int    // seconds
	Kept     bool   // what was sent is kept
	Request  string // id to tell to who helps
}
