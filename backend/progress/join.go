package progress

import (
	"cmp"
	"slices"

	"darasa/backend/attempt"
	"darasa/backend/course"
	"darasa/backend/darasa"
	"darasa/backend/enrolment"
)

// FlagClock says that a record of a device whose clock ran ahead was kept.
const FlagClock = "clock"

// Statuses of an enrolment. Completed and passed follow from things that only
// grow, so that nothing which comes late takes them back.
const (
	NotStarted = "not-started"
	InProgress = "in-progress"
	Completed  = "completed" // the completion rule holds and asks for no test
	Passed     = "passed"    // the completion rule holds, with a passed post-test
	Failed     = "failed"    // no try left and none passed; a granted try reopens it
)

// Facts is what one or many records say about an enrolment. Facts form a join
// semilattice: Merge is idempotent, commutative and associative, so that
// records may come in any order, any number of times, from any device.
type Facts struct {
	Seen        []Seen
	Attempts    []Attempt
	Seconds     []Seconds
	Position    Position
	Flags       []string
	First, Last darasa.Time // earliest and latest act
}

// Merge returns the join of two facts.
func Merge(a, b Facts) Facts {
	return Facts{
		Seen:     union(a.Seen, b.Seen, bySeen, func(x, y Seen) Seen { x.At = earlier(x.At, y.At); return x }),
		Attempts: union(a.Attempts, b.Attempts, byAttempt, better),
		Seconds: union(a.Seconds, b.Seconds, bySeconds, func(x, y Seconds) Seconds {
			x.Total = max(x.Total, y.Total)
			return x
		}),
		Position: further(a.Position, b.Position),
		Flags:    union(a.Flags, b.Flags, cmp.Compare[string], func(x, _ string) string { return x }),
		First:    earlier(a.First, b.First),
		Last:     later(a.Last, b.Last),
	}
}

func bySeen(x, y Seen) int       { return cmp.Compare(x.Lesson, y.Lesson) }
func byAttempt(x, y Attempt) int { return cmp.Compare(x.ID, y.ID) }
func bySeconds(x, y Seconds) int {
	return cmp.Or(cmp.Compare(x.Lesson, y.Lesson), cmp.Compare(x.Device, y.Device))
}

// union joins two sets of pairs by key, sorted; pick joins two of one key.
func union[T any](a, b []T, by func(x, y T) int, pick func(x, y T) T) []T {
	if len(a)+len(b) == 0 {
		return nil
	}
	all := slices.Concat(a, b)
	slices.SortStableFunc(all, by)
	out := all[:1]
	for _, v := range all[1:] {
		if last := &out[len(out)-1]; by(*last, v) == 0 {
			*last = pick(*last, v)
		} else {
			out = append(out, v)
		}
	}
	return out
}

// better picks the greater of two grades of one attempt (a regrade adds one,
// the better counts), by a total order, so that the choice never depends on
// which came first.
func better(x, y Attempt) Attempt {
	c := cmp.Or(cmp.Compare(x.Score, y.Score), cmp.Compare(bit(x.Pass), bit(y.Pass)), cmp.Compare(x.Marks, y.Marks), y.At.Compare(x.At))
	if c < 0 {
		return y
	}
	return x
}

func bit(v bool) int {
	if v {
		return 1
	}
	return 0
}

func further(x, y Position) Position {
	if cmp.Or(x.At.Compare(y.At), cmp.Compare(x.Event, y.Event), cmp.Compare(x.Lesson, y.Lesson)) < 0 {
		return y
	}
	return x
}

// earlier and later take the zero time as "not known".
func earlier(x, y darasa.Time) darasa.Time {
	if x.IsZero() || !y.IsZero() && y.Before(x.Time) {
		return y
	}
	return x
}

func later(x, y darasa.Time) darasa.Time {
	if y.After(x.Time) {
		return y
	}
	return x
}

// Facts returns what the document knows.
func (p *Progress) Facts() Facts {
	return Facts{Seen: p.Seen, Attempts: p.Attempts, Seconds: p.Seconds, Position: p.Position, Flags: p.Flags, First: p.StartedAt, Last: p.LastActive}
}

// Join adds facts to the document; Derive must follow.
func (p *Progress) Join(f Facts) {
	m := Merge(p.Facts(), f)
	p.Seen, p.Attempts, p.Seconds, p.Position, p.Flags = m.Seen, m.Attempts, m.Seconds, m.Position, m.Flags
	p.StartedAt, p.LastActive = m.First, m.Last
}

// Take copies what the report row needs of the enrolment. It must be read
// after the document that it goes into: then whoever writes last has read the
// enrolment's last state.
func (p *Progress) Take(e *enrolment.Enrolment) {
	p.ID, p.Person, p.Institution, p.Course, p.Run, p.Edition = e.ID, e.Person, e.Institution, e.Course, e.Run, e.Edition
	p.Completion, p.Withdrawn, p.Snapshot, p.Lang = e.Completion, e.State == enrolment.Withdrawn, e.Snapshot, e.Lang
	p.Attendance, p.Remarks, p.FollowUp, p.Assignment = e.Attendance, e.Remarks, e.FollowUp, e.Assignment
	p.Granted = nil
	for _, g := range e.Grants {
		p.Granted = union(p.Granted, []Granted{{g.Quiz, 1}}, func(x, y Granted) int { return cmp.Compare(x.Quiz, y.Quiz) },
			func(x, y Granted) Granted { x.Tries += y.Tries; return x })
	}
}

