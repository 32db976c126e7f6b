package account

import (
	"context"
	"strings"

	"darasa/backend/darasa"
	"darasa/backend/store"
)

// SelfRegistration is an application for an account. It needs the join code of an institution, the version
// of the privacy notice that was shown, and consent to it.
type SelfRegistration struct {
	JoinCode    string
	Facts       PersonFacts
	Cadre       string
	Designation string
	Facility    string // HFR code
	Password    string
	Notice      string // version of the privacy notice that was shown
	Consent     bool
	Device      string
	From        string
}

// Register makes an account for who knows an institution's join code: the
// person, a learner's affiliation, the consent and a session. All that is
// wrong is said at once. Conflict where the person is known already, as from
// a roster: a one-time code lets them in.
func (s *Service) Register(ctx context.Context, r SelfRegistration, now darasa.Time) (SignedIn, error) {
	if err := s.o.Wait(ctx, s.addresses.delay(r.From, now)); err != nil {
		return SignedIn{}, err
	}
	institution, f, err := s.checkRegistration(ctx, r, now)
	if err != nil {
		return SignedIn{}, err
	}
	if known, err := s.notThereYet(ctx, f); err != nil {
		return s.finish(ctx, known, institution, r, err, now)
	}
	phc, err := s.hashed(ctx, r.Password)
	if err != nil {
		return SignedIn{}, err
	}
	p, err := s.create(ctx, f, now, func(p *Person) { p.Password = phc })
	if err != nil {
		return SignedIn{}, err
	}
	if err := s.join(ctx, &p, institution, r, now); err != nil {
		return SignedIn{}, err
	}
	return s.open(ctx, &p, Credentials{Device: r.Device, From: r.From}, false, now)
}

// finish ends a registration that broke off after the person was written, as a
// crash leaves it: no institution has them, and the password that was chosen
// fits. Everybody else is refused as before.
func (s *Service) finish(ctx context.Context, person, institution darasa.ID, r SelfRegistration, refusal error, now darasa.Time) (SignedIn, error) {
	if darasa.CodeOf(refusal) != darasa.Conflict {
		return SignedIn{}, refusal
	}
	as, err := s.allAffiliations(ctx, person)
	if err != nil {
		return SignedIn{}, err
	}
	p, err := s.people.Get(ctx, person)
	if err != nil || len(as) > 0 || p.State != Active || s.fits(ctx, &p, r.Password, now) != nil {
		return SignedIn{}, refusal
	}
	if err := s.join(ctx, &p, institution, r, now); err != nil {
		return SignedIn{}, err
	}
	return s.open(ctx, &p, Credentials{Device: r.Device, From: r.From}, false, now)
}

// checkRegistration returns the institution and the checked facts, or all
// findings at once.
func (s *Service) checkRegistration(ctx context.Context, r SelfRegistration, now darasa.Time) (darasa.ID, PersonFacts, error) {
	r.Facts.Source = ""
	f, fs := r.Facts.Check()
	institution, err := s.joinCode(ctx, r, now)
	if code := darasa.CodeOf(err); code == darasa.NotFound {
		fs = append(fs, *finding(darasa.IsError, "join", "Msimbo wa kujiunga si sahihi.", "The join code is not right.",
			"Uangalie tena au muulize msimamizi wa taasisi yako.", "Look at it again, or ask your institution's administrator."))
	} else if err != nil {
		return "", f, err
	}
	if !r.Consent || r.Notice == "" {
		fs = append(fs, *finding(darasa.IsError, "consent", "Hujakubali ilani ya faragha.", "You have not agreed to the privacy notice.",
			"Isome, kisha weka alama ukikubali.", "Read it, then tick the box if you agree."))
	}
	p := Person{}
	p.setFacts(f)
	if len(p.keys()) == 0 && !darasa.HasErrors(fs) {
		fs = append(fs, *finding(darasa.IsError, "phone", "Hakuna cha kuingilia.", "There is nothing to sign in with.",
			"Andika simu, barua pepe, namba ya cheki au namba ya usajili.", "Give a phone, an e-mail address, a check number or a registration number."))
	}
	fs = append(fs, findingsOf(CheckPassword(r.Password, &p))...)
	return institution, f, invalidFacts(fs)
}

