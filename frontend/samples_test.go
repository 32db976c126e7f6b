package frontend

import (
	"context"
	"io"
	"slices"
	"time"

	"darasa/backend/account"
	"darasa/backend/assessment"
	"darasa/backend/attempt"
	"darasa/backend/course"
	"darasa/backend/credential"
	"darasa/backend/darasa"
	"darasa/backend/enrolment"
	"darasa/backend/progress"

	"github.com/a-h/templ"
)

// sample is one page with data as a handler would give it.
type sample struct {
	name   string
	page   func(Page) templ.Component
	signed bool
}

var zone = time.FixedZone("EAT", 3*60*60)

const (
	enrolmentID = darasa.ID("0d7c5a52-8f0e-5a51-9c3d-2f1b7a6f0001")
	attemptID   = darasa.ID("0d7c5a52-8f0e-5a51-9c3d-2f1b7a6f0002")
	eventID     = darasa.ID("019ab000-0000-7000-8000-000000000003")
	personID    = darasa.ID("019ab000-0000-7000-8000-000000000004")
)

func sampleNow() darasa.Time { return darasa.At(time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC)) }

func ago(d time.Duration) darasa.Time { return darasa.At(sampleNow().Add(-d)) }

// samplePage returns a page of a person with every role of the bar, which is
// the widest bar there is, or of nobody.
func samplePage(l darasa.Lang, signed bool) Page {
	p := NewPage(l, "/courses?stage=demand", sampleNow(), zone)
	p.Token = "token"
	if signed {
		p.Actor = darasa.Actor{Person: personID, Institution: "i", Roles: []darasa.Role{darasa.Learner, darasa.Trainer, darasa.InstitutionAdmin}, Name: "Asha Mwakyusa"}
		p.Nav = NavCourses
	}
	return p
}

func t2(sw, en string) darasa.Text { return darasa.Text{SW: sw, EN: en} }

var c2 = CourseRef{Slug: "checking-our-data", Code: "C2", Title: t2("Kukagua takwimu zetu", "Checking our data")}

func lesson(slug, sw, en string, min int64) course.Lesson {
	return course.Lesson{Slug: slug, Title: t2(sw, en), Minutes: min}
}

func sampleEdition() *course.Edition {
	return &course.Edition{
		ID: "checking-our-data@2", Course: c2.Slug, Number: 2, Code: "C2", Title: c2.Title,
		Summary: t2("Tafuta makosa kabla hayajafika kwenye ripoti, na uyasahihishe kwa uwazi.", "Find mistakes before they reach the report, and correct them openly."),
		Outcomes: []darasa.Text{
			t2("Kukokotoa ukamilifu na uwasilishaji kwa wakati.", "Compute completeness and timeliness."),
			t2("Kutambua thamani isiyo ya kawaida na kuichunguza.", "Spot an outlier and look into it."),
		},
		Hours: 3, Licence: "CC BY 4.0", At: ago(240 * time.Hour),
		Authors: []course.Contributor{{Name: "Darasa"}}, Review: map[string]string{"sw": "pending", "en": "done"},
		CPD:        []course.CPD{{Council: "MCT", Points: 4, Approval: "MCT/CPD/26/118"}, {Council: "TNMC", Points: 3}},
		Completion: course.Completion{AllLessons: true, PostTest: true},
		Modules: []course.Module{
			{Slug: "why", Title: t2("Kwa nini namba hukosewa", "Why numbers go wrong"), Lessons: []course.Lesson{lesson("path", "Safari ya namba", "The path of a number", 12), lesson("four", "Maswali manne", "Four questions", 11)}},
			{Slug: "full", Title: t2("Ukamilifu na uwasilishaji kwa wakati", "Completeness and timeliness"), Lessons: []course.Lesson{lesson("formulas", "Fomula mbili", "Two formulas", 20)}},
			{Slug: "odd", Title: t2("Thamani zisizo za kawaida", "Strange values"), Lessons: []course.Lesson{lesson("range", "Miezi ya kawaida ikoje?", "What do usual months look like?", 10), lesson("mean", "Wastani au namba ya katikati?", "Mean or middle value?", 12), lesson("real", "Tukio la kweli au kosa?", "Real event or mistake?", 14)}},
		},
	}
}

