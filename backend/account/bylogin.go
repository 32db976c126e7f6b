package account

import (
	"context"

	"darasa/backend/darasa"
)

// ByLogin returns the active people whom a login may mean: several share a
// phone. It is for commands and national administrators only, since it tells
// who is behind a number.
func (s *Service) ByLogin(ctx context.Context, actor darasa.Actor, login string) ([]Person, error) {
	if !actor.National() {
		return nil, darasa.Fail(darasa.Forbidden, "Hii ni ya msimamizi wa kitaifa.", "This is for the national administrator.")
	}
	return s.candidates(ctx, Credentials{Login: login})
}
