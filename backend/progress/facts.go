package progress

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"darasa/backend/attempt"
	"darasa/backend/course"
	"darasa/backend/darasa"
	"darasa/backend/lrs"
)

// FactsOfAttempt returns what a submitted attempt says; nothing before it is
// submitted. Marks are "slug:1 slug:0 slug:-" in the order of the draw.
func FactsOfAttempt(a *attempt.Attempt) Facts {
	g := a.Best()
	if a.State != attempt.GradedState || g == nil {
		return Facts{}
	}
	marks := make([]string, len(g.Marks))
	for i, m := range g.Marks {
		mark := "-"
		if m.Answered {
			if mark = "0"; m.Points >= m.Max && m.Max > 0 {
				mark = "1"
			}
		}
		marks[i] = m.Question + ":" + mark
	}
	f := Facts{First: a.Submitted, Last: a.Submitted, Attempts: []Attempt{{ID: a.ID, Quiz: a.Quiz, Kind: a.Kind, Number: a.Number,
		Score: g.Score, Pass: g.Pass, At: a.Submitted, Marks: strings.Join(marks, " "), Extra: a.Extra}}}
	if slices.Contains(a.Flags, attempt.FlagFuture) {
		f.First, f.Last, f.Flags = darasa.Time{}, darasa.Time{}, []string{FlagClock}
	}
	return f
}

// Lessons is the set of lesson slugs of an edition. What names another lesson
// is kept in the log and joins nothing.
type Lessons map[string]bool

// LessonsOf returns the lessons of an edition.
func LessonsOf(ed *course.Edition) Lessons {
	out := Lessons{}
	for _, m := range ed.Modules {
		for _, l := range m.Lessons {
			out[l.Slug] = true
		}
	}
	return out
}

// said is the part of a statement that the fold reads.
type said struct {
	Verb    struct{ ID string }
	Object  struct{ ID string }
	Result  struct{ Duration string }
	Context struct {
		ContextActivities struct{ Parent json.RawMessage }
		Extensions        map[string]json.RawMessage
	}
}

// FactsOfStatement returns what a stored statement says, ours or foreign: a
// lesson finished, seen or read for some time. A statement about a quiz says
// nothing here, whoever made it: attempts do. A time beyond the moment of
// storing is flagged and says nothing about when or where the learner was.
func FactsOfStatement(st *lrs.Statement, base string, courseSlug darasa.ID, lessons Lessons) Facts {
	var s said
	if json.Unmarshal(st.Raw, &s) != nil {
		return Facts{}
	}
	prefix := base + "/id/courses/" + string(courseSlug) + "/"
	lesson := lessonIn(s.Object.ID, prefix, lessons)
	if lesson == "" {
		if s.Verb.ID != attempt.Answered.ID || parentLesson(s.Context.ContextActivities.Parent, prefix, lessons) == "" {
			return Facts{}
		}
	}
	f := Facts{First: st.Timestamp, Last: st.Timestamp}
	switch s.Verb.ID {
	case attempt.Completed.ID:
		f.Seen = []Seen{{lesson, st.Timestamp}}
		f.Position = Position{lesson, st.Timestamp, st.ID}
		f.Seconds = seconds(s, base, lesson)
	case attempt.Experienced.ID, attempt.Initialized.ID:
		f.Position = Position{lesson, st.Timestamp, st.ID}
	case attempt.Progressed.ID:
		f.Seconds = seconds(s, base, lesson)
	case attempt.Answered.ID:
	default:
		return Facts{}
	}
	if st.Timestamp.After(st.StoredAt.Add(attempt.ClockSlack)) {
		f.First, f.Last, f.Position, f.Flags = darasa.Time{}, darasa.Time{}, Position{}, []string{FlagClock}
	}
	return f
}

func lessonIn(iri, prefix string, lessons Lessons) string {
	slug, ok := strings.CutPrefix(iri, prefix)
	if !ok || !lessons[slug] {
		return ""
	}
	return slug
}

func parentLesson(raw json.RawMessage, prefix string, lessons Lessons) string {
	var list []struct{ ID string }
	if len(raw) > 0 && raw[0] == '{' { // 1.0.3 allows a single activity
		raw = slices.Concat([]byte("["), raw, []byte("]"))
	}
	_ = json.Unmarshal(raw, &list)
	for _, p := range list {
		if l := lessonIn(p.ID, prefix, lessons); l != "" {
			return l
		}
	}
	return ""
}

// maxDevice bounds a device's name; maxSeconds is a day of reading one lesson.
const (
	maxDevice  = 40
	maxSeconds = 24 * 60 * 60
)

func seconds(s said, base, lesson string) []Seconds {
	var device string
	_ = json.Unmarshal(s.Context.Extensions[attempt.Voice{Base: base}.Extension("device")], &device)
	// Ours are written "PT123S"; other shapes of a foreign statement are kept
	// in the log and add no time.
	d, err := time.ParseDuration(strings.ToLower(strings.TrimPrefix(s.Result.Duration, "PT")))
	if err != nil || d <= 0 || device == "" || len(device) > maxDevice {
		return nil
	}
	return []Seconds{{lesson, device, min(int64(d.Seconds()), maxSeconds)}}
}
