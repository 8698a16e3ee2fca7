package config

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/zalando/go-keyring"
)

// ring is a Keyring in memory; fault, when set, is all it answers.
type ring struct {
	mu    sync.Mutex
	kept  map[string]string
	fault error
}

func (r *ring) Get(_ context.Context, service, user string) (string, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.fault != nil {
		return "", r.fault
	}
	value, ok := r.kept[service+"/"+user]
	if !ok {
		return "", ErrNoSecret
	}
	return value, nil
}

func (r *ring) Set(_ context.Context, service, user, value string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.fault == nil {
		r.kept[service+"/"+user] = value
	}
	return r.fault
}

// environment is an Env of fixed variables.
func environment(vars map[string]string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		value, ok := vars[name]
		return value, ok
	}
}

func TestParseSecret_Forms(t *testing.T) {
	for text, good := range map[string]bool{
		"":                               true,
		"keyring:guitai/api_key":         true,
		"keyring:api_key":                true,
		"keyring:guitai/S001-T1/api_key": true,
		"env:GUITAI_API_KEY":             true,
		"file:apiclient_key.pem":         true,
		`file:C:\keys\api key.pem`:       true,
		"file:密钥.pem":                    true,

		"keyring:":         false,
		"keyring:/api_key": false,
		"keyring:guitai/":  false,
		"keyring:a b":      false,
		"keyring:密钥":       false,
		"env:":             false,
		"env:1A":           false,
		"env:A-B":          false,
		"env:A=B":          false,
		"file:":            false,
		"file:a\nb":        false,
		"ENV:A":            false,
		" env:A":           false,
		"env":              false,
		"a":                false,
	} {
		s, err := ParseSecret(text)
		var e *Error
		switch {
		case good && (err != nil || s.String() != text || s.IsZero() != (text == "")):
			t.Errorf("%q: %v, %v", text, s, err)
		case !good && (!errors.As(err, &e) || e.Problem != SecretWritten || !s.IsZero()):
			t.Errorf("%q: %v, %v", text, s, err)
		}
	}
}

func TestSecret_Resolve(t *testing.T) {
	dir := t.TempDir()
	elsewhere := filepath.Join(t.TempDir(), "key")
	write := func(path, body string, mode os.FileMode) {
		t.Helper()
		if err := os.WriteFile(path, []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
	}
	write(filepath.Join(dir, "key"), "in a file", 0o600)
	write(filepath.Join(dir, "key.pem"), "-----BEGIN-----\nMII\n-----END-----\r\n\n", 0o400)
	write(filepath.Join(dir, "notepad.txt"), "\ufeff from notepad \r\n", 0o600)
	write(filepath.Join(dir, "empty"), "\n\r\n", 0o600)
	write(filepath.Join(dir, "large"), strings.Repeat("x", maxSecret+1), 0o600)
	write(filepath.Join(dir, "binary"), "a\x00b", 0o600)
	write(elsewhere, "elsewhere", 0o600)

	r := Resolver{
		Dir:     dir,
		Env:     environment(map[string]string{"SET": "in the environment", "EMPTY": ""}),
		Keyring: &ring{kept: map[string]string{"guitai/a": "in the ring", "other/b/c": "deep", "guitai/empty": ""}},
	}
	for _, c := range []struct {
		ref     string
		value   string
		problem Problem
		names   string // what the error must name
	}{
		{"env:SET", "in the environment", "", ""},
		{"env:UNSET", "", EnvUnset, "UNSET"},
		{"env:EMPTY", "", EnvUnset, "EMPTY"},
		{"file:key", "in a file", "", ""},
		{"file:./key", "in a file", "", ""},
		{"file:" + elsewhere, "elsewhere", "", ""},
		{"file:key.pem", "-----BEGIN-----\nMII\n-----END-----", "", ""},
		{"file:notepad.txt", " from notepad ", "", ""},
		{"file:nowhere", "", FileUnreadable, filepath.Join(dir, "nowhere")},
		{"file:key/below", "", FileUnreadable, filepath.Join(dir, "key", "below")},
		{"file:.", "", FileUnreadable, dir},
		{"file:binary", "", FileUnreadable, filepath.Join(dir, "binary")},
		{"file:empty", "", FileEmpty, filepath.Join(dir, "empty")},
		{"file:large", "", FileTooLarge, filepath.Join(dir, "large")},
		{"keyring:guitai/a", "in the ring", "", ""},
		{"keyring:a", "in the ring", "", ""},
		{"keyring:other/b/c", "deep", "", ""},
		{"keyring:guitai/b", "", KeyringEmpty, "guitai/b"},
		{"keyring:guitai/empty", "", KeyringEmpty, "guitai/empty"},
		{"", "", Missing, "keyring:NAME"},
	} {
		value, err := reference(t, c.ref).Resolve(t.Context(), r)
		if c.problem == "" {
			if err != nil || value != c.value {
				t.Errorf("%s: %q, %v", c.ref, value, err)
			}
			continue
		}
		var e *Error
		if !errors.As(err, &e) || e.Problem != c.problem || !strings.Contains(e.Error(), c.names) || value != "" {
			t.Errorf("%s: %q, %v", c.ref, value, err)
		}
	}
}

func TestSecret_ResolveReadsTheProcessEnvironment(t *testing.T) {
	t.Setenv("GUITAI_TEST_SECRET", "from the process")
	value, err := reference(t, "env:GUITAI_TEST_SECRET").Resolve(t.Context(), Resolver{})
	if err != nil || value != "from the process" {
		t.Errorf("%q, %v", value, err)
	}
}

func TestSecret_AFileOthersMayReadIsRefused(t *testing.T) {
	if runtime.GOOS == "windows" {
		return // has no such bits: nothing to refuse
	}
	dir := filepath.Join(t.TempDir(), "it's here")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "key")
	if err := os.WriteFile(path, []byte("hush"), 0o600); err != nil {
		t.Fatal(err)
	}
	for mode, good := range map[os.FileMode]bool{0o600: true, 0o400: true, 0o640: false, 0o604: false, 0o644: false, 0o620: false, 0o601: false} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		value, err := reference(t, "file:key").Resolve(t.Context(), Resolver{Dir: dir})
		if good {
			if err != nil || value != "hush" {
				t.Errorf("%o: %q, %v", mode, value, err)
			}
			continue
		}
		var e *Error
		if !errors.As(err, &e) || e.Problem != FileOpen || value != "" {
			t.Errorf("%o: %q, %v", mode, value, err)
			continue
		}
		if want := "chmod 600 '" + strings.Replace(path, "it's", `it'\''s`, 1) + "'"; e.Want != want {
			t.Errorf("%o: says %s, want %s", mode, e.Want, want)
		}
	}
}

