package course

import (
	"context"

	"darasa/backend/darasa"
	"darasa/content/courses"
)

// Shipped lists the courses that come with the program.
func Shipped() ([]courses.Folder, error) { return courses.Folders() }

// ImportShipped publishes every shipped course for an institution. Doing it
// again publishes nothing.
func (s *Service) ImportShipped(ctx context.Context, actor darasa.Actor, institution darasa.ID, now darasa.Time) ([]Report, error) {
	folders, err := Shipped()
	if err != nil {
		return nil, darasa.Fail(darasa.Internal, "Kozi za programu hazisomeki.", "The shipped courses cannot be read.").Because(err)
	}
	var out []Report
	for _, f := range folders {
		r, err := s.ImportFolder(ctx, actor, f.Files, institution, now)
		if err != nil {
			return out, err
		}
		out = append(out, r)
	}
	return out, nil
}
