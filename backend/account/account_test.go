package account

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"darasa/backend/darasa"
	"darasa/backend/ledger"
	"darasa/backend/store"
	"darasa/backend/store/sqlite"
)

const (
	muhas  darasa.ID = "muhas"
	udom   darasa.ID = "udom"
	secret           = "daraja-mvua-chungwa"
)

var (
	noon    = darasa.At(time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC))
	command = darasa.Command("test")
	cheap   = Cost{Memory: 8, Time: 1, Threads: 1}
)

func later(d time.Duration) darasa.Time { return darasa.At(noon.Add(d)) }

// counting counts the reads that reach the store.
type counting struct {
	store.Engine
	reads atomic.Int64
}

func (c *counting) Get(ctx context.Context, coll, id string) (store.Record, error) {
	c.reads.Add(1)
	return c.Engine.Get(ctx, coll, id)
}

func (c *counting) Find(ctx context.Context, coll string, q store.Query) ([]store.Record, error) {
	c.reads.Add(1)
	return c.Engine.Find(ctx, coll, q)
}

type house struct {
	*Service
	engine *counting
	mu     sync.Mutex
	waited []time.Duration
}

func open(t testing.TB, cost Cost) *house {
	t.Helper()
	ctx := context.Background()
	e, err := sqlite.Open(ctx, sqlite.Options{Path: filepath.Join(t.TempDir(), "d.sqlite")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close() })
	h := &house{engine: &counting{Engine: e}}
	book := ledger.New(h.engine)
	h.Service, err = New(h.engine, book, Options{
		Secret: []byte(strings.Repeat("s", 32)), Cost: cost,
		Institution: func(_ context.Context, id darasa.ID) (bool, error) { return id == muhas || id == udom, nil },
		JoinCode: func(_ context.Context, typed string) (darasa.ID, error) {
			if NormalCode(typed) != "K7MP3XRT" {
				return "", darasa.Fail(darasa.NotFound, "hapana", "no")
			}
			return muhas, nil
		},
		Wait: func(_ context.Context, d time.Duration) error {
			h.mu.Lock()
			defer h.mu.Unlock()
			h.waited = append(h.waited, d)
			return nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Ensure(ctx, append(h.Specs(), book.Specs()...)...); err != nil {
		t.Fatal(err)
	}
	return h
}

func newHouse(t testing.TB) *house { t.Helper(); return open(t, cheap) }

func wantCode(t testing.TB, err error, code darasa.Code) {
	t.Helper()
	if darasa.CodeOf(err) != code {
		t.Fatalf("error %v has code %q, want %q", err, darasa.CodeOf(err), code)
	}
}

// somebody makes a person with a password and roles at muhas.
func (h *house) somebody(t testing.TB, f PersonFacts, roles ...darasa.Role) Person {
	t.Helper()
	return h.someoneAt(t, muhas, f, roles...)
}

func (h *house) someoneAt(t testing.TB, institution darasa.ID, f PersonFacts, roles ...darasa.Role) Person {
	t.Helper()
	ctx := context.Background()
	p, err := h.Create(ctx, command, f, noon)
	wantCode(t, err, "")
	wantCode(t, h.SetPassword(ctx, command, p.ID, secret, noon), "")
	if len(roles) > 0 {
		_, err = h.Affiliate(ctx, command, p.ID, institution, AffiliationPatch{Roles: &roles}, noon)
		wantCode(t, err, "")
	}
	return p
}

// actor signs a person in and returns who the session stands for.
func (h *house) actor(t testing.TB, login string) darasa.Actor {
	t.Helper()
	in, err := h.SignIn(context.Background(), Credentials{Login: login, Secret: secret}, noon)
	wantCode(t, err, "")
	signed, err := h.Resolve(context.Background(), in.Token, noon)
	wantCode(t, err, "")
	return signed.Actor
}

func asha() PersonFacts {
	return PersonFacts{First: "Asha", Middle: "Juma", Surname: "Mwakyusa", Sex: "ke", Phone: "0712 000 011", Mail: "Asha@Mfano.go.tz",
		CheckNumber: "00123", Registrations: []Registration{{"mct", "456"}}, Lang: darasa.Swahili}
}

func TestPhones(t *testing.T) {
	for typed, want := range map[string]string{
		"0712000011": "+255712000011", "0612 000-011": "+255612000011", "712000011": "+255712000011", "255712000011": "+255712000011",
		"+255 712 000 011": "+255712000011", "00255712000011": "+255712000011", "+255 (0)712 000 011": "+255712000011",
		"022 211 1111": "+255222111111 warning", "+254712345678": "+254712345678 warning",
		"": "error", "071200001": "error", "07120000111": "error", "simu": "error", "+25571200001": "error", "0712x00011": "error", "12345": "error",
	} {
		got, f := NormalPhone(typed)
		if f != nil {
			got = strings.TrimSpace(got + " " + string(f.Level))
		}
		if got != want {
			t.Errorf("%q gives %q, want %q", typed, got, want)
		}
	}
}

func TestKeysAreTidied(t *testing.T) {
	for typed, want := range map[string]string{" Asha@Mfano.GO.tz ": "asha@mfano.go.tz", "learner@demo.darasa": "learner@demo.darasa",
		"asha": "", "a@b": "", "a b@c.tz": "", "Asha <a@c.tz>": "", "a@@c.tz": ""} {
		if got, _ := NormalMail(typed); got != want {
			t.Errorf("mail %q gives %q", typed, got)
		}
	}
	for typed, want := range map[string]string{"00123": "00123", " 00 123 ": "00123", "12": "", "12#4": "", "a123": "A123"} {
		if got, _ := NormalCheck(typed); got != want {
			t.Errorf("check %q gives %q", typed, got)
		}
	}
	for typed, want := range map[string]string{"MCT 12345": "MCT 12345", "mct:0012": "MCT 0012", "MCT12345": "MCT 12345", "TNMC - 7/9": "TNMC 7/9", "12345": "", "MCT": "", "0712 3": ""} {
		r, ok := ParseRegistration(typed)
		if got := r.String(); ok != (want != "") || ok && got != want {
			t.Errorf("registration %q gives %q %v", typed, got, ok)
		}
	}
}

func TestFold(t *testing.T) {
	for s, want := range map[string]string{"Ng'ombe-Mkubwa": "ngombe mkubwa", "  ÁSHA  José ": "asha jose", "O’Brien": "obrien", "...": "", "Asha M.2": "asha m 2"} {
		if got := Fold(s); got != want || Fold(got) != got {
			t.Errorf("%q folds to %q", s, got)
		}
	}
}

func TestFactsAreChecked(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*PersonFacts)
		field  string
	}{
		"good":             {func(*PersonFacts) {}, ""},
		"no first name":    {func(f *PersonFacts) { f.First = " " }, "first"},
		"no surname":       {func(f *PersonFacts) { f.Surname = "" }, "surname"},
		"digits in a name": {func(f *PersonFacts) { f.Surname = "Mw4kyusa" }, "surname"},
		"only marks":       {func(f *PersonFacts) { f.First = "--" }, "first"},
		"endless name":     {func(f *PersonFacts) { f.Middle = strings.Repeat("a", 61) }, "middle"},
		"apostrophe":       {func(f *PersonFacts) { f.Surname = "Ng'wananogu" }, ""},
		"sex":              {func(f *PersonFacts) { f.Sex = "x" }, "sex"},
		"phone":            {func(f *PersonFacts) { f.Phone = "0712" }, "phone"},
		"foreign phone":    {func(f *PersonFacts) { f.Phone = "+254712345678" }, ""},
		"mail":             {func(f *PersonFacts) { f.Mail = "asha" }, "mail"},
		"check":            {func(f *PersonFacts) { f.CheckNumber = "#1" }, "check"},
		"registration":     {func(f *PersonFacts) { f.Registrations = []Registration{{"", "12"}} }, "registration"},
	} {
		f := asha()
		c.change(&f)
		_, fs := f.Check()
		got := ""
		for _, x := range fs {
			if x.Level == darasa.IsError {
				got = x.Field
			}
			if x.What.SW == "" || x.What.EN == "" || x.Mend.SW == "" || x.Mend.EN == "" {
				t.Errorf("%s: the finding lacks a text: %+v", name, x)
			}
		}
		if got != c.field {
			t.Errorf("%s: error in %q, want %q", name, got, c.field)
		}
	}
}

func TestCreateAndEdit(t *testing.T) {
	ctx, h := context.Background(), newHouse(t)
	_, err := h.Create(ctx, darasa.Actor{Person: "x", Roles: []darasa.Role{darasa.Learner}}, asha(), noon)
	wantCode(t, err, darasa.Forbidden)
	p := h.somebody(t, asha(), darasa.Learner)
	if p.Password != "" || p.Actor != "" || p.Phone != "+255712000011" || p.Sex != "F" {
		t.Fatalf("%+v", p)
	}
	other := PersonFacts{First: "Neema", Surname: "Kileo", CheckNumber: "00123", Mail: "neema@mfano.go.tz"}
	_, err = h.Create(ctx, command, other, noon)
	wantCode(t, err, darasa.Conflict)
	if fs := err.(*darasa.Error).Findings; len(fs) != 1 || fs[0].Field != "check" {
		t.Fatalf("%+v", fs)
	}
	other.CheckNumber = "123"
	neema := h.somebody(t, other, darasa.Learner) // the refused try left no claim on the address

	me := h.actor(t, "neema@mfano.go.tz")
	phone, taken := "0712000011", "00123"
	_, _, err = h.Edit(ctx, me, neema.ID, PersonPatch{CheckNumber: &taken}, noon)
	wantCode(t, err, darasa.Conflict)
	fresh, surname := "777", "Mushi"
	got, _, err := h.Edit(ctx, me, neema.ID, PersonPatch{CheckNumber: &fresh, Phone: &phone, Surname: &surname}, noon)
	wantCode(t, err, "")
	if got.CheckNumber != "777" || got.First != "Neema" || got.Surname != "Mushi" || got.Phone != "+255712000011" {
		t.Fatalf("%+v", got)
	}
	for key, want := range map[darasa.ID][]darasa.ID{"check:123": nil, "check:777": {neema.ID}, "check:00123": {p.ID}, "phone:+255712000011": {p.ID, neema.ID}} {
		if got, _ := h.ledger.Owners(ctx, key); !slices.Equal(got, want) {
			t.Errorf("%s belongs to %v, want %v", key, got, want)
		}
	}
	ms, _, err := h.Members(ctx, command, MemberQuery{Institution: muhas, Text: "mushi"})
	if err != nil || len(ms) != 1 {
		t.Fatalf("the new surname is not found: %v %v", ms, err)
	}
	_, _, err = h.Edit(ctx, me, p.ID, PersonPatch{Surname: &surname}, noon)
	wantCode(t, err, darasa.NotFound)
}

func TestOneCheckNumberHasOneWinner(t *testing.T) {
	ctx, h := context.Background(), newHouse(t)
	const n = 12
	errs := make(chan error, n)
	for i := range n {
		go func() {
			_, err := h.Register(ctx, SelfRegistration{JoinCode: "k7mp-3xrt", Password: secret, Notice: "1", Consent: true,
				Facts: PersonFacts{First: string(rune('A' + i)), Surname: "Mtu", CheckNumber: "00999"}}, noon)
			errs <- err
		}()
	}
	won := 0
	for range n {
		if err := <-errs; err == nil {
			won++
		} else {
			wantCode(t, err, darasa.Conflict)
		}
	}
	people, _, err := h.People(ctx, command, "mtu", nil, 0)
	if won != 1 || len(people) != 1 || err != nil {
		t.Fatalf("%d registrations of one check number won, %d people, %v", won, len(people), err)
	}
}

func TestCrashBetweenClaimAndPersonHeals(t *testing.T) {
	ctx, h := context.Background(), newHouse(t)
	wantCode(t, h.ledger.Claim(ctx, "check:00123", "never-written", false, noon), "")
	_, err := h.Create(ctx, command, asha(), noon)
	wantCode(t, err, darasa.Conflict)
	_, err = h.Create(ctx, command, asha(), later(ledger.Grace))
	wantCode(t, err, "")
}
