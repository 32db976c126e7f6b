package lrs

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"strings"

	"darasa/backend/darasa"
	"darasa/backend/store"
)

// Log keeps statements. Nothing in it is ever changed but the voided mark.
type Log struct {
	statements store.Coll[Statement]
}

var spec = store.Spec{
	Name: "statements",
	Indexes: []store.Index{
		{"stored"}, {"actor", "stored"}, {"verb", "stored"}, {"object", "stored"}, {"registration", "stored"}, {"institution", "stored"},
	},
	Terms: "related", Institution: "institution",
}

// Specs declares the collection of statements.
func Specs() []store.Spec { return []store.Spec{spec} }

// New returns the log in e.
func New(e store.Engine) *Log {
	return &Log{statements: store.Open(e, spec, func(s *Statement) darasa.ID { return s.ID }, func(s *Statement) *store.Meta { return &s.Meta }, nil)}
}

// Authority is who vouches for statements that arrive by a door: the platform
// itself or an account of a foreign system.
type Authority struct {
	HomePage string `json:"homePage"`
	Name     string `json:"name"`
}

// Parse splits a request body into statements: one object or an array of at
// most MaxBatch (Communication 2.1.2).
func Parse(body []byte) ([]json.RawMessage, error) {
	t := bytes.TrimSpace(body)
	if len(t) == 0 {
		return nil, darasa.Fail(darasa.Invalid, "Hakuna kauli iliyotumwa.", "No statement was sent.")
	}
	if t[0] == '{' {
		return []json.RawMessage{t}, nil
	}
	var list []json.RawMessage
	if err := json.Unmarshal(t, &list); err != nil {
		return nil, darasa.Fail(darasa.Invalid, "JSON haisomeki: %v.", "The JSON cannot be read: %v.", err)
	}
	if len(list) > MaxBatch {
		return nil, darasa.Fail(darasa.TooLarge, "Kauli ni nyingi mno: kikomo ni %d kwa mara moja.", "Too many statements: the limit is %d at a time.", MaxBatch)
	}
	return list, nil
}

// Prepare validates one statement and sets what the server owns: id and
// timestamp where missing, stored, authority and version always. The other
// bytes stay as they came.
func Prepare(raw json.RawMessage, by Authority, institution darasa.ID, now darasa.Time) (Statement, error) {
	if fs := Validate(raw); len(fs) > 0 {
		return Statement{}, darasa.Fail(darasa.Invalid, "Kauli si sahihi.", "The statement is not valid.").With(fs...)
	}
	return index(raw, by, institution, now)
}

func index(raw json.RawMessage, by Authority, institution darasa.ID, now darasa.Time) (Statement, error) {
	var m object
	if err := json.Unmarshal(raw, &m); err != nil {
		return Statement{}, darasa.Fail(darasa.Invalid, "JSON haisomeki.", "The JSON cannot be read.").Because(err)
	}
	s := Statement{StoredAt: now, Stored: darasa.NewID(), Institution: institution, Foreign: true}
	var c checker
	if r, has := m["id"]; has {
		s.ID = darasa.ID(c.uuid("id", r))
	} else {
		s.ID = darasa.NewID()
	}
	s.Timestamp = now
	if r, has := m["timestamp"]; has {
		s.Timestamp = c.timestamp("timestamp", r)
	} else {
		m["timestamp"] = mustJSON(now)
	}
	m["id"], m["stored"], m["version"] = mustJSON(s.ID), mustJSON(now), mustJSON("1.0.3")
	m["authority"] = mustJSON(map[string]any{"objectType": "Agent", "account": by})
	s.Raw = mustJSON(m)
	s.Actor = Canonical(m["actor"])
	s.Verb = idOf(m["verb"])
	s.Object = objectKey(m["object"])
	if objectType(m["object"]) == "StatementRef" {
		s.Target = strings.ToLower(idOf(m["object"]))
	}
	s.Registration = registration(m["context"])
	related := map[string]bool{}
	collect(raw, related, 0)
	s.Related = sortedKeys(related)
	return s, nil
}

