package web

import (
	"context"
	"strconv"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"darasa/backend/darasa"
)

// watcher counts requests for /metrics.
type watcher struct {
	Registry *prometheus.Registry
	seconds  *prometheus.HistogramVec
	bytes    *prometheus.CounterVec
	once     sync.Once
}

func newWatcher() *watcher {
	w := &watcher{
		Registry: prometheus.NewRegistry(),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "darasa_request_seconds", Help: "Time to answer, by route and status class.",
			Buckets: []float64{.001, .005, .01, .05, .1, .5, 1, 5, 30},
		}, []string{"route", "method", "status"}),
		bytes: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "darasa_response_bytes_total", Help: "Bytes of answers' bodies, by route.",
		}, []string{"route"}),
	}
	w.Registry.MustRegister(w.seconds, w.bytes, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return w
}

// seen counts one answered request under its row's path, never its address:
// a label must not grow with the number of learners.
func (w *watcher) seen(c *fiber.Ctx, took time.Duration) {
	route := "none"
	if r, ok := c.Locals("route").(*Route); ok {
		route = r.Path
	}
	w.seconds.WithLabelValues(route, c.Method(), strconv.Itoa(c.Response().StatusCode()/100)+"xx").Observe(took.Seconds())
	w.bytes.WithLabelValues(route).Add(float64(len(c.Response().Body())))
}

// Metrics returns the registry that the command serves on --metrics-addr.
func (s *Server) Metrics() *prometheus.Registry { return s.watch.Registry }

// Dependency is something that /readyz asks.
type Dependency struct {
	Name string
	Ping func(context.Context) error
}

// readyIn is how long a dependency may take to answer /readyz.
const readyIn = 3 * time.Second

func (s *Server) healthRoutes() []Route {
	return []Route{
		{Method: "GET", Path: "/healthz", Access: Anybody, As: API, NoLang: true, NoCookie: true, Handle: s.healthz},
		{Method: "GET", Path: "/readyz", Access: Anybody, As: API, NoLang: true, NoCookie: true, Handle: s.readyz},
	}
}

// healthz tells that the process answers.
func (s *Server) healthz(r *Req) error {
	return r.JSON(fiber.StatusOK, map[string]string{"status": "ok", "version": s.cfg.Version})
}

// readyz tells which dependency is down.
func (s *Server) readyz(r *Req) error {
	ctx, cancel := context.WithTimeout(r.Ctx(), readyIn)
	defer cancel()
	status := fiber.StatusOK
	state := map[string]string{}
	for _, d := range s.Dependencies {
		state[d.Name] = "ok"
		if err := d.Ping(ctx); err != nil {
			status = fiber.StatusServiceUnavailable
			state[d.Name] = asError(err).Text.In(darasa.English)
			s.cfg.Log.Error("not ready", "dependency", d.Name, "error", err.Error())
		}
	}
	return r.JSON(status, state)
}
