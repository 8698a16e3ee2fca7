package main

import (
	"context"
	"crypto/tls"
	"errors"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"syscall"
	"time"

	"guitai/pos"
	"guitai/pos/relay"
	"guitai/store/central"
)

// stopWithin is how long the end waits for answers that are under way: a till's three seconds and a commit fit in several times.
const stopWithin = 12 * time.Second

// service is a relay that serves. What it starts ends before [service.run] returns.
type service struct {
	p     *program
	set   settings
	log   *slog.Logger
	state *central.Central
	relay *relay.Server
	files *certFiles // nil unless --cert
	acme  *acmeCerts // nil unless --host

	metrics *metrics
	faces   []face
}

// face is an address that answers.
type face struct {
	server   *http.Server
	listener net.Listener
}

// serve runs a relay until ctx ends.
func (p *program) serve(ctx context.Context, set settings) error {
	s := &service{p: p, set: set, log: p.logger(set.log), metrics: newMetrics()}
	listeners, err := s.prepare()
	if err != nil {
		return err
	}
	defer func() { // a listener that a server has is closed by it; closing it again is nothing
		for _, l := range listeners {
			if l != nil {
				_ = l.Close()
			}
		}
	}()
	state, dsn, err := p.open(ctx)
	if err != nil && ctx.Err() != nil {
		return nil // told to end while it waited for the database: it did
	}
	if err != nil {
		return err
	}
	s.state = state
	err = s.serve(ctx, listeners, named(dsn))
	if closing := state.Close(); err == nil && closing != nil {
		err = fault("stopped", closing)
	}
	return err
}

// The order of what prepare returns.
const (
	faceWeb = iota
	faceHTTP
	faceMetrics
)

// prepare does what can fail for want of a right or a file before the database is touched.
func (s *service) prepare() (listeners [3]net.Listener, err error) {
	if s.set.cert != "" {
		if s.files, err = loadCertFiles(s.set.cert, s.set.key, s.log, s.p.now); err != nil {
			return listeners, err
		}
	}
	addresses := [3]string{faceWeb: s.set.listen, faceMetrics: s.set.metrics}
	if s.set.host != "" && s.set.http != "none" {
		addresses[faceHTTP] = s.set.http
	}
	for i, address := range addresses {
		if address == "" {
			continue
		}
		if listeners[i], err = listen(address); err != nil {
			for _, l := range listeners[:i] {
				if l != nil {
					_ = l.Close()
				}
			}
			return [3]net.Listener{}, err
		}
	}
	port := listeners[faceWeb].Addr().(*net.TCPAddr).Port
	switch {
	case s.set.baseURL != "":
	case s.files != nil:
		if s.set.baseURL = s.files.base(port); s.set.baseURL == "" {
			err = usage("cert-no-name", s.set.cert)
		}
	default: // plain http on loopback, for a try
		s.set.baseURL = "http://" + listeners[faceWeb].Addr().String()
	}
	return listeners, err
}

func listen(address string) (net.Listener, error) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, cannotListen(address, err)
	}
	return l, nil
}

func cannotListen(address string, err error) error {
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return fault("port-taken", address, err)
	case errors.Is(err, fs.ErrPermission):
		return fault("port-denied", address, err)
	}
	return fault("cannot-listen", address, err)
}

// serve answers on the listeners until ctx ends or one of them fails.
func (s *service) serve(ctx context.Context, listeners [3]net.Listener, database string) error {
	// What runs beside the requests ends when serve does, and after them.
	beside, stopBeside := context.WithCancel(context.WithoutCancel(ctx))
	var running sync.WaitGroup
	defer running.Wait()
	defer stopBeside()
	stop := func() {
		s.log.Info("stopping")
		stopBeside() // streams end, and their tills come back, to another relay if there is one
		s.shut(ctx)
		running.Wait()
		s.log.Info("stopped")
	}

	if err := s.first(ctx); err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return err
	}
	config := relay.Config{Central: s.state, BaseURL: s.set.baseURL, Log: s.log, Metrics: s.metrics.hooks}
	if !s.set.secure() { // whoever connects is the proxy in front
		config.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}
	}
	s.relay = relay.NewServer(config)
	if err := s.dress(beside, listeners); err != nil {
		return err
	}
	ended := make(chan error, len(s.faces)+1)
	running.Go(func() {
		if err := s.relay.Run(beside); err != nil {
			ended <- err
		}
	})
	for _, f := range s.faces {
		running.Go(func() {
			if err := f.server.Serve(f.listener); !errors.Is(err, http.ErrServerClosed) {
				ended <- err
			}
		})
	}
	if s.acme != nil {
		running.Go(func() { s.acme.fetch(beside) })
	}
	s.log.Info("serving", "url", s.set.baseURL, "listen", listeners[faceWeb].Addr().String(), "database", database, "version", programVersion())

	var err error
	for err == nil {
		select {
		case <-ctx.Done():
			stop()
			return nil
		case <-s.p.reload:
			if s.files != nil {
				s.files.reload()
			}
		case err = <-ended:
		}
	}
	s.log.Error("failed", "error", err)
	stop()
	return fault("stopped", err)
}

