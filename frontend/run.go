package frontend

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"darasa/backend/darasa"
	"darasa/backend/enrolment"
)

// Values of the field day_mode: days are counted from start to end, or listed.
const (
	daysSpan = "span"
	daysList = "list"
)

// ReadRun reads the posted form of a run: course (of a new run), name, start,
// end, mode, venue, organizer, sponsor, facilitators (one per line), trainer
// (several), day_mode (span: every day from start to end, weekend=1 with
// Saturdays and Sundays; list: days, one per line). What is wrong with the
// values the use case says itself.
func ReadRun(get func(string) []string) (darasa.ID, enrolment.RunForm) {
	one := func(name string) string { return strings.TrimSpace(first(get(name))) }
	f := enrolment.RunForm{
		Name: one("name"), Venue: one("venue"), Organizer: one("organizer"), Sponsor: one("sponsor"), Mode: one("mode"),
		Start: darasa.Date(one("start")), End: darasa.Date(one("end")), Facilitators: lines(one("facilitators")),
	}
	for _, t := range get("trainer") {
		f.Trainers = append(f.Trainers, darasa.ID(t))
	}
	if one("day_mode") == daysList {
		for _, d := range lines(one("days")) {
			f.Days = append(f.Days, darasa.Date(d))
		}
	} else {
		f.Days = span(f.Start, f.End, one("weekend") != "")
	}
	return darasa.ID(one("course")), f
}

// spanMost bounds the days that are counted: what is longer is refused by the
// use case, which needs to see that it is too long and no more.
const spanMost = 100

// span returns the days from start to end; unreadable dates give none.
func span(start, end darasa.Date, weekends bool) []darasa.Date {
	for _, d := range []darasa.Date{start, end} {
		if _, err := darasa.ParseDate(string(d)); err != nil || d == "" {
			return nil
		}
	}
	var out []darasa.Date
	for t := start.Time(); !t.After(end.Time()) && len(out) < spanMost; t = t.AddDate(0, 0, 1) {
		if free := t.Weekday() == time.Saturday || t.Weekday() == time.Sunday; free && !weekends {
			continue
		}
		out = append(out, darasa.Date(t.Format(time.DateOnly)))
	}
	return out
}

func lines(s string) []string {
	var out []string
	for l := range strings.Lines(s) {
		if l = strings.TrimSpace(l); l != "" {
			out = append(out, l)
		}
	}
	return out
}

// RunValues returns a run as its form shows it.
func RunValues(r enrolment.Run) map[string]string {
	days := make([]string, len(r.Days))
	for i, d := range r.Days {
		days[i] = string(d)
	}
	return map[string]string{
		"course": r.Course.String(), "name": r.Name, "start": string(r.Start), "end": string(r.End), "mode": r.Mode,
		"venue": r.Venue, "organizer": r.Organizer, "sponsor": r.Sponsor, "facilitators": strings.Join(r.Facilitators, "\n"),
		"day_mode": daysList, "days": strings.Join(days, "\n"),
	}
}

// MarkField is the name of the attendance field of an enrolment.
func MarkField(id darasa.ID) string { return "m." + id.String() }

// ReadMarks reads a posted day of attendance for the enrolments that the page
// showed: a field that is absent changes nothing. With all=P those without a
// mark are present.
func ReadMarks(values url.Values) []enrolment.Mark {
	day := darasa.Date(values.Get("day"))
	rest := values.Get("all")
	var out []enrolment.Mark
	for name := range values {
		id, ok := strings.CutPrefix(name, "m.")
		if !ok {
			continue
		}
		m := values.Get(name)
		if m == "" {
			m = rest
		}
		out = append(out, enrolment.Mark{Enrolment: darasa.ID(id), Day: day, Mark: m})
	}
	slices.SortFunc(out, func(a, b enrolment.Mark) int { return strings.Compare(string(a.Enrolment), string(b.Enrolment)) })
	return out
}

// fullName joins the parts of a name that are there.
func fullName(parts ...string) string {
	return strings.Join(strings.Fields(strings.Join(parts, " ")), " ")
}

func (r LearnerRow) name() string {
	s := r.Progress.Snapshot
	return fullName(s.First, s.Middle, s.Surname)
}

