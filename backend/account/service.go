package account

import (
	"context"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"io"
	"time"

	"darasa/backend/darasa"
	"darasa/backend/ledger"
	"darasa/backend/store"
)

// The states of a person and of an affiliation.
const (
	Active  = "active"
	Erasing = "erasing" // an erasure began; repeating it ends it
	Erased  = "erased"
	Ended   = "ended"
)

// Platform stands where an institution would for a national administrator who
// belongs to none. Only the national role can be held there.
const Platform darasa.ID = "platform"

// Options is what the service is made with.
type Options struct {
	// Secret is the server's key of 32 bytes or more; the one for one-time
	// codes is derived from it.
	Secret []byte
	// JoinCode returns the institution that a typed join code belongs to.
	// Without it nobody registers by themselves.
	JoinCode func(ctx context.Context, typed string) (darasa.ID, error)
	// Institution tells whether an institution is there and active. Without it
	// every id counts as one.
	Institution func(ctx context.Context, id darasa.ID) (bool, error)
	// Cost of new password hashes; the zero Cost is DefaultCost.
	Cost Cost
	// Random is the source of tokens and codes; nil is crypto/rand.
	Random io.Reader
	// Wait passes a delay; nil waits for the time or the end of ctx.
	Wait func(ctx context.Context, d time.Duration) error
}

// Service holds the use cases of people, affiliations, sign-in and sessions.
type Service struct {
	people       store.Coll[Person]
	affiliations store.Coll[Affiliation]
	sessions     store.Coll[Session]
	consents     store.Coll[Consent]
	ledger       *ledger.Book
	o            Options
	codeKey      []byte
	hasher       *hasher
	failures     *throttle
	addresses    *addresses
	cache        *cache
	eraseHooks   []eraseHook
	exportHooks  []exportHook
}

// New returns the service over one engine. It guards the claims of people's
// keys and of the national role.
func New(e store.Engine, book *ledger.Book, o Options) (*Service, error) {
	if len(o.Secret) < 32 {
		return nil, darasa.Fail(darasa.Internal, "Siri ya seva ni fupi kuliko baiti 32.", "The server's secret is shorter than 32 bytes.")
	}
	key, err := hkdf.Key(sha256.New, o.Secret, nil, "darasa one-time code", sha256.Size)
	if err != nil {
		return nil, darasa.Fail(darasa.Internal, "Ufunguo haukutengenezwa.", "The key could not be derived.").Because(err)
	}
	if o.Random == nil {
		o.Random = rand.Reader
	}
	if o.Cost == (Cost{}) {
		o.Cost = DefaultCost
	}
	if o.Wait == nil {
		o.Wait = wait
	}
	s := &Service{
		people:       store.Open(e, peopleSpec, func(p *Person) darasa.ID { return p.ID }, func(p *Person) *store.Meta { return &p.Meta }, nil),
		affiliations: store.Open(e, affiliationSpec, func(a *Affiliation) darasa.ID { return a.ID }, func(a *Affiliation) *store.Meta { return &a.Meta }, nil),
		sessions:     store.Open(e, sessionSpec, func(s *Session) darasa.ID { return s.ID }, func(s *Session) *store.Meta { return &s.Meta }, nil),
		consents:     store.Open(e, consentSpec, func(c *Consent) darasa.ID { return c.ID }, func(c *Consent) *store.Meta { return &c.Meta }, nil),
		ledger:       book, o: o, codeKey: key, hasher: newHasher(o.Cost, o.Random),
		failures: newThrottle(50_000), addresses: newAddresses(20_000), cache: newCache(10_000),
	}
	for _, kind := range []string{"phone", "mail", "check", "reg", "regno"} {
		book.Guard(kind, s.livingKeys)
	}
	book.Guard("role", s.livingRoles)
	return s, nil
}

var (
	peopleSpec      = store.Spec{Name: "people", Version: 1, Terms: "terms", Indexes: []store.Index{{"state", "pending_erasure"}}}
	affiliationSpec = store.Spec{Name: "affiliations", Version: 1, Terms: "terms", Institution: "institution",
		Indexes: []store.Index{{"person"}, {"institution", "key"}, {"institution", "rank", "key"}, {"institution", "state", "rank"}}}
	sessionSpec = store.Spec{Name: "sessions", Version: 1, Indexes: []store.Index{{"person", "made"}, {"expires"}}}
	consentSpec = store.Spec{Name: "consents", Version: 1, Indexes: []store.Index{{"person", "given"}}}
)

// Specs declares the collections of this stage.
func (s *Service) Specs() []store.Spec {
	return []store.Spec{peopleSpec, affiliationSpec, sessionSpec, consentSpec}
}

var (
	errNobody    = darasa.Fail(darasa.NotFound, "Mtu huyu hayupo.", "There is no such person.")
	errSignIn    = darasa.Fail(darasa.Unauthenticated, "Ingia kwanza.", "Sign in first.")
	errForbidden = darasa.Fail(darasa.Forbidden, "Huna ruhusa ya kufanya hivi.", "You may not do this.")
)

// wait passes d or ends with ctx.
func wait(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return nil
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
