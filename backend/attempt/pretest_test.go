package attempt

import (
	"strings"
	"testing"

	"darasa/backend/assessment"
)

// TestPreTestStatementsTellNoKey: the post-test draws from the same bank, and
// who knows which answers of the pre-test were right knows part of its key.
func TestPreTestStatementsTellNoKey(t *testing.T) {
	for kind, tells := range map[string]bool{PreTest: false, PostTest: true} {
		a := &Attempt{ID: "a", Kind: kind, State: GradedState, Course: "c", Quiz: "q",
			Draw:    []assessment.Drawn{{Question: "one"}},
			Answers: []assessment.Answer{{Question: "one", Options: []string{"x"}}},
			Grades:  []assessment.Grade{{Marks: []assessment.Mark{{Question: "one", Points: 1, Max: 1, Answered: true}}, Score: 1, Points: 1, Max: 1}}}
		found := false
		for _, st := range Statements(a, nil, Voice{Base: "https://t.example", Actor: "k"}) {
			if st.Verb == Answered.ID {
				found = true
				if got := strings.Contains(string(st.Raw), `"success"`); got != tells {
					t.Errorf("%s: the answer's statement tells right or wrong: %v, want %v\n%s", kind, got, tells, st.Raw)
				}
			}
		}
		if !found {
			t.Errorf("%s: no statement about the answer", kind)
		}
	}
}
