package web

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"darasa/backend/account"
	"darasa/backend/darasa"
	"darasa/backend/enrolment"
)

// program calls the API as a program does: with a bearer token, or none for "".
func (ts *testServer) program(method, path, as, body string, change ...func(*http.Request)) answer {
	ts.t.Helper()
	req := httptest.NewRequest(method, path, strings.NewReader(body))
	req.Header.Set("Content-Type", "application/json")
	bearer := func(r *http.Request) {
		r.Header.Del("Sec-Fetch-Site")
		if as != "" {
			r.Header.Set("Authorization", "Bearer "+ts.token(as))
		}
	}
	return ts.send(req, "", append([]func(*http.Request){bearer}, change...)...)
}

// reads returns the answer's JSON.
func reads[T any](t testing.TB, a answer, status int) T {
	t.Helper()
	var v T
	if a.Status != status {
		t.Fatalf("status %d, want %d: %s", a.Status, status, a.Body)
	}
	if err := json.Unmarshal([]byte(a.Body), &v); err != nil {
		t.Fatalf("%v: %s", err, a.Body)
	}
	return v
}

// isProblem holds an answer to our one shape of errors.
func isProblem(t testing.TB, a answer, status int, code darasa.Code) problem {
	t.Helper()
	p := reads[problem](t, a, status)
	if got := a.Header.Get("Content-Type"); got != "application/problem+json" {
		t.Errorf("Content-Type %q", got)
	}
	if p.Code != code || p.Status != status || p.Text.SW == "" || p.Text.EN == "" || p.Request == "" {
		t.Errorf("problem %+v, want code %s in both languages", p, code)
	}
	return p
}

func TestAPISession(t *testing.T) {
	ts := newTestServer(t)
	in := reads[struct {
		Token   string
		Expires darasa.Time
	}](t, ts.program("POST", "/api/v1/sessions", "", `{"login":"trainer@darasa.test","password":"`+testPassword+`"}`), http.StatusCreated)
	if want := ts.clock().Add(account.APILife); !in.Expires.Equal(want) {
		t.Errorf("expires %s, want %s", in.Expires, want)
	}
	with := header("Authorization", "Bearer "+in.Token)
	me := reads[meBody](t, ts.program("GET", "/api/v1/me", "", "", with), http.StatusOK)
	if me.Person != ts.people["trainer"] || me.Institution != ts.home || len(me.Roles) != 1 || me.Actor.Account.Name == "" {
		t.Errorf("me: %+v", me)
	}
	if a := ts.program("DELETE", "/api/v1/sessions", "", "", with); a.Status != http.StatusNoContent || a.Body != "" {
		t.Errorf("DELETE: %d %q", a.Status, a.Body)
	}
	a := ts.program("GET", "/api/v1/me", "", "", with)
	isProblem(t, a, http.StatusUnauthorized, darasa.Unauthenticated)
	if got := a.Header.Get("WWW-Authenticate"); !strings.HasPrefix(got, "Bearer") {
		t.Errorf("WWW-Authenticate %q", got)
	}
}

// A token for programs must not become a browser's session, nor the reverse be
// forged: signing in sets no cookie.
func TestAPISignInSetsNoCookie(t *testing.T) {
	ts := newTestServer(t)
	a := ts.program("POST", "/api/v1/sessions", "", `{"login":"learner@darasa.test","password":"`+testPassword+`"}`, header("Content-Type", "application/x-www-form-urlencoded"))
	if a.Status != http.StatusCreated || a.Header.Get("Set-Cookie") != "" {
		t.Errorf("%d, Set-Cookie %q", a.Status, a.Header.Get("Set-Cookie"))
	}
}

