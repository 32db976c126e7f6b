package sheet_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"darasa/backend/darasa"
	"darasa/reports/sheet"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// made returns a workbook that excelize wrote, as another program would.
func made(t testing.TB, o excelize.Options, fill func(*excelize.File)) []byte {
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

func read(name string, b []byte, lim sheet.Limits, sheets ...string) (rows [][]string, numbers []int, err error) {
	err = sheet.Read(context.Background(), sheet.File{Name: name, Data: bytes.NewReader(b), Size: int64(len(b))}, lim, sheets, func(r sheet.Row) error {
		rows = append(rows, append([]string{}, r.Cells...))
		numbers = append(numbers, r.N)
		return nil
	})
	return rows, numbers, err
}

func TestReadForeignWorkbook(t *testing.T) {
	b := made(t, excelize.Options{}, func(f *excelize.File) {
		f.SetSheetName("Sheet1", "Notes")
		f.NewSheet("Orodha")
		f.SetSheetRow("Notes", "A1", &[]any{"read me"})
		f.SetSheetRow("Orodha", "A1", &[]any{"Name", "Check", "Phone"})
		f.SetSheetRow("Orodha", "A3", &[]any{"Asha", "00123", 255712345678, 1.5, true})
		f.SetSheetRow("Orodha", "A4", &[]any{"Juma"})
		f.SetCellFormula("Orodha", "B4", "1+1")
		f.MergeCell("Orodha", "A5", "B6")
		f.SetCellValue("Orodha", "A5", "merged")
		f.SetCellRichText("Orodha", "C5", []excelize.RichTextRun{{Text: "rich "}, {Text: "text"}})
	})
	rows, numbers, err := read("", b, sheet.Limits{}, "Roster", "orodha")
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{{"Name", "Check", "Phone"}, {"Asha", "00123", "255712345678", "1.5", "TRUE"}, {"Juma", ""}, {"merged", "", "rich text"}}
	if d := cmp.Diff(want, rows); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]int{1, 3, 4, 5}, numbers); d != "" {
		t.Error(d)
	}
	if rows, _, err := read("", b, sheet.Limits{}); err != nil || rows[0][0] != "read me" {
		t.Errorf("the first sheet: %v %v", rows, err)
	}
	err = sheet.Read(context.Background(), sheet.File{Data: bytes.NewReader(b), Size: int64(len(b))}, sheet.Limits{}, []string{"Orodha"}, func(r sheet.Row) error {
		if got := r.Formula(1); got != (r.N == 4) {
			t.Errorf("row %d: formula %v", r.N, got)
		}
		if got := r.Merged(0) && r.Merged(1) && !r.Merged(2); got != (r.N == 5) {
			t.Errorf("row %d: merged %v", r.N, got)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func zipOf(t testing.TB, names ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, n := range names {
		w, err := z.Create(n)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprint(w, "<x/>")
	}
	z.Close()
	return b.Bytes()
}

func bomb(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, _ := z.Create("xl/workbook.xml")
	zeros := make([]byte, 1<<20)
	for range 30 {
		w.Write(zeros)
	}
	z.Close()
	return b.Bytes()
}

func TestReadRefuses(t *testing.T) {
	plain := made(t, excelize.Options{}, func(f *excelize.File) { f.SetCellValue("Sheet1", "A1", "x") })
	long := []byte("Name\n" + strings.Repeat("Asha\n", 200_000))
	cases := []struct {
		name, file string
		data       []byte
		lim        sheet.Limits
		code       darasa.Code
		says       string
	}{
		{"password", "a.xlsx", made(t, excelize.Options{Password: "siri"}, func(*excelize.File) {}), sheet.Limits{}, darasa.Invalid, "has a password"},
		{"old Excel", "a.xls", append([]byte{0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1}, make([]byte, 5000)...), sheet.Limits{}, darasa.Invalid, "old kind of Excel"},
		{"renamed csv", "a.xlsx", []byte("a,b\n1,2\n"), sheet.Limits{}, darasa.Invalid, "holds CSV text"},
		{"renamed workbook", "a.csv", plain, sheet.Limits{}, darasa.Invalid, "holds a workbook"},
		{"a zip of pictures", "a.xlsx", zipOf(t, "one.png"), sheet.Limits{}, darasa.Invalid, "no Excel workbook"},
		{"word", "a.xlsx", zipOf(t, "[Content_Types].xml", "word/document.xml"), sheet.Limits{}, darasa.Invalid, "no Excel workbook"},
		{"ods", "a.ods", zipOf(t, "mimetype", "content.xml"), sheet.Limits{}, darasa.Invalid, ".ods"},
		{"xlsb", "a.xlsb", zipOf(t, "xl/workbook.bin"), sheet.Limits{}, darasa.Invalid, ".xlsb"},
		{"no sheet", "a.xlsx", zipOf(t, "xl/workbook.xml"), sheet.Limits{}, darasa.Invalid, "damaged"},
		{"cut off", "a.xlsx", plain[:len(plain)/2], sheet.Limits{}, darasa.Invalid, "damaged"},
		{"bomb", "a.xlsx", bomb(t), sheet.Limits{}, darasa.TooLarge, "unpacked"},
		{"web page", "a.xls", []byte("\n<html><table></table></html>"), sheet.Limits{}, darasa.Invalid, "web page"},
		{"pdf", "a.pdf", []byte("%PDF-1.7\n"), sheet.Limits{}, darasa.Invalid, "no table"},
		{"picture", "a.png", []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR"), sheet.Limits{}, darasa.Invalid, "no table"},
		{"empty", "a.csv", []byte(" \n"), sheet.Limits{}, darasa.Invalid, "empty"},
		{"bytes", "a.csv", append(long, long...), sheet.Limits{Bytes: 1 << 20}, darasa.TooLarge, "at most 1 MB"},
		{"rows", "a.csv", long, sheet.Limits{}, darasa.TooLarge, "at most 20000 rows"},
		{"columns", "a.csv", []byte(strings.Repeat("a,", 200) + "b\n"), sheet.Limits{}, darasa.TooLarge, "100 columns"},
		{"strings", "a.xlsx", plain, sheet.Limits{Strings: 1}, darasa.TooLarge, "too much text"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, _, err := read(c.file, c.data, c.lim)
			var e *darasa.Error
			if !errors.As(err, &e) || e.Code != c.code || !strings.Contains(e.Text.EN, c.says) || e.Text.SW == "" {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestReadText(t *testing.T) {
	want := [][]string{{"Jina", "Namba"}, {"Asha; née", "007"}, {"a\nb", "x"}, {"mwisho", ""}}
	text := "Jina;Namba\r\n\"Asha; née\";=\"007\"\r\n\"a\nb\";x\r\n\r\nmwisho;\r\n"
	utf16 := func(e unicode.Endianness, p unicode.BOMPolicy) []byte {
		b, err := unicode.UTF16(e, p).NewEncoder().Bytes([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	other := func(comma string) []byte {
		return []byte(strings.NewReplacer("; née", "; née", ";", comma).Replace(text))
	}
	latin, err := charmap.Windows1252.NewEncoder().Bytes([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string][]byte{
		"utf-8": []byte(text), "bom": []byte("\uFEFF" + text), "windows-1252": latin,
		"utf-16 le": utf16(unicode.LittleEndian, unicode.UseBOM), "utf-16 be": utf16(unicode.BigEndian, unicode.UseBOM),
		"utf-16 le bare": utf16(unicode.LittleEndian, unicode.IgnoreBOM), "utf-16 be bare": utf16(unicode.BigEndian, unicode.IgnoreBOM),
		"tab":   other("\t"),
		"comma": other(","),
	} {
		rows, numbers, err := read("a.csv", b, sheet.Limits{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if d := cmp.Diff(want, rows); d != "" {
			t.Errorf("%s: %s", name, d)
		}
		if d := cmp.Diff([]int{1, 2, 3, 5}, numbers); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
	rows, numbers, err := read("a.csv", []byte("sep=;\na;b,c\n"), sheet.Limits{})
	if d := cmp.Diff([][]string{{"a", "b,c"}}, rows); err != nil || d != "" || numbers[0] != 2 {
		t.Error(d, numbers, err)
	}
}

func TestFormulaInText(t *testing.T) {
	b := []byte("a,b\n=1+1,x\n")
	err := sheet.Read(context.Background(), sheet.File{Data: bytes.NewReader(b), Size: int64(len(b))}, sheet.Limits{}, nil, func(r sheet.Row) error {
		if r.Formula(0) != (r.N == 2) || r.Formula(1) {
			t.Errorf("row %d", r.N)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func TestReadStopsWhenAsked(t *testing.T) {
	b := []byte(strings.Repeat("a\n", 1000))
	ctx, stop := context.WithCancel(context.Background())
	stop()
	err := sheet.Read(ctx, sheet.File{Data: bytes.NewReader(b), Size: int64(len(b))}, sheet.Limits{}, nil, func(sheet.Row) error { return nil })
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	mine := errors.New("mine")
	err = sheet.Read(context.Background(), sheet.File{Data: bytes.NewReader(b), Size: int64(len(b))}, sheet.Limits{}, nil, func(sheet.Row) error { return mine })
	if !errors.Is(err, mine) {
		t.Error(err)
	}
}

func TestParseDate(t *testing.T) {
	for in, want := range map[string]darasa.Date{"2026-11-23": "2026-11-23", "23/11/2026": "2026-11-23", "3.1.2026": "2026-01-03", "46349": "2026-11-23", "46349.75": "2026-11-23",
		"2026-11-23T10:00:00Z": "2026-11-23", "5 Mar 2026": "2026-03-05", "31/2/2026": "", "0": "", "1e99": "", "NaN": "", "": "", "kesho": ""} {
		if got, ok := sheet.ParseDate(in); got != want || ok != (want != "") {
			t.Errorf("%q: %q %v", in, got, ok)
		}
	}
}

// FuzzRead holds that no bytes make the reader panic, hang or answer with an
// error that says nothing in one of the languages.
func FuzzRead(f *testing.F) {
	book := made(f, excelize.Options{}, func(x *excelize.File) {
		x.SetSheetRow("Sheet1", "A1", &[]any{"Name", 12, true})
		x.SetCellFormula("Sheet1", "B2", "1+1")
		x.MergeCell("Sheet1", "A3", "B4")
	})
	f.Add(book)
	f.Add([]byte("a;b\n\"c\n"))
	f.Add(zipOf(f, "xl/workbook.xml", "xl/_rels/workbook.xml.rels"))
	f.Add([]byte{0xFF, 0xFE, 'a', 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		checkRead(t, b)
	})
}

// FuzzSheetXML puts foreign XML where a workbook's sheet and texts are.
func FuzzSheetXML(f *testing.F) {
	f.Add([]byte(`<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c t="inlineStr"><is><t>x</t></is></c><c r="C1"><f>1</f><v>2E3</v></c></row></sheetData><mergeCells><mergeCell ref="A1:B2"/></mergeCells></worksheet>`),
		[]byte(`<sst><si><t>a_x0041_</t></si></sst>`))
	f.Fuzz(func(t *testing.T, ws, sst []byte) {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		for _, p := range []struct {
			name string
			data []byte
		}{{"xl/workbook.xml", []byte(`<workbook xmlns:r="r"><sheets><sheet name="S" r:id="x"/></sheets></workbook>`)},
			{"xl/_rels/workbook.xml.rels", []byte(`<Relationships><Relationship Id="x" Target="s.xml"/></Relationships>`)}, {"xl/s.xml", ws}, {"xl/sharedStrings.xml", sst}} {
			w, err := z.CreateHeader(&zip.FileHeader{Name: p.name, Method: zip.Store})
			if err != nil {
				t.Fatal(err)
			}
			w.Write(p.data)
		}
		z.Close()
		checkRead(t, b.Bytes())
	})
}

func checkRead(t *testing.T, b []byte) {
	lim := sheet.Limits{Bytes: 1 << 20, Unzipped: 4 << 20, Rows: 100, Columns: 20}
	err := sheet.Read(context.Background(), sheet.File{Data: bytes.NewReader(b), Size: int64(len(b))}, lim, nil, func(r sheet.Row) error {
		if r.N < 1 || len(r.Cells) > 1<<20 {
			t.Errorf("row %d with %d cells", r.N, len(r.Cells))
		}
		for i, c := range r.Cells {
			sheet.ParseDate(c)
			if r.Formula(i) && r.Merged(i) && len(c) > 1<<20 {
				t.Error("too long")
			}
		}
		return nil
	})
	var e *darasa.Error
	if err != nil && (!errors.As(err, &e) || e.Text.SW == "" || e.Text.EN == "" || e.Code == darasa.Internal) {
		t.Errorf("%v", err)
	}
}
