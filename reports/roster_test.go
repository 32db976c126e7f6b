package reports_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"darasa/backend/darasa"
	"darasa/reports"
	"darasa/reports/sheet"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
)

var lists = reports.RosterLists{
	Cadres:   []reports.Choice{{Slug: "clinical-officer", Name: darasa.Text{SW: "Tabibu", EN: "Clinical Officer"}}, {Slug: "enrolled-nurse", Name: darasa.Text{SW: "Muuguzi", EN: "Enrolled Nurse"}}},
	Councils: []reports.Choice{{Slug: "MCT", Name: darasa.Text{SW: "Baraza la Madaktari Tanganyika", EN: "Medical Council of Tanganyika"}}, {Slug: "TNMC"}},
}

func readRoster(name string, b []byte) (reports.Roster, error) {
	return reports.ReadRoster(context.Background(), sheet.File{Name: name, Data: bytes.NewReader(b), Size: int64(len(b))}, lists)
}

func template(t *testing.T, l darasa.Lang) reports.TemplateInput {
	return reports.TemplateInput{Lang: l, Lists: lists, Institution: "ZHRC Western", Now: moment("2026-11-22T08:00:00Z"), TmpDir: t.TempDir()}
}

// foreign makes a workbook with another program's habits.
func foreign(t testing.TB, o excelize.Options, fill func(*excelize.File)) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	fill(f)
	var b bytes.Buffer
	if err := f.Write(&b, o); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestTemplateIsReadInBothLanguages(t *testing.T) {
	for _, l := range darasa.Langs {
		var b bytes.Buffer
		if err := reports.Template(&b, template(t, l)); err != nil {
			t.Fatal(err)
		}
		var e *darasa.Error
		if _, err := readRoster("t.xlsx", b.Bytes()); !errors.As(err, &e) || !strings.Contains(e.Text.EN, "holds nobody") {
			t.Errorf("%s: the example row must not be read: %v", l, err)
		}
		f, err := excelize.OpenReader(bytes.NewReader(b.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		name := f.GetSheetList()[0]
		drops, _ := f.GetDataValidations(name)
		var kinds []string
		for _, d := range drops {
			if d.Type == "list" {
				kinds = append(kinds, d.Sqref+" "+strings.Trim(d.Formula1, `"`))
			}
		}
		want := map[darasa.Lang][]string{darasa.Swahili: {"D2:D2001 KE,ME", "E2:E2001 Cadres", "H2:H2001 Councils", "M2:M2001 Mshiriki"}, darasa.English: {"D2:D2001 F,M", "E2:E2001 Cadres", "H2:H2001 Councils", "M2:M2001 Learner"}}[l]
		if d := cmp.Diff(want, kinds); d != "" {
			t.Error(d)
		}
		// Filled in by hand, with the choices that it offers.
		for i, v := range []any{" neema ", "", "Joseph", want[0][len("D2:D2001 "):][:1] + "E", "", "Nurse", "00991", "TNMC", "55-1", "0712 000 011", "", 1133107, "", "x"} {
			if l == darasa.English && i == 3 {
				v = "F"
			}
			ref, _ := excelize.CoordinatesToCellName(i+1, 3)
			f.SetCellValue(name, ref, v)
		}
		var filled bytes.Buffer
		if err := f.Write(&filled); err != nil {
			t.Fatal(err)
		}
		r, err := readRoster("t.xlsx", filled.Bytes())
		if err != nil || len(r.Rows) != 1 || len(r.Findings) > 0 {
			t.Fatalf("%v %+v", err, r)
		}
		p := r.Rows[0]
		if p.Row != 3 || p.First != "neema" || p.Surname != "Joseph" || p.Sex != "F" || p.CheckNumber != "00991" || p.Registration().String() != "TNMC 55-1" || p.Phone != "+255712000011" || p.HFR != "113310-7" || p.Role != darasa.Learner || len(p.Findings) > 0 {
			t.Errorf("%s: %+v", l, p)
		}
		if len(p.Corrections) != 2 || p.Corrections[0].Column != "J" || p.Corrections[0].What.EN != "0712 000 011 is written as +255712000011." {
			t.Errorf("corrections %+v", p.Corrections)
		}
	}
}

const header = "First name,Middle name,Surname,Sex,Cadre,Designation,Check number,Professional council,Registration number,Phone,E-mail,HFR code,Role,Remarks\n"

func TestRosterVerdicts(t *testing.T) {
	for _, c := range []struct{ name, row, column, says string }{
		{"no first name", ",,Mushi,F,,,001,,,,,,,", "A", "missing"},
		{"a name of signs", "=cmd,,Mushi,F,,,001,,,,,,,", "A", "formula"},
		{"sex", "Asha,,Mushi,X,,,001,,,,,,,", "D", "sex is not understood"},
		{"check number", "Asha,,Mushi,F,,,#1,,,,,,,", "G", "check number"},
		{"registration without council", "Asha,,Mushi,F,,,,,12345,,,,,", "I", "no council"},
		{"phone", "Asha,,Mushi,F,,,,,,12,,,,", "J", "phone number"},
		{"mail", "Asha,,Mushi,F,,,,,,,asha@,,,", "K", "e-mail"},
		{"hfr", "Asha,,Mushi,F,,,001,,,,,113310-8,,", "L", "HFR code"},
		{"role", "Asha,,Mushi,F,,,001,,,,,,admin,", "M", "role"},
		{"long", strings.Repeat("a", 600) + ",,Mushi,F,,,001,,,,,,,", "A", "too long"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := readRoster("r.csv", []byte(header+"Good,,Person,M,Tabibu,,777,,,,,,mkufunzi,\n"+c.row+"\n"))
			if err != nil || len(r.Rows) != 2 {
				t.Fatalf("%v, %+v", err, r)
			}
			if good := r.Rows[0]; good.Refused() || good.Cadre != "clinical-officer" || good.Role != darasa.Trainer {
				t.Errorf("the row before: %+v", good)
			}
			p := r.Rows[1]
			for _, f := range p.Findings {
				if f.Column == c.column && f.Row == 3 && f.Level == darasa.IsError && strings.Contains(f.What.EN, c.says) && f.What.SW != "" && f.Mend.SW != "" && f.Mend.EN != "" {
					return
				}
			}
			t.Errorf("no such finding in %+v", p.Findings)
		})
	}
}

func TestRosterWarns(t *testing.T) {
	r, err := readRoster("r.csv", []byte("Jina la kwanza;Jina la ukoo;Kada;Simu;Umri;Council\nAsha;Mushi;Mkunga;+254712345678;30;Kibondo DC\nJuma;Ally;;;;\n"))
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Findings) != 2 || r.Findings[0].Column != "E" || r.Findings[1].Column != "F" {
		t.Errorf("unknown columns: %+v", r.Findings)
	}
	if p := r.Rows[0]; p.Refused() || p.Cadre != "Mkunga" || len(p.Findings) != 2 {
		t.Errorf("%+v", p)
	}
	if p := r.Rows[1]; p.Refused() || len(p.Findings) != 1 || !strings.Contains(p.Findings[0].What.EN, "no number") {
		t.Errorf("%+v", p)
	}
}

