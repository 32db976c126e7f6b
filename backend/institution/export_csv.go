package institution

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"darasa/backend/account"
	"darasa/backend/darasa"
)

// The limits of an export: the whole country has about 12,000 facilities and
// its export is below 4 MB.
const (
	MaxImportBytes = 32 << 20
	MaxImportRows  = 50_000
)

// sheet is an export that has been read: which fact stands in which column.
type sheet struct {
	code     int            // column of the facility number
	columns  map[string]int // folded header -> column
	rows     []row
	findings []darasa.Finding
}

// row is one record: its place in a spreadsheet, its cells, or why it could
// not be read.
type row struct {
	number int
	cells  []string
	broken bool
}

// readExport reads a CSV export whole, within the limits.
func readExport(r io.Reader) (*sheet, error) {
	b, err := io.ReadAll(io.LimitReader(r, MaxImportBytes+1))
	if err != nil {
		return nil, darasa.Fail(darasa.Invalid, "Faili halikusomeka hadi mwisho. Lipakie tena.",
			"The file could not be read to its end. Upload it again.").Because(err)
	}
	if len(b) > MaxImportBytes {
		return nil, darasa.Fail(darasa.TooLarge, "Faili linazidi MB %d.", "The file is larger than %d MB.", MaxImportBytes>>20)
	}
	b = bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
	switch {
	case bytes.HasPrefix(b, []byte("PK\x03\x04")) || bytes.HasPrefix(b, []byte("\xd0\xcf\x11\xe0")):
		return nil, darasa.Fail(darasa.Invalid, "Hili ni faili la Excel. Lihifadhi kama CSV (UTF-8) kwanza.",
			"This is an Excel file. Save it as CSV (UTF-8) first.")
	case !utf8.Valid(b) || bytes.IndexByte(b, 0) >= 0:
		return nil, darasa.Fail(darasa.Invalid, "Faili halina maandishi ya UTF-8. Lihifadhi upya kama CSV UTF-8.",
			"The file is not UTF-8 text. Save it again as CSV UTF-8.")
	}
	return readRows(b)
}

func readRows(b []byte) (*sheet, error) {
	cr := csv.NewReader(bytes.NewReader(b))
	cr.FieldsPerRecord, cr.Comma = -1, separator(b)
	header, err := cr.Read()
	if err != nil {
		return nil, darasa.Fail(darasa.Invalid, "Faili halina safu ya vichwa.", "The file has no header row.").Because(err)
	}
	s := &sheet{}
	if err := s.readHeader(header); err != nil {
		return nil, err
	}
	folded := inner(header) // lines inside cells, which are no rows
	for {
		cells, err := cr.Read()
		if errors.Is(err, io.EOF) {
			return s, nil
		}
		number := line(cr, err) - folded
		folded += inner(cells)
		if len(s.rows) == MaxImportRows {
			return nil, darasa.Fail(darasa.TooLarge, "Faili lina safu zaidi ya %d. Ligawe.", "The file has more than %d rows. Split it.", MaxImportRows)
		}
		if empty(cells) && err == nil {
			continue
		}
		s.rows = append(s.rows, row{number: number, cells: cells, broken: err != nil})
	}
}

// line returns the line of the file on which the record begins.
func line(cr *csv.Reader, err error) int {
	var pe *csv.ParseError
	if errors.As(err, &pe) {
		return pe.StartLine
	}
	n, _ := cr.FieldPos(0)
	return n
}

// inner counts the line breaks inside cells.
func inner(cells []string) int {
	n := 0
	for _, c := range cells {
		n += strings.Count(c, "\n")
	}
	return n
}

func empty(cells []string) bool {
	return strings.TrimSpace(strings.Join(cells, "")) == ""
}

// separator guesses what stands between cells: spreadsheets of some languages
// write semicolons.
func separator(b []byte) rune {
	first, _, _ := bytes.Cut(b, []byte("\n"))
	best, n := ',', bytes.Count(first, []byte(","))
	for _, c := range ";\t" {
		if m := bytes.Count(first, []byte(string(c))); m > n {
			best, n = c, m
		}
	}
	return best
}

// readHeader finds the columns in whatever order they stand.
func (s *sheet) readHeader(header []string) error {
	s.columns = map[string]int{}
	var fs []darasa.Finding
	for i, h := range header {
		key := account.Fold(h)
		if _, twice := s.columns[key]; twice && key != "" {
			fs = append(fs, darasa.Finding{Level: darasa.IsError, Row: 1, Column: h,
				What: darasa.T("Kichwa hiki kipo mara mbili.", "This header stands twice."),
				Mend: darasa.T("Bakiza safu wima moja.", "Keep one column.")})
		}
		s.columns[key] = i
	}
	known := map[string]bool{account.Fold("Facility Number"): true}
	code, ok := s.columns[account.Fold("Facility Number")]
	if s.code = code; !ok {
		fs = append(fs, missingColumn("Facility Number"))
	}
	for _, f := range new(Facility).facts() {
		known[account.Fold(f.header)] = true
		if _, ok := s.columns[account.Fold(f.header)]; !ok && f.needed {
			fs = append(fs, missingColumn(f.header))
		}
	}
	if len(fs) > 0 {
		return darasa.Fail(darasa.Invalid, "Vichwa vya safu si vya orodha ya HFR.", "The headers are not those of an HFR export.").With(fs...)
	}
	for i, h := range header {
		if key := account.Fold(h); !known[key] && key != "" && s.columns[key] == i {
			s.findings = append(s.findings, darasa.Finding{Level: darasa.IsWarning, Row: 1, Column: h,
				What: darasa.T("Safu wima hii haijulikani na imeachwa.", "This column is not known and was left out.")})
		}
	}
	return nil
}

func missingColumn(header string) darasa.Finding {
	return darasa.Finding{Level: darasa.IsError, Row: 1, Column: header,
		What: darasa.T("Safu wima hii haipo.", "This column is missing."),
		Mend: darasa.T("Pakua upya orodha kutoka HFR au ongeza kichwa hiki.", "Export the list from HFR again, or add this header.")}
}

// verdict reads one row into f. The outcome stays empty where it is good.
func (s *sheet) verdict(r row, f *Facility) RowVerdict {
	v := RowVerdict{Row: r.number}
	if r.broken {
		v.Outcome = Refused
		v.Findings = []darasa.Finding{{Level: darasa.IsError, Row: r.number,
			What: darasa.T("Safu haisomeki: alama za nukuu hazifungwi.", "The row cannot be read: its quotation marks do not match."),
			Mend: darasa.T("Funga alama za nukuu au ziondoe.", "Close the quotation marks or take them out.")}}
		return v
	}
	cell := func(header string) string {
		if i, ok := s.columns[account.Fold(header)]; ok && i < len(r.cells) {
			return r.cells[i]
		}
		return ""
	}
	f.ID = darasa.ID(cell("Facility Number"))
	for _, p := range f.facts() {
		*p.value = cell(p.header)
	}
	for _, finding := range f.prepare() {
		finding.Row, finding.Column, finding.Field = r.number, finding.Field, ""
		v.Findings = append(v.Findings, finding)
	}
	v.Code = f.ID
	if darasa.HasErrors(v.Findings) {
		v.Outcome = Refused
	}
	return v
}
