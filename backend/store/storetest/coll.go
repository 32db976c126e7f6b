package storetest

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"darasa/backend/darasa"
	"darasa/backend/store"
)

func testUpdate(t *testing.T, e store.Engine) {
	ctx, c := context.Background(), notes(t, e)
	_, err := c.Update(ctx, "none", func(*Note) error { t.Error("called for nothing"); return nil })
	want(t, err, darasa.NotFound, "Update of nothing")
	want(t, c.Insert(ctx, &Note{ID: "one"}), "", "Insert")
	n, err := c.Update(ctx, "one", func(n *Note) error { n.Number++; return nil })
	want(t, err, "", "Update")
	if n.Number != 1 || n.Rev != 2 {
		t.Errorf("number %d rev %d, want 1 and 2", n.Number, n.Rev)
	}
	n, err = c.Update(ctx, "one", func(n *Note) error { return store.ErrUnchanged })
	want(t, err, "", "Update without change")
	if n.Rev != 2 {
		t.Errorf("an unchanged document was written")
	}
	refusal := errors.New("refused")
	if _, err = c.Update(ctx, "one", func(n *Note) error { n.Number = 99; return refusal }); err != refusal {
		t.Errorf("Update gave %v, want the function's own error", err)
	}
	// Somebody else is faster, once.
	calls := 0
	n, err = c.Update(ctx, "one", func(n *Note) error {
		if calls++; calls == 1 {
			other, err := c.Get(ctx, "one")
			want(t, err, "", "Get")
			other.Number += 10
			want(t, c.Replace(ctx, &other), "", "Replace")
		}
		n.Number++
		return nil
	})
	want(t, err, "", "Update")
	if n.Number != 12 || calls != 2 {
		t.Errorf("number %d after %d calls, want 12 after 2", n.Number, calls)
	}
}

func testUpsert(t *testing.T, e store.Engine) {
	ctx, c := context.Background(), notes(t, e)
	for i := range int64(3) {
		n, err := c.Upsert(ctx, "one", func() Note { return Note{ID: "one"} }, func(n *Note) error { n.Number++; return nil })
		want(t, err, "", "Upsert")
		if n.Number != i+1 || n.Rev != i+1 {
			t.Errorf("number %d rev %d, want %d", n.Number, n.Rev, i+1)
		}
	}
}

// testSchema: older documents are upgraded when read, newer ones refused, and
// writing stores the new schema.
func testSchema(t *testing.T, e store.Engine) {
	ctx := context.Background()
	spec := Notes
	spec.Version = 3
	want(t, e.Ensure(ctx, spec), "", "Ensure")
	c := store.Open(e, spec, func(n *Note) darasa.ID { return n.ID }, func(n *Note) *store.Meta { return &n.Meta },
		func(v int64, body json.RawMessage) (json.RawMessage, error) {
			if v == 1 {
				return nil, errors.New("schema 1 is not known")
			}
			return json.RawMessage(strings.Replace(string(body), `"sort"`, `"kind"`, 1)), nil
		})
	for v := range int64(4) {
		r := raw(string(id(int(v+1))), 1, `{"id":"`+string(id(int(v+1)))+`","sort":"old"}`)
		r.V = v + 1
		want(t, e.Import(ctx, "notes", []store.Record{r}), "", "Import")
	}
	_, err := c.Get(ctx, id(1))
	want(t, err, darasa.Internal, "Get of what cannot be upgraded")
	n, err := c.Get(ctx, id(2))
	want(t, err, "", "Get of an older schema")
	if n.Kind != "old" {
		t.Errorf("not upgraded: %+v", n)
	}
	want(t, c.Replace(ctx, &n), "", "Replace")
	if r, err := e.Get(ctx, "notes", string(id(2))); err != nil || r.V != 3 {
		t.Errorf("written with schema %d, %v; want 3", r.V, err)
	}
	_, err = c.Get(ctx, id(4))
	want(t, err, darasa.Unavailable, "Get of a newer schema")
	_, err = c.Update(ctx, id(4), func(n *Note) error { t.Error("a newer document was handed out"); return nil })
	want(t, err, darasa.Unavailable, "Update of a newer schema")
	_, err = c.Find(ctx, store.Query{})
	if err == nil {
		t.Error("Find returned documents it cannot read")
	}
}

