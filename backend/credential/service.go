package credential

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"darasa/backend/course"
	"darasa/backend/darasa"
	"darasa/backend/progress"
	"darasa/backend/store"
)

// States of a certificate.
const (
	Valid     = "valid"
	Withdrawn = "withdrawn"
)

// Ledger is what this stage asks of the ledger; *ledger.Book is one.
type Ledger interface {
	Claim(ctx context.Context, key, owner darasa.ID, shared bool, now darasa.Time) error
	Audit(ctx context.Context, actor darasa.Actor, act, subject, detail string, now darasa.Time) error
}

// Editions is what a certificate prints of the course.
type Editions interface {
	Edition(ctx context.Context, id darasa.ID) (*course.Edition, error)
}

// Rows is what this stage asks of progress; *progress.Service is one.
type Rows interface {
	SetOutcome(ctx context.Context, enrolment darasa.ID, out progress.Outcome) (progress.Progress, error)
}

var spec = store.Spec{Name: "certificates", Version: 1, Institution: "institution",
	Indexes: []store.Index{{"number"}, {"person"}, {"institution", "course"}}}

// Specs declares the collection of certificates.
func Specs() []store.Spec { return []store.Spec{spec} }

// Service issues, withdraws and verifies certificates.
type Service struct {
	all      store.Coll[Certificate]
	ledger   Ledger
	editions Editions
	rows     Rows
	zone     *time.Location
}

// New returns the use cases over a store that Ensure prepared with Specs. zone
// is where the year of a number is read off the calendar.
func New(e store.Engine, l Ledger, editions Editions, rows Rows, zone *time.Location) *Service {
	return &Service{
		all:    store.Open(e, spec, func(c *Certificate) darasa.ID { return c.ID }, func(c *Certificate) *store.Meta { return &c.Meta }, nil),
		ledger: l, editions: editions, rows: rows, zone: zone,
	}
}

var _ progress.Issuer = (*Service)(nil)

// ID derives the id of an enrolment's certificate: there is one.
func ID(enrolment darasa.ID) darasa.ID { return darasa.DeriveID("certificate", string(enrolment)) }

// crockford is Crockford's base 32: no I, L, O or U, which are misread.
const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// digits is the length of the random-looking part: 30 bits.
const digits = 6

// numberTries is how many numbers are tried before it is given up: with a
// million certificates in a year one in a thousand is taken.
const numberTries = 20

// numberOf derives a certificate's number for the n-th try. There is no
// sequence that all would write; being derived, a crash after the claim finds
// its own number again.
func numberOf(id darasa.ID, year, n int) string {
	sum := sha256.Sum256([]byte("number/" + string(id) + "/" + strconv.Itoa(n)))
	bits := binary.BigEndian.Uint32(sum[:4])
	b := make([]byte, digits)
	for i := range b {
		b[i] = crockford[bits&31]
		bits >>= 5
	}
	return fmt.Sprintf("DRS-%d-%s", year, b)
}

// numberForm is a typed number without spaces and dashes, in capitals.
var numberForm = regexp.MustCompile(`^DRS(\d{4})([0-9A-Z]{6})$`)

// ReadNumber returns the form that a typed number was printed in: case, spaces,
// dashes and the letters that Crockford's base 32 leaves out do not matter.
// What is no number comes back in capitals, so that looking for it finds nothing.
func ReadNumber(typed string) string {
	s := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.Is(unicode.Pd, r) {
			return -1
		}
		return unicode.ToUpper(r)
	}, typed)
	m := numberForm.FindStringSubmatch(s)
	if m == nil {
		return s
	}
	return "DRS-" + m[1] + "-" + strings.NewReplacer("I", "1", "L", "1", "O", "0").Replace(m[2])
}

