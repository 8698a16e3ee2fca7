package setup

import (
	"errors"
	"strings"
	"testing"

	"guitai/pos/config"
	"guitai/pos/i18n"
)

// The kernel lets nobody make a folder in /sys, root included.
func TestForm_AReadOnlyFolderIsToldInWords(t *testing.T) {
	const dir = "/sys/guitai"
	_, err := good().Save(t.Context(), dir, config.Resolver{Keyring: &ring{}})
	var fe *config.FolderError
	if !errors.As(err, &fe) || fe.Problem != config.FolderForbidden {
		t.Fatalf("%v", err)
	}
	for _, lang := range []string{i18n.Chinese, i18n.English} {
		if text := faultText(i18n.For(lang), err); !strings.Contains(text, dir) || strings.Contains(text, "setup.") {
			t.Errorf("%s: %s", lang, text)
		}
	}
}
