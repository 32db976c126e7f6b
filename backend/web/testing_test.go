package web

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"darasa/backend/account"
	"darasa/backend/attempt"
	"darasa/backend/course"
	"darasa/backend/credential"
	"darasa/backend/darasa"
	"darasa/backend/enrolment"
	"darasa/backend/institution"
	"darasa/backend/ledger"
	"darasa/backend/lrs"
	"darasa/backend/media"
	"darasa/backend/progress"
	"darasa/backend/store"
	"darasa/backend/store/sqlite"
	"darasa/content/institutions"
	"darasa/content/native"
)

// testPassword is that of everybody in a test server.
const testPassword = "daraja-mvua-chungwa"

// testCourse is the slug of the course that publish publishes.
const testCourse = darasa.ID("small-sample")

// testServer is the edge over a real store and media directory, with two
// institutions and one person per role at the first ("learner", "trainer",
// "author", "admin", "national") and three at the second ("away-learner",
// "away-trainer", "away-admin"). Each signs in with <who>@darasa.test.
type testServer struct {
	*Server
	t      testing.TB
	engine store.Engine
	home   darasa.ID // the institution of most people
	away   darasa.ID
	people map[string]darasa.ID
	log    *bytes.Buffer

	mu     sync.Mutex
	now    darasa.Time
	tokens map[string]string
}

// command is the actor of what a test sets up.
var command = darasa.Command("test")

// newTestServer returns a server at http://darasa.test; its clock stands until
// pass turns it.
func newTestServer(t testing.TB) *testServer { return newTestServerAt(t, "http://darasa.test") }

func newTestServerAt(t testing.TB, address string) *testServer {
	t.Helper()
	dir := t.TempDir()
	e, err := sqlite.Open(t.Context(), sqlite.Options{Path: filepath.Join(dir, "d.sqlite")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close() })
	m, err := media.OpenDirectory(filepath.Join(dir, "media"))
	if err != nil {
		t.Fatal(err)
	}
	ts := &testServer{t: t, engine: e, now: darasa.At(time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC)), people: map[string]darasa.ID{},
		tokens: map[string]string{}, log: &bytes.Buffer{}}
	s := ts.wire(m)
	s.TempDir = filepath.Join(dir, "tmp")
	if err := os.Mkdir(s.TempDir, 0o700); err != nil {
		t.Fatal(err)
	}
	base, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	foreign := &url.URL{Scheme: base.Scheme, Host: "content." + base.Host}
	ts.Server = New(Config{URL: base, ContentURL: foreign, Zone: time.FixedZone("EAT", 3*60*60), Secret: testSecret,
		Log: slog.New(slog.NewTextHandler(&lockedWriter{w: ts.log}, nil)), Version: "test", Now: ts.clock}, s)
	ts.seed()
	return ts
}

var testSecret = []byte("0123456789abcdef0123456789abcdef")

// lockedWriter lets the log be written by several requests.
type lockedWriter struct {
	mu sync.Mutex
	w  io.Writer
}

// Write implements io.Writer.
func (l *lockedWriter) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(p)
}

// wire makes the services as the command does.
func (ts *testServer) wire(m media.Store) Services {
	lists, err := institutions.Load()
	ts.must(err)
	s := Services{Media: m, Lists: lists, Book: ledger.New(ts.engine)}
	s.Institutions = institution.New(ts.engine, s.Book)
	s.Accounts, err = account.New(ts.engine, s.Book, account.Options{Secret: testSecret, JoinCode: s.Institutions.JoinCode,
		Institution: s.Institutions.Exists, Cost: account.Cost{Memory: 64, Time: 1, Threads: 1},
		Wait: func(context.Context, time.Duration) error { return nil }})
	ts.must(err)
	s.Courses = course.New(ts.engine, m, course.Options{Audit: s.Book})
	s.Log = lrs.New(ts.engine)
	for _, specs := range [][]store.Spec{s.Book.Specs(), s.Institutions.Specs(), s.Accounts.Specs(), course.Specs(), lrs.Specs(),
		enrolment.Specs(), attempt.Specs(), progress.Specs(), credential.Specs()} {
		ts.must(ts.engine.Ensure(ts.t.Context(), specs...))
	}
	tickets, err := attempt.NewSigner("ticket", testSecret)
	ts.must(err)
	tokens, err := attempt.NewSigner("sync", testSecret)
	ts.must(err)
	s.Enrolments = enrolment.New(ts.engine, s.Courses, s.Book, darasa.NewID)
	s.Attempts = attempt.New(ts.engine, s.Enrolments, s.Courses, tickets)
	s.Progress = progress.New(ts.engine, progress.Parts{Enrolments: s.Enrolments, Attempts: s.Attempts, Content: s.Courses,
		Statements: s.Log, People: s.Accounts, Jobs: s.Book, Tokens: tokens, Base: "http://darasa.test", NewID: darasa.NewID})
	s.Enrolments.Listen(s.Progress)
	s.Certificates = credential.New(ts.engine, s.Book, s.Courses, s.Progress, time.UTC)
	s.Progress.Issue(s.Certificates)
	s.Dependencies = []Dependency{{Name: "store", Ping: ts.engine.Ping}, {Name: "media", Ping: m.Ping}}
	return s
}

func (ts *testServer) must(err error) {
	ts.t.Helper()
	if err != nil {
		ts.t.Fatal(err)
	}
}

// clock is the server's time.
func (ts *testServer) clock() darasa.Time {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	return ts.now
}

// pass turns the clock forward.
func (ts *testServer) pass(d time.Duration) {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	ts.now = darasa.At(ts.now.Add(d))
}

