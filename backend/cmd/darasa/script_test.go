package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"darasa/backend/darasa"
	"darasa/backend/institution"
	"darasa/backend/media"
	"darasa/backend/store"
	"darasa/frontend"
)

// TestMain lets the scripts call this very program as "darasa".
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"darasa": main})
}

// TestScripts runs the conversations of testdata with the command, each in a
// folder of its own with a good course folder in it.
func TestScripts(t *testing.T) {
	good, err := filepath.Abs("../../../content/native/testdata/good")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Setup: func(e *testscript.Env) error {
			e.Setenv("DARASA_DATA", filepath.Join(e.WorkDir, "data"))
			return os.CopyFS(filepath.Join(e.WorkDir, "course"), os.DirFS(good))
		},
		Cmds:      map[string]func(*testscript.TestScript, bool, []string){"exits": exits, "mode": mode, "dump": dump, "code": code, "institution": makeInstitution, "replace": replace},
		Condition: condition,
	})
}

// condition knows [bundle]: whether the pages' scripts and styles are built.
func condition(name string) (bool, error) {
	if name != "bundle" {
		return false, fmt.Errorf("no condition %q", name)
	}
	_, err := frontend.LoadAssets()
	return err == nil, nil
}

// exits N COMMAND… holds a command to its exit code.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND…")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	var exit *exec.ExitError
	if err := ts.Exec(args[1], args[2:]...); errors.As(err, &exit) {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// mode OCTAL FILE holds a file to its permissions.
func mode(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: mode OCTAL FILE")
	}
	info, err := os.Stat(ts.MkAbs(args[1]))
	ts.Check(err)
	if got := fmt.Sprintf("%04o", info.Mode().Perm()); got != args[0] {
		ts.Fatalf("%s has the mode %s, want %s", args[1], got, args[0])
	}
}

// dump DATA FILE writes every document of a data folder, and the names and
// sizes of its media, so that two states can be compared.
func dump(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: dump DATA FILE")
	}
	w, err := storage{Data: ts.MkAbs(args[0]), Zone: "Africa/Dar_es_Salaam", URL: "http://dump.test"}.open(context.Background())
	ts.Check(err)
	text, err := contents(context.Background(), w)
	ts.Check(errors.Join(err, w.close()))
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(text), 0o600))
}

// replace FILE OLD NEW changes the one place in a file where OLD stands.
func replace(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: replace FILE OLD NEW")
	}
	text := ts.ReadFile(args[0])
	if strings.Count(text, args[1]) != 1 {
		ts.Fatalf("%q stands %d times in %s", args[1], strings.Count(text, args[1]), args[0])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.Replace(text, args[1], args[2], 1)), 0o600))
}

// code VARIABLE keeps the one-time code that the last command printed.
func code(ts *testscript.TestScript, neg bool, args []string) {
	_, rest, found := strings.Cut(ts.ReadFile("stdout"), "one-time code ")
	if neg || len(args) != 1 || !found {
		ts.Fatalf("usage: code VARIABLE, after a command that printed one")
	}
	c, _, _ := strings.Cut(rest, " (")
	ts.Setenv(args[0], c)
}

// institution SLUG makes an institution in $DARASA_DATA, as an administrator
// does on the pages.
func makeInstitution(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: institution SLUG")
	}
	w, err := storage{Data: ts.Getenv("DARASA_DATA"), Zone: "Africa/Dar_es_Salaam", URL: "http://darasa.localhost:8080"}.open(context.Background())
	ts.Check(err)
	_, err = w.institutions.Create(context.Background(), darasa.Command("test"), institution.Facts{Slug: args[0], Code: strings.ToUpper(args[0]),
		Name: darasa.Same(args[0]), Type: "university"}, darasa.Now())
	ts.Check(errors.Join(err, w.close()))
}

// contents is a store and its media as text: what a backup must bring back.
func contents(ctx context.Context, w *world) (string, error) {
	var b strings.Builder
	for _, spec := range w.specs() {
		err := store.EachRecord(ctx, w.engine, spec.Name, store.Query{}, func(r store.Record) error {
			var body any
			if err := json.Unmarshal(r.Body, &body); err != nil {
				return err
			}
			sorted, err := json.Marshal(body)
			fmt.Fprintf(&b, "%s %s %d %d %s\n", spec.Name, r.ID, r.Rev, r.V, sorted)
			return err
		})
		if err != nil {
			return "", err
		}
	}
	err := w.media.List(ctx, "", func(i media.Info) error {
		fmt.Fprintf(&b, "media %s %d %s\n", i.Key, i.Bytes, i.Type)
		return nil
	})
	return b.String(), err
}
