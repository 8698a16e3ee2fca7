package settings

import (
	"context"
	"slices"
	"strings"
	"time"

	"guitai/pos"
	"guitai/pos/config"
)

// Act is something that is tried with the settings as they stand, saved or not.
type Act string

// What can be tried.
const (
	ActStatus    Act = "status"
	ActTestPage  Act = "test-page"
	ActDrawer    Act = "drawer"
	ActCalibrate Act = "calibrate"
	ActPole      Act = "pole"
	ActSounds    Act = "sounds"
)

// acts lists what each part can try.
var acts = map[Part][]Act{
	PartPrinter: {ActStatus, ActTestPage, ActDrawer},
	PartDrawer:  {ActStatus, ActDrawer, ActCalibrate},
	PartDisplay: {ActPole},
	PartSound:   {ActSounds},
}

// Acts lists what the part in front can try, as things stand.
func (p *Presenter) Acts() []Act {
	all := p.actsHere()
	if p.Pending() {
		all = append(all[:len(all):len(all)], ActRestart)
	}
	return all
}

func (p *Presenter) actsHere() []Act {
	switch p.part {
	case PartPrinter, PartDrawer:
		if !p.device() {
			return nil
		}
	case PartDisplay:
		if p.d.stick.kind != KindSerial {
			return nil
		}
	case PartRelay, PartPhone:
		return p.actsOfFacts()
	case PartShop, PartWeChat, PartOrders, PartTenders, PartLabels, PartBackup, PartOldAPIs:
		return p.actsOfShop()
	case PartReceipt, PartScanner, PartSound:
	}
	return acts[p.part]
}

// device reports whether the printer is one that takes commands.
func (p *Presenter) device() bool {
	switch p.d.printer.kind {
	case KindNetwork, KindUSB, KindSerial, KindQueue:
		return true
	}
	return false
}

// Idle is why nothing can be tried; "" where something can.
func (p *Presenter) Idle() string {
	switch {
	case p.part == PartDrawer && !p.device():
		return p.cfg.Words.T("settings.idle.drawer")
	case p.part == PartDisplay && p.d.stick.kind != KindSerial:
		return p.cfg.Words.T("settings.idle.pole")
	case p.part == PartRelay:
		return p.cfg.Words.T("settings.idle.relay")
	case p.part == PartPhone:
		return p.cfg.Words.T("settings.idle.phone")
	case slices.Contains(ofShop, p.part):
		return p.cfg.Words.T("settings.idle." + string(p.part))
	}
	return ""
}

// drawerPause is how long a drawer takes to spring open before it is asked whether it did.
const drawerPause = 700 * time.Millisecond

// trial is what is being tried, and what came of it.
type trial struct {
	act     Act  // being tried or answered; "" for nothing
	part    Part // that it was asked on, which is where the answer is said
	busy    bool // no answer yet
	eager   bool // something else was asked for meanwhile
	asked   int  // generation
	answer  Answer
	reading bool // the letters of a test page are being answered
	read    string

	calibrating int // 1: the drawer is to be shut; 2: opened; 0: neither
	shut        pos.DrawerState
}

// Answer is what came of a trial, in words.
type Answer struct {
	Good  bool
	Words string
	Todo  string
	More  string // the device's own words

	Checks []CheckLine // of a trial of several things
}

func (t *trial) forget() {
	if !t.busy && !t.reading && t.calibrating == 0 {
		t.act, t.answer = "", Answer{}
	}
}

// forget leaves the answer that is said on the part in front. Another part's waits until somebody is there to read it.
func (p *Presenter) forget() {
	if p.trial.part == p.part {
		p.trial.forget()
	}
}

// back leaves what is asked of a person. It reports whether something was.
func (t *trial) back() bool {
	if !t.reading && t.calibrating == 0 {
		return false
	}
	t.reading, t.calibrating, t.act, t.answer = false, 0, "", Answer{}
	t.asked++
	t.busy = false
	return true
}

// Trial is what is being tried, wherever it was asked, whether it still is, and what came of it on the part in front.
func (p *Presenter) Trial() (act Act, busy bool, answer Answer) {
	if !p.trial.busy && p.trial.part != p.part {
		return "", false, Answer{}
	}
	return p.trial.act, p.trial.busy, p.trial.answer
}

// Eager reports whether something was asked for that has to wait for what is being tried, and be asked for again.
func (p *Presenter) Eager() bool { return p.trial.busy && p.trial.eager }

