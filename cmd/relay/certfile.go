package main

import (
	"crypto/tls"
	"crypto/x509"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"strings"
	"sync"
	"time"
)

// lookAgain is how long a certificate's files are believed to be unchanged.
const lookAgain = 10 * time.Second

// certFiles serves the certificate of two PEM files, and the new one when they change: whoever renews them need not restart the relay. One
// that cannot be read keeps the last good one in use. Safe for concurrent use.
type certFiles struct {
	cert, key string
	log       *slog.Logger
	now       func() time.Time

	mu      sync.Mutex
	current *tls.Certificate
	stamp   [2]fileStamp
	looked  time.Time
}

// fileStamp tells one content of a file from another, near enough.
type fileStamp struct {
	size int64
	at   time.Time
}

// loadCertFiles reads the files. Its errors are of the configuration.
func loadCertFiles(cert, key string, log *slog.Logger, now func() time.Time) (*certFiles, error) {
	c := &certFiles{cert: cert, key: key, log: log, now: now}
	stamp, err := c.stamps()
	if err != nil {
		return nil, usage("bad-cert", cert, key, err)
	}
	pair, err := tls.LoadX509KeyPair(cert, key)
	if err != nil {
		return nil, usage("bad-cert", cert, key, err)
	}
	if pair.Leaf.NotAfter.Before(now()) {
		return nil, usage("cert-expired", cert, pair.Leaf.NotAfter.Local().Format(time.DateOnly))
	}
	c.current, c.stamp, c.looked = &pair, stamp, now()
	return c, nil
}

func (c *certFiles) stamps() (s [2]fileStamp, err error) {
	for i, name := range []string{c.cert, c.key} {
		var info fs.FileInfo
		if info, err = os.Stat(name); err != nil {
			return s, err
		}
		s[i] = fileStamp{info.Size(), info.ModTime()}
	}
	return s, nil
}

// certificate is tls.Config.GetCertificate.
func (c *certFiles) certificate(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now := c.now(); now.Sub(c.looked) >= lookAgain {
		c.looked = now
		c.look(false)
	}
	return c.current, nil
}

// reload looks at the files now.
func (c *certFiles) reload() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.look(true)
}

// look takes files that changed. A pair that does not fit may be half-way through being replaced: it is tried again at the next look.
func (c *certFiles) look(asked bool) {
	stamp, err := c.stamps()
	if err == nil && stamp == c.stamp && !asked {
		return
	}
	var pair tls.Certificate
	if err == nil {
		pair, err = tls.LoadX509KeyPair(c.cert, c.key)
	}
	if err != nil {
		c.log.Error("the new certificate cannot be used; the last good one stays", "cert", c.cert, "error", err)
		return
	}
	c.current, c.stamp = &pair, stamp
	c.log.Info("certificate loaded", "cert", c.cert, "expires", pair.Leaf.NotAfter)
}

// expires is when the certificate in use does.
func (c *certFiles) expires() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.current.Leaf.NotAfter
}

// base is the URL that the certificate is for, "" when it names none: wildcards and addresses are no name to be called by.
func (c *certFiles) base(port int) string {
	return baseOf(c.current.Leaf, port)
}

func baseOf(leaf *x509.Certificate, port int) string {
	for _, name := range leaf.DNSNames {
		if strings.HasPrefix(name, "*") {
			continue
		}
		if port == 443 {
			return "https://" + name
		}
		return "https://" + net.JoinHostPort(name, itoa(port))
	}
	return ""
}
