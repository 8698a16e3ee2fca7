package settings

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"

	"guitai/assets/fonts"
	"guitai/pos"
	"guitai/pos/config"
)

const pairingLine = "https://relay.example/pair#ABCD-EFGH-JKMN-PQRS"

var atRelay = RelayInfo{
	URL: "https://relay.example", Name: "Till 1", Shop: "Corner shop", CallbackURL: "https://relay.example/m/SHOP", PrepayURL: "https://relay.example/p/SHOP",
}

// relays is a counter that can be paired.
type relays struct {
	*desk
	pairs   []string // what was put in
	unpairs int
	keys    int
	says    error // of Pair, Unpair, RelayInfo and NewPhoneKey
}

func (r *relays) Pair(_ context.Context, text, by string) (RelayInfo, error) {
	r.pairs = append(r.pairs, text)
	if r.says != nil {
		return RelayInfo{}, r.says
	}
	r.c.Relay.URL, r.by = atRelay.URL, append(r.by, by)
	r.file = r.c
	return atRelay, nil
}

func (r *relays) Unpair(context.Context, string) error {
	if r.says == nil {
		r.unpairs++
		r.c.Relay.URL = ""
		r.file = r.c
	}
	return r.says
}

func (r *relays) RelayInfo(context.Context) (RelayInfo, error) {
	if r.c.Relay.URL == "" {
		return RelayInfo{}, nil
	}
	if r.says != nil {
		return RelayInfo{URL: r.c.Relay.URL}, r.says
	}
	return atRelay, nil
}

func (r *relays) NewPhoneKey(context.Context, string) (string, error) {
	if r.says != nil {
		return "", r.says
	}
	r.keys++
	r.c.Phone.Key, _ = config.ParseSecret("keyring:guitai/phone_key")
	r.file = r.c
	return "KEY-" + strings.Repeat("N", r.keys), nil
}

func newRelayBench(change func(*relays)) *bench {
	b := &bench{d: &desk{c: shopConfig()}}
	b.relays = &relays{desk: b.d}
	if change != nil {
		change(b.relays)
	}
	b.d.file = b.d.c
	b.open(nil)
	return b
}

func paired(r *relays) { r.c.Relay.URL = atRelay.URL }

// does tries something to its end.
func (b *bench) does(a Act) Answer {
	b.Try(a)
	b.work()
	_, _, answer := b.Trial()
	return answer
}

func (b *bench) fact(name string) Fact {
	for _, f := range b.Facts() {
		if strings.HasPrefix(f.Name, name) {
			return f
		}
	}
	return Fact{}
}

func TestRelay_ADeskThatCannotPairHasNoPartsForIt(t *testing.T) {
	if got := newBench(nil).Parts(); slices.Contains(got, PartRelay) || slices.Contains(got, PartPhone) || slices.Contains(got, PartWeChat) || len(got) != 7 {
		t.Errorf("parts %v", got)
	}
	b := newRelayBench(nil)
	b.Page(-1)
	if got := b.Parts(); len(got) != 9 || !slices.Contains(got, PartRelay) || b.Part() != PartPhone {
		t.Errorf("parts %v, at %s", b.Parts(), b.Part())
	}
}

func TestRelay_IsPairedByALineAndInForceAtOnce(t *testing.T) {
	b := newRelayBench(nil)
	b.Turn(PartSound)
	b.Set(FieldVolume, "30") // not saved: it stays as it is
	b.Turn(PartRelay)
	if !slices.Equal(b.Fields(), []Field{FieldPairing}) || !slices.Equal(b.Acts(), []Act{ActPair}) || !strings.Contains(b.Intro(), "under a second") {
		t.Fatalf("fields %v, acts %v, %q", b.Fields(), b.Acts(), b.Intro())
	}
	if b.does(ActPair); b.At() != FieldPairing || len(b.relays.pairs) != 0 {
		t.Fatalf("with nothing put in: at %q, paired %q", b.At(), b.relays.pairs)
	}
	b.Set(FieldPairing, pairingLine)
	b.Confirm()
	b.work()
	_, _, a := b.Trial()
	if !a.Good || a.Words != "Paired: Corner shop · Till 1" || !slices.Equal(b.relays.pairs, []string{pairingLine}) || !slices.Equal(b.d.by, []string{"李强"}) {
		t.Errorf("%+v, %q", a, b.relays.pairs)
	}
	if !slices.Equal(b.asked, []pos.Deed{pos.DeedSettings}) {
		t.Errorf("asked for leave: %v", b.asked)
	}
	if len(b.Fields()) != 0 || b.Text(FieldPairing) != "" || !slices.Equal(b.Acts(), []Act{ActRelay, ActCallback, ActUnpair}) {
		t.Errorf("fields %v, acts %v", b.Fields(), b.Acts())
	}
	if got := b.fact("Relay"); got.Value != "relay.example" || got.Hint != "This till is \"Corner shop · Till 1\" there" {
		t.Errorf("%+v", got)
	}
	b.Save()
	b.work()
	if n := len(b.d.saved); n != 1 || b.d.saved[0].Relay.URL != atRelay.URL || b.d.saved[0].Sound.Volume != 30 {
		t.Errorf("saved %d times", n)
	}
}