func mustJSON(v any) json.RawMessage {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(err) // our own values only
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

func idOf(raw json.RawMessage) string {
	var o struct {
		ID string `json:"id"`
	}
	_ = json.Unmarshal(raw, &o)
	return o.ID
}

func registration(raw json.RawMessage) string {
	var o struct {
		Registration string `json:"registration"`
	}
	_ = json.Unmarshal(raw, &o)
	return strings.ToLower(o.Registration)
}

func objectKey(raw json.RawMessage) string {
	switch objectType(raw) {
	case "Agent", "Group":
		return Canonical(raw)
	}
	return idOf(raw)
}

// Canonical returns one text for an agent's inverse functional identifier
// (Data 2.4.2.3), "" for an anonymous group.
func Canonical(raw json.RawMessage) string {
	var a struct {
		Mbox    string     `json:"mbox"`
		Sha1    string     `json:"mbox_sha1sum"`
		OpenID  string     `json:"openid"`
		Account *Authority `json:"account"`
	}
	_ = json.Unmarshal(raw, &a)
	switch {
	case a.Mbox != "":
		return "mbox " + strings.ToLower(a.Mbox)
	case a.Sha1 != "":
		return "sha1 " + strings.ToLower(a.Sha1)
	case a.OpenID != "":
		return "openid " + a.OpenID
	case a.Account != nil:
		return AccountKey(a.Account.HomePage, a.Account.Name)
	}
	return ""
}

// AccountKey is the canonical form of an account at home.
func AccountKey(home, name string) string { return "account " + home + " " + name }

// collect gathers every agent and activity anywhere in a statement.
func collect(raw json.RawMessage, into map[string]bool, depth int) {
	if depth > maxDepth || len(raw) == 0 {
		return
	}
	switch raw[0] {
	case '[':
		var list []json.RawMessage
		_ = json.Unmarshal(raw, &list)
		for _, r := range list {
			collect(r, into, depth+1)
		}
	case '{':
		var m object
		_ = json.Unmarshal(raw, &m)
		if k := Canonical(raw); k != "" {
			into[k] = true
		} else if _, verb := m["display"]; !verb && m["id"] != nil && objectType(raw) == "Activity" && m["actor"] == nil {
			if id := idOf(raw); strings.Contains(id, ":") {
				into[id] = true
			}
		}
		for _, k := range sortedKeys(m) {
			if k != "extensions" && k != "verb" && k != "authority" {
				collect(bytes.TrimSpace(m[k]), into, depth+1)
			}
		}
	}
}

// Keep stores statements once per id, in any order, any number of times: one
// verdict each, nil where it is stored now or was stored alike before,
// Conflict where another statement has the id (Communication 2.1.1).
func (l *Log) Keep(ctx context.Context, sts []Statement) ([]error, error) {
	verdicts, err := l.statements.InsertMany(ctx, sts)
	if err != nil {
		return nil, err
	}
	for i, v := range verdicts {
		if darasa.CodeOf(v) != darasa.Conflict {
			continue
		}
		old, err := l.statements.Get(ctx, sts[i].ID)
		if err != nil {
			return nil, err
		}
		if alike(old.Raw, sts[i].Raw) {
			verdicts[i] = nil
		} else {
			verdicts[i] = darasa.Fail(darasa.Conflict, "Kauli nyingine ina id hii.", "Another statement has this id.")
		}
	}
	return verdicts, l.void(ctx, sts, verdicts)
}

// void marks the targets of voiding statements; a voiding statement itself
// cannot be voided (Data 2.3.2).
func (l *Log) void(ctx context.Context, sts []Statement, verdicts []error) error {
	for i, s := range sts {
		if s.Verb != voided || s.Target == "" || verdicts[i] != nil {
			continue
		}
		_, err := l.statements.Update(ctx, darasa.ID(s.Target), func(t *Statement) error {
			if t.Verb == voided || t.Voided {
				return store.ErrUnchanged
			}
			t.Voided = true
			return nil
		})
		if err != nil && darasa.CodeOf(err) != darasa.NotFound {
			return err
		}
	}
	return nil
}

// alike compares what the sender owns: everything but stored, authority,
// version and a timestamp that we may have set ourselves.
func alike(a, b []byte) bool {
	var x, y object
	if json.Unmarshal(a, &x) != nil || json.Unmarshal(b, &y) != nil {
		return false
	}
	for _, k := range []string{"stored", "authority", "version", "timestamp"} {
		delete(x, k)
		delete(y, k)
	}
	return bytes.Equal(normal(mustJSON(x)), normal(mustJSON(y)))
}

func normal(raw []byte) []byte {
	var v any
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	if d.Decode(&v) != nil {
		return raw
	}
	return mustJSON(v)
}

// Get returns one statement of the log.
func (l *Log) Get(ctx context.Context, id darasa.ID) (Statement, error) {
	return l.statements.Get(ctx, id)
}

// Each walks the statements of one registration in order of their storing, or
// all of them where registration is empty.
func (l *Log) Each(ctx context.Context, registration darasa.ID, f func(Statement) error) error {
	q := store.Query{Order: "stored"}
	if registration != "" {
		q.Equal = map[string]string{"registration": string(registration)}
	}
	return l.statements.Each(ctx, q, f)
}

// ByActor walks what one actor (canonical form) did.
func (l *Log) ByActor(ctx context.Context, actor string, f func(Statement) error) error {
	return l.statements.Each(ctx, store.Query{Equal: map[string]string{"actor": actor}, Order: "stored"}, f)
}

// Rewrite replaces an erased person (canonical form) in foreign statements by
// to, without a name, wherever an agent may stand: as actor, object, instructor,
// member of a group or within a SubStatement. Ours name a random account only
// and stay.
func (l *Log) Rewrite(ctx context.Context, agent string, to Authority) (int, error) {
	var ids []darasa.ID
	err := l.statements.Each(ctx, store.Query{Term: agent, TermWhole: true}, func(s Statement) error {
		if s.Foreign {
			ids = append(ids, s.ID)
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	for _, id := range ids {
		_, err := l.statements.Update(ctx, id, func(s *Statement) error {
			s.Raw = renamed(s.Raw, agent, to)
			var m object
			if err := json.Unmarshal(s.Raw, &m); err != nil {
				return err
			}
			s.Actor, s.Object = Canonical(m["actor"]), objectKey(m["object"])
			s.Related = append(slices.DeleteFunc(s.Related, func(k string) bool { return k == agent }), AccountKey(to.HomePage, to.Name))
			return nil
		})
		if err != nil {
			return 0, err
		}
	}
	return len(ids), nil
}

// renamed returns JSON in which every agent of a canonical form is to.
func renamed(raw json.RawMessage, agent string, to Authority) json.RawMessage {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 {
		return raw
	}
	switch raw[0] {
	case '[':
		var list []json.RawMessage
		_ = json.Unmarshal(raw, &list)
		for i := range list {
			list[i] = renamed(list[i], agent, to)
		}
		return mustJSON(list)
	case '{':
		if Canonical(raw) == agent {
			return mustJSON(map[string]any{"objectType": "Agent", "account": to})
		}
		var m object
		_ = json.Unmarshal(raw, &m)
		for k := range m {
			m[k] = renamed(m[k], agent, to)
		}
		return mustJSON(m)
	}
	return raw
}
