package phone

import (
	"context"
	"strings"
)

// CodeKind is a thing a customer can do whose payment code is charged, by the name the simulator knows it by.
type CodeKind string

// The things a customer can do whose payment code is charged.
const (
	CodePay       CodeKind = "pay"
	CodePassword  CodeKind = "password" // types it, then pays
	CodeDecline   CodeKind = "decline"  // is asked for a password and does not type it
	CodeExpired   CodeKind = "code-expired"
	CodeNotEnough CodeKind = "notenough"
	CodeSilent    CodeKind = "timeout-paid" // the till hears nothing, but the money has moved
	CodeLate      CodeKind = "pay-late"     // pays although the till took it back
)

// CodeKinds lists them in the order of their buttons. All but the first are for practising what goes wrong.
var CodeKinds = []CodeKind{CodePay, CodePassword, CodeDecline, CodeExpired, CodeNotEnough, CodeSilent, CodeLate}

// shown is the phone's other side: the payment code.
type shown struct {
	front bool // this side is up
	code  string
	kind  CodeKind
	busy  bool
	said  string
	bad   bool
}

// CanShow reports whether the phone can show payment codes.
func (p *Presenter) CanShow() bool {
	_, ok := p.cfg.Phone.(Shower)
	return ok && p.cfg.Scan != nil
}

// Turn puts the side with the payment code up, or the one that scans the till.
func (p *Presenter) Turn(code bool) {
	if code == p.shown.front || code && !p.CanShow() {
		return
	}
	p.shown.front = code
	p.cfg.Changed()
}

// ShowCode shows a fresh payment code, whose customer does that thing, and the till scans it.
func (p *Presenter) ShowCode(k CodeKind) {
	shower, ok := p.cfg.Phone.(Shower)
	if !ok || !p.CanShow() || p.shown.busy {
		return
	}
	p.shown.busy, p.shown.said, p.shown.bad = true, p.cfg.Words.T("phone.code.busy"), false
	p.cfg.Changed()
	p.cfg.Go(func(ctx context.Context) func() {
		code, err := shower.ShowCode(ctx, k)
		return func() {
			p.shown.busy = false
			if err != nil {
				p.shown.code, p.shown.said, p.shown.bad = "", p.cfg.Words.T("phone.code.failed"), true
				p.cfg.Changed()
				return
			}
			p.shown.code, p.shown.kind = code, k
			p.scan()
		}
	})
}

// Again holds the code that is shown under the scanner once more, as an impatient cashier does.
func (p *Presenter) Again() {
	if p.shown.code != "" && !p.shown.busy {
		p.scan()
	}
}

func (p *Presenter) scan() {
	p.shown.said, p.shown.bad = p.cfg.Words.T("phone.code.scanned"), false
	p.cfg.Changed()
	p.cfg.Scan(p.shown.code)
}

// CodeModel is the side with the payment code in words.
type CodeModel struct {
	Front bool // it is up
	Shown bool // there is a code
	Code  string
	Does  string // what its customer does; without a code, that there is none yet
	State string
	Bad   bool
	Busy  bool
}

// CodeModel gives the side with the payment code in words.
func (p *Presenter) CodeModel() CodeModel {
	s, w := p.shown, p.cfg.Words
	m := CodeModel{Front: s.front, Shown: s.code != "", Code: grouped(s.code), State: s.said, Bad: s.bad, Busy: s.busy}
	m.Does = w.T("phone.code.idle")
	if m.Shown {
		m.Does = p.CodeLabel(s.kind)
	}
	if m.State == "" {
		m.State = w.T("phone.code.idle.todo")
	}
	return m
}

// grouped writes a code in fours, as WeChat does, so that it can be read aloud.
func grouped(code string) string {
	var b strings.Builder
	for i, r := range code {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// CodeLabel names a thing a customer can do whose payment code is charged.
func (p *Presenter) CodeLabel(k CodeKind) string {
	return p.cfg.Words.T(map[CodeKind]string{
		CodePay: "phone.code.pay", CodePassword: "phone.code.password", CodeDecline: "phone.code.decline",
		CodeExpired: "phone.code.expired", CodeNotEnough: "phone.code.not-enough", CodeSilent: "phone.code.silent",
		CodeLate: "phone.code.late",
	}[k])
}
