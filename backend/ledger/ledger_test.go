package ledger

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"darasa/backend/darasa"
	"darasa/backend/store/sqlite"
)

var noon = darasa.At(time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC))

func later(d time.Duration) darasa.Time { return darasa.At(noon.Add(d)) }

func newBook(t *testing.T) *Book {
	t.Helper()
	ctx := context.Background()
	e, err := sqlite.Open(ctx, sqlite.Options{Path: filepath.Join(t.TempDir(), "d.sqlite")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close() })
	b := New(e)
	if err := e.Ensure(ctx, b.Specs()...); err != nil {
		t.Fatal(err)
	}
	return b
}

func wantCode(t *testing.T, err error, code darasa.Code) {
	t.Helper()
	if darasa.CodeOf(err) != code {
		t.Fatalf("error %v has code %q, want %q", err, darasa.CodeOf(err), code)
	}
}

func wantOwners(t *testing.T, b *Book, key darasa.ID, want ...darasa.ID) {
	t.Helper()
	got, err := b.Owners(context.Background(), key)
	if err != nil || !slices.Equal(got, want) {
		t.Fatalf("owners of %s are %v (%v), want %v", key, got, err, want)
	}
}

func TestClaims(t *testing.T) {
	ctx, b := context.Background(), newBook(t)
	for _, c := range []struct {
		key, owner darasa.ID
		shared     bool
		code       darasa.Code
	}{
		{"check:00123", "a", false, ""},
		{"check:00123", "a", false, ""},
		{"check:00123", "b", false, darasa.Conflict},
		{"check:123", "b", false, ""},
		{"phone:+255712000011", "a", true, ""},
		{"phone:+255712000011", "b", true, ""},
		{"phone:+255712000011", "b", true, ""},
	} {
		wantCode(t, b.Claim(ctx, c.key, c.owner, c.shared, noon), c.code)
	}
	wantOwners(t, b, "check:00123", "a")
	wantOwners(t, b, "phone:+255712000011", "a", "b")

	wantCode(t, b.Release(ctx, "phone:+255712000011", "a", noon), "")
	wantCode(t, b.Release(ctx, "check:00123", "b", noon), "")
	wantOwners(t, b, "phone:+255712000011", "b")
	wantOwners(t, b, "check:00123", "a")
	wantCode(t, b.Release(ctx, "check:00123", "a", noon), "")
	wantOwners(t, b, "check:00123")
	wantCode(t, b.Claim(ctx, "check:00123", "c", false, noon), "")
	wantOwners(t, b, "check:00123", "c")
	if _, err := b.claims.Get(ctx, "check:00123"); err != nil {
		t.Fatal(err)
	}
}

