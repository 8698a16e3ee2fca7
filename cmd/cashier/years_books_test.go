package main

import (
	"context"
	"errors"
	"sync"
	"time"

	"guitai/pos"
)

// books is the real ledger as one run of the till sees it: through it the judge sees every change, a disk can refuse, and a
// crash can come before or after any write.
type books struct {
	pos.Ledger
	pos.Returns
	pos.Shifts
	l *life

	mu     sync.Mutex
	dead   bool
	left   int  // writes until the crash; 0 is none
	after  bool // it comes after that write, not before
	refuse int  // so many writes are refused
	unsure int  // so many writes of money that moved are done, but answered with an error
}

var (
	errDead = pos.E(pos.CodeInternal, "write", errors.New("the program does not run any more"))
	errDisk = pos.E(pos.CodeFull, "write", errors.New("no space left on device"))
)

func (b *books) isDead() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.dead
}

func (b *books) die() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.dead = true
}

func (b *books) set(f func(b *books)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	f(b)
}

// write lets one write meet what the disk and the power have in store for it. maySurprise tells that it may be done and all the
// same be answered with an error: WeChat will say again what a step says, so that costs nothing; cash nobody would say again.
func (b *books) write(maySurprise bool, do func() error) error {
	b.l.turn()
	b.mu.Lock()
	switch {
	case b.dead:
		b.mu.Unlock()
		return errDead
	case b.refuse > 0:
		b.refuse--
		b.mu.Unlock()
		b.l.tally.add("fault ledger-refuses", 1)
		b.l.judge.troubled()
		return errDisk
	}
	crash := b.left == 1
	b.left = max(0, b.left-1)
	if crash && !b.after {
		b.dead = true
		b.mu.Unlock()
		b.l.halted()
		b.l.tally.add("fault crash-before-write", 1)
		return errDead
	}
	b.mu.Unlock()
	if err := do(); err != nil {
		b.l.judge.trace("the ledger says %v", err)
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if crash {
		b.dead = true
		b.l.halted()
		b.l.tally.add("fault crash-after-write", 1)
		return errDead
	}
	if b.unsure > 0 && maySurprise {
		b.unsure--
		b.l.tally.add("fault ledger-unsure", 1)
		b.l.judge.unsure()
		return errDisk
	}
	return nil
}

func (b *books) read() error {
	b.l.turn()
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.dead {
		return errDead
	}
	return nil
}

func (b *books) BeginSale(ctx context.Context, s pos.Sale, p pos.Payment) (sale pos.Sale, pay pos.Payment, err error) {
	err = b.write(false, func() (err error) {
		if sale, pay, err = b.Ledger.BeginSale(ctx, s, p); err == nil {
			b.l.judge.begun(sale, pay)
		}
		return err
	})
	return sale, pay, err
}

func (b *books) AddPayment(ctx context.Context, p pos.Payment) (pay pos.Payment, err error) {
	err = b.write(false, func() (err error) {
		if pay, err = b.Ledger.AddPayment(ctx, p); err == nil {
			b.l.judge.added(pay)
		}
		return err
	})
	return pay, err
}

func (b *books) Apply(ctx context.Context, c pos.Change) (out pos.Settled, err error) {
	err = b.write(true, func() (err error) {
		if out, err = b.Ledger.Apply(ctx, c); err == nil {
			b.l.judge.applied(c, out)
		}
		return err
	})
	return out, err
}

func (b *books) SellCash(ctx context.Context, s pos.Sale, p pos.Payment) (out pos.Settled, err error) {
	err = b.write(false, func() (err error) {
		b.l.judge.charging(s.ID, "")
		if out, err = b.Ledger.SellCash(ctx, s, p); err == nil {
			b.l.judge.soldCash(out)
		}
		return err
	})
	return out, err
}

func (b *books) Note(ctx context.Context, h pos.Happening) error {
	return b.write(true, func() error { return b.Shifts.Note(ctx, h) })
}

func (b *books) AbandonSale(ctx context.Context, id pos.SaleID) error {
	return b.write(false, func() error {
		err := b.Ledger.AbandonSale(ctx, id)
		if err == nil {
			b.l.judge.abandoned(id)
		}
		return err
	})
}

func (b *books) KeepNotice(ctx context.Context, at time.Time, body []byte, no string, v pos.Verdict) error {
	return b.write(false, func() error { return b.Ledger.KeepNotice(ctx, at, body, no, v) })
}

func (b *books) Payment(ctx context.Context, no string) (p pos.Payment, err error) {
	if err := b.read(); err != nil {
		return p, err
	}
	return b.Ledger.Payment(ctx, no)
}

func (b *books) Live(ctx context.Context) ([]pos.Payment, error) {
	if err := b.read(); err != nil {
		return nil, err
	}
	all, err := b.Ledger.Live(ctx)
	if err == nil {
		b.l.judge.resumed(all)
	}
	return all, err
}

func (b *books) Record(ctx context.Context, id pos.SaleID) (rec pos.SaleRecord, err error) {
	if err := b.read(); err != nil {
		return rec, err
	}
	return b.Ledger.Record(ctx, id)
}

func (b *books) BeginRefunds(ctx context.Context, all []pos.Refund) (out []pos.RefundSettled, err error) {
	err = b.write(false, func() (err error) {
		out, err = b.Returns.BeginRefunds(ctx, all)
		for i := 0; i < len(out) && err == nil; i++ {
			b.l.judge.refunded("begin", out[i])
		}
		return err
	})
	return out, err
}

func (b *books) ApplyRefund(ctx context.Context, c pos.RefundChange) (out pos.RefundSettled, err error) {
	err = b.write(false, func() (err error) {
		if out, err = b.Returns.ApplyRefund(ctx, c); err == nil {
			b.l.judge.refunded(string(c.Signal.Kind), out)
		}
		return err
	})
	return out, err
}

func (b *books) FoundRefund(ctx context.Context, r pos.Refund, s pos.RefundSignal, at time.Time) (out pos.RefundSettled, err error) {
	err = b.write(false, func() (err error) {
		if out, err = b.Returns.FoundRefund(ctx, r, s, at); err == nil {
			b.l.judge.refunded("found", out)
		}
		return err
	})
	return out, err
}

func (b *books) ScheduleRefund(ctx context.Context, id pos.ExceptionID, at time.Time, d pos.Decision) (x pos.ExceptionCase, err error) {
	err = b.write(false, func() (err error) {
		x, err = b.Returns.ScheduleRefund(ctx, id, at, d)
		return err
	})
	return x, err
}

func (b *books) Decide(ctx context.Context, id pos.ExceptionID, d pos.Decision) (out pos.Settled, x pos.ExceptionCase, err error) {
	err = b.write(false, func() (err error) {
		if out, x, err = b.Returns.Decide(ctx, id, d); err == nil {
			b.l.judge.decided(out, x)
		}
		return err
	})
	return out, x, err
}
