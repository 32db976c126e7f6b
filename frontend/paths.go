package frontend

import (
	"net/url"

	"darasa/backend/darasa"
)

// Addresses below the language ("/sw" or "/en"); Page.To puts it before.
// Beside each stands what a POST to it does.
const (
	PathHome        = "/"
	PathCourses     = "/courses" // GET with q, stage, cadre, lang, hours
	PathSignIn      = "/sign-in" // POST login, password, shared, next; or choice, person
	PathSignOut     = "/sign-out"
	PathRegister    = "/register" // POST code, first, …
	PathPassword    = "/password" // POST password, repeat: after a one-time code
	PathMe          = "/me"
	PathData        = "/me/data"          // POST first, middle, …: correct
	PathDataFile    = "/me/data/download" // GET
	PathErase       = "/me/data/erase"    // POST confirm
	PathMyPassword  = "/me/password"      // POST old, password, repeat
	PathMyLanguage  = "/me/language"      // POST lang
	PathInstitution = "/me/institution"   // POST institution
	PathSessions    = "/me/sessions"      // POST session; empty: all others
	PathRuns        = "/runs"
	PathAdmin       = "/admin"
	PathPrivacy     = "/privacy"
	PathHelp        = "/help"
	PathAbout       = "/about"
	PathVerify      = "/verify" // has no language before it; lang= names one
)

// CoursePath is a course's page.
func CoursePath(slug darasa.ID) string { return PathCourses + "/" + url.PathEscape(slug.String()) }

// EnrolPath takes the POST that enrols the actor into a course by itself.
func EnrolPath(slug darasa.ID) string { return CoursePath(slug) + "/enrol" }

// LessonPath is a lesson's page. A POST with done and event records that
// lesson as finished and shows this one; with check it grades a practice
// question and shows this lesson with the feedback in its place.
func LessonPath(enrolment darasa.ID, lesson string) string {
	return "/learn/" + url.PathEscape(enrolment.String()) + "/" + url.PathEscape(lesson)
}

// QuizPath takes the POST that opens the next try of a quiz, and done and
// event like LessonPath where a quiz follows the last lesson.
func QuizPath(enrolment darasa.ID, quiz string) string {
	return "/learn/" + url.PathEscape(enrolment.String()) + "/quiz/" + url.PathEscape(quiz)
}

// AttemptPath is one try: its form (POST go=save or go=submit) or its result.
func AttemptPath(attempt darasa.ID) string { return "/quiz/" + url.PathEscape(attempt.String()) }

// CertificatePath is the printable certificate, for its holder and trainers.
func CertificatePath(number string) string { return "/certificates/" + url.PathEscape(number) }

// VerifyPath is the public check of a certificate, without a language.
func VerifyPath(number string) string { return PathVerify + "/" + url.PathEscape(number) }
