package web

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"darasa/backend/account"
	"darasa/backend/darasa"
	"darasa/backend/institution"
	"darasa/backend/ledger"
	"darasa/backend/locale"
	"darasa/frontend"
)

// TestAdminIsOfItsInstitution asks for every page about an institution as the
// administrator of another: it is not there. The national one may.
func TestAdminIsOfItsInstitution(t *testing.T) {
	ts := newTestServer(t)
	ts.publish()
	id := ts.people["learner"]
	for _, c := range []struct {
		method, path string
		form         url.Values
	}{
		{"GET", frontend.AdminPath(ts.home), nil},
		{"GET", frontend.PeoplePath(ts.home), nil},
		{"GET", frontend.PersonNewPath(ts.home), nil},
		{"GET", frontend.PersonPath(ts.home, id), nil},
		{"GET", frontend.JoinPath(ts.home), nil},
		{"GET", frontend.SettingsPath(ts.home), nil},
		{"GET", frontend.AuditPath(ts.home), nil},
		{"GET", frontend.CoursesAdminPath(ts.home), nil},
		{"GET", frontend.CourseImportPath(ts.home), nil},
		{"GET", frontend.CourseAdminPath(ts.home, testCourse), nil},
		{"POST", frontend.PeoplePath(ts.home), fields("first", "A", "surname", "B", "mail", "a@b.tz", "role", "learner")},
		{"POST", frontend.PersonPath(ts.home, id), fields("role", "trainer")},
		{"POST", frontend.PersonCodePath(ts.home, id), url.Values{}},
		{"POST", frontend.PersonStatePath(ts.home, id), fields("do", "end")},
		{"POST", frontend.JoinPath(ts.home), fields("do", "renew")},
		{"POST", frontend.SettingsPath(ts.home), fields("code", "X", "name_sw", "X", "name_en", "X")},
		{"POST", frontend.CourseAdminPath(ts.home, testCourse), fields("do", "withdraw")},
		{"POST", frontend.CourseImportPath(ts.home), url.Values{}},
	} {
		if got := ts.do(c.method, "/en"+c.path, "away-admin", c.form); got.Status != 404 {
			t.Errorf("%s %s as another's administrator: %d", c.method, c.path, got.Status)
		}
		if c.method != "GET" {
			continue
		}
		for _, who := range []string{"admin", "national"} {
			if got := ts.do(c.method, "/sw"+c.path, who, nil); got.Status != 200 {
				t.Errorf("GET %s as %s: %d %.300s", c.path, who, got.Status, got.Body)
			}
		}
	}
	if got := ts.do("GET", "/en"+frontend.PersonPath(ts.home, ts.people["away-learner"]), "admin", nil); got.Status != 404 {
		t.Errorf("another institution's person: %d", got.Status)
	}
	if got := ts.do("GET", "/en"+frontend.AdminPath("nothing"), "national", nil); got.Status != 404 {
		t.Errorf("no institution: %d", got.Status)
	}
}

func TestAdminLeadsToTheInstitutionInUse(t *testing.T) {
	ts := newTestServer(t)
	if got := ts.do("GET", "/en/admin", "admin", nil); got.to() != "/en"+frontend.AdminPath(ts.home) {
		t.Errorf("admin to %q", got.to())
	}
	ts.person("chief", account.Platform, darasa.NationalAdmin)
	if got := ts.do("GET", "/en/admin", "chief", nil); got.to() != "/en/institutions" {
		t.Errorf("a national administrator of no institution to %q", got.to())
	}
	if got := ts.do("GET", "/en/institutions", "chief", nil); got.Status != 200 || !got.has("Home Institute") || !got.has("Away Institute") {
		t.Errorf("institutions: %d", got.Status)
	}
	if got := ts.do("GET", "/en"+frontend.AdminPath(ts.home), "chief", nil); got.Status != 200 || !got.has("5 people") {
		t.Errorf("overview: %d", got.Status)
	}
}

