package account

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"darasa/backend/darasa"
	"darasa/backend/ledger"
)

func auditOf(person darasa.ID) ledger.AuditFilter { return ledger.AuditFilter{Subject: string(person)} }

func (h *house) sign(t testing.TB, c Credentials, at darasa.Time) SignedIn {
	t.Helper()
	c.Login, c.Secret = "00123", secret
	in, err := h.SignIn(context.Background(), c, at)
	wantCode(t, err, "")
	return in
}

func TestSessionEnds(t *testing.T) {
	const day = 24 * time.Hour
	for name, c := range map[string]struct {
		api  bool
		seen []time.Duration // used at
		dead time.Duration   // gone at
	}{
		"idle":            {false, nil, 30 * day},
		"used":            {false, []time.Duration{29 * day}, 59 * day},
		"ninety days":     {false, []time.Duration{29 * day, 58 * day, 87 * day, 90*day - time.Second}, 90 * day},
		"api":             {true, nil, 12 * time.Hour},
		"api, often used": {true, []time.Duration{11 * time.Hour}, 12 * time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, h := context.Background(), newHouse(t)
			h.somebody(t, asha(), darasa.Learner)
			in := h.sign(t, Credentials{API: c.api}, noon)
			for _, d := range c.seen {
				if _, err := h.Resolve(ctx, in.Token, later(d)); err != nil {
					t.Fatalf("after %v: %v", d, err)
				}
			}
			if signed, err := h.Resolve(ctx, in.Token, later(c.dead-time.Second)); err != nil || signed.API != c.api {
				t.Fatalf("just before %v: %v", c.dead, err)
			}
			if len(c.seen) == 0 { // that look extended it, but for an API session
				in = h.sign(t, Credentials{API: c.api}, noon)
			}
			if name == "used" {
				return
			}
			_, err := h.Resolve(ctx, in.Token, later(c.dead))
			wantCode(t, err, darasa.Unauthenticated)
		})
	}
}

func TestTokensAreNotGuessed(t *testing.T) {
	ctx, h := context.Background(), newHouse(t)
	h.somebody(t, asha(), darasa.Learner)
	in := h.sign(t, Credentials{}, noon)
	if len(in.Token) != 43 || strings.Contains(string(in.Session.ID), in.Token) {
		t.Fatalf("%+v", in)
	}
	for _, token := range []string{"", "x", string(in.Session.ID), in.Token + "x", strings.Repeat("A", 43)} {
		_, err := h.Resolve(ctx, token, noon)
		wantCode(t, err, darasa.Unauthenticated)
	}
}

func TestResolveReadsNothing(t *testing.T) {
	ctx, h := context.Background(), newHouse(t)
	h.somebody(t, asha(), darasa.Trainer)
	in := h.sign(t, Credentials{}, noon)
	signed, err := h.Resolve(ctx, in.Token, noon)
	if err != nil || signed.Actor.Name != "Asha Mwakyusa" || !signed.Actor.Is(darasa.Trainer) || signed.Lang != darasa.Swahili {
		t.Fatalf("%+v %v", signed, err)
	}
	before := h.engine.reads.Load()
	for i := range 100 {
		if _, err := h.Resolve(ctx, in.Token, later(time.Duration(i)*90*time.Millisecond)); err != nil {
			t.Fatal(err)
		}
	}
	if h.engine.reads.Load() != before {
		t.Fatalf("%d reads within the life of the cache", h.engine.reads.Load()-before)
	}
	if _, err := h.Resolve(ctx, in.Token, later(cacheLife)); err != nil || h.engine.reads.Load() == before {
		t.Fatalf("nothing was read after the life of the cache: %v", err)
	}
}

func TestSeenIsWrittenHourly(t *testing.T) {
	ctx, h := context.Background(), newHouse(t)
	h.somebody(t, asha(), darasa.Learner)
	in := h.sign(t, Credentials{}, noon)
	for _, c := range []struct {
		at  time.Duration
		rev int64
	}{{59 * time.Minute, 1}, {61 * time.Minute, 2}, {100 * time.Minute, 2}, {122 * time.Minute, 3}} {
		if _, err := h.Resolve(ctx, in.Token, later(c.at)); err != nil {
			t.Fatal(err)
		}
		if x, _ := h.sessions.Get(ctx, in.Session.ID); x.Rev != c.rev {
			t.Fatalf("after %v revision %d, want %d", c.at, x.Rev, c.rev)
		}
	}
}

func TestSignOut(t *testing.T) {
	ctx, h := context.Background(), newHouse(t)
	h.somebody(t, asha(), darasa.Learner)
	var tokens []string
	var ids []darasa.ID
	for i := range 4 {
		in := h.sign(t, Credentials{Device: "Opera Mini"}, later(time.Duration(i)*time.Second))
		tokens, ids = append(tokens, in.Token), append(ids, in.Session.ID)
	}
	at := later(time.Minute)
	alive := func() (n int) {
		for _, token := range tokens {
			if _, err := h.Resolve(ctx, token, at); err == nil {
				n++
			}
		}
		return n
	}
	signed, err := h.Resolve(ctx, tokens[0], at)
	wantCode(t, err, "")
	me := signed.Actor
	if xs, err := h.Sessions(ctx, me, at); err != nil || len(xs) != 4 || xs[0].ID != ids[3] || xs[0].Device != "Opera Mini" {
		t.Fatalf("%+v %v", xs, err)
	}
	wantCode(t, h.SignOut(ctx, darasa.Actor{Person: "stranger"}, ids[1], at), darasa.NotFound)
	wantCode(t, h.SignOut(ctx, me, ids[1], at), "")
	if n := alive(); n != 3 {
		t.Fatalf("%d sessions live, want 3", n)
	}
	wantCode(t, h.SignOutElsewhere(ctx, me, at), "")
	if n := alive(); n != 1 {
		t.Fatalf("%d sessions live, want the one in use", n)
	}
	wantCode(t, h.SignOut(ctx, me, "", at), "")
	if n := alive(); n != 0 {
		t.Fatalf("%d sessions live after signing out", n)
	}
}

