package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"darasa/backend/account"
	"darasa/backend/darasa"
)

func TestSignInPages(t *testing.T) {
	ts := newTestServer(t)
	mail := "learner@darasa.test"
	for _, c := range []struct {
		name   string
		form   url.Values
		status int
		to     string
		has    []string
		not    []string
	}{
		{name: "right", form: fields("login", mail, "password", testPassword), status: 303, to: "/en/"},
		{name: "goes on", form: fields("login", mail, "password", testPassword, "next", "/en/courses?q=a"), status: 303, to: "/en/courses?q=a"},
		{name: "foreign next", form: fields("login", mail, "password", testPassword, "next", "//evil.example/"), status: 303, to: "/en/"},
		{name: "wrong password", form: fields("login", mail, "password", "not-this-one", "shared", "1", "next", "/en/me"), status: 401,
			has: []string{`value="` + mail + `"`, "The sign-in details or the password are not right", `value="/en/me"`, "checked"}, not: []string{"not-this-one"}},
		{name: "nobody's login", form: fields("login", "0712000099", "password", "not-this-one"), status: 401, has: []string{`value="0712000099"`}, not: []string{"not-this-one"}},
		{name: "no login", form: fields("login", " ", "password", "not-this-one"), status: 400, has: []string{"What you sign in with is missing", `href="#login"`}, not: []string{"not-this-one"}},
		{name: "nothing", form: fields("a", "b"), status: 400, has: []string{`href="#login"`, `href="#password"`}},
		{name: "made-up choice", form: fields("choice", "abc", "person", "x"), status: 400, has: []string{"This page has run out"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := ts.do("POST", "/en/sign-in", "", c.form)
			if got.Status != c.status || got.to() != c.to {
				t.Errorf("%d to %q, want %d to %q", got.Status, got.to(), c.status, c.to)
			}
			if (got.Cookie != nil) != (c.status == 303) {
				t.Errorf("cookie %v", got.Cookie)
			}
			for _, s := range c.has {
				if !got.has(s) {
					t.Errorf("lacks %q", s)
				}
			}
			for _, s := range c.not {
				if got.has(s) {
					t.Errorf("holds %q", s)
				}
			}
		})
	}
}

func TestSignInHeldBackSaysHowLong(t *testing.T) {
	ts := newTestServer(t)
	var got answer
	for range 7 {
		got = ts.do("POST", "/sw/sign-in", "", fields("login", "learner@darasa.test", "password", "not-this-one"))
	}
	if got.Status != http.StatusTooManyRequests || got.Header.Get("Retry-After") == "" || !got.has("learner@darasa.test") || !got.has("Umejaribu mara nyingi mno") {
		t.Errorf("%d, Retry-After %q", got.Status, got.Header.Get("Retry-After"))
	}
}

func TestCookieFlags(t *testing.T) {
	for _, c := range []struct {
		url, name string
		secure    bool
	}{{"http://darasa.test", "darasa", false}, {"https://darasa.test", "__Host-darasa", true}} {
		ts := newTestServerAt(t, c.url)
		got := ts.do("POST", "/sw/sign-in", "", fields("login", "learner@darasa.test", "password", testPassword)).Cookie
		if got == nil || got.Name != c.name || !got.HttpOnly || got.Secure != c.secure || got.SameSite != http.SameSiteLaxMode || got.Path != "/" || got.Domain != "" {
			t.Fatalf("%s: cookie %+v", c.url, got)
		}
		if want := ts.clock().Add(account.SessionIdle); got.Expires.Sub(want).Abs() > time.Second {
			t.Errorf("%s: the cookie ends %s, the session %s", c.url, got.Expires, want)
		}
		shared := ts.do("POST", "/sw/sign-in", "", fields("login", "learner@darasa.test", "password", testPassword, "shared", "1")).Cookie
		if shared == nil || !shared.Expires.IsZero() || shared.MaxAge != 0 {
			t.Errorf("%s: on a shared device the cookie outlives the browser: %+v", c.url, shared)
		}
	}
}