// attended counts the days with presence of the run's days.
func attended(as []enrolment.Attendance, days []darasa.Date) int {
	n := 0
	for _, a := range as {
		if a.Mark == enrolment.Present && slices.Contains(days, a.Day) {
			n++
		}
	}
	return n
}

// modeName says how a run is held.
func modeName(p Page, mode string) string {
	L := p.L
	if !slices.Contains(enrolment.Modes, mode) {
		return mode
	}
	return L.T("mode." + mode)
}

// share writes a score that may be missing; a missing one is a dash, never 0.
func share(p Page, v *float64) string {
	if v == nil {
		return ""
	}
	return p.L.Percent(*v)
}

// runChip is the state of one learner as the trainer reads it.
func runChip(p Page, r LearnerRow) Chip {
	L := p.L
	switch {
	case r.Withdrawn:
		return Chip{Icon: "x", Word: L.T("run.withdrawn")}
	case r.Review:
		return Chip{Kind: "mine", Icon: "pen", Word: L.T("run.to-mark")}
	}
	c := p.TheirStatusChip(r.Progress.Status)
	if r.Progress.Status == "failed" {
		c.Word = L.N("run.failed-left", max(r.Left, 0))
	}
	return c
}

// runsHref is the address of the list of runs.
func runsHref(p Page, whose, state, after string) string {
	q := url.Values{}
	for _, v := range []Pair{{"whose", whose}, {"state", state}, {"after", after}} {
		if v.Value != "" {
			q.Set(v.Label, v.Value)
		}
	}
	return p.To(withQuery(PathRuns, q))
}

func withQuery(path string, q url.Values) string {
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// runHref is the address of a tab or a page of the progress table.
func runHref(p Page, run darasa.ID, show, after string) string {
	q := url.Values{}
	if show != "" {
		q.Set("show", show)
	}
	if after != "" {
		q.Set("after", after)
	}
	return p.To(withQuery(RunPath(run), q))
}

// runBoard is the title of a page below a run's own.
func runBoard(p Page, h RunHead, title, lead string) Board {
	L := p.L
	return Board{
		Crumbs: []Link{{p.To(PathRuns), L.T("runs.title")}, {p.To(RunPath(h.Run.ID)), h.Run.Name}},
		Title:  title, Lead: lead,
	}
}

// runFacts are the short facts on a run's board.
// mayIssue tells whether the reader may issue one-time codes: an administrator
// of the institution, not a trainer.
func mayIssue(p Page) bool { return p.Actor.Is(darasa.InstitutionAdmin) }

func runFacts(p Page, v RunView) []Fact {
	L := p.L
	fs := []Fact{
		{"", L.Dates(v.Run.Start, v.Run.End)},
		{"", L.N("run.learners", v.Counts.Learners)},
		{"", modeName(p, v.Run.Mode)},
	}
	if v.Run.Venue != "" {
		fs = append(fs, Fact{"", v.Run.Venue})
	}
	if v.Run.State == "closed" {
		fs = append(fs, Fact{"x", L.T("run.closed")})
	}
	return fs
}

// runPairs are the facts beside the table.
func runPairs(p Page, v RunView) []Pair {
	L := p.L
	pairs := []Pair{
		{L.T("run.place"), p.in(v.Place)},
		{L.T("run.edition"), L.Number(float64(v.Edition))},
		{L.T("run.organizer"), v.Run.Organizer},
		{L.T("run.sponsor"), v.Run.Sponsor},
		{L.T("run.facilitators"), strings.Join(v.Run.Facilitators, ", ")},
		{L.T("run.days"), L.Number(float64(len(v.Run.Days)))},
	}
	return filled(pairs)
}

// filled drops the pairs without a value.
func filled(pairs []Pair) []Pair {
	kept := pairs[:0]
	for _, v := range pairs {
		if v.Value != "" {
			kept = append(kept, v)
		}
	}
	return kept
}

func modeOptions(p Page) []Option {
	out := make([]Option, len(enrolment.Modes))
	for i, m := range enrolment.Modes {
		out[i] = Option{m, modeName(p, m)}
	}
	return out
}

// runLead says in a sentence how the run goes.
func runLead(p Page, v RunView) string {
	L, c := p.L, v.Counts
	s := L.T("run.lead", c.Passed, c.Learners)
	if v.Pre != nil && v.Post != nil {
		s += " " + L.T("run.lead-tests", L.Percent(*v.Pre), L.Percent(*v.Post))
	}
	return s
}
