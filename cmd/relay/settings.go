package main

import (
	"errors"
	"flag"
	"io/fs"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
)

// settings are the flags of a relay that serves.
type settings struct {
	host    string // serve as this name, with a certificate by ACME
	listen  string // where https is, or plain http on loopback; of --host it is :443 by itself
	http    string // --host: where port 80 of the world arrives; "none" is nowhere
	cert    string // files, PEM
	key     string
	baseURL string // what the world calls it, without a slash at the end; empty until it is known
	metrics string // where Prometheus may ask; empty is nowhere
	log     string // json or text; empty is text on a terminal

	acmeDirectory string
	acmeCA        string
	acmeEmail     string
}

func (s *settings) define(flags *flag.FlagSet) {
	flags.StringVar(&s.host, "host", "", "")
	flags.StringVar(&s.listen, "listen", "", "")
	flags.StringVar(&s.http, "http", "", "")
	flags.StringVar(&s.cert, "cert", "", "")
	flags.StringVar(&s.key, "key", "", "")
	flags.StringVar(&s.baseURL, "base-url", "", "")
	flags.StringVar(&s.metrics, "metrics", "", "")
	flags.StringVar(&s.log, "log", "", "")
	flags.StringVar(&s.acmeDirectory, "acme-directory", "", "")
	flags.StringVar(&s.acmeCA, "acme-ca", "", "")
	flags.StringVar(&s.acmeEmail, "acme-email", "", "")
}

// secure reports whether the relay ends TLS itself.
func (s *settings) secure() bool { return s.host != "" || s.cert != "" }

// check refuses flags that make no sense together, and fills in what follows from the others.
func (s *settings) check() error {
	switch {
	case s.host == "" && s.listen == "":
		return usage("no-address")
	case s.host != "" && (s.cert != "" || s.key != ""):
		return usage("host-and-cert")
	case (s.cert == "") != (s.key == ""):
		return usage("cert-without-key")
	case s.host == "" && s.acmeDirectory+s.acmeCA+s.acmeEmail+s.http != "":
		return usage("acme-without-host")
	case s.log != "" && s.log != "json" && s.log != "text":
		return usage("bad-log", s.log)
	}
	if s.host != "" {
		s.host = strings.ToLower(strings.TrimSuffix(s.host, "."))
		if !hostName(s.host) {
			return usage("bad-host", s.host)
		}
		s.listen = orElse(s.listen, ":443")
		s.http = orElse(s.http, ":80")
		s.baseURL = orElse(s.baseURL, "https://"+s.host)
	}
	for name, address := range map[string]string{"--listen": s.listen, "--http": s.http, "--metrics": s.metrics} {
		if _, _, err := net.SplitHostPort(address); err != nil && address != "" && (name != "--http" || address != "none") {
			return usage("bad-address", name, address)
		}
	}
	if !s.secure() && !onLoopback(s.listen) {
		return usage("plain-for-all", s.listen)
	}
	if s.baseURL != "" {
		base, ok := webBase(s.baseURL)
		if !ok {
			return usage("bad-base-url", s.baseURL)
		}
		s.baseURL = base
	}
	if s.acmeDirectory != "" {
		if _, ok := webBase(s.acmeDirectory); !ok {
			return usage("bad-directory", s.acmeDirectory)
		}
	}
	return nil
}

