package media_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"darasa/backend/darasa"
	"darasa/backend/media"
	"darasa/backend/media/mediatest"
)

func openDirectory(t *testing.T, dir string) media.Store {
	t.Helper()
	s, err := media.OpenDirectory(dir)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestDirectory(t *testing.T) {
	mediatest.Run(t, func(t *testing.T) media.Store { return openDirectory(t, filepath.Join(t.TempDir(), "media")) })
}

// What never arrived leaves no file behind.
func TestDirectoryLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	s := openDirectory(t, dir)
	if err := s.Put(context.Background(), "a/b", "a/b", strings.NewReader("short"), 100); darasa.CodeOf(err) != darasa.Invalid {
		t.Fatal(err)
	}
	var files []string
	err := filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			files = append(files, path)
		}
		return err
	})
	if err != nil || len(files) != 0 {
		t.Errorf("left behind: %v, %v", files, err)
	}
}

func TestOpenErrors(t *testing.T) {
	ctx := context.Background()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for where, code := range map[string]darasa.Code{
		file:                                darasa.Invalid,
		"http://host/bucket":                darasa.Invalid,
		"http://k:s3cret@host":              darasa.Invalid,
		"http://k:s3cret@host/a/b":          darasa.Invalid,
		"http://k:s3cret@ho st/a":           darasa.Invalid,
		"http://k:s3cret@127.0.0.1:1/media": darasa.Unavailable,
	} {
		_, err := media.Open(ctx, where)
		if darasa.CodeOf(err) != code {
			t.Errorf("Open %s: %v, want %s", where, err, code)
		}
		if err != nil && strings.Contains(err.Error(), "s3cret") {
			t.Errorf("the error tells the secret: %v", err)
		}
	}
}

const limitEnv = "DARASA_MEDIA_LIMIT"

func TestMain(m *testing.M) {
	dir := os.Getenv(limitEnv)
	if dir == "" {
		os.Exit(m.Run())
	}
	if err := putLimited(dir); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}

// putLimited stores a file that is larger than a file may become.
func putLimited(dir string) error {
	ctx := context.Background()
	s, err := media.OpenDirectory(dir)
	if err != nil {
		return err
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 100 << 10, Max: 100 << 10}); err != nil {
		return err
	}
	if err := s.Put(ctx, "big", "a/b", bytes.NewReader(make([]byte, 200<<10)), 200<<10); darasa.CodeOf(err) != darasa.Unavailable || !strings.Contains(err.Error(), "full") {
		return fmt.Errorf("a full disk says %w", err)
	}
	if _, err := s.Stat(ctx, "big"); darasa.CodeOf(err) != darasa.NotFound {
		return fmt.Errorf("half a file is there: %w", err)
	}
	return s.Put(ctx, "small", "a/b", strings.NewReader("fits"), 4)
}

// A limit on the size of files stands for a full disk.
func TestDirectoryFull(t *testing.T) {
	dir := t.TempDir()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), limitEnv+"="+dir)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	left, err := os.ReadDir(filepath.Join(dir, "arriving"))
	if err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}
