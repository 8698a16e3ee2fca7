package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"guitai/pos"
)

const (
	busyTimeout = 5 * time.Second // how long a write waits for another program on the same file (an import)
	readerCount = 3
)

// Open opens the ledger for writing, makes it if the folder has none, and brings it to this program's schema after a
// backup. It proves in constant time that the file is whole and that the journal's last entry is what it says; the rest
// is for [Store.Verify]. It does not keep a second till away: [Lock] does.
//
// CodeMode when the ledger is a practice one and the shop is not, or the other way round, and, with an [OwnerError], when it
// was made for another shop or till; CodeCorrupt when the file is
// damaged, no ledger, or gone while its log is there; CodeReadOnly, CodeFull, CodeInUse; [ErrNewer].
func Open(ctx context.Context, o Options) (*Store, error) {
	return open(ctx, o, migrations)
}

func open(ctx context.Context, o Options, steps fs.FS) (*Store, error) {
	s, err := newStore(o)
	if err != nil {
		return nil, err
	}
	for _, dir := range []string{s.dir, filepath.Join(s.dir, BackupDir)} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, fail("open ledger", err)
		}
	}
	// A till and an import that start together must not both make or migrate the ledger.
	gate, err := openGate(ctx, s.dir)
	if err != nil {
		return nil, fail("open ledger", err)
	}
	defer func() { _ = gate.Close() }()
	if err := finishRestore(s.dir); err != nil {
		return nil, fail("open ledger", err)
	}

	if _, err := os.Stat(s.Path()); errors.Is(err, fs.ErrNotExist) {
		if s.shop.ID == "" || s.shop.Till == "" {
			return nil, invalid("open ledger", "a new ledger is made for a shop and a till")
		}
		if err := orphaned(s.Path()); err != nil {
			return nil, err
		}
		if err := s.create(ctx, steps); err != nil {
			return nil, fail("make ledger", err)
		}
	} else if err != nil {
		return nil, fail("open ledger", err)
	}
	err = s.openReaders(ctx, s.Path(), "")
	if err != nil && rollBack(ctx, s.Path()) {
		err = s.openReaders(ctx, s.Path(), "")
	}
	if err != nil {
		return nil, fail("open ledger", err)
	}
	if err := s.prepare(ctx, steps); err != nil {
		_ = s.Close() // the first error is the one to tell
		return nil, fail("open ledger", err)
	}
	return s, nil
}

// prepare does the rest of Open. It looks before it opens for writing, which alone would change a stranger's database.
func (s *Store) prepare(ctx context.Context, steps fs.FS) error {
	admit := func(h handle) error {
		if err := s.admit(ctx, h, steps); err != nil {
			return err
		}
		shop, till, err := owner(ctx, h)
		switch {
		case err != nil:
			return err
		case s.shop.ID == "" && s.shop.Till == "":
			s.shop.ID, s.shop.Till = shop, till
		case s.shop.ID != shop || s.shop.Till != till:
			return pos.E(pos.CodeMode, "open ledger", &OwnerError{shop, till})
		}
		return nil
	}
	if err := s.read(ctx, "open ledger", admit); err != nil {
		return err
	}
	if err := s.openWriter(ctx, s.Path()); err != nil {
		return err
	}
	if err := s.migrate(ctx, steps); err != nil {
		return err
	}
	if err := quickCheck(ctx, s.writer); err != nil {
		return err
	}
	return s.growLog(ctx)
}

// OpenReadOnly opens an existing ledger for reading: it works while the till is open and never changes or makes a
// ledger. Methods that write then fail with CodeReadOnly. CodeNotFound when there is no ledger; else as [Open], but that the
// books are read whoever asks: the shop's and till's ids are those of the ledger, not those of the options. A ledger whose schema is older than this program's is refused with CodeInvalid: the till brings it up to date when it starts.
func OpenReadOnly(ctx context.Context, o Options) (*Store, error) {
	s, err := newStore(o)
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(s.Path()); err != nil {
		return nil, fail("open ledger", err)
	}
	err = s.openReaders(ctx, s.Path(), "")
	if codeOf(err) == pos.CodeReadOnly && logEmpty(s.Path()) {
		// A folder that cannot be written has no place for the log's index. With nothing in the log, none is needed.
		err = s.openReaders(ctx, s.Path(), "&immutable=1")
	}
	if err != nil {
		return nil, fail("open ledger", err)
	}
	err = s.view(ctx, "open ledger", func(v handle) error {
		if err := s.admit(ctx, v, migrations); err != nil {
			return err
		}
		version, err := schemaVersion(ctx, v)
		if err != nil {
			return err
		}
		if newest, err := newestVersion(migrations); err != nil || version < newest {
			return errors.Join(err, invalid("open ledger", "the ledger is of an older version; start the till once to bring it up to date"))
		}
		if s.shop.ID, s.shop.Till, err = owner(ctx, v); err != nil {
			return err
		}
		return quickCheck(ctx, v)
	})
	if err != nil {
		_ = s.readers.close()
		return nil, err
	}
	return s, nil
}

