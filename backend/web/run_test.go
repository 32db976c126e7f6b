package web

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"darasa/backend/assessment"
	"darasa/backend/attempt"
	"darasa/backend/credential"
	"darasa/backend/darasa"
	"darasa/backend/enrolment"
	"darasa/backend/institution"
	"darasa/backend/progress"
	"darasa/frontend"
)

const testHFR = "990101-8"

// runServer is a test server with a published course, a facility and a run of
// home, led by "trainer".
type runServer struct {
	*testServer
	run enrolment.Run
}

func newRunServer(t testing.TB) *runServer {
	t.Helper()
	rs := &runServer{testServer: newTestServer(t)}
	rs.publish()
	_, err := rs.Institutions.PutFacility(t.Context(), command, institution.Facility{ID: testHFR, Name: "Mwembeni Dispensary", Type: "Dispensary",
		Ownership: "Public", Council: "Muheza DC", District: "Muheza", Region: "Tanga"}, rs.clock())
	rs.must(err)
	rs.run = rs.makeRun("trainer", "Kibondo, Novemba 2026")
	return rs
}

func (rs *runServer) makeRun(who, name string) enrolment.Run {
	rs.t.Helper()
	run, err := rs.Enrolments.CreateRun(rs.t.Context(), rs.actor(who), testCourse, enrolment.RunForm{Name: name, Mode: "classroom",
		Start: "2026-11-20", End: "2026-11-25", Days: []darasa.Date{"2026-11-20", "2026-11-23", "2026-11-24"}, Venue: "Kibondo"}, rs.clock())
	rs.must(err)
	return run
}

// enrol enrols somebody of home.
func (rs *runServer) enrol(who string) enrolment.Enrolment {
	rs.t.Helper()
	e, err := rs.Enrolments.Enrol(rs.t.Context(), rs.actor("trainer"), rs.run.ID, enrolment.Newcomer{Person: rs.people[who], Lang: darasa.Swahili,
		Snapshot: enrolment.Snapshot{First: "Asha", Surname: who, Cadre: "enrolled-nurse", Phone: "+255712000011", CheckNumber: "00123456"}}, rs.clock())
	rs.must(err)
	return e
}

func (rs *runServer) to(path string) string { return "/en" + path }

// page asks for a page and expects one that holds every text.
func (rs *runServer) page(as, path string, wants ...string) answer {
	rs.t.Helper()
	a := rs.do(http.MethodGet, rs.to(path), as, nil)
	if a.Status != http.StatusOK {
		rs.t.Fatalf("GET %s as %s: %d %.300s", path, as, a.Status, a.Body)
	}
	for _, w := range wants {
		if !a.has(w) {
			rs.t.Errorf("GET %s as %s: no %q", path, as, w)
		}
	}
	return a
}

// post expects a redirect after a form, and follows it.
func (rs *runServer) post(as, path string, form url.Values, wants ...string) answer {
	rs.t.Helper()
	a := rs.do(http.MethodPost, rs.to(path), as, form)
	if a.Status != http.StatusSeeOther {
		rs.t.Fatalf("POST %s as %s: %d %.600s", path, as, a.Status, text(a.Body))
	}
	return rs.page(as, strings.TrimPrefix(a.to(), "/en"), wants...)
}

// text drops what is not shown, for messages of tests.
func text(html string) string {
	if _, body, ok := strings.Cut(html, "<main"); ok {
		return body
	}
	return html
}

func runFormOf(course darasa.ID) url.Values {
	return fields("course", string(course), "name", "Kigoma, Desemba 2026", "start", "2026-12-01", "end", "2026-12-04", "mode", "blended",
		"venue", "Kigoma", "organizer", "ZHRC", "facilitators", "Joyce Mrema\nSalum Bakari", "day_mode", "span")
}

