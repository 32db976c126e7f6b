package frontend

import (
	"time"

	"darasa/backend/assessment"
	"darasa/backend/attempt"
	"darasa/backend/darasa"
	"darasa/backend/enrolment"
	"darasa/backend/progress"

	"github.com/a-h/templ"
)

const runID = darasa.ID("019ab000-0000-7000-8000-000000000011")

func sampleRun() enrolment.Run {
	return enrolment.Run{
		ID: runID, Institution: "i", Course: c2.Slug, Name: "Kibondeni, Novemba 2026", Start: "2026-11-09", End: "2026-11-20", Mode: "blended",
		Venue: "Ukumbi wa Halmashauri ya Kibondeni", Organizer: "Kituo cha Kanda ya Kati", Facilitators: []string{"Joyce Mrema", "Salum Bakari"},
		Days: []darasa.Date{"2026-11-09", "2026-11-10", "2026-11-11"}, State: "open",
		Announcements: []enrolment.Announcement{{ID: "a1", Text: "Kikao cha mwisho ni Ijumaa saa 3:00 asubuhi. Njooni na rejista ya chanjo.", Lang: darasa.Swahili, By: "Joyce Mrema", At: ago(30 * time.Hour)}},
	}
}

func sampleHead() RunHead { return RunHead{Run: sampleRun(), Course: c2} }

func share64(v float64) *float64 { return &v }

func learner(n, first, surname, cadre, facility, hfr, status string, pre, post *float64, modules int64, marks string) LearnerRow {
	pr := progress.Progress{Status: status, PreTest: pre, PostTest: post, ModulesDone: modules, ModulesTotal: 5, LessonsDone: 3 * modules, LessonsTotal: 15, TriesUsed: 1, LastActive: ago(26 * time.Hour),
		Snapshot: enrolment.Snapshot{First: first, Surname: surname, Sex: "F", CheckNumber: "00123456", Registration: "TNMC 456", Phone: "+255712345678", Facility: facility, HFR: hfr, Council: "Kibondeni DC", Region: "Dodoma", Designation: "Mratibu wa chanjo"}}
	for i, m := range marks {
		pr.Attendance = append(pr.Attendance, enrolment.Attendance{Day: sampleRun().Days[i], Mark: string(m)})
	}
	return LearnerRow{Enrolment: darasa.DeriveID("enrolment", n), Progress: pr, Cadre: cadre, Left: 2}
}

func sampleLearners() []LearnerRow {
	rows := []LearnerRow{
		learner("1", "Halima", "Ngowi", "Muuguzi", "Zahanati ya Mwembeni", "113310-7", "passed", share64(0.55), share64(0.8), 5, "PPP"),
		learner("2", "Baraka", "Lema", "Tabibu", "Kituo cha Afya Kisimani", "124899-6", "passed", share64(0.6), share64(0.9), 5, "PPP"),
		learner("3", "Neema", "Sanga", "Msaidizi wa afya", "Zahanati ya Mlimani", "118204-7", "in-progress", share64(0.4), nil, 3, "PAP"),
		learner("4", "Juma", "Haule", "Ofisa TEHAMA", "Hospitali ya Wilaya Bondeni", "120457-7", "failed", share64(0.7), share64(0.75), 5, "PPP"),
		learner("5", "Rehema", "Kileo", "Mfamasia", "Kituo cha Afya Kisimani", "124899-6", "completed", share64(0.5), share64(0.85), 5, "PPE"),
		learner("6", "Omari", "Said", "Mteknolojia wa maabara", "", "", "not-started", nil, nil, 0, ""),
	}
	rows[4].Review = true
	return rows
}

func sampleRunPage(p Page) templ.Component {
	p.Nav = NavRuns
	return RunPageOf(p, RunView{
		RunHead: sampleHead(), Edition: 2, Place: t2("Chuo Kikuu cha Dodoma", "University of Dodoma"),
		Counts: RunCounts{Learners: 24, Passed: 9, Going: 10, Failed: 2, Waiting: 3, Help: 5, Absent: 3, Withdrawn: 1},
		Pre:    share64(0.54), Post: share64(0.79), Rows: sampleLearners(), From: 1, Total: 24, Next: "c", NextN: 18, Bytes: 37_500,
	})
}

func sampleEmptyRun(p Page) templ.Component {
	h := sampleHead()
	h.Run.State, h.Run.Days = "closed", nil
	return RunPageOf(p, RunView{RunHead: h, Edition: 1, Show: "help", From: 1})
}

