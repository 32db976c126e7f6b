package web

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"darasa/backend/account"
	"darasa/backend/darasa"
	"darasa/frontend"
)

func TestRegister(t *testing.T) {
	ts := newTestServer(t)
	code, err := ts.Institutions.NewJoinCode(t.Context(), command, ts.home, ts.clock())
	ts.must(err)
	whole := func(pairs ...string) url.Values {
		v := fields("code", code, "first", "Neema", "surname", "Kimaro", "sex", "F", "cadre", "clinical-officer", "phone", "0754 000 022",
			"mail", "neema@mfano.go.tz", "check", "00123", "council", "MCT", "registration", "777", "password", "bridge-rain-orange",
			"repeat", "bridge-rain-orange", "consent", "1", "notice", frontend.NoticeVersion)
		for i := 0; i < len(pairs); i += 2 {
			v.Set(pairs[i], pairs[i+1])
		}
		return v
	}
	if !listed(ts.Lists.Cadres, "clinical-officer") {
		t.Fatal("the list of cadres has changed; choose another for this test")
	}
	for _, c := range []struct {
		name string
		form url.Values
		says []string
	}{
		{"wrong code", whole("code", "AAAA-AAAA"), []string{"The join code is not right", `href="#code"`}},
		{"no consent", whole("consent", ""), []string{"You have not agreed", `href="#consent"`}},
		{"an old notice", whole("notice", "2020-01"), []string{"The privacy notice has changed"}},
		{"passwords differ", whole("repeat", "bridge-rain-apple"), []string{"The second password is not like the first"}},
		{"no cadre", whole("cadre", ""), []string{"No cadre is chosen", `href="#cadre"`}},
		{"nothing at all", fields("notice", frontend.NoticeVersion), []string{`href="#code"`, `href="#first"`, `href="#surname"`, `href="#cadre"`, `href="#consent"`, `href="#password"`}},
		{"a known mail", whole("mail", "learner@darasa.test"), []string{"already", `href="#mail"`}},
		{"a weak password", whole("password", "12345678", "repeat", "12345678"), []string{"Many people use this password"}},
	} {
		got := ts.do("POST", "/en/register", "", c.form)
		if got.Status != 400 && got.Status != 409 || got.Cookie != nil {
			t.Errorf("%s: %d", c.name, got.Status)
		}
		for _, s := range c.says {
			if !got.has(s) {
				t.Errorf("%s: does not say %q", c.name, s)
			}
		}
		for _, name := range []string{"first", "surname", "check", "phone"} {
			if v := c.form.Get(name); v != "" && !got.has(`value="`+v+`"`) {
				t.Errorf("%s: forgets %s", c.name, name)
			}
		}
		if p := c.form.Get("password"); p != "" && got.has(p) {
			t.Errorf("%s: shows the password", c.name)
		}
	}
	got := ts.do("POST", "/en/register", "", whole())
	if got.Status != 303 || got.to() != "/en/" || got.Cookie == nil {
		t.Fatalf("%d to %q", got.Status, got.to())
	}
	signed, err := ts.Accounts.Resolve(t.Context(), got.Cookie.Value, ts.clock())
	if err != nil || signed.Actor.Institution != ts.home || !signed.Actor.Is(darasa.Learner) || signed.Actor.Is(darasa.Trainer) {
		t.Fatalf("%+v, %v", signed, err)
	}
	if ok, err := ts.Accounts.Accepted(t.Context(), signed.Actor, frontend.NoticeVersion); err != nil || !ok {
		t.Errorf("consent %v, %v", ok, err)
	}
	p, err := ts.Accounts.Person(t.Context(), signed.Actor, signed.Actor.Person)
	if err != nil || p.CheckNumber != "00123" || p.Phone != "+255754000022" || p.Lang != darasa.English {
		t.Errorf("%+v, %v", p, err)
	}
}