func TestRunIsMadeChangedCopiedClosed(t *testing.T) {
	rs := newRunServer(t)
	rs.page("trainer", frontend.PathRuns, "Kibondo, Novemba 2026", frontend.PathRunNew)
	rs.page("trainer", frontend.PathRunNew, `value="`+string(testCourse)+`"`, "Asha trainer")
	a := rs.do(http.MethodPost, rs.to(frontend.PathRunNew), "trainer", runFormOf(testCourse))
	if a.Status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.Status, text(a.Body))
	}
	path := strings.TrimPrefix(strings.TrimSuffix(a.to(), "?done=made"), "/en")
	rs.page("trainer", path+"?done=made", "The run is made", "Kigoma, Desemba 2026", "Joyce Mrema, Salum Bakari")
	rs.page("trainer", path+"/edit", "2026-12-04", "Salum Bakari")
	changed := runFormOf("")
	changed.Set("name", "Kigoma mjini")
	changed.Set("trainer", string(rs.people["author"]))
	rs.post("trainer", path+"/edit", changed, "The changes are saved", "Kigoma mjini")
	if a := rs.page("author", frontend.PathCourses); a.has("Kigoma mjini") {
		t.Error("the run stands in the catalogue")
	}
	rs.page("trainer", path+"/copy", "Kigoma mjini")
	rs.post("trainer", path+"/copy", fields("name", "Uvinza", "start", "2027-01-04", "end", "2027-01-07"), "Uvinza")
	rs.page("trainer", path+"/close", "Close")
	rs.post("trainer", path+"/close", fields("do", "close"), "The run is closed")
	if a := rs.page("trainer", frontend.PathRuns); a.has("Kigoma mjini") {
		t.Error("a closed run is among the open ones")
	}
	rs.page("trainer", frontend.PathRuns+"?state=closed", "Kigoma mjini")
	rs.post("trainer", path+"/close", fields("do", "reopen"), "open again")
	if a := rs.page("admin", frontend.PathRuns); a.has("Uvinza") {
		t.Error("another's run is among one's own")
	}
	rs.page("admin", frontend.PathRuns+"?whose=all", "Uvinza")
}

// What was typed stays when a form is refused.
func TestRefusedRunFormsKeepWhatWasTyped(t *testing.T) {
	rs := newRunServer(t)
	id := rs.run.ID
	bad := runFormOf("")
	bad.Set("end", "2026-11-01")
	bad.Set("name", "")
	for name, x := range map[string]struct {
		path string
		form url.Values
		want []string
	}{
		"new run":      {frontend.PathRunNew, bad, []string{"No course is chosen", "Joyce Mrema"}},
		"new, dates":   {frontend.PathRunNew, func() url.Values { f := runFormOf(testCourse); f.Set("end", "2026-11-01"); return f }(), []string{"The end is before the start", `value="Kigoma"`}},
		"edit":         {frontend.RunEditPath(id), bad, []string{"The name of the run is missing", `value="Kigoma"`}},
		"copy":         {frontend.RunCopyPath(id), fields("name", "Nyingine", "start", "x", "end", "2027-01-01"), []string{"The date cannot be read", `value="Nyingine"`}},
		"announcement": {frontend.RunNewsPath(id), fields("id", "x", "text", strings.Repeat("habari ", 400), "lang", "sw"), []string{"too long", "habari habari"}},
		"new learner":  {frontend.RunAddPath(id), fields("first", "Juma", "surname", "Haule", "phone", "0712", "facility", "113310-4"), []string{"The phone number is not right", `value="Juma"`}},
		"bad facility": {frontend.RunAddPath(id), fields("first", "Juma", "surname", "Haule", "phone", "0712000012", "facility", "113310-4"), []string{"HFR code 113310-4 is wrong", `value="113310-4"`}},
	} {
		t.Run(name, func(t *testing.T) {
			a := rs.do(http.MethodPost, rs.to(x.path), "trainer", x.form)
			if a.Status != http.StatusBadRequest {
				t.Fatalf("%d: %s", a.Status, text(a.Body))
			}
			for _, w := range x.want {
				if !a.has(w) {
					t.Errorf("no %q in %s", w, text(a.Body))
				}
			}
		})
	}
}

// Nothing of a run exists for another institution.
func TestRunsOfAnotherInstitutionAreNotFound(t *testing.T) {
	rs := newRunServer(t)
	e := rs.enrol("learner")
	for _, row := range rs.Routes() {
		if !strings.Contains(row.Path, "/runs/:run") && !strings.Contains(row.Path, "/enrolments/:enrolment") || strings.HasPrefix(row.Path, "/api") {
			continue
		}
		path := strings.NewReplacer(":run", string(rs.run.ID), ":enrolment", string(e.ID)).Replace(row.Path)
		var form url.Values
		if row.Method == http.MethodPost {
			form = fields("do", "withdraw", "confirm", "1", "upload", "x", "who", "all")
		}
		if a := rs.do(row.Method, path, "away-trainer", form); a.Status != http.StatusNotFound {
			t.Errorf("%s %s: %d %.200s", row.Method, row.Path, a.Status, text(a.Body))
		}
		if a := rs.do(row.Method, path, "learner", form); a.Status != http.StatusForbidden {
			t.Errorf("%s %s as a learner: %d", row.Method, row.Path, a.Status)
		}
	}
	if x, err := rs.Enrolments.Lookup(t.Context(), e.ID); err != nil || x.State != enrolment.Active {
		t.Errorf("%+v, %v", x, err)
	}
}