func sampleOutline() []ModuleView {
	at := sampleNow()
	return Outline(sampleEdition(), &progress.Progress{Seen: []progress.Seen{{Lesson: "path", At: at}, {Lesson: "four", At: at}, {Lesson: "formulas", At: at}, {Lesson: "range", At: at}}}, "mean")
}

func sampleNext() *NextStep {
	return &NextStep{Kind: "lesson", Course: c2, Enrolment: enrolmentID, Slug: "mean", Number: "3.2", Title: t2("Wastani au namba ya katikati?", "Mean or middle value?"), Minutes: 12, Done: 7, Total: 15}
}

func sampleCatalogue() CatalogueView {
	return CatalogueView{
		Filter: Filter{Stage: "analysis"},
		Stages: []Option{{"demand", "Mahitaji"}, {"collection", "Ukusanyaji"}, {"management", "Usimamizi"}, {"analysis", "Uchambuzi"}, {"presentation", "Uwasilishaji"}, {"interpretation", "Ufafanuzi"}},
		Cadres: []Option{{"nursing-officer", "Afisa Muuguzi"}, {"immunization-officer", "Afisa Chanjo wa Mkoa au Wilaya (RIVO/DIVO)"}},
		Courses: []CourseCard{
			{Slug: "immunization-data-for-action", Code: "C3", Title: t2("Takwimu za chanjo kwa vitendo", "Immunization data for action"), Summary: t2("Lengo, kiwango cha kuacha na watoto waliochelewa.", "Target, dropout and late children."), Hours: 4, Bytes: 83700},
			{Slug: "monthly-data-meeting", Code: "C5", Title: t2("Kikao cha takwimu cha mwezi", "The monthly data meeting"), Summary: t2("Swali moja, ukurasa mmoja, mpango kazi mmoja.", "One question, one page, one plan."), Hours: 2.5, Bytes: 58000, Status: "passed"},
			{Slug: "reading-dhis2", Code: "C10", Title: t2("", "Reading DHIS2"), Hours: 3, Bytes: 72000},
		},
	}
}

func sampleMine() []CourseCard {
	return []CourseCard{
		{Slug: c2.Slug, Code: "C2", Title: c2.Title, Status: "in-progress", Done: 7, Total: 15},
		{Slug: "from-register-to-report", Code: "C1", Title: t2("Kutoka rejista hadi ripoti", "From register to report"), Status: "passed", Done: 12, Total: 12, Certificate: "DRS-2026-7K3M9Q"},
	}
}

func sampleNotices() []Notice {
	return []Notice{{Course: c2.Title, Run: "Kibondeni DC, awamu ya 2", Announcement: enrolment.Announcement{Text: "Kikao cha kesho kinaanza saa 08:30 ukumbi wa halmashauri.", Lang: darasa.Swahili, By: "Mwanaidi Komba", At: ago(20 * time.Hour)}}}
}

func option(slug, sw, en string) assessment.Option {
	return assessment.Option{Slug: slug, Text: t2(sw, en)}
}

