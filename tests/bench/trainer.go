package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// rosterRows is the size of the roster under measurement.
const rosterRows = 10_000

// newUUID returns a random id as a device makes one.
func newUUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// trainer signs in by the API.
func (r *load) trainer(ctx context.Context) (*learner, error) {
	t := newLearner(r.s.url)
	var out struct {
		Token string `json:"token"`
	}
	err := t.json(ctx, "/api/v1/sessions", map[string]string{"login": trainer, "password": password}, &out)
	t.cookie = "Bearer " + out.Token
	return t, err
}

// report exports the workbook of the seeded run over HTTP: a load that memory
// must settle after.
func (r *load) report(ctx context.Context) error {
	t, err := r.trainer(ctx)
	if err != nil {
		return err
	}
	q := url.Values{"course": {courseSlug}, "run": {r.p.run5}, "lang": {"en"}}
	a, err := t.want(ctx, http.StatusOK, http.MethodGet, "/api/v1/reports/progress.xlsx?"+q.Encode(), nil, "Authorization", t.cookie)
	if err == nil && !bytes.HasPrefix(a.body, []byte("PK")) {
		err = fmt.Errorf("the workbook is no zip: %.40q", a.body)
	}
	return err
}

// roster takes in a list of new people and enrols them in a run.
func (r *load) roster(ctx context.Context, run string, round int) error {
	t, err := r.trainer(ctx)
	if err != nil {
		return err
	}
	body, kind, err := rosterForm(run, round)
	if err != nil {
		return err
	}
	before, err := r.s.cpu()
	if err != nil {
		return err
	}
	began := time.Now()
	q, err := http.NewRequestWithContext(ctx, http.MethodPost, r.s.url+"/api/v1/rosters", body)
	if err != nil {
		return err
	}
	q.Header.Set("Content-Type", kind)
	q.Header.Set("Authorization", t.cookie)
	a, err := t.send(q)
	if err != nil {
		return err
	}
	if a.status != http.StatusOK {
		return fmt.Errorf("the roster was answered with %d: %.400s", a.status, a.body)
	}
	seconds := time.Since(began).Seconds()
	after, err := r.s.cpu()
	if err == nil {
		r.out.add("roster-s", seconds)
		r.out.add("roster-cpu", after-before)
	}
	return err
}

// rosterForm is the upload of a .csv whose people nobody knows yet.
func rosterForm(run string, round int) (io.Reader, string, error) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	if err := w.WriteField("run", run); err != nil {
		return nil, "", err
	}
	f, err := w.CreateFormFile("file", "roster.csv")
	if err != nil {
		return nil, "", err
	}
	var csv strings.Builder
	csv.WriteString("First name,Middle name,Surname,Sex,Cadre,Check number,Phone,HFR code\n")
	first := []string{"Asha", "Juma", "Neema", "Baraka", "Rehema", "Omari"}
	last := []string{"Mwakyusa", "Kileo", "Sanga", "Haule", "Lema", "Mushi", "Ngowi"}
	for i := range rosterRows {
		fmt.Fprintf(&csv, "%s,,%s,%s,Clinical Officer,98%02d%06d,+2557%02d%06d,990101-8\n", first[i%len(first)], last[i/3%len(last)], []string{"F", "M"}[i%2], round, i, 10+round, i)
	}
	if _, err := io.WriteString(f, csv.String()); err != nil {
		return nil, "", err
	}
	return &b, w.FormDataContentType(), w.Close()
}
