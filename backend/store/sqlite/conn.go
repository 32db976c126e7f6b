package sqlite

import (
	"context"
	"database/sql/driver"
	"fmt"
	"io"
	"net/url"
	"strconv"

	"modernc.org/sqlite"
)

// conn is one connection with its prepared statements. It speaks to the driver
// below database/sql: that layer costs a goroutine and a pool's bookkeeping per
// statement, and every statement here is short.
type conn struct {
	db    driver.Conn
	stmts map[string]driver.Stmt
}

// maxStatements bounds the prepared statements of a connection; shapes of
// queries are few, so that reaching it means a leak of shapes, not of rows.
const maxStatements = 300

func openConn(path string, cacheKB int, maxPages int64, readOnly bool) (*conn, error) {
	v := url.Values{}
	add := func(format string, args ...any) { v.Add("_pragma", fmt.Sprintf(format, args...)) }
	add("busy_timeout(10000)")
	add("journal_mode(WAL)")
	add("synchronous(FULL)")
	add("cache_size(-%d)", cacheKB)
	add("temp_store(MEMORY)")
	add("journal_size_limit(67108864)")
	add("secure_delete(ON)") // an erased name must not stay in free space; a tenth more CPU per write
	if maxPages > 0 {
		add("max_page_count(%d)", maxPages)
	}
	if readOnly {
		add("query_only(1)")
	}
	u := url.URL{Scheme: "file", Path: path, RawQuery: v.Encode()}
	if path != "" && path[0] != '/' {
		u = url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: v.Encode()}
	}
	db, err := new(sqlite.Driver).Open(u.String())
	if err != nil {
		return nil, err
	}
	return &conn{db: db, stmts: map[string]driver.Stmt{}}, nil
}

func (c *conn) close() {
	c.forget()
	_ = c.db.Close()
}

// forget closes the prepared statements.
func (c *conn) forget() {
	for _, s := range c.stmts {
		_ = s.Close()
	}
	clear(c.stmts)
}

func (c *conn) prepare(text string) (driver.Stmt, error) {
	if s, ok := c.stmts[text]; ok {
		return s, nil
	}
	if len(c.stmts) >= maxStatements {
		c.forget()
	}
	s, err := c.db.Prepare(text)
	if err == nil {
		c.stmts[text] = s
	}
	return s, err
}

func named(args []any) []driver.NamedValue {
	out := make([]driver.NamedValue, len(args))
	for i, a := range args {
		out[i] = driver.NamedValue{Ordinal: i + 1, Value: a}
	}
	return out
}

// exec runs a statement and returns how many rows it changed.
func (c *conn) exec(text string, args ...any) (int64, error) {
	s, err := c.prepare(text)
	if err != nil {
		return 0, err
	}
	// A background context: the driver would start a goroutine per statement
	// to watch a real one.
	r, err := s.(driver.StmtExecContext).ExecContext(context.Background(), named(args))
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

// query calls f with every row; row is reused between calls.
func (c *conn) query(text string, args []any, columns int, f func(row []driver.Value) error) (err error) {
	s, err := c.prepare(text)
	if err != nil {
		return err
	}
	rows, err := s.(driver.StmtQueryContext).QueryContext(context.Background(), named(args))
	if err != nil {
		return err
	}
	defer func() {
		if e := rows.Close(); err == nil {
			err = e
		}
	}()
	row := make([]driver.Value, columns)
	for {
		switch err := rows.Next(row); err {
		case nil:
		case io.EOF:
			return nil
		default:
			return err
		}
		if err := f(row); err != nil {
			return err
		}
	}
}

// one returns the first column of the first row as a number, and whether there is one.
func (c *conn) one(text string, args ...any) (n int64, found bool, err error) {
	err = c.query(text, args, 1, func(row []driver.Value) error {
		n, _ = row[0].(int64)
		found = true
		return nil
	})
	return n, found, err
}

func (c *conn) pragma(name string) (out string, err error) {
	err = c.query("PRAGMA "+name, nil, 1, func(row []driver.Value) error {
		switch v := row[0].(type) {
		case int64:
			out = strconv.FormatInt(v, 10)
		case string:
			out = v
		}
		return nil
	})
	return out, err
}

// makeOwn makes the one-row table that Ping writes.
func (c *conn) makeOwn() error {
	_, found, err := c.one(`SELECT 1 FROM sqlite_schema WHERE name = '_darasa'`)
	if err != nil || found {
		return err
	}
	if _, err := c.exec("BEGIN IMMEDIATE"); err != nil {
		return err
	}
	for _, text := range []string{
		`CREATE TABLE IF NOT EXISTS "_darasa" (one INTEGER PRIMARY KEY, pings INTEGER NOT NULL)`,
		`INSERT INTO "_darasa" VALUES (1, 0) ON CONFLICT DO NOTHING`,
		"COMMIT",
	} {
		if _, err := c.exec(text); err != nil {
			_, _ = c.exec("ROLLBACK")
			return err
		}
	}
	return nil
}
