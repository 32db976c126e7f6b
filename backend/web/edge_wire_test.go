package web

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"
)

// listens serves on a real port until the test ends and returns its address.
func (ts *testServer) listens() string {
	ts.t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.must(err)
	done := make(chan struct{})
	go func() { defer close(done); _ = ts.Listen(l) }()
	ts.t.Cleanup(func() { _ = l.Close(); <-done })
	return l.Addr().String()
}

// wire is a raw connection to a server.
type wire struct {
	net.Conn
	t testing.TB
	r *bufio.Reader
}

func dial(t testing.TB, address string) *wire {
	t.Helper()
	c, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	_ = c.SetDeadline(time.Now().Add(time.Minute))
	return &wire{Conn: c, t: t, r: bufio.NewReader(c)}
}

// writes sends text; what a server that has answered no longer takes is not
// an error of the test.
func (w *wire) writes(s string) bool {
	_, err := io.WriteString(w.Conn, s)
	return err == nil
}

// answer reads one answer.
func (w *wire) answer() (*http.Response, string) {
	w.t.Helper()
	res, err := http.ReadResponse(w.r, nil)
	if err != nil {
		w.t.Fatalf("no answer: %v", err)
	}
	if res.StatusCode == http.StatusContinue {
		return res, ""
	}
	b, err := io.ReadAll(res.Body)
	if err != nil {
		w.t.Fatalf("an answer cut off: %v", err)
	}
	return res, string(b)
}

// ends holds the connection to being closed without a further answer.
func (w *wire) ends() {
	w.t.Helper()
	if b, _ := io.ReadAll(w.r); len(b) > 0 {
		w.t.Errorf("after the answer came %.200q", b)
	}
}

const post = "POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"

func TestEdgeTooLargeOnTheWire(t *testing.T) {
	if testing.Short() {
		t.Skip("make quick leaves out what waits for the edge's own time-outs; make test runs it")
	}
	address := newTestServer(t).listens()
	big := strings.Repeat("x", 4<<20)
	for name, send := range map[string]func(*wire){
		"all at once": func(w *wire) { w.writes(fmt.Sprintf(post+"Content-Length: %d\r\n\r\n", "/sync", len(big)) + big) },
		"a little":    func(w *wire) { w.writes(fmt.Sprintf(post+"Content-Length: 900000000\r\n\r\nxxxx", "/sync")) },
		"chunked": func(w *wire) {
			w.writes(fmt.Sprintf(post+"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n", "/sync", len(big), big))
		},
		"chunked without end": func(w *wire) {
			w.writes(fmt.Sprintf(post+"Transfer-Encoding: chunked\r\n\r\n", "/sync"))
			for range 5 {
				w.writes(fmt.Sprintf("%x\r\n%s\r\n", 64<<10, big[:64<<10]))
			}
		},
		"100-continue": func(w *wire) {
			w.writes(fmt.Sprintf(post+"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n", "/sync", len(big)) + big)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := dial(t, address)
			began := time.Now()
			send(w)
			res, body := w.answer()
			for res.StatusCode == http.StatusContinue {
				res, body = w.answer()
			}
			if res.StatusCode != http.StatusRequestEntityTooLarge || res.Header.Get("Content-Type") != "application/problem+json" || !strings.Contains(body, "256 kB") {
				t.Errorf("%d %s %.200s", res.StatusCode, res.Header.Get("Content-Type"), body)
			}
			if took := time.Since(began); took > lingerFor {
				t.Errorf("answered after %s", took)
			}
		})
	}
}

// Whoever sends everything before reading gets the answer too, however slowly
// it sends: the server goes on reading after it has answered.
func TestEdgeTooLargeSentSlowly(t *testing.T) {
	if testing.Short() {
		t.Skip("make quick leaves out what waits for the edge's own time-outs; make test runs it")
	}
	w := dial(t, newTestServer(t).listens())
	w.writes(fmt.Sprintf(post+"Content-Length: 400000\r\n\r\n", "/sync"))
	piece, tick := strings.Repeat("x", 4000), time.NewTicker(40*time.Millisecond)
	defer tick.Stop()
	for range 100 { // four seconds in all, twice as long as the answer waits
		<-tick.C
		if !w.writes(piece) {
			t.Fatal("the connection was reset while the client was sending")
		}
	}
	res, body := w.answer()
	if res.StatusCode != http.StatusRequestEntityTooLarge || !res.Close {
		t.Errorf("%d, close %v: %s", res.StatusCode, res.Close, body)
	}
	w.ends()
}

