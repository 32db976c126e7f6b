package sheet

import (
	"fmt"
	"strings"

	"github.com/xuri/excelize/v2"
)

// Kind is what the cells of a column hold; it decides how they are shown.
type Kind int

// The kinds of cell.
const (
	Text Kind = iota // kept as text, leading zeros included
	Integer
	Number  // two decimals
	Percent // a share from 0 to 1, shown with one decimal
	Date
	DateTime
	Wrapped // text that wraps within its width
	Centred // short text, centred, as marks of attendance are
)

// Column is one column of a sheet.
type Column struct {
	Header string
	Kind   Kind
	Width  float64 // in characters; 0 takes the kind's usual width
	// Choices are offered as a drop-down list; together at most 255 characters.
	Choices []string
	// ChoicesOf names a defined name whose cells are offered instead.
	ChoicesOf string
	Prompt    string // shown beside a cell that is being filled in
}

func (c Column) width() float64 {
	if c.Width > 0 {
		return c.Width
	}
	switch c.Kind {
	case Integer, Number, Percent, Date:
		return 11
	case DateTime:
		return 16
	case Wrapped:
		return 40
	case Centred:
		return 7
	}
	return 16
}

// Setup is everything about a sheet but its rows.
type Setup struct {
	Name          string
	Titles        []string // lines above the header; the first is set large
	Columns       []Column
	Portrait      bool    // else printed in landscape; always fitted to the page's width
	NoFilter      bool    // else the header has a filter
	FreezeColumns int     // columns that stay in view; the header always does
	RowHeight     float64 // in points; 0 leaves it to the program
	Lines         bool    // draw every cell's border, as on a form to fill in by hand
	Hidden        bool
	FillRows      int // how many rows below the header take drop-down lists
	Footer        string
	Colours       []Colour
}

// Colour paints the cells of one column that equal a text. Use it sparingly:
// the text must say the same without it.
type Colour struct {
	Column int // from 0
	Equals string
	Tone   Tone
}

// header returns the row of the column headers, from 1.
func (s Setup) header() int { return len(s.Titles) + 1 }

// begin sets what stands before the rows, writes titles and header.
func (s *Sheet) begin() error {
	f, name := s.book.file, s.setup.Name
	for i, c := range s.setup.Columns {
		if err := f.SetColWidth(name, s.letters[i], s.letters[i], c.width()); err != nil {
			return err
		}
	}
	if err := s.panes(); err != nil {
		return err
	}
	if err := s.page(); err != nil {
		return err
	}
	for i, t := range s.setup.Titles {
		tone := toneNote
		if i == 0 {
			tone = toneTitle
		}
		s.open(0)
		s.cell(Text, tone, t)
		s.End()
	}
	s.open(float64(15*widest(s.setup.Columns) + 3))
	for _, c := range s.setup.Columns {
		s.cell(Text, toneHeader, c.Header)
	}
	s.End()
	return s.err
}

func (s *Sheet) panes() error {
	h, c := s.setup.header(), s.setup.FreezeColumns
	p := excelize.Panes{Freeze: true, XSplit: c, YSplit: h, TopLeftCell: fmt.Sprintf("%s%d", column(c+1), h+1), ActivePane: "bottomLeft"}
	if c > 0 {
		p.ActivePane = "bottomRight"
	}
	return s.book.file.SetPanes(s.setup.Name, &p)
}

// page sets A4, fitted to one page's width, header repeated, page numbers.
func (s *Sheet) page() error {
	f, name := s.book.file, s.setup.Name
	size, wide, tall, way := 9, 1, 0, "landscape"
	if s.setup.Portrait {
		way = "portrait"
	}
	err := f.SetPageLayout(name, &excelize.PageLayoutOptions{Size: &size, Orientation: &way, FitToWidth: &wide, FitToHeight: &tall})
	if err != nil {
		return err
	}
	m, b := 0.4, 0.6
	if err := f.SetPageMargins(name, &excelize.PageLayoutMarginsOptions{Left: &m, Right: &m, Top: &m, Bottom: &b}); err != nil {
		return err
	}
	foot := "&L" + strings.ReplaceAll(s.setup.Footer, "&", "&&") + "&R&P / &N"
	if err := f.SetHeaderFooter(name, &excelize.HeaderFooterOptions{OddFooter: foot}); err != nil {
		return err
	}
	h := s.setup.header()
	return f.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", Scope: name, RefersTo: fmt.Sprintf("%s!$%d:$%d", quoted(name), h, h)})
}