func TestRelay_SaysWhyItIsNotPairedAndThatMoneyHasNothingToDoWithIt(t *testing.T) {
	for name, c := range map[string]struct {
		err   error
		words string
	}{
		"used":          {pos.E(pos.CodePairing, "pair", nil), "This pairing code does not work"},
		"too often":     {pos.E(pos.CodeTooMany, "pair", nil), "Too many tries: the relay does not answer for now"},
		"not there":     {pos.E(pos.CodeRelay, "pair", nil), "The relay is not reached"},
		"wrong name":    {pos.E(pos.CodeDNS, "pair", nil), "The relay is not reached"},
		"no line":       {pos.E(pos.CodeInvalid, "pair", nil), "This is no pairing line"},
		"not a setting": {&config.Error{Key: "relay.url", Problem: config.Format}, "This is no pairing line"},
		"practice":      {pos.E(pos.CodeMode, "pair", nil), "The practice shop has a relay and keys of its own, which are not changed here"},
		"another key":   {&config.Error{Key: "shop.id", Problem: config.Format, Want: "A1"}, "shop.id: " + string(config.Format) + " A1"},
		"offline":       {pos.E(pos.CodeOffline, "pair", nil), "This computer has no network"},
		"changed":       {config.ErrChanged, "config.toml was changed elsewhere"},
		"disk full":     {pos.E(pos.CodeFull, "pair", nil), "The disk is full"},
	} {
		b := newRelayBench(func(r *relays) { r.says = c.err })
		b.Turn(PartRelay)
		b.Set(FieldPairing, pairingLine)
		a := b.does(ActPair)
		if a.Good || a.Words != c.words || a.Todo == "" && name != "another key" || a.More != "Payments are not affected" {
			t.Errorf("%s: %+v", name, a)
		}
		if b.Paired() || b.Text(FieldPairing) != pairingLine {
			t.Errorf("%s: paired %v, the line is %q", name, b.Paired(), b.Text(FieldPairing))
		}
	}
}

func TestRelay_AFileThatWasChangedMeanwhileIsReadAgain(t *testing.T) {
	b := newRelayBench(func(r *relays) { r.says = config.ErrChanged })
	b.Turn(PartRelay)
	b.Set(FieldPairing, pairingLine)
	theirs := b.d.c
	theirs.Sound.Volume = 10
	b.d.file, b.d.c = theirs, theirs // as Reload leaves it
	b.does(ActPair)
	b.relays.says = nil
	if a := b.does(ActPair); !a.Good || b.Dirty() || b.Text(FieldVolume) != "10" {
		t.Errorf("%+v, dirty %v, volume %s", a, b.Dirty(), b.Text(FieldVolume))
	}
}

