package web

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/gofiber/fiber/v2"

	"darasa/backend/course"
	"darasa/backend/darasa"
	"darasa/frontend"
)

// accept asks for an encoding.
func accept(encoding string) func(*http.Request) { return header("Accept-Encoding", encoding) }

func TestEdgeCompression(t *testing.T) {
	ts := newTestServer(t)
	plain := ts.do("GET", "/en/", "", nil, accept("identity"))
	if plain.Header.Get("Content-Encoding") != "" || !plain.has("<html") {
		t.Fatalf("identity: %v", plain.Header)
	}
	for _, c := range []struct{ accept, want string }{
		{"gzip, deflate, br", "br"}, {"gzip, deflate", "gzip"}, {"br;q=0, gzip", "gzip"}, {"*", "gzip"},
		{"deflate", ""}, {"", ""}, {"br;q=0, gzip;q=0.000", ""}, {"BR", "br"}, {"gzip;q=1.0, br;q=0.5", "br"},
	} {
		t.Run(c.accept, func(t *testing.T) {
			a := ts.do("GET", "/en/", "", nil, accept(c.accept))
			if got := a.Header.Get("Content-Encoding"); got != c.want {
				t.Fatalf("Content-Encoding %q, want %q", got, c.want)
			}
			if !strings.Contains(a.Header.Get("Vary"), "Accept-Encoding") {
				t.Errorf("Vary %q", a.Header.Get("Vary"))
			}
			if got := unpacked(t, c.want, a.Body); mask(got) != mask(plain.Body) {
				t.Errorf("unpacked %d bytes differ from the plain %d", len(got), len(plain.Body))
			}
			if c.want != "" && len(a.Body) > len(plain.Body)/2 {
				t.Errorf("%d bytes of %d", len(a.Body), len(plain.Body))
			}
		})
	}
}

// mask takes out what differs from page to page: the form token stands for a
// session and the request, not for the page.
func mask(page string) string {
	return regexp.MustCompile(`value="[A-Za-z0-9_-]{24}"`).ReplaceAllString(page, "")
}

