package institution

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"darasa/backend/darasa"
	"darasa/content/institutions"
)

const head = "Council,Facility Number,Facility Name,Region,District,Facility Type\n"

func importText(t *testing.T, s *Service, text string, o ImportOptions) (ImportResult, error) {
	t.Helper()
	return s.Import(context.Background(), national, strings.NewReader(text), o, noon)
}

func TestImportSample(t *testing.T) {
	ctx, s := context.Background(), newService(t)
	zones := map[string]string{"tanga": "northern"}
	for i, want := range []string{"24 0 0 0", "0 0 24 0"} {
		r, err := s.Import(ctx, national, institutions.Facilities(), ImportOptions{Zones: zones}, noon)
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(r.Added, r.Changed, r.Same, r.Refused); got != want || len(r.Findings) != 0 {
			t.Fatalf("time %d: %s, want %s; %v", i+1, got, want, r.Findings)
		}
	}
	f, err := s.Facility(ctx, "9901018")
	if err != nil || f.Name != "Mwembeni Dispensary" || f.Council != "Muheza DC" || f.Zone != "northern" {
		t.Fatalf("%+v %v", f, err)
	}
}

func TestImportVerdicts(t *testing.T) {
	ctx, s := context.Background(), newService(t)
	text := "\ufeff" + head +
		"Kibondo DC,113310-7,Alfa,Kigoma,Kibondo,Dispensary\n" +
		"Kibondo DC,113310-8,Beta,Kigoma,Kibondo,Dispensary\n" +
		"\n" +
		"Kibondo DC,124899-6,\"Two\nlines\",Kigoma,Kibondo,Dispensary\n" +
		"Kibondo DC,124899-6,Again,Kigoma,Kibondo,Dispensary\n" +
		"Kibondo DC,990101-8,,Kigoma,Kibondo,Dispensary\n" +
		"Kibondo DC,990138-0,Br\"oken,Kigoma,Kibondo,Dispensary\n" +
		",,,,,\n" +
		"Kibondo DC,990175-2,Last,Kigoma,Kibondo,Dispensary\n"
	for name, c := range map[string]struct {
		o       ImportOptions
		written bool
	}{
		"dry run": {ImportOptions{DryRun: true}, false},
		"whole":   {ImportOptions{Whole: true}, false},
	} {
		r, err := importText(t, s, text, c.o)
		if n, _ := s.CountFacilities(ctx); err != nil || r.Written != c.written || n != 0 || r.Refused != 4 {
			t.Fatalf("%s: written %v, %d stored, %d refused, %v", name, r.Written, n, r.Refused, err)
		}
	}
	r, err := importText(t, s, text, ImportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, v := range r.Rows {
		got = append(got, fmt.Sprint(v.Row, " ", v.Outcome))
		for _, f := range v.Findings {
			if f.Row != v.Row || f.What.SW == "" || f.What.EN == "" || f.Mend.SW == "" || f.Mend.EN == "" {
				t.Errorf("finding lacks a part: %+v", f)
			}
		}
	}
	want := []string{"2 added", "3 refused", "5 added", "6 refused", "7 refused", "8 refused", "10 added"}
	if !slices.Equal(got, want) {
		t.Fatalf("verdicts %q, want %q", got, want)
	}
	if f, err := s.Facility(ctx, "124899-6"); err != nil || f.Name != "Two lines" {
		t.Fatalf("%+v %v", f, err)
	}
	r, err = importText(t, s, head+"Kasulu DC,113310-7,Alfa,Kigoma,Kasulu,Dispensary\n", ImportOptions{})
	if err != nil || r.Changed != 1 {
		t.Fatalf("%+v %v", r, err)
	}
	if f, _ := s.Facility(ctx, "113310-7"); f.Council != "Kasulu DC" {
		t.Fatalf("not changed: %+v", f)
	}
}

func TestImportRefusesFiles(t *testing.T) {
	ctx, s := context.Background(), newService(t)
	for name, c := range map[string]struct {
		text string
		code darasa.Code
		say  string
	}{
		"empty":            {"", darasa.Invalid, "header"},
		"renamed workbook": {"PK\x03\x04xxxx", darasa.Invalid, "Excel"},
		"latin 1":          {head + "Kibondo,113310-7,Caf\xe9,K,K,D\n", darasa.Invalid, "UTF-8"},
		"wrong header":     {"Name,Code\nA,1\n", darasa.Invalid, "Facility Number"},
		"header twice":     {"Council,Council," + head, darasa.Invalid, "twice"},
		"too many rows":    {head + strings.Repeat("a,b,c,d,e,f\n", MaxImportRows+1), darasa.TooLarge, "rows"},
		"too many bytes":   {head + strings.Repeat("x", MaxImportBytes), darasa.TooLarge, "MB"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := importText(t, s, c.text, ImportOptions{})
			wantCode(t, err, c.code)
			if !strings.Contains(err.Error(), c.say) {
				t.Errorf("%v does not speak of %q", err, c.say)
			}
		})
	}
	_, err := s.Import(ctx, actorOf("muhas", darasa.InstitutionAdmin), strings.NewReader(head), ImportOptions{}, noon)
	wantCode(t, err, darasa.Forbidden)
	if n, _ := s.CountFacilities(ctx); n != 0 {
		t.Fatalf("%d facilities were stored", n)
	}
}

