package enrolment_test

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"darasa/backend/account"
	"darasa/backend/course"
	"darasa/backend/darasa"
	"darasa/backend/enrolment"
	"darasa/backend/institution"
	"darasa/backend/ledger"
	"darasa/backend/store"
	"darasa/backend/store/sqlite"
)

// school is a world with real people, institutions and facilities.
type school struct {
	ctx      context.Context
	t        testing.TB
	roster   enrolment.Roster
	accounts *account.Service
	all      *enrolment.Service
	heard    heard
	run      enrolment.Run // of zhrc
	trainer  darasa.Actor
	away     enrolment.Run // of udom
	other    darasa.Actor
	now      darasa.Time
}

const knownHFR = "990101-8"

func newSchool(t testing.TB) *school {
	t.Helper()
	ctx := t.Context()
	e, err := sqlite.Open(ctx, sqlite.Options{Path: filepath.Join(t.TempDir(), "d.sqlite")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close() })
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	book := ledger.New(e)
	places := institution.New(e, book)
	accounts, err := account.New(e, book, account.Options{Secret: []byte(strings.Repeat("s", 32)), Institution: places.Exists})
	must(err)
	must(e.Ensure(ctx, slices.Concat([]store.Spec{}, book.Specs(), places.Specs(), accounts.Specs(), enrolment.Specs())...))
	s := &school{ctx: ctx, t: t, accounts: accounts, heard: heard{}, now: at("2026-11-22T08:00:00Z")}
	s.all = enrolment.New(e, &shelf{[]*course.Edition{edition("c2", 1)}}, book, darasa.NewID)
	s.all.Listen(s.heard)
	s.roster = enrolment.Roster{Enrolments: s.all, People: accounts, Places: places, Keys: book}
	command := darasa.Command("test")
	for _, x := range []struct {
		slug  string
		actor *darasa.Actor
		run   *enrolment.Run
	}{{"zhrc", &s.trainer, &s.run}, {"udom", &s.other, &s.away}} {
		in, err := places.Create(ctx, command, institution.Facts{Slug: x.slug, Code: x.slug, Name: darasa.Same(x.slug), Type: "university"}, s.now)
		must(err)
		*x.actor = darasa.Actor{Person: darasa.ID("t-" + x.slug), Institution: in.ID, Roles: []darasa.Role{darasa.Trainer}, Name: "T"}
		*x.run, err = s.all.CreateRun(ctx, *x.actor, "c2", form(x.slug), s.now)
		must(err)
	}
	_, err = places.PutFacility(ctx, command, institution.Facility{ID: knownHFR, Name: "Mwembeni Dispensary", Type: "Dispensary", Ownership: "Public",
		Council: "Muheza DC", District: "Muheza", Region: "Tanga", Zone: "northern"}, s.now)
	must(err)
	return s
}

func (s *school) take(a darasa.Actor, run enrolment.Run, dry bool, rows ...enrolment.RosterRow) enrolment.RosterResult {
	s.t.Helper()
	for i := range rows {
		rows[i].Row = i + 2
	}
	res, err := s.roster.Import(s.ctx, a, enrolment.RosterInput{Run: run.ID, Rows: rows, Dry: dry, Lang: darasa.Swahili, Columns: map[string]string{"phone": "J", "hfr": "M"}}, s.now)
	if err != nil {
		s.t.Fatal(err)
	}
	return res
}

func verdicts(r enrolment.RosterResult) string {
	out := make([]string, len(r.Verdicts))
	for i, v := range r.Verdicts {
		out[i] = v.Verdict
	}
	return strings.Join(out, " ")
}

func said(v enrolment.RosterVerdict) string {
	var b strings.Builder
	for _, f := range v.Findings {
		b.WriteString(f.In(darasa.English) + "\n")
	}
	return b.String()
}