// dress makes a server for each listener.
func (s *service) dress(ctx context.Context, listeners [3]net.Listener) error {
	add := func(l net.Listener, h http.Handler, config *tls.Config) {
		server := relay.HTTPServer(h)
		server.ErrorLog = slog.NewLogLogger(s.log.Handler(), slog.LevelDebug) // handshakes that strangers break off are no news
		if config != nil {
			server.TLSConfig = config
			l = tls.NewListener(l, config)
		}
		s.faces = append(s.faces, face{server, l})
	}
	var expires func() time.Time
	switch {
	case s.files != nil:
		add(listeners[faceWeb], strict(s.relay), tlsConfig(s.files.certificate, false))
		expires = s.files.expires
	case s.set.host != "":
		var err error
		if s.acme, err = newACME(ctx, s.set, blobs{s.state}, s.log, s.p.now); err != nil {
			return err
		}
		add(listeners[faceWeb], strict(s.relay), tlsConfig(s.acme.certificate, true))
		if listeners[faceHTTP] != nil {
			add(listeners[faceHTTP], s.acme.port80(s.set.baseURL), nil)
		}
		expires = s.acme.expires
	default:
		add(listeners[faceWeb], s.relay, nil)
	}
	if listeners[faceMetrics] != nil {
		s.metrics.watch(s.relay.Stats, expires)
		add(listeners[faceMetrics], s.metrics.handler(), nil)
	}
	return nil
}

// strict tells browsers to come by https from now on (HSTS).
func strict(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Strict-Transport-Security", "max-age=31536000")
		h.ServeHTTP(w, r)
	})
}

// shut takes no more requests, and waits for the answers that are under way.
func (s *service) shut(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
	defer cancel()
	var all sync.WaitGroup
	for _, f := range s.faces {
		all.Go(func() {
			if err := f.server.Shutdown(ctx); err != nil {
				_ = f.server.Close() // what is left are callers who do not read
			}
		})
	}
	all.Wait()
}

// firstTill is what the first till is called, as a new till calls itself.
const firstTill = "T1"

// first leaves the relay's URL for "till add". A database without tills gets one, and its pairing line is printed; so is another while there
// is nothing but one till whose code is too old: a relay without any till is of no use.
func (s *service) first(ctx context.Context) error {
	if err := s.state.PutBlob(ctx, blobBase, []byte(s.set.baseURL)); err != nil {
		return err
	}
	tills, err := s.state.Tills(ctx)
	if err != nil {
		return err
	}
	now := s.p.now()
	code := relay.NewCode(nil)
	w := s.p.words()
	var what string
	switch {
	case len(tills) == 0:
		till, err := s.state.AddTill(ctx, "", firstTill, relay.HashToken(code), now.Add(relay.CodeLife), now)
		if pos.CodeOf(err) == pos.CodeConflict {
			return nil // another relay on the same database was faster, and has printed it
		}
		if err != nil {
			return err
		}
		what = w.label("first-till", calledTill(till))
	case len(tills) == 1 && tills[0].PairedAt.IsZero() && tills[0].RevokedAt.IsZero() && now.Sub(tills[0].AddedAt) > relay.CodeLife:
		if _, err := s.state.RenewCode(ctx, tills[0].ID, relay.HashToken(code), now.Add(relay.CodeLife), now); err != nil {
			return err
		}
		what = w.label("first-code", calledTill(tills[0]))
	default:
		return nil
	}
	_ = say(s.p.stdout, "%s\n%s\n\n  %s\n\n%s\n", plain(what), w.label("paste", int(relay.CodeLife.Minutes())), relay.PairingText(s.set.baseURL, code),
		w.label("later-code", firstTill)) // it serves without a terminal too
	return nil
}
