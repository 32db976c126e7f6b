package frontend

import "github.com/a-h/templ"

// Table is a table of more than three columns. On a phone Cards shows each
// row as a card; Scroll keeps the columns and scrolls sideways.
type Table struct {
	Caption string
	Hidden  bool // caption for readers only
	Scroll  bool
	Columns []Column
	Rows    [][]Cell // the first cell of each row is its header; status comes second
}

// Column is a header cell.
type Column struct {
	Label  string
	Number bool // right-aligned
}

// Cell holds a text, or a component where more is needed.
type Cell struct {
	Text string
	Part templ.Component
	Href string // a link around Text
}

// Text returns a cell of plain text; an empty one is shown as a dash.
func Text(s string) Cell { return Cell{Text: s} }

// PartCell returns a cell that holds a component, as a chip.
func PartCell(c templ.Component) Cell { return Cell{Part: c} }

// LinkCell returns a cell with a link.
func LinkCell(href, s string) Cell { return Cell{Text: s, Href: href} }