func TestAttendance(t *testing.T) {
	rs := newRunServer(t)
	e, other := rs.enrol("learner"), rs.enrol("author")
	path := frontend.RunDaysPath(rs.run.ID)
	rs.page("trainer", path, "Asha learner", `name="day" value="2026-11-23"`) // today
	rs.page("trainer", path+"?day=2026-11-20", `name="day" value="2026-11-20"`)
	form := fields("day", "2026-11-20", frontend.MarkField(e.ID), "A", frontend.MarkField(other.ID), "", "all", "P")
	rs.post("trainer", path, form, "Attendance is saved", `value="2026-11-20"`)
	for id, want := range map[darasa.ID]string{e.ID: "A", other.ID: "P"} {
		x, err := rs.Enrolments.Lookup(t.Context(), id)
		if err != nil || x.AttendanceOn("2026-11-20") != want {
			t.Errorf("%q, %v", x.AttendanceOn("2026-11-20"), err)
		}
	}
	rs.page("trainer", frontend.RunRegisterPath(rs.run.ID), "Asha author", "Home Institute", "Enrolled Nurse")
	bad := fields("day", "2026-11-21", frontend.MarkField(e.ID), "P")
	if a := rs.do(http.MethodPost, rs.to(path), "trainer", bad); a.Status != http.StatusBadRequest || !a.has("not a day of attendance") {
		t.Errorf("%d %s", a.Status, text(a.Body))
	}
}

func TestProgressTableHasTabsAndPages(t *testing.T) {
	rs := newRunServer(t)
	ns := make([]enrolment.Newcomer, 60)
	for i := range ns {
		ns[i] = enrolment.Newcomer{Person: darasa.ID(fmt.Sprintf("p%02d", i)), Snapshot: enrolment.Snapshot{First: "Mtu", Surname: fmt.Sprintf("Namba%02d", i)}}
	}
	out, err := rs.Enrolments.EnrolMany(t.Context(), rs.actor("trainer"), testCourse, rs.run.ID, ns, rs.clock())
	rs.must(err)
	_, err = rs.Enrolments.Withdraw(t.Context(), rs.actor("trainer"), out[59].Enrolment, rs.clock())
	rs.must(err)
	rs.must(rs.Enrolments.MarkAttendance(t.Context(), rs.actor("trainer"), rs.run.ID, []enrolment.Mark{{Enrolment: out[0].Enrolment, Day: "2026-11-20", Mark: "P"}}, rs.clock()))
	path := frontend.RunPath(rs.run.ID)
	first := rs.page("trainer", path, "Namba00", "Namba49", "after=50")
	if first.has("Namba50") || first.has("Namba59") {
		t.Error("the first page holds more than 50")
	}
	second := rs.page("trainer", path+"?after=50", "Namba50", "Namba58")
	if second.has("Namba49") || second.has("Namba59") {
		t.Error("the second page")
	}
	if a := rs.page("trainer", path+"?show=absent", "Namba01"); a.has("Namba00") {
		t.Error("who was present stands under no attendance")
	}
	if a := rs.page("trainer", path+"?show=withdrawn", "Namba59"); a.has("Namba00") {
		t.Error("who is active stands under withdrawn")
	}
	rs.page("trainer", path+"?show=help", "Namba02")
}

func TestLearnerIsAddedByHand(t *testing.T) {
	rs := newRunServer(t)
	path := frontend.RunAddPath(rs.run.ID)
	rs.page("trainer", path+"?q=learner", "Asha learner", string(rs.people["learner"]))
	rs.post("trainer", path, fields("person", string(rs.people["learner"])), "The learner is added")
	rs.page("trainer", path+"?q=learner", "Asha learner")
	if a := rs.do(http.MethodPost, rs.to(path), "trainer", fields("person", string(rs.people["away-learner"]))); a.Status != http.StatusNotFound {
		t.Errorf("another institution's person: %d", a.Status)
	}
	form := fields("first", "Neema", "surname", "Sanga", "sex", "F", "cadre", "enrolled-nurse", "check", "0099", "council", "MCT", "registration", "77", "phone", "0712 000 099", "facility", testHFR)
	rs.post("trainer", path, form, "The learner is added", "Neema Sanga", "Mwembeni Dispensary", "MCT 77")
	rs.post("trainer", path, form, "in the run already")
}

