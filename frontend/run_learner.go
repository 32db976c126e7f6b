package frontend

import (
	"strings"

	"darasa/backend/assessment"
	"darasa/backend/enrolment"
)

func learnerTitle(v LearnerView) string { return v.Row.name() }

func learnerBoard(p Page, v LearnerView) Board {
	L := p.L
	b := Board{Crumbs: []Link{{p.To(PathRuns), L.T("runs.title")}}, Title: learnerTitle(v), Lead: p.in(v.Course.Title)}
	if v.Run.ID != "" {
		b.Crumbs = append(b.Crumbs, Link{p.To(RunPath(v.Run.ID)), v.Run.Name})
	}
	b.Facts = []Fact{{"", v.Row.Cadre}, {"", fullName(v.Row.Progress.Snapshot.Facility, v.Row.Progress.Snapshot.HFR)}}
	pr := v.Row.Progress
	if pr.LessonsTotal > 0 {
		b.Score = lessonScore(p, int(pr.LessonsDone), int(pr.LessonsTotal))
	}
	kept := b.Facts[:0]
	for _, f := range b.Facts {
		if f.Text != "" {
			kept = append(kept, f)
		}
	}
	b.Facts = kept
	return b
}

// learnerPairs are the facts that the enrolment keeps of a person.
func learnerPairs(p Page, v LearnerView) []Pair {
	L, s := p.L, v.Row.Progress.Snapshot
	sex := map[string]string{"F": L.T("sex.f"), "M": L.T("sex.m")}[s.Sex]
	return filled([]Pair{
		{L.T("run.col-cadre"), v.Row.Cadre},
		{L.T("person.designation"), s.Designation},
		{L.T("person.sex"), sex},
		{L.T("register.check"), s.CheckNumber},
		{L.T("person.registration"), s.Registration},
		{L.T("person.phone"), phoneWords(s.Phone)},
		{L.T("person.mail"), s.Mail},
		{L.T("run.col-facility"), s.Facility},
		{L.T("facility.code"), s.HFR},
		{L.T("facility.council"), s.Council},
		{L.T("facility.region"), s.Region},
		{L.T("learner.enrolled"), L.Day(v.Enrolment.Made, p.Zone)},
		{L.T("learner.active"), L.When(v.Row.Progress.LastActive, p.Now, p.Zone)},
	})
}

// scorePairs are the numbers of the progress row.
func scorePairs(p Page, v LearnerView) []Pair {
	L, pr := p.L, v.Row.Progress
	pairs := []Pair{
		{L.T("run.col-pre"), orDash(share(p, pr.PreTest))},
		{L.T("run.col-post"), orDash(share(p, pr.PostTest))},
		{L.T("learner.tries"), L.T("learner.tries-of", pr.TriesUsed, max(v.Row.Left, 0))},
		{L.T("run.col-modules"), L.T("run.modules-short", pr.ModulesDone, pr.ModulesTotal)},
	}
	if len(v.Days) > 0 {
		pairs = append(pairs, Pair{L.T("run.col-attendance"), L.T("learner.days-of", attended(v.Enrolment.Attendance, v.Days), len(v.Days))})
	}
	return pairs
}

// dayChip is one day of attendance in a word.
func dayChip(p Page, mark string) Chip {
	L := p.L
	switch mark {
	case enrolment.Present:
		return Chip{Kind: "ok", Icon: "check", Word: L.T("attend.present")}
	case enrolment.Absent:
		return Chip{Kind: "bad", Icon: "x", Word: L.T("attend.absent")}
	case enrolment.Excused:
		return Chip{Kind: "mine", Icon: "pen", Word: L.T("attend.excused")}
	}
	return Chip{Icon: "ring", Word: L.T("attend.unmarked")}
}

// answerChip says what came of one question.
func answerChip(p Page, q QuestionView) Chip {
	L := p.L
	switch {
	case q.Mark == nil:
		return Chip{Icon: "ring", Word: L.T("learner.no-mark")}
	case !q.Mark.Answered:
		return Chip{Icon: "ring", Word: L.T("question.blank")}
	case q.Mark.Right:
		return Chip{Kind: "ok", Icon: "check", Word: L.T("mark.right")}
	}
	return Chip{Kind: "bad", Icon: "x", Word: L.T("mark.wrong")}
}

// answerWords is what was answered, in one line; the parts of an ordering
// follow each other.
func answerWords(p Page, q QuestionView) string {
	var parts []string
	for _, t := range q.said() {
		parts = append(parts, p.in(t))
	}
	if q.Question.Kind == assessment.Ordering {
		return strings.Join(parts, " → ")
	}
	return strings.Join(parts, "; ")
}

// attemptChip is the outcome of one try.
func attemptChip(p Page, v AttemptView) Chip {
	L := p.L
	switch {
	case v.Grade == nil:
		return Chip{Kind: "now", Icon: "half", Word: L.T("learner.not-sent")}
	case v.Attempt.Extra:
		return Chip{Icon: "ring", Word: L.T("learner.extra")}
	case v.Attempt.Kind == "pre-test":
		return Chip{Kind: "ok", Icon: "check", Word: L.T("learner.done")}
	case v.Grade.Pass:
		return Chip{Kind: "ok", Icon: "seal", Word: L.T("their-status.passed")}
	}
	return Chip{Kind: "bad", Icon: "tri", Word: L.T("their-status.failed")}
}

// flagWords says in words what was noted about a try.
func flagWords(p Page, flags []string) []string {
	L := p.L
	var out []string
	for _, f := range flags {
		if L.Has("their-flag." + f) {
			out = append(out, L.T("their-flag."+f))
		}
	}
	return out
}

// phoneWords parts a number so that it is read and dialled easily; another
// form stays as it is.
func phoneWords(s string) string {
	if len(s) != len("+255712345678") || !strings.HasPrefix(s, "+255") {
		return s
	}
	return s[:4] + " " + s[4:7] + " " + s[7:10] + " " + s[10:]
}

// readingTime writes seconds of reading: a short while is no minute.
func readingTime(p Page, seconds int64) string {
	L := p.L
	if seconds > 0 && seconds < 60 {
		return L.T("learner.under-minute")
	}
	return L.Minutes(seconds / 60)
}

// findingsOfForms tells whether any of the page's forms was refused.
func findingsOfForms(fs ...Form) bool {
	for _, f := range fs {
		if len(f.Findings) > 0 {
			return true
		}
	}
	return false
}
