// Package course knows courses, their editions and manifests, and publishes:
// from sources to frozen, content-addressed pieces.
package course

import (
	"darasa/backend/darasa"
	"darasa/backend/store"
)

// Course is what an institution offers; its id is the slug.
type Course struct {
	store.Meta `json:"-"`
	Slug       darasa.ID    `json:"slug"`
	Owner      darasa.ID    `json:"owner"` // institution
	Code       string       `json:"code"`
	Title      darasa.Text  `json:"title"`
	State      string       `json:"state"`      // published, withdrawn
	Visibility string       `json:"visibility"` // open, institution
	Editions   []EditionRef `json:"editions"`   // oldest first
	Made       darasa.Time  `json:"made"`
}

// EditionRef is one published edition of a course.
type EditionRef struct {
	Number   int64       `json:"n"`
	Manifest string      `json:"manifest"` // SHA-256 of the manifest in media
	Source   string      `json:"source"`   // SHA-256 over the sources: the same again publishes nothing
	State    string      `json:"state"`    // published, withdrawn
	At       darasa.Time `json:"published"`
	By       darasa.ID   `json:"by"`
}

// Edition is the frozen content of a course as readers see it: what the
// manifest in media holds. It is immutable and cached for ever.
type Edition struct {
	ID         darasa.ID         `json:"id"` // "<course>@<n>"
	Course     darasa.ID         `json:"course"`
	Number     int64             `json:"n"`
	Code       string            `json:"code"`
	Title      darasa.Text       `json:"title"`
	Summary    darasa.Text       `json:"summary"`
	Outcomes   []darasa.Text     `json:"outcomes"`
	Stages     []string          `json:"stages"`
	Cadres     []string          `json:"cadres"`
	Hours      float64           `json:"hours"`
	Area       string            `json:"area,omitempty"`
	CPD        []CPD             `json:"cpd,omitempty"`
	Prereq     []string          `json:"prerequisites,omitempty"`
	Completion Completion        `json:"completion"`
	Authors    []Contributor     `json:"authors"`
	Reviewers  []Contributor     `json:"reviewers,omitempty"`
	Licence    string            `json:"licence"`
	Review     map[string]string `json:"review,omitempty"` // per language: pending, done (keys are ours: sw, en)
	Modules    []Module          `json:"modules"`
	Quizzes    []Quiz            `json:"quizzes"`
	Pieces     []Piece           `json:"pieces"`
	KeyVersion int64             `json:"key"`
	At         darasa.Time       `json:"published"`
	Languages  []darasa.Lang     `json:"languages"`        // those that every lesson is written in
	Checks     string            `json:"checks,omitempty"` // hash of the piece with the practice questions and their keys
}

// Manifest is what the store says of an edition's manifest: the list itself is
// JSON in media. Its id is the edition's.
type Manifest struct {
	store.Meta `json:"-"`
	ID         darasa.ID   `json:"id"`
	Course     darasa.ID   `json:"course"`
	Hash       string      `json:"hash"` // SHA-256 of the JSON
	Bytes      int64       `json:"bytes"`
	Pieces     int64       `json:"pieces"`
	Wire       int64       `json:"wire"`     // of all pieces, as sent
	Keys       int64       `json:"keys"`     // newest version of the keys
	Reserved   int64       `json:"reserved"` // newest number given to a version of the keys
	At         darasa.Time `json:"published"`
}

// CPD is what a professional council grants for the course, with its dates.
type CPD struct {
	Council  string      `json:"council"`
	Points   float64     `json:"points"`
	Category string      `json:"category"`
	Approval string      `json:"approval"` // printed only when not empty
	From     darasa.Date `json:"from"`
	Until    darasa.Date `json:"until"`
}

// Completion is the rule that a certificate needs.
type Completion struct {
	AllLessons bool `json:"lessons"`
	PostTest   bool `json:"post_test"`
}

// Contributor is an author or a reviewer.
type Contributor struct {
	Name        string `json:"name"`
	Institution string `json:"institution,omitempty"`
}

// Module is an ordered part of a course.
type Module struct {
	Slug    string      `json:"slug"`
	Title   darasa.Text `json:"title"`
	Lessons []Lesson    `json:"lessons"`
}

// Lesson is a page to read. Its fragments are pieces, one per language.
type Lesson struct {
	Slug    string            `json:"slug"`
	Title   darasa.Text       `json:"title"`
	Lead    darasa.Text       `json:"lead"`
	Minutes int64             `json:"minutes"`
	Checks  []string          `json:"checks,omitempty"` // slugs of practice questions
	Pieces  map[string]string `json:"pieces"`           // language -> hash of the HTML fragment
}

// Quiz is a graded test. Its bank is the edition's questions without keys.
type Quiz struct {
	Slug      string      `json:"slug"`
	Kind      string      `json:"kind"` // pre-test, post-test
	Title     darasa.Text `json:"title"`
	Draw      int64       `json:"draw"`
	Pass      float64     `json:"pass"`      // 0 to 1; 0 for a pre-test
	Tries     int64       `json:"tries"`     // 1 for a pre-test
	Questions string      `json:"questions"` // hash of the piece with the bank, keys left out
}

// Piece is one immutable file of an edition, found by its hash.
type Piece struct {
	Path  string      `json:"path"`
	Lang  darasa.Lang `json:"lang,omitempty"`
	Hash  string      `json:"hash"` // SHA-256, hexadecimal
	Bytes int64       `json:"bytes"`
	Wire  int64       `json:"wire"` // bytes as sent, brotli where it helps
	Type  string      `json:"type"`
	Kind  string      `json:"kind"` // lesson, questions, picture, audio, video
}
