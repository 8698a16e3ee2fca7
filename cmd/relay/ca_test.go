package main

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/acme"
)

// authority is a certificate authority that speaks ACME (RFC 8555): it checks each request's signature and nonce, asks the name's host by
// tls-alpn-01 or http-01 as a public CA does, and signs. The "world" is two loopback addresses per relay.
type authority struct {
	t      *testing.T
	server *httptest.Server
	key    *ecdsa.PrivateKey
	cert   *x509.Certificate

	// Where the world's ports 443 and 80 of the name lead, for the CA's questions. An empty one is closed.
	https, http string
	offers      []string      // kinds of challenges
	ready       chan struct{} // orders wait until it is closed; nil: they do not

	mu       sync.Mutex
	nonces   map[string]bool
	accounts map[string]*ecdsa.PublicKey // by URL
	orders   []*acmeOrder
	issued   []*x509.Certificate
	asked    []string // kinds of challenges that were checked, "tls-alpn-01 ok"
	down     bool     // new orders fail
	attempts int      // orders that were asked for
	lifetime time.Duration
}

type acmeOrder struct {
	n          int
	name       string
	token      string
	account    string
	status     string // pending, ready, valid, invalid
	authz      string // pending, valid, invalid
	chain      []byte
	challenges []string
}

func newAuthority(t *testing.T, offers ...string) *authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test CA"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour), KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	a := &authority{
		t: t, key: key, cert: cert, offers: offers, nonces: map[string]bool{}, accounts: map[string]*ecdsa.PublicKey{}, lifetime: 12 * time.Hour,
	}
	a.server = httptest.NewTLSServer(a)
	t.Cleanup(a.server.Close)
	return a
}

func (a *authority) directory() string { return a.server.URL + "/directory" }

// own is the certificate of the CA's own server, for --acme-ca.
func (a *authority) own() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.server.Certificate().Raw})
}

// roots are what a client of the relay trusts.
func (a *authority) roots() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(a.cert)
	return pool
}

func (a *authority) count() (issued int, asked []string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.issued), slices.Clone(a.asked)
}

func (a *authority) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	nonce := rand.Text()
	a.nonces[nonce] = true
	a.mu.Unlock()
	w.Header().Set("Replay-Nonce", nonce)
	u := a.server.URL
	switch r.URL.Path {
	case "/directory":
		a.answer(w, http.StatusOK, map[string]any{"newNonce": u + "/nonce", "newAccount": u + "/account", "newOrder": u + "/order"})
		return
	case "/nonce":
		return
	}
	account, payload, err := a.verify(r)
	if err != nil {
		a.t.Errorf("ACME request %s: %v", r.URL.Path, err)
		a.problem(w, http.StatusBadRequest, "malformed")
		return
	}
	var n int
	var kind string
	switch {
	case r.URL.Path == "/account":
		w.Header().Set("Location", account)
		a.answer(w, http.StatusCreated, map[string]any{"status": "valid"})
	case r.URL.Path == "/order":
		a.newOrder(w, account, payload)
	case scan(r.URL.Path, "/order/%d", &n):
		a.show(w, http.StatusOK, a.order(n))
	case scan(r.URL.Path, "/authz/%d", &n):
		a.showAuthz(w, a.order(n))
	case scan(r.URL.Path, "/challenge/%d/%s", &n, &kind):
		a.challenge(w, a.order(n), kind)
	case scan(r.URL.Path, "/finalize/%d", &n):
		a.finalize(w, a.order(n), payload)
	case scan(r.URL.Path, "/cert/%d", &n):
		w.Header().Set("Content-Type", "application/pem-certificate-chain")
		_, _ = w.Write(a.order(n).chain)
	default:
		http.NotFound(w, r)
	}
}

func scan(path, format string, into ...any) bool {
	n, err := fmt.Sscanf(path, format, into...)
	return err == nil && n == len(into)
}

func (a *authority) answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

func (a *authority) problem(w http.ResponseWriter, status int, kind string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{"type": "urn:ietf:params:acme:error:" + kind, "detail": "test", "status": status})
}

