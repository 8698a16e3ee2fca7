package i18n

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The till names its messages by id; this holds its source and the words together, both ways.
func TestMessages_AreThoseTheTillSays(t *testing.T) {
	said := map[string]bool{}
	files, err := filepath.Glob("../checkout/*.go")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	call := regexp.MustCompile(`\.(?:say|mention)\(pos\.Msg\w+, "([a-z-]+)"`)
	for _, f := range files {
		if strings.HasSuffix(f, "_test.go") {
			continue
		}
		src, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range call.FindAllStringSubmatch(string(src), -1) {
			said[m[1]] = true
		}
	}
	for id := range said {
		if _, ok := readings[id]; !ok {
			t.Errorf("the till says %q, for which there are no words", id)
		}
	}
	for id := range readings {
		if !said[id] {
			t.Errorf("there are words for %q, which the till never says", id)
		}
	}
}