func sampleQuestions() []assessment.Question {
	return []assessment.Question{
		{Slug: "timeliness", Kind: assessment.Single, Stem: t2("Ripoti 11 kati ya 12 zilifika; 9 zilifika kwa wakati. Uwasilishaji kwa wakati ni kiasi gani?", "11 of 12 reports came; 9 by the deadline. What is timeliness?"), Options: []assessment.Option{option("a", "92 %", "92 %"), option("b", "82 %", "82 %"), option("c", "75 %", "75 %")}},
		{Slug: "empty", Kind: assessment.TrueFalse, Stem: t2("Kisanduku kitupu na 0 ni kitu kimoja.", "An empty box and 0 are the same.")},
		{Slug: "sources", Kind: assessment.Multiple, Stem: t2("Unalinganisha ripoti na nini?", "What do you compare the report with?"), Options: []assessment.Option{option("r", "Rejista", "Register"), option("t", "Fomu ya tally", "Tally sheet"), option("n", "Ripoti ya jirani", "A neighbour's report")}},
		{Slug: "steps", Kind: assessment.Ordering, Stem: t2("Panga hatua za kusahihisha namba.", "Order the steps of a correction."), Options: []assessment.Option{option("w", "Andika nani, lini na kwa nini", "Write who, when and why"), option("h", "Hesabu upya kwenye rejista", "Count again in the register"), option("m", "Mjulishe msimamizi wa takwimu", "Tell the data manager")}},
		{Slug: "factor", Kind: assessment.Numeric, Stem: t2("Kiwango cha kuacha ni asilimia ngapi: Penta1 512, Penta3 463?", "What is the dropout: Penta1 512, Penta3 463?"), Unit: t2("%", "%")},
	}
}

func questionViews() []QuestionView {
	qs := sampleQuestions()
	return []QuestionView{
		{Number: 1, Question: qs[0], Answer: assessment.Answer{Question: "timeliness", Options: []string{"c"}}},
		{Number: 2, Question: qs[1], Answer: assessment.Answer{Question: "empty", Options: []string{"false"}}},
		{Number: 3, Question: qs[2], Answer: assessment.Answer{Question: "sources", Options: []string{"r", "t"}}},
		{Number: 4, Question: qs[3]},
		{Number: 5, Question: qs[4]},
	}
}

func sampleQuiz(refused bool) func(Page) templ.Component {
	return func(p Page) templ.Component {
		v := QuizView{Attempt: attemptID, Course: c2, Title: t2("Jaribio la mwisho", "Post-test"), Kind: "post-test", Number: 1, Tries: 3, PassMark: 0.8, Questions: questionViews(), Saved: ago(time.Hour), Event: eventID}
		if refused {
			typed := map[string][]string{"q.factor": {"tisa"}, "q.steps.w": {"1"}, "q.steps.h": {"1"}}
			for i := range v.Questions[3:] {
				q := &v.Questions[i+3]
				var f *darasa.Finding
				q.Answer, q.Typed, f = ReadAnswer(q.Question, func(n string) []string { return typed[n] })
				q.Problem = f.What.In(p.Lang) + " " + f.Mend.In(p.Lang)
				v.Findings = append(v.Findings, *f)
			}
			v.AskBlank = true
		}
		return QuizPage(p, v)
	}
}

func sampleResult(pass bool) func(Page) templ.Component {
	return func(p Page) templ.Component {
		qs := questionViews()
		qs[0].Mark = &Mark{Right: true, Answered: true, Feedback: t2("Ndiyo: 9 kati ya 12 zilizotarajiwa.", "Yes: 9 of the 12 expected.")}
		qs[2].Mark = &Mark{Answered: true, Options: map[string]darasa.Text{"t": t2("Fomu ya tally hutoka kwenye rejista.", "The tally comes from the register.")}, Key: []darasa.Text{t2("Rejista", "Register")}}
		qs[3].Mark = &Mark{}
		v := ResultView{
			Attempt: &attempt.Attempt{ID: attemptID, Enrolment: enrolmentID, Quiz: "post-test", Number: 1, PassMark: 0.8, Received: ago(time.Minute), Flags: []string{"late"}},
			Grade:   assessment.Grade{Score: 0.6, Marks: []assessment.Mark{{Points: 1, Max: 1}, {Points: 1, Max: 1}, {Max: 1}, {Max: 1}, {Points: 1, Max: 1}}},
			Course:  c2, Title: t2("Jaribio la mwisho", "Post-test"), Tries: 3, Left: 2, Questions: qs,
			Next: &NextStep{Kind: "lesson", Course: c2, Enrolment: enrolmentID, Slug: "mean", Number: "3.2", Title: t2("Wastani", "Mean"), Done: 7},
		}
		if pass {
			v.Grade.Pass, v.Grade.Score = true, 0.9
			v.Next = &NextStep{Kind: "certificate", Slug: "DRS-2026-7K3M9Q", Title: c2.Title, Course: c2}
		}
		return ResultPage(p, v)
	}
}

