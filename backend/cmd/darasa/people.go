package main

// hooks is written elsewhere.
func (w *world) hooks() {}
