package institution

import (
	"context"

	"darasa/backend/account"
	"darasa/backend/darasa"
	"darasa/backend/ledger"
	"darasa/backend/store"
)

// CodeLength is the number of letters of a join code: 31^8 are 850 milliard.
const CodeLength = 8

// ShowCode returns a join code in two halves, "K7MP-3XRT".
func ShowCode(code string) string {
	if len(code) != CodeLength {
		return code
	}
	return code[:CodeLength/2] + "-" + code[CodeLength/2:]
}

func codeKey(code string) darasa.ID { return darasa.ID("code:" + code) }

// NewJoinCode gives the institution a fresh join code; the old one stops.
func (s *Service) NewJoinCode(ctx context.Context, actor darasa.Actor, id darasa.ID, now darasa.Time) (string, error) {
	if err := administers(actor, id); err != nil {
		return "", err
	}
	code, err := s.claimCode(ctx, id, now)
	if err != nil {
		return "", err
	}
	old := ""
	_, err = s.update(ctx, id, func(i *Institution) error {
		if i.State != Active {
			return darasa.Fail(darasa.Conflict, "Taasisi imefungwa.", "The institution is closed.")
		}
		old, i.JoinCode = i.JoinCode, code
		return nil
	})
	if err != nil {
		_ = s.ledger.Release(ctx, codeKey(code), id, now) // the sweep frees it otherwise
		return "", err
	}
	if old != "" {
		if err := s.ledger.Release(ctx, codeKey(old), id, now); err != nil {
			return "", err
		}
	}
	return code, s.ledger.Audit(ctx, actor, "join-code", string(id), "new", now)
}

func (s *Service) claimCode(ctx context.Context, id darasa.ID, now darasa.Time) (string, error) {
	for range 5 {
		code, err := account.Letters(s.random, CodeLength)
		if err != nil {
			return "", err
		}
		err = s.ledger.Claim(ctx, codeKey(code), id, false, now)
		if darasa.CodeOf(err) != darasa.Conflict {
			return code, err
		}
	}
	return "", darasa.Fail(darasa.Internal, "Msimbo haukupatikana.", "No free code was found.")
}

// DisableJoinCode lets nobody register by themselves any more.
func (s *Service) DisableJoinCode(ctx context.Context, actor darasa.Actor, id darasa.ID, now darasa.Time) error {
	if err := administers(actor, id); err != nil {
		return err
	}
	if err := s.dropCode(ctx, id, now); err != nil {
		return err
	}
	return s.ledger.Audit(ctx, actor, "join-code", string(id), "off", now)
}

func (s *Service) dropCode(ctx context.Context, id darasa.ID, now darasa.Time) error {
	old := ""
	_, err := s.update(ctx, id, func(i *Institution) error {
		if old = i.JoinCode; old == "" {
			return store.ErrUnchanged
		}
		i.JoinCode = ""
		return nil
	})
	if err != nil || old == "" {
		return err
	}
	return s.ledger.Release(ctx, codeKey(old), id, now)
}

// ByJoinCode returns the institution that a typed join code belongs to.
func (s *Service) ByJoinCode(ctx context.Context, typed string) (Institution, error) {
	wrong := darasa.Fail(darasa.NotFound, "Msimbo wa kujiunga si sahihi. Uangalie tena au muulize msimamizi wa taasisi yako.",
		"This join code is not right. Look at it again, or ask your institution's administrator.")
	code := account.NormalCode(typed)
	if len(code) != CodeLength {
		return Institution{}, wrong
	}
	owners, err := s.ledger.Owners(ctx, codeKey(code))
	if err != nil {
		return Institution{}, err
	}
	if len(owners) == 0 {
		return Institution{}, wrong
	}
	i, err := s.institutions.Get(ctx, owners[0])
	if darasa.CodeOf(err) == darasa.NotFound || err == nil && (i.State != Active || i.JoinCode != code) {
		return Institution{}, wrong
	}
	return i, err
}

// JoinCode is ByJoinCode for account.Options.
func (s *Service) JoinCode(ctx context.Context, typed string) (darasa.ID, error) {
	i, err := s.ByJoinCode(ctx, typed)
	return i.ID, err
}

// livingCodes judges the claims of join codes: an institution stands for the
// code that its document holds.
func (s *Service) livingCodes(ctx context.Context, claims []ledger.Claim) (map[darasa.ID][]darasa.ID, error) {
	var ids []darasa.ID
	for _, c := range claims {
		ids = append(ids, c.Owners...)
	}
	is, err := s.institutions.GetMany(ctx, ids)
	if err != nil {
		return nil, err
	}
	out := map[darasa.ID][]darasa.ID{}
	for _, c := range claims {
		for _, o := range c.Owners {
			if i, ok := is[o]; ok && codeKey(i.JoinCode) == c.Key {
				out[c.Key] = append(out[c.Key], o)
			}
		}
	}
	return out, nil
}
