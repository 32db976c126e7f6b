package lrs

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/mail"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"darasa/backend/darasa"
)

// Limits on foreign statements, checked before anything is read into memory.
const (
	MaxStatement = 64 << 10 // bytes of one statement
	MaxBatch     = 500      // statements in one request
	maxDepth     = 24       // of nested JSON
)

type object = map[string]json.RawMessage

// checker walks a statement as raw JSON. encoding/json into structs would
// accept keys in the wrong case and drop unknown ones; xAPI 1.0.3 Data 2.2
// refuses both.
type checker struct {
	findings []darasa.Finding
}

func (c *checker) fail(path, sw, en string, args ...any) {
	c.findings = append(c.findings, darasa.Finding{Level: darasa.IsError, Field: path, What: darasa.T(sw, en, args...)})
}

// fields reads raw as an object that may hold only the given keys. A value of
// null is refused everywhere but in extensions (Data 2.2, requirement 2).
func (c *checker) fields(path string, raw json.RawMessage, allowed ...string) (object, bool) {
	var m object
	if t := bytes.TrimSpace(raw); len(t) == 0 || t[0] != '{' || json.Unmarshal(raw, &m) != nil {
		c.fail(path, "lazima iwe kitu (object).", "must be an object.")
		return nil, false
	}
	for _, k := range sortedKeys(m) {
		if !slices.Contains(allowed, k) {
			c.fail(join(path, k), "sifa hii haijulikani; angalia herufi kubwa na ndogo.", "is not a known property; check upper and lower case.")
		} else if string(m[k]) == "null" {
			c.fail(join(path, k), "haiwezi kuwa null; iondoe.", "must not be null; leave it out.")
			delete(m, k)
		}
	}
	return m, true
}

func sortedKeys[V any](m map[string]V) []string {
	ks := make([]string, 0, len(m))
	for k := range m {
		ks = append(ks, k)
	}
	slices.Sort(ks)
	return ks
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

func (c *checker) text(path string, raw json.RawMessage) (string, bool) {
	var s string
	if len(raw) == 0 || raw[0] != '"' || json.Unmarshal(raw, &s) != nil {
		c.fail(path, "lazima iwe maandishi.", "must be a string.")
		return "", false
	}
	return s, true
}

func (c *checker) iri(path string, raw json.RawMessage) string {
	s, ok := c.text(path, raw)
	if ok && !isIRI(s) {
		c.fail(path, "lazima iwe IRI kamili yenye mpango, kama https://….", "must be an absolute IRI with a scheme, like https://….")
	}
	return s
}

func isIRI(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.Scheme != "" && (u.Opaque != "" || u.Host != "" || u.Path != "") && !strings.ContainsAny(s, " <>\"{}|\\^`")
}

func (c *checker) uuid(path string, raw json.RawMessage) string {
	s, ok := c.text(path, raw)
	if ok && !darasa.ValidUUID(strings.ToLower(s)) {
		c.fail(path, "lazima iwe UUID.", "must be a UUID.")
	}
	return strings.ToLower(s)
}

func (c *checker) timestamp(path string, raw json.RawMessage) darasa.Time {
	s, ok := c.text(path, raw)
	if !ok {
		return darasa.Time{}
	}
	t, err := time.Parse(time.RFC3339Nano, strings.Replace(s, " ", "T", 1))
	if err != nil || strings.HasSuffix(s, "-00:00") || strings.HasSuffix(s, "-0000") {
		c.fail(path, "lazima iwe muda wa ISO 8601 wenye saa za eneo, kama 2026-11-22T09:00:00Z.",
			"must be an ISO 8601 time with a time zone, like 2026-11-22T09:00:00Z.")
		return darasa.Time{}
	}
	at, err := darasa.ParseTime(t.Format(time.RFC3339Nano))
	if err != nil {
		c.fail(path, "mwaka lazima uwe kati ya 0000 na 9999 kwa UTC.", "must lie in the years 0000 to 9999 of UTC.")
	}
	return at
}

var tag = regexp.MustCompile(`^([a-zA-Z]{2,3}(-[a-zA-Z]{3}){0,3}|[a-zA-Z]{4,8}|[iI]-[a-zA-Z0-9]+|[xX](-[a-zA-Z0-9]{1,8})+)(-[a-zA-Z]{4})?(-([a-zA-Z]{2}|[0-9]{3}))?(-([a-zA-Z0-9]{5,8}|[0-9][a-zA-Z0-9]{3}))*(-[a-wyzA-WYZ0-9](-[a-zA-Z0-9]{2,8})+)*(-[xX](-[a-zA-Z0-9]{1,8})+)?$`)

// languageMap checks RFC 5646 tags as keys and strings as values.
func (c *checker) languageMap(path string, raw json.RawMessage) {
	var m object
	if json.Unmarshal(raw, &m) != nil || m == nil {
		c.fail(path, "lazima iwe ramani ya lugha, kama {\"sw\": \"…\"}.", "must be a language map, like {\"sw\": \"…\"}.")
		return
	}
	for _, k := range sortedKeys(m) {
		if !tag.MatchString(k) {
			c.fail(join(path, k), "si alama ya lugha ya RFC 5646.", "is not an RFC 5646 language tag.")
		}
		c.text(join(path, k), m[k])
	}
}

func (c *checker) extensions(path string, raw json.RawMessage) {
	var m object
	if json.Unmarshal(raw, &m) != nil || m == nil {
		c.fail(path, "lazima iwe kitu (object).", "must be an object.")
		return
	}
	for _, k := range sortedKeys(m) {
		if !isIRI(k) {
			c.fail(join(path, k), "ufunguo wa extensions lazima uwe IRI.", "a key of extensions must be an IRI.")
		}
	}
}

// agent checks an Agent or Group (Data 2.4.2); group says whether a Group may stand here.
func (c *checker) agent(path string, raw json.RawMessage, group bool) {
	m, ok := c.fields(path, raw, "objectType", "name", "mbox", "mbox_sha1sum", "openid", "account", "member")
	if !ok {
		return
	}
	kind := "Agent"
	if raw, has := m["objectType"]; has {
		kind, _ = c.text(join(path, "objectType"), raw)
	}
	if kind != "Agent" && (kind != "Group" || !group) {
		c.fail(join(path, "objectType"), "lazima iwe Agent%s.", "must be Agent%s.", map[bool]string{true: "/Group"}[group])
	}
	if raw, has := m["name"]; has {
		c.text(join(path, "name"), raw)
	}
	ids := c.identifiers(path, m)
	members, hasMembers := m["member"]
	switch {
	case ids > 1:
		c.fail(path, "lazima iwe na kitambulisho kimoja tu.", "must have exactly one identifier.")
	case ids == 0 && kind == "Agent":
		c.fail(path, "inahitaji mbox, mbox_sha1sum, openid au account.", "needs one of mbox, mbox_sha1sum, openid, account.")
	case ids == 0 && !hasMembers:
		c.fail(join(path, "member"), "kundi lisilo na kitambulisho linahitaji wanachama.", "an anonymous group needs members.")
	case hasMembers && kind != "Group":
		c.fail(join(path, "member"), "ni ya Group tu.", "belongs to a Group only.")
	}
	if hasMembers && kind == "Group" {
		c.each(join(path, "member"), members, func(p string, raw json.RawMessage) { c.agent(p, raw, false) })
	}
}

func (c *checker) each(path string, raw json.RawMessage, f func(string, json.RawMessage)) {
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) != nil || list == nil {
		c.fail(path, "lazima iwe orodha.", "must be an array.")
		return
	}
	for i, item := range list {
		f(fmt.Sprintf("%s[%d]", path, i), item)
	}
}

