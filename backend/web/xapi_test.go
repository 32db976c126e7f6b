package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"darasa/backend/darasa"
)

// speaks calls /xapi with the version header that it wants.
func (ts *testServer) speaks(method, path, as, body string, change ...func(*http.Request)) answer {
	ts.t.Helper()
	a := ts.program(method, "/xapi"+path, as, body, append([]func(*http.Request){header(versionHeader, "1.0.3")}, change...)...)
	if got := a.Header.Get(versionHeader); got != xapiVersion {
		ts.t.Errorf("%s %s: %d with the version %q", method, path, a.Status, got)
	}
	if got := a.Header.Get("WWW-Authenticate"); strings.Contains(got, "Basic") {
		ts.t.Errorf("WWW-Authenticate %q", got)
	}
	return a
}

// says writes a statement of somebody; where not empty, id, verb and object
// take the place of the usual, and more stands at its end.
func (ts *testServer) says(who string, id darasa.ID, verb, object, more string) string {
	ts.t.Helper()
	me := reads[meBody](ts.t, ts.program("GET", "/api/v1/me", who, ""), http.StatusOK)
	actor, err := json.Marshal(me.Actor)
	ts.must(err)
	if id != "" {
		more = fmt.Sprintf(`,"id":%q`, id) + more
	}
	if verb == "" {
		verb = "http://adlnet.gov/expapi/verbs/completed"
	}
	if object == "" {
		object = "https://example.org/things/1"
	}
	return fmt.Sprintf(`{"actor":%s,"verb":{"id":%q},"object":{"id":%q}%s}`, actor, verb, object, more)
}

func (ts *testServer) kept() int {
	ts.t.Helper()
	list := reads[struct{ Statements []json.RawMessage }](ts.t, ts.speaks("GET", "/statements", "learner", ""), http.StatusOK)
	return len(list.Statements)
}

func TestXAPIStoreAndRead(t *testing.T) {
	ts := newTestServer(t)
	id := darasa.NewID()
	one := ts.says("learner", id, "", "", `,"result":{"score":{"scaled":0.30000000000000004}}`)
	ids := reads[[]darasa.ID](t, ts.speaks("POST", "/statements", "learner", one), http.StatusOK)
	if len(ids) != 1 || ids[0] != id {
		t.Fatalf("ids %v", ids)
	}
	ids = reads[[]darasa.ID](t, ts.speaks("POST", "/statements", "learner", "["+one+","+ts.says("learner", "", "", "", "")+"]"), http.StatusOK)
	if len(ids) != 2 || ids[0] != id || ts.kept() != 2 {
		t.Errorf("a batch with a known one: %v, %d kept", ids, ts.kept())
	}
	got := ts.speaks("GET", "/statements?statementId="+string(id), "learner", "")
	if got.Status != http.StatusOK || !got.has("0.30000000000000004") || !got.has(`"stored"`) {
		t.Errorf("read back: %d %s", got.Status, got.Body)
	}
	for _, who := range []string{"trainer", "national", "away-learner"} {
		isProblem(t, ts.speaks("GET", "/statements?statementId="+string(id), who, ""), http.StatusNotFound, darasa.NotFound)
	}
	put := darasa.NewID()
	if a := ts.speaks("PUT", "/statements?statementId="+string(put), "learner", ts.says("learner", "", "", "", "")); a.Status != http.StatusNoContent {
		t.Errorf("PUT: %d %s", a.Status, a.Body)
	}
	if a := ts.speaks("GET", "/statements?statementId="+string(put), "learner", ""); a.Status != http.StatusOK {
		t.Errorf("read what was PUT: %d", a.Status)
	}
	about := ts.program("GET", "/xapi/about", "", "")
	if about.Status != http.StatusOK || !about.has("1.0.3") || about.Header.Get(versionHeader) != xapiVersion {
		t.Errorf("about: %d %s", about.Status, about.Body)
	}
}

