package storetest

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"darasa/backend/darasa"
	"darasa/backend/store"
)

func equal(pairs ...string) map[string]string {
	m := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i]] = pairs[i+1]
	}
	return m
}

func ids(ns []Note) string {
	var out []string
	for _, n := range ns {
		out = append(out, strings.TrimLeft(string(n.ID[:len(n.ID)-1]), "0")+string(n.ID[len(n.ID)-1:]))
	}
	return strings.Join(out, " ")
}

// testQueries runs on twelve notes: 0 to 11, number 12 to 1, institution
// a b c in turn, kind even or odd, open at 0, 4 and 8.
func testQueries(t *testing.T, e store.Engine) {
	ctx, c := context.Background(), notes(t, e)
	fill(t, c, 12)
	for _, q := range []struct {
		name string
		q    store.Query
		want string
	}{
		{"all", store.Query{}, "0 1 2 3 4 5 6 7 8 9 10 11"},
		{"descending", store.Query{Descending: true, Limit: 3}, "11 10 9"},
		{"after", store.Query{After: &store.Cursor{ID: "00009"}}, "10 11"},
		{"before", store.Query{Descending: true, After: &store.Cursor{ID: "00002"}}, "1 0"},
		{"equal", store.Query{Equal: equal("institution", "b", "kind", "odd")}, "1 7"},
		{"equal, first field of an index", store.Query{Equal: equal("institution", "b")}, "1 4 7 10"},
		{"equal, descending, after", store.Query{Equal: equal("institution", "b"), Descending: true, After: &store.Cursor{ID: "00010"}, Limit: 2}, "7 4"},
		{"truth value", store.Query{Equal: equal("open", "true")}, "0 4 8"},
		{"number", store.Query{Equal: equal("number", "10")}, "2"},
		{"number order", store.Query{Order: "number", Limit: 4}, "11 10 9 8"},
		{"number order, descending", store.Query{Order: "number", Descending: true, Limit: 4}, "0 1 2 3"},
		{"number order, after", store.Query{Order: "number", After: &store.Cursor{Value: "9", ID: "00003"}}, "2 1 0"},
		{"number range", store.Query{Range: &store.Range{Field: "number", From: "9", To: "12"}, Order: "number"}, "3 2 1"},
		{"open range", store.Query{Range: &store.Range{Field: "number", From: "10"}}, "0 1 2"},
		{"equal and order", store.Query{Equal: equal("institution", "c"), Order: "number"}, "11 8 5 2"},
		{"equal, order and cursor", store.Query{Equal: equal("institution", "c"), Order: "number", After: &store.Cursor{Value: "4", ID: "00008"}}, "5 2"},
		{"equal and range", store.Query{Equal: equal("institution", "c"), Range: &store.Range{Field: "number", From: "2", To: "8"}}, "5 8"},
		{"text order ties by id", store.Query{Order: "kind", Limit: 8}, "0 2 4 6 8 10 1 3"},
		{"text order ties by id, descending", store.Query{Order: "kind", Descending: true, Limit: 7}, "11 9 7 5 3 1 10"},
		{"text order, after", store.Query{Order: "kind", After: &store.Cursor{Value: "even", ID: "00010"}, Limit: 2}, "1 3"},
		{"text order, descending, after", store.Query{Order: "kind", Descending: true, After: &store.Cursor{Value: "odd", ID: "00001"}, Limit: 2}, "10 8"},
		{"in", store.Query{In: &store.In{Field: "number", Values: []string{"1", "3", "99"}}}, "9 11"},
		{"in with equal", store.Query{Equal: equal("institution", "a"), In: &store.In{Field: "kind", Values: []string{"odd", "even"}}}, "0 3 6 9"},
		{"in, ordered by it", store.Query{In: &store.In{Field: "kind", Values: []string{"odd", "even"}}, Order: "kind", Descending: true, Limit: 1}, "11"},
		{"in of nothing", store.Query{In: &store.In{Field: "kind"}}, ""},
		{"in of ids", store.Query{In: &store.In{Field: "id", Values: []string{"00003", "00001", "x"}}}, "1 3"},
		{"id range", store.Query{Range: &store.Range{Field: "id", From: "00003", To: "00005"}}, "3 4"},
		{"equal and id range", store.Query{Equal: equal("kind", "odd"), Range: &store.Range{Field: "id", From: "00003", To: "00008"}}, "3 5 7"},
		{"id equal", store.Query{Equal: equal("id", "00003")}, "3"},
		{"order by an equal field", store.Query{Equal: equal("kind", "odd"), Order: "kind", Limit: 2}, "1 3"},
		{"no match", store.Query{Equal: equal("kind", "' OR 1=1 --")}, ""},
	} {
		got, err := c.Find(ctx, q.q)
		if err != nil {
			t.Errorf("%s: %v", q.name, err)
			continue
		}
		if diff := cmp.Diff(q.want, ids(got)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", q.name, diff)
		}
	}
	testMissingFields(t, c)
	testCounts(t, c)
}

