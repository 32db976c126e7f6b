package reports_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"darasa/backend/course"
	"darasa/backend/darasa"
	"darasa/backend/enrolment"
	"darasa/backend/progress"
	"darasa/backend/store"
	"darasa/reports"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestHeaders compares every sheet's header with the golden file, in both
// languages and every variant.
func TestHeaders(t *testing.T) {
	var got strings.Builder
	for _, variant := range []string{reports.Full, reports.HRHIS, reports.TrainSMART} {
		for _, l := range darasa.Langs {
			in := input(t, l)
			in.Variant = variant
			f, err := excelize.OpenReader(bytes.NewReader(made(t, in, learners())))
			if err != nil {
				t.Fatal(err)
			}
			for _, name := range f.GetSheetList() {
				panes, _ := f.GetPanes(name)
				all, _ := f.GetRows(name)
				fmt.Fprintf(&got, "%s %s, %s, row %d: %s\n", variant, l, name, panes.YSplit, strings.Join(all[panes.YSplit-1], "; "))
			}
		}
	}
	golden := filepath.Join("testdata", "headers.txt")
	if *update {
		if err := os.WriteFile(golden, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got.String()); d != "" {
		t.Error(d)
	}
}

// TestFullSheetOrder holds the English header to the field's own list: domain.md section 5.
func TestFullSheetOrder(t *testing.T) {
	want := `SN; First name; Middle name; Surname; Sex; Cadre; Designation; Check number; Council and registration no.; Phone; E-mail; Facility; HFR code; Facility type; Ownership; Council; District; Region; Zone; Course; Course code; Course edition; Run; Mode; Language; Venue; Organizer; Sponsor; Facilitators; Start; End; Day 1; Day 2; Days attended; Attendance %; Pre-test %; Post-test %; Gain; Normalised gain; Modules done; Modules total; Progress %; Toolkits used; Assignment; Result; CPD points; CPD category; Approval no.; Certificate no.; Issued on; 3-month follow-up; Last active; Remarks`
	head := rows(t, made(t, input(t, darasa.English), learners()), "Progress")[1]
	if d := cmp.Diff(strings.Split(want, "; "), head); d != "" {
		t.Error(d)
	}
}

// shown opens the workbook as a person sees it and returns cells by header.
func shown(t *testing.T, b []byte, name string, header, row int) (map[string]string, func(head string) excelize.CellType) {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	all, err := f.GetRows(name)
	if err != nil {
		t.Fatal(err)
	}
	cells, place := map[string]string{}, map[string]string{}
	for i, h := range all[header-1] {
		ref, _ := excelize.CoordinatesToCellName(i+1, row)
		cells[h], _ = f.GetCellValue(name, ref)
		place[h] = ref
	}
	return cells, func(h string) excelize.CellType { k, _ := f.GetCellType(name, place[h]); return k }
}

func TestProgressRow(t *testing.T) {
	b := made(t, input(t, darasa.English), learners())
	got, kind := shown(t, b, "Progress", 1, 2)
	want := map[string]string{"SN": "1", "First name": "Asha", "Surname": "Ng'ombe", "Sex": "F", "Cadre": "Clinical Officer", "Check number": "00123456", "Council and registration no.": "MCT 00077",
		"Phone": "+255712345678", "HFR code": "990101-8", "Course": "Checking our data", "Course code": "C2", "Course edition": "2", "Run": "Kibondo, Novemba 2026", "Mode": "Classroom and online", "Language": "Kiswahili",
		"Facilitators": "Neema Joseph, Peter Musa", "Start": "23/11/2026", "End": "27/11/2026", "Day 1": "P", "Day 2": "E", "Days attended": "1", "Attendance %": "50.0%",
		"Pre-test %": "55.0%", "Post-test %": "80.0%", "Gain": "25.0%", "Normalised gain": "0.56", "Modules done": "5", "Modules total": "5", "Progress %": "100.0%", "Toolkits used": "outlier-finder, action-plan",
		"Assignment": "16/20", "Result": "Passed", "CPD points": "4.00", "CPD category": "self-learning", "Approval no.": "MCT/77", "Certificate no.": "DRS-2026-000123",
		"Issued on": "28/11/2026", "Last active": "28/11/2026 01:30", "3-month follow-up": "Yes", "Remarks": "'-well done"}
	for h, w := range want {
		if got[h] != w {
			t.Errorf("%s: %q, want %q", h, got[h], w)
		}
	}
	for h, w := range map[string]excelize.CellType{"Check number": excelize.CellTypeInlineString, "HFR code": excelize.CellTypeInlineString, "Start": excelize.CellTypeUnset, "Pre-test %": excelize.CellTypeUnset, "Last active": excelize.CellTypeUnset} {
		if kind(h) != w {
			t.Errorf("%s is of type %v", h, kind(h))
		}
	}
}

// TestMissingIsEmpty reads the row of somebody of whom only the name is known.
func TestMissingIsEmpty(t *testing.T) {
	got, _ := shown(t, made(t, input(t, darasa.English), learners()), "Progress", 1, 3)
	known := map[string]bool{"SN": true, "First name": true, "Middle name": true, "Surname": true, "Designation": true, "Course": true, "Course code": true, "Course edition": true, "Run": true, "Mode": true,
		"Venue": true, "Organizer": true, "Sponsor": true, "Facilitators": true, "Start": true, "End": true, "Progress %": true, "Result": true}
	for h, v := range got {
		if (v != "") != known[h] {
			t.Errorf("%s: %q", h, v)
		}
	}
	for h, w := range map[string]string{"First name": "'=cmd|'/c calc'!A1", "Middle name": "'@x", "Surname": "'-1", "Designation": "'+1", "Progress %": "0.0%"} {
		if got[h] != w {
			t.Errorf("%s: %q, want %q", h, got[h], w)
		}
	}
}

func TestWithdrawnIsMarked(t *testing.T) {
	b := made(t, input(t, darasa.Swahili), learners())
	got, _ := shown(t, b, "Maendeleo", 1, 4)
	if got["Matokeo"] != "Ameondolewa" || got["Jinsia"] != "KE" || got["Ongezeko sanifu"] != "" || got["Ongezeko"] != "0.0%" {
		t.Errorf("%v", got)
	}
	for n, r := range rows(t, b, "Mahudhurio") {
		if len(r) > 1 && strings.Contains(r[1], "Zawadi") {
			t.Errorf("row %d of the register: %v", n, r)
		}
	}
}

func TestRegisterIsAForm(t *testing.T) {
	all := rows(t, made(t, input(t, darasa.English), learners()), "Attendance")
	if d := cmp.Diff([]string{"SN", "Name", "Facility", "Day 1 23/11", "Day 2 24/11", "Signature"}, all[4]); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{"1", "Asha Juma Ng'ombe", "Mwembeni Dispensary", "P", "E"}, all[5]); d != "" || all[6][0] != "2" {
		t.Error(d, all[6])
	}
	if all[2][0] != "Kibondo, Novemba 2026, Kibondo, 23/11/2026 – 27/11/2026" {
		t.Error(all[2])
	}
}