func TestAPISharedPhone(t *testing.T) {
	ts := newTestServer(t)
	for _, name := range []string{"Mrema", "Sanga"} {
		p, err := ts.Accounts.Create(t.Context(), command, account.PersonFacts{First: "Neema", Surname: name, Phone: "0712345678"}, ts.clock())
		ts.must(err)
		ts.must(ts.Accounts.SetPassword(t.Context(), command, p.ID, testPassword, ts.clock()))
	}
	body := `{"login":"0712 345 678","password":"` + testPassword + `"`
	a := ts.program("POST", "/api/v1/sessions", "", body+"}")
	isProblem(t, a, http.StatusConflict, darasa.Conflict)
	got := reads[struct{ Choices []apiChoice }](t, a, http.StatusConflict)
	if len(got.Choices) != 2 || got.Choices[0].Label == "" {
		t.Fatalf("choices %+v", got.Choices)
	}
	reads[tokenBody](t, ts.program("POST", "/api/v1/sessions", "", body+`,"person":"`+string(got.Choices[1].Person)+`"}`), http.StatusCreated)
}

func TestAPIBadInput(t *testing.T) {
	ts := newTestServer(t)
	for _, c := range []struct{ name, method, path, body, field string }{
		{"unknown property", "POST", "/api/v1/sessions", `{"login":"a","password":"b","passwort":"c"}`, "passwort"},
		{"missing", "POST", "/api/v1/sessions", `{"login":"a"}`, "password"},
		{"wrong type", "POST", "/api/v1/enrolments", `{"course":7}`, "course"},
		{"null", "POST", "/api/v1/enrolments", `{"course":null}`, "course"},
		{"no JSON", "POST", "/api/v1/enrolments", `{"course":`, ""},
		{"no body", "POST", "/api/v1/enrolments", ``, ""},
		{"an array", "POST", "/api/v1/enrolments", `[]`, ""},
		{"limit", "GET", "/api/v1/runs?limit=0", ``, "limit"},
		{"hours", "GET", "/api/v1/courses?hours=many", ``, "hours"},
		{"language", "GET", "/api/v1/courses?lang=fr", ``, "lang"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := isProblem(t, ts.program(c.method, c.path, "trainer", c.body), http.StatusBadRequest, darasa.Invalid)
			if c.field == "" {
				return
			}
			for _, f := range p.Findings {
				if f.Field == c.field {
					return
				}
			}
			t.Errorf("no finding names %q: %+v", c.field, p)
		})
	}
	if n := len(reads[ListOf[EnrolmentBody]](t, ts.program("GET", "/api/v1/enrolments", "trainer", ""), http.StatusOK).Items); n != 0 {
		t.Errorf("%d enrolments were made by refused requests", n)
	}
}

func TestAPIBodyLimit(t *testing.T) {
	ts := newTestServer(t)
	body := `{"login":"` + strings.Repeat("a", smallForm) + `","password":"b"}`
	isProblem(t, ts.program("POST", "/api/v1/sessions", "", body), http.StatusRequestEntityTooLarge, darasa.TooLarge)
}

func TestAPICourses(t *testing.T) {
	ts := newTestServer(t)
	e := ts.publish()
	a := ts.program("GET", "/api/v1/courses", "", "")
	all := reads[ListOf[CourseBody]](t, a, http.StatusOK)
	if len(all.Items) != 1 || all.Items[0].Slug != testCourse || all.Items[0].Title.SW == "" || all.Items[0].Bytes.SW == 0 {
		t.Fatalf("courses: %s", a.Body)
	}
	if !a.has(`"next":null`) {
		t.Errorf("no next at the end of the list: %s", a.Body)
	}
	none := ts.program("GET", "/api/v1/courses?q=nosuchword", "", "")
	if !none.has(`"items":[]`) {
		t.Errorf("an empty list is %s", none.Body)
	}
	d := reads[courseDetail](t, ts.program("GET", "/api/v1/courses/"+string(testCourse), "", ""), http.StatusOK)
	if d.Edition != e.ID || len(d.Modules) != len(e.Modules) || len(d.Quizzes) != len(e.Quizzes) || len(d.Modules[0].Lessons) == 0 {
		t.Errorf("course: %+v", d)
	}
	p := isProblem(t, ts.program("GET", "/api/v1/courses/nothing-here?lang=en", "", ""), http.StatusNotFound, darasa.NotFound)
	if p.Detail != p.Text.EN {
		t.Errorf("detail %q with lang=en", p.Detail)
	}
}