// Reading reports whether it is asked which lines of the test page can be read, of which letters, and which were named.
func (p *Presenter) Reading() (ask bool, letters, read string) {
	return p.trial.reading, p.desk.Letters(), p.trial.read
}

// Calibrating is the step of it: 1 shut the drawer, 2 open it, 0 none.
func (p *Presenter) Calibrating() int { return p.trial.calibrating }

// Try tries something.
func (p *Presenter) Try(a Act) {
	if p.saving || p.question != AskNothing || p.trial.reading {
		return
	}
	if p.trial.busy {
		p.trial.eager = true
		p.changed()
		return
	}
	p.leave()
	p.trial.back()
	if f := p.obstacle(a); f != "" {
		p.left[f], p.tried = true, true
		p.part, _ = p.d.partOf(f)
		p.goTo(f)
		return
	}
	c := p.d.config()
	switch a {
	case ActPair, ActRelay, ActUnpair, ActCallback, ActPrepay, ActPhoneKey, ActCopyKey:
		p.tryRelay(a)
	case ActWeChat, ActCopyTo, ActRestart:
		p.tryShop(a)
	case ActStatus:
		p.try(a, func(ctx context.Context) func() { return p.status(ctx, c) })
	case ActTestPage:
		p.try(a, func(ctx context.Context) func() {
			err := p.desk.TestPage(ctx, c)
			return func() {
				if p.told(err) {
					p.trial.answer = Answer{Good: true, Words: p.cfg.Words.T("settings.test-page.sent")}
					if p.trial.reading, p.trial.read = p.desk.Letters() != "", ""; p.trial.reading {
						p.trial.part = p.part // it is asked wherever the person is by now
					}
					p.at = ""
					p.cfg.Focus()
				}
			}
		})
	case ActDrawer:
		p.openDrawer()
	case ActCalibrate:
		p.trial.act, p.trial.part, p.trial.calibrating, p.trial.answer, p.at = a, p.part, 1, Answer{}, ""
		p.changed()
		p.cfg.Focus()
	case ActPole:
		p.try(a, func(ctx context.Context) func() {
			err := p.desk.ShowPole(ctx, c)
			return func() { p.told(err) }
		})
	case ActSounds:
		p.try(a, func(ctx context.Context) func() {
			err := p.desk.PlaySounds(ctx, c)
			return func() { p.told(err) }
		})
	}
}

// obstacle is a field that has to be put right before something can be tried; "" for none.
func (p *Presenter) obstacle(a Act) Field {
	parts := []Part{p.part}
	switch a {
	case ActStatus, ActDrawer, ActCalibrate, ActTestPage:
		parts = []Part{PartPrinter, PartDrawer}
	case ActPair, ActRelay, ActUnpair, ActCallback, ActPrepay, ActPhoneKey, ActCopyKey, ActRestart:
		return "" // they are of what is saved
	case ActPole, ActSounds, ActWeChat, ActCopyTo:
	}
	for _, part := range parts {
		for _, f := range p.d.fields(part) {
			if p.problems[f] != nil {
				return f
			}
		}
	}
	return ""
}

// try runs work elsewhere; what it returns is done unless the person has turned away meanwhile.
func (p *Presenter) try(a Act, work func(context.Context) func()) {
	t := &p.trial
	t.asked++
	mine := t.asked
	t.act, t.part, t.busy, t.eager, t.answer = a, p.part, true, false, Answer{}
	p.cfg.Go(func(ctx context.Context) func() {
		then := work(ctx)
		return func() {
			if mine != t.asked {
				return
			}
			t.busy = false
			then()
			p.changed()
		}
	})
	p.changed()
}

// told says that a trial went well, or why not. It reports which.
func (p *Presenter) told(err error) bool {
	t := &p.trial
	if err == nil {
		t.answer = Answer{Good: true, Words: p.cfg.Words.T("settings.done." + string(t.act))}
		return true
	}
	t.answer = p.trouble(err)
	return false
}

// trouble is an error as an answer.
func (p *Presenter) trouble(err error) Answer {
	w := p.cfg.Words
	code := pos.CodeOf(err)
	what, _, todo := w.Trouble(code)
	if code == pos.CodeInternal || !w.Has("trouble."+string(code)+".what") {
		return Answer{Words: p.cause(err)}
	}
	return Answer{Words: what, Todo: todo}
}

// status asks the printer how it is; call it elsewhere than on the goroutine that draws.
func (p *Presenter) status(ctx context.Context, c config.Config) func() {
	s, err := p.desk.Status(ctx, c)
	return func() {
		if err != nil {
			p.trial.answer = p.trouble(err)
			return
		}
		p.trial.answer = p.statusWords(s)
	}
}

