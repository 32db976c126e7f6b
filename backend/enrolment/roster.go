package enrolment

import (
	"context"
	"fmt"

	"darasa/backend/account"
	"darasa/backend/darasa"
	"darasa/backend/institution"
)

// RosterRow is what one row of a roster says of a person, as it was typed.
// The place is taken from the facility list where the HFR code is on it.
type RosterRow struct {
	Row                            int // from 1, as the spreadsheet shows it
	First, Middle, Surname, Sex    string
	Cadre, Designation             string // cadre: a slug of the open list, or free text
	CheckNumber                    string
	Council, Registration          string // Council may be empty where Registration holds both
	Phone, Mail                    string
	HFR, Facility                  string // code, and name as typed
	PlaceCouncil, District, Region string
	Remarks                        string           // kept where the enrolment has none
	Findings                       []darasa.Finding // what the reader of the file found
	Corrections                    []darasa.Finding // what the reader wrote in another form
}

// RosterInput is a roster for a run. Columns names the column of the file
// ("B") that each field came from, for findings.
type RosterInput struct {
	Run     darasa.ID
	Rows    []RosterRow
	Columns map[string]string
	Lang    darasa.Lang // of who is new
	Dry     bool        // say what would happen, write nothing
}

// Verdicts on a row of a roster.
const (
	RowAdded     = "added"
	RowUpdated   = "updated"
	RowUnchanged = "unchanged"
	RowCorrected = "corrected" // added or updated, and something is kept otherwise than it was typed
	RowRefused   = "refused"
)

// RosterVerdict says what became of a row, or with Dry what would.
type RosterVerdict struct {
	Row       int              `json:"row"`
	Name      string           `json:"name,omitempty"` // as typed
	Verdict   string           `json:"verdict"`
	Enrolment darasa.ID        `json:"enrolment,omitempty"`
	Findings  []darasa.Finding `json:"findings,omitempty"`
	What      string           `json:"-"` // outcome of enrolling, empty where refused
	Corrected bool             `json:"-"`
	NewPerson bool             `json:"-"` // nobody matched: the person is made
}

// Warned tells whether the row is taken in with something to say about it.
func (v *RosterVerdict) Warned() bool {
	return v.Verdict != RowRefused && len(v.Findings) > 0
}

// RosterResult has one verdict per row, in order.
type RosterResult struct {
	Run      Run
	Verdicts []RosterVerdict
	Counts   map[string]int // by verdict; the keys are the five above
	Dry      bool
}

// RosterPeople is what a roster asks of the account stage.
type RosterPeople interface {
	MatchMany(ctx context.Context, a darasa.Actor, rows []account.MatchKeys) ([]account.Matched, error)
	EnsureMany(ctx context.Context, a darasa.Actor, rows []account.PersonFacts, now darasa.Time) ([]account.Ensured, error)
	AffiliateMany(ctx context.Context, a darasa.Actor, institution darasa.ID, rows []account.AffiliationFacts, now darasa.Time) ([]error, error)
	PeopleMany(ctx context.Context, ids []darasa.ID) (map[darasa.ID]account.Person, error)
}

// RosterPlaces finds facilities by HFR code; the institution stage does.
type RosterPlaces interface {
	FacilitiesMany(ctx context.Context, codes []string) (map[darasa.ID]institution.Facility, error)
}

// RosterKeys tells who holds a key; the ledger does.
type RosterKeys interface {
	OwnersMany(ctx context.Context, keys []darasa.ID) (map[darasa.ID][]darasa.ID, error)
}

// Roster takes lists of people into runs. It writes what the institution of
// the run says of them (affiliation, enrolment) and makes who is not there; it
// never changes or tells what others have said of a person, and deletes
// nothing. The same list twice changes nothing.
type Roster struct {
	Enrolments *Service
	People     RosterPeople
	Places     RosterPlaces
	Keys       RosterKeys
}

// maxRoster bounds the rows of one roster.
const maxRoster = 20_000

