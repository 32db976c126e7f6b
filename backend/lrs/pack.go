package lrs

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"sync"

	"github.com/klauspost/compress/flate"

	"darasa/backend/darasa"
)

// A statement is about a kilobyte, most of it the same words every time. It is
// stored deflated against a dictionary of those words, a quarter of the size;
// what is read back is the same bytes. The dictionary is frozen: a better one
// gets another number.
const packVersion = 1

// packLevel 1 costs half of what 6 does for a few bytes more: the dictionary
// does most of the work.
const packLevel = 1

const dictionary = `"contextActivities":{"grouping":[{"id":"http","definition":{"type":"http://adlnet.gov/expapi/activities/` +
	`cmi.interaction","interactionType":"choice"true-falsenumericsequencingassessmentcourselesson"` +
	`"result":{"completion":true,"success":false,"score":{"scaled":0.,"raw":,"min":0,"max":"response":"[,]"duration":"PT` +
	`"extensions":{"/id/ext/device":"online"skew"parent":[{"id":"category"` +
	`"display":{"en":"answered","sw":"amejibu"scored"amepata alama"passed"amefaulu"failed"hakufaulu"experienced"amesoma"progressed"ameendelea"completed"amemaliza"}},` +
	`"verb":{"id":"http://adlnet.gov/expapi/verbs/"timestamp":"2026-"stored":"2026-` +
	`"authority":{"objectType":"Agent","account":{"homePage":"https://","name":"darasa"}},"version":"1.0.3"}` +
	`"object":{"id":"https:///id/courses/","actor":{"objectType":"Agent","account":{"homePage":"","name":""}},"context":{"registration":"` +
	`{"id":"`

var packers = sync.Pool{New: func() any {
	w, err := flate.NewWriterDict(io.Discard, packLevel, []byte(dictionary))
	if err != nil {
		panic(err) // only for a level that does not exist
	}
	return w
}}

// packed is how Raw is stored: a version byte, then deflated bytes.
type packed []byte

func pack(raw []byte) (packed, error) {
	var b bytes.Buffer
	b.Grow(len(raw) / 2)
	b.WriteByte(packVersion)
	w := packers.Get().(*flate.Writer)
	defer packers.Put(w)
	w.Reset(&b)
	if _, err := w.Write(raw); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func (p packed) unpack() ([]byte, error) {
	if len(p) == 0 || p[0] != packVersion {
		return nil, fmt.Errorf("statement packed by an unknown version")
	}
	r := flate.NewReaderDict(bytes.NewReader(p[1:]), []byte(dictionary))
	return io.ReadAll(io.LimitReader(r, 2*MaxStatement))
}

// plain is Statement without its methods; Raw is left to the packed form.
type plain Statement

type stored struct {
	plain
	Raw packed `json:"raw"`
}

// MarshalJSON writes the stored form.
func (s Statement) MarshalJSON() ([]byte, error) {
	p, err := pack(s.Raw)
	if err != nil {
		return nil, err
	}
	return json.Marshal(stored{plain(s), p})
}

// UnmarshalJSON reads the stored form.
func (s *Statement) UnmarshalJSON(b []byte) error {
	var st stored
	if err := json.Unmarshal(b, &st); err != nil {
		return err
	}
	raw, err := st.Raw.unpack()
	if err != nil {
		return darasa.Fail(darasa.Internal, "Kauli iliyohifadhiwa haikusomeka.", "A stored statement could not be read.").Because(err)
	}
	*s = Statement(st.plain)
	s.Raw = raw
	return nil
}
