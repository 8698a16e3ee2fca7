package central_test

import (
	"os"
	"testing"
)

// around runs the tests with what they need started before and stopped after: a build with the tag services sets it.
var around = func(m *testing.M) int { return m.Run() }

// childURL names the database that this process stores notices in until it is killed, instead of testing.
const childURL = "GUITAI_CENTRAL_CHILD"

func TestMain(m *testing.M) {
	if url := os.Getenv(childURL); url != "" {
		os.Exit(child(url))
	}
	os.Exit(around(m))
}
