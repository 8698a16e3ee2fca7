package config

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestFolder_MakeIsNotContentWithFoldersThatAreThere(t *testing.T) {
	// The longest path there is, so that the folders in it can be made and no file in it can: the one way to have a folder
	// without files that holds for root too.
	dir := t.TempDir()
	const room = len("/receipts") + 1 // with the zero byte that ends a path
	for len(dir) < syscall.PathMax-room-200 {
		dir = filepath.Join(dir, strings.Repeat("d", 99))
	}
	dir = filepath.Join(dir, strings.Repeat("d", syscall.PathMax-room-len(dir)-1))
	err := Folder(dir).Make()
	var fe *FolderError
	if !errors.As(err, &fe) || fe.Path != dir || !errors.Is(err, syscall.ENAMETOOLONG) {
		t.Errorf("%v", fe)
	}
	if _, err := os.Stat(Folder(dir).Receipts()); err != nil {
		t.Errorf("not even the folders are there: %v", err)
	}
}