func (ts *testServer) seed() {
	ts.t.Helper()
	for _, f := range []struct {
		id   *darasa.ID
		slug string
		name darasa.Text
	}{
		{&ts.home, "home", darasa.T("Taasisi ya Nyumbani", "Home Institute")},
		{&ts.away, "away", darasa.T("Taasisi ya Mbali", "Away Institute")},
	} {
		i, err := ts.Institutions.Create(ts.t.Context(), command, institution.Facts{Slug: f.slug, Code: strings.ToUpper(f.slug),
			Name: f.name, Type: "university", Zone: "eastern"}, ts.clock())
		ts.must(err)
		*f.id = i.ID
	}
	for _, r := range darasa.Roles {
		ts.person(string(r), ts.home, r)
	}
	ts.person("away-learner", ts.away, darasa.Learner)
	ts.person("away-trainer", ts.away, darasa.Trainer)
	ts.person("away-admin", ts.away, darasa.InstitutionAdmin)
}

// person makes somebody with testPassword who signs in with <who>@darasa.test.
func (ts *testServer) person(who string, institution darasa.ID, roles ...darasa.Role) darasa.ID {
	ts.t.Helper()
	surname := strings.ReplaceAll(who, "-", " ")
	p, err := ts.Accounts.Create(ts.t.Context(), command, account.PersonFacts{First: "Asha", Surname: surname, Mail: who + "@darasa.test"}, ts.clock())
	ts.must(err)
	_, err = ts.Accounts.Affiliate(ts.t.Context(), command, p.ID, institution, account.AffiliationPatch{Roles: &roles}, ts.clock())
	ts.must(err)
	ts.must(ts.Accounts.SetPassword(ts.t.Context(), command, p.ID, testPassword, ts.clock()))
	ts.people[who] = p.ID
	return p.ID
}

// token returns a session of somebody, signed in where there is none that is
// still good; empty for the stranger "".
func (ts *testServer) token(who string) string {
	ts.t.Helper()
	if who == "" {
		return ""
	}
	if t := ts.tokens[who]; t != "" {
		if _, err := ts.Accounts.Resolve(ts.t.Context(), t, ts.clock()); err == nil {
			return t
		}
	}
	in, err := ts.Accounts.SignIn(ts.t.Context(), account.Credentials{Login: who + "@darasa.test", Secret: testPassword}, ts.clock())
	ts.must(err)
	ts.tokens[who] = in.Token
	return in.Token
}

// actor returns the actor that a request of somebody has.
func (ts *testServer) actor(who string) darasa.Actor {
	ts.t.Helper()
	s, err := ts.Accounts.Resolve(ts.t.Context(), ts.token(who), ts.clock())
	ts.must(err)
	return s.Actor
}

// publish publishes the small sample course of institution home, once, and
// returns its edition.
func (ts *testServer) publish() *course.Edition {
	ts.t.Helper()
	n, fs := native.Read(os.DirFS("../../content/native/testdata/good"))
	if darasa.HasErrors(fs) {
		ts.t.Fatal(fs)
	}
	a := command
	a.Institution = ts.home
	r, err := ts.Courses.Publish(ts.t.Context(), a, n, ts.clock())
	ts.must(err)
	e, err := ts.Courses.Edition(ts.t.Context(), r.Edition)
	ts.must(err)
	return e
}

// answer is what a request got.
type answer struct {
	Status int
	Header http.Header
	Body   string
	Cookie *http.Cookie // the session's, if it was set
}

// to is where a redirect leads.
func (a answer) to() string { return a.Header.Get("Location") }

// has tells whether the body holds s.
func (a answer) has(s string) bool { return strings.Contains(a.Body, s) }

// do sends a request as somebody ("" is a stranger), with a form where it is
// not nil, as a browser does that sends Sec-Fetch-Site. change may alter it.
func (ts *testServer) do(method, path, as string, form url.Values, change ...func(*http.Request)) answer {
	ts.t.Helper()
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	req := httptest.NewRequest(method, path, body)
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return ts.send(req, as, change...)
}

// upload posts a file as multipart form data.
func (ts *testServer) upload(path, as, name string, file []byte, change ...func(*http.Request)) answer {
	ts.t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	ts.must(w.WriteField("form", "x"))
	part, err := w.CreateFormFile("file", name)
	ts.must(err)
	_, err = part.Write(file)
	ts.must(err)
	ts.must(w.Close())
	req := httptest.NewRequest(http.MethodPost, path, &b)
	req.Header.Set("Content-Type", w.FormDataContentType())
	return ts.send(req, as, change...)
}

func (ts *testServer) send(req *http.Request, as string, change ...func(*http.Request)) answer {
	ts.t.Helper()
	req.Host = ts.cfg.URL.Host
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	if t := ts.token(as); t != "" {
		req.AddCookie(&http.Cookie{Name: ts.cookieName(), Value: t})
	}
	for _, c := range change {
		c(req)
	}
	res, err := ts.App().Test(req, -1)
	ts.must(err)
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	ts.must(err)
	a := answer{Status: res.StatusCode, Header: res.Header, Body: string(b)}
	for _, c := range res.Cookies() {
		if c.Name == ts.cookieName() {
			a.Cookie = c
		}
	}
	return a
}

// cookie sends a session of one's own instead of somebody's.
func cookie(ts *testServer, token string) func(*http.Request) {
	return func(r *http.Request) {
		r.Header.Del("Cookie")
		r.AddCookie(&http.Cookie{Name: ts.cookieName(), Value: token})
	}
}

// header sets a header, or takes it away where value is empty.
func header(name, value string) func(*http.Request) {
	return func(r *http.Request) {
		r.Header.Del(name)
		if value != "" {
			r.Header.Set(name, value)
		}
	}
}

// fields makes a form of pairs.
func fields(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	return v
}
