package main

import "context"

type reportCmd struct {
	storage
}

// Run is replaced by the sub-commands of reports.
func (c *reportCmd) Run(context.Context) error { return nil }