// orphaned refuses to make a ledger where the log of another one lies: sales that were told to be booked may be in it and
// nowhere else, and SQLite would play it into the new file or throw it away.
func orphaned(path string) error {
	for _, suffix := range []string{"-wal", "-journal"} {
		info, err := os.Stat(path + suffix)
		switch {
		case errors.Is(err, fs.ErrNotExist), err == nil && info.Size() == 0:
		case err != nil:
			return fail("open ledger", err)
		default:
			return pos.E(pos.CodeCorrupt, "open ledger", fmt.Errorf("the ledger's file is gone but its log is here; nothing was changed; put %s back or move %s away",
				filepath.Base(path), filepath.Base(path)+suffix))
		}
	}
	return nil
}

// rollBack finishes what a crash interrupted while the file was still written by way of a rollback journal: before its first
// sale, or before the first start after a restore. Whoever only reads may not do that. It reports whether there was something
// to finish and it was finished.
func rollBack(ctx context.Context, path string) bool {
	if info, err := os.Stat(path + "-journal"); err != nil || info.Size() == 0 {
		return false
	}
	w, err := openWriter(ctx, path, "&mode=rw")
	if err != nil {
		return false
	}
	var n int
	err = one(ctx, w, `SELECT count(*) FROM sqlite_schema`, nil, &n) // the first look at the file rolls back
	return errors.Join(err, w.close()) == nil
}

// logEmpty reports whether the log beside the file holds nothing.
func logEmpty(path string) bool {
	info, err := os.Stat(path + "-wal")
	return errors.Is(err, fs.ErrNotExist) || err == nil && info.Size() == 0
}

func newStore(o Options) (*Store, error) {
	if o.Dir == "" || o.Shop.Calendar.Zone == nil {
		return nil, invalid("open ledger", "a data folder and the shop's calendar are needed")
	}
	dir, err := filepath.Abs(o.Dir)
	if err != nil {
		return nil, fail("open ledger", err)
	}
	s := &Store{dir: dir, from: o.From, shop: o.Shop, clock: o.Clock, proving: make(chan struct{}, 1)}
	if s.clock == nil {
		s.clock = systemClock{}
	}
	return s, nil
}

// dsn names the file for the driver. The pragmas reach every connection this way.
func dsn(path, options string) string {
	p := filepath.ToSlash(path)
	if !strings.HasPrefix(p, "/") {
		p = "/" + p // C:/…
	}
	return (&url.URL{Scheme: "file", Path: p}).String() +
		fmt.Sprintf("?_dqs=0&_defensive=1&_error_rc=1&_pragma=busy_timeout(%d)&_pragma=trusted_schema(0)", busyTimeout.Milliseconds()) +
		"&_pragma=foreign_keys(1)&_pragma=synchronous(FULL)&_pragma=fullfsync(1)&_pragma=checkpoint_fullfsync(1)" + options
}

const writerOptions = "&mode=rw&_txlock=immediate&_pragma=journal_mode(WAL)&_pragma=wal_autocheckpoint(1000)"

func (s *Store) openWriter(ctx context.Context, path string) error {
	w, err := openWriter(ctx, path, writerOptions)
	if err != nil {
		return err
	}
	err = assertPragmas(ctx, w, writerPragmas)
	if err == nil { // where the file cannot be opened for writing, SQLite quietly opens it for reading: find out now
		if err = run(ctx, w, sqlBegin); err == nil {
			err = run(ctx, w, sqlRollback)
		}
	}
	if err != nil {
		_ = w.close()
		return err
	}
	s.writer = w
	return nil
}

