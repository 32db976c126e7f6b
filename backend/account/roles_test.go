package account

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"darasa/backend/darasa"
	"darasa/backend/ledger"
)

func TestWhoGrantsWhat(t *testing.T) {
	ctx, h := context.Background(), newHouse(t)
	p := h.somebody(t, asha(), darasa.Learner)
	at := func(institution darasa.ID, roles ...darasa.Role) darasa.Actor {
		return darasa.Actor{Person: "actor", Institution: institution, Roles: roles}
	}
	admin := at(muhas, darasa.InstitutionAdmin)
	for _, c := range []struct {
		name  string
		actor darasa.Actor
		where darasa.ID
		roles []darasa.Role
		code  darasa.Code
	}{
		{"admin, trainer", admin, muhas, []darasa.Role{darasa.Trainer}, ""},
		{"admin, all of the house", admin, muhas, []darasa.Role{darasa.InstitutionAdmin, darasa.Author, darasa.Trainer, darasa.Learner}, ""},
		{"admin, national", admin, muhas, []darasa.Role{darasa.NationalAdmin}, darasa.Forbidden},
		{"admin, another house", admin, udom, []darasa.Role{darasa.Learner}, darasa.Forbidden},
		{"trainer", at(muhas, darasa.Trainer), muhas, []darasa.Role{darasa.Learner}, darasa.Forbidden},
		{"learner", at(muhas, darasa.Learner), muhas, []darasa.Role{darasa.Learner}, darasa.Forbidden},
		{"nobody", darasa.Actor{}, muhas, []darasa.Role{darasa.Learner}, darasa.Forbidden},
		{"national elsewhere", at(muhas, darasa.NationalAdmin), udom, []darasa.Role{darasa.Author}, ""},
		{"unknown role", admin, muhas, []darasa.Role{"boss"}, darasa.Invalid},
		{"no role", admin, muhas, []darasa.Role{}, darasa.Invalid},
		{"unknown institution", command, "nowhere", []darasa.Role{darasa.Learner}, darasa.NotFound},
		{"the platform holds national only", command, Platform, []darasa.Role{darasa.Author}, darasa.Invalid},
		{"national at the platform", command, Platform, []darasa.Role{darasa.NationalAdmin}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			before, _ := h.affiliations.Get(ctx, affiliationID(p.ID, c.where))
			a, err := h.Affiliate(ctx, c.actor, p.ID, c.where, AffiliationPatch{Roles: &c.roles}, noon)
			wantCode(t, err, c.code)
			if err != nil {
				if after, _ := h.affiliations.Get(ctx, before.ID); after.Rev != before.Rev {
					t.Fatal("a refusal changed something")
				}
				return
			}
			for _, r := range darasa.Roles {
				if slices.Contains(a.Roles, r) != slices.Contains(c.roles, r) {
					t.Fatalf("roles %v, want %v", a.Roles, c.roles)
				}
			}
		})
	}
	// An institution's administrator changes no roles of a national one, and
	// leaves the national role where it is.
	_, err := h.Affiliate(ctx, command, p.ID, muhas, AffiliationPatch{Roles: &[]darasa.Role{darasa.NationalAdmin, darasa.Learner}}, noon)
	wantCode(t, err, "")
	_, err = h.Affiliate(ctx, admin, p.ID, muhas, AffiliationPatch{Roles: &[]darasa.Role{darasa.Learner}}, noon)
	wantCode(t, err, darasa.Forbidden)
	wantCode(t, h.EndAffiliation(ctx, admin, p.ID, muhas, noon), darasa.Forbidden)
	cadre := "nursing-officer"
	a, err := h.Affiliate(ctx, admin, p.ID, muhas, AffiliationPatch{Cadre: &cadre}, noon)
	if err != nil || a.Cadre != cadre || !slices.Contains(a.Roles, darasa.NationalAdmin) {
		t.Fatalf("%+v %v", a, err)
	}
	es, _, err := h.ledger.Entries(ctx, command, ledger.AuditFilter{Subject: string(p.ID), Limit: 500})
	roles := 0
	for _, e := range es {
		if e.Act == "role" {
			roles++
		}
		if strings.Contains(e.Detail, "Asha") {
			t.Errorf("the detail names a person: %q", e.Detail)
		}
	}
	if err != nil || roles != 6 { // learner at first, trainer, all, author at udom, platform, national
		t.Fatalf("%d role changes are in the audit log: %v", roles, err)
	}
}

func TestTheLastNationalAdministratorStays(t *testing.T) {
	ctx, h := context.Background(), newHouse(t)
	national := []darasa.Role{darasa.NationalAdmin}
	var ids []darasa.ID
	for i := range 2 {
		ids = append(ids, h.someoneAt(t, Platform, PersonFacts{First: "Mkuu", Surname: "Wa" + string(rune('a'+i)), CheckNumber: fmt.Sprint("10", i)}, national...).ID)
	}
	var wg sync.WaitGroup
	errs := make([]error, 2)
	for i, id := range ids {
		wg.Go(func() {
			if i == 0 {
				errs[i] = h.EndAffiliation(ctx, command, id, Platform, noon)
			} else {
				errs[i] = h.Erase(ctx, command, id, noon)
			}
		})
	}
	wg.Wait()
	if (errs[0] == nil) == (errs[1] == nil) {
		t.Fatalf("of two who leave at once one must stay: %v", errs)
	}
	stays := ids[0]
	if errs[0] == nil {
		stays = ids[1]
	}
	for _, err := range []error{
		h.EndAffiliation(ctx, command, stays, Platform, noon),
		h.Erase(ctx, command, stays, noon),
	} {
		wantCode(t, err, darasa.Conflict)
	}
	_, err := h.Affiliate(ctx, command, stays, muhas, AffiliationPatch{Roles: &[]darasa.Role{darasa.NationalAdmin, darasa.Author}}, noon)
	wantCode(t, err, "")
	wantCode(t, h.EndAffiliation(ctx, command, stays, Platform, noon), "") // it stays one at muhas
	_, err = h.Affiliate(ctx, command, stays, muhas, AffiliationPatch{Roles: &[]darasa.Role{darasa.Author}}, noon)
	wantCode(t, err, darasa.Conflict)
	if n, err := h.ledger.FreeOwnerless(ctx, later(ledger.Grace)); n != 0 || err != nil {
		t.Fatalf("the sweep took %d claims of the living, %v", n, err)
	}
}