// Issue issues the certificate of an enrolment whose completion rule holds,
// once: again it returns what stands, withdrawn or not. Conflict while the
// rule does not hold.
func (s *Service) Issue(ctx context.Context, p progress.Progress, now darasa.Time) (Certificate, error) {
	c, err := s.all.Get(ctx, ID(p.ID))
	if darasa.CodeOf(err) != darasa.NotFound {
		return c, err
	}
	if p.Withdrawn || p.Status != progress.Passed && p.Status != progress.Completed {
		return c, darasa.Fail(darasa.Conflict, "Kozi hii bado haijakamilika.", "This course is not completed yet.")
	}
	ed, err := s.editions.Edition(ctx, p.Edition)
	if err != nil {
		return c, err
	}
	c = Certificate{ID: ID(p.ID), Enrolment: p.ID, Person: p.Person, Institution: p.Institution, Course: p.Course, Edition: p.Edition,
		Name: fullName(p), Initials: initials(p), Title: ed.Title, Hours: ed.Hours, Issued: now, State: Valid}
	if p.PostTest != nil {
		c.Score = *p.PostTest
	}
	if c.Number, err = s.claim(ctx, c.ID, now); err != nil {
		return c, err
	}
	err = s.all.Insert(ctx, &c)
	if darasa.CodeOf(err) == darasa.Conflict { // the job and the page at once
		return s.all.Get(ctx, c.ID)
	}
	return c, err
}

// claim finds a number that nobody has. The claim names the certificate, so
// that repeating after a crash gets the same one.
func (s *Service) claim(ctx context.Context, id darasa.ID, now darasa.Time) (string, error) {
	for n := range numberTries {
		number := numberOf(id, now.In(s.zone).Year(), n)
		err := s.ledger.Claim(ctx, darasa.ID("cert:"+number), id, false, now)
		if darasa.CodeOf(err) != darasa.Conflict {
			return number, err
		}
	}
	return "", darasa.Fail(darasa.Unavailable, "Namba ya cheti haikupatikana. Jaribu tena.", "No number was found for the certificate. Try again.")
}

func fullName(p progress.Progress) string {
	return strings.Join(strings.Fields(p.Snapshot.First+" "+p.Snapshot.Middle+" "+p.Snapshot.Surname), " ")
}

func initials(p progress.Progress) string {
	var b strings.Builder
	for _, w := range strings.Fields(fullName(p)) {
		r, _ := utf8.DecodeRuneInString(w)
		b.WriteRune(r)
		b.WriteByte('.')
	}
	return strings.ToUpper(b.String())
}

func (c *Certificate) outcome() progress.Outcome {
	if c.State != Valid {
		return progress.Outcome{}
	}
	return progress.Outcome{Certificate: c.Number, IssuedOn: c.Issued}
}

// Certify is Issue for progress: what stands after it.
func (s *Service) Certify(ctx context.Context, p progress.Progress, now darasa.Time) (progress.Outcome, error) {
	c, err := s.Issue(ctx, p, now)
	if err != nil {
		return progress.Outcome{}, err
	}
	return c.outcome(), nil
}

// Outcome returns what stands for an enrolment, the zero value where there is
// no valid certificate.
func (s *Service) Outcome(ctx context.Context, enrolment darasa.ID) (progress.Outcome, error) {
	c, err := s.all.Get(ctx, ID(enrolment))
	if darasa.CodeOf(err) == darasa.NotFound {
		return progress.Outcome{}, nil
	}
	if err != nil {
		return progress.Outcome{}, err
	}
	return c.outcome(), nil
}

// Get returns a certificate to its owner and to trainers and administrators of
// the institution; NotFound otherwise.
func (s *Service) Get(ctx context.Context, a darasa.Actor, id darasa.ID) (Certificate, error) {
	c, err := s.all.Get(ctx, id)
	if err != nil {
		return c, err
	}
	mine := !a.Anonymous() && c.Person == a.Person
	if !mine && !mayManage(a, &c, darasa.Trainer, darasa.InstitutionAdmin) {
		return Certificate{}, darasa.Fail(darasa.NotFound, "Hakipo.", "Not found.")
	}
	return c, nil
}

// OfEnrolment is Get by the enrolment.
func (s *Service) OfEnrolment(ctx context.Context, a darasa.Actor, enrolment darasa.ID) (Certificate, error) {
	return s.Get(ctx, a, ID(enrolment))
}

func mayManage(a darasa.Actor, c *Certificate, roles ...darasa.Role) bool {
	return a.Is(roles...) && (a.National() && a.Institution == "" || a.Institution != "" && a.Institution == c.Institution)
}

