package assessment_test

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"darasa/backend/assessment"
)

func TestBuildKeepsTheKeyApart(t *testing.T) {
	for _, n := range written() {
		q, _ := assessment.Build(n)
		raw, err := json.Marshal(q)
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{`"right"`, "Jibu ni hili", "ukamilifu", "tolerance", "9.6"} {
			if strings.Contains(string(raw), secret) {
				t.Errorf("%s: the question tells %q: %s", n.Slug, secret, raw)
			}
		}
	}
}

func TestOptionSlugsFollowTheText(t *testing.T) {
	n := written()[0]
	a, _ := assessment.Build(n)
	slices.Reverse(n.Options)
	b, _ := assessment.Build(n)
	slices.Reverse(b.Options)
	if diff := cmp.Diff(a.Options, b.Options); diff != "" {
		t.Errorf("reordered options changed their slugs:\n%s", diff)
	}
	steps, key := assessment.Build(written()[4])
	if !slices.IsSortedFunc(steps.Options, func(x, y assessment.Option) int { return strings.Compare(x.Slug, y.Slug) }) {
		t.Error("the items of an ordering question are not sorted by slug")
	}
	if len(key.Right) != 3 {
		t.Errorf("key %v", key.Right)
	}
}

// TestDrawVector pins the draw: tickets in the field were made with it, and a
// browser computes the same.
func TestDrawVector(t *testing.T) {
	var bank []assessment.Question
	for _, s := range []string{"a", "b", "c", "d", "e", "f", "g", "h"} {
		bank = append(bank, assessment.Question{Slug: s, Kind: assessment.Single, Options: []assessment.Option{{Slug: "x"}, {Slug: "y"}, {Slug: "z"}}})
	}
	got := ""
	for _, d := range assessment.Draw(42, "checking-our-data@1", "post-test", bank, 4) {
		got += d.Question + ":" + strings.Join(d.Options, "") + " "
	}
	if want := "c:xzy f:yxz d:yzx g:xzy "; got != want {
		t.Errorf("draw is %q, want %q", got, want)
	}
}

func TestDrawIsPure(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bank := paper(1).Questions
		seed, n := rapid.Int64().Draw(t, "seed"), rapid.IntRange(0, 7).Draw(t, "n")
		first := assessment.Draw(seed, "c@1", "post-test", bank, n)
		rand.Shuffle(len(bank), func(i, j int) { bank[i], bank[j] = bank[j], bank[i] })
		if diff := cmp.Diff(first, assessment.Draw(seed, "c@1", "post-test", bank, n)); diff != "" {
			t.Fatalf("the bank's order changed the draw:\n%s", diff)
		}
		seen := map[string]bool{}
		for _, d := range first {
			i := slices.IndexFunc(bank, func(q assessment.Question) bool { return q.Slug == d.Question })
			if i < 0 || seen[d.Question] || len(d.Options) != len(bank[i].Options) {
				t.Fatalf("drew %+v", d)
			}
			seen[d.Question] = true
		}
		if len(first) != min(n, len(bank)) {
			t.Fatalf("drew %d of %d", len(first), n)
		}
	})
}

// TestDrawIsFair draws 2 of 5 many times; each question comes near 40 %.
func TestDrawIsFair(t *testing.T) {
	bank, count := paper(1).Questions, map[string]int{}
	const rounds = 5000
	for seed := range int64(rounds) {
		for _, d := range assessment.Draw(seed, "c@1", "q", bank, 2) {
			count[d.Question]++
		}
	}
	for slug, n := range count {
		if share := float64(n) / rounds; math.Abs(share-0.4) > 0.03 {
			t.Errorf("%s drawn in %.3f of the rounds", slug, share)
		}
	}
}
