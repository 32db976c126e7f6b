package mongodb

import (
	"context"
	"errors"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"darasa/backend/darasa"
	"darasa/backend/store"
)

var (
	errMissing = darasa.Fail(darasa.NotFound, "Hakipo.", "Not found.")
	errExists  = darasa.Fail(darasa.Conflict, "Tayari kipo.", "It exists already.")
	errMoved   = darasa.Fail(darasa.Conflict, "Kimebadilishwa na mwingine.", "Somebody else changed it.")

	onlyID = bson.D{{Key: "_id", Value: int32(1)}}
)

func byID(id string) bson.D { return bson.D{{Key: "_id", Value: id}} }

// guard selects a document as long as nobody changed it.
func guard(r store.Record) bson.D {
	return bson.D{{Key: "_id", Value: r.ID}, {Key: "rev", Value: r.Rev}}
}

// Get reads one document.
func (s *Store) Get(ctx context.Context, coll, id string) (store.Record, error) {
	c, err := s.coll(coll)
	if err != nil {
		return store.Record{}, err
	}
	raw, err := c.FindOne(ctx, byID(id)).Raw()
	if err != nil {
		return store.Record{}, translate(err)
	}
	r, err := record(raw)
	return r, translate(err)
}

// GetMany reads the documents that exist among ids.
func (s *Store) GetMany(ctx context.Context, coll string, ids []string) ([]store.Record, error) {
	c, err := s.coll(coll)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	rs, err := c.page(ctx, bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: ids}}}}, nil, 0)
	return rs, translate(err)
}

// page reads what a filter finds; sort may be nil, limit 0 for no limit.
func (c *collection) page(ctx context.Context, filter, sort bson.D, limit int) ([]store.Record, error) {
	o := options.Find().SetLimit(int64(limit)).SetBatchSize(int32(store.PageSize))
	if sort != nil {
		o.SetSort(sort)
	}
	cursor, err := c.Find(ctx, filter, o)
	if err != nil {
		return nil, err
	}
	defer cursor.Close(ctx)
	var out []store.Record
	for cursor.Next(ctx) {
		r, err := record(cursor.Current)
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, cursor.Err()
}

// Insert stores a new document with revision 1.
func (s *Store) Insert(ctx context.Context, coll string, r store.Record) error {
	c, err := s.coll(coll)
	if err != nil {
		return err
	}
	r.Rev = 1
	doc, err := c.document(r)
	if err == nil {
		_, err = c.InsertOne(ctx, doc)
	}
	return translate(err)
}

// InsertMany stores new documents without order, each with its own verdict.
func (s *Store) InsertMany(ctx context.Context, coll string, rs []store.Record) ([]error, error) {
	c, err := s.coll(coll)
	if err != nil {
		return nil, err
	}
	fresh := make([]store.Record, len(rs))
	for i, r := range rs {
		r.Rev = 1
		fresh[i] = r
	}
	verdicts, err := c.insertMany(ctx, fresh)
	return verdicts, translate(err)
}

func (c *collection) insertMany(ctx context.Context, rs []store.Record) ([]error, error) {
	verdicts := make([]error, len(rs))
	var docs []any
	var places []int // of each document among the verdicts
	for i, r := range rs {
		doc, err := c.document(r)
		if err != nil {
			verdicts[i] = err
			continue
		}
		docs, places = append(docs, doc), append(places, i)
	}
	if len(docs) == 0 {
		return verdicts, nil
	}
	_, err := c.Collection.InsertMany(ctx, docs, options.InsertMany().SetOrdered(false))
	var bulk mongo.BulkWriteException
	if !errors.As(err, &bulk) || bulk.WriteConcernError != nil {
		return verdicts, err
	}
	for _, e := range bulk.WriteErrors {
		verdicts[places[e.Index]] = translate(mongo.WriteException{WriteErrors: mongo.WriteErrors{e.WriteError}})
	}
	return verdicts, nil
}

// Import stores records as they are, over what is there.
func (s *Store) Import(ctx context.Context, coll string, rs []store.Record) error {
	c, err := s.coll(coll)
	if err != nil {
		return err
	}
	verdicts, err := c.insertMany(ctx, rs)
	if err != nil {
		return translate(err)
	}
	for i, v := range verdicts {
		if v == nil {
			continue
		}
		if darasa.CodeOf(v) != darasa.Conflict {
			return v
		}
		doc, err := c.document(rs[i])
		if err != nil {
			return err
		}
		if _, err = c.ReplaceOne(ctx, byID(rs[i].ID), doc); err != nil {
			return translate(err)
		}
	}
	return nil
}

// Replace stores r where the stored revision is still r.Rev.
func (s *Store) Replace(ctx context.Context, coll string, r store.Record) error {
	c, err := s.coll(coll)
	if err != nil {
		return err
	}
	next := r
	next.Rev++
	doc, err := c.document(next)
	if err != nil {
		return err
	}
	done, err := c.ReplaceOne(ctx, guard(r), doc)
	if err != nil || done.MatchedCount > 0 {
		return translate(err)
	}
	err = c.FindOne(ctx, byID(r.ID), options.FindOne().SetProjection(onlyID)).Err()
	if err == nil {
		return errMoved
	}
	return translate(err)
}

// Delete removes a document where it is there.
func (s *Store) Delete(ctx context.Context, coll, id string) error {
	c, err := s.coll(coll)
	if err == nil {
		_, err = c.DeleteOne(ctx, byID(id))
	}
	return translate(err)
}
