package sheet

import (
	"bytes"
	"io"
	"unicode/utf8"

	"darasa/backend/darasa"
)

// kind is what a file's content says it is.
type kind int

const (
	isZip kind = iota
	isUTF8
	isUTF16LE
	isUTF16BE
	isWindows1252
)

// oleHeader begins a compound file: an encrypted .xlsx, or an .xls of before 2007.
var oleHeader = []byte{0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1}

// kindOf tells a file's kind by its content.
func kindOf(f File) (kind, error) {
	head := make([]byte, 4096)
	n, err := f.Data.ReadAt(head, 0)
	if err != nil && err != io.EOF {
		return 0, darasa.Fail(darasa.Unavailable, "Faili halikuweza kusomwa.", "The file could not be read.").Because(err)
	}
	head = head[:n]
	switch {
	case len(bytes.TrimSpace(head)) == 0:
		return 0, darasa.Fail(darasa.Invalid, "Faili ni tupu. Chagua faili lenye orodha.", "The file is empty. Choose the file that holds the list.")
	case bytes.HasPrefix(head, oleHeader):
		return 0, ole(f)
	case bytes.HasPrefix(head, []byte("PK\x03\x04")) || bytes.HasPrefix(head, []byte("PK\x05\x06")):
		return isZip, nil
	case bytes.HasPrefix(head, []byte{0xFF, 0xFE}):
		return isUTF16LE, nil
	case bytes.HasPrefix(head, []byte{0xFE, 0xFF}):
		return isUTF16BE, nil
	}
	return textKind(f, head)
}

// ole says what a compound file is: the mend differs.
func ole(f File) error {
	mark := []byte("E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00a\x00c\x00k\x00a\x00g\x00e\x00")
	if contains(io.NewSectionReader(f.Data, 0, f.Size), mark) {
		return darasa.Fail(darasa.Invalid, "Kitabu cha Excel kina nenosiri. Kifungue, ondoa nenosiri (Faili > Taarifa > Linda kitabu > Simba kwa nenosiri), kihifadhi na ukitume tena.",
			"The workbook has a password. Open it, take the password off (File > Info > Protect Workbook > Encrypt with Password), save it and send it again.")
	}
	return darasa.Fail(darasa.Invalid, "Faili ni la Excel ya zamani (.xls). Lifungue na ulihifadhi kama Excel Workbook (.xlsx).",
		"The file is of an old kind of Excel (.xls). Open it and save it as an Excel workbook (.xlsx).")
}

// contains searches r for mark in flat memory.
func contains(r io.Reader, mark []byte) bool {
	buf, kept := make([]byte, 64<<10), 0
	for {
		n, err := r.Read(buf[kept:])
		if bytes.Contains(buf[:kept+n], mark) {
			return true
		}
		if err != nil {
			return false
		}
		all := kept + n
		kept = min(all, len(mark)-1)
		copy(buf, buf[all-kept:all])
	}
}

func notTable() error {
	return darasa.Fail(darasa.Invalid, "Faili hili si jedwali. Tuma kitabu cha Excel (.xlsx) au faili la CSV.",
		"This file is no table. Send an Excel workbook (.xlsx) or a CSV file.")
}

// textKind tells the encoding of text; what is no text is refused.
func textKind(f File, head []byte) (kind, error) {
	if bytes.HasPrefix(head, []byte("%PDF")) {
		return 0, notTable()
	}
	start := bytes.ToLower(bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xEF\xBB\xBF")), " \t\r\n"))
	if bytes.HasPrefix(start, []byte("<")) {
		return 0, darasa.Fail(darasa.Invalid, "Faili ni ukurasa wa wavuti uliopewa jina la jedwali. Lifungue kwenye Excel au LibreOffice na ulihifadhi kama .xlsx.",
			"The file is a web page under a table's name. Open it in Excel or LibreOffice and save it as .xlsx.")
	}
	if n := bytes.Count(head, []byte{0}); n > 0 {
		// UTF-16 without its mark: every other byte of plain text is zero.
		switch {
		case n*3 >= len(head) && head[0] != 0:
			return isUTF16LE, nil
		case n*3 >= len(head):
			return isUTF16BE, nil
		}
		return 0, notTable()
	}
	for _, c := range head {
		if c < ' ' && c != '\t' && c != '\r' && c != '\n' && c != '\f' {
			return 0, notTable()
		}
	}
	if validUTF8(io.NewSectionReader(f.Data, 0, f.Size)) {
		return isUTF8, nil
	}
	return isWindows1252, nil
}

// validUTF8 reads all of r in flat memory.
func validUTF8(r io.Reader) bool {
	buf, kept := make([]byte, 64<<10), 0
	for {
		n, err := r.Read(buf[kept:])
		b := buf[:kept+n]
		for len(b) > 0 {
			if b[0] < utf8.RuneSelf {
				b = b[1:]
				continue
			}
			if !utf8.FullRune(b) && err == nil {
				break
			}
			c, size := utf8.DecodeRune(b)
			if c == utf8.RuneError && size <= 1 {
				return false
			}
			b = b[size:]
		}
		if err != nil {
			return err == io.EOF && len(b) == 0
		}
		kept = copy(buf, b)
	}
}
