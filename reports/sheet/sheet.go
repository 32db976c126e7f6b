// Package sheet writes workbooks as a stream and reads workbooks and CSV with
// limits. It is the only home of excelize.
//
// Writing: excelize makes everything around the rows (styles, filters, print
// set-up, charts, names); the rows themselves are encoded here and put into
// the sheet's XML while the archive is written. Measured with two sheets of
// 100,000 rows side by side: excelize's own stream writer needs 7.0 s and
// 114 MB, because each open stream keeps a buffer of 16 MB and more; this way
// it is about a third of the time and 20 MB, however many rows there are.
package sheet

import (
	"io"
	"os"

	"darasa/backend/darasa"

	"github.com/xuri/excelize/v2"
)

// maxRows is the number of rows that a worksheet can hold (ECMA-376, Excel).
const maxRows = 1_048_576

// Options describe a workbook as a whole.
type Options struct {
	TmpDir      string // folder for temporary files; must exist and be writable
	Title       string
	Subject     string
	Creator     string // who exported
	Description string
	Lang        darasa.Lang
	Made        darasa.Time
}

// Book is a workbook that is being written. Close finishes it; Abandon drops it.
type Book struct {
	file   *excelize.File
	out    io.Writer
	tmp    string
	sheets []*Sheet
	styles map[look]int
	names  []excelize.DefinedName
}

// New begins a workbook that goes to w when it is closed. It fails with
// Unavailable where the temporary folder cannot be written to, because without
// it every row would stay in memory.
func New(w io.Writer, o Options) (*Book, error) {
	if err := checkTmp(o.TmpDir); err != nil {
		return nil, err
	}
	f := excelize.NewFile(excelize.Options{TmpDir: o.TmpDir})
	err := f.SetDocProps(&excelize.DocProperties{
		Title: o.Title, Subject: o.Subject, Creator: o.Creator, LastModifiedBy: o.Creator, Description: o.Description,
		Language: string(o.Lang), Created: stamp(o.Made), Modified: stamp(o.Made), Identifier: "xlsx", Version: "1.0",
	})
	if err != nil {
		_ = f.Close()
		return nil, failed(err)
	}
	return &Book{file: f, out: w, tmp: o.TmpDir, styles: map[look]int{}}, nil
}

// stamp is the W3CDTF form that document properties need.
func stamp(t darasa.Time) string {
	if t.IsZero() {
		return "1970-01-01T00:00:00Z"
	}
	return t.UTC().Format("2006-01-02T15:04:05Z")
}

// checkTmp tells whether files can be made and filled in dir.
func checkTmp(dir string) error {
	bad := darasa.Fail(darasa.Unavailable, "Folda ya mafaili ya muda haiandikiki, kwa hiyo faili haliwezi kutengenezwa. Mwambie msimamizi wa mfumo.",
		"The folder for temporary files cannot be written to, so the file cannot be made. Tell the system's administrator.")
	if dir == "" {
		return bad
	}
	f, err := os.CreateTemp(dir, "sheet-")
	if err != nil {
		return bad.Because(err)
	}
	defer os.Remove(f.Name())
	_, err = f.WriteString("x")
	if err2 := f.Close(); err == nil {
		err = err2
	}
	if err != nil {
		return bad.Because(err)
	}
	return nil
}

func failed(err error) error {
	return darasa.Fail(darasa.Internal, "Faili halikuweza kutengenezwa.", "The workbook could not be made.").Because(err)
}

// Sheet adds a sheet; several may be open and written in turn.
func (b *Book) Sheet(s Setup) (*Sheet, error) {
	if len(b.sheets) == 0 {
		if err := b.file.SetSheetName("Sheet1", s.Name); err != nil {
			return nil, failed(err)
		}
	} else if _, err := b.file.NewSheet(s.Name); err != nil {
		return nil, failed(err)
	}
	sh := &Sheet{book: b, setup: s, spool: &spool{dir: b.tmp}, buf: make([]byte, 0, flushAt+16<<10)}
	for i := range s.Columns {
		name, err := excelize.ColumnNumberToName(i + 1)
		if err != nil {
			return nil, failed(err)
		}
		sh.letters = append(sh.letters, name)
	}
	b.sheets = append(b.sheets, sh)
	if err := sh.begin(); err != nil {
		return nil, failed(err)
	}
	return sh, nil
}

// Name defines a workbook-wide name for cells of a sheet, as
// Name("Cadres", "Lists", 1, 2, 1, 21) for Lists!$A$2:$A$21.
func (b *Book) Name(name, sheet string, col1, row1, col2, row2 int) {
	b.names = append(b.names, excelize.DefinedName{Name: name, RefersTo: area(sheet, col1, row1, col2, row2)})
}

// Abandon removes the temporary files of a workbook that is not to be
// finished. After Close it does nothing.
func (b *Book) Abandon() {
	for _, s := range b.sheets {
		s.spool.close()
	}
	_ = b.file.Close()
}

// Close writes the workbook out, straight into the writer given to New, and
// removes every temporary file.
func (b *Book) Close() error {
	defer b.Abandon()
	parts := map[string]*spool{}
	for i, s := range b.sheets {
		if err := s.finish(); err != nil {
			return err
		}
		parts[partName(i)] = s.spool
	}
	for _, n := range b.names {
		if err := b.file.SetDefinedName(&n); err != nil {
			return failed(err)
		}
	}
	a := newArchive(b.out, parts)
	b.file.SetZipWriter(func(io.Writer) excelize.ZipWriter { return a })
	// excelize hands its own buffer to the function above, which ignores it:
	// what WriteTo then copies from that buffer is nothing.
	if err := b.file.Write(io.Discard); err != nil {
		return writeFailed(err)
	}
	if a.err != nil { // excelize drops an error of any part but the last
		return writeFailed(a.err)
	}
	if !a.complete() {
		return failed(io.ErrShortWrite)
	}
	return nil
}

func writeFailed(err error) error {
	return darasa.Fail(darasa.Unavailable, "Faili halikuweza kuandikwa hadi mwisho. Jaribu tena; likishindikana tena, angalia nafasi kwenye diski.",
		"The file could not be written to the end. Try again; if it fails again, check the space on the disk.").Because(err)
}

// widest returns the greatest number of rows of text that headers need, so
// that the header row is high enough when they wrap.
func widest(cols []Column) int {
	lines := 1
	for _, c := range cols {
		if w := int(c.width()); w > 0 {
			lines = max(lines, (len(c.Header)+w-1)/w)
		}
	}
	return min(lines, 4)
}
