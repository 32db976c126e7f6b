package mongodb

import (
	"context"
	"regexp"

	"go.mongodb.org/mongo-driver/v2/bson"

	"darasa/backend/darasa"
	"darasa/backend/store"
)

var operators = map[string]string{"=": "$eq", ">=": "$gte", "<": "$lt"}

// filter writes a plan's conditions. Each stands alone under $and, so that two
// on one field are both kept.
func filter(p store.Plan) bson.D {
	all := bson.A{}
	add := func(field, op string, v any) {
		all = append(all, bson.D{{Key: field, Value: bson.D{{Key: op, Value: v}}}})
	}
	switch {
	case p.Term != "" && p.TermEnd == "":
		add(termsName, "$eq", p.Term)
	case p.Term != "":
		// An anchored expression walks the index between two bounds, and unlike
		// $gte with $lt on an array holds one and the same term to both.
		all = append(all, bson.D{{Key: termsName, Value: bson.Regex{Pattern: "^" + regexp.QuoteMeta(p.Term)}}})
	}
	for _, c := range p.Conds {
		if c.Op == "in" {
			add(keyName(c.Field), "$in", bson.A(c.Values))
			continue
		}
		add(keyName(c.Field), operators[c.Op], c.Value)
	}
	if p.After != nil {
		all = append(all, after(p)...)
	}
	if len(all) == 0 {
		return bson.D{}
	}
	return bson.D{{Key: "$and", Value: all}}
}

// after selects what comes behind a place: the first condition bounds the
// index, the second breaks the tie by id.
func after(p store.Plan) bson.A {
	beyond, from := "$gt", "$gte"
	if p.Descending {
		beyond, from = "$lt", "$lte"
	}
	past := func(field string, op string, v any) bson.D {
		return bson.D{{Key: field, Value: bson.D{{Key: op, Value: v}}}}
	}
	if p.Order == "" {
		return bson.A{past("_id", beyond, p.After.ID)}
	}
	key := keyName(p.Order)
	tie := bson.D{{Key: key, Value: p.After.Value}, {Key: "_id", Value: bson.D{{Key: beyond, Value: p.After.ID}}}}
	return bson.A{
		past(key, from, p.After.Value),
		bson.D{{Key: "$or", Value: bson.A{past(key, beyond, p.After.Value), tie}}},
	}
}

// Find reads one page.
func (s *Store) Find(ctx context.Context, coll string, q store.Query) ([]store.Record, error) {
	c, err := s.coll(coll)
	if err != nil {
		return nil, err
	}
	p, err := c.spec.Plan(q)
	if err != nil {
		return nil, err
	}
	direction := int32(1)
	if p.Descending {
		direction = -1
	}
	sort := bson.D{}
	if p.Order != "" {
		sort = append(sort, bson.E{Key: keyName(p.Order), Value: direction})
	}
	sort = append(sort, bson.E{Key: "_id", Value: direction})
	rs, err := c.page(ctx, filter(p), sort, p.Limit)
	return rs, translate(err)
}

// Count counts matches up to the cap.
func (s *Store) Count(ctx context.Context, coll string, q store.Query) (int, error) {
	c, err := s.coll(coll)
	if err != nil {
		return 0, err
	}
	q.Order, q.After, q.Limit = "", nil, 0
	p, err := c.spec.Plan(q)
	if err != nil {
		return 0, err
	}
	answer, err := s.db.RunCommand(ctx, bson.D{{Key: "count", Value: coll}, {Key: "query", Value: filter(p)}, {Key: "limit", Value: int64(store.CountCap)}}).Raw()
	if err != nil {
		return 0, translate(err)
	}
	n, ok := answer.Lookup("n").AsInt64OK()
	if !ok {
		return 0, darasa.Fail(darasa.Internal, "Hifadhidata haikuhesabu.", "The database did not count.")
	}
	return int(min(n, store.CountCap)), nil
}
