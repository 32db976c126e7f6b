// Package assessment knows questions: their kinds, draws, grading and keys.
// It is pure: no store, no clock.
package assessment

import "darasa/backend/darasa"

// Kind is a kind of question.
type Kind string

// The kinds of question.
const (
	Single    Kind = "single"
	Multiple  Kind = "multiple"
	TrueFalse Kind = "truefalse"
	Numeric   Kind = "numeric"
	Ordering  Kind = "ordering"
)

// Question is what a learner may see: no key, no feedback that gives it away.
// Options of an ordering question are its items, stored in an order that says
// nothing (sorted by slug).
type Question struct {
	Slug    string      `json:"slug"`
	Kind    Kind        `json:"kind"`
	Stem    darasa.Text `json:"stem"`
	Options []Option    `json:"options,omitempty"` // single, multiple, ordering; "true" and "false" for truefalse
	Fixed   bool        `json:"fixed,omitempty"`   // keep the order of the options
	Unit    darasa.Text `json:"unit,omitzero"`     // numeric
	Lesson  string      `json:"lesson,omitempty"`
	Outcome int64       `json:"outcome,omitempty"`
	Stages  []string    `json:"stages,omitempty"`
}

// Option is one choice. Its slug is a short hash of its text, stable when
// options are reordered.
type Option struct {
	Slug string      `json:"slug"`
	Text darasa.Text `json:"text"`
}

// Key is the answer to a question, kept apart from it.
type Key struct {
	Slug      string                 `json:"slug"`
	Right     []string               `json:"right,omitempty"` // option slugs; in order for ordering; "true"/"false"
	Value     float64                `json:"value,omitempty"` // numeric
	Tolerance float64                `json:"tolerance,omitempty"`
	Feedback  Feedback               `json:"feedback,omitzero"`
	Options   map[string]darasa.Text `json:"options,omitempty"` // feedback per option slug
	Points    float64                `json:"points"`
}

// Feedback is what is said after an answer.
type Feedback struct {
	Right darasa.Text `json:"right,omitzero"`
	Wrong darasa.Text `json:"wrong,omitzero"`
}

// Answer is what a learner gave: option slugs (in order for ordering), or the
// text typed for a numeric question. Both empty: not answered.
type Answer struct {
	Question string   `json:"q"`
	Options  []string `json:"o,omitempty"`
	Value    string   `json:"v,omitempty"`
}

// Drawn is a question as one ticket presents it: the order of its options.
type Drawn struct {
	Question string   `json:"q"`
	Options  []string `json:"o,omitempty"`
}

// Grade is the result of one submission under one version of the keys.
type Grade struct {
	KeyVersion  int64       `json:"key"`
	RuleVersion int64       `json:"rule"`
	Points      float64     `json:"points"`
	Max         float64     `json:"max"`
	Score       float64     `json:"score"` // 0 to 1, points by max
	Pass        bool        `json:"pass"`
	Marks       []Mark      `json:"marks"`
	At          darasa.Time `json:"at"`
}

// Mark is the result of one question: points earned of those possible.
type Mark struct {
	Question string  `json:"q"`
	Points   float64 `json:"p"`
	Max      float64 `json:"m"`
	Answered bool    `json:"a"`
}