// Import judges every row and, unless Dry, takes in those that nothing speaks
// against: a refused row does not stop the others. NotFound for another
// institution's run, Conflict for a closed one.
func (r Roster) Import(ctx context.Context, a darasa.Actor, in RosterInput, now darasa.Time) (RosterResult, error) {
	run, err := r.Enrolments.Managed(ctx, a, in.Run)
	if err != nil {
		return RosterResult{}, err
	}
	switch {
	case run.State != Open:
		return RosterResult{}, darasa.Fail(darasa.Conflict, "Awamu hii imefungwa. Ifungue tena ili kuandikisha.", "This run is closed. Reopen it to enrol.")
	case len(in.Rows) > maxRoster:
		return RosterResult{}, darasa.Fail(darasa.TooLarge, "Orodha moja isizidi watu %d. Igawe katika mafaili kadhaa.",
			"At most %d people in one list. Split it into several files.", maxRoster)
	}
	w := &rosterWork{Roster: r, a: a, in: in, run: run, now: now, lines: make([]rosterLine, len(in.Rows))}
	for i := range in.Rows {
		w.lines[i] = w.check(&in.Rows[i])
	}
	steps := []func(context.Context) error{w.places, w.twice, w.match, w.mails}
	if !in.Dry {
		steps = append(steps, w.ensure, w.affiliate)
	}
	for _, step := range append(steps, w.enrol) {
		if err := step(ctx); err != nil {
			return RosterResult{}, err
		}
	}
	res := w.result()
	if in.Dry {
		return res, nil
	}
	detail := fmt.Sprintf("%d rows: %d added, %d updated, %d corrected, %d refused", len(in.Rows),
		res.Counts[RowAdded], res.Counts[RowUpdated], res.Counts[RowCorrected], res.Counts[RowRefused])
	return res, r.Enrolments.audit.Audit(ctx, a, "roster", string(run.ID), detail, now)
}

func (w *rosterWork) result() RosterResult {
	res := RosterResult{Run: w.run, Dry: w.in.Dry, Verdicts: make([]RosterVerdict, len(w.lines)),
		Counts: map[string]int{RowAdded: 0, RowUpdated: 0, RowUnchanged: 0, RowCorrected: 0, RowRefused: 0}}
	for i := range w.lines {
		l := &w.lines[i]
		v := l.verdict
		switch {
		case l.refused():
			v.Verdict, v.What, v.Enrolment, v.NewPerson = RowRefused, "", "", false
		case v.What == Same || v.What == Elsewhere:
			v.Verdict = RowUnchanged
		case v.Corrected:
			v.Verdict = RowCorrected
		case v.What == Fresh:
			v.Verdict = RowAdded
		default:
			v.Verdict = RowUpdated
		}
		res.Counts[v.Verdict]++
		res.Verdicts[i] = v
	}
	return res
}

// ensure makes the people whom nobody matched.
func (w *rosterWork) ensure(ctx context.Context) error {
	var at []int
	var facts []account.PersonFacts
	for i := range w.lines {
		if l := &w.lines[i]; !l.refused() && l.person == "" {
			at, facts = append(at, i), append(facts, l.facts)
		}
	}
	if len(at) == 0 {
		return nil
	}
	made, err := w.People.EnsureMany(ctx, w.a, facts, w.now)
	if err != nil {
		return err
	}
	for n, m := range made {
		l := &w.lines[at[n]]
		if m.Err != nil {
			w.refuseBecause(l, m.Err)
			continue
		}
		l.person, l.verdict.NewPerson = m.Person, m.Made
	}
	return w.samePerson()
}

