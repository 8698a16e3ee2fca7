package setup

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"guitai/pos/config"
	"guitai/pos/i18n"
)

// asNobody makes this goroutine's thread touch files as a user without rights, which root's thread otherwise has
// everywhere. The thread ends with the test.
func asNobody() error {
	if os.Geteuid() != 0 {
		return nil
	}
	runtime.LockOSThread() // never unlocked: the thread is thrown away
	return syscall.Setfsuid(65534)
}

func TestForm_AReadOnlyFolderIsToldInWords(t *testing.T) {
	closed := t.TempDir()
	if err := os.Chmod(closed, 0o555); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(closed, "guitai")
	done := make(chan error)
	go func() {
		if err := asNobody(); err != nil {
			done <- err
			return
		}
		_, err := good().Save(t.Context(), config.Folder(dir), config.Resolver{Keyring: &ring{}})
		done <- err
	}()
	err := <-done
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