func TestPeopleList(t *testing.T) {
	ts := newTestServer(t)
	page := "/en" + frontend.PeoplePath(ts.home)
	for _, c := range []struct {
		query    string
		has, not []string
	}{
		{"", []string{"Asha learner", "Asha admin"}, []string{"away"}},
		{"?q=trai", []string{"Asha trainer"}, []string{"Asha author"}},
		{"?q=author@darasa.test", []string{"Asha author"}, []string{"Asha trainer"}},
		{"?q=away-learner@darasa.test", []string{"Nobody was found"}, []string{"Asha away"}},
		{"?rank=staff", []string{"Asha trainer"}, []string{"Asha learner"}},
		{"?rank=learner", []string{"Asha learner"}, []string{"Asha trainer"}},
	} {
		got := ts.do("GET", page+c.query, "admin", nil)
		if got.Status != 200 {
			t.Errorf("%s: %d", c.query, got.Status)
		}
		for _, s := range c.has {
			if !got.has(s) {
				t.Errorf("%s: lacks %q", c.query, s)
			}
		}
		for _, s := range c.not {
			if got.has(">" + s) {
				t.Errorf("%s: holds %q", c.query, s)
			}
		}
	}
	if got := ts.do("GET", page+"?after=!", "admin", nil); got.Status != 400 {
		t.Errorf("a made-up page: %d", got.Status)
	}
}

// TestListsPage walks a list that has more people than a page.
func TestListsPage(t *testing.T) {
	ts := newTestServer(t)
	for i := range 60 {
		p, err := ts.Accounts.Create(t.Context(), command, account.PersonFacts{First: "Neema", Surname: "Mtu" + strings.Repeat("a", i%50) + "b",
			CheckNumber: strings.Repeat("9", 3+i%10) + string(rune('A'+i%26)) + string(rune('A'+i/26))}, ts.clock())
		ts.must(err)
		_, err = ts.Accounts.Affiliate(t.Context(), command, p.ID, ts.home, account.AffiliationPatch{}, ts.clock())
		ts.must(err)
	}
	seen, after := 0, ""
	for range 5 {
		got := ts.do("GET", "/en"+frontend.PeoplePath(ts.home)+"?after="+after, "admin", nil)
		seen += strings.Count(got.Body, "/people/0") // ids of people begin with their time
		i := strings.LastIndex(got.Body, "?after=")
		next, _, _ := strings.Cut(got.Body[i+len("?after="):], `"`)
		if next == after { // the language switch is the only such link on the last page
			break
		}
		after = next
	}
	if seen != 65 {
		t.Errorf("%d of 65 people are on the pages", seen)
	}
}

func TestAddPerson(t *testing.T) {
	ts := newTestServer(t)
	path := "/en" + frontend.PeoplePath(ts.home)
	whole := func(pairs ...string) url.Values {
		v := fields("first", "Neema", "surname", "Kimaro", "sex", "F", "cadre", "clinical-officer", "check", "00123", "role", "learner", "role", "trainer")
		for i := 0; i < len(pairs); i += 2 {
			v.Set(pairs[i], pairs[i+1])
		}
		return v
	}
	for _, c := range []struct {
		name string
		form url.Values
		says string
	}{
		{"no role", func() url.Values { v := whole(); v.Del("role"); return v }(), "No role is chosen"},
		{"a role above one's own", whole("role", "national"), "This role cannot be given here"},
		{"an unknown role", whole("role", "king"), "This role cannot be given here"},
		{"no surname", whole("surname", ""), `href="#surname"`},
		{"no facility of that code", whole("facility", "113310-7"), "There is no facility with this HFR code"},
		{"nothing to sign in with", whole("check", ""), "Neema"},
		{"a number of somebody else", whole("check", "", "mail", "x", "phone", "12"), `href="#phone"`},
	} {
		got := ts.do("POST", path, "admin", c.form)
		if got.Status != 400 && got.Status != 409 || !got.has(c.says) || !got.has(`value="Neema"`) {
			t.Errorf("%s: %d %.200s", c.name, got.Status, got.Body)
		}
	}
	got := ts.do("POST", path, "admin", whole())
	if got.Status != 303 || !strings.HasSuffix(got.to(), "?done=added") {
		t.Fatalf("%d to %q", got.Status, got.to())
	}
	page := ts.do("GET", got.to(), "admin", nil)
	if page.Status != 200 || !page.has("Neema Kimaro") || !page.has("00123") || !page.has("The person is added") {
		t.Errorf("%d %s", page.Status, page.Body)
	}
	again := ts.do("POST", path, "admin", whole())
	if again.Status != 303 || !strings.HasSuffix(again.to(), "?done=here") {
		t.Errorf("the same again: %d to %q", again.Status, again.to())
	}
	if other := ts.do("POST", path, "admin", whole("surname", "Massawe")); other.Status != 409 || !other.has("somebody of another name") {
		t.Errorf("the same number, another name: %d", other.Status)
	}
	known := ts.do("POST", "/en"+frontend.PeoplePath(ts.away), "away-admin", whole())
	if known.Status != 303 || !strings.HasSuffix(known.to(), "?done=known") {
		t.Errorf("at another institution: %d to %q", known.Status, known.to())
	}
}