func TestPasswordChangeEndsOtherSessions(t *testing.T) {
	ctx, h := context.Background(), newHouse(t)
	h.somebody(t, asha(), darasa.Learner)
	mine, other := h.sign(t, Credentials{}, noon), h.sign(t, Credentials{API: true}, noon)
	signed, err := h.Resolve(ctx, mine.Token, noon)
	wantCode(t, err, "")
	_, err = h.Resolve(ctx, other.Token, noon)
	wantCode(t, err, "")
	wantCode(t, h.ChangePassword(ctx, signed.Actor, "wrong-guess", "nyingine-mpya", noon), darasa.Invalid)
	wantCode(t, h.ChangePassword(ctx, signed.Actor, secret, "00123", noon), darasa.Invalid)
	wantCode(t, h.ChangePassword(ctx, signed.Actor, secret, "nyingine-mpya", noon), "")
	_, err = h.Resolve(ctx, other.Token, noon)
	wantCode(t, err, darasa.Unauthenticated)
	_, err = h.Resolve(ctx, mine.Token, noon)
	wantCode(t, err, "")
	_, err = h.SignIn(ctx, Credentials{Login: "00123", Secret: secret}, noon)
	wantCode(t, err, darasa.Unauthenticated)
}

func TestUseAnotherInstitution(t *testing.T) {
	ctx, h := context.Background(), newHouse(t)
	p := h.somebody(t, asha(), darasa.Trainer)
	roles := []darasa.Role{darasa.Learner}
	_, err := h.Affiliate(ctx, command, p.ID, udom, AffiliationPatch{Roles: &roles}, later(time.Second))
	wantCode(t, err, "")
	in := h.sign(t, Credentials{}, noon)
	resolve := func() darasa.Actor {
		signed, err := h.Resolve(ctx, in.Token, noon)
		wantCode(t, err, "")
		return signed.Actor
	}
	if a := resolve(); a.Institution != muhas || !a.Is(darasa.Trainer) {
		t.Fatalf("%+v", a)
	}
	wantCode(t, h.Use(ctx, resolve(), udom), "")
	if a := resolve(); a.Institution != udom || a.Is(darasa.Trainer) || !a.Is(darasa.Learner) {
		t.Fatalf("roles of one institution count at another: %+v", a)
	}
	wantCode(t, h.Use(ctx, resolve(), "elsewhere"), darasa.NotFound)
	wantCode(t, h.EndAffiliation(ctx, command, p.ID, udom, noon), "")
	if a := resolve(); a.Institution != "" || len(a.Roles) != 0 {
		t.Fatalf("after the affiliation ended: %+v", a)
	}
	wantCode(t, h.Use(ctx, resolve(), udom), darasa.NotFound)
	wantCode(t, h.Use(ctx, resolve(), muhas), "")
}

func TestSweepSessions(t *testing.T) {
	ctx, h := context.Background(), newHouse(t)
	p := h.somebody(t, asha(), darasa.Learner)
	h.sign(t, Credentials{API: true}, noon)
	long := h.sign(t, Credentials{}, noon)
	wantCode(t, h.SweepSessions(ctx, later(13*time.Hour)), "")
	xs, err := h.sessionsOf(ctx, p.ID, noon)
	if err != nil || !slices.ContainsFunc(xs, func(x Session) bool { return x.ID == long.Session.ID }) || len(xs) != 1 {
		t.Fatalf("%+v %v", xs, err)
	}
}

func TestCacheIsBounded(t *testing.T) {
	c := newCache(50)
	for i := range 1000 {
		c.put([32]byte{byte(i), byte(i >> 8)}, Signed{Expires: later(time.Hour)}, noon, c.generation())
	}
	if len(c.of) > 50 {
		t.Fatalf("%d sessions are kept", len(c.of))
	}
	gen := c.generation()
	c.dropPerson("p")
	c.put([32]byte{99, 99}, Signed{Expires: later(time.Hour)}, noon, gen)
	if _, ok := c.get([32]byte{99, 99}, noon); ok {
		t.Fatal("what was read before a change was kept after it")
	}
}

func BenchmarkResolve(b *testing.B) {
	h := newHouse(b)
	h.somebody(b, asha(), darasa.Learner)
	in := h.sign(b, Credentials{}, noon)
	for b.Loop() {
		if _, err := h.Resolve(context.Background(), in.Token, noon); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSignIn(b *testing.B) {
	h := open(b, DefaultCost)
	h.somebody(b, asha(), darasa.Learner)
	for b.Loop() {
		h.sign(b, Credentials{}, noon)
	}
}