func (s *school) learner(run enrolment.Run, v enrolment.RosterVerdict) enrolment.Enrolment {
	s.t.Helper()
	e, err := s.all.Lookup(s.ctx, v.Enrolment)
	if err != nil {
		s.t.Fatal(err)
	}
	if e.Run != run.ID {
		s.t.Fatalf("the enrolment is in run %s", e.Run)
	}
	return e
}

func asha() enrolment.RosterRow {
	return enrolment.RosterRow{First: "Asha", Middle: "J", Surname: "Mwakyusa", Sex: "KE", Cadre: "enrolled-nurse", CheckNumber: "00123456",
		Council: "TNMC", Registration: "456", Phone: "0712 000 011", Mail: "Asha@Example.go.tz", HFR: knownHFR}
}

func TestRosterTakesPeopleIn(t *testing.T) {
	s := newSchool(t)
	rows := []enrolment.RosterRow{asha(),
		{First: "Peter", Surname: "Massawe", Sex: "ME", Phone: "712000012", HFR: "9901018", Cadre: "Fundi wa kompyuta"},
		{First: "Zuhura", Surname: "Mbwana", Registration: "MCT 77", HFR: "113310-7", Facility: "Kituo kisichojulikana"}}
	dry := s.take(s.trainer, s.run, true, rows...)
	if got := verdicts(dry); got != "added corrected added" {
		t.Fatalf("the preview says %s", got)
	}
	if n := len(s.heard); n != 0 {
		t.Fatalf("the preview wrote %d enrolments", n)
	}
	res := s.take(s.trainer, s.run, false, rows...)
	if verdicts(res) != verdicts(dry) || res.Counts[enrolment.RowAdded] != 2 || res.Counts[enrolment.RowCorrected] != 1 {
		t.Fatalf("imported %s %v, previewed %s", verdicts(res), res.Counts, verdicts(dry))
	}
	e := s.learner(s.run, res.Verdicts[0])
	want := enrolment.Snapshot{First: "Asha", Middle: "J", Surname: "Mwakyusa", Sex: "F", Cadre: "enrolled-nurse", CheckNumber: "00123456", Registration: "TNMC 456",
		Phone: "+255712000011", Mail: "asha@example.go.tz", Facility: "Mwembeni Dispensary", HFR: knownHFR, FacilityType: "Dispensary", Ownership: "Public",
		Council: "Muheza DC", District: "Muheza", Region: "Tanga", Zone: "northern"}
	if e.Snapshot != want {
		t.Errorf("kept %+v", e.Snapshot)
	}
	as, err := s.accounts.Affiliations(s.ctx, darasa.Command("test"), e.Person)
	if err != nil || len(as) != 1 || as[0].Institution != s.trainer.Institution || as[0].Cadre != "enrolled-nurse" || as[0].Facility != knownHFR {
		t.Errorf("affiliations %+v, %v", as, err)
	}
	if w := said(res.Verdicts[1]); !strings.Contains(w, "row 3, column J: 712000012 was written as +255712000012.") || !strings.Contains(w, "column M: 9901018 was written as 990101-8") {
		t.Errorf("the corrections say %s", w)
	}
	if w := said(res.Verdicts[2]); !strings.Contains(w, "not on the list") || s.learner(s.run, res.Verdicts[2]).Snapshot.Facility != "Kituo kisichojulikana" {
		t.Errorf("the unknown facility says %s", w)
	}
}

