package native

import (
	"bytes"
	"regexp"
	"strings"
	"unicode/utf8"

	"darasa/backend/darasa"
)

var (
	checkLine = regexp.MustCompile(`^\{\{\s*check\s+([^{}\s]*)\s*\}\}\s*$`)
	callLine  = regexp.MustCompile(`^> ?\[!([^\]]*)\]\s*(.*)$`)
)

// readPage reads one lesson in one language: front matter, then the body.
// lessons tells whether a slug is a lesson of the course, for links.
func readPage(n *notes, file string, l darasa.Lang, data []byte, lessons func(string) bool) *Page {
	p := &Page{File: file, Lang: l}
	if !utf8.Valid(data) {
		n.wrong(file, 0, darasa.T("Faili si UTF-8.", "The file is not UTF-8."), darasa.T("Ihifadhi kama UTF-8.", "Save it as UTF-8."))
		return p
	}
	data = bytes.ReplaceAll(bytes.TrimPrefix(data, []byte("\ufeff")), []byte("\r\n"), []byte("\n"))
	front, body, start, ok := splitFront(data)
	if !ok {
		n.wrong(file, 1, darasa.T("Somo halina utangulizi kati ya mistari ya ---.", "The lesson has no front matter between --- lines."),
			darasa.T("Anza faili kwa ---, kisha title, lead na minutes, kisha ---.", "Begin the file with ---, then title, lead and minutes, then ---."))
		return p
	}
	f := parseYAML(n, file, front, 1).fields([]string{"title", "lead", "minutes"}, nil)
	p.Title, p.Lead, p.Minutes = f["title"].required(120), f["lead"].required(400), f["minutes"].whole(1, 240)
	w := &writer{notes: n, file: file, lessons: lessons, ids: map[string]bool{}}
	p.Blocks = w.page(body, start)
	p.Walk(func(b *Block) {
		if b.Kind == Check {
			p.Checks = append(p.Checks, b.Slug)
		}
	})
	if len(p.Blocks) == 0 {
		n.wrong(file, start, darasa.T("Somo halina maandishi.", "The lesson has no text."), darasa.T("Andika somo chini ya utangulizi.", "Write the lesson below the front matter."))
	}
	return p
}

// splitFront returns the front matter, the body and the body's first line.
func splitFront(data []byte) (front, body []byte, line int, ok bool) {
	rest, found := bytes.CutPrefix(data, []byte("---\n"))
	if !found {
		return nil, nil, 0, false
	}
	front, body, found = bytes.Cut(rest, []byte("\n---\n"))
	if !found {
		front, found = bytes.CutSuffix(rest, []byte("\n---"))
		body = nil
	}
	return front, body, bytes.Count(front, []byte("\n")) + 4, found
}

// writer turns the body of one page into blocks.
type writer struct {
	notes   *notes
	file    string
	lessons func(string) bool
	ids     map[string]bool // anchors used in the page
	level   int             // of the last heading
	inNote  bool
}

func (w *writer) wrong(line int, what, mend darasa.Text) { w.notes.wrong(w.file, line, what, mend) }

// page splits the body at the lines that Markdown does not know, checks and
// call-outs, and reads what stands between them as Markdown.
func (w *writer) page(body []byte, first int) []Block {
	var out []Block
	var part []string
	lines := strings.Split(string(body), "\n")
	start := 0
	flush := func(next int) {
		out = w.markdown(out, strings.Join(part, "\n"), first+start)
		part, start = part[:0], next
	}
	for i := 0; i < len(lines); i++ {
		if m := checkLine.FindStringSubmatch(lines[i]); m != nil && !w.inNote {
			flush(i + 1)
			out = append(out, w.check(m[1], first+i))
			continue
		}
		m := callLine.FindStringSubmatch(lines[i])
		if m == nil || w.inNote {
			part = append(part, lines[i])
			continue
		}
		flush(i)
		end := i + 1
		for end < len(lines) && strings.HasPrefix(lines[end], ">") && !callLine.MatchString(lines[end]) {
			end++
		}
		out = append(out, w.note(m, lines[i+1:end], first+i))
		start, i = end, end-1
	}
	flush(len(lines))
	return out
}

func (w *writer) check(slug string, line int) Block {
	if !goodSlug(slug) {
		w.wrong(line, darasa.T("%q si kitambulisho cha swali.", "%q is not the slug of a question.", cut(slug)), darasa.T("Andika {{check kitambulisho}}.", "Write {{check slug}}."))
	}
	return Block{Kind: Check, Line: line, Slug: slug}
}

func (w *writer) note(m, lines []string, line int) Block {
	b := Block{Kind: Note, Line: line, Call: calls[m[1]], Title: strings.TrimSpace(m[2])}
	if b.Call == "" {
		w.wrong(line, darasa.T("Kisanduku [!%s] hakijulikani.", "The call-out [!%s] is not known.", cut(m[1])), darasa.T("Tumia REMEMBER, WARNING au EXAMPLE.", "Use REMEMBER, WARNING or EXAMPLE."))
	}
	if b.Title == "" {
		w.wrong(line, darasa.T("Kisanduku hakina kichwa.", "The call-out has no title."), darasa.T("Andika kichwa baada ya mabano: > [!REMEMBER] Kumbuka.", "Write a title after the bracket: > [!REMEMBER] Remember."))
	}
	body := make([]string, len(lines))
	for i, s := range lines {
		body[i] = strings.TrimPrefix(strings.TrimPrefix(s, ">"), " ")
	}
	w.inNote = true
	b.Blocks = w.page([]byte(strings.Join(body, "\n")), line+1)
	w.inNote = false
	if len(b.Blocks) == 0 {
		w.wrong(line, darasa.T("Kisanduku hakina maandishi.", "The call-out has no text."), darasa.T("Andika mistari inayoanza na > chini ya kichwa.", "Write lines that begin with > below the title."))
	}
	return b
}
