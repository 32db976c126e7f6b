package web

import (
	"strconv"
	"testing"
	"time"

	"github.com/valyala/fasthttp"

	"darasa/backend/darasa"
	"darasa/backend/enrolment"
)

// BenchmarkLesson is one signed-in lesson page through the whole edge, without
// the network: the same lesson again, and going on to another each time.
func BenchmarkLesson(b *testing.B) {
	ts := newTestServer(b)
	ctx := b.Context()
	reports, err := ts.Courses.ImportShipped(ctx, darasa.Command("bench"), ts.home, ts.clock())
	ts.must(err)
	ed, err := ts.Courses.Edition(ctx, reports[0].Edition)
	ts.must(err)
	a := ts.actor("learner")
	e, err := ts.Enrolments.EnrolSelf(ctx, a, ed.Course, "", enrolment.Newcomer{Person: a.Person}, ts.clock())
	ts.must(err)
	var slugs []string
	for _, m := range ed.Modules {
		for _, l := range m.Lessons {
			slugs = append(slugs, l.Slug)
		}
	}
	token := ts.token("learner")
	for name, step := range map[string]int{"again": 0, "on": 1} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			handler, n := ts.App().Handler(), 0
			for b.Loop() {
				ts.pass(100 * time.Millisecond) // the clock stands, and the limiter would run dry
				var c fasthttp.RequestCtx
				c.Request.SetRequestURI("/sw/learn/" + string(e.ID) + "/" + slugs[n%len(slugs)])
				c.Request.Header.SetHost("darasa.test")
				c.Request.Header.Set("Accept-Encoding", "br")
				c.Request.Header.SetCookie(ts.cookieName(), token)
				handler(&c)
				if c.Response.StatusCode() != 200 {
					b.Fatal(strconv.Itoa(c.Response.StatusCode()))
				}
				n += step
			}
		})
	}
}
