package course_test

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"darasa/backend/assessment"
	"darasa/backend/course"
	"darasa/backend/darasa"
	"darasa/content/native"
)

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
	for who, want := range map[*darasa.Actor]darasa.Code{&author: "", &learner: darasa.Forbidden, &other: darasa.NotFound, &nobody: darasa.NotFound} {
		if _, _, err := h.OwnerKeys(t.Context(), *who, id); darasa.CodeOf(err) != want {
			t.Errorf("%+v prints the keys: %v", who, err)
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
	e, err := h.Current(t.Context(), nobody, "small-sample")
	if err != nil {
		t.Fatal(err)
	}
	private := func() bool {
		p, _, err := h.Piece(t.Context(), nobody, e.Pieces[0].Hash)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	if !sees(nobody) || !sees(other) || private() {
		t.Error("an open course is hidden")
	}
	if err := h.SetVisibility(t.Context(), author, "small-sample", course.House, noon); err != nil {
		t.Fatal(err)
	}
	if sees(nobody) || sees(other) || !sees(learner) || !private() {
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

// TestOneDamagedCourseHidesNoOther spoils one manifest: the catalogue lists
// the other course, and opening the damaged one says so.
func TestOneDamagedCourseHidesNoOther(t *testing.T) {
	h := open(t)
	h.publish(t, sample(t))
	second := sample(t)
	edit(t, second, "course.yaml", "slug: small-sample", "slug: big-sample")
	h.publish(t, second)
	if err := h.media.Put(t.Context(), "manifests/small-sample/1.json", "application/json", strings.NewReader("{"), 1); err != nil {
		t.Fatal(err)
	}
	fresh := h.another()
	list, err := fresh.List(t.Context(), nobody, course.Filter{})
	if err != nil || len(list) != 1 || list[0].Course.Slug != "big-sample" {
		t.Errorf("list %v, %v", list, err)
	}
	if _, err := fresh.Edition(t.Context(), "small-sample@1"); darasa.CodeOf(err) != darasa.Internal {
		t.Errorf("the damaged edition: %v", err)
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