// testMissingFields: what a document lacks is empty text and 0, first in order.
func testMissingFields(t *testing.T, c store.Coll[Note]) {
	ctx := context.Background()
	for _, n := range []Note{{ID: "90001"}, {ID: "90000"}, {ID: "90002", Number: -5}} {
		want(t, c.Insert(ctx, &n), "", "Insert")
	}
	for _, q := range []struct {
		q    store.Query
		want string
	}{
		{store.Query{Equal: equal("kind", "")}, "90000 90001 90002"},
		{store.Query{Equal: equal("number", "0")}, "90000 90001"},
		{store.Query{Equal: equal("number", "zero")}, ""},
		{store.Query{Order: "kind", Limit: 4}, "90000 90001 90002 0"},
		{store.Query{Order: "kind", After: &store.Cursor{Value: "", ID: "90000"}, Limit: 3}, "90001 90002 0"},
		{store.Query{Order: "number", Limit: 4}, "90002 90000 90001 11"},
		{store.Query{Order: "number", After: &store.Cursor{Value: "", ID: "90000"}, Limit: 2}, "90001 11"},
	} {
		got, err := c.Find(ctx, q.q)
		want(t, err, "", "Find")
		if ids(got) != q.want {
			t.Errorf("%+v: %s, want %s", q.q, ids(got), q.want)
		}
	}
}

func testCounts(t *testing.T, c store.Coll[Note]) {
	for _, q := range []struct {
		q    store.Query
		want int
	}{
		{store.Query{}, 15},
		{store.Query{Limit: 2, Order: "number", After: &store.Cursor{ID: "x"}}, 15},
		{store.Query{Equal: equal("kind", "odd")}, 6},
		{store.Query{Range: &store.Range{Field: "number", From: "11"}}, 2},
		{store.Query{In: &store.In{Field: "number", Values: []string{"1", "3"}}}, 2},
		{store.Query{Term: "w"}, 12},
	} {
		got, err := c.Count(context.Background(), q.q)
		if err != nil || got != q.want {
			t.Errorf("count of %+v: %d, %v; want %d", q.q, got, err, q.want)
		}
	}
}

func testRefusals(t *testing.T, e store.Engine) {
	ctx, c := context.Background(), notes(t, e)
	for _, q := range []store.Query{
		{Equal: equal("text", "x")},
		{Equal: equal("kind", "x", "number", "1")},
		{Order: "share"},
		{Range: &store.Range{Field: "seen", From: "x"}},
		{Equal: equal("kind", "x"), Order: "number"},
		{Range: &store.Range{Field: "number", From: "1"}, Order: "kind"},
		{In: &store.In{Field: "share", Values: []string{"1"}}},
		{Term: "x", Equal: equal("share", "1")},
		{Limit: 501}, {Limit: -1},
	} {
		_, err := c.Find(ctx, q)
		want(t, err, darasa.Internal, fmt.Sprintf("Find %+v", q))
		if !strings.Contains(err.Error(), "notes") {
			t.Errorf("the refusal does not name the collection: %v", err)
		}
	}
}