func findingsOf(err error) []darasa.Finding {
	if e, ok := err.(*darasa.Error); ok {
		return e.Findings
	}
	return nil
}

// joinCode looks a join code up; wrong ones slow the address down.
func (s *Service) joinCode(ctx context.Context, r SelfRegistration, now darasa.Time) (darasa.ID, error) {
	if s.o.JoinCode == nil {
		return "", errNobody
	}
	id, err := s.o.JoinCode(ctx, r.JoinCode)
	if darasa.CodeOf(err) == darasa.NotFound {
		s.addresses.fail(r.From, now)
	}
	return id, err
}

// notThereYet refuses somebody whom phone or mail and the whole name match, and
// returns whom. The unshared keys are refused by their claims.
func (s *Service) notThereYet(ctx context.Context, f PersonFacts) (darasa.ID, error) {
	ms, err := s.MatchMany(ctx, darasa.Command("register"), []MatchKeys{f.Keys()})
	if err != nil || ms[0].Person == "" {
		return "", err
	}
	p, err := s.people.Get(ctx, ms[0].Person)
	if err != nil {
		return "", err
	}
	if ms[0].By == ByPhone && Fold(p.First) != Fold(f.First) {
		return "", nil // a family shares phone and surname
	}
	keys := map[string]darasa.ID{ByCheck: "check:", ByRegistration: "reg:", ByPhone: "phone:", ByMail: "mail:"}
	return p.ID, errKeyTaken(keys[ms[0].By])
}

// join keeps the consent and gives a new person the learner's affiliation, in
// this order: without an affiliation the registration can be finished.
func (s *Service) join(ctx context.Context, p *Person, institution darasa.ID, r SelfRegistration, now darasa.Time) error {
	actor := darasa.Actor{Person: p.ID, Institution: institution, Name: p.ShortName(), From: r.From}
	if err := s.Accept(ctx, actor, r.Notice, now); err != nil {
		return err
	}
	a := newAffiliation(p, institution, now)
	a.setName(p)
	AffiliationFacts{Cadre: r.Cadre, Designation: r.Designation, Facility: r.Facility}.apply(&a)
	if err := s.affiliations.Insert(ctx, &a); err != nil {
		return err
	}
	return s.ledger.Audit(ctx, actor, "register", string(p.ID), "", now)
}

// Accept keeps the actor's consent to a version of the privacy notice.
// Consenting twice keeps the first time.
func (s *Service) Accept(ctx context.Context, actor darasa.Actor, notice string, now darasa.Time) error {
	if actor.Anonymous() {
		return errSignIn
	}
	if notice = strings.TrimSpace(notice); notice == "" || len(notice) > 60 {
		return darasa.Fail(darasa.Invalid, "Toleo la ilani halijulikani.", "The version of the notice is not known.")
	}
	err := s.consents.Insert(ctx, &Consent{ID: consentID(actor.Person, notice), Person: actor.Person, Notice: notice, At: now, From: actor.From})
	if darasa.CodeOf(err) == darasa.Conflict {
		return nil
	}
	return err
}

func consentID(person darasa.ID, notice string) darasa.ID {
	return darasa.DeriveID("consent", string(person), notice)
}

// Accepted tells whether the actor has consented to a version of the notice.
func (s *Service) Accepted(ctx context.Context, actor darasa.Actor, notice string) (bool, error) {
	_, err := s.consents.Get(ctx, consentID(actor.Person, notice))
	if darasa.CodeOf(err) == darasa.NotFound {
		return false, nil
	}
	return err == nil, err
}

// Consents returns the versions of the notice that the actor consented to, in
// the order of time.
func (s *Service) Consents(ctx context.Context, actor darasa.Actor) ([]Consent, error) {
	return s.consentsOf(ctx, actor.Person)
}

func (s *Service) consentsOf(ctx context.Context, person darasa.ID) ([]Consent, error) {
	return s.consents.Find(ctx, store.Query{Equal: map[string]string{"person": string(person)}, Order: "given"})
}
