package reports

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"

	"darasa/backend/darasa"
	"darasa/reports/sheet"
)

// TemplateInput is what the roster template needs.
type TemplateInput struct {
	Lang        darasa.Lang
	Lists       RosterLists
	Institution string
	Now         darasa.Time
	TmpDir      string
}

var (
	wordInstructions = darasa.Text{SW: "Maelekezo", EN: "Instructions"}
	wordLists        = darasa.Text{SW: "Chaguzi", EN: "Lists"}
	wordYes          = darasa.Text{SW: "Ndiyo", EN: "Yes"}
	wordNo           = darasa.Text{SW: "Hapana", EN: "No"}
)

// fillRows is how far down the template's drop-down lists reach.
const fillRows = 2000

// Template writes the roster template: the list with its choices and one
// example row, instructions, and a hidden sheet with what the lists offer.
func Template(w io.Writer, in TemplateInput) error {
	b, err := newRoster(w, in)
	if err != nil {
		return err
	}
	defer b.Abandon()
	list, err := b.Sheet(rosterSetup(in, nil))
	if err != nil {
		return err
	}
	list.Begin(sheet.Sample)
	for _, c := range rosterColumns {
		list.Text(c.example.In(in.Lang))
	}
	if err := list.End(); err != nil {
		return err
	}
	if err := instructions(b, in); err != nil {
		return err
	}
	if err := lists(b, in); err != nil {
		return err
	}
	return b.Close()
}

// RefusedWorkbook writes the rows that were refused into the template, each
// with its row in the first file, the reason and the mend, so that they can be
// put right and uploaded again: the columns that explain are not read.
func RefusedWorkbook(w io.Writer, in TemplateInput, rows []RosterRow, verdicts []Verdict) error {
	b, err := newRoster(w, in)
	if err != nil {
		return err
	}
	defer b.Abandon()
	list, err := b.Sheet(rosterSetup(in, extra[:3]))
	if err != nil {
		return err
	}
	err = eachRefused(rows, verdicts, func(p *RosterRow, v *Verdict) error {
		for i, cell := range p.Raw {
			if rosterColumns[i].key == keyPhone {
				list.Phone(cell)
			} else {
				list.Text(cell)
			}
		}
		list.Int(int64(p.Row))
		why, mend := reasons(v, in.Lang)
		list.Wrap(why)
		list.Wrap(mend)
		return list.End()
	})
	if err != nil {
		return err
	}
	if err := lists(b, in); err != nil {
		return err
	}
	return b.Close()
}

// RefusedCSV writes the same as RefusedWorkbook as CSV in UTF-8 with its mark,
// so that Excel reads the letters right.
func RefusedCSV(w io.Writer, l darasa.Lang, rows []RosterRow, verdicts []Verdict) error {
	if _, err := io.WriteString(w, "\uFEFF"); err != nil {
		return err
	}
	c := csv.NewWriter(w)
	var head []string
	for _, col := range rosterColumns {
		head = append(head, col.head.In(l))
	}
	for _, e := range extra[:3] {
		head = append(head, e.In(l))
	}
	if err := c.Write(head); err != nil {
		return err
	}
	err := eachRefused(rows, verdicts, func(p *RosterRow, v *Verdict) error {
		rec := make([]string, 0, len(head))
		for _, cell := range p.Raw {
			rec = append(rec, sheet.Harmless(cell))
		}
		why, mend := reasons(v, l)
		return c.Write(append(rec, strconv.Itoa(p.Row), sheet.Harmless(why), sheet.Harmless(mend)))
	})
	if err != nil {
		return err
	}
	c.Flush()
	return c.Error()
}

