package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"darasa/backend/darasa"
	"darasa/backend/institution"
)

// binary returns a server that the build keeps in .cache/bin, or skips loudly.
func binary(t *testing.T, name, instead string) string {
	t.Helper()
	path, err := filepath.Abs(filepath.Join("..", "..", "..", ".cache", "bin", name))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Skipf("NOT RUN, RESTORING INTO THE OTHER KIND IS UNTESTED: no .cache/bin/%s (run make) and no %s", name, instead)
	}
	return path
}

// mongoServer returns the address of a database of the test's own.
func mongoServer(t *testing.T) string {
	t.Helper()
	name := "darasa_restore_" + strings.ReplaceAll(string(darasa.NewID()), "-", "")
	if named := os.Getenv("DARASA_TEST_MONGODB_URI"); named != "" {
		head, query, _ := strings.Cut(named, "?")
		scheme, hosts, _ := strings.Cut(head, "://")
		hosts, _, _ = strings.Cut(hosts, "/")
		return scheme + "://" + hosts + "/" + name + "?" + query
	}
	cmd := exec.Command(binary(t, "ferretdb", "DARASA_TEST_MONGODB_URI"), t.TempDir())
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
		t.Fatal("the database server did not say its address")
	}
	return strings.TrimSuffix(lines.Text(), "/") + "/" + name
}

// s3Server returns the address of a bucket of the test's own.
func s3Server(t *testing.T) string {
	t.Helper()
	if named := os.Getenv("DARASA_TEST_S3"); named != "" {
		return named[:strings.LastIndex(named, "/")+1] + "darasa-" + string(darasa.NewID())
	}
	path := binary(t, "minio", "DARASA_TEST_S3")
	address := free(t)
	cmd := exec.Command(path, "server", "--quiet", "--address", address, "--console-address", free(t), t.TempDir())
	cmd.Env = append(os.Environ(), "MINIO_ROOT_USER=darasa", "MINIO_ROOT_PASSWORD=darasa-secret", "MINIO_BROWSER=off", "MINIO_UPDATE=off", "HOME="+t.TempDir())
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	healthy(t, "http://"+address+"/minio/health/live")
	return "http://darasa:darasa-secret@" + address + "/darasa-" + string(darasa.NewID())
}

func free(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// healthy waits until a server answers.
func healthy(t *testing.T, address string) {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(time.Minute); ; <-tick.C {
		r, err := http.Get(address)
		if err == nil {
			_ = r.Body.Close()
			if r.StatusCode == http.StatusOK {
				return
			}
		}
		if time.Now().After(end) {
			t.Fatalf("the server does not become healthy: %v", err)
		}
	}
}

// tool calls the command with a store and expects it to be done.
func tool(t *testing.T, s storage, args ...string) string {
	t.Helper()
	args = append(args, "--data", s.Data, "--url", s.URL)
	if s.MongoDB != "" {
		args = append(args, "--mongodb", s.MongoDB, "--s3", s.S3)
	}
	var said bytes.Buffer
	if code := run(context.Background(), args, streams{strings.NewReader(""), &said, &said}); code != exitDone {
		t.Fatalf("darasa %s: exit %d\n%s", args[0], code, said.String())
	}
	return said.String()
}

func everything(t *testing.T, s storage) string {
	t.Helper()
	s.Zone = "Africa/Dar_es_Salaam"
	w, err := s.open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer w.close()
	text, err := contents(t.Context(), w)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// TestRestoreIntoTheOtherKind takes a store with learners from SQLite and a
// folder into MongoDB and S3 and back, and finds the same at every stop.
func TestRestoreIntoTheOtherKind(t *testing.T) {
	if testing.Short() {
		t.Skip("make quick leaves out the real servers; make test runs them")
	}
	dir := t.TempDir()
	small := storage{Data: filepath.Join(dir, "small"), URL: "http://first.test", Zone: "Africa/Dar_es_Salaam"}
	large := storage{Data: filepath.Join(dir, "large"), URL: "http://second.test", MongoDB: mongoServer(t), S3: s3Server(t)}
	back := storage{Data: filepath.Join(dir, "back"), URL: "http://third.test"}

	w, err := small.open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.institutions.Create(t.Context(), darasa.Command("test"), institution.Facts{Slug: "home", Code: "HOME", Name: darasa.T("Nyumbani", "Home"), Type: "university"}, darasa.Now())
	if err != nil {
		t.Fatal(err)
	}
	if err := w.close(); err != nil {
		t.Fatal(err)
	}
	tool(t, small, "import", "../../../content/native/testdata/good", "--institution", "home")
	tool(t, small, "seed", "--learners", "8", "--course", "small-sample", "--institution", "home")
	want := everything(t, small)
	if strings.Count(want, "\nprogress ") != 8 || !strings.Contains(want, "\nmedia ") {
		t.Fatalf("the store to begin with has %d rows of progress, media %v", strings.Count(want, "\nprogress "), strings.Contains(want, "\nmedia "))
	}
	for i, step := range []struct{ from, to storage }{{small, large}, {large, back}} {
		file := filepath.Join(dir, fmt.Sprintf("%d.tar.gz", i))
		tool(t, step.from, "backup", "--out", file)
		tool(t, step.to, "restore", file)
		if got := everything(t, step.to); got != want {
			t.Errorf("step %d: %s", i, firstDifference(want, got))
		}
		if said := tool(t, step.to, "rebuild"); !strings.HasPrefix(said, "0 projections") {
			t.Errorf("step %d: rebuild says %s", i, said)
		}
	}
}

// firstDifference shows the first line in which two texts differ.
func firstDifference(want, got string) string {
	a, b := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return fmt.Sprintf("line %d\n%.600s\nbecame\n%.600s", i+1, a[i], b[i])
		}
	}
	return fmt.Sprintf("%d lines became %d", len(a), len(b))
}
