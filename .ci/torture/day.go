package main

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// turn is one customer at the counter: a row of the day. Ways of paying that come later are further rows.
type turn struct {
	name   string
	weight int  // how often it is drawn on a random day; 0 is only for the short day
	rung   bool // the goods are scanned before
	play   func(*cashier) error
}

// cashier is the script at the counter.
type cashier struct {
	*shop
	*till
	total int64 // of the sale in hand, fen
}

const (
	soon  = time.Minute // for what needs an answer of WeChat's, which may have to be asked again
	speed = 60          // ms: the longest a customer takes
)

var turns = []turn{
	{"cash", 6, true, func(c *cashier) error { return c.cash(0) }},
	{"cash with change", 3, true, func(c *cashier) error { return c.cash(c.total + 500) }},
	{"paid, found by asking", 5, true, func(c *cashier) error { return c.scanned("pay", "AskNow") }},
	{"paid, found by the notice", 5, true, func(c *cashier) error { return c.scanned("pay", "") }},
	{"paid, found by the poll", 2, true, func(c *cashier) error {
		if err := c.fault("notice-lost", 1); err != nil {
			return err
		}
		return c.scanned("pay", "")
	}},
	{"paid with a coupon", 1, true, func(c *cashier) error { return c.scanned("coupon", "AskNow") }},
	{"another amount", 1, true, func(c *cashier) error { return c.odd("other-amount") }},
	{"another currency", 1, true, func(c *cashier) error { return c.odd("other-currency") }},
	{"cancelled, then cash", 2, true, func(c *cashier) error {
		return c.steps(c.order, c.leave, func() error { return c.cash(0) })
	}},
	{"cancelled and cleared", 2, true, func(c *cashier) error { return c.steps(c.order, c.leave, c.clear) }},
	{"cancelled, then another code", 2, true, func(c *cashier) error {
		return c.steps(c.order, c.leave, func() error { return c.scanned("pay", "AskNow") })
	}},
	{"paid at the moment of the cancel", 3, true, func(c *cashier) error {
		return c.steps(c.order, func() error { return c.late("pay") }, c.leave, c.clear)
	}},
	{"paid after the close", 2, true, func(c *cashier) error {
		return c.steps(c.order, func() error { return c.late("pay-late") }, c.leave, c.clear)
	}},
	{"a new code", 1, true, func(c *cashier) error {
		return c.steps(c.order, c.command("NewCode"), func() error { return c.scanned("pay", "AskNow") })
	}},
	{"a payment code", 4, true, func(c *cashier) error { return c.charged("pay") }},
	{"a payment code on the pay screen", 2, true, func(c *cashier) error {
		return c.steps(c.order, func() error { return c.charged("pay") })
	}},
	{"a payment code whose answer is lost", 1, true, func(c *cashier) error { return c.charged("timeout-paid") }},
	{"a payment code that is refused", 1, true, func(c *cashier) error { return c.charged("notenough") }},
	{"a sale given back in part", 2, true, func(c *cashier) error {
		return c.steps(func() error { return c.scanned("pay", "AskNow") }, func() error { return c.giveBack(c.total - 1) })
	}},
	{"a cash sale given back", 1, true, func(c *cashier) error {
		return c.steps(func() error { return c.cash(0) }, func() error { return c.giveBack(c.total) })
	}},
	{"an exception given back", 2, true, func(c *cashier) error {
		return c.steps(func() error { return c.odd("other-amount") }, c.giveBackException)
	}},
	{"the shift is closed", 2, false, (*cashier).closeShift},
	{"a float is counted", 1, false, func(c *cashier) error {
		return c.steps(func() error {
			_, err := c.do("OpenShift", map[string]any{"Count": notes(int64(5 + c.random.IntN(20)))})
			return err
		})
	}},
	{"change comes from the safe and goes back", 1, false, func(c *cashier) error {
		return c.steps(func() error { return c.move("cash-in", 5000) }, func() error { return c.move("cash-expense", 1250) })
	}},
	{"another receipt", 1, false, func(c *cashier) error { return c.steps(c.command("ReprintLast")) }},
	{"a mistake taken back", 1, true, func(c *cashier) error {
		return c.steps(c.command("ClearCart"), c.command("Undo"), func() error { return c.cash(0) })
	}},
}

