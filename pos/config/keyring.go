package config

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/zalando/go-keyring"
)

// Keyring is a store of secrets outside the data folder: the operating system's, or a fake in tests. Implementations are
// safe for concurrent use and never put a value into an error.
type Keyring interface {
	// Get returns the secret, or ErrNoSecret when there is none. Safe to repeat.
	Get(ctx context.Context, service, user string) (string, error)
	// Set stores the secret in place of an earlier one. Safe to repeat.
	Set(ctx context.Context, service, user, value string) error
}

// ErrNoSecret is a keyring that answers, and has nothing under that name.
var ErrNoSecret = errors.New("no such secret in the keyring")

// defaultService is the service of a keyring: name without a slash.
const defaultService = "guitai"

// systemKeyring is the Secret Service on Linux, the Keychain on macOS, the Credential Manager on Windows.
type systemKeyring struct{}

// atKeyring lets one call at a time reach the system, so that a keyring that never answers holds at most one goroutine.
var atKeyring = make(chan struct{}, 1)

func (systemKeyring) Get(ctx context.Context, service, user string) (string, error) {
	value, err := ask(ctx, atKeyring, func() (string, error) { return keyring.Get(service, user) })
	if errors.Is(err, keyring.ErrNotFound) {
		return "", ErrNoSecret
	}
	return value, err
}

func (systemKeyring) Set(ctx context.Context, service, user, value string) error {
	_, err := ask(ctx, atKeyring, func() (string, error) { return "", keyring.Set(service, user, value) })
	return err
}

// ask makes one call to the system when turn has room. The call cannot be stopped: it may stand before a dialog that asks a person for a
// password. When ctx ends first the caller goes on without it, and its goroutine ends when the dialog does.
func ask(ctx context.Context, turn chan struct{}, call func() (string, error)) (string, error) {
	select {
	case turn <- struct{}{}:
	case <-ctx.Done():
		return "", ctx.Err()
	}
	type answer struct {
		value string
		err   error
	}
	answered := make(chan answer, 1)
	go func() {
		defer func() { <-turn }()
		value, err := call()
		answered <- answer{value, err}
	}()
	select {
	case a := <-answered:
		return a.value, a.err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

var storeName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)

// Store keeps a secret and returns the reference to it, for the set-up form: in the keyring as guitai/NAME, or, where no
// keyring answers, in a 0600 file NAME in the data folder. It is in the keyring only once it has been read back from there.
// name is 1 to 64 of letters, digits, ".", "_" and "-". Safe to repeat; an earlier secret of that name is replaced.
func (r Resolver) Store(ctx context.Context, name, value string) (Secret, error) {
	if !storeName.MatchString(name) {
		return Secret{}, fmt.Errorf("store secret: %q is not a name for one", name)
	}
	value = strings.TrimRight(value, "\r\n") // as a file would lose them
	ring := r.ring()
	if value != "" && ring.Set(ctx, defaultService, name, value) == nil {
		if back, err := ring.Get(ctx, defaultService, name); err == nil && back == value {
			return Secret{form: formKeyring, name: defaultService + "/" + name}, nil
		}
	}
	if err := ctx.Err(); errors.Is(err, context.Canceled) {
		return Secret{}, fmt.Errorf("store secret %s: %w", name, err)
	}
	return WriteSecretFile(r.Dir, name, value)
}