func TestSemicolonsAndUnknownColumns(t *testing.T) {
	s := newService(t)
	r, err := importText(t, s, strings.ReplaceAll(head, ",", ";")[:len(head)-1]+";Owner's cat\nKibondo DC;113310-7;Alfa;Kigoma;Kibondo;Dispensary;Paka\n", ImportOptions{})
	if err != nil || r.Added != 1 || len(r.Findings) != 1 || r.Findings[0].Level != darasa.IsWarning {
		t.Fatalf("%+v %v", r, err)
	}
}

// hfr returns the n-th code with its check digit.
func hfr(n int) string {
	for d := range 10 {
		if c := fmt.Sprintf("%06d-%d", 100000+n, d); ValidHFR(c) {
			return c
		}
	}
	return ""
}

// export returns an export of n facilities.
func export(n int) string {
	var b strings.Builder
	b.WriteString(head)
	for i := range n {
		fmt.Fprintf(&b, "Halmashauri %03d,%s,Kituo Namba%d Mlima,Mkoa %02d,Wilaya,Dispensary\n", i%184, hfr(i), i, i%26)
	}
	return b.String()
}

func TestSearchAndPages(t *testing.T) {
	ctx, s := context.Background(), newService(t)
	r, err := importText(t, s, export(1500), ImportOptions{})
	if err != nil || r.Added != 1500 {
		t.Fatalf("%d added, %v", r.Added, err)
	}

	for name, c := range map[string]struct {
		q    FacilityQuery
		want int
	}{
		"all":               {FacilityQuery{Limit: 500}, 1500},
		"council":           {FacilityQuery{Council: "Halmashauri 003", Limit: 4}, 9},
		"region":            {FacilityQuery{Region: "Mkoa 05"}, 58},
		"words":             {FacilityQuery{Text: "mlima namba102", Limit: 5}, 11},
		"word and council":  {FacilityQuery{Text: "NAMBA10", Council: "Halmashauri 010", Limit: 5}, 1},
		"code":              {FacilityQuery{Text: " " + hfr(7)}, 1},
		"unknown code":      {FacilityQuery{Text: "990101-8"}, 0},
		"nothing like that": {FacilityQuery{Text: "hospitali"}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			seen := map[darasa.ID]bool{}
			for range 300 {
				fs, next, err := s.Facilities(ctx, c.q)
				if err != nil {
					t.Fatal(err)
				}
				for _, f := range fs {
					if seen[f.ID] {
						t.Fatalf("%s twice", f.ID)
					}
					seen[f.ID] = true
				}
				if c.q.After = next; next == nil {
					break
				}
			}
			if len(seen) != c.want {
				t.Fatalf("%d found, want %d", len(seen), c.want)
			}
		})
	}
}

// The whole country, as the registry exports it.
func BenchmarkImport(b *testing.B) {
	text := export(10_209)
	for b.Loop() {
		s := newService(b)
		r, err := s.Import(context.Background(), national, strings.NewReader(text), ImportOptions{}, noon)
		if err != nil || r.Added != 10_209 {
			b.Fatal(r.Added, err)
		}
	}
}

func TestPutFacility(t *testing.T) {
	ctx, s := context.Background(), newService(t)
	good := Facility{ID: "1133107", Name: " Kituo  cha Mlima ", Council: "Meru DC"}
	_, err := s.PutFacility(ctx, actorOf("muhas", darasa.InstitutionAdmin), good, noon)
	wantCode(t, err, darasa.Forbidden)
	_, err = s.PutFacility(ctx, national, Facility{ID: "113310-8"}, noon)
	wantCode(t, err, darasa.Invalid)
	if n := len(err.(*darasa.Error).Findings); n != 2 {
		t.Fatalf("%d findings: %v", n, err)
	}
	for _, rev := range []int64{1, 1} {
		f, err := s.PutFacility(ctx, national, good, noon)
		if err != nil || f.ID != "113310-7" || f.Name != "Kituo cha Mlima" || f.Rev != rev {
			t.Fatalf("%+v %v", f, err)
		}
	}
}

func FuzzImport(f *testing.F) {
	f.Add(head + "Kibondo DC,113310-7,Alfa,Kigoma,Kibondo,Dispensary\n")
	f.Add("\"\n\"\"")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := readExport(strings.NewReader(text))
		if err != nil {
			return
		}
		for _, r := range s.rows {
			var fac Facility
			if v := s.verdict(r, &fac); v.Outcome == "" && (!ValidHFR(string(v.Code)) || v.Row < 2) {
				t.Fatalf("%q gave %+v", text, v)
			}
		}
	})
}
