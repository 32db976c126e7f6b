package web

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"darasa/backend/darasa"
	"darasa/backend/enrolment"
	"darasa/frontend"
	"darasa/reports/sheet"
)

const rosterHead = "First name,Surname,Sex,Check number,Phone,HFR code,Cadre\n"

// csvOf is a roster as CSV.
func csvOf(rows ...string) []byte { return []byte(rosterHead + strings.Join(rows, "\n") + "\n") }

var goodRows = []string{"Asha,Mwakyusa,F,00123456,0712000011," + testHFR + ",Enrolled Nurse", "Peter,Massawe,M,00123457,0712000012,,"}

// book packs a workbook of one sheet: rows of cells, where "=…" is a formula,
// and merged ranges.
func book(rows [][]string, merged ...string) []byte {
	var x strings.Builder
	x.WriteString(`<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>`)
	for i, row := range rows {
		fmt.Fprintf(&x, `<row r="%d">`, i+1)
		for j, c := range row {
			at := fmt.Sprintf("%c%d", 'A'+j, i+1)
			if f, ok := strings.CutPrefix(c, "="); ok {
				fmt.Fprintf(&x, `<c r="%s" t="str"><f>%s</f><v>x</v></c>`, at, html.EscapeString(f))
				continue
			}
			fmt.Fprintf(&x, `<c r="%s" t="inlineStr"><is><t>%s</t></is></c>`, at, html.EscapeString(c))
		}
		x.WriteString("</row>")
	}
	x.WriteString("</sheetData>")
	if len(merged) > 0 {
		fmt.Fprintf(&x, `<mergeCells count="%d"><mergeCell ref="%s"/></mergeCells>`, len(merged), strings.Join(merged, `"/><mergeCell ref="`))
	}
	x.WriteString("</worksheet>")
	const rels = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/%s" Target="%s"/></Relationships>`
	return pack(map[string]string{
		"[Content_Types].xml":        `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>`,
		"_rels/.rels":                fmt.Sprintf(rels, "officeDocument", "xl/workbook.xml"),
		"xl/workbook.xml":            `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": fmt.Sprintf(rels, "worksheet", "worksheets/sheet1.xml"),
		"xl/worksheets/sheet1.xml":   x.String(),
	})
}

func pack(files map[string]string) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, body := range files {
		w, err := z.Create(name)
		if err == nil {
			_, err = io.WriteString(w, body)
		}
		if err != nil {
			panic(err)
		}
	}
	if err := z.Close(); err != nil {
		panic(err)
	}
	return b.Bytes()
}

var head = []string{"First name", "Surname", "Phone"}

// learners counts who is in the run.
func (rs *runServer) learners() int {
	rs.t.Helper()
	n := 0
	rs.must(rs.Enrolments.EachOfRun(rs.t.Context(), rs.actor("trainer"), rs.run.ID, func(enrolment.Enrolment) error { n++; return nil }))
	return n
}

// token finds the sealed upload of a preview.
func token(t *testing.T, page string) string {
	t.Helper()
	m := regexp.MustCompile(`name="upload" value="([^"]+)"`).FindStringSubmatch(page)
	if m == nil {
		t.Fatalf("no upload in %s", text(page))
	}
	return m[1]
}

