package store

import (
	"math"
	"path/filepath"
	"strings"
	"testing"

	"guitai/pos"
)

func TestRoomFor_SaysHowMuchIsMissing(t *testing.T) {
	file := filepath.Join(t.TempDir(), "copy.db")
	if err := roomFor(1, file); err != nil {
		t.Error(err)
	}
	free, err := diskFree(filepath.Dir(file))
	if err != nil {
		t.Fatal(err)
	}
	for name, size := range map[string]int64{"more than there is": math.MaxInt64 - roomBeside, "all but for the ledger": free} {
		if err := roomFor(size, file); pos.CodeOf(err) != pos.CodeFull || !strings.Contains(err.Error(), "MiB are free") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
