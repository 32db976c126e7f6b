package web

import (
	"net/http"
	"strings"
	"testing"

	"darasa/backend/course"
)

// TestPieceOfAHouseCourse: the address of a piece opens it to anybody, unless
// only courses of an institution hold it.
func TestPieceOfAHouseCourse(t *testing.T) {
	ts := newTestServer(t)
	address := "/o/" + ts.publish().Pieces[0].Hash
	if a := ts.do("GET", address, "", nil); a.Status != http.StatusOK || a.Header.Get("Cache-Control") != forever {
		t.Fatalf("an open course: %d, %s", a.Status, a.Header.Get("Cache-Control"))
	}
	author := command
	author.Institution = ts.home
	ts.must(ts.Courses.SetVisibility(t.Context(), author, testCourse, course.House, ts.clock()))
	for who, want := range map[string]int{"": http.StatusNotFound, "away-learner": http.StatusNotFound, "learner": http.StatusOK} {
		a := ts.do("GET", address, who, nil)
		if a.Status != want {
			t.Errorf("%q gets %d, want %d", who, a.Status, want)
		}
		if c := a.Header.Get("Cache-Control"); !strings.HasPrefix(c, "private") {
			t.Errorf("%q: a proxy may keep it: %s", who, c)
		}
	}
}
