package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"sync"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"

	"guitai/assets/icon"
	"guitai/pos"
	"guitai/pos/config"
	"guitai/ui"
)

// appID and appName are what FyneApp.toml says; a test compares them.
const (
	appID   = "cn.guitai.till"
	appName = "Guitai"

	preferDark = "dark" // kept outside the data folder: it is no part of the shop
)

// newApp makes the window system's side of the program. Preferences hold only what a person likes, never the shop's data.
func newApp() fyne.App {
	app.SetMetadata(fyne.AppMetadata{ID: appID, Name: appName, Version: version, Build: 1})
	a := app.NewWithID(appID)
	a.SetIcon(fyne.NewStaticResource("icon.png", icon.PNG))
	return a
}

// session is one run of the till with its window.
type session struct {
	o      options
	folder config.Folder
	log    *slog.Logger
	engine *engine
	shell  *ui.Shell

	mu   sync.Mutex
	last *pos.Snapshot // published before the window was there
	err  error         // what ended the session
	quit sync.Once
	gone chan struct{} // closed once the window is gone
	over chan struct{} // closed once the engine has stopped
}

// start opens the till, shows its window and returns the exit code when it is closed.
func start(ctx context.Context, o options, folder config.Folder, stderr io.Writer) int {
	file, err := configFile(o, folder)
	if err != nil {
		fmt.Fprintln(stderr, err)
		return exitUsage
	}
	if o.practice {
		return sell(ctx, o, folder, config.Config{}, stderr)
	}
	c, err := config.Load(file)
	switch {
	case errors.Is(err, fs.ErrNotExist) && o.config == "":
		return firstRun(ctx, o, folder, stderr)
	case err != nil:
		return configTrouble(stderr, o.lang, err)
	}
	return sell(ctx, o, folder, c, stderr)
}

// sell runs the till; c is not looked at in practice mode.
func sell(ctx context.Context, o options, folder config.Folder, c config.Config, stderr io.Writer) int {
	if err := folder.Make(); err != nil {
		return folderTrouble(stderr, err)
	}
	log, closer := openLog(folder)
	defer closer.Close() //nolint:errcheck // the last line may be lost; the books are not
	log.Info("start", "version", version, "practice", o.practice)
	s := &session{o: o, folder: folder, log: log, gone: make(chan struct{}), over: make(chan struct{})}

	var customer *practice
	if o.practice {
		var err error
		if customer, err = openPractice(o.lang, log); err == nil {
			c, err = customer.config(folder, o.lang)
			defer customer.close()
		}
		if err != nil {
			return startTrouble(stderr, o.lang, err)
		}
		fmt.Fprintln(stderr, "practice mode: the customer's phone is also at", customer.page())
	}
	lang := o.lang
	if lang == "" {
		lang = c.Shop.Language
	}
	engine, err := openEngine(ctx, c, folder, o.practice, log, s.publish)
	if err != nil {
		log.Error("start", "err", err)
		return startTrouble(stderr, lang, err)
	}
	s.engine = engine
	s.window(ctx, lang, customer)
	err = s.failure()
	log.Info("stopped", "err", err)
	if err != nil {
		return startTrouble(stderr, lang, err)
	}
	return exitDone
}

// window shows the till until it is closed, from inside or by ctx.
func (s *session) window(ctx context.Context, lang string, customer *practice) {
	a := newApp()
	cfg := ui.Config{
		Shop: s.engine.shop, Lang: lang, Dark: a.Preferences().Bool(preferDark), Version: version,
		Catalogue: s.engine.store, Reports: s.engine.store, Post: s.engine.till.Post, OnQuit: s.leave,
		OnDark: func(dark bool) { a.Preferences().SetBool(preferDark, dark) },
	}
	if customer != nil {
		cfg.Phone = customer
	}
	if os.Getenv("GUITAI_TRACE") != "" {
		cfg.Trace = func(what string) { fmt.Fprintln(os.Stderr, "trace:", what) }
	}
	shell := ui.New(a, cfg)
	if s.o.fullscreen {
		shell.Window().SetFullScreen(true)
	}
	s.mu.Lock()
	s.shell = shell
	if s.last != nil {
		shell.Show(*s.last)
	}
	s.mu.Unlock()
	go func() { // ends with the window at the latest
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
	shell.Run()
	close(s.gone)
	s.leave()
	<-s.over
}

// publish takes a snapshot on the till's goroutine.
func (s *session) publish(snap pos.Snapshot) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.shell == nil {
		s.last = &snap
		return
	}
	s.shell.Show(snap)
}

// leave ends the session: first the work, then the window, since nothing may call into a window that is going. Safe to
// repeat and for concurrent use; it does not wait.
func (s *session) leave() {
	s.quit.Do(func() {
		go func() { // s.over says that it has ended
			defer close(s.over)
			s.engine.stop()
			select {
			case <-s.gone:
			default:
				s.shell.Quit()
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

// folderTrouble says why the data folder cannot be used.
func folderTrouble(stderr io.Writer, err error) int {
	fmt.Fprintln(stderr, err)
	fmt.Fprintln(stderr, "The till did not start; no money is affected. Make room or give it a folder it may write to, with --data DIR.")
	return exitFailed
}
