package sheet

import (
	"bytes"
	"encoding/xml"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"darasa/backend/darasa"
)

const (
	// flushAt is how many bytes of rows are gathered before they are spooled.
	flushAt = 64 << 10
	// maxCell is what a cell may hold (Excel: 32,767 UTF-16 units).
	maxCell = 32_000
	// epoch is the day 1970-01-01 in the serials of a workbook.
	epoch = 25569
)

// Sheet is a sheet that is being written, cell by cell from left to right.
// What a method is given decides the cell; a missing value (empty text or
// date, nil, NaN) leaves it empty, never 0. An error sticks and is returned by
// End and by Book.Close.
type Sheet struct {
	book    *Book
	setup   Setup
	spool   *spool
	letters []string
	charts  []Chart
	ids     [Centred + 1][toneNote + 1]string // style ids as text, "" not yet made
	buf     []byte
	num     []byte // this row's number
	row     int
	col     int
	tone    Tone
	inRow   bool
	err     error
}

// Row returns the number of the row that is being written, or was last.
func (s *Sheet) Row() int { return s.row }

// Begin starts a row in a tone; without it the first cell starts a plain one.
func (s *Sheet) Begin(t Tone) {
	s.open(s.setup.RowHeight)
	s.tone = t
}

func (s *Sheet) open(height float64) {
	s.row++
	s.col, s.tone, s.inRow = 0, Plain, true
	s.num = strconv.AppendInt(s.num[:0], int64(s.row), 10)
	s.buf = append(append(append(s.buf, `<row r="`...), s.num...), '"')
	if height > 0 {
		s.buf = append(s.buf, ` ht="`...)
		s.buf = strconv.AppendFloat(s.buf, height, 'f', -1, 64)
		s.buf = append(s.buf, `" customHeight="1"`...)
	}
	s.buf = append(s.buf, '>')
}

// End finishes the row.
func (s *Sheet) End() error {
	if !s.inRow {
		s.Begin(Plain)
	}
	for s.setup.Lines && s.tone < toneTitle && s.col < len(s.letters) {
		s.Skip()
	}
	s.buf = append(s.buf, `</row>`...)
	s.inRow = false
	if s.row > maxRows && s.err == nil {
		s.err = darasa.Fail(darasa.TooLarge, "Laha haiwezi kuwa na safu zaidi ya %d. Chuja ripoti, kwa mfano kwa awamu moja.",
			"A sheet cannot hold more than %d rows. Filter the report, for instance to one run.", maxRows)
	}
	if len(s.buf) >= flushAt {
		s.flush()
	}
	return s.err
}

func (s *Sheet) flush() {
	if s.err == nil {
		if err := s.spool.write(s.buf); err != nil {
			s.err = writeFailed(err)
		}
	}
	s.buf = s.buf[:0]
}

// Text writes a text, made harmless where it could be taken for a formula.
func (s *Sheet) Text(v string) { s.kindText(Text, v) }

// Wrap is Text that wraps within the column's width.
func (s *Sheet) Wrap(v string) { s.kindText(Wrapped, v) }

// Centre is Text for short marks.
func (s *Sheet) Centre(v string) { s.kindText(Centred, v) }

// Phone writes a number as "+255712345678" unchanged: a plus sign with digits
// only cannot do harm. Anything else is written as Text.
func (s *Sheet) Phone(v string) {
	if !plainPhone(v) {
		s.Text(v)
		return
	}
	s.start(Text)
	s.inline(v)
}

func (s *Sheet) kindText(k Kind, v string) {
	if v == "" {
		s.blank(k)
		return
	}
	s.start(k)
	s.inline(Harmless(v))
}

// cell writes a fixed text of ours in a tone.
func (s *Sheet) cell(k Kind, t Tone, v string) {
	keep := s.tone
	s.tone = t
	s.kindText(k, v)
	if t != toneTitle && t != toneNote {
		s.tone = keep
	}
}

// Int writes a whole number.
func (s *Sheet) Int(v int64) {
	s.start(Integer)
	s.buf = append(s.buf, `"><v>`...)
	s.buf = strconv.AppendInt(s.buf, v, 10)
	s.buf = append(s.buf, `</v></c>`...)
}

// Number writes a number shown with two decimals; NaN is missing.
func (s *Sheet) Number(v float64) { s.float(Number, v) }

// Percent writes a share from 0 to 1, shown as percents; NaN is missing.
func (s *Sheet) Percent(v float64) { s.float(Percent, v) }

