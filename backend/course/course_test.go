package course_test

import (
	"bytes"
	"context"
	"flag"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/google/go-cmp/cmp"

	"darasa/backend/assessment"
	"darasa/backend/course"
	"darasa/backend/darasa"
	"darasa/backend/media"
	"darasa/backend/store"
	"darasa/backend/store/sqlite"
	"darasa/content/native"
)

var update = flag.Bool("update", false, "write the golden files anew")

var (
	author  = darasa.Actor{Person: "p1", Institution: "inst-1", Roles: []darasa.Role{darasa.Author}}
	other   = darasa.Actor{Person: "p2", Institution: "inst-2", Roles: []darasa.Role{darasa.Author}}
	learner = darasa.Actor{Person: "p3", Institution: "inst-1", Roles: []darasa.Role{darasa.Learner}}
	nobody  = darasa.Actor{}
	noon    = darasa.At(time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC))
)

// house is a service over real parts, with a clock that a test turns.
type house struct {
	*course.Service
	engine store.Engine
	media  media.Store
	clock  time.Time
}

func open(t testing.TB) *house {
	t.Helper()
	dir := t.TempDir()
	e, err := sqlite.Open(t.Context(), sqlite.Options{Path: filepath.Join(dir, "d.sqlite")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close() })
	if err := e.Ensure(t.Context(), course.Specs()...); err != nil {
		t.Fatal(err)
	}
	m, err := media.OpenDirectory(filepath.Join(dir, "media"))
	if err != nil {
		t.Fatal(err)
	}
	h := &house{engine: e, media: m, clock: noon.Time}
	h.Service = h.another()
	return h
}

// another is a second process on the same store.
func (h *house) another() *course.Service {
	return course.New(h.engine, h.media, course.Options{Clock: func() time.Time { return h.clock }})
}

