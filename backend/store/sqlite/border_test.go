package sqlite

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"darasa/backend/darasa"
	"darasa/backend/store"
)

// TestOddValues: whatever comes in an address or a form is found again as it is
// and as nothing else.
func TestOddValues(t *testing.T) {
	ctx := t.Context()
	s, err := Open(ctx, Options{Path: filepath.Join(t.TempDir(), "d.sqlite")})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	spec := store.Spec{Name: "odd", Indexes: []store.Index{{"k"}, {"k", "n"}}, Numbers: []string{"n"}, Terms: "terms"}
	if err := s.Ensure(ctx, spec); err != nil {
		t.Fatal(err)
	}
	ids := []string{"a", "a\x00", "a\x00b", "a'b", `a"b`, `a\b`, "a%", "a_", "á", "a\u0301", "A", " a", "a ", "a;--", "null", "1", "01", "1.0", strings.Repeat("x", 4000), "\U0001F600", "a\nb", "a\u2028b"}
	body := func(id string, terms ...string) json.RawMessage {
		b, err := json.Marshal(map[string]any{"k": id, "n": len(id), "terms": append([]string{id}, terms...)})
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	var rs []store.Record
	for _, id := range ids {
		rs = append(rs, store.Record{ID: id, V: 1, Body: body(id)}, store.Record{ID: id, V: 1, Body: body("second")})
	}
	vs, err := s.InsertMany(ctx, "odd", rs)
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range vs {
		if want := []darasa.Code{"", darasa.Conflict}[i%2]; darasa.CodeOf(v) != want {
			t.Errorf("%q: %v, want %q", rs[i].ID, v, want)
		}
	}
	many, err := s.GetMany(ctx, "odd", ids)
	if err != nil || len(many) != len(ids) {
		t.Errorf("GetMany finds %d of %d: %v", len(many), len(ids), err)
	}
	one := func(name, id string, q store.Query) {
		t.Helper()
		got, err := s.Find(ctx, "odd", q)
		if err != nil || len(got) != 1 || got[0].ID != id {
			t.Errorf("%s %q finds %d: %v", name, id, len(got), err)
		}
		if n, err := s.Count(ctx, "odd", q); err != nil || n != 1 {
			t.Errorf("%s %q counts %d: %v", name, id, n, err)
		}
	}
	for _, id := range ids {
		one("equal", id, store.Query{Equal: map[string]string{"k": id}})
		one("in", id, store.Query{In: &store.In{Field: "k", Values: []string{id, "nothing"}}})
		one("id", id, store.Query{Equal: map[string]string{"id": id}})
		one("term", id, store.Query{Term: id, TermWhole: true})
		one("number", id, store.Query{Equal: map[string]string{"k": id, "n": fmt.Sprint(len(id))}})
	}
	var walked []string
	if err := store.EachRecord(ctx, s, "odd", store.Query{Order: "k"}, func(r store.Record) error { walked = append(walked, r.ID); return nil }); err != nil || len(walked) != len(ids) {
		t.Errorf("walked %d of %d: %v", len(walked), len(ids), err)
	}
	t.Run("terms", func(t *testing.T) { oddTerms(t, s, body) })
}

// oddTerms: a document's terms follow every way of writing it.
func oddTerms(t *testing.T, s *Store, body func(string, ...string) json.RawMessage) {
	ctx := t.Context()
	has := func(want bool, terms ...string) {
		t.Helper()
		for _, term := range terms {
			got, err := s.Find(ctx, "odd", store.Query{Term: term, TermWhole: true})
			if err != nil || slices.ContainsFunc(got, func(r store.Record) bool { return r.ID == "doc" }) != want {
				t.Errorf("term %q: %d documents, want %v, %v", term, len(got), want, err)
			}
		}
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(s.Insert(ctx, "odd", store.Record{ID: "doc", V: 1, Body: json.RawMessage(`{"k":"doc","n":1}`)}))
	must(s.Replace(ctx, "odd", store.Record{ID: "doc", Rev: 1, V: 1, Body: body("doc", "one", "two", "two")}))
	has(true, "doc", "one", "two")
	if err := s.Replace(ctx, "odd", store.Record{ID: "doc", Rev: 1, V: 1, Body: body("doc", "late")}); darasa.CodeOf(err) != darasa.Conflict {
		t.Error(err)
	}
	has(false, "late")
	must(s.Replace(ctx, "odd", store.Record{ID: "doc", Rev: 2, V: 1, Body: json.RawMessage(`{"k":"doc","n":1,"terms":null}`)}))
	has(false, "doc", "one", "two")
	must(s.Import(ctx, "odd", []store.Record{{ID: "doc", Rev: 7, V: 1, Body: body("doc", "three")}, {ID: "doc", Rev: 8, V: 1, Body: body("doc", "four")}}))
	has(true, "four")
	has(false, "three")
	must(s.Delete(ctx, "odd", "doc"))
	has(false, "doc", "four")
}
