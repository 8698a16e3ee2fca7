package main

import (
	"crypto/tls"

	"golang.org/x/crypto/acme"
)

// tlsConfig is TLS 1.2 and later with the certificate that get finds. withACME lets the CA ask by tls-alpn-01.
func tlsConfig(get func(*tls.ClientHelloInfo) (*tls.Certificate, error), withACME bool) *tls.Config {
	c := &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: get, NextProtos: []string{"h2", "http/1.1"}}
	if withACME {
		c.NextProtos = append(c.NextProtos, acme.ALPNProto)
	}
	return c
}
