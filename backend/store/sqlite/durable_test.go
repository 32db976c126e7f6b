package sqlite_test

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"darasa/backend/darasa"
	"darasa/backend/store"
	"darasa/backend/store/sqlite"
)

func openPieces(t *testing.T, path string, maxPages int64) (*sqlite.Store, store.Coll[piece]) {
	t.Helper()
	s := openAt(t, path, maxPages)
	t.Cleanup(func() { _ = s.Close() })
	c, err := piecesOf(s)
	if err != nil {
		t.Fatalf("Ensure: %v", err)
	}
	return s, c
}

// An acknowledged write survives SIGKILL of the process that wrote it, whole.
func TestKilled(t *testing.T) {
	path := filepath.Join(t.TempDir(), "d.sqlite")
	cmd, lines := child(t, "write", path)
	var stored []string
	for lines.Scan() {
		stored = append(stored, lines.Text())
		if len(stored) == 500 {
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := cmd.Wait(); err == nil || !strings.Contains(err.Error(), "killed") {
		t.Fatalf("the child was not killed: %v", err)
	}
	if len(stored) < 500 {
		t.Fatalf("the child stored %d: %v", len(stored), stored)
	}
	_, c := openPieces(t, path, 0)
	ctx := context.Background()
	for _, id := range stored {
		if _, err := c.Get(ctx, darasa.ID(id)); err != nil {
			t.Errorf("%s was acknowledged: %v", id, err)
		}
	}
	all, err := c.Count(ctx, store.Query{})
	if err != nil {
		t.Fatal(err)
	}
	if terms, err := c.Count(ctx, store.Query{Term: "all"}); err != nil || terms != all {
		t.Errorf("%d documents, %d with terms (%v): a half-written one", all, terms, err)
	}
}

// The settings that make a commit survive a power cut, as SQLite has them.
func TestPragmas(t *testing.T) {
	s := openAt(t, filepath.Join(t.TempDir(), "d.sqlite"), 5000)
	defer s.Close()
	got, err := s.Pragmas(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"journal_mode": "wal", "synchronous": "2", "max_page_count": "5000", "locking_mode": "normal", "page_size": "4096"} {
		if got[name] != want {
			t.Errorf("%s is %s, want %s", name, got[name], want)
		}
	}
	if ms, _ := strconv.Atoi(got["busy_timeout"]); ms < 5000 {
		t.Errorf("busy_timeout is %d ms: other processes would see errors", ms)
	}
}

// A store at max_page_count refuses with a clear text and keeps no half.
func TestFull(t *testing.T) {
	path := filepath.Join(t.TempDir(), "d.sqlite")
	ctx := context.Background()
	s, c := openPieces(t, path, 100)
	n, err := fillUp(c)
	if err != nil {
		t.Fatal(err)
	}
	if err := checkWhole(ctx, c, n); err != nil {
		t.Error(err)
	}
	full, err := c.Get(ctx, "f0")
	if err != nil {
		t.Fatal(err)
	}
	full.Pad = strings.Repeat("y", 200_000)
	if err := c.Replace(ctx, &full); darasa.CodeOf(err) != darasa.Unavailable {
		t.Errorf("Replace in a full store: %v", err)
	}
	if again, err := c.Get(ctx, "f0"); err != nil || again.Rev != 1 || len(again.Pad) != 3000 {
		t.Errorf("a refused replacement left rev %d, %v", again.Rev, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	_, c = openPieces(t, path, 0)
	if err := checkWhole(ctx, c, n); err != nil {
		t.Errorf("opened again: %v", err)
	}
	if err := c.Insert(ctx, newPiece("more")); err != nil {
		t.Errorf("with room again: %v", err)
	}
}

// One document that does not fit refuses only itself, not those that share its
// transaction.
func TestFullRefusesOneOnly(t *testing.T) {
	_, c := openPieces(t, filepath.Join(t.TempDir(), "d.sqlite"), 60)
	type outcome struct {
		big bool
		err error
	}
	results := make(chan outcome)
	for i := range 20 {
		go func() {
			p := newPiece("s" + strconv.Itoa(i))
			p.Pad = ""
			if i%4 == 0 {
				p.Pad = strings.Repeat("z", 250_000)
			}
			results <- outcome{i%4 == 0, c.Insert(context.Background(), p)}
		}()
	}
	for range 20 {
		r := <-results
		if r.big != (r.err != nil) {
			t.Errorf("big %v: %v", r.big, r.err)
		}
	}
	if n, err := c.Count(context.Background(), store.Query{}); n != 15 || err != nil {
		t.Errorf("%d stored, %v; want the 15 small ones", n, err)
	}
}

// A limit on the size of files stands for a full disk.
func TestFileSizeLimit(t *testing.T) {
	path := filepath.Join(t.TempDir(), "d.sqlite")
	cmd, lines := child(t, "limit", path)
	last := ""
	for lines.Scan() {
		last = lines.Text()
	}
	if err := cmd.Wait(); err != nil {
		t.Fatalf("the limited child: %v: %s", err, last)
	}
	n, err := strconv.Atoi(last)
	if err != nil || n < 10 {
		t.Fatalf("the limited child said %q", last)
	}
	_, c := openPieces(t, path, 0)
	if err := checkWhole(context.Background(), c, n); err != nil {
		t.Error(err)
	}
	if err := c.Insert(context.Background(), newPiece("more")); err != nil {
		t.Errorf("with room again: %v", err)
	}
}

// Two processes add to one document; nothing is lost and nobody sees "busy".
func TestTwoProcesses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "d.sqlite")
	_, c := openPieces(t, path, 0)
	p := newPiece("shared")
	p.Number = 0
	if err := c.Insert(context.Background(), p); err != nil {
		t.Fatal(err)
	}
	cmd, lines := child(t, "count", path)
	for range 200 {
		if err := countOne(c); err != nil {
			t.Fatal(err)
		}
	}
	for lines.Scan() {
		t.Errorf("child: %s", lines.Text())
	}
	if err := cmd.Wait(); err != nil {
		t.Fatal(err)
	}
	got, err := c.Get(context.Background(), "shared")
	if err != nil || got.Number != 400 {
		t.Errorf("number %d, %v; want 400", got.Number, err)
	}
}

// Files that are not ours are refused when opened, and left as they are.
func TestForeignFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "d.sqlite")
	text := strings.Repeat("this is not a database\n", 500)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := sqlite.Open(context.Background(), sqlite.Options{Path: path})
	if darasa.CodeOf(err) != darasa.Internal || !strings.Contains(err.Error(), "not a Darasa store") {
		t.Errorf("Open: %v", err)
	}
	if got, err := os.ReadFile(path); err != nil || string(got) != text {
		t.Errorf("the file was changed: %v", err)
	}
	_, err = sqlite.Open(context.Background(), sqlite.Options{Path: filepath.Join(path, "below", "d.sqlite")})
	if darasa.CodeOf(err) != darasa.Unavailable {
		t.Errorf("Open below a file: %v", err)
	}
}

