package sheet

// risky tells whether a spreadsheet program could take a text that begins
// with c for a formula when it is typed or comes from CSV.
func risky(c byte) bool {
	switch c {
	case '=', '+', '-', '@', '\t', '\r', '\n':
		return true
	}
	return false
}

// Harmless returns v with an apostrophe before a beginning that could be taken
// for a formula. In a workbook our texts are inline strings and never a
// formula; the apostrophe keeps them harmless also when somebody saves the
// sheet as CSV and opens that. Excel and LibreOffice both show it.
func Harmless(v string) string {
	if v != "" && risky(v[0]) {
		return "'" + v
	}
	return v
}

// PlainText undoes Harmless: it returns a text that we wrote as it was.
func PlainText(v string) string {
	if len(v) > 1 && v[0] == '\'' && risky(v[1]) {
		return v[1:]
	}
	return v
}

func plainPhone(v string) bool {
	if len(v) < 8 || len(v) > 16 || v[0] != '+' {
		return false
	}
	for i := 1; i < len(v); i++ {
		if v[i] < '0' || v[i] > '9' {
			return false
		}
	}
	return true
}
