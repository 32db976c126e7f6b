package sqlite_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"darasa/backend/darasa"
	"darasa/backend/store"
	"darasa/backend/store/sqlite"
)

// The tests that need a process to die or to be limited run this test binary
// again: childEnv names what the child does, pathEnv its file.
const (
	childEnv = "DARASA_STORE_CHILD"
	pathEnv  = "DARASA_STORE_PATH"
)

// piece is the document of the children; its words tell a half-written one.
type piece struct {
	store.Meta
	ID     darasa.ID `json:"id"`
	Number int64     `json:"number"`
	Words  []string  `json:"words"`
	Pad    string    `json:"pad"`
}

var pieces = store.Spec{Name: "pieces", Version: 1, Indexes: []store.Index{{"number"}}, Numbers: []string{"number"}, Terms: "words"}

func newPiece(id string) *piece {
	return &piece{ID: darasa.ID(id), Number: 1, Words: []string{"all", "w" + id}, Pad: strings.Repeat("x", 3000)}
}

func piecesOf(e store.Engine) (store.Coll[piece], error) {
	c := store.Open(e, pieces, func(p *piece) darasa.ID { return p.ID }, func(p *piece) *store.Meta { return &p.Meta }, nil)
	return c, e.Ensure(context.Background(), pieces)
}

func TestMain(m *testing.M) {
	children := map[string]func(store.Coll[piece]) error{"write": childWrites, "limit": childLimited, "count": childCounts}
	child, ok := children[os.Getenv(childEnv)]
	if !ok {
		os.Exit(m.Run())
	}
	s, err := sqlite.Open(context.Background(), sqlite.Options{Path: os.Getenv(pathEnv)})
	if err == nil {
		var c store.Coll[piece]
		if c, err = piecesOf(s); err == nil {
			err = child(c)
		}
	}
	if err != nil {
		fmt.Println("failed:", err)
		os.Exit(1)
	}
	if err := s.Close(); err != nil {
		os.Exit(1)
	}
}

// childWrites inserts without end from four goroutines and prints each id once
// it is acknowledged.
func childWrites(c store.Coll[piece]) error {
	var wg sync.WaitGroup
	var lock sync.Mutex
	var n atomic.Int64
	for range 4 {
		wg.Go(func() {
			for {
				id := fmt.Sprintf("p%d", n.Add(1))
				if err := c.Insert(context.Background(), newPiece(id)); err != nil {
					return
				}
				lock.Lock()
				fmt.Println(id)
				lock.Unlock()
			}
		})
	}
	wg.Wait()
	return fmt.Errorf("the writers ended")
}

// childLimited inserts under a limit on the size of files until it is refused,
// and checks that what was refused is not there and what was not still is.
func childLimited(c store.Coll[piece]) error {
	ctx := context.Background()
	limit := syscall.Rlimit{Cur: 400 << 10, Max: 400 << 10}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		return err
	}
	stored, err := fillUp(c)
	if err != nil {
		return err
	}
	if err := checkWhole(ctx, c, stored); err != nil {
		return err
	}
	fmt.Println(stored)
	return nil
}

// childCounts adds 200 to one document beside another process that does the same.
func childCounts(c store.Coll[piece]) error {
	for range 200 {
		if err := countOne(c); err != nil {
			return err
		}
	}
	return nil
}

func countOne(c store.Coll[piece]) error {
	for {
		_, err := c.Update(context.Background(), "shared", func(p *piece) error { p.Number++; return nil })
		if darasa.CodeOf(err) != darasa.Unavailable {
			return err
		}
	}
}

// fillUp inserts "f0", "f1" … until the store is full, tries a few more and
// returns how many were stored.
func fillUp(c store.Coll[piece]) (int, error) {
	ctx := context.Background()
	for i := range 5000 {
		err := c.Insert(ctx, newPiece(fmt.Sprintf("f%d", i)))
		if err == nil {
			continue
		}
		if ours, ok := err.(*darasa.Error); !ok || ours.Code != darasa.Unavailable || !strings.Contains(ours.Text.EN, "nothing was written") || ours.Text.SW == "" {
			return i, fmt.Errorf("a full store says: %w", err)
		}
		if _, err := c.InsertMany(ctx, []piece{*newPiece("g1"), *newPiece("g2"), *newPiece("g3"), *newPiece("g4"), *newPiece("g5")}); darasa.CodeOf(err) != darasa.Unavailable {
			return i, fmt.Errorf("InsertMany into a full store: %w", err)
		}
		return i, nil
	}
	return 0, fmt.Errorf("5,000 documents and the store is not full")
}

// checkWhole checks that exactly the first n documents of fillUp are there,
// each with its index entries and terms.
func checkWhole(ctx context.Context, c store.Coll[piece], n int) error {
	for _, q := range []store.Query{{}, {Term: "all"}, {Term: "wf"}, {Equal: map[string]string{"number": "1"}}} {
		if got, err := c.Count(ctx, q); err != nil || got != n {
			return fmt.Errorf("%+v counts %d, %w; want %d", q, got, err, n)
		}
	}
	if _, err := c.Get(ctx, darasa.ID(fmt.Sprintf("f%d", n))); darasa.CodeOf(err) != darasa.NotFound {
		return fmt.Errorf("the refused document: %w", err)
	}
	_, err := c.Get(ctx, darasa.ID(fmt.Sprintf("f%d", n-1)))
	return err
}

// child starts this test binary again.
func child(t *testing.T, what, path string) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childEnv+"="+what, pathEnv+"="+path)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd, bufio.NewScanner(out)
}