// Share is Percent of a pointer, nil for what is not known.
func (s *Sheet) Share(v *float64) {
	if v == nil {
		s.blank(Percent)
		return
	}
	s.float(Percent, *v)
}

// Date writes a calendar day.
func (s *Sheet) Date(d darasa.Date) {
	days, ok := serial(d)
	if !ok {
		s.blank(Date)
		return
	}
	s.start(Date)
	s.buf = append(s.buf, `"><v>`...)
	s.buf = strconv.AppendInt(s.buf, days, 10)
	s.buf = append(s.buf, `</v></c>`...)
}

// Time writes a moment in the local time of zone, to the second.
func (s *Sheet) Time(t darasa.Time, zone *time.Location) {
	if t.IsZero() {
		s.blank(DateTime)
		return
	}
	_, shift := t.In(zone).Zone()
	// Not rounded as other numbers are: programs cut a serial to whole seconds.
	s.start(DateTime)
	s.buf = append(s.buf, `"><v>`...)
	s.buf = strconv.AppendFloat(s.buf, float64(t.Unix()+int64(shift))/86400+epoch, 'f', -1, 64)
	s.buf = append(s.buf, `</v></c>`...)
}

// Skip leaves a cell empty.
func (s *Sheet) Skip() {
	k := Text
	if s.col < len(s.setup.Columns) {
		k = s.setup.Columns[s.col].Kind
	}
	s.blank(k)
}

// blank passes a cell; on a sheet with lines it is drawn.
func (s *Sheet) blank(k Kind) {
	if !s.setup.Lines && s.tone != Sample {
		if !s.inRow {
			s.Begin(Plain)
		}
		s.col++
		return
	}
	s.start(k)
	s.buf = append(s.buf, `"/>`...)
}

func (s *Sheet) float(k Kind, v float64) {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		s.blank(k)
		return
	}
	s.start(k)
	s.buf = append(s.buf, `"><v>`...)
	s.buf = strconv.AppendFloat(s.buf, math.Round(v*1e6)/1e6, 'f', -1, 64)
	s.buf = append(s.buf, `</v></c>`...)
}

// start writes a cell up to and without the end of its style attribute.
func (s *Sheet) start(k Kind) {
	if !s.inRow {
		s.Begin(Plain)
	}
	if s.col >= len(s.letters) {
		s.letters = append(s.letters, column(s.col+1))
	}
	s.buf = append(append(append(s.buf, `<c r="`...), s.letters[s.col]...), s.num...)
	s.col++
	id := s.ids[k][s.tone]
	if id == "" {
		id = s.styleID(k)
	}
	s.buf = append(append(s.buf, `" s="`...), id...)
}

func (s *Sheet) styleID(k Kind) string {
	n, err := s.book.style(look{k, s.tone, s.setup.Lines})
	if err != nil && s.err == nil {
		s.err = failed(err)
	}
	s.ids[k][s.tone] = strconv.Itoa(n)
	return s.ids[k][s.tone]
}

func (s *Sheet) inline(v string) {
	s.buf = append(s.buf, `" t="inlineStr"><is><t`...)
	if v[0] <= ' ' || v[len(v)-1] <= ' ' || strings.Contains(v, "\n") {
		s.buf = append(s.buf, ` xml:space="preserve"`...)
	}
	s.buf = append(s.buf, '>')
	if simple(v) {
		s.buf = append(s.buf, v...)
	} else {
		s.escape(v)
	}
	s.buf = append(s.buf, `</t></is></c>`...)
}

// simple tells whether v needs no escaping: ASCII without mark-up, controls
// or the "_x" that begins an escape of the format itself.
func simple(v string) bool {
	if len(v) > maxCell {
		return false
	}
	for i := range len(v) {
		c := v[i]
		if c < ' ' || c >= utf8.RuneSelf || c == '<' || c == '>' || c == '&' || c == '_' {
			return false
		}
	}
	return true
}

func (s *Sheet) escape(v string) {
	if utf8.RuneCountInString(v) > maxCell {
		v = string([]rune(v)[:maxCell]) + "…"
	}
	// "_x003D_" would be read as "=" (ECMA-376 22.4.2.4), past Harmless.
	v = strings.ReplaceAll(v, "_x", "_x005F_x")
	w := bytes.NewBuffer(s.buf)
	_ = xml.EscapeText(w, []byte(v)) // a bytes.Buffer does not fail
	s.buf = w.Bytes()
}
