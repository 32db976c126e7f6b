package sheet

import (
	"context"
	"fmt"
	"io"
	"path"
	"strings"

	"darasa/backend/darasa"
)

// File is a table that somebody gave us. Its content decides what it is; the
// name is only compared with that.
type File struct {
	Name string
	Data io.ReaderAt
	Size int64
}

// Limits hold whoever sends a file to a reasonable size; they are checked
// before anything is unpacked. A zero field takes the value of DefaultLimits.
type Limits struct {
	Bytes    int64 // of the file
	Unzipped int64 // of all parts of a workbook
	Ratio    int64 // unzipped to zipped, of any part above 1 MB
	Strings  int64 // of a workbook's shared texts, which are kept in memory
	Rows     int   // that hold anything; a header and a few titles come on top
	Columns  int
}

// DefaultLimits fit a list of 20,000 people.
var DefaultLimits = Limits{Bytes: 20 << 20, Unzipped: 300 << 20, Ratio: 400, Strings: 32 << 20, Rows: 20_000, Columns: 100}

// titles is how many rows a list may have above its first row.
const titles = 10

func (l Limits) filled() Limits {
	d := DefaultLimits
	if l.Bytes == 0 {
		l.Bytes = d.Bytes
	}
	if l.Unzipped == 0 {
		l.Unzipped = d.Unzipped
	}
	if l.Ratio == 0 {
		l.Ratio = d.Ratio
	}
	if l.Strings == 0 {
		l.Strings = d.Strings
	}
	if l.Rows == 0 {
		l.Rows = d.Rows
	}
	if l.Columns == 0 {
		l.Columns = d.Columns
	}
	return l
}

// Row is one row that holds anything. It is valid until the function it was
// given to returns.
type Row struct {
	N        int      // from 1, as a spreadsheet program shows it
	Cells    []string // raw: numbers with a decimal point, dates as serials (see ParseDate)
	formulas []int
	merged   []span
}

// Cell returns the text of column i, from 0; "" beyond the row's end.
func (r Row) Cell(i int) string {
	if i < 0 || i >= len(r.Cells) {
		return ""
	}
	return r.Cells[i]
}

// Formula tells whether the cell of column i, from 0, is computed.
func (r Row) Formula(i int) bool {
	for _, c := range r.formulas {
		if c == i {
			return true
		}
	}
	return false
}

// Merged tells whether the cell of column i, from 0, is part of a merged one.
func (r Row) Merged(i int) bool {
	for _, m := range r.merged {
		if m.left <= i && i <= m.right && m.top <= r.N && r.N <= m.bottom {
			return true
		}
	}
	return false
}

// span is a merged range: columns from 0, rows from 1.
type span struct{ left, top, right, bottom int }

// Read calls each for every row of a workbook's sheet or of a CSV file. Of a
// workbook it takes the first sheet named in sheets, else the first that is
// not hidden. It fails with Invalid or TooLarge and a text that says how to
// mend the file; an error of each ends it.
func Read(ctx context.Context, f File, lim Limits, sheets []string, each func(Row) error) error {
	lim = lim.filled()
	if f.Size > lim.Bytes {
		return darasa.Fail(darasa.TooLarge, "Faili ni kubwa mno: lisizidi MB %d. Ligawe katika mafaili madogo, au ondoa picha.",
			"The file is too large: at most %d MB. Split it into smaller files, or take pictures out.", lim.Bytes>>20)
	}
	k, err := kindOf(f)
	if err != nil {
		return err
	}
	if err := f.checkName(k); err != nil {
		return err
	}
	if k == isZip {
		return readBook(ctx, f, lim, sheets, each)
	}
	return readText(ctx, f, k, lim, each)
}

// checkName refuses a file whose name claims another kind than its content:
// what the sender's own program shows would not be what we read.
func (f File) checkName(k kind) error {
	switch ext := strings.ToLower(path.Ext(f.Name)); {
	case k != isZip && (ext == ".xlsx" || ext == ".xlsm" || ext == ".xls"):
		return darasa.Fail(darasa.Invalid, "Faili linaitwa %s lakini ndani yake ni maandishi ya CSV. Libadilishe jina liishie .csv, au lifungue na ulihifadhi kama Excel Workbook (.xlsx).",
			"The file is named %s but holds CSV text. Rename it to end in .csv, or open it and save it as an Excel workbook (.xlsx).", ext)
	case k == isZip && (ext == ".csv" || ext == ".txt"):
		return darasa.Fail(darasa.Invalid, "Faili linaitwa %s lakini ndani yake ni kitabu cha Excel. Libadilishe jina liishie .xlsx.",
			"The file is named %s but holds a workbook. Rename it to end in .xlsx.", ext)
	}
	return nil
}

func tooManyRows(lim Limits) error {
	return darasa.Fail(darasa.TooLarge, "Orodha ni ndefu mno: faili moja lisizidi safu %d. Ligawe katika mafaili kadhaa, kwa mfano moja kwa kila mkoa.",
		"The list is too long: at most %d rows in one file. Split it into several files, for instance one for each region.", lim.Rows)
}

func tooManyColumns(lim Limits, row int) error {
	return darasa.Fail(darasa.TooLarge, "Safu %d ina safu wima zaidi ya %d. Futa zilizo nje ya jedwali.",
		"Row %d has more than %d columns. Delete those outside the table.", row, lim.Columns)
}

func unreadable(cause error) error {
	return darasa.Fail(darasa.Invalid, "Kitabu cha Excel kimeharibika na hakisomeki. Kifungue kwenye Excel au LibreOffice, kihifadhi upya kama .xlsx na ukitume tena.",
		"The workbook is damaged and cannot be read. Open it in Excel or LibreOffice, save it anew as .xlsx and send it again.").Because(cause)
}

// ours passes an error of this platform on and turns any other into unreadable.
func ours(err error) error {
	if err == nil || darasa.CodeOf(err) != darasa.Internal {
		return err
	}
	return unreadable(fmt.Errorf("reading a workbook: %w", err))
}
