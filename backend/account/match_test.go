package account

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"darasa/backend/darasa"

	"pgregory.net/rapid"
)

func TestMatch(t *testing.T) {
	ctx, h := context.Background(), newHouse(t)
	a := h.somebody(t, asha())
	b := h.somebody(t, PersonFacts{First: "Juma", Surname: "Mwakyusa", Phone: "0712000011"})
	c := h.somebody(t, PersonFacts{First: "Neema", Surname: "Ng'ombe", Phone: "0713000000", Mail: "neema@mfano.go.tz"})
	mct := []Registration{{"MCT", "456"}}
	for name, x := range map[string]struct {
		keys MatchKeys
		want darasa.ID
		by   string
	}{
		"check number":                 {MatchKeys{CheckNumber: " 00123", Surname: "mwakyusa"}, a.ID, ByCheck},
		"zeros matter":                 {MatchKeys{CheckNumber: "123"}, "", ""},
		"check before registration":    {MatchKeys{CheckNumber: "00123", Registrations: []Registration{{"TNMC", "1"}}}, a.ID, ByCheck},
		"registration":                 {MatchKeys{CheckNumber: "999", Registrations: mct}, a.ID, ByRegistration},
		"another council":              {MatchKeys{Registrations: []Registration{{"TNMC", "456"}}}, "", ""},
		"phone and surname":            {MatchKeys{Phone: "0713 000 000", Surname: "NGOMBE"}, c.ID, ByPhone},
		"phone, another surname":       {MatchKeys{Phone: "0713000000", Surname: "Mushi"}, "", ""},
		"phone without surname":        {MatchKeys{Phone: "0713000000"}, "", ""},
		"phone, another check number":  {MatchKeys{Phone: "0712000011", Surname: "Mwakyusa", First: "Asha", CheckNumber: "777"}, "", ""},
		"shared phone, first name":     {MatchKeys{Phone: "0712000011", Surname: "Mwakyusa", First: "Juma"}, b.ID, ByPhone},
		"shared phone, no first name":  {MatchKeys{Phone: "0712000011", Surname: "Mwakyusa"}, "", "several"},
		"shared phone, a third":        {MatchKeys{Phone: "0712000011", Surname: "Mwakyusa", First: "Zuhura"}, "", ""},
		"mail and surname":             {MatchKeys{Mail: "NEEMA@mfano.go.tz", Surname: "Ng’ombe"}, c.ID, ByMail},
		"mail, another surname":        {MatchKeys{Mail: "neema@mfano.go.tz", Surname: "Mushi"}, "", ""},
		"check number, another family": {MatchKeys{CheckNumber: "00123", Surname: "Mushi"}, a.ID, ByCheck},
		"nothing":                      {MatchKeys{}, "", ""},
	} {
		m, err := h.Match(ctx, command, x.keys)
		by := m.By
		if m.Several {
			by = "several"
		}
		if err != nil || m.Person != x.want || by != x.by || m.NameDiffers != (name == "check number, another family") {
			t.Errorf("%s: %+v %v, want %s by %q", name, m, err, x.want, x.by)
		}
	}
	_, err := h.Match(ctx, darasa.Actor{Person: "l", Roles: []darasa.Role{darasa.Learner}}, MatchKeys{CheckNumber: "00123"})
	wantCode(t, err, darasa.Forbidden)
}

func TestEnsureMany(t *testing.T) {
	ctx, h := context.Background(), newHouse(t)
	a := h.somebody(t, asha())
	rows := []PersonFacts{
		{First: "ASHA", Surname: "Mwakyusa", CheckNumber: "00123", Phone: "0755000000"}, // there: nothing about her changes
		{First: "Juma", Surname: "Kileo", CheckNumber: "200"},
		{First: "Juma", Surname: "Kileo", CheckNumber: "0200"},                                        // another number
		{First: "Juma", Surname: "Kileo", CheckNumber: "200", Phone: "0711222333"},                    // row 1 again
		{First: "Neema", Surname: "Mushi", Phone: "0711000000"},                                       //
		{First: "neema", Surname: "MUSHI", Phone: "+255711000000"},                                    // row 4 again
		{First: "Baraka", Surname: "Mushi", Phone: "0711000000"},                                      // of the same family
		{First: "Bila", Surname: "Namba"},                                                             // no key
		{First: "Bila", Surname: "Namba", Source: "run/1/bila namba"},                                 //
		{First: "B1la", Surname: "Namba", CheckNumber: "300"},                                         // no name
		{First: "Mwizi", Surname: "Barua", Mail: "asha@mfano.go.tz", Registrations: []Registration{}}, // another's mail
	}
	same := map[int]int{3: 1, 5: 4}
	codes := map[int]darasa.Code{7: darasa.Invalid, 9: darasa.Invalid, 10: darasa.Conflict}
	var first []Ensured
	for round := range 2 {
		es, err := h.EnsureMany(ctx, command, rows, noon)
		wantCode(t, err, "")
		made := 0
		for i, e := range es {
			if darasa.CodeOf(e.Err) != codes[i] {
				t.Errorf("time %d, row %d: %v", round, i, e.Err)
			}
			if e.Made {
				made++
			}
			if j, ok := same[i]; ok && e.Person != es[j].Person {
				t.Errorf("rows %d and %d are two people", i, j)
			}
			if round == 1 && e.Person != first[i].Person {
				t.Errorf("row %d: another person the second time", i)
			}
		}
		if want := []int{5, 0}[round]; made != want || es[0].Person != a.ID {
			t.Fatalf("time %d: %d made, want %d", round, made, want)
		}
		first = es
	}
	if p, _ := h.Person(ctx, command, a.ID); p.First != "Asha" || p.Phone != "+255712000011" {
		t.Fatalf("a roster changed facts about a person: %+v", p)
	}
}