func TestRosterTwiceChangesNothing(t *testing.T) {
	s := newSchool(t)
	rows := []enrolment.RosterRow{asha(), {First: "Peter", Surname: "Massawe", Phone: "712000012"}, {First: "Bila", Surname: "Namba", Remarks: "Aliletwa na mganga mfawidhi"}}
	first := s.take(s.trainer, s.run, false, rows...)
	var before []int64
	for _, v := range first.Verdicts {
		before = append(before, s.learner(s.run, v).Rev)
	}
	if e := s.learner(s.run, first.Verdicts[2]); e.Remarks != rows[2].Remarks {
		t.Errorf("remarks %q", e.Remarks)
	}
	for _, dry := range []bool{true, false} {
		again := s.take(s.trainer, s.run, dry, rows...)
		if got := verdicts(again); got != "unchanged unchanged unchanged" {
			t.Errorf("again (dry %v): %s", dry, got)
		}
		for i, v := range again.Verdicts {
			if e := s.learner(s.run, v); e.Rev != before[i] || v.Enrolment != first.Verdicts[i].Enrolment {
				t.Errorf("row %d was written again", v.Row)
			}
		}
	}
	// A shorter row takes nothing away, a fuller one adds.
	res := s.take(s.trainer, s.run, false, enrolment.RosterRow{First: "Asha", Surname: "Mwakyusa", CheckNumber: "00123456"}, enrolment.RosterRow{First: "Peter", Surname: "Massawe", Phone: "0712000012", Designation: "In-charge"})
	if got := verdicts(res); got != "unchanged updated" {
		t.Errorf("other rows: %s", got)
	}
	if e := s.learner(s.run, res.Verdicts[0]); e.Snapshot.HFR != knownHFR {
		t.Errorf("an empty cell took the facility away")
	}
	if e := s.learner(s.run, res.Verdicts[1]); e.Snapshot.Designation != "In-charge" {
		t.Errorf("the designation is %q", e.Snapshot.Designation)
	}
}

func TestRosterRefusesRowByRow(t *testing.T) {
	s := newSchool(t)
	ok := s.take(s.trainer, s.run, false, asha())
	long := strings.Repeat("x", 121)
	for name, x := range map[string]struct {
		rows []enrolment.RosterRow
		want string // verdicts
		say  string // of the last row
	}{
		"no names":          {[]enrolment.RosterRow{{CheckNumber: "1111"}}, "refused", "name is missing"},
		"no number at all":  {[]enrolment.RosterRow{{First: "Juma", Surname: "Haule"}}, "added", "no number to tell"},
		"twice by name":     {[]enrolment.RosterRow{{First: "Juma", Surname: "Haule"}, {First: "JUMA", Surname: "Haule"}}, "added refused", "stands in row 2 too"},
		"bad sex":           {[]enrolment.RosterRow{{First: "Juma", Surname: "Haule", CheckNumber: "1111", Sex: "7"}}, "refused", "sex is not understood"},
		"bad phone":         {[]enrolment.RosterRow{{First: "Juma", Surname: "Haule", Phone: "0712 00"}}, "refused", "column J: The phone number is not right"},
		"bad mail":          {[]enrolment.RosterRow{{First: "Juma", Surname: "Haule", Mail: "juma"}}, "refused", "e-mail address is not right"},
		"bad check number":  {[]enrolment.RosterRow{{First: "Juma", Surname: "Haule", CheckNumber: "1,23"}}, "refused", "check number is not right"},
		"bad registration":  {[]enrolment.RosterRow{{First: "Juma", Surname: "Haule", Registration: "456"}}, "refused", "registration is not right"},
		"bad HFR":           {[]enrolment.RosterRow{{First: "Juma", Surname: "Haule", CheckNumber: "1111", HFR: "113310-4"}}, "refused", "column M: HFR code 113310-4 is wrong"},
		"long designation":  {[]enrolment.RosterRow{{First: "Juma", Surname: "Haule", CheckNumber: "1111", Designation: long}}, "refused", "too long"},
		"what the file has": {[]enrolment.RosterRow{{First: "Juma", Surname: "Haule", CheckNumber: "1111", Findings: []darasa.Finding{{Level: darasa.IsError, What: darasa.Same("a formula")}}}}, "refused", "a formula"},
		"somebody's mail":   {[]enrolment.RosterRow{{First: "Juma", Surname: "Haule", Mail: "asha@example.go.tz"}}, "refused", "belongs to another person"},
		"another's number":  {[]enrolment.RosterRow{{First: "Juma", Surname: "Haule", CheckNumber: "00123456"}}, "refused", "person with another name"},
		"twice by check":    {[]enrolment.RosterRow{{First: "Juma", Surname: "Haule", CheckNumber: "2222"}, {First: "Juma", Surname: "Haule", CheckNumber: "2222"}}, "added refused", "stands in row 2 too"},
		"twice by phone":    {[]enrolment.RosterRow{{First: "Juma", Surname: "Haule", Phone: "0713000001"}, {First: "JUMA", Surname: "HAULE", Phone: "+255713000001"}}, "added refused", "stands in row 2 too"},
		"by other keys":     {[]enrolment.RosterRow{{First: "Asha", Surname: "Mwakyusa", CheckNumber: "00123456"}, {First: "Asha", Surname: "Mwakyusa", Phone: "0712000011"}}, "unchanged refused", "stands in row 2 too"},
		"one bad, one good": {[]enrolment.RosterRow{{First: "", Surname: "Haule", CheckNumber: "3333"}, {First: "Neema", Surname: "Sanga", CheckNumber: "4444"}}, "refused added", ""},
	} {
		t.Run(name, func(t *testing.T) {
			res := s.take(s.trainer, s.run, true, x.rows...)
			if got := verdicts(res); got != x.want {
				t.Fatalf("%s, want %s: %s", got, x.want, said(res.Verdicts[len(res.Verdicts)-1]))
			}
			last := res.Verdicts[len(res.Verdicts)-1]
			if !strings.Contains(said(last), x.say) {
				t.Errorf("it says %s", said(last))
			}
			for _, f := range last.Findings {
				if f.Level == darasa.IsError && f.What.SW == "" {
					t.Errorf("nothing in Swahili: %+v", f)
				}
			}
		})
	}
	if e := s.learner(s.run, ok.Verdicts[0]); e.Rev != 1 {
		t.Error("a preview changed an enrolment")
	}
	res := s.take(s.trainer, s.run, false, enrolment.RosterRow{Surname: "Haule", CheckNumber: "3333"}, enrolment.RosterRow{First: "Neema", Surname: "Sanga", CheckNumber: "4444"})
	if got := verdicts(res); got != "refused added" {
		t.Errorf("imported %s", got)
	}
}

