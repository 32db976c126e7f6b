package reports_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"darasa/backend/course"
	"darasa/backend/darasa"
	"darasa/backend/enrolment"
	"darasa/backend/progress"
	"darasa/backend/store"
	"darasa/reports"
	"darasa/reports/sheet"
)

var dar = time.FixedZone("EAT", 3*60*60)

// list is a source of documents that are given.
type list []progress.Progress

func (l list) Each(_ context.Context, _ store.Query, each func(progress.Progress) error) error {
	for _, p := range l {
		if err := each(p); err != nil {
			return err
		}
	}
	return nil
}

func share(v float64) *float64 { return &v }

func moment(s string) darasa.Time {
	t, err := darasa.ParseTime(s)
	if err != nil {
		panic(err)
	}
	return t
}

func edition() course.Edition {
	return course.Edition{ID: "checking-our-data@2", Course: "checking-our-data", Number: 2, Code: "C2", Title: darasa.Text{SW: "Kukagua takwimu zetu", EN: "Checking our data"},
		CPD: []course.CPD{{Council: "TNMC", Points: 9, Category: "other"}, {Council: "MCT", Points: 4, Category: "self-learning", Approval: "MCT/77", From: "2026-01-01", Until: "2026-12-31"}}}
}

func run(days int) enrolment.Run {
	r := enrolment.Run{ID: "run-1", Course: "checking-our-data", Name: "Kibondo, Novemba 2026", Start: "2026-11-23", End: "2026-11-27", Mode: "blended", Venue: "Kibondo", Organizer: "ZHRC",
		Sponsor: "MoH", Facilitators: []string{"Neema Joseph", "Peter Musa"}}
	for i := range days {
		r.Days = append(r.Days, darasa.Date(fmt.Sprintf("2026-11-%02d", 23+i)))
	}
	return r
}

// asha passed; juma has nothing but a name that would be a formula; zawadi withdrew.
func learners() list {
	return list{
		{ID: "e1", Course: "checking-our-data", Edition: "checking-our-data@2", Run: "run-1", Status: progress.Passed, Progress: 1, ModulesDone: 5, ModulesTotal: 5, Lang: darasa.Swahili,
			PreTest: share(0.55), PostTest: share(0.80), PassedAt: moment("2026-11-27T09:00:00Z"), LastActive: moment("2026-11-27T22:30:00Z"), Certificate: "DRS-2026-000123", IssuedOn: moment("2026-11-27T21:30:00Z"),
			Snapshot: enrolment.Snapshot{First: "Asha", Middle: "Juma", Surname: "Ng'ombe", Sex: "F", Cadre: "clinical-officer", Designation: "In-charge", CheckNumber: "00123456", Registration: "MCT 00077",
				Phone: "+255712345678", Mail: "asha@example.org", Facility: "Mwembeni Dispensary", HFR: "990101-8", FacilityType: "Dispensary", Ownership: "Public", Council: "Kibondo DC", District: "Kibondo", Region: "Kigoma", Zone: "Western"},
			Attendance: []enrolment.Attendance{{Day: "2026-11-23", Mark: "P"}, {Day: "2026-11-24", Mark: "E"}}, Toolkits: []string{"outlier-finder", "action-plan"}, Assignment: "16/20", FollowUp: "Yes", Remarks: "-well done",
			Attempts: []progress.Attempt{
				{ID: "a1", Quiz: "pre", Kind: "pre-test", Number: 1, Marks: "q1:1 q2:0 q3:-"}, {ID: "a2", Quiz: "post", Kind: "post-test", Number: 1, Marks: "q1:1 q2:1 q3:0"},
				{ID: "a3", Quiz: "post", Kind: "post-test", Number: 2, Marks: "q1:1 q2:1 q3:1"}, {ID: "a4", Quiz: "post", Kind: "post-test", Number: 0, Marks: "q1:0 q2:0 q3:0", Extra: true}}},
		{ID: "e2", Course: "checking-our-data", Edition: "checking-our-data@2", Run: "run-1", Status: progress.NotStarted, Snapshot: enrolment.Snapshot{First: "=cmd|'/c calc'!A1", Middle: "@x", Surname: "-1", Designation: "+1"}},
		{ID: "e3", Course: "checking-our-data", Edition: "checking-our-data@2", Run: "run-1", Status: progress.InProgress, Withdrawn: true, PreTest: share(1), PostTest: share(1), Snapshot: enrolment.Snapshot{First: "Zawadi", Surname: "Ally", Council: "Kasulu DC", Sex: "F"}},
	}
}

