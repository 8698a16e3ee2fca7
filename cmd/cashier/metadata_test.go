//go:build !windowless

package main

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// What the program says of itself is what its packages are made from.
func TestMetadata_IsThatOfFyneAppToml(t *testing.T) {
	text, err := os.ReadFile("../../FyneApp.toml")
	if err != nil {
		t.Fatal(err)
	}
	for key, is := range map[string]string{"ID": appID, "Name": appName, "Version": version} {
		if line := fmt.Sprintf("\n%s = %q\n", key, is); !strings.Contains(string(text), line) {
			t.Errorf("FyneApp.toml has no line%s", line)
		}
	}
}
