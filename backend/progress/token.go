package progress

import (
	"context"

	"darasa/backend/darasa"
	"darasa/backend/store"
)

// Device is a phone or browser that may hand in a person's records. Its sync
// token survives signing out, because the outbox does.
type Device struct {
	store.Meta `json:"-"`
	ID         darasa.ID   `json:"id"` // derived from person and name
	Person     darasa.ID   `json:"person"`
	Name       string      `json:"name"`            // made on the device
	Label      string      `json:"label,omitempty"` // shortened user agent
	Turn       int64       `json:"turn"`            // tokens of an earlier turn are revoked
	Made       darasa.Time `json:"made"`
}

// token is the payload of a sync token: good for /sync and own downloads only.
type token struct {
	Key    string    `json:"k"`
	Person darasa.ID `json:"p"`
	Device string    `json:"d"`
	Turn   int64     `json:"n"`
}

func deviceID(person darasa.ID, name string) darasa.ID {
	return darasa.DeriveID("device", string(person), name)
}

// SyncToken returns the token of the actor on a device, the same until it is
// revoked.
func (s *Service) SyncToken(ctx context.Context, a darasa.Actor, device, label string, now darasa.Time) (string, error) {
	if a.Anonymous() {
		return "", darasa.Fail(darasa.Unauthenticated, "Ingia kwanza.", "Sign in first.")
	}
	if device == "" || len(device) > maxDevice || len(label) > 120 {
		return "", darasa.Fail(darasa.Invalid, "Jina la kifaa si sahihi.", "The device's name is not valid.")
	}
	d := Device{ID: deviceID(a.Person, device), Person: a.Person, Name: device, Label: label, Made: now}
	err := s.devices.Insert(ctx, &d)
	if darasa.CodeOf(err) == darasa.Conflict {
		d, err = s.devices.Get(ctx, d.ID)
	}
	if err != nil {
		return "", err
	}
	return s.Tokens.Sign(token{Key: s.Tokens.Key(), Person: a.Person, Device: device, Turn: d.Turn})
}

// Redeem returns whose sync token this is and of which device; Forbidden if it
// is not ours or was revoked.
func (s *Service) Redeem(ctx context.Context, signed string) (person darasa.ID, device string, err error) {
	var t token
	if err := s.Tokens.Verify(signed, &t); err != nil {
		return "", "", err
	}
	d, err := s.devices.Get(ctx, deviceID(t.Person, t.Device))
	if darasa.CodeOf(err) == darasa.NotFound || err == nil && d.Turn != t.Turn {
		return "", "", darasa.Fail(darasa.Forbidden, "Kifaa hiki kiliondolewa. Ingia tena ukiwa na mtandao.", "This device was removed. Sign in again when online.")
	}
	return t.Person, t.Device, err
}

// Devices lists a person's devices, for their own page.
func (s *Service) Devices(ctx context.Context, a darasa.Actor) ([]Device, error) {
	return s.devices.Find(ctx, store.Query{Equal: map[string]string{"person": string(a.Person)}})
}

// Revoke makes the tokens of one of the actor's devices useless.
func (s *Service) Revoke(ctx context.Context, a darasa.Actor, device string) error {
	return s.revoke(ctx, deviceID(a.Person, device))
}

// RevokeAll makes every token of a person useless, for an erasure.
func (s *Service) RevokeAll(ctx context.Context, person darasa.ID) error {
	return s.devices.Each(ctx, store.Query{Equal: map[string]string{"person": string(person)}}, func(d Device) error {
		return s.revoke(ctx, d.ID)
	})
}

func (s *Service) revoke(ctx context.Context, id darasa.ID) error {
	_, err := s.devices.Update(ctx, id, func(d *Device) error {
		d.Turn++
		return nil
	})
	return err
}