func eachRefused(rows []RosterRow, verdicts []Verdict, f func(*RosterRow, *Verdict) error) error {
	byRow := map[int]*RosterRow{}
	for i := range rows {
		byRow[rows[i].Row] = &rows[i]
	}
	for i := range verdicts {
		if p := byRow[verdicts[i].Row]; p != nil && verdicts[i].State == Refused {
			if err := f(p, &verdicts[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

// reasons joins what is wrong and how to mend it; the row and the
// letter are others in this file, so the column is named by its header.
func reasons(v *Verdict, l darasa.Lang) (why, mend string) {
	var whys, mends []string
	for _, f := range v.Findings {
		if f.Level != darasa.IsError {
			continue
		}
		why := f.What.In(l)
		if i := rosterAt(f.Field); i >= 0 {
			why = rosterColumns[i].head.In(l) + ": " + why
		}
		whys = append(whys, why)
		if m := f.Mend.In(l); m != "" {
			mends = append(mends, m)
		}
	}
	return strings.Join(whys, "\n"), strings.Join(mends, "\n")
}

func newRoster(w io.Writer, in TemplateInput) (*sheet.Book, error) {
	return sheet.New(w, sheet.Options{TmpDir: in.TmpDir, Title: rosterSheet(in.Lang), Creator: in.Institution, Lang: in.Lang, Made: in.Now})
}

func rosterSheet(l darasa.Lang) string {
	return darasa.Text{SW: RosterSheets[0], EN: RosterSheets[1]}.In(l)
}

func rosterSetup(in TemplateInput, more []darasa.Text) sheet.Setup {
	l := in.Lang
	cols := rosterSheetColumns(l)
	cols[rosterAt(keySex)].Choices = []string{sexes["F"].In(l), sexes["M"].In(l)}
	cols[rosterAt(keyRole)].Choices = []string{roleNames[0].name.In(l)} // a roster enrols learners
	if len(in.Lists.Cadres) > 0 {
		cols[rosterAt(keyCadre)].ChoicesOf = "Cadres"
	}
	if len(in.Lists.Councils) > 0 {
		cols[rosterAt(keyCouncil)].ChoicesOf = "Councils"
	}
	for _, e := range more {
		cols = append(cols, sheet.Column{Header: e.In(l), Width: 40})
	}
	return sheet.Setup{Name: rosterSheet(l), Columns: cols, FreezeColumns: 3, FillRows: fillRows, Footer: in.Institution}
}

func instructions(b *sheet.Book, in TemplateInput) error {
	l := in.Lang
	sh, err := b.Sheet(sheet.Setup{Name: wordInstructions.In(l), NoFilter: true, Footer: in.Institution,
		Titles: []string{
			darasa.Text{SW: "Jinsi ya kujaza orodha", EN: "How to fill in the roster"}.In(l),
			darasa.Text{SW: "Mtu mmoja kwa kila safu. Usibadilishe vichwa, usiunganishe seli, usitumie fomula. Futa safu ya mfano.", EN: "One person a row. Do not change the headers, merge cells or use formulas. Delete the example row."}.In(l),
			darasa.T("Faili moja lisizidi watu %d. Hakuna anayefutwa, na faili lilelile mara mbili halibadilishi kitu.", "At most %d people in one file. Nobody is deleted, and the same file twice changes nothing.", MaxRoster).In(l),
		},
		Columns: []sheet.Column{
			{Header: darasa.Text{SW: "Safu wima", EN: "Column"}.In(l), Width: 24}, {Header: darasa.Text{SW: "Lazima", EN: "Needed"}.In(l), Width: 10},
			{Header: darasa.Text{SW: "Andika nini", EN: "What to write"}.In(l), Kind: sheet.Wrapped, Width: 60}, {Header: darasa.Text{SW: "Mfano", EN: "Example"}.In(l), Width: 26},
		}})
	if err != nil {
		return err
	}
	for _, c := range rosterColumns {
		sh.Text(c.head.In(l))
		if c.needed {
			sh.Text(wordYes.In(l))
		} else {
			sh.Text(wordNo.In(l))
		}
		sh.Wrap(c.fill.In(l))
		sh.Text(c.example.In(l))
		if err := sh.End(); err != nil {
			return err
		}
	}
	return nil
}

// lists writes the hidden sheet that the drop-downs of cadres and councils read.
func lists(b *sheet.Book, in TemplateInput) error {
	l := in.Lang
	name := wordLists.In(l)
	sh, err := b.Sheet(sheet.Setup{Name: name, Hidden: true, NoFilter: true, Columns: []sheet.Column{{Header: wordCadre.In(l), Width: 40}, {Header: rosterColumns[rosterAt(keyCouncil)].head.In(l)}}})
	if err != nil {
		return err
	}
	for i := range max(len(in.Lists.Cadres), len(in.Lists.Councils)) {
		if i < len(in.Lists.Cadres) {
			sh.Text(in.Lists.Cadres[i].Name.In(l))
		} else {
			sh.Skip()
		}
		if i < len(in.Lists.Councils) {
			sh.Text(in.Lists.Councils[i].Slug)
		}
		if err := sh.End(); err != nil {
			return err
		}
	}
	if n := len(in.Lists.Cadres); n > 0 {
		b.Name("Cadres", name, 1, 2, 1, n+1)
	}
	if n := len(in.Lists.Councils); n > 0 {
		b.Name("Councils", name, 2, 2, 2, n+1)
	}
	return nil
}
