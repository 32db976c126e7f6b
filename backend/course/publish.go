package course

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"

	"darasa/backend/assessment"
	"darasa/backend/darasa"
	"darasa/backend/store"
	"darasa/content/native"
)

// KeySet is one version of an edition's keys, frozen in media.
type KeySet struct {
	Edition darasa.ID        `json:"edition"`
	Version int64            `json:"version"`
	At      darasa.Time      `json:"at"`
	Keys    []assessment.Key `json:"keys"`
}

// ImportFolder reads a course folder and publishes it for an institution: a
// national administrator names any or none, everybody else only the own. With
// findings of level error nothing is stored and the error carries them all.
func (s *Service) ImportFolder(ctx context.Context, actor darasa.Actor, files fs.FS, institution darasa.ID, now darasa.Time) (Report, error) {
	n, found := native.Read(files)
	if darasa.HasErrors(found) {
		return Report{Findings: found}, darasa.Fail(darasa.Invalid, "Kozi ina makosa. Hakuna kilichochapishwa.",
			"The course has mistakes. Nothing was published.").With(found...)
	}
	if actor.National() {
		actor.Institution = institution
	} else if institution != "" && institution != actor.Institution {
		return Report{Findings: found}, errMissing
	}
	r, err := s.Publish(ctx, actor, n, now)
	r.Findings = found
	return r, err
}

// Publish freezes a new edition of a course that was read without errors. It
// belongs to the actor's institution. Sources that the newest edition already
// holds publish nothing. The course document is written last, so that readers
// see all of an edition or nothing; a publication that broke off is finished by
// publishing the same sources again.
func (s *Service) Publish(ctx context.Context, actor darasa.Actor, n *native.Course, now darasa.Time) (Report, error) {
	c, ref, err := s.reserve(ctx, actor, n, now)
	if err != nil {
		return Report{}, err
	}
	id := EditionID(c.Slug, ref.Number)
	before, err := s.prior(ctx, &c, ref.Number)
	if err != nil {
		return Report{}, err
	}
	report := Report{Course: c.Slug, Edition: id, Title: n.Title}
	if ref.State == Published {
		return report, s.reopen(ctx, c)
	}
	b, err := compile(n, ref.Number, ref.At)
	if err != nil {
		return report, err
	}
	hash, err := s.freeze(ctx, b)
	if err != nil {
		return report, err
	}
	if _, err = s.courses.Update(ctx, c.Slug, func(c *Course) error {
		return c.publish(ref.Number, hash, n)
	}); err != nil {
		return report, err
	}
	report.Published, report.Changes = true, compare(before, b)
	if err := s.changed(ctx); err != nil {
		return report, err
	}
	return report, s.note(ctx, actor, "publish", string(id), "", now)
}

// reserve takes the next edition number for these sources, or finds the one
// that they already have. Who comes from another institution gets nothing.
func (s *Service) reserve(ctx context.Context, actor darasa.Actor, n *native.Course, now darasa.Time) (Course, EditionRef, error) {
	var ref EditionRef
	if !goodSource(n) {
		return Course{}, ref, darasa.Fail(darasa.Invalid, "Kozi haikusomwa vizuri.", "The course was not read without mistakes.")
	}
	if err := mayWrite(actor, actor.Institution); err != nil {
		return Course{}, ref, err
	}
	fresh := func() Course {
		return Course{Slug: darasa.ID(n.Slug), Owner: actor.Institution, Code: n.Code, Title: n.Title, State: Published, Visibility: Open, Made: now}
	}
	c, err := s.courses.Upsert(ctx, darasa.ID(n.Slug), fresh, func(c *Course) error {
		if err := mayWrite(actor, c.Owner); err != nil {
			return darasa.Fail(darasa.Conflict, "Kitambulisho %q ni cha kozi ya taasisi nyingine. Chagua kingine.", "The slug %q is another institution's course. Choose another.", n.Slug)
		}
		if i := c.newest(Published); i >= 0 && c.Editions[i].Source == n.Source {
			ref = c.Editions[i]
			return store.ErrUnchanged
		}
		if i := len(c.Editions) - 1; i >= 0 && c.Editions[i].State == reserved && c.Editions[i].Source == n.Source {
			ref = c.Editions[i]
			return store.ErrUnchanged
		}
		ref = EditionRef{Number: int64(len(c.Editions)) + 1, Source: n.Source, State: reserved, At: now, By: actor.Person}
		if len(c.Editions) >= maxEditions {
			return darasa.Fail(darasa.TooMany, "Kozi ina matoleo mengi mno.", "The course has too many editions.")
		}
		c.Editions = append(c.Editions, ref)
		return nil
	})
	return c, ref, err
}

