package lrs

import (
	"encoding/json"
	"regexp"
	"slices"

	"darasa/backend/darasa"
)

// Validate checks one statement against xAPI 1.0.3 Data and returns every
// finding, each naming its property.
func Validate(raw json.RawMessage) []darasa.Finding {
	var c checker
	if len(raw) > MaxStatement {
		c.fail("", "kauli ni kubwa mno: kikomo ni %d kB.", "the statement is too large: the limit is %d kB.", MaxStatement>>10)
		return c.findings
	}
	if err := balanced(raw); err != nil {
		c.fail("", "JSON haisomeki: %v.", "the JSON cannot be read: %v.", err)
		return c.findings
	}
	c.statement("", raw, false)
	return c.findings
}

// statement checks a statement or, nested, a SubStatement (Data 2.4.4.3).
func (c *checker) statement(path string, raw json.RawMessage, sub bool) {
	allowed := []string{"actor", "verb", "object", "result", "context", "timestamp", "attachments"}
	if sub {
		allowed = append(allowed, "objectType")
	} else {
		allowed = append(allowed, "id", "stored", "authority", "version")
	}
	m, ok := c.fields(path, raw, allowed...)
	if !ok {
		return
	}
	c.required(path, m, "actor", "verb", "object")
	parts := map[string]func(string, json.RawMessage){
		"id":          func(p string, r json.RawMessage) { c.uuid(p, r) },
		"actor":       func(p string, r json.RawMessage) { c.agent(p, r, true) },
		"verb":        c.verb,
		"object":      func(p string, r json.RawMessage) { c.object(p, r, sub) },
		"result":      c.result,
		"context":     func(p string, r json.RawMessage) { c.context(p, r, objectType(m["object"])) },
		"timestamp":   func(p string, r json.RawMessage) { c.timestamp(p, r) },
		"stored":      func(p string, r json.RawMessage) { c.timestamp(p, r) },
		"authority":   c.authority,
		"version":     c.version,
		"attachments": func(p string, r json.RawMessage) { c.each(p, r, c.attachment) },
	}
	for _, k := range sortedKeys(m) {
		if f := parts[k]; f != nil {
			f(join(path, k), m[k])
		}
	}
	c.voiding(path, m)
}

// voiding: the verb voided takes a StatementRef (Data 2.3.2).
func (c *checker) voiding(path string, m object) {
	var v struct {
		ID string `json:"id"`
	}
	if json.Unmarshal(m["verb"], &v) == nil && v.ID == voided && objectType(m["object"]) != "StatementRef" {
		c.fail(join(path, "object.objectType"), "kitenzi voided kinahitaji StatementRef.", "the verb voided needs a StatementRef.")
	}
}

const voided = "http://adlnet.gov/expapi/verbs/voided"

func objectType(raw json.RawMessage) string {
	var o struct {
		ObjectType string `json:"objectType"`
	}
	_ = json.Unmarshal(raw, &o)
	if o.ObjectType == "" {
		return "Activity"
	}
	return o.ObjectType
}

func (c *checker) verb(path string, raw json.RawMessage) {
	m, ok := c.fields(path, raw, "id", "display")
	if !ok {
		return
	}
	c.required(path, m, "id")
	if raw, has := m["id"]; has {
		c.iri(join(path, "id"), raw)
	}
	if raw, has := m["display"]; has {
		c.languageMap(join(path, "display"), raw)
	}
}

func (c *checker) object(path string, raw json.RawMessage, sub bool) {
	switch kind := objectType(raw); kind {
	case "Activity":
		c.activity(path, raw)
	case "Agent", "Group":
		c.agent(path, raw, true)
	case "StatementRef":
		c.reference(path, raw)
	case "SubStatement":
		if sub {
			c.fail(path, "SubStatement haiwezi kuwa na SubStatement.", "a SubStatement must not contain another.")
			return
		}
		c.statement(path, raw, true)
	default:
		c.fail(join(path, "objectType"), "lazima iwe Activity, Agent, Group, StatementRef au SubStatement.",
			"must be Activity, Agent, Group, StatementRef or SubStatement.")
	}
}

func (c *checker) reference(path string, raw json.RawMessage) {
	if m, ok := c.fields(path, raw, "objectType", "id"); ok {
		c.required(path, m, "id", "objectType")
		if raw, has := m["id"]; has {
			c.uuid(join(path, "id"), raw)
		}
	}
}

