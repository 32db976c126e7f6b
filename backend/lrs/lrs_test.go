package lrs

import (
	"context"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"darasa/backend/darasa"
	"darasa/backend/store/sqlite"
)

const good = `{"id":"018f3c1e-7b5a-7c3e-9d2f-1a2b3c4d5e6f",
 "actor":{"objectType":"Agent","account":{"homePage":"https://darasa.example","name":"k7"}},
 "verb":{"id":"http://adlnet.gov/expapi/verbs/completed","display":{"en":"completed","sw":"amemaliza"}},
 "object":{"id":"https://darasa.example/id/courses/c2/l1","definition":{"name":{"sw":"Somo"},"type":"http://adlnet.gov/expapi/activities/lesson"}},
 "result":{"score":{"scaled":0.8,"raw":8,"min":0,"max":10},"success":true,"duration":"PT1M30.5S"},
 "context":{"registration":"018f3c1e-7b5a-7c3e-9d2f-1a2b3c4d5e70","contextActivities":{"parent":[{"id":"https://darasa.example/id/courses/c2"}]},
   "extensions":{"https://darasa.example/ext":null}},
 "timestamp":"2026-11-22T10:00:00.000Z"}`

func TestValidStatement(t *testing.T) {
	if fs := Validate([]byte(good)); len(fs) != 0 {
		t.Fatalf("a valid statement was refused: %v", fs)
	}
}

// Each case changes one place of the valid statement and names the property
// that the finding must name.
func TestInvalidStatementNamesTheProperty(t *testing.T) {
	cases := []struct{ name, from, to, field string }{
		{"unknown property", `"verb":{`, `"vreb":1,"verb":{`, "vreb"},
		{"key in the wrong case", `"actor":`, `"Actor":{},"actor":`, "Actor"},
		{"no verb", `"verb":{"id":"http://adlnet.gov/expapi/verbs/completed","display":{"en":"completed","sw":"amemaliza"}},`, ``, "verb"},
		{"verb without scheme", `"http://adlnet.gov/expapi/verbs/completed"`, `"completed"`, "verb.id"},
		{"null", `"success":true`, `"success":null`, "result.success"},
		{"text for a truth value", `"success":true`, `"success":"true"`, "result.success"},
		{"score above one", `"scaled":0.8`, `"scaled":1.2`, "result.score.scaled"},
		{"raw above max", `"raw":8`, `"raw":11`, "result.score.raw"},
		{"score as text", `"raw":8`, `"raw":"8"`, "result.score.raw"},
		{"duration", `PT1M30.5S`, `90s`, "result.duration"},
		{"empty duration", `PT1M30.5S`, `PT`, "result.duration"},
		{"registration", `018f3c1e-7b5a-7c3e-9d2f-1a2b3c4d5e70`, `seventy`, "context.registration"},
		{"language tag", `"sw":"amemaliza"`, `"kiswahili_tz":"amemaliza"`, "verb.display.kiswahili_tz"},
		{"extension key", `"https://darasa.example/ext":null`, `"ext":1`, "context.extensions.ext"},
		{"timestamp without zone", `10:00:00.000Z`, `10:00:00`, "timestamp"},
		{"two identifiers", `"objectType":"Agent",`, `"objectType":"Agent","mbox":"mailto:a@b.tz",`, "actor"},
		{"no identifier", `"account":{"homePage":"https://darasa.example","name":"k7"}`, `"name":"Asha"`, "actor"},
		{"object kind", `"object":{`, `"object":{"objectType":"Thing",`, "object.objectType"},
		{"twice the same key", `"verb":{`, `"timestamp":"2026-01-01T00:00:00Z","verb":{`, ""},
		{"id", `018f3c1e-7b5a-7c3e-9d2f-1a2b3c4d5e6f`, `1`, "id"},
		{"parent is no activity", `"parent":[{`, `"parent":[{"objectType":"Agent",`, "context.contextActivities.parent[0].objectType"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			raw := strings.Replace(good, c.from, c.to, 1)
			if raw == good {
				t.Fatal("the case changes nothing")
			}
			fs := Validate([]byte(raw))
			if len(fs) == 0 {
				t.Fatal("accepted")
			}
			for _, f := range fs {
				if f.Field == c.field {
					if f.What.SW == "" || f.What.EN == "" {
						t.Errorf("no text in both languages: %+v", f)
					}
					return
				}
			}
			t.Errorf("no finding names %q: %+v", c.field, fs)
		})
	}
}

