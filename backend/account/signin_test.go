package account

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"darasa/backend/darasa"
)

func TestPasswordRules(t *testing.T) {
	p := Person{}
	f, _ := asha().Check()
	p.setFacts(f)
	for password, good := range map[string]bool{
		secret: true, "darasa-demo": true, "Mvua2026": true, "short": false, "": false, "aaaaaaaaaa": false, "Password123": false,
		strings.Repeat("ab", 65): false, "asha@mfano.go.tz": false, "AshaMwakyusa": false, "asha mwakyusa": false, "0712000011": false,
		"+255712000011": false, "line\nbreak": false, "paßwörter": true,
	} {
		err := CheckPassword(password, &p)
		if (err == nil) != good {
			t.Errorf("%q: %v", password, err)
		}
		if err != nil && len(err.(*darasa.Error).Findings) != 1 {
			t.Errorf("%q says nothing helpful: %v", password, err)
		}
	}
}

func TestHashes(t *testing.T) {
	h := newHasher(DefaultCost, strings.NewReader(strings.Repeat("salt", 100)))
	phc, err := h.hash("nenosiri refu é")
	if err != nil || !strings.HasPrefix(phc, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Fatalf("%q %v", phc, err)
	}
	for password, want := range map[string]bool{"nenosiri refu é": true, "nenosiri refu e\u0301": true, "nenosiri refu e": false, "": false} {
		if h.verify(password, phc) != want {
			t.Errorf("%q fits: %v", password, !want)
		}
	}
	// The reference implementation's own vector: echo -n password | argon2 somesalt -id -t 2 -m 16 -p 1.
	const reference = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
	if !h.verify("password", reference) || h.verify("passwore", reference) {
		t.Error("the reference vector does not verify")
	}
	for _, bad := range []string{"", "x", "$argon2id$v=19$m=99999999,t=2,p=1$c29tZXNhbHQ$AAAA", "$argon2i$v=19$m=8,t=1,p=1$c29tZXNhbHQ$AAAA"} {
		if h.verify("password", bad) {
			t.Errorf("%q fits", bad)
		}
	}
}

func TestEveryLoginSignsIn(t *testing.T) {
	ctx, h := context.Background(), newHouse(t)
	p := h.somebody(t, asha(), darasa.Trainer)
	for _, login := range []string{"asha@mfano.go.tz", " ASHA@mfano.go.tz", "00123", "MCT 456", "mct:456", "456", "0712000011", "+255 712 000 011", "712000011"} {
		in, err := h.SignIn(ctx, Credentials{Login: login, Secret: secret}, noon)
		if err != nil || in.Token == "" || in.Session.Person != p.ID || in.Session.Institution != muhas {
			t.Errorf("%q: %+v %v", login, in, err)
		}
		_, err = h.SignIn(ctx, Credentials{Login: login, Secret: secret + "x"}, noon)
		wantCode(t, err, darasa.Unauthenticated)
	}
	for _, login := range []string{"", "0123", "123", "TNMC 456", "0712000012", "nobody@mfano.go.tz", strings.Repeat("x", 300)} {
		_, err := h.SignIn(ctx, Credentials{Login: login, Secret: secret}, noon)
		wantCode(t, err, darasa.Unauthenticated)
	}
}

