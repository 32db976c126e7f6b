package reports

import (
	"strings"

	"darasa/backend/course"
	"darasa/backend/darasa"
	"darasa/backend/enrolment"
	"darasa/backend/progress"
)

// delivery is what every row of one run has in common, worked out once.
type delivery struct {
	run          *enrolment.Run
	mode         string
	facilitators string
}

// lookup finds what the rows need of runs, editions and lists.
type lookup struct {
	in       *Input
	runs     map[darasa.ID]*delivery
	editions map[darasa.ID]*course.Edition
	cadres   map[string]string
	days     int // the most that any run has
	none     delivery
}

func newLookup(in *Input) *lookup {
	l := &lookup{in: in, runs: map[darasa.ID]*delivery{}, editions: map[darasa.ID]*course.Edition{}, cadres: map[string]string{}, none: delivery{run: &enrolment.Run{}}}
	for i := range in.Runs {
		r := &in.Runs[i]
		l.runs[r.ID] = &delivery{run: r, mode: said(modes, r.Mode, in.Lang), facilitators: strings.Join(r.Facilitators, ", ")}
		l.days = max(l.days, len(r.Days))
	}
	for i := range in.Editions {
		l.editions[in.Editions[i].ID] = &in.Editions[i]
	}
	for _, c := range in.Cadres {
		l.cadres[c.Slug] = c.Name.In(in.Lang)
	}
	return l
}

// run returns the delivery of a row, an empty one where it belongs to none.
func (l *lookup) run(id darasa.ID) *delivery {
	if d := l.runs[id]; d != nil {
		return d
	}
	return &l.none
}

func (l *lookup) cadre(s string) string {
	if name, ok := l.cadres[s]; ok {
		return name
	}
	return s
}

// result is the word in the column Result.
func (l *lookup) result(p *progress.Progress) string {
	if p.Withdrawn {
		return wordWithdrawn.In(l.in.Lang)
	}
	return said(statuses, p.Status, l.in.Lang)
}

// mark returns the mark of attendance of a day, "" where there is none.
func mark(p *progress.Progress, day darasa.Date) string {
	for i := range p.Attendance {
		if p.Attendance[i].Day == day {
			return p.Attendance[i].Mark
		}
	}
	return ""
}

// attended counts the days of the run with a P and those with any mark.
func attended(p *progress.Progress, days []darasa.Date) (present, marked int64) {
	for _, d := range days {
		switch mark(p, d) {
		case enrolment.Present:
			present, marked = present+1, marked+1
		case enrolment.Absent, enrolment.Excused:
			marked++
		}
	}
	return present, marked
}

// gain returns post less pre as a share, and the normalised gain (Hake):
// what was gained of what could be. Either is nil where it is not defined.
func gain(pre, post *float64) (difference, normalised *float64) {
	if pre == nil || post == nil {
		return nil, nil
	}
	d := *post - *pre
	if *pre >= 1 {
		return &d, nil
	}
	n := d / (1 - *pre)
	return &d, &n
}

// cpd returns what the learner's council grants for the course on the day it
// was finished, nil before that or where the council grants nothing.
func (l *lookup) cpd(p *progress.Progress, ed *course.Edition) *course.CPD {
	if ed == nil || len(ed.CPD) == 0 || p.Snapshot.Registration == "" || (p.Status != progress.Passed && p.Status != progress.Completed) {
		return nil
	}
	at := p.PassedAt
	if at.IsZero() {
		at = p.CompletedAt
	}
	council, _, _ := strings.Cut(p.Snapshot.Registration, " ")
	when := darasa.DateOf(at, l.in.Zone)
	for i, c := range ed.CPD {
		if strings.EqualFold(c.Council, council) && when != "" && (c.From == "" || c.From <= when) && (c.Until == "" || when <= c.Until) {
			return &ed.CPD[i]
		}
	}
	return nil
}
