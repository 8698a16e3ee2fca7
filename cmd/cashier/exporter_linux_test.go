package main

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"guitai/pos"
	"guitai/pos/export"
)

// TestExporter_KilledInTheMiddleLeavesNothingThatLooksFinished kills a program that exports, with every format, after some of its
// rows are on disk. What was there before stays as it was, and what is left is swept away by a later export.
func TestExporter_KilledInTheMiddleLeavesNothingThatLooksFinished(t *testing.T) {
	if dir := os.Getenv("CASHIER_TEST_EXPORT"); dir != "" {
		exportForEver(t, dir, pos.ExportFormat(os.Getenv("CASHIER_TEST_FORMAT")))
		return
	}
	for _, format := range pos.ExportFormats {
		x := newExporter(t, soldBooks{rows: 3})
		r := november
		r.Format = format
		whole, err := x.Export(t.Context(), r, nil)
		if err != nil {
			t.Fatal(err)
		}
		before, err := os.ReadFile(whole.Path)
		if err != nil {
			t.Fatal(err)
		}
		killExporting(t, x.dir, format)
		left := strings.Fields(names(t, x.dir))
		if len(left) != 2 || !strings.HasSuffix(left[0]+left[1], export.Unfinished) || left[0] != filepath.Base(whole.Path) {
			t.Fatalf("%s: it left %s", format, left)
		}
		if info, err := os.Stat(filepath.Join(x.dir, left[1])); err != nil || info.Size() == 0 {
			t.Errorf("%s: nothing was written when it was killed: %v", format, err)
		}
		if after, err := os.ReadFile(whole.Path); err != nil || string(after) != string(before) {
			t.Errorf("%s: the earlier export is %d bytes, not %d: %v", format, len(after), len(before), err)
		}
		old := time.Now().Add(-2 * abandoned)
		if err := os.Chtimes(filepath.Join(x.dir, left[1]), old, old); err != nil {
			t.Fatal(err)
		}
		next, err := x.Export(t.Context(), r, nil)
		if err != nil || next.Summary.Rows != 3 || strings.Contains(names(t, x.dir), export.Unfinished) {
			t.Errorf("%s: then %+v %v, and %s", format, next, err, names(t, x.dir))
		}
	}
}

// killExporting starts a program that exports into dir, waits until it has written much, and kills it.
func killExporting(t *testing.T, dir string, format pos.ExportFormat) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestExporter_KilledInTheMiddle")
	cmd.Env = append(os.Environ(), "CASHIER_TEST_EXPORT="+dir, "CASHIER_TEST_FORMAT="+string(format))
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	words := bufio.NewScanner(out)
	for words.Scan() && words.Text() != "under way" {
	}
	if words.Text() != "under way" {
		t.Errorf("the export stopped by itself: %q %v", words.Text(), words.Err())
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // it was killed
}

// exportForEver exports rows without an end, and says when many are behind it.
func exportForEver(t *testing.T, dir string, format pos.ExportFormat) {
	x := newExporter(t, soldBooks{rows: 1 << 40, each: func(n int) error {
		if n == 200_000 {
			fmt.Println("under way")
		}
		return nil
	}})
	x.dir = dir
	r := november
	r.Format = format
	f, err := x.Export(t.Context(), r, nil)
	t.Fatalf("it ended: %+v %v", f, err)
}

// TestExporter_ThatFillsTheDiskSaysSoAndLeavesNothing runs out of space at the first byte, in the middle and at the very last: a
// program of its own may write no file longer than that.
func TestExporter_ThatFillsTheDiskSaysSoAndLeavesNothing(t *testing.T) {
	if dir := os.Getenv("CASHIER_TEST_FULL"); dir != "" {
		exportWithin(t, dir, pos.ExportFormat(os.Getenv("CASHIER_TEST_FORMAT")))
		return
	}
	for _, format := range pos.ExportFormats {
		x := newExporter(t, soldBooks{rows: fullRows})
		r := november
		r.Format = format
		whole, err := x.Export(t.Context(), r, nil)
		if err != nil {
			t.Fatal(err)
		}
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestExporter_ThatFillsTheDisk", "-test.v")
		cmd.Env = append(os.Environ(), "CASHIER_TEST_FULL="+x.dir, "CASHIER_TEST_FORMAT="+string(format), fmt.Sprint("CASHIER_TEST_SIZE=", whole.Size))
		out, err := cmd.CombinedOutput()
		if err != nil || !strings.Contains(string(out), "refused 3 times") {
			t.Errorf("%s: %v\n%s", format, err, out)
		}
		if got := names(t, x.dir); got != filepath.Base(whole.Path) {
			t.Errorf("%s: it left %s", format, got)
		}
	}
}

// fullRows is what is exported onto a full disk.
const fullRows = 20_000

// exportWithin exports with limits on the length of files.
func exportWithin(t *testing.T, dir string, format pos.ExportFormat) {
	var size int64
	if _, err := fmt.Sscan(os.Getenv("CASHIER_TEST_SIZE"), &size); err != nil {
		t.Fatal(err)
	}
	signal.Ignore(syscall.SIGXFSZ) // the write fails instead
	x := newExporter(t, soldBooks{rows: fullRows})
	x.dir = dir
	r := november
	r.Format = format
	var old unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_FSIZE, &old); err != nil {
		t.Fatal(err)
	}
	refused := 0
	for _, limit := range []int64{0, size / 2, size - 1} {
		if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &unix.Rlimit{Cur: uint64(limit), Max: old.Max}); err != nil {
			t.Fatal(err)
		}
		f, err := x.Export(t.Context(), r, nil)
		if errBack := unix.Setrlimit(unix.RLIMIT_FSIZE, &old); errBack != nil {
			t.Fatal(errBack)
		}
		if pos.CodeOf(err) != pos.CodeFull {
			t.Fatalf("at %d of %d bytes: %+v %v", limit, size, f, err)
		}
		refused++
	}
	t.Logf("refused %d times", refused)
}
