package sqlite

import (
	"context"
	"errors"
	"io/fs"
	"syscall"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"darasa/backend/darasa"
)

// translate turns an error of the driver or the system into ours.
func translate(err error) error {
	if err == nil {
		return nil
	}
	var ours *darasa.Error
	if errors.As(err, &ours) {
		return err
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return darasa.Fail(darasa.Unavailable, "Ombi lilikatishwa kabla ya hifadhi kujibu.", "The request ended before the store answered.").Because(err)
	}
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		return byCode(lite)
	}
	var path *fs.PathError
	if errors.As(err, &path) || errors.Is(err, syscall.ENOSPC) {
		return errDisk.Because(err)
	}
	return darasa.Fail(darasa.Internal, "Hifadhi imeshindwa.", "The store failed.").Because(err)
}

var (
	errFull = darasa.Fail(darasa.Unavailable, "Hifadhi imejaa: hakuna kilichoandikwa. Ongeza nafasi ya diski.",
		"The store is full: nothing was written. Make room on the disk.")
	errDisk = darasa.Fail(darasa.Unavailable, "Diski ya hifadhi haiandikiki: hakuna kilichoandikwa. Angalia nafasi na ruhusa zake.",
		"The store's disk cannot be written: nothing was written. Check its space and permissions.")
	errBusy = darasa.Fail(darasa.Unavailable, "Hifadhi inatumika na programu nyingine. Jaribu tena.",
		"Another program is using the store. Try again.")
	errDamaged = darasa.Fail(darasa.Internal, "Faili ya hifadhi imeharibika au si ya Darasa. Irejeshe kutoka kwenye nakala.",
		"The store's file is damaged or not a Darasa store. Restore it from a backup.")
)

func byCode(err *sqlite.Error) error {
	switch err.Code() & 0xff {
	case sqlite3.SQLITE_FULL:
		return errFull.Because(err)
	case sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM:
		return errDisk.Because(err)
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		e := errBusy.Because(err)
		e.Retry = 1
		return e
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return errDamaged.Because(err)
	}
	return darasa.Fail(darasa.Internal, "Hifadhi imeshindwa.", "The store failed.").Because(err)
}
