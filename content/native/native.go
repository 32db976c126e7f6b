// Package native reads our own course folder (docs/course-format.md): YAML for
// what the course is and for its questions, Markdown for lessons, media beside
// them. It reports every mistake with file and line at once and returns plain
// structures; whoever publishes maps them.
package native

import (
	"darasa/backend/darasa"
)

// Course is a whole course folder after reading. It is complete and consistent
// only where Read returned no finding of level error.
type Course struct {
	Slug          string
	Code          string // printed short name: C2
	Title         darasa.Text
	Summary       darasa.Text
	Outcomes      []darasa.Text
	Stages        []string // of Stages
	Cadres        []string // "all" or slugs of the open list
	Hours         float64
	Area          string // A to E or empty
	CPD           []CPD
	Prerequisites []string // course slugs
	AllLessons    bool     // completion needs every lesson
	PostTest      bool     // completion needs a passed post-test
	Authors       []Contributor
	Reviewers     []Contributor
	Licence       string
	Review        map[darasa.Lang]string // pending, done
	Languages     []darasa.Lang
	Modules       []Module
	Quizzes       []Quiz
	Questions     []Question
	Media         map[string]Media // by path, only what a lesson shows
	Source        string           // SHA-256 over every file used, hexadecimal
}

// CPD is what a professional council grants, with the dates of the approval.
type CPD struct {
	Council, Category, Approval string
	Points                      float64
	From, Until                 darasa.Date
}

// Contributor is an author or a reviewer.
type Contributor struct{ Name, Institution string }

// Module is an ordered part of a course.
type Module struct {
	Slug    string
	Title   darasa.Text
	Lessons []Lesson
}

// Lesson is one lesson in every language it was written in.
type Lesson struct {
	Slug  string
	Pages map[darasa.Lang]*Page
}

// Page is a lesson in one language.
type Page struct {
	File    string // path inside the folder
	Lang    darasa.Lang
	Title   string
	Lead    string
	Minutes int64
	Blocks  []Block
	Checks  []string // slugs of practice questions in reading order
}

// Quiz is a graded test that draws from the course's bank.
type Quiz struct {
	Slug, Kind string // kind: pre-test, post-test
	Title      darasa.Text
	Draw       int64
	Pass       float64 // percent; 0 for a pre-test
	Tries      int64   // 1 for a pre-test
}

// Question is one question with its answer, as its author wrote it.
type Question struct {
	Slug      string
	Kind      string // single, multiple, truefalse, numeric, ordering
	Use       string // test, check
	Lesson    string
	Stages    []string
	Outcome   int64 // from 1
	Stem      darasa.Text
	Options   []Option      // single, multiple
	Items     []darasa.Text // ordering, in the right order
	Fixed     bool
	Answer    bool // truefalse
	Value     float64
	Tolerance float64
	Unit      darasa.Text
	Right     darasa.Text // feedback
	Wrong     darasa.Text
	Line      int // of questions.yaml
}

// Option is a choice of a single or multiple question.
type Option struct {
	Text     darasa.Text
	Right    bool
	Feedback darasa.Text
}

// Media is a file that a lesson shows: a drawing that is part of the page's
// text, or a picture of its own.
type Media struct {
	Path    string
	Type    string   // image/svg+xml, image/png, image/jpeg
	Drawing *Drawing // of an SVG
	Data    []byte   // of a picture
	Width   int      // pixels of a picture
	Height  int
}

// The closed lists of the format.
var (
	// Stages are the stages of the data-use cycle (domain.md section 1).
	Stages = []string{"demand", "collection", "management", "analysis", "presentation", "interpretation"}
	// Areas are the investment areas of the national roadmap.
	Areas = []string{"A", "B", "C", "D", "E"}
	// QuestionKinds are the kinds of question.
	QuestionKinds = []string{"single", "multiple", "truefalse", "numeric", "ordering"}
)
