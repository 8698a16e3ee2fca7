// Package health is the panel that says of every part of the till how it is, and of what does not work what that means and
// what to do.
package health

import (
	"fmt"
	"time"

	"guitai/pos"
	"guitai/pos/i18n"
)

// backupOld is from how old a backup is pointed out: one is made every day.
const backupOld = 26 * time.Hour

// Sign is how a part is, as a sign that needs no colour.
type Sign string

// The signs.
const (
	Good Sign = "●"
	Busy Sign = "…"
	None Sign = "○"
	Bad  Sign = "×"
	Look Sign = "!"
)

// Row is a part of the till in words.
type Row struct {
	Sign  Sign
	Name  string
	State string
	Facts string // when it last worked, how fast; "" for nothing
	Money string // of trouble: what it means for the money
	Todo  string // of trouble: what to do
}

// Trouble reports whether a person should do something about it.
func (r Row) Trouble() bool { return r.Sign == Bad || r.Sign == Look }

// SignOf is a part's light as a sign.
func SignOf(p pos.Part) Sign {
	switch {
	case Stopped(p), p.Light == pos.LightBad:
		return Bad
	case p.Light == pos.LightOK:
		return Good
	case p.Light == pos.LightBusy:
		return Busy
	}
	return None
}

// Stopped reports whether a part is off although the shop wants it: something it needs is missing.
func Stopped(p pos.Part) bool { return p.Light == pos.LightOff && p.Cause != pos.CodeNone }

// Rows says of every part how it is now.
func Rows(w *i18n.Words, h pos.Health, now time.Time) []Row {
	wechat := part(w, "head.wechat", h.WeChat, now)
	if h.RoundTrip > 0 {
		trip := w.T("health.trip", h.RoundTrip.Milliseconds())
		if wechat.Facts != "" {
			trip = wechat.Facts + " · " + trip
		}
		wechat.Facts = trip
	}
	printer := part(w, "head.printer", h.Printer, now)
	if printer.Sign == Good && printer.Todo != "" {
		printer.Sign = Look // it prints, for now
	}
	rows := []Row{wechat, clock(w, h.Skew), printer}
	if h.Display.Light != "" && h.Display.Light != pos.LightOff { // most tills have none
		rows = append(rows, part(w, "health.display", h.Display, now))
	}
	if l := h.Scanner.Light; l != "" && l != pos.LightOff { // a keyboard says nothing of itself
		rows = append(rows, part(w, "head.scanner", h.Scanner, now))
	}
	if Relayed(h.Relay) { // a shop without one has no need to hear of it
		rows = append(rows, relay(w, h.Relay, now))
	}
	return append(rows, ledger(w, h, now), backup(w, h.BackupAt, now))
}

// Relayed reports whether the till has a relay, or wants one.
func Relayed(p pos.Part) bool { return p.Light != "" && (p.Light != pos.LightOff || Stopped(p)) }

// relay is the line to the relay. While it is down what counts is since when: the relay keeps what came meanwhile.
func relay(w *i18n.Words, p pos.Part, now time.Time) Row {
	r := part(w, "head.relay", p, now)
	if r.Sign == Bad {
		var what string
		what, r.Money, r.Todo = w.RelayTrouble(p.Cause)
		r.State = w.Light(p.Light) + " · " + what
		if Stopped(p) {
			r.State = w.T("light.stopped") + " · " + what
		}
	}
	if r.Sign == Bad && !p.At.IsZero() {
		r.Facts = w.T("health.relay.since", p.At.In(now.Location()).Format(w.T("day.clock")))
	}
	return r
}

func part(w *i18n.Words, name string, p pos.Part, now time.Time) Row {
	light := p.Light
	if light == "" {
		light = pos.LightOff
	}
	r := Row{Sign: SignOf(p), Name: w.T(name), State: w.Light(light)}
	if Stopped(p) {
		r.State = w.T("light.stopped")
	}
	if !p.At.IsZero() {
		r.Facts = w.T("health.last", p.At.In(now.Location()).Format(w.T("day.clock")))
	}
	if r.Sign == Bad || p.Cause != pos.CodeNone {
		what, money, todo := w.Trouble(p.Cause)
		r.State, r.Money, r.Todo = r.State+" · "+what, money, todo
	}
	return r
}