func (ts *testServer) enrolled(who string) EnrolmentBody {
	ts.t.Helper()
	a := ts.program("POST", "/api/v1/enrolments", who, `{"course":"`+string(testCourse)+`"}`)
	e := reads[EnrolmentBody](ts.t, a, http.StatusCreated)
	if a.Header.Get("Location") != "/api/v1/enrolments/"+string(e.ID) {
		ts.t.Errorf("Location %q", a.Header.Get("Location"))
	}
	return e
}

func TestAPIEnrolment(t *testing.T) {
	ts := newTestServer(t)
	ts.publish()
	e := ts.enrolled("learner")
	if e.Status != "not-started" || e.LessonsTotal == 0 || e.State != "active" {
		t.Errorf("enrolment %+v", e)
	}
	if again := ts.enrolled("learner"); again.ID != e.ID {
		t.Errorf("enrolled twice: %s and %s", e.ID, again.ID)
	}
	mine := reads[ListOf[EnrolmentBody]](t, ts.program("GET", "/api/v1/enrolments", "learner", ""), http.StatusOK)
	if len(mine.Items) != 1 || mine.Items[0].ID != e.ID {
		t.Errorf("own enrolments %+v", mine.Items)
	}
	path := "/api/v1/enrolments/" + string(e.ID)
	for _, who := range []string{"learner", "trainer", "admin"} {
		if got := reads[EnrolmentBody](t, ts.program("GET", path, who, ""), http.StatusOK); got.ID != e.ID {
			t.Errorf("%s reads %+v", who, got)
		}
	}
	for _, who := range []string{"author", "away-learner", "away-trainer", "away-admin"} {
		isProblem(t, ts.program("GET", path, who, ""), http.StatusNotFound, darasa.NotFound)
	}
	isProblem(t, ts.program("POST", "/api/v1/enrolments", "learner", `{"course":"nothing-here"}`), http.StatusNotFound, darasa.NotFound)
}

func TestAPITickets(t *testing.T) {
	ts := newTestServer(t)
	ts.publish()
	path := "/api/v1/enrolments/" + string(ts.enrolled("learner").ID) + "/tickets"
	first := reads[ticketsBody](t, ts.program("POST", path, "learner", `{"device":"phone-1"}`), http.StatusOK)
	if len(first.Items) == 0 || first.Sync == "" || first.Device != "phone-1" || len(first.Items[0].Draw) == 0 || first.Items[0].Signed == "" {
		t.Fatalf("tickets %+v", first)
	}
	ts.pass(time.Hour)
	again := reads[ticketsBody](t, ts.program("POST", path, "learner", ""), http.StatusOK)
	for i := range first.Items {
		if again.Items[i].Signed != first.Items[i].Signed {
			t.Errorf("ticket %d differs on another device", i)
		}
	}
	if again.Device == "" || again.Sync == first.Sync {
		t.Errorf("a call without a device got %q", again.Device)
	}
	isProblem(t, ts.program("POST", path, "trainer", ""), http.StatusNotFound, darasa.NotFound)
}