func TestChangePerson(t *testing.T) {
	ts := newTestServer(t)
	path := func(who string) string { return "/en" + frontend.PersonPath(ts.home, ts.people[who]) }
	if got := ts.do("POST", path("learner"), "admin", fields("role", "learner", "role", "author", "cadre", "clinical-officer", "designation", "In charge")); got.Status != 303 {
		t.Fatalf("%d %s", got.Status, got.Body)
	}
	if a := ts.actor("learner"); !a.Is(darasa.Author) || a.Is(darasa.Trainer) {
		t.Errorf("%v", a.Roles)
	}
	if got := ts.do("POST", path("learner"), "admin", fields("cadre", "x", "designation", "Kept", "facility", "1")); got.Status != 400 || !got.has("No role is chosen") || !got.has(`value="Kept"`) || !got.has(`href="#facility"`) {
		t.Errorf("no role, no such facility: %d", got.Status)
	}
	if got := ts.do("POST", path("learner"), "admin", fields("role", "national")); got.Status != 400 {
		t.Errorf("national role by an institution's administrator: %d", got.Status)
	}
	if got := ts.do("POST", path("admin"), "admin", fields("role", "learner", "designation", "Head")); got.Status != 303 || !ts.actor("admin").Is(darasa.InstitutionAdmin) {
		t.Errorf("one's own roles: %d %v", got.Status, ts.actor("admin").Roles)
	}
	if got := ts.do("POST", path("national"), "admin", fields("role", "learner")); got.Status != 303 || !ts.actor("national").National() {
		t.Errorf("a national administrator's roles: %d %v", got.Status, ts.actor("national").Roles)
	}
	if got := ts.do("POST", path("learner"), "national", fields("role", "learner", "role", "national")); got.Status != 303 || !ts.actor("learner").National() {
		t.Errorf("national role by a national administrator: %d", got.Status)
	}
}

func TestOneTimeCodeCard(t *testing.T) {
	ts := newTestServer(t)
	got := ts.do("POST", "/en"+frontend.PersonCodePath(ts.home, ts.people["learner"]), "admin", url.Values{})
	if got.Status != 200 || got.Header.Get("Cache-Control") != "private, no-store" || !got.has("learner@darasa.test") || !got.has("http://darasa.test") || !got.has("Home Institute") {
		t.Fatalf("%d %v %s", got.Status, got.Header, got.Body)
	}
	_, rest, _ := strings.Cut(got.Body, `class="code">`)
	code, _, _ := strings.Cut(rest, "<")
	in, err := ts.Accounts.SignIn(t.Context(), account.Credentials{Login: "learner@darasa.test", Secret: code}, ts.clock())
	if err != nil || !in.Session.Choose {
		t.Errorf("the printed code %q: %v", code, err)
	}
	if got := ts.do("GET", "/en"+frontend.PersonCodePath(ts.home, ts.people["learner"]), "admin", nil); got.Status != 404 {
		t.Errorf("the card is not to be had again: %d", got.Status)
	}
}

func TestEndAffiliation(t *testing.T) {
	ts := newTestServer(t)
	state := func(who string) string { return "/en" + frontend.PersonStatePath(ts.home, ts.people[who]) }
	if got := ts.do("POST", state("admin"), "admin", fields("do", "end")); got.Status != 409 {
		t.Errorf("one's own: %d", got.Status)
	}
	if got := ts.do("POST", state("learner"), "admin", fields("do", "fly")); got.Status != 400 {
		t.Errorf("an unknown act: %d", got.Status)
	}
	if got := ts.do("POST", state("learner"), "admin", fields("do", "end")); got.Status != 303 {
		t.Fatalf("%d", got.Status)
	}
	if a := ts.actor("learner"); a.Institution != "" || len(a.Roles) > 0 {
		t.Errorf("%+v", a)
	}
	if got := ts.do("POST", state("away-learner"), "admin", fields("do", "resume")); got.Status != 404 {
		t.Errorf("an id lets an institution take a stranger in: %d", got.Status)
	}
	if got := ts.do("POST", state("learner"), "national", fields("do", "resume")); got.Status != 303 {
		t.Errorf("resume: %d", got.Status)
	}
}