func testTerms(t *testing.T, e store.Engine) {
	ctx, c := context.Background(), notes(t, e)
	for _, n := range []Note{
		{ID: "1", Kind: "x", Words: []string{"asha", "mushi", "asha"}},
		{ID: "2", Kind: "y", Words: []string{"ashura", "juma"}},
		{ID: "3", Kind: "x", Words: []string{"neema", "ashantu", "ash"}},
		{ID: "4", Kind: "x"},
		{ID: "5", Kind: "y", Words: []string{"100%_", "ñ.*"}},
	} {
		want(t, c.Insert(ctx, &n), "", "Insert")
	}
	check := func(q store.Query, wanted string) {
		t.Helper()
		got, err := c.Find(ctx, q)
		want(t, err, "", "Find")
		if ids(got) != wanted {
			t.Errorf("%+v: %q, want %q", q, ids(got), wanted)
		}
	}
	check(store.Query{Term: "ash"}, "1 2 3")
	check(store.Query{Term: "ash", TermWhole: true}, "3")
	check(store.Query{Term: "ash", Limit: 1, After: &store.Cursor{ID: "1"}}, "2")
	check(store.Query{Term: "ash", Descending: true}, "3 2 1")
	check(store.Query{Term: "ash", Equal: equal("kind", "x")}, "1 3")
	check(store.Query{Term: "zz"}, "")
	check(store.Query{Term: "100%"}, "5")
	check(store.Query{Term: "1_"}, "")
	check(store.Query{Term: "ñ."}, "5")
	_, err := c.Update(ctx, "1", func(n *Note) error { n.Words = []string{"rehema"}; return nil })
	want(t, err, "", "Update")
	check(store.Query{Term: "asha"}, "3")
	check(store.Query{Term: "rehema"}, "1")
}

// testNewIndex declares an index over documents that are there already.
func testNewIndex(t *testing.T, e store.Engine) {
	ctx := context.Background()
	old := store.Spec{Name: "notes", Version: 1}
	want(t, e.Ensure(ctx, old), "", "Ensure")
	want(t, e.Insert(ctx, "notes", raw("1", 1, `{"id":"1","kind":"x","number":10,"words":["asha"]}`)), "", "Insert")
	want(t, e.Insert(ctx, "notes", raw("2", 1, `{"id":"2","kind":"x","number":9}`)), "", "Insert")
	for range 2 {
		c := notes(t, e)
		got, err := c.Find(ctx, store.Query{Order: "number"})
		want(t, err, "", "Find")
		if ids(got) != "2 1" {
			t.Errorf("the new index gives %q, want 2 1", ids(got))
		}
		if n, err := c.Count(ctx, store.Query{Term: "ash", Equal: equal("kind", "x")}); n != 1 || err != nil {
			t.Errorf("the new terms find %d, %v", n, err)
		}
	}
}

func testCountCap(t *testing.T, e store.Engine) {
	c := notes(t, e)
	fill(t, c, store.CountCap+30)
	for _, q := range []store.Query{{}, {Term: "all"}} {
		n, err := c.Count(context.Background(), q)
		if err != nil || n != store.CountCap {
			t.Errorf("count %d, %v; want the cap %d", n, err, store.CountCap)
		}
	}
}

func testPages(t *testing.T, e store.Engine) {
	ctx, c := context.Background(), notes(t, e)
	const total = 1100
	fill(t, c, total)
	for _, q := range []store.Query{
		{}, {Descending: true}, {Order: "number"}, {Order: "kind"}, {Order: "kind", Descending: true},
	} {
		seen := map[darasa.ID]int{}
		err := c.Each(ctx, q, func(n Note) error { seen[n.ID]++; return nil })
		want(t, err, "", "Each")
		if len(seen) != total {
			t.Errorf("%+v: %d of %d seen", q, len(seen), total)
		}
		for k, n := range seen {
			if n != 1 {
				t.Errorf("%+v: %s seen %d times", q, k, n)
			}
		}
	}
	stop := fmt.Errorf("stop")
	calls := 0
	err := c.Each(ctx, store.Query{}, func(Note) error { calls++; return stop })
	if err != stop || calls != 1 {
		t.Errorf("Each does not stop: %v after %d", err, calls)
	}
}