const sampleHTML = `<h2>Mwaka mmoja wa Penta1</h2><p>Zahanati ya Mwembeni iliripoti dozi hizi mwaka 2025: 42, 45, 39, 44, 47, 41, 43, 46, 40, 44, 430 na 45.</p>
<div class="note"><b><svg class="i" viewBox="0 0 24 24" aria-hidden="true"><path d="M4 20l1-4.5L16.5 4l3.5 3.5L8.5 19z"/></svg> Kumbuka</b><p>Median ni namba ya katikati.</p></div>
<div class="scroll" role="region" tabindex="0" aria-label="Novemba"><table><caption>Novemba inabadilisha nini?</caption><thead><tr><th scope="col">Kipimo</th><th scope="col" class="r">Bila Novemba</th><th scope="col" class="r">Pamoja nayo</th></tr></thead><tbody><tr><th scope="row">Wastani</th><td class="r">43.3</td><td class="r">75.5</td></tr></tbody></table></div>`

func sampleLesson(answered, last bool) func(Page) templ.Component {
	return func(p Page) templ.Component {
		m := sampleOutline()[2]
		check := QuestionView{Question: sampleQuestions()[0]}
		if answered {
			check.Answer = assessment.Answer{Question: "timeliness", Options: []string{"a"}}
			check.Mark = &Mark{Answered: true, Feedback: t2("Gawanya kwa ripoti zilizotarajiwa.", "Divide by the reports expected.")}
		}
		v := LessonView{
			Course: c2, Enrolment: enrolmentID, Lesson: m.Lessons[1], Lead: t2("Mwezi mmoja wa ajabu unaweza kubadilisha picha ya mwaka mzima.", "One odd month can change the picture of a whole year."),
			Lang: darasa.Swahili, Module: m, Index: 2, Parts: []Part{{HTML: sampleHTML}, {Check: &check}, {HTML: "<p>Endelea.</p>"}},
			Prev: &m.Lessons[0], Next: &m.Lessons[2], Event: eventID,
		}
		if last {
			v.Next, v.Test = nil, &TestItem{Slug: "post-test", Left: 3}
		}
		return LessonPage(p, v)
	}
}

func sampleCourse(enrolled bool) func(Page) templ.Component {
	return func(p Page) templ.Component {
		pre, score := TestItem{Slug: "pre-test", Kind: "pre-test", Title: t2("Jaribio la awali", "Pre-test"), Questions: 10, Tries: 1}, 0.55
		post := TestItem{Slug: "post-test", Kind: "post-test", Title: t2("Jaribio la mwisho", "Post-test"), Questions: 10, Pass: 0.8, Tries: 3, Left: 3}
		v := CourseView{Edition: sampleEdition(), Bytes: 61400, Stages: []string{"Usimamizi"}, Cadres: []string{"Zote"}, Prereq: []CourseRef{c2}, CanEnrol: true, Modules: Outline(sampleEdition(), nil, ""), Pre: &pre, Post: &post}
		if enrolled {
			pre.Score, post.Open = &score, attemptID
			v.Enrolment, v.Status, v.Done, v.Total, v.Modules, v.Next = enrolmentID, "in-progress", 7, 15, sampleOutline(), sampleNext()
		}
		return CoursePage(p, v)
	}
}

func sampleCertificate() credential.Certificate {
	return credential.Certificate{Number: "DRS-2026-7K3M9Q", Course: c2.Slug, Name: "Asha Neema Mwakyusa", Initials: "A. N. M.", Title: c2.Title, Score: 0.9, Hours: 3, Issued: ago(48 * time.Hour), State: "valid"}
}

func samplePerson() account.Person {
	return account.Person{ID: personID, First: "Asha", Surname: "Mwakyusa", CheckNumber: "00123456", Registrations: []account.Registration{{Council: "TNMC", Number: "456"}}, Lang: darasa.Swahili, Made: ago(900 * time.Hour)}
}

