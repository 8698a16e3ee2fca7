package wechat

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"math/big"
	"strings"
	"testing"
	"time"

	"guitai/pos"
)

func encode(t *testing.T, kind string, der []byte, err error) []byte {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}

func TestLoadCertificate(t *testing.T) {
	from := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	until, now := from.AddDate(5, 0, 0), from.AddDate(1, 0, 0)
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "1900000109"}, NotBefore: from, NotAfter: until}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	cert := encode(t, "CERTIFICATE", der, err)
	der, err = x509.MarshalPKCS8PrivateKey(key)
	pkcs8 := encode(t, "PRIVATE KEY", der, err)
	der, err = x509.MarshalECPrivateKey(key)
	sec1 := encode(t, "EC PRIVATE KEY", der, err)
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	other := encode(t, "RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(rsaKey), nil)
	damaged := encode(t, "CERTIFICATE", firstBlock(cert, "CERTIFICATE").Bytes[:100], nil)

	for _, c := range []struct {
		name      string
		cert, key []byte
		now       time.Time
		code      pos.Code
		why       error
	}{
		{"good", cert, pkcs8, now, pos.CodeNone, nil},
		{"good, older form of key", cert, sec1, now, pos.CodeNone, nil},
		{"words around it", append([]byte("Bag Attributes\n"), cert...), pkcs8, now, pos.CodeNone, nil},
		{"on its last day", cert, pkcs8, until, pos.CodeNone, nil},
		{"no certificate", nil, pkcs8, now, pos.CodeSecret, ErrNoPair},
		{"no key", cert, []byte("\n"), now, pos.CodeSecret, ErrNoPair},
		{"not PEM", []byte("apiclient_cert.p12"), pkcs8, now, pos.CodeConfig, ErrCertificate},
		{"damaged", damaged, pkcs8, now, pos.CodeConfig, ErrCertificate},
		{"key in its place", pkcs8, pkcs8, now, pos.CodeConfig, ErrCertificate},
		{"certificate in the key's place", cert, cert, now, pos.CodeConfig, ErrPrivateKey},
		{"key not PEM", cert, []byte("hello"), now, pos.CodeConfig, ErrPrivateKey},
		{"key encrypted", cert, encode(t, "ENCRYPTED PRIVATE KEY", []byte{1}, nil), now, pos.CodeConfig, ErrPrivateKey},
		{"key damaged", cert, encode(t, "PRIVATE KEY", []byte{1}, nil), now, pos.CodeConfig, ErrPrivateKey},
		{"another's key", cert, other, now, pos.CodeConfig, ErrPair},
		{"expired", cert, pkcs8, until.Add(time.Second), pos.CodeConfig, ErrExpired},
		{"clock before it", cert, pkcs8, from.Add(-time.Second), pos.CodeConfig, ErrNotYet},
	} {
		got, err := LoadCertificate(c.cert, c.key, c.now)
		if pos.CodeOf(err) != c.code || !errors.Is(err, c.why) || (got != nil) != (c.code == pos.CodeNone) {
			t.Errorf("%s: got %v, want %q: %v", c.name, err, c.code, c.why)
		}
		if got != nil && got.Leaf.Subject.CommonName != "1900000109" {
			t.Errorf("%s: loaded %s", c.name, got.Leaf.Subject)
		}
		if err != nil && strings.Contains(err.Error(), "BEGIN") {
			t.Errorf("%s: the error shows what was in the file", c.name)
		}
	}
}
