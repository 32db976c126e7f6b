package locale

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"darasa/backend/darasa"
)

var (
	verb = regexp.MustCompile(`%(\[\d+\])?[-+ #0-9.]*[a-zA-Z%]`)
	// A use is L.T("key"…), L.N("key"…) or Both("key"…); a "+" after the
	// literal makes it the beginning of several keys.
	use = regexp.MustCompile(`\b(?:L\.([TN])|locale\.(Both)|in(?:SW|EN)|L\.(Has))\(\s*"([a-z0-9_.-]+)"\s*(\+?)`)
)

// TestCatalogueBothLanguages holds every entry complete and with the same
// verbs in the same order in both languages.
func TestCatalogueBothLanguages(t *testing.T) {
	entries, err := read(files)
	if err != nil {
		t.Fatal(err)
	}
	same := func(key, sw, en string) {
		t.Helper()
		if strings.TrimSpace(sw) == "" || strings.TrimSpace(en) == "" {
			t.Errorf("%s: a language is missing", key)
		}
		if a, b := verb.FindAllString(sw, -1), verb.FindAllString(en, -1); !slices.Equal(a, b) {
			t.Errorf("%s: the verbs differ: %v and %v", key, a, b)
		}
	}
	for k, e := range entries {
		switch {
		case e.One != nil && e.Other != nil && e.SW == "" && e.EN == "":
			same(k+".one", e.One.SW, e.One.EN)
			same(k+".other", e.Other.SW, e.Other.EN)
			if !strings.HasPrefix(strings.Join(verb.FindAllString(e.Other.SW, -1), ""), "%d") {
				t.Errorf("%s: the first verb of a plural is its number, %%d", k)
			}
			if a, b := verb.FindAllString(e.One.SW, -1), verb.FindAllString(e.Other.SW, -1); !slices.Equal(a, b) {
				t.Errorf("%s: one and other have different verbs: %v and %v", k, a, b)
			}
		case e.One != nil || e.Other != nil:
			t.Errorf("%s: give either sw and en, or both one and other", k)
		default:
			same(k, e.SW, e.EN)
		}
	}
}

// TestCatalogueUsed walks the sources: every key used exists in the form that
// it is used in, and no key stands unused.
func TestCatalogueUsed(t *testing.T) {
	entries, err := read(files)
	if err != nil {
		t.Fatal(err)
	}
	used, prefixes := uses(t, "../..")
	if len(used) < 50 {
		t.Fatalf("found %d uses only: the walk is broken", len(used))
	}
	for k, forms := range used {
		e, ok := entries[k]
		if !ok {
			t.Errorf("%q is used and does not exist", k)
			continue
		}
		if plural := e.One != nil; plural != strings.Contains(forms, "N") || strings.Contains(forms, "T") && plural {
			t.Errorf("%q: plural keys are read by N, others by T", k)
		}
	}
	for k := range entries {
		_, direct := used[k]
		if !direct && !slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(k, p) }) {
			t.Errorf("%q is not used anywhere", k)
		}
	}
	for _, p := range prefixes {
		found := false
		for k := range entries {
			found = found || strings.HasPrefix(k, p)
		}
		if !found {
			t.Errorf("no key begins with %q", p)
		}
	}
}

