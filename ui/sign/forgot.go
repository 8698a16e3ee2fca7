package sign

import (
	"slices"
	"strings"
	"time"
	"unicode"

	"fyne.io/fyne/v2"

	"guitai/pos"
	"guitai/ui/widgets"
)

// forgot is where an owner who forgot the PIN gives the recovery code and chooses another. It belongs to the lock.
type forgot struct {
	cfg    LockConfig
	open   bool
	owners []pos.Person
	state  pos.RecoveryState
	at     int // which owner
	field  forgotField
	code   string // as it was typed, without blanks
	pin    pos.PIN
	again  pos.PIN
	sent   bool
	seen   uint64
	bad    string // why nothing was done, in words
	until  time.Time

	title, does, hint   *widgets.Text
	who                 *widgets.Blank
	paper, fresh, twice *widgets.Blank
	enter, back         *widgets.Button
	form                *fyne.Container
	all                 *fyne.Container
}

// forgotField is a line of the form.
type forgotField int

const (
	forgotCode forgotField = iota
	forgotPIN
	forgotAgain
)

// mostCode is more than a code has with blanks between its groups.
const mostCode = 16

func newForgot(cfg LockConfig) *forgot {
	f := &forgot{cfg: cfg}
	t := cfg.Words.T
	f.title = widgets.NewText(t("recovery.forgot"), widgets.Style{Size: widgets.SizeTitle, Bold: true})
	f.does = widgets.NewText("", widgets.Style{Size: widgets.SizeBody, Fit: widgets.FitWrap, Lines: 4})
	f.who = widgets.NewBlank(t("recovery.owner"), "", func() { f.other(1) })
	f.paper = widgets.NewBlank(t("recovery.code"), t("recovery.code.hint"), func() { f.fill(forgotCode) })
	f.fresh = widgets.NewBlank(t("recovery.pin"), t("staff.pin.hint"), func() { f.fill(forgotPIN) })
	f.twice = widgets.NewBlank(t("staff.again"), t("staff.again.hint"), func() { f.fill(forgotAgain) })
	f.hint = widgets.NewText("", widgets.Style{Size: widgets.SizeBody, Bold: true, Color: widgets.DangerInk, Fit: widgets.FitWrap, Lines: 2})
	f.enter = widgets.NewButton(t("recovery.go"), "Enter", widgets.Primary, f.Enter)
	f.back = widgets.NewButton(t("ask.back"), "Esc", widgets.Plain, func() { f.escape() }).Sized(widgets.SizeBody, widgets.TargetPrimary)
	f.form = widgets.Rows(10, nil, f.who, f.paper, widgets.Even(widgets.Space, f.fresh, f.twice), widgets.Sized(0, 46, f.hint))
	gap := widgets.Spring()
	f.all = widgets.Sized(bodyWidth, bodyHeight, widgets.Rows(10, widgets.Grow(gap), f.does, f.form, gap, widgets.Columns(widgets.Gap, widgets.Grow(f.enter), f.back, f.enter)))
	return f
}

// start opens it.
func (f *forgot) start(v pos.StaffView) {
	f.open, f.seen = true, v.Answer.N
	f.field, f.code, f.bad, f.until = forgotCode, "", "", time.Time{}
	f.pin, f.again, f.sent = "", "", false
	f.show(v)
}

// stop puts it away, with all that was typed.
func (f *forgot) stop() {
	f.open, f.sent, f.code, f.pin, f.again, f.bad = false, false, "", "", "", ""
}

// show takes the till's newest state.
func (f *forgot) show(v pos.StaffView) {
	if !f.open {
		return
	}
	f.owners = slices.DeleteFunc(slices.Clone(v.People), func(p pos.Person) bool { return p.Role != pos.RoleOwner })
	f.at = max(0, min(f.at, len(f.owners)-1))
	f.state = v.Recovery.RecoveryState
	if f.sent && v.Answer.N > f.seen && !v.Proving {
		f.sent, f.seen = false, v.Answer.N
		f.pin, f.again = "", ""
		f.until = v.Answer.Until
		w := f.cfg.Words
		switch v.Answer.Code {
		case pos.CodeNone:
			f.stop()
		case pos.CodeWrongPIN:
			f.bad, f.field = w.T("recovery.wrong"), forgotCode
		default:
			what, _, todo := w.Trouble(v.Answer.Code)
			f.bad, f.field = what+w.T("sign.stop")+todo, forgotCode
		}
	}
	f.draw()
}

// ready reports whether there is a code to be asked for.
func (f *forgot) ready() bool { return !f.state.Made.IsZero() && len(f.owners) > 0 }

func (f *forgot) waits() time.Duration {
	until := f.state.Wait
	if f.until.After(until) {
		until = f.until
	}
	if left := until.Sub(f.cfg.Now()); left <= longestWait {
		return max(0, left)
	}
	return 0
}

func (f *forgot) fill(to forgotField) {
	if !f.sent {
		f.field, f.bad = to, ""
		f.draw()
	}
}

