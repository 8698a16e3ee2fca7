package sign

import (
	"context"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"guitai/pos"
	"guitai/pos/i18n"
	"guitai/ui/widgets"
)

// CodeConfig is what the sheet with a new recovery code works with. All functions are called on the goroutine that draws, but for Print.
type CodeConfig struct {
	Words *i18n.Words
	// Make makes a code.
	Make func() (pos.RecoveryCode, error)
	// Print prints it, once, leaving it nowhere. nil is a till without a printer that could.
	Print func(ctx context.Context, code pos.RecoveryCode, w *i18n.Words) error
	// Go runs work elsewhere and then, on the drawing goroutine, what it returns.
	Go func(work func(context.Context) (then func()))
	// Now is the clock.
	Now func() time.Time
}

// Code is the sheet on which a new recovery code stands until somebody says that it is written down. The code is here alone, and only as
// long as the sheet is open.
type Code struct {
	cfg   CodeConfig
	code  pos.RecoveryCode // that was made; it counts once the till says so
	seen  uint64           // what the till said up to here was of another one
	shown bool
	bad   pos.Code // why it does not count
	since time.Time

	title, does, print *widgets.Text
	groups             *widgets.Text
	groupsPanel        fyne.CanvasObject
	done               *widgets.Button
	layer              *widgets.Layer
}

const codeWidth = 640

// codeLeast is how long the code stands at least: an Enter that was struck twice is not one that says it is written down.
const codeLeast = time.Second

// NewCode makes a closed sheet. What old has made and not shown yet goes on in it; nil is nothing.
func NewCode(cfg CodeConfig, old *Code) *Code {
	c := &Code{cfg: cfg}
	if old != nil {
		c.code, c.seen = old.code, old.seen
	}
	style := widgets.Style{Size: widgets.SizeBody, Fit: widgets.FitWrap, Lines: 4}
	c.title = widgets.NewText("", widgets.Style{Size: widgets.SizeTitle, Bold: true, Fit: widgets.FitShrink})
	c.does, c.print = widgets.NewText("", style), widgets.NewText("", style)
	c.groups = widgets.NewText("", widgets.Style{Size: 40, Bold: true, Align: fyne.TextAlignCenter, Fit: widgets.FitShrink})
	c.groupsPanel = widgets.NewPanel(widgets.Ground, widgets.Radius, 18, widgets.Sized(0, 56, c.groups)).Border(widgets.Line)
	c.done = widgets.NewButton("", "Enter", widgets.Primary, c.Close)
	c.layer = widgets.NewLayer(widgets.Sheet(codeWidth, widgets.Rows(14, nil, c.title, c.does, c.groupsPanel, c.print, c.done), nil))
	return c
}

// Layer is what the sheet lays over the window.
func (c *Code) Layer() fyne.CanvasObject { return c.layer.Object() }

// IsOpen reports whether the sheet is in front.
func (c *Code) IsOpen() bool { return c.shown }

// New makes a code for a command that is about to be given; v is the till as it is. "" when none could be made: then there is none.
func (c *Code) New(v pos.StaffView) pos.RecoveryCode {
	code, err := c.cfg.Make()
	if err != nil {
		return ""
	}
	c.code, c.seen, c.bad = code, v.Recovery.N, pos.CodeNone
	return code
}

// Show takes the till's newest state: the sheet opens once the code counts, or says that it does not. It reports whether it has just opened.
func (c *Code) Show(v pos.StaffView) (opened bool) {
	if v.Locked && c.shown { // the next one here may be somebody else
		c.Close()
	}
	if c.code == "" || c.shown || v.Recovery.N <= c.seen || v.Locked {
		return false
	}
	c.shown, c.bad, c.since = true, v.Recovery.Code, c.cfg.Now()
	if c.bad != pos.CodeNone {
		c.code = ""
	}
	c.print.Set("")
	if c.bad == pos.CodeNone && c.cfg.Print != nil {
		c.printIt()
	}
	c.draw()
	c.layer.Open()
	return true
}

func (c *Code) printIt() {
	w, code := c.cfg.Words, c.code
	c.print.Set(w.T("recovery.printing"))
	c.cfg.Go(func(ctx context.Context) func() {
		err := c.cfg.Print(ctx, code, w)
		return func() {
			if c.code != code {
				return
			}
			words, ink := w.T("recovery.printed"), widgets.AccentInk
			switch {
			case pos.CodeOf(err) == pos.CodeNotYet:
				words, ink = w.T("recovery.no-printer"), widgets.Ink
			case err != nil:
				what, _, _ := w.Trouble(pos.CodeOf(err))
				words, ink = w.T("recovery.not-printed", what), widgets.DangerInk
			}
			c.print.SetColor(ink)
			c.print.Set(words)
		}
	})
}

func (c *Code) draw() {
	w := c.cfg.Words
	title, does, done := "recovery.title", "recovery.does", "recovery.done"
	if c.bad != pos.CodeNone {
		title, does, done = "recovery.failed", "recovery.failed.does", "recovery.failed.done"
	}
	c.title.Set(w.T(title))
	c.does.Set(w.T(does))
	c.done.SetLabel(w.T(done))
	c.groups.Set(strings.Join(c.code.Groups(), "  "))
	if c.cfg.Print == nil && c.bad == pos.CodeNone {
		c.print.Set(w.T("recovery.no-printer"))
	}
	if c.bad == pos.CodeNone {
		c.groupsPanel.Show()
		c.print.Show()
	} else {
		c.groupsPanel.Hide()
		c.print.Hide()
	}
}

// Close puts the sheet away, and the code with it.
func (c *Code) Close() {
	c.code, c.shown = "", false
	c.groups.Set("")
	c.layer.Close()
}

// Private is for the sink: nothing is typed here.
func (c *Code) Private() bool { return false }

// Scanned is for the sink.
func (c *Code) Scanned(string, int) {}

// Typed is for the sink.
func (c *Code) Typed(rune) {}

// Pressed is for the sink: only Enter says that it is written down, so that no key that was on its way takes it away unseen.
func (c *Code) Pressed(k widgets.Key) bool {
	if enter := k.Name == fyne.KeyReturn || k.Name == fyne.KeyEnter; enter && c.cfg.Now().Sub(c.since) >= codeLeast {
		c.Close()
	}
	return true
}