func open(t *testing.T) *Log {
	t.Helper()
	ctx := context.Background()
	e, err := sqlite.Open(ctx, sqlite.Options{Path: filepath.Join(t.TempDir(), "d.sqlite")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close() })
	if err := e.Ensure(ctx, Specs()...); err != nil {
		t.Fatal(err)
	}
	return New(e)
}

func prepare(t *testing.T, raw string) Statement {
	t.Helper()
	s, err := Prepare([]byte(raw), Authority{"https://darasa.example", "test"}, "", darasa.At(time.Date(2026, 11, 22, 11, 0, 0, 0, time.UTC)))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestKeepOnceAndRefuseOthers(t *testing.T) {
	ctx, l := context.Background(), open(t)
	other := strings.Replace(good, `"raw":8`, `"raw":9`, 1)
	for i, c := range []struct {
		raw  string
		want darasa.Code
	}{{good, ""}, {good, ""}, {other, darasa.Conflict}} {
		v, err := l.Keep(ctx, []Statement{prepare(t, c.raw)})
		if err != nil {
			t.Fatal(err)
		}
		if got := darasa.CodeOf(v[0]); got != c.want {
			t.Errorf("statement %d: %q, want %q", i, got, c.want)
		}
	}
	n := 0
	err := l.Each(ctx, "018f3c1e-7b5a-7c3e-9d2f-1a2b3c4d5e70", func(s Statement) error {
		n++
		if s.Actor != "account https://darasa.example k7" || s.Verb != "http://adlnet.gov/expapi/verbs/completed" {
			t.Errorf("index fields: %+v", s)
		}
		if len(s.Related) != 3 {
			t.Errorf("related %v, want the actor, the lesson and the course", s.Related)
		}
		return nil
	})
	if err != nil || n != 1 {
		t.Fatalf("%d statements, %v; want 1", n, err)
	}
}

func TestNumbersStayAsTheyCame(t *testing.T) {
	ctx, l := context.Background(), open(t)
	raw := strings.Replace(good, `"scaled":0.8`, `"scaled":0.80000000000000000001`, 1)
	if _, err := l.Keep(ctx, []Statement{prepare(t, raw)}); err != nil {
		t.Fatal(err)
	}
	s, err := l.Get(ctx, "018f3c1e-7b5a-7c3e-9d2f-1a2b3c4d5e6f")
	if err != nil || !strings.Contains(string(s.Raw), "0.80000000000000000001") {
		t.Fatalf("%v %s", err, s.Raw)
	}
}

func TestVoiding(t *testing.T) {
	ctx, l := context.Background(), open(t)
	void := `{"actor":{"mbox":"mailto:a@b.tz"},"verb":{"id":"http://adlnet.gov/expapi/verbs/voided"},
	 "object":{"objectType":"StatementRef","id":"018f3c1e-7b5a-7c3e-9d2f-1a2b3c4d5e6f"}}`
	if _, err := l.Keep(ctx, []Statement{prepare(t, good), prepare(t, void)}); err != nil {
		t.Fatal(err)
	}
	s, err := l.Get(ctx, "018f3c1e-7b5a-7c3e-9d2f-1a2b3c4d5e6f")
	if err != nil || !s.Voided {
		t.Fatalf("voided %v, %v", s.Voided, err)
	}
}

func TestRewriteOnErasure(t *testing.T) {
	ctx, l := context.Background(), open(t)
	raw := strings.Replace(good, `"account":{"homePage":"https://darasa.example","name":"k7"}`, `"mbox":"mailto:asha@example.tz","name":"Asha"`, 1)
	if _, err := l.Keep(ctx, []Statement{prepare(t, raw)}); err != nil {
		t.Fatal(err)
	}
	n, err := l.Rewrite(ctx, "mbox mailto:asha@example.tz", Authority{"https://darasa.example", "k9"})
	if err != nil || n != 1 {
		t.Fatal(n, err)
	}
	s, err := l.Get(ctx, "018f3c1e-7b5a-7c3e-9d2f-1a2b3c4d5e6f")
	if err != nil {
		t.Fatal(err)
	}
	if all, _ := json.Marshal(s); strings.Contains(string(s.Raw), "sha") && strings.Contains(strings.ToLower(string(s.Raw)), "asha") || strings.Contains(string(all), "asha@") {
		t.Errorf("the person is still named: %s", s.Raw)
	}
}

func TestParseLimits(t *testing.T) {
	if _, err := Parse([]byte("[" + strings.Repeat("{},", MaxBatch) + "{}]")); darasa.CodeOf(err) != darasa.TooLarge {
		t.Errorf("a batch over the limit: %v", err)
	}
	for _, body := range []string{"", "7", `"x"`, "[1", "{"} {
		raws, err := Parse([]byte(body))
		if err == nil {
			for _, r := range raws {
				if len(Validate(r)) == 0 {
					t.Errorf("%q was accepted", body)
				}
			}
		}
	}
	deep := strings.Repeat(`{"a":`, 100) + "1" + strings.Repeat("}", 100)
	if len(Validate([]byte(deep))) == 0 {
		t.Error("deep nesting was accepted")
	}
}

func FuzzValidate(f *testing.F) {
	f.Add([]byte(good))
	f.Add([]byte(`{"object":{"objectType":"SubStatement"}}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if len(Validate(raw)) > 0 {
			return
		}
		if _, err := Prepare(raw, Authority{"https://darasa.example", "f"}, "", darasa.Now()); err != nil {
			t.Errorf("valid, yet not prepared: %v", err)
		}
	})
}

func BenchmarkPrepare(b *testing.B) {
	for b.Loop() {
		if _, err := Prepare([]byte(good), Authority{"https://darasa.example", "b"}, "", darasa.Now()); err != nil {
			b.Fatal(err)
		}
	}
}

func TestTouchedSince(t *testing.T) {
	ctx, l := context.Background(), open(t)
	before := darasa.At(time.Now().Add(-time.Second))
	if _, err := l.Keep(ctx, []Statement{prepare(t, good)}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		since darasa.Time
		want  int
	}{{before, 1}, {darasa.At(time.Now().Add(time.Minute)), 0}} {
		n := 0
		err := l.Touched(ctx, c.since, func(r darasa.ID) error {
			n++
			if r != "018f3c1e-7b5a-7c3e-9d2f-1a2b3c4d5e70" {
				t.Errorf("registration %s", r)
			}
			return nil
		})
		if err != nil || n != c.want {
			t.Errorf("since %s: %d, %v; want %d", c.since, n, err, c.want)
		}
	}
}

func TestPackGivesBackTheSameBytes(t *testing.T) {
	s := prepare(t, good)
	b, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	var back Statement
	if err := json.Unmarshal(b, &back); err != nil {
		t.Fatal(err)
	}
	if string(back.Raw) != string(s.Raw) || back.Actor != s.Actor || back.Timestamp != s.Timestamp {
		t.Errorf("not the same:\n%s\n%s", s.Raw, back.Raw)
	}
	if p, _ := pack(s.Raw); len(p)*2 > len(s.Raw) {
		t.Errorf("%d bytes packed into %d", len(s.Raw), len(p))
	}
	if err := json.Unmarshal([]byte(`{"id":"x","raw":"AgAA"}`), &back); err == nil {
		t.Error("a later packing was read")
	}
}

func BenchmarkStore(b *testing.B) {
	s, err := Prepare([]byte(good), Authority{"https://darasa.example", "b"}, "", darasa.Now())
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		out, err := json.Marshal(s)
		if err != nil {
			b.Fatal(err)
		}
		b.SetBytes(int64(len(out)))
	}
}
