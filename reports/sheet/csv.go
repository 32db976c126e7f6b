package sheet

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"io"
	"strings"

	"darasa/backend/darasa"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// readText reads CSV of any of the usual encodings and separators.
func readText(ctx context.Context, f File, k kind, lim Limits, each func(Row) error) error {
	var r io.Reader = io.NewSectionReader(f.Data, 0, f.Size)
	switch k {
	case isUTF16LE:
		r = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Reader(r)
	case isUTF16BE:
		r = unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewDecoder().Reader(r)
	case isWindows1252:
		r = charmap.Windows1252.NewDecoder().Reader(r)
	default:
		r = unicode.UTF8BOM.NewDecoder().Reader(r)
	}
	b := bufio.NewReaderSize(r, 64<<10)
	comma, named := separator(b)
	c := csv.NewReader(b)
	c.Comma, c.FieldsPerRecord, c.LazyQuotes, c.ReuseRecord = comma, -1, true, true
	return eachRecord(ctx, c, named, lim, each)
}

// separator tells the separator and whether the first line only names it, as
// Excel's "sep=;" does.
func separator(b *bufio.Reader) (rune, bool) {
	head, _ := b.Peek(32 << 10) // an error shows again when the rows are read
	text := string(head)
	first, _, _ := strings.Cut(text, "\n")
	if s, ok := strings.CutPrefix(strings.TrimRight(first, "\r"), "sep="); ok && len(s) == 1 && strings.Contains(",;\t|", s) {
		return rune(s[0]), true
	}
	// The header decides: what stands most often outside quotation marks on
	// the first line that has any of them.
	for line := range strings.Lines(text) {
		best, most, quoted := ',', 0, false
		count := map[rune]int{}
		for _, r := range line {
			switch {
			case r == '"':
				quoted = !quoted
			case !quoted:
				count[r]++
			}
		}
		for _, r := range []rune{',', ';', '\t'} {
			if count[r] > most {
				best, most = r, count[r]
			}
		}
		if most > 0 {
			return best, false
		}
	}
	return ',', false
}

func eachRecord(ctx context.Context, c *csv.Reader, skipFirst bool, lim Limits, each func(Row) error) error {
	rows, inside := 0, 0 // line ends inside cells make lines, not rows
	var formulas []int
	for {
		rec, err := c.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return darasa.Fail(darasa.Invalid, "Faili la CSV halisomeki. Lifungue kwenye Excel au LibreOffice na ulihifadhi upya.",
				"The CSV file cannot be read. Open it in Excel or LibreOffice and save it anew.").Because(err)
		}
		line, _ := c.FieldPos(0)
		row := Row{N: line - inside, Cells: rec}
		formulas = formulas[:0]
		filled := false
		for i, v := range rec {
			inside += strings.Count(v, "\n")
			rec[i] = unwrap(v)
			if strings.HasPrefix(rec[i], "=") {
				formulas = append(formulas, i)
			}
			filled = filled || strings.TrimSpace(v) != ""
			if i >= lim.Columns && strings.TrimSpace(v) != "" {
				return tooManyColumns(lim, row.N)
			}
		}
		row.formulas = formulas
		if skipFirst {
			skipFirst = false
			continue
		}
		if !filled {
			continue
		}
		if rows++; rows > lim.Rows+titles {
			return tooManyRows(lim)
		}
		if rows%256 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if err := each(row); err != nil {
			return err
		}
	}
}

// unwrap takes off ="00123", by which Excel's users keep zeros in CSV.
func unwrap(v string) string {
	if s, ok := strings.CutPrefix(v, `="`); ok && strings.HasSuffix(s, `"`) && !strings.Contains(s[:len(s)-1], `"`) {
		return s[:len(s)-1]
	}
	return v
}