// uses returns the keys in the sources under root with the letters of the
// functions that read them, and the beginnings of computed keys.
func uses(t *testing.T, root string) (map[string]string, []string) {
	t.Helper()
	used, prefixes := map[string]string{}, []string{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() {
			if name == "node_modules" || (strings.HasPrefix(name, ".") && name != ".." && name != ".") {
				return filepath.SkipDir
			}
			return nil
		}
		source := strings.HasSuffix(name, ".templ") || strings.HasSuffix(name, ".go")
		if !source || strings.HasSuffix(name, "_templ.go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, m := range use.FindAllStringSubmatch(string(b), -1) {
			if key := m[4]; m[5] == "+" {
				prefixes = append(prefixes, key)
			} else {
				used[key] += strings.NewReplacer("Both", "T", "Has", "T").Replace(m[1] + m[2] + m[3])
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return used, prefixes
}

func TestReadRefuses(t *testing.T) {
	for name, fsys := range map[string]fstest.MapFS{
		"a key in two files": {
			"catalogue/a.yaml": {Data: []byte(`k: {sw: a, en: b}`)},
			"catalogue/b.yaml": {Data: []byte(`k: {sw: a, en: b}`)},
		},
		"a key twice in a file": {"catalogue/a.yaml": {Data: []byte("k: {sw: a, en: b}\nk: {sw: a, en: b}")}},
		"not YAML":              {"catalogue/a.yaml": {Data: []byte("k: [")}},
	} {
		if _, err := read(fsys); err == nil {
			t.Errorf("%s: read accepts it", name)
		}
	}
}

func TestTAndN(t *testing.T) {
	c := catalogue(darasa.Swahili, map[string]entry{
		"plain":  {SW: "Habari 100 %", EN: "Hello"},
		"args":   {SW: "Habari, %s", EN: "Hello, %s"},
		"lesson": {One: &darasa.Text{SW: "Somo %d kati ya %d"}, Other: &darasa.Text{SW: "Masomo %d kati ya %d"}},
	})
	for _, tt := range []struct{ got, want string }{
		{c.T("plain"), "Habari 100 %"},
		{c.T("args", "Asha"), "Habari, Asha"},
		{c.T("absent"), "absent"},
		{c.N("lesson", 1, 3), "Somo 1 kati ya 3"},
		{c.N("lesson", 0, 3), "Masomo 0 kati ya 3"},
		{c.N("absent", 2), "absent"},
	} {
		if tt.got != tt.want {
			t.Errorf("got %q, want %q", tt.got, tt.want)
		}
	}
}

func TestFormats(t *testing.T) {
	zone := time.FixedZone("EAT", 3*60*60)
	now := darasa.At(time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC))
	at := func(h int) darasa.Time { return darasa.At(now.Add(time.Duration(-h) * time.Hour)) }
	sw, en := For(darasa.Swahili), For(darasa.English)
	for _, tt := range []struct{ got, want string }{
		{sw.LongDate("2026-11-23"), "Jumatatu, 23 Novemba 2026"},
		{en.LongDate("2026-11-23"), "Monday, 23 November 2026"},
		{sw.Dates("2026-11-09", "2026-11-20"), "9–20 Novemba 2026"},
		{en.Dates("2026-10-30", "2026-11-02"), "30 October – 2 November 2026"},
		{en.Dates("2026-12-30", "2027-01-02"), "30 December 2026 – 2 January 2027"},
		{sw.Dates("2026-11-09", ""), "9 Novemba 2026"},
		{sw.When(at(0), now, zone), "leo saa 12:00"},
		{en.When(at(13), now, zone), "yesterday at 23:00"},
		{en.When(at(12), now, zone), "today at 00:00"},
		{sw.When(at(49), now, zone), "21 Novemba 2026 saa 11:00"},
		{sw.When(darasa.Time{}, now, zone), ""},
		{sw.Number(2.5), "2.5"}, {sw.Number(3), "3"}, {sw.Number(1234567.891), "1,234,567.89"}, {sw.Number(-9999), "-9999"}, {sw.Number(-123456), "-123,456"},
		{sw.Percent(0.8), "80 %"}, {sw.Percent(0.796), "79 %"}, {sw.Percent(0.29), "29 %"}, {sw.Percent(1), "100 %"},
		{sw.Bytes(241001), "242 kB"}, {sw.Bytes(1), "1 kB"}, {sw.Bytes(2_650_001), "2.7 MB"}, {sw.Bytes(0), "0 kB"},
		{sw.Minutes(12), "Dk 12"}, {en.Minutes(12), "12 min"}, {en.Minutes(90), "1 hour 30 min"}, {sw.Minutes(120), "Saa 2"},
		{sw.Hours(2.5), "Saa 2.5"}, {en.Hours(1), "1 hour"}, {en.Hours(2.5), "2.5 hours"},
	} {
		if got := strings.ReplaceAll(tt.got, space, " "); got != tt.want {
			t.Errorf("got %q, want %q", got, tt.want)
		}
	}
}
