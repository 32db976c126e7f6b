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
// not select; Subject cannot be combined with Person or Institution.
type AuditFilter struct {
	Person      darasa.ID
	Institution darasa.ID
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
	if f.Subject != "" && (f.Person != "" || f.Institution != "") {
		return nil, nil, darasa.Fail(darasa.Invalid, "Chagua mhusika au mtendaji, si vyote.", "Choose a subject or who acted, not both.")
	}
	q := store.Query{Equal: map[string]string{}, Order: "time", Descending: true, After: f.After, Limit: f.Limit}
	if q.Limit <= 0 || q.Limit > store.PageSize {
		q.Limit = 100
	}
	for field, v := range map[string]string{"person": string(f.Person), "institution": string(f.Institution), "subject": f.Subject} {
		if v != "" {
			q.Equal[field] = v
		}
	}
	if !f.From.IsZero() || !f.To.IsZero() {
		q.Range = &store.Range{Field: "time", From: f.From.String(), To: f.To.String()}
	}
	es, err := b.audit.Find(ctx, q)
	if err != nil || len(es) < q.Limit {
		return es, nil, err
	}
	last := es[len(es)-1]
	return es, &store.Cursor{Value: last.Time.String(), ID: string(last.ID)}, nil
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
