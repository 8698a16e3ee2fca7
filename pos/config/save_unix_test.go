//go:build !windows

// Windows lets no file be replaced while another process reads it, and wants a privilege for links.

package config

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

func TestSave_AReaderSeesOneFileOrTheOther(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.toml")
	one, two := filled(t), filled(t)
	two.Shop.Name, two.Printer.Copies = strings.Repeat("店", 32), 3
	if err := Save(path, one); err != nil {
		t.Fatal(err)
	}
	var savers sync.WaitGroup
	for _, c := range []Config{one, two} {
		savers.Go(func() {
			for range 20 {
				if err := Save(path, c); err != nil {
					t.Error(err)
				}
			}
		})
	}
	done := make(chan struct{})
	go func() {
		savers.Wait()
		close(done)
	}()
	for reading := true; reading; {
		select {
		case <-done:
			reading = false
		default:
		}
		if got, err := Load(path); err != nil || !got.Equal(one) && !got.Equal(two) {
			t.Errorf("%+v, %v", got, err)
			<-done
			reading = false
		}
	}
	only(t, filepath.Dir(path), "config.toml")
}

func TestSave_GoesThroughALink(t *testing.T) {
	dir, elsewhere := t.TempDir(), filepath.Join(t.TempDir(), "real.toml")
	path := filepath.Join(dir, "config.toml")
	if err := os.WriteFile(elsewhere, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(elsewhere, path); err != nil {
		t.Fatal(err)
	}
	if err := Save(path, filled(t)); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(elsewhere); err != nil {
		t.Errorf("the file behind the link: %v", err)
	}
	if info, err := os.Lstat(path); err != nil || info.Mode()&fs.ModeSymlink == 0 {
		t.Errorf("the link is gone: %v, %v", info, err)
	}
}