func TestSummary(t *testing.T) {
	b := made(t, input(t, darasa.English), learners())
	all := rows(t, b, "Summary")
	want := [][]string{
		{"All", "", "2", "1", "1", "0.55", "0.8", "0.25", "1"},
		{"Council", "Not stated", "1", "0", "0"},
		{"Council", "Kibondo DC", "1", "1", "1", "0.55", "0.8", "0.25", "1"},
		{"Cadre", "Not stated", "1", "0", "0"},
		{"Cadre", "Clinical Officer", "1", "1", "1", "0.55", "0.8", "0.25", "1"},
		{"Sex", "Not stated", "1", "0", "0"},
		{"Sex", "F", "1", "1", "1", "0.55", "0.8", "0.25", "1"},
	}
	for i, w := range want {
		if d := cmp.Diff(w, all[4+i]); d != "" {
			t.Errorf("row %d: %s", 4+i, d)
		}
	}
	if len(all) != 10 {
		t.Errorf("%d rows: %v", len(all), all)
	}
	if !bytes.Contains(b, []byte("xl/charts/chart1.xml")) {
		t.Error("no native chart")
	}
}

// TestQuestions takes each learner's first counted try only.
func TestQuestions(t *testing.T) {
	in := input(t, darasa.English)
	in.Stem = func(c darasa.ID, q string) darasa.Text { return darasa.Text{EN: "=" + q} }
	all := rows(t, made(t, in, learners()), "Questions")
	want := map[int][]string{
		4: {"Checking our data", "Pre-test", "q1", "'=q1", "1", "1", "", "0"},
		6: {"Checking our data", "Pre-test", "q3", "'=q3", "1", "0", "", "1"},
		9: {"Checking our data", "Post-test", "q3", "'=q3", "1", "0", "", "0"},
	}
	for n, w := range want {
		if d := cmp.Diff(w, all[n]); d != "" {
			t.Errorf("row %d: %s", n, d)
		}
	}
	if len(all) != 9 {
		t.Errorf("%d rows", len(all))
	}
}

