package mongodb_test

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"darasa/backend/darasa"
	"darasa/backend/store"
	"darasa/backend/store/mongodb"
	"darasa/backend/store/sqlite"
	"darasa/backend/store/storetest"
)

const (
	uriEnv     = "DARASA_TEST_MONGODB_URI"
	sequential = "CONCURRENT WRITERS ARE UNTESTED ON MONGODB: FerretDB loses concurrent compare-and-replace; give " + uriEnv + "=mongodb://… of a real replica set"
)

// start returns the address of a server: the one that the environment names,
// or the wire-protocol server of mongotest as a process of the test's own.
func start(t testing.TB) (uri string, process *os.Process) {
	t.Helper()
	if named := os.Getenv(uriEnv); named != "" {
		return named, nil
	}
	binary, err := filepath.Abs(filepath.Join("..", "..", "..", ".cache", "bin", "ferretdb"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(binary); err != nil {
		t.Skip("NOT RUN, MONGODB IS UNTESTED: no .cache/bin/ferretdb (backend/store/mongodb/mongotest/build.sh) and no " + uriEnv)
	}
	cmd := exec.Command(binary, t.TempDir())
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	lines := bufio.NewScanner(out)
	if !lines.Scan() {
		t.Fatal("the server did not say its address")
	}
	return lines.Text(), cmd.Process
}

// opener opens a database of its own for each test.
func opener(uri string) storetest.Open {
	return func(t testing.TB) store.Engine {
		t.Helper()
		name := "darasa_test_" + strings.ReplaceAll(string(darasa.NewID()), "-", "")
		s, err := mongodb.Open(context.Background(), mongodb.Options{URI: uri, Database: name})
		if err != nil {
			t.Fatalf("Open: %v", err)
		}
		return s
	}
}

func TestContract(t *testing.T) {
	if testing.Short() {
		t.Skip("make quick leaves out the real servers; make test runs them")
	}
	uri, process := start(t)
	o := storetest.Options{}
	if process != nil {
		o.Sequential = sequential
	}
	storetest.Run(t, opener(uri), o)
}

// A backup of one kind of store goes into the other, both ways.
func TestCopyBetweenKinds(t *testing.T) {
	if testing.Short() {
		t.Skip("make quick leaves out the real servers; make test runs them")
	}
	uri, _ := start(t)
	other := func() store.Engine {
		s, err := sqlite.Open(context.Background(), sqlite.Options{Path: filepath.Join(t.TempDir(), "d.sqlite")})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = s.Close() })
		return s
	}
	for _, pair := range [][2]store.Engine{{opener(uri)(t), other()}, {other(), opener(uri)(t)}} {
		t.Run(pair[0].Kind()+" to "+pair[1].Kind(), func(t *testing.T) { storetest.CopyBetween(t, pair[0], pair[1]) })
	}
}

// A server that vanishes gives a clear error on every call, soon.
func TestVanished(t *testing.T) {
	if testing.Short() {
		t.Skip("make quick leaves out the real servers; make test runs them")
	}
	uri, process := start(t)
	if process == nil {
		t.Skip("NOT RUN: " + uriEnv + " names a server that is not ours to stop")
	}
	ctx := context.Background()
	s, err := mongodb.Open(ctx, mongodb.Options{URI: uri})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Ensure(ctx, storetest.Notes); err != nil {
		t.Fatal(err)
	}
	r := store.Record{ID: "x", Rev: 1, V: 1, Body: []byte(`{"id":"x"}`)}
	if err := s.Insert(ctx, "notes", r); err != nil {
		t.Fatal(err)
	}
	if err := process.Kill(); err != nil {
		t.Fatal(err)
	}
	for doing, call := range map[string]func(context.Context) error{
		"Get":     func(ctx context.Context) error { _, err := s.Get(ctx, "notes", "x"); return err },
		"Find":    func(ctx context.Context) error { _, err := s.Find(ctx, "notes", store.Query{}); return err },
		"Insert":  func(ctx context.Context) error { return s.Insert(ctx, "notes", r) },
		"Replace": func(ctx context.Context) error { return s.Replace(ctx, "notes", r) },
		"Ping":    s.Ping,
	} {
		soon, cancel := context.WithTimeout(ctx, 300*time.Millisecond)
		err := call(soon)
		cancel()
		if darasa.CodeOf(err) != darasa.Unavailable || !strings.Contains(err.Error(), "does not answer") {
			t.Errorf("%s: %v", doing, err)
		}
	}
}

func TestOpenErrors(t *testing.T) {
	for uri, code := range map[string]darasa.Code{
		"mongodb://user:s3cret@127.0.0.1:1/x": darasa.Unavailable,
		"http://user:s3cret@host":             darasa.Invalid,
		"mongodb://user:s3cret@ho st:x":       darasa.Invalid,
		"":                                    darasa.Invalid,
	} {
		ctx, cancel := context.WithTimeout(context.Background(), 500*time.Millisecond)
		_, err := mongodb.Open(ctx, mongodb.Options{URI: uri})
		cancel()
		if darasa.CodeOf(err) != code {
			t.Errorf("%s: %v, want %s", uri, err, code)
		}
		if err != nil && strings.Contains(err.Error(), "s3cret") {
			t.Errorf("the error tells the password: %v", err)
		}
	}
}

func BenchmarkStore(b *testing.B) {
	uri, process := start(b)
	if process != nil {
		b.Skip("NOT RUN: figures of FerretDB say nothing about MongoDB; give " + uriEnv)
	}
	storetest.Bench(b, opener(uri))
}