func TestJoinCode(t *testing.T) {
	ts := newTestServer(t)
	path := "/en" + frontend.JoinPath(ts.home)
	if got := ts.do("POST", path, "admin", fields("do", "renew")); got.Status != 303 {
		t.Fatalf("%d", got.Status)
	}
	i, err := ts.Institutions.Get(t.Context(), command, ts.home)
	ts.must(err)
	if got := ts.do("GET", path, "admin", nil); !got.has(institution.ShowCode(i.JoinCode)) || !got.has("http://darasa.test/sw/register") {
		t.Error("the page does not show the code")
	}
	if got := ts.do("POST", path, "admin", fields("do", "disable")); got.Status != 303 {
		t.Fatalf("%d", got.Status)
	}
	if got := ts.do("GET", path, "admin", nil); got.has(institution.ShowCode(i.JoinCode)) {
		t.Error("the code is still shown")
	}
	if got := ts.do("POST", path, "admin", fields("do", "x")); got.Status != 400 {
		t.Errorf("an unknown act: %d", got.Status)
	}
}

func TestSettings(t *testing.T) {
	ts := newTestServer(t)
	path := "/en" + frontend.SettingsPath(ts.home)
	good := fields("code", "HI", "name_sw", "Taasisi", "name_en", "Institute", "zone", "lake", "type", "zonal-health-training-centre", "parent", string(ts.away))
	if got := ts.do("POST", path, "admin", good); got.Status != 303 {
		t.Fatalf("%d %s", got.Status, got.Body)
	}
	i, err := ts.Institutions.Get(t.Context(), command, ts.home)
	if err != nil || i.Code != "HI" || i.Zone != "lake" || i.Type != "university" || i.Parent != "" {
		t.Errorf("by its administrator: %+v, %v", i, err)
	}
	if got := ts.do("POST", path, "national", good); got.Status != 303 {
		t.Fatalf("%d", got.Status)
	}
	if i, err = ts.Institutions.Get(t.Context(), command, ts.home); err != nil || i.Type != "zonal-health-training-centre" || i.Parent != ts.away {
		t.Errorf("by a national administrator: %+v, %v", i, err)
	}
	bad := ts.do("POST", path, "national", fields("code", "", "name_sw", "Kept", "name_en", "", "type", "university", "zone", "moon", "parent", "nobody"))
	if bad.Status != 400 || !bad.has(`value="Kept"`) || !bad.has(`href="#zone"`) || !bad.has(`href="#parent"`) {
		t.Errorf("%d", bad.Status)
	}
	if bad := ts.do("POST", path, "national", fields("code", "", "name_sw", "Kept", "name_en", "", "type", "university")); bad.Status != 400 || !bad.has(`href="#name_en"`) || !bad.has(`href="#code"`) {
		t.Errorf("%d", bad.Status)
	}
	state := "/en" + frontend.InstitutionStatePath(ts.home)
	if got := ts.do("POST", state, "admin", fields("do", "close")); got.Status != 403 {
		t.Errorf("closing by its administrator: %d", got.Status)
	}
	for _, do := range []string{"close", "reopen"} {
		if got := ts.do("POST", state, "national", fields("do", do)); got.Status != 303 {
			t.Errorf("%s: %d", do, got.Status)
		}
	}
}

func TestMakeInstitution(t *testing.T) {
	ts := newTestServer(t)
	good := fields("slug", "ifakara", "code", "IHI", "name_sw", "Ifakara", "name_en", "Ifakara", "type", "university", "zone", "eastern")
	if got := ts.do("POST", "/en/institutions/new", "national", good); got.Status != 303 || !strings.Contains(got.to(), string(institution.IDOf("ifakara"))) {
		t.Fatalf("%d to %q", got.Status, got.to())
	}
	if got := ts.do("POST", "/en/institutions/new", "national", good); got.Status != 409 || !got.has(`href="#slug"`) || !got.has(`value="ifakara"`) {
		t.Errorf("twice: %d", got.Status)
	}
	if got := ts.do("POST", "/en/institutions/new", "national", fields("slug", "Big Name", "type", "palace")); got.Status != 400 || !got.has(`value="Big Name"`) || !got.has(`href="#type"`) {
		t.Errorf("bad: %d", got.Status)
	}
	if got := ts.do("GET", "/en/institutions?type=university", "national", nil); got.Status != 200 || !got.has("Ifakara") {
		t.Errorf("list: %d", got.Status)
	}
}