// The same roster in any order, whole or in parts, makes nobody a second time
// and means the same people.
func TestRosterOrderDoesNotMatter(t *testing.T) {
	h := newHouse(t)
	ctx := context.Background()
	round := 0
	rapid.Check(t, func(rt *rapid.T) {
		round++
		n := rapid.IntRange(1, 12).Draw(rt, "people")
		var rows []PersonFacts
		var who []int
		for i := range n {
			f := PersonFacts{First: string(rune('A'+i)) + "sha", Surname: fmt.Sprintf("Mtu%c", 'a'+round%26)}
			switch rapid.IntRange(0, 2).Draw(rt, "key") {
			case 0:
				f.CheckNumber = fmt.Sprintf("%d00%d", round, i)
			case 1:
				f.Registrations = []Registration{{"MCT", fmt.Sprintf("%d/%d", round, i)}}
			default:
				f.Phone = fmt.Sprintf("07%08d", round*10+i%3) // shared by some
			}
			for range rapid.IntRange(1, 3).Draw(rt, "rows") {
				rows, who = append(rows, f), append(who, i)
			}
		}
		people := map[int]darasa.ID{}
		made := 0
		for range 3 {
			order := rapid.Permutation(seq(len(rows))).Draw(rt, "order")
			cut := rapid.IntRange(0, len(rows)).Draw(rt, "cut")
			for _, part := range [][]int{order[:cut], order[cut:]} {
				fs := make([]PersonFacts, len(part))
				for k, i := range part {
					fs[k] = rows[i]
				}
				es, err := h.EnsureMany(ctx, command, fs, noon)
				if err != nil {
					rt.Fatal(err)
				}
				for k, i := range part {
					if es[k].Err != nil {
						rt.Fatal(es[k].Err)
					}
					if es[k].Made {
						made++
					}
					if old, ok := people[who[i]]; ok && old != es[k].Person {
						rt.Fatalf("row %d is %s and %s", i, old, es[k].Person)
					}
					people[who[i]] = es[k].Person
				}
			}
		}
		if made != n {
			rt.Fatalf("%d people were made of %d", made, n)
		}
	})
}

func seq(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

// roster returns n rows with a check number, a registration and a phone that
// three people share, in no order.
func rosterOf(n int) []PersonFacts {
	rows := make([]PersonFacts, n)
	for i := range rows {
		rows[i] = PersonFacts{First: "Asha", Surname: fmt.Sprintf("Mtu%c%c%c", 'a'+i/676%26, 'a'+i/26%26, 'a'+i%26), CheckNumber: fmt.Sprintf("%08d", i),
			Phone: fmt.Sprintf("07%08d", i/3), Registrations: []Registration{{"TNMC", fmt.Sprint(i)}}}
	}
	rand.New(rand.NewPCG(1, 2)).Shuffle(n, func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
	return rows
}

// take ensures and affiliates every row and returns how many people were made.
func (h *house) take(t testing.TB, rows []PersonFacts) int {
	t.Helper()
	ctx := context.Background()
	es, err := h.EnsureMany(ctx, command, rows, noon)
	wantCode(t, err, "")
	made := 0
	facts := make([]AffiliationFacts, len(rows))
	for i, e := range es {
		wantCode(t, e.Err, "")
		if e.Made {
			made++
		}
		facts[i] = AffiliationFacts{Person: e.Person, Cadre: "nursing-officer"}
	}
	errs, err := h.AffiliateMany(ctx, command, muhas, facts, noon)
	wantCode(t, err, "")
	for _, err := range errs {
		wantCode(t, err, "")
	}
	return made
}

func TestRosterBeyondOnePage(t *testing.T) {
	h, rows := newHouse(t), rosterOf(1200)
	for _, want := range []int{1200, 0} {
		if made := h.take(t, rows); made != want {
			t.Fatalf("%d made, want %d", made, want)
		}
	}
}

func BenchmarkRoster10000(b *testing.B) {
	rows := rosterOf(10_000)
	for b.Loop() {
		h := newHouse(b)
		if made := h.take(b, rows); made != len(rows) {
			b.Fatalf("%d made", made)
		}
	}
}
