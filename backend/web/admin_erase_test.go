package web

import (
	"strings"
	"testing"

	"darasa/backend/account"
	"darasa/backend/darasa"
	"darasa/backend/ledger"
	"darasa/frontend"
)

// wish lets somebody ask to be erased.
func (ts *testServer) wish(who string) {
	ts.t.Helper()
	ts.must(ts.Accounts.AskErasure(ts.t.Context(), ts.actor(who), ts.clock()))
}

// TestErasureWishesAreListed: on the overview of the institution that looks
// after the account, on the national list, and nowhere else.
func TestErasureWishesAreListed(t *testing.T) {
	ts := newTestServer(t)
	overview, one := "/en"+frontend.AdminPath(ts.home), frontend.PersonPath(ts.home, ts.people["learner"])
	if got := ts.do("GET", overview, "admin", nil); got.has("to be erased") {
		t.Error("nobody asked, and the overview lists somebody")
	}
	ts.wish("learner")
	for _, c := range []struct {
		path, who string
		listed    bool
	}{
		{overview, "admin", true},
		{overview, "national", true},
		{"/en" + frontend.PathInstitutions, "national", true},
		{"/sw" + frontend.AdminPath(ts.away), "national", true},
		{"/en" + frontend.AdminPath(ts.away), "away-admin", false},
	} {
		got := ts.do("GET", c.path, c.who, nil)
		if got.Status != 200 || got.has("Asha learner") != c.listed || got.has(one+"#erase") != c.listed {
			t.Errorf("%s as %s: %d, listed is not %t", c.path, c.who, got.Status, c.listed)
		}
	}
	if got := ts.do("GET", "/en"+one, "admin", nil); !got.has("Asked on ") || !got.has("attempts without a name") {
		t.Errorf("the person's page does not say so: %.300s", text(got.Body))
	}
	// Who belongs to no institution is listed without a way to a page.
	ts.person("chief", account.Platform, darasa.NationalAdmin)
	ts.wish("chief")
	if got := ts.do("GET", "/en"+frontend.PathInstitutions, "national", nil); !got.has("2 people ask to be erased") || got.has(string(ts.people["chief"])) {
		t.Errorf("national list: %d", got.Status)
	}
}

func TestErasePerson(t *testing.T) {
	ts := newTestServer(t)
	path := func(who string) string { return "/en" + frontend.PersonErasePath(ts.home, ts.people[who]) }
	if got := ts.do("POST", path("learner"), "admin", fields("confirm", "1")); got.Status != 403 {
		t.Errorf("who did not ask: %d", got.Status)
	}
	ts.wish("learner")
	ts.wish("admin")
	page := strings.TrimSuffix(path("learner"), "/erase")
	if got := ts.do("POST", path("learner"), "admin", fields()); got.Status != 400 || !got.has("Tick the box first") {
		t.Errorf("without the tick: %d", got.Status)
	}
	if got := ts.do("POST", path("learner"), "away-admin", fields("confirm", "1")); got.Status != 404 {
		t.Errorf("another institution: %d", got.Status)
	}
	if got := ts.do("POST", path("admin"), "admin", fields("confirm", "1")); got.Status != 403 {
		t.Errorf("oneself: %d", got.Status)
	}
	if got := ts.do("POST", path("learner"), "admin", fields("confirm", "1")); got.Status != 303 || got.to() != "/en"+frontend.AdminPath(ts.home)+"?done=erased" {
		t.Fatalf("%d to %q", got.Status, got.to())
	}
	if got := ts.do("GET", page, "admin", nil); got.Status != 404 {
		t.Errorf("the page of who is erased: %d", got.Status)
	}
	for _, who := range []string{"admin", "national"} {
		if got := ts.do("GET", "/en"+frontend.PeoplePath(ts.home), who, nil); got.has("Asha learner") {
			t.Errorf("%s still reads the name", who)
		}
	}
	es, _, err := ts.Book.Entries(t.Context(), ts.actor("admin"), ledger.AuditFilter{Institution: ts.home})
	ts.must(err)
	if len(es) == 0 || es[0].Act != "erase" && es[1].Act != "erase" {
		t.Errorf("the log does not say so: %+v", es[:min(2, len(es))])
	}
	if got := ts.do("POST", path("admin"), "national", fields("confirm", "1")); got.Status != 303 {
		t.Errorf("the national administrator erases an administrator who asked: %d", got.Status)
	}
}
