package course

import (
	"bytes"
	"html"
	"strconv"

	"darasa/backend/darasa"
	"darasa/content/native"
)

// fragment writes one lesson page as HTML. Only what this file writes can
// stand in a fragment; closed.go holds the same list as data and every
// publication is checked against it.
type fragment struct {
	bytes.Buffer
	lang    darasa.Lang
	media   map[string]native.Media
	piece   func(path string) string // hash of a picture's piece
	figures int
}

// render returns the fragment of a page. piece gives the hash under which a
// picture of the edition is stored.
func render(p *native.Page, media map[string]native.Media, piece func(string) string) []byte {
	f := &fragment{lang: p.Lang, media: media, piece: piece}
	f.blocks(p.Blocks)
	return f.Bytes()
}

// esc escapes text for element content and quoted attributes.
func esc(s string) string { return html.EscapeString(s) }

// put writes pieces of mark-up one after the other.
func (f *fragment) put(parts ...string) {
	for _, s := range parts {
		f.WriteString(s)
	}
}

func (f *fragment) blocks(list []native.Block) {
	for i := range list {
		f.block(&list[i])
		f.put("\n")
	}
}

func (f *fragment) block(b *native.Block) {
	switch b.Kind {
	case native.Heading:
		tag := "h" + strconv.Itoa(b.Level)
		f.put("<", tag, ` id="`, esc(b.ID), `">`)
		f.inlines(b.Text)
		f.put("</", tag, ">")
	case native.Paragraph:
		f.put("<p>")
		f.inlines(b.Text)
		f.put("</p>")
	case native.List:
		f.list(b)
	case native.Grid:
		f.table(&b.Table)
	case native.Note:
		f.note(b)
	case native.Figure:
		f.figure(b.Picture)
	case native.Check:
		f.put(checkOpen, esc(b.Slug), checkClose)
	}
}

func (f *fragment) inlines(list []native.Inline) {
	for _, n := range list {
		switch n.Kind {
		case native.Plain:
			f.put(esc(n.Text))
		case native.Break:
			f.put("<br>")
		case native.Code:
			f.put("<code>", esc(n.Text), "</code>")
		case native.Link:
			f.link(n)
		case native.Strong, native.Emphasis:
			f.put("<", string(n.Kind), ">")
			f.inlines(n.Inner)
			f.put("</", string(n.Kind), ">")
		}
	}
}

// link writes a link. A lesson of the course stands beside this one, so its
// slug is its relative address; others learn nothing of where they were linked.
func (f *fragment) link(n native.Inline) {
	f.put(`<a href="`, esc(n.Target), `"`)
	if !n.Lesson {
		f.put(` rel="noreferrer"`)
	}
	f.put(">")
	f.inlines(n.Inner)
	f.put("</a>")
}

func (f *fragment) list(b *native.Block) {
	tag := "ul"
	if b.Ordered {
		tag = "ol"
	}
	f.put("<", tag)
	if b.Ordered && b.Start != 1 {
		f.put(` start="`, strconv.Itoa(b.Start), `"`)
	}
	f.put(">")
	for _, item := range b.Items {
		f.put("<li>")
		for i := range item {
			if b.Tight && item[i].Kind == native.Paragraph {
				f.inlines(item[i].Text)
				continue
			}
			f.block(&item[i])
		}
		f.put("</li>")
	}
	f.put("</", tag, ">")
}

// table writes a table that scrolls inside its own region. The first cell of a
// row names the row.
func (f *fragment) table(t *native.Table) {
	label := t.Caption
	if label == "" {
		label = darasa.T("Jedwali", "Table").In(f.lang)
	}
	f.put(`<div class="scroll" role="region" tabindex="0" aria-label="`, esc(label), `"><table>`)
	if t.Caption != "" {
		f.put("<caption>", esc(t.Caption), "</caption>")
	}
	f.put("<thead><tr>")
	for i, cell := range t.Head {
		f.cell("th", "col", rightColumn(t, i), cell)
	}
	f.put("</tr></thead><tbody>")
	for _, row := range t.Rows {
		f.put("<tr>")
		for i, cell := range row {
			if i == 0 {
				f.cell("th", "row", rightColumn(t, i), cell)
				continue
			}
			f.cell("td", "", rightColumn(t, i), cell)
		}
		f.put("</tr>")
	}
	f.put("</tbody></table></div>")
}

