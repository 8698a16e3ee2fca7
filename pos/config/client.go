package config

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io"
	"os"
	"strings"
)

// ClientPEM returns the merchant's client certificate (apiclient_cert.pem) and its private key, as PEM that belongs
// together. Refunds, payment codes and reversing need both. Keep the key out of logs and errors.
//
// The error is an *[Error] that names the setting, its line and the cause: [Missing] when neither is set, which is no
// fault of the settings; else what reading the certificate or resolving the key says, or [Format] when one is not what it
// should be or the two do not belong together. Whatever it is, only the calls that need them are off: Native QR and cash
// go on. Safe to repeat.
func (c Config) ClientPEM(ctx context.Context, r Resolver) (cert, key []byte, err error) {
	cert, key, badCert, badKey := c.clientPair(ctx, r)
	switch {
	case badCert != nil:
		return nil, nil, c.located(clientCertKey, badCert)
	case badKey != nil:
		return nil, nil, c.located(clientKeyKey, badKey)
	}
	return cert, key, nil
}

const (
	clientCertKey = "wechat.client_cert"
	clientKeyKey  = "wechat.client_key"
)

// located is a fault at the place where its key stands.
func (c Config) located(key string, f *fault) *Error {
	file, line := c.line(key)
	return f.at(file, key, line)
}

// clientPair tells of both what keeps them from being used.
func (c Config) clientPair(ctx context.Context, r Resolver) (cert, key []byte, badCert, badKey *fault) {
	if c.WeChat.ClientCert == "" && c.WeChat.ClientKey.IsZero() {
		return nil, nil, &fault{problem: Missing, want: `"apiclient_cert.pem"`}, nil
	}
	cert, badCert = r.certificate(c.WeChat.ClientCert)
	value, badKey := c.WeChat.ClientKey.resolve(ctx, r)
	if badKey == nil {
		key, badKey = privateKey(value, cert)
	}
	return cert, key, badCert, badKey
}

// certificate reads a file of certificates in PEM, the merchant's own first.
func (r Resolver) certificate(name string) ([]byte, *fault) {
	if name == "" {
		return nil, &fault{problem: Missing, want: `"apiclient_cert.pem"`}
	}
	path := r.Path(name)
	body, err := readPublic(path)
	if err != nil {
		return nil, &fault{problem: FileUnreadable, want: path, err: pathless(err)}
	}
	body = bytes.TrimPrefix(body, []byte("\ufeff"))
	block, _ := pem.Decode(body)
	if block == nil || block.Type != "CERTIFICATE" {
		return nil, &fault{problem: Format, want: "a certificate in PEM form: the file apiclient_cert.pem"}
	}
	if _, err := x509.ParseCertificate(block.Bytes); err != nil {
		return nil, &fault{problem: Format, want: "a whole certificate: fetch apiclient_cert.pem again"}
	}
	return body, nil
}

// privateKey checks a key, against its certificate where there is one. What is wrong with it is never repeated.
func privateKey(value string, cert []byte) ([]byte, *fault) {
	key := []byte(value)
	block, _ := pem.Decode(key)
	if block == nil || !strings.HasSuffix(block.Type, "PRIVATE KEY") {
		return nil, &fault{problem: Format, want: "a private key in PEM form: what is in apiclient_key.pem"}
	}
	if cert == nil {
		return key, nil
	}
	if _, err := tls.X509KeyPair(cert, key); err != nil {
		return nil, &fault{problem: Format, want: "the private key that belongs to the certificate of " + clientCertKey}
	}
	return key, nil
}

// readPublic reads a file that is no secret.
func readPublic(path string) ([]byte, error) {
	// Asked before it is opened: opening a pipe would wait for its other end.
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, errors.New("not a regular file")
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	body, err := io.ReadAll(io.LimitReader(file, maxSecret+1))
	if err == nil && len(body) > maxSecret {
		err = errors.New("too large for a certificate")
	}
	return body, err
}
