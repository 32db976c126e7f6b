package sheet

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// spool holds the rows of one sheet: in memory while they are few, in a
// temporary file from then on.
type spool struct {
	dir  string
	few  bytes.Buffer
	file *os.File
	used bool // copied into the archive
}

// inMemory is how many bytes a spool keeps before it makes a file.
const inMemory = 128 << 10

func (p *spool) write(b []byte) error {
	if p.file == nil && p.few.Len()+len(b) <= inMemory {
		p.few.Write(b)
		return nil
	}
	if p.file == nil {
		f, err := os.CreateTemp(p.dir, "sheet-")
		if err != nil {
			return err
		}
		p.file = f
		if _, err := p.few.WriteTo(f); err != nil {
			return err
		}
	}
	_, err := p.file.Write(b)
	return err
}

func (p *spool) copyTo(w io.Writer, buf []byte) error {
	p.used = true
	if p.file == nil {
		_, err := w.Write(p.few.Bytes())
		return err
	}
	if _, err := p.file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	_, err := io.CopyBuffer(struct{ io.Writer }{w}, struct{ io.Reader }{p.file}, buf)
	return err
}

func (p *spool) close() {
	if p.file != nil {
		_ = p.file.Close()
		_ = os.Remove(p.file.Name())
		p.file = nil
	}
}

// partName is where excelize puts the i-th sheet, from 0.
func partName(i int) string { return fmt.Sprintf("xl/worksheets/sheet%d.xml", i+1) }

// archive is the zip that excelize writes its parts to. It goes straight to
// the destination and puts the spooled rows into the sheets' parts.
type archive struct {
	zip   *zip.Writer
	parts map[string]*spool
	buf   []byte
	err   error // the first; sticks
}

func newArchive(w io.Writer, parts map[string]*spool) *archive {
	a := &archive{zip: zip.NewWriter(w), parts: parts, buf: make([]byte, 64<<10)}
	// Rows repeat themselves: the fastest level costs a third of the time of
	// the usual one and the file is about a fifth larger.
	a.zip.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestSpeed) })
	return a
}

// Create begins a part of the workbook.
func (a *archive) Create(name string) (io.Writer, error) {
	w, err := a.zip.Create(name)
	if err != nil {
		return nil, a.keep(err)
	}
	return &part{archive: a, out: w, rows: a.parts[name]}, nil
}

// AddFS is part of excelize's interface; excelize never calls it.
func (a *archive) AddFS(fsys fs.FS) error { return a.keep(a.zip.AddFS(fsys)) }

// Close writes the zip's directory.
func (a *archive) Close() error { return a.keep(a.zip.Close()) }

func (a *archive) keep(err error) error {
	if a.err == nil {
		a.err = err
	}
	return err
}

// complete tells whether the rows of every sheet found their place.
func (a *archive) complete() bool {
	for _, p := range a.parts {
		if !p.used {
			return false
		}
	}
	return true
}

// part is one file of the archive. excelize writes each in one piece.
type part struct {
	archive *archive
	out     io.Writer
	rows    *spool
}

// Write writes a part, with the spooled rows where its empty sheetData is.
func (p *part) Write(b []byte) (int, error) {
	if p.archive.err != nil {
		return 0, p.archive.err
	}
	if p.rows == nil {
		n, err := p.out.Write(b)
		return n, p.archive.keep(err)
	}
	head, tail, ok := bytes.Cut(b, []byte("<sheetData></sheetData>"))
	if !ok {
		return 0, p.archive.keep(fmt.Errorf("a sheet without an empty sheetData"))
	}
	for _, step := range []func() error{
		func() error { _, err := p.out.Write(head); return err },
		func() error { _, err := io.WriteString(p.out, "<sheetData>"); return err },
		func() error { return p.rows.copyTo(p.out, p.archive.buf) },
		func() error { _, err := io.WriteString(p.out, "</sheetData>"); return err },
		func() error { _, err := p.out.Write(tail); return err },
	} {
		if err := step(); err != nil {
			return 0, p.archive.keep(err)
		}
	}
	return len(b), nil
}