func TestAuditLog(t *testing.T) {
	ts := newTestServer(t)
	ts.do("POST", "/en"+frontend.JoinPath(ts.home), "admin", fields("do", "renew"))
	ts.do("POST", "/en"+frontend.JoinPath(ts.away), "away-admin", fields("do", "renew"))
	path := "/en" + frontend.AuditPath(ts.home)
	got := ts.do("GET", path, "admin", nil)
	if got.Status != 200 || !got.has("Asha admin") || got.has("Asha away admin") {
		t.Errorf("%d", got.Status)
	}
	if got := ts.do("GET", path+"?person="+string(ts.people["learner"]), "admin", nil); got.Status != 200 || got.has(">Asha admin<") {
		t.Errorf("of another: %d", got.Status)
	}
	if got := ts.do("GET", path+"?from=2026-11-23&until=2026-11-23", "admin", nil); got.Status != 200 || !got.has("Asha admin") {
		t.Errorf("today: %d", got.Status)
	}
	if got := ts.do("GET", path+"?until=2026-11-22", "admin", nil); got.Status != 200 || got.has("Asha admin") {
		t.Errorf("until yesterday: %d", got.Status)
	}
	if got := ts.do("GET", path+"?from=yesterday", "admin", nil); got.Status != 400 || !got.has(`value="yesterday"`) || !got.has(`href="#from"`) {
		t.Errorf("no date: %d", got.Status)
	}
	if got := ts.do("GET", "/en/national/audit", "national", nil); got.Status != 200 || !got.has("Asha away admin") {
		t.Errorf("all: %d", got.Status)
	}
}

func TestJobsPage(t *testing.T) {
	ts := newTestServer(t)
	ts.must(ts.Book.Ask(t.Context(), "certificate", "one", "", ts.clock()))
	j, ok, err := ts.Book.Take(t.Context(), []string{"certificate"}, "me", time.Minute, ts.clock())
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	ts.must(ts.Book.Failed(t.Context(), j.ID, "me", darasa.Fail(darasa.Invalid, "Mbaya", "Broken on purpose"), ts.clock()))
	if got := ts.do("GET", "/en/national/jobs", "national", nil); got.Status != 200 || !got.has("Broken on purpose") {
		t.Errorf("%d", got.Status)
	}
	if got := ts.do("POST", "/en/national/jobs", "national", fields("job", string(j.ID))); got.Status != 303 {
		t.Errorf("again: %d", got.Status)
	}
	if j, err = ts.Book.Job(t.Context(), j.ID); err != nil || j.State != ledger.Waiting {
		t.Errorf("%+v, %v", j, err)
	}
	if got := ts.do("POST", "/en/national/jobs", "national", fields("job", "nothing")); got.Status != 404 {
		t.Errorf("no such job: %d", got.Status)
	}
}

// TestAuditByAct: the log is filtered by what was done, alone and with a
// person, at an institution and over all; every act offered has a word.
func TestAuditByAct(t *testing.T) {
	ts := newTestServer(t)
	_, err := ts.Accounts.IssueCode(t.Context(), ts.actor("admin"), ts.people["learner"], ts.clock())
	ts.must(err)
	ts.token("away-admin")
	who := "&person=" + string(ts.people["admin"])
	for _, c := range []struct {
		path, who string
		rows      int
	}{
		{frontend.AuditPath(ts.home) + "?act=code", "admin", 1},
		{frontend.AuditPath(ts.home) + "?act=code" + who, "admin", 1},
		{frontend.AuditPath(ts.home) + "?act=join-code", "admin", 0},
		{frontend.PathAllAudit + "?act=code", "national", 1},
		{frontend.PathAllAudit + "?act=code" + who, "national", 1},
		{frontend.PathAllAudit + "?act=code&from=2026-11-24", "national", 0},
		{frontend.PathAllAudit + "?act=nothing", "national", 0},
	} {
		got := ts.do("GET", "/en"+c.path, c.who, nil)
		if n := strings.Count(got.Body, "<tr") - 1; got.Status != 200 || max(n, 0) != c.rows {
			t.Errorf("%s: %d, %d rows", c.path, got.Status, n)
		}
	}
	for _, l := range darasa.Langs {
		L := locale.For(l)
		for _, act := range auditActs {
			if !L.Has("act." + act) {
				t.Errorf("%q has no word", act)
			}
		}
	}
}
