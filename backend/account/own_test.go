package account

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"darasa/backend/darasa"
	"darasa/backend/ledger"
	"darasa/backend/store"
)

func registration() SelfRegistration {
	return SelfRegistration{JoinCode: "k7mp-3xrt", Facts: asha(), Cadre: "nursing-officer", Password: secret, Notice: "2026-11", Consent: true, From: "41.0.0.1"}
}

func TestRegister(t *testing.T) {
	ctx, h := context.Background(), newHouse(t)
	for name, c := range map[string]struct {
		change func(*SelfRegistration)
		fields string
	}{
		"join code":  {func(r *SelfRegistration) { r.JoinCode = "AAAA-BBBB" }, "join"},
		"consent":    {func(r *SelfRegistration) { r.Consent = false }, "consent"},
		"notice":     {func(r *SelfRegistration) { r.Notice = "" }, "consent"},
		"password":   {func(r *SelfRegistration) { r.Password = "mwakyusa asha" }, "password"},
		"no key":     {func(r *SelfRegistration) { r.Facts = PersonFacts{First: "Asha", Surname: "M"} }, "phone"},
		"everything": {func(r *SelfRegistration) { *r = SelfRegistration{} }, "first surname join consent password"},
	} {
		r := registration()
		c.change(&r)
		_, err := h.Register(ctx, r, noon)
		wantCode(t, err, darasa.Invalid)
		var fields []string
		for _, f := range err.(*darasa.Error).Findings {
			fields = append(fields, f.Field)
		}
		if got := strings.Join(fields, " "); got != c.fields {
			t.Errorf("%s: findings about %q, want %q", name, got, c.fields)
		}
	}
	if ps, _, _ := h.People(ctx, command, "", nil, 0); len(ps) != 0 {
		t.Fatalf("a refusal left %d people", len(ps))
	}

	in, err := h.Register(ctx, registration(), noon)
	wantCode(t, err, "")
	signed, err := h.Resolve(ctx, in.Token, noon)
	if err != nil || signed.Actor.Institution != muhas || len(signed.Actor.Roles) != 1 || signed.Actor.Roles[0] != darasa.Learner {
		t.Fatalf("%+v %v", signed, err)
	}
	for version, want := range map[string]bool{"2026-11": true, "2027-01": false} {
		if ok, err := h.Accepted(ctx, signed.Actor, version); ok != want || err != nil {
			t.Errorf("notice %s accepted: %v %v", version, ok, err)
		}
	}
	_, err = h.SignIn(ctx, Credentials{Login: "00123", Secret: secret}, noon)
	wantCode(t, err, "")

	again := registration()
	again.Facts = PersonFacts{First: "asha", Surname: "MWAKYUSA", Phone: "0712000011"}
	_, err = h.Register(ctx, again, noon)
	wantCode(t, err, darasa.Conflict)
	again.Facts.First = "Amina" // a sister on the same phone
	_, err = h.Register(ctx, again, noon)
	wantCode(t, err, "")
}

func TestExport(t *testing.T) {
	ctx, h := context.Background(), newHouse(t)
	in, err := h.Register(ctx, registration(), noon)
	wantCode(t, err, "")
	me := h.actor(t, "00123")
	_, err = h.IssueCode(ctx, command, me.Person, noon)
	wantCode(t, err, "")
	h.OnExport("certificates", func(_ context.Context, id darasa.ID) (any, error) { return []string{"DRS for " + string(id)}, nil })
	_, err = h.Export(ctx, darasa.Actor{Person: "x", Institution: muhas, Roles: []darasa.Role{darasa.InstitutionAdmin}}, me.Person, noon)
	wantCode(t, err, darasa.NotFound)
	d, err := h.Export(ctx, me, me.Person, noon)
	wantCode(t, err, "")
	b, err := json.Marshal(d)
	if err != nil || len(d.Affiliations) != 1 || len(d.Sessions) != 2 || len(d.Consents) != 1 || len(d.Did) < 2 || len(d.About) < 3 {
		t.Fatalf("%s %v", b, err)
	}
	for _, want := range []string{"Mwakyusa", "00123", "2026-11", "DRS for", "nursing-officer"} {
		if !strings.Contains(string(b), want) {
			t.Errorf("the export lacks %q", want)
		}
	}
	stored, _ := h.people.Get(ctx, me.Person)
	for _, secret := range []string{"argon2", stored.Code.Hash, in.Token} {
		if strings.Contains(string(b), secret) {
			t.Errorf("the export holds a secret %q", secret)
		}
	}
}