// Everything that is refused names what is wrong and leaves the log as it was.
func TestXAPIRefusals(t *testing.T) {
	ts := newTestServer(t)
	taken := darasa.NewID()
	good := ts.says("learner", "", "", "", "")
	reads[[]darasa.ID](t, ts.speaks("POST", "/statements", "learner", ts.says("learner", taken, "", "", "")), http.StatusOK)
	conflict := ts.says("learner", taken, "", "https://example.org/things/2", "")
	id := string(darasa.NewID())
	for _, c := range []struct {
		name, method, query, body string
		status                    int
		code                      darasa.Code
		field                     string
	}{
		{"property in the wrong case", "POST", "", strings.Replace(good, `"verb"`, `"Verb"`, 1), 400, darasa.Invalid, "verb"},
		{"verb without scheme", "POST", "", ts.says("learner", "", "completed", "", ""), 400, darasa.Invalid, "verb.id"},
		{"one of a batch", "POST", "", "[" + good + "," + ts.says("learner", "", "completed", "", "") + "]", 400, darasa.Invalid, "[1].verb.id"},
		{"twice one id", "POST", "", "[" + ts.says("learner", "018f3c1e-7b5a-7c3e-9d2f-1a2b3c4d5e6f", "", "", "") + "," + ts.says("learner", "018f3c1e-7b5a-7c3e-9d2f-1a2b3c4d5e6f", "", "", "") + "]", 400, darasa.Invalid, "[1].id"},
		{"not JSON", "POST", "", "completed", 400, darasa.Invalid, ""},
		{"nothing", "POST", "", "", 400, darasa.Invalid, ""},
		{"parameter of PUT", "POST", "?statementId=" + id, good, 400, darasa.Invalid, "statementId"},
		{"another person", "POST", "", ts.says("trainer", "", "", "", ""), 403, darasa.Forbidden, ""},
		{"another person in a batch", "POST", "", "[" + good + "," + ts.says("trainer", "", "", "", "") + "]", 403, darasa.Forbidden, ""},
		{"id of another statement", "POST", "", conflict, 409, darasa.Conflict, ""},
		{"id of another statement in a batch", "POST", "", "[" + good + "," + conflict + "]", 409, darasa.Conflict, ""},
		{"PUT without id", "PUT", "", good, 400, darasa.Invalid, "statementId"},
		{"PUT under no UUID", "PUT", "?statementId=seven", good, 400, darasa.Invalid, "statementId"},
		{"PUT under another id", "PUT", "?statementId=" + id, ts.says("learner", darasa.NewID(), "", "", ""), 400, darasa.Invalid, "id"},
		{"PUT of an array", "PUT", "?statementId=" + id, "[" + good + "]", 400, darasa.Invalid, ""},
		{"PUT of a taken id", "PUT", "?statementId=" + string(taken), good[:len(good)-1] + `,"result":{"success":true}}`, 409, darasa.Conflict, ""},
		{"unknown parameter", "GET", "?agnet=x", "", 400, darasa.Invalid, "agnet"},
		{"registration", "GET", "?registration=7", "", 400, darasa.Invalid, "registration"},
		{"too many", "POST", "", "[" + strings.TrimSuffix(strings.Repeat("{},", 501), ",") + "]", 413, darasa.TooLarge, ""},
		{"too large", "POST", "", "[" + strings.Repeat(" ", xapiLimit) + "]", 413, darasa.TooLarge, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := isProblem(t, ts.speaks(c.method, "/statements"+c.query, "learner", c.body), c.status, c.code)
			named := c.field == ""
			for _, f := range p.Findings {
				named = named || f.Field == c.field
			}
			if !named {
				t.Errorf("no finding names %q: %+v", c.field, p.Findings)
			}
		})
	}
	if n := ts.kept(); n != 1 {
		t.Errorf("%d statements in the log, want the first one only", n)
	}
}

func TestXAPICredentials(t *testing.T) {
	ts := newTestServer(t)
	for name, change := range map[string]func(*http.Request){
		"none":   header("Authorization", ""),
		"basic":  header("Authorization", "Basic bGVhcm5lcjpwYXNz"),
		"forged": header("Authorization", "Bearer "+strings.Repeat("x", 43)),
		"cookie": cookie(ts, ts.token("learner")), // the content host is the same site: a cookie is no authority here
	} {
		t.Run(name, func(t *testing.T) {
			isProblem(t, ts.speaks("POST", "/statements", "", ts.says("learner", "", "", "", ""), change), http.StatusUnauthorized, darasa.Unauthenticated)
		})
	}
	for _, v := range []string{"", "2.0.0", "0.95"} {
		a := ts.speaks("GET", "/statements", "learner", "", header(versionHeader, v))
		isProblem(t, a, http.StatusBadRequest, darasa.Invalid)
	}
}