func TestRosterIsPreviewedThenTakenIn(t *testing.T) {
	rs := newRunServer(t)
	path := frontend.RunRosterPath(rs.run.ID)
	rs.page("trainer", path, "multipart/form-data")
	file := csvOf(append(goodRows, "Zuhura,Mbwana,F,00123458,0712000013,113310-4,", ",Bila Jina,F,00123459,,,")...)
	a := rs.upload(rs.to(path), "trainer", "washiriki.csv", file)
	if a.Status != http.StatusOK || !a.has("113310-4") && !a.has("HFR code") || !a.has("washiriki.csv") {
		t.Fatalf("%d %s", a.Status, text(a.Body))
	}
	if rs.learners() != 0 {
		t.Fatal("a preview enrolled")
	}
	sealed := token(t, a.Body)
	if a := rs.do(http.MethodPost, rs.to(path), "admin", fields("upload", sealed, "confirm", "1")); a.Status != http.StatusBadRequest || rs.learners() != 0 {
		t.Errorf("somebody else's upload: %d", a.Status)
	}
	for range 2 { // a form sent twice
		a = rs.do(http.MethodPost, rs.to(path), "trainer", fields("upload", sealed, "confirm", "1"))
		if a.Status != http.StatusOK || rs.learners() != 2 {
			t.Fatalf("%d, %d learners: %s", a.Status, rs.learners(), text(a.Body))
		}
	}
	mend := rs.do(http.MethodGet, rs.to(frontend.RunMendPath(rs.run.ID, sealed)), "trainer", nil)
	if mend.Status != http.StatusOK || mend.Header.Get("Content-Type") != workbookType {
		t.Fatalf("%d %s", mend.Status, mend.Body)
	}
	rows := readBook(t, mend.Body, "")
	if len(rows) != 3 || !strings.Contains(strings.Join(rows[1], "|"), "Zuhura") || !strings.Contains(strings.Join(rows[2], "|"), "name is missing") {
		t.Errorf("to mend: %q", rows)
	}
	// The page of the run shows them at once.
	rs.page("trainer", frontend.RunPath(rs.run.ID), "Asha Mwakyusa", "Mwembeni Dispensary", "Enrolled Nurse")
	if a := rs.do(http.MethodPost, rs.to(path), "trainer", fields("upload", sealed)); a.Status != http.StatusBadRequest {
		t.Errorf("without confirm: %d", a.Status)
	}
}

