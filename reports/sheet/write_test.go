package sheet_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"darasa/backend/darasa"
	"darasa/reports/sheet"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
)

var dar = time.FixedZone("EAT", 3*60*60)

// sample writes a workbook with everything that this package can do.
func sample(t *testing.T) []byte {
	t.Helper()
	var out bytes.Buffer
	tmp := t.TempDir()
	b, err := sheet.New(&out, sheet.Options{TmpDir: tmp, Title: "Maendeleo", Creator: "Asha", Lang: darasa.Swahili,
		Made: darasa.At(time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC))})
	if err != nil {
		t.Fatal(err)
	}
	people, err := b.Sheet(sheet.Setup{Name: "People", Titles: []string{"A title", "a note & more"}, FreezeColumns: 2, FillRows: 50, Footer: "A & B",
		Columns: []sheet.Column{{Header: "Name"}, {Header: "Check", Width: 14}, {Header: "Sex", Choices: []string{"F", "M"}}, {Header: "Cadre", ChoicesOf: "Cadres", Prompt: "Choose"},
			{Header: "Tries", Kind: sheet.Integer}, {Header: "Hours", Kind: sheet.Number}, {Header: "Score", Kind: sheet.Percent}, {Header: "Start", Kind: sheet.Date}, {Header: "Seen", Kind: sheet.DateTime}},
		Colours: []sheet.Colour{{Column: 2, Equals: "F", Tone: sheet.Good}}})
	if err != nil {
		t.Fatal(err)
	}
	lists, err := b.Sheet(sheet.Setup{Name: "Lists", Hidden: true, NoFilter: true, Portrait: true, Lines: true, Columns: []sheet.Column{{Header: "Cadre"}, {Header: "N", Kind: sheet.Integer}}})
	if err != nil {
		t.Fatal(err)
	}
	half := 0.5
	for i := range 3000 { // more than stays in memory; both sheets grow together
		people.Text(fmt.Sprintf("Name <%d> & _x003D_ é", i))
		people.Text("00123")
		people.Skip()
		people.Phone("+255712345678")
		people.Int(int64(i))
		people.Number(2.5)
		people.Share(&half)
		people.Date("2026-11-23")
		people.Time(darasa.At(time.Date(2026, 11, 22, 21, 30, 0, 0, time.UTC)), dar)
		if err := people.End(); err != nil {
			t.Fatal(err)
		}
		lists.Text("x")
		if err := lists.End(); err != nil {
			t.Fatal(err)
		}
	}
	people.Begin(sheet.Muted)
	people.End() // an empty row
	people.Share(nil)
	people.Date("")
	people.Time(darasa.Time{}, dar)
	people.Text("")
	people.Text("last")
	people.End()
	b.Name("Cadres", "Lists", 1, 2, 1, 5)
	people.Chart(sheet.Chart{Title: "Tries", At: "K4", Categories: 1, Series: []int{5, 7}, First: 4, Last: 9, Percent: true, Wide: 600, High: 300})
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	if left, _ := os.ReadDir(tmp); len(left) > 0 {
		t.Errorf("temporary files are left: %v", left)
	}
	return out.Bytes()
}

func TestWriteAndReadBackWithExcelize(t *testing.T) {
	b := sample(t)
	f, err := excelize.OpenReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	want := map[string]string{"A1": "A title", "A2": "a note & more", "A3": "Name", "A4": "Name <0> & _x003D_ é", "B4": "00123", "C4": "", "D4": "+255712345678",
		"E4": "0", "F4": "2.50", "G4": "50.0%", "H4": "23/11/2026", "I4": "23/11/2026 00:30", "A3003": "Name <2999> & _x003D_ é", "A3005": "", "E3005": "last"}
	for cell, w := range want {
		if got, err := f.GetCellValue("People", cell); err != nil || got != w {
			t.Errorf("%s: %q, %v, want %q", cell, got, err, w)
		}
	}
	for cell, w := range map[string]excelize.CellType{"B4": excelize.CellTypeInlineString, "E4": excelize.CellTypeUnset, "H4": excelize.CellTypeUnset} {
		if got, _ := f.GetCellType("People", cell); got != w {
			t.Errorf("%s is of type %v, want %v", cell, got, w)
		}
	}
	panes, _ := f.GetPanes("People")
	if !panes.Freeze || panes.YSplit != 3 || panes.XSplit != 2 || panes.TopLeftCell != "C4" {
		t.Errorf("panes %+v", panes)
	}
	page, _ := f.GetPageLayout("People")

	if *page.Orientation != "landscape" {
		t.Errorf("page %+v", page)
	}
	if w, _ := f.GetColWidth("People", "B"); w != 14 {
		t.Errorf("width %v", w)
	}
	var names []string
	for _, n := range f.GetDefinedName() {
		names = append(names, n.Name+" "+n.RefersTo)
	}
	if all := strings.Join(names, "\n"); !strings.Contains(all, "Print_Titles 'People'!$3:$3") || !strings.Contains(all, "Cadres 'Lists'!$A$2:$A$5") {
		t.Errorf("names %v", names)
	}
	lists, _ := f.GetDataValidations("People")
	if len(lists) != 2 || lists[0].Sqref != "C4:C3005" || !strings.Contains(lists[1].Formula1, "Cadres") {
		t.Errorf("drop-downs %+v", lists)
	}
	if v, _ := f.GetSheetVisible("Lists"); v {
		t.Error("Lists shows")
	}
	if d, _ := f.GetDocProps(); d.Creator != "Asha" || d.Title != "Maendeleo" || d.Created != "2026-11-22T08:00:00Z" {
		t.Errorf("properties %+v", d)
	}
	if c, _ := f.GetConditionalFormats("People"); len(c) != 1 {
		t.Errorf("colours %v", c)
	}
	part := parts(t, b)
	if !strings.Contains(part["xl/worksheets/sheet1.xml"], `<autoFilter ref="$A$3:$I$3005"`) || strings.Contains(part["xl/worksheets/sheet2.xml"], "<autoFilter") {
		t.Error("filters")
	}
	if !strings.Contains(part["xl/worksheets/sheet1.xml"], `fitToHeight="0"`) || !strings.Contains(part["xl/worksheets/sheet1.xml"], `<pageSetUpPr fitToPage="true"`) {
		t.Errorf("the sheet is not fitted to the width alone: %.900s", part["xl/worksheets/sheet1.xml"])
	}
	if !strings.Contains(part["xl/charts/chart1.xml"], "!$G$4:$G$9</f>") {
		t.Error("chart")
	}
}

