package wechat

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"time"

	"guitai/pos"
)

// Reasons a client certificate cannot be used. Each says nothing of the key.
var (
	ErrNoPair      = errors.New("apiclient_cert.pem or apiclient_key.pem is missing")
	ErrCertificate = errors.New("the certificate is not a PEM certificate (apiclient_cert.pem)")
	ErrPrivateKey  = errors.New("the key is not an unencrypted PEM private key (apiclient_key.pem)")
	ErrPair        = errors.New("the certificate and the key do not belong together")
	ErrExpired     = errors.New("the certificate has expired: get a new one from the merchant platform")
	ErrNotYet      = errors.New("the certificate is not valid yet: is this machine's clock right?")
)

// LoadCertificate makes the merchant's client certificate (商户证书) of apiclient_cert.pem and apiclient_key.pem. It checks that
// both belong together and that the certificate is valid at now. CodeConfig with one of the reasons above; CodeSecret with
// ErrNoPair when either is empty. Pure.
func LoadCertificate(certPEM, keyPEM []byte, now time.Time) (*tls.Certificate, error) {
	const op = "load client certificate"
	switch {
	case len(bytes.TrimSpace(certPEM)) == 0 || len(bytes.TrimSpace(keyPEM)) == 0:
		return nil, pos.E(pos.CodeSecret, op, ErrNoPair)
	case firstBlock(certPEM, "CERTIFICATE") == nil:
		return nil, pos.E(pos.CodeConfig, op, ErrCertificate)
	case !readableKey(keyPEM):
		return nil, pos.E(pos.CodeConfig, op, ErrPrivateKey)
	}
	if _, err := x509.ParseCertificate(firstBlock(certPEM, "CERTIFICATE").Bytes); err != nil {
		return nil, pos.E(pos.CodeConfig, op, ErrCertificate)
	}
	// What is left to go wrong is the pair. The cause is not passed on: it is about a key.
	c, err := tls.X509KeyPair(certPEM, keyPEM)
	switch {
	case err != nil:
		return nil, pos.E(pos.CodeConfig, op, ErrPair)
	case now.After(c.Leaf.NotAfter):
		return nil, pos.E(pos.CodeConfig, op, ErrExpired)
	case now.Before(c.Leaf.NotBefore):
		return nil, pos.E(pos.CodeConfig, op, ErrNotYet)
	}
	return &c, nil
}

func firstBlock(data []byte, kind string) *pem.Block {
	for {
		var b *pem.Block
		if b, data = pem.Decode(data); b == nil || b.Type == kind {
			return b
		}
	}
}

// readableKey reports whether there is a private key in one of the forms that crypto/tls reads.
func readableKey(data []byte) bool {
	for _, kind := range []string{"PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY"} {
		b := firstBlock(data, kind)
		if b == nil {
			continue
		}
		_, err8 := x509.ParsePKCS8PrivateKey(b.Bytes)
		_, err1 := x509.ParsePKCS1PrivateKey(b.Bytes)
		_, errEC := x509.ParseECPrivateKey(b.Bytes)
		return err8 == nil || err1 == nil || errEC == nil
	}
	return false
}
