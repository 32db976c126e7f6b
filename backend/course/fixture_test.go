package course_test

import (
	"flag"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"darasa/backend/course"
	"darasa/backend/darasa"
	"darasa/backend/media"
	"darasa/backend/store"
	"darasa/backend/store/sqlite"
)

var update = flag.Bool("update", false, "write the golden files anew")

var (
	author  = darasa.Actor{Person: "p1", Institution: "inst-1", Roles: []darasa.Role{darasa.Author}}
	other   = darasa.Actor{Person: "p2", Institution: "inst-2", Roles: []darasa.Role{darasa.Author}}
	learner = darasa.Actor{Person: "p3", Institution: "inst-1", Roles: []darasa.Role{darasa.Learner}}
	nobody  = darasa.Actor{}
	noon    = darasa.At(time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC))
)

// house is a service over real parts, with a clock that a test turns.
type house struct {
	*course.Service
	engine store.Engine
	media  media.Store
	clock  time.Time
}

func open(t testing.TB) *house {
	t.Helper()
	dir := t.TempDir()
	e, err := sqlite.Open(t.Context(), sqlite.Options{Path: filepath.Join(dir, "d.sqlite")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close() })
	if err := e.Ensure(t.Context(), course.Specs()...); err != nil {
		t.Fatal(err)
	}
	m, err := media.OpenDirectory(filepath.Join(dir, "media"))
	if err != nil {
		t.Fatal(err)
	}
	h := &house{engine: e, media: m, clock: noon.Time}
	h.Service = h.another()
	return h
}

// another is a second process on the same store.
func (h *house) another() *course.Service {
	return course.New(h.engine, h.media, course.Options{Clock: func() time.Time { return h.clock }})
}

// sample returns the good course folder in memory.
func sample(t testing.TB) fstest.MapFS {
	t.Helper()
	out := fstest.MapFS{}
	root := os.DirFS("../../content/native/testdata/good")
	if err := fs.WalkDir(root, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(root, p)
		out[p] = &fstest.MapFile{Data: data}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return out
}

func edit(t testing.TB, files fstest.MapFS, name, old, now string) {
	t.Helper()
	text := string(files[name].Data)
	if !strings.Contains(text, old) {
		t.Fatalf("%s does not hold %q", name, old)
	}
	files[name] = &fstest.MapFile{Data: []byte(strings.Replace(text, old, now, 1))}
}

func (h *house) publish(t testing.TB, files fs.FS) course.Report {
	t.Helper()
	r, err := h.ImportFolder(t.Context(), author, files, "", noon)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func (h *house) all(t testing.TB) string {
	t.Helper()
	var b strings.Builder
	if err := h.media.List(t.Context(), "", func(i media.Info) error { b.WriteString(i.Key + "\n"); return nil }); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func (h *house) file(t testing.TB, key string) []byte {
	t.Helper()
	r, _, err := h.media.Open(t.Context(), key, 0, -1)
	if err != nil {
		t.Fatalf("%s: %v", key, err)
	}
	defer r.Close()
	data, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
