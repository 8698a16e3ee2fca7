// Package centraltest gives tests, benchmarks and the like a PostgreSQL of their own: a server that was made for them, on a free port of
// this machine, which is gone with them. It must be installed: Debian's package postgresql.
package centraltest

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

const owner = "guitai"

// The password of the server's user, in the clear and as it stands in a URL. It has what must be escaped. No error may have either in it.
const (
	Password        = "p@ss:w/rd%41"
	PasswordEscaped = "p%40ss%3Aw%2Frd%2541"
)

// ErrMissing: PostgreSQL is not installed on this machine.
var ErrMissing = errors.New("PostgreSQL is not installed; .ci/install services brings it")

// Postgres is a server. Its methods may be used by one goroutine at a time, but for Fresh.
type Postgres struct {
	bin, dir string
	port     int
	run      *exec.Cmd
	lines    *os.File // closing it ends the server, so it also ends when this process does

	mu   sync.Mutex
	made int // databases
}

// Start makes a server and starts it. PostgreSQL does not run as root: for root it is the user postgres or nobody.
func Start() (_ *Postgres, err error) {
	p := &Postgres{}
	if p.bin, err = programs(); err != nil {
		return nil, err
	}
	if p.dir, err = os.MkdirTemp("", "guitai-postgres-"); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			_ = p.Stop() // the first error is the one to tell
		}
	}()
	secret := filepath.Join(p.dir, "password")
	if err := os.WriteFile(secret, []byte(Password+"\n"), 0o600); err != nil {
		return nil, err
	}
	if err := giveAway(p.dir, secret); err != nil {
		return nil, err
	}
	initdb := p.command("initdb", "-D", p.data(), "-U", owner, "-E", "UTF8", "--locale=C", "--auth=scram-sha-256", "--pwfile="+secret)
	if out, err := initdb.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w: %s", err, out)
	}
	// The free port may be somebody else's by the time that the server asks for it.
	for range 5 {
		if p.port, err = freePort(); err != nil {
			return nil, err
		}
		if err = p.Up(); err == nil {
			return p, nil
		}
	}
	return nil, err
}

func (p *Postgres) data() string { return filepath.Join(p.dir, "data") }

// Up starts the server again after Down or Crash, where it was, and returns when it answers.
func (p *Postgres) Up() error {
	read, write, err := os.Pipe()
	if err != nil {
		return err
	}
	defer read.Close() //nolint:errcheck // it is the child's
	log, err := os.OpenFile(filepath.Join(p.dir, "log"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	defer log.Close() //nolint:errcheck // likewise
	// The shell waits for the end of its input, and ends the server then: fast, as on SIGINT, which closes its connections.
	p.run = p.command("sh", "-c", `"$0" "$@" </dev/null & p=$!; read -r how; kill -s "${how:-INT}" $p; wait $p`,
		filepath.Join(p.bin, "postgres"), "-D", p.data(), "-k", p.dir, "-p", strconv.Itoa(p.port), "-c", "listen_addresses=127.0.0.1")
	p.run.Stdin, p.run.Stdout, p.run.Stderr, p.lines = read, log, log, write
	if err := p.run.Start(); err != nil {
		return errors.Join(err, write.Close())
	}
	for end := time.Now().Add(2 * time.Minute); ; time.Sleep(20 * time.Millisecond) {
		out, err := p.command("pg_isready", "-h", "127.0.0.1", "-p", strconv.Itoa(p.port)).CombinedOutput()
		if err == nil {
			return nil
		}
		if time.Now().After(end) {
			text, _ := os.ReadFile(log.Name()) // what there is of it
			return errors.Join(fmt.Errorf("the server does not answer: %w: %s%s", err, out, bytes.TrimSpace(text)), p.Down())
		}
	}
}

// Down stops the server; its databases stay. Connections are closed, transactions under way rolled back.
func (p *Postgres) Down() error { return p.end("INT") }

// Crash ends the server as a power cut would, but that what it wrote is there: it recovers in Up.
func (p *Postgres) Crash() error { return p.end("QUIT") }

func (p *Postgres) end(signal string) error {
	if p.run == nil {
		return nil
	}
	_, err := p.lines.WriteString(signal + "\n")
	err = errors.Join(err, p.lines.Close())
	_ = p.run.Wait() // how it ended is its own business
	p.run = nil
	return err
}

// Stop ends the server and removes it. Safe to repeat.
func (p *Postgres) Stop() error { return errors.Join(p.Down(), os.RemoveAll(p.dir)) }

// Fresh makes an empty database and returns its URL. Safe for concurrent use.
func (p *Postgres) Fresh() (string, error) {
	p.mu.Lock()
	p.made++
	name := fmt.Sprintf("relay%d", p.made)
	p.mu.Unlock()
	if _, err := p.SQL("postgres", "CREATE DATABASE "+name); err != nil {
		return "", err
	}
	return p.URL(name), nil
}

// URL is that of a database.
func (p *Postgres) URL(database string) string {
	return fmt.Sprintf("postgres://%s:%s@127.0.0.1:%d/%s?sslmode=disable", owner, PasswordEscaped, p.port, database)
}

// SQL runs one statement as the owner of everything and returns what it said, without decoration.
func (p *Postgres) SQL(database, text string) (string, error) {
	c := p.command("psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p", strconv.Itoa(p.port), "-U", owner, "-d", database, "-c", text)
	c.Env = append(c.Environ(), "PGPASSWORD="+Password)
	out, err := c.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("psql: %w: %s", err, out)
	}
	return strings.TrimSpace(string(out)), nil
}

// command is a program of PostgreSQL's, or the shell, as somebody who is not root.
func (p *Postgres) command(name string, args ...string) *exec.Cmd {
	if name != "sh" {
		name = filepath.Join(p.bin, name)
	}
	c := exec.Command(name, args...)
	c.Dir = p.dir
	c.Env = append(os.Environ(), "LC_ALL=C", "HOME="+p.dir) // where libpq looks for passwords and certificates
	becomeSomebody(c)
	return c
}

// programs finds where PostgreSQL's programs are: the newest.
func programs() (string, error) {
	if path, err := exec.LookPath("initdb"); err == nil {
		path, err = filepath.EvalSymlinks(path) // the others may not be linked to
		return filepath.Dir(path), err
	}
	var found []string
	for _, pattern := range []string{"/usr/lib/postgresql/*/bin/initdb", "/usr/pgsql-*/bin/initdb", "/opt/homebrew/opt/postgresql*/bin/initdb"} {
		more, err := filepath.Glob(pattern)
		if err != nil {
			return "", err
		}
		found = append(found, more...)
	}
	if len(found) == 0 {
		return "", ErrMissing
	}
	return filepath.Dir(slices.MaxFunc(found, func(a, b string) int { return version(a) - version(b) })), nil
}

// version is the first number in a path.
func version(path string) int {
	digits := strings.FieldsFunc(path, func(r rune) bool { return r < '0' || r > '9' })
	if len(digits) == 0 {
		return 0
	}
	n, _ := strconv.Atoi(digits[0]) // 0 for one that is too long
	return n
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	port := l.Addr().(*net.TCPAddr).Port
	return port, l.Close()
}
