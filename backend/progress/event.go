package progress

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"darasa/backend/assessment"
	"darasa/backend/attempt"
	"darasa/backend/darasa"
	"darasa/backend/lrs"
)

// Kinds of event.
const (
	LessonSeen    = "lesson-seen"
	LessonDone    = "lesson-done"
	ReadSeconds   = "seconds"
	CheckAnswered = "check-answered"
	QuizSubmitted = "quiz"
)

// MaxEvents is how many events one request of /sync may carry.
const MaxEvents = 20

// Event is what a device sends of one act, in about 160 bytes. Its id becomes
// the id of the statement or of the submission that it stands for.
type Event struct {
	ID        darasa.ID   `json:"id"`
	Kind      string      `json:"k"`
	Enrolment darasa.ID   `json:"e"`
	Lesson    string      `json:"l,omitempty"`
	At        darasa.Time `json:"t"`           // device time
	Owner     int         `json:"o,omitempty"` // place of its token in the batch
	Device    string      `json:"d,omitempty"` // the token's where empty

	Total int64 `json:"s,omitempty"` // seconds: running total of this lesson on this device

	Question string   `json:"q,omitempty"` // check-answered
	Options  []string `json:"a,omitempty"`
	Value    string   `json:"v,omitempty"`
	Right    *bool    `json:"r,omitempty"`

	Ticket  string              `json:"ticket,omitempty"` // quiz
	Answers []assessment.Answer `json:"answers,omitempty"`
}

// Batch is the body of POST /sync: the sync tokens of the owners, and events
// that name theirs by place. A supervisor's phone relays for several people.
type Batch struct {
	Tokens []string `json:"tokens"`
	Events []Event  `json:"events"`
}

var (
	kindForm = regexp.MustCompile(`^[a-z][a-z0-9-]{0,31}$`)
	slugForm = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,79}$`)
)

// check tells what is wrong with an event, nil if nothing is.
func (ev *Event) check() error {
	bad := func(field string) error {
		return darasa.Fail(darasa.Invalid, "Rekodi haina %s sahihi.", "The record has no valid %s.", field)
	}
	switch {
	case !darasa.ValidUUID(string(ev.ID)):
		return bad("id")
	case !kindForm.MatchString(ev.Kind):
		return bad("k")
	case ev.At.IsZero():
		return bad("t")
	case ev.Lesson != "" && !slugForm.MatchString(ev.Lesson):
		return bad("l")
	case ev.Lesson == "" && slices.Contains([]string{LessonSeen, LessonDone, ReadSeconds, CheckAnswered}, ev.Kind):
		return bad("l")
	case ev.Question != "" && !slugForm.MatchString(ev.Question) || ev.Question == "" && ev.Kind == CheckAnswered:
		return bad("q")
	case ev.Total < 0 || len(ev.Device) > maxDevice || len(ev.Value) > 200 || len(ev.Options) > 20:
		return bad("s, d, v, a")
	}
	for _, o := range ev.Options {
		if len(o) > 80 {
			return bad("a")
		}
	}
	return nil
}

// Expand turns a learning event into the statement with the same id. It is
// pure. An event of a kind that we do not know (a newer phone) becomes a
// statement with a verb of its own, which the fold ignores.
func Expand(ev Event, course darasa.ID, v attempt.Voice, now darasa.Time) lrs.Statement {
	courseIRI := v.Activity(course, "")
	a := attempt.Act{ID: ev.ID, Object: v.Activity(course, ev.Lesson), Type: attempt.LessonType,
		Registration: ev.Enrolment, Within: []string{courseIRI}, At: ev.At, Extensions: map[string]any{}}
	if ev.Device != "" {
		a.Extensions[v.Extension("device")] = ev.Device
	}
	if ev.At.After(now.Add(attempt.ClockSlack)) {
		a.Extensions[v.Extension("skew")] = ev.At.Sub(now.Time).Milliseconds()
	}
	yes := true
	switch ev.Kind {
	case LessonSeen:
		a.Verb = attempt.Experienced
	case LessonDone:
		a.Verb, a.Result = attempt.Completed, &attempt.ActResult{Completion: &yes}
		if ev.Total > 0 {
			a.Result.Duration = "PT" + strconv.FormatInt(ev.Total, 10) + "S"
		}
	case ReadSeconds:
		a.Verb, a.Result = attempt.Progressed, &attempt.ActResult{Duration: "PT" + strconv.FormatInt(ev.Total, 10) + "S"}
	case CheckAnswered:
		a.Verb, a.Type, a.Interaction = attempt.Answered, attempt.QuestionType, "other"
		a.Object, a.Within = v.Activity(course, ev.Question), []string{v.Activity(course, ev.Lesson), courseIRI}
		response := ev.Value
		if response == "" {
			response = strings.Join(ev.Options, "[,]")
		}
		a.Result = &attempt.ActResult{Success: ev.Right, Response: response}
	default:
		a.Verb = attempt.Verb{ID: v.Base + "/id/verbs/" + ev.Kind}
	}
	return v.Say(a, now)
}
