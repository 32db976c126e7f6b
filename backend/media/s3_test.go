package media_test

import (
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
	"darasa/backend/media"
	"darasa/backend/media/mediatest"
)

// server is a MinIO process of the test's own, or the one DARASA_TEST_S3 names.
type server struct {
	options media.S3Options
	process *os.Process // nil for a named one
}

// startS3 starts .cache/bin/minio (make builds it) on a free port.
func startS3(t *testing.T) server {
	t.Helper()
	if named := os.Getenv("DARASA_TEST_S3"); named != "" {
		o, err := media.ParseS3(named)
		if err != nil {
			t.Fatalf("DARASA_TEST_S3: %v", err)
		}
		return server{options: o}
	}
	binary, err := filepath.Abs(filepath.Join("..", "..", ".cache", "bin", "minio"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(binary); err != nil {
		t.Skip("NOT RUN, S3 IS UNTESTED: no .cache/bin/minio (run make) and no DARASA_TEST_S3=http://key:secret@host:port/bucket")
	}
	address := freeAddress(t)
	cmd := exec.Command(binary, "server", "--quiet", "--address", address, "--console-address", freeAddress(t), t.TempDir())
	cmd.Env = append(os.Environ(), "MINIO_ROOT_USER=darasa", "MINIO_ROOT_PASSWORD=darasa-secret", "MINIO_BROWSER=off", "MINIO_UPDATE=off", "HOME="+t.TempDir())
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	t.Cleanup(func() { _ = cmd.Process.Kill(); <-ended })
	awaitHealth(t, "http://"+address+"/minio/health/live")
	return server{media.S3Options{Endpoint: address, Bucket: "media", AccessKey: "darasa", SecretKey: "darasa-secret"}, cmd.Process}
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// awaitHealth asks until the server answers.
func awaitHealth(t *testing.T, address string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 60*time.Second)
	defer cancel()
	for tick := time.NewTicker(20 * time.Millisecond); ; {
		r, err := http.Get(address)
		if err == nil {
			r.Body.Close()
			if r.StatusCode == http.StatusOK {
				tick.Stop()
				return
			}
		}
		select {
		case <-ctx.Done():
			t.Fatalf("the server does not become healthy: %v", err)
		case <-tick.C:
		}
	}
}

// bucket returns options for a bucket of the test's own.
func (s server) bucket(t *testing.T) media.S3Options {
	t.Helper()
	o := s.options
	o.Bucket = fmt.Sprintf("darasa-%s", darasa.NewID())
	return o
}

func openS3(t *testing.T, o media.S3Options) media.Store {
	t.Helper()
	s, err := media.OpenS3(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestS3(t *testing.T) {
	if testing.Short() {
		t.Skip("make quick leaves out the real servers; make test runs them")
	}
	s := startS3(t)
	mediatest.Run(t, func(t *testing.T) media.Store { return openS3(t, s.bucket(t)) })
	t.Run("Bucket", func(t *testing.T) { testBucket(t, s) })
	t.Run("Address", func(t *testing.T) {
		o := s.bucket(t)
		store, err := media.Open(context.Background(), fmt.Sprintf("http://%s:%s@%s/%s", o.AccessKey, o.SecretKey, o.Endpoint, o.Bucket))
		if err != nil || store.Kind() != "s3" {
			t.Errorf("Open: %v", err)
		}
	})
	t.Run("Vanished", func(t *testing.T) { testVanished(t, s) })
}

// testBucket: the bucket is made once, found again, and a wrong secret says so.
func testBucket(t *testing.T, s server) {
	o := s.bucket(t)
	if err := openS3(t, o).Put(context.Background(), "a", "a/b", strings.NewReader("x"), 1); err != nil {
		t.Fatal(err)
	}
	if _, err := openS3(t, o).Stat(context.Background(), "a"); err != nil {
		t.Errorf("opened again: %v", err)
	}
	o.SecretKey = "wrong-secret"
	_, err := media.OpenS3(context.Background(), o)
	if darasa.CodeOf(err) != darasa.Unavailable || !strings.Contains(err.Error(), "key") {
		t.Errorf("with a wrong secret: %v", err)
	}
	o = s.options
	o.Bucket = "Not_A_Bucket"
	if _, err := media.OpenS3(context.Background(), o); err == nil {
		t.Error("a bucket with a bad name was opened")
	}
}

// testVanished kills the server: every call says that it does not answer.
func testVanished(t *testing.T, s server) {
	if s.process == nil {
		t.Skip("NOT RUN: DARASA_TEST_S3 names a server that is not ours to stop")
	}
	store := openS3(t, s.bucket(t))
	ctx := context.Background()
	if err := store.Put(ctx, "a", "a/b", strings.NewReader("x"), 1); err != nil {
		t.Fatal(err)
	}
	if err := s.process.Kill(); err != nil {
		t.Fatal(err)
	}
	_, _, openErr := store.Open(ctx, "a", 0, -1)
	_, statErr := store.Stat(ctx, "a")
	_, startErr := store.StartUpload(ctx, "a", "a/b")
	for doing, err := range map[string]error{
		"Put": store.Put(ctx, "b", "a/b", strings.NewReader("x"), 1), "Open": openErr, "Stat": statErr, "Ping": store.Ping(ctx),
		"Delete": store.Delete(ctx, "a"), "StartUpload": startErr, "List": store.List(ctx, "", func(media.Info) error { return nil }),
	} {
		if darasa.CodeOf(err) != darasa.Unavailable || !strings.Contains(err.Error(), "answer") {
			t.Errorf("%s: %v", doing, err)
		}
	}
}
