package web

import (
	"net/http"
	"strings"
	"testing"

	"darasa/frontend"
)

// TestAuthorsFindTheirCourses: the bar leads an author to the institution's
// courses, and no page of theirs leads to one that they may not open.
func TestAuthorsFindTheirCourses(t *testing.T) {
	rs := newRunServer(t)
	rs.enrol("learner")
	if a := rs.page("author", "/", `href="/en/admin"`, "Authoring"); a.has(">Manage<") || a.has(">Runs<") {
		t.Error("the bar offers what an author may not open")
	}
	if a := rs.page("admin", "/", ">Manage<"); a.has("Authoring") {
		t.Error("an administrator has both words")
	}
	list := frontend.CoursesAdminPath(rs.home)
	if got := rs.do(http.MethodGet, "/sw/admin", "author", nil); got.Status != http.StatusSeeOther || got.to() != "/sw"+list {
		t.Errorf("an author is led to %q", got.to())
	}
	one := frontend.CourseAdminPath(rs.home, testCourse)
	for path, count := range map[string]string{list: "1 learner", one: "Began with it"} {
		if a := rs.page("author", path, "ublished"); a.has(count) || a.has("0 learners") || a.has(`href="/en`+frontend.AdminPath(rs.home)+`"`) {
			t.Errorf("%s: an author sees a count or a way that is closed", path)
		}
		rs.page("admin", path, count)
	}
	if got := rs.do(http.MethodPost, rs.to(one), "author", fields("do", "own")); got.Status != http.StatusSeeOther {
		t.Errorf("an author changes who sees the course: %d", got.Status)
	}
}

// TestTrainersAreNotOfferedWhatIsRefused: codes and the withdrawal of a
// certificate are the administrator's; a trainer reads whom to ask.
func TestTrainersAreNotOfferedWhatIsRefused(t *testing.T) {
	rs := newRunServer(t)
	e := rs.enrol("learner")
	rs.passCourse(e)
	p, err := rs.Progress.Certify(t.Context(), e.ID, rs.clock())
	rs.must(err)
	cards, learner := frontend.RunCardsPath(rs.run.ID), frontend.LearnerPath(e.ID)
	for _, c := range []struct{ path, act, ask string }{
		{frontend.RunPath(rs.run.ID), `href="/en` + cards + `"`, "administrator issues them"},
		{cards, `action="/en` + cards + `"`, "administrator issues them"},
		{learner, `action="/en` + frontend.CertificateStatePath(p.Certificate) + `"`, "Only the institution&#39;s administrator can withdraw it"},
		{learner, `action="/en` + frontend.LearnerCodePath(e.ID) + `"`, "A new code comes from the administrator"},
	} {
		if a := rs.page("trainer", c.path, c.ask); a.has(c.act) {
			t.Errorf("%s offers a trainer %s", c.path, c.act)
		}
		if a := rs.page("admin", c.path, c.act); a.has(c.ask) {
			t.Errorf("%s sends an administrator to one", c.path)
		}
	}
	file := []byte(rosterHead + "Neema,Kimaro,F,00123,,,\n")
	preview := rs.upload(rs.to(frontend.RunRosterPath(rs.run.ID)), "trainer", "a.csv", file)
	_, token, _ := strings.Cut(preview.Body, `name="upload" value="`)
	token, _, _ = strings.Cut(token, `"`)
	done := rs.do(http.MethodPost, rs.to(frontend.RunRosterPath(rs.run.ID)), "trainer", fields("upload", token, "confirm", "1"))
	if done.Status != http.StatusOK || done.has(cards) || !done.has("administrator issues them") {
		t.Errorf("after a roster: %d", done.Status)
	}
}

// TestChoosingAPasswordCanBeLeft: who came by a one-time code can sign out.
func TestChoosingAPasswordCanBeLeft(t *testing.T) {
	ts := newTestServer(t)
	code, err := ts.Accounts.IssueCode(t.Context(), command, ts.people["learner"], ts.clock())
	ts.must(err)
	in := ts.do(http.MethodPost, "/en/sign-in", "", fields("login", "learner@darasa.test", "password", code.Code))
	if in.Cookie == nil {
		t.Fatalf("%d", in.Status)
	}
	page := ts.do(http.MethodGet, "/en/password", "", nil, cookie(ts, in.Cookie.Value))
	if page.Status != http.StatusOK || !page.has(`action="/en/sign-out"`) {
		t.Fatalf("%d", page.Status)
	}
	if out := ts.do(http.MethodPost, "/en/sign-out", "", fields(), cookie(ts, in.Cookie.Value)); out.Status != http.StatusSeeOther {
		t.Errorf("%d", out.Status)
	}
	if again := ts.do(http.MethodGet, "/en/password", "", nil, cookie(ts, in.Cookie.Value)); again.Status != http.StatusSeeOther {
		t.Errorf("the session still stands: %d", again.Status)
	}
}
