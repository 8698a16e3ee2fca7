package config

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// keyPair makes a certificate and its key, as WeChat's merchant platform hands them out in two files.
func keyPair(t *testing.T) (cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Unix(0, 0), NotAfter: time.Unix(1<<32, 0)}
	public, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: public})),
		string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}))
}

func TestClientPEM_ReadsBothFromWhereTheSettingsPoint(t *testing.T) {
	cert, key := keyPair(t)
	dir, elsewhere := t.TempDir(), filepath.Join(t.TempDir(), "cert.pem")
	for _, name := range []string{filepath.Join(dir, "apiclient_cert.pem"), elsewhere} {
		if err := os.WriteFile(name, []byte(cert), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "bom.pem"), []byte("\ufeff"+cert), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := WriteSecretFile(dir, "apiclient_key.pem", key); err != nil {
		t.Fatal(err)
	}
	r := Resolver{Dir: dir, Env: environment(map[string]string{"KEY": key}), Keyring: &ring{kept: map[string]string{"guitai/key": key}}}
	for _, file := range []string{"apiclient_cert.pem", elsewhere, "bom.pem"} {
		for _, ref := range []string{"file:apiclient_key.pem", "env:KEY", "keyring:guitai/key"} {
			c, err := Parse("config.toml", []byte(minimal+"client_cert = "+quote(file)+"\nclient_key = \""+ref+"\"\n"))
			if err != nil {
				t.Fatal(err)
			}
			gotCert, gotKey, err := c.ClientPEM(t.Context(), r)
			if err != nil || string(gotCert) != cert || strings.TrimSpace(string(gotKey)) != strings.TrimSpace(key) {
				t.Errorf("%s and %s: %d and %d bytes, %v", file, ref, len(gotCert), len(gotKey), err)
			}
		}
	}
}

func TestClientPEM_NamesTheKeyTheLineAndTheCause(t *testing.T) {
	cert, key := keyPair(t)
	otherCert, otherKey := keyPair(t)
	dir := t.TempDir()
	for name, body := range map[string]string{
		"cert.pem": cert, "other.pem": otherCert, "key.pem": key, "otherkey.pem": otherKey, "empty.pem": "", "cert.p12": "\x30\x82\x00binary",
		"torn.pem":  "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
		"torn.key":  "-----BEGIN PRIVATE KEY-----\nSFVTSEhVU0g=\n-----END PRIVATE KEY-----\n",
		"large.pem": strings.Repeat("x", maxSecret+1),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	r := Resolver{Dir: dir, Env: environment(map[string]string{}), Keyring: &ring{}}
	for _, c := range []struct{ cert, key, want string }{
		{"nowhere.pem", "file:key.pem", "config.toml:9: wechat.client_cert: file " + filepath.Join(dir, "nowhere.pem") + " cannot be read: "},
		{".", "file:key.pem", "config.toml:9: wechat.client_cert: file " + dir + " cannot be read: not a regular file"},
		{"large.pem", "file:key.pem", "config.toml:9: wechat.client_cert: file " + filepath.Join(dir, "large.pem") + " cannot be read: too large for a certificate"},
		{"empty.pem", "file:key.pem", "config.toml:9: wechat.client_cert: must be a certificate in PEM form: the file apiclient_cert.pem"},
		{"cert.p12", "file:key.pem", "config.toml:9: wechat.client_cert: must be a certificate in PEM form: the file apiclient_cert.pem"},
		{"key.pem", "file:key.pem", "config.toml:9: wechat.client_cert: must be a certificate in PEM form: the file apiclient_cert.pem"},
		{"torn.pem", "file:key.pem", "config.toml:9: wechat.client_cert: must be a whole certificate: fetch apiclient_cert.pem again"},
		{"cert.pem", "env:UNSET", "config.toml:10: wechat.client_key: environment variable UNSET is not set, or empty"},
		{"cert.pem", "keyring:guitai/key", "config.toml:10: wechat.client_key: the system's keyring holds nothing under guitai/key"},
		{"cert.pem", "file:cert.pem", "config.toml:10: wechat.client_key: must be a private key in PEM form: what is in apiclient_key.pem"},
		{"cert.pem", "file:torn.key", "config.toml:10: wechat.client_key: must be the private key that belongs to the certificate of wechat.client_cert"},
		{"cert.pem", "file:otherkey.pem", "config.toml:10: wechat.client_key: must be the private key that belongs to the certificate of wechat.client_cert"},
		{"other.pem", "file:key.pem", "config.toml:10: wechat.client_key: must be the private key that belongs to the certificate of wechat.client_cert"},
	} {
		config, err := Parse("config.toml", []byte(minimal+"client_cert = "+quote(c.cert)+"\nclient_key = \""+c.key+"\"\n"))
		if err != nil {
			t.Fatal(err)
		}
		gotCert, gotKey, err := config.ClientPEM(t.Context(), r)
		if err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s and %s: %v, want %s", c.cert, c.key, err, c.want)
		}
		if gotCert != nil || gotKey != nil {
			t.Errorf("%s and %s: half a pair came back", c.cert, c.key)
		}
		var told bool
		for _, e := range config.MissingSecrets(t.Context(), r) {
			told = told || err != nil && e.Error() == err.Error()
			silent(t, "the check", e.Error(), "SFVTSEhVU0g=")
		}
		if !told {
			t.Errorf("%s and %s: the check does not tell", c.cert, c.key)
		}
	}
}

func TestClientPEM_WithoutTheTwoIsNoFaultOfTheSettings(t *testing.T) {
	c, err := Parse("config.toml", []byte(minimal))
	if err != nil {
		t.Fatal(err)
	}
	r := Resolver{Dir: t.TempDir(), Env: environment(map[string]string{"GUITAI_API_KEY": "hush"}), Keyring: &ring{}}
	_, _, err = c.ClientPEM(t.Context(), r)
	if e, ok := errors.AsType[*Error](err); !ok || e.Problem != Missing || e.Key != "wechat.client_cert" {
		t.Errorf("without the two: %v", err)
	}
	if missing := c.MissingSecrets(t.Context(), r); len(missing) > 0 {
		t.Errorf("the check complains: %v", missing)
	}
}

func TestParse_OneOfTheTwoIsOfNoUse(t *testing.T) {
	for text, want := range map[string]string{
		"client_cert = \"cert.pem\"\n":      "config.toml:9: wechat.client_cert: is of no use without wechat.client_key",
		"client_key = \"file:key.pem\"\n":   "config.toml:9: wechat.client_key: is of no use without wechat.client_cert",
		"client_key = \"-----BEGIN RSA\"\n": "config.toml:9: wechat.client_key: must not hold the secret itself; keep it elsewhere and write keyring:NAME, env:NAME or file:PATH",
	} {
		_, err := Parse("config.toml", []byte(minimal+text))
		if err == nil || err.Error() != want {
			t.Errorf("%q: %v", text, err)
		}
	}
	if !bytes.Contains([]byte(minimal), []byte("[wechat]")) {
		t.Fatal("the least file does not end in the section these keys belong to")
	}
}