func TestErase(t *testing.T) {
	ctx, h := context.Background(), newHouse(t)
	h.somebody(t, PersonFacts{First: "Admin", Surname: "Mkuu", Mail: "admin@mfano.go.tz"}, darasa.InstitutionAdmin)
	admin := h.actor(t, "admin@mfano.go.tz")
	in, err := h.Register(ctx, registration(), noon)
	wantCode(t, err, "")
	signed, err := h.Resolve(ctx, in.Token, noon)
	wantCode(t, err, "")
	me := signed.Actor
	name, err := h.StatementName(ctx, me.Person)
	if err != nil || name == "" {
		t.Fatalf("%q %v", name, err)
	}

	wantCode(t, h.Erase(ctx, admin, me.Person, noon), darasa.Forbidden) // not asked for
	wantCode(t, h.Erase(ctx, darasa.Actor{Person: "x"}, me.Person, noon), darasa.NotFound)
	wantCode(t, h.AskErasure(ctx, me, noon), "")
	if ps, err := h.ErasureWishes(ctx, admin); err != nil || len(ps) != 1 || ps[0].ID != me.Person {
		t.Fatalf("%+v %v", ps, err)
	}
	elsewhere := darasa.Actor{Person: "y", Institution: udom, Roles: []darasa.Role{darasa.InstitutionAdmin}}
	if ps, err := h.ErasureWishes(ctx, elsewhere); err != nil || len(ps) != 0 {
		t.Fatalf("another institution sees the wish: %+v %v", ps, err)
	}
	wantCode(t, h.KeepAfterAll(ctx, me, noon), "")
	if ps, _ := h.ErasureWishes(ctx, command); len(ps) != 0 {
		t.Fatalf("a wish taken back is still there: %+v", ps)
	}
	wantCode(t, h.AskErasure(ctx, me, noon), "")

	broken := errors.New("disk")
	var told []string
	h.OnErase("statements", func(_ context.Context, p Person, _ darasa.Time) error {
		told = append(told, p.Surname+" "+p.Actor)
		return broken
	})
	if err := h.Erase(ctx, admin, me.Person, noon); err == nil || !strings.Contains(err.Error(), "statements") {
		t.Fatalf("a hook that fails is not told: %v", err)
	}
	if ps, err := h.ErasureWishes(ctx, admin); err != nil || len(ps) != 1 {
		t.Fatalf("an erasure that stopped half way is lost: %+v %v", ps, err)
	}
	_, err = h.Resolve(ctx, in.Token, noon)
	wantCode(t, err, darasa.Unauthenticated)
	_, err = h.SignIn(ctx, Credentials{Login: "00123", Secret: secret}, noon)
	wantCode(t, err, darasa.Unauthenticated)
	broken = nil
	wantCode(t, h.Erase(ctx, admin, me.Person, noon), "")
	wantCode(t, h.Erase(ctx, command, me.Person, noon), "")
	if len(told) != 2 || told[1] != "Mwakyusa "+name {
		t.Fatalf("hooks were told %q", told)
	}

	// Nothing in the store names the person any more.
	for _, spec := range append(h.Specs(), h.ledger.Specs()...) {
		err := store.EachRecord(ctx, h.engine, spec.Name, store.Query{}, func(r store.Record) error {
			text := strings.ToLower(r.ID + string(r.Body))
			for _, leak := range []string{"asha", "mwakyusa", "712000011", "00123", "mct:456", name, "41.0.0.1"} {
				if strings.Contains(text, leak) {
					t.Errorf("%s still holds %q: %s", spec.Name, leak, text)
				}
			}
			return nil
		})
		wantCode(t, err, "")
	}
	es, _, err := h.ledger.Entries(ctx, command, ledger.AuditFilter{Subject: string(me.Person)})
	if err != nil || es[0].Act != "erase" || es[0].Person != admin.Person {
		t.Fatalf("%+v %v", es, err)
	}
	_, err = h.Register(ctx, registration(), noon) // the keys are free again
	wantCode(t, err, "")
}