func sampleOwnData(p Page) templ.Component {
	return OwnDataPage(p, OwnDataView{
		Person: samplePerson(), Form: Form{Values: map[string]string{"first": "Asha", "surname": "Mwakyusa", "sex": "F", "phone": "+255712345678"}},
		Affiliations: []AffiliationView{
			{Institution: "i", Name: t2("Chuo Kikuu cha Dodoma", "University of Dodoma"), Roles: []darasa.Role{darasa.Learner, darasa.Trainer}, Cadre: "Afisa Muuguzi", Facility: "Zahanati ya Mwembeni", InUse: true},
			{Institution: "j", Name: t2("Kituo cha Kanda ya Kati", "Central Zone centre"), Roles: []darasa.Role{darasa.Learner}},
		},
		Sessions: []SessionView{{Session: account.Session{ID: "s1", Device: "Chrome, Android", Seen: ago(time.Minute)}, This: true}, {Session: account.Session{ID: "s2", Seen: ago(30 * time.Hour)}}},
		Consents: []account.Consent{{Notice: NoticeVersion, At: ago(900 * time.Hour)}},
	})
}

func sampleTable(p Page) templ.Component {
	L := p.L
	chart := Chart{ID: "c", Title: "Penta1", Desc: "42, 45, 430", Axis: "Dozi kwa mwezi", Guide: &Guide{44, "Median 44"}, Points: []Point{{Label: "Jan", Value: 42}, {Label: "Feb", Value: 45}, {Label: "Mac", Missing: true}, {Label: "Apr", Value: 430, Text: "430", Look: true}, {Label: "Mei", Value: 47}}}
	bars := Chart{ID: "b", Title: "Hali", Desc: "9, 10, 2", Axis: "Washiriki", Points: []Point{{Label: "Wamefaulu", Value: 9, Text: "9"}, {Label: "Wanaendelea", Value: 10, Text: "10"}, {Label: "Hawajafaulu", Value: 2, Text: "2"}}}
	t := Table{Caption: "Washiriki 1–2 kati ya 24", Columns: []Column{{"Jina", false}, {"Hali", false}, {"Kituo", false}, {"Awali", true}, {"Mwisho", true}, {"Moduli", true}}, Rows: [][]Cell{
		{LinkCell("/sw/x", "Halima Ngowi"), PartCell(ChipOf(p.TheirStatusChip("passed"))), Text("Zahanati ya Mwembeni 113310-7"), Text(L.Percent(0.55)), Text(L.Percent(0.8)), PartCell(Tally(5, 5, "Moduli 5 kati ya 5"))},
		{LinkCell("/sw/y", "Juma Haule"), PartCell(ChipOf(p.TheirStatusChip("failed"))), Text("Hospitali ya Wilaya Bondeni"), Text(""), Text(""), PartCell(Tally(3, 5, "Moduli 3 kati ya 5"))},
	}}
	scroll := t
	scroll.Scroll, scroll.Caption = true, "Washiriki wote"
	form := Form{Values: map[string]string{"why": "Umeme ulikatika."}, Findings: []darasa.Finding{{Field: "why", What: t2("Sababu ni fupi mno.", "The reason is too short."), Mend: t2("Andika sentensi moja.", "Write one sentence.")}}}
	return frame(p, []templ.Component{
		TableOf(t), TableOf(scroll), LineChart(chart), BarChart(bars),
		FindingsOf(p, sampleFindings()), ErrorSummary(p, form), Area(p, form, Field{Name: "why", Label: "Sababu", Hint: "Sentensi moja"}),
		Input(p, form, Field{Name: "file", Label: "Orodha", Type: "file", Accept: ".xlsx"}),
		Bar(148, 210, "148 kati ya 210 kB"), Meter(30, 40, "30 kati ya 40"), ButtonLink("do", "sheet", "/sw/x", "Pakua Excel, 38 kB"),
		Empty("Hakuna bado.", "/sw/y", "Anza"),
	})
}

