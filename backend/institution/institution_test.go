package institution

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"darasa/backend/darasa"
	"darasa/backend/ledger"
	"darasa/backend/store/sqlite"
)

var (
	noon     = darasa.At(time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC))
	national = darasa.Command("test")
)

func newService(t testing.TB) *Service {
	t.Helper()
	ctx := context.Background()
	e, err := sqlite.Open(ctx, sqlite.Options{Path: filepath.Join(t.TempDir(), "d.sqlite")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close() })
	book := ledger.New(e)
	s := New(e, book)
	if err := e.Ensure(ctx, append(s.Specs(), book.Specs()...)...); err != nil {
		t.Fatal(err)
	}
	return s
}

func wantCode(t *testing.T, err error, code darasa.Code) {
	t.Helper()
	if darasa.CodeOf(err) != code {
		t.Fatalf("error %v has code %q, want %q", err, darasa.CodeOf(err), code)
	}
}

func actorOf(id darasa.ID, roles ...darasa.Role) darasa.Actor {
	return darasa.Actor{Person: "p", Institution: id, Roles: roles}
}

func muhas() Facts {
	return Facts{Slug: "muhas", Code: "MUHAS", Type: "university",
		Name: darasa.T("Chuo Kikuu cha Afya Muhimbili", "Muhimbili University of Health")}
}

func TestInstitutions(t *testing.T) {
	ctx, s := context.Background(), newService(t)
	i, err := s.Create(ctx, national, muhas(), noon)
	wantCode(t, err, "")
	_, err = s.Create(ctx, national, muhas(), noon)
	wantCode(t, err, darasa.Conflict)
	_, err = s.Create(ctx, actorOf(i.ID, darasa.InstitutionAdmin), Facts{Slug: "x"}, noon)
	wantCode(t, err, darasa.Forbidden)
	_, err = s.Create(ctx, national, Facts{Slug: "Big One", Name: darasa.Text{SW: "Kimoja"}}, noon)
	wantCode(t, err, darasa.Invalid)
	if n := len(err.(*darasa.Error).Findings); n != 4 {
		t.Fatalf("%d findings, want slug, code, English name and type: %v", n, err)
	}

	seat, kind := "Dar es Salaam", "zonal-centre"
	for name, c := range map[string]struct {
		actor darasa.Actor
		patch Patch
		code  darasa.Code
	}{
		"its administrator":       {actorOf(i.ID, darasa.InstitutionAdmin), Patch{Seat: &seat}, ""},
		"national":                {national, Patch{Seat: &seat}, ""},
		"its trainer":             {actorOf(i.ID, darasa.Trainer), Patch{Seat: &seat}, darasa.Forbidden},
		"another's administrator": {actorOf("udom", darasa.InstitutionAdmin), Patch{Seat: &seat}, darasa.NotFound},
		"type by administrator":   {actorOf(i.ID, darasa.InstitutionAdmin), Patch{Type: &kind}, darasa.Forbidden},
		"empty code":              {national, Patch{Code: new(string)}, darasa.Invalid},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := s.Edit(ctx, c.actor, i.ID, c.patch, noon)
			wantCode(t, err, c.code)
		})
	}
	got, err := s.Get(ctx, national, i.ID)
	if err != nil || got.Seat != seat || got.Code != "MUHAS" || got.Type != "university" {
		t.Fatalf("%+v %v", got, err)
	}
	list, err := s.List(ctx, national, "university")
	if err != nil || len(list) != 1 {
		t.Fatalf("%v %v", list, err)
	}
	_, err = s.Get(ctx, national, "nowhere")
	wantCode(t, err, darasa.NotFound)
}