// shortDay is the day that is broken at every system call: each way a sale can end, once.
var shortDay = []string{
	"cash", "paid, found by asking", "paid, found by the notice", "cancelled, then cash", "cancelled and cleared",
	"another amount", "paid after the close", "another receipt", "cancelled, then another code", "a payment code",
	"a sale given back in part", "an exception given back", "change comes from the safe and goes back", "the shift is closed",
	"a float is counted", "cash",
}

// shorten makes other turns the short day: to look closely at a part of it.
func shorten(day string) error {
	names := strings.Split(day, ";")
	for _, name := range names {
		if !slices.ContainsFunc(turns, func(t turn) bool { return t.name == name }) {
			return fmt.Errorf("there is no turn %q", name)
		}
	}
	shortDay = names
	return nil
}

func turnOf(name string) turn {
	return turns[slices.IndexFunc(turns, func(t turn) bool { return t.name == name })]
}

// draw chooses a turn by weight.
func (s *shop) draw() turn {
	sum := 0
	for _, t := range turns {
		sum += t.weight
	}
	n := s.random.IntN(sum)
	for _, t := range turns {
		if n -= t.weight; n < 0 {
			return t
		}
	}
	return turns[0]
}

// serve plays one turn from an empty counter. errGone is how it ends when the till is killed; anything else that goes wrong
// is for the caller to judge.
func (c *cashier) serve(t turn) error {
	if err := c.tidy(); err != nil {
		return err
	}
	if t.rung {
		c.total = c.nextTotal()
		if err := c.ring(c.total); err != nil {
			return err
		}
	}
	return t.play(c)
}

// tidy leaves what an earlier turn, or an earlier run of the till, left on the counter.
func (c *cashier) tidy() error {
	s, err := c.await("the till shows itself", longEnough, func(snapshot) bool { return true })
	if err == nil && s.Pay != nil {
		err = c.leave()
	}
	if err == nil && s.Shift.Counted != nil { // a close that was interrupted goes on, and nothing is sold meanwhile
		err = c.command("LeaveClose")()
	}
	if s, _, _ = c.now(); err == nil && len(s.Cart.Lines) > 0 {
		err = c.clear()
	}
	return err
}

func (c *cashier) steps(all ...func() error) error {
	for _, f := range all {
		if err := f(); err != nil {
			return err
		}
	}
	return nil
}

func (c *cashier) command(name string) func() error {
	return func() error {
		_, err := c.do(name, nil)
		return err
	}
}

// ring scans goods of that total.
func (c *cashier) ring(total int64) error {
	for _, goods := range []struct {
		code string
		n    int64
	}{{yuanCode, total / 100}, {fenCode, total % 100}} {
		if goods.n == 0 {
			continue
		}
		if _, err := c.do("ScanText", map[string]any{"Text": itoa(goods.n) + "*" + goods.code}); err != nil {
			return err
		}
	}
	if s, _, _ := c.now(); s.total() != total {
		return errors.Join(errRefused, errors.New("the goods are not in the cart"))
	}
	return nil
}

// errRefused is a till that said no, in words.
var errRefused = errors.New("the till refused")

func (c *cashier) cash(tendered int64) error {
	if _, err := c.do("PayCash", map[string]any{"Tendered": tendered}); err != nil {
		return err
	}
	_, err := c.await("the cash sale is done", soon, func(s snapshot) bool { return s.Done != nil || s.Pay == nil })
	if s, _, _ := c.now(); err == nil && s.Done == nil {
		return errRefused
	}
	return err
}

// order asks for a code and waits for it.
func (c *cashier) order() error {
	if _, err := c.do("PayWeChat", nil); err != nil {
		return err
	}
	s, err := c.await("a code is on the glass", soon, func(s snapshot) bool {
		return s.Pay == nil || s.Pay.CodeURL != "" || s.Pay.Phase == "failed" || s.Pay.Phase == "refused" || s.Pay.Phase == "ended"
	})
	if err == nil && (s.Pay == nil || s.Pay.CodeURL == "") {
		return errRefused
	}
	return err
}

func (c *cashier) leave() error { return c.command("LeaveCode")() }

