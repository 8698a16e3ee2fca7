package main

import (
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"guitai/pos"
	"guitai/pos/relay"
)

// metrics are what Prometheus is told. Their names are kept once shipped. No label has a shop, a till or a route: those are as many as there
// are tills.
type metrics struct {
	registry *prometheus.Registry
	hooks    relay.Metrics
}

func newMetrics() *metrics {
	m := &metrics{registry: prometheus.NewRegistry()}
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		c := prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: "guitai", Subsystem: "relay", Name: name, Help: help}, labels)
		m.registry.MustRegister(c)
		return c
	}
	requests := counter("requests_total", "Requests from outside, by kind (notice, callback, prepay) and what became of them.", "kind", "outcome")
	bytes := counter("bytes_total", "Bytes that came in by requests from outside, and that went down to tills.", "direction")
	delivered := counter("delivered_total", "Stored notices that were handed to tills, each time.").WithLabelValues()
	answers := counter("answers_total", "Answers that came from tills.").WithLabelValues()
	unauthorized := counter("unauthorized_total", "Tokens and pairing codes that are none.").WithLabelValues()
	took := prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Namespace: "guitai", Subsystem: "relay", Name: "request_seconds",
		Help:    "How long a request from outside took to be answered. WeChat waits five seconds.",
		Buckets: []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2, 3, 4, 5},
	}, []string{"kind"})
	m.registry.MustRegister(took, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	m.gauge("info", "Always 1; which version runs.", prometheus.Labels{"version": programVersion()}, func() float64 { return 1 })

	in, out := bytes.WithLabelValues("in"), bytes.WithLabelValues("out")
	m.hooks = relay.Metrics{
		Handled: func(kind pos.RelayKind, outcome relay.Outcome, d time.Duration) {
			requests.WithLabelValues(string(kind), string(outcome)).Inc()
			took.WithLabelValues(string(kind)).Observe(d.Seconds())
		},
		Bytes: func(i, o int) {
			in.Add(float64(i))
			out.Add(float64(o))
		},
		Delivered:    func(n int) { delivered.Add(float64(n)) },
		Answered:     func(n int) { answers.Add(float64(n)) },
		Unauthorized: func() { unauthorized.Inc() },
	}
	return m
}

func (m *metrics) gauge(name, help string, labels prometheus.Labels, value func() float64) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Namespace: "guitai", Subsystem: "relay", Name: name, Help: help, ConstLabels: labels,
	}, value))
}

// watch adds what is looked up when Prometheus asks. expires may be nil.
func (m *metrics) watch(stats func() relay.Stats, expires func() time.Time) {
	m.gauge("tills", "Tills that are connected to this relay.", nil, func() float64 { return float64(stats().Tills) })
	m.gauge("streams", "Their streams.", nil, func() float64 { return float64(stats().Streams) })
	m.gauge("waiting", "Requests from outside that wait for a till.", nil, func() float64 { return float64(stats().Waiting) })
	m.gauge("queued_bytes", "Bytes on their way down to tills.", nil, func() float64 { return float64(stats().Queued) })
	m.gauge("mailbox_age_seconds", "Since the mailbox was last read without an error; -1 before the first time.", nil,
		func() float64 { return age(stats().SweepAge) })
	m.gauge("routes_age_seconds", "Since routes and keys were last read without an error; -1 before the first time.", nil,
		func() float64 { return age(stats().LookAge) })
	if expires != nil {
		m.gauge("certificate_expires_seconds", "When the certificate in use expires, in seconds since 1970; 0 while there is none.", nil, func() float64 {
			at := expires()
			if at.IsZero() {
				return 0
			}
			return float64(at.Unix())
		})
	}
}

func age(d time.Duration) float64 {
	if d < 0 {
		return -1
	}
	return d.Seconds()
}

func (m *metrics) handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4}))
	return mux
}
