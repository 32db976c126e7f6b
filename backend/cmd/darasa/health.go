package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"net/http"
	"strings"
	"time"
)

type healthCmd struct {
	Addr string `help:"Address of the server; https://… where it has a certificate of its own." default:"127.0.0.1:8080"`
}

// Run asks /readyz: exit 0 when every dependency answers. A container without
// a shell uses it as its health check.
func (c *healthCmd) Run(ctx context.Context, s streams) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	base := strings.TrimSuffix(c.Addr, "/")
	if !strings.Contains(base, "://") {
		base = "http://" + base
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/readyz", nil)
	if err != nil {
		return usage{err}
	}
	client := &http.Client{}
	if onlyLoopback(req.URL.Host) { // the certificate names the platform, not this machine
		client.Transport = &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}
	}
	res, err := client.Do(req)
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