// Mine lists the actor's own certificates.
func (s *Service) Mine(ctx context.Context, a darasa.Actor) ([]Certificate, error) {
	if a.Anonymous() {
		return nil, darasa.Fail(darasa.Unauthenticated, "Ingia kwanza.", "Sign in first.")
	}
	return s.OfPerson(ctx, a.Person)
}

// OfPerson lists a person's certificates, for their export.
func (s *Service) OfPerson(ctx context.Context, person darasa.ID) ([]Certificate, error) {
	return s.all.Find(ctx, store.Query{Equal: map[string]string{"person": string(person)}})
}

// Keep inserts whole certificates, one verdict each: for seeding. Their
// numbers must have been claimed.
func (s *Service) Keep(ctx context.Context, cs []Certificate) ([]error, error) {
	return s.all.InsertMany(ctx, cs)
}

// maxReason bounds the reason of a withdrawal.
const maxReason = 300

// Withdraw makes a certificate invalid, with a reason. It stays and /verify
// says so; its number is not given again.
func (s *Service) Withdraw(ctx context.Context, a darasa.Actor, id darasa.ID, reason string, now darasa.Time) (Certificate, error) {
	reason = strings.TrimSpace(reason)
	if reason == "" || len(reason) > maxReason {
		return Certificate{}, darasa.Fail(darasa.Invalid, "Andika sababu, hadi herufi 300.", "Give a reason, in up to 300 characters.")
	}
	c, err := s.Get(ctx, a, id)
	if err != nil {
		return c, err
	}
	if !mayManage(a, &c, darasa.InstitutionAdmin) {
		return c, darasa.Fail(darasa.Forbidden, "Hii ni kazi ya msimamizi wa taasisi.", "This is for the institution's administrator.")
	}
	c, err = s.all.Update(ctx, id, func(c *Certificate) error {
		if c.State == Withdrawn {
			return store.ErrUnchanged
		}
		c.State, c.Reason = Withdrawn, reason
		return nil
	})
	if err != nil {
		return c, err
	}
	if _, err := s.rows.SetOutcome(ctx, c.Enrolment, c.outcome()); err != nil && darasa.CodeOf(err) != darasa.NotFound {
		return c, err
	}
	return c, s.ledger.Audit(ctx, a, "certificate-withdraw", string(c.ID), c.Number, now)
}

// Verification is all that a stranger learns from a number.
type Verification struct {
	Number   string      `json:"number"`
	Initials string      `json:"initials"`
	Title    darasa.Text `json:"title"`
	Course   darasa.ID   `json:"course"`
	Edition  darasa.ID   `json:"edition"`
	Issued   darasa.Time `json:"issued"`
	State    string      `json:"state"` // valid, withdrawn
}

// Verify tells whether a number was issued and still stands; NotFound if it
// was never issued.
func (s *Service) Verify(ctx context.Context, number string) (Verification, error) {
	c, err := s.all.First(ctx, store.Query{Equal: map[string]string{"number": ReadNumber(number)}})
	if err != nil {
		if darasa.CodeOf(err) == darasa.NotFound {
			err = darasa.Fail(darasa.NotFound, "Hakuna cheti chenye namba hii. Angalia namba uliyoandika.",
				"There is no certificate with this number. Check what you typed.")
		}
		return Verification{}, err
	}
	return Verification{Number: c.Number, Initials: c.Initials, Title: c.Title, Course: c.Course, Edition: c.Edition, Issued: c.Issued, State: c.State}, nil
}

// Forget takes the name of an erased person off the certificates, and what an
// administrator wrote of them; number, course and date stay, so that the
// certificate can still be verified.
func (s *Service) Forget(ctx context.Context, person darasa.ID) error {
	cs, err := s.OfPerson(ctx, person)
	if err != nil {
		return err
	}
	for _, c := range cs {
		if _, err := s.all.Update(ctx, c.ID, func(c *Certificate) error {
			c.Name, c.Initials, c.Reason = "", "", ""
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}

// ByNumber is Get by the printed number, typed or followed from a link.
func (s *Service) ByNumber(ctx context.Context, a darasa.Actor, number string) (Certificate, error) {
	c, err := s.all.First(ctx, store.Query{Equal: map[string]string{"number": ReadNumber(number)}})
	if err != nil {
		return c, err
	}
	return s.Get(ctx, a, c.ID)
}