var interactions = []string{"true-false", "choice", "fill-in", "long-fill-in", "matching", "performance", "sequencing", "likert", "numeric", "other"}

func (c *checker) activity(path string, raw json.RawMessage) {
	m, ok := c.fields(path, raw, "objectType", "id", "definition")
	if !ok {
		return
	}
	c.required(path, m, "id")
	if raw, has := m["id"]; has {
		c.iri(join(path, "id"), raw)
	}
	def, has := m["definition"]
	if !has {
		return
	}
	p := join(path, "definition")
	d, ok := c.fields(p, def, "name", "description", "type", "moreInfo", "extensions", "interactionType",
		"correctResponsesPattern", "choices", "scale", "source", "target", "steps")
	if !ok {
		return
	}
	for _, k := range sortedKeys(d) {
		q := join(p, k)
		switch k {
		case "name", "description":
			c.languageMap(q, d[k])
		case "type", "moreInfo":
			c.iri(q, d[k])
		case "extensions":
			c.extensions(q, d[k])
		case "interactionType":
			if s, ok := c.text(q, d[k]); ok && !slices.Contains(interactions, s) {
				c.fail(q, "si aina ya swali ya xAPI.", "is not an interaction type of xAPI.")
			}
		case "correctResponsesPattern":
			c.each(q, d[k], func(p string, raw json.RawMessage) { c.text(p, raw) })
		default:
			c.each(q, d[k], c.component)
		}
	}
}

func (c *checker) component(path string, raw json.RawMessage) {
	m, ok := c.fields(path, raw, "id", "description")
	if !ok {
		return
	}
	c.required(path, m, "id")
	if raw, has := m["id"]; has {
		c.text(join(path, "id"), raw)
	}
	if raw, has := m["description"]; has {
		c.languageMap(join(path, "description"), raw)
	}
}

// duration is ISO 8601 with at least one part (Data 4.6).
var duration = regexp.MustCompile(`^P(\d+(\.\d+)?W|(\d+(\.\d+)?Y)?(\d+(\.\d+)?M)?(\d+(\.\d+)?D)?(T(\d+(\.\d+)?H)?(\d+(\.\d+)?M)?(\d+(\.\d+)?S)?)?)$`)

func (c *checker) result(path string, raw json.RawMessage) {
	m, ok := c.fields(path, raw, "score", "success", "completion", "response", "duration", "extensions")
	if !ok {
		return
	}
	for _, k := range sortedKeys(m) {
		p := join(path, k)
		switch k {
		case "score":
			c.score(p, m[k])
		case "success", "completion":
			if s := string(m[k]); s != "true" && s != "false" {
				c.fail(p, "lazima iwe true au false.", "must be true or false.")
			}
		case "response":
			c.text(p, m[k])
		case "duration":
			s, ok := c.text(p, m[k])
			if ok && (!duration.MatchString(s) || s == "P" || s[len(s)-1] == 'T') {
				c.fail(p, "lazima iwe muda wa ISO 8601, kama PT1M30S.", "must be an ISO 8601 duration, like PT1M30S.")
			}
		case "extensions":
			c.extensions(p, m[k])
		}
	}
}

// score: scaled is -1 to 1, raw lies between min and max (Data 2.4.5.1).
func (c *checker) score(path string, raw json.RawMessage) {
	m, ok := c.fields(path, raw, "scaled", "raw", "min", "max")
	if !ok {
		return
	}
	v := map[string]float64{}
	for _, k := range sortedKeys(m) {
		var f float64
		if m[k][0] == '"' || json.Unmarshal(m[k], &f) != nil {
			c.fail(join(path, k), "lazima iwe namba.", "must be a number.")
			continue
		}
		v[k] = f
	}
	low, hasLow := v["min"]
	high, hasHigh := v["max"]
	value, hasRaw := v["raw"]
	if s, has := v["scaled"]; has && (s < -1 || s > 1) {
		c.fail(join(path, "scaled"), "lazima iwe kati ya -1 na 1.", "must be between -1 and 1.")
	}
	if hasLow && hasHigh && low >= high {
		c.fail(join(path, "min"), "lazima iwe chini ya max.", "must be below max.")
	}
	if hasRaw && (hasLow && value < low || hasHigh && value > high) {
		c.fail(join(path, "raw"), "lazima iwe kati ya min na max.", "must lie between min and max.")
	}
}

