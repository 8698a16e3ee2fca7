package ui

import (
	"context"
	"testing"

	"fyne.io/fyne/v2"

	"guitai/pos"
)

func begun(b *Beginning) func(*Config) {
	return func(cfg *Config) {
		english(cfg)
		cfg.Beginning = func(context.Context) Beginning { return *b }
	}
}

func TestSteps_LeadANewShopAndEveryOneCanWait(t *testing.T) {
	b := &Beginning{Printer: true}
	c := newCounter(t, begun(b))
	c.show(pos.Snapshot{Seq: 1})
	c.until("Before the first sale")
	if !c.says("✓ Printer") || !c.says("○ Goods") || !c.says("○ An owner with a PIN") {
		t.Errorf("it says %q", said(c.win.Content()))
	}
	c.key(fyne.KeyEscape)
	c.tick()
	c.scan("6901028028412")
	c.expect(pos.ScanText{Text: "6901028028412"})
	if c.sheet != nil {
		t.Error("they came back although nobody left for one of them")
	}
}

// A merchant that is filled in and that WeChat does not answer to is not done, and the list follows what the top line says.
func TestSteps_AMerchantIsDoneWhenWeChatAnswers(t *testing.T) {
	b := &Beginning{WeChat: true}
	c := newCounter(t, begun(b))
	c.show(pos.Snapshot{Seq: 1})
	c.until("Before the first sale")
	if !c.says("○ WeChat merchant") || c.says("Done") {
		t.Errorf("before an answer it says %q", said(c.win.Content()))
	}
	c.show(pos.Snapshot{Seq: 2, Health: pos.Health{WeChat: pos.Part{Light: pos.LightBad, Cause: pos.CodeOffline}}})
	if !c.says("× WeChat merchant") || !c.says("Filled in, but WeChat: no network") {
		t.Errorf("without a network it says %q", said(c.win.Content()))
	}
	c.show(pos.Snapshot{Seq: 3, Health: pos.Health{WeChat: pos.Part{Light: pos.LightOK}}})
	if !c.says("✓ WeChat merchant") || !c.says("Done") {
		t.Errorf("when WeChat answered it says %q", said(c.win.Content()))
	}
}

func TestSteps_ComeBackAfterOneOfThem(t *testing.T) {
	b := &Beginning{}
	c := newCounter(t, begun(b))
	c.show(pos.Snapshot{Seq: 1})
	c.until("Before the first sale")
	c.key(fyne.KeyUp, fyne.KeyReturn) // from the first to the last
	if c.sheet == nil || c.sheet.name != "staff" {
		t.Fatalf("at %+v", c.sheet)
	}
	c.tick()
	if c.sheet.name != "staff" {
		t.Error("they came before it was left")
	}
	c.key(fyne.KeyEscape)
	c.tick()
	c.until("Before the first sale")
	c.key(fyne.KeyDown, fyne.KeyDown, fyne.KeyReturn)
	if c.page == nil || c.page.name != "settings" {
		t.Fatalf("at %+v", c.page)
	}
	b.Sold = true
	c.key(fyne.KeyEscape)
	c.tick()
	c.work(func() bool { return len(c.queue) == 0 })
	if c.sheet != nil {
		t.Error("a shop that has sold is led on")
	}
}

func TestSteps_AreNotShownOverASale(t *testing.T) {
	c := newCounter(t, begun(&Beginning{}))
	c.show(pos.Snapshot{Seq: 1, Cart: oneCoke()})
	c.openSteps()
	c.bg.wg.Wait()
	c.work(func() bool { return len(c.queue) == 0 })
	if c.sheet != nil {
		t.Errorf("shown over a cart: %s", c.sheet.name)
	}
}

// What a new shop has is looked up in the books, which takes a moment; what somebody has opened by then stays.
func TestSteps_DoNotTakeThePlaceOfWhatWasOpenedMeanwhile(t *testing.T) {
	looked := make(chan struct{})
	c := newCounter(t, func(cfg *Config) {
		english(cfg)
		cfg.Beginning = func(context.Context) Beginning {
			<-looked
			return Beginning{}
		}
	})
	c.show(pos.Snapshot{Seq: 1})
	c.key(fyne.KeyF12, fyne.KeyReturn)
	if c.sheet == nil {
		t.Fatal("F12 opened nothing")
	}
	opened := c.sheet.name
	close(looked)
	c.bg.wg.Wait()
	c.work(func() bool { return len(c.queue) == 0 })
	if c.sheet == nil || c.sheet.name != opened {
		t.Errorf("%s made way for the steps", opened)
	}
}
