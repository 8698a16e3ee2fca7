//go:build !windowless

package main

import (
	"io"
	"log"
	"os"

	"fyne.io/fyne/v2"
	"github.com/go-gl/glfw/v3.3/glfw"

	"guitai/pos/config"
	"guitai/pos/i18n"
	"guitai/ui"
	"guitai/ui/trouble"
)

// display reports whether a window can be opened. The window system says it by a line on stderr and a panic at the first use.
func display() (there bool) {
	out := log.Writer()
	log.SetOutput(io.Discard)
	defer func() {
		log.SetOutput(out)
		there = recover() == nil && there
	}()
	if err := glfw.Init(); err != nil { // once more is no more
		return false
	}
	glfw.GetPrimaryMonitor()
	return true
}

// plainApp is a program without a shop: its window has the till's look.
func plainApp() fyne.App {
	a := newApp()
	a.Settings().SetTheme(ui.NewTheme(a.Preferences().Bool(preferDark)))
	return a
}

// showEnding tells it in a window until a person closes it.
func showEnding(r ending) {
	if !display() {
		return
	}
	log.SetOutput(io.Discard) // the window system's own remarks would stand below what the till has said on stderr
	trouble.Tell(plainApp(), r.Lang, func(w *i18n.Words) trouble.Report {
		what, money, todo, detail := r.words(w)
		return trouble.Report{What: what, Money: money, Todo: todo, Detail: detail}
	})
}

// askMoved asks in a window.
func askMoved(lang string, folder config.Folder, c config.Config, unread bool) moving {
	if os.Getenv(noWindowEnv) != "" || !display() {
		return unasked
	}
	q := trouble.Question{Folder: string(folder), Shop: c.Shop.ID, Till: c.Shop.Till, Unread: unread}
	return map[trouble.Answer]moving{
		trouble.Left: leftAlone, trouble.Moved: movedHere, trouble.Second: secondTill,
	}[trouble.Ask(plainApp(), lang, q)]
}
