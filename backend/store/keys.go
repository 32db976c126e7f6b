package store

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"darasa/backend/darasa"
)

// IDField names the document's id in a Query.
const IDField = "id"

// Fields returns every indexed field once, in the order of declaration.
func (s Spec) Fields() []string {
	var out []string
	for _, ix := range s.Indexes {
		for _, f := range ix {
			if !slices.Contains(out, f) {
				out = append(out, f)
			}
		}
	}
	return out
}

// Check tells whether the declaration can be served by every engine.
func (s Spec) Check() error {
	bad := func(what string) error {
		return darasa.Fail(darasa.Internal, "Mkusanyiko %s haukutangazwa vizuri: %s.", "Collection %s is declared badly: %s.", s.Name, what)
	}
	if !plainName(s.Name) {
		return bad("name")
	}
	for _, ix := range s.Indexes {
		if len(ix) == 0 || len(ix) > 3 {
			return bad("an index has one to three fields")
		}
	}
	folded := map[string]bool{} // SQLite's columns do not tell case
	for _, f := range s.Fields() {
		if !plainName(f) || f == IDField || folded[strings.ToLower(f)] {
			return bad("field " + f)
		}
		folded[strings.ToLower(f)] = true
	}
	return nil
}

func plainName(s string) bool {
	for i := range len(s) {
		c := s[i]
		if !(c == '_' && i > 0 || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || i > 0 && c >= '0' && c <= '9') {
			return false
		}
	}
	return s != ""
}

// Keys returns what a body is found by: one value per field of Fields (text,
// or int64 or float64 for Numbers), and its terms. Both engines index exactly
// this, so that they compare alike.
func (s Spec) Keys(fields []string, body json.RawMessage) ([]any, []string, error) {
	if len(fields) == 0 && s.Terms == "" {
		if len(body) == 0 || body[0] != '{' || !json.Valid(body) {
			return nil, nil, errBody
		}
		return nil, nil, nil
	}
	values := make([]any, len(fields))
	for i, f := range fields {
		values[i] = s.Key(f, "")
	}
	var list json.RawMessage
	ok := members(body, func(name []byte, value json.RawMessage) {
		if i := slices.IndexFunc(fields, func(f string) bool { return spells(name, f) }); i >= 0 {
			values[i] = s.Key(fields[i], scalar(value))
		}
		if s.Terms != "" && spells(name, s.Terms) {
			list = value
		}
	})
	if !ok {
		return nil, nil, errBody
	}
	var terms []string
	if len(list) > 0 {
		if err := json.Unmarshal(list, &terms); err != nil {
			return nil, nil, errBody.Because(err)
		}
		slices.Sort(terms)
		terms = slices.Compact(terms)
	}
	return values, terms, nil
}

var errBody = darasa.Fail(darasa.Internal, "Hati si muundo wa JSON.", "The document's body is not a JSON object.")

// Key returns the indexed value of a field for its text in a Query or body.
func (s Spec) Key(field, text string) any {
	if !slices.Contains(s.Numbers, field) {
		return text
	}
	if text == "" {
		return int64(0)
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return n
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return text // equals no number
	}
	return f
}

// scalar returns a raw JSON scalar as index text, as Field does.
func scalar(raw json.RawMessage) string {
	if len(raw) == 0 || raw[0] == '{' || raw[0] == '[' || string(raw) == "null" {
		return ""
	}
	if raw[0] == '"' {
		return text(raw)
	}
	return string(raw)
}

// Check tells whether an engine may store the record: it has an id and its
// body is within MaxDocument.
func (r Record) Check() error {
	if r.ID == "" {
		return darasa.Fail(darasa.Internal, "Hati haina kitambulisho.", "The document has no id.")
	}
	if len(r.Body) > MaxDocument {
		return darasa.Fail(darasa.TooLarge, "Hati ni kubwa mno: baiti %d, kikomo ni %d.",
			"The document is too large: %d bytes, the limit is %d.", len(r.Body), MaxDocument)
	}
	return nil
}
