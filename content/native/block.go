package native

import "darasa/backend/darasa"

// BlockKind is a kind of block in a lesson.
type BlockKind string

// The kinds of block: a lesson is made of these and of nothing else.
const (
	Heading   BlockKind = "heading"
	Paragraph BlockKind = "paragraph"
	List      BlockKind = "list"
	Grid      BlockKind = "table"
	Note      BlockKind = "note"
	Figure    BlockKind = "figure"
	Check     BlockKind = "check"
)

// Block is one block of a lesson. Which fields are set depends on the kind.
type Block struct {
	Kind    BlockKind
	Line    int
	Level   int       // heading: 2 or 3
	ID      string    // heading: anchor, unique in the page
	Text    []Inline  // heading, paragraph
	Ordered bool      // list
	Start   int       // list: first number
	Tight   bool      // list: its items are single lines
	Items   [][]Block // list
	Table   Table     // table
	Call    string    // note: remember, warning, example
	Title   string    // note
	Blocks  []Block   // note
	Picture Picture   // figure
	Slug    string    // check
}

// Table is a table: the first row names the columns, the first cell of every
// other row names the row.
type Table struct {
	Caption string
	Head    [][]Inline
	Rows    [][][]Inline
	Right   []bool // columns of numbers
}

// Picture is a picture in a paragraph of its own.
type Picture struct{ Path, Alt, Caption string }

// InlineKind is a kind of inline text.
type InlineKind string

// The kinds of inline text.
const (
	Plain    InlineKind = "text"
	Strong   InlineKind = "strong"
	Emphasis InlineKind = "em"
	Code     InlineKind = "code"
	Link     InlineKind = "link"
	Break    InlineKind = "br"
)

// Inline is a piece of running text.
type Inline struct {
	Kind   InlineKind
	Text   string   // plain, code
	Inner  []Inline // strong, emphasis, link
	Target string   // link: an address, or the slug of a lesson of this course
	Lesson bool     // link: Target is a lesson
}

// PlainText returns the words of inline text without any mark-up.
func PlainText(list []Inline) string {
	s := ""
	for _, n := range list {
		switch n.Kind {
		case Plain, Code:
			s += n.Text
		case Break:
			s += " "
		default:
			s += PlainText(n.Inner)
		}
	}
	return s
}

// Walk calls f for every block of the page in reading order, also those inside
// lists and notes.
func (p *Page) Walk(f func(*Block)) { walk(p.Blocks, f) }

func walk(list []Block, f func(*Block)) {
	for i := range list {
		f(&list[i])
		walk(list[i].Blocks, f)
		for _, item := range list[i].Items {
			walk(item, f)
		}
	}
}

// calls maps the word after "> [!" to the kind of call-out.
var calls = map[string]string{"REMEMBER": "remember", "WARNING": "warning", "EXAMPLE": "example"}

var mendHTML = darasa.T("Ondoa HTML; tumia alama za Markdown tu (angalia docs/course-format.md).", "Remove the HTML; use Markdown only (see docs/course-format.md).")
