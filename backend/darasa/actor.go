package darasa

import "slices"

// Role is what a person may do within one institution.
type Role string

// The roles, from the least to the most far-reaching.
const (
	Learner          Role = "learner"
	Trainer          Role = "trainer"
	Author           Role = "author"
	InstitutionAdmin Role = "admin"
	NationalAdmin    Role = "national"
)

// Roles lists every role.
var Roles = []Role{Learner, Trainer, Author, InstitutionAdmin, NationalAdmin}

// ParseRole returns the role named by s and whether there is one.
func ParseRole(s string) (Role, bool) {
	return Role(s), slices.Contains(Roles, Role(s))
}

// Actor is who acts and for which institution. It is an argument of every use
// case, so that forgetting it does not compile.
type Actor struct {
	Person      ID
	Institution ID
	Roles       []Role
	Session     ID
	Name        string // shown in the audit log beside the id
	From        string // remote address or "command", for the audit log
}

// Command returns the actor of a command run on the server's own machine: it
// has every right and the audit log names it.
func Command(name string) Actor {
	return Actor{Person: "command", Roles: Roles, Name: name, From: "command"}
}

// Anonymous tells whether nobody is signed in.
func (a Actor) Anonymous() bool { return a.Person == "" }

// Is tells whether the actor holds any of the roles in its institution. A
// national administrator counts as an institution administrator everywhere.
func (a Actor) Is(roles ...Role) bool {
	for _, r := range roles {
		if slices.Contains(a.Roles, r) {
			return true
		}
		if r == InstitutionAdmin && slices.Contains(a.Roles, NationalAdmin) {
			return true
		}
	}
	return false
}

// National tells whether the actor administers the whole platform.
func (a Actor) National() bool { return slices.Contains(a.Roles, NationalAdmin) }
