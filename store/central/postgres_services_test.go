//go:build services && !windows

package central_test

import (
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // what programs that take PostgreSQL import

	"guitai/pos"
	"guitai/store/central"
	"guitai/store/central/centraltest"
)

// server is of all tests of this file; each has a database of its own in it.
var server *centraltest.Postgres

func init() { around = withServer }

func withServer(m *testing.M) int {
	var err error
	if server, err = centraltest.Start(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() {
		if err := server.Stop(); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	}()
	return m.Run()
}

func freshDatabase(t *testing.T) string {
	t.Helper()
	url, err := server.Fresh()
	if err != nil {
		t.Fatal(err)
	}
	return url
}

func TestPostgres(t *testing.T) {
	suite(t, freshDatabase)
}

func TestPostgresKilled(t *testing.T) {
	testKilled(t, freshDatabase(t))
}

// noSecret fails when an error has the password in it.
func noSecret(t *testing.T, err error) {
	t.Helper()
	if err == nil {
		t.Error("it was opened")
		return
	}
	for _, secret := range []string{centraltest.Password, centraltest.PasswordEscaped, "wrong%20secret", "wrong secret"} {
		if strings.Contains(err.Error(), secret) {
			t.Errorf("%q has a password in it", err)
		}
	}
}

func TestPostgresSaysWhatIsWrong(t *testing.T) {
	url := freshDatabase(t)
	for _, tt := range []struct {
		name, url string
		want      pos.Code
	}{
		{"password", strings.Replace(url, centraltest.PasswordEscaped, "wrong%20secret", 1), pos.CodeInvalid},
		{"database", strings.Replace(url, "/relay", "/nothing", 1), pos.CodeInvalid},
		{"port", strings.Replace(url, "@127.0.0.1:", "@127.0.0.1:1/x?y=", 1), pos.CodeUnreachable},
		{"host", strings.Replace(url, "@127.0.0.1", "@nobody.invalid", 1), pos.CodeUnreachable},
		{"form", strings.Replace(url, "@127.0.0.1:", "@[127.0.0.1:", 1), pos.CodeInvalid},
		{"parameter", url + "&sslmode=perhaps&connect_timeout=" + centraltest.PasswordEscaped, pos.CodeInvalid},
		{"query", url + "&x=%zz", pos.CodeInvalid},
		{"setting", url + "&no_such_setting=1", pos.CodeInternal},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := central.Open(t.Context(), tt.url)
			wantCode(t, err, tt.want)
			noSecret(t, err)
		})
	}
}

// The session commits synchronously, whatever else is set.
func TestPostgresCommitsSynchronously(t *testing.T) {
	for _, change := range []func(url, name string) string{
		func(url, _ string) string { return url + "&synchronous_commit=off" },
		func(url, name string) string {
			if _, err := server.SQL("postgres", "ALTER DATABASE "+name+" SET synchronous_commit = off"); err != nil {
				t.Fatal(err)
			}
			return url
		},
	} {
		url := freshDatabase(t)
		_, name, _ := strings.Cut(url, "@")
		_, name, _ = strings.Cut(name, "/")
		name, _, _ = strings.Cut(name, "?")
		c := open(t, change(url, name))
		if got, err := c.Setting(t.Context(), "synchronous_commit"); err != nil || got != "on" {
			t.Errorf("synchronous_commit is %s, %v", got, err)
		}
	}
}

func TestPostgresRefusesAServerWithoutFsync(t *testing.T) {
	url := freshDatabase(t)
	set := func(value string) {
		for _, text := range []string{"ALTER SYSTEM SET fsync = " + value, "SELECT pg_reload_conf()"} {
			if _, err := server.SQL("postgres", text); err != nil {
				t.Fatal(err)
			}
		}
		for end := time.Now().Add(longEnough); time.Now().Before(end); {
			if got, _ := server.SQL("postgres", "SHOW fsync"); got == value {
				return
			}
		}
		t.Fatal("the server does not take the setting")
	}
	set("off")
	t.Cleanup(func() { set("on") })
	_, err := central.Open(t.Context(), url)
	wantCode(t, err, pos.CodeInvalid)
}

// The server ends in the middle of the work, cleanly or not: what was acknowledged is there when it is back, and the relay goes on by
// itself.
func TestPostgresServerGoesAndComes(t *testing.T) {
	c := open(t, freshDatabase(t))
	till := paired(t, c, "", "T1").ID
	for round, end := range []func() error{server.Down, server.Crash} {
		var mu sync.Mutex
		var kept []string
		var failed error
		var wg sync.WaitGroup
		for worker := range 8 {
			wg.Go(func() {
				for n := 0; n < 100_000; n++ {
					r := notice(n)
					r.ID = fmt.Sprintf("%d-%d-%d", round, worker, n)
					_, _, err := c.Keep(t.Context(), till, r)
					mu.Lock()
					if err != nil {
						failed = err
						mu.Unlock()
						return
					}
					kept = append(kept, r.ID)
					mu.Unlock()
				}
			})
		}
		for many := false; !many; time.Sleep(time.Millisecond) {
			mu.Lock()
			many = len(kept) > 100
			mu.Unlock()
		}
		if err := end(); err != nil {
			t.Fatal(err)
		}
		wg.Wait()
		wantCode(t, failed, pos.CodeUnreachable)
		_, err := c.Revision(t.Context())
		wantCode(t, err, pos.CodeUnreachable)
		noSecret(t, err)
		if err := server.Up(); err != nil {
			t.Fatal(err)
		}
		there := map[string]bool{}
		box, err := c.Mailbox(t.Context(), nil, noon.Add(1<<50), 1_000_000)
		must(t, err)
		for _, r := range box[till] {
			there[r.ID] = true
		}
		for _, id := range kept {
			if !there[id] {
				t.Errorf("%s was acknowledged and is gone", id)
			}
		}
		keep(t, c, till, notice(round))
	}
}

func BenchmarkKeepPostgres(b *testing.B) {
	benchKeep(b, func(b *testing.B) string {
		url, err := server.Fresh()
		if err != nil {
			b.Fatal(err)
		}
		return url
	})
}