// Derive works out the numbers and the status from the facts and the edition.
func (p *Progress) Derive(ed *course.Edition) {
	lastSeen := p.deriveLessons(ed)
	needed, passed, out := p.deriveTests(ed)
	lessons := p.LessonsTotal > 0 && p.LessonsDone == p.LessonsTotal || p.LessonsTotal == 0
	done := (lessons || !p.Completion.AllLessons) && (passed || !p.Completion.PostTest || needed == 0)
	if !p.Completion.AllLessons && !p.Completion.PostTest {
		done = lessons && p.LessonsTotal > 0
	}
	units, have := p.LessonsTotal, p.LessonsDone
	if p.Completion.PostTest && needed > 0 {
		units, have = units+1, have+int64(bit(passed))
	}
	if p.Progress = 0; units > 0 {
		p.Progress = float64(have) / float64(units)
	}
	p.CompletedAt = darasa.Time{}
	switch {
	case done && p.Completion.PostTest && needed > 0:
		p.Status = Passed
	case done:
		p.Status = Completed
	case out && p.Completion.PostTest:
		p.Status = Failed
	case p.StartedAt.IsZero() && len(p.Seen)+len(p.Attempts) == 0:
		p.Status = NotStarted
	default:
		p.Status = InProgress
	}
	if done && (p.Completion.AllLessons || !p.Completion.PostTest) {
		p.CompletedAt = lastSeen
	}
	if done && p.Completion.PostTest { // only what the rule asks for moves its day
		p.CompletedAt = later(p.CompletedAt, p.PassedAt)
	}
}

// deriveLessons counts lessons and modules and returns when the last of the
// lessons was first seen.
func (p *Progress) deriveLessons(ed *course.Edition) darasa.Time {
	seen := make(map[string]darasa.Time, len(p.Seen))
	for _, s := range p.Seen {
		seen[s.Lesson] = s.At
	}
	p.LessonsDone, p.LessonsTotal, p.ModulesDone, p.ModulesTotal = 0, 0, 0, int64(len(ed.Modules))
	var last darasa.Time
	for _, m := range ed.Modules {
		n := 0
		for _, l := range m.Lessons {
			if at, ok := seen[l.Slug]; ok {
				n++
				last = later(last, at)
			}
		}
		p.LessonsDone += int64(n)
		p.LessonsTotal += int64(len(m.Lessons))
		if n == len(m.Lessons) {
			p.ModulesDone++
		}
	}
	return last
}

// deriveTests works out scores and tries. It returns how many post-tests the
// edition has, whether each is passed, and whether no try is left at one that
// is not.
func (p *Progress) deriveTests(ed *course.Edition) (needed int, passed, out bool) {
	p.PreTest, p.PostTest, p.TriesUsed, p.PassedAt = nil, nil, 0, darasa.Time{}
	for _, a := range p.Attempts {
		switch {
		case a.Extra:
		case a.Kind == attempt.PreTest:
			p.PreTest = best(p.PreTest, a.Score)
		default:
			p.PostTest = best(p.PostTest, a.Score)
			p.TriesUsed++
		}
	}
	passed = true
	for _, q := range ed.Quizzes {
		if q.Kind != attempt.PostTest {
			continue
		}
		needed++
		allowed := max(q.Tries, 1) + p.granted(q.Slug)
		at, used := p.firstPass(q.Slug, allowed)
		if at.IsZero() {
			passed = false
			out = out || used >= allowed
		}
		p.PassedAt = later(p.PassedAt, at)
	}
	if !passed {
		p.PassedAt = darasa.Time{}
	}
	return needed, passed && needed > 0, out
}

// firstPass returns when a quiz was first passed and how many of the tries given
// are spent. One that came too late is spent too, though it does not count.
func (p *Progress) firstPass(quiz string, allowed int64) (at darasa.Time, used int64) {
	spent := map[int64]bool{}
	for _, a := range p.Attempts {
		if a.Quiz != quiz {
			continue
		}
		if a.Number <= allowed {
			spent[a.Number] = true
		}
		if a.Pass && !a.Extra {
			at = earlier(at, a.At)
		}
	}
	return at, int64(len(spent))
}

func (p *Progress) granted(quiz string) int64 {
	for _, g := range p.Granted {
		if g.Quiz == quiz {
			return g.Tries
		}
	}
	return 0
}

func best(have *float64, v float64) *float64 {
	if have == nil || v > *have {
		return &v
	}
	return have
}

// SecondsSpent is the reading time of all lessons over all devices.
func (p *Progress) SecondsSpent() int64 {
	var n int64
	for _, s := range p.Seconds {
		n += s.Total
	}
	return n
}

// HasSeen tells whether a lesson is done.
func (p *Progress) HasSeen(lesson string) bool {
	return slices.ContainsFunc(p.Seen, func(s Seen) bool { return s.Lesson == lesson })
}