var sha1sum = regexp.MustCompile(`^[0-9a-fA-F]{40}$`)

func (c *checker) identifiers(path string, m object) int {
	n := 0
	if raw, has := m["mbox"]; has {
		n++
		s, ok := c.text(join(path, "mbox"), raw)
		a, isMail := strings.CutPrefix(s, "mailto:")
		if _, err := mail.ParseAddress(a); ok && (!isMail || err != nil) {
			c.fail(join(path, "mbox"), "lazima iwe mailto: na anwani ya barua pepe.", "must be mailto: and an e-mail address.")
		}
	}
	if raw, has := m["mbox_sha1sum"]; has {
		n++
		if s, ok := c.text(join(path, "mbox_sha1sum"), raw); ok && !sha1sum.MatchString(s) {
			c.fail(join(path, "mbox_sha1sum"), "lazima iwe SHA-1 ya herufi 40.", "must be a SHA-1 of 40 hexadecimal digits.")
		}
	}
	if raw, has := m["openid"]; has {
		n++
		c.iri(join(path, "openid"), raw)
	}
	if raw, has := m["account"]; has {
		n++
		p := join(path, "account")
		if a, ok := c.fields(p, raw, "homePage", "name"); ok {
			c.required(p, a, "homePage", "name")
			if raw, has := a["homePage"]; has {
				c.iri(join(p, "homePage"), raw)
			}
			if raw, has := a["name"]; has {
				c.text(join(p, "name"), raw)
			}
		}
	}
	return n
}

func (c *checker) required(path string, m object, names ...string) {
	for _, n := range names {
		if _, has := m[n]; !has {
			c.fail(join(path, n), "inahitajika.", "is required.")
		}
	}
}

// balanced refuses JSON nested deeper than maxDepth, with duplicate keys in
// one object, or with bytes after its end.
func balanced(raw []byte) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	if err := walk(d, 0); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return fmt.Errorf("bytes after the end of the JSON")
	}
	return nil
}

func walk(d *json.Decoder, depth int) error {
	if depth > maxDepth {
		return fmt.Errorf("nested deeper than %d", maxDepth)
	}
	t, err := d.Token()
	if err != nil {
		return err
	}
	delim, ok := t.(json.Delim)
	if !ok {
		return nil
	}
	keys := map[string]bool{}
	for d.More() {
		if delim == '{' {
			k, err := d.Token()
			if err != nil {
				return err
			}
			name := k.(string)
			if keys[name] {
				return fmt.Errorf("property %q stands twice", name)
			}
			keys[name] = true
		}
		if err := walk(d, depth+1); err != nil {
			return err
		}
	}
	_, err = d.Token()
	return err
}

func validMediaType(s string) bool {
	_, _, err := mime.ParseMediaType(s)
	return err == nil && strings.Contains(s, "/")
}
