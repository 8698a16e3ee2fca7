package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"sync"
	"time"

	"guitai/pos"
	"guitai/pos/config"
	"guitai/store"
)

// face is where people see the till: the window; in the build without one, lines on standard output.
type face interface {
	// Show draws a snapshot. It is called on the till's goroutine.
	Show(snap pos.Snapshot)
	// Run returns when the face is gone. It must be called on the main goroutine, which a window needs.
	Run()
	// Quit makes Run return. Safe for concurrent use.
	Quit()
}

// session is one run of the till with its face.
type session struct {
	o      options
	folder config.Folder
	base   config.Config // what the settings mean that config.toml does not have
	log    *slog.Logger
	engine *engine
	known  *knownCodes
	scans  *scanning // of a scanner that is no keyboard; nil without a window

	mu   sync.Mutex
	face face
	last *pos.Snapshot // published before the face was there
	err  error         // what ended the session
	from string        // the backup that a person wants to go on from
	anew bool          // a person wants the till to start anew, by other settings
	quit sync.Once
	gone chan struct{} // closed once the face is gone
	over chan struct{} // closed once the engine has stopped
}

// start opens the till, shows its face and returns the exit code when it is closed.
func start(ctx context.Context, o options, folder config.Folder, stderr io.Writer) int {
	file, err := configFile(o, folder)
	if err != nil {
		fmt.Fprintln(stderr, err)
		return exitUsage
	}
	if o.practice {
		return sell(ctx, o, folder, config.Config{}, stderr).finish(stderr)
	}
	c, err := config.Load(file)
	switch {
	case errors.Is(err, fs.ErrNotExist) && o.config == "":
		return firstRun(ctx, o, folder, stderr)
	case err != nil:
		return configTrouble(stderr, o.lang, err)
	}
	return sell(ctx, o, folder, c, stderr).finish(stderr)
}

// sell runs the till; c is not looked at in practice mode.
func sell(ctx context.Context, o options, folder config.Folder, c config.Config, stderr io.Writer) ending {
	if err := folder.Make(); err != nil {
		return folderTrouble(stderr, o.lang, err)
	}
	log, closer := openLog(folder)
	defer closer.Close() //nolint:errcheck // the last line may be lost; the books are not
	log.Info("start", "version", version, "practice", o.practice)
	lang := o.lang
	if lang == "" {
		lang = c.Shop.Language
	}
	s := &session{o: o, folder: folder, base: config.Default(), log: log, gone: make(chan struct{}), over: make(chan struct{})}

	release, err := lockFolder(ctx, folder) // first of all: everything after it works on files of this folder
	if err != nil {
		log.Error("start", "err", err)
		return startTrouble(stderr, lang, err)
	}
	defer release()
	if !o.practice { // play money does not mind being copied
		switch what, code := s.whose(ctx, lang, c, askMoved, stderr); what {
		case again:
			return ending{again: true}
		case stop:
			return ending{Exit: code}
		case goOn:
		}
	}
	var customer *practice
	if o.practice {
		if customer, err = openPractice(folder, o.lang, log); err == nil {
			c, s.base, err = customer.config(folder, o.lang)
			defer customer.close()
		}
		if faults := (config.Errors)(nil); errors.As(err, &faults) {
			return ending{Exit: configTrouble(stderr, lang, err)}
		}
		if err != nil {
			return startTrouble(stderr, lang, err)
		}
		if lang == "" {
			lang = c.Shop.Language
		}
		fmt.Fprintln(stderr, "practice mode: the customer's phone is also at", customer.page())
	}
	if !display() { // the window system would end the program without a word
		log.Error("start", "err", "no display")
		fmt.Fprintln(stderr, "There is no display to open the window on. The till did not start; no money is affected. Start it in the desktop, or set DISPLAY.")
		return ending{Lang: lang, Exit: exitFailed}
	}
	engine, err := openEngine(ctx, c, folder, o.practice, log, s.publish)
	if err != nil {
		log.Error("start", "err", err)
		return startTrouble(stderr, lang, err)
	}
	s.engine = engine
	s.run(ctx, lang, customer)
	err = s.failure()
	log.Info("stopped", "err", err)
	if file := s.wanted(); file != "" && err == nil {
		release()
		return s.restore(ctx, file, lang, stderr)
	}
	if err != nil {
		r := startTrouble(stderr, lang, err)
		r.died = true
		return r
	}
	return ending{Exit: exitDone, again: s.wantsAnew()}
}