func TestRelay_TheLineIsShownAsItIsNow(t *testing.T) {
	b := newRelayBench(paired)
	b.Turn(PartRelay)
	for _, c := range []struct {
		part  pos.Part
		value string
		bad   bool
	}{
		{pos.Part{}, "… trying", false},
		{pos.Part{Light: pos.LightOK}, "● working", false},
		{pos.Part{Light: pos.LightBad, Cause: pos.CodeNoAnswer}, "× The relay is not reached", true},
		{pos.Part{Light: pos.LightBad, Cause: pos.CodeRelayToken}, "× The relay does not know this till any more", true},
	} {
		b.health = c.part
		before := b.drawn
		b.Update()
		if f := b.fact("Line"); f.Value != c.value || f.Bad != c.bad || c.part != (pos.Part{}) && b.drawn == before {
			t.Errorf("%+v: %+v", c.part, f)
		}
		if f := b.fact("Line"); (c.part.Cause == pos.CodeRelayToken) != strings.Contains(f.Hint, "unpair, then paste") {
			t.Errorf("%+v: %q", c.part, f.Hint)
		}
		before = b.drawn
		if b.Update(); b.drawn != before {
			t.Error("drawn again without news")
		}
	}
	if a := b.does(ActRelay); !a.Good || a.Words != "It works: the relay knows this till (Corner shop · Till 1)" {
		t.Errorf("%+v", a)
	}
	b.relays.says = pos.E(pos.CodeRelayToken, "ask", errors.New("401"))
	if a := b.does(ActRelay); a.Good || a.Words != "The relay does not know this till any more" || b.fact("Callback").Value != atRelay.CallbackURL {
		t.Errorf("%+v", a)
	}
}

func TestRelay_TheAddressIsCopied(t *testing.T) {
	b := newRelayBench(paired)
	b.Turn(PartRelay)
	if f := b.fact("Callback"); f.Value != atRelay.CallbackURL || !strings.Contains(f.Hint, "产品中心 → 开发配置 → 支付回调URL") {
		t.Errorf("%+v", f)
	}
	if a := b.does(ActCallback); !a.Good || !slices.Equal(b.copied, []string{atRelay.CallbackURL}) {
		t.Errorf("%+v, copied %q", a, b.copied)
	}
}

func TestRelay_IsUnpairedOnlyByAnAnswerThatEnterDoesNotGive(t *testing.T) {
	b := newRelayBench(paired)
	b.Turn(PartRelay)
	b.does(ActUnpair)
	if b.Asked() != AskUnpair {
		t.Fatal("it is not asked first")
	}
	b.Confirm()
	b.work()
	if b.Asked() != AskNothing || b.relays.unpairs != 0 {
		t.Fatal("Enter unpairs")
	}
	b.refuse = true
	b.does(ActUnpair)
	b.Drop()
	b.work()
	if b.relays.unpairs != 0 {
		t.Fatal("it is done without leave")
	}
	b.refuse = false
	b.does(ActUnpair)
	b.Drop()
	b.work()
	if _, _, a := b.Trial(); b.relays.unpairs != 1 || !a.Good || b.Paired() || !b.Pairing() || b.Dirty() {
		t.Errorf("unpaired %d times, %+v", b.relays.unpairs, a)
	}
}

func TestRelay_AScanOfALineFillsItIn(t *testing.T) {
	b := newRelayBench(nil)
	b.Turn(PartRelay)
	b.Scanned(Scan{Text: pairingLine})
	if b.Text(FieldPairing) != pairingLine || b.At() != FieldPairing || len(b.relays.pairs) != 0 {
		t.Errorf("%q at %q", b.Text(FieldPairing), b.At())
	}
	b = newRelayBench(paired)
	b.Turn(PartRelay)
	b.Scanned(Scan{Text: "6901028240413"})
	if words, _ := b.Notice(); !strings.Contains(words, "6901028240413") {
		t.Errorf("a scan where nothing is asked: %q", words)
	}
}

func TestPhone_AKeyIsShownOnceAndTheOldOneIsAskedAbout(t *testing.T) {
	b := newRelayBench(paired)
	b.Turn(PartPhone)
	if f := b.fact("Order address"); f.Value != atRelay.PrepayURL || f.Act != ActPrepay {
		t.Errorf("%+v", f)
	}
	if f := b.fact("Order key"); f.Value != "not set" || !strings.Contains(f.Hint, "at your prices") {
		t.Errorf("%+v", f)
	}
	b.does(ActPhoneKey) // there was none: nothing to lose
	if f := b.fact("Order key"); f.Value != "KEY-N" || f.Act != ActCopyKey || !strings.Contains(f.Hint, "Shown this once") {
		t.Errorf("%+v", f)
	}
	if b.does(ActCopyKey); !slices.Equal(b.copied, []string{"KEY-N"}) {
		t.Errorf("copied %q", b.copied)
	}
	b.Turn(PartRelay)
	b.Turn(PartPhone)
	if f := b.fact("Order key"); f.Value != "set, kept in keyring:guitai/phone_key" {
		t.Errorf("the key is shown again: %+v", f)
	}
	b.does(ActPhoneKey)
	b.Confirm()
	b.work()
	if b.relays.keys != 1 {
		t.Fatal("Enter makes another key")
	}
	b.does(ActPhoneKey)
	b.Drop()
	b.work()
	if f := b.fact("Order key"); b.relays.keys != 2 || f.Value != "KEY-NN" || b.Dirty() {
		t.Errorf("%d keys, %+v", b.relays.keys, f)
	}
}

