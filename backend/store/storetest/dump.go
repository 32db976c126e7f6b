package storetest

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"darasa/backend/darasa"
	"darasa/backend/store"
)

func records(t *testing.T, e store.Engine) []store.Record {
	t.Helper()
	var out []store.Record
	err := store.EachRecord(context.Background(), e, "notes", store.Query{}, func(r store.Record) error {
		out = append(out, r)
		return nil
	})
	want(t, err, "", "EachRecord")
	return out
}

// testDump loads a dump over a store that has changed since: it is as it was.
func testDump(t *testing.T, e store.Engine) {
	ctx, c := context.Background(), notes(t, e)
	specs := []store.Spec{Notes}
	fill(t, c, 40)
	want(t, c.Insert(ctx, &Note{ID: "html", Kind: "<b>&\u2028", Raw: []byte{0, 1}}), "", "Insert")
	before := records(t, e)
	var dump bytes.Buffer
	n, err := store.Dump(ctx, e, specs, &dump)
	want(t, err, "", "Dump")
	if n != 41 {
		t.Errorf("dumped %d, want 41", n)
	}
	_, err = c.Update(ctx, id(3), func(n *Note) error { n.Kind = "changed"; return nil })
	want(t, err, "", "Update")
	want(t, c.Delete(ctx, id(4)), "", "Delete")
	n, err = store.Load(ctx, e, specs, bytes.NewReader(dump.Bytes()))
	want(t, err, "", "Load")
	if diff := cmp.Diff(before, records(t, e)); n != 41 || diff != "" {
		t.Errorf("loaded %d; (-before +after):\n%s", n, diff)
	}
	for name, bad := range map[string]string{
		"empty":              "",
		"cut in a line":      dump.String()[:dump.Len()/2],
		"cut after a line":   dump.String()[:strings.LastIndex(dump.String(), `{"end"`)],
		"a line missing":     dump.String()[strings.Index(dump.String(), "\n")+1:],
		"unknown collection": strings.Replace(dump.String(), `"notes"`, `"other"`, 1),
		"newer schema":       strings.Replace(dump.String(), `"v":1`, `"v":2`, 1),
	} {
		_, err := store.Load(ctx, e, specs, strings.NewReader(bad))
		want(t, err, darasa.Invalid, "Load of a dump: "+name)
	}
}
