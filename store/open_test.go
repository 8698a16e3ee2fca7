package store_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"runtime"
	"syscall"
	"testing"

	"guitai/pos"
	"guitai/store"
)

func options(dir string) store.Options {
	return store.Options{Dir: dir, Shop: shop(), Clock: &clock{noon}}
}

func TestOpen_RefusesWhatIsNoLedger(t *testing.T) {
	source := t.TempDir()
	if err := busyDay(t, source).Close(); err != nil {
		t.Fatal(err)
	}
	image, err := os.ReadFile(filepath.Join(source, store.File))
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{
		"an empty file":       {},
		"text":                bytes.Repeat([]byte("this is no database\n"), 300),
		"a truncated file":    image[:len(image)/2],
		"half a page":         image[:2000],
		"a page overwritten":  append(append([]byte{}, make([]byte, 4096)...), image[4096:]...),
		"a schema of nothing": append(append([]byte{}, image[:100]...), make([]byte, len(image)-100)...),
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, store.File), content, 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := store.Open(context.Background(), options(dir))
			wantCode(t, err, pos.CodeCorrupt)
			_, err = store.OpenReadOnly(context.Background(), options(dir))
			wantCode(t, err, pos.CodeCorrupt)
			if got, err := os.ReadFile(filepath.Join(dir, store.File)); err != nil || !bytes.Equal(got, content) {
				t.Errorf("the damaged file was touched (%v)", err)
			}
		})
	}
}

// The log of a till that was killed holds sales that are nowhere else: without its ledger it is not played into a new one.
func TestOpen_RefusesALogWhoseLedgerIsGone(t *testing.T) {
	t.Parallel()
	source := t.TempDir()
	s := mustOpen(t, source)
	sl := sale(1)
	if _, err := s.SellCash(context.Background(), sl, cash(no(1), sl, 300)); err != nil {
		t.Fatal(err)
	}
	log, err := os.ReadFile(filepath.Join(source, store.File+"-wal"))
	if err != nil || len(log) == 0 {
		t.Fatalf("%d bytes of log, %v", len(log), err)
	}
	file, err := os.ReadFile(filepath.Join(source, store.File))
	if err != nil {
		t.Fatal(err)
	}
	for _, suffix := range []string{"-wal", "-journal"} {
		t.Run(suffix, func(t *testing.T) {
			dir := t.TempDir()
			left := filepath.Join(dir, store.File+suffix)
			if err := os.WriteFile(left, log, 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := store.Open(context.Background(), options(dir))
			wantCode(t, err, pos.CodeCorrupt)
			if got, err := os.ReadFile(left); err != nil || !bytes.Equal(got, log) {
				t.Errorf("the log was touched: %v", err)
			}
			if _, err := os.Stat(filepath.Join(dir, store.File)); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("a ledger was made: %v", err)
			}
			if suffix != "-wal" {
				return
			}
			if err := os.WriteFile(filepath.Join(dir, store.File), file, 0o600); err != nil { // put back, as the words say
				t.Fatal(err)
			}
			if v := mustVerify(t, mustOpen(t, dir)); v.Sales != 1 {
				t.Errorf("%d sales", v.Sales)
			}
		})
	}
	t.Run("an empty log", func(t *testing.T) {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, store.File+"-wal"), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		mustVerify(t, mustOpen(t, dir))
	})
}

func TestOpen_RefusesAnotherProgramsDatabase(t *testing.T) {
	dir := t.TempDir()
	db := raw(t, dir)
	if _, err := db.Exec(`CREATE TABLE theirs (a)`); err != nil {
		t.Fatal(err)
	}
	_, err := store.Open(context.Background(), options(dir))
	wantCode(t, err, pos.CodeCorrupt)
}

func TestOpen_RefusesANewerLedger(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	mustOpen(t, dir)
	if _, err := raw(t, dir).Exec(`PRAGMA user_version = 999`); err != nil {
		t.Fatal(err)
	}
	for _, open := range []func(context.Context, store.Options) (*store.Store, error){store.Open, store.OpenReadOnly} {
		if _, err := open(context.Background(), options(dir)); !errors.Is(err, store.ErrNewer) {
			t.Errorf("got %v", err)
		}
	}
}

func TestOpen_KeepsPracticeAndRealApart(t *testing.T) {
	t.Parallel()
	for _, practice := range []bool{false, true} {
		o := options(t.TempDir())
		o.Shop.Practice = practice
		s, err := store.Open(context.Background(), o)
		if err != nil {
			t.Fatal(err)
		}
		_ = s.Close()
		o.Shop.Practice = !practice
		_, err = store.Open(context.Background(), o)
		wantCode(t, err, pos.CodeMode)
		_, err = store.OpenReadOnly(context.Background(), o)
		wantCode(t, err, pos.CodeMode)
	}
}