func TestSignedInVisitorsNeedNoSignIn(t *testing.T) {
	ts := newTestServer(t)
	for _, c := range []struct{ method, path, to string }{
		{"GET", "/sw/sign-in", "/sw/"}, {"GET", "/en/sign-in?next=/en/me", "/en/me"}, {"POST", "/en/sign-in", "/en/"},
		{"GET", "/en/register", "/en/"}, {"POST", "/en/register", "/en/"},
	} {
		if got := ts.do(c.method, c.path, "learner", nil); got.Status != 303 || got.to() != c.to || got.Cookie != nil {
			t.Errorf("%s %s: %d to %q", c.method, c.path, got.Status, got.to())
		}
	}
}

func TestOwnPath(t *testing.T) {
	for in, want := range map[string]string{
		"/en/me": "/en/me", "/sw/courses?q=x&stage=y": "/sw/courses?q=x&stage=y", "/en/me#top": "/en/me#top",
		"": "", "/": "", "//evil.example": "", `/\evil.example`: "", "/\tx": "", "https://evil.example/": "", "en/me": "", "javascript:alert(1)": "",
		"/%zz": "", "/" + strings.Repeat("a", 3000): "",
	} {
		if got := ownPath(in); got != want {
			t.Errorf("ownPath(%.40q) = %q, want %q", in, got, want)
		}
	}
}

// family makes two people on one phone with one password.
func family(ts *testServer) (asha, juma darasa.ID) {
	ts.t.Helper()
	var ids []darasa.ID
	for _, first := range []string{"Asha", "Juma"} {
		p, err := ts.Accounts.Create(ts.t.Context(), command, account.PersonFacts{First: first, Surname: "Mwakyusa", Phone: "0712000011"}, ts.clock())
		ts.must(err)
		_, err = ts.Accounts.Affiliate(ts.t.Context(), command, p.ID, ts.home, account.AffiliationPatch{}, ts.clock())
		ts.must(err)
		ts.must(ts.Accounts.SetPassword(ts.t.Context(), command, p.ID, testPassword, ts.clock()))
		ids = append(ids, p.ID)
	}
	return ids[0], ids[1]
}

// hidden returns the value of a hidden field of a page.
func hidden(t *testing.T, body, name string) string {
	t.Helper()
	_, rest, ok := strings.Cut(body, `name="`+name+`" value="`)
	if !ok {
		t.Fatalf("the page has no field %s", name)
	}
	value, _, _ := strings.Cut(rest, `"`)
	return value
}

func TestSharedPhoneAsksForTheName(t *testing.T) {
	ts := newTestServer(t)
	_, juma := family(ts)
	asked := ts.do("POST", "/en/sign-in", "", fields("login", "0712 000 011", "password", testPassword, "next", "/en/me"))
	if asked.Status != 200 || asked.Cookie != nil || !asked.has("Asha M.") || !asked.has("Juma M.") || asked.has(testPassword) || asked.has("Mwakyusa") {
		t.Fatalf("%d %s", asked.Status, asked.Body)
	}
	if cc := asked.Header.Get("Cache-Control"); cc != "private, no-store" {
		t.Errorf("Cache-Control %q", cc)
	}
	token := hidden(t, asked.Body, "choice")

	none := ts.do("POST", "/en/sign-in", "", fields("choice", token, "next", "/en/me"))
	if none.Status != 400 || none.Cookie != nil || !none.has("No name is chosen") {
		t.Errorf("without a name: %d", none.Status)
	}
	got := ts.do("POST", "/en/sign-in", "", fields("choice", token, "person", string(juma), "next", "/en/me"))
	if got.Status != 303 || got.to() != "/en/me" || got.Cookie == nil {
		t.Fatalf("%d to %q", got.Status, got.to())
	}
	signed, err := ts.Accounts.Resolve(t.Context(), got.Cookie.Value, ts.clock())
	if err != nil || signed.Actor.Person != juma {
		t.Errorf("signed in as %s, %v", signed.Actor.Person, err)
	}
	stranger := ts.do("POST", "/en/sign-in", "", fields("choice", token, "person", string(ts.people["admin"])))
	if stranger.Status != 401 || stranger.Cookie != nil {
		t.Errorf("as somebody else: %d", stranger.Status)
	}
	ts.pass(choiceLife)
	late := ts.do("POST", "/en/sign-in", "", fields("choice", token, "person", string(juma)))
	if late.Status != 400 || late.Cookie != nil || !late.has("This page has run out") {
		t.Errorf("too late: %d", late.Status)
	}
}