func TestAPIRuns(t *testing.T) {
	ts := newTestServer(t)
	ts.publish()
	ctx, trainer := t.Context(), ts.actor("trainer")
	var run enrolment.Run
	for _, day := range []darasa.Date{"2026-11-01", "2026-11-02", "2026-11-03"} {
		var err error
		run, err = ts.Enrolments.CreateRun(ctx, trainer, testCourse, enrolment.RunForm{Name: "Kibondo " + string(day), Mode: "blended", Start: day, End: "2026-12-01"}, ts.clock())
		ts.must(err)
	}
	names := []string{}
	path := "/api/v1/runs?limit=2&course=" + string(testCourse)
	for n, after := 0, ""; n < 3; n++ {
		page := reads[ListOf[runBody]](t, ts.program("GET", path+"&after="+url.QueryEscape(after), "trainer", ""), http.StatusOK)
		for _, x := range page.Items {
			names = append(names, x.Name)
		}
		if page.Next == nil {
			break
		}
		after = *page.Next
	}
	if got := strings.Join(names, ", "); got != "Kibondo 2026-11-03, Kibondo 2026-11-02, Kibondo 2026-11-01" {
		t.Errorf("runs page by page: %s", got)
	}
	if got := reads[ListOf[runBody]](t, ts.program("GET", "/api/v1/runs", "away-trainer", ""), http.StatusOK); len(got.Items) != 0 {
		t.Errorf("another institution sees %+v", got.Items)
	}
	isProblem(t, ts.program("GET", "/api/v1/runs", "learner", ""), http.StatusForbidden, darasa.Forbidden)

	reads[EnrolmentBody](t, ts.program("POST", "/api/v1/enrolments", "learner", `{"course":"`+string(testCourse)+`","run":"`+string(run.ID)+`"}`), http.StatusCreated)
	reads[EnrolmentBody](t, ts.program("POST", "/api/v1/enrolments", "author", `{"course":"`+string(testCourse)+`","run":"`+string(run.ID)+`"}`), http.StatusCreated)
	rows := "/api/v1/runs/" + string(run.ID) + "/progress?limit=1"
	one := reads[ListOf[learnerRow]](t, ts.program("GET", rows, "trainer", ""), http.StatusOK)
	if len(one.Items) != 1 || one.Next == nil {
		t.Fatalf("first page %+v", one)
	}
	two := reads[ListOf[learnerRow]](t, ts.program("GET", rows+"&after="+*one.Next, "trainer", ""), http.StatusOK)
	if len(two.Items) != 1 || two.Items[0].Name == one.Items[0].Name || two.Items[0].Run != run.ID {
		t.Errorf("second page %+v after %+v", two, one)
	}
	isProblem(t, ts.program("GET", rows, "away-trainer", ""), http.StatusNotFound, darasa.NotFound)
	isProblem(t, ts.program("POST", "/api/v1/enrolments", "away-learner", `{"course":"`+string(testCourse)+`","run":"`+string(run.ID)+`"}`), http.StatusNotFound, darasa.NotFound)
}

// TestAPIDocument holds the OpenAPI document and the access table to each other.
func TestAPIDocument(t *testing.T) {
	ts := newTestServer(t)
	a := ts.program("GET", "/api/openapi.json", "", "")
	doc := reads[struct {
		OpenAPI    string
		Paths      map[string]map[string]json.RawMessage
		Components struct{ Schemas map[string]json.RawMessage }
	}](t, a, http.StatusOK)
	if !strings.HasPrefix(doc.OpenAPI, "3.1") || len(doc.Components.Schemas) == 0 {
		t.Errorf("OpenAPI %q with %d schemas", doc.OpenAPI, len(doc.Components.Schemas))
	}
	rows := map[string]bool{}
	for _, r := range ts.Routes() {
		if !strings.HasPrefix(r.Path, "/api/v1/") {
			continue
		}
		method := strings.ToLower(r.Method)
		rows[method+" "+openPath(r.Path)] = true
		if doc.Paths[openPath(r.Path)][method] == nil {
			t.Errorf("%s %s is not in the document", r.Method, r.Path)
		}
	}
	for path, ops := range doc.Paths {
		for method, op := range ops {
			if !strings.Contains(string(op), `"default":{"content":{"application/problem+json":{"schema":{"$ref":"#/components/schemas/Problem"}}}`) {
				t.Errorf("%s %s does not say what an error looks like: %s", method, path, op)
			}
			if !rows[method+" "+path] {
				t.Errorf("%s %s is in the document and in no row of the access table", method, path)
			}
		}
	}
	for _, ref := range strings.Split(a.Body, `"$ref":"#/components/schemas/`)[1:] {
		if name, _, _ := strings.Cut(ref, `"`); doc.Components.Schemas[name] == nil {
			t.Errorf("the schema %s is named and not there", name)
		}
	}
}
