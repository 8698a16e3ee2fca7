package config

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"unicode"
)

// Secret says where a secret is kept; it is not the secret. The zero Secret means "not set". However it is printed, logged
// or encoded, only the reference shows.
type Secret struct {
	form  string
	name  string
	given *string // only from GivenSecret; behind a pointer, so that no dump of a struct shows it
	key   string  // the setting it belongs to, for errors
	line  int
	file  string
}

const (
	formKeyring = "keyring"
	formEnv     = "env"
	formFile    = "file"
)

const (
	// secretForms is what a Secret may look like in the file.
	secretForms = "keyring:NAME, env:NAME or file:PATH"
	// givenText stands for a secret that has no reference.
	givenText = "(given by the program)"
	// maxSecret bytes: the largest secret is an RSA key in PEM with its chain.
	maxSecret = 64 << 10
)

var (
	envName     = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]{0,127}$`)
	keyringName = regexp.MustCompile(`^[!-~]{1,128}$`)
)

// ParseSecret reads a reference: keyring:NAME, env:NAME or file:PATH. NAME of a keyring is SERVICE/USER; without a slash
// the service is "guitai". Empty text is the zero Secret. Anything else is an *[Error] with [SecretWritten], which does not
// repeat the text.
func ParseSecret(text string) (Secret, error) {
	s, f := parseSecret(text)
	if f != nil {
		return Secret{}, f.at("", "", 0)
	}
	return s, nil
}

func parseSecret(text string) (Secret, *fault) {
	if text == "" {
		return Secret{}, nil
	}
	form, name, _ := strings.Cut(text, ":")
	ok := false
	switch form {
	case formKeyring:
		ok = keyringName.MatchString(name) && !strings.HasPrefix(name, "/") && !strings.HasSuffix(name, "/")
	case formEnv:
		ok = envName.MatchString(name)
	case formFile:
		ok = name != "" && len(name) <= 1024 && !strings.ContainsFunc(name, unicode.IsControl)
	}
	if !ok {
		return Secret{}, &fault{problem: SecretWritten, want: secretForms}
	}
	return Secret{form: form, name: name}, nil
}

// GivenSecret is a secret the program itself knows, as practice mode and tests do. It resolves to value and shows as a
// placeholder; a Config that holds one cannot be saved.
func GivenSecret(value string) Secret { return Secret{given: &value} }

// IsZero tells whether the secret is not set.
func (s Secret) IsZero() bool { return s.form == "" && s.given == nil }

// Given reports whether the program itself knows the secret, as in practice mode: it has no reference to show.
func (s Secret) Given() bool { return s.given != nil }

// Equal tells whether two Secrets name the same place (or, given by the program, are the same value).
func (s Secret) Equal(t Secret) bool {
	if s.given != nil && t.given != nil {
		return *s.given == *t.given
	}
	return s.given == t.given && s.form == t.form && s.name == t.name
}

// String is the reference as it stands in config.toml.
func (s Secret) String() string {
	switch {
	case s.given != nil:
		return givenText
	case s.form == "":
		return ""
	}
	return s.form + ":" + s.name
}

// GoString is the reference, for %#v.
func (s Secret) GoString() string { return fmt.Sprintf("config.Secret(%q)", s.String()) }

// Format prints the reference whatever the verb: without it %d and the like would print the fields.
func (s Secret) Format(f fmt.State, verb rune) {
	text := s.String()
	switch {
	case verb == 'v' && f.Flag('#'):
		text = s.GoString()
	case verb == 'q':
		text = fmt.Sprintf("%q", text)
	}
	_, _ = io.WriteString(f, text)
}

// LogValue is the reference.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText is the reference.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Resolver finds the values of secrets. Env and Keyring may be nil: the process's environment and the system's keyring.
// It is safe for concurrent use.
type Resolver struct {
	Dir     string // the data folder: relative paths start here
	Env     func(name string) (value string, set bool)
	Keyring Keyring
}

// Path is path as the program must open it: relative paths are relative to the data folder.
func (r Resolver) Path(path string) string {
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(r.Dir, path)
}

// Resolve returns the secret itself: the one call that does. Keep what it returns out of logs and errors.
//
// The error is an *[Error] that names the setting and the cause: [Missing], [EnvUnset], [FileUnreadable], [FileOpen],
// [FileEmpty], [FileTooLarge], [KeyringEmpty] or [KeyringUnavailable]; or ctx's, as KeyringUnavailable, when a keyring takes
// too long (it may be waiting for a person to unlock it). Safe to repeat.
func (s Secret) Resolve(ctx context.Context, r Resolver) (string, error) {
	value, f := s.resolve(ctx, r)
	if f != nil {
		return "", f.at(s.file, s.key, s.line)
	}
	return value, nil
}

func (s Secret) resolve(ctx context.Context, r Resolver) (string, *fault) {
	if s.given != nil {
		return *s.given, nil
	}
	switch s.form {
	case formEnv:
		return r.env(s.name)
	case formFile:
		return r.file(s.name)
	case formKeyring:
		return r.keyring(ctx, s.name)
	}
	return "", &fault{problem: Missing, want: secretForms}
}

func (r Resolver) env(name string) (string, *fault) {
	lookup := r.Env
	if lookup == nil {
		lookup = os.LookupEnv
	}
	if value, _ := lookup(name); value != "" {
		return value, nil
	}
	return "", &fault{problem: EnvUnset, want: name}
}

// file reads a secret file. Line breaks at its end are not part of the secret: editors add them.
func (r Resolver) file(name string) (string, *fault) {
	path := r.Path(name)
	body, f := readPrivate(path)
	if f != nil {
		return "", f
	}
	value := strings.TrimRight(strings.TrimPrefix(string(body), "\ufeff"), "\r\n")
	if value == "" {
		return "", &fault{problem: FileEmpty, want: path}
	}
	return value, nil
}

func readPrivate(path string) ([]byte, *fault) {
	unreadable := func(err error) *fault {
		return &fault{problem: FileUnreadable, want: path, err: pathless(err)}
	}
	// Asked before it is opened: opening a pipe would wait for its other end.
	if info, err := os.Stat(path); err != nil {
		return nil, unreadable(err)
	} else if !info.Mode().IsRegular() {
		return nil, unreadable(errors.New("not a regular file"))
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, unreadable(err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, unreadable(err)
	}
	// Windows keeps no such bits; there the folder's own access list guards the file.
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		return nil, &fault{problem: FileOpen, want: "chmod 600 " + shellQuote(path)}
	}
	body, err := io.ReadAll(io.LimitReader(file, maxSecret+1))
	switch {
	case err != nil:
		return nil, unreadable(err)
	case len(body) > maxSecret:
		return nil, &fault{problem: FileTooLarge, want: path}
	case bytes.IndexByte(body, 0) >= 0:
		return nil, unreadable(errors.New("not a text file"))
	}
	return body, nil
}

func shellQuote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

func (r Resolver) keyring(ctx context.Context, name string) (string, *fault) {
	service, user := splitKeyringName(name)
	value, err := r.ring().Get(ctx, service, user)
	switch {
	case errors.Is(err, ErrNoSecret) || err == nil && value == "":
		return "", &fault{problem: KeyringEmpty, want: name}
	case err != nil:
		return "", &fault{problem: KeyringUnavailable, want: name, err: err}
	}
	return value, nil
}

func splitKeyringName(name string) (service, user string) {
	service, user, found := strings.Cut(name, "/")
	if !found {
		return defaultService, name
	}
	return service, user
}

func (r Resolver) ring() Keyring {
	if r.Keyring == nil {
		return systemKeyring{}
	}
	return r.Keyring
}

// MissingSecrets resolves every secret that this Config puts to use and returns an [Error] for each that cannot be had,
// with its key and line; the certificate that goes with a client key counts among them, and that the two fit. It is for --check-config, and for
// turning off, with the reason, the part that needs it: by Key, "wechat.api_key" is all of WeChat, "wechat.client_key" and
// "wechat.client_cert" are refunds, payment codes and reversing. Safe to repeat.
func (c Config) MissingSecrets(ctx context.Context, r Resolver) []*Error {
	var missing []*Error
	check := func(key string, f *fault) {
		if f != nil {
			missing = append(missing, c.located(key, f))
		}
	}
	secret := func(key string, s Secret) {
		_, f := s.resolve(ctx, r)
		check(key, f)
	}
	if c.WeChat.Set() {
		secret("wechat.api_key", c.WeChat.APIKey)
	}
	if c.WeChat.ClientCert != "" {
		_, _, badCert, badKey := c.clientPair(ctx, r)
		check(clientCertKey, badCert)
		check(clientKeyKey, badKey)
	}
	if c.Relay.URL != "" {
		secret("relay.token", c.Relay.Token)
	}
	for _, s := range []struct {
		key string
		Secret
	}{{"phone.key", c.Phone.Key}, {"phone.mini_secret", c.Phone.MiniSecret}} {
		if !s.IsZero() {
			secret(s.key, s.Secret)
		}
	}
	if c.APIv1.AppID != "" {
		secret("apiv1.app_secret", c.APIv1.AppSecret)
		secret("apiv1.partner_key", c.APIv1.PartnerKey)
		secret("apiv1.pay_sign_key", c.APIv1.PaySignKey)
	}
	return missing
}