// affiliate writes what the run's institution says of each.
func (w *rosterWork) affiliate(ctx context.Context) error {
	var at []int
	var facts []account.AffiliationFacts
	for i := range w.lines {
		if l := &w.lines[i]; !l.refused() {
			f := account.AffiliationFacts{Person: l.person, Cadre: l.snapshot.Cadre, Designation: l.snapshot.Designation, Facility: l.snapshot.HFR}
			at, facts = append(at, i), append(facts, f)
		}
	}
	if len(at) == 0 {
		return nil
	}
	errs, err := w.People.AffiliateMany(ctx, w.a, w.run.Institution, facts, w.now)
	if err != nil {
		return err
	}
	for n, err := range errs {
		if err != nil {
			w.refuseBecause(&w.lines[at[n]], err)
		}
	}
	return nil
}

// enrol enrols those who are left. What a row leaves empty stays as the
// enrolment has it.
func (w *rosterWork) enrol(ctx context.Context) error {
	stand, err := w.standing(ctx)
	if err != nil {
		return err
	}
	var at []int
	var ns []Newcomer
	for i := range w.lines {
		l := &w.lines[i]
		if l.refused() {
			continue
		}
		old, there := stand[l.person]
		l.verdict.What = Fresh
		if there {
			l.snapshot = l.snapshot.over(old.Snapshot)
			l.verdict.Enrolment, l.verdict.What = old.ID, w.foresee(old, l)
			w.tell(l)
		}
		if l.verdict.What != Same && l.verdict.What != Elsewhere {
			at, ns = append(at, i), append(ns, Newcomer{Person: l.person, Lang: w.in.Lang, Snapshot: l.snapshot, Remarks: l.remarks})
		}
	}
	if w.in.Dry {
		return nil
	}
	if err := w.heal(ctx, stand); err != nil || len(ns) == 0 {
		return err
	}
	outcomes, err := w.Enrolments.enrol(ctx, w.a, target{run: &w.run}, ns, w.now)
	for n, o := range outcomes {
		w.lines[at[n]].verdict.Enrolment, w.lines[at[n]].verdict.What = o.Enrolment, o.What
	}
	return err
}

// heal tells the listener again of enrolments that stand as they were: a crash
// between an enrolment and its progress heals when the list comes again.
func (w *rosterWork) heal(ctx context.Context, stand map[darasa.ID]Enrolment) error {
	var ids []darasa.ID
	for i := range w.lines {
		if l := &w.lines[i]; !l.refused() && l.verdict.What == Same {
			ids = append(ids, stand[l.person].ID)
		}
	}
	return w.Enrolments.changed(ctx, ids...)
}

// foresee says what enrolling will make of an enrolment that is there.
func (w *rosterWork) foresee(old Enrolment, l *rosterLine) string {
	switch {
	case old.Run != w.run.ID:
		return Elsewhere
	case old.State == Withdrawn:
		return Back
	case old.Snapshot != l.snapshot || old.Remarks == "" && l.remarks != "":
		return Updated
	}
	return Same
}

// standing returns the enrolments of the roster's people that their derived
// ids lead to, by person.
func (w *rosterWork) standing(ctx context.Context) (map[darasa.ID]Enrolment, error) {
	ids := map[darasa.ID]darasa.ID{} // derived id -> person
	var wanted, pointed []darasa.ID
	for i := range w.lines {
		if l := &w.lines[i]; !l.refused() && l.person != "" {
			id := ID(l.person, w.run.Course, w.run.ID)
			ids[id], wanted = l.person, append(wanted, id)
		}
	}
	found, err := w.Enrolments.all.GetMany(ctx, wanted)
	if err != nil {
		return nil, err
	}
	for _, e := range found {
		if e.State == moved {
			pointed = append(pointed, e.Pointer)
		}
	}
	real, err := w.Enrolments.all.GetMany(ctx, pointed)
	if err != nil {
		return nil, err
	}
	out := make(map[darasa.ID]Enrolment, len(found))
	for id, e := range found {
		if e.State == moved {
			var there bool
			// Who went on from here leaves the id free again.
			if e, there = real[e.Pointer]; !there || e.State == moved || e.Run != w.run.ID {
				continue
			}
		}
		out[ids[id]] = e
	}
	return out, nil
}
