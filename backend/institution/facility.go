package institution

import (
	"context"
	"slices"
	"strings"

	"darasa/backend/account"
	"darasa/backend/darasa"
	"darasa/backend/store"
)

// maxField is the greatest length of one fact of a facility, in bytes.
const maxField = 200

// prepare tidies the facts, sets the search terms and returns all findings.
func (f *Facility) prepare() []darasa.Finding {
	var fs []darasa.Finding
	bad := func(field, sw, en, mendSW, mendEN string) {
		fs = append(fs, darasa.Finding{Level: darasa.IsError, Field: field,
			What: darasa.Text{SW: sw, EN: en}, Mend: darasa.Text{SW: mendSW, EN: mendEN}})
	}
	f.ID = darasa.ID(NormalHFR(string(f.ID)))
	for _, p := range f.facts() {
		*p.value = strings.Join(strings.Fields(*p.value), " ")
		if len(*p.value) > maxField {
			bad(p.header, "Maandishi ni marefu mno.", "The text is too long.",
				"Yafupishe hadi herufi 200.", "Shorten it to 200 characters.")
		}
	}
	if !ValidHFR(string(f.ID)) {
		bad("Facility Number", "Namba ya kituo (HFR) si sahihi.", "This is no valid HFR code.",
			"Andika tarakimu sita, kistari na tarakimu ya ukaguzi, mfano 113310-7.", "Write six digits, a hyphen and the check digit, as 113310-7.")
	}
	if f.Name == "" {
		bad("Facility Name", "Jina la kituo halipo.", "The facility's name is missing.", "Andika jina.", "Write the name.")
	}
	f.Terms = account.Terms(f.Name, f.Common)
	return fs
}

// fact is one text of a facility and its header in an export of the registry.
type fact struct {
	header string
	value  *string
	needed bool
}

// facts lists the columns of a registry export but for the code; Zone is
// ours: the export has none, another source may.
func (f *Facility) facts() []fact {
	return []fact{
		{"Facility Name", &f.Name, true}, {"Latitude", &f.Latitude, false}, {"Longitude", &f.Longitude, false},
		{"Common Name", &f.Common, false}, {"Region", &f.Region, true}, {"District", &f.District, true},
		{"Council", &f.Council, true}, {"Ward", &f.Ward, false}, {"Village/Street", &f.Village, false},
		{"Facility Type", &f.Type, true}, {"Operating Status", &f.Status, false}, {"Ownership", &f.Ownership, false},
		{"Date Opened", &f.Opened, false}, {"Official Phone Number", &f.Phone, false}, {"Zone", &f.Zone, false},
	}
}

// same tells whether two descriptions of a facility say the same.
func (f *Facility) same(g *Facility) bool {
	a, b := f.facts(), g.facts()
	for i := range a {
		if *a[i].value != *b[i].value {
			return false
		}
	}
	return f.ID == g.ID && slices.Equal(f.Terms, g.Terms)
}

// PutFacility makes or replaces one facility. Only a national administrator does.
func (s *Service) PutFacility(ctx context.Context, actor darasa.Actor, f Facility, now darasa.Time) (Facility, error) {
	if !actor.National() {
		return Facility{}, errNational
	}
	if fs := f.prepare(); len(fs) > 0 {
		return Facility{}, darasa.Fail(darasa.Invalid, "Taarifa za kituo zina kasoro.", "Something is wrong with the facility's facts.").With(fs...)
	}
	stored, err := s.putFacility(ctx, f)
	if err != nil {
		return Facility{}, err
	}
	return stored, s.ledger.Audit(ctx, actor, "facility", string(f.ID), "", now)
}

func (s *Service) putFacility(ctx context.Context, f Facility) (Facility, error) {
	return s.facilities.Upsert(ctx, f.ID, func() Facility { return f }, func(g *Facility) error {
		if g.same(&f) {
			return store.ErrUnchanged
		}
		meta := g.Meta
		*g = f
		g.Meta = meta
		return nil
	})
}

// Facility returns the facility with an HFR code, however it was typed.
func (s *Service) Facility(ctx context.Context, code string) (Facility, error) {
	f, err := s.facilities.Get(ctx, darasa.ID(NormalHFR(code)))
	if darasa.CodeOf(err) == darasa.NotFound {
		return f, darasa.Fail(darasa.NotFound, "Kituo hakipo kwenye orodha.", "The facility is not on the list.")
	}
	return f, err
}

// FacilitiesMany returns the facilities that exist among HFR codes, by code.
func (s *Service) FacilitiesMany(ctx context.Context, codes []string) (map[darasa.ID]Facility, error) {
	ids := make([]darasa.ID, len(codes))
	for i, c := range codes {
		ids[i] = darasa.ID(NormalHFR(c))
	}
	return s.facilities.GetMany(ctx, ids)
}

// FacilityQuery selects facilities; empty fields do not select. Text holds
// beginnings of words of the name, or an HFR code.
type FacilityQuery struct {
	Text    string
	Council string
	Region  string
	Type    string
	After   *store.Cursor
	Limit   int // 1 to 500; 0 means 50
}

// searchPages bounds the work of one search whose filter no index serves.
const searchPages = 8

// Facilities returns one page of facilities by name (by code where Text is
// given) and where the next page begins, nil after the last. A page may be
// shorter than Limit and yet have a next one.
func (s *Service) Facilities(ctx context.Context, q FacilityQuery) ([]Facility, *store.Cursor, error) {
	if q.Limit <= 0 || q.Limit > store.PageSize {
		q.Limit = 50
	}
	if code := NormalHFR(q.Text); ValidHFR(code) {
		f, err := s.facilities.Get(ctx, darasa.ID(code))
		if darasa.CodeOf(err) == darasa.NotFound {
			return nil, nil, nil
		}
		return []Facility{f}, nil, err
	}
	words := account.Terms(q.Text)
	sq := q.plan(words)
	out := []Facility{}
	for range searchPages {
		page, err := s.facilities.Find(ctx, sq)
		if err != nil {
			return nil, nil, err
		}
		for _, f := range page {
			cur := store.Cursor{Value: f.Name, ID: string(f.ID)}
			if sq.Order == "" {
				cur.Value = ""
			}
			sq.After = &cur
			if !q.holds(f, words) {
				continue
			}
			if out = append(out, f); len(out) == q.Limit {
				return out, &cur, nil
			}
		}
		if len(page) < store.PageSize {
			return out, nil, nil
		}
	}
	return out, sq.After, nil
}

// plan chooses the index that narrows most: the longest word, else the
// narrowest place. What it leaves is filtered by holds.
func (q FacilityQuery) plan(words []string) store.Query {
	sq := store.Query{Order: "name", After: q.After, Limit: store.PageSize}
	switch {
	case len(words) > 0:
		sq.Order, sq.Term = "", slices.MaxFunc(words, func(a, b string) int { return len(a) - len(b) })
	case q.Council != "":
		sq.Equal = map[string]string{"council": q.Council}
	case q.Region != "":
		sq.Equal = map[string]string{"region": q.Region}
	case q.Type != "":
		sq.Equal = map[string]string{"type": q.Type}
	}
	return sq
}

func (q FacilityQuery) holds(f Facility, words []string) bool {
	return account.HasTerms(f.Terms, words) && (q.Council == "" || q.Council == f.Council) &&
		(q.Region == "" || q.Region == f.Region) && (q.Type == "" || q.Type == f.Type)
}

// CountFacilities counts all facilities, at most store.CountCap.
func (s *Service) CountFacilities(ctx context.Context) (int, error) {
	return s.facilities.Count(ctx, store.Query{})
}
