package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/pprof"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"tamis/pipeline"
)

// metrics serves the state of a run: /metrics for Prometheus, /debug/pprof/ for
// the Go tools.
type metrics struct {
	server    *http.Server
	documents *prometheus.GaugeVec
	bytes     *prometheus.GaugeVec
	expected  *prometheus.GaugeVec
	rejects   prometheus.Gauge
	reused    prometheus.Gauge
}

// serveMetrics listens on an address such as ":9090" or "localhost:0" and returns
// the one that it got.
func serveMetrics(addr string) (*metrics, string, error) {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, "", fmt.Errorf("--metrics %s: %w", addr, err)
	}
	gauges := func(name, help string) *prometheus.GaugeVec {
		return prometheus.NewGaugeVec(prometheus.GaugeOpts{Namespace: "tamis", Name: name, Help: help}, []string{"phase"})
	}
	m := &metrics{
		documents: gauges("documents", "Documents that a phase is done with, rejects among them."),
		bytes:     gauges("bytes", "Bytes that a phase is done with: of the files for map, of the documents for write."),
		expected:  gauges("expected_bytes", "Bytes that a phase will have done in the end, 0 if unknown."),
		rejects:   prometheus.NewGauge(prometheus.GaugeOpts{Namespace: "tamis", Name: "rejects", Help: "Sources that were rejected."}),
		reused:    prometheus.NewGauge(prometheus.GaugeOpts{Namespace: "tamis", Name: "reused_documents", Help: "Documents that an earlier run had mapped."}),
	}
	r := prometheus.NewRegistry()
	r.MustRegister(m.documents, m.bytes, m.expected, m.rejects, m.reused, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	mux := http.NewServeMux()
	mux.Handle("/metrics", promhttp.HandlerFor(r, promhttp.HandlerOpts{}))
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("/debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("/debug/pprof/trace", pprof.Trace)
	m.server = &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	go m.server.Serve(l) // it ends with Shutdown
	return m, l.Addr().String(), nil
}

func (m *metrics) show(s pipeline.Progress) {
	m.documents.WithLabelValues(s.Phase).Set(float64(s.Documents))
	m.bytes.WithLabelValues(s.Phase).Set(float64(s.Bytes))
	m.expected.WithLabelValues(s.Phase).Set(float64(s.AllBytes))
	m.rejects.Set(float64(s.Rejects))
	if s.Phase == "map" {
		m.reused.Set(float64(s.Reused))
	}
}

func (m *metrics) close() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	m.server.Shutdown(ctx)
}
