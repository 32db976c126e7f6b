package course_test

import (
	"sync"
	"testing"

	"darasa/backend/assessment"
	"darasa/backend/course"
	"darasa/backend/darasa"
	"darasa/backend/store"
)

// TestCorrectionsAtOnceLoseNone: two authors correct different questions at the
// same moment; both were told that it is done.
func TestCorrectionsAtOnceLoseNone(t *testing.T) {
	h := open(t)
	id := h.publish(t, sample(t)).Edition
	keys, _, err := h.Keys(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	changed := 0
	for _, k := range keys {
		k.Feedback.Right = darasa.T("Imesahihishwa", "Corrected")
		one := h.another()
		changed++
		wg.Go(func() {
			if _, err := one.CorrectKeys(t.Context(), author, id, []assessment.Key{k}, noon); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	keys, _, err = h.another().Keys(t.Context(), id)
	if err != nil || changed < 2 {
		t.Fatal(changed, err)
	}
	for _, k := range keys {
		if k.Feedback.Right.EN != "Corrected" {
			t.Errorf("the correction of %s is lost", k.Slug)
		}
	}
}

// TestPublicationBrokenByAnotherReleaseHeals: a publication broke off after its
// manifest was noted, and the release that finishes it writes other bytes.
func TestPublicationBrokenByAnotherReleaseHeals(t *testing.T) {
	h := open(t)
	manifests := store.Open(h.engine, course.Specs()[1], func(m *course.Manifest) darasa.ID { return m.ID }, func(m *course.Manifest) *store.Meta { return &m.Meta }, nil)
	old := course.Manifest{ID: "small-sample@1", Course: "small-sample", Hash: "0123", Keys: 1, Reserved: 1, At: noon}
	if err := manifests.Insert(t.Context(), &old); err != nil {
		t.Fatal(err)
	}
	id := h.publish(t, sample(t)).Edition
	if _, err := h.another().Edition(t.Context(), id); err != nil {
		t.Errorf("the edition is published and cannot be read: %v", err)
	}
}