// finish sets what depends on the number of rows.
func (s *Sheet) finish() error {
	if s.err == nil {
		s.flush()
	}
	if s.err != nil {
		return s.err
	}
	f, name, last := s.book.file, s.setup.Name, max(s.row, s.setup.header())
	right := column(len(s.setup.Columns))
	if err := f.SetSheetDimension(name, fmt.Sprintf("A1:%s%d", right, last)); err != nil {
		return failed(err)
	}
	if !s.setup.NoFilter {
		if err := f.AutoFilter(name, fmt.Sprintf("A%d:%s%d", s.setup.header(), right, last), nil); err != nil {
			return failed(err)
		}
	}
	// After the filter: excelize's AutoFilter forgets the sheet's other properties.
	fit := true
	if err := f.SetSheetProps(name, &excelize.SheetPropsOptions{FitToPage: &fit}); err != nil {
		return failed(err)
	}
	for _, set := range []func() error{s.choices, s.colours, s.draw} {
		if err := set(); err != nil {
			return failed(err)
		}
	}
	if s.setup.Hidden {
		if err := f.SetSheetVisible(name, false); err != nil {
			return failed(err)
		}
	}
	return nil
}

// choices sets the drop-down lists and prompts.
func (s *Sheet) choices() error {
	first := s.setup.header() + 1
	last := max(s.row, s.setup.header()+max(s.setup.FillRows, 1))
	for i, c := range s.setup.Columns {
		if len(c.Choices) == 0 && c.ChoicesOf == "" && c.Prompt == "" {
			continue
		}
		v := excelize.NewDataValidation(true)
		v.Sqref = fmt.Sprintf("%s%d:%s%d", s.letters[i], first, s.letters[i], last)
		switch {
		case c.ChoicesOf != "":
			v.SetSqrefDropList(c.ChoicesOf)
		case len(c.Choices) > 0:
			if err := v.SetDropList(c.Choices); err != nil {
				return err
			}
		}
		// The lists help and never refuse: the reader judges, with a reason.
		v.ShowErrorMessage = false
		if c.Prompt != "" {
			v.SetInput(c.Header, c.Prompt)
		}
		if err := s.book.file.AddDataValidation(s.setup.Name, v); err != nil {
			return err
		}
	}
	return nil
}

func (s *Sheet) colours() error {
	first := s.setup.header() + 1
	for _, c := range s.setup.Colours {
		if s.row < first {
			return nil
		}
		id, err := s.book.file.NewConditionalStyle(c.Tone.conditional())
		if err != nil {
			return err
		}
		l := s.letters[c.Column]
		rule := excelize.ConditionalFormatOptions{Type: "cell", Criteria: "==", Format: &id, Value: `"` + strings.ReplaceAll(c.Equals, `"`, `""`) + `"`}
		ref := fmt.Sprintf("%s%d:%s%d", l, first, l, s.row)
		if err := s.book.file.SetConditionalFormat(s.setup.Name, ref, []excelize.ConditionalFormatOptions{rule}); err != nil {
			return err
		}
	}
	return nil
}

// column returns the letters of column n, from 1; n is always one of ours.
func column(n int) string {
	name, _ := excelize.ColumnNumberToName(n)
	return name
}

func quoted(sheet string) string { return "'" + strings.ReplaceAll(sheet, "'", "''") + "'" }

func area(sheet string, col1, row1, col2, row2 int) string {
	return fmt.Sprintf("%s!$%s$%d:$%s$%d", quoted(sheet), column(col1), row1, column(col2), row2)
}