func TestSecret_AKeyringThatFails(t *testing.T) {
	locked := errors.New("locked")
	_, err := reference(t, "keyring:guitai/a").Resolve(t.Context(), Resolver{Keyring: &ring{fault: locked}})
	var e *Error
	if !errors.As(err, &e) || e.Problem != KeyringUnavailable || !errors.Is(err, locked) || !strings.Contains(err.Error(), "guitai/a") {
		t.Error(err)
	}
}

func TestAsk_AKeyringThatNeverAnswersHoldsOneGoroutine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		turn := make(chan struct{}, 1)
		dialog := make(chan struct{})
		calls := 0
		never := func() (string, error) {
			calls++
			<-dialog
			return "late", nil
		}
		for range 3 {
			ctx, stop := context.WithTimeout(t.Context(), 5*time.Second)
			if value, err := ask(ctx, turn, never); value != "" || !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%q, %v", value, err)
			}
			stop()
		}
		synctest.Wait()
		if calls != 1 {
			t.Errorf("%d calls wait", calls)
		}
		close(dialog)
		synctest.Wait()
		if value, err := ask(t.Context(), turn, func() (string, error) { return "now", nil }); value != "now" || err != nil {
			t.Errorf("afterwards: %q, %v", value, err)
		}
	})
}

func TestSystemKeyring(t *testing.T) {
	keyring.MockInit() // in memory: no test touches a person's own keyring
	r := Resolver{Dir: t.TempDir()}
	if _, err := reference(t, "keyring:guitai/api_key").Resolve(t.Context(), r); problem(err) != KeyringEmpty {
		t.Errorf("before: %v", err)
	}
	s, err := r.Store(t.Context(), "api_key", "hush")
	if err != nil || s.String() != "keyring:guitai/api_key" {
		t.Fatalf("%v, %v", s, err)
	}
	if value, err := s.Resolve(t.Context(), r); err != nil || value != "hush" {
		t.Errorf("%q, %v", value, err)
	}
	if value, err := keyring.Get("guitai", "api_key"); err != nil || value != "hush" {
		t.Errorf("kept as %q, %v", value, err)
	}
	keyring.MockInitWithError(errors.New("no bus"))
	if _, err := s.Resolve(t.Context(), r); problem(err) != KeyringUnavailable {
		t.Errorf("without a bus: %v", err)
	}
}

// problem is the Problem of an Error, or empty.
func problem(err error) Problem {
	var e *Error
	if errors.As(err, &e) {
		return e.Problem
	}
	return ""
}