// readBook returns the rows of a workbook's sheet, its first where name is empty.
func readBook(t *testing.T, body, name string) [][]string {
	t.Helper()
	var out [][]string
	var names []string
	if name != "" {
		names = []string{name}
	}
	err := sheet.Read(t.Context(), sheet.File{Name: "x.xlsx", Data: strings.NewReader(body), Size: int64(len(body))}, sheet.Limits{}, names, func(r sheet.Row) error {
		row := make([]string, len(r.Cells))
		for i, c := range r.Cells {
			row[i] = strings.Clone(c)
		}
		out = append(out, row)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// badRosters are the files that a roster may be instead of one, with what is
// said of each. Both doors answer alike.
func badRosters() map[string]struct {
	name   string
	file   []byte
	status int
	says   string
} {
	type bad = struct {
		name   string
		file   []byte
		status int
		says   string
	}
	long := strings.Repeat("Asha,Mwakyusa,F,,,,\n", 200_000)
	return map[string]bad{
		"a wrong header":      {"x.csv", []byte("Jina lote,Umri\nAsha Mwakyusa,30\n"), 400, "header was not found"},
		"200,000 rows":        {"x.csv", append([]byte(rosterHead), long...), 413, "too long"},
		"a password":          {"x.xlsx", locked(), 400, "password"},
		"a renamed csv":       {"x.xlsx", csvOf(goodRows...), 400, "holds CSV text"},
		"a zip named .xlsx":   {"x.xlsx", pack(map[string]string{"notes.txt": "habari"}), 400, "zip but no Excel workbook"},
		"a damaged workbook":  {"x.xlsx", book([][]string{head})[:300], 400, "damaged"},
		"an empty list":       {"x.csv", []byte(rosterHead), 400, "holds nobody"},
		"nothing":             {"x.csv", nil, 400, "empty"},
		"a header word twice": {"x.xlsx", book([][]string{{"First name", "Surname", "Surname"}, {"A", "B", "C"}}), 400, "stands twice"},
	}
}

// locked is as much of a workbook with a password as tells it: Office puts it
// into a compound file with a stream of this name in UTF-16.
func locked() []byte {
	b := append([]byte{0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1}, make([]byte, 1024)...)
	for _, c := range []byte("EncryptedPackage") {
		b = append(b, c, 0)
	}
	return append(b, make([]byte, 1024)...)
}

func TestBadRostersAreRefusedWithAWord(t *testing.T) {
	rs := newRunServer(t)
	for name, x := range badRosters() {
		t.Run(name, func(t *testing.T) {
			a := rs.upload(rs.to(frontend.RunRosterPath(rs.run.ID)), "trainer", x.name, x.file)
			if a.Status != x.status || !strings.Contains(html.UnescapeString(a.Body), x.says) || !a.has(`type="file"`) {
				t.Errorf("the page: %d %s", a.Status, text(a.Body))
			}
			a = rs.api("trainer", x.name, x.file, "run", string(rs.run.ID))
			if a.Status != x.status || !a.has(x.says) || a.Header.Get("Content-Type") != "application/problem+json" {
				t.Errorf("the API: %d %s %s", a.Status, a.Header.Get("Content-Type"), a.Body)
			}
		})
	}
	if n := rs.learners(); n != 0 {
		t.Errorf("%d learners were enrolled", n)
	}
}

// api posts a roster to the API with its fields after the file.
func (rs *runServer) api(who, name string, file []byte, pairs ...string) answer {
	rs.t.Helper()
	body, kind := rosterBody(rs.t, name, file, pairs...)
	return rs.sendAPI(who, body, kind)
}

func (rs *runServer) sendAPI(who string, body []byte, kind string) answer {
	rs.t.Helper()
	req := httptest.NewRequest(http.MethodPost, "/api/v1/rosters?lang=en", bytes.NewReader(body))
	req.Header.Set("Content-Type", kind)
	return rs.send(req, who)
}

func rosterBody(t testing.TB, name string, file []byte, pairs ...string) (body []byte, kind string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	part, err := w.CreateFormFile("file", name)
	if err == nil {
		_, err = part.Write(file)
	}
	for i := 0; err == nil && i < len(pairs); i += 2 {
		err = w.WriteField(pairs[i], pairs[i+1])
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes(), w.FormDataContentType()
}

// A formula and a merged cell refuse their row and no other.
func TestFormulaAndMergedCellRefuseTheirRow(t *testing.T) {
	rs := newRunServer(t)
	file := book([][]string{head, {"Asha", "Mwakyusa", "0712000011"}, {`=CONCAT("Pe","ter")`, "Massawe", "0712000012"}, {"Zuhura", "Mbwana", "0712000013"}}, "A4:B4")
	got := rs.verdicts(rs.api("trainer", "x.xlsx", file, "run", string(rs.run.ID)))
	if len(got.Items) != 3 || got.Counts["added"] != 1 || got.Counts["refused"] != 2 || rs.learners() != 1 {
		t.Fatalf("%+v", got)
	}
	for i, want := range map[int]string{1: "formula", 2: "merged"} {
		f := got.Items[i].Findings
		if len(f) == 0 || !strings.Contains(f[0].What.EN, want) || f[0].Row != i+2 || f[0].Column != "A" || f[0].Mend.SW == "" || f[0].Mend.EN == "" {
			t.Errorf("row %d: %+v", i+2, f)
		}
	}
}

func (rs *runServer) verdicts(a answer) rosterAnswer {
	rs.t.Helper()
	if a.Status != http.StatusOK {
		rs.t.Fatalf("%d %s", a.Status, a.Body)
	}
	var got rosterAnswer
	rs.must(json.Unmarshal([]byte(a.Body), &got))
	return got
}

func TestAPIRoster(t *testing.T) {
	rs := newRunServer(t)
	run := string(rs.run.ID)
	dry := rs.verdicts(rs.api("trainer", "x.csv", csvOf(goodRows...), "run", run, "dry_run", "1"))
	if !dry.DryRun || dry.Counts["added"] != 2 || rs.learners() != 0 {
		t.Errorf("dry: %+v, %d learners", dry, rs.learners())
	}
	first := rs.verdicts(rs.api("trainer", "x.csv", csvOf(goodRows...), "run", run))
	if first.Counts["added"] != 2 || rs.learners() != 2 || first.Items[0].Enrolment == "" {
		t.Errorf("%+v, %d learners", first, rs.learners())
	}
	again := rs.verdicts(rs.api("trainer", "x.csv", csvOf(goodRows...), "run", run))
	if again.Counts["unchanged"] != 2 {
		t.Errorf("again: %+v", again)
	}
	rows := goodRows
	rows = append([]string{"Asha,Mwakyusa,F,00123456,0712000011," + testHFR + ",Clinical Officer"}, rows[1])
	if changed := rs.verdicts(rs.api("trainer", "x.csv", csvOf(rows...), "run", run)); changed.Counts["updated"]+changed.Counts["corrected"] != 1 || changed.Counts["unchanged"] != 1 {
		t.Errorf("changed: %+v", changed)
	}
	for name, x := range map[string]struct {
		a      answer
		status int
	}{
		"another institution's run": {rs.api("away-trainer", "x.csv", csvOf(goodRows...), "run", run), 404},
		"a learner":                 {rs.api("learner", "x.csv", csvOf(goodRows...), "run", run), 403},
		"a stranger":                {rs.api("", "x.csv", csvOf(goodRows...), "run", run), 401},
		"no run":                    {rs.api("trainer", "x.csv", csvOf(goodRows...)), 400},
		"no such run":               {rs.api("trainer", "x.csv", csvOf(goodRows...), "run", "x"), 404},
		"not multipart":             {rs.sendAPI("trainer", []byte("{}"), "application/json"), 400},
	} {
		if x.a.Status != x.status || x.a.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %d %s", name, x.a.Status, x.a.Body)
		}
	}
	es, _, err := rs.Book.Entries(t.Context(), command, auditOf(rs.run.ID))
	if err != nil || len(es) == 0 || es[0].Act != "roster" || strings.Contains(es[0].Detail, "Asha") {
		t.Errorf("the audit log says %+v, %v", es, err)
	}
}

// An upload that is cut off half-way, or is over the limit, changes nothing.
func TestUploadsCutOffOrTooLarge(t *testing.T) {
	rs := newRunServer(t)
	body, kind := rosterBody(t, "x.csv", csvOf(goodRows...), "run", string(rs.run.ID))
	if a := rs.sendAPI("trainer", body[:len(body)/2], kind); a.Status != http.StatusBadRequest || !a.has("did not arrive whole") {
		t.Errorf("the API, cut off: %d %s", a.Status, a.Body)
	}
	page := httptest.NewRequest(http.MethodPost, rs.to(frontend.RunRosterPath(rs.run.ID)), bytes.NewReader(body[:len(body)/2]))
	page.Header.Set("Content-Type", kind)
	if a := rs.send(page, "trainer"); a.Status != http.StatusBadRequest || !a.has("did not arrive whole") {
		t.Errorf("the page, cut off: %d %s", a.Status, text(a.Body))
	}
	big, kind := rosterBody(t, "x.csv", append(csvOf(), bytes.Repeat([]byte("x"), sheetFile)...), "run", string(rs.run.ID))
	if a := rs.sendAPI("trainer", big, kind); a.Status != http.StatusRequestEntityTooLarge || a.Header.Get("Content-Type") != "application/problem+json" || !a.has("12 MB") {
		t.Errorf("the API, too large: %d %s", a.Status, a.Body)
	}
	if a := rs.upload(rs.to(frontend.RunRosterPath(rs.run.ID)), "trainer", "x.csv", bytes.Repeat([]byte("x"), sheetFile)); a.Status != http.StatusRequestEntityTooLarge || !a.has("12 MB") {
		t.Errorf("the page, too large: %d %.300s", a.Status, text(a.Body))
	}
	if n := rs.learners(); n != 0 {
		t.Errorf("%d learners were enrolled", n)
	}
	left, err := osFiles(rs.TempDir)
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestRosterTemplateComesBackFilledIn(t *testing.T) {
	rs := newRunServer(t)
	for _, l := range darasa.Langs {
		a := rs.do(http.MethodGet, "/"+string(l)+frontend.PathRosterMade+"?"+url.Values{"lang": {string(l)}}.Encode(), "trainer", nil)
		if a.Status != http.StatusOK || a.Header.Get("Content-Type") != workbookType || !strings.Contains(a.Header.Get("Content-Disposition"), ".xlsx") {
			t.Fatalf("%s: %d %s", l, a.Status, a.Header)
		}
		if rows := readBook(t, a.Body, ""); len(rows) < 2 || rows[0][0] == "" {
			t.Errorf("%s: %q", l, rows)
		}
	}
}
