package web

import (
	"archive/zip"
	"bytes"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"darasa/backend/darasa"
	"darasa/backend/media"
	"darasa/content/institutions"
	"darasa/frontend"
)

// zipOf packs a folder, with what change makes of each file; a file that it
// makes nil of is left out.
func zipOf(t *testing.T, dir string, change func(name string, b []byte) []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	files := os.DirFS(dir)
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		if b = change(name, b); b == nil {
			return nil
		}
		f, err := w.Create("small/" + name)
		if err != nil {
			return err
		}
		_, err = f.Write(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func asItIs(_ string, b []byte) []byte { return b }

const goodCourse = "../../content/native/testdata/good"

// leftovers are the files that uploads left in the temporary folder.
func (ts *testServer) leftovers() []string {
	ts.t.Helper()
	entries, err := os.ReadDir(ts.TempDir)
	ts.must(err)
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestImportCourse(t *testing.T) {
	ts := newTestServer(t)
	path := "/en" + frontend.CourseImportPath(ts.home)
	good := zipOf(t, goodCourse, asItIs)
	broken := zipOf(t, goodCourse, func(name string, b []byte) []byte {
		if name == "course.yaml" {
			return append(b, "\nunknown-key: 1\n"...)
		}
		return b
	})
	for _, c := range []struct {
		name   string
		file   []byte
		status int
		says   string
	}{
		{"no zip", []byte("hello"), 400, "The file is not a readable zip"},
		{"an empty file", nil, 400, "The file is not a readable zip"},
		{"a zip without a course", zipOf(t, goodCourse, func(name string, b []byte) []byte {
			if name == "course.yaml" {
				return nil
			}
			return b
		}), 400, "There is no course.yaml here"},
		{"a zip cut off", good[:len(good)/2], 400, "The file is not a readable zip"},
		{"a course with a mistake", broken, 400, "course.yaml"},
	} {
		got := ts.upload(path, "author", "small.zip", c.file)
		if got.Status != c.status || !got.has(c.says) {
			t.Errorf("%s: %d %.300s", c.name, got.Status, got.Body)
		}
	}
	if list, err := ts.Courses.Owned(t.Context(), command); err != nil || len(list) != 0 {
		t.Fatalf("refused uploads left %d courses, %v", len(list), err)
	}
	if got := ts.upload(path, "author", "small.zip", good); got.Status != 200 || !got.has(string(testCourse)) {
		t.Fatalf("%d %s", got.Status, got.Body)
	}
	if got := ts.upload(path, "author", "small.zip", good); got.Status != 200 || !got.has("nothing has changed") {
		t.Errorf("the same again: %d", got.Status)
	}
	if got := ts.upload("/en"+frontend.CourseImportPath(ts.away), "away-admin", "small.zip", zipOf(t, goodCourse, func(name string, b []byte) []byte {
		return bytes.ReplaceAll(b, []byte("hours:"), []byte("hours: "))
	})); got.Status != 409 || !got.has("another institution") {
		t.Errorf("another institution's slug: %d", got.Status)
	}
	if got := ts.upload("/en"+frontend.CourseImportPath(ts.home), "trainer", "small.zip", good); got.Status != 403 {
		t.Errorf("as a trainer: %d", got.Status)
	}
	if left := ts.leftovers(); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestUploadWithoutFileAndCutOff(t *testing.T) {
	ts := newTestServer(t)
	path := "/en" + frontend.CourseImportPath(ts.home)
	post := func(contentType, body string) answer {
		req := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
		req.Header.Set("Content-Type", contentType)
		return ts.send(req, "author")
	}
	const multi = "multipart/form-data; boundary=b"
	for _, c := range []struct{ name, contentType, body string }{
		{"no form", "text/plain", "hello"},
		{"no boundary", "multipart/form-data", "hello"},
		{"no file", multi, "--b\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\n1\r\n--b--\r\n"},
		{"nothing chosen", multi, "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\"\r\n\r\n\r\n--b--\r\n"},
		{"cut off in the file", multi, "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.zip\"\r\n\r\nPK"},
		{"cut off before the file", multi, "--b\r\nContent-Dispo"},
	} {
		if got := post(c.contentType, c.body); got.Status != 400 || !got.has(`name="file"`) {
			t.Errorf("%s: %d %.300s", c.name, got.Status, got.Body)
		}
	}
	if left := ts.leftovers(); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestCoursesAdmin(t *testing.T) {
	ts := newTestServer(t)
	e := ts.publish()
	path := "/en" + frontend.CourseAdminPath(ts.home, testCourse)
	for _, who := range []string{"author", "admin", "national"} {
		if got := ts.do("GET", path, who, nil); got.Status != 200 || !got.has(e.Title.EN) {
			t.Errorf("as %s: %d", who, got.Status)
		}
		if got := ts.do("GET", "/en"+frontend.CoursesAdminPath(ts.home), who, nil); got.Status != 200 || !got.has(e.Title.EN) {
			t.Errorf("list as %s: %d", who, got.Status)
		}
	}
	if got := ts.do("GET", "/en/national/courses", "national", nil); got.Status != 200 || !got.has("Home Institute") {
		t.Errorf("all courses: %d", got.Status)
	}
	if got := ts.do("GET", "/en"+frontend.CourseAdminPath(ts.away, testCourse), "national", nil); got.Status != 404 {
		t.Errorf("below another institution: %d", got.Status)
	}
	seen := func() bool {
		_, err := ts.Courses.Current(t.Context(), darasa.Actor{}, testCourse)
		return err == nil
	}
	for _, c := range []struct {
		form [2]string
		seen bool
	}{{[2]string{"do", "withdraw"}, false}, {[2]string{"do", "restore"}, true}, {[2]string{"do", "own"}, false}, {[2]string{"do", "open"}, true}} {
		if got := ts.do("POST", path, "author", fields(c.form[:]...)); got.Status != 303 {
			t.Fatalf("%v: %d", c.form, got.Status)
		}
		ts.pass(time.Minute)
		if seen() != c.seen {
			t.Errorf("%v: strangers see it: %v", c.form, !c.seen)
		}
	}
	for _, bad := range []string{"0", "-1", "x", "7"} {
		if got := ts.do("POST", path, "author", fields("do", "withdraw", "edition", bad)); got.Status != 400 && got.Status != 404 {
			t.Errorf("edition %s: %d", bad, got.Status)
		}
	}
	if got := ts.do("POST", path, "author", fields("do", "fly")); got.Status != 400 {
		t.Errorf("an unknown act: %d", got.Status)
	}
	if got := ts.do("POST", path, "author", fields("do", "withdraw", "edition", "1")); got.Status != 303 || seen() {
		t.Errorf("the only edition: %d", got.Status)
	}
}

func TestFacilities(t *testing.T) {
	ts := newTestServer(t)
	sample, err := io.ReadAll(institutions.Facilities())
	ts.must(err)
	const path = "/en/facilities/import"
	if got := ts.upload(path, "national", "x.csv", []byte("a,b\n1,2\n")); got.Status != 400 || !got.has(`name="file"`) {
		t.Errorf("a wrong header: %d", got.Status)
	}
	look := ts.upload(path, "national", `C:\hfr\export.csv`, sample)
	if look.Status != 200 || !look.has("export.csv") || look.has(`C:\hfr`) {
		t.Fatalf("%d %s", look.Status, look.Body)
	}
	if n, err := ts.Institutions.CountFacilities(t.Context()); err != nil || n != 0 {
		t.Fatalf("the preview wrote %d facilities, %v", n, err)
	}
	token := hidden(t, look.Body, "upload")
	ts.person("other", ts.away, darasa.NationalAdmin)
	if got := ts.do("POST", path, "other", fields("upload", token, "confirm", "1")); got.Status != 400 {
		t.Errorf("somebody else's preview: %d", got.Status)
	}
	if got := ts.do("POST", path, "national", fields("upload", "x", "confirm", "1")); got.Status != 400 {
		t.Errorf("a made-up preview: %d", got.Status)
	}
	sure := ts.do("POST", path, "national", fields("upload", token, "confirm", "1"))
	n, err := ts.Institutions.CountFacilities(t.Context())
	if sure.Status != 200 || err != nil || n == 0 {
		t.Fatalf("%d, %d facilities, %v", sure.Status, n, err)
	}
	if got := ts.do("POST", path, "national", fields("upload", token, "confirm", "1")); got.Status != 400 || !got.has("Upload it again") {
		t.Errorf("confirmed twice: %d", got.Status)
	}
	if got := ts.upload(path, "national", "export.csv", sample); got.Status != 200 || got.has(`name="upload"`) {
		t.Errorf("the same file again: %d", got.Status)
	}
	f, err := ts.Institutions.Facility(t.Context(), "990101-8")
	if err != nil || f.Zone != "Northern" {
		t.Errorf("%+v, %v", f, err)
	}
	if got := ts.do("GET", "/en/facilities?q=mwembeni&region=Tanga", "trainer", nil); got.Status != 200 || !got.has("990101-8") {
		t.Errorf("search: %d", got.Status)
	}
	if got := ts.do("GET", "/en/facilities?q=mwembeni&region=Mwanza", "trainer", nil); got.Status != 200 || got.has("990101-8") {
		t.Errorf("search elsewhere: %d", got.Status)
	}
	if got := ts.do("GET", "/en/facilities/990101-8", "trainer", nil); got.Status != 200 || !got.has("Mwembeni") {
		t.Errorf("one: %d", got.Status)
	}
	if got := ts.do("GET", "/en/facilities/999999-9", "trainer", nil); got.Status != 404 {
		t.Errorf("none: %d", got.Status)
	}
	ts.do("POST", "/en"+frontend.PersonPath(ts.home, ts.people["learner"]), "admin", fields("role", "learner", "facility", "9901018"))
	if got := ts.do("GET", "/en/facilities/990101-8", "trainer", nil); !got.has("1 person") {
		t.Errorf("nobody works there: %.900s", got.Body)
	}
	if left := ts.leftovers(); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// TestForgottenPreviewsAreSwept looks into media after a preview that nobody
// confirmed for a day.
func TestForgottenPreviewsAreSwept(t *testing.T) {
	ts := newTestServer(t)
	sample, err := io.ReadAll(institutions.Facilities())
	ts.must(err)
	kept := func() (keys []string) {
		ts.must(ts.Media.List(t.Context(), uploadPrefix, func(i media.Info) error { keys = append(keys, i.Key); return nil }))
		return keys
	}
	ts.now = darasa.Now() // media's own clock is the machine's
	look := ts.upload("/en/facilities/import", "national", "a.csv", sample)
	if look.Status != 200 || len(kept()) != 1 {
		t.Fatalf("%d, kept %v", look.Status, kept())
	}
	first, token := kept()[0], hidden(t, look.Body, "upload")
	ts.pass(uploadLife)
	if got := ts.do("POST", "/en/facilities/import", "national", fields("upload", token, "confirm", "1")); got.Status != 400 {
		t.Errorf("an hour later: %d", got.Status)
	}
	ts.pass(uploadsKept)
	if got := ts.upload("/en/facilities/import", "national", "a.csv", sample); got.Status != 200 || len(kept()) != 1 || kept()[0] == first {
		t.Errorf("%d, kept %v", got.Status, kept())
	}
}

func TestUploadOverItsLimit(t *testing.T) {
	ts := newTestServer(t)
	over := bytes.Repeat([]byte("a,b\n"), registryFile/4+1000)
	got := ts.upload("/en/facilities/import", "national", "big.csv", over)
	if got.Status != 413 || !got.has("12 MB") {
		t.Errorf("%d %.300s", got.Status, got.Body)
	}
	if got := ts.do("POST", "/en/sign-in", "", fields("login", strings.Repeat("x", smallForm+1))); got.Status != 413 || !got.has("64 kB") {
		t.Errorf("a form: %d", got.Status)
	}
	if left := ts.leftovers(); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	if n, err := ts.Institutions.CountFacilities(t.Context()); err != nil || n != 0 {
		t.Errorf("%d facilities, %v", n, err)
	}
}

// TestLearnersAreCounted enrols somebody and looks at every administrator's
// page that speaks of it.
func TestLearnersAreCounted(t *testing.T) {
	ts := newTestServer(t)
	e := ts.publish()
	if got := ts.do("POST", "/en"+frontend.EnrolPath(testCourse), "learner", fields("a", "b")); got.Status != 303 {
		t.Fatalf("enrol: %d %.300s", got.Status, got.Body)
	}
	person := ts.do("GET", "/en"+frontend.PersonPath(ts.home, ts.people["learner"]), "admin", nil)
	if person.Status != 200 || !person.has(e.Title.EN) || person.has("No courses") {
		t.Errorf("the person: %d", person.Status)
	}
	n, err := ts.learners(t.Context(), ts.actor("admin"), testCourse)
	if err != nil || n[e.ID] != 1 {
		t.Errorf("%v, %v", n, err)
	}
	if n, err := ts.learners(t.Context(), ts.actor("away-admin"), testCourse); err != nil || total(n) != 0 {
		t.Errorf("another institution counts %v, %v", n, err)
	}
	for _, c := range []struct{ path, who string }{
		{frontend.CoursesAdminPath(ts.home), "admin"}, {frontend.CoursesAdminPath(ts.home), "national"}, {frontend.PathAllCourses, "national"},
	} {
		if got := ts.do("GET", "/en"+c.path, c.who, nil); got.Status != 200 || !got.has("1 learner") {
			t.Errorf("%s as %s does not count one learner: %d", c.path, c.who, got.Status)
		}
	}
}
