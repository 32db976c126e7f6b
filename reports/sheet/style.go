package sheet

import "github.com/xuri/excelize/v2"

// Tone is how a row or cell stands out. It never carries meaning alone.
type Tone int

// The tones of a row.
const (
	Plain  Tone = iota
	Muted       // set aside, as a learner who withdrew
	Strong      // a total
	Sample      // an example to be replaced
	Good
	Bad
	toneHeader
	toneTitle
	toneNote
)

// look is all that tells two cell styles apart.
type look struct {
	kind  Kind
	tone  Tone
	lines bool
}

// style returns the id of a style, made once per workbook.
func (b *Book) style(k look) (int, error) {
	if id, ok := b.styles[k]; ok {
		return id, nil
	}
	id, err := b.file.NewStyle(k.style())
	if err != nil {
		return 0, err
	}
	b.styles[k] = id
	return id, nil
}

const ink, paper, grey, amber = "1B4B5A", "FFFFFF", "5F6B70", "FFF4D6"

func (k look) style() *excelize.Style {
	s := &excelize.Style{Font: &excelize.Font{Family: "Calibri", Size: 11}, Alignment: &excelize.Alignment{Vertical: "center"}}
	k.format(s)
	k.paint(s)
	if k.lines && k.tone != toneTitle && k.tone != toneNote {
		for _, side := range []string{"left", "right", "top", "bottom"} {
			s.Border = append(s.Border, excelize.Border{Type: side, Color: "8A979C", Style: 1})
		}
	}
	return s
}

// format sets the number format and the alignment of the kind.
func (k look) format(s *excelize.Style) {
	date, moment, share := "dd/mm/yyyy", "dd/mm/yyyy hh:mm", "0.0%"
	switch k.kind {
	case Integer:
		s.NumFmt = 1
	case Number:
		s.NumFmt = 2
	case Percent:
		s.CustomNumFmt = &share
	case Date:
		s.CustomNumFmt = &date
	case DateTime:
		s.CustomNumFmt = &moment
	case Wrapped:
		s.NumFmt = 49
		s.Alignment.WrapText, s.Alignment.Vertical = true, "top"
	case Centred:
		s.NumFmt = 49
		s.Alignment.Horizontal = "center"
	default:
		s.NumFmt = 49 // "@": an edited id stays text
	}
}

// paint sets fonts and fills of the tone.
func (k look) paint(s *excelize.Style) {
	fill := func(c string) { s.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{c}} }
	switch k.tone {
	case Muted:
		s.Font.Italic, s.Font.Color = true, grey
	case Strong:
		s.Font.Bold = true
	case Sample:
		s.Font.Italic = true
		fill(amber)
	case Good, Bad:
		c := k.tone.conditional()
		s.Font, s.Fill = c.Font, c.Fill
	case toneHeader:
		s.Font.Bold, s.Font.Color = true, paper
		s.Alignment.WrapText = true
		fill(ink)
	case toneTitle:
		s.Font.Bold, s.Font.Size, s.Font.Color = true, 14, ink
	case toneNote:
		s.Font.Color = grey
	}
}

// conditional is the style of a cell that a Colour paints.
func (t Tone) conditional() *excelize.Style {
	font, fill := "1E5631", "DDF1E3"
	if t == Bad {
		font, fill = "8C1D18", "FBE3E1"
	}
	return &excelize.Style{Font: &excelize.Font{Color: font}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{fill}}}
}