func TestJoinCodes(t *testing.T) {
	ctx, s := context.Background(), newService(t)
	i, err := s.Create(ctx, national, muhas(), noon)
	wantCode(t, err, "")
	admin := actorOf(i.ID, darasa.InstitutionAdmin)

	_, err = s.NewJoinCode(ctx, actorOf(i.ID, darasa.Trainer), i.ID, noon)
	wantCode(t, err, darasa.Forbidden)
	_, err = s.NewJoinCode(ctx, actorOf("udom", darasa.InstitutionAdmin), i.ID, noon)
	wantCode(t, err, darasa.NotFound)

	first, err := s.NewJoinCode(ctx, admin, i.ID, noon)
	wantCode(t, err, "")
	if len(first) != 8 || strings.ContainsAny(first, "ILO01") {
		t.Fatalf("code %q", first)
	}
	typed := " " + strings.ToLower(ShowCode(first)) + " "
	for range 2 {
		if got, err := s.JoinCode(ctx, typed); err != nil || got != i.ID {
			t.Fatalf("%q leads to %v %v", typed, got, err)
		}
	}
	second, err := s.NewJoinCode(ctx, admin, i.ID, noon)
	wantCode(t, err, "")
	_, err = s.JoinCode(ctx, first)
	wantCode(t, err, darasa.NotFound)
	if got, _ := s.Get(ctx, admin, i.ID); got.JoinCode != second {
		t.Fatalf("administrator sees %q", got.JoinCode)
	}
	if got, _ := s.Get(ctx, actorOf(i.ID, darasa.Learner), i.ID); got.JoinCode != "" {
		t.Fatal("a learner sees the join code")
	}

	wantCode(t, s.DisableJoinCode(ctx, admin, i.ID, noon), "")
	_, err = s.JoinCode(ctx, second)
	wantCode(t, err, darasa.NotFound)

	third, err := s.NewJoinCode(ctx, admin, i.ID, noon)
	wantCode(t, err, "")
	wantCode(t, s.Close(ctx, admin, i.ID, noon), darasa.Forbidden)
	wantCode(t, s.Close(ctx, national, i.ID, noon), "")
	_, err = s.JoinCode(ctx, third)
	wantCode(t, err, darasa.NotFound)
	_, err = s.NewJoinCode(ctx, admin, i.ID, noon)
	wantCode(t, err, darasa.Conflict)
	if ok, err := s.Exists(ctx, i.ID); ok || err != nil {
		t.Fatalf("a closed institution exists: %v %v", ok, err)
	}
	wantCode(t, s.Reopen(ctx, national, i.ID, noon), "")
	if ok, _ := s.Exists(ctx, i.ID); !ok {
		t.Fatal("a reopened institution does not exist")
	}
}

// A crash between claim and document leaves a code that nobody was told.
func TestLeftoverCodeLeadsNowhere(t *testing.T) {
	ctx, s := context.Background(), newService(t)
	i, err := s.Create(ctx, national, muhas(), noon)
	wantCode(t, err, "")
	wantCode(t, s.ledger.Claim(ctx, codeKey("AAAABBBB"), i.ID, false, noon), "")
	_, err = s.JoinCode(ctx, "AAAA-BBBB")
	wantCode(t, err, darasa.NotFound)
	if n, err := s.ledger.FreeOwnerless(ctx, darasa.At(noon.Add(time.Hour))); n != 1 || err != nil {
		t.Fatalf("%d freed, %v", n, err)
	}
}

func TestValidHFR(t *testing.T) {
	for code, want := range map[string]bool{
		"113310-7": true, "124899-6": true, "113310-8": false, "124899-0": false,
		"1133107": false, "": false, "11331a-7": false, "113310–7": false, "000000-0": true, "0113310-7": false,
	} {
		if ValidHFR(code) != want {
			t.Errorf("ValidHFR(%q) is %v", code, !want)
		}
	}
	for typed, want := range map[string]string{" 113310 - 7 ": "113310-7", "1133107": "113310-7", "113310–7": "113310-7", "x": "x"} {
		if got := NormalHFR(typed); got != want {
			t.Errorf("NormalHFR(%q) is %q", typed, got)
		}
	}
}

// Luhn finds every single wrong digit.
func TestHFRFindsEveryWrongDigit(t *testing.T) {
	const good = "124899-6"
	for i := range good {
		for d := byte('0'); d <= '9'; d++ {
			bad := good[:i] + string(d) + good[i+1:]
			if bad != good && ValidHFR(bad) {
				t.Errorf("%s passes", bad)
			}
		}
	}
}
