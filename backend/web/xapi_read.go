package web

import (
	"bytes"
	"net/url"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"darasa/backend/darasa"
	"darasa/backend/lrs"
)

// Statements on one page of an answer, where limit names no number.
const (
	xapiPage    = 100
	xapiMaxPage = 500
)

// xapiGet returns one own statement, or the own ones of a registration, the
// latest stored first (Communication 2.1.3).
func (s *Server) xapiGet(r *Req) error {
	if err := onlyParams(r, "statementId", "voidedStatementId", "registration", "limit", "before"); err != nil {
		return err
	}
	by, err := s.ownAccount(r)
	if err != nil {
		return err
	}
	r.SetHeader(consistentUpTo, r.Now.String())
	own := lrs.AccountKey(by.HomePage, by.Name)
	one, err := uuidParam(r, "statementId")
	if err != nil {
		return err
	}
	gone, err := uuidParam(r, "voidedStatementId")
	if err != nil {
		return err
	}
	if one == "" && gone == "" {
		return s.xapiList(r, own)
	}
	if one != "" && gone != "" || r.Query("registration") != "" {
		return badProperty("statementId", "Kigezo hiki hakiendi na vingine.", "This parameter goes with no other.")
	}
	return s.xapiOne(r, own, one+gone, gone != "")
}

func (s *Server) xapiOne(r *Req, own string, id darasa.ID, voided bool) error {
	st, err := s.Log.Get(r.Ctx(), id)
	if err == nil && (st.Actor != own || st.Voided != voided) {
		err = darasa.Fail(darasa.NotFound, "Kauli haipo.", "There is no such statement.")
	}
	if err != nil {
		return err
	}
	return r.statements(st.Raw)
}

// xapiList walks the log once and keeps one page of it.
func (s *Server) xapiList(r *Req, own string) error {
	limit, err := strconv.Atoi(r.Query("limit"))
	if r.Query("limit") == "" || err == nil && limit == 0 {
		limit, err = xapiPage, nil // 0 means "as many as you like" (Communication 2.1.3)
	}
	if err != nil || limit < 0 {
		return badProperty("limit", "Lazima iwe namba.", "It must be a number.")
	}
	limit = min(limit, xapiMaxPage)
	registration, err := uuidParam(r, "registration")
	if err != nil {
		return err
	}
	before := darasa.ID(r.Query("before"))
	var page []lrs.Statement // the latest so far, one more than fits
	take := func(st lrs.Statement) error {
		if st.Actor != own || st.Voided || before != "" && st.Stored >= before {
			return nil
		}
		if page = append(page, st); len(page) > limit+1 {
			page = append(page[:0], page[1:]...)
		}
		return nil
	}
	if registration != "" {
		err = s.Log.Each(r.Ctx(), registration, take)
	} else {
		err = s.Log.ByActor(r.Ctx(), own, take)
	}
	if err != nil {
		return err
	}
	return r.statements(xapiResult(page, limit, registration))
}

// xapiResult is a StatementResult (Data 2.5) of a page in the order of
// storing, its first one over where there are more.
func xapiResult(page []lrs.Statement, limit int, registration darasa.ID) []byte {
	more := ""
	if len(page) > limit {
		page = page[1:]
		q := url.Values{"limit": {strconv.Itoa(limit)}, "before": {string(page[0].Stored)}}
		if registration != "" {
			q.Set("registration", string(registration))
		}
		more = xapiRoot + "/statements?" + q.Encode()
	}
	var b bytes.Buffer
	b.WriteString(`{"statements":[`)
	for i := len(page) - 1; i >= 0; i-- {
		b.Write(page[i].Raw)
		if i > 0 {
			b.WriteByte(',')
		}
	}
	b.WriteString(`],"more":` + strconv.Quote(more) + "}")
	return b.Bytes()
}

// statements answers with statements as they are stored, byte for byte.
func (r *Req) statements(raw []byte) error {
	r.SetHeader(fiber.HeaderContentType, fiber.MIMEApplicationJSON)
	r.SetHeader(fiber.HeaderCacheControl, "private, no-store")
	return r.send(fiber.StatusOK, raw, true)
}
