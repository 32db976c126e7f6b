package frontend

import "darasa/backend/darasa"

// Link is a word that leads somewhere. Href is a whole address; Page.To makes it.
type Link struct{ Href, Label string }

// Fact is one short fact on the board or in a line of meta, with its icon or none.
type Fact struct{ Icon, Text string }

// Score is a tally with its words: "Masomo 7 kati ya 15".
type Score struct {
	Done, Total int
	Label       string
}

// Board is the title of a page.
type Board struct {
	Crumbs []Link // the last may have no Href
	Title  string
	Lang   string // of the title, where it is not the page's
	Lead   string
	Chalk  []Pair // only at home
	Facts  []Fact
	Score  *Score
}

// Pair is a label and its value.
type Pair struct{ Label, Value string }

// Row is one line of a register.
type Row struct {
	Code  string // in the margin: "C2", "M1"
	Icon  string // in the margin instead of a code
	Href  string // empty: the title is no link
	Title darasa.Text
	Text  darasa.Text
	Here  bool // where the learner is
}

// Tab is one filter: a plain link with the choice in its address.
type Tab struct {
	Href, Label string
	Current     bool
}

// Step is one stage of a trail: saved, sent, graded.
type Step struct {
	Word string
	Done bool
}

// Chip is a status in a word, an icon and a colour, never by colour alone.
type Chip struct {
	Kind string // "" plain, now, ok, bad, mine
	Icon string
	Word string
}

// StatusChip returns the chip of progress.Progress.Status, said to the learner.
func (p Page) StatusChip(status string) Chip { return p.statusChip("status.", status) }

// TheirStatusChip is StatusChip as a trainer reads it of somebody else.
func (p Page) TheirStatusChip(status string) Chip { return p.statusChip("their-status.", status) }

func (p Page) statusChip(prefix, status string) Chip {
	L := p.L
	kind := map[string]Chip{
		"passed":      {Kind: "ok", Icon: "seal"},
		"completed":   {Kind: "ok", Icon: "check"},
		"failed":      {Kind: "bad", Icon: "tri"},
		"in-progress": {Kind: "now", Icon: "half"},
	}
	c, ok := kind[status]
	if !ok {
		c, status = Chip{Icon: "ring"}, "not-started"
	}
	if prefix == "status." {
		c.Word = L.T("status." + status)
	} else {
		c.Word = L.T("their-status." + status)
	}
	return c
}

// marks returns a slice to range over, true where the tally's mark is done.
func marks(done, total int) []bool {
	m := make([]bool, max(total, 0))
	for i := range m {
		m[i] = i < done
	}
	return m
}

// tallyMost is the greatest tally that is read at a glance.
const tallyMost = 25