func TestSealIsForItsPurpose(t *testing.T) {
	ts := newTestServer(t)
	token, err := ts.seal("one", choice{Login: "a"}, ts.clock(), time.Minute)
	ts.must(err)
	var c choice
	if err := ts.unseal("two", token, &c, ts.clock()); darasa.CodeOf(err) != darasa.Invalid {
		t.Errorf("for another purpose: %v", err)
	}
	if err := ts.unseal("one", token[:len(token)-2]+"AA", &c, ts.clock()); darasa.CodeOf(err) != darasa.Invalid {
		t.Errorf("changed: %v", err)
	}
	if err := ts.unseal("one", token, &c, ts.clock()); err != nil || c.Login != "a" {
		t.Errorf("%v %+v", err, c)
	}
}

// codeSession signs somebody in by a one-time code.
func codeSession(ts *testServer, who string) string {
	ts.t.Helper()
	issued, err := ts.Accounts.IssueCode(ts.t.Context(), command, ts.people[who], ts.clock())
	ts.must(err)
	got := ts.do("POST", "/en/sign-in", "", fields("login", who+"@darasa.test", "password", strings.ToLower(issued.Code), "next", "/en/me"))
	if got.Status != 303 || got.to() != "/en/password" || got.Cookie == nil {
		ts.t.Fatalf("%d to %q", got.Status, got.to())
	}
	return got.Cookie.Value
}

func TestOneTimeCodeOpensOnlyThePassword(t *testing.T) {
	ts := newTestServer(t)
	mine := cookie(ts, codeSession(ts, "trainer"))
	for _, row := range ts.Routes() {
		if row.Choosing || row.NoCookie || row.As == API || row.As == XAPI {
			continue
		}
		path := pathParam.ReplaceAllString(row.Path, "x")
		if got := ts.do(row.Method, path, "", nil, mine); got.Status != 303 || !strings.HasSuffix(got.to(), "/password") {
			t.Errorf("%s %s: %d to %q", row.Method, row.Path, got.Status, got.to())
		}
	}
	if got := ts.do("GET", "/en/password", "", nil, mine); got.Status != 200 || !got.has("Asha trainer") {
		t.Errorf("the page: %d", got.Status)
	}
	for _, c := range []struct{ password, repeat, says string }{
		{"short", "short", "The password is too short"},
		{"bridge-rain-orange", "bridge-rain-apple", "The second password is not like the first"},
		{"trainer@darasa.test", "trainer@darasa.test", "must not be your name"},
	} {
		got := ts.do("POST", "/en/password", "", fields("password", c.password, "repeat", c.repeat), mine)
		if got.Status != 400 || !got.has(c.says) || got.has(`value="`+c.password) {
			t.Errorf("%q: %d", c.password, got.Status)
		}
	}
	if got := ts.do("POST", "/en/password", "", fields("password", "bridge-rain-orange", "repeat", "bridge-rain-orange"), mine); got.Status != 303 || got.to() != "/en/" {
		t.Fatalf("%d to %q", got.Status, got.to())
	}
	if got := ts.do("GET", "/en/me", "", nil, mine); got.Status != 200 {
		t.Errorf("afterwards /me: %d", got.Status)
	}
	if got := ts.do("GET", "/en/password", "", nil, mine); got.Status != 303 || got.to() != "/en/me/data" {
		t.Errorf("afterwards /password: %d to %q", got.Status, got.to())
	}
}

func TestSignOut(t *testing.T) {
	ts := newTestServer(t)
	token := ts.token("learner")
	got := ts.do("POST", "/sw/sign-out", "learner", url.Values{})
	if got.Status != 303 || got.to() != "/sw/" || got.Cookie == nil || got.Cookie.Value != "" || got.Cookie.Expires.After(ts.clock().Time) {
		t.Errorf("%d to %q, cookie %+v", got.Status, got.to(), got.Cookie)
	}
	if _, err := ts.Accounts.Resolve(t.Context(), token, ts.clock()); err == nil {
		t.Error("the session is still good")
	}
	if got := ts.do("POST", "/sw/sign-out", "", url.Values{}); got.Status != 303 {
		t.Errorf("without a session: %d", got.Status)
	}
	mine := cookie(ts, codeSession(ts, "trainer"))
	if got := ts.do("POST", "/sw/sign-out", "", url.Values{}, mine); got.Status != 303 || got.to() != "/sw/" {
		t.Errorf("before choosing a password: %d to %q", got.Status, got.to())
	}
}

