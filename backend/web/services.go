package web

import (
	"darasa/backend/account"
	"darasa/backend/attempt"
	"darasa/backend/course"
	"darasa/backend/credential"
	"darasa/backend/enrolment"
	"darasa/backend/institution"
	"darasa/backend/ledger"
	"darasa/backend/lrs"
	"darasa/backend/media"
	"darasa/backend/progress"
	"darasa/content/institutions"
	"darasa/frontend"
)

// Services are the use cases that the routes call; the command makes them.
type Services struct {
	Book         *ledger.Book
	Accounts     *account.Service
	Institutions *institution.Service
	Courses      *course.Service
	Log          *lrs.Log
	Enrolments   *enrolment.Service
	Attempts     *attempt.Service
	Progress     *progress.Service
	Certificates *credential.Service
	Media        media.Store
	Assets       frontend.Assets
	Lists        institutions.Lists
	Dependencies []Dependency
	TempDir      string // for workbooks and uploads under way; inside --data
}
