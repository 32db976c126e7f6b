package frontend

import (
	"net/url"

	"darasa/backend/darasa"
)

// filterQuery returns "?…" that asks for f with another stage.
func filterQuery(f Filter, stage string) string {
	q := url.Values{}
	for _, v := range []Pair{{"q", f.Query}, {"stage", stage}, {"cadre", f.Cadre}, {"lang", f.Lang}, {"hours", f.Hours}} {
		if v.Value != "" {
			q.Set(v.Label, v.Value)
		}
	}
	if len(q) == 0 {
		return ""
	}
	return "?" + q.Encode()
}

func filterForm(f Filter) Form {
	return Form{Values: map[string]string{"q": f.Query, "cadre": f.Cadre, "lang": f.Lang, "hours": f.Hours}}
}

// langOptions names each language in itself.
func langOptions(p Page) []Option {
	L := p.L
	return []Option{{string(darasa.Swahili), L.T("lang.sw")}, {string(darasa.English), L.T("lang.en")}}
}
