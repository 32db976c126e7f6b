package sheet

import (
	"archive/zip"
	"context"
	"encoding/xml"
	"errors"
	"io"
	"strconv"
	"strings"
)

// scan walks the XML of one sheet (ECMA-376 part 1, 18.3.1.99).
type scan struct {
	ctx    context.Context
	lim    Limits
	texts  []string
	merged []span
	rows   int // that hold anything

	each     func(Row) error // nil in the first pass
	d        *xml.Decoder
	n, col   int // row and next column
	cells    []string
	formulas []int
	filled   bool
}

func (s *scan) run(f *zip.File, each func(Row) error) error {
	r, err := f.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	s.d, s.each, s.n = xml.NewDecoder(r), each, 0
	for steps := 0; ; steps++ {
		if steps%4096 == 0 && s.ctx.Err() != nil {
			return s.ctx.Err()
		}
		t, err := s.d.RawToken()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		switch t := t.(type) {
		case xml.StartElement:
			err = s.start(t)
		case xml.EndElement:
			if t.Name.Local == "row" {
				err = s.endRow()
			}
		}
		if err != nil {
			return err
		}
	}
}

func (s *scan) start(t xml.StartElement) error {
	switch t.Name.Local {
	case "row":
		s.n++
		if r := attr(t, "r"); r != "" {
			n, err := strconv.Atoi(r)
			if err != nil || n < 1 || n > maxRows {
				return errors.New("a row's number is wrong")
			}
			s.n = n
		}
		s.col, s.cells, s.formulas, s.filled = 0, s.cells[:0], s.formulas[:0], false
	case "c":
		return s.cell(t)
	case "mergeCell":
		if s.each == nil && len(s.merged) < maxMerged {
			if m, ok := parseSpan(attr(t, "ref")); ok {
				s.merged = append(s.merged, m)
			}
		}
	}
	return nil
}

func (s *scan) endRow() error {
	if !s.filled {
		return nil
	}
	if s.rows++; s.rows > s.lim.Rows+titles {
		return tooManyRows(s.lim)
	}
	if s.each == nil {
		return nil
	}
	return s.each(Row{N: s.n, Cells: s.cells, formulas: s.formulas, merged: s.merged})
}

// cell reads one cell to its end.
func (s *scan) cell(t xml.StartElement) error {
	at := s.col
	if ref := attr(t, "r"); ref != "" {
		c, _, ok := parseRef(ref)
		if !ok {
			return errors.New("a cell's reference is wrong")
		}
		at = c
	}
	s.col = at + 1
	v, formula, err := s.value(attr(t, "t"))
	if err != nil {
		return err
	}
	if v == "" && !formula {
		return nil
	}
	if at >= s.lim.Columns {
		return tooManyColumns(s.lim, s.n)
	}
	s.filled = true
	for len(s.cells) <= at {
		s.cells = append(s.cells, "")
	}
	s.cells[at] = v
	if formula {
		s.formulas = append(s.formulas, at)
	}
	return nil
}

// value reads what a cell of type kind holds (18.18.11).
func (s *scan) value(kind string) (v string, formula bool, err error) {
	in := ""
	for {
		t, err := s.d.RawToken()
		if err != nil {
			return "", false, eof(err)
		}
		switch t := t.(type) {
		case xml.StartElement:
			switch in = t.Name.Local; in {
			case "f":
				formula = true
			case "is":
				if v, err = textOf(s.d, "is"); err != nil {
					return "", false, err
				}
				in = ""
			}
		case xml.CharData:
			if in == "v" {
				v += string(t)
			}
		case xml.EndElement:
			if in = ""; t.Name.Local == "c" {
				v, err = s.shown(kind, v)
				return v, formula, err
			}
		}
	}
}

// shown turns the stored form of a value into text.
func (s *scan) shown(kind, v string) (string, error) {
	switch kind {
	case "s":
		if v == "" || s.each == nil { // the first pass only needs to know that there is one
			return v, nil
		}
		i, err := strconv.Atoi(strings.TrimSpace(v))
		if err != nil || i < 0 || i >= len(s.texts) {
			return "", errors.New("a cell points to a text that is not there")
		}
		return s.texts[i], nil
	case "b":
		switch v {
		case "1":
			return "TRUE", nil
		case "0":
			return "FALSE", nil
		}
	case "str":
		return unescape(v), nil
	case "", "n":
		return plainNumber(v), nil
	}
	return v, nil
}

// plainNumber writes a long number, as a phone is, without an exponent.
func plainNumber(v string) string {
	if !strings.ContainsAny(v, ".eE") {
		return v
	}
	f, err := strconv.ParseFloat(v, 64)
	if err != nil {
		return v
	}
	if f > 1e21 || f < -1e21 { // its digits would be noise
		return v
	}
	return strconv.FormatFloat(f, 'f', -1, 64)
}

// unescape undoes _xHHHH_ (18.4 and 22.9.2.19), by which a text holds
// characters that XML does not.
func unescape(v string) string {
	if !strings.Contains(v, "_x") {
		return v
	}
	var b strings.Builder
	for i := 0; i < len(v); i++ {
		if v[i] == '_' && len(v) >= i+7 && v[i+1] == 'x' && v[i+6] == '_' {
			if n, err := strconv.ParseUint(v[i+2:i+6], 16, 16); err == nil {
				b.WriteRune(rune(n))
				i += 6
				continue
			}
		}
		b.WriteByte(v[i])
	}
	return b.String()
}

func attr(t xml.StartElement, name string) string {
	for _, a := range t.Attr {
		if a.Name.Local == name && a.Name.Space == "" {
			return a.Value
		}
	}
	return ""
}

// parseRef reads "AB12" as column 27 (from 0) and row 12 (from 1).
func parseRef(s string) (col, row int, ok bool) {
	s = strings.ReplaceAll(s, "$", "")
	i := 0
	for i < len(s) && i < 4 && s[i]|0x20 >= 'a' && s[i]|0x20 <= 'z' {
		col = col*26 + int(s[i]|0x20-'a') + 1
		i++
	}
	row, err := strconv.Atoi(s[i:])
	if err != nil || i == 0 || col > 16384 || row < 1 || row > maxRows {
		return 0, 0, false
	}
	return col - 1, row, true
}

func parseSpan(ref string) (span, bool) {
	a, b, two := strings.Cut(ref, ":")
	if !two {
		return span{}, false
	}
	left, top, ok1 := parseRef(a)
	right, bottom, ok2 := parseRef(b)
	if !ok1 || !ok2 {
		return span{}, false
	}
	return span{min(left, right), min(top, bottom), max(left, right), max(top, bottom)}, true
}
