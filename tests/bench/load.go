package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync/atomic"
	"time"
)

// pagesEach is how many lesson pages each session asks for in a round: three
// times the course.
const pagesEach = 48

// load is one round of everything that learners do, on a server just started.
type load struct {
	p   *place
	s   *server
	out sink
	ls  []*learner
}

// spend runs f and adds the server's processor time per item, in milliseconds.
func (r *load) spend(key string, items int, f func() error) error {
	before, err := r.s.cpu()
	if err != nil {
		return err
	}
	if err := f(); err != nil {
		return fmt.Errorf("%s: %w", key, err)
	}
	after, err := r.s.cpu()
	if err == nil {
		r.out.add(key, (after-before)*1000/float64(items))
	}
	return err
}

// learn is what learners do: sign in, read, take a test, sync.
func (r *load) learn(ctx context.Context, round int) error {
	for range sessions {
		r.ls = append(r.ls, newLearner(r.s.url))
	}
	if err := r.spend("sign-in", sessions, func() error {
		return everybody(r.ls, func(i int, l *learner) error { return l.signIn(ctx, login(i)) })
	}); err != nil {
		return err
	}
	if err := everybody(r.ls, func(_ int, l *learner) error { return l.enrol(ctx) }); err != nil {
		return err
	}
	if err := r.read(ctx); err != nil {
		return err
	}
	tests := make([]string, len(r.ls))
	if err := r.spend("attempt", sessions, func() error {
		return everybody(r.ls, func(i int, l *learner) (err error) {
			tests[i], err = l.attempt(ctx, i)
			return err
		})
	}); err != nil {
		return err
	}
	if err := r.spend("result", sessions, func() error {
		return everybody(r.ls, func(i int, l *learner) error {
			_, err := l.want(ctx, http.StatusOK, http.MethodGet, tests[i], nil)
			return err
		})
	}); err != nil {
		return err
	}
	return r.sync(ctx, round)
}

// read asks for lessons three ways: going through the course, reading one
// again, and asking whether it changed.
func (r *load) read(ctx context.Context) error {
	var bytes atomic.Int64
	pages := func(key string, f func(i, n int, l *learner) error) error {
		return r.spend(key, sessions*pagesEach, func() error {
			return everybody(r.ls, func(i int, l *learner) error {
				for n := range pagesEach {
					if err := f(i, n, l); err != nil {
						return err
					}
				}
				return nil
			})
		})
	}
	get := func(l *learner, lesson string) (answer, error) {
		return l.want(ctx, http.StatusOK, http.MethodGet, l.page(lesson), nil)
	}
	if err := pages("lesson-move", func(i, n int, l *learner) error {
		a, err := get(l, l.lessons[(i+n)%len(l.lessons)])
		bytes.Add(int64(len(a.body) + headerBytes(a.header)))
		return err
	}); err != nil {
		return err
	}
	r.out.add("lesson-bytes", float64(bytes.Load())/(sessions*pagesEach)/1000)
	if err := pages("lesson-same", func(i, _ int, l *learner) error {
		_, err := get(l, l.lessons[i%len(l.lessons)])
		return err
	}); err != nil {
		return err
	}
	tags := make([]string, len(r.ls))
	if err := everybody(r.ls, func(i int, l *learner) error {
		a, err := get(l, l.lessons[i%len(l.lessons)])
		tags[i] = a.header.Get("Etag")
		return err
	}); err != nil {
		return err
	}
	return pages("lesson-304", func(i, _ int, l *learner) error {
		_, err := l.want(ctx, http.StatusNotModified, http.MethodGet, l.page(l.lessons[i%len(l.lessons)]), nil, "If-None-Match", tags[i])
		return err
	})
}

func (l *learner) page(lesson string) string { return "/sw/learn/" + l.enrolment + "/" + lesson }

// headerBytes is what the headers of an answer take on the wire.
func headerBytes(h http.Header) int {
	n := len("HTTP/1.1 200 OK\r\n\r\n")
	for k, vs := range h {
		for _, v := range vs {
			n += len(k) + len(v) + 4
		}
	}
	return n
}

// attempt opens the next try of the post-test, looks at it, saves half and
// sends all, which is answered with the result's page; it returns that page's
// path. The answers are the first options, so that nobody passes and a next
// try stays for the next round.
func (l *learner) attempt(ctx context.Context, i int) (string, error) {
	a, err := l.want(ctx, http.StatusSeeOther, http.MethodPost, "/sw/learn/"+l.enrolment+"/quiz/post-test", url.Values{})
	if err != nil {
		return "", err
	}
	u, err := url.Parse(a.header.Get("Location"))
	if err != nil {
		return "", err
	}
	text, err := l.text(ctx, http.MethodGet, u.Path, nil)
	if err != nil {
		return "", err
	}
	all, half := answers(text, i)
	if n := strings.Count(text, "<fieldset"); n < 20 {
		return "", fmt.Errorf("the test shows %d questions, not 20", n)
	}
	half.Set("go", "save")
	if _, err := l.text(ctx, http.MethodPost, u.Path, half); err != nil {
		return "", err
	}
	all.Set("go", "submit")
	all.Set("blank", "1")
	text, err = l.text(ctx, http.MethodPost, u.Path, all)
	if err == nil && strings.Contains(text, `name="go"`) {
		err = errors.New("the test was not taken as sent")
	}
	return u.Path, err
}