// TestQuestionsVector is assessment's vector, through marks and workbook.
func TestQuestionsVector(t *testing.T) {
	var src list
	for _, marks := range []string{"a:1 b:1 c:1", "a:1 b:1 c:0", "a:1 b:1 c:1", "a:1 b:0 c:-", "a:0 b:0 c:1", "a:0 b:0 c:-"} {
		src = append(src, progress.Progress{Course: "x", Attempts: []progress.Attempt{{Quiz: "q", Kind: "post-test", Number: 1, Marks: marks}}})
	}
	all := rows(t, made(t, input(t, darasa.English), src), "Questions")
	if d := cmp.Diff([]string{"x", "Post-test", "a", "6", "0.666667", "0.433013", "0"}, all[4]); d != "" {
		t.Error(d)
	}
	if all[6][6] != "0.333333" {
		t.Errorf("not answered: %v", all[6])
	}
}

func TestDictionary(t *testing.T) {
	in := input(t, darasa.English)
	in.Filter = "Council: Kibondo DC"
	all := rows(t, made(t, in, learners()), "Dictionary")
	for n, w := range map[int]string{2: "Filter: Council: Kibondo DC", 3: "Exported 28/11/2026 09:00 by Neema Joseph", 4: "Institution: ZHRC Western", 5: "Edition: C2 Checking our data (checking-our-data@2)"} {
		if all[n][0] != w {
			t.Errorf("row %d: %q", n, all[n])
		}
	}
	found := false
	for n, r := range all {
		if n > 6 && (len(r) != 5 || r[3] == "" || r[4] == "") {
			t.Errorf("row %d lacks a meaning: %q", n, r)
		}
		found = found || len(r) > 1 && r[1] == "Normalised gain" && strings.Contains(r[3], "0.56")
	}
	if !found {
		t.Error("Normalised gain is not explained")
	}
}

func TestPrintSetup(t *testing.T) {
	f, err := excelize.OpenReader(bytes.NewReader(made(t, input(t, darasa.English), learners())))
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]string{"Progress", "Summary", "Attendance", "Questions", "Dictionary"}, f.GetSheetList()); d != "" {
		t.Error(d)
	}
	var titles, filters []string
	for _, n := range f.GetDefinedName() {
		if strings.Contains(n.Name, "Print_Titles") {
			titles = append(titles, n.RefersTo)
		}
		if strings.Contains(n.Name, "FilterDatabase") {
			filters = append(filters, n.RefersTo)
		}
	}
	if len(titles) != 5 || len(filters) != 3 || filters[0] != "'Progress'!$A$1:$BA$4" {
		t.Errorf("%v\n%v", titles, filters)
	}
	for _, s := range f.GetSheetList() {
		if p, _ := f.GetPanes(s); !p.Freeze {
			t.Errorf("%s is not frozen", s)
		}
		if l, _ := f.GetPageLayout(s); *l.Orientation != "landscape" || *l.Size != 9 {
			t.Errorf("%s: %+v", s, l)
		}
	}
}

func TestHRHIS(t *testing.T) {
	in := input(t, darasa.English)
	in.Variant = reports.HRHIS
	all := rows(t, made(t, in, learners()), "Participants")
	want := map[int][]string{1: {"Training participants: Checking our data"}, 2: {"28/11/2026"}, 3: {"SN", "Name", "Region", "District", "Course", "Start Date", "End Date", "Venue"},
		4: {"1", "Asha Juma Ng'ombe", "Kigoma", "Kibondo", "Checking our data", "46349", "46353", "Kibondo"},
		5: {"2", "'=cmd|'/c calc'!A1 @x -1", "", "", "Checking our data", "46349", "46353", "Kibondo"}}
	if d := cmp.Diff(want, all); d != "" {
		t.Error(d)
	}
}

func TestTrainSMART(t *testing.T) {
	in := input(t, darasa.Swahili)
	in.Variant = reports.TrainSMART
	src := learners()[:2]
	src = append(src, progress.Progress{StartedAt: moment("2026-11-24T22:00:00Z"), PostTest: share(0), Snapshot: enrolment.Snapshot{First: "Rehema", Surname: "Said"}})
	all := rows(t, made(t, in, src), "Scores")
	want := map[int][]string{1: {"First Name", "Last Name", "Training Date", "Score Label", "Score Value"}, 2: {"Asha", "Ng'ombe", "46349", "Pre-Test", "55"}, 3: {"Asha", "Ng'ombe", "46349", "Post-Test", "80"},
		4: {"Rehema", "Said", "46351", "Post-Test", "0"}}
	if d := cmp.Diff(want, all); d != "" {
		t.Error(d)
	}
}

