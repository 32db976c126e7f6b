package main

import (
	"context"
	"fmt"
	"net/http"
	"time"
)

type healthCmd struct {
	Addr string `help:"Address of the server." default:"127.0.0.1:8080"`
}

// Run asks /readyz: exit 0 when every dependency answers. A container without
// a shell uses it as its health check.
func (c *healthCmd) Run(ctx context.Context, s streams) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+c.Addr+"/readyz", nil)
	if err != nil {
		return usage{err}
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("not ready: %s", res.Status)
	}
	fmt.Fprintln(s.out, "ready")
	return nil
}