func TestRelay_OfOneShopHasNoNameForItAndNoneIsShown(t *testing.T) {
	for want, info := range map[string]RelayInfo{"T1": {Name: "T1"}, "Corner shop · T1": {Name: "T1", Shop: "Corner shop"}} {
		if got := nameThere(info); got != want {
			t.Errorf("%+v is %q, want %q", info, got, want)
		}
	}
}

func TestPhone_ASecretOfPracticeModeHasNoPlaceToShow(t *testing.T) {
	b := newRelayBench(nil)
	file, err := config.ParseSecret("file:x")
	if err != nil {
		t.Fatal(err)
	}
	for want, s := range map[string]config.Secret{"set, for practice only": config.GivenSecret("x"), "set, kept in file:x": file} {
		if got := b.kept(s); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestPhone_AppsAreSavedAndWhetherThereIsASecretIsSaid(t *testing.T) {
	b := newRelayBench(nil)
	b.Turn(PartPhone)
	if f := b.fact("Order address"); f.Value != "Pair with a relay first" || f.Act != "" {
		t.Errorf("%+v", f)
	}
	if got := b.Kept(FieldMiniSecret); got != "None yet" {
		t.Error(got)
	}
	b.Set(FieldMiniApp, "wx12")
	b.Save()
	if len(b.d.saved) != 0 || b.Part() != PartPhone || b.At() != FieldMiniApp || b.Problem(FieldMiniApp) == "" {
		t.Errorf("saved %d times, at %q: %q", len(b.d.saved), b.At(), b.Problem(FieldMiniApp))
	}
	b.Set(FieldMiniApp, " wx1234567890abcdef ")
	b.Save()
	b.work()
	if len(b.d.saved) != 1 || b.d.saved[0].Phone.MiniAppID != "wx1234567890abcdef" {
		t.Errorf("saved %v", len(b.d.saved))
	}
}

func newRelayHands(t *testing.T, change func(*desk)) (*hands, *relays) {
	t.Helper()
	app := test.NewTempApp(t)
	app.Settings().SetTheme(typeface{theme.DefaultTheme(), fyne.NewStaticResource("regular.ttf", fonts.Regular())})
	h := &hands{d: &desk{c: shopConfig()}}
	r := &relays{desk: h.d}
	return openHands(t, app, h, r, change), r
}

func TestView_ALineIsPastedWhereverTheKeyboardIs(t *testing.T) {
	for name, keys := range map[string][]string{"at the list": {"Prior", "Prior"}, "in the field": {"Prior", "Prior", "Right"}} {
		h, r := newRelayHands(t, nil)
		h.press(keys...)
		clipboard := fyne.CurrentApp().Clipboard()
		clipboard.SetContent(pairingLine + "\n")
		h.window.Canvas().Focused().(fyne.Shortcutable).TypedShortcut(&fyne.ShortcutPaste{Clipboard: clipboard})
		h.press("Return")
		if len(r.pairs) != 1 || strings.TrimSpace(r.pairs[0]) != pairingLine || !h.sees("✓ Paired: Corner shop") {
			t.Errorf("%s: paired with %q: %q", name, r.pairs, drawn(h.all))
		}
		if h.sees("Pairing line") || !h.sees("https://relay.example/m/SHOP") {
			t.Errorf("%s: %q", name, drawn(h.all))
		}
	}
}

func TestView_EveryButtonOfTheRelayHasAKey(t *testing.T) {
	h, r := newRelayHands(t, func(d *desk) { d.c.Relay.URL = atRelay.URL })
	h.press("Prior", "Prior", "F6", "F5", "F8")
	if !h.sees("Unpair from the relay?") {
		t.Fatalf("not asked: %q", drawn(h.all))
	}
	h.press("Return")
	if r.unpairs != 0 || h.sees("Unpair from the relay?") {
		t.Fatal("Enter unpairs, or the question stays")
	}
	h.press("F8", "F4")
	if r.unpairs != 1 || !h.sees("Pairing line") {
		t.Errorf("unpaired %d times: %q", r.unpairs, drawn(h.all))
	}
	h.press("Next", "F7")
	if !h.sees("KEY-N") {
		t.Errorf("no key: %q", drawn(h.all))
	}
}

func TestView_AnAnswerIsSaidOnThePartThatAskedForIt(t *testing.T) {
	h, r := newRelayHands(t, nil)
	h.press("Prior", "Prior", "Right")
	h.typed(pairingLine)
	h.hold = true
	h.press("Return", "Next", "Right") // to the phones, and into their first field
	h.typed("wx12")
	if !h.sees("… Pairing") || h.sees("One thing at a time") {
		t.Fatalf("busy it says %q", drawn(h.all))
	}
	h.press("F7")
	if !h.sees("One thing at a time") {
		t.Errorf("a key while it is busy is dropped: %q", drawn(h.all))
	}
	h.held[0]()
	if len(r.pairs) != 1 || h.sees("✓ Paired") || h.sees("… Pairing") || h.sees("One thing at a time") || !h.sees("wx12") {
		t.Errorf("paired %d times; on the part Phones it says %q", len(r.pairs), drawn(h.all))
	}
	if h.typed("3"); h.p.Text(FieldMiniApp) != "wx123" {
		t.Errorf("the keyboard was taken away: %q", h.p.Text(FieldMiniApp))
	}
	h.hold = false
	if h.press("F7"); r.keys != 1 || !h.sees("KEY-N") {
		t.Errorf("asked for again there are %d keys", r.keys)
	}
}

func TestRelay_AnAnswerWaitsUntilItsPartIsBack(t *testing.T) {
	b := newRelayBench(nil)
	b.Turn(PartRelay)
	b.Set(FieldPairing, pairingLine)
	b.Try(ActPair)
	b.Turn(PartPhone)
	b.work()
	b.Set(FieldMiniApp, "wx1")
	if _, _, a := b.Trial(); a.Words != "" {
		t.Errorf("the part Phones says %q", a.Words)
	}
	b.Turn(PartRelay)
	if _, _, a := b.Trial(); !strings.HasPrefix(a.Words, "Paired: ") {
		t.Errorf("the part Relay says %q", a.Words)
	}
	b.Turn(PartPhone)
	b.Turn(PartRelay)
	if _, _, a := b.Trial(); a.Words != "" {
		t.Errorf("it stays: %q", a.Words)
	}
}

func TestView_WhatIsTypedWhileItUnpairsIsKept(t *testing.T) {
	h, r := newRelayHands(t, func(d *desk) { d.c.Relay.URL = atRelay.URL })
	h.press("Prior", "Prior", "F8")
	h.hold = true
	h.press("F4")
	if !h.sees("… Unpairing") {
		t.Fatalf("it says %q", drawn(h.all))
	}
	h.typed(pairingLine[:9])
	h.held[0]()
	h.hold = false
	h.typed(pairingLine[9:])
	if !h.sees(pairingLine) {
		t.Errorf("of what was typed there is %q", h.p.Text(FieldPairing))
	}
	if h.press("Return"); r.unpairs != 1 || len(r.pairs) != 1 || r.pairs[0] != pairingLine {
		t.Errorf("unpaired %d times, paired with %q", r.unpairs, r.pairs)
	}
}

// Where nobody answers, nothing is waited for without an end.
func TestPhone_AnAddressThatIsNotToldSaysWhy(t *testing.T) {
	b := newRelayBench(func(r *relays) {
		paired(r)
		r.says = pos.E(pos.CodeNoAnswer, "ask", errors.New("no route"))
	})
	b.Turn(PartPhone)
	b.work()
	waiting := b.fact("Order address").Value
	b.health = pos.Part{Light: pos.LightBad, Cause: pos.CodeNoAnswer}
	b.Update()
	if f := b.fact("Order address"); f.Value != "The relay is not reached" || f.Value == waiting || f.Act != "" {
		t.Errorf("%+v after %q", f, waiting)
	}
}