func unpacked(t *testing.T, encoding, body string) string {
	t.Helper()
	var r io.Reader = strings.NewReader(body)
	switch encoding {
	case "br":
		r = brotli.NewReader(r)
	case "gzip":
		z, err := gzip.NewReader(r)
		if err != nil {
			t.Fatal(err)
		}
		r = z
	}
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// Level 5 is what was measured to pay for pages made on request.
func TestEdgeBrotliLevel(t *testing.T) {
	ts := newTestServer(t)
	plain := ts.do("GET", "/en/sign-in", "", nil, accept("identity"))
	var want bytes.Buffer
	w := brotli.NewWriterLevel(&want, 5)
	_, _ = w.Write([]byte(plain.Body))
	ts.must(w.Close())
	got := ts.do("GET", "/en/sign-in", "", nil, accept("br"))
	if len(got.Body) != want.Len() {
		t.Errorf("%d bytes, level 5 gives %d", len(got.Body), want.Len())
	}
}

func TestEdgeRevalidation(t *testing.T) {
	ts := newTestServer(t)
	for _, who := range []string{"", "learner"} {
		path := map[string]string{"": "/sw/", "learner": "/sw/me"}[who]
		first := ts.do("GET", path, who, nil)
		tag := first.Header.Get("ETag")
		if first.Status != http.StatusOK || !strings.HasPrefix(tag, `W/"`) || first.Header.Get("Cache-Control") != "private, no-cache" {
			t.Fatalf("%s: %d, ETag %q, Cache-Control %q", path, first.Status, tag, first.Header.Get("Cache-Control"))
		}
		strong := strings.TrimPrefix(tag, "W/")
		for _, match := range []string{tag, strong, `W/"other", ` + tag, "*"} {
			a := ts.do("GET", path, who, nil, header("If-None-Match", match))
			if a.Status != http.StatusNotModified || a.Body != "" {
				t.Errorf("If-None-Match %s: %d with %d bytes", match, a.Status, len(a.Body))
			}
			for _, h := range []string{"ETag", "Vary", "Cache-Control", "Content-Security-Policy", "X-Request-Id"} {
				if a.Header.Get(h) == "" || h != "X-Request-Id" && a.Header.Get(h) != first.Header.Get(h) {
					t.Errorf("304 with %s %q, 200 has %q", h, a.Header.Get(h), first.Header.Get(h))
				}
			}
		}
		if a := ts.do("GET", path, who, nil, header("If-None-Match", `W/"other"`)); a.Status != http.StatusOK {
			t.Errorf("another tag: %d", a.Status)
		}
	}
}

// The page of one person must not be revalidated into another's.
func TestEdgeTagIsOfTheContent(t *testing.T) {
	ts := newTestServer(t)
	tag := ts.do("GET", "/sw/me", "learner", nil).Header.Get("ETag")
	if a := ts.do("GET", "/sw/me", "trainer", nil, header("If-None-Match", tag)); a.Status != http.StatusOK {
		t.Errorf("the trainer's page is %d for the learner's tag", a.Status)
	}
}

func TestEdgeImmutable(t *testing.T) {
	ts := newTestServer(t)
	edition := ts.publish()
	piece := edition.Pieces[0]
	a := ts.do("GET", "/o/"+piece.Hash, "", nil, accept("br"))
	if a.Status != http.StatusOK || a.Header.Get("Cache-Control") != forever || a.Header.Get("Content-Type") == "" {
		t.Fatalf("piece: %d %v", a.Status, a.Header)
	}
	plain := ts.do("GET", "/o/"+piece.Hash, "", nil, accept("identity"))
	if got := unpacked(t, a.Header.Get("Content-Encoding"), a.Body); got != plain.Body || int64(len(got)) != piece.Bytes {
		t.Errorf("the two forms of a piece differ: %d and %d of %d bytes", len(got), len(plain.Body), piece.Bytes)
	}
	same := ts.do("GET", "/o/"+piece.Hash, "", nil, header("If-None-Match", a.Header.Get("ETag")))
	if same.Status != http.StatusNotModified || same.Header.Get("Cache-Control") != forever || !strings.Contains(same.Header.Get("Vary"), "Accept-Encoding") {
		t.Errorf("304: %d %v", same.Status, same.Header)
	}
	for _, bad := range []string{strings.Repeat("0", 64), "..%2f..%2fd.sqlite", strings.ToUpper(piece.Hash), piece.Hash[:63]} {
		if a := ts.do("GET", "/o/"+bad, "", nil); a.Status != http.StatusNotFound || a.Header.Get("Cache-Control") == forever {
			t.Errorf("/o/%s: %d, %s", bad, a.Status, a.Header.Get("Cache-Control"))
		}
	}
	if a := ts.do("GET", "/editions/"+string(edition.ID)+"/manifest.json", "", nil); a.Status != http.StatusOK || !strings.Contains(a.Header.Get("Cache-Control"), "immutable") {
		t.Errorf("manifest: %d, %q", a.Status, a.Header.Get("Cache-Control"))
	}
	if key := course.PiecePath(piece.Hash, false); strings.Contains(a.Body, key) {
		t.Error("an answer names a place in the media store")
	}
}

func TestEdgeAssets(t *testing.T) {
	assets, err := frontend.LoadAssets()
	if err != nil {
		t.Skipf("NOT RUN, ASSETS ARE UNTESTED: %v", err)
	}
	ts := newTestServer(t)
	ts.Assets = assets
	for _, name := range []string{"app.js", "darasa.css"} {
		href := assets.Href(name)
		for _, encoding := range []string{"br", "gzip", "identity"} {
			a := ts.do("GET", href, "learner", nil, accept(encoding))
			if a.Status != http.StatusOK || a.Header.Get("Cache-Control") != forever || a.Header.Get("Set-Cookie") != "" {
				t.Errorf("%s as %s: %d %v", href, encoding, a.Status, a.Header)
			}
			want := map[string]string{"identity": ""}
			got := a.Header.Get("Content-Encoding")
			if w, ok := want[encoding]; ok && got != w || !ok && got != encoding {
				t.Errorf("%s asked as %s comes as %q", name, encoding, got)
			}
		}
	}
}

func TestEdgeHead(t *testing.T) {
	ts := newTestServer(t)
	edition := ts.publish()
	for _, path := range []string{"/en/", "/en/courses/" + string(testCourse), "/o/" + edition.Pieces[0].Hash, "/healthz", "/api/v1/courses", "/en/nothing-here"} {
		get, head := ts.do("GET", path, "", nil), ts.do("HEAD", path, "", nil)
		if head.Status != get.Status || head.Body != "" || head.Header.Get("Content-Type") != get.Header.Get("Content-Type") || head.Header.Get("ETag") != get.Header.Get("ETag") {
			t.Errorf("HEAD %s: %d %v, GET: %d %v", path, head.Status, head.Header, get.Status, get.Header)
		}
	}
}

func TestEdgeHosts(t *testing.T) {
	ts := newTestServer(t)
	ts.publish()
	for _, c := range []struct {
		host   string
		status int
	}{
		{"darasa.test", 200}, {"darasa.test:8080", 200}, {"DARASA.test", 200}, {"localhost:1", 200}, {"127.0.0.1", 200}, {"[::1]:8080", 200},
		{"evil.test", 421}, {"darasa.test.evil.test", 421}, {"", 421}, {"content.darasa.test.", 421},
		{"content.darasa.test", 404}, {"content.darasa.test:8080", 404},
	} {
		for _, path := range []string{"/sw/", "/sw/sign-in", "/api/v1/courses", "/o/x"} {
			a := ts.do("GET", path, "learner", nil, func(r *http.Request) { r.Host = c.host })
			if c.status != 200 && a.Status != c.status || c.status == 200 && a.Status == 421 {
				t.Errorf("%s on %q: %d", path, c.host, a.Status)
			}
			if c.status != 200 && a.Header.Get("Set-Cookie") != "" {
				t.Errorf("%s on %q sets a cookie", path, c.host)
			}
		}
		if a := ts.do("POST", "/sw/sign-in", "", fields("login", "learner@darasa.test", "password", testPassword), func(r *http.Request) { r.Host = c.host }); c.status != 200 && (a.Status != c.status || a.Header.Get("Set-Cookie") != "") {
			t.Errorf("sign-in on %q: %d, %q", c.host, a.Status, a.Header.Get("Set-Cookie"))
		}
		probe := ts.do("GET", "/healthz", "", nil, func(r *http.Request) { r.Host = c.host })
		if want := map[bool]int{true: 404, false: 200}[c.status == 404]; probe.Status != want {
			t.Errorf("/healthz on %q: %d, want %d", c.host, probe.Status, want)
		}
	}
}

// Every kind of answer carries the headers that hold a browser back.
func TestEdgeSecurityHeaders(t *testing.T) {
	ts := newTestServerAt(t, "https://darasa.test")
	edition := ts.publish()
	for name, a := range map[string]answer{
		"page":      ts.do("GET", "/sw/", "", nil),
		"own page":  ts.do("GET", "/sw/me", "learner", nil),
		"redirect":  ts.do("GET", "/sw/me", "", nil),
		"error":     ts.do("GET", "/sw/nothing-here", "", nil),
		"refused":   ts.do("POST", "/sw/sign-in", "", fields("login", "a", "password", "b"), header("Sec-Fetch-Site", "cross-site")),
		"API":       ts.do("GET", "/api/v1/courses", "", nil),
		"problem":   ts.do("GET", "/api/v1/me", "", nil),
		"xAPI":      ts.do("GET", "/xapi/about", "", nil),
		"piece":     ts.do("GET", "/o/"+edition.Pieces[0].Hash, "", nil),
		"probe":     ts.do("GET", "/healthz", "", nil),
		"host":      ts.do("GET", "/sw/", "", nil, func(r *http.Request) { r.Host = "evil.test" }),
		"content":   ts.do("GET", "/sw/", "", nil, func(r *http.Request) { r.Host = "content.darasa.test" }),
		"probe off": ts.do("GET", "/healthz", "", nil, func(r *http.Request) { r.Host = "10.0.0.7:8080" }),
	} {
		csp := a.Header.Get("Content-Security-Policy")
		if !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "unsafe-eval") || strings.Contains(csp, "script-src 'unsafe") || a.Header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s (%d): CSP %q, nosniff %q", name, a.Status, csp, a.Header.Get("X-Content-Type-Options"))
		}
		if bare := name == "host" || name == "content" || name == "probe off"; bare {
			continue
		}
		for _, h := range []string{"Referrer-Policy", "Cross-Origin-Opener-Policy", "Permissions-Policy", "Strict-Transport-Security", "X-Request-Id"} {
			if a.Header.Get(h) == "" {
				t.Errorf("%s (%d) has no %s", name, a.Status, h)
			}
		}
		if a.Header.Get("Server") != "" || a.Header.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s tells Server %q, CORS %q", name, a.Header.Get("Server"), a.Header.Get("Access-Control-Allow-Origin"))
		}
	}
}