func sampleLearnerPage(refused bool) func(Page) templ.Component {
	return func(p Page) templ.Component {
		row := sampleLearners()[3]
		qs := questionViews()
		qs[0].Mark = &Mark{Right: true, Answered: true}
		qs[1].Mark = &Mark{Answered: true, Key: []darasa.Text{t2("Si kweli", "False")}}
		qs[2].Mark = &Mark{Answered: true}
		qs[3].Mark, qs[4].Mark = &Mark{}, &Mark{}
		v := LearnerView{
			RunHead: sampleHead(), Row: row, Days: sampleRun().Days, Quizzes: []Option{{"post-test", "Jaribio la mwisho"}},
			Enrolment: enrolment.Enrolment{ID: row.Enrolment, State: "active", Attendance: row.Progress.Attendance, Made: ago(300 * time.Hour), Late: true},
			Attempts: []AttemptView{
				{Attempt: attempt.Attempt{ID: attemptID, Kind: "post-test", Number: 1, Submitted: ago(26 * time.Hour), Flags: []string{"late"}}, Title: t2("Jaribio la mwisho", "Post-test"), Grade: &assessment.Grade{Score: 0.75}, Questions: qs},
				{Attempt: attempt.Attempt{ID: eventID, Kind: "pre-test", Number: 1, Submitted: ago(290 * time.Hour)}, Title: t2("Jaribio la awali", "Pre-test"), Grade: &assessment.Grade{Score: 0.7}},
				{Attempt: attempt.Attempt{ID: "t3", Kind: "post-test", Number: 2, Issued: ago(time.Hour)}, Title: t2("Jaribio la mwisho", "Post-test")},
			},
			Reading: []ReadingView{{Lesson: LessonItem{Number: "1.1", Title: t2("Njia ya namba", "The path of a number")}, Seconds: 840, At: ago(280 * time.Hour)}, {Lesson: LessonItem{Number: "1.2", Title: t2("Maswali manne", "Four questions")}, Seconds: 25}},
			Runs:    []Option{{"r2", "Kigoma, Desemba 2026"}},
			Granted: []GrantView{{Quiz: t2("Jaribio la mwisho", "Post-test"), Reason: "Umeme ulikatika.", By: "Joyce Mrema", At: ago(20 * time.Hour)}},
			Note:    Form{Values: map[string]string{"remarks": "Anafanya vizuri."}}, NoPassword: true, MayCode: true, MayWithdraw: true,
		}
		cert := sampleCertificate()
		v.Certificate = &cert
		if refused {
			wrong := []darasa.Finding{{Field: "reason", What: t2("Sababu haipo.", "The reason is missing."), Mend: t2("Andika kwa nini.", "Say why.")}}
			v.Grant.Findings, v.Move.Findings, v.Withdraw.Findings = wrong, wrong, wrong
			v.Quizzes = append(v.Quizzes, Option{"other", "Jaribio jingine"})
			v.Enrolment.State, v.Row.Withdrawn = "withdrawn", true
		}
		return LearnerPage(p, v)
	}
}

func sampleAttendance() []AttendanceRow {
	var out []AttendanceRow
	for _, r := range sampleLearners() {
		s := r.Progress.Snapshot
		a := AttendanceRow{Enrolment: r.Enrolment, Name: r.name(), Cadre: r.Cadre, Facility: s.Facility, Phone: s.Phone, Marks: map[darasa.Date]string{}}
		for _, m := range r.Progress.Attendance {
			a.Marks[m.Day] = m.Mark
		}
		a.Mark = a.Marks["2026-11-10"]
		out = append(out, a)
	}
	return out
}

func sampleVerdicts() []RosterVerdict {
	return []RosterVerdict{
		{Row: 11, Name: "Peter Massawe", Outcome: "corrected", Findings: []darasa.Finding{{Level: darasa.IsWarning, Column: "J", What: t2("Simu 0712 000 011 imeandikwa +255712000011.", "Phone 0712 000 011 was written as +255712000011.")}}},
		{Row: 8, Name: "Zuhura Mbwana", Outcome: "rejected", Findings: []darasa.Finding{{Level: darasa.IsError, Column: "M", What: t2("Namba ya HFR 113310-4 si sahihi: tarakimu ya mwisho hailingani.", "HFR code 113310-4 is wrong: the last digit does not fit."), Mend: t2("Angalia namba ya kituo.", "Check the facility's code.")}}},
		{Row: 19, Outcome: "rejected", Findings: []darasa.Finding{{Column: "B", What: t2("Jina la kwanza halijajazwa.", "The first name is empty."), Mend: t2("Liandike.", "Write it.")}, {Column: "C", What: t2("Jina la ukoo halijajazwa.", "The surname is empty."), Mend: t2("Liandike.", "Write it.")}}},
		{Row: 15, Name: "Asha Mwakyusa", Outcome: "warned", Findings: []darasa.Finding{{Column: "J", What: t2("Simu ni ya mezani.", "The phone is a landline.")}}},
	}
}

func sampleRoster(done bool) func(Page) templ.Component {
	return func(p Page) templ.Component {
		v := RosterPreviewView{RunHead: sampleHead(), File: "washiriki-kibondeni.xlsx", Rows: 26, Accepted: 22, Corrected: 1, Warned: 1, Rejected: 2, New: 20, Same: 2, Updated: 2, Verdicts: sampleVerdicts(), More: 3, Upload: "sealed", MaxBytes: 2_000_000, MaxRows: 20000}
		if done {
			v.Done, v.At, v.Rejected, v.Verdicts, v.More = true, ago(time.Minute), 0, v.Verdicts[:1], 0
		}
		return RosterPreviewPage(p, v)
	}
}

