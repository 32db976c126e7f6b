package ledger

import (
	"context"

	"darasa/backend/darasa"
	"darasa/backend/store"
)

// Audit writes one line of the audit log. Subject is the id of what was acted
// on; detail must name no person, so that an erasure leaves nothing behind.
func (b *Book) Audit(ctx context.Context, actor darasa.Actor, act, subject, detail string, now darasa.Time) error {
	return b.audit.Insert(ctx, &Entry{
		ID: b.newID(), Time: now, Person: actor.Person, Name: actor.Name, Institution: actor.Institution,
		Act: act, Subject: subject, Detail: detail, From: actor.From,
	})
}

// AuditFilter selects lines of the audit log, newest first. Empty fields do
// not select; Subject cannot be combined with Person, Institution or Act.
type AuditFilter struct {
	Person      darasa.ID
	Institution darasa.ID
	Act         string
	Subject     string
	From, To    darasa.Time // From <= time < To
	After       *store.Cursor
	Limit       int // 1 to 500; 0 means 100
}

// Entries returns one page of the audit log and where the next begins, nil
// after the last. An institution administrator reads the own institution's
// lines, a national administrator all, and everybody the own ones and those
// about them.
func (b *Book) Entries(ctx context.Context, actor darasa.Actor, f AuditFilter) ([]Entry, *store.Cursor, error) {
	if err := mayRead(actor, f); err != nil {
		return nil, nil, err
	}
	if f.Subject != "" && (f.Person != "" || f.Institution != "" || f.Act != "") {
		return nil, nil, darasa.Fail(darasa.Invalid, "Chagua mhusika au mtendaji, si vyote.", "Choose a subject or who acted, not both.")
	}
	q := store.Query{Equal: map[string]string{}, Order: "time", Descending: true, After: f.After, Limit: f.Limit}
	if q.Limit <= 0 || q.Limit > store.PageSize {
		q.Limit = 100
	}
	for field, v := range map[string]string{"person": string(f.Person), "institution": string(f.Institution), "act": f.Act, "subject": f.Subject} {
		if v != "" {
			q.Equal[field] = v
		}
	}
	if !f.From.IsZero() || !f.To.IsZero() {
		q.Range = &store.Range{Field: "time", From: f.From.String(), To: f.To.String()}
	}
	if f.Act != "" && f.Person != "" && f.Institution != "" {
		delete(q.Equal, "act")
		return b.sift(ctx, q, f.Act)
	}
	es, err := b.audit.Find(ctx, q)
	return es, after(es, q.Limit), err
}

// after is where the page behind es begins, nil where es was the last.
func after(es []Entry, limit int) *store.Cursor {
	if len(es) == 0 || len(es) < limit {
		return nil
	}
	last := es[len(es)-1]
	return &store.Cursor{Value: last.Time.String(), ID: string(last.ID)}
}

// siftPages bounds the work of one page that is sifted.
const siftPages = 8

// sift keeps the lines of one act, which no index of three fields finds beside
// a person and an institution: few lines are of both. A page may be shorter
// than asked for and yet have a next one.
func (b *Book) sift(ctx context.Context, q store.Query, act string) ([]Entry, *store.Cursor, error) {
	limit := q.Limit
	q.Limit = store.PageSize
	found := []Entry{}
	for range siftPages {
		es, err := b.audit.Find(ctx, q)
		if err != nil {
			return nil, nil, err
		}
		for i, e := range es {
			if e.Act != act {
				continue
			}
			if found = append(found, e); len(found) == limit {
				return found, after(es[:i+1], 0), nil
			}
		}
		if q.After = after(es, q.Limit); q.After == nil {
			break
		}
	}
	return found, q.After, nil
}

func mayRead(actor darasa.Actor, f AuditFilter) error {
	switch {
	case actor.National():
	case actor.Anonymous():
		return darasa.Fail(darasa.Unauthenticated, "Ingia kwanza.", "Sign in first.")
	case f.Person == actor.Person && f.Person != "":
	case f.Subject == string(actor.Person) && f.Subject != "":
	case actor.Is(darasa.InstitutionAdmin) && f.Institution == actor.Institution && f.Institution != "":
	default:
		return darasa.Fail(darasa.Forbidden, "Kumbukumbu hii ni ya msimamizi wa taasisi yake.",
			"This log is for the administrator of its institution.")
	}
	return nil
}

// Forget removes the name and address of a person from the lines of the audit
// log. The lines stay with the bare id, which leads nowhere after an erasure.
func (b *Book) Forget(ctx context.Context, person darasa.ID) error {
	q := store.Query{Equal: map[string]string{"person": string(person)}, Order: "time"}
	return b.audit.Each(ctx, q, func(e Entry) error {
		_, err := b.audit.Update(ctx, e.ID, func(e *Entry) error {
			if e.Name == "" && e.From == "" {
				return store.ErrUnchanged
			}
			e.Name, e.From = "", ""
			return nil
		})
		return err
	})
}
