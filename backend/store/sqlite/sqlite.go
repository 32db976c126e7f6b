// Package sqlite keeps documents in one SQLite file: the embedded store for
// one machine, a demonstration or a zonal box. One goroutine writes and groups
// waiting writes into one durable transaction; a few connections read beside
// it. Other processes may use the same file at the same time.
package sqlite

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"

	"darasa/backend/darasa"
	"darasa/backend/store"
)

// Options says where the file is and how much it may take.
type Options struct {
	// Path of the database file; it and its folder are made if missing.
	Path string
	// MaxPages bounds the file in pages of 4096 bytes; 0 leaves it unbounded.
	MaxPages int64
	// Readers is the number of reading connections, 4 where 0.
	Readers int
	// CacheKB is the page cache of each reader in kilobytes, 1024 where 0; the
	// writer has twice as much.
	CacheKB int
}

// Store is a store.Engine on one SQLite file.
type Store struct {
	readers chan *conn
	all     []*conn
	jobs    chan *job
	closed  chan struct{}
	stopped chan struct{}
	once    sync.Once
	writer  *conn
	tables  atomic.Pointer[map[string]*table]
}

var _ store.Engine = (*Store)(nil)

// Open opens or makes the file and starts its writer.
func Open(ctx context.Context, o Options) (*Store, error) {
	if err := ctx.Err(); err != nil {
		return nil, translate(err)
	}
	if err := prepareFile(o.Path); err != nil {
		return nil, translate(err)
	}
	if o.Readers <= 0 {
		o.Readers = 4
	}
	if o.CacheKB <= 0 {
		o.CacheKB = 1024
	}
	s := &Store{
		readers: make(chan *conn, o.Readers),
		jobs:    make(chan *job, maxGroup),
		closed:  make(chan struct{}),
		stopped: make(chan struct{}),
	}
	s.tables.Store(&map[string]*table{})
	var err error
	if s.writer, err = openConn(o.Path, o.CacheKB*2, o.MaxPages, false); err != nil {
		return nil, translate(err)
	}
	if err := s.writer.makeOwn(); err != nil {
		s.writer.close()
		return nil, translate(err)
	}
	for range o.Readers {
		c, err := openConn(o.Path, o.CacheKB, 0, true)
		if err != nil {
			s.closeConns()
			return nil, translate(err)
		}
		s.all = append(s.all, c)
		s.readers <- c
	}
	go s.write()
	return s, nil
}

// prepareFile makes the folder and the file readable by their owner only: it
// holds personal data, and SQLite gives its side files the file's own mode.
func prepareFile(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}

// Kind is "sqlite".
func (s *Store) Kind() string { return "sqlite" }

// Close waits for writes under way and closes the file.
func (s *Store) Close() error {
	s.once.Do(func() {
		close(s.closed)
		<-s.stopped
		for range s.all {
			<-s.readers
		}
		s.closeConns()
	})
	return nil
}

func (s *Store) closeConns() {
	for _, c := range s.all {
		c.close()
	}
	s.writer.close()
}

var errClosed = darasa.Fail(darasa.Unavailable, "Hifadhi imefungwa.", "The store is closed.")

// read lends a reading connection to f.
func (s *Store) read(ctx context.Context, f func(*conn) error) error {
	if err := ctx.Err(); err != nil {
		return translate(err)
	}
	select {
	case <-s.closed:
		return errClosed
	default:
	}
	select {
	case c := <-s.readers:
		defer func() { s.readers <- c }()
		return translate(f(c))
	case <-ctx.Done():
		return translate(ctx.Err())
	}
}

// Pragmas reads back the settings that decide durability: journal_mode,
// synchronous (2 is FULL), busy_timeout, max_page_count, of the writer.
func (s *Store) Pragmas(ctx context.Context) (map[string]string, error) {
	out := map[string]string{}
	err := s.do(ctx, func(c *conn) (error, error) {
		for _, name := range []string{"journal_mode", "synchronous", "busy_timeout", "max_page_count", "page_size", "locking_mode"} {
			v, err := c.pragma(name)
			if err != nil {
				return nil, err
			}
			out[name] = v
		}
		return nil, nil
	})
	return out, err
}

// Ping writes one row durably, so that a full or read-only disk shows.
func (s *Store) Ping(ctx context.Context) error {
	return s.do(ctx, func(c *conn) (error, error) {
		_, err := c.exec(`UPDATE "_darasa" SET pings = pings + 1`)
		return nil, err
	})
}
