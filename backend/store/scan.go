package store

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"
)

// members calls f with every member of the JSON object body in order; it
// returns false where body is no valid JSON object. Reading the few indexed
// fields of a body so costs less than half of a map of all of them, and every write
// does it. Names and values point into body.
func members(body []byte, f func(name []byte, value json.RawMessage)) bool {
	if !json.Valid(body) {
		return false
	}
	body = bytes.TrimLeft(body, whitespace)
	if body[0] != '{' {
		return false
	}
	for rest := body[1:]; ; {
		rest = bytes.TrimLeft(rest, whitespace+",")
		if rest[0] == '}' {
			return true
		}
		n := valueLen(rest)
		name := rest[:n]
		rest = bytes.TrimLeft(rest[n:], whitespace+":")
		n = valueLen(rest)
		f(name, rest[:n])
		rest = rest[n:]
	}
}

const whitespace = " \t\r\n"

// valueLen returns the length of the value that valid JSON begins with.
func valueLen(b []byte) int {
	depth := 0
	for i := 0; i < len(b); i++ {
		switch b[i] {
		case '"':
			for i++; b[i] != '"'; i++ {
				if b[i] == '\\' {
					i++
				}
			}
		case '{', '[':
			depth++
			continue
		case '}', ']':
			if depth == 0 { // a number or a word ended before
				return i
			}
			depth--
		case ',', ' ', '\t', '\r', '\n':
			if depth == 0 {
				return i
			}
			continue
		default:
			continue
		}
		if depth == 0 {
			return i + 1
		}
	}
	return len(b)
}

// spells tells whether a JSON string stands for word.
func spells(raw []byte, word string) bool {
	if inner := raw[1 : len(raw)-1]; bytes.IndexByte(inner, '\\') < 0 {
		return string(inner) == word
	}
	return text(raw) == word
}

// text returns a JSON string as the text that it stands for.
func text(raw []byte) string {
	inner := raw[1 : len(raw)-1]
	if bytes.IndexByte(inner, '\\') < 0 && utf8.Valid(inner) {
		return string(inner)
	}
	var s string
	_ = json.Unmarshal(raw, &s)
	return s
}