func orElse(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// hostName reports whether a certificate can be had for a name: a domain, no address, no wildcard, no port.
func hostName(name string) bool {
	if _, err := netip.ParseAddr(name); err == nil || len(name) > 253 || !strings.Contains(name, ".") {
		return false
	}
	for part := range strings.SplitSeq(name, ".") {
		if part == "" || len(part) > 63 || part[0] == '-' || part[len(part)-1] == '-' {
			return false
		}
		if strings.Trim(part, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
			return false
		}
	}
	return true
}

// onLoopback reports whether only this machine reaches an address.
func onLoopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// webBase is a URL that others can be made from, without a slash at its end. WeChat posts to https only, so http is for this machine.
func webBase(text string) (string, bool) {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.ForceQuery || strings.Contains(text, "#") {
		return "", false
	}
	local := u.Scheme == "http" && (u.Port() == "" && onLoopback(net.JoinHostPort(u.Hostname(), "80")) || onLoopback(u.Host))
	if u.Scheme != "https" && !local {
		return "", false
	}
	return strings.TrimRight(u.String(), "/"), true
}

// fileName is the relay's database when --db does not name one.
const fileName = "relay.db"

// systemFile is where the unit file that comes with the relay keeps it.
const systemFile = "/var/lib/guitai-relay/" + fileName

// defaultFile is the database without --db: in the state folder that systemd made for us, else with the user's data. Root's is where the
// service has it (systemd takes over what it finds there): whoever tried the relay by hand first need not pair his tills again.
func defaultFile(getenv func(string) string, goos string, root bool) (string, error) {
	if state, _, _ := strings.Cut(getenv("STATE_DIRECTORY"), ":"); state != "" {
		return filepath.Join(state, fileName), nil
	}
	if root && goos == "linux" {
		return systemFile, nil
	}
	base := filepath.Join(getenv("HOME"), ".local", "share")
	switch {
	case goos == "windows":
		base = getenv("LocalAppData")
	case goos == "darwin":
		base = filepath.Join(getenv("HOME"), "Library", "Application Support")
	case filepath.IsAbs(getenv("XDG_DATA_HOME")): // a relative one is to be ignored
		base = getenv("XDG_DATA_HOME")
	}
	if !filepath.IsAbs(base) {
		return "", usage("no-folder")
	}
	return filepath.Join(base, "guitai-relay", fileName), nil
}

// dsn is the database that is meant: --db, else $GUITAI_RELAY_DB (which other users of the machine do not see in the list of processes), else
// a file of the default's name.
func (p *program) dsn() (string, error) {
	db := orElse(p.db, p.getenv("GUITAI_RELAY_DB"))
	switch scheme, _, has := strings.Cut(db, "://"); {
	case db == "":
		return defaultFile(p.getenv, runtime.GOOS, os.Geteuid() == 0)
	case has && scheme != "postgres" && scheme != "postgresql":
		return "", usage("bad-db", scheme)
	case has && !wellFormed(db):
		return "", usage("bad-db-url")
	case has:
		return db, nil
	case notAFile.MatchString(db):
		return "", usage("db-no-file")
	}
	file, err := filepath.Abs(db)
	if err != nil {
		return "", err
	}
	if _, err := os.Stat(filepath.Dir(file)); errors.Is(err, fs.ErrNotExist) { // a slip would make an empty relay beside the real one
		return "", usage("db-no-folder") // not named: it may be an address with its password
	}
	return file, nil
}

// notAFile is a server's address in another form than a URL, or a URL with a slip in it. As a file's name it would make a database that is empty,
// beside the real one, with a password for its name.
var notAFile = regexp.MustCompile(`(?i)^postgres(ql)?[:/]|(^|\s)(host|hostaddr|dbname|user|password)\s*=`)

// wellFormed tells whether the user's name and password of a URL are escaped. Else a part of the password is taken for the host, and told.
func wellFormed(dsn string) bool {
	_, rest, _ := strings.Cut(dsn, "://")
	front, query, _ := strings.Cut(rest, "?")
	if at := strings.LastIndexByte(front, '@'); at >= 0 {
		return !strings.ContainsAny(front[:at], "/#")
	}
	name, _, _ := strings.Cut(query, "=")
	return !strings.Contains(front, "#") && !strings.Contains(name, "@")
}

// isServer reports whether a database is PostgreSQL, not a file.
func isServer(dsn string) bool { return strings.Contains(dsn, "://") }

// named is how a database is called in words: without its password.
func named(dsn string) string {
	if !isServer(dsn) {
		return dsn
	}
	u, err := url.Parse(dsn)
	if err != nil {
		return "postgres://…"
	}
	return u.Scheme + "://" + u.Host + u.Path
}
