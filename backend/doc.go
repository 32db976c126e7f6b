// Package backend holds the server's packages and the test of their arrows.
package backend
