// Package mongodb keeps documents in MongoDB: the production store, on a
// replica set with majority writes. It asks for nothing but insert with _id,
// compare-and-replace by {_id, rev} (replaceOne: findOneAndReplace would send
// the old document back each time), unordered insertMany, find and count on a
// declared index and delete by _id.
package mongodb

import (
	"context"
	"errors"
	"maps"
	"strings"
	"sync/atomic"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/readpref"
	"go.mongodb.org/mongo-driver/v2/mongo/writeconcern"

	"darasa/backend/darasa"
	"darasa/backend/store"
)

// Options says where the server is.
type Options struct {
	// URI is "mongodb://user:password@host:port,host:port/database?replicaSet=…".
	URI string
	// Database overrides the one in the URI; "darasa" where both are empty.
	Database string
	// Timeout bounds each operation whose context has no deadline, 15 s where 0.
	Timeout time.Duration
}

// Store is a store.Engine on a MongoDB database.
type Store struct {
	client *mongo.Client
	db     *mongo.Database
	colls  atomic.Pointer[map[string]*collection]
}

var _ store.Engine = (*Store)(nil)

// collection is a declared collection.
type collection struct {
	spec   store.Spec
	fields []string
	*mongo.Collection
}

// Open connects and waits until the primary answers.
func Open(ctx context.Context, o Options) (*Store, error) {
	if o.Timeout == 0 {
		o.Timeout = 15 * time.Second
	}
	c := options.Client().ApplyURI(o.URI).
		SetWriteConcern(writeconcern.Majority()).
		SetServerSelectionTimeout(5 * time.Second).SetConnectTimeout(5 * time.Second).
		SetTimeout(o.Timeout).SetAppName("darasa")
	if err := c.Validate(); err != nil {
		// The cause is left out: it may repeat the address, which holds a password.
		return nil, darasa.Fail(darasa.Invalid, "Anwani ya MongoDB iandikwe mongodb://jina:siri@seva:bandari/hifadhidata.",
			"Write the MongoDB address as mongodb://user:password@host:port/database.")
	}
	client, err := mongo.Connect(c)
	if err != nil {
		return nil, translate(err)
	}
	if o.Database == "" {
		o.Database = databaseOf(o.URI)
	}
	s := &Store{client: client, db: client.Database(o.Database)}
	s.colls.Store(&map[string]*collection{})
	if err := s.Ping(ctx); err != nil {
		_ = s.Close()
		return nil, err
	}
	return s, nil
}

// databaseOf returns the database that a URI names, "darasa" where it names none.
func databaseOf(uri string) string {
	_, rest, _ := strings.Cut(uri, "://")
	rest, _, _ = strings.Cut(rest, "?")
	if _, name, ok := strings.Cut(rest, "/"); ok && name != "" {
		return name
	}
	return "darasa"
}

// Kind is "mongodb".
func (s *Store) Kind() string { return "mongodb" }

// Ping asks the primary, so that a set without one is not ready.
func (s *Store) Ping(ctx context.Context) error {
	return translate(s.client.Ping(ctx, readpref.Primary()))
}

// Close ends the connections.
func (s *Store) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := s.client.Disconnect(ctx); err != nil && !errors.Is(err, mongo.ErrClientDisconnected) {
		return translate(err)
	}
	return nil
}

func (s *Store) coll(name string) (*collection, error) {
	if c := (*s.colls.Load())[name]; c != nil {
		return c, nil
	}
	return nil, darasa.Fail(darasa.Internal, "Mkusanyiko %s haujatangazwa.", "Collection %s was not declared: call Ensure first.", name)
}

// Ensure creates the indexes that are missing, after filling in what they are
// made from in documents that were stored without.
func (s *Store) Ensure(ctx context.Context, specs ...store.Spec) error {
	for _, spec := range specs {
		if err := spec.Check(); err != nil {
			return err
		}
	}
	for _, spec := range specs {
		c := &collection{spec: spec, fields: spec.Fields(), Collection: s.db.Collection(spec.Name)}
		if err := c.ensure(ctx); err != nil {
			return translate(err)
		}
		for {
			old := s.colls.Load()
			next := maps.Clone(*old)
			next[spec.Name] = c
			if s.colls.CompareAndSwap(old, &next) {
				break
			}
		}
	}
	return nil
}

// termsName is the field that holds a document's terms, keyName that of an
// indexed field's value.
const termsName = "terms"

func keyName(field string) string {
	if field == store.IDField || field == "" {
		return "_id"
	}
	return "k_" + field
}

func (c *collection) ensure(ctx context.Context) error {
	have := map[string]bool{}
	specs, err := c.Indexes().ListSpecifications(ctx)
	if err != nil {
		return err
	}
	for _, s := range specs {
		have[s.Name] = true
	}
	var missing []mongo.IndexModel
	add := func(name string, keys bson.D) {
		if !have[name] {
			missing = append(missing, mongo.IndexModel{Keys: keys, Options: options.Index().SetName(name)})
		}
	}
	for _, ix := range c.spec.Indexes {
		keys := bson.D{}
		for _, f := range ix {
			keys = append(keys, bson.E{Key: keyName(f), Value: int32(1)})
		}
		add(strings.Join(ix, "."), append(keys, bson.E{Key: "_id", Value: int32(1)}))
	}
	if c.spec.Terms != "" {
		add(":terms", bson.D{{Key: termsName, Value: int32(1)}})
	}
	if len(missing) == 0 {
		return nil
	}
	if err := c.refill(ctx); err != nil {
		return err
	}
	_, err = c.Indexes().CreateMany(ctx, missing)
	return err
}

// refill writes every document anew with the keys of today's declaration, its
// revision kept; one that somebody changes meanwhile has them already.
func (c *collection) refill(ctx context.Context) error {
	last := ""
	for {
		page, err := c.page(ctx, bson.D{{Key: "_id", Value: bson.D{{Key: "$gt", Value: last}}}}, bson.D{{Key: "_id", Value: int32(1)}}, store.PageSize)
		if err != nil || len(page) == 0 {
			return err
		}
		for _, r := range page {
			doc, err := c.document(r)
			if err != nil {
				return err
			}
			if _, err = c.ReplaceOne(ctx, guard(r), doc); err != nil {
				return err
			}
		}
		last = page[len(page)-1].ID
	}
}
