package native

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	table "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"

	"darasa/backend/darasa"
)

const maxListDepth = 4

// chunk is Markdown between two lines of our own, with its first line's number.
type chunk struct {
	*writer
	src  []byte
	line int
}

// markdown reads src and appends its blocks to out.
func (w *writer) markdown(out []Block, src string, line int) []Block {
	if strings.TrimSpace(src) == "" {
		return out
	}
	c := &chunk{writer: w, src: []byte(src), line: line}
	md := goldmark.New(goldmark.WithExtensions(extension.Table))
	root := md.Parser().Parse(text.NewReader(c.src))
	for n := root.FirstChild(); n != nil; n = n.NextSibling() {
		out = c.block(out, n, 0)
	}
	return out
}

// lineOf returns the line of the first byte that n or what is inside it holds.
func (c *chunk) lineOf(n ast.Node) int {
	if at, ok := offset(n); ok {
		return c.line + strings.Count(string(c.src[:min(at, len(c.src))]), "\n")
	}
	return c.line
}

func offset(n ast.Node) (int, bool) {
	if n.Type() != ast.TypeInline && n.Lines() != nil && n.Lines().Len() > 0 {
		return n.Lines().At(0).Start, true
	}
	switch t := n.(type) {
	case *ast.Text:
		return t.Segment.Start, true
	case *ast.RawHTML:
		if t.Segments.Len() > 0 {
			return t.Segments.At(0).Start, true
		}
	}
	for k := n.FirstChild(); k != nil; k = k.NextSibling() {
		if at, ok := offset(k); ok {
			return at, true
		}
	}
	if p := n.PreviousSibling(); p != nil && n.Type() == ast.TypeInline {
		return offset(p)
	}
	return 0, false
}

// block appends the block that n stands for, or reports why it may not stand here.
func (c *chunk) block(out []Block, n ast.Node, depth int) []Block {
	line := c.lineOf(n)
	switch t := n.(type) {
	case *ast.Heading:
		return append(out, c.heading(t, line))
	case *ast.Paragraph, *ast.TextBlock:
		return c.paragraph(out, n, line, depth)
	case *ast.List:
		return append(out, c.list(t, line, depth))
	case *table.Table:
		return append(out, c.table(t, line))
	case *ast.HTMLBlock:
		c.wrong(line, darasa.T("HTML haiwezi kuandikwa kwenye somo.", "A lesson may not hold raw HTML."), mendHTML)
	case *ast.Blockquote:
		c.wrong(line, darasa.T("Nukuu ya > haina aina.", "The > quotation is of no kind."), darasa.T("Anza na > [!REMEMBER] Kichwa, > [!WARNING] Kichwa au > [!EXAMPLE] Kichwa.", "Begin with > [!REMEMBER] Title, > [!WARNING] Title or > [!EXAMPLE] Title."))
	case *ast.FencedCodeBlock, *ast.CodeBlock:
		c.wrong(line, darasa.T("Sehemu ya kodi haiwezi kuwa kwenye somo.", "A lesson may not hold a code block."), darasa.T("Ondoa ``` au nafasi nne mwanzoni mwa mstari; tumia jedwali au orodha.", "Remove the ``` or the four spaces before the line; use a table or a list."))
	case *ast.ThematicBreak:
		c.wrong(line, darasa.T("Mstari mlalo haujulikani.", "A horizontal line is not known."), darasa.T("Tumia kichwa cha ##.", "Use a ## heading."))
	case *ast.LinkReferenceDefinition:
		c.wrong(line, darasa.T("Kiungo cha rejea hakijulikani.", "A reference link is not known."), darasa.T("Andika [maneno](anwani).", "Write [words](address)."))
	default:
		c.wrong(line, darasa.T("Sehemu hii haijulikani kwenye somo.", "A lesson may not hold this."), mendHTML)
	}
	return out
}

func (c *chunk) heading(t *ast.Heading, line int) Block {
	b := Block{Kind: Heading, Line: line, Level: t.Level, Text: c.inlines(t)}
	switch {
	case c.inNote:
		c.wrong(line, darasa.T("Kichwa hakiwezi kuwa ndani ya kisanduku.", "A heading may not stand in a call-out."), darasa.T("Kitoe nje.", "Move it out."))
	case t.Level != 2 && t.Level != 3:
		c.wrong(line, darasa.T("Kichwa cha ngazi ya %d hakiruhusiwi.", "A heading of level %d is not allowed.", t.Level), darasa.T("Tumia ## au ###.", "Use ## or ###."))
	case t.Level == 3 && c.level == 0:
		c.wrong(line, darasa.T("Kichwa cha ### kinakuja kabla ya ##.", "A ### heading comes before any ##."), darasa.T("Anza na ##.", "Begin with ##."))
	}
	c.level = t.Level
	words := PlainText(b.Text)
	if strings.TrimSpace(words) == "" {
		c.wrong(line, darasa.T("Kichwa hakina maneno.", "The heading is empty."), darasa.T("Andika maneno au uondoe.", "Write words or remove it."))
	}
	b.ID = c.anchor(words)
	return b
}

var notWord = regexp.MustCompile(`[^\p{L}\p{N}]+`)

