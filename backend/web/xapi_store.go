package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/gofiber/fiber/v2"

	"darasa/backend/darasa"
	"darasa/backend/lrs"
)

const voidedVerb = "http://adlnet.gov/expapi/verbs/voided"

// xapiPost stores one statement or an array of them, all or none, and answers
// with their ids (Communication 2.1.2).
func (s *Server) xapiPost(r *Req) error {
	if err := onlyParams(r); err != nil {
		return err
	}
	list, err := readStatements(r)
	if err != nil {
		return err
	}
	sts, err := s.keepStatements(r, list, isArray(r.Body()))
	if err != nil {
		return err
	}
	ids := make([]darasa.ID, len(sts))
	for i, st := range sts {
		ids[i] = st.ID
	}
	return r.JSON(fiber.StatusOK, ids)
}

// xapiPut stores one statement under the id of the address (Communication 2.1.1).
func (s *Server) xapiPut(r *Req) error {
	if err := onlyParams(r, "statementId"); err != nil {
		return err
	}
	id, err := uuidParam(r, "statementId")
	if err == nil && id == "" {
		err = badProperty("statementId", "Inahitajika.", "It is required.")
	}
	if err != nil {
		return err
	}
	list, err := readStatements(r)
	if err != nil {
		return err
	}
	var one map[string]json.RawMessage
	if isArray(r.Body()) || json.Unmarshal(list[0], &one) != nil {
		return badProperty("", "Tuma kauli moja.", "Send one statement.")
	}
	if raw, has := one["id"]; !has && len(one) > 0 {
		list[0] = json.RawMessage(`{"id":"` + string(id) + `",` + strings.TrimPrefix(strings.TrimSpace(string(list[0])), "{"))
	} else if has && !strings.EqualFold(string(raw), `"`+string(id)+`"`) {
		return badProperty("id", "Haifanani na statementId.", "It differs from statementId.")
	}
	if _, err := s.keepStatements(r, list, false); err != nil {
		return err
	}
	return r.NoContent()
}

func isArray(body []byte) bool { return bytes.HasPrefix(bytes.TrimSpace(body), []byte("[")) }

func badProperty(field, sw, en string) error {
	return darasa.Fail(darasa.Invalid, "Ombi si sahihi.", "The request is not valid.").With(
		darasa.Finding{Level: darasa.IsError, Field: field, What: darasa.Text{SW: sw, EN: en}})
}

func readStatements(r *Req) ([]json.RawMessage, error) {
	if kind, _, _ := strings.Cut(r.Header(fiber.HeaderContentType), ";"); !strings.EqualFold(strings.TrimSpace(kind), fiber.MIMEApplicationJSON) {
		return nil, darasa.Fail(darasa.Invalid, "Content-Type iwe application/json; viambatisho havipokelewi, taja anwani zao kwa fileUrl.",
			"The Content-Type must be application/json; attachments are not taken, name their addresses by fileUrl.")
	}
	return lrs.Parse(r.Body())
}

// keepStatements checks all statements, then stores them: whatever is wrong
// with one, none is kept.
func (s *Server) keepStatements(r *Req, list []json.RawMessage, array bool) ([]lrs.Statement, error) {
	by, err := s.ownAccount(r)
	if err != nil {
		return nil, err
	}
	sts, err := prepareStatements(list, by, r, array)
	if err != nil {
		return nil, err
	}
	if err := s.mayKeep(r, sts, lrs.AccountKey(by.HomePage, by.Name)); err != nil {
		return nil, err
	}
	verdicts, err := s.Progress.Accept(r.Ctx(), r.Actor, sts, r.Now)
	if err != nil {
		return nil, err
	}
	for _, v := range verdicts {
		if v != nil {
			return nil, v
		}
	}
	return sts, nil
}

func prepareStatements(list []json.RawMessage, by lrs.Authority, r *Req, array bool) ([]lrs.Statement, error) {
	sts := make([]lrs.Statement, 0, len(list))
	bad := darasa.Fail(darasa.Invalid, "Kauli si sahihi.", "The statement is not valid.")
	seen := map[darasa.ID]bool{}
	for i, raw := range list {
		st, err := lrs.Prepare(raw, by, r.Actor.Institution, r.Now)
		findings := asError(err)
		switch {
		case err != nil && findings.Code != darasa.Invalid:
			return nil, err
		case err != nil:
			bad = bad.With(placed(findings.Findings, i, array)...)
		case seen[st.ID]:
			bad = bad.With(placed([]darasa.Finding{{Level: darasa.IsError, Field: "id", What: darasa.T("Id hii imetumika mara mbili.", "This id stands twice.")}}, i, array)...)
		}
		seen[st.ID] = true
		sts = append(sts, st)
	}
	if len(bad.Findings) > 0 {
		return nil, bad
	}
	return sts, nil
}

// placed says in which statement of an array a finding stands.
func placed(fs []darasa.Finding, i int, array bool) []darasa.Finding {
	if !array {
		return fs
	}
	for n := range fs {
		fs[n].Field = strings.TrimSuffix(fmt.Sprintf("[%d].%s", i, fs[n].Field), ".")
	}
	return fs
}

// mayKeep refuses what is another person's, and an id that another statement
// has, before anything is stored. The records of the platform itself and of
// other people cannot be voided through this door.
func (s *Server) mayKeep(r *Req, sts []lrs.Statement, own string) error {
	for i := range sts {
		st := &sts[i]
		if st.Actor != own {
			return darasa.Fail(darasa.Forbidden, "Kauli inamtaja mtu mwingine. Jina lako liko /api/v1/me, actor.",
				"The statement names another person as its actor. How you are named is in /api/v1/me, actor.")
		}
		if st.Verb == voidedVerb {
			if err := s.mayVoid(r, darasa.ID(st.Target), own); err != nil {
				return err
			}
		}
		if err := s.sameOrNew(r, st); err != nil {
			return err
		}
	}
	return nil
}

func (s *Server) mayVoid(r *Req, target darasa.ID, own string) error {
	old, err := s.Log.Get(r.Ctx(), target)
	if darasa.CodeOf(err) == darasa.NotFound {
		return nil
	}
	if err == nil && (old.Actor != own || !old.Foreign) {
		err = darasa.Fail(darasa.Forbidden, "Huwezi kubatilisha kauli hii.", "You may not void this statement.")
	}
	return err
}

// sameOrNew gives Conflict where the log holds another statement of this id.
func (s *Server) sameOrNew(r *Req, st *lrs.Statement) error {
	_, err := s.Log.Get(r.Ctx(), st.ID)
	switch darasa.CodeOf(err) {
	case darasa.NotFound:
		return nil
	case "": // keeping what is there changes nothing and compares
		verdicts, err := s.Log.Keep(r.Ctx(), []lrs.Statement{*st})
		if err != nil {
			return err
		}
		return verdicts[0]
	}
	return err
}
