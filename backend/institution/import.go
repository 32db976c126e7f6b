package institution

import (
	"context"
	"io"

	"darasa/backend/account"
	"darasa/backend/darasa"
)

// The outcomes of one row of an import.
const (
	Added   = "added"
	Changed = "changed"
	Same    = "same"
	Refused = "refused"
)

// ImportOptions says how an export of the registry is taken in.
type ImportOptions struct {
	DryRun bool // tell what would happen and write nothing
	Whole  bool // write nothing at all when one row is refused
	// Zones gives the zone of a region by its folded name (account.Fold), for
	// exports without a column Zone. A zone that is stored is kept.
	Zones map[string]string
}

// RowVerdict is what became of one row.
type RowVerdict struct {
	Row      int // as a spreadsheet shows it: the header is row 1
	Code     darasa.ID
	Outcome  string
	Findings []darasa.Finding
}

// ImportResult is what became of a whole export.
type ImportResult struct {
	Rows                          []RowVerdict
	Added, Changed, Same, Refused int
	Findings                      []darasa.Finding // about the file: unknown columns
	Written                       bool
}

// Import takes in facilities from a CSV export of the Health Facility
// Registry. Columns may stand in any order. The same file twice changes
// nothing; nothing is ever deleted. An error means that the file as a whole
// was refused and nothing was written.
func (s *Service) Import(ctx context.Context, actor darasa.Actor, r io.Reader, o ImportOptions, now darasa.Time) (ImportResult, error) {
	if !actor.National() {
		return ImportResult{}, errNational
	}
	sheet, err := readExport(r)
	if err != nil {
		return ImportResult{}, err
	}
	res := ImportResult{Findings: sheet.findings}
	facilities := make([]Facility, len(sheet.rows))
	seen := map[darasa.ID]int{}
	for i, row := range sheet.rows {
		v := sheet.verdict(row, &facilities[i])
		if first, twice := seen[v.Code]; twice && v.Outcome == "" {
			v.Outcome = Refused
			v.Findings = append(v.Findings, darasa.Finding{Level: darasa.IsError, Row: v.Row, Column: "Facility Number",
				What: darasa.T("Kituo hiki kimeshatajwa kwenye safu %d.", "This facility already stands in row %d.", first),
				Mend: darasa.T("Bakiza safu moja kwa kila kituo.", "Keep one row per facility.")})
		} else if v.Outcome == "" {
			seen[v.Code] = v.Row
		}
		res.Rows = append(res.Rows, v)
	}
	if err := s.settle(ctx, &res, facilities, o); err != nil {
		return ImportResult{}, err
	}
	if o.DryRun || o.Whole && res.Refused > 0 {
		return res, nil
	}
	if err := s.writeImport(ctx, res.Rows, facilities); err != nil {
		return res, err
	}
	res.Written = true
	return res, s.ledger.Audit(ctx, actor, "import", "facilities",
		darasa.T("", "%d added, %d changed, %d refused", res.Added, res.Changed, res.Refused).EN, now)
}

// settle compares the good rows with what is stored and counts the outcomes.
func (s *Service) settle(ctx context.Context, res *ImportResult, fs []Facility, o ImportOptions) error {
	ids := make([]darasa.ID, 0, len(fs))
	for i, v := range res.Rows {
		if v.Outcome == "" {
			ids = append(ids, fs[i].ID)
		}
	}
	stored, err := s.facilities.GetMany(ctx, ids)
	if err != nil {
		return err
	}
	for i := range res.Rows {
		v := &res.Rows[i]
		if v.Outcome == "" {
			old, known := stored[v.Code]
			if fs[i].Zone == "" {
				if fs[i].Zone = old.Zone; fs[i].Zone == "" {
					fs[i].Zone = o.Zones[account.Fold(fs[i].Region)]
				}
			}
			switch {
			case !known:
				v.Outcome = Added
			case old.same(&fs[i]):
				v.Outcome = Same
			default:
				v.Outcome = Changed
			}
		}
		switch v.Outcome {
		case Added:
			res.Added++
		case Changed:
			res.Changed++
		case Same:
			res.Same++
		default:
			res.Refused++
		}
	}
	return nil
}

func (s *Service) writeImport(ctx context.Context, rows []RowVerdict, fs []Facility) error {
	var fresh, again []Facility
	for i, v := range rows {
		switch v.Outcome {
		case Added:
			fresh = append(fresh, fs[i])
		case Changed:
			again = append(again, fs[i])
		}
	}
	verdicts, err := s.facilities.InsertMany(ctx, fresh)
	if err != nil {
		return err
	}
	for i, err := range verdicts {
		if darasa.CodeOf(err) == darasa.Conflict {
			again = append(again, fresh[i]) // somebody imports the same at this moment
		} else if err != nil {
			return err
		}
	}
	for _, f := range again {
		if _, err := s.putFacility(ctx, f); err != nil {
			return err
		}
	}
	return nil
}
