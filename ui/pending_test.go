package ui

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"fyne.io/fyne/v2/test"

	"guitai/pos"
	"guitai/pos/i18n"
)

// books has what the ledger would list.
type books struct {
	pos.Reports
	rows  []pos.PendingRow
	err   error
	reads atomic.Int32
}

func (b *books) PendingRows(context.Context) ([]pos.PendingRow, error) {
	b.reads.Add(1)
	return slices.Clone(b.rows), b.err
}

// until draws what comes until the window says so.
func (c *counter) until(words string) {
	c.t.Helper()
	c.work(func() bool { return strings.Contains(strings.Join(said(c.win.Content()), "\n"), words) })
}

func TestPending_ListsExceptionsWithWhatToDo(t *testing.T) {
	at := time.Date(2026, 11, 20, 15, 0, 0, 0, time.UTC)
	b := &books{rows: []pos.PendingRow{
		{Next: "ask", Payment: pos.Payment{OutTradeNo: "LIVE", State: pos.Closing, Asked: 880}},
		{Next: "decide", Payment: pos.Payment{OutTradeNo: "TWICE", State: pos.Exception, Reason: pos.ExceptTwice, Amount: 1350, PaidAt: at}},
		{Next: "decide", Payment: pos.Payment{OutTradeNo: "RETURNING", State: pos.Exception, Reason: pos.ExceptReturning, Amount: 700, PaidAt: at}},
	}}
	c := newCounter(t, func(cfg *Config) { cfg.Lang, cfg.Reports = i18n.English, b })
	live := []pos.PendingView{{OutTradeNo: "LIVE", Amount: 880, State: pos.Opened, Cause: pos.CodeServerFault}}
	c.show(pos.Snapshot{Seq: 1, Excepted: 2, Pending: live})
	test.Tap(c.header.odd)
	c.until("TWICE")
	words := said(c.win.Content())
	for _, want := range []string{
		"! paid twice", "TWICE", "¥13.50", "2026-11-20 15:00", "Refund it in WeChat's merchant platform (not automatic here)",
		"RETURNING", "Check that refund in WeChat's merchant platform; do not refund again",
		"Ordered, answer awaited", "WeChat has a fault on its side",
	} {
		if !slices.Contains(words, want) {
			t.Errorf("%q is not among %q", want, words)
		}
	}
	if n := strings.Count(strings.Join(words, "\n"), "LIVE"); n != 1 {
		t.Errorf("the live payment is listed %d times", n)
	}
	for _, text := range inSight(c.sheets.Object()) {
		if text.Cut() {
			t.Errorf("%q is cut", text.Words())
		}
	}

	b.rows = b.rows[:2]
	c.show(pos.Snapshot{Seq: 2, Excepted: 2, Pending: live})
	if b.reads.Load() != 1 {
		t.Errorf("read %d times for one state of the books", b.reads.Load())
	}
	c.show(pos.Snapshot{Seq: 3, Excepted: 1, Pending: live})
	c.work(func() bool { return !slices.Contains(said(c.win.Content()), "RETURNING") }) // it was decided
	if b.reads.Load() != 2 {
		t.Errorf("read %d times", b.reads.Load())
	}
}

func TestPending_SaysWhenTheBooksCannotBeRead(t *testing.T) {
	b := &books{err: errors.New("disk")}
	c := newCounter(t, func(cfg *Config) { cfg.Lang, cfg.Reports = i18n.English, b })
	c.show(pos.Snapshot{Seq: 1, Excepted: 1})
	c.openPending()
	c.until("The books cannot be read")
	if words := strings.Join(said(c.win.Content()), "\n"); strings.Contains(words, "No exception") {
		t.Errorf("it says %q", words)
	}
}
