package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"runtime/debug"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"darasa/backend/darasa"
	"darasa/backend/jobs"
	"darasa/backend/web"
	"darasa/frontend"
)

type serveCmd struct {
	storage
	Addr    string `help:"Address to listen on." default:"127.0.0.1:8080"`
	Content string `name:"content-url" help:"The content host's address; by default content. before the host of --url." placeholder:"URL"`
	Metrics string `name:"metrics-addr" help:"Address for /metrics; none without it." placeholder:"ADDR"`
	Cert    string `name:"tls-cert" help:"Certificate file (PEM)." placeholder:"FILE"`
	Key     string `name:"tls-key" help:"Key file (PEM)." placeholder:"FILE"`
	Worker  string `help:"Work through jobs in this process too." enum:"inside,off" default:"inside"`
	Demo    bool   `help:"Load the shipped courses, five institutions and demonstration accounts."`
}

// drain is how long requests under way may take after a stop was asked for.
const drain = 20 * time.Second

// gcPercent lets the heap grow further between collections than Go's own 100:
// 3 to 8 % less CPU under load; trim gives the memory back afterwards.
const gcPercent = 200

// Run serves until it is told to stop.
func (c *serveCmd) Run(ctx context.Context, s streams) error {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	log := slog.New(slog.NewJSONHandler(s.err, nil))
	assets, err := frontend.LoadAssets()
	if err != nil {
		return err
	}
	w, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer w.close()
	if err := c.safe(w); err != nil {
		return err
	}
	if err := w.keepBase(ctx); err != nil {
		return err
	}
	if c.Demo {
		if err := w.demo(ctx, darasa.Now(), s.err); err != nil {
			return err
		}
	}
	content, err := c.contentURL(w)
	if err != nil {
		return err
	}
	server := web.New(web.Config{URL: w.url, ContentURL: content, Zone: w.zone, Secret: w.secret, Log: log, Version: version,
		Now: darasa.Now, BehindProxy: w.url.Scheme == "https" && c.Cert == ""}, w.services(assets))
	l, err := c.listen(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(s.err, "Darasa %s serves %s (store: %s, media: %s)\n", version, w.url, w.engine.Kind(), w.media.Kind())
	return c.serve(ctx, server, l, w, log)
}

// safe refuses to send passwords in the clear over a network.
func (c *serveCmd) safe(w *world) error {
	switch {
	case (c.Cert == "") != (c.Key == ""):
		return usage{errors.New("--tls-cert and --tls-key go together")}
	case onlyLoopback(c.Addr) || c.Cert != "" || w.url.Scheme == "https":
		return nil
	}
	return usage{fmt.Errorf("%s can be reached from other machines, and passwords would travel in the clear.\n"+
		"Give --tls-cert and --tls-key, or put a proxy with TLS in front and give its address: --url https://…\n"+
		"For this machine alone: --addr 127.0.0.1:8080", c.Addr)}
}

func (c *serveCmd) listen(ctx context.Context) (net.Listener, error) {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", c.Addr)
	if err != nil {
		return nil, fmt.Errorf("cannot listen on %s: %w", c.Addr, err)
	}
	if c.Cert == "" {
		return l, nil
	}
	pair, err := tls.LoadX509KeyPair(c.Cert, c.Key)
	if err != nil {
		return nil, fmt.Errorf("the certificate cannot be used: %w", err)
	}
	return tls.NewListener(l, &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}), nil
}

// serve runs the edge, the worker and the metrics until ctx ends, then stops
// them in that order.
func (c *serveCmd) serve(ctx context.Context, server *web.Server, l net.Listener, w *world, log *slog.Logger) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	ended := make(chan error, 2)
	go func() { ended <- server.Listen(l) }()
	go trim(ctx)
	if c.Metrics != "" {
		m := &http.Server{Addr: c.Metrics, Handler: promhttp.HandlerFor(server.Metrics(), promhttp.HandlerOpts{}), ReadHeaderTimeout: 5 * time.Second}
		go func() { ended <- m.ListenAndServe() }()
		defer m.Close()
	}
	worked := make(chan struct{})
	go func() {
		defer close(worked)
		if c.Worker == "inside" {
			w.worker(log).Run(ctx)
		}
	}()
	var err error
	select {
	case err = <-ended:
	case <-ctx.Done():
		log.Info("stopping")
	}
	stop()
	last, cancel := context.WithTimeout(context.Background(), drain)
	defer cancel()
	err = errors.Join(err, server.Shutdown(last))
	<-worked
	return err
}

// worker returns the runner of this store's jobs.
func (w *world) worker(log *slog.Logger) *jobs.Worker {
	host, _ := os.Hostname()
	run := jobs.New(w.book, log, fmt.Sprintf("%s/%d", host, os.Getpid()), w.zone, darasa.Now)
	w.handlers(run)
	return run
}

type workerCmd struct {
	storage
}

// Run works through jobs until it is told to stop.
func (c *workerCmd) Run(ctx context.Context, s streams) error {
	log := slog.New(slog.NewJSONHandler(s.err, nil))
	w, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer w.close()
	log.Info("working", "store", w.engine.Kind())
	w.worker(log).Run(ctx)
	return nil
}