func TestLearnerPageActs(t *testing.T) {
	rs := newRunServer(t)
	e := rs.enrol("learner")
	path := frontend.LearnerPath(e.ID)
	post := rs.quizOf(attempt.PostTest)
	rs.failTry(e, post)
	rs.page("trainer", path, "Asha learner", "Enrolled Nurse", "00123456")
	rs.post("trainer", path+"/grant", fields("quiz", post, "reason", "Umeme ulikatika"), "One further try", "Umeme ulikatika", "Asha trainer")
	rs.post("trainer", path+"/note", fields("remarks", "Anajitahidi", "assignment", "B+", "follow_up", "Ndiyo"), "The notes are saved", "Anajitahidi", "B+")
	other := rs.makeRun("trainer", "Kigoma, Desemba 2026")
	rs.post("trainer", path+"/move", fields("run", string(other.ID), "reason", "Amehama"), "The learner is moved", "Kigoma, Desemba 2026")
	rs.post("trainer", path+"/state", fields("do", "withdraw"), "The learner is withdrawn")
	rs.post("trainer", path+"/state", fields("do", "restore"), "The learner is back")
	x, err := rs.Enrolments.Lookup(t.Context(), e.ID)
	rs.must(err)
	if x.Run != other.ID || x.Remarks != "Anajitahidi" || x.GrantsOf(post) != 1 || x.State != enrolment.Active {
		t.Errorf("%+v", x)
	}
	for act, x := range map[string]struct {
		form url.Values
		want string
	}{
		"grant": {fields("quiz", post, "reason", ""), "The reason is missing"},
		"note":  {fields("remarks", strings.Repeat("a", 5000)), "too long"},
		"move":  {fields("run", "", "reason", "Amehama tena"), "Amehama tena"},
	} {
		if a := rs.do(http.MethodPost, rs.to(path+"/"+act), "trainer", x.form); a.Status != http.StatusBadRequest || !a.has(x.want) {
			t.Errorf("%s: %d %s", act, a.Status, text(a.Body))
		}
	}
}

func (rs *runServer) quizOf(kind string) string {
	rs.t.Helper()
	e, err := rs.Courses.Edition(rs.t.Context(), rs.run.Edition)
	rs.must(err)
	return quizOfKind(e, kind).Slug
}

// failTry submits a try of blanks.
func (rs *runServer) failTry(e enrolment.Enrolment, quiz string) {
	rs.t.Helper()
	learner := rs.actor("learner")
	at, err := rs.Attempts.Open(rs.t.Context(), learner, e.ID, quiz, rs.clock())
	rs.must(err)
	_, _, err = rs.Progress.Submit(rs.t.Context(), learner, attempt.Submission{Attempt: at.ID, Final: true}, rs.clock())
	rs.must(err)
}

// passCourse lets "learner" finish every lesson and pass.
func (rs *runServer) passCourse(e enrolment.Enrolment) progress.Progress {
	rs.t.Helper()
	ctx, learner := rs.t.Context(), rs.actor("learner")
	ed, err := rs.Courses.Edition(ctx, e.Edition)
	rs.must(err)
	for _, m := range ed.Modules {
		for _, l := range m.Lessons {
			_, err := rs.Progress.Done(ctx, learner, e.ID, l.Slug, "", rs.clock())
			rs.must(err)
		}
	}
	return rs.answerRight(ctx, learner, e)
}

func (rs *runServer) answerRight(ctx context.Context, learner darasa.Actor, e enrolment.Enrolment) progress.Progress {
	rs.t.Helper()
	at, err := rs.Attempts.Open(ctx, learner, e.ID, rs.quizOf(attempt.PostTest), rs.clock())
	rs.must(err)
	keys, _, err := rs.Courses.Keys(ctx, e.Edition)
	rs.must(err)
	sub := attempt.Submission{Attempt: at.ID, Final: true}
	for _, d := range at.Draw {
		for _, k := range keys {
			if k.Slug == d.Question {
				sub.Answers = append(sub.Answers, rightAnswer(k))
			}
		}
	}
	_, p, err := rs.Progress.Submit(ctx, learner, sub, rs.clock())
	rs.must(err)
	if p.Status != progress.Passed {
		rs.t.Fatalf("the learner is %s", p.Status)
	}
	return p
}

func rightAnswer(k assessment.Key) assessment.Answer {
	a := assessment.Answer{Question: k.Slug, Options: k.Right}
	if len(k.Right) == 0 {
		a.Value = strconv.FormatFloat(k.Value, 'f', -1, 64)
	}
	return a
}

