package sheet

import (
	"archive/zip"
	"context"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"slices"
	"strings"

	"darasa/backend/darasa"
)

// Workbooks are read here and not by excelize: it cannot tell formulas and
// merged cells while it streams, keeps the whole file in memory, and drops
// errors of unpacking. Only what a table of people needs is read.

// maxMerged bounds the merged ranges that are remembered.
const maxMerged = 1000

// readBook reads one sheet of a workbook in two passes over its part: the
// first counts and finds merged cells, which stand behind the rows.
func readBook(ctx context.Context, f File, lim Limits, sheets []string, each func(Row) error) error {
	z, err := zip.NewReader(f.Data, f.Size)
	if err != nil {
		return unreadable(err)
	}
	if err := checkDirectory(z, lim); err != nil {
		return err
	}
	part, err := sheetPart(z, sheets)
	if err != nil {
		return ours(err)
	}
	s := &scan{ctx: ctx, lim: lim}
	if err := s.run(part, nil); err != nil {
		return scanned(err)
	}
	if s.texts, err = sharedTexts(find(z, "xl/sharedStrings.xml"), lim); err != nil {
		return scanned(err)
	}
	s.rows = 0
	var stopped error
	err = s.run(part, func(r Row) error { stopped = each(r); return stopped })
	if stopped != nil {
		return stopped
	}
	return scanned(err)
}

// scanned passes on what the caller cancelled.
func scanned(err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return ours(err)
}

// checkDirectory judges the archive by its directory, before anything is
// unpacked; archive/zip fails on a part that is longer than it says there.
func checkDirectory(z *zip.Reader, lim Limits) error {
	var total uint64
	for _, f := range z.File {
		total += f.UncompressedSize64
		big := f.UncompressedSize64 > 1<<20 && f.UncompressedSize64/max(f.CompressedSize64, 1) > uint64(lim.Ratio)
		if big || total > uint64(lim.Unzipped) || len(z.File) > 5000 {
			return darasa.Fail(darasa.TooLarge, "Kitabu cha Excel kikifunguliwa kinakuwa kikubwa mno. Nakili orodha peke yake kwenye kitabu kipya na ukitume hicho.",
				"The workbook becomes too large when it is unpacked. Copy the list alone into a new workbook and send that.")
		}
		if f.Flags&1 != 0 {
			return darasa.Fail(darasa.Invalid, "Faili la zip lina nenosiri. Ondoa nenosiri na ulitume tena.", "The zip file has a password. Take it off and send it again.")
		}
	}
	if find(z, "xl/workbook.xml") != nil {
		return nil
	}
	if find(z, "xl/workbook.bin") != nil {
		return darasa.Fail(darasa.Invalid, "Faili ni la aina ya .xlsb. Lihifadhi kama Excel Workbook (.xlsx).", "The file is an .xlsb workbook. Save it as an Excel workbook (.xlsx).")
	}
	if find(z, "content.xml") != nil && find(z, "mimetype") != nil {
		return darasa.Fail(darasa.Invalid, "Faili ni la OpenDocument (.ods). Lihifadhi kama Excel Workbook (.xlsx).", "The file is an OpenDocument table (.ods). Save it as an Excel workbook (.xlsx).")
	}
	return darasa.Fail(darasa.Invalid, "Faili ni zip lakini si kitabu cha Excel. Chagua faili la .xlsx lenye orodha; kama liko ndani ya zip, litoe kwanza.",
		"The file is a zip but no Excel workbook. Choose the .xlsx file with the list; if it is inside the zip, take it out first.")
}

func find(z *zip.Reader, name string) *zip.File {
	for _, f := range z.File {
		if strings.EqualFold(strings.ReplaceAll(f.Name, "\\", "/"), name) {
			return f
		}
	}
	return nil
}

// small bounds the parts that say what is where.
const small = 4 << 20

func decodePart(f *zip.File, v any) error {
	if f == nil {
		return errors.New("a part is missing")
	}
	if f.UncompressedSize64 > small {
		return errors.New(f.Name + " is too long")
	}
	r, err := f.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	return xml.NewDecoder(r).Decode(v)
}

// sheetPart returns the part of the wanted sheet (ECMA-376 part 1, 18.2.19).
func sheetPart(z *zip.Reader, wanted []string) (*zip.File, error) {
	var book struct {
		Sheets []struct {
			Name  string     `xml:"name,attr"`
			State string     `xml:"state,attr"`
			Attrs []xml.Attr `xml:",any,attr"`
		} `xml:"sheets>sheet"`
	}
	if err := decodePart(find(z, "xl/workbook.xml"), &book); err != nil {
		return nil, err
	}
	var rels struct {
		List []struct {
			ID     string `xml:"Id,attr"`
			Target string `xml:"Target,attr"`
		} `xml:"Relationship"`
	}
	if err := decodePart(find(z, "xl/_rels/workbook.xml.rels"), &rels); err != nil {
		return nil, err
	}
	best, rank := "", len(wanted)+1
	for _, s := range book.Sheets {
		at := slices.IndexFunc(wanted, func(w string) bool { return strings.EqualFold(w, s.Name) })
		if at < 0 {
			at = len(wanted)
			if s.State == "hidden" || s.State == "veryHidden" {
				continue
			}
		}
		if at >= rank {
			continue
		}
		for _, a := range s.Attrs {
			if a.Name.Local == "id" {
				best, rank = a.Value, at
			}
		}
	}
	for _, r := range rels.List {
		if r.ID == best && best != "" {
			if f := find(z, target(r.Target)); f != nil {
				return f, nil
			}
		}
	}
	return nil, errors.New("no sheet")
}

func target(t string) string {
	if strings.HasPrefix(t, "/") {
		return t[1:]
	}
	return path.Join("xl", t)
}

// sharedTexts reads the table of texts that cells point to.
func sharedTexts(f *zip.File, lim Limits) ([]string, error) {
	if f == nil {
		return nil, nil
	}
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	var out []string
	var total int64
	d := xml.NewDecoder(r)
	for {
		t, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		if start, ok := t.(xml.StartElement); ok && start.Name.Local == "si" {
			s, err := textOf(d, "si")
			if err != nil {
				return nil, err
			}
			out = append(out, s)
			if total += int64(len(s)) + 16; total > lim.Strings {
				return nil, darasa.Fail(darasa.TooLarge, "Kitabu cha Excel kina maandishi mengi mno. Nakili orodha peke yake kwenye kitabu kipya na ukitume hicho.",
					"The workbook holds too much text. Copy the list alone into a new workbook and send that.")
			}
		}
	}
}

// textOf gathers the text of every t below the element that has just begun,
// without the phonetic guides of East Asian text.
func textOf(d *xml.Decoder, end string) (string, error) {
	var b strings.Builder
	in, guide := false, false
	for {
		t, err := d.RawToken()
		if err != nil {
			return "", eof(err)
		}
		switch t := t.(type) {
		case xml.StartElement:
			in = in || t.Name.Local == "t"
			guide = guide || t.Name.Local == "rPh"
		case xml.EndElement:
			switch t.Name.Local {
			case "t":
				in = false
			case "rPh":
				guide = false
			case end:
				return unescape(b.String()), nil
			}
		case xml.CharData:
			if in && !guide {
				b.Write(t)
			}
		}
	}
}

// eof makes an early end an error.
func eof(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
