package course_test

import (
	"bytes"
	"context"
	"io"
	"io/fs"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/andybalholm/brotli"
	"github.com/google/go-cmp/cmp"

	"darasa/backend/course"
	"darasa/backend/darasa"
	"darasa/backend/media"
)

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

// TestAbandonedNumberStaysEmpty gives up a broken publication for other
// sources: they get the next number and are the current edition, also when the
// first sources come again.
func TestAbandonedNumberStaysEmpty(t *testing.T) {
	h := open(t)
	weak := course.New(h.engine, failing{h.media}, course.Options{})
	if _, err := weak.ImportFolder(t.Context(), author, sample(t), "", noon); darasa.CodeOf(err) != darasa.Unavailable {
		t.Fatalf("got %v", err)
	}
	files := sample(t)
	edit(t, files, "sw/short.md", "Aya", "Maneno")
	for _, c := range []struct {
		files fs.FS
		want  darasa.ID
	}{{files, "small-sample@2"}, {sample(t), "small-sample@3"}} {
		h.publish(t, c.files)
		if e, err := h.Current(t.Context(), nobody, "small-sample"); err != nil || e.ID != c.want {
			t.Errorf("current %v, want %s, %v", e, c.want, err)
		}
	}
}

// TestPublishersAtOnce lets eight processes publish the same sources: one
// edition comes of it, whole.
func TestPublishersAtOnce(t *testing.T) {
	h := open(t)
	files := sample(t)
	var wg sync.WaitGroup
	for range 8 {
		one := h.another()
		wg.Go(func() {
			if r, err := one.ImportFolder(t.Context(), author, files, "", noon); err != nil || r.Edition != "small-sample@1" {
				t.Errorf("%+v, %v", r, err)
			}
		})
	}
	wg.Wait()
	list, err := h.Owned(t.Context(), author)
	if err != nil || len(list) != 1 || len(list[0].Editions) != 1 || list[0].Editions[0].State != course.Published {
		t.Errorf("courses %+v, %v", list, err)
	}
	if _, err := h.Edition(t.Context(), "small-sample@1"); err != nil {
		t.Error(err)
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

func BenchmarkPublish(b *testing.B) {
	files := sample(b)
	for b.Loop() {
		b.StopTimer()
		h := open(b)
		b.StartTimer()
		h.publish(b, files)
	}
}