// A person known elsewhere is found; what the other institution said is
// neither changed nor told.
func TestRosterOfAnotherInstitution(t *testing.T) {
	s := newSchool(t)
	home := s.take(s.trainer, s.run, false, asha()).Verdicts[0]
	mine := s.learner(s.run, home)
	res := s.take(s.other, s.away, false, enrolment.RosterRow{First: "Asha", Surname: "Mwakyusa-Said", CheckNumber: "00123456", Phone: "0755000099", Designation: "Mratibu"})
	v := res.Verdicts[0]
	if v.Verdict != enrolment.RowAdded || v.NewPerson {
		t.Fatalf("%+v", v)
	}
	theirs := s.learner(s.away, v)
	if theirs.Person != mine.Person || theirs.Institution != s.other.Institution {
		t.Fatalf("enrolled %s at %s", theirs.Person, theirs.Institution)
	}
	if want := (enrolment.Snapshot{First: "Asha", Surname: "Mwakyusa-Said", CheckNumber: "00123456", Phone: "+255755000099", Designation: "Mratibu"}); theirs.Snapshot != want {
		t.Errorf("the enrolment tells %+v", theirs.Snapshot)
	}
	w := said(v)
	if !strings.Contains(w, "column J: This person's account says otherwise") || strings.Contains(w, "0712") || strings.Contains(w, "712000011") {
		t.Errorf("the warning says %s", w)
	}
	ps, err := s.accounts.PeopleMany(s.ctx, []darasa.ID{mine.Person})
	if err != nil || ps[mine.Person].Phone != "+255712000011" || ps[mine.Person].Surname != "Mwakyusa" {
		t.Errorf("the account says %+v, %v", ps[mine.Person], err)
	}
	as, err := s.accounts.Affiliations(s.ctx, darasa.Command("test"), mine.Person)
	slices.SortFunc(as, func(a, b account.Affiliation) int { return strings.Compare(a.Designation, b.Designation) })
	if err != nil || len(as) != 2 || as[0].Designation != "" || as[0].Facility != knownHFR || as[1].Designation != "Mratibu" || as[1].Facility != "" {
		t.Errorf("affiliations %+v, %v", as, err)
	}
	if again := s.learner(s.run, home); again.Rev != mine.Rev {
		t.Error("the first institution's enrolment was written")
	}
	if _, err := s.roster.Import(s.ctx, s.other, enrolment.RosterInput{Run: s.run.ID, Rows: []enrolment.RosterRow{asha()}}, s.now); darasa.CodeOf(err) != darasa.NotFound {
		t.Errorf("another institution's run: %v", err)
	}
}

