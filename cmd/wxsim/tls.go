package main

import (
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"guitai/pos/wechat/sim"
)

// The files of --tls DIR. The last two have the names that the merchant platform gives the real ones.
const (
	fileCA         = "ca.pem"
	fileServerCert = "server_cert.pem"
	fileServerKey  = "server_key.pem"
	fileClientCert = "apiclient_cert.pem"
	fileClientKey  = "apiclient_key.pem"
)

// loadTLS is how to serve with the certificates of a folder. It makes them in a folder that has none, and never writes over a
// file: a real merchant's key could be there.
func loadTLS(dir string) (*tls.Config, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	var c sim.Certificates
	files := []struct {
		name string
		text *[]byte
	}{
		{fileCA, &c.CA}, {fileServerCert, &c.ServerCert}, {fileServerKey, &c.ServerKey}, {fileClientCert, &c.ClientCert}, {fileClientKey, &c.ClientKey},
	}
	found := 0
	for _, f := range files {
		text, err := os.ReadFile(filepath.Join(dir, f.name))
		switch {
		case err == nil:
			*f.text = text
			found++
		case !errors.Is(err, os.ErrNotExist):
			return nil, err
		}
	}
	if found != 0 && found != len(files) {
		return nil, fmt.Errorf("%s has some certificates of its own, but not all %d; name an empty folder", dir, len(files))
	}
	if found == 0 {
		var err error
		if c, err = sim.NewCertificates(sim.PracticeMchID); err != nil {
			return nil, err
		}
		for _, f := range files {
			if err := writeNew(filepath.Join(dir, f.name), *f.text); err != nil {
				return nil, err
			}
		}
	}
	return c.ServerTLS()
}

// writeNew writes a file that does not exist yet.
func writeNew(path string, text []byte) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = bytes.NewReader(text).WriteTo(file)
	return errors.Join(err, file.Close())
}
