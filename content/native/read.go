package native

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"image"
	_ "image/jpeg" // the two formats of a picture
	_ "image/png"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"darasa/backend/darasa"
)

// reader reads the files of one folder within the limits and remembers which
// of them the course uses.
type reader struct {
	*notes
	files fs.FS
	names map[string]bool   // every file of the folder that counts
	used  map[string]string // path -> SHA-256
	total int64
}

// Read reads a course folder. It returns everything that could be read and
// every finding; the course may be published only where none is an error.
func Read(files fs.FS) (*Course, []darasa.Finding) {
	r := &reader{notes: &notes{}, files: files, names: map[string]bool{}, used: map[string]string{}}
	r.list()
	data, ok := r.file("course.yaml", maxYAML)
	if !ok {
		return &Course{}, r.sorted()
	}
	root := parseYAML(r.notes, "course.yaml", data, 0)
	if !root.given() {
		return &Course{}, r.sorted()
	}
	c, at := r.readCourse(root)
	data, ok = r.file("questions.yaml", maxYAML)
	questions := node{}
	if ok {
		questions = parseYAML(r.notes, "questions.yaml", data, 0)
		r.readQuestions(questions, c, at)
	}
	r.readLessons(c, at)
	r.readMedia(c)
	if questions.given() { // else every check would be a second finding of one mistake
		r.checks(c)
	}
	r.unused()
	c.Source = r.sum()
	return c, r.sorted()
}

// sorted returns the findings in the order of files and lines.
func (r *reader) sorted() []darasa.Finding {
	slices.SortStableFunc(r.notes.list, func(a, b darasa.Finding) int {
		if a.File != b.File {
			return strings.Compare(a.File, b.File)
		}
		return a.Line - b.Line
	})
	return r.notes.list
}

// list walks the folder once: what is hidden or a README is nobody's mistake.
func (r *reader) list() {
	err := fs.WalkDir(r.files, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := path.Base(p)
		switch {
		case p != "." && (strings.HasPrefix(name, ".") || name == "__MACOSX" || name == "Thumbs.db"):
			if d.IsDir() {
				return fs.SkipDir
			}
		case d.IsDir() || strings.HasPrefix(name, "README"):
		case !d.Type().IsRegular():
			r.wrong(p, 0, darasa.T("Hili si faili la kawaida.", "This is not a regular file."), darasa.T("Weka faili lenyewe, si kiungo.", "Put the file itself, not a link."))
		default:
			r.names[p] = true
		}
		if len(r.names) > maxFiles {
			return errTooMany
		}
		return nil
	})
	if errors.Is(err, errTooMany) {
		r.wrong("", 0, darasa.T("Folda ina mafaili zaidi ya %d.", "The folder holds more than %d files.", maxFiles), darasa.T("Acha tu mafaili ya kozi.", "Keep only the course's files."))
	} else if err != nil {
		r.wrong("", 0, darasa.T("Folda haisomeki (%v).", "The folder cannot be read (%v).", err), darasa.T("Angalia ruhusa na jina la folda.", "Check the folder's name and rights."))
	}
}

var errTooMany = errors.New("too many files")

// file returns a file's bytes; missing, unreadable or over limit is a finding.
func (r *reader) file(name string, limit int64) ([]byte, bool) {
	if !r.names[name] {
		r.wrong(name, 0, darasa.T("Faili halipo.", "The file is missing."), darasa.T("Ongeza %s kwenye folda ya kozi.", "Add %s to the course folder.", name))
		return nil, false
	}
	f, err := r.files.Open(name)
	if err == nil {
		defer f.Close()
		var data []byte
		if data, err = io.ReadAll(io.LimitReader(f, limit+1)); err == nil {
			r.total += int64(len(data))
			return data, r.fits(name, data, limit)
		}
	}
	r.wrong(name, 0, darasa.T("Faili halisomeki (%v).", "The file cannot be read (%v).", err), darasa.T("Angalia ruhusa zake au litengeneze upya.", "Check its rights or make it again."))
	return nil, false
}

func (r *reader) fits(name string, data []byte, limit int64) bool {
	if int64(len(data)) > limit {
		r.wrong(name, 0, darasa.T("Faili ni kubwa kuliko kB %d.", "The file is larger than %d kB.", limit>>10), darasa.T("Lipunguze.", "Make it smaller."))
		return false
	}
	if r.total > maxTotal {
		r.wrong(name, 0, darasa.T("Kozi ni kubwa kuliko MB %d.", "The course is larger than %d MB.", maxTotal>>20), darasa.T("Punguza picha.", "Use fewer or smaller pictures."))
		return false
	}
	h := sha256.Sum256(data)
	r.used[name] = hex.EncodeToString(h[:])
	return true
}