// verify checks the signature of a request (RFC 8555, 6.2: flattened JWS, ES256) and returns the account and what was signed.
func (a *authority) verify(r *http.Request) (account string, payload []byte, err error) {
	var jws struct{ Protected, Payload, Signature string }
	if err := json.NewDecoder(io.LimitReader(r.Body, 1<<20)).Decode(&jws); err != nil {
		return "", nil, err
	}
	var head struct {
		Alg, Nonce, URL, KID string
		JWK                  *struct{ Crv, X, Y string }
	}
	for part, into := range map[string]any{jws.Protected: &head} {
		text, err := base64.RawURLEncoding.DecodeString(part)
		if err != nil {
			return "", nil, err
		}
		if err := json.Unmarshal(text, into); err != nil {
			return "", nil, err
		}
	}
	if payload, err = base64.RawURLEncoding.DecodeString(jws.Payload); err != nil {
		return "", nil, err
	}
	signature, err := base64.RawURLEncoding.DecodeString(jws.Signature)
	if err != nil || len(signature) != 64 || head.Alg != "ES256" {
		return "", nil, fmt.Errorf("signature %s %v", head.Alg, err)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.nonces[head.Nonce] || head.URL != a.server.URL+r.URL.Path {
		return "", nil, fmt.Errorf("nonce or URL %q", head.URL)
	}
	delete(a.nonces, head.Nonce)
	key := a.accounts[head.KID]
	account = head.KID
	if head.JWK != nil {
		x, _ := base64.RawURLEncoding.DecodeString(head.JWK.X)
		y, _ := base64.RawURLEncoding.DecodeString(head.JWK.Y)
		key = &ecdsa.PublicKey{Curve: elliptic.P256(), X: new(big.Int).SetBytes(x), Y: new(big.Int).SetBytes(y)}
		thumb, err := acme.JWKThumbprint(key)
		if err != nil {
			return "", nil, err
		}
		account = a.server.URL + "/account/" + thumb
		a.accounts[account] = key
	}
	if key == nil {
		return "", nil, fmt.Errorf("no account %q", head.KID)
	}
	sum := sha256.Sum256([]byte(jws.Protected + "." + jws.Payload))
	if !ecdsa.Verify(key, sum[:], new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])) {
		return "", nil, fmt.Errorf("wrong signature")
	}
	return account, payload, nil
}

func (a *authority) newOrder(w http.ResponseWriter, account string, payload []byte) {
	var asked struct {
		Identifiers []struct{ Type, Value string }
	}
	if err := json.Unmarshal(payload, &asked); err != nil || len(asked.Identifiers) != 1 {
		a.problem(w, http.StatusBadRequest, "malformed")
		return
	}
	if a.ready != nil {
		<-a.ready
	}
	a.mu.Lock()
	a.attempts++
	if a.down {
		a.mu.Unlock()
		a.problem(w, http.StatusForbidden, "unauthorized")
		return
	}
	o := &acmeOrder{n: len(a.orders), name: asked.Identifiers[0].Value, token: rand.Text(), account: account, status: "pending", authz: "pending", challenges: a.offers}
	a.orders = append(a.orders, o)
	a.mu.Unlock()
	a.show(w, http.StatusCreated, o)
}

func (a *authority) order(n int) *acmeOrder {
	a.mu.Lock()
	defer a.mu.Unlock()
	if n < 0 || n >= len(a.orders) {
		return &acmeOrder{status: "invalid", authz: "invalid"}
	}
	return a.orders[n]
}

func (a *authority) show(w http.ResponseWriter, status int, o *acmeOrder) {
	a.mu.Lock()
	defer a.mu.Unlock()
	u := fmt.Sprintf("%s/%%s/%d", a.server.URL, o.n)
	body := map[string]any{
		"status": o.status, "identifiers": []map[string]string{{"type": "dns", "value": o.name}},
		"authorizations": []string{fmt.Sprintf(u, "authz")}, "finalize": fmt.Sprintf(u, "finalize"),
	}
	if o.chain != nil {
		body["certificate"] = fmt.Sprintf(u, "cert")
	}
	w.Header().Set("Location", fmt.Sprintf(u, "order"))
	a.answer(w, status, body)
}

func (a *authority) challengeBody(o *acmeOrder, kind string) map[string]any {
	return map[string]any{"type": kind, "url": fmt.Sprintf("%s/challenge/%d/%s", a.server.URL, o.n, kind), "token": o.token, "status": o.authz}
}

func (a *authority) showAuthz(w http.ResponseWriter, o *acmeOrder) {
	a.mu.Lock()
	defer a.mu.Unlock()
	var all []map[string]any
	for _, kind := range o.challenges {
		all = append(all, a.challengeBody(o, kind))
	}
	a.answer(w, http.StatusOK, map[string]any{
		"status": o.authz, "identifier": map[string]string{"type": "dns", "value": o.name}, "challenges": all,
	})
}