func (c *cashier) clear() error { return c.command("ClearCart")() }

// scanned lets the customer scan the code, asking for one if there is none, and waits until the sale is done.
func (c *cashier) scanned(act, ask string) error {
	if s, _, _ := c.now(); s.Pay == nil || s.Pay.CodeURL == "" {
		if err := c.order(); err != nil {
			return err
		}
	}
	if err := c.late(act); err != nil {
		return err
	}
	if ask != "" {
		if _, err := c.do(ask, nil); err != nil {
			return err
		}
	}
	_, err := c.await("the payment is found", soon, func(s snapshot) bool { return s.Done != nil || s.Pay == nil })
	return err
}

// late lets the customer do something with the code on the glass in a moment, or has done it when the moment is none.
func (c *cashier) late(act string) error {
	s, _, _ := c.now()
	if s.Pay == nil || s.Pay.CodeURL == "" {
		return errRefused
	}
	return c.pays(s.Pay.CodeURL, act, time.Duration(c.random.IntN(speed))*time.Millisecond, 0)
}

// odd is a payment that cannot settle the sale: the till takes the code off the glass and says so.
func (c *cashier) odd(act string) error {
	if err := c.order(); err != nil {
		return err
	}
	before, _, _ := c.now()
	if before.Pay == nil { // it ended in this moment
		return errRefused
	}
	if err := c.pays(before.Pay.CodeURL, act, 0, c.total-7); err != nil {
		return err
	}
	_, err := c.await("the till says that there is an exception", soon, func(s snapshot) bool {
		return s.Excepted > before.Excepted || s.Message.ID == "exception" && s.Message.N > before.Message.N
	})
	return err
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// charged scans the customer's own payment code. A till that does not offer that takes cash.
func (c *cashier) charged(act string) error {
	if s, _, _ := c.now(); s.CanCharge != "" {
		return c.steps(c.leave, func() error { return c.cash(0) })
	}
	code, err := c.paymentCode(act)
	if err != nil {
		return err
	}
	if _, err := c.do("ChargeCode", map[string]any{"Code": code}); err != nil {
		return err
	}
	_, err = c.await("the code is charged", soon, func(s snapshot) bool { return s.Done != nil || s.Pay == nil || s.Pay.Phase == "refused" })
	return err
}

// giveBack gives back that much of the sale just done, in fen.
func (c *cashier) giveBack(amount int64) error {
	s, _, _ := c.now()
	if s.Done == nil || s.CanRefund != "" && s.Done.Tender != "cash" {
		return nil
	}
	_, err := c.do("RefundSale", map[string]any{"Sale": s.Done.Sale, "Amount": amount, "Reason": "torn", "Approver": "boss"})
	return err
}

// giveBackException lets the newest exception's money go back now.
func (c *cashier) giveBackException() error {
	s, _, _ := c.now()
	if len(s.Exceptions) == 0 || s.CanRefund != "" {
		return nil
	}
	id := s.Exceptions[len(s.Exceptions)-1].ID
	_, err := c.do("DecideException", map[string]any{"ID": id, "Action": "refund", "By": "boss"})
	return err
}

// notes are as many of ten yuan as a count that a person makes.
func notes(n int64) map[string]any {
	return map[string]any{"pieces": []map[string]any{{"fen": 1000, "n": n}}}
}

// move puts cash into the drawer or takes it out. Money that a killed till did not book is still in somebody's hand.
func (c *cashier) move(kind string, fen int64) error {
	_, err := c.do("MoveCash", map[string]any{"Kind": kind, "Amount": fen, "Reason": "change"})
	return err
}

// closeShift counts the drawer, without knowing what should be in it, and closes with whatever difference there is. A till on which no
// shift is open, or a payment is, says so.
func (c *cashier) closeShift() error {
	s, err := c.do("CountDrawer", map[string]any{"Count": notes(int64(1 + c.random.IntN(30)))})
	if err != nil {
		return err
	}
	if s.Shift.Counted == nil {
		return errRefused
	}
	_, err = c.do("CloseShift", map[string]any{"Reason": "counted under fire", "Keep": min(1000, s.Shift.Counted.Sum)})
	return err
}
