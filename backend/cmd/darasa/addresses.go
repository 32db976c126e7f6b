package main

import (
	"context"
	"net/url"

	"darasa/backend/darasa"
	"darasa/backend/jobs"
	"darasa/backend/ledger"
	"darasa/backend/progress"
	"darasa/backend/web"
	"darasa/frontend"
)

// contentURL is the address that foreign packages are served on: another host
// of the same site, so that the browser keeps their storage apart from ours.
func (c *serveCmd) contentURL(w *world) (*url.URL, error) {
	if c.Content != "" {
		return address("--content-url", c.Content)
	}
	u := *w.url
	u.Host = "content." + u.Host
	return &u, nil
}

// services are what the edge needs of the world.
func (w *world) services(assets frontend.Assets) web.Services {
	return web.Services{
		Book: w.book, Accounts: w.accounts, Institutions: w.institutions, Courses: w.courses, Log: w.log, Enrolments: w.enrolments,
		Attempts: w.attempts, Progress: w.progress, Certificates: w.certificates, Media: w.media, Assets: assets, Lists: w.lists, TempDir: w.tmp,
		Dependencies: []web.Dependency{{Name: "store", Ping: w.engine.Ping}, {Name: "media", Ping: w.media.Ping}},
	}
}

// handlers says what each kind of job does.
func (w *world) handlers(run *jobs.Worker) {
	run.On(progress.CertificateJob, func(ctx context.Context, j ledger.Job, _ func(int64, int64) error) (string, error) {
		p, err := w.progress.Certify(ctx, darasa.ID(j.Source), darasa.Now())
		return p.Certificate, err
	})
	run.EveryNight("sweep", 2, func(ctx context.Context, _ ledger.Job, _ func(int64, int64) error) (string, error) {
		return "", w.sweep(ctx, darasa.Now())
	})
	run.EveryNight("join", 3, func(ctx context.Context, _ ledger.Job, report func(int64, int64) error) (string, error) {
		return w.joinTouched(ctx, darasa.Now(), report)
	})
}
