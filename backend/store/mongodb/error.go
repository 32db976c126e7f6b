package mongodb

import (
	"context"
	"errors"

	"go.mongodb.org/mongo-driver/v2/mongo"

	"darasa/backend/darasa"
)

var (
	errGone = darasa.Fail(darasa.Unavailable, "Hifadhidata haijibu.", "The database does not answer.")
	errFull = darasa.Fail(darasa.Unavailable, "Hifadhidata imejaa: hakuna kilichoandikwa. Ongeza nafasi ya diski.",
		"The database is full: nothing was written. Make room on its disk.")
	errAccess = darasa.Fail(darasa.Unavailable, "Hifadhidata imekataa jina au siri yetu. Angalia anwani na ruhusa.",
		"The database refused our user or password. Check the address and the user's roles.")
	errEnded = darasa.Fail(darasa.Unavailable, "Ombi lilikatishwa kabla ya hifadhidata kujibu.", "The request ended before the database answered.")
)

// Codes of MongoDB's servers (src/mongo/base/error_codes.yml).
const (
	codeUnauthorized         = 13
	codeAuthenticationFailed = 18
	codeOutOfDiskSpace       = 14031
)

// translate turns an error of the driver into ours. What the server did not
// say is taken as "does not answer": the outcome of a write is then not known,
// and every use case may repeat it.
func translate(err error) error {
	var ours *darasa.Error
	var server mongo.ServerError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &ours):
		return ours
	case errors.Is(err, mongo.ErrNoDocuments):
		return errMissing
	case mongo.IsDuplicateKeyError(err):
		return errExists
	case errors.Is(err, context.Canceled):
		return errEnded.Because(err)
	case mongo.IsTimeout(err), mongo.IsNetworkError(err), errors.Is(err, mongo.ErrClientDisconnected):
		return retry(errGone, err)
	case !errors.As(err, &server):
		return retry(errGone, err)
	case server.HasErrorCode(codeOutOfDiskSpace):
		return errFull.Because(err)
	case server.HasErrorCode(codeUnauthorized), server.HasErrorCode(codeAuthenticationFailed):
		return errAccess.Because(err)
	case server.HasErrorLabel("RetryableWriteError"), server.HasErrorLabel("TransientTransactionError"), writeConcern(err):
		return retry(errGone, err)
	}
	return darasa.Fail(darasa.Internal, "Hifadhidata imeshindwa.", "The database failed.").Because(err)
}

// writeConcern tells whether a write was not confirmed by a majority in time.
func writeConcern(err error) bool {
	var one mongo.WriteException
	var many mongo.BulkWriteException
	return errors.As(err, &one) && one.WriteConcernError != nil || errors.As(err, &many) && many.WriteConcernError != nil
}

func retry(e *darasa.Error, cause error) error {
	c := e.Because(cause)
	c.Retry = 5
	return c
}