func TestMembers(t *testing.T) {
	ctx, h := context.Background(), newHouse(t)
	var facts []PersonFacts
	for i := range 120 {
		facts = append(facts, PersonFacts{First: []string{"Asha", "Juma", "Neema"}[i%3], Surname: fmt.Sprintf("Mtu%c%c", 'a'+i/26, 'a'+i%26), CheckNumber: fmt.Sprintf("%05d", i)})
	}
	es, err := h.EnsureMany(ctx, command, facts, noon)
	wantCode(t, err, "")
	var muh, udo []AffiliationFacts
	for i, e := range es {
		muh = append(muh, AffiliationFacts{Person: e.Person})
		if i%10 == 0 {
			udo = append(udo, AffiliationFacts{Person: e.Person})
		}
	}
	for where, rows := range map[darasa.ID][]AffiliationFacts{muhas: muh, udom: udo} {
		_, err = h.AffiliateMany(ctx, command, where, rows, noon)
		wantCode(t, err, "")
	}
	_, err = h.Affiliate(ctx, command, es[7].Person, muhas, AffiliationPatch{Roles: &[]darasa.Role{darasa.Trainer}}, noon)
	wantCode(t, err, "")
	wantCode(t, h.EndAffiliation(ctx, command, es[3].Person, muhas, noon), "")

	trainer := darasa.Actor{Person: "t", Institution: muhas, Roles: []darasa.Role{darasa.Trainer}}
	for name, c := range map[string]struct {
		actor darasa.Actor
		q     MemberQuery
		want  int
		code  darasa.Code
	}{
		"everybody":            {trainer, MemberQuery{Institution: muhas, Limit: 50}, 119, ""},
		"a name":               {trainer, MemberQuery{Institution: muhas, Text: "ásh", Limit: 7}, 39, ""},
		"two names":            {trainer, MemberQuery{Institution: muhas, Text: "mtua neema"}, 8, ""},
		"nobody":               {trainer, MemberQuery{Institution: muhas, Text: "zuhura"}, 0, ""},
		"check number":         {trainer, MemberQuery{Institution: muhas, Text: "00011"}, 1, ""},
		"one who left":         {trainer, MemberQuery{Institution: muhas, Text: "00003"}, 0, ""},
		"trainers":             {trainer, MemberQuery{Institution: muhas, Role: darasa.Trainer}, 1, ""},
		"staff":                {trainer, MemberQuery{Institution: muhas, Staff: true}, 1, ""},
		"learners":             {trainer, MemberQuery{Institution: muhas, Role: darasa.Learner}, 118, ""},
		"another institution":  {trainer, MemberQuery{Institution: udom}, 0, darasa.Forbidden},
		"national":             {command, MemberQuery{Institution: udom}, 12, ""},
		"name elsewhere":       {command, MemberQuery{Institution: udom, Text: "asha"}, 4, ""},
		"key of another house": {command, MemberQuery{Institution: udom, Text: "00011"}, 0, ""},
		"learner":              {darasa.Actor{Person: "l", Institution: muhas, Roles: []darasa.Role{darasa.Learner}}, MemberQuery{Institution: muhas}, 0, darasa.Forbidden},
	} {
		t.Run(name, func(t *testing.T) {
			seen := map[darasa.ID]bool{}
			last := ""
			for range 200 {
				ms, next, err := h.Members(ctx, c.actor, c.q)
				wantCode(t, err, c.code)
				for _, m := range ms {
					if seen[m.Person.ID] || m.Affiliation.Key < last {
						t.Fatalf("%s twice or out of order", m.Affiliation.Key)
					}
					seen[m.Person.ID], last = true, m.Affiliation.Key
				}
				if c.q.After = next; next == nil {
					break
				}
			}
			if len(seen) != c.want {
				t.Fatalf("%d members, want %d", len(seen), c.want)
			}
		})
	}
	_, _, err = h.People(ctx, trainer, "asha", nil, 0)
	wantCode(t, err, darasa.Forbidden)
	ps, next, err := h.People(ctx, command, "asha", nil, 30)
	if err != nil || len(ps) != 30 || next == nil {
		t.Fatalf("%d %v %v", len(ps), next, err)
	}
	ps, next, err = h.People(ctx, command, "asha", next, 30)
	if err != nil || len(ps) != 10 || next != nil {
		t.Fatalf("%d %v %v", len(ps), next, err)
	}
	_, err = h.Person(ctx, trainer, es[3].Person)
	wantCode(t, err, darasa.NotFound)
	_, err = h.Person(ctx, trainer, es[4].Person)
	wantCode(t, err, "")
	as, err := h.Affiliations(ctx, trainer, es[10].Person)
	if err != nil || len(as) != 1 || as[0].Institution != muhas {
		t.Fatalf("another institution's affiliation is shown: %+v %v", as, err)
	}
}
