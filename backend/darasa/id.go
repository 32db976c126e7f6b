package darasa

import (
	"strings"

	"github.com/google/uuid"
)

// ID is the text form of a UUID in lower case, or a slug where content is named.
type ID string

// namespace is UUIDv5(DNS, "darasa"), the root of every derived identifier.
var namespace = uuid.NewSHA1(uuid.NameSpaceDNS, []byte("darasa"))

// NewID returns a UUIDv7 (RFC 9562 section 5.7): ids of one maker sort by time.
func NewID() ID {
	return ID(uuid.Must(uuid.NewV7()).String())
}

// DeriveID returns the UUIDv5 of kind and parts joined by "/". The same parts
// always give the same id, so that doing a thing twice makes one document.
func DeriveID(kind string, parts ...string) ID {
	name := kind + "/" + strings.Join(parts, "/")
	return ID(uuid.NewSHA1(namespace, []byte(name)).String())
}

// ValidUUID tells whether s is a UUID in its canonical lower-case text form.
func ValidUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	u, err := uuid.Parse(s)
	return err == nil && u.String() == s
}

// String returns the id as text.
func (id ID) String() string { return string(id) }