// frame puts components below a board, as a page of the platform does.
func frame(p Page, parts []templ.Component) templ.Component {
	all := func(ctx context.Context, w io.Writer) error {
		for _, c := range parts {
			if err := c.Render(ctx, w); err != nil {
				return err
			}
		}
		return nil
	}
	matter := func(ctx context.Context, w io.Writer) error {
		if err := BoardOf(p, Board{Title: "Vipande", Crumbs: []Link{{"/sw/", "Kozi"}}}).Render(ctx, w); err != nil {
			return err
		}
		return Body(p).Render(templ.WithChildren(ctx, templ.ComponentFunc(all)), w)
	}
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		return Layout(p, "Vipande").Render(templ.WithChildren(ctx, templ.ComponentFunc(matter)), w)
	})
}

func sampleFindings() []darasa.Finding {
	return []darasa.Finding{
		{Level: darasa.IsError, Row: 8, Column: "K", What: t2("Namba ya HFR 113310-4 si sahihi.", "HFR code 113310-4 is wrong."), Mend: t2("Angalia namba ya kituo.", "Look up the facility's code.")},
		{Level: darasa.IsWarning, Row: 11, What: t2("Simu imeandikwa upya.", "The phone was rewritten."), Mend: t2("Hakuna la kufanya.", "Nothing to do.")},
	}
}

func sampleError(status int) func(Page) templ.Component {
	return func(p Page) templ.Component {
		return ErrorPage(p, ErrorView{Status: status, Text: t2("Faili lina makosa.", "The file has mistakes."), Findings: sampleFindings(), Retry: 30, Kept: status >= 500, Request: "019ab0"})
	}
}

