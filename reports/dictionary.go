package reports

import (
	"fmt"
	"slices"
	"strings"

	"darasa/backend/darasa"
	"darasa/reports/sheet"
)

var dictionaryFields = []field{
	col(sheet.Text, 16, "Laha", "Sheet", "", ""),
	col(sheet.Text, 26, "Safu wima", "Column", "", ""),
	col(sheet.Text, 14, "Aina", "Type", "", ""),
	col(sheet.Wrapped, 52, "Maana (Kiswahili)", "Meaning (Swahili)", "", ""),
	col(sheet.Wrapped, 52, "Maana (Kiingereza)", "Meaning (English)", "", ""),
}

var kindNames = map[sheet.Kind]darasa.Text{
	sheet.Text: {SW: "maandishi", EN: "text"}, sheet.Wrapped: {SW: "maandishi", EN: "text"}, sheet.Centred: {SW: "maandishi", EN: "text"},
	sheet.Integer: {SW: "namba kamili", EN: "integer"}, sheet.Number: {SW: "namba", EN: "number"}, sheet.Percent: {SW: "asilimia", EN: "percent"},
	sheet.Date: {SW: "tarehe", EN: "date"}, sheet.DateTime: {SW: "tarehe na saa", EN: "date and time"},
}

// dictionarySetup heads the dictionary with what was selected, when, by whom
// and of which editions.
func dictionarySetup(in *Input, foot string) sheet.Setup {
	l := in.Lang
	var editions []string
	for _, e := range in.Editions {
		editions = append(editions, fmt.Sprintf("%s %s (%s)", e.Code, e.Title.In(l), e.ID))
	}
	return sheet.Setup{Name: wordDictionary.In(l), Footer: foot, FreezeColumns: 2, NoFilter: true, Columns: columnsOf(dictionaryFields, l), Titles: []string{
		wordDictionary.In(l),
		fmt.Sprintf(wordFilter.In(l), in.everything()),
		fmt.Sprintf(wordExported.In(l), in.when(), in.Exporter),
		fmt.Sprintf(wordInstitution.In(l), in.Institution),
		fmt.Sprintf(wordEdition.In(l), strings.Join(editions, "; ")),
	}}
}

func writeDictionary(sh *sheet.Sheet, in *Input, days int) error {
	middle := []field{}
	if days > 0 {
		d := day
		d.head = darasa.T(day.head.SW, day.head.EN, 1)
		if days > 1 {
			d.head = darasa.T(day.head.SW+" … %d", day.head.EN+" … %d", 1, days)
		}
		middle = append(middle, d)
	}
	questions := questionFields
	if in.Stem == nil {
		questions = slices.Concat(questions[:3], questions[4:])
	}
	for _, part := range []struct {
		sheet  darasa.Text
		fields []field
	}{{wordProgress, slices.Concat(before, middle, after)}, {wordSummary, summaryFields}, {wordQuestions, questions}} {
		for _, c := range part.fields {
			sh.Text(part.sheet.In(in.Lang))
			sh.Text(c.head.In(in.Lang))
			sh.Text(kindNames[c.kind].In(in.Lang))
			// Where the header says it all, its own words in the other
			// language are the meaning.
			sh.Wrap(orElse(c.means.SW, c.head.SW))
			sh.Wrap(orElse(c.means.EN, c.head.EN))
			if err := sh.End(); err != nil {
				return err
			}
		}
	}
	return nil
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}
