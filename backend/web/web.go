// Package web is the edge: it turns requests into calls of use cases and their
// answers into pages, problem documents and files. fiber lives only here, and
// a *fiber.Ctx never leaves this package. Every route is a row of one access
// table (Routes), so that who may do what can be read and tested in one place.
package web

import (
	"context"
	"log/slog"
	"net"
	"net/url"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"darasa/backend/darasa"
)

// Config is what the command decides about the edge.
type Config struct {
	URL        *url.URL // the platform's own address
	ContentURL *url.URL // the content host's address, on the same site
	Zone       *time.Location
	Secret     []byte // 32 bytes; purposes are separated by HKDF
	Log        *slog.Logger
	Version    string
	Now        func() darasa.Time
	// BehindProxy says that a proxy of ours ends TLS: the caller's address is
	// then taken from X-Forwarded-For, but only from a private or local peer.
	BehindProxy bool
}

// Secure tells whether the platform is reached by TLS.
func (c Config) Secure() bool { return c.URL.Scheme == "https" }

// Server is the running edge.
type Server struct {
	cfg     Config
	app     *fiber.App
	routes  []Route
	hosts   map[string]side
	formKey []byte
	rates   *limiter
	watch   *watcher
	Services
}

// New wires the routes to the use cases. It starts nothing.
func New(cfg Config, s Services) *Server {
	srv := &Server{cfg: cfg, Services: s, rates: newLimiter(), watch: newWatcher(), formKey: deriveKey(cfg.Secret, "form")}
	srv.hosts = hosts(cfg)
	header := ""
	if cfg.BehindProxy {
		header = fiber.HeaderXForwardedFor
	}
	srv.app = fiber.New(fiber.Config{
		ProxyHeader:             header,
		EnableIPValidation:      cfg.BehindProxy,
		EnableTrustedProxyCheck: cfg.BehindProxy,
		TrustedProxies:          []string{"127.0.0.0/8", "::1", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fd00::/8"},
		Immutable:               true,
		StreamRequestBody:       true,
		// Else fasthttp reads a whole upload by itself, before any limit of ours.
		DisablePreParseMultipartForm: true,
		DisableStartupMessage:        true,
		BodyLimit:                    1, // bytes that fasthttp waits for before a handler runs; each route has its own limit
		ReadTimeout:                  5 * time.Minute,
		WriteTimeout:                 10 * time.Minute,
		IdleTimeout:                  6 * time.Minute, // a new connection costs two seconds on 2G
		ErrorHandler:                 srv.lastResort,
		ServerHeader:                 "",
		StrictRouting:                true,
		CaseSensitive:                true,
		ReadBufferSize:               16 << 10,
		ReduceMemoryUsage:            true,
	})
	srv.app.Use(srv.outer)
	srv.register(srv.allRoutes())
	srv.app.Use(srv.missing)
	return srv
}

// Listen serves on l until Shutdown.
func (s *Server) Listen(l net.Listener) error { return s.app.Listener(l) }

// Shutdown stops taking requests and waits for those under way, at most until
// ctx ends.
func (s *Server) Shutdown(ctx context.Context) error { return s.app.ShutdownWithContext(ctx) }

// App gives tests the handler to call without a socket.
func (s *Server) App() *fiber.App { return s.app }

type side int

const (
	platform side = iota + 1
	content
)

// hosts maps the host names that we answer to, without port. Cookies ignore
// ports, so the content side must be another host, not another port.
func hosts(cfg Config) map[string]side {
	h := map[string]side{"127.0.0.1": platform, "localhost": platform, "::1": platform}
	h[cfg.URL.Hostname()] = platform
	if cfg.ContentURL != nil {
		h[cfg.ContentURL.Hostname()] = content
	}
	return h
}

func hostname(hostport string) string {
	if h, _, err := net.SplitHostPort(hostport); err == nil {
		return strings.ToLower(h)
	}
	return strings.ToLower(strings.Trim(hostport, "[]"))
}
