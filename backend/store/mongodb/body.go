package mongodb

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"darasa/backend/darasa"
	"darasa/backend/store"
)

// document is a record as MongoDB keeps it: the envelope, one field per
// declared key, the terms, and the body as a document of its own, so that a
// body field named "at" or "rev" meets nothing of the envelope.
func (c *collection) document(r store.Record) (bson.D, error) {
	if err := r.Check(); err != nil {
		return nil, err
	}
	keys, terms, err := c.spec.Keys(c.fields, r.Body)
	if err != nil {
		return nil, err
	}
	body, err := toBSON(r.Body)
	if err != nil {
		return nil, darasa.Fail(darasa.Internal, "Hati haikuandikwa.", "The document could not be encoded.").Because(err)
	}
	at := int64(0)
	if !r.At.IsZero() {
		at = r.At.UnixMilli()
	}
	d := bson.D{{Key: "_id", Value: r.ID}, {Key: "rev", Value: r.Rev}, {Key: "v", Value: r.V}, {Key: "at", Value: bson.DateTime(at)}}
	for i, f := range c.fields {
		d = append(d, bson.E{Key: keyName(f), Value: keys[i]})
	}
	if c.spec.Terms != "" {
		list := make(bson.A, len(terms))
		for i, t := range terms {
			list[i] = t
		}
		d = append(d, bson.E{Key: termsName, Value: list})
	}
	return append(d, bson.E{Key: "body", Value: body}), nil
}

// record reads a document back.
func record(raw bson.Raw) (store.Record, error) {
	var r store.Record
	r.ID, _ = raw.Lookup("_id").StringValueOK()
	r.Rev, _ = raw.Lookup("rev").AsInt64OK()
	r.V, _ = raw.Lookup("v").AsInt64OK()
	if at, ok := raw.Lookup("at").DateTimeOK(); ok && at != 0 {
		r.At = darasa.At(time.UnixMilli(at))
	}
	var b bytes.Buffer
	body, ok := raw.Lookup("body").DocumentOK()
	if !ok {
		return r, fmt.Errorf("document %q has no body", r.ID)
	}
	err := writeDocument(&b, body, false)
	r.Body = b.Bytes()
	return r, err
}

// toBSON reads a JSON object. Whole numbers become int64, others float64; the
// order of fields is kept.
func toBSON(body []byte) (bson.D, error) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	v, err := readValue(d)
	if err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, fmt.Errorf("something follows the object: %w", err)
	}
	doc, ok := v.(bson.D)
	if !ok {
		return nil, fmt.Errorf("not an object")
	}
	return doc, nil
}

func readValue(d *json.Decoder) (any, error) {
	t, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch t := t.(type) {
	case json.Delim:
		if t == '{' {
			return readObject(d)
		}
		return readArray(d)
	case json.Number:
		if n, err := strconv.ParseInt(string(t), 10, 64); err == nil {
			return n, nil
		}
		return t.Float64()
	}
	return t, nil
}

func readObject(d *json.Decoder) (any, error) {
	doc := bson.D{}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return nil, err
		}
		v, err := readValue(d)
		if err != nil {
			return nil, err
		}
		doc = append(doc, bson.E{Key: key.(string), Value: v})
	}
	_, err := d.Token()
	return doc, err
}

func readArray(d *json.Decoder) (any, error) {
	list := bson.A{}
	for d.More() {
		v, err := readValue(d)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	_, err := d.Token()
	return list, err
}

// writeDocument writes a BSON document as JSON, or as an array.
func writeDocument(b *bytes.Buffer, doc bson.Raw, array bool) error {
	elements, err := doc.Elements()
	if err != nil {
		return err
	}
	open, end := byte('{'), byte('}')
	if array {
		open, end = '[', ']'
	}
	b.WriteByte(open)
	for i, e := range elements {
		if i > 0 {
			b.WriteByte(',')
		}
		if !array {
			if err := writeText(b, e.Key()); err != nil {
				return err
			}
			b.WriteByte(':')
		}
		if err := writeValue(b, e.Value()); err != nil {
			return err
		}
	}
	b.WriteByte(end)
	return nil
}

func writeValue(b *bytes.Buffer, v bson.RawValue) error {
	switch v.Type {
	case bson.TypeString:
		return writeText(b, v.StringValue())
	case bson.TypeInt64, bson.TypeInt32:
		b.WriteString(strconv.FormatInt(v.AsInt64(), 10))
	case bson.TypeBoolean:
		b.WriteString(strconv.FormatBool(v.Boolean()))
	case bson.TypeNull:
		b.WriteString("null")
	case bson.TypeDouble:
		text, err := json.Marshal(v.Double())
		b.Write(text)
		return err
	case bson.TypeEmbeddedDocument:
		return writeDocument(b, v.Document(), false)
	case bson.TypeArray:
		return writeDocument(b, bson.Raw(v.Array()), true)
	default:
		return fmt.Errorf("a body holds a %s, which JSON has not", v.Type)
	}
	return nil
}

// writeText writes a string as the collection's encoder does, < and & as they are.
func writeText(b *bytes.Buffer, s string) error {
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		return err
	}
	b.Truncate(b.Len() - 1) // the encoder ends with a new line
	return nil
}