func clock(w *i18n.Words, skew time.Duration) Row {
	r := Row{Sign: Good, Name: w.T("health.clock"), State: w.Light(pos.LightOK)}
	switch off := skew.Abs().Round(time.Second); {
	case off < time.Second:
	case skew > 0:
		r.State = w.T("health.skew", w.Span(off))
	default:
		r.State = w.T("health.skew.behind", w.Span(off))
	}
	if skew.Abs() >= pos.SkewLimit {
		r.Sign, r.Money, r.Todo = Look, w.T("health.skew.money"), w.T("health.skew.todo")
	}
	return r
}

// ledger is the books and the disk they are on.
func ledger(w *i18n.Words, h pos.Health, now time.Time) Row {
	r := part(w, "head.ledger", h.Ledger, now)
	if h.DiskFree < 0 || h.Vitals == (pos.Vitals{}) {
		return r
	}
	free := w.T("health.disk", Bytes(h.DiskFree))
	if r.Facts != "" {
		free = r.Facts + " · " + free
	}
	r.Facts = free
	if h.DiskFree < pos.LowDisk && r.Todo == "" {
		r.Sign, r.State, r.Money, r.Todo = Look, w.T("health.disk.low"), w.T("health.disk.money"), w.T("health.disk.todo")
	}
	return r
}

func backup(w *i18n.Words, at, now time.Time) Row {
	r := Row{Sign: None, Name: w.T("health.backup"), State: w.T("health.backup.none"), Todo: w.T("health.backup.todo")}
	if at.IsZero() {
		return r
	}
	age := now.Sub(at)
	r.Sign, r.State, r.Todo = Good, w.T("health.backup.at", at.In(now.Location()).Format(w.T("day.clock"))), ""
	if age >= backupOld {
		r.Sign, r.State, r.Todo = Look, w.T("health.backup.old", int(age/(24*time.Hour))), w.T("health.backup.todo")
	}
	return r
}

// Bytes writes a size as people do: "12.3 GB", "480 MB".
func Bytes(n int64) string {
	if n >= 1<<30 {
		return fmt.Sprintf("%d.%d GB", n>>30, n&(1<<30-1)*10>>30)
	}
	return fmt.Sprintf("%d MB", n>>20)
}

// Badge is what the header says of WeChat: its name, and while it cannot be reached why, in a few words.
func Badge(w *i18n.Words, p pos.Part) string {
	if Stopped(p) {
		return w.T("head.wechat.stopped")
	}
	if id, ok := brief[p.Cause]; ok && p.Light == pos.LightBad {
		return w.T(id)
	}
	return w.T("head.wechat")
}

// Printer is what the header says of the printer: its name, while it does not print why, in a few words, and how many print jobs wait for
// somebody; short is the same for a header that has no room.
func Printer(w *i18n.Words, p pos.Part, open int) (sign Sign, words, short string) {
	sign, words = SignOf(p), w.T("head.printer")
	short = words
	why, known := w.Brief(p.Cause)
	switch {
	case known:
		words, short = w.T("head.printer.trouble", why), why
	case open > 0:
		words = w.T("head.printer.open", open)
	}
	if open > 0 {
		short = w.T("head.printer.count", short, open)
		if known {
			words = w.T("head.printer.count", words, open)
		}
	}
	if (known || open > 0) && sign != Bad {
		sign = Look
	}
	return sign, words, short
}

// brief are the few words there are for a cause.
var brief = map[pos.Code]string{
	pos.CodeOffline: "head.wechat.offline", pos.CodeDNS: "head.wechat.dns", pos.CodeCaptive: "head.wechat.captive",
	pos.CodeIntercepted: "head.wechat.intercepted", pos.CodeIPv6: "head.wechat.ipv6", pos.CodeClock: "head.wechat.clock",
	pos.CodeUnreachable: "head.wechat.unreachable", pos.CodeNoAnswer: "head.wechat.no-answer",
}