func input(t testing.TB, l darasa.Lang) reports.Input {
	return reports.Input{Lang: l, Editions: []course.Edition{edition()}, Runs: []enrolment.Run{run(2)}, Cadres: []reports.Choice{{Slug: "clinical-officer", Name: darasa.Text{SW: "Tabibu", EN: "Clinical Officer"}}},
		Institution: "ZHRC Western", Exporter: "Neema Joseph", Now: moment("2026-11-28T06:00:00Z"), Zone: dar, TmpDir: t.TempDir()}
}

// made writes a workbook and returns its bytes.
func made(t testing.TB, in reports.Input, src reports.Source) []byte {
	t.Helper()
	var b bytes.Buffer
	if _, err := reports.Progress(context.Background(), &b, in, src); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// rows reads a sheet: row number to cells.
func rows(t testing.TB, b []byte, name string) map[int][]string {
	t.Helper()
	out := map[int][]string{}
	err := sheet.Read(context.Background(), sheet.File{Name: "x.xlsx", Data: bytes.NewReader(b), Size: int64(len(b))}, sheet.Limits{}, []string{name}, func(r sheet.Row) error {
		out[r.N] = append([]string{}, r.Cells...)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// stored is a source that costs what a store costs: every document is decoded
// from JSON as large as a real one.
type stored struct {
	n    int
	docs [][]byte
}

func newStored(t testing.TB, n int) *stored {
	t.Helper()
	s := &stored{n: n}
	for i := range 64 {
		p := learners()[0]
		p.Snapshot.First, p.Snapshot.Surname = fmt.Sprintf("Asha%d", i*7919%997), fmt.Sprintf("Mushi%d", i*104729%991)
		p.Snapshot.Council, p.Snapshot.Sex = fmt.Sprintf("Halmashauri %d DC", i%40), []string{"F", "M"}[i%2]
		for j := range 12 {
			p.Seen = append(p.Seen, progress.Seen{Lesson: fmt.Sprintf("lesson-of-some-length-%d", j), At: moment("2026-11-24T08:00:00Z")})
			p.Seconds = append(p.Seconds, progress.Seconds{Lesson: fmt.Sprintf("lesson-of-some-length-%d", j), Device: "0192f0c1-aaaa", Total: int64(j * 61)})
		}
		p.Attempts = p.Attempts[:2]
		for a := range p.Attempts {
			var marks []string
			for q := range 20 {
				marks = append(marks, fmt.Sprintf("question-slug-%d:%d", q, (i+q*a)%3%2))
			}
			p.Attempts[a].Marks = strings.Join(marks, " ")
		}
		p.Attendance = nil
		for d := range 5 {
			p.Attendance = append(p.Attendance, enrolment.Attendance{Day: darasa.Date(fmt.Sprintf("2026-11-%02d", 23+d)), Mark: "PPAEP"[(i+d)%5 : (i+d)%5+1]})
		}
		b, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		s.docs = append(s.docs, b)
	}
	return s
}

func (s *stored) Each(ctx context.Context, _ store.Query, each func(progress.Progress) error) error {
	for i := range s.n {
		var p progress.Progress
		if err := json.Unmarshal(s.docs[i%len(s.docs)], &p); err != nil {
			return err
		}
		p.Snapshot.CheckNumber = fmt.Sprintf("%08d", i)
		if err := each(p); err != nil {
			return err
		}
	}
	return ctx.Err()
}