// sum is the SHA-256 over the names and contents of the files used.
func (r *reader) sum() string {
	names := make([]string, 0, len(r.used))
	for n := range r.used {
		names = append(names, n)
	}
	slices.Sort(names)
	h := sha256.New()
	for _, n := range names {
		fmt.Fprintf(h, "%s %s\n", r.used[n], n)
	}
	return hex.EncodeToString(h.Sum(nil))
}

func (r *reader) readLessons(c *Course, at layout) {
	known := func(slug string) bool { return at.lessons[slug].given() }
	for i := range c.Modules {
		for j := range c.Modules[i].Lessons {
			l := &c.Modules[i].Lessons[j]
			for _, lang := range c.Languages {
				name := string(lang) + "/" + l.Slug + ".md"
				if !r.names[name] {
					r.wrong(name, 0, darasa.T("Somo %q halipo kwa lugha %q.", "The lesson %q is missing in the language %q.", l.Slug, lang),
						darasa.T("Andika faili hili, au weka languages kwenye course.yaml.", "Write this file, or name the only language under languages in course.yaml."))
					continue
				}
				if data, ok := r.file(name, maxLesson); ok {
					l.Pages[lang] = readPage(r.notes, name, lang, data, known)
				}
			}
		}
	}
}

func (r *reader) readMedia(c *Course) {
	c.eachPage(func(p *Page) {
		p.Walk(func(b *Block) {
			if b.Kind != Figure || b.Picture.Path == "" {
				return
			}
			name := path.Clean(b.Picture.Path)
			if !r.names[name] {
				r.wrong(p.File, b.Line, darasa.T("Picha %q haipo.", "The picture %q is missing.", cut(name)), darasa.T("Ongeza faili kwenye media/ au rekebisha jina.", "Add the file to media/ or correct the name."))
				return
			}
			if _, done := r.used[name]; !done {
				if m, ok := r.media(name); ok {
					c.Media[name] = m
				}
			}
		})
	})
}

func (r *reader) media(name string) (Media, bool) {
	if strings.HasSuffix(name, ".svg") {
		data, ok := r.file(name, maxDrawing)
		if !ok {
			return Media{}, false
		}
		d := parseSVG(r.notes, name, data)
		return Media{Path: name, Type: "image/svg+xml", Drawing: d}, d != nil
	}
	data, ok := r.file(name, maxPicture)
	if !ok {
		return Media{}, false
	}
	size, kind, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil || size.Width < 1 || size.Height < 1 {
		r.wrong(name, 0, darasa.T("Picha haisomeki.", "The picture cannot be read."), darasa.T("Tumia SVG, PNG au JPEG.", "Use SVG, PNG or JPEG."))
		return Media{}, false
	}
	if max(size.Width, size.Height) > maxPixels {
		r.wrong(name, 0, darasa.T("Picha ni pana kuliko nukta %d.", "The picture is larger than %d pixels.", maxPixels), darasa.T("Ipunguze.", "Scale it down."))
	}
	return Media{Path: name, Type: "image/" + kind, Data: data, Width: size.Width, Height: size.Height}, true
}

func (r *reader) unused() {
	for name := range r.names {
		if _, ok := r.used[name]; ok || slices.ContainsFunc(r.notes.list, func(f darasa.Finding) bool { return f.File == name }) {
			continue
		}
		dir := path.Dir(name)
		if strings.HasSuffix(name, ".md") && (dir == "sw" || dir == "en") {
			r.wrong(name, 0, darasa.T("Somo hili halimo kwenye moduli yoyote.", "This lesson is in no module."), darasa.T("Lisajili kwenye course.yaml au ulifute.", "Name it in course.yaml or delete it."))
			continue
		}
		r.warn(name, 0, darasa.T("Faili hili halitumiki.", "This file is not used."), darasa.T("Lifute au ulitumie kwenye somo.", "Delete it or use it in a lesson."))
	}
}

// eachPage calls f for every page in the order of modules, lessons and languages.
func (c *Course) eachPage(f func(*Page)) {
	for _, m := range c.Modules {
		for _, l := range m.Lessons {
			for _, lang := range darasa.Langs {
				if p := l.Pages[lang]; p != nil {
					f(p)
				}
			}
		}
	}
}
