package ledger

import (
	"errors"

	"darasa/backend/darasa"
)

// textOf returns what people may read of an error; a foreign cause stays in
// the log of the process.
func textOf(err error) darasa.Text {
	var e *darasa.Error
	if errors.As(err, &e) {
		return e.Text
	}
	return darasa.T("Hitilafu ya ndani.", "An internal error.")
}
