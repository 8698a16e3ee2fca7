package sim

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"strings"
	"time"
)

// checkCert refuses a call under /secapi, or for the fund-flow bill, without the merchant's certificate, where that is asked for. That the certificate is
// one of ours is for the TLS server to prove.
func (s *Sim) checkCert(r *http.Request, path string, fields map[string]string) *refusal {
	switch {
	case !s.opts.RequireCert || !strings.HasPrefix(path, secure) && path != pathFundFlow:
		return nil
	case r.TLS == nil || len(r.TLS.PeerCertificates) == 0:
		return refuseBare(codeCert, "证书验证失败")
	case r.TLS.PeerCertificates[0].Subject.CommonName != fields["mch_id"]:
		return refuseBare(codeCert, "证书与商户号不匹配")
	}
	return nil
}

// RoundTripperWithCert is RoundTripper for a client that has the certificate of a merchant: no TLS is spoken, the simulator is
// merely told so.
func (s *Sim) RoundTripperWithCert(mchID string) http.RoundTripper {
	state := &tls.ConnectionState{
		HandshakeComplete: true,
		PeerCertificates:  []*x509.Certificate{{Subject: pkix.Name{CommonName: mchID}}},
	}
	return InProcess(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r = r.Clone(r.Context())
		r.TLS = state
		s.ServeHTTP(w, r)
	}))
}

// Certificates are what mutual TLS with a simulator takes, as PEM. They are worth nothing anywhere else.
type Certificates struct {
	CA         []byte // whom both sides trust
	ServerCert []byte
	ServerKey  []byte
	ClientCert []byte // apiclient_cert.pem: its common name is the mch_id
	ClientKey  []byte // apiclient_key.pem
}

// NewCertificates makes a certificate authority, a server certificate for 127.0.0.1, ::1 and localhost, and the client
// certificate of a merchant, valid for ten years.
func NewCertificates(mchID string) (Certificates, error) {
	from := time.Now().Add(-24 * time.Hour)
	template := func(serial int64, name string) *x509.Certificate {
		return &x509.Certificate{
			SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: name, Organization: []string{"practice, no real money"}},
			NotBefore: from, NotAfter: from.AddDate(10, 0, 0), KeyUsage: x509.KeyUsageDigitalSignature,
		}
	}
	ca := template(1, "simulator CA")
	ca.IsCA, ca.BasicConstraintsValid, ca.KeyUsage = true, true, x509.KeyUsageCertSign
	server := template(2, "localhost")
	server.DNSNames = []string{"localhost"}
	server.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback}
	server.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	client := template(3, mchID)
	client.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}

	var c Certificates
	caKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err == nil {
		c.CA, _, err = issue(ca, ca, caKey, caKey)
	}
	if err == nil {
		c.ServerCert, c.ServerKey, err = issue(server, ca, nil, caKey)
	}
	if err == nil {
		c.ClientCert, c.ClientKey, err = issue(client, ca, nil, caKey)
	}
	if err != nil {
		return Certificates{}, fmt.Errorf("make certificates: %w", err)
	}
	return c, nil
}

// issue signs a certificate for key, a new one when nil, and writes both.
func issue(of, by *x509.Certificate, key, signer *ecdsa.PrivateKey) (certPEM, keyPEM []byte, err error) {
	if key == nil {
		if key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
			return nil, nil, err
		}
	}
	cert, err := x509.CreateCertificate(rand.Reader, of, by, key.Public(), signer)
	if err != nil {
		return nil, nil, err
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, nil, err
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert}),
		pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}), nil
}

// ServerTLS is how a server in front of the simulator speaks TLS: it shows its certificate, asks for the client's, and takes
// none that is not of the same authority. Calls that need no certificate work without one.
func (c Certificates) ServerTLS() (*tls.Config, error) {
	own, err := tls.X509KeyPair(c.ServerCert, c.ServerKey)
	if err != nil {
		return nil, fmt.Errorf("server certificate: %w", err)
	}
	return &tls.Config{
		MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{own},
		ClientAuth: tls.VerifyClientCertIfGiven, ClientCAs: c.pool(),
	}, nil
}

// ClientTLS is how a client that has the merchant's certificate speaks to that server.
func (c Certificates) ClientTLS() (*tls.Config, error) {
	own, err := tls.X509KeyPair(c.ClientCert, c.ClientKey)
	if err != nil {
		return nil, fmt.Errorf("client certificate: %w", err)
	}
	return &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{own}, RootCAs: c.pool()}, nil
}

func (c Certificates) pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(c.CA)
	return pool
}