// anchor returns an id for a heading. Its prefix keeps it apart from the ids
// of the page around the lesson.
func (w *writer) anchor(words string) string {
	s := []rune(strings.Trim(notWord.ReplaceAllString(strings.ToLower(words), "-"), "-"))
	id := "h-" + strings.Trim(string(s[:min(len(s), 40)]), "-")
	free := id
	for i := 2; w.ids[free]; i++ {
		free = fmt.Sprintf("%s-%d", id, i)
	}
	w.ids[free] = true
	return free
}

// paragraph reads a paragraph, which is a figure when a picture stands alone
// in it and a caption when it follows a table and begins with a colon.
func (c *chunk) paragraph(out []Block, n ast.Node, line, depth int) []Block {
	if img, ok := n.FirstChild().(*ast.Image); ok && img.NextSibling() == nil {
		if depth > 0 {
			c.wrong(line, darasa.T("Picha haiwezi kuwa ndani ya orodha.", "A picture may not stand in a list."), darasa.T("Iweke kwenye aya yake.", "Put it in a paragraph of its own."))
		}
		return append(out, c.figure(img, line))
	}
	words := c.inlines(n)
	if plain := PlainText(words); depth == 0 && strings.HasPrefix(plain, ": ") {
		if last := len(out) - 1; last >= 0 && out[last].Kind == Grid && out[last].Table.Caption == "" {
			out[last].Table.Caption = strings.TrimSpace(plain[2:])
			return out
		}
		c.wrong(line, darasa.T("Maelezo ya ': ' hayapo chini ya jedwali.", "The ': ' caption does not stand below a table."), darasa.T("Yaweke chini ya jedwali, na mstari mmoja mtupu kati.", "Put it below its table with one blank line between."))
	}
	if strings.HasPrefix(PlainText(words), "[!") {
		c.wrong(line, darasa.T("Kisanduku hakijaanza vizuri.", "A call-out does not begin well."), darasa.T("Anza mstari na > [!REMEMBER] Kichwa, nje ya orodha na visanduku vingine.", "Begin the line with > [!REMEMBER] Title, outside lists and other call-outs."))
	}
	return append(out, Block{Kind: Paragraph, Line: line, Text: words})
}

func (c *chunk) figure(img *ast.Image, line int) Block {
	p := Picture{Path: string(img.Destination), Alt: strings.TrimSpace(PlainText(c.inlines(img))), Caption: strings.TrimSpace(plain(img.Title))}
	if p.Alt == "" {
		c.wrong(line, darasa.T("Picha %q haina maelezo kwa wasioona.", "The picture %q has no text alternative.", cut(p.Path)), darasa.T("Andika kinachoonekana ndani ya mabano ya mraba: ![maelezo](media/…).", "Say what it shows in the square brackets: ![words](media/…)."))
	}
	if strings.Contains(p.Path, ":") || !strings.HasPrefix(p.Path, "media/") || strings.Contains(p.Path, "..") {
		c.wrong(line, darasa.T("Picha %q haipo kwenye media/.", "The picture %q is not in media/.", cut(p.Path)), darasa.T("Weka faili kwenye media/ na uandike media/jina.svg.", "Put the file into media/ and write media/name.svg."))
		p.Path = ""
	}
	return Block{Kind: Figure, Line: line, Picture: p}
}

func (c *chunk) list(t *ast.List, line, depth int) Block {
	b := Block{Kind: List, Line: line, Ordered: t.IsOrdered(), Start: t.Start, Tight: t.IsTight}
	if depth >= maxListDepth {
		c.wrong(line, darasa.T("Orodha zimo ndani ya nyingine mara nyingi mno.", "The lists are nested too deeply."), darasa.T("Tumia ngazi mbili.", "Use two levels."))
		return b
	}
	for item := t.FirstChild(); item != nil; item = item.NextSibling() {
		var blocks []Block
		for n := item.FirstChild(); n != nil; n = n.NextSibling() {
			blocks = c.block(blocks, n, depth+1)
		}
		for _, k := range blocks {
			if k.Kind != Paragraph && k.Kind != List {
				c.wrong(k.Line, darasa.T("Kwenye orodha panaruhusiwa maandishi na orodha tu.", "A list may hold only text and lists."), darasa.T("Toa sehemu hii nje ya orodha.", "Move this out of the list."))
			}
		}
		b.Items = append(b.Items, blocks)
	}
	return b
}

func (c *chunk) table(t *table.Table, line int) Block {
	b := Block{Kind: Grid, Line: line}
	for _, a := range t.Alignments {
		b.Table.Right = append(b.Table.Right, a == table.AlignRight)
	}
	for row := t.FirstChild(); row != nil; row = row.NextSibling() {
		var cells [][]Inline
		for cell := row.FirstChild(); cell != nil; cell = cell.NextSibling() {
			cells = append(cells, c.inlines(cell))
		}
		if row.Kind() == table.KindTableHeader {
			b.Table.Head = cells
			continue
		}
		if len(cells) > 0 && strings.HasPrefix(PlainText(cells[0]), ": ") {
			c.wrong(c.lineOf(row), darasa.T("Maelezo ya jedwali yamegusa jedwali.", "The caption touches the table."), darasa.T("Acha mstari mmoja mtupu kati yake.", "Leave one blank line between."))
		}
		b.Table.Rows = append(b.Table.Rows, cells)
	}
	if len(b.Table.Head) > 12 {
		c.wrong(line, darasa.T("Jedwali lina safu wima zaidi ya 12.", "The table has more than 12 columns."), darasa.T("Ligawe.", "Split it."))
	}
	return b
}