func TestSharedPhone(t *testing.T) {
	ctx, h := context.Background(), newHouse(t)
	facts := func(first, surname string) PersonFacts {
		return PersonFacts{First: first, Surname: surname, Phone: "0712000011"}
	}
	mama, baba, dada := h.somebody(t, facts("Asha", "Mushi")), h.somebody(t, facts("Juma", "Mushi")), h.somebody(t, facts("Neema", "Kileo"))
	wantCode(t, h.SetPassword(ctx, command, dada.ID, "lingine-kabisa", noon), "")
	sign := func(secret string, person darasa.ID) (SignedIn, error) {
		return h.SignIn(ctx, Credentials{Login: "0712000011", Secret: secret, Person: person}, noon)
	}

	in, err := sign("lingine-kabisa", "")
	if err != nil || in.Session.Person != dada.ID {
		t.Fatalf("one whom the password fits needs no choice: %+v %v", in, err)
	}
	in, err = sign(secret, "")
	if err != nil || in.Token != "" || len(in.Choices) != 2 || in.Choices[0].Label != "Asha M." || in.Choices[1].Label != "Juma M." {
		t.Fatalf("%+v %v", in, err)
	}
	for _, p := range []Person{mama, baba} {
		in, err = sign(secret, p.ID)
		if err != nil || in.Session.Person != p.ID {
			t.Fatalf("%+v %v", in, err)
		}
	}
	in, err = sign("guess-guess", "")
	wantCode(t, err, darasa.Unauthenticated)
	if len(in.Choices) != 0 {
		t.Fatal("a stranger is told names")
	}
	_, err = sign(secret, dada.ID)
	wantCode(t, err, darasa.Unauthenticated)
	stranger := h.somebody(t, PersonFacts{First: "Peter", Surname: "Massawe", Mail: "p@mfano.go.tz"})
	_, err = sign(secret, stranger.ID)
	wantCode(t, err, darasa.Unauthenticated)
	// Whoever signs in rightly holds nobody else back.
	for range 10 {
		_, err = sign("lingine-kabisa", "")
		wantCode(t, err, "")
	}
	_, err = sign(secret, mama.ID)
	wantCode(t, err, "")
}

func TestTooManyOnOnePhone(t *testing.T) {
	ctx, h := context.Background(), newHouse(t)
	var rows []PersonFacts
	for i := range maxCandidates + 1 {
		rows = append(rows, PersonFacts{First: "Mtu", Surname: "Wa" + string(rune('a'+i)), Phone: "0712000011", CheckNumber: fmt.Sprint("55", i)})
	}
	_, errs, err := h.CreateMany(ctx, command, rows, noon)
	if err != nil || errs[0] != nil {
		t.Fatal(err, errs)
	}
	_, err = h.SignIn(ctx, Credentials{Login: "0712000011", Secret: secret}, noon)
	wantCode(t, err, darasa.Invalid)
}

func TestBackOff(t *testing.T) {
	ctx, h := context.Background(), newHouse(t)
	p := h.somebody(t, asha(), darasa.Learner)
	for _, login := range []string{"00123", "nobody@mfano.go.tz"} { // alike: a stranger learns nothing
		try := func(secret string, at darasa.Time) error {
			_, err := h.SignIn(ctx, Credentials{Login: login, Secret: secret}, at)
			return err
		}
		for range 5 {
			wantCode(t, try("wrong-guess", noon), darasa.Unauthenticated)
		}
		err := try(secret, later(59*time.Second))
		wantCode(t, err, darasa.TooMany)
		if err.(*darasa.Error).Retry != 1 {
			t.Fatalf("retry after %d seconds", err.(*darasa.Error).Retry)
		}
		wantCode(t, try("wrong-guess", later(time.Minute)), darasa.Unauthenticated)
		wantCode(t, try(secret, later(2*time.Minute)), darasa.TooMany)
	}
	// Another login of the same account is held back too, and success ends it.
	sign := func(at darasa.Time) error {
		_, err := h.SignIn(ctx, Credentials{Login: "asha@mfano.go.tz", Secret: secret}, at)
		return err
	}
	wantCode(t, sign(later(2*time.Minute)), darasa.TooMany)
	wantCode(t, sign(later(3*time.Minute)), "")
	wantCode(t, sign(later(3*time.Minute)), "")
	es, err := h.lines(ctx, command, auditOf(p.ID))
	held := 0
	for _, e := range es {
		if e.Act == "sign-in-held" {
			held++
		}
	}
	if err != nil || held != 2 {
		t.Fatalf("%d lines say that the account was held back: %v", held, err)
	}
}