// text sends a request that is answered with a page and returns it.
func (l *learner) text(ctx context.Context, method, path string, form url.Values) (string, error) {
	a, err := l.want(ctx, http.StatusOK, method, path, form)
	if err != nil {
		return "", err
	}
	return a.html()
}

var (
	field = regexp.MustCompile(`<input type="(radio|checkbox|hidden)" name="([^"]+)" value="([^"]*)"`)
	typed = regexp.MustCompile(`<input class="short"[^>]* name="(q\.[^"]+)"`)
	order = regexp.MustCompile(`<select name="(q\.([^"]+)\.[^"]+)"`)
)

// answers fills in a form: every question, and half of them.
func answers(html string, seed int) (all, half url.Values) {
	all, half = url.Values{}, url.Values{}
	put := func(name, value string) {
		if all.Get(name) != "" {
			return
		}
		all.Set(name, value)
		if len(all)%2 == 0 || !strings.HasPrefix(name, "q.") {
			half.Set(name, value)
		}
	}
	for _, m := range field.FindAllStringSubmatch(html, -1) {
		put(m[2], m[3])
	}
	for _, m := range typed.FindAllStringSubmatch(html, -1) {
		put(m[1], fmt.Sprint(1000+seed))
	}
	steps := map[string]int{}
	for _, m := range order.FindAllStringSubmatch(html, -1) {
		steps[m[2]]++
		all.Set(m[1], fmt.Sprint(steps[m[2]]))
	}
	return all, half
}

// sync sends each learner's twenty events as a phone that was offline does.
func (r *load) sync(ctx context.Context, round int) error {
	tokens := make([]string, len(r.ls))
	if err := everybody(r.ls, func(i int, l *learner) (err error) {
		tokens[i], err = l.ticket(ctx)
		return err
	}); err != nil {
		return fmt.Errorf("tickets: %w", err)
	}
	return r.spend("sync", sessions, func() error {
		return everybody(r.ls, func(i int, l *learner) error { return l.sync(ctx, tokens[i], 20*round) })
	})
}

func (l *learner) ticket(ctx context.Context) (string, error) {
	var out struct {
		Sync string `json:"sync"`
	}
	err := l.json(ctx, "/api/v1/enrolments/"+l.enrolment+"/tickets", map[string]string{"device": "bench", "label": "bench"}, &out)
	return out.Sync, err
}

// event is one event as a phone keeps it.
type event struct {
	ID        string `json:"id"`
	Kind      string `json:"k"`
	Enrolment string `json:"e"`
	Lesson    string `json:"l"`
	At        string `json:"t"`
	Total     int64  `json:"s,omitempty"`
}

func (l *learner) sync(ctx context.Context, token string, from int) error {
	body := struct {
		Tokens []string `json:"tokens"`
		Events []event  `json:"events"`
	}{Tokens: []string{token}}
	began := time.Now().Add(-time.Hour)
	for n := range 20 {
		e := event{ID: newUUID(), Kind: "lesson-done", Enrolment: l.enrolment, Lesson: l.lessons[(from+n/2)%len(l.lessons)],
			At: began.Add(time.Duration(n) * time.Minute).UTC().Format("2006-01-02T15:04:05.000Z")}
		if n%2 == 0 {
			e.Kind, e.Total = "seconds", int64(60*(n+1)+from)
		}
		body.Events = append(body.Events, e)
	}
	var out struct {
		Items []struct {
			Verdict string `json:"verdict"`
			Why     any    `json:"why"`
		} `json:"items"`
	}
	if err := l.json(ctx, "/sync", body, &out); err != nil {
		return err
	}
	for _, v := range out.Items {
		if v.Verdict != "stored" {
			return fmt.Errorf("an event was %q: %v", v.Verdict, v.Why)
		}
	}
	if len(out.Items) != 20 {
		return fmt.Errorf("%d events were acknowledged, not 20", len(out.Items))
	}
	return nil
}

// json posts v and reads the answer into out.
func (l *learner) json(ctx context.Context, path string, v, out any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, l.base+path, strings.NewReader(string(b)))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	if bearer, ok := strings.CutPrefix(l.cookie, "Bearer "); ok {
		r.Header.Set("Authorization", "Bearer "+bearer)
	} else if l.cookie != "" {
		r.Header.Set("Cookie", l.cookie)
	}
	a, err := l.send(r)
	if err != nil {
		return err
	}
	if a.status/100 != 2 {
		return fmt.Errorf("%s answered %d: %.300s", path, a.status, a.body)
	}
	return json.Unmarshal(a.body, out)
}
