package web

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"darasa/backend/darasa"
	"darasa/backend/progress"
)

func (ts *testServer) syncs(body string) []progress.Verdict {
	ts.t.Helper()
	return reads[ListOf[progress.Verdict]](ts.t, ts.program("POST", "/sync", "", body), http.StatusOK).Items
}

func TestSync(t *testing.T) {
	ts := newTestServer(t)
	edition := ts.publish()
	e := ts.enrolled("learner")
	path := "/api/v1/enrolments/" + string(e.ID)
	tickets := reads[ticketsBody](t, ts.program("POST", path+"/tickets", "learner", `{"device":"phone-1"}`), http.StatusOK)
	lesson := edition.Modules[0].Lessons[0].Slug
	event := func(kind, lesson string) string {
		return fmt.Sprintf(`{"id":%q,"k":%q,"e":%q,"l":%q,"t":%q}`, darasa.NewID(), kind, e.ID, lesson, ts.clock())
	}
	quiz := fmt.Sprintf(`{"id":%q,"k":"quiz","e":%q,"t":%q,"ticket":%q,"answers":[]}`, darasa.NewID(), e.ID, ts.clock(), tickets.Items[0].Signed)
	strange := `{"id":"0192d3a0-0000-7000-8000-000000000001","k":"lesson-done","e":"` + string(e.ID) + `","t":"yesterday"}`
	newer := strings.Replace(event("danced", lesson), `"id"`, `"mood":"good","id"`, 1)
	batch := `{"tokens":["` + tickets.Sync + `"],"events":[` + strings.Join([]string{event("lesson-done", lesson), strange, quiz, newer, event("lesson-done", "")}, ",") + `]}`
	for round := range 2 { // a retry after a lost answer gets the same lines
		var lines []string
		for _, v := range ts.syncs(batch) {
			lines = append(lines, v.Verdict)
		}
		if got := strings.Join(lines, "; "); got != "stored; refused: invalid; graded; stored; refused: invalid" {
			t.Errorf("round %d: %s", round, got)
		}
	}
	got := reads[EnrolmentBody](t, ts.program("GET", path, "learner", ""), http.StatusOK)
	if got.LessonsDone != 1 || len(got.Attempts) != 1 {
		t.Errorf("after /sync: %+v", got)
	}
	if a := ts.program("POST", "/sync", "", batch); a.Header.Get("Access-Control-Allow-Origin") != "" || a.Header.Get("Set-Cookie") != "" {
		t.Errorf("CORS or cookie on /sync: %v", a.Header)
	}
}

func TestSyncTokensAreTheAuthority(t *testing.T) {
	ts := newTestServer(t)
	edition := ts.publish()
	e := ts.enrolled("learner")
	other := ts.enrolled("away-learner")
	path := "/api/v1/enrolments/" + string(other.ID) + "/tickets"
	token := reads[ticketsBody](t, ts.program("POST", path, "away-learner", ""), http.StatusOK).Sync
	event := fmt.Sprintf(`{"id":%q,"k":"lesson-done","e":%q,"l":%q,"t":%q}`, darasa.NewID(), e.ID, edition.Modules[0].Lessons[0].Slug, ts.clock())
	for name, tokens := range map[string]string{"another's": `"` + token + `"`, "forged": `"` + token + `x"`, "none": ""} {
		// the learner's own bearer token beside it changes nothing
		a := ts.program("POST", "/sync", "learner", `{"tokens":[`+tokens+`],"events":[`+event+`]}`)
		lines := reads[ListOf[progress.Verdict]](t, a, http.StatusOK).Items
		if len(lines) != 1 || lines[0].Verdict != "refused: forbidden" || lines[0].Why.SW == "" {
			t.Errorf("%s token: %+v", name, lines)
		}
	}
	if got := reads[EnrolmentBody](t, ts.program("GET", "/api/v1/enrolments/"+string(e.ID), "learner", ""), http.StatusOK); got.LessonsDone != 0 {
		t.Error("a record with another's token was kept")
	}
}

func TestSyncRefusesTheWhole(t *testing.T) {
	ts := newTestServer(t)
	many := strings.TrimSuffix(strings.Repeat("{},", progress.MaxEvents+1), ",")
	for name, c := range map[string]struct {
		body   string
		status int
		code   darasa.Code
	}{
		"not JSON":         {`<html>`, http.StatusBadRequest, darasa.Invalid},
		"empty":            {``, http.StatusBadRequest, darasa.Invalid},
		"unknown property": {`{"tokens":[],"evnets":[]}`, http.StatusBadRequest, darasa.Invalid},
		"two bodies":       {`{"tokens":[],"events":[]}{}`, http.StatusBadRequest, darasa.Invalid},
		"too many":         {`{"tokens":[],"events":[` + many + `]}`, http.StatusRequestEntityTooLarge, darasa.TooLarge},
		"too large":        {`{"tokens":["` + strings.Repeat("x", syncLimit) + `"],"events":[]}`, http.StatusRequestEntityTooLarge, darasa.TooLarge},
	} {
		t.Run(name, func(t *testing.T) { isProblem(t, ts.program("POST", "/sync", "", c.body), c.status, c.code) })
	}
}