func (f *fragment) cell(tag, scope string, right bool, words []native.Inline) {
	f.put("<", tag)
	if scope != "" {
		f.put(` scope="`, scope, `"`)
	}
	if right {
		f.put(` class="r"`)
	}
	f.put(">")
	f.inlines(words)
	f.put("</", tag, ">")
}

// callouts maps a call-out to its class and the icon's path: a pen, a warning
// triangle and a sheet of paper.
var callouts = map[string][2]string{
	"remember": {"note", "M4 20l1-4.5L16.5 4l3.5 3.5L8.5 19z"},
	"warning":  {"note red", "M12 3.5L22 20.5H2zM12 10v4.5M12 17.5v.01"},
	"example":  {"note mine", "M6 3h12v18H6zM9 8h6M9 12h6M9 16h4"},
}

func (f *fragment) note(b *native.Block) {
	c := callouts[b.Call]
	f.put(`<div class="`, c[0], `"><b><svg class="i" viewBox="0 0 24 24" aria-hidden="true"><path d="`, c[1], `"/></svg> `, esc(b.Title), "</b>")
	for i := range b.Blocks {
		f.block(&b.Blocks[i])
	}
	f.put("</div>")
}

func (f *fragment) figure(p native.Picture) {
	f.figures++
	m := f.media[p.Path]
	f.put("<figure>")
	if m.Drawing != nil {
		f.drawing(m.Drawing)
	} else {
		f.put(`<img src="/o/`, esc(f.piece(p.Path)), `" width="`, strconv.Itoa(m.Width), `" height="`, strconv.Itoa(m.Height),
			`" loading="lazy" alt="`, esc(p.Alt), `">`)
	}
	if p.Caption != "" {
		f.put("<figcaption>", esc(p.Caption), "</figcaption>")
	}
	f.put("</figure>")
}

// drawing writes an SVG into the page, where the style sheet colours it. Its
// own title and desc name it; their ids are unique in the page.
func (f *fragment) drawing(d *native.Drawing) {
	id := "f" + strconv.Itoa(f.figures)
	f.put(`<svg class="chart" viewBox="`, esc(d.ViewBox), `" role="img" aria-labelledby="`, id, "t ", id, `d"><title id="`, id, `t">`,
		esc(d.Title), `</title><desc id="`, id, `d">`, esc(d.Desc), "</desc>")
	f.shapes(d.Shapes)
	f.put("</svg>")
}

func (f *fragment) shapes(list []native.Shape) {
	for _, s := range list {
		f.put("<", s.Name)
		for _, a := range s.Attrs {
			f.put(" ", a.Name, `="`, esc(a.Value), `"`)
		}
		if s.Text == "" && len(s.Inner) == 0 {
			f.put("/>")
		} else {
			f.put(">", esc(s.Text))
			f.shapes(s.Inner)
			f.put("</", s.Name, ">")
		}
		f.put(esc(s.Tail))
	}
}

const (
	checkOpen  = `<x-check data-q="`
	checkClose = `"></x-check>`
)

// SplitChecks cuts a fragment at its practice questions: there is one part
// more than there are slugs, and a page writes part, form, part and so on. The
// parts share the fragment's memory.
func SplitChecks(fragment []byte) (parts [][]byte, slugs []string) {
	for {
		before, rest, found := bytes.Cut(fragment, []byte(checkOpen))
		slug, after, closed := bytes.Cut(rest, []byte(checkClose))
		if !found || !closed {
			return append(parts, fragment), slugs
		}
		parts, slugs = append(parts, before), append(slugs, string(slug))
		fragment = after
	}
}

// rightColumn tells whether column i holds numbers, set to the right.
func rightColumn(t *native.Table, i int) bool { return i < len(t.Right) && t.Right[i] }
