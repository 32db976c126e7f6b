package web

import (
	"encoding/json"
	"net/http"

	"darasa/backend/darasa"
	"darasa/backend/progress"
)

// syncLimit is the greatest body of /sync: 20 events with a submission of a
// test each, and their tokens.
const syncLimit = 256_000

// syncRate is generous: one address may stand for a district.
const syncRate Rate = 3000

func (s *Server) syncRoutes() []Route {
	return []Route{{Method: "POST", Path: syncPath, Access: Anybody, Limit: syncLimit, Rate: syncRate, As: API, NoLang: true, NoCookie: true, Handle: s.sync}}
}

// syncBody is a batch with its events unread, so that one that cannot be read
// is refused by itself and does not hold back the rest of an outbox for ever.
type syncBody struct {
	Tokens []string          `json:"tokens"`
	Events []json.RawMessage `json:"events"`
}

// sync takes a batch of a device's events. The tokens in it are the authority.
// Only an answer with one line per event acknowledges anything.
func (s *Server) sync(r *Req) error {
	var in syncBody
	if err := r.Bind(&in); err != nil {
		return err
	}
	if len(in.Events) > progress.MaxEvents {
		return darasa.Fail(darasa.TooLarge, "Rekodi ni nyingi mno: tuma %d kwa mara moja.", "Too many records: send %d at a time.", progress.MaxEvents)
	}
	lines := make([]progress.Verdict, len(in.Events))
	b := progress.Batch{Tokens: in.Tokens}
	var places []int
	for i, raw := range in.Events {
		var ev progress.Event
		if err := json.Unmarshal(raw, &ev); err != nil {
			lines[i] = unreadable(raw)
			continue
		}
		b.Events, places = append(b.Events, ev), append(places, i)
	}
	verdicts, err := s.Progress.Sync(r.Ctx(), b, r.Now)
	if err != nil {
		return err
	}
	for i, v := range verdicts {
		lines[places[i]] = v
	}
	return r.JSON(http.StatusOK, ListOf[progress.Verdict]{Items: lines})
}

// unreadable is the line of an event that is not one.
func unreadable(raw json.RawMessage) progress.Verdict {
	var named struct {
		ID darasa.ID `json:"id"`
	}
	_ = json.Unmarshal(raw, &named)
	if !darasa.ValidUUID(string(named.ID)) {
		named.ID = ""
	}
	return progress.Verdict{ID: named.ID, Verdict: "refused: " + string(darasa.Invalid),
		Why: darasa.T("Rekodi haisomeki.", "The record cannot be read.")}
}