func testOwned(t *testing.T, e store.Engine) {
	ctx, c := context.Background(), notes(t, e)
	fill(t, c, 9)
	want(t, c.Insert(ctx, &Note{ID: "ownerless"}), "", "Insert")
	a := c.For(darasa.Actor{Person: "p", Institution: "a"}, owner)
	if _, err := a.Get(ctx, id(0)); err != nil {
		t.Errorf("own document: %v", err)
	}
	for _, other := range []darasa.ID{id(1), "ownerless", "none"} {
		_, err := a.Get(ctx, other)
		want(t, err, darasa.NotFound, "Get of "+string(other))
		_, err = a.Update(ctx, other, func(*Note) error { t.Error("handed out"); return nil })
		want(t, err, darasa.NotFound, "Update of "+string(other))
	}
	found, err := a.Find(ctx, store.Query{Equal: equal("institution", "b")})
	want(t, err, "", "Find")
	if ids(found) != "0 3 6" {
		t.Errorf("found %q, want the own 0 3 6 whatever the query names", ids(found))
	}
	if n, err := a.Count(ctx, store.Query{Equal: equal("kind", "even")}); n != 2 || err != nil {
		t.Errorf("count %d, %v; want 2", n, err)
	}
	if n, err := a.First(ctx, store.Query{Descending: true}); n.ID != id(6) || err != nil {
		t.Errorf("first %s, %v; want the last own one", n.ID, err)
	}
	want(t, a.Delete(ctx, id(1)), darasa.NotFound, "Delete of another institution's")
	if _, err := c.Get(ctx, id(1)); err != nil {
		t.Errorf("another institution's document was deleted: %v", err)
	}
	want(t, a.Insert(ctx, &Note{ID: "x", Institution: "b"}), darasa.Forbidden, "Insert for another institution")
	want(t, a.Insert(ctx, &Note{ID: "x", Institution: "a"}), "", "Insert")
	_, err = a.Update(ctx, "x", func(n *Note) error { n.Institution = "b"; return nil })
	want(t, err, darasa.Forbidden, "Update that moves")
	testNobodyAndAll(t, c)
}

func testNobodyAndAll(t *testing.T, c store.Coll[Note]) {
	ctx := context.Background()
	nobody := c.For(darasa.Actor{Person: "p"}, owner)
	if found, err := nobody.Find(ctx, store.Query{}); len(found) != 0 || err != nil {
		t.Errorf("an actor of no institution finds %d, %v", len(found), err)
	}
	if n, err := nobody.Count(ctx, store.Query{}); n != 0 || err != nil {
		t.Errorf("an actor of no institution counts %d, %v", n, err)
	}
	_, err := nobody.Get(ctx, "ownerless")
	want(t, err, darasa.NotFound, "Get of the ownerless")
	_, err = c.All(darasa.Actor{Person: "p", Institution: "a", Roles: []darasa.Role{darasa.InstitutionAdmin}}, owner)
	want(t, err, darasa.Forbidden, "All for an institution's administrator")
	all, err := c.All(darasa.Actor{Person: "p", Roles: []darasa.Role{darasa.NationalAdmin}}, owner)
	want(t, err, "", "All")
	n := 0
	want(t, all.Each(ctx, store.Query{}, func(Note) error { n++; return nil }), "", "Each")
	if n != 11 {
		t.Errorf("All walks %d documents, want 11", n)
	}
}

// CopyBetween copies a filled collection from one engine to another, twice,
// and checks that every record is the same in both.
func CopyBetween(t *testing.T, from, to store.Engine) {
	ctx, c := context.Background(), notes(t, from)
	fill(t, c, 520)
	if _, err := c.Update(ctx, id(3), func(n *Note) error { n.Words = []string{"changed"}; return nil }); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		last := 0
		err := store.Copy(ctx, from, to, []store.Spec{Notes}, func(_ string, n int) { last = n })
		want(t, err, "", "Copy")
		if last != 520 {
			t.Errorf("progress ended at %d, want 520", last)
		}
	}
	seen := 0
	err := store.EachRecord(ctx, from, "notes", store.Query{}, func(r store.Record) error {
		seen++
		got, err := to.Get(ctx, "notes", r.ID)
		if diff := cmp.Diff(r, got); err == nil && diff != "" {
			t.Errorf("copied (-from +to):\n%s", diff)
		}
		return err
	})
	want(t, err, "", "comparing")
	if n, err := notesOf(to).Count(ctx, store.Query{}); seen != 520 || n != 520 || err != nil {
		t.Errorf("%d compared, %d copied, %v", seen, n, err)
	}
	if n, err := notesOf(to).Count(ctx, store.Query{Term: "changed"}); n != 1 || err != nil {
		t.Errorf("the copy's terms find %d, %v", n, err)
	}
}
