package main

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"strconv"

	"darasa/backend/account"
	"darasa/backend/assessment"
	"darasa/backend/darasa"
)

// Names common in Tanzania, put together at random: nobody is meant.
var (
	women = []string{"Asha", "Neema", "Rehema", "Zuhura", "Halima", "Mwanaidi", "Upendo", "Grace", "Fatuma", "Anna", "Salma", "Tumaini", "Joyce", "Mariam", "Happiness", "Esther",
		"Zainabu", "Theresia", "Pendo", "Stella"}
	men = []string{"Juma", "Baraka", "Omari", "Peter", "Hamisi", "Emmanuel", "Rajabu", "Frank", "Said", "Joseph", "Musa", "Daudi", "Godfrey", "Ibrahim", "Elia", "Shabani", "Samweli",
		"Athumani", "Yusuf", "Deogratias"}
	surnames = []string{"Mwakyusa", "Kileo", "Sanga", "Haule", "Lema", "Mushi", "Ngowi", "Massawe", "Mbwana", "Komba", "Nyoni", "Shayo", "Mollel", "Chacha", "Marwa", "Kimaro", "Temba",
		"Mwambene", "Malisa", "Kapinga", "Ndunguru", "Msuya", "Magesa", "Swai", "Mahundi", "Lyimo", "Mgaya", "Kisanga", "Bakari", "Mhando"}
)

// chanceOf is the source of chance of one fictional learner: the same for the
// same seed name and number.
func chanceOf(seed string, n int) *rand.Rand {
	h := fnv.New64a()
	fmt.Fprintf(h, "%s/%d", seed, n)
	return rand.New(rand.NewPCG(h.Sum64(), uint64(n)))
}

// fictional makes the facts of learner n. Check numbers begin with 99, which
// the payroll does not use; phones with +25561000, which is not given out.
func fictional(seed string, n int, c *rand.Rand) account.PersonFacts {
	f := account.PersonFacts{Surname: surnames[c.IntN(len(surnames))], Source: "seed/" + seed + "/" + strconv.Itoa(n), Lang: darasa.Swahili}
	if c.IntN(100) < 58 {
		f.First, f.Sex = women[c.IntN(len(women))], "F"
	} else {
		f.First, f.Sex = men[c.IntN(len(men))], "M"
	}
	if c.IntN(3) > 0 {
		f.Middle = men[c.IntN(len(men))]
	}
	h := fnv.New32a()
	fmt.Fprint(h, seed)
	f.CheckNumber = fmt.Sprintf("99%03d%06d", h.Sum32()%1000, n)
	return f
}

// fictionalAnswer answers rightly with the chance ability, otherwise with a
// plausible mistake, and now and then not at all.
func fictionalAnswer(q assessment.Question, k assessment.Key, ability float64, c *rand.Rand) assessment.Answer {
	a := assessment.Answer{Question: q.Slug}
	right := c.Float64() < ability
	if !right && c.IntN(25) == 0 {
		return a
	}
	switch q.Kind {
	case assessment.Numeric:
		v := k.Value
		if !right {
			v += (k.Tolerance + 1) * float64(1+c.IntN(9))
		}
		a.Value = strconv.FormatFloat(v, 'f', -1, 64)
	case assessment.Ordering:
		a.Options = slices.Clone(k.Right)
		if !right && len(a.Options) > 1 {
			i := c.IntN(len(a.Options) - 1)
			a.Options[i], a.Options[i+1] = a.Options[i+1], a.Options[i]
		}
	case assessment.TrueFalse:
		a.Options = slices.Clone(k.Right)
		if !right {
			a.Options = []string{map[string]string{"true": "false", "false": "true"}[k.Right[0]]}
		}
	default:
		a.Options = slices.Clone(k.Right)
		if !right {
			a.Options = mistaken(q, k, c)
		}
	}
	return a
}

// mistaken chooses one wrong option.
func mistaken(q assessment.Question, k assessment.Key, c *rand.Rand) []string {
	var wrong []string
	for _, o := range q.Options {
		if !slices.Contains(k.Right, o.Slug) {
			wrong = append(wrong, o.Slug)
		}
	}
	if len(wrong) == 0 {
		return nil
	}
	return []string{wrong[c.IntN(len(wrong))]}
}