func (p *Presenter) statusWords(s pos.PrinterStatus) Answer {
	w := p.cfg.Words
	a := Answer{Good: true, Words: w.T("settings.status.ready"), More: s.Detail}
	if s.Code != pos.CodeNone {
		a.Words, _, a.Todo = w.Trouble(s.Code)
		a.Good = s.Code == pos.CodePaperLow
	} else if s.Silent {
		a.Words, a.Todo = w.T("settings.status.silent"), w.T("settings.status.silent.todo")
	}
	if s.Drawer != pos.DrawerUnknown {
		a.Words = w.T("settings.two", a.Words, w.T("settings.drawer."+string(s.Drawer)))
	}
	return a
}

// openDrawer opens the drawer as the settings stand. It goes through the till, which puts it on record.
func (p *Presenter) openDrawer() {
	w, c, part := p.cfg.Words, p.d.config(), p.part
	p.desk.TryDrawer(c)
	p.cfg.Give(pos.OpenDrawer{Reason: w.T("settings.drawer.reason")}, w.T("settings.drawer.what"), func() {
		if p.closed {
			return
		}
		if c.Printer.DrawerSensor == "none" {
			p.trial.act, p.trial.part, p.trial.answer = ActDrawer, part, Answer{Good: true, Words: w.T("settings.drawer.sent"), Todo: w.T("settings.drawer.sent.todo")}
			p.changed()
			return
		}
		p.try(ActDrawer, func(ctx context.Context) func() {
			select {
			case <-time.After(drawerPause):
			case <-ctx.Done():
			}
			return p.status(ctx, c)
		})
		p.trial.part = part
	})
}

// calibrate takes the next step of finding out what the sensor of the drawer says.
func (p *Presenter) calibrate() {
	t := &p.trial
	if t.busy {
		return
	}
	step, c := t.calibrating, p.d.config()
	c.Printer.DrawerSensor = "high" // as if: then "open" is what it says when the line is high
	p.try(ActCalibrate, func(ctx context.Context) func() {
		s, err := p.desk.Status(ctx, c)
		return func() { p.calibrated(step, s, err) }
	})
}

func (p *Presenter) calibrated(step int, s pos.PrinterStatus, err error) {
	t, w := &p.trial, p.cfg.Words
	fail := func(a Answer) { t.calibrating, t.answer = 0, a }
	switch {
	case err != nil:
		fail(p.trouble(err))
	case s.Drawer == pos.DrawerUnknown:
		fail(Answer{Words: w.T("settings.calibrate.mute"), Todo: w.T("settings.calibrate.mute.todo")})
	case step == 1:
		t.shut, t.calibrating = s.Drawer, 2
	case s.Drawer == t.shut:
		fail(Answer{Words: w.T("settings.calibrate.same"), Todo: w.T("settings.calibrate.same.todo")})
	default:
		sensor := "low"
		if s.Drawer == pos.DrawerOpen {
			sensor = "high"
		}
		t.calibrating = 0
		p.d.set(FieldSensor, sensor)
		p.saved = false
		p.judge()
		t.answer = Answer{Good: true, Words: w.T("settings.calibrate.done"), Todo: w.T("settings.save-it")}
	}
}

// Letter names a line of the test page that can be read, or takes it back.
func (p *Presenter) Letter(r rune) {
	t := &p.trial
	up := strings.ToUpper(string(r))
	if !t.reading || !strings.Contains(p.desk.Letters(), up) {
		return
	}
	if strings.Contains(t.read, up) {
		t.read = strings.ReplaceAll(t.read, up, "")
	} else {
		t.read += up
	}
	p.changed()
}

// diagnose sets what the letters say of the printer.
func (p *Presenter) diagnose() {
	t, w := &p.trial, p.cfg.Words
	found, ok := p.desk.Diagnose(t.read)
	t.reading = false
	if !ok {
		t.answer = Answer{Words: w.T("settings.test-page.none"), Todo: w.T("settings.test-page.none.todo")}
		p.changed()
		return
	}
	c := &p.d.c.Printer
	c.Profile, c.Cut, c.QR, c.Paper = found.Profile, found.Cut, found.QR, found.Paper
	p.saved = false
	t.answer = Answer{
		Good: true, Todo: w.T("settings.save-it"),
		Words: w.T("settings.test-page.found", w.T("settings.printer.profile."+found.Profile), found.Paper),
	}
	p.judge()
	p.changed()
	p.redraw()
}