func TestOwnData(t *testing.T) {
	ts := newTestServer(t)
	page := ts.do("GET", "/en/me/data", "learner", nil)
	if page.Status != 200 || !page.has("Home Institute") || !page.has(`value="learner@darasa.test"`) {
		t.Fatalf("%d %s", page.Status, page.Body)
	}
	if got := ts.do("GET", "/en/me/data", "national", nil); got.Status != 200 {
		t.Errorf("national: %d", got.Status)
	}
	good := fields("first", "Asha", "middle", "J", "surname", "Ng'ombe", "sex", "F", "phone", "0712 000 033", "mail", "learner@darasa.test")
	if got := ts.do("POST", "/en/me/data", "learner", good); got.Status != 303 || got.to() != "/en/me/data?done=saved" {
		t.Fatalf("%d to %q", got.Status, got.to())
	}
	if got := ts.do("GET", "/en/me/data?done=saved", "learner", nil); !got.has("The details are saved") || !got.has("Ng&#39;ombe") || !got.has("+255712000033") {
		t.Errorf("%s", got.Body)
	}
	if got := ts.do("GET", "/en/me/data?done=<script>", "learner", nil); got.has("<script>") {
		t.Error("a link puts words into the page")
	}
	bad := fields("first", "", "surname", "Mwakyusa", "phone", "12", "mail", "admin@darasa.test")
	got := ts.do("POST", "/en/me/data", "learner", bad)
	if got.Status != 400 || !got.has(`href="#first"`) || !got.has(`href="#phone"`) || !got.has(`value="12"`) || !got.has(`value="admin@darasa.test"`) {
		t.Errorf("%d", got.Status)
	}
	taken := fields("first", "Asha", "surname", "Ng'ombe", "mail", "admin@darasa.test")
	if got := ts.do("POST", "/en/me/data", "learner", taken); got.Status != 409 || !got.has(`href="#mail"`) {
		t.Errorf("somebody else's mail: %d", got.Status)
	}
	p, err := ts.Accounts.Person(t.Context(), command, ts.people["learner"])
	if err != nil || p.Mail != "learner@darasa.test" || p.Surname != "Ng'ombe" {
		t.Errorf("%+v, %v", p, err)
	}
}

func TestDownloadOwnData(t *testing.T) {
	ts := newTestServer(t)
	got := ts.do("GET", "/en/me/data/download", "learner", nil)
	if got.Status != 200 || got.Header.Get("Content-Type") != "application/json" || !strings.Contains(got.Header.Get("Content-Disposition"), "darasa-2026-11-23.json") {
		t.Fatalf("%d %v", got.Status, got.Header)
	}
	var d account.OwnData
	if err := json.Unmarshal([]byte(got.Body), &d); err != nil || d.Person.ID != ts.people["learner"] || len(d.Affiliations) != 1 || len(d.Sessions) == 0 || len(d.Did) == 0 {
		t.Errorf("%v %+v", err, d)
	}
	if got.has("argon2") || d.Person.Actor != "" || d.Person.Password != "" {
		t.Error("the file holds what nobody may read")
	}
}

func TestAskErasure(t *testing.T) {
	ts := newTestServer(t)
	if got := ts.do("POST", "/en/me/data/erase", "learner", url.Values{}); got.Status != 400 || !got.has("First tick that you understand") {
		t.Errorf("without the tick: %d", got.Status)
	}
	if got := ts.do("POST", "/en/me/data/erase", "learner", fields("confirm", "1")); got.Status != 303 {
		t.Fatalf("%d", got.Status)
	}
	if got := ts.do("GET", "/en/me/data", "learner", nil); !got.has("You asked to be erased") {
		t.Error("the page does not say so")
	}
	if got := ts.do("POST", "/en/me/data/erase", "learner", fields("do", "keep")); got.Status != 303 {
		t.Fatalf("taking it back: %d to %q", got.Status, got.to())
	}
	if got := ts.do("GET", "/en/me/data?done=keep", "learner", nil); got.has("You asked to be erased") || !got.has("The request is taken back") {
		t.Error("the wish still stands")
	}
}

