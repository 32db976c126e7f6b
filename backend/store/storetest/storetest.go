// Package storetest is the contract of store.Engine as a suite of tests and
// benchmarks. Every engine runs all of it; an engine whose server is known to
// lose concurrent replacements says so in Options and runs the rest.
package storetest

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"darasa/backend/darasa"
	"darasa/backend/store"
)

// Options tells what the engine under test cannot be asked.
type Options struct {
	// Sequential names why the parts with concurrent writers do not run, "" to
	// run them.
	Sequential string
}

// Open returns an empty engine; the test closes it.
type Open func(t testing.TB) store.Engine

// Run runs the suite; each test gets an engine of its own.
func Run(t *testing.T, open Open, o Options) {
	for _, c := range []struct {
		name       string
		run        func(*testing.T, store.Engine)
		concurrent bool
	}{
		{"Insert", testInsert, false},
		{"InsertMany", testInsertMany, false},
		{"Replace", testReplace, false},
		{"Delete", testDelete, false},
		{"GetMany", testGetMany, false},
		{"Import", testImport, false},
		{"TooLarge", testTooLarge, false},
		{"BodyAsGiven", testBody, false},
		{"Ping", testPing, false},
		{"EndedContext", testEnded, false},
		{"Undeclared", testUndeclared, false},
		{"Queries", testQueries, false},
		{"Refusals", testRefusals, false},
		{"Terms", testTerms, false},
		{"NewIndex", testNewIndex, false},
		{"CountCap", testCountCap, false},
		{"Pages", testPages, false},
		{"Update", testUpdate, false},
		{"Upsert", testUpsert, false},
		{"Schema", testSchema, false},
		{"Owned", testOwned, false},
		{"Dump", testDump, false},
		{"RaceUpdate", testRaceUpdate, true},
		{"RaceClaim", testRaceClaim, true},
		{"RaceUpsert", testRaceUpsert, true},
		{"PagesWhileWriting", testPagesWhileWriting, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.concurrent && o.Sequential != "" {
				t.Skipf("NOT RUN: %s", o.Sequential)
			}
			e := open(t)
			t.Cleanup(func() {
				if err := e.Close(); err != nil {
					t.Errorf("Close: %v", err)
				}
			})
			c.run(t, e)
		})
	}
}

// Note is the document of the suite: text, number and truth value as index
// fields, terms, and an owner.
type Note struct {
	store.Meta
	ID          darasa.ID         `json:"id"`
	Institution darasa.ID         `json:"institution"`
	Kind        string            `json:"kind,omitempty"`
	Number      int64             `json:"number,omitempty"`
	Open        bool              `json:"open"`
	Words       []string          `json:"words,omitempty"`
	Text        darasa.Text       `json:"text"`
	Seen        []string          `json:"seen,omitempty"`
	Due         darasa.Time       `json:"due"`
	Share       float64           `json:"share"`
	Raw         []byte            `json:"raw,omitempty"`
	Inner       map[string]string `json:"inner,omitempty"`
}

// Notes declares the suite's collection.
var Notes = store.Spec{
	Name: "notes", Version: 1,
	Indexes:     []store.Index{{"institution", "kind"}, {"kind"}, {"number"}, {"open"}, {"institution", "number"}, {"due"}, {"terms"}},
	Numbers:     []string{"number"},
	Terms:       "words",
	Institution: "institution",
}

func notesOf(e store.Engine) store.Coll[Note] {
	return store.Open(e, Notes, func(n *Note) darasa.ID { return n.ID }, func(n *Note) *store.Meta { return &n.Meta }, nil)
}

func owner(n *Note) darasa.ID { return n.Institution }

// notes makes the collection on e.
func notes(t testing.TB, e store.Engine) store.Coll[Note] {
	t.Helper()
	if err := e.Ensure(context.Background(), Notes); err != nil {
		t.Fatalf("Ensure: %v", err)
	}
	return notesOf(e)
}

// fill inserts notes "00000" to n-1 with kind "even" or "odd", number
// counting down and institution "a", "b" or "c" in turn.
func fill(t testing.TB, c store.Coll[Note], n int) {
	t.Helper()
	docs := make([]Note, n)
	for i := range docs {
		docs[i] = Note{ID: id(i), Institution: darasa.ID("abc"[i%3 : i%3+1]), Kind: [2]string{"even", "odd"}[i%2],
			Number: int64(n - i), Open: i%4 == 0, Words: []string{"all", fmt.Sprintf("w%d", i%10)}}
	}
	verdicts, err := c.InsertMany(context.Background(), docs)
	if err != nil {
		t.Fatalf("InsertMany: %v", err)
	}
	for _, v := range verdicts {
		if v != nil {
			t.Fatalf("InsertMany: %v", v)
		}
	}
}

func id(i int) darasa.ID { return darasa.ID(fmt.Sprintf("%05d", i)) }

func raw(id string, rev int64, body string) store.Record {
	return store.Record{ID: id, Rev: rev, V: 1, At: darasa.Now(), Body: json.RawMessage(body)}
}

// want checks the code of err; "" wants none.
func want(t testing.TB, err error, code darasa.Code, doing string) {
	t.Helper()
	if got := darasa.CodeOf(err); got != code {
		t.Fatalf("%s: code %q, want %q (%v)", doing, got, code, err)
	}
	if ours, ok := err.(*darasa.Error); err != nil && (!ok || ours.Text.SW == "" || ours.Text.EN == "") {
		t.Fatalf("%s: error without text in both languages: %#v", doing, err)
	}
}