// samples are all pages of this package.
func samples() []sample {
	code, err := QRCode("https://darasa.example/verify/DRS-2026-7K3M9Q")
	if err != nil {
		panic(err)
	}
	bad := Form{Values: map[string]string{"login": "0712 345 6", "password": "never shown", "shared": "1"}, Findings: []darasa.Finding{{Field: "login", What: t2("Namba ya simu haijakamilika.", "The phone number is not complete."), Mend: t2("Andika tarakimu 10, ukianza na 06 au 07.", "Type 10 digits, beginning with 06 or 07.")}}}
	cert := sampleCertificate()
	withdrawn := cert
	withdrawn.State, withdrawn.Reason = "withdrawn", "Jina lilikosewa."
	place := t2("Chuo Kikuu cha Dodoma", "University of Dodoma")
	certificate := func(c credential.Certificate) func(Page) templ.Component {
		return func(p Page) templ.Component {
			return CertificatePage(p, CertificateView{Certificate: c, Edition: 2, Institution: place, Modules: 5, CPD: sampleEdition().CPD, VerifyURL: "https://darasa.example/verify/DRS-2026-7K3M9Q", QR: code})
		}
	}
	options := []Option{{"nursing-officer", "Afisa Muuguzi"}, {"clinical-officer", "Tabibu"}}
	all := []sample{
		{name: "home-out", page: func(p Page) templ.Component { return HomePage(p, HomeView{Catalogue: sampleCatalogue()}) }},
		{name: "home-in", signed: true, page: func(p Page) templ.Component {
			p.Flash = &Flash{Text: "Umejiunga na kozi."}
			return HomePage(p, HomeView{Name: "Asha", Next: sampleNext(), Mine: sampleMine(), Notices: sampleNotices(), Catalogue: sampleCatalogue()})
		}},
		{name: "home-new", signed: true, page: func(p Page) templ.Component {
			return HomePage(p, HomeView{Name: "Asha", Catalogue: CatalogueView{Filter: Filter{Query: "zz", Hours: "3"}}})
		}},
		{name: "courses", signed: true, page: func(p Page) templ.Component { return CataloguePage(p, sampleCatalogue()) }},
		{name: "course-out", page: sampleCourse(false)},
		{name: "course-new", signed: true, page: sampleCourse(false)},
		{name: "course-in", signed: true, page: sampleCourse(true)},
		{name: "lesson", signed: true, page: sampleLesson(false, false)},
		{name: "lesson-answered", signed: true, page: sampleLesson(true, true)},
		{name: "quiz", signed: true, page: sampleQuiz(false)},
		{name: "quiz-refused", signed: true, page: sampleQuiz(true)},
		{name: "result-failed", signed: true, page: sampleResult(false)},
		{name: "result-passed", signed: true, page: sampleResult(true)},
		{name: "me", signed: true, page: func(p Page) templ.Component {
			return MePage(p, MeView{Name: "Asha Mwakyusa", Institution: place, Next: sampleNext(), Courses: sampleMine(), Certificates: []credential.Certificate{cert, withdrawn}, Notices: sampleNotices()})
		}},
		{name: "me-new", signed: true, page: func(p Page) templ.Component { return MePage(p, MeView{Name: "Asha Mwakyusa"}) }},
		{name: "certificate", signed: true, page: certificate(cert)},
		{name: "certificate-withdrawn", signed: true, page: certificate(withdrawn)},
		{name: "verify", page: func(p Page) templ.Component { return VerifyPage(p, VerifyView{}) }},
		{name: "verify-valid", page: func(p Page) templ.Component {
			p.Switch = VerifyPath(cert.Number) + "?lang=" + string(p.Lang.Other())
			return VerifyPage(p, VerifyView{Asked: true, Number: cert.Number, Certificate: &cert, Edition: 2})
		}},
		{name: "verify-withdrawn", page: func(p Page) templ.Component {
			return VerifyPage(p, VerifyView{Asked: true, Number: cert.Number, Certificate: &withdrawn, Edition: 2})
		}},
		{name: "verify-unknown", page: func(p Page) templ.Component { return VerifyPage(p, VerifyView{Asked: true, Number: "DRS-1"}) }},
		{name: "error-404", page: sampleError(404)},
		{name: "error-413", signed: true, page: sampleError(413)},
		{name: "error-401", page: sampleError(401)},
		{name: "error-403", page: sampleError(403)},
		{name: "error-409", page: sampleError(409)},
		{name: "error-429", page: sampleError(429)},
		{name: "error-500", page: sampleError(500)},
		{name: "error-503", page: sampleError(503)},
		{name: "error-422", page: sampleError(422)},
		{name: "notice", page: NoticePage},
		{name: "help", page: HelpPage},
		{name: "about", page: func(p Page) templ.Component { return AboutPage(p, "1.0") }},
		{name: "sign-in", page: func(p Page) templ.Component { return SignInPage(p, SignInView{Next: "/sw/me"}) }},
		{name: "sign-in-refused", page: func(p Page) templ.Component { return SignInPage(p, SignInView{Form: bad}) }},
		{name: "choose-name", page: func(p Page) templ.Component {
			return ChooseNamePage(p, ChooseNameView{Choice: "sealed", People: []Option{{"1", "Asha Mwakyusa"}, {"2", "Juma Mwakyusa"}}})
		}},
		{name: "new-password", signed: true, page: func(p Page) templ.Component { return NewPasswordPage(p, NewPasswordView{Name: "Asha"}) }},
		{name: "register", page: func(p Page) templ.Component {
			return OpenAccountPage(p, OpenAccountView{Cadres: options, Councils: []Option{{"mct", "MCT"}}, Form: Form{Findings: []darasa.Finding{{Field: "sex", What: t2("Chagua jinsi.", "Choose a sex.")}, {Field: "consent", What: t2("Kubali kwanza.", "Agree first.")}, {What: t2("Msimbo si sahihi.", "The code is wrong.")}}}})
		}},
		{name: "own-data", signed: true, page: sampleOwnData},
		{name: "cards", signed: true, page: func(p Page) templ.Component {
			c := CodeCard{Name: "Asha Mwakyusa", Institution: place, Login: "+255712345678", Code: "KITI-4829-MOJA", Expires: ago(-336 * time.Hour), URL: "https://darasa.example"}
			return CardsPage(p, []CodeCard{c, c, c})
		}},
		{name: "components", signed: true, page: sampleTable},
	}
	return slices.Concat(all, trainerSamples(), administratorSamples(), nationalSamples())
}
