package web

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"darasa/backend/darasa"
)

// everybody is who walks the access table: a stranger, one person per role,
// and people of another institution.
var everybody = []string{"", "learner", "trainer", "author", "admin", "national", "away-learner", "away-trainer", "away-admin"}

var pathParam = regexp.MustCompile(`:[a-z]+`)

// TestAccessTable calls every row of the access table as everybody. Who may
// not is sent to sign in or refused before the handler runs; who may is not
// refused by the row, whatever the handler finds; nothing fails by itself.
func TestAccessTable(t *testing.T) {
	ts := newTestServer(t)
	ts.publish()
	for i := range ts.Routes() {
		row := &ts.Routes()[i]
		path := pathParam.ReplaceAllString(row.Path, "0d7c5a52-8f0e-5a51-9c3d-2f1b7a6f0001")
		for _, who := range everybody {
			var with []func(*http.Request)
			if row.NoCookie && who != "" {
				with = append(with, header("Authorization", "Bearer "+ts.token(who)))
			}
			got := ts.do(row.Method, path, who, nil, with...)
			if want, ok := verdict(ts, row, who, got); !ok {
				t.Errorf("%s %s as %q: %s, got %d to %q: %.200s", row.Method, row.Path, who, want, got.Status, got.to(), got.Body)
			}
			if got.Status >= 500 {
				t.Errorf("%s %s as %q failed: %d", row.Method, row.Path, who, got.Status)
			}
		}
	}
	if t.Failed() {
		for line := range strings.Lines(ts.log.String()) {
			if strings.Contains(line, "level=ERROR") {
				t.Logf("%.300s", line)
			}
		}
	}
}

// verdict says what an answer should have been and whether it was.
func verdict(ts *testServer, row *Route, who string, got answer) (string, bool) {
	byRow := refusedByRow(got)
	page := row.As == Page || row.As == File
	switch {
	case row.Access.Open:
		return "open to all", !byRow && !(got.Status == http.StatusSeeOther && strings.Contains(got.to(), "/sign-in"))
	case who == "" && page && row.Method == http.MethodGet:
		return "to be sent to sign in", got.Status == http.StatusSeeOther && strings.Contains(got.to(), "/sign-in?next=")
	case who == "":
		return "401", got.Status == http.StatusUnauthorized
	case len(row.Access.Roles) > 0 && !ts.actor(who).Is(row.Access.Roles...):
		return "403", got.Status == http.StatusForbidden && byRow
	}
	return "let in", !byRow && got.Status != http.StatusUnauthorized
}

// refusedByRow tells whether the row itself refused, not the use case.
func refusedByRow(a answer) bool {
	return strings.Contains(a.Body, "You may not open this page at the institution in use") ||
		strings.Contains(a.Body, "Huna ruhusa ya ukurasa huu katika taasisi uliyochagua")
}

// TestEveryRouteIsInTheTable finds routes that fiber knows and the table does
// not, and rows that stand twice.
func TestEveryRouteIsInTheTable(t *testing.T) {
	ts := newTestServer(t)
	rows := map[string]bool{}
	for _, r := range ts.Routes() {
		key := r.Method + " " + r.Path
		if rows[key] {
			t.Errorf("%s stands twice", key)
		}
		rows[key] = true
		if r.Method == http.MethodGet {
			rows[http.MethodHead+" "+r.Path] = true
		}
	}
	for _, r := range ts.App().GetRoutes(true) {
		if !rows[r.Method+" "+r.Path] {
			t.Errorf("%s %s has no row in the access table", r.Method, r.Path)
		}
	}
}

// TestRowsAreWhole holds every row to what the checks rely on.
func TestRowsAreWhole(t *testing.T) {
	ts := newTestServer(t)
	for _, r := range ts.Routes() {
		if writes := r.Method != http.MethodGet; writes != (r.Limit > 0) {
			t.Errorf("%s %s: a body limit of %d", r.Method, r.Path, r.Limit)
		}
		for _, role := range r.Access.Roles {
			if _, ok := darasa.ParseRole(string(role)); !ok {
				t.Errorf("%s %s: role %q", r.Method, r.Path, role)
			}
		}
		if r.Access.Open && len(r.Access.Roles) > 0 {
			t.Errorf("%s %s is open and names roles", r.Method, r.Path)
		}
	}
}
