package storetest

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"darasa/backend/darasa"
	"darasa/backend/store"
)

func testInsert(t *testing.T, e store.Engine) {
	ctx, c := context.Background(), notes(t, e)
	_, err := c.Get(ctx, "none")
	want(t, err, darasa.NotFound, "Get of nothing")
	n := Note{ID: "one", Kind: "first"}
	want(t, c.Insert(ctx, &n), "", "Insert")
	if n.Rev != 1 || n.At.IsZero() {
		t.Errorf("after Insert: rev %d at %s, want 1 and a time", n.Rev, n.At)
	}
	again := Note{ID: "one", Kind: "second"}
	want(t, c.Insert(ctx, &again), darasa.Conflict, "Insert again")
	got, err := c.Get(ctx, "one")
	want(t, err, "", "Get")
	if diff := cmp.Diff(n, got); diff != "" {
		t.Errorf("read back (-stored +got):\n%s", diff)
	}
	want(t, c.Insert(ctx, &Note{}), darasa.Internal, "Insert without id")
}

func testInsertMany(t *testing.T, e store.Engine) {
	ctx, c := context.Background(), notes(t, e)
	want(t, c.Insert(ctx, &Note{ID: "b", Kind: "old"}), "", "Insert")
	verdicts, err := c.InsertMany(ctx, []Note{{ID: "a"}, {ID: "b"}, {ID: "c"}, {ID: "c"}, {ID: "d", Kind: strings.Repeat("x", store.MaxDocument)}})
	want(t, err, "", "InsertMany")
	codes := make([]darasa.Code, len(verdicts))
	for i, v := range verdicts {
		codes[i] = darasa.CodeOf(v)
	}
	if diff := cmp.Diff([]darasa.Code{"", darasa.Conflict, "", darasa.Conflict, darasa.TooLarge}, codes); diff != "" {
		t.Errorf("verdicts (-want +got):\n%s", diff)
	}
	old, err := c.Get(ctx, "b")
	want(t, err, "", "Get")
	if old.Kind != "old" {
		t.Errorf("the refused insert wrote: kind %q", old.Kind)
	}
	n, err := c.Count(ctx, store.Query{})
	want(t, err, "", "Count")
	if n != 3 {
		t.Errorf("%d documents, want 3", n)
	}
}

func testReplace(t *testing.T, e store.Engine) {
	ctx, c := context.Background(), notes(t, e)
	n := Note{ID: "one", Kind: "first"}
	want(t, c.Insert(ctx, &n), "", "Insert")
	stale := n
	n.Kind = "second"
	want(t, c.Replace(ctx, &n), "", "Replace")
	if n.Rev != 2 {
		t.Errorf("rev %d after Replace, want 2", n.Rev)
	}
	stale.Kind = "third"
	want(t, c.Replace(ctx, &stale), darasa.Conflict, "Replace of a stale one")
	want(t, c.Replace(ctx, &Note{ID: "gone", Meta: store.Meta{Rev: 1}}), darasa.NotFound, "Replace of nothing")
	got, err := c.Find(ctx, store.Query{Equal: map[string]string{"kind": "second"}})
	want(t, err, "", "Find")
	if len(got) != 1 || got[0].Rev != 2 {
		t.Errorf("the index does not follow a replacement: %+v", got)
	}
	got, err = c.Find(ctx, store.Query{Equal: map[string]string{"kind": "first"}})
	want(t, err, "", "Find")
	if len(got) != 0 {
		t.Errorf("the index still finds the old value: %+v", got)
	}
}

func testDelete(t *testing.T, e store.Engine) {
	ctx, c := context.Background(), notes(t, e)
	want(t, c.Delete(ctx, "none"), "", "Delete of nothing")
	want(t, c.Insert(ctx, &Note{ID: "one", Words: []string{"asha"}}), "", "Insert")
	want(t, c.Delete(ctx, "one"), "", "Delete")
	_, err := c.Get(ctx, "one")
	want(t, err, darasa.NotFound, "Get of the deleted")
	found, err := c.Find(ctx, store.Query{Term: "asha"})
	want(t, err, "", "Find")
	if len(found) != 0 {
		t.Errorf("terms of a deleted document are found")
	}
	want(t, c.Insert(ctx, &Note{ID: "one"}), "", "Insert of the freed id")
}

func testGetMany(t *testing.T, e store.Engine) {
	ctx, c := context.Background(), notes(t, e)
	fill(t, c, 1200)
	ids := []darasa.ID{"", "none", id(0), id(0)}
	for i := range 1200 {
		ids = append(ids, id(i))
	}
	got, err := c.GetMany(ctx, ids)
	want(t, err, "", "GetMany")
	if len(got) != 1200 || got[id(7)].Number != 1193 {
		t.Errorf("%d documents, want 1200", len(got))
	}
	got, err = c.GetMany(ctx, nil)
	want(t, err, "", "GetMany of nothing")
	if len(got) != 0 {
		t.Errorf("%d documents for no ids", len(got))
	}
}