// challenge asks the host at once.
func (a *authority) challenge(w http.ResponseWriter, o *acmeOrder, kind string) {
	thumb, err := acme.JWKThumbprint(a.accountKey(o.account))
	if err != nil {
		a.problem(w, http.StatusInternalServerError, "serverInternal")
		return
	}
	proof := o.token + "." + thumb
	if kind == "tls-alpn-01" {
		err = a.askTLS(o.name, proof)
	} else {
		err = a.askHTTP(o.name, o.token, proof)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if err == nil {
		o.authz, o.status = "valid", "ready"
		a.asked = append(a.asked, kind+" ok")
	} else {
		o.authz, o.status = "invalid", "invalid"
		a.asked = append(a.asked, kind+" failed")
	}
	a.answer(w, http.StatusOK, a.challengeBody(o, kind))
}

func (a *authority) accountKey(account string) crypto.PublicKey {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.accounts[account]
}

// askTLS is RFC 8737.
func (a *authority) askTLS(name, proof string) error {
	dialer := tls.Dialer{Config: &tls.Config{ServerName: name, NextProtos: []string{"acme-tls/1"}, InsecureSkipVerify: true}} //nolint:gosec // the extension is the proof
	ctx, cancel := context.WithTimeout(a.t.Context(), longEnough)
	defer cancel()
	conn, err := dialer.DialContext(ctx, "tcp", a.https)
	if err != nil {
		return err
	}
	defer conn.Close() //nolint:errcheck // nothing was written
	state := conn.(*tls.Conn).ConnectionState()
	want := sha256.Sum256([]byte(proof))
	for _, e := range state.PeerCertificates[0].Extensions {
		var got []byte
		if !e.Id.Equal(asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 1, 31}) {
			continue
		}
		if _, err := asn1.Unmarshal(e.Value, &got); err == nil && string(got) == string(want[:]) && state.NegotiatedProtocol == "acme-tls/1" {
			return nil
		}
	}
	return fmt.Errorf("no proof in the certificate")
}

// askHTTP is RFC 8555, 8.3.
func (a *authority) askHTTP(name, token, proof string) error {
	ctx, cancel := context.WithTimeout(a.t.Context(), longEnough)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+a.http+"/.well-known/acme-challenge/"+token, nil)
	if err != nil {
		return err
	}
	r.Host = name
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer resp.Body.Close() //nolint:errcheck // it was read
	text, err := io.ReadAll(resp.Body)
	if err != nil || strings.TrimSpace(string(text)) != proof {
		return fmt.Errorf("%d %q %v", resp.StatusCode, text, err)
	}
	return nil
}

func (a *authority) finalize(w http.ResponseWriter, o *acmeOrder, payload []byte) {
	var asked struct{ CSR string }
	if err := json.Unmarshal(payload, &asked); err != nil {
		a.problem(w, http.StatusBadRequest, "malformed")
		return
	}
	der, err := base64.RawURLEncoding.DecodeString(asked.CSR)
	if err != nil {
		a.problem(w, http.StatusBadRequest, "badCSR")
		return
	}
	request, err := x509.ParseCertificateRequest(der)
	if err != nil || request.CheckSignature() != nil || !slices.Equal(request.DNSNames, []string{o.name}) {
		a.problem(w, http.StatusBadRequest, "badCSR")
		return
	}
	a.mu.Lock()
	if o.status != "ready" {
		a.mu.Unlock()
		a.problem(w, http.StatusForbidden, "orderNotReady")
		return
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(int64(100 + o.n)), DNSNames: request.DNSNames, KeyUsage: x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		NotBefore:   time.Now().Add(-time.Minute), NotAfter: time.Now().Add(a.lifetime),
	}
	leaf, err := x509.CreateCertificate(rand.Reader, template, a.cert, request.PublicKey, a.key)
	if err == nil {
		var cert *x509.Certificate
		cert, err = x509.ParseCertificate(leaf)
		a.issued = append(a.issued, cert)
	}
	o.status = "valid"
	o.chain = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: leaf})
	o.chain = append(o.chain, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.cert.Raw})...)
	a.mu.Unlock()
	if err != nil {
		a.t.Error(err)
	}
	a.show(w, http.StatusOK, o)
}