func (f *forgot) other(by int) {
	if n := len(f.owners); n > 0 && !f.sent {
		f.at = (f.at + by + n) % n
		f.draw()
	}
}

// typed takes a character.
func (f *forgot) typed(r rune) {
	if r >= '！' && r <= '～' {
		r -= 0xFEE0
	}
	if f.sent || !f.ready() {
		return
	}
	f.bad = ""
	digit := r >= '0' && r <= '9'
	switch {
	case f.field == forgotCode && len(f.code) < mostCode && r < unicode.MaxASCII && (digit || unicode.IsLetter(r)):
		f.code += strings.ToUpper(string(r))
	case f.field == forgotPIN && digit && len(f.pin) < mostPIN:
		f.pin += pos.PIN(r)
	case f.field == forgotAgain && digit && len(f.again) < mostPIN:
		f.again += pos.PIN(r)
	}
	f.draw()
}

func (f *forgot) backspace() {
	if f.sent {
		return
	}
	f.bad = ""
	switch f.field {
	case forgotCode:
		f.code = f.code[:max(0, len(f.code)-1)]
	case forgotPIN:
		f.pin = f.pin[:max(0, len(f.pin)-1)]
	case forgotAgain:
		f.again = f.again[:max(0, len(f.again)-1)]
	}
	f.draw()
}

// Enter goes on: to the next line, and then does it. What is no code is told before anything is tried.
func (f *forgot) Enter() {
	if f.sent || !f.ready() || f.waits() > 0 {
		return
	}
	t := f.cfg.Words.T
	code, err := pos.ReadRecoveryCode(f.code)
	switch pinErr := f.pin.Check(); {
	case err != nil:
		f.field, f.bad = forgotCode, t("recovery.no-code")
	case f.field == forgotCode:
		f.field, f.bad = forgotPIN, ""
	case pinErr != nil && len(f.pin) < leastPIN:
		f.field, f.bad = forgotPIN, t("staff.pin.bad")
	case pinErr != nil:
		f.field, f.bad = forgotPIN, t("staff.pin.easy")
	case f.field == forgotPIN:
		f.field, f.bad = forgotAgain, ""
	case f.again != f.pin:
		f.field, f.again, f.bad = forgotAgain, "", t("staff.again.differs")
	default:
		f.sent, f.bad = true, ""
		f.cfg.Recover(pos.Recovering{Code: code, Person: f.owners[f.at].ID, PIN: f.pin})
	}
	f.draw()
}

// escape goes back to the names, unless an answer is awaited.
func (f *forgot) escape() {
	if f.sent {
		return
	}
	f.stop()
	f.cfg.Changed()
}

func (f *forgot) pressed(k widgets.Key) bool {
	switch k.Name {
	case fyne.KeyReturn, fyne.KeyEnter:
		f.Enter()
	case fyne.KeyEscape:
		f.escape()
	case fyne.KeyBackspace, fyne.KeyDelete:
		f.backspace()
	case fyne.KeyUp:
		f.fill((f.field + 2) % 3)
	case fyne.KeyDown, fyne.KeyTab:
		f.fill((f.field + 1) % 3)
	case fyne.KeyLeft:
		f.other(-1)
	case fyne.KeyRight:
		f.other(1)
	default:
		return false
	}
	return true
}

// grouped is what was typed of a code, four by four.
func grouped(code string) string { return strings.Join(pos.RecoveryCode(code).Groups(), " ") }

func (f *forgot) draw() {
	w := f.cfg.Words
	show := func(o fyne.CanvasObject, on bool) {
		if on {
			o.Show()
		} else {
			o.Hide()
		}
	}
	show(f.form, f.ready())
	show(f.enter, f.ready())
	show(f.who, len(f.owners) > 1)
	if !f.ready() {
		f.does.Set(w.T("recovery.none"))
		f.all.Refresh()
		return
	}
	f.does.Set(w.T("recovery.forgot.does"))
	f.who.Set(f.owners[f.at].Name, false)
	f.paper.Set(grouped(f.code), f.field == forgotCode)
	f.fresh.Set(strings.Repeat("●", len(f.pin)), f.field == forgotPIN)
	f.twice.Set(strings.Repeat("●", len(f.again)), f.field == forgotAgain)
	hint, ink := f.bad, widgets.DangerInk
	switch wait := f.waits(); {
	case f.sent:
		hint, ink = w.T("sign.busy"), widgets.InkSoft
	case wait > 0:
		hint = w.T("sign.wait", w.Span(wait))
	}
	if hint != "" && ink == widgets.DangerInk {
		hint = "! " + hint
	}
	f.hint.SetColor(ink)
	f.hint.Set(hint)
	label := "recovery.go"
	if f.field == forgotCode {
		label = "sign.next"
	}
	f.enter.SetLabel(w.T(label))
	f.enter.SetDisabled(f.sent || f.waits() > 0)
	f.form.Refresh()
	f.all.Refresh()
}