// TestForgery holds the rule of architecture.md section 5: a request with a
// cookie that changes something must come from a page of ours.
func TestForgery(t *testing.T) {
	ts := newTestServer(t)
	session := ts.actor("learner").Session
	none := header("Sec-Fetch-Site", "")
	for _, c := range []struct {
		name string
		form url.Values
		with []func(*http.Request)
		want int
	}{
		{"same-origin", fields("lang", "en"), nil, 303},
		{"typed by hand", fields("lang", "en"), []func(*http.Request){header("Sec-Fetch-Site", "none")}, 303},
		{"same-site: the content host", fields("lang", "en"), []func(*http.Request){header("Sec-Fetch-Site", "same-site")}, 403},
		{"cross-site", fields("lang", "en"), []func(*http.Request){header("Sec-Fetch-Site", "cross-site")}, 403},
		{"cross-site with our token", fields("lang", "en", "form", ts.FormToken(session)), []func(*http.Request){header("Sec-Fetch-Site", "cross-site")}, 403},
		{"our origin", fields("lang", "en"), []func(*http.Request){none, header("Origin", "http://darasa.test")}, 303},
		{"the content host's origin", fields("lang", "en"), []func(*http.Request){none, header("Origin", "http://content.darasa.test")}, 403},
		{"null origin", fields("lang", "en"), []func(*http.Request){none, header("Origin", "null")}, 403},
		{"neither header, no token", fields("lang", "en"), []func(*http.Request){none}, 403},
		{"neither header, our token", fields("lang", "en", "form", ts.FormToken(session)), []func(*http.Request){none}, 303},
		{"neither header, a stranger's token", fields("lang", "en", "form", ts.FormToken("")), []func(*http.Request){none}, 403},
		{"neither header, another session's token", fields("lang", "en", "form", ts.FormToken(ts.actor("admin").Session)), []func(*http.Request){none}, 403},
	} {
		if got := ts.do("POST", "/sw/me/language", "learner", c.form, c.with...); got.Status != c.want {
			t.Errorf("%s: %d, want %d", c.name, got.Status, c.want)
		}
	}
	signIn := fields("login", "learner@darasa.test", "password", testPassword, "form", ts.FormToken(""))
	if got := ts.do("POST", "/sw/sign-in", "", signIn, none); got.Status != 303 {
		t.Errorf("signing in from Opera Mini: %d", got.Status)
	}
	page := ts.do("GET", "/sw/sign-in", "", nil)
	if hidden(t, page.Body, "form") != ts.FormToken("") {
		t.Error("the page's token is not the one that is asked for")
	}
}

func TestRateOfSignIn(t *testing.T) {
	ts := newTestServer(t)
	var got answer
	for range signInRate + 1 {
		got = ts.do("POST", "/en/sign-in", "", fields("login", "x"))
	}
	if got.Status != 429 || got.Header.Get("Retry-After") == "" {
		t.Fatalf("%d", got.Status)
	}
	ts.pass(time.Minute)
	if got := ts.do("POST", "/en/sign-in", "", fields("login", "x")); got.Status != 400 {
		t.Errorf("a minute later: %d", got.Status)
	}
}

func TestDeviceName(t *testing.T) {
	for in, want := range map[string]string{
		"Mozilla/5.0 (Linux; Android 13; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Mobile Safari/537.36":               "Chrome, Android",
		"Opera/9.80 (J2ME/MIDP; Opera Mini/9.80 (S60; SymbOS) Presto/2.5.25 Version/10.54":                                          "Opera Mini, J2ME",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36 Edg/120.0":     "Edge, Windows",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Safari/604.1": "Safari, iPhone",
		"": "",
	} {
		if got := deviceName(in); got != want {
			t.Errorf("deviceName(%.40q) = %q, want %q", in, got, want)
		}
	}
}