func parts(t *testing.T, b []byte) map[string]string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		out[f.Name] = string(text)
	}
	return out
}

func TestTextIsHarmless(t *testing.T) {
	for in, want := range map[string]string{"=cmd|'/c calc'!A1": "'=cmd|'/c calc'!A1", "+1": "'+1", "-1": "'-1", "@x": "'@x", "\t=1": "'\t=1", "\r=1": "'\r=1", "a=1": "a=1", "": "", "'": "'"} {
		if got := sheet.Harmless(in); got != want || sheet.PlainText(got) != in {
			t.Errorf("%q became %q, back %q", in, got, sheet.PlainText(got))
		}
	}
	var out bytes.Buffer
	b, err := sheet.New(&out, sheet.Options{TmpDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	s, err := b.Sheet(sheet.Setup{Name: "S", Columns: []sheet.Column{{Header: "A"}, {Header: "B"}}})
	if err != nil {
		t.Fatal(err)
	}
	s.Text("=1+1")
	s.Phone("+1+cmd|x")
	s.End()
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(out.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	for cell, want := range map[string]string{"A2": "'=1+1", "B2": "'+1+cmd|x"} {
		v, _ := f.GetCellValue("S", cell)
		if formula, _ := f.GetCellFormula("S", cell); v != want || formula != "" {
			t.Errorf("%s: %q, formula %q", cell, v, formula)
		}
	}
}

func TestNewNeedsAWritableFolder(t *testing.T) {
	for _, dir := range []string{"", filepath.Join(t.TempDir(), "missing")} {
		if _, err := sheet.New(io.Discard, sheet.Options{TmpDir: dir}); darasa.CodeOf(err) != darasa.Unavailable {
			t.Errorf("%q: %v", dir, err)
		}
	}
}

type full struct{ left int }

func (w *full) Write(b []byte) (int, error) {
	if w.left -= len(b); w.left < 0 {
		return 0, errors.New("no space left")
	}
	return len(b), nil
}

func TestAFullDiskIsAnError(t *testing.T) {
	for _, left := range []int{0, 100, 5_000, 20_000} {
		tmp := t.TempDir()
		b, err := sheet.New(&full{left}, sheet.Options{TmpDir: tmp})
		if err != nil {
			t.Fatal(err)
		}
		s, err := b.Sheet(sheet.Setup{Name: "S", Columns: []sheet.Column{{Header: "A"}}})
		if err != nil {
			t.Fatal(err)
		}
		for i := range 20_000 {
			s.Text(fmt.Sprint(i*i, "x", i))
			s.End()
		}
		if err := b.Close(); darasa.CodeOf(err) != darasa.Unavailable {
			t.Errorf("%d bytes: %v", left, err)
		}
		if files, _ := os.ReadDir(tmp); len(files) > 0 {
			t.Errorf("left: %v", files)
		}
	}
}

func TestOwnReaderReadsOwnWorkbook(t *testing.T) {
	b := sample(t)
	n, last := 0, sheet.Row{}
	err := sheet.Read(context.Background(), sheet.File{Name: "x.xlsx", Data: bytes.NewReader(b), Size: int64(len(b))}, sheet.Limits{}, []string{"people"}, func(r sheet.Row) error {
		if r.N == 4 {
			want := []string{"Name <0> & _x003D_ é", "00123", "", "+255712345678", "0", "2.5", "0.5", "46349", "46349.02083333333"}
			if d := cmp.Diff(want, r.Cells); d != "" {
				t.Error(d)
			}
		}
		n, last = n+1, r
		return nil
	})
	if err != nil || n != 3004 || last.N != 3005 {
		t.Errorf("%d rows to %d, %v", n, last.N, err)
	}
	if d, ok := sheet.ParseDate("46349"); !ok || d != "2026-11-23" {
		t.Errorf("date %q", d)
	}
}

// TestLibreOfficeOpensIt converts the sample, where LibreOffice is installed.
func TestLibreOfficeOpensIt(t *testing.T) {
	office, err := exec.LookPath("soffice")
	if err != nil {
		t.Skip("SKIPPED: soffice is not on this machine; install libreoffice-calc-nogui to see that LibreOffice opens our workbooks")
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "sample.xlsx")
	if err := os.WriteFile(file, sample(t), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithTimeout(context.Background(), 90*time.Second)
	defer stop()
	cmd := exec.CommandContext(ctx, office, "-env:UserInstallation=file://"+dir+"/profile", "--headless", "--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true", "--outdir", dir, file)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	text, err := os.ReadFile(filepath.Join(dir, "sample.csv"))
	if err != nil {
		t.Fatal(err)
	}
	if want := "Name <0> & _x003D_ é,00123,,+255712345678,0,2.50,50.0%,23/11/2026,23/11/2026 00:30"; !strings.Contains(string(text), want) {
		t.Errorf("row 4 is missing in\n%.600s", text)
	}
}