// sample returns the good course folder in memory.
func sample(t testing.TB) fstest.MapFS {
	t.Helper()
	out := fstest.MapFS{}
	root := os.DirFS("../../content/native/testdata/good")
	if err := fs.WalkDir(root, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(root, p)
		out[p] = &fstest.MapFile{Data: data}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return out
}

func edit(t testing.TB, files fstest.MapFS, name, old, now string) {
	t.Helper()
	text := string(files[name].Data)
	if !strings.Contains(text, old) {
		t.Fatalf("%s does not hold %q", name, old)
	}
	files[name] = &fstest.MapFile{Data: []byte(strings.Replace(text, old, now, 1))}
}

func (h *house) publish(t testing.TB, files fs.FS) course.Report {
	t.Helper()
	r, err := h.ImportFolder(t.Context(), author, files, "", noon)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func (h *house) all(t testing.TB) string {
	t.Helper()
	var b strings.Builder
	if err := h.media.List(t.Context(), "", func(i media.Info) error { b.WriteString(i.Key + "\n"); return nil }); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func (h *house) file(t testing.TB, key string) []byte {
	t.Helper()
	r, _, err := h.media.Open(t.Context(), key, 0, -1)
	if err != nil {
		t.Fatalf("%s: %v", key, err)
	}
	defer r.Close()
	data, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestFragmentGolden(t *testing.T) {
	h := open(t)
	r := h.publish(t, sample(t))
	for _, l := range darasa.Langs {
		f, err := h.Fragment(t.Context(), r.Edition, "everything", l)
		if err != nil {
			t.Fatal(err)
		}
		got := bytes.Join(f.Parts, []byte("<form:"+strings.Join(f.Checks, ",")+">"))
		golden := "testdata/everything." + string(l) + ".html"
		if *update {
			if err := os.WriteFile(golden, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), string(got)); diff != "" {
			t.Errorf("%s (run with -update to accept):\n%s", golden, diff)
		}
		if len(f.Parts) != 2 || len(f.Checks) != 1 || f.Checks[0] != "steps" || f.Lang != l {
			t.Errorf("parts %d, checks %v, lang %s", len(f.Parts), f.Checks, f.Lang)
		}
	}
}

func TestPublishFreezes(t *testing.T) {
	h := open(t)
	r := h.publish(t, sample(t))
	if r.Edition != "small-sample@1" || !r.Published || len(r.Changes) != 0 {
		t.Fatalf("report %+v", r)
	}
	e, err := h.Edition(t.Context(), r.Edition)
	if err != nil {
		t.Fatal(err)
	}
	if e.Title.SW != "Sampuli ndogo" || e.Hours != 1.5 || !e.Completion.PostTest || len(e.Modules[0].Lessons) != 2 || e.Quizzes[1].Pass != 0.8 || e.Quizzes[1].Tries != 3 || e.Review["sw"] != "pending" || len(e.Languages) != 2 {
		t.Errorf("edition %+v", e)
	}
	for _, p := range e.Pieces {
		data := h.file(t, course.PiecePath(p.Hash, false))
		if int64(len(data)) != p.Bytes || p.Wire > p.Bytes {
			t.Errorf("piece %+v holds %d bytes", p, len(data))
		}
		if p.Wire < p.Bytes {
			plain, err := io.ReadAll(brotli.NewReader(bytes.NewReader(h.file(t, course.PiecePath(p.Hash, true)))))
			if err != nil || !bytes.Equal(plain, data) {
				t.Errorf("%s: the brotli form differs: %v", p.Path, err)
			}
		}
	}
	manifest := h.file(t, "manifests/small-sample/1.json")
	bank := h.file(t, course.PiecePath(e.Quizzes[1].Questions, false))
	for _, secret := range []string{"9 kwa 12", "Huo ni ukamilifu", `"right"`, `"tolerance"`} {
		if bytes.Contains(manifest, []byte(secret)) || bytes.Contains(bank, []byte(secret)) {
			t.Errorf("a served file tells %q", secret)
		}
	}
	text, pictures := e.Size(darasa.Swahili)
	if text < 500 || text > 5000 || pictures <= 0 {
		t.Errorf("sizes %d and %d", text, pictures)
	}
}

func TestSameSourcesPublishNothing(t *testing.T) {
	h := open(t)
	h.publish(t, sample(t))
	before := h.all(t)
	r := h.publish(t, sample(t))
	if r.Published || r.Edition != "small-sample@1" || h.all(t) != before {
		t.Errorf("report %+v", r)
	}
	if lines := r.Lines(); len(lines) != 1 || !strings.Contains(lines[0].EN, "nothing has changed") {
		t.Errorf("lines %v", lines)
	}
}

func TestReportSaysWhatChanged(t *testing.T) {
	h := open(t)
	h.publish(t, sample(t))
	files := sample(t)
	edit(t, files, "sw/short.md", "Aya moja tu.", "Aya mpya.")
	edit(t, files, "questions.yaml", "answer: false", "answer: true")
	edit(t, files, "questions.yaml", "the dropout?", "the dropout rate?")
	edit(t, files, "questions.yaml", "slug: causes", "slug: reasons")
	r := h.publish(t, files)
	var got []string
	for _, c := range r.Changes {
		got = append(got, c.Text().EN)
	}
	want := []string{"lesson short changed", "question causes removed", "question dropout changed", "question empty-is-zero has a new key", "question reasons added"}
	if diff := cmp.Diff(want, got); diff != "" || r.Edition != "small-sample@2" {
		t.Errorf("%s %s", r.Edition, diff)
	}
	// Who began the first edition keeps reading it.
	f, err := h.Fragment(t.Context(), "small-sample@1", "short", darasa.Swahili)
	if err != nil || !bytes.Contains(f.Parts[0], []byte("Aya moja tu.")) {
		t.Errorf("first edition: %v", err)
	}
	e, err := h.Current(t.Context(), nobody, "small-sample")
	if err != nil || e.Number != 2 {
		t.Errorf("current: %+v, %v", e, err)
	}
}

// TestBadFolderLeavesTheStore wants all findings and nothing stored.
func TestBadFolderLeavesTheStore(t *testing.T) {
	for name, spoil := range map[string]func(fstest.MapFS){
		"missing language": func(f fstest.MapFS) { delete(f, "en/short.md") },
		"broken picture":   func(f fstest.MapFS) { delete(f, "media/box.png") },
		"unknown key":      func(f fstest.MapFS) { edit(t, f, "course.yaml", "code: T1", "code: T1\ncolour: red") },
		"two lessons with one id": func(f fstest.MapFS) {
			edit(t, f, "course.yaml", "[everything, short]", "[everything, short, everything]")
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := open(t)
			files := sample(t)
			spoil(files)
			_, err := h.ImportFolder(t.Context(), author, files, "", noon)
			e, ok := err.(*darasa.Error)
			if !ok || e.Code != darasa.Invalid || len(e.Findings) == 0 {
				t.Fatalf("got %v", err)
			}
			if got := h.all(t); got != "" {
				t.Errorf("media holds %s", got)
			}
			if list, err := h.Owned(t.Context(), author); err != nil || len(list) != 0 {
				t.Errorf("courses %v, %v", list, err)
			}
		})
	}
}

// TestBrokenPublicationHeals stops a publication half-way: nobody sees
// anything of it, and publishing again finishes it under the same number.
func TestBrokenPublicationHeals(t *testing.T) {
	h := open(t)
	weak := course.New(h.engine, failing{h.media}, course.Options{})
	if _, err := weak.ImportFolder(t.Context(), author, sample(t), "", noon); darasa.CodeOf(err) != darasa.Unavailable {
		t.Fatalf("got %v", err)
	}
	if list, err := h.List(t.Context(), author, course.Filter{}); err != nil || len(list) != 0 {
		t.Errorf("a half edition is in the catalogue: %v, %v", list, err)
	}
	if _, err := h.Edition(t.Context(), "small-sample@1"); darasa.CodeOf(err) != darasa.NotFound {
		t.Errorf("a half edition is open: %v", err)
	}
	if r := h.publish(t, sample(t)); r.Edition != "small-sample@1" || !r.Published {
		t.Errorf("report %+v", r)
	}
}

// failing is a media store that is full when the keys come.
type failing struct{ media.Store }

func (f failing) Put(ctx context.Context, key, mediaType string, r io.Reader, size int64) error {
	if strings.HasPrefix(key, "keys/") {
		return darasa.Fail(darasa.Unavailable, "Imejaa.", "Full.")
	}
	return f.Store.Put(ctx, key, mediaType, r, size)
}

func TestWhoMayPublish(t *testing.T) {
	h := open(t)
	for name, c := range map[string]struct {
		actor darasa.Actor
		inst  darasa.ID
		want  darasa.Code
	}{
		"a learner":     {learner, "", darasa.Forbidden},
		"nobody":        {nobody, "", darasa.NotFound},
		"for another's": {author, "inst-2", darasa.NotFound},
	} {
		if _, err := h.ImportFolder(t.Context(), c.actor, sample(t), c.inst, noon); darasa.CodeOf(err) != c.want {
			t.Errorf("%s: %v", name, err)
		}
	}
	h.publish(t, sample(t))
	if _, err := h.ImportFolder(t.Context(), other, sample(t), "", noon); darasa.CodeOf(err) != darasa.Conflict {
		t.Errorf("a slug of another institution: %v", err)
	}
	if err := h.WithdrawCourse(t.Context(), other, "small-sample", noon); darasa.CodeOf(err) != darasa.NotFound {
		t.Errorf("withdrawing another's course: %v", err)
	}
	if err := h.WithdrawCourse(t.Context(), learner, "small-sample", noon); darasa.CodeOf(err) != darasa.Forbidden {
		t.Errorf("a learner withdraws: %v", err)
	}
	if _, err := h.CorrectKeys(t.Context(), other, "small-sample@1", nil, noon); darasa.CodeOf(err) != darasa.NotFound {
		t.Errorf("correcting another's keys: %v", err)
	}
	if _, err := h.ImportFolder(t.Context(), darasa.Command("darasa import"), sample(t), "inst-2", noon); err != nil {
		t.Errorf("a command: %v", err)
	}
}

// TestFallbackLanguage publishes a lesson without its English page: the other
// language comes, and says so.
func TestFallbackLanguage(t *testing.T) {
	h := open(t)
	n, found := native.Read(sample(t))
	if darasa.HasErrors(found) {
		t.Fatal(found)
	}
	delete(n.Modules[0].Lessons[1].Pages, darasa.English)
	if _, err := h.Publish(t.Context(), author, n, noon); err != nil {
		t.Fatal(err)
	}
	f, err := h.Fragment(t.Context(), "small-sample@1", "short", darasa.English)
	if err != nil || f.Lang != darasa.Swahili || !bytes.Contains(f.Parts[0], []byte("Aya moja tu.")) {
		t.Errorf("fragment %+v, %v", f, err)
	}
}

func TestWhatIsNotThere(t *testing.T) {
	h := open(t)
	id := h.publish(t, sample(t)).Edition
	if _, err := h.Fragment(t.Context(), id, "nothing", darasa.English); darasa.CodeOf(err) != darasa.NotFound {
		t.Errorf("an unknown lesson: %v", err)
	}
	for _, id := range []darasa.ID{"small-sample@9", "small-sample", "@1", "small-sample@x", ""} {
		if _, err := h.Edition(t.Context(), id); darasa.CodeOf(err) != darasa.NotFound {
			t.Errorf("%q: %v", id, err)
		}
	}
}

func TestBankKeysAndChecks(t *testing.T) {
	h := open(t)
	id := h.publish(t, sample(t)).Edition
	bank, err := h.Bank(t.Context(), id, "post-test")
	if err != nil || len(bank) != 4 {
		t.Fatalf("bank %v, %v", bank, err)
	}
	keys, version, err := h.Keys(t.Context(), id)
	if err != nil || len(keys) != 4 || version != 1 {
		t.Fatalf("keys %v version %d, %v", keys, version, err)
	}
	p := assessment.Paper{Questions: bank, Keys: keys, KeyVersion: version, Draw: assessment.Draw(1, id, "post-test", bank, 4)}
	g, err := p.Grade([]assessment.Answer{{Question: "dropout", Value: "9,6 %"}, {Question: "empty-is-zero", Options: []string{"false"}}}, assessment.Rule, 0.8, noon)
	if err != nil || g.Score != 0.5 {
		t.Errorf("grade %+v, %v", g, err)
	}
	q, k, err := h.Check(t.Context(), id, "steps")
	if err != nil || q.Kind != assessment.Ordering || len(k.Right) != 3 {
		t.Errorf("check %+v %+v, %v", q, k, err)
	}
	for name, err := range map[string]error{
		"a test question as a check": last3(h.Check(t.Context(), id, "dropout")),
		"no quiz":                    last2(h.Bank(t.Context(), id, "quiz")),
	} {
		if darasa.CodeOf(err) != darasa.NotFound {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func last2[A any](_ A, err error) error         { return err }
func last3[A, B any](_ A, _ B, err error) error { return err }

func TestCorrectedKeysAreANewVersion(t *testing.T) {
	h := open(t)
	id := h.publish(t, sample(t)).Edition
	v, err := h.CorrectKeys(t.Context(), author, id, []assessment.Key{{Slug: "dropout", Value: 9.57, Tolerance: 0.5}}, noon)
	if err != nil || v != 2 {
		t.Fatalf("version %d, %v", v, err)
	}
	for version, want := range map[int64]float64{1: 0.1, 2: 0.5} {
		keys, err := h.another().KeysAt(t.Context(), id, version)
		if err != nil {
			t.Fatal(err)
		}
		for _, k := range keys {
			if k.Slug == "dropout" && (k.Tolerance != want || k.Points != 1) {
				t.Errorf("version %d: %+v", version, k)
			}
		}
	}
	if _, v, err := h.Keys(t.Context(), id); err != nil || v != 2 {
		t.Errorf("newest %d, %v", v, err)
	}
	for name, k := range map[string]assessment.Key{
		"unknown question": {Slug: "nothing"}, "unknown option": {Slug: "timeliness", Right: []string{"x"}},
		"two of a single": {Slug: "empty-is-zero", Right: []string{"true", "false"}}, "no option": {Slug: "causes"},
	} {
		if _, err := h.CorrectKeys(t.Context(), author, id, []assessment.Key{k}, noon); darasa.CodeOf(err) != darasa.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	// The sources did not change: publishing them again must not undo the correction.
	if r := h.publish(t, sample(t)); r.Published {
		t.Error("a correction made an edition")
	}
}

func TestCatalogue(t *testing.T) {
	h := open(t)
	h.publish(t, sample(t))
	second := sample(t)
	edit(t, second, "course.yaml", "slug: small-sample", "slug: big-sample")
	edit(t, second, "course.yaml", "code: T1", "code: T10")
	edit(t, second, "course.yaml", "cadres: [nursing-officer]", "cadres: [all]")
	edit(t, second, "course.yaml", "hours: 1.5", "hours: 6")
	edit(t, second, "course.yaml", "stages: [management, analysis]", "stages: [demand]")
	h.publish(t, second)
	for _, c := range []struct {
		filter course.Filter
		want   string
	}{
		{course.Filter{}, "T1 T10 "}, {course.Filter{Search: "SAMPULI nd"}, "T1 T10 "}, {course.Filter{Search: "t10"}, "T10 "},
		{course.Filter{Search: "hesabu"}, ""}, {course.Filter{Search: "kuhes"}, "T1 T10 "}, {course.Filter{Search: "  "}, "T1 T10 "},
		{course.Filter{Stage: "analysis"}, "T1 "}, {course.Filter{Cadre: "nursing-officer"}, "T1 T10 "}, {course.Filter{Cadre: "clinical-officer"}, "T10 "},
		{course.Filter{MaxHours: 2}, "T1 "}, {course.Filter{Lang: darasa.English}, "T1 T10 "}, {course.Filter{Owner: "inst-9"}, ""},
	} {
		list, err := h.List(t.Context(), nobody, c.filter)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, it := range list {
			got += it.Course.Code + " "
			if text, _ := it.Bytes(darasa.English); text <= 0 {
				t.Errorf("%s weighs nothing", it.Course.Code)
			}
		}
		if got != c.want {
			t.Errorf("%+v finds %q, want %q", c.filter, got, c.want)
		}
	}
}

func TestVisibilityAndWithdrawal(t *testing.T) {
	h := open(t)
	h.publish(t, sample(t))
	sees := func(a darasa.Actor) bool {
		_, err := h.Item(t.Context(), a, "small-sample")
		if err != nil && darasa.CodeOf(err) != darasa.NotFound {
			t.Fatal(err)
		}
		return err == nil
	}
	if !sees(nobody) || !sees(other) {
		t.Error("an open course is hidden")
	}
	if err := h.SetVisibility(t.Context(), author, "small-sample", course.House, noon); err != nil {
		t.Fatal(err)
	}
	if sees(nobody) || sees(other) || !sees(learner) {
		t.Error("a course of the house is seen by strangers or not by its own people")
	}
	files := sample(t)
	edit(t, files, "sw/short.md", "Aya", "Maneno")
	h.publish(t, files)
	if err := h.Withdraw(t.Context(), author, "small-sample@2", noon); err != nil {
		t.Fatal(err)
	}
	if e, err := h.Current(t.Context(), learner, "small-sample"); err != nil || e.Number != 1 {
		t.Errorf("after withdrawing the second edition: %+v, %v", e, err)
	}
	if _, err := h.Edition(t.Context(), "small-sample@2"); err != nil {
		t.Errorf("who began a withdrawn edition cannot finish it: %v", err)
	}
	if err := h.WithdrawCourse(t.Context(), author, "small-sample", noon); err != nil || sees(learner) {
		t.Errorf("a withdrawn course is seen, %v", err)
	}
	if err := h.Reopen(t.Context(), author, "small-sample", noon); err != nil || !sees(learner) {
		t.Errorf("a reopened course is not seen, %v", err)
	}
	if r := h.publish(t, files); r.Edition != "small-sample@3" || !r.Published {
		t.Errorf("withdrawn sources published again: %+v", r)
	}
}

// TestAnotherProcessNotices publishes in one process and reads in another: it
// may be two seconds late and no more.
func TestAnotherProcessNotices(t *testing.T) {
	h := open(t)
	second := h.another()
	if list, err := second.List(t.Context(), nobody, course.Filter{}); err != nil || len(list) != 0 {
		t.Fatalf("%v, %v", list, err)
	}
	h.publish(t, sample(t))
	h.clock = h.clock.Add(2 * time.Second)
	if list, err := second.List(t.Context(), nobody, course.Filter{}); err != nil || len(list) != 1 {
		t.Errorf("after two seconds: %d courses, %v", len(list), err)
	}
}

func TestDamagedPieceIsNotShown(t *testing.T) {
	h := open(t)
	id := h.publish(t, sample(t)).Edition
	e, err := h.Edition(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	hash := e.Modules[0].Lessons[1].Pieces["sw"]
	if err := h.media.Put(t.Context(), course.PiecePath(hash, false), "text/html", strings.NewReader("<p>x"), 4); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Fragment(t.Context(), id, "short", darasa.Swahili); darasa.CodeOf(err) != darasa.Internal {
		t.Errorf("got %v", err)
	}
}

// TestShippedCourses publishes what the program ships. Each must be whole.
func TestShippedCourses(t *testing.T) {
	h := open(t)
	folders, err := course.Shipped()
	if err != nil || len(folders) == 0 {
		t.Fatalf("no shipped courses: %v", err)
	}
	for _, f := range folders {
		r, err := h.ImportFolder(t.Context(), author, f.Files, "", noon)
		if err != nil {
			t.Errorf("%s: %v", f.Slug, err)
			continue
		}
		if string(r.Course) != f.Slug {
			t.Errorf("the folder %s holds the course %s", f.Slug, r.Course)
		}
		for _, w := range r.Findings {
			t.Logf("%s: %s", f.Slug, w.In(darasa.English))
		}
		e, err := h.Edition(t.Context(), r.Edition)
		if err != nil {
			t.Fatal(err)
		}
		text, _ := e.Size(darasa.Swahili)
		t.Logf("%s: %d pieces, %d kB of text in Swahili", f.Slug, len(e.Pieces), text>>10)
	}
}

func BenchmarkFragmentFromCache(b *testing.B) {
	h := open(b)
	id := h.publish(b, sample(b)).Edition
	b.ReportAllocs()
	for b.Loop() {
		if _, err := h.Edition(b.Context(), id); err != nil {
			b.Fatal(err)
		}
		if _, err := h.Fragment(b.Context(), id, "everything", darasa.Swahili); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPublish(b *testing.B) {
	files := sample(b)
	for b.Loop() {
		b.StopTimer()
		h := open(b)
		b.StartTimer()
		h.publish(b, files)
	}
}
