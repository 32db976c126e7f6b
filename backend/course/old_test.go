package course_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"testing"

	"darasa/backend/assessment"
	"darasa/backend/course"
	"darasa/backend/darasa"
	"darasa/backend/store"
)

// TestOldEditionForEver reads an edition that was frozen on 22 November 2026
// by the first release. Its files are never written anew: every release must
// read every edition ever published.
func TestOldEditionForEver(t *testing.T) {
	h := open(t)
	put := func(key, file string) []byte {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := h.media.Put(t.Context(), key, "application/json", bytes.NewReader(data), int64(len(data))); err != nil {
			t.Fatal(err)
		}
		return data
	}
	pieces, err := filepath.Glob("testdata/old/o/*")
	if err != nil || len(pieces) != 6 {
		t.Fatalf("pieces %v, %v", pieces, err)
	}
	for _, p := range pieces {
		put(course.PiecePath(filepath.Base(p), false), p)
	}
	put("keys/small-sample/1/1.json", "testdata/old/keys.json")
	sum := sha256.Sum256(put("manifests/small-sample/1.json", "testdata/old/manifest.json"))
	manifests := store.Open(h.engine, course.Specs()[1], func(m *course.Manifest) darasa.ID { return m.ID }, func(m *course.Manifest) *store.Meta { return &m.Meta }, nil)
	if err := manifests.Insert(t.Context(), &course.Manifest{ID: "small-sample@1", Course: "small-sample", Hash: hex.EncodeToString(sum[:]), Keys: 1, Reserved: 1}); err != nil {
		t.Fatal(err)
	}
	e, err := h.Edition(t.Context(), "small-sample@1")
	if err != nil {
		t.Fatal(err)
	}
	if e.Title.EN != "Small sample" || e.Quizzes[1].Pass != 0.8 || e.Modules[0].Lessons[0].Minutes != 12 || !e.Completion.AllLessons {
		t.Errorf("edition %+v", e)
	}
	for _, l := range darasa.Langs {
		f, err := h.Fragment(t.Context(), e.ID, "everything", l)
		if err != nil || len(f.Checks) != 1 || f.Checks[0] != "steps" || len(f.Parts) != 2 {
			t.Errorf("%s: %+v, %v", l, f, err)
		}
	}
	if _, _, err := h.Check(t.Context(), e.ID, "steps"); err != nil {
		t.Error(err)
	}
	bank, err := h.Bank(t.Context(), e.ID, "post-test")
	if err != nil {
		t.Fatal(err)
	}
	keys, _, err := h.Keys(t.Context(), e.ID)
	if err != nil {
		t.Fatal(err)
	}
	p := assessment.Paper{Questions: bank, Keys: keys, KeyVersion: 1, Draw: assessment.Draw(7, e.ID, "post-test", bank, 4)}
	answers := []assessment.Answer{{Question: "dropout", Value: "9.6"}, {Question: "empty-is-zero", Options: []string{"false"}}, {Question: "timeliness", Options: keys[0].Right}, {Question: "causes", Options: keys[1].Right}}
	if g, err := p.Grade(answers, 1, 0.8, noon); err != nil || g.Score != 1 {
		t.Errorf("grade %+v, %v", g, err)
	}
}