func TestClosed(t *testing.T) {
	s, c := openPieces(t, filepath.Join(t.TempDir(), "d.sqlite"), 0)
	for range 2 {
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := c.Get(context.Background(), "x"); darasa.CodeOf(err) != darasa.Unavailable {
		t.Errorf("Get after Close: %v", err)
	}
	if err := c.Insert(context.Background(), newPiece("x")); darasa.CodeOf(err) != darasa.Unavailable {
		t.Errorf("Insert after Close: %v", err)
	}
}

// The file and its side files hold personal data: nobody else may read them.
func TestFileMode(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sub", "d.sqlite")
	_, c := openPieces(t, path, 0)
	if err := c.Insert(context.Background(), newPiece("x")); err != nil {
		t.Fatal(err)
	}
	for _, side := range []string{"", "-wal", "-shm"} {
		info, err := os.Stat(path + side)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %o", filepath.Base(path+side), info.Mode().Perm())
		}
	}
}

// Several that open a new file at once all get it, and all declare the same.
func TestOpenAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "d.sqlite")
	opened := make(chan error)
	for i := range 6 {
		go func() {
			s, err := sqlite.Open(context.Background(), sqlite.Options{Path: path})
			if err == nil {
				defer s.Close()
				var c store.Coll[piece]
				if c, err = piecesOf(s); err == nil {
					err = c.Insert(context.Background(), newPiece("at-once-"+strconv.Itoa(i)))
				}
			}
			opened <- err
		}()
	}
	for range 6 {
		if err := <-opened; err != nil {
			t.Error(err)
		}
	}
}