func TestRosterOfThoseWhoLeft(t *testing.T) {
	s := newSchool(t)
	v := s.take(s.trainer, s.run, false, asha()).Verdicts[0]
	if _, err := s.all.Withdraw(s.ctx, s.trainer, v.Enrolment, s.now); err != nil {
		t.Fatal(err)
	}
	res := s.take(s.trainer, s.run, false, asha())
	if res.Verdicts[0].Verdict != enrolment.RowUpdated || !strings.Contains(said(res.Verdicts[0]), "had been withdrawn") || s.learner(s.run, v).State != enrolment.Active {
		t.Errorf("%+v", res.Verdicts[0])
	}
	second, err := s.all.CreateRun(s.ctx, s.trainer, "c2", form("second"), s.now)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.all.Move(s.ctx, s.trainer, v.Enrolment, second.ID, "x", s.now); err != nil {
		t.Fatal(err)
	}
	res = s.take(s.trainer, s.run, false, asha())
	if res.Verdicts[0].Verdict != enrolment.RowUnchanged || !strings.Contains(said(res.Verdicts[0]), "another run") {
		t.Errorf("%+v", res.Verdicts[0])
	}
	if res = s.take(s.trainer, second, false, asha()); verdicts(res) != "unchanged" || s.learner(second, res.Verdicts[0]).ID != v.Enrolment {
		t.Errorf("in the new run: %+v", res.Verdicts[0])
	}
	if _, err := s.all.CloseRun(s.ctx, s.trainer, s.run.ID, s.now); err != nil {
		t.Fatal(err)
	}
	if _, err := s.roster.Import(s.ctx, s.trainer, enrolment.RosterInput{Run: s.run.ID, Rows: []enrolment.RosterRow{asha()}}, s.now); darasa.CodeOf(err) != darasa.Conflict {
		t.Errorf("a closed run: %v", err)
	}
}

func crowd(n int) []enrolment.RosterRow {
	rows := make([]enrolment.RosterRow, n)
	for i := range rows {
		rows[i] = enrolment.RosterRow{Row: i + 2, First: "Asha", Surname: "Mwakyusa", Sex: "KE", Cadre: "enrolled-nurse", CheckNumber: fmt.Sprintf("%08d", i),
			Registration: fmt.Sprintf("TNMC %d", i), Phone: fmt.Sprintf("0712%06d", i), HFR: knownHFR, Designation: "Muuguzi"}
	}
	return rows
}

// BenchmarkRoster imports 10,000 people whom nobody knows yet; wanted: 10 s.
func BenchmarkRoster(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		s := newSchool(b)
		b.StartTimer()
		res, err := s.roster.Import(s.ctx, s.trainer, enrolment.RosterInput{Run: s.run.ID, Rows: crowd(10_000), Lang: darasa.Swahili}, s.now)
		if err != nil || res.Counts[enrolment.RowAdded] != 10_000 {
			b.Fatal(res.Counts, err)
		}
	}
}
