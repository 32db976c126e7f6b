package native

import "darasa/backend/darasa"

// Limits of a course folder. They are far above what a course for a slow phone
// needs and far below what would hurt a server.
const (
	maxYAML     = 512 << 10
	maxLesson   = 64 << 10
	maxDrawing  = 6 << 10
	maxPicture  = 200 << 10
	maxPixels   = 1600 // on the longer side
	maxFiles    = 1000
	maxTotal    = 32 << 20
	maxLessons  = 120
	maxQuestion = 400
	maxSlug     = 60
	maxFindings = 200
)

// notes collects findings; every reader of the package writes into one.
type notes struct {
	list []darasa.Finding
	full bool
}

func (n *notes) add(level darasa.Level, file string, line int, what, mend darasa.Text) {
	if len(n.list) >= maxFindings {
		if !n.full {
			n.full = true
			n.list = append(n.list, darasa.Finding{Level: darasa.IsError,
				What: darasa.T("Makosa ni mengi mno kuonyeshwa yote.", "There are too many mistakes to show them all."),
				Mend: darasa.T("Rekebisha haya kwanza.", "Mend these first.")})
		}
		return
	}
	n.list = append(n.list, darasa.Finding{Level: level, File: file, Line: line, What: what, Mend: mend})
}

func (n *notes) wrong(file string, line int, what, mend darasa.Text) {
	n.add(darasa.IsError, file, line, what, mend)
}

func (n *notes) warn(file string, line int, what, mend darasa.Text) {
	n.add(darasa.IsWarning, file, line, what, mend)
}
