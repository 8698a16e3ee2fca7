package main

import (
	"strings"
	"testing"

	"guitai/assets/guide"
	"guitai/pos/storefront"
)

// TestGuide_ItsSignaturesAreRight: a developer checks his own by them.
func TestGuide_ItsSignaturesAreRight(t *testing.T) {
	for lang, text := range map[string]string{"zh-CN": guide.RelayZH, "en": guide.RelayEN} {
		found := 0
		for i, block := range strings.Split(text, "```\n") {
			lines := strings.SplitN(block, "\n", 5)
			if i%2 == 0 || len(lines) < 5 || lines[0] != "POST" && lines[0] != "GET" {
				continue
			}
			found++
			signed := storefront.Sign("shop-key-for-this-example", lines[0], lines[1], lines[2], lines[3], []byte(strings.TrimSuffix(lines[4], "\n")))
			if !strings.Contains(text, "`"+signed+"`") {
				t.Errorf("%s: %s %s is signed %s, which the guide does not say", lang, lines[0], lines[1], signed)
			}
		}
		if found != 2 {
			t.Errorf("%s: %d examples", lang, found)
		}
	}
}
