package ui

import (
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"guitai/pos"
)

// shift presses a key with Shift held down.
func (c *counter) shift(k fyne.KeyName) { c.chord(fyne.KeyModifierShift, k) }

// counterSnap is a cart in a shop that takes a tender outside.
func counterSnap(seq uint64) pos.Snapshot {
	return pos.Snapshot{Seq: seq, Cart: oneCoke(), Due: 300, CashDue: 300, Rules: pos.Rules{Others: []string{"支付宝", "银行卡"}}}
}

func TestSelling_DiscountsPricesAndNotesByKeysAlone(t *testing.T) {
	c := newCounter(t, english)
	c.show(pos.Snapshot{Seq: 1})
	c.key(fyne.KeyF3) // nothing to take anything off
	if c.sheet != nil {
		t.Error("a discount on nothing")
	}
	c.show(counterSnap(2))
	c.key(fyne.KeyF3)
	c.types("10")
	c.key(fyne.KeyReturn)
	c.expect(pos.CutLine{Cut: pos.Cut{Kind: pos.CutPercent, N: 1000}})
	if c.sheet != nil {
		t.Error("given, the sheet is still open")
	}
	c.ctrl(fyne.KeyF3)
	c.key(fyne.KeyTab)
	c.types("0.5")
	c.key(fyne.KeyReturn)
	c.expect(pos.CutCart{Cut: pos.Cut{Kind: pos.CutAmount, N: 50}})
	c.key(fyne.KeyF3)
	c.shift(fyne.KeyF3) // from one to the other, by its key
	c.types("2.5")
	c.key(fyne.KeyReturn)
	c.expect(pos.SetPrice{Price: 250})
	c.ctrl(fyne.KeyN)
	c.types("cold")
	c.key(fyne.KeyReturn)
	c.expect(pos.SetNote{Note: "cold"})
	c.ctrl(fyne.KeyM)
	c.expect(pos.SetMember{On: true})

	c.key(fyne.KeyF3)
	c.types("10")
	c.at = c.at.Add(time.Second)
	c.scan("6901028028412") // the next goods: nothing is taken off
	c.expect(pos.ScanText{Text: "6901028028412"})
	if c.sheet != nil {
		t.Error("the sheet is in the way of the next goods")
	}
}

func TestSelling_AManagerAllowsADiscountInPlace(t *testing.T) {
	c := newCounter(t, english)
	s := counterSnap(1)
	s.Staff = signedIn(li)
	c.show(s)
	c.key(fyne.KeyF3)
	c.types("10")
	c.key(fyne.KeyReturn)
	c.expect()
	if !c.approve.IsOpen() || !c.says("¥0.30 off 可口可乐") {
		t.Fatalf("nobody is asked: %q", said(c.win.Content()))
	}
	c.types("1")
	c.types(somePIN)
	c.key(fyne.KeyReturn)
	c.expect(pos.Approved{Command: pos.CutLine{Cut: pos.Cut{Kind: pos.CutPercent, N: 1000}}, By: wang.ID, PIN: somePIN})
	s.Seq, s.Staff.Answer = 2, pos.Proof{N: 1, Person: wang.ID}
	c.show(s)
	if c.approve.IsOpen() || c.sheet != nil {
		t.Error("allowed, something is still open")
	}
}

func TestSelling_WhatTheTillHasToKnow(t *testing.T) {
	c := newCounter(t, english)
	asked := func(seq uint64, n uint64, kind pos.WantKind) pos.Snapshot {
		s := counterSnap(seq)
		s.Want = &pos.Want{N: n, Kind: kind, Item: pos.Item{ID: 5, Name: "排骨", Price: 1280}, Code: "6901234567892"}
		return s
	}
	open := func() bool { return c.sheet != nil && c.sheet.name == "want" }

	c.show(asked(1, 1, pos.WantWeight))
	if !open() {
		t.Fatal("nobody is asked for the weight")
	}
	c.types("0.535")
	c.key(fyne.KeyReturn)
	c.expect(pos.AddWeighed{Item: 5, Barcode: "6901234567892", Weight: 535})
	c.show(counterSnap(2))
	if open() {
		t.Error("answered, it is still asked")
	}

	c.show(asked(3, 2, pos.WantPrice))
	c.key(fyne.KeyEscape)
	c.expect(pos.DismissWant{})
	c.show(asked(4, 2, pos.WantPrice)) // the till has not heard yet
	if open() {
		t.Error("the same question twice")
	}
	c.show(counterSnap(5))

	c.show(asked(6, 3, pos.WantItem))
	c.types("mi")
	c.at = c.at.Add(time.Second)
	c.scan("6901028028412")
	c.expect(pos.ScanText{Text: "6901028028412"}) // what became of the question is the till's to say
	if open() {
		t.Error("the question is in the way of the next goods")
	}
	c.show(asked(7, 4, pos.WantItem))
	c.key(fyne.KeyReturn)
	c.types("3")
	c.key(fyne.KeyF2)
	if len(c.posted) != 1 {
		t.Fatalf("posted %v", c.posted)
	}
	if x, ok := c.posted[0].(pos.NewItem); !ok || !x.Once || x.Item.Price != 300 || x.Item.Barcode() != "6901234567892" {
		t.Errorf("posted %+v", c.posted)
	}
	c.posted = nil
	s := asked(8, 5, pos.WantPrice)
	s.Staff = locked()
	c.show(s)
	if open() {
		t.Error("it is asked while the till is locked")
	}
	s.Seq, s.Staff = 9, signedIn(li)
	c.show(s)
	if !open() {
		t.Error("unlocked, it is not asked again")
	}
}