func TestClaimHasOneWinner(t *testing.T) {
	ctx, b := context.Background(), newBook(t)
	var wg sync.WaitGroup
	errs := make([]error, 24)
	for i := range errs {
		wg.Go(func() {
			errs[i] = b.Claim(ctx, "check:7", darasa.ID(fmt.Sprint("p", i)), false, noon)
			if err := b.Claim(ctx, "phone:7", darasa.ID(fmt.Sprint("p", i)), true, noon); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
		} else {
			wantCode(t, err, darasa.Conflict)
		}
	}
	owners, _ := b.Owners(ctx, "phone:7")
	if won != 1 || len(owners) != len(errs) {
		t.Fatalf("%d won an unshared key, %d share a phone", won, len(owners))
	}
}

func TestClaimMany(t *testing.T) {
	ctx, b := context.Background(), newBook(t)
	wantCode(t, b.Claim(ctx, "check:1", "old", false, noon), "")
	wantCode(t, b.Claim(ctx, "phone:1", "old", true, noon), "")
	got, err := b.ClaimMany(ctx, []Want{
		{Key: "check:1", Owner: "x"},
		{Key: "check:2", Owner: "x"},
		{Key: "check:2", Owner: "x"},
		{Key: "check:2", Owner: "y"},
		{Key: "phone:1", Owner: "x", Shared: true},
		{Key: "phone:1", Owner: "y", Shared: true},
		{Key: "phone:2", Owner: "x", Shared: true},
		{Key: "phone:2", Owner: "y", Shared: true},
	}, noon)
	if err != nil {
		t.Fatal(err)
	}
	for i, code := range []darasa.Code{darasa.Conflict, "", "", darasa.Conflict, "", "", "", ""} {
		wantCode(t, got[i], code)
	}
	wantOwners(t, b, "check:1", "old")
	wantOwners(t, b, "check:2", "x")
	wantOwners(t, b, "phone:1", "old", "x", "y")
	wantOwners(t, b, "phone:2", "x", "y")
}

// alive stands for the people of a store.
func alive(ids ...darasa.ID) Living {
	return func(_ context.Context, cs []Claim) (map[darasa.ID][]darasa.ID, error) {
		out := map[darasa.ID][]darasa.ID{}
		for _, c := range cs {
			for _, o := range c.Owners {
				if slices.Contains(ids, o) {
					out[c.Key] = append(out[c.Key], o)
				}
			}
		}
		return out, nil
	}
}

func TestOwnerlessClaimIsFreeAfterGrace(t *testing.T) {
	ctx, b := context.Background(), newBook(t)
	b.Guard("check", alive("here"))
	wantCode(t, b.Claim(ctx, "check:1", "crashed", false, noon), "")
	wantCode(t, b.Claim(ctx, "check:2", "here", false, noon), "")
	wantCode(t, b.Claim(ctx, "check:1", "new", false, later(9*time.Minute)), darasa.Conflict)
	wantCode(t, b.Claim(ctx, "check:1", "new", false, later(10*time.Minute)), "")
	wantCode(t, b.Claim(ctx, "check:2", "new", false, later(time.Hour)), darasa.Conflict)
	wantOwners(t, b, "check:1", "new")
	wantOwners(t, b, "check:2", "here")
}

func TestFreeOwnerless(t *testing.T) {
	ctx, b := context.Background(), newBook(t)
	b.Guard("phone", alive("here"))
	for i := range 3 {
		key := darasa.ID(fmt.Sprint("phone:", i))
		wantCode(t, b.Claim(ctx, key, "gone", true, noon), "")
		if i > 0 {
			wantCode(t, b.Claim(ctx, key, "here", true, noon), "")
		}
	}
	wantCode(t, b.Claim(ctx, "other:1", "gone", false, noon), "")
	if n, err := b.FreeOwnerless(ctx, later(time.Minute)); n != 0 || err != nil {
		t.Fatalf("%d young claims were freed (%v)", n, err)
	}
	if n, err := b.FreeOwnerless(ctx, later(time.Hour)); n != 3 || err != nil {
		t.Fatalf("%d claims were freed (%v), want 3", n, err)
	}
	wantOwners(t, b, "phone:0")
	wantOwners(t, b, "phone:1", "here")
	wantOwners(t, b, "other:1", "gone")
}

func TestTheLastOneStays(t *testing.T) {
	ctx, b := context.Background(), newBook(t)
	for _, p := range []darasa.ID{"a", "b"} {
		wantCode(t, b.Claim(ctx, "role:national", p, true, noon), "")
	}
	var wg sync.WaitGroup
	errs := map[darasa.ID]error{}
	var mu sync.Mutex
	for _, p := range []darasa.ID{"a", "b"} {
		wg.Go(func() {
			err := b.LeaveButOne(ctx, "role:national", p)
			mu.Lock()
			errs[p] = err
			mu.Unlock()
		})
	}
	wg.Wait()
	if (errs["a"] == nil) == (errs["b"] == nil) {
		t.Fatalf("of two that leave at once one must stay: %v", errs)
	}
	if left, _ := b.Owners(ctx, "role:national"); len(left) != 1 {
		t.Fatalf("left: %v", left)
	}
}

func TestAudit(t *testing.T) {
	ctx, b := context.Background(), newBook(t)
	asha := darasa.Actor{Person: "asha", Institution: "muhas", Roles: []darasa.Role{darasa.InstitutionAdmin}, Name: "Asha M", From: "10.0.0.1"}
	juma := darasa.Actor{Person: "juma", Institution: "udom", Roles: []darasa.Role{darasa.Learner}, Name: "Juma K"}
	for i := range 5 {
		wantCode(t, b.Audit(ctx, asha, "role", "juma", "trainer", later(time.Duration(i)*time.Minute)), "")
	}
	wantCode(t, b.Audit(ctx, juma, "sign-in", "juma", "", noon), "")
	national := darasa.Command("test")

	for name, c := range map[string]struct {
		actor darasa.Actor
		f     AuditFilter
		n     int
		code  darasa.Code
	}{
		"national reads all":       {national, AuditFilter{}, 6, ""},
		"national, one person":     {national, AuditFilter{Person: "asha"}, 5, ""},
		"own institution":          {asha, AuditFilter{Institution: "muhas"}, 5, ""},
		"own institution, between": {asha, AuditFilter{Institution: "muhas", From: later(time.Minute), To: later(3 * time.Minute)}, 2, ""},
		"another institution":      {asha, AuditFilter{Institution: "udom"}, 0, darasa.Forbidden},
		"all as institution admin": {asha, AuditFilter{}, 0, darasa.Forbidden},
		"oneself":                  {juma, AuditFilter{Person: "juma"}, 1, ""},
		"about oneself":            {juma, AuditFilter{Subject: "juma"}, 6, ""},
		"another person":           {juma, AuditFilter{Person: "asha"}, 0, darasa.Forbidden},
		"a learner's institution":  {juma, AuditFilter{Institution: "udom"}, 0, darasa.Forbidden},
		"nobody":                   {darasa.Actor{}, AuditFilter{}, 0, darasa.Unauthenticated},
	} {
		t.Run(name, func(t *testing.T) {
			es, _, err := b.Entries(ctx, c.actor, c.f)
			wantCode(t, err, c.code)
			if len(es) != c.n {
				t.Fatalf("%d lines, want %d", len(es), c.n)
			}
		})
	}

	var seen []darasa.ID
	f := AuditFilter{Limit: 2}
	for {
		es, next, err := b.Entries(ctx, national, f)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range es {
			if slices.Contains(seen, e.ID) {
				t.Fatalf("%s twice", e.ID)
			}
			seen = append(seen, e.ID)
		}
		if f.After = next; next == nil {
			break
		}
	}
	if len(seen) != 6 {
		t.Fatalf("pages gave %d of 6", len(seen))
	}

	wantCode(t, b.Forget(ctx, "asha"), "")
	es, _, _ := b.Entries(ctx, national, AuditFilter{Person: "asha"})
	for _, e := range es {
		if e.Name != "" || e.From != "" || e.Act != "role" {
			t.Fatalf("after forgetting: %+v", e)
		}
	}
	if len(es) != 5 {
		t.Fatalf("%d lines are left of 5", len(es))
	}
}

func TestJobs(t *testing.T) {
	ctx, b := context.Background(), newBook(t)
	const lease = time.Minute
	for range 2 {
		wantCode(t, b.Ask(ctx, "export", "c2", `{"n":1}`, noon), "")
	}
	wantCode(t, b.Ask(ctx, "export", "c3", "", later(time.Hour)), "")
	take := func(holder string, at darasa.Time) (Job, bool) {
		j, ok, err := b.Take(ctx, []string{"media", "export"}, holder, lease, at)
		if err != nil {
			t.Fatal(err)
		}
		return j, ok
	}
	j, ok := take("w1", noon)
	if !ok || j.ID != "export/c2" || j.Args != `{"n":1}` || j.Tries != 1 {
		t.Fatalf("took %+v %v", j, ok)
	}
	if j, ok := take("w2", noon); ok {
		t.Fatalf("a leased job was taken: %+v", j)
	}
	wantCode(t, b.Progress(ctx, j.ID, "w1", 5, 10, lease, later(50*time.Second)), "")
	if _, ok := take("w2", later(90*time.Second)); ok {
		t.Fatal("progress did not extend the lease")
	}
	j, ok = take("w2", later(3*time.Minute))
	if !ok || j.Holder != "w2" {
		t.Fatalf("a lease that ran out was not taken: %+v", j)
	}
	wantCode(t, b.Done(ctx, j.ID, "w1", "", later(3*time.Minute)), darasa.Conflict)
	wantCode(t, b.Failed(ctx, j.ID, "w2", errors.New("disk"), later(3*time.Minute)), "")
	if _, ok := take("w2", later(3*time.Minute+59*time.Second)); ok {
		t.Fatal("the second try comes 60 seconds after the failure")
	}
	j, ok = take("w2", later(4*time.Minute))
	if !ok {
		t.Fatal("the job did not come back")
	}
	wantCode(t, b.Done(ctx, j.ID, "w2", "exports/1.xlsx", later(5*time.Minute)), "")
	done, _, err := b.Jobs(ctx, Done, "export", nil, 0)
	if err != nil || len(done) != 1 || done[0].Result != "exports/1.xlsx" {
		t.Fatalf("%+v %v", done, err)
	}
	if j, ok := take("w1", later(time.Hour)); !ok || j.Source != "c3" {
		t.Fatalf("the due time of c3: %+v %v", j, ok)
	}
	wantCode(t, b.Failed(ctx, "export/c3", "w1", darasa.Fail(darasa.Invalid, "si sahihi", "wrong"), later(time.Hour)), "")
	j, _ = b.Job(ctx, "export/c3")
	if j.State != Failed || j.Error.EN != "wrong" {
		t.Fatalf("what cannot succeed is given up: %+v", j)
	}
	if _, err := b.Again(ctx, j.ID, later(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if _, ok := take("w1", later(time.Hour)); !ok {
		t.Fatal("the job did not run again")
	}
	wantCode(t, b.SweepJobs(ctx, later(24*time.Hour)), "")
	_, err = b.Job(ctx, "export/c2")
	wantCode(t, err, darasa.NotFound)
}

func TestJobThatKillsIsGivenUp(t *testing.T) {
	ctx, b := context.Background(), newBook(t)
	wantCode(t, b.Ask(ctx, "media", "bad", "", noon), "")
	at := noon
	for i := range MaxTries {
		if _, ok, err := b.Take(ctx, []string{"media"}, "w", time.Minute, at); !ok || err != nil {
			t.Fatalf("try %d: %v %v", i+1, ok, err)
		}
		at = darasa.At(at.Add(time.Hour))
	}
	if _, ok, _ := b.Take(ctx, []string{"media"}, "w", time.Minute, at); ok {
		t.Fatal("taken once too often")
	}
	if j, _ := b.Job(ctx, "media/bad"); j.State != Failed || j.Error.Empty() {
		t.Fatalf("%+v", j)
	}
}

func TestOneHolderEach(t *testing.T) {
	ctx, b := context.Background(), newBook(t)
	for i := range 20 {
		wantCode(t, b.Ask(ctx, "k", fmt.Sprint(i), "", noon), "")
	}
	var mu sync.Mutex
	taken := map[darasa.ID]int{}
	var wg sync.WaitGroup
	for w := range 6 {
		wg.Go(func() {
			for misses := 0; misses < 40; {
				j, ok, err := b.Take(ctx, []string{"k"}, fmt.Sprint("w", w), time.Minute, noon)
				if err != nil {
					t.Error(err)
					return
				}
				if !ok {
					misses++
					continue
				}
				mu.Lock()
				taken[j.ID]++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if len(taken) != 20 {
		t.Fatalf("%d of 20 jobs were taken", len(taken))
	}
	for id, n := range taken {
		if n != 1 {
			t.Fatalf("%s was taken %d times", id, n)
		}
	}
}

func TestBackOff(t *testing.T) {
	for tries, want := range map[int64]time.Duration{0: 30 * time.Second, 1: 30 * time.Second, 2: time.Minute, 5: 8 * time.Minute, 40: 6 * time.Hour} {
		if got := backOff(tries); got != want {
			t.Errorf("after %d tries: %v, want %v", tries, got, want)
		}
	}
}

func TestSpecsAreWhole(t *testing.T) {
	for _, s := range newBook(t).Specs() {
		if err := s.Check(); err != nil || s.Version != 1 {
			t.Errorf("%s: %v", s.Name, err)
		}
	}
}