func TestChangePassword(t *testing.T) {
	ts := newTestServer(t)
	other := ts.token("learner")
	delete(ts.tokens, "learner")
	for _, c := range []struct {
		old, fresh, repeat string
		says               string
	}{
		{"not-this-one", "bridge-rain-orange", "bridge-rain-orange", "The current password is not right"},
		{testPassword, "bridge-rain-orange", "x", "The second password is not like the first"},
		{testPassword, "short", "short", "The password is too short"},
	} {
		got := ts.do("POST", "/en/me/password", "learner", fields("old", c.old, "password", c.fresh, "repeat", c.repeat))
		if got.Status != 400 || !got.has(c.says) || got.has(`value="`+c.old) || !got.has(`value="learner@darasa.test"`) {
			t.Errorf("%+v: %d", c, got.Status)
		}
	}
	got := ts.do("POST", "/en/me/password", "learner", fields("old", testPassword, "password", "bridge-rain-orange", "repeat", "bridge-rain-orange"))
	if got.Status != 303 || got.to() != "/en/me/data?done=password" {
		t.Fatalf("%d to %q", got.Status, got.to())
	}
	if _, err := ts.Accounts.Resolve(t.Context(), other, ts.clock()); err == nil {
		t.Error("the other device is still signed in")
	}
	if got := ts.do("GET", "/en/me/data", "learner", nil); got.Status != 200 {
		t.Errorf("this device: %d", got.Status)
	}
}

func TestLanguageAndInstitution(t *testing.T) {
	ts := newTestServer(t)
	if got := ts.do("POST", "/sw/me/language", "learner", fields("lang", "en")); got.Status != 303 || got.to() != "/en/me/data?done=saved" {
		t.Errorf("%d to %q", got.Status, got.to())
	}
	if got := ts.do("POST", "/sw/me/language", "learner", fields("lang", "fr")); got.Status != 400 {
		t.Errorf("French: %d", got.Status)
	}
	if got := ts.do("POST", "/en/me/institution", "trainer", fields("institution", string(ts.away))); got.Status != 404 {
		t.Errorf("a stranger's institution: %d", got.Status)
	}
	roles := []darasa.Role{darasa.Learner}
	_, err := ts.Accounts.Affiliate(t.Context(), command, ts.people["trainer"], ts.away, account.AffiliationPatch{Roles: &roles}, ts.clock())
	ts.must(err)
	if got := ts.do("POST", "/en/me/institution", "trainer", fields("institution", string(ts.away))); got.Status != 303 {
		t.Fatalf("%d", got.Status)
	}
	if a := ts.actor("trainer"); a.Institution != ts.away || a.Is(darasa.Trainer) {
		t.Errorf("%+v", a)
	}
}

func TestSessions(t *testing.T) {
	ts := newTestServer(t)
	first := ts.token("learner")
	firstID := ts.actor("learner").Session
	delete(ts.tokens, "learner")
	if got := ts.do("POST", "/en/me/sessions", "trainer", fields("session", string(firstID))); got.Status != 404 {
		t.Errorf("somebody else's session: %d", got.Status)
	}
	if got := ts.do("POST", "/en/me/sessions", "learner", fields("session", string(firstID))); got.Status != 303 || got.Cookie != nil {
		t.Errorf("one: %d", got.Status)
	}
	if _, err := ts.Accounts.Resolve(t.Context(), first, ts.clock()); err == nil {
		t.Error("it is still good")
	}
	second := ts.token("learner")
	delete(ts.tokens, "learner")
	if got := ts.do("POST", "/en/me/sessions", "learner", url.Values{}); got.Status != 303 {
		t.Errorf("elsewhere: %d", got.Status)
	}
	if _, err := ts.Accounts.Resolve(t.Context(), second, ts.clock()); err == nil {
		t.Error("the other device is still signed in")
	}
	mine := ts.actor("learner").Session
	if got := ts.do("POST", "/en/me/sessions", "learner", fields("session", string(mine))); got.Status != 303 || got.to() != "/en/" || got.Cookie == nil {
		t.Errorf("this one: %d to %q", got.Status, got.to())
	}
}