func TestSelling_HoldAndRecall(t *testing.T) {
	c := newCounter(t, english)
	c.show(counterSnap(1))
	c.types("Ann")
	c.key(fyne.KeyF6)
	c.expect(pos.HoldCart{Name: "Ann"})
	s := pos.Snapshot{Seq: 2, Held: []pos.Held{{ID: 7, At: c.at, Cart: oneCoke()}, {ID: 8, At: c.at, Name: "Ann", Cart: oneCoke()}}}
	c.show(s)
	if !c.says("Recall 2") || !c.says("Held 2") {
		t.Errorf("nobody says how many are on hold: %q", said(c.win.Content()))
	}
	c.shift(fyne.KeyF6)
	c.key(fyne.KeyDown, fyne.KeyReturn)
	c.expect(pos.RecallCart{ID: 7})
	c.shift(fyne.KeyF6)
	c.key(fyne.KeyDelete)
	c.expect()
	c.key(fyne.KeyReturn)
	c.expect(pos.DropHeld{ID: 8})
	c.key(fyne.KeyEscape)
	c.show(pos.Snapshot{Seq: 3, Cart: oneCoke(), Pay: waiting()})
	c.shift(fyne.KeyF6)
	if c.sheet != nil {
		t.Error("recalled over an open payment")
	}
}

func TestSelling_PayingWithEveryTender(t *testing.T) {
	c := newCounter(t, english)
	c.show(counterSnap(1))
	c.key(fyne.KeyF8, fyne.KeyReturn) // exact cash: two keys from the last scan
	c.expect(pos.PayCash{})
	c.shift(fyne.KeyF8)
	c.types("2")
	c.key(fyne.KeyReturn)
	c.expect(pos.PayOther{Name: "银行卡"})
	c.ctrl(fyne.KeyU)
	c.types("1")
	c.key(fyne.KeyF9)
	c.expect(pos.PayWeChat{Part: 100})
	c.ctrl(fyne.KeyU)
	c.types("1")
	c.key(fyne.KeyF8)
	if c.sheet != nil || !c.cash.IsOpen() {
		t.Fatal("the cash prompt does not open for a part")
	}
	c.types("2")
	c.key(fyne.KeyReturn)
	c.expect(pos.PayCash{Tendered: 200, Part: 100})
	c.key(fyne.KeyF8)
	c.types("1")
	c.ctrl(fyne.KeyU)
	c.key(fyne.KeyReturn)
	c.expect(pos.PayCash{Part: 100})

	s := counterSnap(2)
	s.Due, s.Parts = 200, []pos.PartView{{Tender: pos.TenderCash, Amount: 100}}
	c.show(s)
	if !c.says("Paid: Cash") || !c.says("¥2.00") {
		t.Errorf("it does not say what was paid: %q", said(c.win.Content()))
	}
	c.shift(fyne.KeyF8)
	c.key(fyne.KeyDelete)
	c.expect()
	c.key(fyne.KeyReturn)
	c.expect(pos.GiveBack{})

	s.Seq, s.Pay = 3, waiting()
	s.Pay.Amount = 200
	c.show(s)
	if !c.says("¥1.00 of ¥3.00 paid before") {
		t.Errorf("the pay screen does not say what was paid before: %q", said(c.win.Content()))
	}
	c.shift(fyne.KeyF8)
	c.key(fyne.KeyReturn)
	c.expect(pos.PayOther{Name: "支付宝"})
	c.show(pos.Snapshot{Seq: 4, Done: &pos.Done{Tender: pos.OtherTender("支付宝"), Amount: 200, Net: 300, Parts: 100}})
	if !c.says("Booked on the cashier's word") || !c.says("¥3.00") {
		t.Errorf("%q", said(c.win.Content()))
	}
	c.scan("6901028028412") // paid to the next scan: no key
	c.expect(pos.DismissDone{}, pos.ScanText{Text: "6901028028412"})
}

// A finger does what the keys do: every action of selling has a button that says its key.
func TestSelling_EveryKeyHasItsButton(t *testing.T) {
	c := newCounter(t, english)
	c.show(counterSnap(1))
	all := strings.Join(said(c.win.Content()), "\n")
	for _, a := range pos.KeyActions() {
		if a.Place() != pos.KeysSelling && a.Place() != pos.KeysSelling|pos.KeysPaying || a.Group() == pos.KeyGroupShop || a == pos.KeyCartDiscount || a == pos.KeySplit {
			continue // those two are on the sheets behind the discount and the other tenders
		}
		if !strings.Contains("\n"+all+"\n", "\n"+c.w.Key(a)+"\n") {
			t.Errorf("%s (%s) is on no button", a, c.w.Key(a))
		}
	}
	c.key(fyne.KeyF3)
	if !c.says(c.w.Key(pos.KeyCartDiscount)) {
		t.Error("the whole sale's discount is on no button")
	}
	c.key(fyne.KeyEscape)
	c.shift(fyne.KeyF8)
	if !c.says(c.w.Key(pos.KeySplit)) {
		t.Error("paying in parts is on no button")
	}
}