func TestSeveralRunsAndNone(t *testing.T) {
	in := input(t, darasa.English)
	other := run(5)
	other.ID, other.Name = "run-2", "Kasulu"
	in.Runs = append(in.Runs, other)
	src := learners()
	src[1].Run, src[2].Run = "run-2", ""
	src[1].Attendance = []enrolment.Attendance{{Day: "2026-11-27", Mark: "P"}}
	b := made(t, in, src)
	if got, _ := shown(t, b, "Progress", 1, 3); got["Day 5"] != "P" || got["Run"] != "Kasulu" || got["Attendance %"] != "100.0%" {
		t.Errorf("%v", got)
	}
	if got, _ := shown(t, b, "Progress", 1, 4); got["Start"] != "" || got["Run"] != "" || got["Day 1"] != "" {
		t.Errorf("somebody who studies alone: %v", got)
	}
	if head := rows(t, b, "Attendance")[4]; head[3] != "Run" || head[4] != "Day 1" {
		t.Errorf("%v", head)
	}
}

func TestNobody(t *testing.T) {
	for _, v := range []string{"", reports.HRHIS, reports.TrainSMART} {
		in := input(t, darasa.Swahili)
		in.Variant, in.Runs, in.Editions = v, nil, []course.Edition{}
		if _, err := excelize.OpenReader(bytes.NewReader(made(t, in, list{}))); err != nil {
			t.Errorf("%q: %v", v, err)
		}
	}
}

type broken struct{ list }

func (b broken) Each(ctx context.Context, q store.Query, each func(progress.Progress) error) error {
	if err := b.list.Each(ctx, q, each); err != nil {
		return err
	}
	return errors.New("the store went away")
}

func TestNothingIsWrittenOfAHalf(t *testing.T) {
	in := input(t, darasa.English)
	var out bytes.Buffer
	if n, err := reports.Progress(context.Background(), &out, in, broken{learners()}); err == nil || n != 0 || out.Len() > 0 {
		t.Errorf("%d rows, %d bytes, %v", n, out.Len(), err)
	}
	if left, _ := os.ReadDir(in.TmpDir); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	in.Variant = "moodle"
	if _, err := reports.Progress(context.Background(), &out, in, learners()); darasa.CodeOf(err) != darasa.Invalid {
		t.Error(err)
	}
	in.Variant, in.TmpDir = "", filepath.Join(in.TmpDir, "missing")
	if _, err := reports.Progress(context.Background(), &out, in, learners()); darasa.CodeOf(err) != darasa.Unavailable {
		t.Error(err)
	}
}

func TestOverlook(t *testing.T) {
	o, err := reports.Overlook(context.Background(), store.Query{}, learners())
	if err != nil {
		t.Fatal(err)
	}
	if o.Enrolled() != 2 || o.Passed != 1 || o.NotStarted != 1 || o.Withdrawn != 1 || o.Done() != 1 || o.Sat() != 1 || *o.PassRate() != 1 || math.Abs(*o.MeanGain()-0.25) > 1e-9 || *o.MeanProgress() != 0.5 {
		t.Errorf("%+v", o)
	}
	var none reports.Overview
	if none.MeanPre() != nil || none.MeanPost() != nil || none.PassRate() != nil || none.MeanProgress() != nil {
		t.Error("a mean of nothing is not known")
	}
}

// TestLibreOfficeOpensTheWorkbook converts the full workbook, where LibreOffice
// is installed, and looks for the learner's row.
func TestLibreOfficeOpensTheWorkbook(t *testing.T) {
	office, err := exec.LookPath("soffice")
	if err != nil {
		t.Skip("SKIPPED: soffice is not on this machine; install libreoffice-calc-nogui to see that LibreOffice opens the workbook")
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "progress.xlsx")
	if err := os.WriteFile(file, made(t, input(t, darasa.English), learners()), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithTimeout(context.Background(), 2*time.Minute)
	defer stop()
	cmd := exec.CommandContext(ctx, office, "-env:UserInstallation=file://"+dir+"/profile", "--headless", "--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true", "--outdir", dir, file)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	text, err := os.ReadFile(filepath.Join(dir, "progress.csv"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"1,Asha,Juma,Ng'ombe,F,Clinical Officer,In-charge,00123456,MCT 00077,+255712345678", "55.0%,80.0%,25.0%,0.56,5,5,100.0%", "2,'=cmd|'/c calc'!A1,'@x,'-1,"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
}
