package attempt

import (
	"bytes"
	"encoding/json"
	"slices"

	"darasa/backend/darasa"
	"darasa/backend/lrs"
)

// Verb is an xAPI verb that the platform speaks.
type Verb struct {
	ID      string
	Display map[string]string
}

func adl(name, en, sw string) Verb {
	return Verb{ID: "http://adlnet.gov/expapi/verbs/" + name, Display: map[string]string{"en": en, "sw": sw}}
}

// Verbs of our own statements, from the ADL vocabulary.
var (
	Answered    = adl("answered", "answered", "amejibu")
	Completed   = adl("completed", "completed", "amemaliza")
	Passed      = adl("passed", "passed", "amefaulu")
	Failed      = adl("failed", "failed", "hakufaulu")
	Scored      = adl("scored", "scored", "amepata alama")
	Experienced = adl("experienced", "experienced", "amesoma")
	Progressed  = adl("progressed", "progressed", "ameendelea")
	Initialized = adl("initialized", "initialized", "ameanza")
)

// Activity types of our own statements.
const (
	CourseType   = "http://adlnet.gov/expapi/activities/course"
	LessonType   = "http://adlnet.gov/expapi/activities/lesson"
	QuizType     = "http://adlnet.gov/expapi/activities/assessment"
	QuestionType = "http://adlnet.gov/expapi/activities/cmi.interaction"
)

// Voice is in whose name our own statements speak: a random account of the
// person at the platform's address, so that erasing the name de-identifies
// every statement without touching it.
type Voice struct {
	Base        string // the first --url, without a slash at its end
	Actor       string // account name
	Institution darasa.ID
}

// Activity returns the IRI of a course, or of what a slug names in it.
func (v Voice) Activity(course darasa.ID, slug string) string {
	iri := v.Base + "/id/courses/" + string(course)
	if slug != "" {
		iri += "/" + slug
	}
	return iri
}

// Extension returns the IRI of one of our extensions.
func (v Voice) Extension(name string) string { return v.Base + "/id/ext/" + name }

// Key is the canonical form of the actor, as the log finds it.
func (v Voice) Key() string { return lrs.AccountKey(v.Base, v.Actor) }

// Act is what a statement of ours says.
type Act struct {
	ID           darasa.ID
	Verb         Verb
	Object       string // IRI
	Type         string
	Interaction  string // of a question, xAPI 1.0.3 Data 2.4.4.1
	Result       *ActResult
	Registration darasa.ID
	Within       []string // IRIs: the quiz first, the course last
	Extensions   map[string]any
	At           darasa.Time // as the device said
}

// ActResult is the result of an act (xAPI 1.0.3 Data 2.4.5).
type ActResult struct {
	Score      *Score `json:"score,omitempty"`
	Success    *bool  `json:"success,omitempty"`
	Completion *bool  `json:"completion,omitempty"`
	Response   string `json:"response,omitempty"`
	Duration   string `json:"duration,omitempty"`
}

// Score is a result's score.
type Score struct {
	Scaled float64 `json:"scaled"`
	Raw    float64 `json:"raw"`
	Min    float64 `json:"min"`
	Max    float64 `json:"max,omitempty"`
}

type agent struct {
	ObjectType string        `json:"objectType"`
	Account    lrs.Authority `json:"account"`
}

type activity struct {
	ID         string      `json:"id"`
	Definition *definition `json:"definition,omitempty"`
}

type definition struct {
	Type        string `json:"type"`
	Interaction string `json:"interactionType,omitempty"`
}

type within struct {
	Parent   []activity `json:"parent,omitempty"`
	Grouping []activity `json:"grouping,omitempty"`
}

type body struct {
	ID    darasa.ID `json:"id"`
	Actor agent     `json:"actor"`
	Verb  struct {
		ID      string            `json:"id"`
		Display map[string]string `json:"display,omitempty"`
	} `json:"verb"`
	Object  activity   `json:"object"`
	Result  *ActResult `json:"result,omitempty"`
	Context struct {
		Registration darasa.ID      `json:"registration"`
		Activities   within         `json:"contextActivities,omitzero"`
		Extensions   map[string]any `json:"extensions,omitempty"`
	} `json:"context"`
	Timestamp darasa.Time `json:"timestamp"`
	Stored    darasa.Time `json:"stored"`
	Authority agent       `json:"authority"`
	Version   string      `json:"version"`
}

// Say returns the statement of an act as the log keeps it. It is pure: the
// same act at the same moment has the same bytes. The stored key is left to
// who inserts it.
func (v Voice) Say(a Act, now darasa.Time) lrs.Statement {
	s := body{ID: a.ID, Result: a.Result, Timestamp: a.At, Stored: now, Version: "1.0.3"}
	s.Actor = agent{"Agent", lrs.Authority{HomePage: v.Base, Name: v.Actor}}
	s.Authority = agent{"Agent", lrs.Authority{HomePage: v.Base, Name: "darasa"}}
	s.Verb.ID, s.Verb.Display = a.Verb.ID, a.Verb.Display
	s.Object = activity{a.Object, &definition{a.Type, a.Interaction}}
	s.Context.Registration, s.Context.Extensions = a.Registration, a.Extensions
	related := make([]string, 0, len(a.Within))
	for i, iri := range a.Within {
		if related = append(related, iri); i < len(a.Within)-1 {
			s.Context.Activities.Parent = append(s.Context.Activities.Parent, activity{ID: iri})
		} else {
			s.Context.Activities.Grouping = []activity{{ID: iri}}
		}
	}
	slices.Sort(related)
	return lrs.Statement{ID: a.ID, Raw: encode(s), StoredAt: now, Timestamp: a.At, Actor: v.Key(), Verb: a.Verb.ID,
		Object: a.Object, Registration: string(a.Registration), Institution: v.Institution, Related: slices.Compact(related)}
}

func encode(s body) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		panic(err) // our own values only: texts, numbers and times
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}