// Receipts count per shop and till: another till's would begin in the middle.
func TestOpen_WritesForItsOwnShopAndTillOnly(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dir := t.TempDir()
	s := mustOpen(t, dir)
	sl := sale(1)
	out, err := s.SellCash(ctx, sl, cash(no(1), sl, 300))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for name, rename := range map[string]func(*pos.Shop){
		"another till": func(s *pos.Shop) { s.Till = "T9" },
		"another shop": func(s *pos.Shop) { s.ID = "S009" },
	} {
		t.Run(name, func(t *testing.T) {
			o := options(dir)
			rename(&o.Shop)
			_, err := store.Open(ctx, o)
			wantCode(t, err, pos.CodeMode)
			if e, ok := errors.AsType[*store.OwnerError](err); !ok || e.Shop != "S001" || e.Till != "T1" {
				t.Errorf("%v", err)
			}
			s, err := store.OpenReadOnly(ctx, o) // reading goes on
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = s.Close() }()
			mustVerify(t, s)
			if _, err := s.SaleByReceipt(ctx, out.Sale.Sale.Receipt); err != nil {
				t.Error(err)
			}
		})
	}
	unnamed := options(dir)
	unnamed.Shop.ID, unnamed.Shop.Till = "", "" // as its own
	if s, err = store.Open(ctx, unnamed); err != nil {
		t.Fatal(err)
	}
	if out, err = s.SellCash(ctx, sl, cash(no(2), sl, 300)); err != nil || out.Sale.Sale.Receipt.String() != "S001-T1-20261120-0002" {
		t.Errorf("%+v %v", out.Sale, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	mustVerify(t, mustOpen(t, dir))
	unnamed.Dir = t.TempDir()
	_, err = store.Open(ctx, unnamed)
	wantCode(t, err, pos.CodeInvalid)
}

func TestOpen_FindsWhatWasLeft(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dir := t.TempDir()
	s := busyDay(t, dir)
	live, err := s.Live(ctx)
	if err != nil {
		t.Fatal(err)
	}
	rec, err := s.Record(ctx, 4)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = mustOpen(t, dir)
	if again, err := s.Live(ctx); err != nil || len(live) != 1 || !reflect.DeepEqual(again, live) {
		t.Errorf("live %v %v, want %v", again, err, live)
	}
	if again, err := s.Record(ctx, 4); err != nil || !reflect.DeepEqual(again, rec) {
		t.Errorf("record %v %v, want %v", again, err, rec)
	}
	mustVerify(t, s)
}

func TestOpenReadOnly_ReadsWhileTheTillSellsAndNeverWrites(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	_, err := store.OpenReadOnly(ctx, options(dir))
	wantCode(t, err, pos.CodeNotFound)
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 0 {
		t.Fatalf("made %v %v", entries, err)
	}
	till := busyDay(t, dir)
	s, err := store.OpenReadOnly(ctx, options(dir))
	if err != nil {
		t.Fatal(err)
	}
	sl := sale(1)
	if _, err := till.SellCash(ctx, sl, cash(no(77), sl, 300)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Payment(ctx, no(77)); err != nil {
		t.Errorf("the new sale is not seen: %v", err)
	}
	mustVerify(t, s)
	_, err = s.SellCash(ctx, sl, cash(no(78), sl, 300))
	wantCode(t, err, pos.CodeReadOnly)
	wantCode(t, s.AbandonSale(ctx, 1), pos.CodeReadOnly)
	_, _, err = s.ImportItems(ctx, []pos.Item{{Name: "x", PLU: "1"}})
	wantCode(t, err, pos.CodeReadOnly)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := till.Close(); err != nil {
		t.Fatal(err)
	}
	s, err = store.OpenReadOnly(ctx, options(dir)) // the till is not there
	if err != nil {
		t.Fatal(err)
	}
	mustVerify(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestLock_OneTillPerFolder(t *testing.T) {
	dir := t.TempDir()
	release, err := store.Lock(dir)
	if err != nil {
		t.Fatal(err)
	}
	_, err = store.Lock(dir)
	wantCode(t, err, pos.CodeInUse)
	release()
	release, err = store.Lock(dir)
	if err != nil {
		t.Fatal(err)
	}
	release()
}

// TestReadOnlyFolder runs itself as a user who may not write, because root may write anywhere.
func TestReadOnlyFolder(t *testing.T) {
	if dir := os.Getenv("STORE_TEST_READ_ONLY"); dir != "" {
		readOnlyChild(t, dir)
		return
	}
	t.Parallel()
	dir, err := os.MkdirTemp("", "store") // t.TempDir lies in a folder that only we may enter
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = os.Chmod(dir, 0o700) //nolint:gosec // so that it can be removed
		_ = os.RemoveAll(dir)
	})
	if err := busyDay(t, dir).Close(); err != nil {
		t.Fatal(err)
	}
	for path, mode := range map[string]os.FileMode{filepath.Join(dir, store.File): 0o444, filepath.Join(dir, store.BackupDir): 0o555, dir: 0o555} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS == "linux" {
		self = "/proc/self/exe" // also when the user may not enter the folder it lies in
	}
	cmd := exec.Command(self, "-test.run=^TestReadOnlyFolder$", "-test.v")
	cmd.Env = append(os.Environ(), "STORE_TEST_READ_ONLY="+dir)
	cmd.Dir = dir
	if os.Getuid() == 0 {
		asNobody(cmd)
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

func readOnlyChild(t *testing.T, dir string) {
	ctx := context.Background()
	if err := os.WriteFile(filepath.Join(dir, "try"), nil, 0o600); !errors.Is(err, syscall.EACCES) {
		t.Fatalf("the folder can be written: %v", err)
	}
	_, err := store.Lock(dir)
	wantCode(t, err, pos.CodeReadOnly)
	_, err = store.Open(ctx, options(dir))
	wantCode(t, err, pos.CodeReadOnly)
	_, err = store.Open(ctx, options(filepath.Join(dir, "new")))
	wantCode(t, err, pos.CodeReadOnly)
	s, err := store.OpenReadOnly(ctx, options(dir)) // reading works
	if err != nil {
		t.Fatal(err)
	}
	mustVerify(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}
