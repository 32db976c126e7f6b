package reports

import (
	"context"
	"strings"

	"darasa/backend/account"
	"darasa/backend/darasa"
	"darasa/reports/sheet"
)

// MaxRoster is how many people one roster may hold.
const MaxRoster = 20_000

// RosterLists are the open lists that a roster chooses from; the slug of a
// council is its code, as MCT.
type RosterLists struct {
	Cadres, Councils []Choice
}

// RosterRow is one person of a roster in kept form: names tidy, phone as
// +255…, sex "F", "M" or "", cadre as a slug where the list has it.
type RosterRow struct {
	Row                    int // as the spreadsheet shows it
	First, Middle, Surname string
	Sex                    string
	Cadre                  string
	Designation            string
	CheckNumber            string
	Council                string // professional council, "MCT"
	RegistrationNumber     string
	Phone                  string
	Mail                   string
	HFR                    string
	Role                   darasa.Role
	Remarks                string

	Findings    []darasa.Finding // with row, column letter, reason and mend
	Corrections []darasa.Finding // what was written in another form than it is kept
	Raw         []string         // the cells as given, in the order of the template
}

// Refused tells whether the row must not be written.
func (r *RosterRow) Refused() bool { return darasa.HasErrors(r.Findings) }

// Name is the person's name for lists of verdicts.
func (r *RosterRow) Name() string {
	return strings.Join(strings.Fields(r.First+" "+r.Middle+" "+r.Surname), " ")
}

// Registration returns council and number as account keeps them; both empty
// where the row has none.
func (r *RosterRow) Registration() account.Registration {
	return account.Registration{Council: r.Council, Number: r.RegistrationNumber}
}

// Roster is a file that was read: every row with its findings, and what is to
// say of the file as a whole.
type Roster struct {
	Rows     []RosterRow
	Findings []darasa.Finding
}

// State is what became of a row.
type State string

// States of a row.
const (
	Added     State = "added"
	Updated   State = "updated"
	Unchanged State = "unchanged"
	Corrected State = "corrected" // taken in after a correction that Findings name
	Refused   State = "refused"
)

// Verdict is what became of one row of a roster, and why.
type Verdict struct {
	Row      int              `json:"row"`
	Name     string           `json:"name"`
	State    State            `json:"state"`
	Findings []darasa.Finding `json:"findings,omitempty"`
}

// ReadRoster reads a roster, .xlsx or .csv. It fails where the file as a whole
// cannot be used (kind, size, header); what is wrong with a row stands with
// the row. It writes nothing.
func ReadRoster(ctx context.Context, f sheet.File, lists RosterLists) (Roster, error) {
	r := &rosterReader{lists: newFolded(lists), heads: headings(), seen: map[string]int{}}
	err := sheet.Read(ctx, f, sheet.Limits{Rows: MaxRoster}, RosterSheets, r.row)
	if err != nil {
		return Roster{}, err
	}
	if r.places == nil {
		return Roster{}, noHeader(r.best)
	}
	if len(r.out.Rows) == 0 {
		return Roster{}, darasa.Fail(darasa.Invalid, "Orodha haina mtu. Andika mtu mmoja kwa kila safu chini ya vichwa.",
			"The roster holds nobody. Write one person in each row below the header.")
	}
	return r.out, nil
}

// headWithin is how many filled rows may stand above the header.
const headWithin = 10

// rosterReader turns rows of cells into people.
type rosterReader struct {
	lists  folded
	heads  map[string]int
	above  int      // filled rows read before the header
	best   []string // the row above that looked most like one
	places []int    // place of every roster column in the file, -1 where it is missing; nil before the header
	seen   map[string]int
	out    Roster
}

func (r *rosterReader) row(row sheet.Row) error {
	if r.places == nil {
		return r.header(row)
	}
	if sample := account.Fold(sheet.PlainText(row.Cell(r.places[rosterAt(keyRemarks)]))); sample != "" &&
		(sample == account.Fold(sampleMark.SW) || sample == account.Fold(sampleMark.EN)) {
		return nil
	}
	p := r.person(row)
	if p == nil {
		return nil
	}
	if len(r.out.Rows) >= MaxRoster {
		return darasa.Fail(darasa.TooLarge, "Orodha ni ndefu mno: faili moja lisizidi safu %d. Ligawe katika mafaili kadhaa.",
			"The list is too long: at most %d rows in one file. Split it into several files.", MaxRoster)
	}
	r.twice(p)
	r.out.Rows = append(r.out.Rows, *p)
	return nil
}

// header looks for the row that names the columns: it has first name and surname.
func (r *rosterReader) header(row sheet.Row) error {
	places := make([]int, len(rosterColumns))
	for i := range places {
		places[i] = -1
	}
	var unknown, twice []darasa.Finding
	known := 0
	for i, cell := range row.Cells {
		head := account.Fold(cell)
		if head == "" {
			continue
		}
		at, ok := r.heads[head]
		switch {
		case !ok:
			unknown = append(unknown, darasa.Finding{Level: darasa.IsWarning, Row: row.N, Column: letter(i),
				What: darasa.T("Safu wima %q haijulikani; haisomwi.", "The column %q is not known; it is not read.", cell)})
		case at >= 0 && places[at] >= 0:
			twice = append(twice, darasa.Finding{Level: darasa.IsError, Row: row.N, Column: letter(i),
				What: darasa.T("Kichwa %q kipo mara mbili.", "The header %q stands twice.", cell),
				Mend: darasa.Text{SW: "Futa mojawapo.", EN: "Delete one of them."}})
		case at >= 0:
			places[at] = i
			known++
		}
	}
	if places[rosterAt(keyFirst)] < 0 || places[rosterAt(keySurname)] < 0 {
		if known > 0 && r.best == nil {
			r.best = append([]string{}, row.Cells...)
		}
		if r.above++; r.above >= headWithin {
			return noHeader(r.best)
		}
		return nil
	}
	if len(twice) > 0 {
		return darasa.Fail(darasa.Invalid, "Vichwa vya orodha si sahihi.", "The roster's header is not right.").With(twice...)
	}
	r.places = places
	r.out.Findings = unknown
	return nil
}

func noHeader(best []string) error {
	e := darasa.Fail(darasa.Invalid, "Vichwa vya orodha havikupatikana. Safu ya kwanza iwe na vichwa kama vya mfano wetu: angalau \"Jina la kwanza\" na \"Jina la ukoo\". Pakua mfano wetu na unakili orodha ndani yake.",
		"The roster's header was not found. Its first row must have the headers of our template: at least \"First name\" and \"Surname\". Download our template and copy the list into it.")
	if best != nil {
		return e.With(darasa.Finding{Level: darasa.IsError, What: darasa.T("Vichwa vilivyosomwa: %s", "Headers that were read: %s", strings.Join(best, ", "))})
	}
	return e
}

// letter is the name of a column, from 0.
func letter(i int) string {
	s := ""
	for i++; i > 0; i = (i - 1) / 26 {
		s = string(rune('A'+(i-1)%26)) + s
	}
	return s
}