func (c *checker) context(path string, raw json.RawMessage, kind string) {
	m, ok := c.fields(path, raw, "registration", "instructor", "team", "contextActivities", "revision", "platform", "language", "statement", "extensions")
	if !ok {
		return
	}
	for _, k := range sortedKeys(m) {
		p := join(path, k)
		switch k {
		case "registration":
			c.uuid(p, m[k])
		case "instructor":
			c.agent(p, m[k], true)
		case "team":
			if objectType(m[k]) != "Group" {
				c.fail(join(p, "objectType"), "lazima iwe Group.", "must be a Group.")
			}
			c.agent(p, m[k], true)
		case "contextActivities":
			c.contextActivities(p, m[k])
		case "revision", "platform":
			c.text(p, m[k])
			if kind != "Activity" {
				c.fail(p, "ni kwa object ya Activity tu.", "is only for an object that is an Activity.")
			}
		case "language":
			if s, ok := c.text(p, m[k]); ok && !tag.MatchString(s) {
				c.fail(p, "si alama ya lugha ya RFC 5646.", "is not an RFC 5646 language tag.")
			}
		case "statement":
			if objectType(m[k]) != "StatementRef" {
				c.fail(join(p, "objectType"), "lazima iwe StatementRef.", "must be a StatementRef.")
			}
			c.reference(p, m[k])
		case "extensions":
			c.extensions(p, m[k])
		}
	}
}

func (c *checker) contextActivities(path string, raw json.RawMessage) {
	m, ok := c.fields(path, raw, "parent", "grouping", "category", "other")
	if !ok {
		return
	}
	for _, k := range sortedKeys(m) {
		p := join(path, k)
		if m[k][0] == '{' { // 1.0.3 still takes a single activity here
			c.onlyActivity(p, m[k])
			continue
		}
		c.each(p, m[k], c.onlyActivity)
	}
}

func (c *checker) onlyActivity(path string, raw json.RawMessage) {
	if objectType(raw) != "Activity" {
		c.fail(join(path, "objectType"), "lazima iwe Activity.", "must be an Activity.")
		return
	}
	c.activity(path, raw)
}

// authority is an Agent, or a Group of two Agents (OAuth, Data 2.4.9).
func (c *checker) authority(path string, raw json.RawMessage) {
	c.agent(path, raw, true)
	if objectType(raw) != "Group" {
		return
	}
	var g struct {
		Member []json.RawMessage `json:"member"`
	}
	if json.Unmarshal(raw, &g) == nil && len(g.Member) != 2 {
		c.fail(join(path, "member"), "lazima wawe wawili.", "must be two.")
	}
}

var versionForm = regexp.MustCompile(`^1\.0(\.\d+)?$`)

func (c *checker) version(path string, raw json.RawMessage) {
	if s, ok := c.text(path, raw); ok && !versionForm.MatchString(s) {
		c.fail(path, "lazima iwe 1.0 au 1.0.x.", "must be 1.0 or 1.0.x.")
	}
}

var sha2 = regexp.MustCompile(`^[0-9a-fA-F]{56,128}$`)

func (c *checker) attachment(path string, raw json.RawMessage) {
	m, ok := c.fields(path, raw, "usageType", "display", "description", "contentType", "length", "sha2", "fileUrl")
	if !ok {
		return
	}
	c.required(path, m, "usageType", "display", "contentType", "length", "sha2")
	for _, k := range sortedKeys(m) {
		p := join(path, k)
		switch k {
		case "usageType", "fileUrl":
			c.iri(p, m[k])
		case "display", "description":
			c.languageMap(p, m[k])
		case "contentType":
			if s, ok := c.text(p, m[k]); ok && !validMediaType(s) {
				c.fail(p, "si aina ya faili (media type).", "is not a media type.")
			}
		case "length":
			var n int64
			if json.Unmarshal(m[k], &n) != nil || n < 0 {
				c.fail(p, "lazima iwe namba kamili.", "must be a whole number.")
			}
		case "sha2":
			if s, ok := c.text(p, m[k]); ok && !sha2.MatchString(s) {
				c.fail(p, "lazima iwe SHA-2 ya heksadesimali.", "must be a SHA-2 in hexadecimal.")
			}
		}
	}
	if _, has := m["fileUrl"]; !has {
		c.fail(join(path, "fileUrl"), "inahitajika: seva hii haipokei viambatisho vyenyewe, anwani zao tu.",
			"is required: this server takes no attachment bytes, only their addresses.")
	}
}
