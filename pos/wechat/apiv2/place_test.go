package apiv2

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/binary"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
	"time"
)

const wechatHost = "api.mch.weixin.qq.com"

// authority is a certificate authority of a test's own.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	a := &authority{}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test CA"}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
		NotBefore: time.Now().AddDate(-20, 0, 0), NotAfter: time.Now().AddDate(20, 0, 0),
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	if a.cert, err = x509.ParseCertificate(der); err != nil {
		t.Fatal(err)
	}
	a.key = key
	return a
}

func (a *authority) pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(a.cert)
	return pool
}

// issue makes a certificate for a name, valid from and until so far from now.
func (a *authority) issue(t *testing.T, name string, from, until time.Duration) *tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name}, KeyUsage: x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
		NotBefore:   time.Now().Add(from), NotAfter: time.Now().Add(until),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, key.Public(), a.key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}
}

// secure starts a TLS server with a certificate.
func secure(t *testing.T, cert *tls.Certificate, config *tls.Config, h http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewUnstartedServer(h)
	s.Config.ErrorLog = log.New(io.Discard, "", 0) // it complains about handshakes that fail on purpose
	if config == nil {
		config = &tls.Config{}
	}
	config.Certificates = []tls.Certificate{*cert}
	s.TLS = config
	s.StartTLS()
	t.Cleanup(s.Close)
	return s.Listener.Addr().String()
}

func plainServer(t *testing.T, h http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.Listener.Addr().String()
}

// nobody is an address where nobody listens. A free port would be one only until the system gives it to another program.
const nobody = "127.0.0.1:1"

// place is a network that a till may find itself in: who answers for WeChat's host on which port, and what this machine has.
type place struct {
	tls, web  string // addresses behind ports 443 and 80; an empty one refuses
	fails     error  // of every dial
	roots     *x509.CertPool
	clock     time.Duration // how far our clock is ahead
	addresses []string      // this machine's; nil is one of IPv4
	cert      *tls.Certificate
}

// client is one of WeChat's own host, in this place.
func (p place) client(t *testing.T) *Client {
	t.Helper()
	c, err := New(Config{
		Merchant: testMerchant(), BaseURL: "https://" + wechatHost, NotifyURL: "https://notify.invalid/", Clock: aheadClock(p.clock), Cert: p.cert,
	})
	if err != nil {
		t.Fatal(err)
	}
	c.lines = dialled(&net.Dialer{}, &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: p.roots, Time: aheadClock(p.clock).Now}, p.cert)
	refusing := nobody
	for _, line := range []*http.Client{&c.lines.plain, &c.lines.secret, &c.lines.once, &c.lines.web} {
		transport := line.Transport.(*http.Transport)
		transport.Proxy = nil
		transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
			if p.fails != nil {
				return nil, p.fails
			}
			to := map[string]string{wechatHost + ":443": p.tls, wechatHost + ":80": p.web}[address]
			if to == "" {
				to = refusing
			}
			return (&net.Dialer{}).DialContext(ctx, network, to)
		}
	}
	c.addresses = addressesOf(p.addresses)
	t.Cleanup(c.CloseIdleConnections)
	return c
}

type aheadClock time.Duration

func (c aheadClock) Now() time.Time { return time.Now().Add(time.Duration(c)) }

func addressesOf(list []string) func() ([]net.Addr, error) {
	return func() ([]net.Addr, error) {
		if list == nil {
			list = []string{"127.0.0.1/8", "192.168.1.20/24"}
		}
		var addresses []net.Addr
		for _, s := range list {
			ip, network, err := net.ParseCIDR(s)
			if err != nil {
				return nil, err
			}
			addresses = append(addresses, &net.IPNet{IP: ip, Mask: network.Mask})
		}
		return addresses, nil
	}
}

func dialError(err error) error { return &net.OpError{Op: "dial", Net: "tcp", Err: err} }

// nameServer answers DNS over a stream: every A question with an address, or that there is no such name.
func nameServer(conn net.Conn, leads netip.Addr) {
	defer conn.Close()
	for {
		var size [2]byte
		if _, err := io.ReadFull(conn, size[:]); err != nil {
			return
		}
		q := make([]byte, binary.BigEndian.Uint16(size[:]))
		if _, err := io.ReadFull(conn, q); err != nil {
			return
		}
		end := 12
		for q[end] != 0 {
			end += int(q[end]) + 1
		}
		end += 5
		isA := binary.BigEndian.Uint16(q[end-4:]) == 1
		r := append([]byte{}, q[:end]...)
		r[2], r[3] = 0x81, 0x80 // an answer, recursion done
		copy(r[4:12], []byte{0, 1, 0, 0, 0, 0, 0, 0})
		switch {
		case !leads.IsValid():
			r[3] |= 3 // no such name
		case isA:
			r[7] = 1
			ip := leads.As4()
			r = append(r, 0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4)
			r = append(r, ip[:]...)
		}
		if _, err := conn.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(r))), r...)); err != nil {
			return
		}
	}
}
