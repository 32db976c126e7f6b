package account

import (
	"context"
	"slices"

	"darasa/backend/darasa"
	"darasa/backend/ledger"
	"darasa/backend/store"
)

// OwnData is everything that is kept about a person, to be downloaded as JSON.
type OwnData struct {
	Person       Person         `json:"person"`
	Affiliations []Affiliation  `json:"affiliations"`
	Sessions     []Session      `json:"sessions"`
	Consents     []Consent      `json:"consents"`
	Did          []ledger.Entry `json:"did"`   // lines of the audit log by the person
	About        []ledger.Entry `json:"about"` // lines about the person
	More         []OwnPart      `json:"more"`  // what later stages keep
	Made         darasa.Time    `json:"made"`
}

// OwnPart is what one later stage keeps about a person.
type OwnPart struct {
	Name string `json:"name"`
	Data any    `json:"data"`
}

// ExportHook returns what a later stage keeps about a person.
type ExportHook func(ctx context.Context, person darasa.ID) (any, error)

// EraseHook removes or rewrites what a later stage keeps about a person, whose
// document still has its name, keys and account name in statements. It must
// be harmless to repeat.
type EraseHook func(ctx context.Context, p Person, now darasa.Time) error

type exportHook struct {
	name string
	run  ExportHook
}

type eraseHook struct {
	name string
	run  EraseHook
}

// OnExport adds a stage's part to Export. It belongs to the wiring.
func (s *Service) OnExport(name string, h ExportHook) {
	s.exportHooks = append(s.exportHooks, exportHook{name, h})
}

// OnErase adds a stage's part to Erase. It belongs to the wiring.
func (s *Service) OnErase(name string, h EraseHook) {
	s.eraseHooks = append(s.eraseHooks, eraseHook{name, h})
}

// Export returns everything that is kept about a person: to oneself and to a
// national administrator. It is in the audit log.
func (s *Service) Export(ctx context.Context, actor darasa.Actor, person darasa.ID, now darasa.Time) (OwnData, error) {
	if actor.Person != person && !actor.National() {
		return OwnData{}, errNobody
	}
	p, err := s.visible(ctx, actor, person)
	if err != nil {
		return OwnData{}, err
	}
	d := OwnData{Person: p.stripped(), Made: now}
	d.Person.Terms = nil
	if d.Affiliations, err = s.allAffiliations(ctx, person); err != nil {
		return OwnData{}, err
	}
	if d.Sessions, err = s.sessionsOf(ctx, person, now); err != nil {
		return OwnData{}, err
	}
	if d.Consents, err = s.consentsOf(ctx, person); err != nil {
		return OwnData{}, err
	}
	if d.Did, err = s.lines(ctx, actor, ledger.AuditFilter{Person: person}); err != nil {
		return OwnData{}, err
	}
	if d.About, err = s.lines(ctx, actor, ledger.AuditFilter{Subject: string(person)}); err != nil {
		return OwnData{}, err
	}
	for _, h := range s.exportHooks {
		data, err := h.run(ctx, person)
		if err != nil {
			return OwnData{}, err
		}
		d.More = append(d.More, OwnPart{Name: h.name, Data: data})
	}
	return d, s.ledger.Audit(ctx, actor, "export", string(person), "own data", now)
}

// maxLines bounds the lines of the audit log in one export.
const maxLines = 20_000

func (s *Service) lines(ctx context.Context, actor darasa.Actor, f ledger.AuditFilter) ([]ledger.Entry, error) {
	out := []ledger.Entry{}
	f.Limit = store.PageSize
	for len(out) < maxLines {
		es, next, err := s.ledger.Entries(ctx, actor, f)
		if err != nil {
			return nil, err
		}
		for _, e := range es {
			if e.Person != f.Person && f.Person == "" {
				e.From = "" // the address of somebody else
			}
			out = append(out, e)
		}
		if f.After = next; next == nil {
			break
		}
	}
	return out, nil
}

// AskErasure notes that the actor wants to be erased; an administrator
// decides. Asking again keeps the first time.
func (s *Service) AskErasure(ctx context.Context, actor darasa.Actor, now darasa.Time) error {
	return s.pending(ctx, actor, "erase-ask", now, func(p *Person) { p.PendingErasure = now })
}

// KeepAfterAll takes the wish to be erased back.
func (s *Service) KeepAfterAll(ctx context.Context, actor darasa.Actor, now darasa.Time) error {
	return s.pending(ctx, actor, "erase-keep", now, func(p *Person) { p.PendingErasure = darasa.Time{} })
}

func (s *Service) pending(ctx context.Context, actor darasa.Actor, act string, now darasa.Time, set func(*Person)) error {
	if actor.Anonymous() {
		return errSignIn
	}
	_, err := s.people.Update(ctx, actor.Person, func(p *Person) error {
		before := p.PendingErasure
		if set(p); !before.IsZero() && !p.PendingErasure.IsZero() {
			return store.ErrUnchanged
		}
		return nil
	})
	if err != nil {
		return err
	}
	return s.ledger.Audit(ctx, actor, act, string(actor.Person), "", now)
}

// ErasureWishes returns the people who asked to be erased, the earliest first:
// all for a national administrator, else those whose account the actor's
// institution looks after. An erasure that stopped half way is among them.
func (s *Service) ErasureWishes(ctx context.Context, actor darasa.Actor) ([]Person, error) {
	if !actor.Is(darasa.InstitutionAdmin) {
		return nil, errForbidden
	}
	out := []Person{}
	for _, state := range []string{Erasing, Active} {
		q := store.Query{Equal: map[string]string{"state": state}, Range: &store.Range{Field: "pending_erasure", From: "0"}, Order: "pending_erasure"}
		err := s.people.Each(ctx, q, func(p Person) error {
			looks, err := s.LooksAfter(ctx, actor, p.ID)
			if looks {
				out = append(out, p.stripped())
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(out, func(a, b Person) int { return a.PendingErasure.Compare(b.PendingErasure) })
	return out, nil
}