func TestRosterTwice(t *testing.T) {
	r, err := readRoster("r.csv", []byte(header+
		"Asha,,Mushi,,,,00123,,,,,,,\nAsha,,Mushi,,,,00123,,,,,,,\n"+ // check number
		"Neema,,Said,,,,,MCT,7,,,,,\nN,,Said,,,,,,MCT 7,,,,,\n"+ // registration
		"Juma,,Ally,,,,,,,0712000011,,,,\nZawadi,,Ally,,,,,,,0712000011,,,,\njuma,,ALLY,,,,,,,+255712000011,,,,\n"+ // a shared phone
		"Peter,,Musa,,,,,,,,,,,\nPETER,,Musa,,,,,,,,,,,\n")) // nothing but a name
	if err != nil {
		t.Fatal(err)
	}
	want := map[int]string{3: "row 2", 5: "row 4", 8: "row 6", 10: "row 9"}
	for _, p := range r.Rows {
		says := ""
		for _, f := range p.Findings {
			if f.Level == darasa.IsError {
				says = f.What.EN
			}
		}
		if w := want[p.Row]; (w == "") != (says == "") || !strings.Contains(says, w) {
			t.Errorf("row %d: %q, want %q", p.Row, says, w)
		}
	}
	if len(r.Rows) != 9 {
		t.Errorf("%d rows", len(r.Rows))
	}
}

