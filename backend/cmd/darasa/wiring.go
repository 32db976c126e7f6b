package main

import (
	"context"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"darasa/backend/account"
	"darasa/backend/attempt"
	"darasa/backend/course"
	"darasa/backend/credential"
	"darasa/backend/darasa"
	"darasa/backend/enrolment"
	"darasa/backend/institution"
	"darasa/backend/ledger"
	"darasa/backend/lrs"
	"darasa/backend/media"
	"darasa/backend/progress"
	"darasa/backend/store"
	"darasa/backend/store/mongodb"
	"darasa/backend/store/sqlite"
	"darasa/content/institutions"
)

// world is every service over one store, as each command needs it.
type world struct {
	engine       store.Engine
	media        media.Store
	secret       []byte
	zone         *time.Location
	base         string // the first --url, as kept in the store
	url          *url.URL
	tmp          string
	lists        institutions.Lists
	book         *ledger.Book
	accounts     *account.Service
	institutions *institution.Service
	courses      *course.Service
	log          *lrs.Log
	enrolments   *enrolment.Service
	attempts     *attempt.Service
	progress     *progress.Service
	certificates *credential.Service
}

// openEngine opens MongoDB where it is named, else the embedded store.
func (s storage) openEngine(ctx context.Context) (store.Engine, error) {
	if s.MongoDB != "" {
		return mongodb.Open(ctx, mongodb.Options{URI: s.MongoDB})
	}
	return sqlite.Open(ctx, sqlite.Options{Path: filepath.Join(s.Data, "darasa.sqlite")})
}

func (s storage) openMedia(ctx context.Context) (media.Store, error) {
	if s.S3 != "" {
		return media.Open(ctx, s.S3)
	}
	return media.Open(ctx, filepath.Join(s.Data, "media"))
}

// open makes the services. Collections and indexes that are missing are made.
func (s storage) open(ctx context.Context) (*world, error) {
	if err := s.prepare(); err != nil {
		return nil, err
	}
	zone, err := s.zone()
	if err != nil {
		return nil, err
	}
	u, err := address("--url", s.URL)
	if err != nil {
		return nil, err
	}
	secret, err := s.secret()
	if err != nil {
		return nil, err
	}
	e, err := s.openEngine(ctx)
	if err != nil {
		return nil, err
	}
	m, err := s.openMedia(ctx)
	if err != nil {
		return nil, errorsJoin(err, e.Close())
	}
	w := &world{engine: e, media: m, secret: secret, zone: zone, url: u, tmp: filepath.Join(s.Data, "tmp")}
	if err := w.wire(ctx); err != nil {
		return nil, errorsJoin(err, e.Close())
	}
	return w, nil
}

// errorsJoin keeps the first error's own type and adds the second as a note.
func errorsJoin(first, second error) error {
	if second == nil {
		return first
	}
	return fmt.Errorf("%w; then: %v", first, second)
}

// settings is the one document of what a store was begun with.
type settings struct {
	store.Meta `json:"-"`
	ID         darasa.ID `json:"id"`
	Base       string    `json:"base"` // of activity IRIs: the first --url
}

var settingsSpec = store.Spec{Name: "settings", Version: 1}

func (w *world) settings() store.Coll[settings] {
	return store.Open(w.engine, settingsSpec, func(s *settings) darasa.ID { return s.ID }, func(s *settings) *store.Meta { return &s.Meta }, nil)
}

// findBase returns the first --url that this store was served at: IRIs must
// not change when the platform moves. A store that was never served has none
// yet, and a command's --url is taken for the moment.
func (w *world) findBase(ctx context.Context) error {
	w.base = strings.TrimSuffix(w.url.String(), "/")
	s, err := w.settings().Get(ctx, "platform")
	if darasa.CodeOf(err) == darasa.NotFound {
		return nil
	}
	if err == nil {
		w.base = s.Base
	}
	return err
}

// keepBase makes the base in use the store's for ever; serve and seed call it,
// because they make statements.
func (w *world) keepBase(ctx context.Context) error {
	_, err := w.settings().Upsert(ctx, "platform", func() settings { return settings{ID: "platform", Base: w.base} },
		func(*settings) error { return store.ErrUnchanged })
	return err
}

// specs declares every collection, in the order of a backup.
func (w *world) specs() []store.Spec {
	all := []store.Spec{settingsSpec}
	for _, s := range [][]store.Spec{
		w.book.Specs(), w.institutions.Specs(), w.accounts.Specs(), course.Specs(), lrs.Specs(),
		enrolment.Specs(), attempt.Specs(), progress.Specs(), credential.Specs(),
	} {
		all = append(all, s...)
	}
	return all
}

// wire makes the services in the order of the stages.
func (w *world) wire(ctx context.Context) error {
	var err error
	if w.lists, err = institutions.Load(); err != nil {
		return err
	}
	w.book = ledger.New(w.engine)
	w.institutions = institution.New(w.engine, w.book)
	w.accounts, err = account.New(w.engine, w.book, account.Options{
		Secret: w.secret, JoinCode: w.institutions.JoinCode, Institution: w.institutions.Exists,
	})
	if err != nil {
		return err
	}
	w.courses = course.New(w.engine, w.media, course.Options{Audit: w.book})
	w.log = lrs.New(w.engine)
	if err := w.engine.Ensure(ctx, w.specs()...); err != nil {
		return err
	}
	if err := w.findBase(ctx); err != nil {
		return err
	}
	tickets, err := attempt.NewSigner("ticket", w.secret)
	if err != nil {
		return err
	}
	tokens, err := attempt.NewSigner("sync", w.secret)
	if err != nil {
		return err
	}
	w.enrolments = enrolment.New(w.engine, w.courses, w.book, darasa.NewID)
	w.attempts = attempt.New(w.engine, w.enrolments, w.courses, tickets)
	w.progress = progress.New(w.engine, progress.Parts{
		Enrolments: w.enrolments, Attempts: w.attempts, Content: w.courses, Statements: w.log, People: w.accounts,
		Jobs: w.book, Tokens: tokens, Base: w.base, NewID: darasa.NewID,
	})
	w.enrolments.Listen(w.progress)
	w.certificates = credential.New(w.engine, w.book, w.courses, w.progress, w.zone)
	w.progress.Issue(w.certificates)
	w.hooks()
	return nil
}

// close ends the store's connections.
func (w *world) close() error { return w.engine.Close() }