// maxEditions keeps the course document within what a store takes.
const maxEditions = 500

func goodSource(n *native.Course) bool { return n != nil && n.Slug != "" && n.Source != "" }

// publish makes a reserved edition public and takes over what the course says
// of itself, unless a newer edition was faster.
func (c *Course) publish(number int64, manifest string, n *native.Course) error {
	ref := &c.Editions[number-1]
	ref.State, ref.Manifest = Published, manifest
	if c.newest(Published) == int(number-1) {
		c.Code, c.Title, c.State = n.Code, n.Title, Published
	}
	return nil
}

// reopen makes a withdrawn course public again when its newest edition is
// published once more.
func (s *Service) reopen(ctx context.Context, c Course) error {
	if c.State == Published {
		return nil
	}
	if _, err := s.courses.Update(ctx, c.Slug, func(c *Course) error { c.State = Published; return nil }); err != nil {
		return err
	}
	return s.changed(ctx)
}

// freeze stores pieces, keys and manifest of an edition, in this order, and
// returns the manifest's hash. Repeating it stores the same bytes.
func (s *Service) freeze(ctx context.Context, b *bundle) (string, error) {
	e := &b.edition
	for hash, f := range b.files {
		if err := s.putPiece(ctx, hash, f); err != nil {
			return "", err
		}
	}
	set := KeySet{Edition: e.ID, Version: 1, At: e.At, Keys: b.keys}
	if err := s.put(ctx, keysPath(e.Course, e.Number, 1), jsonType, encode(set)); err != nil {
		return "", err
	}
	raw := encode(e)
	if err := s.put(ctx, manifestPath(e.Course, e.Number), jsonType, raw); err != nil {
		return "", err
	}
	m := Manifest{ID: e.ID, Course: e.Course, Hash: hashOf(raw), Bytes: int64(len(raw)), Pieces: int64(len(e.Pieces)), Keys: 1, Reserved: 1, At: e.At}
	for _, p := range e.Pieces {
		m.Wire += p.Wire
	}
	err := s.manifests.Insert(ctx, &m)
	if darasa.CodeOf(err) == darasa.Conflict { // a publication that broke off here
		_, err = s.manifests.Update(ctx, m.ID, func(old *Manifest) error {
			if old.Hash == m.Hash {
				return store.ErrUnchanged
			}
			// Another release began it and froze other bytes: these stand now.
			old.Hash, old.Bytes, old.Pieces, old.Wire = m.Hash, m.Bytes, m.Pieces, m.Wire
			return nil
		})
	}
	return m.Hash, err
}

const jsonType = "application/json"

func manifestPath(course darasa.ID, n int64) string {
	return fmt.Sprintf("manifests/%s/%d.json", course, n)
}

func keysPath(course darasa.ID, n, version int64) string {
	return fmt.Sprintf("keys/%s/%d/%d.json", course, n, version)
}

// PiecePath returns the key in media of a piece, or of its brotli form.
func PiecePath(hash string, packed bool) string {
	if packed {
		return "o/" + hash + ".br"
	}
	return "o/" + hash
}

// putPiece stores a piece and its brotli form where they are not there yet.
// The plain form comes last: where it is, the piece is complete.
func (s *Service) putPiece(ctx context.Context, hash string, f file) error {
	if _, err := s.media.Stat(ctx, PiecePath(hash, false)); err == nil {
		return nil
	} else if darasa.CodeOf(err) != darasa.NotFound {
		return err
	}
	if f.packed != nil {
		if err := s.put(ctx, PiecePath(hash, true), f.kind, f.packed); err != nil {
			return err
		}
	}
	return s.put(ctx, PiecePath(hash, false), f.kind, f.data)
}

func (s *Service) put(ctx context.Context, key, mediaType string, data []byte) error {
	return s.media.Put(ctx, key, mediaType, bytes.NewReader(data), int64(len(data)))
}