func TestRosterBadFiles(t *testing.T) {
	head := []any{"First name", "Surname", "Check number"}
	merged := foreign(t, excelize.Options{}, func(f *excelize.File) {
		f.SetSheetRow("Sheet1", "A1", &head)
		f.SetSheetRow("Sheet1", "A2", &[]any{"Asha", "Mushi", "001"})
		f.SetSheetRow("Sheet1", "A3", &[]any{"Juma", "Ally", "002"})
		f.MergeCell("Sheet1", "B2", "B3")
		f.SetCellFormula("Sheet1", "C3", "1+1")
	})
	r, err := readRoster("r.xlsx", merged)
	if err != nil || len(r.Rows) != 2 || !r.Rows[0].Refused() || !r.Rows[1].Refused() {
		t.Fatalf("%v %+v", err, r.Rows)
	}
	var places []string
	for _, p := range r.Rows {
		for _, f := range p.Findings {
			if strings.Contains(f.What.EN, "merged") || strings.Contains(f.What.EN, "formula") {
				places = append(places, fmt.Sprint(f.Row, f.Column))
			}
		}
	}
	if d := cmp.Diff([]string{"2B", "3B", "3C"}, places); d != "" {
		t.Error(d)
	}
	for _, c := range []struct {
		name, file string
		data       []byte
		says       string
	}{
		{"wrong header", "r.csv", []byte("Name,Score\nAsha,5\n"), "header was not found"},
		{"half a header", "r.csv", []byte("First name,Score\nAsha,5\n"), "Headers that were read: First name, Score"},
		{"header twice", "r.csv", []byte("First name,Surname,Jina la ukoo\nA,B,C\n"), "stands twice"},
		{"nobody", "r.csv", []byte("First name,Surname\n"), "holds nobody"},
		{"renamed csv", "r.xlsx", []byte(header), "holds CSV text"},
		{"password", "r.xlsx", foreign(t, excelize.Options{Password: "x"}, func(*excelize.File) {}), "has a password"},
	} {
		if _, err := readRoster(c.file, c.data); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// TestRosterOf200000 is refused early and in flat memory, as workbook and CSV.
func TestRosterOf200000(t *testing.T) {
	var book bytes.Buffer
	b, err := sheet.New(&book, sheet.Options{TmpDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	s, err := b.Sheet(sheet.Setup{Name: "Roster", Columns: []sheet.Column{{Header: "First name"}, {Header: "Surname"}, {Header: "Check number"}}})
	if err != nil {
		t.Fatal(err)
	}
	text := bytes.NewBufferString("First name,Surname,Check number\n")
	for i := range 200_000 {
		s.Text("Asha")
		s.Text("Mushi")
		s.Text(fmt.Sprintf("%08d", i))
		s.End()
		fmt.Fprintf(text, "Asha,Mushi,%08d\n", i)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"r.xlsx": book.Bytes(), "r.csv": text.Bytes()} {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		_, err := readRoster(name, data)
		runtime.ReadMemStats(&after)
		if darasa.CodeOf(err) != darasa.TooLarge || !strings.Contains(err.Error(), "20000 rows") {
			t.Errorf("%s: %v", name, err)
		}
		if grown := int64(after.HeapInuse) - int64(before.HeapInuse); grown > 64<<20 {
			t.Errorf("%s: the heap grew by %d MB", name, grown>>20)
		}
	}
}

func TestRosterOf20000(t *testing.T) {
	text := bytes.NewBufferString("First name,Surname,Check number\n")
	for i := range reports.MaxRoster {
		fmt.Fprintf(text, "Asha,Mushi,%08d\n", i)
	}
	r, err := readRoster("r.csv", text.Bytes())
	if err != nil || len(r.Rows) != reports.MaxRoster {
		t.Fatal(len(r.Rows), err)
	}
	fmt.Fprintln(text, "One,More,X001")
	if _, err := readRoster("r.csv", text.Bytes()); darasa.CodeOf(err) != darasa.TooLarge {
		t.Error(err)
	}
}

// TestRefusedComesBack mends a refused row in the file that names it.
func TestRefusedComesBack(t *testing.T) {
	r, err := readRoster("r.csv", []byte(header+"Good,,Person,M,,,777,,,,,,,\nAsha,,Mushi,F,Tabibu,-1,00123,MCT,9,+255712345678,,113310-8,,@home\n"))
	if err != nil {
		t.Fatal(err)
	}
	var verdicts []reports.Verdict
	for _, p := range r.Rows {
		v := reports.Verdict{Row: p.Row, Name: p.Name(), State: reports.Added, Findings: p.Findings}
		if p.Refused() {
			v.State = reports.Refused
		}
		verdicts = append(verdicts, v)
	}
	for _, l := range darasa.Langs {
		var book, text bytes.Buffer
		if err := reports.RefusedWorkbook(&book, template(t, l), r.Rows, verdicts); err != nil {
			t.Fatal(err)
		}
		if err := reports.RefusedCSV(&text, l, r.Rows, verdicts); err != nil {
			t.Fatal(err)
		}
		if l == darasa.English && (!strings.Contains(text.String(), ",'@home,3,HFR code: The HFR code is not right.,\"Look it up") || !strings.Contains(text.String(), ",'-1,")) {
			t.Error(text.String())
		}
		for name, data := range map[string][]byte{"m.xlsx": book.Bytes(), "m.csv": text.Bytes()} {
			back, err := readRoster(name, data)
			if err != nil || len(back.Rows) != 1 || len(back.Findings) > 0 {
				t.Fatalf("%s: %v %+v", name, err, back)
			}
			if d := cmp.Diff(r.Rows[1].Raw, back.Rows[0].Raw); d != "" {
				t.Errorf("%s: %s", name, d)
			}
			if p := back.Rows[0]; p.Phone != "+255712345678" || p.CheckNumber != "00123" || p.Remarks != "@home" || !p.Refused() {
				t.Errorf("%s: %+v", name, p)
			}
		}
	}
}

// FuzzRoster holds that no text makes the reader of rosters panic.
func FuzzRoster(f *testing.F) {
	f.Add([]byte(header + "Asha,,Mushi,F,,,001,,,,,,,\n"))
	f.Add([]byte("Jina la ukoo;Jina la kwanza\n=1;\x00\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := readRoster("", b)
		if err == nil && len(r.Rows) == 0 {
			t.Error("neither people nor an error")
		}
		for _, p := range r.Rows {
			for _, x := range append(p.Findings, p.Corrections...) {
				if x.Row != p.Row || x.What.SW == "" || x.What.EN == "" {
					t.Errorf("%+v", x)
				}
			}
		}
	})
}

// BenchmarkRoster10k reads 10,000 people; writing them is measured elsewhere.
func BenchmarkRoster10k(b *testing.B) {
	text := bytes.NewBufferString(header)
	var book bytes.Buffer
	w, err := sheet.New(&book, sheet.Options{TmpDir: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	var cols []sheet.Column
	for _, h := range strings.Split(strings.TrimSpace(header), ",") {
		cols = append(cols, sheet.Column{Header: h})
	}
	s, err := w.Sheet(sheet.Setup{Name: "Roster", Columns: cols})
	if err != nil {
		b.Fatal(err)
	}
	for i := range 10_000 {
		line := fmt.Sprintf("Asha,Juma,Mushi,F,Tabibu,Nurse,%08d,MCT,%d,0712%06d,a%d@example.org,113310-7,,x", i, i, i, i)
		fmt.Fprintln(text, line)
		for _, cell := range strings.Split(line, ",") {
			s.Text(cell)
		}
		s.End()
	}
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
	for name, data := range map[string][]byte{"r.csv": text.Bytes(), "r.xlsx": book.Bytes()} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if r, err := readRoster(name, data); err != nil || len(r.Rows) != 10_000 {
					b.Fatal(err)
				}
			}
		})
	}
}
