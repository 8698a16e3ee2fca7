//go:build services && !windows

package central_test

import (
	"fmt"
	"os"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // what programs that take PostgreSQL import

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