func TestResolver_Store(t *testing.T) {
	for _, c := range []struct {
		name    string
		keyring *ring
		want    string
	}{
		{"in the keyring", &ring{kept: map[string]string{}}, "keyring:guitai/api_key"},
		{"in a file where there is no keyring", &ring{fault: errors.New("no bus")}, "file:api_key"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := Resolver{Dir: t.TempDir(), Keyring: c.keyring}
			s, err := r.Store(t.Context(), "api_key", "hush\n")
			if err != nil || s.String() != c.want {
				t.Fatalf("%v, %v", s, err)
			}
			if value, err := s.Resolve(t.Context(), r); err != nil || value != "hush" {
				t.Errorf("%q, %v", value, err)
			}
			if _, err := r.Store(t.Context(), "../api_key", "hush"); err == nil || strings.Contains(err.Error(), "hush") {
				t.Errorf("a path for a name: %v", err)
			}
			if s, err := r.Store(t.Context(), "nothing", ""); err == nil {
				t.Errorf("nothing, kept as %v", s)
			}
		})
	}
}

func TestMissingSecrets_NameTheKeyAndItsLine(t *testing.T) {
	dir := t.TempDir()
	c, err := Parse("config.toml", []byte(minimal+"client_cert = \"cert.pem\"\nclient_key = \"file:key.pem\"\napi_v3_key = \"env:NOT_USED_YET\"\n"))
	if err != nil {
		t.Fatal(err)
	}
	r := Resolver{Dir: dir, Env: environment(nil), Keyring: &ring{}}
	check := func(want ...string) {
		t.Helper()
		var got []string
		for _, e := range c.MissingSecrets(t.Context(), r) {
			got = append(got, fmt.Sprintf("%s:%d %s %s", e.File, e.Line, e.Key, e.Problem))
		}
		if !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	check("config.toml:8 wechat.api_key env_unset", "config.toml:9 wechat.client_cert file_unreadable", "config.toml:10 wechat.client_key file_unreadable")
	if _, err := c.WeChat.APIKey.Resolve(t.Context(), r); err == nil ||
		err.Error() != "config.toml:8: wechat.api_key: environment variable GUITAI_API_KEY is not set, or empty" {
		t.Errorf("the secret itself says %v", err)
	}

	r.Env = environment(map[string]string{"GUITAI_API_KEY": "hush"})
	cert, key := keyPair(t)
	if _, err := WriteSecretFile(dir, "key.pem", key); err != nil {
		t.Fatal(err)
	}
	check("config.toml:9 wechat.client_cert file_unreadable")
	if err := os.WriteFile(filepath.Join(dir, "cert.pem"), []byte(cert), 0o644); err != nil {
		t.Fatal(err)
	}
	check()
	_, other := keyPair(t)
	if _, err := WriteSecretFile(dir, "key.pem", other); err != nil {
		t.Fatal(err)
	}
	check("config.toml:10 wechat.client_key format")

	// In code there is no line to name, but there is a key.
	c = practice()
	c.WeChat.APIKey = reference(t, "env:OTHER")
	check(":0 wechat.api_key env_unset")
	c.WeChat.APIKey = GivenSecret("hush")
	check()
	c.Relay.URL = "https://relay.example"
	check(":0 relay.token keyring_empty")
}

// verbs are the ways a careless line may print a Config.
var verbs = []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%10v", "%-40s", "%p", "%o", "%w"}

func TestSecret_NeverShows(t *testing.T) {
	const hush = "HUSH0123456789abcdefHUSH01234567"
	c := practice()
	c.WeChat.APIKey = GivenSecret(hush)
	byPointer := &c
	values := map[string]any{"config": c, "pointer": byPointer, "wechat": c.WeChat, "secret": c.WeChat.APIKey, "secrets": []Secret{c.WeChat.APIKey}, "map": map[string]Secret{"a": c.WeChat.APIKey}}
	for name, v := range values {
		for _, verb := range verbs {
			silent(t, name+" "+verb, fmt.Sprintf(verb, v), hush)
		}
		text, err := json.Marshal(v)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		silent(t, name+" as JSON", string(text), hush)
		var log bytes.Buffer
		for _, h := range []slog.Handler{slog.NewJSONHandler(&log, nil), slog.NewTextHandler(&log, nil)} {
			slog.New(h).Info("settings", "v", v)
		}
		silent(t, name+" in the log", log.String(), hush)
	}
	_, err := c.render()
	if got := found(t, err); !slices.Equal(got, []string{"0 wechat.api_key given"}) {
		t.Errorf("saved: %v", got)
	}
	silent(t, "saving", err.Error(), hush)

	const want = `keyring:guitai/relay_token "keyring:guitai/relay_token" config.Secret("keyring:guitai/relay_token") keyring:guitai/relay_token`
	token := Default().Relay.Token
	if got := fmt.Sprintf("%s %q %#v %d", token, token, token, token); got != want {
		t.Errorf("a reference prints as %s", got)
	}
	if a, b := practice(), practice(); !a.Equal(b) {
		t.Error("equal secrets differ")
	} else if b.WeChat.APIKey = GivenSecret("another"); a.Equal(b) {
		t.Error("different secrets are equal")
	}
}

// silent fails when text shows the secret, plainly or in hexadecimal.
func silent(t *testing.T, where, text, secret string) {
	t.Helper()
	lower := strings.ToLower(text)
	for _, form := range []string{secret, fmt.Sprintf("%x", secret)} {
		if strings.Contains(lower, strings.ToLower(form)) {
			t.Errorf("%s shows the secret", where) // and this line does not
		}
	}
}

// spots are files with a secret in the wrong place; %s is the secret.
var spots = []string{
	minimal + "api_v3_key = \"%s\"\n",
	minimal + "api_v3_key = '''%s'''\n",
	minimal + "api_v3_key = \"\"\"\n%s\n\"\"\"\n",
	minimal + "api_v3_key = \"%s\n",
	minimal + "api_v3_key = '%s\n",
	minimal + "api_v3_key = %s\n",
	minimal + "api_v3_key %s\n",
	minimal + "%s\n",
	minimal + "%s = \"api_v3_key\"\n",
	minimal + "\"%s\" = true\n",
	minimal + "eyJhbGciOiJIUzI1.%s = true\n",
	minimal + "api_v3_key.%s = true\n",
	minimal + "api_v3_key = [\"%s\"]\n",
	minimal + "api_v3_key = { value = \"%s\" }\n",
	minimal + "api_v3_key = \"keyring: %s\"\n",
	minimal + "api_v3_key = \"env: %s\"\n",
	minimal + "api_v3_key = \"secret:%s\"\n",
	minimal + "api_v3_key = \"\\q%s\"\n",
	minimal + "[%s]\n",
	minimal + "[[%s]]\n",
	minimal + "[wechat.%s]\n",
	minimal + "limit_pay = \"%s\"\n",
	minimal + "base_url = \"https://user:%s@host/\"\n",
	minimal + "base_url = \"https://host/?key=%s\"\n",
	minimal + "base_url = \"%s\"\n",
	minimal + "create_ip = \"%s\"\n",
	minimal + "order_expires = \"%s\"\n",
	minimal + "order_expires = %s\n",
	minimal + "receipt = %s\n",
	minimal + "[printer]\nurl = \"tcp://%s\"\n",
	minimal + "[printer]\npaper = \"%s\"\n",
	minimal + "[notify]\nlisten = \"%s\"\n",
	strings.Replace(minimal, "\"S001\"", "\"%s\"", 1),
	strings.Replace(minimal, "\"wx8888888888888888\"", "\"%s!\"", 1),
	strings.Replace(minimal, "till = \"T1\"", "till = \"T1\"\ntimezone = \"%s\"", 1),
}

func TestParse_NeverRepeatsASecret(t *testing.T) {
	for _, hush := range []string{
		"HUSH0123456789abcdefHUSH01234567",
		"91823746509182374650918237465091",
		"eyJhbGciOiJIUzI1.eyJzdWIiOiIx.TJVA95Or",
		"kX9/+abcABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789==",
	} {
		for _, spot := range spots {
			text := strings.Replace(spot, "%s", hush, 1)
			c, err := Parse("config.toml", []byte(text))
			if err == nil {
				t.Errorf("accepted %s", spot[len(minimal):])
				continue
			}
			log := new(bytes.Buffer)
			slog.New(slog.NewJSONHandler(log, nil)).Error("configuration", "err", err)
			var es Errors
			errors.As(err, &es)
			silent(t, spot[strings.Index(spot, "%s")-20:], fmt.Sprintf("%v %+v %#v %v %s", err, err, c, es, log), hush)
			for _, e := range es {
				silent(t, string(e.Problem), fmt.Sprintf("%v %+v %#v", e, *e, e), hush)
			}
		}
	}
}

func FuzzParse_NeverRepeatsASecret(f *testing.F) {
	for i := range spots {
		f.Add(uint8(i), "HUSH0123456789abcdefHUSH01234567")
	}
	f.Fuzz(func(t *testing.T, spot uint8, hush string) {
		// Shorter ones may be words of the message itself, longer ones are covered by these.
		if len(hush) < 32 || len(hush) > 64 || strings.Contains(secretForms+minimal, hush) {
			return
		}
		text := strings.Replace(spots[int(spot)%len(spots)], "%s", hush, 1)
		if _, err := Parse("config.toml", []byte(text)); err != nil {
			silent(t, "the error", err.Error(), hush)
		}
	})
}