// trainerSamples are the pages of a trainer.
func trainerSamples() []sample {
	wrong := []darasa.Finding{{Field: "name", What: t2("Jina la awamu halipo.", "The name of the run is missing."), Mend: t2("Andika jina fupi.", "Write a short name.")}, {Field: "mode", What: t2("Chagua namna.", "Choose a mode.")}}
	people := []Ticked{{Option{"1", "Joyce Mrema"}, true}, {Option{"2", "Salum Bakari"}, false}}
	options := []Option{{"nursing-officer", "Afisa Muuguzi"}, {"clinical-officer", "Tabibu"}}
	cards := []RunCard{{Run: sampleRun(), Course: c2, Learners: 24}, {Run: enrolment.Run{ID: "r2", Name: "Kigoma, Desemba 2026", Start: "2026-12-01", End: "2026-12-05", Mode: "online", State: "closed"}, Course: c2, Learners: 1, Place: t2("Chuo Kikuu cha Dodoma", "University of Dodoma")}}
	of := func(name string, page func(Page) templ.Component) sample {
		return sample{name: name, signed: true, page: func(p Page) templ.Component { p.Nav = NavRuns; return page(p) }}
	}
	closed := sampleHead()
	closed.Run.State = "closed"
	noDays := sampleHead()
	noDays.Run.Days = nil
	return []sample{
		of("runs", func(p Page) templ.Component { return RunsPage(p, RunsView{Runs: cards, Whose: "mine", Next: "c"}) }),
		of("runs-none", func(p Page) templ.Component { return RunsPage(p, RunsView{State: "closed", Whose: "all"}) }),
		of("run-new", func(p Page) templ.Component {
			return RunFormPage(p, RunFormView{Form: Form{Values: map[string]string{"day_mode": "span"}}, Courses: []Option{{"checking-our-data", "C2 Kukagua takwimu zetu"}}, People: people})
		}),
		of("run-edit", func(p Page) templ.Component {
			return RunFormPage(p, RunFormView{Run: runID, Name: sampleRun().Name, Form: Form{Values: RunValues(sampleRun()), Findings: wrong}, People: people})
		}),
		of("run", sampleRunPage),
		of("run-empty", sampleEmptyRun),
		of("run-copy", func(p Page) templ.Component {
			return CopyRunPage(p, CopyRunView{RunHead: sampleHead(), Form: Form{Findings: wrong[:1]}})
		}),
		of("run-close", func(p Page) templ.Component { return CloseRunPage(p, CloseRunView{sampleHead(), 12}) }),
		of("run-reopen", func(p Page) templ.Component { return CloseRunPage(p, CloseRunView{closed, 0}) }),
		of("run-learner", sampleLearnerPage(false)),
		of("run-learner-refused", sampleLearnerPage(true)),
		of("run-add", func(p Page) templ.Component {
			return AddLearnerPage(p, AddLearnerView{RunHead: sampleHead(), Query: "Asha", More: true, Cadres: options, Councils: options, Found: []FoundPerson{{ID: "p1", Name: "Asha Mwakyusa", Cadre: "Muuguzi", Facility: "Zahanati ya Mwembeni", Keys: "Check number 00123456"}, {ID: "p2", Name: "Asha Juma", In: true}}})
		}),
		of("run-add-refused", func(p Page) templ.Component {
			return AddLearnerPage(p, AddLearnerView{RunHead: sampleHead(), Query: "zz", Cadres: options, Form: Form{Findings: []darasa.Finding{{Field: "first", What: t2("Jina halipo.", "The name is missing.")}, {Field: "facility", What: t2("Namba si sahihi.", "The code is wrong.")}}}})
		}),
		of("run-attendance", func(p Page) templ.Component {
			return AttendancePage(p, AttendanceView{RunHead: sampleHead(), Day: "2026-11-10", Learners: sampleAttendance()})
		}),
		of("run-attendance-none", func(p Page) templ.Component { return AttendancePage(p, AttendanceView{RunHead: noDays}) }),
		of("run-register", func(p Page) templ.Component {
			return RegisterPage(p, RegisterView{RunHead: sampleHead(), Learners: sampleAttendance()})
		}),
		of("run-news", func(p Page) templ.Component {
			return NewsPage(p, NewsView{RunHead: sampleHead(), Items: sampleRun().Announcements, New: eventID})
		}),
		of("run-cards", func(p Page) templ.Component { return AskCardsPage(p, AskCardsView{sampleHead(), 14, 24}) }),
		of("roster", func(p Page) templ.Component {
			return RosterPage(p, RosterView{RunHead: sampleHead(), MaxBytes: 2_000_000, MaxRows: 20000})
		}),
		of("roster-refused", func(p Page) templ.Component {
			return RosterPage(p, RosterView{RunHead: sampleHead(), MaxBytes: 2_000_000, MaxRows: 20000, Form: Form{Findings: []darasa.Finding{{Field: "file", What: t2("Faili halina safu ya vichwa.", "The file has no header row."), Mend: t2("Tumia mfano wetu.", "Use our template.")}}}, Findings: sampleFindings()})
		}),
		of("roster-preview", sampleRoster(false)),
		of("roster-done", sampleRoster(true)),
	}
}