func openWriter(ctx context.Context, path, options string) (*writer, error) {
	db, err := sql.Open("sqlite", dsn(path, options))
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	conn, err := db.Conn(ctx)
	if err != nil {
		_ = db.Close()
		return nil, err
	}
	w := &writer{db: db, session: session{conn, map[string]*sql.Stmt{}}}
	w.seal = func() error { return run(context.WithoutCancel(ctx), w, sqlCommit) }
	return w, nil
}

func (s *Store) openReaders(ctx context.Context, path, options string) error {
	db, err := sql.Open("sqlite", dsn(path, "&mode=ro&_query_only=1"+options))
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(readerCount)
	r := &readers{db: db, free: make(chan *session, readerCount), done: make(chan struct{})}
	for range readerCount {
		var c *session
		if conn, e := db.Conn(ctx); e == nil {
			c = &session{conn, map[string]*sql.Stmt{}}
			e = assertPragmas(ctx, c, readerPragmas)
			err = errors.Join(err, e)
		} else {
			err = errors.Join(err, e)
		}
		r.free <- c
	}
	if err != nil {
		_ = r.close()
		return err
	}
	s.readers = r
	return nil
}

// What must hold on a connection, as it reads back.
var (
	readerPragmas = []struct{ query, want string }{
		{`PRAGMA foreign_keys`, "1"},
		{`PRAGMA synchronous`, "2"},
		{`PRAGMA fullfsync`, "1"},
		{`PRAGMA checkpoint_fullfsync`, "1"},
		{`PRAGMA trusted_schema`, "0"},
		{`PRAGMA encoding`, "UTF-8"},
	}
	writerPragmas = append(readerPragmas[:len(readerPragmas):len(readerPragmas)], struct{ query, want string }{`PRAGMA journal_mode`, "wal"})
)

// assertPragmas reads back what the ledger's promises rest on. A build of SQLite that ignores one must not sell.
func assertPragmas(ctx context.Context, h handle, pragmas []struct{ query, want string }) error {
	for _, p := range pragmas {
		var got string
		if err := one(ctx, h, p.query, nil, &got); err != nil {
			return err
		}
		if got != p.want {
			return fmt.Errorf("%s is %s, not %s", p.query, got, p.want)
		}
	}
	return nil
}

const applicationID = 0x47544149 // "GTAI"

// admit refuses what is no ledger, a newer program's ledger, and practice mixed up with real money.
func (s *Store) admit(ctx context.Context, h handle, steps fs.FS) error {
	var id int
	if err := one(ctx, h, `PRAGMA application_id`, nil, &id); err != nil {
		return err
	}
	if id != applicationID {
		return pos.E(pos.CodeCorrupt, "open ledger", errors.New("the file is not a ledger of this program"))
	}
	version, err := schemaVersion(ctx, h)
	if err != nil {
		return err
	}
	newest, err := newestVersion(steps)
	if err != nil {
		return err
	}
	if version > newest {
		return pos.E(pos.CodeInvalid, "open ledger", ErrNewer)
	}
	mode, err := setting(ctx, h, settingMode)
	if err != nil {
		return err
	}
	if mode != modeOf(s.shop.Practice) {
		return pos.E(pos.CodeMode, "open ledger", fmt.Errorf("the ledger is a %s one", mode))
	}
	s.epoch, err = settingNumber(ctx, h, settingEpoch)
	return err
}

// owner reads for which shop and till the ledger was made.
func owner(ctx context.Context, h handle) (shop, till string, err error) {
	if shop, err = setting(ctx, h, settingShop); err == nil {
		till, err = setting(ctx, h, settingTill)
	}
	return shop, till, err
}

// quickCheck proves in constant time that the file has all its pages and that the journal ends in the link it says.
// SQLite itself refuses a file that is shorter than its first page claims.
func quickCheck(ctx context.Context, h handle) error {
	var l pos.Link
	var seq int64
	var hash string
	err := one(ctx, h, sqlHead, nil, &seq, &hash)
	if err == nil {
		err = one(ctx, h, sqlLink, []any{seq}, &l.Seq, &l.Epoch, &l.Kind, &l.Body, &l.PrevHash, &l.Hash)
	}
	if errors.Is(err, sql.ErrNoRows) || err == nil && (l.Hash != hash || l.Sum() != hash) {
		return pos.E(pos.CodeCorrupt, "check ledger", errors.New("the journal does not end in the entry it should"))
	}
	return err
}
