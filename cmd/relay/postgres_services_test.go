//go:build services && !windows

package main

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"guitai/pos/relay"
	"guitai/store/central/centraltest"
)

// TestPostgresTwoRelays runs two relays on one PostgreSQL that do not know of each other: one adds the first till, one certificate is for both,
// and what arrives at one reaches the till that is connected to the other, by whichever of them is left.
func TestPostgresTwoRelays(t *testing.T) {
	server, err := centraltest.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Stop(); err != nil {
			t.Error(err)
		}
	})
	url, err := server.Fresh()
	if err != nil {
		t.Fatal(err)
	}
	password := func(p *program) {
		p.getenv = func(name string) string { return map[string]string{"GUITAI_RELAY_DB": url}[name] }
	}

	ca := newAuthority(t, "tls-alpn-01")
	ca.ready = make(chan struct{})
	own := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(own, ca.own(), 0o600); err != nil {
		t.Fatal(err)
	}
	secure := func() *host {
		return start(t, password, "--host", testHost, "--listen", "127.0.0.1:0", "--http", "none", "--acme-directory", ca.directory(), "--acme-ca", own)
	}
	a := secure()
	_, code := pairingIn(t, a.stdout.String())
	ca.https = a.listen
	close(ca.ready)
	first, _ := get(t, visitor(a.listen, ca.roots()), a.url+"/healthz")
	b := secure()
	second, _ := get(t, visitor(b.listen, ca.roots()), b.url+"/healthz")
	if issued, _ := ca.count(); issued != 1 || !first.TLS.PeerCertificates[0].Equal(second.TLS.PeerCertificates[0]) {
		t.Errorf("%d certificates for two relays", issued)
	}
	if b.stdout.String() != "" {
		t.Errorf("the second relay added a till too: %s", b.stdout)
	}
	a.stop()
	b.stop()

	// Without TLS for what follows: it is about who has the till.
	c := start(t, password, "--listen", "127.0.0.1:0", "--base-url", "https://"+testHost)
	d := start(t, password, "--listen", "127.0.0.1:0", "--base-url", "https://"+testHost)
	paired := pair(t, "http://"+c.listen, code)
	route := strings.TrimPrefix(paired.NotifyURL, "https://"+testHost)
	requests, _ := events(t, "http://"+d.listen, paired.Token)
	status, body, err := post(t.Context(), http.DefaultClient, "http://"+c.listen+route, "", "text/xml", "<xml><n>1</n></xml>")
	if err != nil || status != http.StatusOK || !strings.Contains(body, "SUCCESS") {
		t.Fatalf("%d %s %v", status, body, err)
	}
	select {
	case r := <-requests:
		if string(r.Body) != "<xml><n>1</n></xml>" || !r.Stored {
			t.Errorf("%+v", r)
		}
	case <-time.After(longEnough):
		t.Error("what came to one relay did not reach the till at the other")
	}
	for _, h := range []*host{c, d} {
		if text := h.stdout.String() + h.stderr.String(); strings.Contains(text, centraltest.Password) || strings.Contains(text, centraltest.PasswordEscaped) {
			t.Errorf("the log has the password: %s", text)
		}
	}
	if r := command(t, "till", "list", "--db", url); r.code != exitDone || !strings.Contains(r.out, "T1") || !strings.Contains(r.out, paired.NotifyURL) {
		t.Errorf("%+v", r)
	}
	c.stop()
	if status, body, err := post(t.Context(), http.DefaultClient, "http://"+d.listen+relay.PathAnswer, paired.Token, "application/json", `{"answers":[]}`); err != nil || status/100 == 5 {
		t.Errorf("the other serves on: %d %s %v", status, body, err)
	}
}
