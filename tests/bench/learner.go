package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
)

// learner is a browser with one connection that stays open and one session.
type learner struct {
	base      string
	client    *http.Client
	cookie    string
	enrolment string
	lessons   []string // slugs in the order of the course
}

func newLearner(base string) *learner {
	return &learner{base: base, client: &http.Client{
		Transport:     &http.Transport{MaxConnsPerHost: 1, MaxIdleConnsPerHost: 1, DisableCompression: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// answer is what came back: the body as it was sent, perhaps compressed.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// html returns the body as a browser reads it.
func (a answer) html() (string, error) {
	if a.header.Get("Content-Encoding") != "br" {
		return string(a.body), nil
	}
	b, err := io.ReadAll(brotli.NewReader(bytes.NewReader(a.body)))
	return string(b), err
}

// do sends a request as a browser would: a form where one is given.
func (l *learner) do(ctx context.Context, method, path string, form url.Values, header ...string) (answer, error) {
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	r, err := http.NewRequestWithContext(ctx, method, l.base+path, body)
	if err != nil {
		return answer{}, err
	}
	r.Header.Set("Accept-Encoding", "gzip, deflate, br")
	r.Header.Set("User-Agent", "Mozilla/5.0 (Linux; Android 9; TECNO KC8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Mobile Safari/537.36")
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if l.cookie != "" {
		r.Header.Set("Cookie", l.cookie)
	}
	if method == http.MethodPost {
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return l.send(r)
}

func (l *learner) send(r *http.Request) (answer, error) {
	res, err := l.client.Do(r)
	if err != nil {
		return answer{}, err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	return answer{res.StatusCode, res.Header, b}, err
}

// want sends a request that must be answered with status.
func (l *learner) want(ctx context.Context, status int, method, path string, form url.Values, header ...string) (answer, error) {
	a, err := l.do(ctx, method, path, form, header...)
	if err == nil && a.status != status {
		text, _ := a.html()
		err = fmt.Errorf("%s %s answered %d, not %d: %.300s", method, path, a.status, status, text)
	}
	return a, err
}

// signIn opens a session by the form.
func (l *learner) signIn(ctx context.Context, login string) error {
	a, err := l.want(ctx, http.StatusSeeOther, http.MethodPost, "/sw/sign-in", url.Values{"login": {login}, "password": {password}})
	if err != nil {
		return err
	}
	l.cookie, _, _ = strings.Cut(a.header.Get("Set-Cookie"), ";")
	return nil
}

var lessonLink = regexp.MustCompile(`/sw/learn/([0-9a-f-]{36})/([a-z0-9-]+)"`)

// enrol enrols oneself, harmless to repeat, and reads the course's lessons.
func (l *learner) enrol(ctx context.Context) error {
	if _, err := l.want(ctx, http.StatusSeeOther, http.MethodPost, "/sw/courses/"+courseSlug+"/enrol", url.Values{}); err != nil {
		return err
	}
	a, err := l.want(ctx, http.StatusOK, http.MethodGet, "/sw/courses/"+courseSlug, nil)
	if err != nil {
		return err
	}
	text, err := a.html()
	seen := map[string]bool{}
	l.lessons = nil
	for _, m := range lessonLink.FindAllStringSubmatch(text, -1) {
		if !seen[m[2]] && m[2] != "quiz" {
			seen[m[2]], l.enrolment = true, m[1]
			l.lessons = append(l.lessons, m[2])
		}
	}
	if err == nil && len(l.lessons) < 3 {
		err = fmt.Errorf("the course's page shows %d lessons", len(l.lessons))
	}
	return err
}

// everybody does f as every learner at once and returns the first error.
func everybody(ls []*learner, f func(i int, l *learner) error) error {
	var wg sync.WaitGroup
	errs := make([]error, len(ls))
	for i, l := range ls {
		wg.Go(func() { errs[i] = f(i, l) })
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
