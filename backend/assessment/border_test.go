package assessment

import (
	"testing"

	"darasa/backend/darasa"
)

// TestLargeNumbersMustBeRight: the slack for binary fractions must not forgive
// a wrong digit of a large number.
func TestLargeNumbersMustBeRight(t *testing.T) {
	for _, c := range []struct {
		value, tolerance, given float64
		want                    bool
	}{
		{2e9, 0, 2e9, true}, {2e9, 0, 2e9 + 1, false}, {1e12, 0, 1e12 + 999, false}, {61_741_120.5, 0.1, 61_741_120.6, true},
		{9.6, 0.1, 9.7, true}, {9.6, 0.1, 9.5, true}, {9.6, 0.1, 9.701, false}, {1e12, 0.1, 1e12 + 0.1, true}, {-9.6, 0.1, -9.7, true}, {0, 0, 0, true},
	} {
		if k := (Key{Value: c.value, Tolerance: c.tolerance}); k.near(c.given) != c.want {
			t.Errorf("%v within %v of %v: want %v", c.given, c.tolerance, c.value, c.want)
		}
	}
}

// TestPercentSignWhereTheUnitIsAWord: "5%" is the number 5 where percentage
// points are asked for.
func TestPercentSignWhereTheUnitIsAWord(t *testing.T) {
	for _, unit := range []darasa.Text{{SW: "pointi za asilimia", EN: "percentage points"}, {SW: "asilimia", EN: "per cent"}, {EN: "percent"}} {
		for _, s := range []string{"75", "75%", "75 %", "75 asilimia", "asilimia 75", "75 " + unit.EN, "75 " + unit.SW} {
			if got := ReadNumber(s, unit); len(got) != 1 || got[0] != 75 {
				t.Errorf("%q with the unit %q: %v", s, unit.EN, got)
			}
		}
	}
	if got := ReadNumber("75%", darasa.T("watoto", "children")); got != nil {
		t.Errorf("75%% of children: %v", got)
	}
}
