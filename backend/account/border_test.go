package account

import (
	"context"
	"strings"
	"testing"
	"time"

	"darasa/backend/darasa"
	"darasa/backend/store"
)

// TestReturningDoesNotTakeOverTheAccount: an institution that had somebody long
// ago and puts them on a roster again is the newest, not the oldest.
func TestReturningDoesNotTakeOverTheAccount(t *testing.T) {
	ctx := context.Background()
	for name, back := range map[string]func(h *house, admin darasa.Actor, p darasa.ID) error{
		"by roster": func(h *house, admin darasa.Actor, p darasa.ID) error {
			errs, err := h.AffiliateMany(ctx, admin, udom, []AffiliationFacts{{Person: p}}, later(3*time.Hour))
			if err == nil {
				err = errs[0]
			}
			return err
		},
		"by hand": func(h *house, admin darasa.Actor, p darasa.ID) error {
			_, err := h.Affiliate(ctx, admin, p, udom, AffiliationPatch{}, later(3*time.Hour))
			return err
		},
	} {
		h := newHouse(t)
		h.somebody(t, PersonFacts{First: "Admin", Surname: "Muhas", Mail: "a@muhas.tz"}, darasa.InstitutionAdmin)
		h.someoneAt(t, udom, PersonFacts{First: "Admin", Surname: "Udom", Mail: "a@udom.tz"}, darasa.InstitutionAdmin)
		first, second := h.actor(t, "a@muhas.tz"), h.actor(t, "a@udom.tz")
		p := h.someoneAt(t, udom, asha(), darasa.Learner)
		wantCode(t, h.EndAffiliation(ctx, second, p.ID, udom, later(time.Hour)), "")
		_, err := h.Affiliate(ctx, command, p.ID, muhas, AffiliationPatch{}, later(2*time.Hour))
		wantCode(t, err, "")
		wantCode(t, back(h, second, p.ID), "")
		if _, err := h.IssueCode(ctx, second, p.ID, later(4*time.Hour)); darasa.CodeOf(err) != darasa.Forbidden {
			t.Errorf("%s: who came last gets a way into the account: %v", name, err)
		}
		if _, err := h.IssueCode(ctx, first, p.ID, later(4*time.Hour)); err != nil {
			t.Errorf("%s: who looks after the account cannot help: %v", name, err)
		}
	}
}

// unsure is a store whose answer gets lost on the way back: what it was told
// may well be written.
type unsure struct {
	store.Engine
	coll string // whose next write loses its answer
}

func (u *unsure) lost(coll string) error {
	if u.coll != coll {
		return nil
	}
	u.coll = ""
	return darasa.Fail(darasa.Unavailable, "Mtandao.", "The network.")
}

func (u *unsure) Insert(ctx context.Context, coll string, r store.Record) error {
	if err := u.Engine.Insert(ctx, coll, r); err != nil {
		return err
	}
	return u.lost(coll)
}

func (u *unsure) Replace(ctx context.Context, coll string, r store.Record) error {
	if err := u.Engine.Replace(ctx, coll, r); err != nil {
		return err
	}
	return u.lost(coll)
}

// TestLostAnswerKeepsTheClaims: a person who may have been written keeps the
// keys, so that nobody else gets the same ones.
func TestLostAnswerKeepsTheClaims(t *testing.T) {
	ctx, h := context.Background(), newHouse(t)
	u := &unsure{Engine: h.engine.Engine}
	h.engine.Engine = u
	u.coll = "people"
	_, err := h.Create(ctx, command, asha(), noon)
	wantCode(t, err, darasa.Unavailable)
	twin := PersonFacts{First: "Neema", Surname: "Kileo", CheckNumber: asha().CheckNumber}
	_, err = h.Create(ctx, command, twin, later(24*time.Hour))
	wantCode(t, err, darasa.Conflict)

	p := h.somebody(t, PersonFacts{First: "Juma", Surname: "Kileo", Mail: "juma@mfano.go.tz"}, darasa.Learner)
	u.coll = "people"
	mail := "juma.kileo@mfano.go.tz"
	_, _, err = h.Edit(ctx, command, p.ID, PersonPatch{Mail: &mail}, noon)
	wantCode(t, err, darasa.Unavailable)
	_, err = h.Create(ctx, command, PersonFacts{First: "Neema", Surname: "Kileo", Mail: mail}, later(24*time.Hour))
	wantCode(t, err, darasa.Conflict)
}

// TestErasingOneself: the line that says so must not name who pressed.
func TestErasingOneself(t *testing.T) {
	ctx, h := context.Background(), newHouse(t)
	h.someoneAt(t, Platform, PersonFacts{First: "Pili", Surname: "Kileo", Mail: "pili@mfano.go.tz"}, darasa.NationalAdmin)
	h.someoneAt(t, Platform, PersonFacts{First: "Zuhura", Surname: "Mosha", Mail: "zuhura@mfano.go.tz"}, darasa.NationalAdmin)
	me := h.actor(t, "zuhura@mfano.go.tz")
	me.From = "41.0.0.9"
	wantCode(t, h.Erase(ctx, me, me.Person, noon), "")
	es, _, err := h.ledger.Entries(ctx, command, auditOf(me.Person))
	if err != nil || len(es) == 0 || es[0].Act != "erase" {
		t.Fatalf("%+v %v", es, err)
	}
	for _, e := range es {
		if strings.Contains(e.Name+e.From, "Zuhura") || strings.Contains(e.From, "41.0.0.9") {
			t.Errorf("%s still names the person: %q %q", e.Act, e.Name, e.From)
		}
	}
}

// TestBrokenRegistrationCanBeFinished: the person was written, the rest was not.
func TestBrokenRegistrationCanBeFinished(t *testing.T) {
	ctx := context.Background()
	for _, coll := range []string{"consents", "affiliations"} {
		h := newHouse(t)
		h.engine.Engine = &broken{Engine: h.engine.Engine, coll: coll}
		_, err := h.Register(ctx, registration(), noon)
		wantCode(t, err, darasa.Unavailable)
		guess := registration()
		guess.Password = "daraja-jiwe-samaki"
		_, err = h.Register(ctx, guess, noon)
		wantCode(t, err, darasa.Conflict)
		in, err := h.Register(ctx, registration(), noon)
		wantCode(t, err, "")
		if in.Session.Institution != muhas {
			t.Errorf("%s: the session is at %q", coll, in.Session.Institution)
		}
		if ok, err := h.Accepted(ctx, darasa.Actor{Person: in.Session.Person}, registration().Notice); !ok || err != nil {
			t.Errorf("%s: no consent is kept: %v", coll, err)
		}
		_, err = h.Register(ctx, registration(), noon) // once only
		wantCode(t, err, darasa.Conflict)
	}
}

// broken is a store that fails before its next insertion into a collection.
type broken struct {
	store.Engine
	coll string
}

func (b *broken) Insert(ctx context.Context, coll string, r store.Record) error {
	if b.coll == coll {
		b.coll = ""
		return darasa.Fail(darasa.Unavailable, "Umeme.", "The power.")
	}
	return b.Engine.Insert(ctx, coll, r)
}
