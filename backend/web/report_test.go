package web

import (
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"darasa/backend/darasa"
	"darasa/backend/enrolment"
	"darasa/backend/ledger"
	"darasa/frontend"
)

func auditOf(subject darasa.ID) ledger.AuditFilter {
	return ledger.AuditFilter{Subject: string(subject)}
}

func osFiles(dir string) ([]string, error) {
	es, err := os.ReadDir(dir)
	var names []string
	for _, e := range es {
		names = append(names, e.Name())
	}
	return names, err
}

const workbookPath = "/api/v1/reports/progress.xlsx"

// row finds the row with a text, and the row of headers above it.
func row(rows [][]string, text string) map[string]string {
	for i, r := range rows {
		if !slices.Contains(r, text) {
			continue
		}
		for j := i - 1; j >= 0; j-- {
			if h := rows[j]; len(h) >= len(r) && slices.Contains(h, "Surname") {
				out := map[string]string{}
				for k, v := range r {
					out[h[k]] = v
				}
				return out
			}
		}
	}
	return nil
}

func TestWorkbookHoldsTheLearnersRow(t *testing.T) {
	rs := newRunServer(t)
	e := rs.enrol("learner")
	rs.must(rs.Enrolments.MarkAttendance(t.Context(), rs.actor("trainer"), rs.run.ID, []enrolment.Mark{{Enrolment: e.ID, Day: "2026-11-20", Mark: "P"}}, rs.clock()))
	rs.passCourse(e)
	_, err := rs.Progress.Certify(t.Context(), e.ID, rs.clock())
	rs.must(err)
	for _, path := range []string{
		"/en" + frontend.RunWorkbookPath(rs.run.ID) + "?lang=en",
		workbookPath + "?lang=en&run=" + string(rs.run.ID),
		workbookPath + "?lang=en&course=" + string(testCourse),
		workbookPath + "?lang=en&institution=home&course=" + string(testCourse),
	} {
		a := rs.do(http.MethodGet, path, "trainer", nil)
		if a.Status != http.StatusOK || a.Header.Get("Content-Type") != workbookType {
			t.Fatalf("%s: %d %.300s", path, a.Status, a.Body)
		}
		got := row(readBook(t, a.Body, "Progress"), "00123456")
		for head, want := range map[string]string{"First name": "Asha", "Cadre": "Enrolled Nurse", "Run": rs.run.Name, "Check number": "00123456", "Days attended": "1", "Result": "Passed"} {
			if got[head] != want {
				t.Errorf("%s: %s is %q, want %q", path, head, got[head], want)
			}
		}
		if got["Certificate no."] == "" {
			t.Errorf("no certificate in %q", got)
		}
	}
	for variant, want := range map[string]string{"hrhis": "Participants", "trainsmart": "Scores"} {
		a := rs.do(http.MethodGet, workbookPath+"?variant="+variant+"&run="+string(rs.run.ID), "trainer", nil)
		if a.Status != http.StatusOK || len(readBook(t, a.Body, want)) < 2 {
			t.Errorf("%s: %d", variant, a.Status)
		}
	}
	es, _, err := rs.Book.Entries(t.Context(), command, auditOf(rs.run.ID))
	exports := 0
	for _, x := range es {
		if x.Act == "export" && x.Person == rs.people["trainer"] && x.Institution == rs.home {
			exports++
		}
	}
	if err != nil || exports != 4 {
		t.Errorf("%d exports in the audit log, %v", exports, err)
	}
	if left, err := osFiles(rs.TempDir); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestWorkbooksOfOthersAreNotFound(t *testing.T) {
	rs := newRunServer(t)
	rs.enrol("learner")
	run := string(rs.run.ID)
	for name, x := range map[string]struct {
		who, query string
		status     int
	}{
		"another's run":           {"away-trainer", "?run=" + run, 404},
		"another's institution":   {"away-trainer", "?institution=home&course=" + string(testCourse), 404},
		"national, any run":       {"national", "?run=" + run, 200},
		"national, institution":   {"national", "?institution=home&course=" + string(testCourse), 200},
		"national, id":            {"national", "?institution=" + string(rs.home) + "&course=" + string(testCourse), 200},
		"no such institution":     {"national", "?institution=nowhere&course=" + string(testCourse), 404},
		"no such course":          {"trainer", "?course=nothing", 404},
		"run of another course":   {"trainer", "?course=nothing&run=" + run, 404},
		"neither course nor run":  {"trainer", "", 400},
		"no such variant":         {"trainer", "?variant=pdf&run=" + run, 400},
		"a learner":               {"learner", "?run=" + run, 403},
		"a stranger":              {"", "?run=" + run, 401},
		"another's, but no rows":  {"away-trainer", "?course=" + string(testCourse), 200},
		"national elsewhere, run": {"national", "?institution=away&run=" + run, 404},
	} {
		a := rs.do(http.MethodGet, workbookPath+x.query, x.who, nil)
		if a.Status != x.status {
			t.Errorf("%s: %d %.300s", name, a.Status, a.Body)
		}
		if x.status >= 400 && a.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %s", name, a.Header.Get("Content-Type"))
		}
		if x.who == "away-trainer" && x.status == 200 && row(readBook(t, a.Body, "Maendeleo"), "00123456") != nil {
			t.Errorf("%s: another institution's learner", name)
		}
		if strings.Contains(a.Body, "panic") {
			t.Errorf("%s: %s", name, a.Body)
		}
	}
}
