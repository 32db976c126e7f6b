package web

import (
	"fmt"
	"net/url"
	"testing"
	"time"

	"github.com/valyala/fasthttp"

	"darasa/backend/darasa"
	"darasa/backend/enrolment"
	"darasa/frontend"
)

// BenchmarkAttempt is one whole try at the pre-test of C2 (10 questions)
// through the edge: open, page, save, submit with its result.
func BenchmarkAttempt(b *testing.B) {
	ts := newTestServer(b)
	ctx := b.Context()
	reports, err := ts.Courses.ImportShipped(ctx, darasa.Command("bench"), ts.home, ts.clock())
	ts.must(err)
	ed, err := ts.Courses.Edition(ctx, reports[0].Edition)
	ts.must(err)
	token, handler := ts.token("learner"), ts.App().Handler()
	call := func(method, path string, form url.Values) *fasthttp.RequestCtx {
		ts.pass(100 * time.Millisecond)
		var c fasthttp.RequestCtx
		c.Request.Header.SetMethod(method)
		c.Request.SetRequestURI(path)
		c.Request.Header.SetHost("darasa.test")
		c.Request.Header.Set("Accept-Encoding", "br")
		c.Request.Header.Set("Sec-Fetch-Site", "same-origin")
		c.Request.Header.SetCookie(ts.cookieName(), token)
		if form != nil {
			c.Request.Header.SetContentType("application/x-www-form-urlencoded")
			c.Request.SetBodyString(form.Encode())
		}
		handler(&c)
		if s := c.Response.StatusCode(); s >= 400 {
			b.Fatalf("%s %s: %d", method, path, s)
		}
		return &c
	}
	n := 0
	for b.Loop() {
		b.StopTimer()
		n++
		a := ts.actor("learner")
		e, err := ts.Enrolments.Enrol(ctx, ts.actor("trainer"), benchRun(ts, n).ID, enrolment.Newcomer{Person: a.Person}, ts.clock())
		ts.must(err)
		b.StartTimer()
		to := call("POST", "/sw"+frontend.QuizPath(e.ID, quizOfKind(ed, "pre-test").Slug), url.Values{})
		path := string(to.Response.Header.Peek("Location"))
		call("GET", path, nil)
		b.StopTimer()
		sheet, err := ts.Attempts.Sheet(ctx, a, darasa.ID(path[len("/sw/quiz/"):]))
		ts.must(err)
		form := url.Values{}
		for _, it := range sheet.Items {
			if len(it.Question.Options) > 0 && it.Question.Kind != "ordering" {
				form.Set(frontend.QuestionField(it.Question.Slug), it.Question.Options[0].Slug)
			}
		}
		b.StartTimer()
		form.Set("go", "save")
		call("POST", path, form)
		form.Set("go", "submit")
		form.Set("blank", "1")
		call("POST", path, form)
	}
}

func benchRun(ts *testServer, n int) enrolment.Run {
	run, err := ts.Enrolments.CreateRun(ts.t.Context(), ts.actor("trainer"), "checking-our-data",
		enrolment.RunForm{Name: fmt.Sprint("run ", n), Start: "2026-11-01", End: "2026-11-30", Mode: "online"}, ts.clock())
	ts.must(err)
	return run
}