// lockFolder takes the folder. A till that is just ending, or was killed a moment ago, gets a second to let go of it.
func lockFolder(ctx context.Context, folder config.Folder) (release func(), err error) {
	for range 5 {
		if release, err = store.Lock(string(folder)); pos.CodeOf(err) != pos.CodeInUse {
			break
		}
		select {
		case <-ctx.Done():
			return nil, err
		case <-time.After(200 * time.Millisecond):
		}
	}
	return release, err
}

// run shows the till until its face is closed, from inside or by ctx.
func (s *session) run(ctx context.Context, lang string, customer *practice) {
	s.known = &knownCodes{shelf: s.engine.store}
	f := openFace(s, lang, customer)
	s.mu.Lock()
	s.face = f
	if s.last != nil {
		f.Show(*s.last)
	}
	s.mu.Unlock()
	defer s.readScanner(ctx, f)()
	go func() { // ends with the face at the latest
		select {
		case <-ctx.Done():
			// The window system takes the same signal and closes the window by itself, unless it came too early for that.
			// Closing a window that is already gone is not safe, so it gets its time.
			select {
			case <-s.gone:
			case <-time.After(2 * time.Second):
				s.leave()
			}
		case err := <-s.engine.failed:
			s.fail(err)
			s.leave()
		case <-s.gone:
		}
	}()
	f.Run()
	close(s.gone)
	s.leave()
	<-s.over
}

// hearer is a face that takes codes of a scanner that is no keyboard.
type hearer interface {
	Scan(code string)
	ShowScanner(p pos.Part)
}

// readScanner starts what scanning needs beside the window, and returns what ends it and waits.
func (s *session) readScanner(ctx context.Context, f face) (end func()) {
	h, ok := f.(hearer)
	if !ok {
		return func() {}
	}
	ctx, stop := context.WithCancel(ctx)
	s.scans = newScanning(ctx, s.log, h.Scan, h.ShowScanner)
	if err := s.scans.apply(s.engine.config); err != nil {
		s.log.Error("scanner", "err", err)
	}
	var watching sync.WaitGroup
	watching.Go(func() { s.known.watch(ctx) })
	return func() {
		stop()
		s.scans.close()
		watching.Wait()
	}
}

// publish takes a snapshot on the till's goroutine.
func (s *session) publish(snap pos.Snapshot) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.face == nil {
		s.last = &snap
		return
	}
	s.face.Show(snap)
}

// leave ends the session: first the work, then the face, since nothing may call into a window that is going. Safe to
// repeat and for concurrent use; it does not wait.
func (s *session) leave() {
	s.quit.Do(func() {
		go func() { // s.over says that it has ended
			defer close(s.over)
			s.engine.stop()
			if s.scans != nil {
				s.scans.close() // as everything else that calls into the window
			}
			select {
			case <-s.gone:
			default:
				s.face.Quit()
			}
		}()
	})
}

// fail keeps what ended the session.
func (s *session) fail(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.err = err
}

// failure is what ended the session, nil for a person or a signal.
func (s *session) failure() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

// restoreFrom ends the session to go on from a backup. Safe for concurrent use.
func (s *session) restoreFrom(file, by string) {
	s.log.Warn("restore", "from", file, "by", by)
	s.mu.Lock()
	s.from = file
	s.mu.Unlock()
	s.leave()
}

// wanted is the backup to go on from, "" for none.
func (s *session) wanted() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.from
}

// wantsAnew reports whether a person wants the till to start anew.
func (s *session) wantsAnew() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.anew
}

// restore puts a backup in the ledger's place, now that the books are closed and the folder is let go of, and has the program start
// again. When that does not work the ledger is as it was, and the program says why.
func (s *session) restore(ctx context.Context, file, lang string, stderr io.Writer) ending {
	done, err := store.Restore(ctx, file, store.Options{Dir: string(s.folder), Shop: s.engine.shop, Clock: systemClock{}})
	if err != nil {
		s.log.Error("restore", "err", err)
		r := startTrouble(stderr, lang, err)
		r.died = true
		return r
	}
	s.log.Warn("restored", "epoch", done.Epoch, "entries", done.Entries, "aside", done.Aside)
	return ending{again: true}
}
