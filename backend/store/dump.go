package store

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"slices"

	"darasa/backend/darasa"
)

// dumped is one line of a dump: a record of a collection, or the last line,
// which says how many records stand before it.
type dumped struct {
	Coll string          `json:"coll,omitempty"`
	ID   string          `json:"id,omitempty"`
	Rev  int64           `json:"rev,omitempty"`
	V    int64           `json:"v,omitempty"`
	At   darasa.Time     `json:"at,omitzero"`
	Body json.RawMessage `json:"body,omitempty"`
	End  bool            `json:"end,omitempty"`
	N    int             `json:"n,omitempty"`
}

// Dump writes every record of the collections as lines of JSON, the same for
// every kind of engine, and returns how many there are.
func Dump(ctx context.Context, e Engine, specs []Spec, w io.Writer) (int, error) {
	n := 0
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	put := func(d dumped) error {
		if err := enc.Encode(d); err != nil {
			return darasa.Fail(darasa.Unavailable, "Nakala haikuandikwa yote.", "The backup could not be written whole.").Because(err)
		}
		return nil
	}
	for _, s := range specs {
		err := EachRecord(ctx, e, s.Name, Query{}, func(r Record) error {
			n++
			return put(dumped{Coll: s.Name, ID: r.ID, Rev: r.Rev, V: r.V, At: r.At, Body: r.Body})
		})
		if err != nil {
			return n, err
		}
	}
	return n, put(dumped{End: true, N: n})
}

// maxDumpLine is a body of the largest size with its envelope.
const maxDumpLine = MaxDocument + 4096

// Load imports a dump into the collections and returns how many records it
// held. A collection that specs do not name, a schema newer than theirs and a
// dump without its last line are refused; a dump that is cut off has been
// imported as far as it goes, and loading the whole one over it heals that.
func Load(ctx context.Context, e Engine, specs []Spec, r io.Reader) (int, error) {
	if err := e.Ensure(ctx, specs...); err != nil {
		return 0, err
	}
	l := loader{e: e, specs: specs}
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 64<<10), maxDumpLine)
	for lines.Scan() {
		var d dumped
		if err := json.Unmarshal(lines.Bytes(), &d); err != nil {
			return l.n, errDump.Because(err)
		}
		if d.End {
			if err := l.flush(ctx); err != nil || d.N == l.n {
				return l.n, err
			}
			return l.n, errDump
		}
		if err := l.add(ctx, d); err != nil {
			return l.n, err
		}
	}
	return l.n, errDump.Because(lines.Err())
}

var errDump = darasa.Fail(darasa.Invalid, "Nakala haijakamilika au imeharibika.", "The backup is cut off or damaged.")

// loader imports in pages of one collection.
type loader struct {
	e     Engine
	specs []Spec
	coll  string
	page  []Record
	n     int
}

func (l *loader) add(ctx context.Context, d dumped) error {
	i := slices.IndexFunc(l.specs, func(s Spec) bool { return s.Name == d.Coll })
	if i < 0 {
		return darasa.Fail(darasa.Invalid, "Nakala ina mkusanyiko usiojulikana: %s.", "The backup has an unknown collection: %s.", d.Coll)
	}
	if v := max(l.specs[i].Version, 1); d.V > v {
		return darasa.Fail(darasa.Invalid, "Nakala ilitengenezwa na toleo jipya la Darasa. Sasisha kwanza.",
			"The backup was made by a newer Darasa. Update first.")
	}
	if d.Coll != l.coll || len(l.page) == PageSize {
		if err := l.flush(ctx); err != nil {
			return err
		}
		l.coll = d.Coll
	}
	l.page = append(l.page, Record{ID: d.ID, Rev: d.Rev, V: d.V, At: d.At, Body: d.Body})
	l.n++
	return nil
}

func (l *loader) flush(ctx context.Context) error {
	if len(l.page) == 0 {
		return nil
	}
	err := l.e.Import(ctx, l.coll, l.page)
	l.page = l.page[:0]
	return err
}