func TestCertificateIsWithdrawnWithAReason(t *testing.T) {
	rs := newRunServer(t)
	e := rs.enrol("learner")
	rs.passCourse(e)
	p, err := rs.Progress.Certify(t.Context(), e.ID, rs.clock())
	rs.must(err)
	rs.page("trainer", frontend.LearnerPath(e.ID), p.Certificate)
	path := frontend.CertificateStatePath(p.Certificate)
	if a := rs.do(http.MethodPost, rs.to(path), "admin", fields("reason", "")); a.Status != http.StatusBadRequest || !a.has("Give a reason") {
		t.Errorf("%d %s", a.Status, text(a.Body))
	}
	if a := rs.do(http.MethodPost, rs.to(path), "away-admin", fields("reason", "x")); a.Status != http.StatusNotFound {
		t.Errorf("another institution's: %d", a.Status)
	}
	rs.post("admin", path, fields("reason", "Alitumia simu ya mwingine"), "The certificate is withdrawn", "Alitumia simu ya mwingine")
	c, err := rs.Certificates.OfEnrolment(t.Context(), rs.actor("admin"), e.ID)
	if err != nil || c.State != credential.Withdrawn {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestAnnouncementSentTwiceStandsOnce(t *testing.T) {
	rs := newRunServer(t)
	form := fields("id", string(darasa.NewID()), "text", "Njooni na rejista.", "lang", "sw")
	for range 2 {
		rs.post("trainer", frontend.RunNewsPath(rs.run.ID), form, "Njooni na rejista.")
	}
	run, err := rs.Enrolments.LookupRun(t.Context(), rs.run.ID)
	if err != nil || len(run.Announcements) != 1 || run.Announcements[0].Lang != darasa.Swahili {
		t.Errorf("%+v, %v", run.Announcements, err)
	}
}

func TestCardsArePrintedByAnAdministrator(t *testing.T) {
	rs := newRunServer(t)
	form := fields("first", "Neema", "surname", "Sanga", "phone", "0712000099")
	rs.post("trainer", frontend.RunAddPath(rs.run.ID), form, "Neema Sanga")
	path := frontend.RunCardsPath(rs.run.ID)
	rs.page("trainer", path, "1 ")
	if a := rs.do(http.MethodPost, rs.to(path), "trainer", fields("who", "none")); a.Status != http.StatusForbidden || !a.has("administrator") {
		t.Errorf("a trainer: %d", a.Status)
	}
	a := rs.do(http.MethodPost, rs.to(path), "admin", fields("who", "none"))
	if a.Status != http.StatusOK || !a.has("Neema Sanga") || !a.has("255712000099") || a.Header.Get("Cache-Control") != "private, no-store" {
		t.Errorf("%d %s", a.Status, text(a.Body))
	}
}

// Counts of a large run are remembered for a few seconds, and forgotten when a
// trainer changes it.
func TestCountsOfLargeRunsAreRemembered(t *testing.T) {
	s := &sight{rows: make([]sightRow, sightFrom)}
	tr := &trainers{sights: map[darasa.ID]*sight{}}
	for i := range sightsMost + 2 {
		tr.remember(darasa.ID(fmt.Sprint(i)), s)
	}
	if len(tr.sights) > sightsMost {
		t.Errorf("%d runs are remembered", len(tr.sights))
	}
	tr.remember("x", s)
	if tr.forget("x"); tr.sights["x"] != nil {
		t.Error("a changed run is remembered")
	}
	run := &enrolment.Run{State: enrolment.Open, Start: "2026-11-01"}
	now := darasa.At(time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC))
	old := darasa.At(now.Add(-15 * 24 * time.Hour))
	for _, x := range []struct {
		p    progress.Progress
		want bool
	}{
		{progress.Progress{Status: progress.Failed}, true},
		{progress.Progress{Status: progress.NotStarted}, true},
		{progress.Progress{Status: progress.InProgress, LastActive: old}, true},
		{progress.Progress{Status: progress.InProgress, LastActive: now}, false},
		{progress.Progress{Status: progress.Passed, LastActive: old}, false},
	} {
		if got := needsHelp(&x.p, run, now); got != x.want {
			t.Errorf("%s: %v", x.p.Status, got)
		}
	}
	if closed := (&enrolment.Run{State: enrolment.Closed, Start: "2026-11-01"}); needsHelp(&progress.Progress{}, closed, now) {
		t.Error("a closed run asks for help")
	}
}
