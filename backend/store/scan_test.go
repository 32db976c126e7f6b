package store

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// byMap is the slow way that members must agree with.
func byMap(body []byte) (map[string]json.RawMessage, bool) {
	var m map[string]json.RawMessage
	return m, json.Unmarshal(body, &m) == nil && m != nil
}

func byMembers(body []byte) (map[string]json.RawMessage, bool) {
	m := map[string]json.RawMessage{}
	ok := members(body, func(name []byte, value json.RawMessage) { m[text(name)] = value })
	return m, ok
}

func compareMembers(t *testing.T, body []byte) {
	t.Helper()
	want, wantOK := byMap(body)
	got, ok := byMembers(body)
	if ok != wantOK {
		t.Fatalf("%q: an object %v, not %v", body, ok, wantOK)
	}
	if diff := cmp.Diff(want, got); ok && diff != "" {
		t.Errorf("%q: %s", body, diff)
	}
}

var bodies = []string{
	`{}`, ` { } `, `{"a":1}`, `{"a":"x","b":[1,{"c":"]}"}],"d":{"e":"\"}"},"f":null,"g":-1.5e3 , "h" : true}`, `{"a":"\\"}`,
	`{"é":"\u00e9","a\"b":1}`, `{"a":1,"a":2}`, `[1]`, `"x"`, `1`, `null`, ``, ` `, `{`, `{"a"}`, `{"a":1}x`, "{\"a\":\"\xff\"}",
	"{\n\t\"a\" : [ ] ,\r\n \"b\":{ }\n}", `{"a,b":1,"":2}`,
}

func TestMembersLikeAMap(t *testing.T) {
	for _, b := range bodies {
		compareMembers(t, []byte(b))
	}
}

func FuzzMembers(f *testing.F) {
	for _, b := range bodies {
		f.Add([]byte(b))
	}
	f.Fuzz(func(t *testing.T, body []byte) { compareMembers(t, body) })
}

func BenchmarkKeys(b *testing.B) {
	body := []byte(`{"id":"01a203a7","person":"01a203a7-8459-72dc","institution":"udom","course":"checking-our-data","run":"01a203a8","raw":"` +
		`AaBbCcDdEeFfGgHhIiJjKkLlMmNnOoPpQqRrSsTtUuVvWwXxYyZz","seen":[{"l":"a","t":"2026"},{"l":"b","t":"2026"}],"related":["b","a"]}`)
	s := Spec{Name: "things", Terms: "related"}
	for b.Loop() {
		if _, _, err := s.Keys([]string{"institution", "course", "run", "person"}, body); err != nil {
			b.Fatal(err)
		}
	}
}