func TestGuessesSideBySideStayBounded(t *testing.T) {
	ctx, h := context.Background(), newHouse(t)
	h.somebody(t, asha(), darasa.Learner)
	var wg sync.WaitGroup
	var mu sync.Mutex
	tried := 0
	for range 64 {
		wg.Go(func() {
			_, err := h.SignIn(ctx, Credentials{Login: "00123", Secret: "wrong-guess"}, noon)
			if darasa.CodeOf(err) == darasa.Unauthenticated {
				mu.Lock()
				tried++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if tried < failuresAllowed || tried > failuresAllowed+hashesAtOnce {
		t.Fatalf("%d guesses were made at once", tried)
	}
}

func TestAddressIsOnlyDelayed(t *testing.T) {
	ctx, h := context.Background(), newHouse(t)
	h.somebody(t, asha(), darasa.Learner)
	for i := range 100 {
		_, err := h.SignIn(ctx, Credentials{Login: fmt.Sprintf("a%d@mfano.go.tz", i), Secret: "wrong-guess", From: "41.0.0.1"}, noon)
		wantCode(t, err, darasa.Unauthenticated)
	}
	last := func(from string, at darasa.Time) time.Duration {
		_, err := h.SignIn(ctx, Credentials{Login: "00123", Secret: secret, From: from}, at)
		wantCode(t, err, "")
		return h.waited[len(h.waited)-1]
	}
	if d := last("41.0.0.1", noon); d != addressMaximum {
		t.Errorf("delayed by %v", d)
	}
	if d := last("41.0.0.2", noon); d != 0 {
		t.Errorf("another address is delayed by %v", d)
	}
	if d := last("41.0.0.1", later(addressWindow)); d != 0 {
		t.Errorf("delayed by %v after the window", d)
	}
}

func TestThrottleIsBounded(t *testing.T) {
	th := newThrottle(100)
	for range 5 {
		th.fail("victim", noon)
	}
	for i := range 1000 {
		th.fail(fmt.Sprint("k", i), noon)
	}
	if len(th.of) > 100 {
		t.Fatalf("%d accounts are kept", len(th.of))
	}
	wantCode(t, th.check("victim", later(time.Second)), darasa.TooMany)
	for i := range 20 {
		th.fail("victim", later(time.Duration(i)*20*time.Minute))
	}
	if err := th.check("victim", later(19*20*time.Minute+maxHold)); err != nil {
		t.Fatalf("held back for more than %v: %v", maxHold, err)
	}
}

func TestOneTimeCode(t *testing.T) {
	ctx, h := context.Background(), newHouse(t)
	h.somebody(t, PersonFacts{First: "Admin", Surname: "Mkuu", Mail: "admin@mfano.go.tz"}, darasa.InstitutionAdmin)
	admin := h.actor(t, "admin@mfano.go.tz")
	es, err := h.EnsureMany(ctx, admin, []PersonFacts{asha()}, noon)
	wantCode(t, err, "")
	id := es[0].Person
	_, err = h.IssueCode(ctx, admin, id, noon)
	wantCode(t, err, darasa.NotFound) // not a member yet
	_, err = h.AffiliateMany(ctx, admin, muhas, []AffiliationFacts{{Person: id}}, noon)
	wantCode(t, err, "")
	first, err := h.IssueCode(ctx, admin, id, noon)
	wantCode(t, err, "")
	card, err := h.IssueCode(ctx, admin, id, noon)
	wantCode(t, err, "")
	if len(card.Code) != 11 || card.Login != "00123" || card.Name != "Asha Juma Mwakyusa" || !card.Expires.Equal(noon.Add(14*24*time.Hour)) {
		t.Fatalf("%+v", card)
	}
	sign := func(code string, at darasa.Time) (SignedIn, error) {
		return h.SignIn(ctx, Credentials{Login: "00123", Secret: code}, at)
	}
	_, err = sign(first.Code, noon) // a newer one stopped it
	wantCode(t, err, darasa.Unauthenticated)
	_, err = sign(card.Code, later(CodeLife))
	wantCode(t, err, darasa.Unauthenticated)
	in, err := sign(strings.ToLower(strings.ReplaceAll(card.Code, "-", " ")), later(CodeLife-time.Second))
	wantCode(t, err, "")
	_, err = sign(card.Code, noon)
	wantCode(t, err, darasa.Unauthenticated)

	signed, err := h.Resolve(ctx, in.Token, noon)
	if err != nil || !signed.Choose || len(signed.Actor.Roles) != 0 {
		t.Fatalf("before a password is chosen: %+v %v", signed, err)
	}
	wantCode(t, h.ChangePassword(ctx, signed.Actor, "", "short", noon), darasa.Invalid)
	wantCode(t, h.ChangePassword(ctx, signed.Actor, "", secret, noon), "")
	signed, err = h.Resolve(ctx, in.Token, noon)
	if err != nil || signed.Choose || len(signed.Actor.Roles) != 1 {
		t.Fatalf("after: %+v %v", signed, err)
	}
	wantCode(t, h.ChangePassword(ctx, signed.Actor, "", "nyingine-mpya", noon), darasa.Invalid)
	_, err = sign(secret, noon)
	wantCode(t, err, "")
}

func TestOneCodeOpensOneSession(t *testing.T) {
	ctx, h := context.Background(), newHouse(t)
	p := h.somebody(t, asha(), darasa.Learner)
	card, err := h.IssueCode(ctx, command, p.ID, noon)
	wantCode(t, err, "")
	opened := make(chan bool, 8)
	for range 8 {
		go func() {
			in, _ := h.SignIn(ctx, Credentials{Login: "00123", Secret: card.Code}, noon)
			opened <- in.Token != ""
		}()
	}
	n := 0
	for range 8 {
		if <-opened {
			n++
		}
	}
	if n != 1 {
		t.Fatalf("one code opened %d sessions", n)
	}
	_, err = h.SignIn(ctx, Credentials{Login: "00123", Secret: secret}, later(time.Hour))
	wantCode(t, err, "") // the password still stands
}

// A code must not be the way into an account that another institution had first.
func TestWhoIssuesCodes(t *testing.T) {
	ctx, h := context.Background(), newHouse(t)
	h.somebody(t, PersonFacts{First: "Admin", Surname: "Muhas", Mail: "a@muhas.tz"}, darasa.InstitutionAdmin)
	h.someoneAt(t, udom, PersonFacts{First: "Admin", Surname: "Udom", Mail: "a@udom.tz"}, darasa.InstitutionAdmin)
	first, second := h.actor(t, "a@muhas.tz"), h.actor(t, "a@udom.tz")
	p := h.somebody(t, asha(), darasa.Learner)
	_, err := h.AffiliateMany(ctx, second, udom, []AffiliationFacts{{Person: p.ID}}, later(time.Minute))
	wantCode(t, err, "")
	_, err = h.IssueCode(ctx, second, p.ID, noon)
	wantCode(t, err, darasa.Forbidden)
	_, err = h.IssueCode(ctx, first, p.ID, noon)
	wantCode(t, err, "")
	_, err = h.Affiliate(ctx, second, p.ID, udom, AffiliationPatch{Roles: &[]darasa.Role{darasa.Trainer}}, noon)
	wantCode(t, err, "")
	_, err = h.IssueCode(ctx, first, p.ID, noon)
	wantCode(t, err, darasa.Forbidden)
	_, err = h.IssueCode(ctx, command, p.ID, noon)
	wantCode(t, err, "")
	wantCode(t, h.EndAffiliation(ctx, first, p.ID, muhas, noon), "")
	_, err = h.IssueCode(ctx, second, p.ID, noon)
	wantCode(t, err, "")
	trainer := darasa.Actor{Person: "t", Institution: udom, Roles: []darasa.Role{darasa.Trainer}}
	out, err := h.IssueCodes(ctx, trainer, []darasa.ID{p.ID, "nobody"}, noon)
	if err != nil || darasa.CodeOf(out[0].Err) != darasa.Forbidden || darasa.CodeOf(out[1].Err) != darasa.NotFound || out[0].Code != "" {
		t.Fatalf("%+v %v", out, err)
	}
}
