package backend

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// stages is the order of the domain: a stage may import an earlier one.
var stages = []string{"ledger", "account", "institution", "assessment", "course", "lrs", "enrolment", "attempt", "progress", "toolkit", "credential"}

// below stands under every stage.
var below = []string{"backend/darasa", "backend/store", "backend/media"}

// arrows says, for every package that is not a stage, which of our packages it
// may import; "stage" means any stage, "below" what stands under all, "*/…" a
// folder with everything in it.
var arrows = map[string][]string{
	"backend/darasa":                {},
	"backend/store":                 {"backend/darasa"},
	"backend/store/storetest":       {"below"},
	"backend/store/sqlite":          {"below"},
	"backend/store/mongodb":         {"below"},
	"backend/media":                 {"backend/darasa"},
	"backend/media/mediatest":       {"backend/darasa", "backend/media"},
	"backend/locale":                {"backend/darasa"},
	"backend/jobs":                  {"below", "stage", "reports/*", "backend/locale"},
	"backend/web":                   {"below", "stage", "reports/*", "frontend/*", "backend/locale", "content/*", "scorm/*"},
	"backend/cmd/darasa":            {"*"},
	"backend/cmd/darasa/internal/*": {"*"},
	"frontend":                      {"below", "stage", "backend/locale"},
	"frontend/*":                    {"below", "stage", "backend/locale", "frontend/*"},
	"reports":                       {"below", "stage", "backend/locale", "reports/sheet"},
	"reports/sheet":                 {"backend/darasa"},
	"content/*":                     {"backend/darasa"},
	"scorm":                         {"backend/darasa"},
	"scorm/*":                       {"backend/darasa", "scorm/*"},
	"tests/*":                       {"*"},
}

// homes says where a technology may be imported.
var homes = map[string][]string{
	"github.com/gofiber/":                  {"backend/web"},
	"github.com/minio/minio-go":            {"backend/media"},
	"go.mongodb.org/mongo-driver/v2/mongo": {"backend/store/mongodb"},
	"modernc.org/sqlite":                   {"backend/store/sqlite"},
	"github.com/xuri/excelize":             {"reports/sheet"},
	"github.com/alecthomas/kong":           {"backend/cmd/darasa"},
}

const module = "darasa/"

// TestArchitecture reads the imports of every package and fails on an arrow
// or a package that the tables above do not name.
func TestArchitecture(t *testing.T) {
	root := ".."
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if name := d.Name(); p != root && (strings.HasPrefix(name, ".") || name == "node_modules" || name == "testdata" || name == "dist" || name == "tools" || name == "bin" || name == "data") {
				return filepath.SkipDir
			}
			if _, err := os.Stat(filepath.Join(p, "go.mod")); err == nil && p != root {
				return filepath.SkipDir // a module of its own
			}
			return nil
		}
		if !strings.HasSuffix(p, ".go") {
			return nil
		}
		rel, _ := filepath.Rel(root, p)
		return checkFile(t, p, filepath.ToSlash(rel))
	})
	if err != nil {
		t.Fatal(err)
	}
}

func checkFile(t *testing.T, file, rel string) error {
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
	if err != nil {
		return err
	}
	pkg := path.Dir(rel)
	test := strings.HasSuffix(rel, "_test.go")
	if pkg == "backend" {
		return nil
	}
	allowed, known := allowedFor(pkg)
	if !known {
		t.Errorf("%s: package %q is not in the table of arrows", rel, pkg)
		return nil
	}
	for _, spec := range f.Imports {
		imp := strings.Trim(spec.Path.Value, `"`)
		if ours, ok := strings.CutPrefix(imp, module); ok {
			if ours != pkg && !test && !permits(allowed, ours) {
				t.Errorf("%s imports %s: no such arrow", rel, ours)
			}
			continue
		}
		for tech, where := range homes {
			if strings.HasPrefix(imp, tech) && !slices.Contains(where, pkg) && !test {
				t.Errorf("%s imports %s: its only home is %v", rel, imp, where)
			}
		}
	}
	return nil
}

// allowedFor returns what pkg may import and whether the table names it.
func allowedFor(pkg string) ([]string, bool) {
	if s, ok := strings.CutPrefix(pkg, "backend/"); ok {
		if i := slices.Index(stages, s); i >= 0 {
			allowed := append([]string{"below", "content/*", "scorm/*"}, below...)
			for _, earlier := range stages[:i] {
				allowed = append(allowed, "backend/"+earlier)
			}
			return allowed, true
		}
	}
	for name, allowed := range arrows {
		if name == pkg || strings.HasSuffix(name, "/*") && strings.HasPrefix(pkg, strings.TrimSuffix(name, "*")) {
			return allowed, true
		}
	}
	return nil, false
}

func permits(allowed []string, imp string) bool {
	for _, a := range allowed {
		switch {
		case a == "*", a == imp:
			return true
		case a == "below" && slices.Contains(below, imp):
			return true
		case a == "stage" && slices.Contains(stages, strings.TrimPrefix(imp, "backend/")):
			return true
		case strings.HasSuffix(a, "/*") && (strings.HasPrefix(imp, strings.TrimSuffix(a, "*")) || imp == strings.TrimSuffix(a, "/*")):
			return true
		}
	}
	return false
}