// A time ahead, a verb that we do not know and a "passed" from outside are
// kept and decide nothing.
func TestXAPIDecidesNothing(t *testing.T) {
	ts := newTestServer(t)
	edition := ts.publish()
	e := ts.enrolled("learner")
	base := ts.Progress.Base + "/id/courses/" + string(testCourse) + "/"
	lesson, quiz := base+edition.Modules[0].Lessons[0].Slug, base+edition.Quizzes[0].Slug
	within := fmt.Sprintf(`,"context":{"registration":%q}`, e.ID)
	ahead := fmt.Sprintf(`,"timestamp":%q`, ts.clock().AddDate(1, 0, 0).Format(time.RFC3339))
	batch := strings.Join([]string{
		ts.says("learner", "", "http://adlnet.gov/expapi/verbs/passed", quiz, within+`,"result":{"success":true,"score":{"scaled":1}}`),
		ts.says("learner", "", "http://adlnet.gov/expapi/verbs/passed", strings.TrimSuffix(base, "/"), within),
		ts.says("learner", "", "https://example.org/verbs/danced", lesson, within),
		ts.says("learner", "", "http://adlnet.gov/expapi/verbs/experienced", lesson, within+ahead),
	}, ",")
	if ids := reads[[]darasa.ID](t, ts.speaks("POST", "/statements", "learner", "["+batch+"]"), http.StatusOK); len(ids) != 4 {
		t.Fatalf("ids %v", ids)
	}
	got := reads[EnrolmentBody](t, ts.program("GET", "/api/v1/enrolments/"+string(e.ID), "learner", ""), http.StatusOK)
	if got.LessonsDone != 0 || got.PostTest != nil || got.Passed != "" || got.Completed != "" || got.LastActive > ts.clock().String() || got.Position != "" {
		t.Errorf("statements from outside decided: %+v", got)
	}
	if len(got.Flags) != 1 || got.Flags[0] != "clock" {
		t.Errorf("flags %v, want the clock's", got.Flags)
	}
	var all []string
	for next := "/statements?limit=3&registration=" + string(e.ID); next != ""; {
		page := reads[struct {
			Statements []struct{ ID string }
			More       string
		}](t, ts.speaks("GET", next, "learner", ""), http.StatusOK)
		for _, s := range page.Statements {
			all = append(all, s.ID)
		}
		next = strings.TrimPrefix(page.More, "/xapi")
	}
	if len(all) != 4 {
		t.Errorf("%d statements of the registration, want 4", len(all))
	}
	other := reads[struct{ Statements []any }](t, ts.speaks("GET", "/statements?registration="+url.QueryEscape(string(e.ID)), "trainer", ""), http.StatusOK)
	if len(other.Statements) != 0 {
		t.Errorf("another person reads %v", other.Statements)
	}
}

// Voiding reaches own statements that came by this door, and nothing else.
func TestXAPIVoiding(t *testing.T) {
	ts := newTestServer(t)
	mine, theirs := darasa.NewID(), darasa.NewID()
	reads[[]darasa.ID](t, ts.speaks("POST", "/statements", "learner", ts.says("learner", mine, "", "", "")), http.StatusOK)
	reads[[]darasa.ID](t, ts.speaks("POST", "/statements", "trainer", ts.says("trainer", theirs, "", "", "")), http.StatusOK)
	voids := func(id darasa.ID) string {
		s := ts.says("learner", "", voidedVerb, "https://example.org/x", "")
		return strings.Replace(s, `{"id":"https://example.org/x"}`, fmt.Sprintf(`{"objectType":"StatementRef","id":%q}`, id), 1)
	}
	isProblem(t, ts.speaks("POST", "/statements", "learner", voids(theirs)), http.StatusForbidden, darasa.Forbidden)
	reads[[]darasa.ID](t, ts.speaks("POST", "/statements", "learner", voids(mine)), http.StatusOK)
	isProblem(t, ts.speaks("GET", "/statements?statementId="+string(mine), "learner", ""), http.StatusNotFound, darasa.NotFound)
	for query, who := range map[string]string{"voidedStatementId=" + string(mine): "learner", "statementId=" + string(theirs): "trainer"} {
		if a := ts.speaks("GET", "/statements?"+query, who, ""); a.Status != http.StatusOK {
			t.Errorf("%s as %s: %d", query, who, a.Status)
		}
	}
}
