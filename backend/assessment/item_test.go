package assessment_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"darasa/backend/assessment"
)

// TestItemsVector is worked by hand. Six learners, three questions:
//
//	a 1 1 1 1 0 0   b 1 1 1 0 0 0   c 1 0 1 0 1 0
//
// Facility of a is 4/6. Rest of a is (b+c)/2: 1 .5 1 0 .5 0, mean .5. Their
// covariance sum is 2.5 - 4*3/6 = .5; spreads 4 - 16/6 = 4/3 and 2.5 - 9/6 = 1;
// r = .5/sqrt(4/3) = 0.4330.
func TestItemsVector(t *testing.T) {
	rows := []string{"111", "110", "111", "100", "001", "000"}
	var items assessment.Items
	for _, row := range rows {
		var marks []assessment.Mark
		for i, c := range row {
			marks = append(marks, assessment.Mark{Question: string(rune('a' + i)), Points: float64(c - '0'), Max: 1, Answered: true})
		}
		marks = append(marks, assessment.Mark{Question: "easy", Points: 1, Max: 1})
		items.Add(marks)
	}
	got := items.Stats()
	if len(got) != 4 || got[0].N != 6 || math.Abs(got[0].Facility-4.0/6) > 1e-12 || !got[0].HasRest || math.Abs(got[0].ItemRest-0.4330127) > 1e-6 {
		t.Errorf("a: %+v", got)
	}
	if easy := got[3]; easy.Facility != 1 || easy.HasRest {
		t.Errorf("a question without spread has no correlation: %+v", easy)
	}
}

func TestItemsDoNotCareForOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.SliceOfN(rapid.SliceOfN(rapid.IntRange(0, 1), 4, 4), 3, 30).Draw(t, "rows")
		run := func() []assessment.ItemStat {
			var items assessment.Items
			for _, row := range rows {
				var marks []assessment.Mark
				for i, p := range row {
					marks = append(marks, assessment.Mark{Question: string(rune('a' + i)), Points: float64(p), Max: 1})
				}
				items.Add(marks)
			}
			return items.Stats()
		}
		first := run()
		rand.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
		for i, s := range run() {
			if s.N != first[i].N || s.HasRest != first[i].HasRest || math.Abs(s.Facility-first[i].Facility) > 1e-9 || math.Abs(s.ItemRest-first[i].ItemRest) > 1e-6 || math.Abs(s.ItemRest) > 1 {
				t.Fatalf("%+v and %+v", s, first[i])
			}
		}
	})
}