// After a body over the limit that came whole, the connection goes on: a new
// one costs two seconds on 2G.
func TestEdgeTooLargeKeepsTheConnection(t *testing.T) {
	w := dial(t, newTestServer(t).listens())
	body := strings.Repeat("x", 300<<10)
	for _, head := range []string{fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(body), body), fmt.Sprintf("Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n", len(body), body)} {
		w.writes(fmt.Sprintf(post, "/sync") + head)
		if res, _ := w.answer(); res.StatusCode != http.StatusRequestEntityTooLarge || res.Close {
			t.Errorf("%d, close %v", res.StatusCode, res.Close)
		}
		w.writes("GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
		if res, body := w.answer(); res.StatusCode != http.StatusOK {
			t.Errorf("the next request: %d %s", res.StatusCode, body)
		}
	}
}

func TestEdgeTruncatedBody(t *testing.T) {
	if testing.Short() {
		t.Skip("make quick leaves out what waits for the edge's own time-outs; make test runs it")
	}
	ts := newTestServer(t)
	address := ts.listens()
	for name, rest := range map[string]string{
		"by length":    "Content-Length: 5000\r\n\r\n{\"tokens\":[],",
		"in a chunk":   "Transfer-Encoding: chunked\r\n\r\n400\r\n{\"tokens\":[],",
		"after chunks": "Transfer-Encoding: chunked\r\n\r\nd\r\n{\"tokens\":[],\r\n",
		"no chunk":     "Transfer-Encoding: chunked\r\n\r\nzz\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			w := dial(t, address)
			w.writes(fmt.Sprintf(post, "/sync") + rest)
			if err := w.Conn.(*net.TCPConn).CloseWrite(); err != nil {
				t.Fatal(err)
			}
			res, body := w.answer()
			if res.StatusCode != http.StatusBadRequest {
				t.Errorf("%d: %s", res.StatusCode, body)
			}
			w.ends()
		})
	}
}

// What a handler leaves unread must never be taken for the next request: a
// proxy in front would give its answer to somebody else.
func TestEdgeUnreadBodyIsNoRequest(t *testing.T) {
	if testing.Short() {
		t.Skip("make quick leaves out what waits for the edge's own time-outs; make test runs it")
	}
	ts := newTestServer(t)
	address := ts.listens()
	hidden := "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
	for name, head := range map[string]string{
		"no such page":  "POST /nothing-here HTTP/1.1\r\nHost: 127.0.0.1\r\n",
		"unknown host":  "POST /sync HTTP/1.1\r\nHost: evil.test\r\n",
		"content host":  "POST /sync HTTP/1.1\r\nHost: content.darasa.test\r\n",
		"not signed in": "POST /api/v1/rosters HTTP/1.1\r\nHost: 127.0.0.1\r\nSec-Fetch-Site: same-origin\r\n",
		"a GET":         "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n",
	} {
		for _, chunked := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, chunked %v", name, chunked), func(t *testing.T) {
				w := dial(t, address)
				body := strings.Repeat(hidden, 100)
				if chunked {
					w.writes(head + fmt.Sprintf("Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n", len(body), body))
				} else {
					w.writes(head + fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(body), body))
				}
				first, _ := w.answer()
				if first.Close {
					w.ends()
					return
				}
				w.writes("GET /robots.txt HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
				if _, body := w.answer(); !strings.Contains(body, "User-agent") {
					t.Errorf("the next answer is %.200q", body)
				}
				w.ends()
			})
		}
	}
}

// An upload to a path that takes none is neither kept in memory nor written to
// a file (fasthttp would do both by itself).
func TestEdgeUploadToNowhere(t *testing.T) {
	if testing.Short() {
		t.Skip("make quick leaves out what waits for the edge's own time-outs; make test runs it")
	}
	t.Setenv("TMPDIR", t.TempDir())
	ts := newTestServer(t)
	w := dial(t, ts.listens())
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	part, err := m.CreateFormFile("file", "large.bin")
	ts.must(err)
	_, err = part.Write(bytes.Repeat([]byte("x"), 24<<20))
	ts.must(err)
	ts.must(m.Close())
	body := b.String()
	w.writes(fmt.Sprintf("POST /nothing-here HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n", m.FormDataContentType(), len(body)))
	w.writes(body[:len(body)-1]) // all but the last byte: whatever is kept is there now
	files, err := os.ReadDir(os.Getenv("TMPDIR"))
	ts.must(err)
	for _, f := range files {
		if strings.HasPrefix(f.Name(), "multipart-") {
			t.Errorf("the upload is in %s", f.Name())
		}
	}
	w.writes(body[len(body)-1:])
	if res, _ := w.answer(); res.StatusCode != http.StatusNotFound {
		t.Errorf("%d", res.StatusCode)
	}
}