// An id kept from one request must not change with the next (fiber reuses its
// buffers unless told not to).
func TestEdgeImmutableIDs(t *testing.T) {
	ts := newTestServer(t)
	var mu sync.Mutex
	kept := map[string][]string{}
	ts.App().Get("/keep/:id", func(c *fiber.Ctx) error {
		mu.Lock()
		defer mu.Unlock()
		kept["param"], kept["query"], kept["header"] = append(kept["param"], c.Params("id")), append(kept["query"], c.Query("q")), append(kept["header"], c.Get("X-Kept"))
		return nil
	})
	for i := range 8 {
		if _, err := ts.App().Test(mustRequest(t, fmt.Sprintf("/keep/param-%d?q=query-%d", i, i), header("X-Kept", fmt.Sprintf("header-%d", i)), func(r *http.Request) { r.Host = "darasa.test" })); err != nil {
			t.Fatal(err)
		}
	}
	if !ts.App().Config().Immutable {
		t.Error("fiber is not told that values are kept")
	}
	for kind, values := range kept {
		for i, v := range values {
			if want := fmt.Sprintf("%s-%d", kind, i); v != want {
				t.Errorf("kept %q, want %q", v, want)
			}
		}
	}
}

func mustRequest(t *testing.T, path string, change ...func(*http.Request)) *http.Request {
	t.Helper()
	r, err := http.NewRequest(http.MethodGet, path, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range change {
		c(r)
	}
	return r
}

func TestEdgeReady(t *testing.T) {
	ts := newTestServer(t)
	if a := ts.do("GET", "/readyz", "", nil); a.Status != http.StatusOK || !a.has(`"store":"ok"`) || !a.has(`"media":"ok"`) {
		t.Fatalf("ready: %d %s", a.Status, a.Body)
	}
	ts.must(ts.engine.Close())
	a := ts.do("GET", "/readyz", "", nil)
	state := reads[map[string]string](t, a, http.StatusServiceUnavailable)
	if state["store"] == "ok" || state["store"] == "" || state["media"] != "ok" {
		t.Errorf("with a closed store: %v", state)
	}
	if a := ts.do("GET", "/healthz", "", nil); a.Status != http.StatusOK {
		t.Errorf("/healthz asks the store: %d", a.Status)
	}
	if a := ts.do("GET", "/sw/me", "", nil, cookie(ts, strings.Repeat("A", 43))); a.Status != http.StatusServiceUnavailable || strings.Contains(a.Body, "sql") {
		t.Errorf("a page without a store: %d %.300s", a.Status, a.Body)
	}
}

// A label must not grow with the number of learners, nor with what strangers ask for.
func TestEdgeMetrics(t *testing.T) {
	ts := newTestServer(t)
	edition := ts.publish()
	e := ts.enrolled("learner")
	for _, path := range []string{"/sw/me", "/sw/learn/" + string(e.ID) + "/" + edition.Modules[0].Lessons[0].Slug, "/api/v1/enrolments/" + string(e.ID), "/nothing/" + string(darasa.NewID())} {
		ts.do("GET", path, "learner", nil)
	}
	families, err := ts.Metrics().Gather()
	ts.must(err)
	routes := map[string]bool{"none": true}
	for _, r := range ts.Routes() {
		routes[r.Path] = true
	}
	seen := false
	for _, f := range families {
		for _, m := range f.GetMetric() {
			for _, l := range m.GetLabel() {
				if l.GetName() == "route" {
					if seen = true; !routes[l.GetValue()] {
						t.Errorf("%s has the route %q", f.GetName(), l.GetValue())
					}
				}
				for _, own := range []string{string(e.ID), string(ts.people["learner"]), "learner@darasa.test"} {
					if strings.Contains(l.GetValue(), own) {
						t.Errorf("%s has the label %s=%q", f.GetName(), l.GetName(), l.GetValue())
					}
				}
			}
		}
	}
	if !seen {
		t.Error("no metric has a route")
	}
	if a := ts.do("GET", "/metrics", "national", nil); a.Status != http.StatusNotFound {
		t.Errorf("/metrics on the platform's own address: %d", a.Status)
	}
}

// Nothing personal goes to the log: no login, no token, no body.
func TestEdgeLog(t *testing.T) {
	ts := newTestServer(t)
	ts.program("POST", "/api/v1/sessions?password=in-the-query", "", `{"login":"learner@darasa.test","password":"`+testPassword+`"}`)
	ts.program("GET", "/api/v1/me", "learner", "")
	for _, secret := range []string{testPassword, "learner@darasa.test", ts.token("learner"), "in-the-query"} {
		if strings.Contains(ts.log.String(), secret) {
			t.Errorf("the log holds %q", secret)
		}
	}
}