func testImport(t *testing.T, e store.Engine) {
	ctx, c := context.Background(), notes(t, e)
	at := darasa.At(time.Date(2024, 2, 29, 23, 59, 58, 123e6, time.UTC))
	rs := []store.Record{
		{ID: "a", Rev: 7, V: 1, At: at, Body: []byte(`{"id":"a","kind":"imported","words":["new"]}`)},
		{ID: "b", Rev: 2, V: 1, At: darasa.Time{}, Body: []byte(`{"id":"b"}`)},
	}
	want(t, c.Insert(ctx, &Note{ID: "a", Kind: "old", Words: []string{"old"}}), "", "Insert")
	for range 2 {
		want(t, e.Import(ctx, "notes", rs), "", "Import")
	}
	for _, r := range rs {
		got, err := e.Get(ctx, "notes", r.ID)
		want(t, err, "", "Get")
		if diff := cmp.Diff(r, got); diff != "" {
			t.Errorf("imported (-want +got):\n%s", diff)
		}
	}
	for term, n := range map[string]int{"old": 0, "new": 1} {
		if got, err := c.Count(ctx, store.Query{Term: term}); err != nil || got != n {
			t.Errorf("term %s: %d, %v; want %d", term, got, err, n)
		}
	}
	n, err := c.Get(ctx, "a")
	want(t, err, "", "Get")
	want(t, c.Replace(ctx, &n), "", "Replace of the imported")
	if n.Rev != 8 {
		t.Errorf("rev %d, want 8", n.Rev)
	}
}

func testTooLarge(t *testing.T, e store.Engine) {
	ctx, c := context.Background(), notes(t, e)
	big := Note{ID: "big", Kind: "fits"}
	want(t, c.Insert(ctx, &big), "", "Insert")
	big.Text.SW = strings.Repeat("x", store.MaxDocument)
	want(t, c.Replace(ctx, &big), darasa.TooLarge, "Replace")
	want(t, c.Insert(ctx, &Note{ID: "other", Text: big.Text}), darasa.TooLarge, "Insert")
	got, err := c.Get(ctx, "big")
	want(t, err, "", "Get")
	if got.Text.SW != "" || got.Rev != 1 {
		t.Errorf("a refused document was written")
	}
	body := `{"id":"edge","kind":"` + strings.Repeat("x", store.MaxDocument-len(`{"id":"edge","kind":""}`)) + `"}`
	want(t, e.Insert(ctx, "notes", raw("edge", 1, strings.Replace(body, `"kind"`, `"text"`, 1))), "", "Insert of the largest")
}

func testBody(t *testing.T, e store.Engine) {
	ctx, c := context.Background(), notes(t, e)
	n := Note{ID: "full", Institution: "i", Kind: `"quoted" \ and <b>&amp;`, Number: 1<<53 + 1, Open: true,
		Words: []string{"ñandú", "日本", ""}, Text: darasa.T("Habari za asubuhi", "Good morning"), Seen: []string{},
		Due: darasa.At(time.Date(2026, 11, 22, 1, 2, 3, 4e6, time.UTC)), Share: 1.0 / 3, Raw: bytes.Repeat([]byte{0, 255, 10}, 100),
		Inner: map[string]string{"a": "1", "_id": "4", "rev": "5"}}
	want(t, c.Insert(ctx, &n), "", "Insert")
	got, err := c.Get(ctx, "full")
	want(t, err, "", "Get")
	if diff := cmp.Diff(n, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("read back (-stored +got):\n%s", diff)
	}
	for _, body := range []string{``, `[]`, `"x"`, `null`, `{`, `{"a":1`} {
		want(t, e.Insert(ctx, "notes", raw("bad", 1, body)), darasa.Internal, "Insert of "+body)
	}
	for _, body := range []string{`{"_id":[1,2.5,-3,1e100],"at":1,"rev":"x","v":null,"t":{"k":{}}}`, `{}`, `{"e":[],"o":{},"n":null,"b":[true,false],"big":9007199254740993}`} {
		r := raw("json"+body[:2], 1, body)
		want(t, e.Insert(ctx, "notes", r), "", "Insert of "+body)
		got, err := e.Get(ctx, "notes", r.ID)
		want(t, err, "", "Get")
		if string(got.Body) != strings.Replace(body, "1e100", "1e+100", 1) && string(got.Body) != body {
			t.Errorf("body %s came back as %s", body, got.Body)
		}
		want(t, e.Delete(ctx, "notes", r.ID), "", "Delete")
	}
}

func testPing(t *testing.T, e store.Engine) {
	want(t, e.Ping(context.Background()), "", "Ping")
	if e.Kind() == "" {
		t.Error("Kind is empty")
	}
}

func testEnded(t *testing.T, e store.Engine) {
	c := notes(t, e)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := c.Get(ctx, "x")
	want(t, err, darasa.Unavailable, "Get")
	want(t, c.Insert(ctx, &Note{ID: "x"}), darasa.Unavailable, "Insert")
	_, err = c.Find(ctx, store.Query{})
	want(t, err, darasa.Unavailable, "Find")
}

func testUndeclared(t *testing.T, e store.Engine) {
	ctx := context.Background()
	_, err := e.Get(ctx, "unknown", "x")
	want(t, err, darasa.Internal, "Get")
	want(t, e.Insert(ctx, "unknown", raw("x", 1, `{}`)), darasa.Internal, "Insert")
	for _, s := range []store.Spec{{}, {Name: `a"b`}, {Name: "a", Indexes: []store.Index{{}}}, {Name: "a", Indexes: []store.Index{{"x.y"}}}, {Name: "a", Indexes: []store.Index{{"a", "b", "c", "d"}}}} {
		want(t, e.Ensure(ctx, s), darasa.Internal, "Ensure of a bad declaration")
	}
}
