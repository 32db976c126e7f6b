// Package darasa holds the words that every other package speaks: identifiers,
// bilingual text, times, the actor of a use case and the one error type.
// It imports nothing of ours and decides nothing.
package darasa
