package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"darasa/backend/darasa"
	"darasa/reports/sheet"
)

// TestReportProgress writes the demonstration's workbook by the command line
// and reads its rows back.
func TestReportProgress(t *testing.T) {
	dir := t.TempDir()
	data, out := filepath.Join(dir, "data"), filepath.Join(dir, "progress.xlsx")
	ctx := context.Background()
	s := storage{Data: data, Zone: "Africa/Dar_es_Salaam", URL: "http://darasa.localhost:8080"}
	w, err := s.open(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.demo(ctx, darasa.Now(), io.Discard); err != nil {
		t.Fatal(err)
	}
	if err := w.close(); err != nil {
		t.Fatal(err)
	}
	call := func(args ...string) (int, string) {
		var said bytes.Buffer
		code := run(ctx, append([]string{"report", "progress", "--data", data, "--out", out}, args...), streams{strings.NewReader(""), &said, &said})
		return code, said.String()
	}
	if code, said := call("--course", "nothing"); code != exitFailed || !strings.Contains(said, "no such course") {
		t.Errorf("no such course: %d %s", code, said)
	}
	if code, said := call("--course", demoCourse, "--institution", "nowhere"); code != exitFailed || !strings.Contains(said, "no such institution") {
		t.Errorf("no such institution: %d %s", code, said)
	}
	if code, _ := call("--course", demoCourse, "--variant", "pdf"); code != exitUsage {
		t.Errorf("no such variant: %d", code)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 1 {
		t.Errorf("a refused report left %v, %v", left, err)
	}
	code, said := call("--course", demoCourse, "--institution", demoInstitution, "--lang", "en")
	if code != exitDone || !strings.Contains(said, "learners in "+out) {
		t.Fatalf("%d %s", code, said)
	}
	b, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	rows, heads := 0, false
	err = sheet.Read(ctx, sheet.File{Name: out, Data: bytes.NewReader(b), Size: int64(len(b))}, sheet.Limits{}, []string{"Progress"}, func(r sheet.Row) error {
		line := strings.Join(r.Cells, "|")
		heads = heads || strings.Contains(line, "First name|Middle name|Surname|Sex|Cadre")
		if strings.Contains(line, "|Checking our data|C2|") {
			rows++
		}
		return nil
	})
	if err != nil || rows == 0 || !heads || !strings.Contains(said, fmt.Sprintf("%d learners", rows)) {
		t.Errorf("%d rows, headers %v, %v; the command said %s", rows, heads, err, said)
	}
}
